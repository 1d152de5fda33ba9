//! `growth`: each value against that of the same kind one lag earlier, as a fraction: 0.05 is 5 %.
//!
//! The base must be there, exact and positive, of the same frequency and span; a gap is never bridged.
//! Where there is no growth, `<name>_status` says why. `<name>_rounding` is how far the roundings of both
//! values may move it.

use crate::measure::{Money, ratio};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Companion, Table};

use super::super::along::{Against, Lag};
use super::super::computed::{ComputedRatio, NewRatio};
use super::super::figures::Figures;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan};

pub(super) const KIND: AddKind = AddKind {
    name: "growth",
    example: r#"{ name = "growth", growth = "obs_value", along = "time_period", lag = "1 year", by = ["flow", "currency"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Growth {
    course: Course,
    lag: Lag,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let course = Course::read(name, "growth", fields);
    let lag = Lag::read(fields);
    Some(Box::new(Growth { course: course?, lag }))
}

impl Verb for Growth {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let course = self.course.plan("growth", &shape.schema, mistakes);
        self.lag.expect_fits(&self.course.along, &shape.schema, mistakes);
        let name = &self.course.name;
        let ratio = NewRatio { name: name.value.clone(), companions: vec![Companion::Rounding] };
        ratio.expect_new(name, &shape.schema, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        ratio.declare(&mut shape.schema);
        Some((shape, Box::new(Grown { ratio, course: course?, lag: self.lag })))
    }
}

#[derive(Debug)]
struct Grown {
    ratio: NewRatio,
    course: CoursePlan,
    lag: Lag,
}

impl Planned for Grown {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let growth = |(row, moment): (usize, &Result<_, String>)| {
            let base = moment.clone().and_then(|moment| self.lag.base(moment));
            let against = along.against(&figures, row, base)?.with_divisor()?;
            growth(&figures, row, against)
        };
        let made: Vec<ComputedRatio> = along.moments.iter().enumerate().map(growth).collect();
        self.ratio.put(&mut table, &made)?;
        Ok(table)
    }
}

/// Growth and rounding of a row against its base, or why there is none.
fn growth(figures: &Figures, row: usize, against: Against) -> ComputedRatio {
    let Against { value, base, base_row, moment } = against;
    let growth = quotient(value, base).ok_or_else(|| format!("base {moment} is out of range"))?;
    let rounding = figures.rounding(row).zip(figures.rounding(base_row));
    Ok((growth, rounding.and_then(|off| half_width((value, off.0), (base, off.1), growth))))
}

/// How far growth may be off: the farther end of what both roundings allow; `None` where the base may be zero.
fn half_width(value: (Money, Money), base: (Money, Money), growth: f64) -> Option<f64> {
    let ends =
        |(figure, off): (Money, Money)| Some([figure.checked_sub(off).ok()?, figure.checked_add(off).ok()?]);
    let bases = ends(base)?;
    if bases.iter().any(|base| *base <= Money::ZERO) {
        return None;
    }
    let mut width = 0.0_f64;
    for value in ends(value)? {
        for base in bases {
            width = width.max((quotient(value, base)? - growth).abs());
        }
    }
    Some(width)
}

