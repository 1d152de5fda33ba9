//! Which columns of a table anyone reads after it was made: what nobody reads need not be made.

use std::collections::BTreeSet;

/// Columns by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Every column.
    All,
    /// These and no others.
    Only(BTreeSet<String>),
}

impl Default for Wanted {
    /// Nothing reads it yet.
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl Wanted {
    /// What is read here and there.
    pub(crate) fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Only(names), Self::Only(more)) => names.extend(more),
            _ => *self = Self::All,
        }
    }

    /// Whether a column is read.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(name),
        }
    }

    /// These columns and more.
    pub(crate) fn and(&self, more: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::All => Self::All,
            Self::Only(names) => Self::Only(names.iter().cloned().chain(more).collect()),
        }
    }
}
