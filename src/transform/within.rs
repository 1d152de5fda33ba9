//! Groups of rows by expressions, as `within = ["flow", "year(time_period)"]` says them.

use polars::prelude::{DataFrame, Expr, IntoLazy, col};

use crate::expr::{self, Expression};
use crate::spec::{Mistakes, Text};
use crate::table::Schema;

use super::StepError;
use super::groups::Groups;

/// What makes a group.
#[derive(Debug)]
pub(super) struct Within(Vec<Expression>);

impl Within {
    /// Columns or other expressions over the columns of `schema`.
    pub(super) fn plan(texts: &[Text], schema: &Schema, mistakes: &Mistakes) -> Option<Self> {
        let parsed: Vec<_> = texts.iter().map(|text| expr::parse(text, schema, mistakes)).collect();
        parsed.into_iter().collect::<Option<Vec<_>>>().map(Self)
    }

    /// The columns they are made of.
    pub(super) fn columns(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.iter().flat_map(Expression::columns).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The group of every row; without expressions all rows are one.
    pub(super) fn groups(&self, frame: &DataFrame) -> Result<Groups, StepError> {
        let names: Vec<String> = (0..self.0.len()).map(|at| format!("#within{at}")).collect();
        let made: Vec<Expr> =
            self.0.iter().zip(&names).map(|(of, name)| of.lower().alias(name.as_str())).collect();
        let kept: Vec<Expr> = names.iter().map(|name| col(name.as_str())).collect();
        if made.is_empty() {
            return Groups::by(frame, &names);
        }
        Groups::by(&frame.clone().lazy().with_columns(made).select(kept).collect()?, &names)
    }
}
