//! The typing of cells: a cell becomes a number, date, period, code or text, or a reason why it does not.
//! Never a guess; what is read by rule is marked normalised.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::finding::{Code, source as codes};
use crate::measure::{
    ArithmeticError, Bound, Decimal, Money, NumberStyle, Period, read_date, read_number, read_period,
};
use crate::text::{CodeList, fold};

use super::builder::Value;
use super::grid::{Cell, CellValue};
use super::spec::Precision;
use super::spec_columns::{Field, FieldKind, Need, OnBad};

/// Why a cell cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bad {
    pub(super) code: &'static Code,
    pub(super) seen: String,
    pub(super) expected: String,
}

impl Bad {
    pub(super) fn new(code: &'static Code, seen: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { code, seen: seen.into(), expected: expected.into() }
    }
}

/// A number as printed.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// The exact value; its scale is the number of printed decimals.
    pub(super) value: Decimal,
    /// Whether the value is of percent: 13 for 13 %.
    pub(super) percent: Percent,
    pub(super) bound: Option<Bound>,
    pub(super) normalised: Normalised,
}

/// How a share is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Percent {
    /// A plain number; in a percent column 13 means 13 %.
    Plain,
    /// With a sign: `13%`.
    Sign,
    /// 0.13 means 13 %, as behind a percentage format.
    Fraction,
}

/// Whether a cell was read by rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Normalised {
    #[default]
    No,
    Yes,
}

impl Normalised {
    pub(super) fn from_flag(normalised: bool) -> Self {
        if normalised { Self::Yes } else { Self::No }
    }
}

/// What is left of a cell's text once blanks around it are gone; `None` where nothing is left.
pub(super) fn text_of(cell: &Cell) -> Option<Arc<str>> {
    match &cell.value {
        CellValue::Text(text) => {
            let trimmed = text.trim();
            match trimmed.len() {
                0 => None,
                all if all == text.len() => Some(Arc::clone(text)),
                _ => Some(Arc::from(trimmed)),
            }
        }
        _ => Some(Arc::from(cell.printed())),
    }
}

/// Error cells and formulas without a result are bad whatever the column holds.
fn sound(cell: &Cell) -> Result<(), Bad> {
    match &cell.value {
        CellValue::Error(error) => Err(Bad::new(&codes::ERROR_CELL, error.as_ref(), "a value")),
        CellValue::UncachedFormula(formula) => {
            Err(Bad::new(&codes::UNCACHED_FORMULA, formula.as_ref(), "a saved result"))
        }
        _ => Ok(()),
    }
}

/// Text that spells a spreadsheet error, as files saved from text hold it.
fn is_error_text(text: &str) -> bool {
    const ERRORS: &[&str] = &["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];
    ERRORS.iter().any(|error| text.eq_ignore_ascii_case(error))
}

/// Reads a number.
pub(super) fn number(cell: &Cell, decimal: char) -> Result<Number, Bad> {
    sound(cell)?;
    match &cell.value {
        CellValue::Number(value) => plain_number(cell, *value),
        CellValue::Text(text) if is_error_text(text.trim()) => {
            Err(Bad::new(&codes::ERROR_CELL, text.trim(), "a number"))
        }
        CellValue::Text(text) => match read_number(text, NumberStyle { decimal }) {
            Ok(read) => Ok(Number {
                value: read.value,
                percent: if read.percent { Percent::Sign } else { Percent::Plain },
                bound: read.bound,
                normalised: Normalised::from_flag(read.normalised),
            }),
            Err(problem) => Err(Bad::new(&codes::NOT_A_NUMBER, text.trim(), format!("a number: {problem}"))),
        },
        _ => Err(Bad::new(&codes::NOT_A_NUMBER, cell.printed(), "a number")),
    }
}

/// The number a cell stores, with the decimals its format prints.
fn plain_number(cell: &Cell, stored: f64) -> Result<Number, Bad> {
    let bad = || Bad::new(&codes::NOT_A_NUMBER, cell.printed(), "a number");
    let mut value = Decimal::parse(&super::grid::shortest(stored)).map_err(|_error| bad())?;
    let percent = if cell.percent { Percent::Fraction } else { Percent::Plain };
    let shown = cell.decimals.map_or(0, u32::from) + if cell.percent { 2 } else { 0 };
    while value.scale < shown {
        value.units = value.units.checked_mul(10).ok_or_else(bad)?;
        value.scale += 1;
    }
    Ok(Number { value, percent, bound: None, normalised: Normalised::No })
}

/// A figure in base units with half a unit of its last printed place.
pub(super) fn money(
    value: Decimal,
    power: i32,
    precision: Precision,
) -> Result<(Value, Value), ArithmeticError> {
    let money = Money::nearest(value, power)?;
    let mut half = Decimal { units: 5, scale: value.scale + 1 };
    if precision == Precision::Significant && value.scale == 0 {
        let mut rest = value.units;
        while rest != 0 && rest % 10 == 0 {
            rest /= 10;
            half.units = half.units.saturating_mul(10);
        }
    }
    // A place beyond the eighth is below what a figure can hold; its rounding is unknown, not zero.
    let rounding = match Money::from_decimal(half, power) {
        Ok(half) if half.units() > 0 => Value::Money(half.units()),
        _ => Value::Null,
    };
    Ok((Value::Money(money.units()), rounding))
}

/// A share as a fraction with half a unit of its last printed place.
pub(super) fn ratio(value: Decimal, percent: Percent) -> (Value, Value) {
    let places = value.scale + if percent == Percent::Fraction { 0 } else { 2 };
    // Parsing the decimal text rounds once; dividing would round twice.
    let fraction = |units: i128, places: u32| match format!("{units}e-{places}").parse::<f64>() {
        Ok(ratio) if ratio.is_finite() => Value::Ratio(ratio),
        _ => Value::Null,
    };
    (fraction(value.units, places), fraction(5, places + 1))
}

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
    list: Option<&'a CodeList>,
    known: BTreeMap<Arc<str>, Option<Arc<str>>>,
}

