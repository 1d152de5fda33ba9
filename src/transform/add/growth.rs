//! `growth`: each value against that of the same kind one lag earlier, as a fraction: 0.05 is 5 %.
//!
//! The base must be there, exact and positive, of the same frequency and span; a gap is never bridged.
//! Where there is no growth, `<name>_status` says why. `<name>_rounding` is how far the roundings of both
//! values may move it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use polars::prelude::*;

use crate::measure::{Frequency, Money, Period, ratio};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnType, Companion, Schema, Table};

use super::super::columns::{described, money_if_any, series, text, text_if_any};
use super::super::groups::Groups;
use super::super::measured::Measured;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, expect_columns, expect_new, values};

pub(super) const KIND: AddKind = AddKind {
    name: "growth",
    example: r#"{ name = "growth", growth = "obs_value", along = "time_period", lag = "1 year", by = ["flow", "currency"] }"#,
    read,
};

/// How far back the base lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lag {
    /// The same span a year earlier.
    Year,
    /// The month before; for months only.
    Month,
    /// The day, month, quarter or year before.
    Period,
}

const LAGS: [(&str, Lag); 3] = [("1 year", Lag::Year), ("1 month", Lag::Month), ("1 period", Lag::Period)];

#[derive(Debug)]
struct Growth {
    name: Text,
    of: Text,
    along: Text,
    lag: Lag,
    by: Vec<Text>,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("growth");
    let along = fields.text("along").unwrap_or_else(|| Text::at(fields.span(), "time_period"));
    let lag = fields.choice("lag", &LAGS).unwrap_or(Lag::Year);
    let by = fields.texts("by");
    Some(Box::new(Growth { name, of: of?, along, lag, by }))
}

impl Verb for Growth {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        super::super::columns::expect_column(schema, &self.of, &[ColumnType::Money, ColumnType::Integer], mistakes);
        let times = [ColumnType::Text, ColumnType::Integer];
        let along = super::super::columns::expect_column(schema, &self.along, &times, mistakes);
        if along == Some(ColumnType::Integer) && self.lag == Lag::Month {
            mistakes.add(self.along.span.clone(), format!("`{}` holds years, not months", self.along.value));
        }
        expect_columns(schema, &self.by, mistakes);
        for name in [self.name.value.clone(), Companion::Status.of(&self.name.value), Companion::Rounding.of(&self.name.value)] {
            expect_new(schema, &Text::at(self.name.span.clone(), name), mistakes);
        }
        if mistakes.count() > before {
            return None;
        }
        let frequency = super::super::columns::frequency_column(schema);
        let planned = Grown {
            name: self.name.value.clone(),
            of: Measured::of(schema, &self.of.value),
            along: self.along.value.clone(),
            frequency,
            lag: self.lag,
            by: values(&self.by),
        };
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Grown {
    name: String,
    of: Measured,
    along: String,
    frequency: Option<String>,
    lag: Lag,
    by: Vec<String>,
}

/// A point on the way, and that of its base.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// A year of a whole-number column.
    Year(i64),
    /// A period: its frequency's code and its ends.
    Period(&'static str, Date, Date),
}

/// A row's moment, and that of its base with its name, or why there is none.
type Steps = (Option<Moment>, Result<(Moment, String), String>);

impl Planned for Grown {
    fn run(&self, mut table: Table, _: &World<'_>) -> Result<Table, StepError> {
        let steps = self.steps(&table.frame)?;
        let rows_by_key = self.index(&table.frame, &steps)?;
        let figures = Figures::of(&self.of, &table.frame)?;
        let groups = Groups::by(&table.frame, &self.by)?;
        let mut made = Made::default();
        for (row, ((_, base), group)) in steps.iter().zip(&groups.of_row).enumerate() {
            let base = base.as_ref().map_err(String::clone).and_then(|(moment, name)| {
                match rows_by_key.get(&(*group, moment.clone())) {
                    Some(base) => Ok((*base, name.as_str())),
                    None => Err(format!("no base: {name} not published")),
                }
            });
            made.push(figures.growth(row, base));
        }
        let name = self.name.as_str();
        let rounding = Companion::Rounding.of(name);
        let status = Companion::Status.of(name);
        let columns = [
            Float64Chunked::from_iter_options(name.into(), made.growth.into_iter()).into_column(),
            StringChunked::from_iter_options(status.into(), made.status.into_iter()).into_column(),
            Float64Chunked::from_iter_options(rounding.into(), made.rounding.into_iter()).into_column(),
        ];
        for column in columns {
            table.frame.with_column(column)?;
        }
        self.declare(&mut table.schema);
        Ok(table)
    }
}

impl Grown {
    fn declare(&self, schema: &mut Schema) {
        schema.put(TableColumn::measure(self.name.as_str(), ColumnType::Ratio));
        for companion in [Companion::Status, Companion::Rounding] {
            schema.put(TableColumn::companion(companion, &self.name, ColumnType::Ratio));
        }
    }

