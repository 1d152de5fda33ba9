//! Where each figure of a table and what goes with it stands: its column, unit, currency and marks, resolved
//! once a table.

use crate::finding::source as codes;
use crate::measure::{UnitNames, read_multiplier};

use super::around::{Around, bracketed};
use super::builder::Value;
use super::header::HeaderColumn;
use super::locator::Locator;
use super::plan::{Planner, Problem, TablePlan, slot};
use super::spec_columns::{Measure, MeasureKind};
use super::spec_marks::Mark;

/// The column of a measure.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) slot: usize,
    pub(super) unit: UnitFrom,
    /// The power of ten that the header gives to units that stand elsewhere, as in 第一数量(千).
    pub(super) header_power: i32,
    pub(super) currency: Option<usize>,
    /// Where the text of a declared bound stands.
    pub(super) bound: Option<TextFrom>,
    /// Where the texts of the declared statuses stand, by position.
    pub(super) status: Vec<TextFrom>,
}

/// Where the unit of a figure stands.
#[derive(Clone, Debug)]
pub(super) enum UnitFrom {
    /// It has none: a percentage, or money whose currency says all.
    None,
    /// The same for the whole column.
    Fixed { code: Value, currency: Value, power: i32 },
    /// A row among the data, from which on it holds; above the first the one that stands around the table,
    /// where there is one.
    Running(Option<Box<UnitFrom>>),
    /// A cell of the row.
    Slot(usize),
    /// In brackets in the row's label.
    Label,
}

/// Where a text beside a figure stands.
#[derive(Clone, Debug)]
pub(super) enum TextFrom {
    /// The same for the whole column.
    Fixed(Vec<String>),
    /// A cell of the row.
    Slot(usize),
    /// The row's label.
    Label,
}

impl Planner<'_, '_> {
    /// Resolves what a measure needs in one column.
    pub(super) fn figure(
        &self,
        measure: &Measure,
        column: &HeaderColumn,
        plan: &mut TablePlan,
    ) -> Result<Figure, Problem> {
        let currency = match &measure.currency {
            Some(Locator::Column(pattern)) => {
                let column = self.find(pattern)?.ok_or_else(|| self.absent(pattern))?;
                Some(slot(&mut plan.cols, column.col))
            }
            _ => None,
        };
        let unit = self.unit_from(measure, column, plan)?;
        let bound = measure.bound.as_ref().map(|mark| self.text_from(mark, column, plan)).transpose()?;
        let status = measure.status.iter().map(|mark| self.text_from(mark, column, plan));
        let status = status.collect::<Result<Vec<_>, _>>()?;
        let header_power = header_power(column, self.around.names);
        Ok(Figure { slot: slot(&mut plan.cols, column.col), unit, header_power, currency, bound, status })
    }

    fn unit_from(
        &self,
        measure: &Measure,
        column: &HeaderColumn,
        plan: &mut TablePlan,
    ) -> Result<UnitFrom, Problem> {
        if measure.kind != MeasureKind::Amount {
            return Ok(UnitFrom::None);
        }
        if measure.unit.is_empty() {
            return Ok(match &measure.currency {
                Some(Locator::Const(code)) => UnitFrom::Fixed {
                    code: Value::text(code.as_str()),
                    currency: Value::text(code.as_str()),
                    power: 0,
                },
                _ => UnitFrom::None,
            });
        }
        let places = measure.unit.of(column);
        if places.iter().any(|place| matches!(place, Locator::Row(_))) {
            return match self.unit_around(measure, column) {
                Ok(unit) => Ok(UnitFrom::Running(Some(Box::new(unit)))),
                Err(problem) if problem.code == &codes::UNIT_MISSING => Ok(UnitFrom::Running(None)),
                Err(problem) => Err(problem),
            };
        }
        match places.first() {
            Some(Locator::Column(pattern)) => {
                let column = self.find(pattern)?.ok_or_else(|| self.absent(pattern))?;
                Ok(UnitFrom::Slot(slot(&mut plan.cols, column.col)))
            }
            Some(Locator::Label) => Ok(UnitFrom::Label),
            _ => self.unit_around(measure, column),
        }
    }

    /// The unit that stands around the table or in the header.
    fn unit_around(&self, measure: &Measure, column: &HeaderColumn) -> Result<UnitFrom, Problem> {
        let mut unit = self.around.unit(measure, column)?;
        let scale = header_power(column, self.around.names);
        if scale != 0 && unit.power != 0 {
            let seen = format!("{} beside a unit with e{}", column.name(), unit.power);
            let expected = "one multiplier, in the header or in the unit".to_owned();
            return Err(self.problem(&codes::UNITS_DISAGREE, column, seen, expected));
        }
        unit.power += scale;
        let currency = unit.currency.map_or(Value::Null, |currency| Value::text(currency.as_str()));
        Ok(UnitFrom::Fixed { code: Value::text(unit.code), currency, power: unit.power })
    }

    fn text_from(
        &self,
        mark: &Mark,
        column: &HeaderColumn,
        plan: &mut TablePlan,
    ) -> Result<TextFrom, Problem> {
        Ok(match &mark.from {
            Locator::Column(pattern) => {
                let column = self.find(pattern)?.ok_or_else(|| self.absent(pattern))?;
                TextFrom::Slot(slot(&mut plan.cols, column.col))
            }
            Locator::Label => TextFrom::Label,
            Locator::Level(level) => TextFrom::Fixed(vec![column.level(*level).to_owned()]),
            around => TextFrom::Fixed(texts(self.around, around)),
        })
    }
}

/// The multiplier that stands alone in a header whose texts name no unit.
fn header_power(column: &HeaderColumn, names: &UnitNames) -> i32 {
    let names_unit = column.levels.iter().any(|text| {
        names.read_unit(text).is_ok_and(|unit| unit.power != 0)
            || bracketed(text).any(|part| names.read_unit(part).is_ok())
    });
    if names_unit {
        return 0;
    }
    column.levels.iter().flat_map(|text| bracketed(text)).find_map(read_multiplier).unwrap_or(0)
}

/// The texts a place around the table holds.
fn texts(around: &Around<'_>, place: &Locator) -> Vec<String> {
    around.texts(place, "").into_iter().map(|found| found.text).collect()
}
