//! `range`: a value lies between `min` and `max`, both allowed. An amount that is known only as a bound fails
//! where it cannot lie inside, passes where it must, and is left untested between.

use jiff::civil::Date;

use crate::finding::{Severity, checks as codes};
use crate::measure::{Decimal, Money};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Schema, Table};

use super::super::columns::{dates, expect_column, ratios};
use super::super::figures::Figures;
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::known::Known;
use super::tolerance::percent;
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests};

pub(super) const KIND: CheckKind = CheckKind {
    name: "range",
    example: "on = \"declarations\"\nrange = { column = \"declared_on\", min = \"2021-01-01\", max = \"2022-12-31\" }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Range {
    column: Text,
    min: Option<Text>,
    max: Option<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`range`", mistakes)?;
    let column = fields.required_text("column");
    let (min, max) = (fields.number("min"), fields.number("max"));
    if !fields.has("min") && !fields.has("max") {
        mistakes.add(fields.span(), "`range` needs `min`, `max` or both");
    }
    fields.finish();
    Some(Box::new(Range { column: column?, min, max }))
}

/// Both ends, of the type of the column.
#[derive(Debug)]
enum Limits {
    Amount(Measured, Option<Money>, Option<Money>),
    Ratio(Option<f64>, Option<f64>),
    Date(Option<Date>, Option<Date>),
}

impl Rule for Range {
    fn plan(&self, shape: &Shape, _: &Setting<'_>, mistakes: &Mistakes) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let types = [ColumnType::Money, ColumnType::Integer, ColumnType::Ratio, ColumnType::Date];
        let column_type = expect_column(&shape.schema, &self.column, &types, mistakes)?;
        let limits = self.limits(column_type, &shape.schema, mistakes);
        let shown = |end: &Option<Text>, word: &str| end.as_ref().map(|end| format!("{word} {}", end.value));
        let words: Vec<String> =
            [shown(&self.min, "at least"), shown(&self.max, "at most")].into_iter().flatten().collect();
        (mistakes.count() == before).then(|| {
            Box::new(Within { column: self.column.value.clone(), limits, expected: words.join(", ") })
                as Box<dyn PlannedRule>
        })
    }
}

impl Range {
    fn limits(&self, column_type: ColumnType, schema: &Schema, mistakes: &Mistakes) -> Limits {
        match column_type {
            ColumnType::Date => {
                let (min, max) = self.ends("day such as 2021-01-01", |text| text.parse().ok(), mistakes);
                Limits::Date(min, max)
            }
            ColumnType::Ratio => {
                let plain = |text: &str| Money::from_decimal(Decimal::parse(text).ok()?, 0).ok();
                let read = |text: &str| percent(text).or_else(|| plain(text)).map(Money::to_f64);
                let (min, max) = self.ends("fraction such as 0.5 or \"50%\"", read, mistakes);
                Limits::Ratio(min, max)
            }
            _ => {
                let read = |text: &str| text.parse().ok();
                let (min, max) = self.ends("number", read, mistakes);
                Limits::Amount(Measured::of(schema, &self.column.value), min, max)
            }
        }
    }

    fn ends<T: PartialOrd>(
        &self,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
        mistakes: &Mistakes,
    ) -> (Option<T>, Option<T>) {
        let end = |text: &Option<Text>| {
            let text = text.as_ref()?;
            let value = read(&text.value);
            if value.is_none() {
                mistakes.add(text.span.clone(), format!("`{}` is no {what}", text.value));
            }
            value
        };
        let (min, max) = (end(&self.min), end(&self.max));
        if let (Some(low), Some(high), Some(text)) = (&min, &max, &self.min)
            && low > high
        {
            mistakes.add(text.span.clone(), "`min` is above `max`: no value lies between");
        }
        (min, max)
    }
}

#[derive(Debug)]
struct Within {
    column: String,
    limits: Limits,
    expected: String,
}

