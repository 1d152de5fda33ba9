//! Rows along time: the moment of every row, the row of every moment, and rows in their order. A gap is
//! never bridged: what stands before a moment is the period just before it, not the row just before.

use std::collections::BTreeMap;
use std::fmt;

use polars::prelude::DataFrame;

use crate::measure::{Frequency, Money, Period};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{ColumnType, Schema, Table};

use super::columns::{described, expect_column, frequency_column, place, series, text, text_if_any};
use super::figures::Figures;
use super::groups::Groups;
use super::{SameKey, StepError, World};

/// A point on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    /// A year of a whole-number column.
    Year(i64),
    /// A period.
    Period(Period),
}

impl Moment {
    /// The moment a text names, in a column of whole years or of periods.
    pub(super) fn named(text: &Text, along: Option<ColumnType>, mistakes: &Mistakes) -> Option<Self> {
        let years = along == Some(ColumnType::Integer);
        match Period::parse(&text.value, None) {
            Ok(period) if years && period.frequency == Frequency::Year => {
                Some(Self::Year(i64::from(period.start.year())))
            }
            Ok(_) if years => {
                mistakes.add(text.span.clone(), format!("`{}` is no year", text.value));
                None
            }
            Ok(period) => Some(Self::Period(period)),
            Err(error) => {
                mistakes.add(text.span.clone(), error.to_string());
                None
            }
        }
    }

    /// The moment just before, of the same kind; year-to-date spans and other ranges have none.
    pub(super) fn previous(&self) -> Option<Self> {
        match self {
            Self::Year(year) => year.checked_sub(1).map(Self::Year),
            Self::Period(period) => period.previous().map(Self::Period),
        }
    }

    /// The same span so many years earlier.
    pub(super) fn years_before(&self, years: i64) -> Option<Self> {
        match self {
            Self::Year(year) => year.checked_sub(years).map(Self::Year),
            Self::Period(period) => {
                i16::try_from(years).ok().and_then(|years| period.years_before(years)).map(Self::Period)
            }
        }
    }

    /// Whether figures of both can be compared: whole days, months, quarters or years, or the same span of
    /// two years.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.frequency() == other.frequency()
            && (self.previous().is_some()
                || self.years_before(self.year() - other.year()).as_ref() == Some(other))
    }

    /// Its frequency; a whole number is a year.
    pub(super) fn frequency(&self) -> Frequency {
        match self {
            Self::Year(_) => Frequency::Year,
            Self::Period(period) => period.frequency,
        }
    }

    /// Its year.
    pub(super) fn year(&self) -> i64 {
        match self {
            Self::Year(year) => *year,
            Self::Period(period) => i64::from(period.start.year()),
        }
    }

    /// Whether its first day is that of a year.
    pub(super) fn begins_a_year(&self) -> bool {
        match self {
            Self::Year(_) => true,
            Self::Period(period) => (period.start.month(), period.start.day()) == (1, 1),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year}"),
            Self::Period(period) => write!(f, "{period}"),
        }
    }
}

/// How far back a base lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lag {
    /// The same span a year earlier.
    Year,
    /// The month before; for months only.
    Month,
    /// The day, month, quarter or year before.
    Period,
}

impl Lag {
    /// The words of the pipeline file.
    const WORDS: [(&str, Self); 3] =
        [("1 year", Self::Year), ("1 month", Self::Month), ("1 period", Self::Period)];

    /// Reads `lag`; a year where nothing is said.
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        fields.choice("lag", &Self::WORDS).unwrap_or(Self::Year)
    }

    /// Whole numbers are years, which have no month before.
    pub(super) fn expect_fits(self, along: &Text, schema: &Schema, mistakes: &Mistakes) {
        let of = schema.get(&along.value).map(|column| column.column_type);
        if of == Some(ColumnType::Integer) && self == Self::Month {
            mistakes.add(along.span.clone(), format!("`{}` holds years, not months", along.value));
        }
    }

    /// The moment of the base.
    pub(super) fn base(self, moment: Moment) -> Result<Moment, String> {
        let base = match self {
            Self::Year => moment.years_before(1),
            Self::Month if moment.frequency() != Frequency::Month => return Err("not a month".to_owned()),
            Self::Month | Self::Period => moment.previous(),
        };
        base.ok_or_else(|| format!("{moment} has no period before it"))
    }
}

/// The column of time of a table, and what tells its rows of one moment apart.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The column of periods, or of years as whole numbers.
    pub along: String,
    /// The column of frequencies.
    pub frequency: Option<String>,
    /// What needs rows told apart, for messages.
    pub what: String,
    /// The columns that tell them apart beside `along`, for messages.
    pub by: Vec<String>,
}

