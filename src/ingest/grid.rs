//! A sheet as sparse cells with absolute addresses, merges and what the number formats show.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::cells::{Cells, Row};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CellValue<'t> {
    /// Text, as stored.
    Text(Cow<'t, str>),
    /// A number.
    Number(f64),
    /// A date or time.
    DateTime(DateTime),
    /// True or false.
    Boolean(bool),
    /// An error such as `#N/A`.
    Error(Cow<'t, str>),
    /// A formula whose result is not in the file.
    UncachedFormula(Cow<'t, str>),
    /// What the file says here makes no sense: a number that is none, a text that it does not hold.
    Damaged(Cow<'t, str>),
}

/// One cell that is not empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell<'t> {
    /// Row, counted from 0.
    pub row: u32,
    /// Column, counted from 0.
    pub col: u32,
    /// What it holds.
    pub value: CellValue<'t>,
    /// Places behind the point that the number format shows; `None` where it does not say.
    pub decimals: Option<u8>,
    /// Whether the number format is a percentage.
    pub percent: bool,
    /// Levels of indent of the cell's style, which tables use for hierarchy.
    pub indent: u8,
}

impl<'t> Cell<'t> {
    /// A cell without a number format.
    pub(crate) fn plain(row: u32, col: u32, value: CellValue<'t>) -> Self {
        Self { row, col, value, decimals: None, percent: false, indent: 0 }
    }

    /// What a person sees, but for thousands separators: numbers in full, padded to the places shown.
    pub(crate) fn printed(&self) -> String {
        match &self.value {
            CellValue::Text(text) | CellValue::Error(text) | CellValue::Damaged(text) => text.to_string(),
            CellValue::UncachedFormula(formula) => format!("={formula}"),
            CellValue::Boolean(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
            CellValue::DateTime(moment) => {
                if moment.time() == jiff::civil::Time::midnight() {
                    moment.date().to_string()
                } else {
                    moment.to_string().replace('T', " ")
                }
            }
            CellValue::Number(number) => self.printed_number(*number),
        }
    }

    /// The shortest decimal that reads back as the number, never cut, padded to the places shown.
    fn printed_number(&self, number: f64) -> String {
        let mut text = shortest(number);
        let Some(shown) = self.decimals.filter(|_| !self.percent) else { return text };
        let places = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let missing = usize::from(shown).saturating_sub(places);
        if missing > 0 {
            if places == 0 {
                text.push('.');
            }
            text.push_str(&"0".repeat(missing));
        }
        text
    }
}

/// The shortest decimal that reads back as `number`, cut to the 15 significant digits that spreadsheets keep:
/// what lies behind them is noise of binary arithmetic (0.1 + 0.2).
pub(super) fn shortest(number: f64) -> String {
    let text = format!("{number}");
    let digits = text.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').count();
    if digits <= 15 {
        return text;
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// A rectangle of merged cells, both corners included, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Merge {
    /// Top row.
    pub first_row: u32,
    /// Left column.
    pub first_col: u32,
    /// Bottom row.
    pub last_row: u32,
    /// Right column.
    pub last_col: u32,
}

impl Merge {
    /// Whether a cell lies in it.
    pub(crate) fn contains(&self, row: u32, col: u32) -> bool {
        (self.first_row..=self.last_row).contains(&row) && (self.first_col..=self.last_col).contains(&col)
    }
}

/// Rows or columns as ranges, first and last included, counted from 0; in order and apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    ranges: Vec<(u32, u32)>,
}

impl Lines {
    /// Adds a range.
    pub(crate) fn add(&mut self, first: u32, last: u32) {
        match self.ranges.last_mut() {
            Some((start, end)) if first >= *start && first <= end.saturating_add(1) => *end = last.max(*end),
            Some((start, _)) if first < *start => {
                self.ranges.push((first, last));
                self.ranges.sort_unstable();
                // Put in order, neighbours join.
                std::mem::take(&mut self.ranges).into_iter().for_each(|(first, last)| self.add(first, last));
            }
            _ => self.ranges.push((first, last)),
        }
    }

    /// Whether a row or column is among them.
    pub(crate) fn contains(&self, at: u32) -> bool {
        let behind = self.ranges.partition_point(|(first, _)| *first <= at);
        behind.checked_sub(1).and_then(|last| self.ranges.get(last)).is_some_and(|(_, last)| at <= *last)
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

/// What a person does not see of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unseen {
    /// Hidden rows, also those a filter hides.
    pub rows: Lines,
    /// Hidden columns.
    pub cols: Lines,
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Grid {
    /// Its name; empty for a text file.
    pub sheet: String,
    /// Whether it is hidden.
    pub hidden: bool,
    cells: Cells,
    merges: Vec<Merge>,
    /// Hidden rows and columns.
    unseen: Unseen,
    /// The first address that the file gives twice, and how many it gives.
    repeated: Option<((u32, u32), u64)>,
    /// Rows with cells that were left out because they are hidden.
    left_out: Vec<u32>,
    /// Cells that were left out because they are hidden.
    hidden_cells: u64,
}

impl Grid {
    /// A sheet of cells in any order; of two cells at one address the later wins.
    pub(crate) fn new(
        sheet: impl Into<String>,
        hidden: bool,
        cells: impl Into<Cells>,
        mut merges: Vec<Merge>,
    ) -> Self {
        let mut cells = cells.into();
        let repeated = cells.sort();
        merges.sort_unstable();
        let (unseen, left_out, hidden_cells) = (Unseen::default(), Vec::new(), 0);
        Self { sheet: sheet.into(), hidden, cells, merges, unseen, repeated, left_out, hidden_cells }
    }

    /// The same sheet with what is hidden of it.
    pub(crate) fn with_unseen(self, unseen: Unseen) -> Self {
        Self { unseen, ..self }
    }

    /// Hidden rows and columns.
    pub(crate) fn unseen(&self) -> &Unseen {
        &self.unseen
    }

    /// The first address that the file gives more than once, and how often that happens.
    pub(crate) fn repeated(&self) -> Option<((u32, u32), u64)> {
        self.repeated
    }

    /// Takes the cells of hidden rows away; the rows are remembered.
    pub(crate) fn leave_out_hidden_rows(&mut self) {
        let hidden = std::mem::take(&mut self.unseen.rows);
        self.left_out = self.rows().map(|(row, _)| row).filter(|row| hidden.contains(*row)).collect();
        self.keep(|row, _| !hidden.contains(row));
    }

    /// Takes the cells of hidden columns away.
    pub(crate) fn leave_out_hidden_columns(&mut self) {
        let hidden = std::mem::take(&mut self.unseen.cols);
        self.keep(|_, col| !hidden.contains(col));
    }

    fn keep(&mut self, kept: impl Fn(u32, u32) -> bool) {
        let before = self.cells.len();
        self.cells.retain(kept);
        self.hidden_cells += u64::try_from(before - self.cells.len()).unwrap_or(u64::MAX);
    }

    /// Cells that were left out because they are hidden.
    pub(crate) fn hidden_cells(&self) -> u64 {
        self.hidden_cells
    }

    /// Rows with cells that were left out because they are hidden.
    pub(crate) fn left_out(&self) -> &[u32] {
        &self.left_out
    }

    /// All cells by row and column.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.cells.iter()
    }

    /// How many cells are not empty.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether every cell is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cells of a row; none where it is empty.
    pub(crate) fn row(&self, row: u32) -> Row<'_> {
        self.cells.row(row)
    }

    /// Rows that are not empty, with their cells.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = (u32, Row<'_>)> {
        self.cells.rows()
    }

    /// The cell at an address.
    pub(crate) fn cell(&self, row: u32, col: u32) -> Option<Cell<'_>> {
        self.row(row).in_column(col)
    }

    /// The cell at an address, or the top left cell of the merge it lies in.
    pub(crate) fn filled(&self, row: u32, col: u32) -> Option<Cell<'_>> {
        self.cell(row, col).or_else(|| {
            let merge = self.merge_at(row, col)?;
            self.cell(merge.first_row, merge.first_col)
        })
    }

    /// The merge an address lies in.
    pub(crate) fn merge_at(&self, row: u32, col: u32) -> Option<&Merge> {
        self.merges.iter().find(|merge| merge.contains(row, col))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(row: u32, col: u32, text: &str) -> Cell<'_> {
        Cell::plain(row, col, CellValue::Text(text.into()))
    }

    #[test]
    fn cells_are_found_by_address_and_through_merges() {
        let merge = Merge { first_row: 0, first_col: 1, last_row: 0, last_col: 2 };
        let grid =
            Grid::new("s", false, vec![text(3, 0, "c"), text(0, 1, "a"), text(0, 4, "b")], vec![merge]);
        assert_eq!(grid.cell(0, 4).unwrap().printed(), "b");
        assert_eq!(grid.cell(0, 2), None);
        assert_eq!(grid.filled(0, 2).unwrap().printed(), "a");
        assert_eq!(grid.rows().map(|(row, cells)| (row, cells.len())).collect::<Vec<_>>(), [(0, 2), (3, 1)]);
        assert_eq!(grid.row(1).len(), 0);
    }

    #[test]
    fn of_two_cells_at_one_address_the_later_wins() {
        let grid = Grid::new("s", false, vec![text(0, 0, "a"), text(0, 0, "b")], Vec::new());
        assert_eq!(grid.len(), 1);
        assert_eq!(grid.cell(0, 0).unwrap().printed(), "b");
        assert_eq!(grid.repeated(), Some(((0, 0), 1)));
    }

    #[test]
    fn hidden_rows_and_columns_can_be_left_out() {
        let mut unseen = Unseen::default();
        unseen.rows.add(1, 1);
        unseen.rows.add(2, 2);
        unseen.cols.add(3, 16383);
        let cells = vec![text(0, 0, "a"), text(0, 3, "b"), text(2, 0, "c"), text(3, 0, "d")];
        let mut grid = Grid::new("s", false, cells, Vec::new()).with_unseen(unseen);
        grid.leave_out_hidden_rows();
        grid.leave_out_hidden_columns();
        assert_eq!(grid.cells().map(|cell| cell.printed()).collect::<Vec<_>>(), ["a", "d"]);
        assert_eq!((grid.left_out(), grid.row(3).len()), ([2].as_slice(), 1));
    }

    #[test]
    fn numbers_are_printed_in_full_and_padded() {
        let number =
            |number, decimals| Cell { decimals, ..Cell::plain(0, 0, CellValue::Number(number)) }.printed();
        assert_eq!(number(1995.0, Some(1)), "1995.0");
        assert_eq!(number(1313.4, Some(1)), "1313.4");
        assert_eq!(number(1313.456, Some(1)), "1313.456");
        assert_eq!(number(1220.0, None), "1220");
        assert_eq!(number(1e21, None), "1000000000000000000000");
        assert_eq!(number(0.1 + 0.2, None), "0.3");
    }
}
