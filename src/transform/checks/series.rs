//! A measure along periods: what `additive` and `monotone` read and group alike.

use crate::measure::{Frequency, Period};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::{described, expect_column, frequency_column, text_if_any};
use super::super::figures::Figures;
use super::super::groups::{Groups, demand_unique};
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::{Setting, grouped_by, measure_or_first, texts_if_any};

/// As written.
#[derive(Debug)]
pub(super) struct SeriesSpec {
    value: Option<Text>,
    along: Option<Text>,
    by: Option<Vec<Text>>,
}

/// The measure, the periods and what tells one series from another.
#[derive(Debug)]
pub(super) struct Series {
    value: Measured,
    along: String,
    frequency: Option<String>,
    by: Vec<String>,
}

/// A figure of one period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Its row.
    pub row: usize,
    /// Its period.
    pub period: Period,
}

/// The series of a table.
#[derive(Debug)]
pub(super) struct Read {
    /// The points of each series, in the order of their periods.
    pub series: Vec<Vec<Point>>,
    /// Rows without a period that can be read.
    pub without_period: usize,
    /// The figures of all rows.
    pub figures: Figures,
}

impl SeriesSpec {
    /// Reads `value`, `along` and `by`.
    pub(super) fn read(node: &Node, what: &str, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, what, mistakes)?;
        let (value, along) = (fields.text("value"), fields.text("along"));
        let by = texts_if_any(&mut fields, "by");
        fields.finish();
        Some(Self { value, along, by })
    }

    /// Resolves every name.
    pub(super) fn plan(&self, shape: &Shape, setting: &Setting<'_>, mistakes: &Mistakes) -> Option<Series> {
        let before = mistakes.count();
        let along = self.along.clone().unwrap_or_else(|| Text::at(setting.span.clone(), "time_period"));
        expect_column(&shape.schema, &along, &[ColumnType::Text], mistakes);
        let value = measure_or_first(self.value.as_ref(), &shape.schema, setting, mistakes)?;
        let apart = [along.value.as_str(), "freq"];
        let by = grouped_by(self.by.as_deref(), &apart, &value, shape, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let frequency = frequency_column(&shape.schema);
        Some(Series { value, along: along.value, frequency, by })
    }
}

impl Series {
    /// Reads the series; two figures of one period in one series are refused.
    pub(super) fn read(&self, table: &Table, what: &str, world: &World<'_>) -> Result<Read, StepError> {
        let frame = &table.frame;
        let mut identity = self.by.clone();
        identity.push(self.along.clone());
        identity.extend(self.frequency.clone());
        demand_unique(table, &identity, what, world)?;
        let periods = text_if_any(frame, Some(&self.along))?;
        let frequencies = text_if_any(frame, self.frequency.as_deref())?;
        let point = |row: usize| {
            let frequency = frequencies.get(row).and_then(Option::as_deref).and_then(Frequency::parse);
            let period = Period::parse(periods.get(row)?.as_deref()?, frequency).ok()?;
            Some(Point { row, period })
        };
        let mut without_period = 0;
        let mut series = Vec::new();
        for rows in Groups::by(frame, &self.by)?.rows() {
            let mut points: Vec<Point> = rows.iter().filter_map(|row| point(*row)).collect();
            without_period += rows.len() - points.len();
            points.sort_by_key(|point| (point.period, point.row));
            series.push(points);
        }
        Ok(Read { series, without_period, figures: Figures::of(&self.value, frame)? })
    }

    /// Which series a row is of, as the end of a message.
    pub(super) fn named(&self, table: &Table, row: usize) -> String {
        if self.by.is_empty() {
            return String::new();
        }
        format!("; {}", described(&table.frame, &self.by, row))
    }
}