    /// Where each row and its base stand.
    fn steps(&self, frame: &DataFrame) -> Result<Vec<Steps>, StepError> {
        if let Ok(years) = series(frame, &self.along)?.i64() {
            return Ok(years.iter().map(year_steps).collect());
        }
        let frequencies = text_if_any(frame, self.frequency.as_deref())?;
        let periods = text(frame, &self.along)?.iter().zip(&frequencies);
        Ok(periods.map(|(period, frequency)| self.period_steps(period, frequency.as_deref())).collect())
    }

    fn period_steps(&self, period: Option<&str>, frequency: Option<&str>) -> Steps {
        let Some(written) = period else { return (None, Err("no period".to_owned())) };
        let Some(period) = Period::parse(written, frequency.and_then(Frequency::parse)) else {
            return (None, Err(format!("`{written}` is no period")));
        };
        let base = match self.lag {
            Lag::Year => Ok(period.year_before()),
            Lag::Month if period.frequency == Frequency::Month => back(&period),
            Lag::Month => Err("not a month".to_owned()),
            Lag::Period => back(&period),
        };
        (Some(moment(&period)), base.map(|base| (moment(&base), base.to_string())))
    }

    /// The row of every key; two rows of one key are an error, for either might be the base.
    fn index(&self, frame: &DataFrame, steps: &[Steps]) -> Result<BTreeMap<(u32, Moment), usize>, StepError> {
        let groups = Groups::by(frame, &self.by)?;
        let mut index = BTreeMap::new();
        for (row, ((moment, _), group)) in steps.iter().zip(&groups.of_row).enumerate() {
            let Some(moment) = moment else { continue };
            if index.insert((*group, moment.clone()), row).is_some() {
                let mut columns = self.by.clone();
                columns.push(self.along.clone());
                return Err(StepError::DuplicateKey {
                    what: format!("growth of `{}`", self.of.name),
                    key: described(frame, &columns, row),
                    rows: 2,
                });
            }
        }
        Ok(index)
    }
}

fn year_steps(year: Option<i64>) -> Steps {
    match year {
        Some(year) => (Some(Moment::Year(year)), Ok((Moment::Year(year - 1), (year - 1).to_string()))),
        None => (None, Err("no year".to_owned())),
    }
}

fn moment(period: &Period) -> Moment {
    Moment::Period(period.frequency.code(), period.start, period.end)
}

/// The neighbour of the same frequency.
fn back(period: &Period) -> Result<Period, String> {
    let span = match period.frequency {
        Frequency::Day => jiff::Span::new().days(1),
        Frequency::Month => jiff::Span::new().months(1),
        Frequency::Quarter => jiff::Span::new().months(3),
        Frequency::Year => return Ok(period.year_before()),
        _ => return Err(format!("{period} has no period before it")),
    };
    let out_of_range = |_| format!("{period} has no period before it");
    let start = period.start.checked_sub(span).map_err(out_of_range)?;
    let end = period.start.yesterday().map_err(out_of_range)?;
    Ok(Period { start, end, frequency: period.frequency })
}

/// The three columns as they grow.
#[derive(Default)]
struct Made {
    growth: Vec<Option<f64>>,
    status: Vec<Option<String>>,
    rounding: Vec<Option<f64>>,
}

impl Made {
    fn push(&mut self, one: Result<(f64, Option<f64>), String>) {
        match one {
            Ok((growth, rounding)) => {
                self.growth.push(Some(growth));
                self.status.push(None);
                self.rounding.push(rounding);
            }
            Err(reason) => {
                self.growth.push(None);
                self.status.push(Some(reason));
                self.rounding.push(None);
            }
        }
    }
}

/// The values of the measure with all that may forbid a growth.
struct Figures {
    value: Vec<Option<Money>>,
    rounding: Vec<Option<Money>>,
    status: Vec<Option<String>>,
    bound: Vec<Option<String>>,
    units: Vec<Vec<Option<String>>>,
}

impl Figures {
    fn of(measured: &Measured, frame: &DataFrame) -> Result<Self, StepError> {
        let units = measured.units.iter().map(|unit| text_if_any(frame, Some(unit)));
        Ok(Self {
            value: measured.amounts(frame)?,
            rounding: money_if_any(frame, measured.rounding.as_deref())?,
            status: text_if_any(frame, measured.status.as_deref())?,
            bound: text_if_any(frame, measured.bound.as_deref())?,
            units: units.collect::<Result<_, _>>()?,
        })
    }

