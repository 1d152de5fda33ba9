//! The typing of cells: a cell becomes a number, date, period, code or text, or a reason why it does not.
//! Never a guess; what is read by rule is marked normalised.

use std::borrow::Cow;

use crate::finding::{Code, source as codes};
use crate::measure::{
    ArithmeticError, Bound, Decimal, Money, NumberStyle, ReadGrowth, read_growth_words, read_index_words,
    read_number, read_scientific,
};

use super::builder::Value;
use super::grid::{Cell, CellValue};
use super::spec::Precision;

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
    /// How many zeros before the point nobody printed: 1.2E+6 has 5.
    pub(super) filled: u32,
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

impl Percent {
    /// How a share is written in a column of fractions, where 0.13 means 13 %.
    pub(super) fn as_fraction(self) -> Self {
        match self {
            Self::Plain | Self::Fraction => Self::Fraction,
            Self::Sign => Self::Sign,
        }
    }
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

/// Signs that nobody sees, such as the mark of a file that was put behind another; [`fold`](crate::text::fold)
/// leaves them out too.
fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{feff}' | '\u{200b}' | '\u{00ad}')
}

/// What is left of a cell's text once blanks around it and signs that nobody sees are gone; `None` where
/// nothing is left.
pub(super) fn text_of<'t>(cell: &'t Cell<'_>) -> Option<Cow<'t, str>> {
    match &cell.value {
        CellValue::Text(text) if text.contains(is_unseen) && !text.chars().all(is_unseen) => {
            let seen: String = text.chars().filter(|sign| !is_unseen(*sign)).collect();
            Some(seen.trim()).filter(|seen| !seen.is_empty()).map(|seen| Cow::Owned(seen.to_owned()))
        }
        CellValue::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
        _ => Some(Cow::Owned(cell.printed())),
    }
}

/// Error cells and formulas without a result are bad whatever the column holds.
pub(super) fn sound(cell: &Cell<'_>) -> Result<(), Bad> {
    match &cell.value {
        CellValue::Error(error) => Err(Bad::new(&codes::ERROR_CELL, error.as_ref(), "a value")),
        CellValue::UncachedFormula(formula) => {
            Err(Bad::new(&codes::UNCACHED_FORMULA, formula.as_ref(), "a saved result"))
        }
        CellValue::Damaged(what) => Err(Bad::new(&codes::DAMAGED_CELL, what.as_ref(), "a value")),
        _ => Ok(()),
    }
}

/// Text that spells a spreadsheet error, as files saved from text hold it.
fn is_error_text(text: &str) -> bool {
    const ERRORS: &[&str] = &["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];
    ERRORS.iter().any(|error| text.eq_ignore_ascii_case(error))
}

/// Reads a number.
pub(super) fn number(cell: &Cell<'_>, decimal: char) -> Result<Number, Bad> {
    sound(cell)?;
    match &cell.value {
        CellValue::Number(value) => plain_number(cell, *value),
        CellValue::Text(text) if is_error_text(text.trim()) => {
            Err(Bad::new(&codes::ERROR_CELL, text.trim(), "a number"))
        }
        CellValue::Text(text) => text_number(text, NumberStyle { decimal }),
        _ => Err(Bad::new(&codes::NOT_A_NUMBER, cell.printed(), "a number")),
    }
}

/// How a column of growth may print it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GrowthWords {
    /// 增长12.3%, снижение на 3 %.
    Percent,
    /// `в 2,3 раза` for 230.
    Index,
}

