//! The reading of dimension and attribute cells: a cell or text becomes a code, date, period or text, or a
//! reason why it does not.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use polars::prelude::PlHashMap;

use crate::finding::source as codes;
use crate::measure::{
    Frequency, NumberStyle, Period, YearAndMonth, date_of_days, days_of_date, read_date, read_number,
    read_part_of_year, read_period,
};
use crate::text::{CodeList, fold};

use super::builder::Value;
use super::columns::{Bad, Normalised, sound, text_of};
use super::grid::{Cell, CellValue};
use super::spec_columns::{Field, FieldKind, Need, OnBad};
use super::spec_filled::Numbers;

/// What a dimension's or attribute's cell says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ready {
    pub(super) value: Value,
    /// Frequency of a period.
    pub(super) freq: Value,
    pub(super) normalised: Normalised,
    /// The text that no list knows, where it was kept as `_Z`.
    pub(super) unknown: Option<String>,
}

/// Reads dimension and attribute cells; names are looked up once a distinct text.
pub(super) struct FieldReader<'a> {
    pub(super) field: &'a Field,
    /// The year of a period that names only months.
    year: Option<YearAndMonth>,
    list: Option<&'a CodeList>,
    known: PlHashMap<Arc<str>, Option<Arc<str>>>,
    /// What text cells have said.
    read: PlHashMap<Arc<str>, Result<Ready, Bad>>,
}

/// Most text cells of a column whose meaning is kept; a column with more hardly repeats itself.
const KEPT: usize = 1 << 14;

impl<'a> FieldReader<'a> {
    pub(super) fn new(field: &'a Field, lists: &'a BTreeMap<String, CodeList>) -> Self {
        let list = field.codes.as_ref().and_then(|name| lists.get(&name.value));
        Self { field, year: None, list, known: PlHashMap::default(), read: PlHashMap::default() }
    }

    /// Sets the year of periods that name only months.
    pub(super) fn set_year(&mut self, year: Option<YearAndMonth>) {
        if self.year != year {
            self.read.clear();
        }
        self.year = year;
    }

    /// Reads a cell of the row; the same text is read once.
    pub(super) fn cell(&mut self, cell: Option<&Cell<'_>>) -> Result<Ready, Bad> {
        let Some(cell) = cell else { return self.empty() };
        let CellValue::Text(text) = &cell.value else { return self.filled(cell) };
        if let Some(read) = self.read.get(text.as_ref()) {
            return read.clone();
        }
        let read = if super::layout::is_blank(cell) { self.empty() } else { self.filled(cell) };
        if self.read.len() < KEPT {
            self.read.insert(Arc::from(text.as_ref()), read.clone());
        }
        read
    }

    fn filled(&mut self, cell: &Cell<'_>) -> Result<Ready, Bad> {
        sound(cell)?;
        if !self.field.missing.is_empty() && self.field.missing.contains(&fold(&cell.printed())) {
            return self.empty();
        }
        match (&self.field.kind, &cell.value) {
            // What `match` takes it takes from the text of the cell.
            _ if self.field.matching.is_some() => self.text(&Arc::from(text_of(cell).unwrap_or_default())),
            (FieldKind::Code { width: Some(width) }, CellValue::Number(number))
                if self.field.numbers == Numbers::Read =>
            {
                padded(*number, *width, cell)
            }
            (FieldKind::Date { min, max }, CellValue::Number(number))
                if self.field.numbers == Numbers::Read =>
            {
                let day = day_of_serial(*number);
                let day =
                    day.ok_or_else(|| Bad::new(&codes::NOT_A_DATE, cell.printed(), "the number of a day"))?;
                date_within(day, Normalised::Yes, *min, *max)
            }
            (FieldKind::Date { min, max }, value) => date(value, cell, *min, *max),
            (FieldKind::Code { width }, value) => code(value, cell, *width),
            (FieldKind::Period { freq }, CellValue::DateTime(moment)) => {
                period(&moment.date().to_string(), *freq, None)
            }
            // 2023.10 as a number is 2023.1: October and January look alike.
            (FieldKind::Period { .. }, CellValue::Number(number)) if number.fract() != 0.0 => {
                Err(Bad::new(&codes::NOT_A_PERIOD, cell.printed(), "a period: a month as text, as 2023-10"))
            }
            // A workbook keeps 15 digits of a number; what a longer one said is lost.
            (_, CellValue::Number(number)) if number.abs() >= 1e15 => {
                Err(Bad::new(&codes::CODE_DAMAGED, cell.printed(), expected_code(None)))
            }
            _ => match text_of(cell) {
                Some(text) => self.text(&Arc::from(text)),
                None => self.empty(),
            },
        }
    }

