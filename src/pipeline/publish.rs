//! From what was computed to what is published: rendering, rejects, manifest, one rename.

use std::collections::BTreeMap;

use jiff::civil::Date;
use polars::prelude::AnyValue;

use crate::context::RunContext;
use crate::finding::{CheckOutcome, Finding, Severity, pipeline as codes};
use crate::measure::{Money, Quote};
use crate::pipeline::changes::{self, Earlier};
use crate::pipeline::content::PROGRAM;
use crate::pipeline::run::{Computed, RunOutcome, RunSummary};
use crate::pipeline::{Plan, RunError};
use crate::report::{self, Against, Changes, ReportData};
use crate::store::{MANIFEST_VERSION, Manifest, Staging};
use crate::table::Table;

/// What names a run and its content.
pub(super) struct Identity {
    /// The run's name.
    pub run: String,
    /// Hash of everything the reports' bytes depend on but the earlier run.
    pub base: String,
    /// Hash of everything the reports' bytes depend on.
    pub content: String,
    /// The run that the changes are told against.
    pub earlier: Earlier,
    /// The as-of day that was asked for.
    pub as_of: Option<Date>,
}

/// A run's name: the moment it began, UTC, in a form every file system takes.
pub(super) fn run_name(context: &RunContext) -> String {
    context.started.strftime("%Y%m%dT%H%M%S%3fZ").to_string()
}

/// Renders and publishes, or keeps what explains why not.
pub(super) fn publish(
    plan: &Plan,
    context: &RunContext,
    mut computed: Computed,
    identity: &Identity,
) -> Result<RunOutcome, RunError> {
    let as_of = identity.as_of.or(computed.last_day).unwrap_or_else(|| {
        // No rates and no day given: the day the run began, in the pipeline's own zone.
        plan.timezone.to_datetime(context.started).date()
    });
    let mut staging = Staging::begin(&context.output, &plan.name, &identity.run).map_err(RunError::Output)?;
    if let Earlier::Damaged(compared) = &identity.earlier {
        let finding = Finding::new(&codes::EARLIER_DAMAGED, Severity::Warning, changes::FIGURES_NAME);
        let seen = format!("{} {}", compared.as_of, compared.content_id);
        computed.findings.push(finding.seen(seen.trim(), ""));
    }
    let mut fit = computed.is_fit_to_publish();
    if fit {
        let (figures, rows) = changes::figures_csv(plan, &computed);
        let found = changes::changes(plan, &identity.earlier, &computed.accounts, &figures);
        fit = render(plan, &mut computed, (identity, as_of, &found), &mut staging)?;
        add_changes(&mut staging, (&figures, rows), &found)?;
    }
    if let Some(signal) = context.stopped_by() {
        return Err(RunError::Stopped { signal });
    }
    if !fit {
        drop(staging);
        staging = Staging::begin(&context.output, &plan.name, &identity.run).map_err(RunError::Output)?;
    }
    if !computed.rejects.is_empty() {
        let rows = u64::try_from(computed.rejects.len()).unwrap_or(u64::MAX);
        staging.add("rejects.csv", &findings_csv(&computed.rejects, &[]), rows).map_err(RunError::Output)?;
    }
    let failed = computed.outcomes.iter().map(|outcome| outcome.failures.len()).sum::<usize>();
    if computed.findings.len() + failed > 0 {
        let rows = u64::try_from(computed.findings.len() + failed).unwrap_or(u64::MAX);
        let list = findings_csv(&computed.findings, &computed.outcomes);
        staging.add("findings.csv", &list, rows).map_err(RunError::Output)?;
    }
    if !computed.quotes.is_empty() {
        let rows = u64::try_from(computed.quotes.len()).unwrap_or(u64::MAX);
        staging.add("rates-used.csv", &rates_csv(&computed.quotes), rows).map_err(RunError::Output)?;
    }
    let outputs = staging.files().to_vec();
    let manifest = Manifest {
        manifest_version: MANIFEST_VERSION,
        pipeline: &plan.name,
        run: &identity.run,
        content_id: &identity.content,
        base_id: &identity.base,
        pipeline_hash: &plan.hash,
        compared_with: identity.earlier.compared_with(),
        status: if fit { "published" } else { "failed" },
        as_of: as_of.to_string(),
        started: context.started.to_string(),
        program: PROGRAM.to_owned(),
        inputs: &computed.accounts,
        checks: &computed.outcomes,
        findings: &computed.findings,
        outputs: &outputs,
    };
    let folder = if fit { staging.publish(&manifest) } else { staging.keep_failed(&manifest) }
        .map_err(RunError::Output)?;
    let summary = RunSummary {
        folder,
        files: outputs.into_iter().map(|file| file.name).collect(),
        accounts: computed.accounts,
        rejects: computed.rejects,
        findings: computed.findings,
        outcomes: computed.outcomes,
        as_of,
    };
    Ok(if fit { RunOutcome::Published(summary) } else { RunOutcome::Failed(summary) })
}

