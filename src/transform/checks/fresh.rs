//! `fresh`: the newest period or day of a table is no older than `max_age` days before the day the report
//! speaks of, or before the newest of another table (`against`). Rows without a figure, and forecasts, are
//! not news.

use jiff::civil::Date;

use crate::finding::{Severity, checks as codes};
use crate::measure::{Frequency, Period};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnRole, ColumnType, Companion, Schema, Table};

use super::super::columns::{dates, expect_column, frequency_column, series, text_if_any};
use super::super::{Shape, StepError, World, table_of};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests};

pub(super) const KIND: CheckKind = CheckKind {
    name: "fresh",
    example: "on = \"trade\"\nfresh = { along = \"time_period\", max_age = \"62d\" }\nseverity = \"warn\"",
    severity: Severity::Error,
    tests: Tests::Table,
    slack: Slack::None,
    read,
};

#[derive(Debug)]
struct Fresh {
    along: Option<Text>,
    max_age_days: i64,
    against: Option<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`fresh`", mistakes)?;
    fields.required("max_age");
    let (along, max_age, against) = (fields.text("along"), fields.text("max_age"), fields.text("against"));
    fields.finish();
    let max_age = max_age?;
    let days = max_age.value.trim().strip_suffix('d').and_then(|days| days.parse().ok());
    let Some(max_age_days) = days.filter(|days: &i64| *days >= 0) else {
        let message = format!("`{}` is no age", max_age.value);
        mistakes.add_with_help(max_age.span, message, "write a number of days such as \"62d\"");
        return None;
    };
    Some(Box::new(Fresh { along, max_age_days, against }))
}

impl Rule for Fresh {
    fn inputs(&self) -> Vec<Text> {
        self.against.iter().cloned().collect()
    }

    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let along = self.along.clone().unwrap_or_else(|| Text::at(setting.span.clone(), "time_period"));
        let times = [ColumnType::Text, ColumnType::Date];
        expect_column(&shape.schema, &along, &times, mistakes);
        let other = self.against.as_ref().and_then(|other| setting.shapes.tables.get(&other.value));
        if let Some(other) = other {
            expect_column(&other.schema, &along, &times, mistakes);
        }
        (mistakes.count() == before).then(|| {
            Box::new(Newest {
                here: When::of(&shape.schema, &along.value),
                max_age_days: self.max_age_days,
                against: self
                    .against
                    .as_ref()
                    .zip(other)
                    .map(|(name, other)| (name.value.clone(), When::of(&other.schema, &along.value))),
            }) as Box<dyn PlannedRule>
        })
    }
}

/// What says when the rows of a table are, and whether they have a figure.
#[derive(Debug)]
struct When {
    along: String,
    frequency: Option<String>,
    measure: Option<String>,
    status: Option<String>,
}

impl When {
    fn of(schema: &Schema, along: &str) -> Self {
        let mut measures = schema.columns().iter().filter(|column| column.role == ColumnRole::Measure);
        let measure = measures.next().map(|column| column.name.clone());
        let status = measure.as_ref().map(|measure| Companion::Status.of(measure));
        Self {
            along: along.to_owned(),
            frequency: frequency_column(schema),
            measure,
            status: status.filter(|status| schema.has(status)),
        }
    }

    /// The last day of the rows with a figure, and the first row that has it.
    fn newest(&self, table: &Table) -> Result<Option<(Date, usize)>, StepError> {
        let frame = &table.frame;
        let days = match series(frame, &self.along)?.dtype() {
            polars::prelude::DataType::Date => dates(frame, &self.along)?,
            _ => self.ends(table)?,
        };
        let statuses = text_if_any(frame, self.status.as_deref())?;
        let there = match &self.measure {
            Some(measure) => series(frame, measure)?.is_not_null().iter().collect(),
            None => vec![Some(true); frame.height()],
        };
        let mut newest: Option<(Date, usize)> = None;
        for (row, (day, there)) in days.into_iter().zip(there).enumerate() {
            let forecast = statuses.get(row).and_then(Option::as_deref) == Some("F");
            let Some(day) = day.filter(|_| there == Some(true) && !forecast) else { continue };
            if newest.is_none_or(|(newest, _)| day > newest) {
                newest = Some((day, row));
            }
        }
        Ok(newest)
    }

