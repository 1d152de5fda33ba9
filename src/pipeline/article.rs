//! The checks of the article, as declared in `tests/fixtures/article-checks.toml`, on the shipped facts and
//! rates. Expected values: Python's `decimal` over the same files; see also section D of the data notes.

use std::path::Path;

use jiff::Timestamp;

use super::{Computed, SilentProgress, compute, load};
use crate::context::RunContext;
use crate::finding::{CheckOutcome, Verdict};

fn computed() -> Computed {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = load(&root.join("tests/fixtures/article-checks.toml"), "article-checks.toml").unwrap();
    let told: Vec<_> = file.mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(told, Vec::<&str>::new());
    let state = tempfile::tempdir().unwrap();
    let mut context = RunContext::in_folder(root, Timestamp::UNIX_EPOCH);
    context.output = state.path().join("output");
    context.state = state.path().join("state");
    compute(&file.plan.unwrap(), &context, &SilentProgress).unwrap()
}

/// Verdict and what was seen, in the order of the file.
fn told(outcome: &CheckOutcome) -> (Verdict, u64, String) {
    let seen: Vec<&str> = outcome.failures.iter().map(|failure| failure.seen.as_str()).collect();
    (outcome.verdict(), outcome.tested, seen.join("\n"))
}

#[test]
fn the_checks_of_the_article_come_out_as_known() {
    let computed = computed();
    let passed = (Verdict::Passed, 1, String::new());
    let warned = |seen: &str| (Verdict::Warned, 1, seen.to_owned());
    let got: Vec<_> = computed.outcomes.iter().map(told).collect();
    assert_eq!(
        got,
        [
            // 122 / 17.32; (121.5 / 17.325, 122.5 / 17.315).
            warned("7.0439 (7.013–7.075)"),
            // 122 bn / 6.618697; 17.32 / 18.4326… - 1 = -6.0 %.
            warned(
                "obs_value_printed 17320000000, obs_value_usd 18432631137.75610892; apart -0.060362035644"
            ),
            // 17.32 bn × 6.618697 = 114.64 bn; the gap is 7.36 bn.
            warned("obs_value 122000000000, obs_value_cny_printed 114635831651.39116; gap 7364168348.60884"),
            passed.clone(),
            // 170 / 122 = 139.3 %.
            warned("obs_value >170000000000, obs_value_trade 122000000000; times 1.393442622951"),
            passed.clone(),
            warned("value_text Nizhneleninskoye"),
            // 6.0 / 1.4.
            warned("obs_value 6000000, obs_value_bridge 1400000; times 4.285714285714"),
            passed,
        ]
    );
    assert!(computed.findings.iter().all(|finding| finding.severity < crate::finding::Severity::Error));
}

#[test]
fn the_ratios_of_the_zones_are_known() {
    let computed = computed();
    let zones = &computed.tables["zones"].frame;
    for (column, expected) in [
        ("per_zone", 187.5e6),
        ("enterprises_per_zone", 9.1875),
        ("per_enterprise", 20_408_163.265_306_12),
        ("tax_per_enterprise", 1_700_680.272_108_843_5),
        ("tax_share", 0.083_333_333_333_333_33),
    ] {
        let values = zones.column(column).unwrap().f64().unwrap();
        assert_eq!(values.len(), 1);
        let value = values.get(0).unwrap();
        assert!((value / expected - 1.0).abs() < 1e-12, "{column}: {value}");
    }
}
