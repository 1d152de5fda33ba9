//! `complete`, beside `group_by`: what a whole group has. A year with eleven months and a total of 13 reporters
//! of 150 are marked as partial, and what is partial is never compared with what is whole.
//!
//! `{ along = "time_period", every = "month" }` expects every month of the years the group touches (`per`
//! names a shorter span); `{ along = "reporter", expect = 150 }` expects so many different values. What counts
//! is a row with a figure.

use std::collections::BTreeSet;

use jiff::civil::Date;
use polars::prelude::*;

use crate::measure::{Frequency, Period, days_of_date};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Schema};

use super::StepError;
use super::columns::{dates, expect_column, frequency_column, series, text, text_if_any};
use super::groups::Groups;

/// A span of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Day,
    Month,
    Quarter,
    Year,
}

impl Span {
    const EVERY: [(&str, Self); 4] =
        [("day", Self::Day), ("month", Self::Month), ("quarter", Self::Quarter), ("year", Self::Year)];
    const PER: [(&str, Self); 3] = [("month", Self::Month), ("quarter", Self::Quarter), ("year", Self::Year)];

    fn plural(self) -> &'static str {
        match self {
            Self::Day => "days",
            Self::Month => "months",
            Self::Quarter => "quarters",
            Self::Year => "years",
        }
    }

    /// Spans of this kind, numbered without a gap.
    fn number(self, day: Date) -> i64 {
        let (year, month) = (i64::from(day.year()), i64::from(day.month()));
        match self {
            Self::Day => i64::from(days_of_date(day)),
            Self::Month => year * 12 + month - 1,
            Self::Quarter => year * 4 + (month - 1) / 3,
            Self::Year => year,
        }
    }

    /// The first day of the span that holds a day.
    fn first(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                Date::new(day.year(), month, 1).unwrap_or(day)
            }
            Self::Year => day.first_of_year(),
        }
    }

    /// The last day of the span that holds a day.
    fn last(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Month => day.last_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 3;
                Date::new(day.year(), month, 1).unwrap_or(day).last_of_month()
            }
            Self::Year => day.last_of_year(),
        }
    }
}

/// As written.
#[derive(Debug)]
pub(super) struct Complete {
    along: Text,
    whole: Whole,
}

/// What a whole group has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    /// So many different values.
    Values(usize),
    /// Every span of the longer spans it touches.
    Every { span: Span, per: Span },
}

impl Complete {
    /// Reads the value of `complete`.
    pub(super) fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, "`complete`", mistakes)?;
        let along = fields.required_text("along");
        let every = fields.choice("every", &Span::EVERY);
        let per = fields.choice("per", &Span::PER).unwrap_or(Span::Year);
        let expect = fields.integer("expect");
        let values = expect.and_then(|expect| usize::try_from(expect).ok()).filter(|expect| *expect > 0);
        let whole = match (every, values) {
            (Some(span), None) if expect.is_none() => Some(Whole::Every { span, per }),
            (None, Some(values)) => Some(Whole::Values(values)),
            _ => None,
        };
        if whole.is_none() {
            let help = "write every = \"month\", or expect = 150 for so many different values";
            mistakes.add_with_help(node.span.clone(), "`complete` does not say what a whole group has", help);
        }
        fields.finish();
        Some(Self { along: along?, whole: whole? })
    }

    /// Resolves the column.
    pub(super) fn plan(&self, schema: &Schema, mistakes: &Mistakes) -> Option<Completeness> {
        use ColumnType::{Date, Integer, Text};
        let allowed = match self.whole {
            Whole::Values(_) => &[Text, Integer, Date][..],
            Whole::Every { .. } => &[Text, Date],
        };
        let column_type = expect_column(schema, &self.along, allowed, mistakes)?;
        let frequency = frequency_column(schema).filter(|_| column_type == Text);
        Some(Completeness { along: self.along.value.clone(), frequency, whole: self.whole })
    }
}

