//! A sheet before it is written: cells, widths, heights, what stays in view. Elements make pages; only
//! `workbook.rs` knows how Excel wants them. The body is made line by line, so that a long sheet never
//! stands in memory as a whole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::ReportError;
use super::gallery::Placed;
use super::style::{BODY_HEIGHT, LINE_HEIGHT, NOTE_HEIGHT, Style, Wrap};
use super::width::{break_line, column_width, lines_in};
use crate::text::Label;

/// A figure by table, row of the table and column; the cover asks where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    /// The table.
    pub(super) table: String,
    /// The row of the table's frame.
    pub(super) row: usize,
    /// The column.
    pub(super) column: String,
}

/// Where a figure stands on its page, and by which power of ten it was divided there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Row on the sheet, counted from 0.
    pub(super) row: u32,
    /// Column on the sheet, counted from 0.
    pub(super) column: u16,
    /// `10^power` was divided out.
    pub(super) power: i32,
}

/// The figures that something asks for.
pub(super) type Wanted = BTreeSet<Anchor>;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Nothing but its look.
    Blank,
    /// Text, never read as a formula.
    Text(String),
    /// A finite number.
    Number(f64),
    /// A date.
    Date(Date),
    /// A formula and the result it will have.
    Formula {
        /// With its `=`.
        formula: String,
        /// As Excel would compute it.
        result: f64,
    },
    /// A link to the first cell of another sheet of the workbook, by the page's place.
    Link {
        /// Index of the page.
        page: usize,
        /// What is shown.
        text: String,
    },
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// What it holds.
    pub(super) content: Content,
    /// How it looks.
    pub(super) style: Style,
}

impl Cell {
    /// A text.
    pub(super) fn text(text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        let content = if text.is_empty() { Content::Blank } else { Content::Text(text) };
        Self { content, style }
    }

    /// A number.
    pub(super) fn number(number: f64, style: Style) -> Self {
        Self { content: Content::Number(number), style }
    }

    /// A whole count.
    pub(super) fn count(count: u64, style: Style) -> Self {
        // Counts of rows and findings lie far below 2^53.
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
        let number = count as f64;
        Self { content: Content::Number(number), style: style.number("#,##0") }
    }

    /// Ground and lines alone.
    pub(super) fn blank(style: Style) -> Self {
        Self { content: Content::Blank, style }
    }
}

/// One row; cells stand from column 0 on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// In points.
    pub(super) height: f64,
    /// Its cells.
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// A row of given height.
    pub(super) fn new(height: f64, cells: Vec<Cell>) -> Self {
        Self { height, cells }
    }

    /// A row with one text in its first column.
    pub(super) fn line(height: f64, text: impl Into<String>, style: Style) -> Self {
        Self::new(height, vec![Cell::text(text, style)])
    }

    /// An empty row.
    pub(super) fn gap(height: f64) -> Self {
        Self::new(height, Vec::new())
    }

    /// A body row, as high as its texts need in columns of the given widths.
    pub(super) fn fitted(cells: Vec<Cell>, widths: &[f64]) -> Self {
        let mut lines = 1;
        for (cell, width) in cells.iter().zip(widths) {
            if let (Content::Text(text), Wrap::Break) = (&cell.content, cell.style.wrap) {
                lines = lines.max(lines_in(text, width - indent_width(cell.style.indent)));
            }
        }
        Self::new(height_of(lines, BODY_HEIGHT), cells)
    }
}

/// Height of a row with so many lines of text; Excel allows 409 points.
pub(super) fn height_of(lines: usize, single: f64) -> f64 {
    let more = u32::try_from(lines.saturating_sub(1)).unwrap_or(u32::MAX);
    (f64::from(more).mul_add(LINE_HEIGHT, single)).min(400.0)
}

/// What an indent takes of a column, in column units.
pub(super) fn indent_width(indent: u8) -> f64 {
    f64::from(indent) * 1.4
}

/// Makes the lines of a page's body, by number from 0.
pub(super) type Body<'a> = Box<dyn Fn(usize) -> Result<Row, ReportError> + 'a>;

