//! Why a figure changed, as far as it is known: first the file it was read from, then the rate, then the
//! files its table rests on, last pipeline and program.

use super::lineage::Lineage;
use crate::report::{Change, FigureChange, FigureState, FileChange, Why};

/// What is known of the changes beside the figures.
pub(super) struct Reasons<'a> {
    /// Files that are new, gone or another.
    pub(super) files: &'a [FileChange],
    /// Pipeline and program, where they are others.
    pub(super) causes: &'a [Why],
    /// Which files a table rests on.
    pub(super) lineage: &'a Lineage,
}

/// Files named for one figure; a table may rest on very many.
const FILES_NAMED: usize = 3;

impl Reasons<'_> {
    /// The reasons for one change; never empty.
    pub(super) fn of(&self, change: &FigureChange) -> Vec<Why> {
        let (old, new) = (file(&change.old), file(&change.new));
        let mut why: Vec<Why> = Vec::new();
        match (old, new) {
            (Some(old), Some(new)) if old != new => why.extend(self.moved(old, new)),
            (old, new) => why.extend(new.or(old).and_then(|file| self.changed(file))),
        }
        why.extend(rate(change));
        if why.is_empty() {
            let table = change.id.table.as_str();
            let below = self.files.iter().filter(|file| self.lineage.rests_on(table, &file.file));
            why.extend(below.take(FILES_NAMED).map(as_reason));
        }
        if why.is_empty() {
            why.extend(self.causes.iter().cloned());
        }
        if why.is_empty() {
            why.push(Why::Unknown);
        }
        why
    }

    /// What became of a file, if anything did.
    fn changed(&self, file: &str) -> Option<Why> {
        self.files.iter().find(|change| change.file == file).map(as_reason)
    }

    /// A figure that now comes from another file: a new one, or because its own is gone.
    fn moved(&self, old: &str, new: &str) -> Vec<Why> {
        match self.changed(old) {
            Some(gone @ Why::FileGone(_)) => std::iter::once(gone).chain(self.changed(new)).collect(),
            _ => {
                let superseded = Why::Superseded { from: old.to_owned(), by: new.to_owned() };
                self.changed(new).into_iter().chain([superseded]).collect()
            }
        }
    }
}

fn as_reason(change: &FileChange) -> Why {
    let file = change.file.clone();
    match change.change {
        Change::Changed => Why::FileChanged(file),
        Change::New => Why::FileNew(file),
        Change::Gone => Why::FileGone(file),
    }
}

/// The file of a figure that was read from one cell.
fn file(state: &FigureState) -> Option<&str> {
    let file = state.origin.split(" ▸ ").next().unwrap_or_default();
    (!file.is_empty()).then_some(file)
}

fn rate(change: &FigureChange) -> Option<Why> {
    let (old, new) = (&change.old, &change.new);
    let differs = (&old.rate, &old.rate_value) != (&new.rate, &new.rate_value);
    let both = !old.rate.is_empty() && !new.rate.is_empty();
    let shown = |state: &FigureState| format!("{} = {}", state.rate, state.rate_value);
    (both && differs).then(|| Why::Rate { old: shown(old), new: shown(new) })
}