    /// What an empty cell means.
    pub(super) fn empty(&self) -> Result<Ready, Bad> {
        match (&self.field.default, self.field.on_bad, self.field.need) {
            (_, _, Need::Required) => {
                Err(Bad::new(&codes::REQUIRED_EMPTY, "", format!("a value for {}", self.field.name)))
            }
            (Some(default), _, _) => Ok(ready_default(default)),
            (None, OnBad::Unknown, _) => Ok(unknown("")),
            _ => Ok(Ready::default()),
        }
    }

    /// Reads a text from wherever it stands; what `match` does not fit is bad unless there is a default.
    pub(super) fn text(&mut self, text: &Arc<str>) -> Result<Ready, Bad> {
        match (self.field.part(text), &self.field.matching) {
            (Some(part), Some(_)) => self.typed(&Arc::from(part.as_str())),
            (None, Some(pattern)) => match &self.field.default {
                Some(default) => Ok(ready_default(default)),
                None => Err(Bad::new(
                    &codes::TEXT_UNCERTAIN,
                    text.as_ref(),
                    format!("a text like {}", pattern.written()),
                )),
            },
            _ => self.typed(text),
        }
    }

    /// Reads what a rule of the pipeline file puts in the place of a cell: a name must be known.
    pub(super) fn replaced(&mut self, text: &Arc<str>) -> Result<Ready, Bad> {
        if !self.field.is_coded() {
            return self.typed(text);
        }
        match self.look_up(text) {
            Some(code) => Ok(Ready { value: Value::Text(code), ..Ready::default() }),
            None => Err(Bad::new(&codes::CODE_UNKNOWN, text.as_ref(), self.hint(text))),
        }
    }

    /// Reads a text of which `match` has taken its part.
    pub(super) fn typed(&mut self, text: &Arc<str>) -> Result<Ready, Bad> {
        match &self.field.kind {
            FieldKind::Period { freq } => period(text, *freq, self.year),
            FieldKind::Integer { min, max } => integer(text, *min, *max),
            FieldKind::Date { min, max } => date_text(text, *min, *max),
            FieldKind::Code { width } => code_text(text, *width),
            FieldKind::Text if self.field.is_coded() => {
                if let Some(code) = self.look_up(text) {
                    return Ok(Ready { value: Value::Text(code), ..Ready::default() });
                }
                if let Some(default) = &self.field.default {
                    return Ok(ready_default(default));
                }
                match self.field.on_bad {
                    OnBad::Unknown => Ok(unknown(text)),
                    OnBad::Reject => Err(Bad::new(&codes::CODE_UNKNOWN, text.as_ref(), self.hint(text))),
                }
            }
            FieldKind::Text => Ok(Ready { value: Value::Text(Arc::clone(text)), ..Ready::default() }),
        }
    }

    /// The code of a name, if any list or map knows it.
    pub(super) fn look_up(&mut self, text: &Arc<str>) -> Option<Arc<str>> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let mapped = self.field.map.code_of(text);
        let found = mapped.or_else(|| self.list.and_then(|list| list.code_of(text))).map(Arc::from);
        self.known.insert(Arc::clone(text), found.clone());
        found
    }

    /// The known name nearest to an unknown one.
    pub(super) fn nearest(&self, text: &str) -> Option<String> {
        let mapped = crate::text::nearest(text, self.field.map.keys());
        mapped.or_else(|| self.list.and_then(|list| list.nearest_name(text))).map(str::to_owned)
    }

    fn hint(&self, text: &str) -> String {
        let list = self.field.codes.as_ref().map_or("the map", |list| list.value.as_str());
        match self.nearest(text) {
            Some(near) => format!("a name in {list}; did you mean {near}?"),
            None => format!("a name in {list}"),
        }
    }
}

/// A declared default; an empty one is nothing.
fn ready_default(default: &str) -> Ready {
    let value = if default.is_empty() { Value::Null } else { Value::text(default) };
    Ready { value, ..Ready::default() }
}

fn unknown(text: &str) -> Ready {
    Ready { value: Value::Word("_Z"), unknown: Some(text.to_owned()), ..Ready::default() }
}

/// A period with its frequency.
pub(super) fn ready_period(period: Period) -> Ready {
    Ready {
        value: Value::text(period.to_string()),
        freq: Value::Word(period.frequency.code()),
        ..Ready::default()
    }
}

