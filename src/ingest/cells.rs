//! The cells of a sheet, packed: sixteen bytes a cell, and every text that repeats down a column once. The
//! largest sheet that is read then takes 256 MiB and its texts.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::{DateTime, Time};
use polars::prelude::PlHashMap;

use crate::measure::{date_of_days, days_of_date};

use super::grid::{Cell, CellValue};

/// Cells in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    packed: Vec<Packed>,
    /// The number of each row that begins, and the position of its first cell.
    starts: Vec<(u32, usize)>,
    texts: Texts,
}

/// A text that stands among those of the sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeptText(u64);

#[derive(Clone, Copy, Debug)]
struct Packed {
    col: u32,
    kind: Kind,
    /// Places behind the point; [`UNSAID`] where the format does not say.
    decimals: u8,
    percent: bool,
    indent: u8,
    /// Bits of a number, a moment, a truth value, or where the text stands.
    bits: u64,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Number,
    DateTime,
    Boolean,
    Error,
    UncachedFormula,
    Damaged,
}

/// No number format shows so many places.
const UNSAID: u8 = u8::MAX;

impl Cells {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.packed.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// Adds a cell whose text other cells of the sheet hold too; `kept` is where it stands once one was added.
    pub(crate) fn push_shared(&mut self, cell: &Cell<'_>, kept: &mut Option<KeptText>) {
        let CellValue::Text(text) = &cell.value else { return self.push(cell) };
        if text.len() > LONGEST {
            return self.push(cell);
        }
        let place = *kept.get_or_insert_with(|| KeptText(self.texts.add(text)));
        self.pack(cell, Kind::Text, place.0);
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, cell: &Cell<'_>) {
        let col = cell.col;
        let (kind, bits) = match &cell.value {
            CellValue::Text(text) => self.kept(Kind::Text, col, text),
            CellValue::Error(text) => self.kept(Kind::Error, col, text),
            CellValue::UncachedFormula(text) => self.kept(Kind::UncachedFormula, col, text),
            CellValue::Damaged(text) => self.kept(Kind::Damaged, col, text),
            CellValue::Number(number) => (Kind::Number, number.to_bits()),
            CellValue::DateTime(moment) => (Kind::DateTime, bits_of(*moment)),
            CellValue::Boolean(flag) => (Kind::Boolean, u64::from(*flag)),
        };
        self.pack(cell, kind, bits);
    }

    /// Keeps a text; one that no office wrote is told by its length.
    fn kept(&mut self, kind: Kind, col: u32, text: &str) -> (Kind, u64) {
        if text.len() <= LONGEST {
            return (kind, self.texts.keep(col, text));
        }
        (Kind::Damaged, self.texts.keep(col, &format!("a text of {} bytes", text.len())))
    }

    fn pack(&mut self, cell: &Cell<'_>, kind: Kind, bits: u64) {
        self.enter(cell.row);
        let decimals = cell.decimals.map_or(UNSAID, |places| places.min(UNSAID - 1));
        let (col, percent, indent) = (cell.col, cell.percent, cell.indent);
        self.packed.push(Packed { col, kind, decimals, percent, indent, bits });
    }

    /// What is added next stands in this row.
    fn enter(&mut self, row: u32) {
        if self.starts.last().is_none_or(|(last, _)| *last != row) {
            self.starts.push((row, self.packed.len()));
        }
    }

    /// Adds the cells at these positions once more, in another row.
    pub(crate) fn repeat(&mut self, positions: Range<usize>, row: u32) {
        let end = positions.end.min(self.packed.len());
        if positions.start < end {
            self.enter(row);
            self.packed.extend_from_within(positions.start..end);
        }
    }

