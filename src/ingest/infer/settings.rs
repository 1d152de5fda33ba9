//! Parts of the settings of a measure: `match` and `marks`.

use std::collections::BTreeSet;

use crate::measure::{read_part_of_year, read_period};

use super::column::ColumnFacts;
use super::measures::{LISTED, Meant, meant};
use super::names::{FLAGS, MARKS};
use super::pairs::pattern_of;
use super::{as_pattern, quoted};

/// Words glued to figures of some columns, as the setting `marks`.
pub(super) fn marks(columns: &[&ColumnFacts]) -> String {
    let glued = |mark: &str| columns.iter().any(|facts| facts.texts.keys().any(|text| text.ends_with(mark)));
    let flagged = |flag: &str| columns.iter().any(|facts| facts.flags.contains(flag));
    let known = MARKS.iter().filter(|(mark, _)| glued(mark));
    let known = known.chain(FLAGS.iter().filter(|(flag, _)| flagged(flag)));
    let mut found: Vec<String> =
        known.map(|(mark, status)| format!("{} = {}", quoted(mark), quoted(status))).collect();
    // The sign of a footnote says nothing of the figure itself.
    let notes: BTreeSet<&String> = columns.iter().flat_map(|facts| &facts.notes).collect();
    found.extend(notes.into_iter().map(|sign| format!("{} = \"A\"", quoted(sign))));
    if found.is_empty() { String::new() } else { format!(", marks = {{ {} }}", found.join(", ")) }
}

/// Whether a text is the first day of a month, as a workbook gives a date.
pub(super) fn is_first_of_month(text: &str) -> bool {
    text.ends_with("-01") && read_period(text).is_ok_and(|period| period.start == period.end)
}

/// The texts of a level as `match`; months and years as patterns that hold of the next file too.
pub(super) fn matched(texts: &[&str]) -> String {
    let periods =
        texts.iter().all(|text| read_period(text).is_ok() || read_part_of_year(text, 2000).is_some());
    if periods && !texts.is_empty() {
        let mut patterns: Vec<String> = texts.iter().map(|text| quoted(&pattern_of(text))).collect();
        patterns.sort();
        patterns.dedup();
        if patterns.len() <= LISTED {
            return format!("match = [{}]", patterns.join(", "));
        }
    }
    if texts.len() > LISTED && texts.iter().all(|text| meant(text) == Meant::Amount) {
        return "match = [\"*\"]".to_owned();
    }
    let texts: Vec<String> = texts.iter().map(|text| quoted(&as_pattern(text))).collect();
    format!("match = [{}]", texts.join(", "))
}
