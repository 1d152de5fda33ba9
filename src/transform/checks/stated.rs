//! `stated`: the growth or the share that a source prints against the one computed from its own figures.
//!
//! Published growth often rests on a revised base, so a failure of a growth names the base that it implies.
//! Rows where either ratio is empty are left untested, and those whose `value` is a bound or a forecast.

use crate::finding::{Severity, checks as codes};
use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Companion, Schema, Table};

use super::super::columns::ratios;
use super::super::figures::Figures;
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance};

pub(super) const KIND: CheckKind = CheckKind {
    name: "stated",
    example: "on = \"russia\"\nstated = { value = \"obs_value\", growth = \"stated_growth\", computed = \"growth\" }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

/// Floats that differ by less are equal: far below any printed place, far above their own error.
const NOISE: f64 = 1e-12;

#[derive(Debug)]
struct Stated {
    value: Option<Text>,
    printed: Text,
    computed: Text,
    of: Of,
}

/// What kind of ratio is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Growth,
    Share,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`stated`", mistakes)?;
    let value = fields.text("value");
    let (growth, share) = (fields.text("growth"), fields.text("share"));
    if fields.has("growth") == fields.has("share") {
        mistakes.add(fields.span(), "`stated` has `growth` = COLUMN or `share` = COLUMN");
    }
    let computed = fields.required_text("computed");
    fields.finish();
    let (printed, of) = match (growth, share) {
        (Some(growth), _) => (growth, Of::Growth),
        (None, share) => (share?, Of::Share),
    };
    Some(Box::new(Stated { value, printed, computed: computed?, of }))
}

impl Rule for Stated {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let schema = &shape.schema;
        if let Some(value) = &self.value {
            let amounts = [ColumnType::Money, ColumnType::Integer];
            super::super::columns::expect_column(schema, value, &amounts, mistakes);
        }
        super::super::columns::expect_column(schema, &self.printed, &[ColumnType::Ratio], mistakes);
        super::super::columns::expect_column(schema, &self.computed, &[ColumnType::Ratio], mistakes);
        if mistakes.count() > before {
            return None;
        }
        Some(Box::new(StatedRatio {
            value: self.value.as_ref().map(|value| Measured::of(schema, &value.value)),
            stated: self.printed.value.clone(),
            computed: self.computed.value.clone(),
            stated_rounding: rounding(schema, &self.printed.value),
            computed_rounding: rounding(schema, &self.computed.value),
            of: self.of,
            tolerance: setting.tolerance,
        }))
    }
}

fn rounding(schema: &Schema, measure: &str) -> Option<String> {
    let name = Companion::Rounding.of(measure);
    schema.has(&name).then_some(name)
}

#[derive(Debug)]
struct StatedRatio {
    /// The figure that grew.
    value: Option<Measured>,
    stated: String,
    computed: String,
    stated_rounding: Option<String>,
    computed_rounding: Option<String>,
    of: Of,
    tolerance: Tolerance,
}

impl PlannedRule for StatedRatio {
    fn run(&self, table: &Table, _: &World<'_>) -> Result<Tested, StepError> {
        let frame = &table.frame;
        let figures = match &self.value {
            Some(value) => Some(Figures::of(value, frame)?),
            None => None,
        };
        let off = |name: &Option<String>| -> Result<Vec<f64>, StepError> {
            match name {
                Some(name) => Ok(ratios(frame, name)?.iter().map(|off| off.unwrap_or(0.0)).collect()),
                None => Ok(vec![0.0; frame.height()]),
            }
        };
        let stated_off = off(&self.stated_rounding)?;
        let computed_off = off(&self.computed_rounding)?;
        let both = ratios(frame, &self.stated)?.iter().zip(ratios(frame, &self.computed)?.iter());
        let offs = stated_off.iter().zip(&computed_off);
        let mut tested = Tested::default();
        for (row, (both, offs)) in both.zip(offs).enumerate() {
            let value = figures.as_ref().map(|figures| figures.exact(row));
            let finite = |ratio: Option<f64>| ratio.filter(|ratio| ratio.is_finite());
            let (Some(stated), Some(computed), false) =
                (finite(both.0), finite(both.1), value.is_some_and(|value| value.is_err()))
            else {
                tested.untested += 1;
                continue;
            };
            tested.count += 1;
            let rounding = offs.0 + offs.1;
            let allowed = match self.tolerance {
                Tolerance::Rounding => rounding,
                // A growth or share is a ratio already: 2 % are two percentage points.
                Tolerance::Share(points) => points,
                Tolerance::Distance(distance) => distance.to_f64(),
            };
            if (stated - computed).abs() <= allowed + NOISE {
                continue;
            }
            let seen = format!("{} stated", percent(stated, 2));
            let mut expected =
                format!("{} computed (roundings allow ±{} points)", percent(computed, 2), points(rounding));
            let base = value.and_then(Result::ok).filter(|_| self.of == Of::Growth);
            if let Some(bases) = base.and_then(|value| bases(value, stated, computed)) {
                expected.push_str("; ");
                expected.push_str(&bases);
            }
            let code = match self.of {
                Of::Growth => &codes::STATED_DIFFERS,
                Of::Share => &codes::STATED_SHARE_DIFFERS,
            };
            tested.failures.push(Failure::new(code, vec![row], seen, expected));
        }
        Ok(tested)
    }
}

