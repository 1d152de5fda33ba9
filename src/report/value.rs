//! Values of a table as a page shows them: read from the frame, scaled exactly, rounded half away from
//! zero only when written as text. Nothing here computes a figure.

use std::cmp::Ordering;

use jiff::civil::Date;
use polars::prelude::{AnyValue, Column};

use crate::measure::date_of_days;
use crate::table::Table;

/// One cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// No value.
    Missing,
    /// Text, a code or a period.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// An exact number: `units / 10^scale`.
    Exact(Exact),
    /// A fraction: 0.131 is 13.1 %.
    Ratio(f64),
    /// A civil date.
    Date(Date),
    /// True or false.
    Truth(bool),
}

impl Value {
    /// The order of a page: numbers by size, text by code point, missing values last.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, _) => Ordering::Greater,
            (_, Self::Missing) => Ordering::Less,
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Whole(a), Self::Whole(b)) => a.cmp(b),
            (Self::Exact(a), Self::Exact(b)) if a.scale == b.scale => a.units.cmp(&b.units),
            (Self::Ratio(a), Self::Ratio(b)) => a.total_cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Truth(a), Self::Truth(b)) => a.cmp(b),
            // One column holds one type, so two kinds never meet.
            _ => Ordering::Equal,
        }
    }

    /// The text, where it is one and not blank.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// The number exactly, for whole and exact numbers.
    pub(super) fn exact(&self) -> Option<Exact> {
        match self {
            Self::Whole(number) => Some(Exact { units: i128::from(*number), scale: 0 }),
            Self::Exact(number) => Some(*number),
            _ => None,
        }
    }
}

/// An exact number: `units / 10^scale`; the scale may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    /// Units of the last place.
    pub(super) units: i128,
    /// Places behind the point.
    pub(super) scale: i32,
}

impl Exact {
    /// Divided by `10^power`, exactly.
    pub(super) fn divided(self, power: i32) -> Self {
        Self { scale: self.scale + power, ..self }
    }

    /// All digits, no exponent, no zeros at the end: `122000000000`, `1313.4`, `-0.05`.
    pub(super) fn plain(self) -> String {
        let digits = self.units.unsigned_abs().to_string();
        let sign = if self.units < 0 { "-" } else { "" };
        let Some(places) = usize::try_from(self.scale).ok().filter(|places| *places > 0) else {
            let zeros = if self.units == 0 { 0 } else { self.scale.unsigned_abs() };
            return format!("{sign}{digits}{}", "0".repeat(usize::try_from(zeros).unwrap_or(0)));
        };
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, part) = padded.split_at_checked(padded.len() - places).unwrap_or((&padded, ""));
        let part = part.trim_end_matches('0');
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }

    /// Rounded half away from zero to so many places.
    pub(super) fn rounded(self, places: u8) -> Self {
        let places = i32::from(places);
        let Some(drop) = u32::try_from(self.scale - places).ok().filter(|drop| *drop > 0) else {
            return self;
        };
        let Some(unit) = 10_i128.checked_pow(drop) else { return Self { units: 0, scale: places } };
        let (whole, rest) = (self.units / unit, self.units % unit);
        let away =
            if rest.unsigned_abs() >= unit.unsigned_abs().div_ceil(2) { self.units.signum() } else { 0 };
        Self { units: whole + away, scale: places }
    }

    /// As people read it: rounded to exactly so many places, thousands parted by commas.
    pub(super) fn grouped(self, places: u8) -> String {
        let plain = self.rounded(places).plain();
        let (sign, number) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let places = usize::from(places);
        if places == 0 { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{part:0<places$}") }
    }

    /// The nearest double, which Excel stores; `None` if that is not finite.
    pub(super) fn to_float(self) -> Option<f64> {
        self.plain().parse::<f64>().ok().filter(|number| number.is_finite())
    }

    /// How many places behind the point it needs, at most `most`.
    pub(super) fn places_needed(self, most: u8) -> u8 {
        let plain = self.rounded(most).plain();
        let places = plain.split_once('.').map_or(0, |(_, part)| part.len());
        u8::try_from(places).unwrap_or(most)
    }
}