    /// The exact value of a row, or why there is none.
    fn exact(&self, row: usize) -> Result<Money, &'static str> {
        let value = self.value.get(row).copied().flatten().ok_or("no value")?;
        if self.bound.get(row).is_some_and(Option::is_some) {
            return Err("value is a bound");
        }
        if self.status.get(row).and_then(Option::as_deref) == Some("F") {
            return Err("value is a forecast");
        }
        Ok(value)
    }

    /// Growth and rounding of a row against its base, or why there is none.
    fn growth(&self, row: usize, base: Result<(usize, &str), String>) -> Result<(f64, Option<f64>), String> {
        let value = self.exact(row)?;
        let (base_row, name) = base?;
        let base = self.exact(base_row).map_err(|why| format!("no base: {name}: {why}"))?;
        if base == Money::zero() {
            return Err(format!("base {name} is zero"));
        }
        if base < Money::zero() {
            return Err(format!("base {name} is negative"));
        }
        for unit in &self.units {
            if unit.get(row) != unit.get(base_row) {
                return Err(format!("base {name} is in another unit or currency"));
            }
        }
        let growth = quotient(value, base).ok_or_else(|| format!("base {name} is out of range"))?;
        Ok((growth, self.half_width(row, base_row, growth)))
    }

    /// How far growth may be off: the farther end of what both roundings allow.
    fn half_width(&self, row: usize, base_row: usize, growth: f64) -> Option<f64> {
        let (value, base) = (self.value.get(row).copied()??, self.value.get(base_row).copied()??);
        let off = self.rounding.get(row).copied()??;
        let base_off = self.rounding.get(base_row).copied()??;
        let (least, most) = (base.checked_sub(base_off).ok()?, base.checked_add(base_off).ok()?);
        if least <= Money::zero() {
            return None;
        }
        let mut width = 0.0_f64;
        for end in [value.checked_sub(off).ok()?, value.checked_add(off).ok()?] {
            for base in [least, most] {
                width = width.max((quotient(end, base)? - growth).abs());
            }
        }
        Some(width)
    }
}

/// `value / base - 1`, with one rounding: the difference is exact.
fn quotient(value: Money, base: Money) -> Option<f64> {
    ratio(value.checked_sub(base).ok()?, base)
}
