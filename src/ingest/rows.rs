//! What a row is by its label: data, a total, a section heading, a part of another row.

use std::sync::Arc;

use crate::text::{fold, without_footnote_signs};

use super::builder::Value;
use super::columns::Bad;
use super::field_reader::{FieldReader, Ready};
use super::grid::CellValue;
use super::header::spellings;
use super::spec_rows::{Keep, Role, RowRule};

/// What a row is.
#[derive(Debug)]
pub(super) enum Meaning {
    /// Figures; with the texts that replace dimensions, by position.
    Data(Vec<(usize, String)>),
    /// Left out for this reason.
    LeftOut(Role),
    /// A label nothing recognises, and the known name nearest to it.
    Unknown(Option<String>),
}

/// Words that say that a row is a part of the one above.
const OF_WHICH: &[&str] = &["其中:", "其中", "of which:", "в том числе:", "из них:"];

/// Labels of rows that hold what others add up to, folded.
const TOTALS: &[&str] =
    &["合计", "总计", "共计", "小计", "total", "grand total", "subtotal", "всего", "итого"];
/// More letters than any of them has, with blanks between.
const TOTAL_LETTERS: usize = 16;

/// Whether a label says that its row is a total, and no rule says what such a row is.
pub(super) fn is_undeclared_total(label: &CellValue, rules: &[RowRule]) -> bool {
    let CellValue::Text(label) = label else { return false };
    if label.trim().chars().count() > TOTAL_LETTERS {
        return false;
    }
    let bare = bare_label(label);
    let words = bare.trim_end_matches([':', '.']);
    let closed: String = words.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_total = TOTALS.iter().any(|total| *total == words || *total == closed);
    is_total && !rules.iter().any(|rule| rule.matching.matches(label))
}

/// The words that say "of which" at the beginning of a label, as written; empty where there are none.
pub(super) fn of_which(label: &str) -> &str {
    let ends = label.char_indices().map(|(at, sign)| at + sign.len_utf8());
    let heads = ends.filter_map(|end| label.get(..end));
    heads.rev().find(|head| OF_WHICH.contains(&fold(head).as_str())).unwrap_or_default()
}

/// A label without the words that say "of which" and without signs of footnotes.
pub(super) fn bare_label(label: &str) -> Arc<str> {
    let folded = fold(without_footnote_signs(label));
    let bare = OF_WHICH.iter().find_map(|word| folded.strip_prefix(word)).unwrap_or(&folded);
    Arc::from(bare.trim())
}

/// Decides what a row is: the first rule that matches, else the dimensions that read labels.
pub(super) fn meaning(
    label: &str,
    rules: &[RowRule],
    dims: &mut [FieldReader<'_>],
    year: Option<i16>,
) -> Meaning {
    for rule in rules {
        let Some(groups) = rule.matching.captures(label) else { continue };
        let overrides: Vec<(usize, String)> = rule
            .overrides
            .iter()
            .map(|(dim, template)| {
                let mut text = template.clone();
                for (name, group) in &groups {
                    text = text.replace(&format!("{{{name}}}"), &two_digits(group));
                }
                if let Some(year) = year {
                    text = text.replace("{year}", &year.to_string());
                }
                (*dim, text)
            })
            .collect();
        return match (rule.role, rule.keep) {
            (Role::Data, _) | (Role::Total | Role::Overlapping, Keep::Yes) => Meaning::Data(overrides),
            (Role::Overlapping, Keep::No) if !overrides.is_empty() || is_known(label, dims) => {
                Meaning::Data(overrides)
            }
            (role, _) => Meaning::LeftOut(role),
        };
    }
    let reads_labels = dims.iter().any(|reader| reader.field.reads_label());
    if !reads_labels || is_known(label, dims) {
        return Meaning::Data(Vec::new());
    }
    let bare = bare_label(label);
    let nearest =
        dims.iter().filter(|reader| reader.field.reads_label()).find_map(|reader| reader.nearest(&bare));
    Meaning::Unknown(nearest)
}

/// The role of the first rule that matches, and whether its figures are wanted.
pub(super) fn role_of(label: &str, rules: &[RowRule]) -> (Role, Keep) {
    let rule = rules.iter().find(|rule| rule.matching.matches(label));
    rule.map_or((Role::Data, Keep::Yes), |rule| (rule.role, rule.keep))
}

/// Whether a rule says what a label means.
pub(super) fn role_given(label: &str, rules: &[RowRule]) -> bool {
    rules.iter().any(|rule| rule.matching.matches(label))
}

/// Whether any dimension that reads labels knows this one.
fn is_known(label: &str, dims: &mut [FieldReader<'_>]) -> bool {
    dims.iter_mut()
        .filter(|reader| reader.field.reads_label())
        .any(|reader| !reader.field.is_coded() || code_of(label, reader).is_some())
}

/// The code of a label: as it stands, else without what its last brackets hold, as 参展企业（家）.
fn code_of(label: &str, reader: &mut FieldReader<'_>) -> Option<Arc<str>> {
    let part = reader.field.part(&bare_label(label))?;
    let mut barer = std::iter::successors(Some(part), |text| spellings(text).into_iter().nth(1));
    barer.find_map(|spelling| reader.look_up(&Arc::from(spelling.as_str())))
}

/// A month such as `9` takes its place in `2021-09`.
fn two_digits(group: &str) -> String {
    match group.as_bytes() {
        [digit] if digit.is_ascii_digit() => format!("0{group}"),
        _ => group.to_owned(),
    }
}

/// The value of a dimension that reads labels.
pub(super) fn label_value(label: &str, reader: &mut FieldReader<'_>) -> Result<Ready, Bad> {
    if !reader.field.is_coded() {
        return reader.text(&Arc::from(label.trim()));
    }
    match code_of(label, reader) {
        Some(code) => Ok(Ready { value: Value::Text(code), ..Ready::default() }),
        None => reader.text(&bare_label(label)),
    }
}
