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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::report::FigureId;

    /// A figure of the table `t`, which rests on `a` and `below`: where it was read from and its rate.
    #[track_caller]
    fn check(old: (&str, &str), new: (&str, &str), files: &[(&str, Change)], expected: &[&str]) {
        let rests_on = BTreeSet::from(["a".to_owned(), "below".to_owned()]);
        let lineage = Lineage { files: BTreeMap::from([("t".to_owned(), rests_on)]) };
        let files: Vec<FileChange> = files
            .iter()
            .map(|(file, change)| FileChange {
                file: (*file).to_owned(),
                change: *change,
                readers: String::new(),
            })
            .collect();
        let state = |(origin, rate): (&str, &str)| FigureState {
            origin: origin.to_owned(),
            rate: if rate.is_empty() { String::new() } else { "CNY per USD".to_owned() },
            rate_value: rate.to_owned(),
            ..FigureState::default()
        };
        let change = FigureChange {
            id: FigureId { table: "t".to_owned(), ..FigureId::default() },
            change: Change::Changed,
            old: state(old),
            new: state(new),
            why: Vec::new(),
        };
        let causes = [Why::Pipeline];
        let reasons = Reasons { files: &files, causes: &causes, lineage: &lineage };
        let told: Vec<String> = reasons.of(&change).iter().map(ToString::to_string).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn the_figures_own_file_comes_before_others() {
        let files = [("a", Change::Changed), ("below", Change::Changed)];
        check(("a ▸ B2", ""), ("a ▸ B3", ""), &files, &["file changed: a"]);
    }

    #[test]
    fn a_figure_that_moved_names_the_new_file_and_whether_the_old_one_is_gone() {
        let new = ("b", Change::New);
        check(("a ▸ B2", ""), ("b ▸ B2", ""), &[new], &["new file: b", "now from b instead of a"]);
        check(("a ▸ B2", ""), ("b ▸ B2", ""), &[("a", Change::Gone), new], &["file gone: a", "new file: b"]);
    }

    #[test]
    fn a_rate_is_named_with_both_values() {
        let told = ["rate CNY per USD = 6.5 -> CNY per USD = 6.6"];
        check(("c ▸ B2", "6.5"), ("c ▸ B2", "6.6"), &[("below", Change::Changed)], &told);
    }

    #[test]
    fn an_aggregate_names_the_files_it_rests_on_and_only_then_the_pipeline() {
        let files = [("below", Change::Gone), ("elsewhere", Change::Changed)];
        check(("", ""), ("", ""), &files, &["file gone: below"]);
        check(("", ""), ("", ""), &[("elsewhere", Change::Changed)], &["pipeline or code lists changed"]);
    }
}