/// `value / base - 1`, with one rounding: the difference is exact.
fn quotient(value: Money, base: Money) -> Option<f64> {
    ratio(value.checked_sub(base).ok()?, base)
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    #[track_caller]
    fn check(toml: &str, drawn: &str, expected: &str) {
        let made = Scene::new(drawn).apply(toml).0.unwrap();
        assert_eq!(draw(&made, &["growth", "growth_status", "growth_rounding"]), expected);
    }

    const YEARLY: &str = r#"add = [ { name = "growth", growth = "v", along = "time_period", lag = "1 year", by = ["flow"] } ]"#;

    #[test]
    fn growth_is_the_fraction_by_which_a_value_exceeds_its_base() {
        // 22360/21310 - 1 = 0.04927264195213515; farthest end (22359.5/21310.5 - 1) is 0.0000480835… off.
        check(
            YEARLY,
            "flow | time_period | v:amount | v_rounding:amount\n\
             total | 2012 | 21310000000 | 500000\n\
             total | 2013 | 22360000000 | 500000",
            "- | no base: 2011 not published | -\n0.049272641952 | - | 0.000048083546",
        );
    }

    #[test]
    fn a_gap_another_span_and_another_group_are_no_base() {
        check(
            YEARLY,
            "flow | time_period | v:amount\n\
             total | 2011 | 18990\n\
             total | 2013 | 22360\n\
             import | 2012 | 5\n\
             total | 2020-01/2020-08 | 100\n\
             total | 2021-01/2021-08 | 110\n\
             total | 2021-01/2021-09 | 130\n\
             total | 2020-12 | 40\n\
             total | 2021-12 | 30",
            "- | no base: 2010 not published | -\n\
             - | no base: 2012 not published | -\n\
             - | no base: 2011 not published | -\n\
             - | no base: 2019-01/2019-08 not published | -\n\
             0.1 | - | -\n\
             - | no base: 2020-01/2020-09 not published | -\n\
             - | no base: 2019-12 not published | -\n\
             -0.25 | - | -",
        );
    }

    #[test]
    fn zero_negative_bound_and_forecast_give_a_reason() {
        check(
            YEARLY,
            "flow | time_period | v:amount | v_status | v_bound\n\
             a | 2011 | 0 | A | \n\
             a | 2012 | 5 | A | \n\
             b | 2011 | -1 | A | \n\
             b | 2012 | 5 | A | \n\
             c | 2011 | 4 | A | >\n\
             c | 2012 | 5 | A | \n\
             d | 2011 | 4 | A | \n\
             d | 2012 | 5 | F | \n\
             e | 2011 |  | O | \n\
             e | 2012 | 5 | A | ",
            "- | no base: 2010 not published | -\n- | base 2011 is zero | -\n\
             - | no base: 2010 not published | -\n- | base 2011 is negative | -\n\
             - | value is a bound | -\n- | no base: 2011: value is a bound | -\n\
             - | no base: 2010 not published | -\n- | value is a forecast | -\n\
             - | no value | -\n- | no base: 2011: no value | -",
        );
    }

    #[test]
    fn years_may_be_whole_numbers() {
        check(
            r#"add = { name = "growth", growth = "v", along = "year", by = ["partner"] }"#,
            "partner | year:whole | v:amount\nRU | 2022 | 150\nRU | 2021 | 100\nBY | 2022 | 7",
            "0.5 | - | -\n- | no base: 2020 not published | -\n- | no base: 2021 not published | -",
        );
    }

    #[test]
    fn the_month_before_may_lie_in_the_year_before() {
        check(
            r#"add = { name = "growth", growth = "v", lag = "1 month", by = [] }"#,
            "time_period | v:amount\n2021-12 | 100\n2022-01 | 80\n2022 | 900",
            "- | no base: 2021-11 not published | -\n-0.2 | - | -\n- | not a month | -",
        );
    }

    #[test]
    fn another_currency_is_no_base() {
        check(
            YEARLY,
            "flow | time_period | v:amount | currency\ntotal | 2012 | 100 | USD\ntotal | 2013 | 700 | CNY",
            "- | no base: 2011 not published | -\n- | base 2012 is in another unit or currency | -",
        );
    }

    #[test]
    fn two_rows_of_one_key_are_an_error() {
        let scene = Scene::new("flow | time_period | v:amount\ntotal | 2012 | 1\ntotal | 2012 | 2");
        let error = scene.apply(YEARLY).0.unwrap_err().to_string();
        assert!(error.contains("flow total, time_period 2012"), "{error}");
    }

    #[test]
    fn mistakes_name_the_column_and_what_is_near() {
        let scene = Scene::new("flow | time_period | v:amount\ntotal | 2012 | 1");
        assert_eq!(
            scene.mistakes(
                r#"add = { name = "growth", growth = "flow", along = "time_periods", lag = "2 years" }"#
            ),
            "`flow` is text (expected amount or whole number)\n\
             unknown column `time_periods` (did you mean `time_period`? allowed: flow, time_period, v)\n\
             unknown value of `lag` `2 years` (did you mean `1 year`? allowed: 1 year, 1 month, 1 period)",
        );
    }
}
