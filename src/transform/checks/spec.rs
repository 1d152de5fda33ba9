//! A `[[check]]` as written: its rule and what every check may have beside it.

use crate::expr::{self, Scope};
use crate::finding::Severity;
use crate::measure::{MONEY_SCALE, Money};
use crate::spec::{Fields, Mistakes, Node, NodeKind, Span, Text};
use crate::text::Label;

use super::super::Shapes;
use super::plan::condition_of;
use super::tolerance::{self, Tolerance};
use super::{CHECKS, CheckKind, CheckPlan, Rule, Setting, Slack, Tests};

/// A `[[check]]` as written.
#[derive(Debug)]
pub struct CheckSpec {
    name: Label,
    on: Text,
    severity: Severity,
    condition: Option<Text>,
    tolerance: Option<Tolerance>,
    fraction: Option<Money>,
    show: Vec<Text>,
    accept: Vec<(Text, Label)>,
    kind: &'static str,
    span: Span,
    rule: Box<dyn Rule>,
}

impl CheckSpec {
    /// Reads a `[[check]]`.
    pub fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, "[[check]]", mistakes)?;
        let name = fields.label("name").unwrap_or_default();
        let on = fields.required_text("on");
        let severities = [("warn", Severity::Warning), ("error", Severity::Error)];
        let severity = fields.choice("severity", &severities);
        let condition = fields.text("where");
        let tolerance = fields.number("tolerance");
        let fraction = fields.text("fraction");
        let show = fields.texts("show");
        let accept = read_accept(&mut fields);
        let found = read_rule(&mut fields, mistakes);
        fields.finish();
        let (kind, value) = found?;
        let tolerance = tolerance.and_then(|text| read_tolerance(&text, kind, mistakes));
        let fraction = fraction.and_then(|text| read_fraction(&text, kind, mistakes));
        let (condition, value) = condition_within(condition, value, mistakes);
        let rule = (kind.read)(&value, mistakes)?;
        Some(Self {
            name,
            on: on?,
            severity: severity.unwrap_or(kind.severity),
            condition,
            tolerance,
            fraction,
            show,
            accept,
            kind: kind.name,
            span: value.span,
            rule,
        })
    }

    /// Every table it reads, first the one it runs on.
    pub fn inputs(&self) -> Vec<Text> {
        let mut inputs = vec![self.on.clone()];
        inputs.extend(self.rule.inputs());
        inputs
    }

    /// Resolves every name and type.
    pub fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<CheckPlan> {
        let before = mistakes.count();
        for input in self.inputs().iter().filter(|input| !shapes.tables.contains_key(&input.value)) {
            let known = shapes.tables.keys().map(String::as_str);
            mistakes.unknown(input.span.clone(), "table", &input.value, known);
        }
        let shape = shapes.tables.get(&self.on.value)?;
        let scope = || shapes.scope(&shape.schema);
        let condition = self.condition.as_ref().and_then(|text| condition_of(text, scope(), mistakes));
        let conditions = self.accept.iter().map(|(text, reason)| {
            condition_of(text, scope(), mistakes).map(|condition| (condition, reason.clone()))
        });
        let accept = conditions.collect::<Vec<_>>();
        let shown = self.show.iter().map(|text| shown(text, scope(), mistakes));
        let show = shown.collect::<Vec<_>>();
        if mistakes.count() > before {
            return None;
        }
        let setting = Setting {
            shapes,
            tolerance: self.tolerance.unwrap_or(Tolerance::Rounding),
            fraction: self.fraction,
            span: self.span.clone(),
        };
        let rule = self.rule.plan(shape, &setting, mistakes)?;
        let name = match self.name.first() {
            "" => format!("{} {}", self.kind, self.on.value),
            name => name.to_owned(),
        };
        Some(CheckPlan {
            name,
            on: self.on.value.clone(),
            inputs: self.inputs().into_iter().map(|input| input.value).collect(),
            severity: self.severity,
            condition,
            show: show.into_iter().flatten().collect(),
            fraction: self.fraction,
            accept: accept.into_iter().flatten().collect(),
            rule,
        })
    }
}

fn read_accept(fields: &mut Fields<'_>) -> Vec<(Text, Label)> {
    let mut accept = Vec::new();
    for mut item in fields.tables("accept") {
        let condition = item.required_text("where");
        let reason = if item.required("reason").is_some() { item.label("reason") } else { None };
        item.finish();
        if let (Some(condition), Some(reason)) = (condition, reason) {
            accept.push((condition, reason));
        }
    }
    accept
}