/// The values a group has, by number.
#[derive(Clone, Default)]
struct Counted {
    /// Those of rows with a figure.
    present: BTreeSet<u32>,
    /// Those of all rows.
    all: BTreeSet<u32>,
}

/// What a whole group has, names known.
#[derive(Debug)]
pub(super) struct Completeness {
    along: String,
    frequency: Option<String>,
    whole: Whole,
}

impl Completeness {
    /// What every group has of what it should have, as in `11 of 12 months`; nothing where it is whole.
    pub(super) fn lacks(
        &self,
        frame: &DataFrame,
        groups: &Groups,
        there: &BooleanChunked,
    ) -> Result<Vec<Option<String>>, StepError> {
        let names: Vec<String> =
            [Some(&self.along), self.frequency.as_ref()].into_iter().flatten().cloned().collect();
        // Values repeat far more often than they differ, so each is read once.
        let values = Groups::by(frame, &names)?;
        let with_value = series(frame, &self.along)?.is_not_null();
        let spans = self.spans(frame, &values)?;
        let rows = values.of_row.iter().zip(with_value.iter()).zip(there.iter());
        let counted = groups.fold(Counted::default(), rows, |counted, ((number, with_value), there)| {
            if with_value == Some(true) {
                counted.all.insert(*number);
                if there == Some(true) {
                    counted.present.insert(*number);
                }
            }
            Ok(())
        })?;
        Ok(counted.iter().map(|counted| self.lack(counted, &spans)).collect())
    }