/// `4.93 %`
fn percent(fraction: f64, places: usize) -> String {
    let text = format!("{:.places$}", fraction * 100.0);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// Percentage points with two digits that count.
fn points(fraction: f64) -> String {
    let points = fraction * 100.0;
    if points >= 0.1 { format!("{points:.2}") } else { format!("{points:.4}") }
}

/// The base that each growth implies: the likely reason is a revision of the base.
fn bases(value: Money, stated: f64, computed: f64) -> Option<String> {
    let value = value.to_f64();
    let (implied, published) = (value / (1.0 + stated), value / (1.0 + computed));
    if !(implied.is_finite() && published.is_finite() && published > 0.0) {
        return None;
    }
    let revision = implied / published - 1.0;
    let sign = if revision > 0.0 { "+" } else { "" };
    Some(format!(
        "the stated growth implies a base of {} against {} published ({sign}{}): probably a revised base",
        significant(implied),
        significant(published),
        percent(revision, 2),
    ))
}

/// A large number to six digits that count.
fn significant(value: f64) -> String {
    let mut unit = 1.0;
    while value.abs() / unit >= 1e6 {
        unit *= 10.0;
    }
    if unit > 1.0 { format!("{:.0}", (value / unit).round() * unit) } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, outcome};

    const STATED: &str = "stated = { value = \"v\", growth = \"s\", computed = \"g\" }\nseverity = \"warn\"";
    const HEAD: &str = "v:amount | s:ratio | s_rounding:ratio | g:ratio | g_rounding:ratio\n";

    #[track_caller]
    fn check(rows: &str, expected: &str) {
        assert_eq!(outcome(&Scene::new(&format!("{HEAD}{rows}")).check(STATED)), expected);
    }

    #[test]
    fn a_revised_base_is_named() {
        // 22360 / 1.058 = 21134.2155 against 21310: -0.8249 %.
        check(
            "22360000000 | 0.058 | 0.0005 | 0.04927264195213515 | 0.0000480835",
            "tested 1\n\
             failed T03 at t.xlsx ▸ S ▸ A2: 5.8 % stated / 4.93 % computed (roundings allow ±0.0548 points); \
             the stated growth implies a base of 21134200000 against 21310000000 published (-0.82 %): \
             probably a revised base",
        );
    }

    #[test]
    fn what_rounding_allows_passes_and_empty_is_skipped() {
        check(
            "100 | 0.049 | 0.0005 | 0.0492 | 0.0000480835\n100 | 0.049 |  |  | \n100 |  |  | 0.1 | ",
            "tested 1, 2 not",
        );
    }

    /// 0.170 against 18.433 / 108.238 = 0.17030; 16.0 % are 1.03 points off.
    #[test]
    fn a_stated_share_is_tested_without_a_base() {
        let drawn = "s:ratio | s_rounding:ratio | g:ratio\n0.170 | 0.0005 | 0.1703\n0.160 | 0.0005 | 0.1703";
        assert_eq!(
            outcome(&Scene::new(drawn).check("stated = { share = \"s\", computed = \"g\" }")),
            "tested 2\n\
             failed T17 at t.xlsx ▸ S ▸ A3: 16 % stated / 17.03 % computed (roundings allow ±0.0500 points)"
        );
        let told = Scene::new(drawn).check_mistakes("stated = { computed = \"g\" }");
        assert_eq!(told, "`stated` has `growth` = COLUMN or `share` = COLUMN");
    }

    #[test]
    fn what_is_no_exact_figure_has_no_growth_to_test() {
        let drawn = "v:amount | v_status | s:ratio | g:ratio\n5 | F | 0.1 | 0.2\n5 | | NaN | 0.2";
        assert_eq!(outcome(&Scene::new(drawn).check(STATED)), "tested 0, 2 not");
    }
}
