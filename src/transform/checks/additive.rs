//! `additive`: figures of adjoining periods add up to that of the period they make together. January to May
//! and June make January to June; January to November and December make the year; three months make a
//! quarter. Two figures of the same days (a first quarter, and January to March) must be equal.
//!
//! Tested is every period for which the parts are there. A relation in which a figure is missing, a bound or
//! a forecast is counted as untested; points in time and single days are not added.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::{Severity, checks as codes};
use crate::measure::{Frequency, Money, Period};
use crate::spec::{Mistakes, Node};
use crate::table::Table;

use super::super::{Shape, StepError, World};
use super::series::{Point, Read, Series, SeriesSpec};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance, count_of};

pub(super) const KIND: CheckKind = CheckKind {
    name: "additive",
    example: "on = \"trade\"\nadditive = { value = \"obs_value\", along = \"time_period\", by = [\"flow\", \"currency\"] }\ntolerance = \"rounding\"",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    SeriesSpec::read(node, "`additive`", mistakes).map(|spec| Box::new(Additive(spec)) as Box<dyn Rule>)
}

#[derive(Debug)]
struct Additive(SeriesSpec);

impl Rule for Additive {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let series = self.0.plan(shape, setting, mistakes)?;
        Some(Box::new(Sums { series, tolerance: setting.tolerance }))
    }
}

#[derive(Debug)]
struct Sums {
    series: Series,
    tolerance: Tolerance,
}

/// A period and those that make it.
#[derive(Debug)]
struct Relation {
    whole: Point,
    parts: Vec<Point>,
}

impl PlannedRule for Sums {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let read = self.series.read(table, "`additive`", world)?;
        let mut tested = Tested { untested: count_of(read.without_period), ..Tested::default() };
        for points in &read.series {
            for relation in relations(points) {
                match self.test(&relation, &read, table)? {
                    Outcome::Untested => tested.untested += 1,
                    Outcome::Right => tested.count += 1,
                    Outcome::Wrong(failure) => {
                        tested.count += 1;
                        tested.failures.push(failure);
                    }
                }
            }
        }
        Ok(tested)
    }
}

enum Outcome {
    Untested,
    Right,
    Wrong(Failure),
}

impl Sums {
    fn test(&self, relation: &Relation, read: &Read, table: &Table) -> Result<Outcome, StepError> {
        let Relation { whole, parts } = relation;
        let Ok(total) = read.figures.exact(whole.row) else { return Ok(Outcome::Untested) };
        let mut rounding = read.figures.rounding(whole.row).unwrap_or(Money::ZERO);
        let mut sum = Money::ZERO;
        for part in parts {
            let Ok(value) = read.figures.exact(part.row) else { return Ok(Outcome::Untested) };
            sum = sum.checked_add(value)?;
            rounding = rounding.checked_add(read.figures.rounding(part.row).unwrap_or(Money::ZERO))?;
        }
        if self.tolerance.agree(sum, total, rounding)? {
            return Ok(Outcome::Right);
        }
        let apart = total.checked_sub(sum)?;
        let named: Vec<String> = parts.iter().map(|part| part.period.to_string()).collect();
        let seen = format!("{} = {total}", whole.period);
        let expected = format!(
            "{} = {sum} (apart by {apart}, roundings allow {rounding}){}",
            named.join(" + "),
            self.series.named(table, whole.row)
        );
        let rows = std::iter::once(whole).chain(parts).map(|point| point.row).collect();
        Ok(Outcome::Wrong(Failure::new(&codes::PERIODS_DO_NOT_ADD, rows, seen, expected)))
    }
}

/// Every period of a series with each way to make it of others.
fn relations(points: &[Point]) -> Vec<Relation> {
    let spans = |point: &&Point| !matches!(point.period.frequency, Frequency::Point | Frequency::Day);
    let points: Vec<Point> = points.iter().filter(spans).copied().collect();
    let mut by_start: BTreeMap<Date, Vec<Point>> = BTreeMap::new();
    for point in &points {
        by_start.entry(point.period.start).or_default().push(*point);
    }
    let mut relations = Vec::new();
    for (at, whole) in points.iter().enumerate() {
        let same = points.iter().skip(at + 1).filter(|other| same_days(whole, other));
        relations.extend(same.map(|other| Relation { whole: *whole, parts: vec![*other] }));
        let firsts = by_start.get(&whole.period.start).into_iter().flatten();
        for first in firsts.filter(|first| first.period.end < whole.period.end) {
            let Ok(next) = first.period.end.tomorrow() else { continue };
            let rest = by_start.get(&next).into_iter().flatten();
            let rest = rest.filter(|rest| rest.period.end == whole.period.end);
            relations.extend(rest.map(|rest| Relation { whole: *whole, parts: vec![*first, *rest] }));
        }
        for frequency in [Frequency::Month, Frequency::Quarter] {
            let parts = chain(&whole.period, frequency, &by_start).filter(|parts| parts.len() > 2);
            relations.extend(parts.map(|parts| Relation { whole: *whole, parts }));
        }
    }
    relations
}

fn same_days(one: &Point, other: &Point) -> bool {
    (one.period.start, one.period.end) == (other.period.start, other.period.end)
}

