//! Which rows of a table a sheet or a figure shows, and in which order.

use polars::prelude::{BooleanChunked, DataFrame, IntoLazy, PolarsResult, col};

use super::ReportError;
use super::value::{Value, View};
use crate::expr::{self, Expression};
use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, Schema};

/// A condition in SQL, checked against a table's columns.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    written: String,
    expression: Expression,
}

/// The column that holds a condition's truth while it is computed.
const KEPT: &str = "_kept";

impl Condition {
    /// Reads and checks a condition.
    pub(super) fn plan(text: &Text, schema: &Schema, mistakes: &Mistakes) -> Option<Self> {
        let expression = expr::parse(text, schema, mistakes)?;
        if expression.column_type != ColumnType::Boolean {
            let word = expression.column_type.word();
            mistakes.add(text.span.clone(), format!("`where` must be a condition, but this is {word}"));
            return None;
        }
        Some(Self { written: text.value.clone(), expression })
    }

    /// The rows that fulfil it, in the order of the table; a row where it is unknown does not.
    pub(super) fn rows(&self, view: &View<'_>) -> Result<Vec<usize>, ReportError> {
        let kept = self.kept(view.table.frame.clone()).map_err(|error| ReportError::Condition {
            condition: self.written.clone(),
            table: view.table.name.clone(),
            reason: error.to_string(),
        })?;
        Ok(kept.iter().enumerate().filter(|(_, kept)| *kept == Some(true)).map(|(row, _)| row).collect())
    }

    fn kept(&self, frame: DataFrame) -> PolarsResult<BooleanChunked> {
        let kept = self.expression.lower().alias(KEPT);
        let frame = frame.lazy().with_columns([kept]).select([col(KEPT)]).collect()?;
        Ok(frame.column(KEPT)?.bool()?.clone())
    }
}

/// The rows a condition leaves; all without one.
pub(super) fn selected(condition: Option<&Condition>, view: &View<'_>) -> Result<Vec<usize>, ReportError> {
    condition.map_or_else(|| Ok((0..view.rows()).collect()), |condition| condition.rows(view))
}

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Small to large.
    Up,
    /// Large to small.
    Down,
}

/// One column to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SortKey {
    /// The column, as written: a pivoted one with its member.
    pub(super) field: Text,
    /// Which way.
    pub(super) direction: Direction,
}

impl SortKey {
    /// Reads `column` or `-column`.
    pub(super) fn read(text: Text) -> Self {
        match text.value.strip_prefix('-') {
            Some(name) => {
                let field = Text::at(text.span.clone(), name);
                Self { field, direction: Direction::Down }
            }
            None => Self { field: text, direction: Direction::Up },
        }
    }

    /// Compares two values; missing ones stand last both ways.
    pub(super) fn compare(&self, a: &Value, b: &Value) -> std::cmp::Ordering {
        match self.direction {
            Direction::Down if *a != Value::Missing && *b != Value::Missing => b.order(a),
            _ => a.order(b),
        }
    }
}