    /// The cell at a position among all.
    fn at(&self, row: u32, position: usize) -> Option<Cell<'_>> {
        let packed = self.packed.get(position)?;
        let text = || Cow::Borrowed(self.texts.text(packed.bits));
        let value = match packed.kind {
            Kind::Text => CellValue::Text(text()),
            Kind::Error => CellValue::Error(text()),
            Kind::UncachedFormula => CellValue::UncachedFormula(text()),
            Kind::Damaged => CellValue::Damaged(text()),
            Kind::Number => CellValue::Number(f64::from_bits(packed.bits)),
            Kind::DateTime => CellValue::DateTime(moment_of(packed.bits)),
            Kind::Boolean => CellValue::Boolean(packed.bits != 0),
        };
        Some(Cell {
            row,
            col: packed.col,
            value,
            decimals: Some(packed.decimals).filter(|places| *places != UNSAID),
            percent: packed.percent,
            indent: packed.indent,
        })
    }

    /// Rows with cells, in the order in which they were added.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = (u32, Row<'_>)> {
        (0..self.starts.len()).filter_map(|at| self.row_at(at))
    }

    fn row_at(&self, at: usize) -> Option<(u32, Row<'_>)> {
        let (row, from) = *self.starts.get(at)?;
        let to = self.starts.get(at + 1).map_or(self.packed.len(), |(_, from)| *from);
        Some((row, Row { cells: self, number: row, from, to }))
    }

    /// The cells of a row; none where it is empty. Only of cells in order.
    pub(crate) fn row(&self, row: u32) -> Row<'_> {
        let found = self.starts.binary_search_by_key(&row, |(row, _)| *row).ok();
        let empty = Row { cells: self, number: row, from: self.packed.len(), to: self.packed.len() };
        found.and_then(|at| self.row_at(at)).map_or(empty, |(_, row)| row)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Cell<'_>> {
        self.rows().flat_map(|(_, row)| row)
    }

    /// Puts them in order by row and column; of two at one address the later stays. Says which address came
    /// first more than once, and how many did.
    pub(crate) fn sort(&mut self) -> Option<((u32, u32), u64)> {
        self.texts.forget();
        let increasing = |cells: &[Packed]| cells.is_sorted_by(|one, next| one.col < next.col);
        let ends = self.starts.iter().skip(1).map(|(_, from)| *from).chain([self.packed.len()]);
        let mut rows = self.starts.iter().zip(ends);
        let in_order = self.starts.is_sorted_by(|(one, _), (next, _)| one < next)
            && rows.all(|((_, from), to)| self.packed.get(*from..to).is_none_or(increasing));
        if in_order {
            return None;
        }
        let mut all: Vec<(u32, Packed)> = Vec::with_capacity(self.packed.len());
        for (row, cells) in self.rows() {
            let cells = self.packed.get(cells.from..cells.to).unwrap_or_default();
            all.extend(cells.iter().map(|cell| (row, *cell)));
        }
        let address = |(row, cell): &(u32, Packed)| (*row, cell.col);
        all.sort_by_key(address);
        let mut repeated: Option<((u32, u32), u64)> = None;
        all.dedup_by(|later, earlier| {
            let same = address(later) == address(earlier);
            if same {
                repeated.get_or_insert((address(later), 0)).1 += 1;
                std::mem::swap(later, earlier);
            }
            same
        });
        self.replace(all.into_iter());
        repeated
    }

    /// Keeps the cells that are to stay.
    pub(crate) fn retain(&mut self, stays: impl Fn(u32, u32) -> bool) {
        let mut kept = Vec::new();
        for (row, cells) in self.rows() {
            let cells = self.packed.get(cells.from..cells.to).unwrap_or_default();
            kept.extend(cells.iter().filter(|cell| stays(row, cell.col)).map(|cell| (row, *cell)));
        }
        self.replace(kept.into_iter());
    }

    fn replace(&mut self, cells: impl Iterator<Item = (u32, Packed)>) {
        self.packed.clear();
        self.starts.clear();
        for (row, cell) in cells {
            self.enter(row);
            self.packed.push(cell);
        }
    }
}

impl<'t> FromIterator<Cell<'t>> for Cells {
    fn from_iter<I: IntoIterator<Item = Cell<'t>>>(cells: I) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(&cell));
        all
    }
}

