//! `contribution`: what a part adds to the growth of the whole, (value − base) / base of the whole, as a
//! fraction: 0.012 is 1.2 percentage points. The contributions of all parts add up to the growth of the whole.
//!
//! The parts of a whole are the rows of one period that agree in `within`; `by` tells the parts apart. A part
//! without a base has no contribution, and a whole with a part that is missing or not exact has none at all.

use std::collections::BTreeMap;

use crate::measure::{Money, ratio};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::Table;

use super::super::along::{Against, Lag, Moment};
use super::super::computed::{ComputedRatio, NewRatio};
use super::super::figures::Figures;
use super::super::groups::Groups;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan, expect_columns, values};

pub(super) const KIND: AddKind = AddKind {
    name: "contribution",
    example: r#"{ name = "points", contribution = "value_cny", along = "year", lag = "1 year", by = ["flow", "partner"], within = ["flow"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Contribution {
    course: Course,
    lag: Lag,
    within: Vec<Text>,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let course = Course::read(name, "contribution", fields);
    let lag = Lag::read(fields);
    let within = fields.texts("within");
    Some(Box::new(Contribution { course: course?, lag, within }))
}

impl Verb for Contribution {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let course = self.course.plan("contribution", &shape.schema, mistakes);
        self.lag.expect_fits(&self.course.along, &shape.schema, mistakes);
        expect_columns(&shape.schema, &self.within, mistakes);
        let name = &self.course.name;
        let ratio = NewRatio { name: name.value.clone(), companions: Vec::new() };
        ratio.expect_new(name, &shape.schema, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        ratio.declare(&mut shape.schema);
        let within = values(&self.within);
        Some((shape, Box::new(Contributions { ratio, course: course?, lag: self.lag, within })))
    }
}

#[derive(Debug)]
struct Contributions {
    ratio: NewRatio,
    course: CoursePlan,
    lag: Lag,
    within: Vec<String>,
}

/// The sum of a whole, or why there is none.
type Whole = Result<Money, String>;

impl Planned for Contributions {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let wholes = Groups::by(&table.frame, &self.within)?;
        self.course.of.refuse_mixed_units(&table, &wholes, world, "a contribution")?;
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let sums = sums(&along.moments, &wholes, &figures)?;
        let contribution = |(row, moment): (usize, &Result<Moment, String>)| {
            let base = moment.clone().and_then(|moment| self.lag.base(moment));
            let against = along.against(&figures, row, base)?;
            let group = wholes.of_row.get(row).copied().unwrap_or_default();
            let whole = sums.get(&(group, against.moment)).cloned();
            let whole = whole.unwrap_or_else(|| Err(format!("no base: {} not published", against.moment)))?;
            let Against { value, base, .. } = against;
            let whole = Against { base: whole, ..against }.with_divisor()?.base;
            let more = value.checked_sub(base).map_err(|error| error.to_string())?;
            Ok((ratio(more, whole).ok_or_else(|| format!("base {} is zero", against.moment))?, None))
        };
        let made: Vec<ComputedRatio> = along.moments.iter().enumerate().map(contribution).collect();
        self.ratio.put(&mut table, &made)?;
        Ok(table)
    }
}

/// The sum of every whole and moment.
fn sums(
    moments: &[Result<Moment, String>],
    wholes: &Groups,
    figures: &Figures,
) -> Result<BTreeMap<(u32, Moment), Whole>, StepError> {
    let mut sums: BTreeMap<(u32, Moment), Whole> = BTreeMap::new();
    for (row, (moment, group)) in moments.iter().zip(&wholes.of_row).enumerate() {
        let Ok(moment) = moment else { continue };
        let sum = sums.entry((*group, *moment)).or_insert(Ok(Money::ZERO));
        match (&sum, figures.exact(row)) {
            (Ok(known), Ok(value)) => *sum = Ok(known.checked_add(value)?),
            (Ok(_), Err(why)) => *sum = Err(format!("no base: the whole of {moment}: {why}")),
            (Err(_), _) => {}
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    /// The whole grows from 200 to 230, by 0.15 = 0.2 − 0.05.
    #[test]
    fn contributions_add_up_to_the_growth_of_the_whole() {
        let drawn = "year:whole | partner | v:amount\n2022 | RU | 190\n2021 | BY | 50\n2021 | RU | 150\n2022 | BY | 40\n\
            2022 | MN | 0";
        let toml = r#"add = { name = "points", contribution = "v", along = "year", by = ["partner"] }"#;
        let made = Scene::new(drawn).apply(toml).0.unwrap();
        assert_eq!(
            draw(&made, &["points", "points_status"]),
            "0.2 | -\n- | no base: 2020 not published\n- | no base: 2020 not published\n-0.05 | -\n\
             - | no base: 2021 not published"
        );
    }

    #[test]
    fn a_whole_with_a_missing_part_is_no_base() {
        let drawn = "year:whole | partner | v:amount\n2022 | RU | 190\n2021 | BY |\n2021 | RU | 150";
        let toml = r#"add = { name = "points", contribution = "v", along = "year", by = ["partner"] }"#;
        let made = Scene::new(drawn).apply(toml).0.unwrap();
        assert!(draw(&made, &["points_status"]).starts_with("no base: the whole of 2021: no value"));
    }
}