/// Reads growth: a number, or the words for one.
pub(super) fn growth(cell: &Cell<'_>, decimal: char, words: GrowthWords) -> Result<Number, Bad> {
    let problem = match (number(cell, decimal), &cell.value) {
        (Err(problem), CellValue::Text(text)) => {
            let style = NumberStyle { decimal };
            let read = match words {
                GrowthWords::Percent => read_growth_words(text, style),
                GrowthWords::Index => read_index_words(text, style),
            };
            match read {
                Some(read) => return Ok(Number::from(read)),
                None => problem,
            }
        }
        (read, _) => return read,
    };
    let like = match words {
        GrowthWords::Percent => "增长12.3%, 下降5.6%, 持平, рост на 5,2 %",
        GrowthWords::Index => "в 2,3 раза",
    };
    Err(Bad {
        expected: format!("{}; of words, one sign and one number as in {like}", problem.expected),
        ..problem
    })
}

impl From<ReadGrowth> for Number {
    fn from(read: ReadGrowth) -> Self {
        Self {
            value: read.percent.value,
            percent: Percent::Sign,
            bound: read.bound,
            normalised: Normalised::Yes,
            filled: read.percent.filled,
        }
    }
}

/// The number a text spells, as offices or, with an exponent, as programs write it.
fn text_number(text: &str, style: NumberStyle) -> Result<Number, Bad> {
    match read_number(text, style) {
        Ok(read) => Ok(Number {
            value: read.value,
            percent: if read.percent { Percent::Sign } else { Percent::Plain },
            bound: read.bound,
            normalised: Normalised::from_flag(read.normalised),
            filled: 0,
        }),
        Err(problem) => match read_scientific(text, style) {
            Some(read) => Ok(Number {
                value: read.value,
                percent: Percent::Plain,
                bound: None,
                normalised: Normalised::Yes,
                filled: read.filled,
            }),
            None => Err(Bad::new(&codes::NOT_A_NUMBER, text.trim(), format!("a number: {problem}"))),
        },
    }
}

/// The number a cell stores, with the decimals its format prints.
fn plain_number(cell: &Cell<'_>, stored: f64) -> Result<Number, Bad> {
    let bad = || Bad::new(&codes::NOT_A_NUMBER, cell.printed(), "a number");
    let mut value = Decimal::parse(&super::grid::shortest(stored)).map_err(|_error| bad())?;
    let percent = if cell.percent { Percent::Fraction } else { Percent::Plain };
    let shown = cell.decimals.map_or(0, u32::from) + if cell.percent { 2 } else { 0 };
    while value.scale < shown {
        value.units = value.units.checked_mul(10).ok_or_else(bad)?;
        value.scale += 1;
    }
    Ok(Number { value, percent, bound: None, normalised: Normalised::No, filled: 0 })
}

impl Number {
    /// The digits that were printed, and the power of ten that the zeros nobody printed stand for: they say
    /// nothing of how exact the figure is.
    pub(super) fn printed(&self) -> (Decimal, i32) {
        let zeros = 10_i128.checked_pow(self.filled).unwrap_or(1);
        let power = i32::try_from(self.filled).unwrap_or_default();
        (Decimal { units: self.value.units / zeros, scale: self.value.scale }, power)
    }
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

/// Growth written as an index of 100 (113 for growth of 13 %), as a fraction.
pub(super) fn index(number: &Number) -> Option<(Value, Value)> {
    let hundred = if number.percent == Percent::Fraction { 1 } else { 100 };
    let base = 10_i128.checked_pow(number.value.scale)?.checked_mul(hundred)?;
    let units = number.value.units.checked_sub(base)?;
    let value = Decimal { units, scale: number.value.scale };
    Some(ratio(&Number { value, ..number.clone() }))
}

/// A share as a fraction with half a unit of its last printed place.
pub(super) fn ratio(number: &Number) -> (Value, Value) {
    let places = number.value.scale + if number.percent == Percent::Fraction { 0 } else { 2 };
    // Parsing the decimal text rounds once; dividing would round twice.
    let fraction = |units: i128, places: i64| match format!("{units}e{}", -places).parse::<f64>() {
        Ok(ratio) if ratio.is_finite() => Value::Ratio(ratio),
        _ => Value::Null,
    };
    let printed = i64::from(places) - i64::from(number.filled);
    (fraction(number.value.units, places.into()), fraction(5, printed + 1))
}
