//! What a run says at its end: for a person who looks once, in the order of importance.

use std::collections::BTreeMap;
use std::time::Duration;

use super::show;
use crate::finding::{CheckOutcome, Finding, Severity, SourceAccount, Verdict};
use crate::pipeline::{Plan, RunSummary};

/// How many findings of one code are shown one by one.
const SHOWN: usize = 5;

/// Warnings that mark the report: failed checks that do not forbid it, and findings of that severity.
pub(super) fn warnings(found: &RunSummary) -> usize {
    let checks = found.outcomes.iter().filter(|check| !check.passed()).count();
    checks + found.findings.iter().filter(|finding| finding.severity == Severity::Warning).count()
}

/// After a published run: what was written is data, the rest is talk.
pub(super) fn published(plan: &Plan, found: &RunSummary, took: Duration) {
    accounts(&found.accounts);
    findings(found);
    let reports = found.files.len();
    let rejected: u64 = found.accounts.iter().map(|account| account.rows.rejected).sum();
    show::talk(&format!(
        "{}: published {reports} files as of {} in {:.1} s, {} warnings, {rejected} rows rejected",
        plan.name,
        found.as_of,
        took.as_secs_f64(),
        warnings(found)
    ));
    for file in &found.files {
        show::data(&found.folder.join(file).display().to_string());
    }
}

/// After a run that could not publish.
pub(super) fn failed(plan: &Plan, found: &RunSummary) {
    accounts(&found.accounts);
    findings(found);
    show::talk(&format!(
        "error: {}: nothing was published; what explains it stands in {}",
        plan.name,
        found.folder.display()
    ));
}

fn accounts(accounts: &[SourceAccount]) {
    let mut rows = vec![
        ["file", "read by", "rows taken", "used", "normalised", "rejected", "left out", "note"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for account in accounts {
        let count = &account.rows;
        let numbers = [count.taken, count.used, count.normalised, count.rejected, count.left_out_total()];
        let read = !account.blake3.is_empty() || count.taken > 0;
        let mut row = vec![account.file.clone(), account.source.clone()];
        row.extend(numbers.map(|number| if read { number.to_string() } else { String::new() }));
        row.push(match (account.source.is_empty(), account.sample) {
            (true, _) => format!("NOT READ: {}", account.note),
            (false, true) => format!("示例 random sample {}", account.note).trim_end().to_owned(),
            (false, false) => account.note.clone(),
        });
        rows.push(row);
    }
    for line in show::aligned(&rows) {
        show::talk(&line);
    }
    show::talk("");
}

fn findings(found: &RunSummary) {
    for check in &found.outcomes {
        show::talk(&check_line(check));
        for failure in check.failures.iter().take(SHOWN) {
            show::talk(&format!("    {}", finding_line(failure)));
        }
        rest(check.failures.len());
    }
    let mut by_code: BTreeMap<(Severity, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in found.findings.iter().chain(&found.rejects) {
        by_code.entry((finding.severity, finding.code.id)).or_default().push(finding);
    }
    for ((severity, id), list) in by_code.iter().rev() {
        let Some(first) = list.first() else { continue };
        // What was not read stands in the table of files already.
        if *severity == Severity::Info && matches!(*id, "P01" | "P02") {
            continue;
        }
        show::talk(&format!("{severity} {id}: {} ({})", first.code.title.en, list.len()));
        for finding in list.iter().take(SHOWN) {
            show::talk(&format!("    {}", finding_line(finding)));
        }
        rest(list.len());
        show::talk(&format!("    → {}", first.code.mend.en));
    }
    show::talk("");
}

fn rest(all: usize) {
    if all > SHOWN {
        show::talk(&format!("    … and {} more, in the quality sheet and the CSVs", all - SHOWN));
    }
}

fn check_line(check: &CheckOutcome) -> String {
    let mark = match check.verdict() {
        Verdict::Passed => "✔ check passed",
        Verdict::NothingTested => "○ check tested NOTHING",
        Verdict::Failed => "✖ check FAILED",
        Verdict::Warned => "⚠ check warns",
    };
    let accepted = match check.accepted.len() {
        0 => String::new(),
        count => format!(", {count} accepted"),
    };
    let untested = match check.untested {
        0 => String::new(),
        count => format!(", {count} could not be tested"),
    };
    format!(
        "{mark}: {} ({} tested, {} failed{accepted}{untested})",
        check.name,
        check.tested,
        check.failures.len()
    )
}

fn finding_line(finding: &Finding) -> String {
    let mut line = finding.place.to_string();
    if line.is_empty() {
        line.clone_from(&finding.subject);
    }
    if !finding.seen.is_empty() {
        line.push_str(": ");
        line.push_str(&finding.seen);
    }
    if !finding.expected.is_empty() {
        line.push_str("; expected ");
        line.push_str(&finding.expected);
    }
    line
}