fn period(text: &str, declared: Option<Frequency>, year: Option<YearAndMonth>) -> Result<Ready, Bad> {
    let bad = |reason: String| Bad::new(&codes::NOT_A_PERIOD, text, format!("a period: {reason}"));
    let period = read_period(text).or_else(|problem| {
        let part =
            year.and_then(|known| known.read_word(text).or_else(|| read_part_of_year(text, known.year)));
        part.ok_or_else(|| bad(problem.to_string()))
    })?;
    let Some(frequency) = declared else { return Ok(ready_period(period)) };
    match Period::parse(&period.to_string(), Some(frequency)) {
        Ok(period) => Ok(ready_period(period)),
        Err(_) => Err(bad(format!("`{period}` is none of the frequency {}", frequency.code()))),
    }
}

fn integer(text: &str, min: Option<i64>, max: Option<i64>) -> Result<Ready, Bad> {
    let read = read_number(text, NumberStyle::default()).ok().filter(|read| read.bound.is_none());
    let whole = read.as_ref().filter(|read| read.value.scale == 0);
    let Some(number) = whole.and_then(|read| i64::try_from(read.value.units).ok()) else {
        return Err(Bad::new(&codes::NOT_A_NUMBER, text, "a whole number"));
    };
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        let limits = format!("{} to {}", shown(min), shown(max));
        return Err(Bad::new(&codes::OUT_OF_RANGE, text, limits));
    }
    let normalised = Normalised::from_flag(read.is_some_and(|read| read.normalised));
    Ok(Ready { value: Value::Integer(number), normalised, ..Ready::default() })
}

fn shown<T: ToString>(limit: Option<T>) -> String {
    limit.map_or_else(|| "…".to_owned(), |limit| limit.to_string())
}

fn date(value: &CellValue, cell: &Cell<'_>, min: Option<Date>, max: Option<Date>) -> Result<Ready, Bad> {
    match value {
        CellValue::DateTime(moment) => date_within(moment.date(), Normalised::No, min, max),
        CellValue::Text(text) => date_text(text.trim(), min, max),
        _ => Err(Bad::new(&codes::NOT_A_DATE, cell.printed(), "a date")),
    }
}

fn date_text(text: &str, min: Option<Date>, max: Option<Date>) -> Result<Ready, Bad> {
    let date = read_date(text)
        .map_err(|problem| Bad::new(&codes::NOT_A_DATE, text, format!("a date: {problem}")))?;
    date_within(date, Normalised::from_flag(date.to_string() != text), min, max)
}

fn date_within(
    date: Date,
    normalised: Normalised,
    min: Option<Date>,
    max: Option<Date>,
) -> Result<Ready, Bad> {
    if min.is_some_and(|min| date < min) || max.is_some_and(|max| date > max) {
        let limits = format!("a date from {} to {}", shown(min), shown(max));
        return Err(Bad::new(&codes::OUT_OF_RANGE, date.to_string(), limits));
    }
    let days = days_of_date(date);
    Ok(Ready { value: Value::Date(days), normalised, ..Ready::default() })
}

fn code(value: &CellValue, cell: &Cell<'_>, width: Option<usize>) -> Result<Ready, Bad> {
    match value {
        CellValue::Text(text) => code_text(text.trim(), width),
        // A number cell holds a value, not a code: zeros in front are gone, and with them the meaning.
        _ => Err(Bad::new(&codes::CODE_DAMAGED, cell.printed(), expected_code(width))),
    }
}

/// A code whose zeros in front a number cell has lost: its declared width says how many.
fn padded(number: f64, width: usize, cell: &Cell<'_>) -> Result<Ready, Bad> {
    let digits = super::grid::shortest(number);
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= width.min(15);
    if !whole {
        return Err(Bad::new(&codes::CODE_DAMAGED, cell.printed(), expected_code(Some(width))));
    }
    let value = Value::text(format!("{digits:0>width$}"));
    Ok(Ready { value, normalised: Normalised::Yes, ..Ready::default() })
}

/// The number of 1970-01-01 in a workbook of Windows.
const SERIAL_OF_1970: i32 = 25_569;

/// The day with that number in a workbook of Windows; before 1 March 1900 its numbers are off by one.
fn day_of_serial(number: f64) -> Option<Date> {
    let whole = number.fract() == 0.0 && (61.0..2_958_466.0).contains(&number);
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 3e6 by the check above")]
    let serial = whole.then_some(number as i32)?;
    date_of_days(serial - SERIAL_OF_1970)
}

fn code_text(text: &str, width: Option<usize>) -> Result<Ready, Bad> {
    if width.is_some_and(|width| text.chars().count() != width) {
        return Err(Bad::new(&codes::CODE_DAMAGED, text, expected_code(width)));
    }
    Ok(Ready { value: Value::text(text), ..Ready::default() })
}

fn expected_code(width: Option<usize>) -> String {
    match width {
        Some(width) => format!("a code of {width} characters stored as text"),
        None => "a code stored as text".to_owned(),
    }
}
