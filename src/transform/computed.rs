//! A new figure in every row, with what goes along: status, bound, rounding, and a note that says why there is
//! none. It computes nothing.

use polars::prelude::*;

use crate::measure::{Bound, MONEY_SCALE, Money};
use crate::spec::{Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Companion, Schema, Table};

use super::StepError;
use super::columns::money_column;

/// The columns of a figure to be computed.
#[derive(Clone, Debug)]
pub(super) struct NewFigure {
    /// Its name.
    pub name: String,
    /// Amount or whole number.
    pub column_type: ColumnType,
    /// A measure can be added further, an attribute cannot.
    pub role: ColumnRole,
    /// What it has beside `_status`, which it always has, as it has a `_note`.
    pub companions: Vec<Companion>,
}

/// The figure of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Computed {
    /// The figure; nothing where it cannot be computed.
    pub value: Option<Money>,
    /// An SDMX status.
    pub status: &'static str,
    /// Its bound.
    pub bound: Option<Bound>,
    /// What its parts' roundings may move it by.
    pub rounding: Option<Money>,
    /// What a reader must be told.
    pub note: Option<String>,
}

impl Computed {
    /// A figure known exactly but for rounding.
    pub(super) fn exact(value: Money, status: &'static str, rounding: Option<Money>) -> Self {
        Self { value: Some(value), status, bound: None, rounding, note: None }
    }

    /// No figure, and why.
    pub(super) fn none(reason: impl Into<String>) -> Self {
        Self { value: None, status: "O", bound: None, rounding: None, note: Some(reason.into()) }
    }
}

impl NewFigure {
    /// Notes a mistake for every column that is there already.
    pub(super) fn expect_new(&self, name: &Text, schema: &Schema, mistakes: &Mistakes) {
        let mut declared = Schema::default();
        self.declare(&mut declared);
        for column in declared.names().filter(|column| schema.has(column)) {
            mistakes.add(name.span.clone(), format!("there is already a column `{column}`"));
        }
    }

    /// Declares its columns.
    pub(super) fn declare(&self, schema: &mut Schema) {
        let role = self.role.clone();
        schema.put(TableColumn { name: self.name.clone(), column_type: self.column_type, role });
        for companion in self.all() {
            schema.put(TableColumn::companion(companion, &self.name, self.column_type));
        }
        schema.put(TableColumn::attribute(self.note(), ColumnType::Text));
    }

    fn all(&self) -> impl Iterator<Item = Companion> {
        Companion::ALL
            .into_iter()
            .filter(|companion| *companion == Companion::Status || self.companions.contains(companion))
    }

    fn note(&self) -> String {
        format!("{}_note", self.name)
    }

    /// Adds its columns; one figure a row.
    pub(super) fn put(&self, table: &mut Table, rows: &[Computed]) -> Result<(), StepError> {
        let mut columns = vec![self.amounts(&self.name, rows.iter().map(|row| row.value))?];
        for companion in self.all() {
            let name = companion.of(&self.name);
            columns.push(match companion {
                Companion::Status => texts(&name, rows.iter().map(|row| Some(row.status))),
                Companion::Bound => texts(&name, rows.iter().map(|row| row.bound.map(Bound::as_str))),
                Companion::Rounding => self.amounts(&name, rows.iter().map(|row| row.rounding))?,
            });
        }
        columns.push(texts(&self.note(), rows.iter().map(|row| row.note.as_deref())));
        for column in columns {
            table.frame.with_column(column)?;
        }
        self.declare(&mut table.schema);
        Ok(())
    }

    fn amounts(&self, name: &str, amounts: impl Iterator<Item = Option<Money>>) -> Result<Column, StepError> {
        if self.column_type == ColumnType::Integer {
            let scale = 10_i128.pow(MONEY_SCALE);
            let whole = amounts.map(|amount| i64::try_from(amount?.units() / scale).ok());
            return Ok(Int64Chunked::from_iter_options(name.into(), whole).into_column());
        }
        let units = amounts.map(|amount| amount.map(Money::units));
        money_column(name, Int128Chunked::from_iter_options(name.into(), units))
    }
}

/// The columns of a ratio to be computed: where there is none, its status says why.
#[derive(Clone, Debug)]
pub(super) struct NewRatio {
    /// Its name.
    pub name: String,
    /// What it has beside `_status`.
    pub companions: Vec<Companion>,
}

/// A ratio and what roundings may move it by, or why there is none.
pub(super) type ComputedRatio = Result<(f64, Option<f64>), String>;

impl NewRatio {
    /// Notes a mistake for every column that is there already.
    pub(super) fn expect_new(&self, name: &Text, schema: &Schema, mistakes: &Mistakes) {
        let mut declared = Schema::default();
        self.declare(&mut declared);
        for column in declared.names().filter(|column| schema.has(column)) {
            mistakes.add(name.span.clone(), format!("there is already a column `{column}`"));
        }
    }

    /// Declares its columns.
    pub(super) fn declare(&self, schema: &mut Schema) {
        schema.put(TableColumn::measure(self.name.as_str(), ColumnType::Ratio));
        for companion in std::iter::once(&Companion::Status).chain(&self.companions) {
            schema.put(TableColumn::companion(*companion, &self.name, ColumnType::Ratio));
        }
    }

    /// Adds its columns; one ratio a row.
    pub(super) fn put(&self, table: &mut Table, rows: &[ComputedRatio]) -> Result<(), StepError> {
        let known = |row: &ComputedRatio| row.as_ref().ok().copied();
        let floats = |name: &str, floats: Vec<Option<f64>>| {
            Float64Chunked::from_iter_options(name.into(), floats.into_iter()).into_column()
        };
        let ratios = rows.iter().map(|row| known(row).map(|(ratio, _)| ratio)).collect();
        let status = Companion::Status.of(&self.name);
        let mut columns = vec![
            floats(&self.name, ratios),
            texts(&status, rows.iter().map(|row| row.as_ref().err().map(String::as_str))),
        ];
        if self.companions.contains(&Companion::Rounding) {
            let roundings = rows.iter().map(|row| known(row).and_then(|(_, rounding)| rounding)).collect();
            columns.push(floats(&Companion::Rounding.of(&self.name), roundings));
        }
        for column in columns {
            table.frame.with_column(column)?;
        }
        self.declare(&mut table.schema);
        Ok(())
    }
}

fn texts<'a>(name: &str, texts: impl Iterator<Item = Option<&'a str>>) -> Column {
    StringChunked::from_iter_options(name.into(), texts).into_column()
}
