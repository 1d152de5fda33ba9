//! `index`: each value with that of a base period as 100, exact to eight places, rounded half away from zero.
//!
//! Only like is compared with like: months with a month, January to August with the same months of the base
//! year. An index is no amount and is never added up.

use crate::measure::{MONEY_SCALE, Money};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{ColumnRole, ColumnType, Companion, Table};

use super::super::along::{Against, Along, Moment};
use super::super::computed::{Computed, NewFigure};
use super::super::derived::rounding_of_quotient;
use super::super::figures::Figures;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan, status_of_rows};

pub(super) const KIND: AddKind = AddKind {
    name: "index",
    example: r#"{ name = "index_2015", index = "obs_value", base = "2015", along = "time_period", by = ["flow", "currency"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Index {
    course: Course,
    base: Text,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let course = Course::read(name, "index", fields);
    let base = fields.required_text("base");
    Some(Box::new(Index { course: course?, base: base? }))
}

impl Verb for Index {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let course = self.course.plan("index", &shape.schema, mistakes);
        let along = shape.schema.get(&self.course.along.value).map(|column| column.column_type);
        let base = Moment::named(&self.base, along, mistakes);
        let figure = NewFigure {
            name: self.course.name.value.clone(),
            column_type: ColumnType::Money,
            role: ColumnRole::Attribute,
            companions: course.as_ref().map(CoursePlan::rounding).unwrap_or_default(),
        };
        figure.expect_new(&self.course.name, &shape.schema, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        figure.declare(&mut shape.schema);
        Some((shape, Box::new(Indexed { figure, course: course?, base: base? })))
    }
}

#[derive(Debug)]
struct Indexed {
    figure: NewFigure,
    course: CoursePlan,
    base: Moment,
}

impl Planned for Indexed {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let made = (0..along.moments.len()).map(|row| self.index(&along, &figures, row));
        let made = made.collect::<Result<Vec<_>, _>>()?;
        self.figure.put(&mut table, &made)?;
        Ok(table)
    }
}

/// The moment of the base for a row; of another kind there is none.
fn base_of(base: Moment, moment: Option<&Result<Moment, String>>) -> Result<Moment, String> {
    let moment = moment.cloned().unwrap_or_else(|| Err("no period".to_owned()))?;
    if moment.is_like(&base) { Ok(base) } else { Err(format!("{moment} is not comparable with {base}")) }
}

impl Indexed {
    fn index(&self, along: &Along<'_>, figures: &Figures, row: usize) -> Result<Computed, StepError> {
        let base = base_of(self.base, along.moments.get(row));
        let against = along.against(figures, row, base).and_then(Against::with_divisor);
        let against = match against {
            Ok(against) => against,
            Err(reason) => return Ok(Computed::none(reason)),
        };
        let hundred = Money::from_units(100 * 10_i128.pow(MONEY_SCALE));
        let value = against.value.times(hundred)?.over(against.base)?;
        let rows = [row, against.base_row];
        let rounding = if row == against.base_row {
            figures.rounding(row).map(|_| Money::ZERO)
        } else {
            let off = figures.rounding(row).map(|off| off.times(hundred)).transpose()?;
            let of = (against.value.times(hundred)?, off);
            rounding_of_quotient(of, (against.base, figures.rounding(against.base_row)), value)
        };
        let rounding = rounding.filter(|_| self.figure.companions.contains(&Companion::Rounding));
        Ok(Computed::exact(value, status_of_rows(figures, &rows), rounding))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    /// By Python's decimal: 22360 / 21310 × 100, and its farther end 22360.5 / 21309.5 × 100 less that.
    #[test]
    fn the_base_is_a_hundred() {
        let drawn = "time_period | v:amount | v_rounding:amount\n2013 | 22360 | 0.5\n2012 | 21310 | 0.5\n2013-01 | 7 |";
        let made = Scene::new(drawn).apply(r#"add = { name = "i", index = "v", base = "2012" }"#).0.unwrap();
        assert_eq!(
            draw(&made, &["i", "i_status", "i_rounding", "i_note"]),
            "104.9272642 | A | 0.00480835 | -\n100 | A | 0 | -\n- | O | - | 2013-01 is not comparable with 2012"
        );
    }

    #[test]
    fn a_base_that_is_missing_or_no_period_is_told() {
        let scene = Scene::new("year:whole | v:amount\n2013 | 5");
        let made =
            scene.apply(r#"add = { name = "i", index = "v", base = "2012", along = "year" }"#).0.unwrap();
        assert_eq!(draw(&made, &["i", "i_note"]), "- | no base: 2012 not published");
        let said = scene.mistakes(r#"add = { name = "i", index = "v", base = "2012-01", along = "year" }"#);
        assert_eq!(said, "`2012-01` is no year");
    }
}
