//! `amur test`: the unit tests written in the pipeline files, and the recording of new ones.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::args::{Global, TestArguments, TestFormat};
use super::exit::Exit;
use super::{mistakes, show};
use crate::context::RunContext;
use crate::pipeline::{Plan, Sampling, SilentProgress, TestOutcome, compute, record, run_tests};

/// The outcomes of one pipeline.
#[derive(Serialize)]
struct Suite {
    pipeline: String,
    tests: Vec<TestOutcome>,
}

pub(super) fn command(global: &Global, arguments: &TestArguments) -> Exit {
    let files = match mistakes::select(&global.folder, &arguments.selection.pipelines) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let mut worst = Exit::Done;
    let mut suites = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for path in files {
        let file = match mistakes::load_and_show(&global.folder, &path) {
            Ok(file) => file,
            Err(exit) => {
                worst = worst.graver(exit);
                continue;
            }
        };
        let Some(plan) = &file.plan else { continue };
        if let Some(step) = &arguments.record {
            if plan.shapes.tables.contains_key(step) {
                return record_step(global, plan, step, arguments);
            }
            known.extend(plan.steps.iter().map(|step| step.name().to_owned()));
            continue;
        }
        suites.push(Suite { pipeline: file.name, tests: run_tests(plan) });
    }
    if let Some(step) = &arguments.record {
        let near = crate::text::nearest(step, known.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        show::talk(&format!("error: no pipeline has a step `{step}`{hint}"));
        return worst.graver(Exit::Usage);
    }
    match arguments.format {
        TestFormat::Text => text(&suites),
        TestFormat::Json => match serde_json::to_string_pretty(&suites) {
            Ok(json) => show::data(&json),
            Err(error) => show::talk(&format!("error: {error}")),
        },
        TestFormat::Junit => show::data(&junit(&suites)),
    }
    let failed = suites.iter().flat_map(|suite| &suite.tests).any(|test| !test.failures.is_empty());
    if failed { worst.graver(Exit::Tests) } else { worst }
}

fn record_step(global: &Global, plan: &Plan, step: &str, arguments: &TestArguments) -> Exit {
    let mut context = RunContext::in_folder(&global.folder, Timestamp::now());
    context.stop = Arc::default();
    let computed = match compute(plan, &context, &SilentProgress) {
        Ok(computed) => computed,
        Err(error) => {
            show::talk(&format!("error: {error}"));
            return Exit::from(&error);
        }
    };
    let sampling = Sampling { rows: arguments.rows, condition: arguments.condition.as_deref() };
    match record(plan, &computed, step, sampling) {
        Ok(test) => {
            show::data(test.trim_end());
            Exit::Done
        }
        Err(problem) => {
            show::talk(&format!("error: {problem}"));
            Exit::Usage
        }
    }
}

fn text(suites: &[Suite]) {
    let (mut passed, mut failed) = (0, 0);
    for suite in suites {
        for test in &suite.tests {
            if test.failures.is_empty() {
                passed += 1;
                show::data(&format!("pass  {}: {}", suite.pipeline, test.name));
            } else {
                failed += 1;
                show::data(&format!("FAIL  {}: {}", suite.pipeline, test.name));
                for failure in &test.failures {
                    show::data(&format!("      {failure}"));
                }
            }
        }
    }
    show::data(&format!("{passed} passed, {failed} failed"));
}

/// JUnit XML: a suite a pipeline, a case a test; the times that the format asks for stay out, so that the
/// same outcome gives the same bytes.
fn junit(suites: &[Suite]) -> String {
    let mut lines = vec![r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned(), "<testsuites>".to_owned()];
    for suite in suites {
        let failed = suite.tests.iter().filter(|test| !test.failures.is_empty()).count();
        let name = escaped(&suite.pipeline);
        let tests = suite.tests.len();
        lines.push(format!(r#"  <testsuite name="{name}" tests="{tests}" failures="{failed}" errors="0">"#));
        for test in &suite.tests {
            let case = format!(r#"    <testcase classname="{name}" name="{}""#, escaped(&test.name));
            if test.failures.is_empty() {
                lines.push(format!("{case}/>"));
                continue;
            }
            lines.push(format!("{case}>"));
            let first = test.failures.first().map(|failure| escaped(failure)).unwrap_or_default();
            let all = escaped(&test.failures.join("\n"));
            lines.push(format!(r#"      <failure message="{first}">{all}</failure>"#));
            lines.push("    </testcase>".to_owned());
        }
        lines.push("  </testsuite>".to_owned());
    }
    lines.push("</testsuites>".to_owned());
    lines.join("\n")
}

/// Text as XML takes it; signs that XML has no place for become blanks.
fn escaped(text: &str) -> String {
    let allowed = |ch: char| !ch.is_control() || matches!(ch, '\n' | '\t');
    let text: String = text.chars().map(|ch| if allowed(ch) { ch } else { ' ' }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junit_names_every_test_and_what_differs() {
        let test = |name: &str, failures: &[&str]| TestOutcome {
            name: name.to_owned(),
            failures: failures.iter().map(|failure| (*failure).to_owned()).collect(),
        };
        let tests = vec![test("a < b", &[]), test("c", &["t row 1 v: expected 1, got \"2\"", "more"])];
        let written = junit(&[Suite { pipeline: "p".to_owned(), tests }]);
        insta::assert_snapshot!(written, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites>
          <testsuite name="p" tests="2" failures="1" errors="0">
            <testcase classname="p" name="a &lt; b"/>
            <testcase classname="p" name="c">
              <failure message="t row 1 v: expected 1, got &quot;2&quot;">t row 1 v: expected 1, got &quot;2&quot;
        more</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }
}
