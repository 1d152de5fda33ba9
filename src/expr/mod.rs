//! SQL expressions. Not built yet: every expression is refused.

use polars::prelude::Expr;

use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, Schema};

/// An expression whose names and types are known.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it yields.
    pub column_type: ColumnType,
    lowered: Expr,
}

impl Expression {
    /// As Polars computes it.
    pub fn lower(&self) -> Expr {
        self.lowered.clone()
    }
}

/// Refuses the expression.
pub fn parse(text: &Text, _: &Schema, mistakes: &Mistakes) -> Option<Expression> {
    mistakes.add(text.span.clone(), "expressions cannot be read yet");
    None
}