impl<'a> FieldReader<'a> {
    pub(super) fn new(field: &'a Field, lists: &'a BTreeMap<String, CodeList>) -> Self {
        let list = field.codes.as_ref().and_then(|name| lists.get(&name.value));
        Self { field, list, known: BTreeMap::new() }
    }

    /// Reads a cell of the row.
    pub(super) fn cell(&mut self, cell: Option<&Cell>) -> Result<Ready, Bad> {
        let Some(cell) = cell.filter(|cell| !super::layout::is_blank(cell)) else { return self.empty() };
        sound(cell)?;
        match (&self.field.kind, &cell.value) {
            (FieldKind::Date { min, max }, value) => date(value, cell, *min, *max),
            (FieldKind::Code { width }, value) => code(value, cell, *width),
            (FieldKind::Period, CellValue::DateTime(moment)) => period(&moment.date().to_string()),
            // A workbook keeps 15 digits of a number; what a longer one said is lost.
            (_, CellValue::Number(number)) if number.abs() >= 1e15 => {
                Err(Bad::new(&codes::CODE_DAMAGED, cell.printed(), expected_code(None)))
            }
            _ => match text_of(cell) {
                Some(text) => self.text(&text),
                None => self.empty(),
            },
        }
    }

    fn empty(&self) -> Result<Ready, Bad> {
        match (&self.field.default, self.field.on_bad, self.field.need) {
            (_, _, Need::Required) => {
                Err(Bad::new(&codes::REQUIRED_EMPTY, "", format!("a value for {}", self.field.name)))
            }
            (Some(default), _, _) => Ok(Ready { value: Value::text(default.as_str()), ..Ready::default() }),
            (None, OnBad::Unknown, _) => Ok(unknown("")),
            _ => Ok(Ready::default()),
        }
    }

    /// Reads a text from wherever it stands.
    pub(super) fn text(&mut self, text: &Arc<str>) -> Result<Ready, Bad> {
        match &self.field.kind {
            FieldKind::Period => period(text),
            FieldKind::Integer { min, max } => integer(text, *min, *max),
            FieldKind::Date { min, max } => date_text(text, *min, *max),
            FieldKind::Code { width } => code_text(text, *width),
            FieldKind::Text if self.field.is_coded() => {
                if let Some(code) = self.look_up(text) {
                    return Ok(Ready { value: Value::Text(code), ..Ready::default() });
                }
                if let Some(default) = &self.field.default {
                    return Ok(Ready { value: Value::text(default.as_str()), ..Ready::default() });
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
        let folded = fold(text);
        let mapped = self.field.map.get(&folded).map(String::as_str);
        let found = mapped.or_else(|| self.list.and_then(|list| list.code_of(text))).map(Arc::from);
        self.known.insert(Arc::clone(text), found.clone());
        found
    }

    /// The known name nearest to an unknown one.
    pub(super) fn nearest(&self, text: &str) -> Option<String> {
        let mapped = crate::text::nearest(text, self.field.map.keys().map(String::as_str));
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

fn period(text: &str) -> Result<Ready, Bad> {
    match read_period(text) {
        Ok(period) => Ok(ready_period(period)),
        Err(problem) => Err(Bad::new(&codes::NOT_A_PERIOD, text, format!("a period: {problem}"))),
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

fn date(value: &CellValue, cell: &Cell, min: Option<Date>, max: Option<Date>) -> Result<Ready, Bad> {
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
    let days = (date - Date::constant(1970, 1, 1)).get_days();
    Ok(Ready { value: Value::Date(days), normalised, ..Ready::default() })
}

fn code(value: &CellValue, cell: &Cell, width: Option<usize>) -> Result<Ready, Bad> {
    match value {
        CellValue::Text(text) => code_text(text.trim(), width),
        // A number cell holds a value, not a code: zeros in front are gone, and with them the meaning.
        _ => Err(Bad::new(&codes::CODE_DAMAGED, cell.printed(), expected_code(width))),
    }
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
