//! Changes since the last published run: the list of all published figures, the earlier list, the
//! differences and their reasons. The reports and `changes.csv` tell them; nothing here decides how.

mod compare;
mod earlier;
mod figures;
mod lineage;
mod why;

pub use compare::compare_figures;
pub(super) use earlier::{Earlier, content_id, find};
pub(super) use figures::{figures_csv, figures_of, row_key};

use crate::finding::SourceAccount;
use crate::pipeline::Plan;
use crate::pipeline::content::PROGRAM;
use crate::report::{self, Against, Changes, FigureChange, FileChange, Why};
use crate::store::PublishedInput;
use lineage::Lineage;
use why::Reasons;

/// File name of the list of published figures.
pub const FIGURES_NAME: &str = "all-figures.csv";
/// File name of the full list of changes.
pub(super) const CHANGES_NAME: &str = "changes.csv";

/// What changed between an earlier publication and the figures of this run.
pub(super) fn changes(plan: &Plan, earlier: &Earlier, accounts: &[SourceAccount], figures: &[u8]) -> Changes {
    let (compared, set, old_figures) = match earlier {
        Earlier::First => return Changes::default(),
        Earlier::Damaged(compared) => {
            let against =
                Against::Damaged { as_of: compared.as_of.clone(), content_id: compared.content_id.clone() };
            return Changes { against, ..Changes::default() };
        }
        Earlier::Whole { compared, set, figures } => (compared, set, figures),
    };
    let inputs: Vec<PublishedInput> = accounts
        .iter()
        .map(|account| PublishedInput {
            file: account.file.clone(),
            source: account.source.clone(),
            blake3: account.blake3.clone(),
            bytes: account.bytes,
            ..Default::default()
        })
        .collect();
    let mut causes = Vec::new();
    if set.run.pipeline_hash != plan.hash {
        causes.push(Why::Pipeline);
    }
    if set.run.program != PROGRAM {
        causes.push(Why::Program { old: set.run.program.clone(), new: PROGRAM.to_owned() });
    }
    let files = compare::files(&set.run.inputs, &inputs);
    let lineage = Lineage::new(plan, &set.run.inputs, &inputs);
    let reasons = Reasons { files: &files, causes: &causes, lineage: &lineage };
    let (mut figures, unchanged) = compare_figures(old_figures, figures);
    for change in &mut figures {
        change.why = reasons.of(change);
    }
    let against = Against::Earlier { as_of: compared.as_of.clone(), content_id: compared.content_id.clone() };
    let mut changes = Changes { against, causes, files, figures, unchanged };
    changes.sort();
    changes
}

/// The full list for machines and for whoever needs more than the sheet shows.
pub(super) fn changes_csv(changes: &Changes) -> Vec<u8> {
    let header = [
        "change",
        "table",
        "key",
        "column",
        "old",
        "new",
        "difference",
        "relative",
        "unit",
        "old_status",
        "new_status",
        "old_bound",
        "new_bound",
        "why",
        "origin",
    ];
    let files = changes.files.iter().map(file_row);
    report::text_csv(&header, files.chain(changes.figures.iter().map(figure_row)))
}

/// A file stands in the list as a row of the table `input/`.
fn file_row(file: &FileChange) -> Vec<String> {
    let mut row = vec![file.change.word().to_owned(), "input/".to_owned(), file.file.clone()];
    row.extend(std::iter::repeat_n(String::new(), 10));
    row.push(if file.readers.is_empty() { String::new() } else { format!("read by {}", file.readers) });
    row.push(file.file.clone());
    row
}

fn figure_row(change: &FigureChange) -> Vec<String> {
    let (old, new) = (&change.old, &change.new);
    let now = if change.change == report::Change::Gone { old } else { new };
    let why: Vec<String> = change.why.iter().map(ToString::to_string).collect();
    vec![
        change.change.word().to_owned(),
        change.id.table.clone(),
        change.id.key.clone(),
        change.id.column.clone(),
        old.value.clone(),
        new.value.clone(),
        change.difference_text(),
        change.relative().map(|part| format!("{part:.6}")).unwrap_or_default(),
        now.unit.clone(),
        old.status.clone(),
        new.status.clone(),
        old.bound.clone(),
        new.bound.clone(),
        why.join("; "),
        now.origin.clone(),
    ]
}