impl From<Vec<Cell<'_>>> for Cells {
    fn from(cells: Vec<Cell<'_>>) -> Self {
        cells.into_iter().collect()
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The cells of one row, from left to right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'c> {
    cells: &'c Cells,
    number: u32,
    from: usize,
    to: usize,
}

impl<'c> Row<'c> {
    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.to - self.from
    }

    /// The position of its first cell among all of the sheet.
    pub(crate) fn position(self) -> usize {
        self.from
    }

    /// The cells.
    pub(crate) fn iter(self) -> RowCells<'c> {
        RowCells(self)
    }

    /// The cell in a column.
    pub(crate) fn in_column(self, col: u32) -> Option<Cell<'c>> {
        let cells = self.cells.packed.get(self.from..self.to)?;
        let at = cells.binary_search_by_key(&col, |cell| cell.col).ok()?;
        self.cells.at(self.number, self.from + at)
    }
}

impl<'c> IntoIterator for Row<'c> {
    type Item = Cell<'c>;
    type IntoIter = RowCells<'c>;

    fn into_iter(self) -> RowCells<'c> {
        self.iter()
    }
}

/// The cells of a row one after the other.
#[derive(Clone, Debug)]
pub(crate) struct RowCells<'c>(Row<'c>);

impl<'c> Iterator for RowCells<'c> {
    type Item = Cell<'c>;

    fn next(&mut self) -> Option<Cell<'c>> {
        let row = &mut self.0;
        let at = (row.from < row.to).then_some(row.from)?;
        row.from += 1;
        row.cells.at(row.number, at)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl DoubleEndedIterator for RowCells<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let row = &mut self.0;
        row.to = (row.from < row.to).then(|| row.to - 1)?;
        row.cells.at(row.number, row.to)
    }
}

impl ExactSizeIterator for RowCells<'_> {}

/// Most distinct texts of a column that are found again; a column with more hardly repeats itself.
const DISTINCT_LIMIT: usize = 1 << 14;
/// Columns behind this one keep their texts together.
const KNOWN_COLUMNS: usize = 256;

/// Texts one after the other.
#[derive(Clone, Debug, Default)]
struct Texts {
    all: String,
    /// Where the texts of each column stand; dates, names and codes repeat all the way down.
    known: Vec<PlHashMap<Box<str>, u64>>,
}

impl Texts {
    /// Keeps a text of a column; returns where it stands.
    fn keep(&mut self, col: u32, text: &str) -> u64 {
        let col = usize::try_from(col).map_or(KNOWN_COLUMNS, |col| col.min(KNOWN_COLUMNS));
        if self.known.len() <= col {
            self.known.resize_with(col + 1, PlHashMap::default);
        }
        if let Some(place) = self.known.get(col).and_then(|known| known.get(text)) {
            return *place;
        }
        let place = self.add(text);
        if let Some(known) = self.known.get_mut(col).filter(|known| known.len() < DISTINCT_LIMIT) {
            known.insert(Box::from(text), place);
        }
        place
    }

    /// Adds a text without looking for it.
    fn add(&mut self, text: &str) -> u64 {
        let place = span(self.all.len(), text.len());
        self.all.push_str(text);
        place
    }

    fn text(&self, place: u64) -> &str {
        let (from, length) = unspan(place);
        self.all.get(from..from + length).unwrap_or_default()
    }

    /// No text will be added any more.
    fn forget(&mut self) {
        self.known = Vec::new();
    }
}

/// Start and length as one number; texts of a terabyte would be in no memory.
fn span(from: usize, length: usize) -> u64 {
    let part = |part: usize| u64::try_from(part).unwrap_or(u64::MAX);
    part(from) << LENGTH_BITS | part(length)
}

fn unspan(place: u64) -> (usize, usize) {
    let part = |part: u64| usize::try_from(part).unwrap_or(usize::MAX);
    (part(place >> LENGTH_BITS), part(place & ((1 << LENGTH_BITS) - 1)))
}