impl PlannedRule for Within {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let frame = &table.frame;
        let answers: Vec<(Option<bool>, String)> = match &self.limits {
            Limits::Amount(measured, min, max) => {
                let figures = Figures::of(measured, frame)?;
                let answer = |row| {
                    let Some(known) = Known::of(&figures, row) else { return (None, String::new()) };
                    (within(known, *min, *max), known.to_string())
                };
                (0..frame.height()).map(answer).collect()
            }
            Limits::Ratio(min, max) => {
                let values = ratios(frame, &self.column)?.iter();
                values.map(|value| answer(value.filter(|value| !value.is_nan()), *min, *max)).collect()
            }
            Limits::Date(min, max) => {
                dates(frame, &self.column)?.into_iter().map(|value| answer(value, *min, *max)).collect()
            }
        };
        let mut tested = Tested::default();
        for (row, (inside, seen)) in answers.into_iter().enumerate() {
            match inside {
                None => tested.untested += 1,
                Some(inside) => {
                    tested.count += 1;
                    if !inside {
                        let seen = format!("{} {seen}", self.column);
                        let expected = self.expected.clone();
                        tested.failures.push(Failure::new(&codes::OUT_OF_RANGE, vec![row], seen, expected));
                    }
                }
            }
        }
        Ok(tested)
    }
}

/// Whether a value lies inside, with its text.
fn answer<T: PartialOrd + std::fmt::Display>(
    value: Option<T>,
    min: Option<T>,
    max: Option<T>,
) -> (Option<bool>, String) {
    let Some(value) = value else { return (None, String::new()) };
    let inside = min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    (Some(inside), value.to_string())
}

/// Whether a figure lies inside; nothing where its bound leaves both open.
fn within(known: Known, min: Option<Money>, max: Option<Money>) -> Option<bool> {
    let (least, most) = (known.least(), known.most());
    let below = min.is_some_and(|min| most.is_some_and(|most| most < min));
    let above = max.is_some_and(|max| least.is_some_and(|least| least > max));
    if below || above {
        return Some(false);
    }
    let surely_not_below = min.is_none_or(|min| least.is_some_and(|least| least >= min));
    let surely_not_above = max.is_none_or(|max| most.is_some_and(|most| most <= max));
    (surely_not_below && surely_not_above).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    #[track_caller]
    fn check(drawn: &str, rule: &str, expected: &str) {
        assert_eq!(outcome(&Scene::new(drawn).check(&format!("range = {{ {rule} }}"))), expected);
    }

    #[test]
    fn amounts_outside_fail_and_bounds_only_where_they_must_lie_outside() {
        check(
            "v:amount | v_bound | v_status\n0 | |\n10 | |\n10.1 | |\n-0.00000001 | |\n5 | > |\n11 | > |\n5 | < |\n | |\n99 | | F",
            "column = \"v\", min = 0, max = 10",
            "tested 5, 4 not\n\
             failed T10 at t.xlsx ▸ S ▸ A4: v 10.1 / at least 0, at most 10\n\
             failed T10 at t.xlsx ▸ S ▸ A5: v -0.00000001 / at least 0, at most 10\n\
             failed T10 at t.xlsx ▸ S ▸ A7: v >11 / at least 0, at most 10",
        );
        check("v:amount | v_bound\n5 | >", "column = \"v\", min = 1", "tested 1");
    }

    #[test]
    fn whole_numbers_fractions_and_days_have_ranges_too() {
        check(
            "n:whole\n1\n3",
            "column = \"n\", max = 2",
            "tested 2\nfailed T10 at t.xlsx ▸ S ▸ A3: n 3 / at most 2",
        );
        check(
            "r:ratio\n0.5\n1.5\nNaN\n",
            "column = \"r\", min = 0, max = \"100%\"",
            "tested 2, 1 not\nfailed T10 at t.xlsx ▸ S ▸ A3: r 1.5 / at least 0, at most 100%",
        );
        check(
            "d:date | x\n2021-01-01 |\n2023-01-01 |\n | x",
            "column = \"d\", min = \"2021-01-01\", max = \"2022-12-31\"",
            "tested 2, 1 not\n\
             failed T10 at t.xlsx ▸ S ▸ A3: d 2023-01-01 / at least 2021-01-01, at most 2022-12-31",
        );
    }

    #[test]
    fn limits_are_of_the_type_of_the_column() {
        let scene = Scene::new("v:amount | d:date | t\n1 | 2021-01-01 | x");
        for (rule, expected) in [
            ("column = \"v\"", "`range` needs `min`, `max` or both"),
            ("column = \"v\", min = 2, max = 1", "`min` is above `max`: no value lies between"),
            ("column = \"d\", min = 2021", "`2021` is no day such as 2021-01-01"),
            ("column = \"v\", min = \"x\"", "`x` is no number"),
            ("column = \"t\", min = 1", "`t` is text (expected amount or whole number or ratio or date)"),
        ] {
            assert_eq!(scene.check_mistakes(&format!("range = {{ {rule} }}")), expected);
        }
    }
}