    /// The columns it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.along).chain(&self.frequency)
    }

    fn lack(&self, Counted { present, all }: &Counted, spans: &[Option<(Date, Date)>]) -> Option<String> {
        let span_of =
            |number: &u32| usize::try_from(*number).ok().and_then(|at| spans.get(at).copied().flatten());
        match self.whole {
            Whole::Values(expected) => (present.len() != expected)
                .then(|| format!("{} of {expected} ({})", present.len(), self.along)),
            Whole::Every { span, per } => {
                let numbers = |from: Date, to: Date| span.number(from)..=span.number(to);
                let wanted: BTreeSet<i64> = all
                    .iter()
                    .filter_map(span_of)
                    .flat_map(|(from, to)| numbers(per.first(from), per.last(to)))
                    .collect();
                let has: BTreeSet<i64> =
                    present.iter().filter_map(span_of).flat_map(|(from, to)| numbers(from, to)).collect();
                (has.len() < wanted.len() || wanted.is_empty())
                    .then(|| format!("{} of {} {}", has.len(), wanted.len(), span.plural()))
            }
        }
    }

    /// The first and last day of every value; nothing where it is no period.
    fn spans(&self, frame: &DataFrame, values: &Groups) -> Result<Vec<Option<(Date, Date)>>, StepError> {
        if matches!(self.whole, Whole::Values(_)) {
            return Ok(Vec::new());
        }
        if series(frame, &self.along)?.date().is_ok() {
            let days = dates(frame, &self.along)?;
            let day = |row: &usize| days.get(*row).copied().flatten().map(|day| (day, day));
            return Ok(values.first.iter().map(day).collect());
        }
        let written = text(frame, &self.along)?;
        let frequencies = text_if_any(frame, self.frequency.as_deref())?;
        let span = |row: &usize| {
            let frequency = frequencies.get(*row).and_then(Option::as_deref).and_then(Frequency::parse);
            let period = Period::parse(written.get(*row)?, frequency).ok()?;
            Some((period.start, period.end))
        };
        Ok(values.first.iter().map(span).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw};
    use crate::spec::{Mistakes, parse};
    use crate::transform::StepSpec;

    /// Runs a step from the table `t`.
    #[track_caller]
    fn step(scene: &Scene, toml: &str) -> Result<crate::table::Table, String> {
        let mistakes = Mistakes::default();
        let node = parse(&format!("name = \"s\"\nfrom = \"t\"\n{toml}"), &mistakes);
        let plan = StepSpec::read(&node, &mistakes).and_then(|step| step.plan(&scene.shapes(), &mistakes));
        let said = super::super::drawn::said(mistakes);
        let Some(plan) = plan.filter(|_| said.is_empty()) else { return Err(said) };
        let made = plan.run(&scene.world()).map_err(|error| error.to_string())?;
        assert_eq!(made.schema, plan.shape().schema);
        Ok(made)
    }

    /// Months of a year, as rows of 10 each.
    fn months(year: i16, months: impl Iterator<Item = u8>) -> String {
        let rows: Vec<String> =
            months.map(|month| format!("RU | {year}-{month:02} | M | 10 | A\n")).collect();
        rows.concat()
    }

    const YEARLY: &str = "group_by = [\"year(time_period) as year\"]\naggregate = { v_cny = \"sum(v_cny)\" }\n\
        complete = { along = \"time_period\", every = \"month\" }\n\
        add = { name = \"growth\", growth = \"v_cny\", along = \"year\" }";
    const HEAD: &str = "partner | time_period | freq | v_cny:amount | v_cny_status\n";
    const SHOWN: [&str; 6] = ["year", "v_cny", "v_cny_status", "v_cny_note", "growth", "growth_status"];

    #[test]
    fn a_year_of_eleven_months_is_marked_and_never_compared() {
        let rows =
            months(2020, 1..=12) + &months(2021, 1..=11) + &months(2022, 1..=12) + &months(2023, 1..=12);
        let made = step(&Scene::new(&format!("{HEAD}{rows}")), YEARLY).unwrap();
        assert_eq!(
            draw(&made, &SHOWN),
            "2020 | 120 | A | - | - | no base: 2019 not published\n\
             2021 | 110 | E | 11 of 12 months | - | value is partial\n\
             2022 | 120 | A | - | - | no base: 2021: value is partial\n\
             2023 | 120 | A | - | 0 | -"
        );
    }

    /// January and February published together are two months; a month with an empty value is none.
    #[test]
    fn months_published_together_count_each_and_an_empty_one_does_not() {
        let both = "RU | 2021-01/2021-02 | R | 20 | A\n";
        let group = YEARLY.lines().take(3).collect::<Vec<_>>().join("\n");
        let made = step(&Scene::new(&format!("{HEAD}{both}{}", months(2021, 3..=12))), &group);
        // Sums over two frequencies are refused elsewhere.
        assert!(made.unwrap_err().contains("two frequencies"));
        let rows = months(2021, 1..=11) + "RU | 2021-12 | M | | O\n";
        let made = step(&Scene::new(&format!("{HEAD}{rows}")), &group).unwrap();
        assert_eq!(draw(&made, &SHOWN[..4]), "2021 | 110 | E | 11 of 12 months");
        let rows = both.to_owned() + "RU | 2022-01/2022-02 | R | 1 | A";
        let of_two = group.replace("every = \"month\"", "every = \"month\", per = \"month\"");
        let made = step(&Scene::new(&format!("{HEAD}{rows}")), &of_two).unwrap();
        assert_eq!(draw(&made, &SHOWN[..4]), "2021 | 20 | A | -\n2022 | 1 | A | -");
    }

    #[test]
    fn few_reporters_of_many_are_marked_and_the_mark_travels() {
        let drawn = "year:whole | reporter | v_cny:amount\n2021 | A | 1\n2021 | B | 2\n2021 | C | 3\n2022 | A | 5\n2022 | A | 5\n2022 | B |";
        let toml = "group_by = [\"year\"]\naggregate = { v_cny = \"sum(v_cny)\", n = \"count(*)\" }\n\
            complete = { along = \"reporter\", expect = 3 }";
        let made = step(&Scene::new(drawn), toml).unwrap();
        let columns = ["year", "v_cny", "v_cny_status", "v_cny_note", "n", "n_note"];
        assert_eq!(
            draw(&made, &columns),
            "2021 | 6 | A | - | 3 | -\n2022 | 10 | E | 1 of 3 (reporter) | 3 | 2 of 3 (reporter)"
        );
        let all = "group_by = []\naggregate = { v_cny = \"sum(v_cny)\" }";
        let mut made = made;
        made.name = "t".into();
        let again = step(&Scene::of(made), all).unwrap();
        let columns = ["v_cny", "v_cny_status", "v_cny_note", "v_cny_partial"];
        assert_eq!(draw(&again, &columns), "16 | E | 1 of 2 rows partial | 1 of 2 rows partial");
    }

    /// 31 + 28 + 31 days.
    #[test]
    fn days_of_a_quarter() {
        let drawn = "day:date | v_cny:amount\n2021-01-01 | 1\n2021-03-31 | 1\n2021-03-31 | 1";
        let toml = "group_by = [\"quarter(day) as quarter\"]\naggregate = { v_cny = \"sum(v_cny)\" }\n\
            complete = { along = \"day\", every = \"day\", per = \"quarter\" }";
        let made = step(&Scene::new(drawn), toml).unwrap();
        assert_eq!(draw(&made, &["v_cny", "v_cny_partial"]), "3 | 2 of 90 days");
    }

    #[test]
    fn what_is_suppressed_or_not_applicable_everywhere_stays_so() {
        let drawn = "a | v_cny:amount | v_cny_status\nx | | Q\nx | | Q\ny | | M\nz | | Q\nz | | M\nw | 0 | A\nu | | L\nu | 0 | A";
        let toml = "group_by = [\"a\"]\naggregate = { v_cny = \"sum(v_cny)\" }";
        let made = step(&Scene::new(drawn), toml).unwrap();
        assert_eq!(
            draw(&made, &["a", "v_cny", "v_cny_status"]),
            "u | 0 | E\nw | 0 | A\nx | - | Q\ny | - | M\nz | - | O"
        );
    }

    #[test]
    fn suppressed_not_applicable_unpublished_and_zero_stay_apart_in_other_verbs() {
        let drawn = "t | flow | v_cny:amount | v_cny_status | v_cny_partial\n2021 | export | | Q |\n\
            2021 | import | 0 | A | 11 of 12 months\n2022 | export | | M |\n2022 | import | | L |";
        let pivot = "pivot = { rows = [\"t\"], columns = \"flow\", members = [\"export\", \"import\"], values = [\"v_cny\"] }";
        let made = step(&Scene::new(drawn), &format!("filter = \"flow <> 'total'\"\n{pivot}")).unwrap();
        let columns = [
            "t",
            "v_cny.export",
            "v_cny.export_status",
            "v_cny.import",
            "v_cny.import_status",
            "v_cny.import_partial",
        ];
        assert_eq!(draw(&made, &columns), "2021 | - | Q | 0 | A | 11 of 12 months\n2022 | - | M | - | L | -");
        let mut other = super::super::drawn::table(drawn);
        other.name = "u".into();
        let join = "join = { with = \"u\", on = [\"t\", \"flow\"], take = [\"v_cny\"], suffix = \"_2\" }";
        let made = step(&Scene::new(drawn).with_table(other), join).unwrap();
        assert_eq!(
            draw(&made, &["v_cny_2", "v_cny_2_status", "v_cny_2_partial"]),
            "- | Q | -\n0 | A | 11 of 12 months\n- | M | -\n- | L | -"
        );
    }

    #[test]
    fn mistakes_say_what_would_be_right() {
        let scene = Scene::new("year:whole | v_cny:amount\n2021 | 1");
        let group = "group_by = [\"year\"]\naggregate = { v_cny = \"sum(v_cny)\" }\ncomplete = ";
        for (complete, message) in [
            ("{ along = \"year\" }", "`complete` does not say what a whole group has"),
            ("{ along = \"year\", every = \"month\" }", "`year` is whole number"),
            ("{ along = \"yaer\", expect = 2 }", "unknown column `yaer`"),
        ] {
            let said = step(&scene, &format!("{group}{complete}")).unwrap_err();
            assert!(said.contains(message), "{said}");
        }
        let said = step(&scene, "complete = { along = \"year\", expect = 2 }").unwrap_err();
        assert!(said.contains("`complete` without `group_by`"), "{said}");
    }
}