/// The list of all figures, and what changed since the earlier run where there is one.
fn add_changes(
    staging: &mut Staging,
    (figures, rows): (&[u8], u64),
    changes: &Changes,
) -> Result<(), RunError> {
    staging.add(changes::FIGURES_NAME, figures, rows).map_err(RunError::Output)?;
    if matches!(changes.against, Against::Earlier { .. }) {
        let rows = u64::try_from(changes.files.len() + changes.figures.len()).unwrap_or(u64::MAX);
        let list = changes::changes_csv(changes);
        staging.add(changes::CHANGES_NAME, &list, rows).map_err(RunError::Output)?;
    }
    Ok(())
}

/// Renders every report into the staging folder; a report that cannot be made is a finding.
fn render(
    plan: &Plan,
    computed: &mut Computed,
    (identity, as_of, changes): (&Identity, Date, &Changes),
    staging: &mut Staging,
) -> Result<bool, RunError> {
    let quotes: Vec<Quote> = computed.quotes.values().cloned().collect();
    let mut failures = Vec::new();
    for report in &plan.reports {
        let data = ReportData {
            title: &plan.title,
            as_of,
            tables: &computed.tables,
            lists: &plan.lists.by_name,
            sources: &computed.accounts,
            outcomes: &computed.outcomes,
            findings: &computed.findings,
            rejects: &computed.rejects,
            quotes: &quotes,
            origins: &computed.origins,
            content_id: &identity.content,
            changes,
            notes: &computed.notes,
        };
        match report::render(report, &data) {
            Ok(files) => {
                for file in files {
                    staging.add(&file.name, &file.bytes, file.rows).map_err(RunError::Output)?;
                }
            }
            Err(error) => failures.push(
                Finding::new(&codes::REPORT_FAILED, Severity::Error, report.file())
                    .seen(error.to_string(), ""),
            ),
        }
    }
    let whole = failures.is_empty();
    computed.findings.append(&mut failures);
    Ok(whole)
}

/// Findings and what checks found, as a CSV for people: UTF-8 with BOM, guarded against formulas.
fn findings_csv(findings: &[Finding], checks: &[CheckOutcome]) -> Vec<u8> {
    let header = [
        "code", "severity", "subject", "file", "sheet", "cell", "seen", "expected", "count", "title_zh",
        "title_en", "title_ru", "hint_zh", "hint_en", "hint_ru",
    ];
    let failures = checks.iter().flat_map(|check| &check.failures);
    let rows = findings.iter().chain(failures).map(|finding| {
        let code = finding.code;
        vec![
            code.id.to_owned(),
            finding.severity.to_string(),
            finding.subject.clone(),
            finding.place.file.clone(),
            finding.place.sheet.clone(),
            finding.place.cell.clone(),
            finding.seen.clone(),
            finding.expected.clone(),
            finding.count.to_string(),
            code.title.zh.to_owned(),
            code.title.en.to_owned(),
            code.title.ru.to_owned(),
            code.mend.zh.to_owned(),
            code.mend.en.to_owned(),
            code.mend.ru.to_owned(),
        ]
    });
    report::text_csv(&header, rows)
}

/// A value as plain text: no exponent, no trailing zeros; a ratio rounded to `places`, half away from zero.
pub(super) fn plain(value: &AnyValue<'_>, places: usize) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(number) => format!("{number:.places$}"),
        AnyValue::Decimal(units, _, 8) => Money::from_units(*units).to_string(),
        other => other.to_string(),
    }
}

/// Every rate used, with all that is needed to work a conversion out again.
fn rates_csv(quotes: &BTreeMap<String, Quote>) -> Vec<u8> {
    let header = [
        "rate_id",
        "pair",
        "rate",
        "period",
        "method",
        "date",
        "days",
        "days_published",
        "source",
        "file",
        "path",
        "note",
    ];
    let rows = quotes.iter().map(|(id, quote)| {
        vec![
            id.clone(),
            quote.pair.clone(),
            quote.rate.to_string(),
            quote.period.to_string(),
            quote.method.to_owned(),
            quote.date.map(|date| date.to_string()).unwrap_or_default(),
            quote.days.to_string(),
            quote.days_published.to_string(),
            quote.source.clone(),
            quote.file.clone(),
            quote.path.clone(),
            quote.note().unwrap_or_default(),
        ]
    });
    report::text_csv(&header, rows)
}

/// The value of a cell as plain text; a ratio with six places.
pub fn plain_value(table: &Table, name: &str, row: usize) -> String {
    let value = table.frame.column(name).and_then(|column| column.get(row));
    value.map_or_else(|error| error.to_string(), |value| plain(&value, 6))
}