/// One sheet.
pub(super) struct Page<'a> {
    /// The wished name.
    pub(super) name: String,
    /// One line on what it shows, for the contents.
    pub(super) about: Label,
    /// Column widths, in Excel's units.
    pub(super) widths: Vec<f64>,
    /// Title, notes and header.
    pub(super) head: Vec<Row>,
    /// How many body lines there are.
    pub(super) lines: usize,
    /// Makes them.
    pub(super) body: Body<'a>,
    /// Notes under the body.
    pub(super) foot: Vec<Row>,
    /// Columns that stay in view at the left; the head stays in view whenever this is given. A page
    /// without is printed on one sheet of paper.
    pub(super) frozen: Option<u16>,
    /// The column names of a native Excel table over the last row of the head and the body, which gives
    /// its reader filters; empty for an ordinary page.
    pub(super) native: Vec<String>,
    /// Where wanted figures stand.
    pub(super) spots: BTreeMap<Anchor, Spot>,
    /// Charts over the first rows of the foot.
    pub(super) charts: Vec<Placed>,
    /// How many pieces of paper it may take.
    pub(super) paper: Paper,
    /// Columns whose body cells carry a bar as long as their value.
    pub(super) bars: Vec<u16>,
}

/// How many pieces of paper a sheet may take; it is always one wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paper {
    /// One, lying.
    One,
    /// One, standing.
    OneUpright,
    /// As many as it needs.
    Many,
}

impl Page<'_> {
    /// A page whose rows are all known.
    pub(super) fn still(
        name: String,
        about: Label,
        widths: Vec<f64>,
        head: Vec<Row>,
        body: Vec<Row>,
    ) -> Self {
        Self {
            name,
            about,
            widths,
            head,
            lines: body.len(),
            body: Box::new(move |line| Ok(body.get(line).cloned().unwrap_or_default())),
            foot: Vec::new(),
            frozen: Some(0),
            native: Vec::new(),
            spots: BTreeMap::new(),
            charts: Vec::new(),
            paper: Paper::Many,
            bars: Vec::new(),
        }
    }

    /// The row number on the sheet of a body line.
    pub(super) fn sheet_row(head: usize, line: usize) -> u32 {
        u32::try_from(head + line).unwrap_or(u32::MAX)
    }
}

/// Column widths, grown by what is put into them.
#[derive(Clone, Debug)]
pub(super) struct Widths {
    widths: Vec<f64>,
}

/// A page narrower than this looks lost on landscape A4.
const COMFORTABLE: f64 = 118.0;

impl Widths {
    /// So many columns of a least width.
    pub(super) fn new(columns: usize, least: f64) -> Self {
        Self { widths: vec![least; columns] }
    }

    /// Makes room for a text, up to `most`.
    pub(super) fn fit(&mut self, column: usize, text: &str, most: f64) {
        if let Some(width) = self.widths.get_mut(column) {
            *width = width.max(column_width(text).min(most));
        }
    }

    /// Makes room for an indented text, up to `most`.
    pub(super) fn fit_indented(&mut self, column: usize, text: &str, indent: u8, most: f64) {
        if let Some(width) = self.widths.get_mut(column) {
            *width = width.max((column_width(text) + indent_width(indent)).min(most));
        }
    }

    /// The widths, spread evenly where the page would be narrow, by at most the half of each.
    pub(super) fn spread(self) -> Vec<f64> {
        let total: f64 = self.widths.iter().sum();
        let factor = if total > 0.0 { (COMFORTABLE / total).clamp(1.0, 1.5) } else { 1.0 };
        self.widths.into_iter().map(|width| (width * factor * 10.0).round() / 10.0).collect()
    }
}

/// Notes under a narrow table run on beside it, as far as paper allows without shrinking.
const LEAST_NOTE: f64 = 100.0;

/// Notes under or above a table, broken so that no line runs past the table.
pub(super) fn note_rows<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    widths: &[f64],
    style: &Style,
) -> Vec<Row> {
    // Notes are set smaller than the table whose width they share.
    let room = widths.iter().sum::<f64>().max(LEAST_NOTE) * 1.08;
    let mut rows = Vec::new();
    for text in texts {
        for line in text.lines().flat_map(|line| break_line(line, room)) {
            rows.push(Row::line(NOTE_HEIGHT, line, style.clone()));
        }
    }
    rows
}
