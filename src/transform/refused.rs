//! Why a figure was not computed: the reasons that stop a run, as fields.

use thiserror::Error;

use crate::finding::Place;

use super::StepError;

/// A rate that rows need and no source has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "no rate from {currency} to {target} for {when}: {reason} ({rows} rows, first at {place}{})",
    and_others(*.others)
)]
pub struct NoRate {
    /// Currency of the figures.
    pub currency: String,
    /// Currency asked for.
    pub target: String,
    /// Day or period as written.
    pub when: String,
    /// What each source lacks.
    pub reason: String,
    /// Rows that need it.
    pub rows: u64,
    /// The first of them.
    pub place: Place,
    /// Further pairs of currency and period without a rate.
    pub others: usize,
}

fn and_others(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => "; and one more pair of currency and period".to_owned(),
        _ => format!("; and {others} more pairs of currency and period"),
    }
}

/// Figures that must not be computed with: bounds, forecasts, mixed units.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what} is refused: {why} ({place})")]
pub struct RefusedFigures {
    /// What was asked for.
    pub what: String,
    /// Why not.
    pub why: String,
    /// Where the first such figure stands.
    pub place: Place,
}

/// Rows that should be told apart by a key and are not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what} needs rows told apart by {columns}, but {rows} rows have {key} (first at {place})")]
pub struct SameKey {
    /// What needs the key.
    pub what: String,
    /// The columns of the key.
    pub columns: String,
    /// Its value in those rows.
    pub key: String,
    /// How many rows have it.
    pub rows: usize,
    /// The first of them.
    pub place: Place,
}

impl From<NoRate> for StepError {
    fn from(reason: NoRate) -> Self {
        Self::NoRate(Box::new(reason))
    }
}

impl From<RefusedFigures> for StepError {
    fn from(reason: RefusedFigures) -> Self {
        Self::RefusedFigures(Box::new(reason))
    }
}

impl From<SameKey> for StepError {
    fn from(reason: SameKey) -> Self {
        Self::SameKey(Box::new(reason))
    }
}
