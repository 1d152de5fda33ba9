//! `monotone`: what is counted since January never falls within a year. Compared is each year-to-date
//! figure (January alone and the whole year too) with the one before it, whatever months lie between.

use crate::finding::{Severity, checks as codes};
use crate::measure::{Frequency, Money, Period};
use crate::spec::{Mistakes, Node};
use crate::table::Table;

use super::super::{Shape, StepError, World};
use super::known::Known;
use super::series::{Point, Series, SeriesSpec};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance, count_of};

pub(super) const KIND: CheckKind = CheckKind {
    name: "monotone",
    example: "on = \"trade\"\nmonotone = { value = \"obs_value\", along = \"time_period\", by = [\"flow\", \"currency\"] }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    SeriesSpec::read(node, "`monotone`", mistakes).map(|spec| Box::new(Monotone(spec)) as Box<dyn Rule>)
}

#[derive(Debug)]
struct Monotone(SeriesSpec);

impl Rule for Monotone {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let series = self.0.plan(shape, setting, mistakes)?;
        Some(Box::new(NeverFalls { series, tolerance: setting.tolerance }))
    }
}

#[derive(Debug)]
struct NeverFalls {
    series: Series,
    tolerance: Tolerance,
}

impl PlannedRule for NeverFalls {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let read = self.series.read(table, "`monotone`", world)?;
        let mut tested = Tested { untested: count_of(read.without_period), ..Tested::default() };
        for points in &read.series {
            let mut before: Option<(Point, Known)> = None;
            for point in points.iter().filter(|point| is_cumulative(&point.period)) {
                let Some(known) = Known::of(&read.figures, point.row) else {
                    tested.untested += 1;
                    continue;
                };
                let earlier = before.replace((*point, known));
                let Some((earlier, least)) = earlier.filter(|(earlier, _)| same_year(earlier, point)) else {
                    continue;
                };
                let (Some(least), Some(most)) = (least.least(), known.most()) else {
                    tested.untested += 1;
                    continue;
                };
                tested.count += 1;
                let rounding = |row| read.figures.rounding(row).unwrap_or(Money::ZERO);
                let rounding = rounding(earlier.row).checked_add(rounding(point.row))?;
                if most >= least || self.tolerance.agree(most, least, rounding)? {
                    continue;
                }
                let seen = format!("{} = {known}", point.period);
                let expected = format!(
                    "at least {least}, as in {}{}",
                    earlier.period,
                    self.series.named(table, point.row)
                );
                let rows = vec![point.row, earlier.row];
                tested.failures.push(Failure::new(&codes::CUMULATIVE_FALLS, rows, seen, expected));
            }
        }
        Ok(tested)
    }
}

fn is_cumulative(period: &Period) -> bool {
    let counted = !matches!(period.frequency, Frequency::Point | Frequency::Day);
    let within_a_year = period.start.year() == period.end.year();
    counted && within_a_year && (period.start.month(), period.start.day()) == (1, 1)
}

fn same_year(one: &Point, other: &Point) -> bool {
    one.period.start.year() == other.period.start.year()
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    const RULE: &str = "monotone = { value = \"v\" }";
    const HEAD: &str = "time_period | freq | flow | v:amount | v_rounding:amount | v_bound\n";

    #[track_caller]
    fn check(rows: &str, expected: &str) {
        assert_eq!(outcome(&Scene::new(&format!("{HEAD}{rows}")).check(RULE)), expected);
    }

    #[test]
    fn a_fall_within_a_year_fails_and_a_new_year_begins_anew() {
        check(
            "2021-01/2021-09 | YTD | e | 90 | |\n2021-01 | M | e | 10 | |\n2021-02 | M | e | 5 | |\n\
             2021-01/2021-08 | YTD | e | 95 | |\n2021 | A | e | 120 | |\n2022-01/2022-02 | YTD | e | 20 | |",
            "tested 3\n\
             failed T06 at t.xlsx ▸ S ▸ A2: 2021-01/2021-09 = 90 / at least 95, as in 2021-01/2021-08; \
             flow e; with A5",
        );
    }

    #[test]
    fn roundings_and_bounds_count_for_what_they_say() {
        check(
            "2021-01/2021-02 | YTD | a | 10 | 1 |\n2021-01/2021-03 | YTD | a | 8 | 1.5 |\n\
             2021-01/2021-02 | YTD | b | 10 | | >\n2021-01/2021-03 | YTD | b | 8 | |\n\
             2021-01/2021-02 | YTD | c | 10 | |\n2021-01/2021-03 | YTD | c | 8 | | >\n\
             2021-01/2021-02 | YTD | d | 10 | |\n2021-01/2021-03 | YTD | d |  | |\n2021-01/2021-04 | YTD | d | 9 | |",
            "tested 3, 2 not\n\
             failed T06 at t.xlsx ▸ S ▸ A5: 2021-01/2021-03 = 8 / at least 10, as in 2021-01/2021-02; \
             flow b; with A4\n\
             failed T06 at t.xlsx ▸ S ▸ A10: 2021-01/2021-04 = 9 / at least 10, as in 2021-01/2021-02; \
             flow d; with A8",
        );
    }
}
