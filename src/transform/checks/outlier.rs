//! `outlier`: a value is no further from the median of its group than so many median absolute deviations.
//!
//! Both are medians, so that one wrong figure cannot hide itself. Deviations are taken times 1.4826, which
//! makes them comparable to standard deviations. Groups of fewer than `least` exact values, and groups of
//! which more than half are equal (deviation zero), are left untested.
//!
//! Amounts of trade spread over powers of ten: with `scale = "log"` distances are those of their logarithms,
//! so that half the median is as far as twice the median; values of zero and below are left untested.

use crate::finding::{Severity, checks as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::{described, expect_column, ratios, shown};
use super::super::figures::Figures;
use super::super::groups::Groups;
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, count_of, grouped_by};

pub(super) const KIND: CheckKind = CheckKind {
    name: "outlier",
    example: "on = \"declared\"\noutlier = { value = \"amount_cny\", by = [\"flow\"], scale = \"log\", distance = 5, least = 20 }",
    severity: Severity::Warning,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

/// What makes a median absolute deviation comparable to a standard deviation.
const SCALE: f64 = 1.4826;

#[derive(Debug)]
struct Outlier {
    value: Text,
    by: Vec<Text>,
    scale: Scale,
    distance: f64,
    least: usize,
}

/// What distances are measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    Plain,
    Log,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`outlier`", mistakes)?;
    let value = fields.required_text("value");
    let by = fields.texts("by");
    let scale = fields.choice("scale", &[("plain", Scale::Plain), ("log", Scale::Log)]);
    let distance = fields.number("distance");
    let least = fields.integer("least").unwrap_or(5);
    let span = fields.span();
    fields.finish();
    let read = distance.as_ref().map_or(Some(5.0), |text| text.value.parse::<f64>().ok());
    let distance = read.filter(|distance| distance.is_finite() && *distance > 0.0);
    let least = usize::try_from(least).ok().filter(|least| *least >= 3);
    if distance.is_none() {
        mistakes.add(span.clone(), "`distance` is a number of deviations above zero");
    }
    if least.is_none() {
        mistakes.add(span, "`least` is 3 or more: of two values neither is far from the other");
    }
    let scale = scale.unwrap_or(Scale::Plain);
    Some(Box::new(Outlier { value: value?, by, scale, distance: distance?, least: least? }))
}