const LENGTH_BITS: u32 = 24;
/// Most bytes of a text that is kept; a cell of Excel has at most 32,767 characters.
const LONGEST: usize = (1 << LENGTH_BITS) - 1;

/// Time of a day is kept in steps of 100 nanoseconds, finer than any program saves.
const STEP: i64 = 100;
const STEP_BITS: u32 = 40;

fn bits_of(moment: DateTime) -> u64 {
    let time = moment.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let steps = seconds * (1_000_000_000 / STEP) + i64::from(time.subsec_nanosecond()) / STEP;
    ((i64::from(days_of_date(moment.date())) << STEP_BITS) | steps).cast_unsigned()
}

fn moment_of(bits: u64) -> DateTime {
    let bits = bits.cast_signed();
    let date = i32::try_from(bits >> STEP_BITS).ok().and_then(date_of_days).unwrap_or_default();
    let steps = bits & ((1 << STEP_BITS) - 1);
    let (seconds, rest) = (steps / (1_000_000_000 / STEP), steps % (1_000_000_000 / STEP));
    let small = |number: i64| i8::try_from(number).unwrap_or_default();
    let nanoseconds = i32::try_from(rest * STEP).unwrap_or_default();
    let time = Time::new(small(seconds / 3600), small(seconds / 60 % 60), small(seconds % 60), nanoseconds);
    DateTime::from_parts(date, time.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_sixteen_bytes() {
        assert_eq!(size_of::<Packed>(), 16);
    }

    #[test]
    fn moments_come_back() {
        for text in [
            "2021-03-05T23:59:59.9999999",
            "1899-12-31T00:00:00",
            "9999-12-31T12:30:01.001",
            "0001-01-01T00:00:01",
        ] {
            let moment: DateTime = text.parse().unwrap();
            assert_eq!(moment_of(bits_of(moment)), moment);
        }
    }

    #[test]
    fn every_kind_of_cell_comes_back() {
        let values = [
            CellValue::Text("黑河".into()),
            CellValue::Text("".into()),
            CellValue::Number(-0.1),
            CellValue::DateTime("2024-02-29T08:00:00".parse().unwrap()),
            CellValue::Boolean(true),
            CellValue::Error("#N/A".into()),
            CellValue::UncachedFormula("A1+1".into()),
            CellValue::Damaged("?".into()),
            CellValue::Text("黑河".into()),
        ];
        let cells: Vec<Cell<'_>> = (0..)
            .zip(&values)
            .map(|(col, value)| Cell {
                decimals: Some(2),
                indent: 3,
                percent: true,
                ..Cell::plain(7, col, value.clone())
            })
            .collect();
        let packed: Cells = cells.iter().cloned().collect();
        assert_eq!(packed.iter().collect::<Vec<_>>(), cells);
        assert_eq!(
            packed.row(7).iter().rev().collect::<Vec<_>>(),
            cells.into_iter().rev().collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_text_without_end_is_told_by_its_length() {
        let long = "a".repeat(LONGEST + 1);
        let mut cells: Cells = vec![Cell::plain(0, 0, CellValue::Text(long.as_str().into()))].into();
        cells.push_shared(&Cell::plain(0, 1, CellValue::Text(long.as_str().into())), &mut None);
        cells.push(&Cell::plain(0, 2, CellValue::Text("b".into())));
        let told: Vec<_> = cells.iter().map(|cell| cell.value).collect();
        let damaged = CellValue::Damaged("a text of 16777216 bytes".into());
        assert_eq!(told, [damaged.clone(), damaged, CellValue::Text("b".into())]);
    }

    #[test]
    fn rows_repeat() {
        let mut cells: Cells = vec![Cell::plain(0, 1, CellValue::Text("a".into()))].into();
        cells.repeat(0..1, 4);
        let told: Vec<_> = cells.iter().map(|cell| (cell.row, cell.col, cell.printed())).collect();
        assert_eq!(told, [(0, 1, "a".to_owned()), (4, 1, "a".to_owned())]);
    }
}
