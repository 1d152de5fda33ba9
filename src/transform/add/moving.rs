//! `moving`: the mean of a value and those of the periods just before it, exact, rounded once.
//!
//! All of them must be there, exact and of one unit: a mean over a gap is no moving mean.

use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{ColumnRole, ColumnType, Table};

use super::super::along::{Along, Moment};
use super::super::computed::{Computed, NewFigure};
use super::super::derived::rounding_of_sum;
use super::super::figures::Figures;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan, status_of_rows};

pub(super) const KIND: AddKind = AddKind {
    name: "moving",
    example: r#"{ name = "mean_of_3", moving = "value_cny", periods = 3, along = "time_period", by = ["flow"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Moving {
    course: Course,
    periods: i64,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let course = Course::read(name, "moving", fields);
    fields.required("periods");
    let periods = fields.integer("periods");
    if periods.is_some_and(|periods| periods < 2) {
        fields.mistakes().add(fields.span(), "`periods` of a moving mean must be 2 or more");
        return None;
    }
    Some(Box::new(Moving { course: course?, periods: periods? }))
}

impl Verb for Moving {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let course = self.course.plan("moving mean", &shape.schema, mistakes);
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
        Some((shape, Box::new(Means { figure, course: course?, periods: self.periods })))
    }
}

#[derive(Debug)]
struct Means {
    figure: NewFigure,
    course: CoursePlan,
    periods: i64,
}

impl Planned for Means {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let mut made = Vec::with_capacity(along.moments.len());
        for (row, moment) in along.moments.iter().enumerate() {
            let rows = moment.clone().and_then(|moment| self.rows(&along, &figures, row, moment));
            made.push(match rows {
                Ok(rows) => self.mean(&figures, &rows)?,
                Err(reason) => Computed::none(reason),
            });
        }
        self.figure.put(&mut table, &made)?;
        Ok(table)
    }
}

impl Means {
    /// The rows of all periods, or what is missing.
    fn rows(
        &self,
        along: &Along<'_>,
        figures: &Figures,
        row: usize,
        moment: Moment,
    ) -> Result<Vec<usize>, String> {
        let mut rows = Vec::new();
        let mut at = moment;
        for back in 0..self.periods {
            if back > 0 {
                at = at.previous().ok_or_else(|| format!("{moment} has no period before it"))?;
            }
            let here = along.row_at(at, row).ok_or_else(|| format!("{at} not published"))?;
            figures.whole(here).map_err(|why| format!("{at}: {why}"))?;
            if !figures.same_unit(row, here) {
                return Err(format!("{at} is in another unit or currency"));
            }
            rows.push(here);
        }
        Ok(rows)
    }

    fn mean(&self, figures: &Figures, rows: &[usize]) -> Result<Computed, StepError> {
        let values = rows.iter().filter_map(|row| figures.value(*row));
        let sum = values.into_iter().try_fold(Money::ZERO, Money::checked_add)?;
        let rounding = rounding_of_sum(rows.iter().map(|row| figures.rounding(*row)));
        let rounding = rounding.map(|sum| sum.divide_by_count(self.periods)).transpose()?;
        Ok(Computed::exact(sum.divide_by_count(self.periods)?, status_of_rows(figures, rows), rounding))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    /// (1 + 2 + 2) / 3 = 1.66666667 at the eighth place.
    #[test]
    fn the_mean_needs_every_period() {
        let drawn = "time_period | v:amount | v_status\n2021-03 | 2 | P\n2021-01 | 1 | A\n2021-02 | 2 | A\n2021-05 | 7 | A";
        let made = Scene::new(drawn).apply(r#"add = { name = "m", moving = "v", periods = 3 }"#).0.unwrap();
        assert_eq!(
            draw(&made, &["m", "m_status", "m_note"]),
            "1.66666667 | E | -\n- | O | 2020-12 not published\n- | O | 2020-12 not published\n\
             - | O | 2021-04 not published"
        );
    }
}