/// The one rule of a check with its value.
fn read_rule<'a>(fields: &mut Fields<'a>, mistakes: &Mistakes) -> Option<(&'static CheckKind, &'a Node)> {
    let rules: Vec<&CheckKind> = CHECKS.iter().filter(|kind| fields.has(kind.name)).collect();
    // All are asked for, so that `finish` does not report a second rule as an unknown key.
    let given: Vec<Option<&Node>> = CHECKS.iter().map(|kind| fields.any(kind.name)).collect();
    match rules.as_slice() {
        [kind] => given.into_iter().flatten().next().map(|value| (*kind, value)),
        [] => {
            let examples: Vec<&str> = CHECKS.iter().map(|kind| kind.example).collect();
            let help = format!("a check reads as\n{}", examples.join("\n\n"));
            mistakes.add_with_help(fields.span(), "this check has no rule", help);
            None
        }
        [first, second, ..] => {
            let message =
                format!("a check has one rule, but here are `{}` and `{}`", first.name, second.name);
            mistakes.add_with_help(fields.span(), message, "make two checks of it");
            None
        }
    }
}

fn read_tolerance(text: &Text, kind: &CheckKind, mistakes: &Mistakes) -> Option<Tolerance> {
    let tolerance = Tolerance::read(text, mistakes);
    if kind.slack == Slack::None {
        mistakes.add(text.span.clone(), format!("`{}` compares no figures that may be apart", kind.name));
    }
    tolerance
}

fn read_fraction(text: &Text, kind: &CheckKind, mistakes: &Mistakes) -> Option<Money> {
    if kind.tests == Tests::Table {
        let message = format!("`{}` tests the table as a whole, of which no fraction can fail", kind.name);
        mistakes.add(text.span.clone(), message);
        return None;
    }
    let fraction = tolerance::percent(&text.value);
    let whole = Money::from_units(10_i128.pow(MONEY_SCALE));
    if fraction.is_none_or(|fraction| fraction > whole) {
        mistakes.add_with_help(
            text.span.clone(),
            format!("`{}` is no fraction of what is tested", text.value),
            "write a percentage up to \"100%\", such as \"1%\"",
        );
    }
    fraction
}

/// A `where` may stand in the check or, where the rule is a table, in the rule.
fn condition_within(outer: Option<Text>, value: &Node, mistakes: &Mistakes) -> (Option<Text>, Node) {
    let NodeKind::Table(entries) = &value.kind else { return (outer, value.clone()) };
    let inner = entries.iter().find_map(|entry| match &entry.value.kind {
        NodeKind::Text(text) if entry.key.value == "where" => Some(text.clone()),
        _ => None,
    });
    let Some(inner) = inner else { return (outer, value.clone()) };
    if outer.is_some() {
        mistakes.add(inner.span.clone(), "`where` stands in the check already");
    }
    let others = entries.iter().filter(|entry| entry.key.value != "where").cloned().collect();
    (Some(inner), Node { span: value.span.clone(), kind: NodeKind::Table(others) })
}

