//! `difference`: each value less that of the same kind one lag earlier, in the unit of the value.
//!
//! The base must be there, exact, of the same frequency, span, unit and currency; else the figure is empty,
//! with the reason in `<name>_note`.

use crate::spec::{Fields, Mistakes, Text};
use crate::table::{ColumnRole, Table};

use super::super::along::Lag;
use super::super::computed::{Computed, NewFigure};
use super::super::derived::rounding_of_sum;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan, status_of_rows};

pub(super) const KIND: AddKind = AddKind {
    name: "difference",
    example: r#"{ name = "increase", difference = "obs_value", along = "time_period", lag = "1 year", by = ["flow", "currency"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Difference {
    course: Course,
    lag: Lag,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let course = Course::read(name, "difference", fields);
    let lag = Lag::read(fields);
    Some(Box::new(Difference { course: course?, lag }))
}

impl Verb for Difference {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let course = self.course.plan("difference", &shape.schema, mistakes);
        self.lag.expect_fits(&self.course.along, &shape.schema, mistakes);
        let course = course?;
        let figure = NewFigure {
            name: self.course.name.value.clone(),
            column_type: course.column_type,
            role: ColumnRole::Attribute,
            companions: course.rounding(),
        };
        figure.expect_new(&self.course.name, &shape.schema, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        figure.declare(&mut shape.schema);
        Some((shape, Box::new(Differences { figure, course, lag: self.lag })))
    }
}

#[derive(Debug)]
struct Differences {
    figure: NewFigure,
    course: CoursePlan,
    lag: Lag,
}

impl Planned for Differences {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let mut made = Vec::with_capacity(along.moments.len());
        for (row, moment) in along.moments.iter().enumerate() {
            let base = moment.clone().and_then(|moment| self.lag.base(moment));
            made.push(match along.against(&figures, row, base) {
                Ok(against) => {
                    let rows = [row, against.base_row];
                    let rounding = rounding_of_sum(rows.iter().map(|row| figures.rounding(*row)));
                    let value = against.value.checked_sub(against.base)?;
                    Computed::exact(value, status_of_rows(&figures, &rows), rounding)
                }
                Err(reason) => Computed::none(reason),
            });
        }
        self.figure.put(&mut table, &made)?;
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    #[test]
    fn the_increase_is_in_the_unit_of_the_value() {
        let drawn = "time_period | v:amount | v_status | v_rounding:amount\n\
            2018 | 122000000000 | A | 500000000\n2017 | 74070000000 | P | 5000000\n2020 | 1 | A |\n2019 | | O |";
        let made = Scene::new(drawn).apply(r#"add = { name = "more", difference = "v" }"#).0.unwrap();
        assert_eq!(
            draw(&made, &["more", "more_status", "more_rounding", "more_note"]),
            "47930000000 | E | 505000000 | -\n- | O | - | no base: 2016 not published\n\
             - | O | - | no base: 2019: no value\n- | O | - | no value"
        );
    }

    #[test]
    fn counts_stay_whole_and_may_be_compared_with_the_month_before() {
        let drawn = "time_period | n:whole\n2021-12 | 5\n2022-01 | 3";
        let toml = r#"add = { name = "more", difference = "n", lag = "1 month" }"#;
        let made = Scene::new(drawn).apply(toml).0.unwrap();
        assert_eq!(draw(&made, &["more"]), "-\n-2");
    }
}
