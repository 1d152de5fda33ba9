//! One worksheet of an xlsx workbook, in one pass: cells, merges, hidden rows and columns. Streamed, so that
//! a stray cell in the last column costs nothing.

use std::sync::Arc;

use super::super::cell_style::{CellStyle, OddStyles};
use super::super::package::damaged;
use super::super::pieces::{Piece, Pieces, Tag, push_literal, push_text};
use super::super::serial::{self, Epoch};
use super::super::xml;
use super::super::{MAX_CELLS, ReadError};
use super::strings::{RichText, unescaped};
use crate::ingest::cells::{Cells, KeptText};
use crate::ingest::grid::{Cell, CellValue, Merge, Unseen};

/// Rows and columns of the largest sheet there is.
const ROWS: u32 = 1 << 20;
const COLS: u32 = 1 << 14;

/// What the cells of all sheets share.
pub(super) struct Shared {
    pub strings: Vec<Arc<str>>,
    pub styles: Vec<CellStyle>,
    pub epoch: Epoch,
    pub zeros: Zeros,
}

/// What a formula's saved 0 is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zeros {
    /// The program that saved the file had computed it.
    Computed,
    /// The library that wrote the file computes nothing and writes 0 for every result.
    Placeholders,
}

/// What a worksheet holds.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub cells: Cells,
    pub merges: Vec<Merge>,
    pub unseen: Unseen,
    pub odd: OddStyles,
}

/// Reads the worksheet.
pub(super) fn read(mut pieces: Pieces<'_>, shared: &Shared) -> Result<Sheet, ReadError> {
    let mut state = State::new(shared);
    loop {
        let piece = pieces.next()?;
        match piece {
            Piece::Start(tag) => state.start(tag)?,
            Piece::Empty(tag) => {
                state.start(tag)?;
                state.end(tag.name)?;
            }
            Piece::End(name) => state.end(name)?,
            Piece::Text(raw) if state.field != Field::None => push_text(raw, &mut state.text),
            Piece::Literal(raw) if state.field != Field::None => push_literal(raw, &mut state.text),
            Piece::Eof if state.place == Place::Rows => return Err(damaged("its rows have no end")),
            Piece::Eof => break,
            _ => {}
        }
        if state.place == Place::Inline {
            state.rich.take(piece);
        }
    }
    Ok(state.sheet)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before or behind the rows.
    Outside,
    /// Inside `sheetData`.
    Rows,
    /// Inside the inline string of a cell.
    Inline,
}

/// Whose text is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    None,
    Value,
    Formula,
}

/// The type of a cell's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Boolean,
    Error,
    Date,
}

/// The cell being read.
#[derive(Debug, Default)]
struct Open {
    kind: Kind,
    style: usize,
    value: String,
    has_value: bool,
    formula: Option<String>,
}

struct State<'a> {
    shared: &'a Shared,
    sheet: Sheet,
    place: Place,
    field: Field,
    text: String,
    rich: RichText,
    row: u32,
    next_row: u32,
    col: u32,
    next_col: u32,
    open: Option<Open>,
    spare: String,
    /// Where the shared texts stand among those of this sheet.
    kept: Vec<Option<KeptText>>,
}

impl<'a> State<'a> {
    fn new(shared: &'a Shared) -> Self {
        Self {
            shared,
            sheet: Sheet::default(),
            place: Place::Outside,
            field: Field::None,
            text: String::new(),
            rich: RichText::default(),
            row: 0,
            next_row: 0,
            col: 0,
            next_col: 0,
            open: None,
            spare: String::new(),
            kept: vec![None; shared.strings.len()],
        }
    }