/// The periods of one frequency that fill another without a gap.
fn chain(whole: &Period, frequency: Frequency, by_start: &BTreeMap<Date, Vec<Point>>) -> Option<Vec<Point>> {
    let mut parts = Vec::new();
    let mut next = whole.start;
    loop {
        let of_kind = |point: &&Point| point.period.frequency == frequency;
        let part = by_start.get(&next)?.iter().find(of_kind)?;
        parts.push(*part);
        if part.period.end >= whole.end {
            return (part.period.end == whole.end).then_some(parts);
        }
        next = part.period.end.tomorrow().ok()?;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    const RULE: &str = "additive = { value = \"v\" }\nseverity = \"warn\"";
    const HEAD: &str =
        "time_period | freq | flow | currency | v:amount | v_rounding:amount | v_bound | v_status\n";

    #[track_caller]
    fn check(rows: &str, expected: &str) {
        assert_eq!(outcome(&Scene::new(&format!("{HEAD}{rows}")).check(RULE)), expected);
    }

    /// As published, in 亿元: 1,188.0 + 236.0 = 1,424.0 against 1,424.6, each rounded to 0.1.
    #[test]
    fn months_that_fall_short_of_the_half_year_fail() {
        check(
            "2023-01/2023-05 | YTD | total | CNY | 118800000000 | 5000000 | |\n\
             2023-06 | M | total | CNY | 23600000000 | 5000000 | |\n\
             2023-01/2023-06 | YTD | total | CNY | 142460000000 | 5000000 | |",
            "tested 1\n\
             failed T05 at t.xlsx ▸ S ▸ A4: 2023-01/2023-06 = 142460000000 / \
             2023-01/2023-05 + 2023-06 = 142400000000 (apart by 60000000, roundings allow 15000000); \
             flow total, currency CNY; with A2, A3",
        );
    }

    /// In 亿美元: 48.38 + 23.61 = 71.99 against 71.98, each rounded to 0.01: 0.015 is allowed.
    #[test]
    fn what_rounding_allows_agrees() {
        check(
            "2023-01/2023-02 | YTD | total | USD | 4838000000 | 500000 | |\n\
             2023-03 | M | total | USD | 2361000000 | 500000 | |\n\
             2023-01/2023-03 | YTD | total | USD | 7198000000 | 500000 | |",
            "tested 1",
        );
    }

    #[test]
    fn quarters_and_years_are_made_of_their_months_and_equal_their_cumulative_figure() {
        // The quarter: of three months (6), as January to March (6), and January to February with March.
        check(
            "2021-01 | M | e | CNY | 1 | | |\n2021-02 | M | e | CNY | 2 | | |\n2021-03 | M | e | CNY | 3 | | |\n\
             2021-01/2021-02 | YTD | e | CNY | 3 | | |\n2021-Q1 | Q | e | CNY | 6 | | |\n\
             2021-01/2021-03 | YTD | e | CNY | 7 | | |",
            "tested 6\n\
             failed T05 at t.xlsx ▸ S ▸ A6: 2021-Q1 = 6 / 2021-01/2021-03 = 7 \
             (apart by -1, roundings allow 0); flow e, currency CNY; with A7\n\
             failed T05 at t.xlsx ▸ S ▸ A7: 2021-01/2021-03 = 7 / 2021-01/2021-02 + 2021-03 = 6 \
             (apart by 1, roundings allow 0); flow e, currency CNY; with A5, A4\n\
             failed T05 at t.xlsx ▸ S ▸ A7: 2021-01/2021-03 = 7 / 2021-01 + 2021-02 + 2021-03 = 6 \
             (apart by 1, roundings allow 0); flow e, currency CNY; with A2, A3, A4",
        );
    }

    #[test]
    fn bounds_forecasts_gaps_other_currencies_and_points_are_not_tested() {
        check(
            "2021-01 | M | a | CNY | 1 | | > |\n2021-02 | M | a | CNY | 1 | | |\n2021-01/2021-02 | YTD | a | CNY | 9 | | |\n\
             2021-01 | M | b | CNY | 1 | | | F\n2021-02 | M | b | CNY | 1 | | |\n2021-01/2021-02 | YTD | b | CNY | 9 | | |\n\
             2021-01 | M | c | CNY |  | | |\n2021-02 | M | c | CNY | 1 | | |\n2021-01/2021-02 | YTD | c | CNY | 9 | | |\n\
             2021-01 | M | d | CNY | 1 | | |\n2021-02 | M | d | USD | 1 | | |\n2021-01/2021-02 | YTD | d | CNY | 9 | | |\n\
             2021-01 | P | e | CNY | 1 | | |\n2021-02 | P | e | CNY | 1 | | |\n2021 | P | e | CNY | 9 | | |\n\
             2021-01 | M | f | CNY | 1 | | |\n2021-03 | M | f | CNY | 1 | | |\n2021-01/2021-03 | YTD | f | CNY | 9 | | |\n\
             ? | M | g | CNY | 1 | | |",
            "tested 0, 4 not",
        );
    }

    #[test]
    fn two_figures_of_one_period_are_refused() {
        let scene = Scene::new(&format!("{HEAD}2021 | A | a | CNY | 1 | | |\n2021 | A | a | CNY | 2 | | |"));
        assert_eq!(
            scene.check_error(RULE),
            "`additive` needs rows told apart by flow, currency, time_period, freq, but 2 rows have \
             flow a, currency CNY, time_period 2021, freq A (first at t.xlsx ▸ S ▸ A2)"
        );
    }

    #[test]
    fn sums_beyond_what_an_amount_holds_are_an_error() {
        let most = "999999999999999999999999";
        let rows = format!(
            "2021-01 | M | a | CNY | {most} | | |\n2021-02 | M | a | CNY | {most} | | |\n\
             2021-01/2021-02 | YTD | a | CNY | 1 | | |"
        );
        let told = Scene::new(&format!("{HEAD}{rows}")).check_error(RULE);
        assert_eq!(told, "the result is too large for an exact amount");
    }

    #[test]
    fn empty_and_one_row_tables_test_nothing() {
        check("", "tested 0");
        check("2021 | A | a | CNY | 1 | | |", "tested 0");
    }
}