/// A column or a named expression that messages show.
fn shown(text: &Text, scope: Scope<'_>, mistakes: &Mistakes) -> Option<(String, expr::Expression)> {
    expr::parse_named(text, scope, mistakes)
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome, said};
    use super::*;
    use crate::finding::Verdict;
    use crate::spec::parse;

    #[track_caller]
    fn mistakes(toml: &str, expected: &str) {
        let mistakes = Mistakes::default();
        CheckSpec::read(&parse(toml, &mistakes), &mistakes);
        assert_eq!(said(mistakes), expected);
    }

    #[test]
    fn a_check_has_one_rule() {
        let nothing = Mistakes::default();
        CheckSpec::read(&parse("on = \"t\"", &nothing), &nothing);
        let said = said(nothing);
        assert!(said.contains("no rule") && CHECKS.iter().all(|kind| said.contains(kind.example)), "{said}");
        mistakes(
            "on = \"t\"\nunique = [\"a\"]\ncontrol = \"a + b = c\"",
            "a check has one rule, but here are `unique` and `control` (make two checks of it)",
        );
    }

    #[test]
    fn settings_are_checked_with_the_rule() {
        mistakes(
            "on = \"t\"\ncontrol = \"a + a = c\"\ntolerance = \"much\"\nseverity = \"info\"",
            "this is no sum of different members (write it as in \"export + import = total\")\n\
             `much` is no tolerance (write \"rounding\", a share of the figure such as \"2%\", or a distance such as \"0.5\")\n\
             unknown value of `severity` `info` (allowed: warn, error)",
        );
    }

    #[test]
    fn a_condition_narrows_any_rule_and_meeting_no_row_is_no_pass() {
        let scene = Scene::new("no | kind\nA | x\nA | x\nB | y\nB | y\nC | z");
        let within = scene.check("unique = [\"no\"]\nwhere = \"kind = 'y'\"");
        assert_eq!(outcome(&within), "tested 2\nfailed T01 at t.xlsx ▸ S ▸ A5: no B: 2 rows / one row");
        assert_eq!(within.verdict(), Verdict::Failed);
        let nothing = scene.check("unique = [\"no\"]\nwhere = \"kind = 'q'\"");
        assert_eq!((outcome(&nothing).as_str(), nothing.verdict()), ("tested 0", Verdict::NothingTested));
        let one = scene.check("unique = [\"no\"]\nwhere = \"kind = 'z'\"");
        assert_eq!((outcome(&one).as_str(), one.verdict()), ("tested 1", Verdict::Passed));
        let warned = scene.check("unique = [\"no\"]\nseverity = \"warn\"");
        assert_eq!(warned.verdict(), Verdict::Warned);
        mistakes(
            "on = \"t\"\nwhere = \"a = 1\"\nreference = { column = \"a\", expect = 1, where = \"a = 1\" }",
            "`where` stands in the check already",
        );
    }

    #[test]
    fn a_fraction_is_of_what_was_tested_after_what_is_accepted() {
        let scene = Scene::new("kind\nx\nx\nx\nx\nq\nr");
        let rule = "set = { column = \"kind\", of = [\"x\"] }\naccept = [ { where = \"kind = 'q'\", reason = \"known\" } ]";
        let outcome = |fraction: &str| {
            let outcome = scene.check(&format!("{rule}\nfraction = \"{fraction}\""));
            (outcome.failures.len(), outcome.accepted.len())
        };
        // One of six remains: 16.67 %.
        assert_eq!(
            (outcome("16%"), outcome("17%"), outcome("100%"), outcome("0%")),
            ((1, 1), (0, 2), (0, 2), (1, 1))
        );
        for fraction in ["101%", "0.5", "-1%"] {
            mistakes(
                &format!("on = \"t\"\nunique = \"a\"\nfraction = \"{fraction}\""),
                &format!(
                    "`{fraction}` is no fraction of what is tested (write a percentage up to \"100%\", such as \"1%\")"
                ),
            );
        }
    }

    #[test]
    fn what_a_rule_cannot_use_is_a_mistake() {
        mistakes(
            "on = \"t\"\nunique = \"a\"\ntolerance = \"1%\"",
            "`unique` compares no figures that may be apart",
        );
        let told = Scene::new("a\nx").check_mistakes("unique = \"a\"\nshow = [\"b\", \"a || 'x'\"]");
        assert!(told.starts_with("unknown column `b`"), "{told}");
        assert!(told.contains("this expression has no name"), "{told}");
    }

    #[test]
    fn every_rule_tells_an_empty_table_from_a_tested_one() {
        let scene =
            Scene::new("flow | time_period | freq | currency | v:amount | r:ratio | g:ratio").with_rates(&[]);
        for rule in [
            "unique = \"flow\"",
            "filled = \"flow\"",
            "fresh = { max_age = \"1d\" }",
            "range = { column = \"v\", min = 0 }",
            "set = { column = \"flow\", of = [\"a\"] }",
            "pattern = { column = \"flow\", match = \"*\" }",
            "reference = { column = \"flow\", expect = \"a\" }",
            "holds = \"v > 0\"",
            "control = \"a + b = c\"",
            "additive = {}",
            "monotone = {}",
            "parts = { code = \"flow\", levels = [2, 4] }",
            "agree = { across = \"currency\", on = \"flow\" }",
            "stated = { growth = \"r\", computed = \"g\" }",
            "implied_rate = { value = \"v\", rates = \"reference\" }",
            "outlier = { value = \"v\" }",
        ] {
            assert_eq!(scene.check(rule).verdict(), Verdict::NothingTested, "{rule}");
        }
    }

    #[test]
    fn what_is_accepted_stands_apart_with_its_reason() {
        let scene = Scene::new("no | kind\nA | x\nA | x\nB | y\nB | y");
        let toml = "name = { zh = \"\u{4e00}\", en = \"once\" }\nunique = [\"no\"]\n\
                    accept = [ { where = \"kind = 'y'\", reason = \"two parts of one declaration\" } ]";
        assert_eq!(
            outcome(&scene.check(toml)),
            "tested 4\n\
             failed T01 at t.xlsx ▸ S ▸ A3: no A: 2 rows / one row\n\
             accepted T01 at t.xlsx ▸ S ▸ A5: no B: 2 rows / two parts of one declaration",
        );
    }
}