/// The largest whole number a double holds exactly; Excel would change the digits of a larger one.
pub(super) const LARGEST_WHOLE: u64 = 1 << 53;

/// A table whose cells can be asked for by column name and row.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// The table itself.
    pub(super) table: &'a Table,
}

impl<'a> View<'a> {
    /// A view of a table.
    pub(super) fn new(table: &'a Table) -> Self {
        Self { table }
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> usize {
        self.table.frame.height()
    }

    /// One cell; missing where there is no such column or row.
    pub(super) fn value(&self, column: &str, row: usize) -> Value {
        self.table.frame.column(column).map_or(Value::Missing, |column| value_at(column, row))
    }

    /// The text of a cell that is not blank.
    pub(super) fn text(&self, column: &str, row: usize) -> Option<String> {
        self.value(column, row).text().map(str::to_owned)
    }

    /// The origin of a row, where the table carries one.
    pub(super) fn origin(&self, row: usize) -> Option<u32> {
        let column = self.table.frame.column(crate::table::ORIGIN_COLUMN).ok()?;
        match column.get(row).ok()? {
            AnyValue::UInt32(origin) => Some(origin),
            _ => None,
        }
    }
}

/// The value of a column in a row.
pub(super) fn value_at(column: &Column, row: usize) -> Value {
    match column.get(row) {
        Ok(AnyValue::String(text)) => Value::Text(text.to_owned()),
        Ok(AnyValue::StringOwned(text)) => Value::Text(text.to_string()),
        Ok(AnyValue::Boolean(truth)) => Value::Truth(truth),
        Ok(AnyValue::Int64(number)) => Value::Whole(number),
        Ok(AnyValue::Int32(number)) => Value::Whole(i64::from(number)),
        Ok(AnyValue::UInt32(number)) => Value::Whole(i64::from(number)),
        Ok(AnyValue::UInt64(number)) => i64::try_from(number).map_or(Value::Missing, Value::Whole),
        Ok(AnyValue::Decimal(units, _, scale)) => {
            i32::try_from(scale).map_or(Value::Missing, |scale| Value::Exact(Exact { units, scale }))
        }
        Ok(AnyValue::Float64(number)) => Value::Ratio(number),
        Ok(AnyValue::Date(days)) => date_of_days(days).map_or(Value::Missing, Value::Date),
        _ => Value::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(units: i128, scale: i32, plain: &str, places: u8, grouped: &str) {
        let number = Exact { units, scale };
        assert_eq!(number.plain(), plain);
        assert_eq!(number.grouped(places), grouped);
    }

    #[test]
    fn numbers_are_written_in_full() {
        check(12_200_000_000_000_000_000, 8, "122000000000", 0, "122,000,000,000");
        check(122, -9, "122000000000", 1, "122,000,000,000.0");
        check(-5, 2, "-0.05", 1, "-0.1");
        check(0, -3, "0", 2, "0.00");
    }

    #[test]
    fn halves_round_away_from_zero() {
        check(125, 2, "1.25", 1, "1.3");
        check(-125, 2, "-1.25", 1, "-1.3");
        check(1249, 3, "1.249", 1, "1.2");
        check(999_995, 2, "9999.95", 1, "10,000.0");
    }

    #[test]
    fn dividing_by_a_power_of_ten_is_exact() {
        let yuan = Exact { units: 13_134_000_000_000_000_000, scale: 8 };
        assert_eq!(yuan.divided(8).plain(), "1313.4");
        assert_eq!(yuan.divided(8).to_float(), Some(1313.4));
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(date_of_days(18_062), Some(jiff::civil::date(2019, 6, 15)));
    }
}