    fn ends(&self, table: &Table) -> Result<Vec<Option<Date>>, StepError> {
        let periods = text_if_any(&table.frame, Some(&self.along))?;
        let frequencies = text_if_any(&table.frame, self.frequency.as_deref())?;
        let end = |(period, frequency): (&Option<String>, &Option<String>)| {
            let frequency = frequency.as_deref().and_then(Frequency::parse);
            Period::parse(period.as_deref()?, frequency).ok().map(|period| period.end)
        };
        Ok(periods.iter().zip(&frequencies).map(end).collect())
    }
}

#[derive(Debug)]
struct Newest {
    here: When,
    max_age_days: i64,
    against: Option<(String, When)>,
}

impl PlannedRule for Newest {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let (day, named) = match &self.against {
            Some((name, when)) => {
                (when.newest(table_of(world, name)?)?.map(|(day, _)| day), format!("newest of {name}"))
            }
            None => (world.as_of, "day of the report".to_owned()),
        };
        let (Some((newest, row)), Some(day)) = (self.here.newest(table)?, day) else {
            return Ok(Tested { untested: 1, ..Tested::default() });
        };
        let mut tested = Tested { count: 1, ..Tested::default() };
        let age = i64::from((day - newest).get_days());
        if age > self.max_age_days {
            let seen = format!("newest is {newest}, {age} days before {day} ({named})");
            let expected = format!("no more than {} days", self.max_age_days);
            tested.failures.push(Failure::new(&codes::NOT_FRESH, vec![row], seen, expected));
        }
        Ok(tested)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome, table};

    const TABLE: &str = "time_period | freq | v:amount | v_status\n\
        2023-01/2023-05 | YTD | 5 |\n2023-06 | M | 1 |\n2023-07 | M | |\n2024 | A | 9 | F";

    /// 30 June to 31 August 2023: 62 days.
    #[test]
    fn the_newest_figure_is_no_older_than_allowed() {
        let scene = Scene::new(TABLE).speaking_of("2023-08-31");
        assert_eq!(outcome(&scene.check("fresh = { max_age = \"62d\" }")), "tested 1");
        assert_eq!(
            outcome(&scene.check("fresh = { max_age = \"61d\" }")),
            "tested 1\n\
             failed T14 at t.xlsx ▸ S ▸ A3: newest is 2023-06-30, 62 days before 2023-08-31 \
             (day of the report) / no more than 61 days"
        );
    }

    #[test]
    fn one_table_may_not_lag_behind_another() {
        let mut other = table("time_period:date | v:amount\n2023-07-05 | 1\n2023-12-31 |");
        other.name = "declared".into();
        let scene = Scene::new(TABLE).with_table(other);
        assert_eq!(
            outcome(&scene.check("fresh = { max_age = \"4d\", against = \"declared\" }")),
            "tested 1\n\
             failed T14 at t.xlsx ▸ S ▸ A3: newest is 2023-06-30, 5 days before 2023-07-05 \
             (newest of declared) / no more than 4 days"
        );
        assert_eq!(outcome(&scene.check("fresh = { max_age = \"5d\", against = \"declared\" }")), "tested 1");
    }

    #[test]
    fn without_a_figure_or_a_day_to_compare_with_nothing_is_tested() {
        let rule = "fresh = { max_age = \"1d\" }";
        assert_eq!(outcome(&Scene::new(TABLE).check(rule)), "tested 0, 1 not");
        let empty = Scene::new("time_period | v:amount").speaking_of("2023-08-31");
        assert_eq!(outcome(&empty.check(rule)), "tested 0, 1 not");
    }

    #[test]
    fn an_age_is_a_number_of_days() {
        for age in ["62", "-1d", "2 months"] {
            let told = Scene::new(TABLE).check_mistakes(&format!("fresh = {{ max_age = \"{age}\" }}"));
            assert_eq!(told, format!("`{age}` is no age (write a number of days such as \"62d\")"));
        }
        let told = Scene::new(TABLE).check_mistakes("fresh = { max_age = \"1d\", against = \"u\" }");
        assert!(told.starts_with("unknown table `u`"), "{told}");
    }
}
