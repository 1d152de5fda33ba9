//! The whole that shares and concentrations are parts of: the sum of a figure in each group. What must not be
//! added has no parts.

use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, Table};

use super::add::{expect_columns, expect_new, values};
use super::columns::expect_column;
use super::groups::Groups;
use super::measured::Measured;
use super::overlaps::Overlaps;
use super::{Shape, Shapes, StepError, World};

/// A whole as the pipeline file says it, with the name of the column that is added.
#[derive(Debug)]
pub(super) struct WholeSpec {
    pub(super) name: Text,
    pub(super) of: Text,
    pub(super) within: Vec<Text>,
}

/// A whole whose names are resolved.
#[derive(Debug)]
pub(super) struct Whole {
    /// The column that is added.
    pub(super) name: String,
    pub(super) of: Measured,
    pub(super) within: Vec<String>,
    overlaps: Overlaps,
}

impl WholeSpec {
    /// Resolves the names, or tells every mistake.
    pub(super) fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<Whole> {
        let before = mistakes.count();
        let summable = [ColumnType::Money, ColumnType::Integer];
        expect_column(&shape.schema, &self.of, &summable, mistakes);
        expect_columns(&shape.schema, &self.within, mistakes);
        expect_new(&shape.schema, &self.name, mistakes);
        (mistakes.count() == before).then(|| Whole {
            name: self.name.value.clone(),
            of: Measured::of(&shape.schema, &self.of.value),
            within: values(&self.within),
            overlaps: Overlaps::of(shape, shapes),
        })
    }
}

impl Whole {
    /// The groups; refuses figures that must not be added. `purpose` says what they are wanted for.
    pub(super) fn groups(
        &self,
        table: &Table,
        world: &World<'_>,
        purpose: &str,
    ) -> Result<Groups, StepError> {
        self.of.refuse_bounds_and_forecasts(table, world, purpose)?;
        let groups = Groups::by(&table.frame, &self.within)?;
        self.of.refuse_mixed_units(table, &groups, world, purpose)?;
        self.overlaps.refuse(&self.of.name, table, &groups, (world, purpose))?;
        Ok(groups)
    }
}
