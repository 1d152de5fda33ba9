//! `cagr`: compound growth a year since a base period, (value / base)^(1 / years) − 1, as a fraction.
//!
//! Only the same span of a later year is compared; where there is no rate, `<name>_status` says why.

use crate::measure::ratio;
use crate::spec::{Fields, Mistakes, Text};
use crate::table::Table;

use super::super::along::{Against, Along, Moment};
use super::super::computed::{ComputedRatio, NewRatio};
use super::super::figures::Figures;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan};

pub(super) const KIND: AddKind = AddKind {
    name: "cagr",
    example: r#"{ name = "cagr", cagr = "obs_value", since = "2015", along = "time_period", by = ["flow", "currency"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Compound {
    course: Course,
    since: Text,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let course = Course::read(name, "cagr", fields);
    let since = fields.required_text("since");
    Some(Box::new(Compound { course: course?, since: since? }))
}

impl Verb for Compound {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let course = self.course.plan("compound growth", &shape.schema, mistakes);
        let along = shape.schema.get(&self.course.along.value).map(|column| column.column_type);
        let since = Moment::named(&self.since, along, mistakes);
        let name = &self.course.name;
        let ratio = NewRatio { name: name.value.clone(), companions: Vec::new() };
        ratio.expect_new(name, &shape.schema, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        ratio.declare(&mut shape.schema);
        Some((shape, Box::new(Compounded { ratio, course: course?, since: since? })))
    }
}

#[derive(Debug)]
struct Compounded {
    ratio: NewRatio,
    course: CoursePlan,
    since: Moment,
}

impl Planned for Compounded {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let made: Vec<ComputedRatio> = along
            .moments
            .iter()
            .enumerate()
            .map(|(row, moment)| self.rate(&along, &figures, row, moment.clone()?))
            .collect();
        self.ratio.put(&mut table, &made)?;
        Ok(table)
    }
}

impl Compounded {
    fn rate(&self, along: &Along<'_>, figures: &Figures, row: usize, moment: Moment) -> ComputedRatio {
        let years = moment.year() - self.since.year();
        if moment.years_before(years) != Some(self.since) {
            return Err(format!("{moment} is not comparable with {}", self.since));
        }
        let years = i32::try_from(years).ok().filter(|years| *years > 0);
        let years = years.ok_or_else(|| format!("no year since {}", self.since))?;
        let Against { value, base, moment, .. } =
            along.against(figures, row, Ok(self.since))?.with_divisor()?;
        let factor = ratio(value, base).filter(|factor| *factor >= 0.0);
        let factor = factor.ok_or_else(|| format!("negative, while base {moment} is not"))?;
        Ok((rounded(factor.powf(1.0 / f64::from(years)) - 1.0), None))
    }
}

/// To 12 places: the last digits of a power differ from one machine to another, and are no growth.
fn rounded(rate: f64) -> f64 {
    (rate * 1e12).round() / 1e12
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    /// 121 / 100 in two years is 10 % a year; 133.1 / 100 in three is 10 % too.
    #[test]
    fn growth_is_spread_over_the_years() {
        let drawn =
            "time_period | v:amount\n2017 | 121\n2015 | 100\n2018 | 133.1\n2014 | 9\n2017-01 | 5\n2019 |";
        let made = Scene::new(drawn).apply(r#"add = { name = "g", cagr = "v", since = "2015" }"#).0.unwrap();
        assert_eq!(
            draw(&made, &["g", "g_status"]),
            "0.1 | -\n- | no year since 2015\n0.1 | -\n- | no year since 2015\n\
             - | 2017-01 is not comparable with 2015\n- | no value"
        );
    }
}
