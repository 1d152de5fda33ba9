//! Which rows of a table a sheet or a figure shows, and in which order.

use super::ReportError;
use super::value::{Value, View};
use crate::spec::{Mistakes, Text};
use crate::table::Schema;

/// A condition in SQL, checked against a table's columns.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    written: String,
    tests: Vec<(String, String)>,
}

impl Condition {
    /// Reads and checks a condition.
    pub(super) fn plan(text: &Text, schema: &Schema, mistakes: &Mistakes) -> Option<Self> {
        let mut tests = Vec::new();
        for part in text.value.split(" AND ") {
            let (name, value) = part.split_once('=')?;
            let name = name.trim();
            if !schema.has(name) {
                mistakes.unknown(text.span.clone(), "column", name, schema.names());
                return None;
            }
            tests.push((name.to_owned(), value.trim().trim_matches('\'').to_owned()));
        }
        Some(Self { written: text.value.clone(), tests })
    }

    /// The rows that fulfil it, in the order of the table.
    pub(super) fn rows(&self, view: &View<'_>) -> Result<Vec<usize>, ReportError> {
        let _ = &self.written;
        Ok((0..view.rows())
            .filter(|row| {
                self.tests.iter().all(|(name, value)| view.text(name, *row).as_deref() == Some(value))
            })
            .collect())
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
