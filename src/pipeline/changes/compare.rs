//! Two lists of figures, or of files, side by side: what is new, gone or another.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::figures::read;
use crate::report::{Change, FigureChange, FigureState, FileChange};
use crate::store::PublishedInput;

/// What changed from one list of figures to another, without reasons, and how many figures did not. Both
/// lists are in the order in which [`super::figures_csv`] writes them, so neither is held as a whole.
pub fn compare_figures(old: &[u8], new: &[u8]) -> (Vec<FigureChange>, u64) {
    let (mut olds, mut news) = (read(old).peekable(), read(new).peekable());
    let mut changes = Vec::new();
    let mut unchanged = 0;
    loop {
        let order = match (olds.peek(), news.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
        };
        let old = if order == Ordering::Greater { None } else { olds.next() };
        let new = if order == Ordering::Less { None } else { news.next() };
        let (id, change, old, new) = match (old, new) {
            (Some((id, old)), Some((_, new))) if old.reads_like(&new) => {
                drop((id, old, new));
                unchanged += 1;
                continue;
            }
            (Some((id, old)), Some((_, new))) => (id, Change::Changed, old, new),
            (Some((id, old)), None) => (id, Change::Gone, old, FigureState::default()),
            (None, Some((id, new))) => (id, Change::New, FigureState::default(), new),
            (None, None) => break,
        };
        changes.push(FigureChange { id, change, old, new, why: Vec::new() });
    }
    (changes, unchanged)
}

/// Files that are new, gone or another, by path. A file that was not read is compared by its size.
pub(super) fn files(old: &[PublishedInput], new: &[PublishedInput]) -> Vec<FileChange> {
    let (old, new) = (by_path(old), by_path(new));
    let mut changes = Vec::new();
    for (file, found) in &new {
        let change = match old.get(file) {
            None => Change::New,
            Some(before) if before.content != found.content => Change::Changed,
            Some(_) => continue,
        };
        changes.push(found.changed(file, change));
    }
    for (file, before) in &old {
        if !new.contains_key(file) {
            changes.push(before.changed(file, Change::Gone));
        }
    }
    changes.sort_by(|a, b| a.file.cmp(&b.file));
    changes
}

/// A file, which may be read by several blocks.
struct Known<'a> {
    content: (&'a str, u64),
    readers: Vec<&'a str>,
}

impl Known<'_> {
    fn changed(&self, file: &str, change: Change) -> FileChange {
        FileChange { file: file.to_owned(), change, readers: self.readers.join(", ") }
    }
}

fn by_path(inputs: &[PublishedInput]) -> BTreeMap<&str, Known<'_>> {
    let mut files: BTreeMap<&str, Known<'_>> = BTreeMap::new();
    for input in inputs {
        let content = (input.blake3.as_str(), input.bytes);
        let known = files.entry(&input.file).or_insert(Known { content, readers: Vec::new() });
        known.content = known.content.max(content);
        if !input.source.is_empty() {
            known.readers.push(&input.source);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "table,key,column,value,status,bound,unit,rate,rate_value,origin,about\r\n";

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str], unchanged: u64) {
        let list = |rows: &str| format!("{HEADER}{rows}").into_bytes();
        let (changes, same) = compare_figures(&list(old), &list(new));
        let told: Vec<String> = changes
            .iter()
            .map(|change| {
                let (id, old, new) = (&change.id, &change.old, &change.new);
                format!("{} {} {}: {} → {}", change.change.word(), id.key, id.column, old.value, new.value)
            })
            .collect();
        assert_eq!((told, same), (expected.iter().map(|&line| line.to_owned()).collect(), unchanged));
    }

    #[test]
    fn lists_are_merged_by_table_key_and_column() {
        check(
            "t,a=1,v,5,A,,CNY,,,f,\r\nt,a=2,v,6,A,,CNY,,,f,\r\nt,a=4,v,8,A,,CNY,,,f,\r\n",
            "t,a=1,v,5,A,,CNY,,,g,\r\nt,a=2,v,6.5,A,,CNY,,,f,\r\nt,a=3,v,7,A,,CNY,,,f,\r\n",
            &["changed a=2 v: 6 → 6.5", "new a=3 v:  → 7", "gone a=4 v: 8 → "],
            1,
        );
    }

    #[test]
    fn a_bound_or_status_that_changes_is_a_change() {
        check(
            "t,a=1,v,5,A,>,CNY,,,f,\r\nt,a=2,v,5,P,,CNY,,,f,\r\n",
            "t,a=1,v,5,A,,CNY,,,f,\r\nt,a=2,v,5,A,,CNY,,,f,\r\n",
            &["changed a=1 v: 5 → 5", "changed a=2 v: 5 → 5"],
            0,
        );
    }

    #[test]
    fn files_are_compared_by_content() {
        let input = |file: &str, blake3: &str| PublishedInput {
            file: file.to_owned(),
            source: "s".to_owned(),
            blake3: blake3.to_owned(),
            bytes: 1,
            ..PublishedInput::default()
        };
        let old = [input("a", "1"), input("b", "1"), input("c", "1")];
        let new = [input("a", "1"), input("b", "2"), input("d", "1")];
        let told: Vec<_> = files(&old, &new).into_iter().map(|change| (change.file, change.change)).collect();
        let expected = [("b", Change::Changed), ("c", Change::Gone), ("d", Change::New)];
        assert_eq!(told, expected.map(|(file, change)| (file.to_owned(), change)));
    }
}