impl Way {
    /// A way along a column of periods or years; anything else is a mistake.
    pub(super) fn plan(
        along: &Text,
        schema: &Schema,
        (what, by): (String, Vec<String>),
        mistakes: &Mistakes,
    ) -> Option<Self> {
        expect_column(schema, along, &[ColumnType::Text, ColumnType::Integer], mistakes)?;
        Some(Self { along: along.value.clone(), frequency: frequency_column(schema), what, by })
    }

    /// The moment of every row, or why there is none.
    fn moments(&self, frame: &DataFrame) -> Result<Vec<Result<Moment, String>>, StepError> {
        if let Ok(years) = series(frame, &self.along)?.i64() {
            let moment = |year: Option<i64>| year.map(Moment::Year).ok_or_else(|| "no year".to_owned());
            return Ok(years.iter().map(moment).collect());
        }
        let frequencies = text_if_any(frame, self.frequency.as_deref())?;
        let read = |(written, frequency): (Option<&str>, &Option<String>)| {
            let written = written.ok_or("no period")?;
            Period::parse(written, frequency.as_deref().and_then(Frequency::parse))
                .map(Moment::Period)
                .map_err(|_not_a_period| format!("`{written}` is no period"))
        };
        Ok(text(frame, &self.along)?.iter().zip(&frequencies).map(read).collect())
    }
}

/// The rows of a table along time, group by group.
#[derive(Debug)]
pub(super) struct Along<'a> {
    /// The moment of every row, or why there is none.
    pub moments: Vec<Result<Moment, String>>,
    groups: &'a Groups,
    rows: BTreeMap<(u32, Moment), usize>,
}

impl<'a> Along<'a> {
    /// Reads the moments; two rows of one group and moment are an error, for either might be meant.
    pub(super) fn of(
        way: &Way,
        table: &Table,
        groups: &'a Groups,
        world: &World<'_>,
    ) -> Result<Self, StepError> {
        let moments = way.moments(&table.frame)?;
        let mut rows = BTreeMap::new();
        for (row, (moment, group)) in moments.iter().zip(&groups.of_row).enumerate() {
            let Ok(moment) = moment else { continue };
            if rows.insert((*group, *moment), row).is_some() {
                let mut columns = way.by.clone();
                columns.push(way.along.clone());
                return Err(SameKey {
                    what: way.what.clone(),
                    key: described(&table.frame, &columns, row),
                    columns: columns.join(", "),
                    rows: 2,
                    place: place(table, world, row),
                }
                .into());
            }
        }
        Ok(Self { moments, groups, rows })
    }

    /// The row of a moment in the group of another row.
    pub(super) fn row_at(&self, moment: Moment, beside: usize) -> Option<usize> {
        let group = *self.groups.of_row.get(beside)?;
        self.rows.get(&(group, moment)).copied()
    }

    /// An exact figure and that of its base, or why they cannot be compared.
    pub(super) fn against(
        &self,
        figures: &Figures,
        row: usize,
        base: Result<Moment, String>,
    ) -> Result<Against, String> {
        let value = figures.whole(row)?;
        let moment = base?;
        let base_row = self.row_at(moment, row).ok_or_else(|| format!("no base: {moment} not published"))?;
        let base = figures.whole(base_row).map_err(|why| format!("no base: {moment}: {why}"))?;
        if !figures.same_unit(row, base_row) {
            return Err(format!("base {moment} is in another unit or currency"));
        }
        Ok(Against { value, base, base_row, moment })
    }

    /// The rows of every group and frequency, from the earliest on.
    pub(super) fn chains(&self) -> Vec<Vec<(Moment, usize)>> {
        let mut chains: BTreeMap<(u32, Frequency), Vec<(Moment, usize)>> = BTreeMap::new();
        for ((group, moment), row) in &self.rows {
            chains.entry((*group, moment.frequency())).or_default().push((*moment, *row));
        }
        chains.into_values().collect()
    }
}

/// A figure and its base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Against {
    /// The figure.
    pub value: Money,
    /// That of the base.
    pub base: Money,
    /// The row of the base.
    pub base_row: usize,
    /// The moment of the base.
    pub moment: Moment,
}

impl Against {
    /// Refuses to divide by the base where it is zero or negative.
    pub(super) fn with_divisor(self) -> Result<Self, String> {
        if self.base == Money::ZERO {
            return Err(format!("base {} is zero", self.moment));
        }
        if self.base < Money::ZERO {
            return Err(format!("base {} is negative", self.moment));
        }
        Ok(self)
    }
}