impl Rule for Outlier {
    fn plan(&self, shape: &Shape, _: &Setting<'_>, mistakes: &Mistakes) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let types = [ColumnType::Money, ColumnType::Integer, ColumnType::Ratio];
        let column_type = expect_column(&shape.schema, &self.value, &types, mistakes);
        let value = Measured::of(&shape.schema, &self.value.value);
        let by = grouped_by(Some(&self.by), &[], &value, shape, mistakes);
        (mistakes.count() == before).then(|| {
            let kind = if column_type == Some(ColumnType::Ratio) { Kind::Ratio } else { Kind::Amount };
            let (scale, distance, least) = (self.scale, self.distance, self.least);
            Box::new(FarFromMedian { value, kind, by, scale, distance, least }) as Box<dyn PlannedRule>
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Amount,
    Ratio,
}

#[derive(Debug)]
struct FarFromMedian {
    value: Measured,
    kind: Kind,
    by: Vec<String>,
    scale: Scale,
    distance: f64,
    least: usize,
}

impl PlannedRule for FarFromMedian {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let values: Vec<Option<f64>> = self
            .values(table)?
            .into_iter()
            .map(|value| value.and_then(|value| self.scale.of(value)))
            .collect();
        let mut tested = Tested::default();
        for rows in Groups::by(&table.frame, &self.by)?.rows() {
            let there: Vec<(usize, f64)> =
                rows.iter().filter_map(|row| Some((*row, values.get(*row).copied().flatten()?))).collect();
            let median = median(there.iter().map(|(_, value)| *value));
            let deviation = median_deviation(&there, median);
            if there.len() < self.least || deviation <= 0.0 {
                tested.untested += count_of(rows.len());
                continue;
            }
            tested.count += count_of(there.len());
            tested.untested += count_of(rows.len() - there.len());
            for (row, value) in there {
                let times = (value - median).abs() / (SCALE * deviation);
                if times > self.distance {
                    tested.failures.push(self.failure(table, row, times, median));
                }
            }
        }
        Ok(tested)
    }
}

impl FarFromMedian {
    /// The exact values. A distance is no amount: floats serve.
    fn values(&self, table: &Table) -> Result<Vec<Option<f64>>, StepError> {
        if self.kind == Kind::Ratio {
            let values = ratios(&table.frame, &self.value.name)?.iter();
            return Ok(values.map(|value| value.filter(|value| value.is_finite())).collect());
        }
        let figures = Figures::of(&self.value, &table.frame)?;
        Ok((0..table.frame.height()).map(|row| figures.exact(row).ok().map(Money::to_f64)).collect())
    }

    fn failure(&self, table: &Table, row: usize, times: f64, median: f64) -> Failure {
        let median = brief(if self.scale == Scale::Log { median.exp() } else { median });
        let name = &self.value.name;
        let seen =
            format!("{name} {}, {times:.1} deviations from the median", shown(&table.frame, name, row));
        let group = match self.by.as_slice() {
            [] => String::new(),
            by => format!(" of {}", described(&table.frame, by, row)),
        };
        let expected = format!("within {} deviations of the median {median}{group}", self.distance);
        Failure::new(&codes::OUTLIER, vec![row], seen, expected)
    }
}

impl Scale {
    /// The value on the scale, where it has one.
    fn of(self, value: f64) -> Option<f64> {
        match self {
            Self::Plain => Some(value),
            Self::Log => (value > 0.0).then(|| value.ln()),
        }
    }
}

/// A median with the digits that help: none behind the point where it is large.
fn brief(median: f64) -> String {
    let text = if median.abs() >= 1000.0 { format!("{median:.0}") } else { format!("{median:.4}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn median_deviation(values: &[(usize, f64)], of: f64) -> f64 {
    median(values.iter().map(|(_, value)| (value - of).abs()))
}

/// The middle value, or the mean of the two in the middle; zero of none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let at = |at: usize| values.get(at).copied().unwrap_or(0.0);
    if values.len() % 2 == 1 { at(middle) } else { f64::midpoint(at(middle.saturating_sub(1)), at(middle)) }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    #[track_caller]
    fn check(drawn: &str, rule: &str, expected: &str) {
        assert_eq!(outcome(&Scene::new(drawn).check(&format!("outlier = {{ {rule} }}"))), expected);
    }

    /// Median 12, deviations 2 1 0 1 108, their median 1: 108 / 1.4826 = 72.8. In group b the median is 10 and
    /// the deviation zero.
    #[test]
    fn a_zero_too_many_is_far_from_the_median() {
        check(
            "g | v:amount | v_bound\na | 10 |\na | 11 |\na | 12 |\na | 13 |\na | 120 |\na | 900 | >\n\
             b | 10 |\nb | 10 |\nb | 10 |\nb | 10 |\nb | 99 |\nc | 1 |\nc | 99 |",
            "value = \"v\", by = [\"g\"]",
            "tested 5, 8 not\n\
             failed T15 at t.xlsx ▸ S ▸ A6: v 120, 72.8 deviations from the median / \
             within 5 deviations of the median 12 of g a",
        );
    }

    /// Median (0.02 + 0.03) / 2 = 0.025; deviations 0.015 0.005 0.005 0.975, their median 0.01:
    /// 0.975 / 0.014826 = 65.8.
    #[test]
    fn growth_has_outliers_too() {
        check(
            "r:ratio\n0.01\n0.02\n0.03\n1.0\nNaN",
            "value = \"r\", least = 3, distance = 60",
            "tested 4, 1 not\n\
             failed T15 at t.xlsx ▸ S ▸ A5: r 1, 65.8 deviations from the median / \
             within 60 deviations of the median 0.025",
        );
    }

    /// Logarithms to the base 10: 0 1 2 3 8; median 2, deviations 2 1 0 1 6, their median 1: 6 / 1.4826 = 4.05.
    #[test]
    fn amounts_over_powers_of_ten_are_measured_by_their_logarithms() {
        let drawn = "v:amount\n1\n10\n100\n1000\n100000000\n0\n-5";
        check(
            drawn,
            "value = \"v\", scale = \"log\", distance = 4",
            "tested 5, 2 not\n\
             failed T15 at t.xlsx ▸ S ▸ A6: v 100000000, 4.0 deviations from the median / \
             within 4 deviations of the median 100",
        );
        check(drawn, "value = \"v\", scale = \"log\", distance = 4.1", "tested 5, 2 not");
    }

    #[test]
    fn empty_and_small_tables_test_nothing() {
        check("v:amount", "value = \"v\"", "tested 0");
        check("v:amount\n1", "value = \"v\"", "tested 0, 1 not");
        check("v:amount | x\n | a\n | b\n | c", "value = \"v\", least = 3", "tested 0, 3 not");
    }

    #[test]
    fn settings_make_sense() {
        let told =
            Scene::new("v:amount\n1").check_mistakes("outlier = { value = \"v\", distance = 0, least = 2 }");
        assert!(told.contains("`distance` is a number") && told.contains("`least` is 3 or more"), "{told}");
    }
}
