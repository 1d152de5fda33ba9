//! Records a unit test from live rows: what a step reads, what it makes of it, written as a `[[test]]`.
//! A recorded test fixes what the step does today; whether that is right, a person has to see.

use std::fmt::Write as _;

use thiserror::Error;

use super::publish::plain;
use super::unit_test::{TestSpec, run_test};
use super::{Computed, Plan};
use crate::spec::{Mistakes, parse};
use crate::table::{ORIGIN_COLUMN, Table};
use crate::transform::{StepSpec, World};

/// Ratios are written, and later compared, to so many places.
const RATIO_PLACES: usize = 6;

/// A test that cannot be recorded.
#[derive(Debug, Error)]
pub enum RecordProblem {
    /// No step has that name.
    #[error("there is no step `{step}`{hint}")]
    NoSuchStep {
        /// What was asked for.
        step: String,
        /// The nearest name, as a question.
        hint: String,
    },
    /// A table that the step reads could not be made from this input.
    #[error("the table `{table}`, which the step reads, cannot be made from this input")]
    NoTable {
        /// The table.
        table: String,
    },
    /// The condition on the rows is none.
    #[error("the condition on the rows: {reason}")]
    Condition {
        /// What is wrong with it.
        reason: String,
    },
    /// The step does not run on the chosen rows alone.
    #[error("the step cannot be made from these rows alone: {reason}")]
    Step {
        /// What the step says.
        reason: String,
    },
    /// The written test does not pass: it needs what a test is not given, as exchange rates are.
    #[error("the recorded test would not pass: {differences}; record a step that reads what `{step}` makes")]
    NotRepeatable {
        /// The step.
        step: String,
        /// What differs.
        differences: String,
    },
}

/// Which rows of the tables that a step reads are recorded.
#[derive(Clone, Copy, Debug)]
pub struct Sampling<'a> {
    /// How many of each table, the first ones.
    pub rows: usize,
    /// An SQL condition on the first table that the step reads.
    pub condition: Option<&'a str>,
}

/// A `[[test]]` of `step` in TOML, from rows of every table it reads.
pub fn record(
    plan: &Plan,
    computed: &Computed,
    step: &str,
    sampling: Sampling<'_>,
) -> Result<String, RecordProblem> {
    let Some(planned) = plan.steps.iter().find(|planned| planned.name() == step) else {
        let near = crate::text::nearest(step, plan.steps.iter().map(crate::transform::StepPlan::name));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(RecordProblem::NoSuchStep { step: step.to_owned(), hint });
    };
    let mut tables = std::collections::BTreeMap::new();
    let mut given = Vec::new();
    for (at, input) in planned.inputs().iter().enumerate() {
        let found = computed.tables.get(&input.value);
        let mut table =
            found.cloned().ok_or_else(|| RecordProblem::NoTable { table: input.value.clone() })?;
        if let Some(condition) = sampling.condition.filter(|_| at == 0) {
            table = filtered(plan, computed, &input.value, condition)?;
        }
        table.frame = table.frame.head(Some(sampling.rows));
        if !tables.contains_key(&input.value) {
            given.push((input.value.clone(), as_csv(&table)));
        }
        tables.insert(input.value.clone(), table);
    }
    let books = std::collections::BTreeMap::new();
    let world = World {
        tables: &tables,
        rates: &books,
        origins: &computed.origins,
        as_of: plan.as_of,
        journal: std::cell::RefCell::default(),
    };
    let made = planned.run(&world).map_err(|error| RecordProblem::Step { reason: error.to_string() })?;
    let name = format!("{step}, recorded");
    let expect = (step.to_owned(), as_csv(&made));
    let text = as_toml(&name, &given, &expect);
    let differences = run_test(plan, &TestSpec::of(&name, given, expect));
    if differences.is_empty() {
        return Ok(text);
    }
    Err(RecordProblem::NotRepeatable { step: step.to_owned(), differences: differences.join("; ") })
}

