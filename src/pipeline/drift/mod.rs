//! Drift: the columns of every file against those of the same source in the last published run. What a
//! difference means for the report, the source's `contract` says. Reads no file.

mod baseline;
mod compare;
mod refused;
mod sheets;

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Place, SeenColumn, SourceAccount, drift as codes};
use crate::ingest::Contract;
use crate::pipeline::changes::Earlier;
use crate::pipeline::{Computed, Plan};
use crate::store::PublishedInput;

use baseline::{baseline, counterpart, tables};
use compare::{Change, ColumnChange, compare};
use sheets::SheetChange;

pub(super) use refused::Refused;

/// Tells what has changed since the earlier run, also of files that could not be read; nothing where there is none.
pub(super) fn tell(plan: &Plan, earlier: &Earlier, computed: &mut Computed) {
    if let Earlier::Whole { set, .. } = earlier {
        refused::tell(&set.run.inputs, &computed.refused, &mut computed.findings);
    }
    computed.findings.extend(findings(plan, earlier, &computed.accounts));
}

/// What has changed in the columns.
fn findings(plan: &Plan, earlier: &Earlier, accounts: &[SourceAccount]) -> Vec<Finding> {
    let Earlier::Whole { set, .. } = earlier else { return Vec::new() };
    let mut findings = Vec::new();
    for source in &plan.sources {
        let own = accounts.iter().filter(|account| account.source == source.name());
        for account in own.filter(|account| !account.columns.is_empty()) {
            let Some(before) = baseline(&set.run.inputs, source.name(), &account.file) else { continue };
            // The same bytes have the same columns; only the declaration may read them otherwise.
            if before.blake3 != account.blake3 {
                findings.extend(of_sheets(account, before, source.contract()));
                findings.extend(of_file(account, before, source.contract()));
            }
        }
    }
    findings
}

/// The sheets of one file that are new or gone.
fn of_sheets(account: &SourceAccount, before: &PublishedInput, contract: &Contract) -> Vec<Finding> {
    let changes = sheets::changes(&before.columns, &account.columns).into_iter();
    let told = changes.map(|(change, name)| {
        let (code, seen, expected) = match change {
            SheetChange::New => (&codes::SHEET_NEW, name, "no such sheet"),
            SheetChange::Gone => (&codes::SHEET_GONE, "no such sheet", name),
        };
        let sheet = if change == SheetChange::New { name } else { "" };
        let place = Place { file: account.file.clone(), sheet: sheet.to_owned(), cell: String::new() };
        let finding = Finding::new(code, contract.drift([name, ""]), account.source.as_str());
        finding.at(place).seen(seen, format!("{expected}{}", compared_with(account, before)))
    });
    told.collect()
}

/// Which earlier file was compared with, where it is another.
fn compared_with(account: &SourceAccount, before: &PublishedInput) -> String {
    if before.file == account.file { String::new() } else { format!(", as in {}", before.file) }
}

/// The changes of one file, each once however many tables show it.
fn of_file(account: &SourceAccount, before: &PublishedInput, contract: &Contract) -> Vec<Finding> {
    let old = tables(&before.columns);
    let mut told: BTreeMap<(Change, String, String), usize> = BTreeMap::new();
    let mut findings: Vec<Finding> = Vec::new();
    for table in tables(&account.columns) {
        let Some(known) = counterpart(&old, &table) else { continue };
        for change in compare(known, &table) {
            let (was, is) = words(&change);
            let key = (change.change, was.clone(), is.clone());
            if let Some(first) = told.get(&key).and_then(|at| findings.get_mut(*at)) {
                first.count += 1;
                continue;
            }
            told.insert(key, findings.len());
            let header =
                |column: Option<&SeenColumn>| column.map_or("", |one| one.header.as_str()).to_owned();
            let severity = contract.drift([&header(change.old), &header(change.new)]);
            let compared = compared_with(account, before);
            let finding = Finding::new(code(change.change), severity, account.source.as_str());
            findings.push(finding.at(place(account, &change, &table)).seen(is, format!("{was}{compared}")));
        }
    }
    findings
}

fn code(change: Change) -> &'static Code {
    match change {
        Change::New => &codes::COLUMN_NEW,
        Change::Gone => &codes::COLUMN_GONE,
        Change::Renamed => &codes::COLUMN_RENAMED,
        Change::Moved => &codes::COLUMN_MOVED,
        Change::Retyped => &codes::COLUMN_RETYPED,
        Change::Unit => &codes::COLUMN_UNIT_CHANGED,
    }
}

/// The header cell of the column; where it is gone, the first header cell of its table.
fn place(account: &SourceAccount, change: &ColumnChange<'_>, table: &[&SeenColumn]) -> Place {
    let column = change.new.or(table.first().copied());
    let (sheet, cell) =
        column.map_or((String::new(), String::new()), |column| (column.sheet.clone(), column.cell.clone()));
    Place { file: account.file.clone(), sheet, cell }
}

/// How the column was and how it is.
fn words(change: &ColumnChange<'_>) -> (String, String) {
    let of = |column: Option<&SeenColumn>, what: &dyn Fn(&SeenColumn) -> String| {
        column.map(what).unwrap_or_default()
    };
    let both = |what: &dyn Fn(&SeenColumn) -> String| (of(change.old, what), of(change.new, what));
    match change.change {
        Change::New => ("no such column".to_owned(), of(change.new, &|column| column.header.clone())),
        Change::Gone => (of(change.old, &|column| column.header.clone()), "no such column".to_owned()),
        Change::Renamed => both(&|column| column.header.clone()),
        Change::Moved => {
            let [then, now] = change
                .after
                .map(|left| if left.is_empty() { "first".to_owned() } else { format!("after {left}") });
            let header = of(change.new, &|column| column.header.clone());
            (format!("{header}: {then}"), format!("{header}: {now}"))
        }
        Change::Retyped => both(&|column| format!("{}: {}", column.header, column.kind)),
        Change::Unit => both(&|column| {
            let unit = if column.unit.is_empty() { "by row" } else { &column.unit };
            format!("{}: {unit}", column.header)
        }),
    }
}