    fn start(&mut self, tag: Tag<'_>) -> Result<(), ReadError> {
        match (self.place, tag.name) {
            (Place::Rows, "c") => self.cell(tag)?,
            (Place::Rows, "v") => self.begin(Field::Value),
            (Place::Rows, "f") => self.begin(Field::Formula),
            (Place::Rows, "row") => self.row(tag)?,
            (Place::Rows, "is") => {
                self.place = Place::Inline;
                self.rich.begin();
            }
            (Place::Outside, "sheetData") => self.place = Place::Rows,
            (Place::Outside, "col") if tag.attribute("hidden").is_some_and(|hidden| xml::is_yes(&hidden)) => {
                let count = |name| tag.attribute(name)?.trim().parse::<u32>().ok();
                if let (Some(first), Some(last)) = (count("min"), count("max")) {
                    self.sheet.unseen.cols.add(first.saturating_sub(1), last.saturating_sub(1));
                }
            }
            (Place::Outside, "mergeCell") => {
                let merge = tag.attribute("ref").and_then(|area| merge(&area));
                self.sheet.merges.extend(merge);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, field: Field) {
        self.field = field;
        self.text.clear();
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match (self.place, name) {
            (Place::Rows, "c") => self.finish()?,
            (Place::Rows, "v") => {
                self.field = Field::None;
                if let Some(open) = &mut self.open {
                    std::mem::swap(&mut open.value, &mut self.text);
                    open.has_value = true;
                }
            }
            (Place::Rows, "f") => {
                self.field = Field::None;
                if let Some(open) = &mut self.open {
                    open.formula = Some(std::mem::take(&mut self.text));
                }
            }
            (Place::Inline, "is") => {
                self.place = Place::Rows;
                if let Some(open) = &mut self.open {
                    open.value.clear();
                    open.value.push_str(self.rich.finish());
                    open.has_value = true;
                }
            }
            (Place::Rows, "sheetData") => self.place = Place::Outside,
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, tag: Tag<'_>) -> Result<(), ReadError> {
        let mut hidden = false;
        let mut row = self.next_row;
        for (name, value) in tag.attributes() {
            match name {
                "r" => {
                    let number = value.trim().parse::<u32>().ok().and_then(|row| row.checked_sub(1));
                    let told = || damaged(format!("a row is numbered `{value}`"));
                    row = number.filter(|row| *row < ROWS).ok_or_else(told)?;
                }
                "hidden" => hidden = xml::is_yes(value),
                _ => {}
            }
        }
        (self.row, self.next_row, self.next_col) = (row, row + 1, 0);
        if hidden {
            self.sheet.unseen.rows.add(row, row);
        }
        Ok(())
    }

    fn cell(&mut self, tag: Tag<'_>) -> Result<(), ReadError> {
        let mut open = Open { value: std::mem::take(&mut self.spare), ..Open::default() };
        open.value.clear();
        self.col = self.next_col;
        for (name, value) in tag.attributes() {
            match name {
                "r" => {
                    // Without a row or a column, as one library writes it, the cell stands where it comes.
                    let (col, row) = reference(value)
                        .filter(|(col, row)| {
                            col.is_none_or(|col| col < COLS) && row.is_none_or(|row| row < ROWS)
                        })
                        .ok_or_else(|| damaged(format!("the cell `{value}` lies in no sheet")))?;
                    self.col = col.unwrap_or(self.col);
                    self.row = row.unwrap_or(self.row);
                }
                "s" => open.style = value.parse().unwrap_or(usize::MAX),
                "t" => {
                    open.kind = match value {
                        "s" => Kind::Shared,
                        "str" => Kind::Text,
                        "inlineStr" => Kind::Inline,
                        "b" => Kind::Boolean,
                        "e" => Kind::Error,
                        "d" => Kind::Date,
                        _ => Kind::Number,
                    }
                }
                _ => {}
            }
        }
        if self.col >= COLS {
            return Err(damaged(format!("row {} has more cells than a sheet has columns", self.row + 1)));
        }
        self.next_col = self.col + 1;
        self.open = Some(open);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReadError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let known = self.shared.styles.get(open.style).copied();
        let style = known.unwrap_or_default();
        if let Some(value) = value(&open, style, self.shared) {
            if self.sheet.cells.len() >= MAX_CELLS {
                return Err(ReadError::TooManyCells { limit: MAX_CELLS });
            }
            self.sheet.odd.count((self.row, self.col), (open.style, known), &value);
            let cell = Cell {
                row: self.row,
                col: self.col,
                value,
                decimals: style.shown.decimals,
                percent: style.shown.percent,
                indent: style.indent,
            };
            match text_number(&open).and_then(|at| self.kept.get_mut(at)) {
                Some(kept) => self.sheet.cells.push_shared(&cell, kept),
                None => self.sheet.cells.push(&cell),
            }
        }
        self.spare = open.value;
        Ok(())
    }
}

/// The number of the shared text that a cell names.
fn text_number(open: &Open) -> Option<usize> {
    (open.kind == Kind::Shared).then(|| open.value.trim().parse().ok()).flatten()
}

/// What a cell holds; nothing where it is empty.
fn value<'t>(open: &'t Open, style: CellStyle, shared: &'t Shared) -> Option<CellValue<'t>> {
    let raw = open.value.as_str();
    if let Some(formula) = &open.formula {
        let no_result = !open.has_value || raw.is_empty() && open.kind != Kind::Text;
        let placeholder = shared.zeros == Zeros::Placeholders && raw == "0";
        if no_result || placeholder {
            let formula = if formula.is_empty() { "…" } else { formula.as_str() };
            return Some(CellValue::UncachedFormula(formula.into()));
        }
    }
    if raw.is_empty() {
        return None;
    }
    Some(match open.kind {
        Kind::Number => match serial::number(raw) {
            CellValue::Number(number) if style.shown.date => serial::moment(number, shared.epoch),
            other => other,
        },
        Kind::Shared => match text_number(open).and_then(|at| shared.strings.get(at)) {
            Some(text) if text.is_empty() => return None,
            Some(text) => CellValue::Text(text.as_ref().into()),
            None => {
                CellValue::Damaged(format!("text number {} of {}", raw.trim(), shared.strings.len()).into())
            }
        },
        Kind::Text => CellValue::Text(unescaped(raw)),
        Kind::Inline => CellValue::Text(raw.into()),
        Kind::Boolean => match raw.trim() {
            "1" | "true" | "TRUE" => CellValue::Boolean(true),
            "0" | "false" | "FALSE" => CellValue::Boolean(false),
            other => CellValue::Damaged(format!("the truth value `{other}`").into()),
        },
        Kind::Error => CellValue::Error(raw.trim().into()),
        Kind::Date => serial::iso(raw.trim()),
    })
}

/// Column and row of a reference such as `B7`, counted from 0; either may be absent.
fn reference(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let digits = text.find(|ch: char| ch.is_ascii_digit()).unwrap_or(text.len());
    let (letters, digits) = text.split_at(digits);
    let mut col = None;
    for letter in letters.bytes().filter(|byte| *byte != b'$') {
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        let place = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        col = Some(col.unwrap_or(0_u32).checked_mul(26)?.checked_add(place)?);
    }
    let col = col.and_then(|col| col.checked_sub(1));
    if digits.is_empty() {
        return Some((col, None));
    }
    let row = digits.trim_start_matches('$').parse::<u32>().ok()?.checked_sub(1)?;
    Some((col, Some(row)))
}

fn merge(area: &str) -> Option<Merge> {
    let (from, to) = area.split_once(':')?;
    let ((Some(first_col), Some(first_row)), (Some(last_col), Some(last_row))) =
        (reference(from)?, reference(to)?)
    else {
        return None;
    };
    Some(Merge {
        first_row: first_row.min(last_row),
        first_col: first_col.min(last_col),
        last_row: first_row.max(last_row),
        last_col: first_col.max(last_col),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_may_lack_a_part() {
        assert_eq!(reference("B7"), Some((Some(1), Some(6))));
        assert_eq!(reference("XFD1048576"), Some((Some(16383), Some(1_048_575))));
        assert_eq!(reference("7"), Some((None, Some(6))));
        assert_eq!(reference("B"), Some((Some(1), None)));
        assert_eq!(reference("B0"), None);
        assert_eq!(reference("ZZZZZZZZ1"), None);
        assert_eq!(reference("é1"), None);
    }
}