/// The rows of a table that meet a condition, chosen by the verb that chooses rows.
fn filtered(plan: &Plan, computed: &Computed, table: &str, condition: &str) -> Result<Table, RecordProblem> {
    let mistakes = Mistakes::default();
    let text = format!("name = \"chosen\"\nfrom = {}\nfilter = {}", basic(table), basic(condition));
    let step = StepSpec::read(&parse(&text, &mistakes), &mistakes);
    let planned = step.and_then(|step| step.plan(&plan.shapes, &mistakes));
    let Some(planned) = planned else {
        let told = mistakes.into_sorted().into_iter().map(|mistake| mistake.message);
        return Err(RecordProblem::Condition { reason: told.collect::<Vec<_>>().join("; ") });
    };
    let books = std::collections::BTreeMap::new();
    let world = World {
        tables: &computed.tables,
        rates: &books,
        origins: &computed.origins,
        as_of: plan.as_of,
        journal: std::cell::RefCell::default(),
    };
    planned.run(&world).map_err(|error| RecordProblem::Condition { reason: error.to_string() })
}

/// The rows as CSV; columns that hold nothing are left out, but not from a table without rows.
fn as_csv(table: &Table) -> String {
    let filled: Vec<&str> = table
        .schema
        .names()
        .filter(|name| *name != ORIGIN_COLUMN)
        .filter(|name| {
            let height = table.frame.height();
            height == 0 || table.frame.column(name).is_ok_and(|column| column.null_count() < height)
        })
        .collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(&filled).is_ok();
    for row in 0..table.frame.height() {
        let cells = filled.iter().map(|name| {
            let value = table.frame.column(name).and_then(|column| column.get(row));
            value.map_or_else(|error| error.to_string(), |value| plain(&value, RATIO_PLACES))
        });
        written &= writer.write_record(cells).is_ok();
    }
    debug_assert!(written, "writing to memory does not fail");
    String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).trim_end().to_owned()
}

fn as_toml(name: &str, given: &[(String, String)], expect: &(String, String)) -> String {
    let mut text = format!("[[test]]\nname = {}\n", basic(name));
    for (table, rows) in given {
        // Writing to a String cannot fail.
        _ = writeln!(text, "given.{} = {}", key(table), block(rows));
    }
    _ = writeln!(text, "expect.{} = {}", key(&expect.0), block(&expect.1));
    text
}

/// A key, in quotes where it is not bare.
fn key(name: &str) -> String {
    let bare = |ch: char| ch.is_ascii_alphanumeric() || ch == '_' || ch == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { basic(name) }
}

fn basic(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Several lines: literal where the rows allow it, because nothing has to be read past then.
fn block(rows: &str) -> String {
    let plain = !rows.contains("'''") && !rows.chars().any(|ch| ch.is_control() && ch != '\n');
    if plain && !rows.ends_with('\'') {
        return format!("'''\n{rows}'''");
    }
    let mut escaped = String::new();
    for ch in rows.chars() {
        match ch {
            '\\' | '"' => {
                escaped.push('\\');
                escaped.push(ch);
            }
            '\n' => escaped.push(ch),
            ch if ch.is_control() => _ = write!(escaped, "\\u{:04X}", u32::from(ch)),
            ch => escaped.push(ch),
        }
    }
    format!("\"\"\"\n{escaped}\"\"\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::NodeKind;

    #[test]
    fn recorded_texts_survive_toml() {
        for rows in ["a,b\n1,2", "a\n'''x", "a\n\"q\\z\"", "a\n\u{1}", "a\nit's'"] {
            let text = as_toml(
                "n \"x\"",
                &[("s.superseded".to_owned(), rows.to_owned())],
                &("t".into(), rows.into()),
            );
            let mistakes = Mistakes::default();
            let file = parse(&text, &mistakes);
            let NodeKind::Table(entries) = &file.kind else { panic!("{text}") };
            let NodeKind::List(tests) = &entries[0].value.kind else { panic!("{text}") };
            let test = TestSpec::read(&tests[0], &mistakes).unwrap();
            assert_eq!(mistakes.into_sorted(), [], "{text}");
            assert_eq!(test.texts(), [("s.superseded", rows), ("t", rows)], "{text}");
        }
    }
}
