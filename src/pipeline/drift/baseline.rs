//! Which earlier file, and which of its tables, a file is compared with.

use crate::finding::SeenColumn;
use crate::measure::without_periods;
use crate::store::PublishedInput;

use super::compare::in_common;

/// The earlier file of the source that a file is compared with: the same one; else, of those with the same
/// name but for its numbers (all where there are none), the last before it; else the first.
pub(super) fn baseline<'a>(
    inputs: &'a [PublishedInput],
    source: &str,
    file: &str,
) -> Option<&'a PublishedInput> {
    let mut known: Vec<&PublishedInput> =
        inputs.iter().filter(|one| one.source == source && !one.columns.is_empty()).collect();
    if let Some(same) = known.iter().find(|one| one.file == file) {
        return Some(same);
    }
    let name = without_periods(file);
    if known.iter().any(|one| without_periods(&one.file) == name) {
        known.retain(|one| without_periods(&one.file) == name);
    }
    known.sort_by_key(|one| order(&one.file));
    let own = order(file);
    known.iter().rfind(|one| order(&one.file) < own).or_else(|| known.first()).copied()
}

/// A part of a name: numbers are in the order of their values, so that month 9 stands before month 10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u128),
    Text(String),
}

fn order(name: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut digits = String::new();
    let mut text = String::new();
    let mut flush = |digits: &mut String, text: &mut String| {
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(text)));
        }
        if !digits.is_empty() {
            // A number too long to count with stands behind all others.
            parts.push(Part::Number(std::mem::take(digits).parse().unwrap_or(u128::MAX)));
        }
    };
    for sign in name.chars() {
        if sign.is_ascii_digit() {
            digits.push(sign);
        } else {
            if !digits.is_empty() {
                flush(&mut digits, &mut text);
            }
            text.push(sign);
        }
    }
    flush(&mut digits, &mut text);
    parts
}

/// The columns of a file, a list a table, each in the order of the sheet.
pub(super) fn tables(columns: &[SeenColumn]) -> Vec<Vec<&SeenColumn>> {
    let mut tables: Vec<Vec<&SeenColumn>> = Vec::new();
    for column in columns {
        let same = |table: &&mut Vec<&SeenColumn>| {
            table.first().is_some_and(|one| (&one.sheet, one.table) == (&column.sheet, column.table))
        };
        match tables.iter_mut().rev().find(same) {
            Some(table) => table.push(column),
            None => tables.push(vec![column]),
        }
    }
    tables
}

/// The earlier table that a table continues: of the same sheet, else of one called the same but for its
/// numbers, else of any; there the one with most headers in common, and of several the same in number, else
/// the last.
pub(super) fn counterpart<'t, 'a>(
    old: &'t [Vec<&'a SeenColumn>],
    table: &[&SeenColumn],
) -> Option<&'t Vec<&'a SeenColumn>> {
    let own = table.first()?;
    let heads = |wanted: &dyn Fn(&SeenColumn) -> bool| -> Vec<&'t Vec<&'a SeenColumn>> {
        old.iter().filter(|one| one.first().is_some_and(|head| wanted(head))).collect()
    };
    let mut candidates = heads(&|head| head.sheet == own.sheet);
    if candidates.is_empty() {
        let name = without_periods(&own.sheet);
        candidates = heads(&|head| without_periods(&head.sheet) == name);
    }
    if candidates.is_empty() {
        candidates = heads(&|_| true);
    }
    let same_number = |one: &&&Vec<&SeenColumn>| one.first().is_some_and(|head| head.table == own.table);
    candidates.into_iter().max_by_key(|one| (in_common(one, table), same_number(&one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(file: &str) -> PublishedInput {
        PublishedInput {
            file: file.to_owned(),
            source: "s".to_owned(),
            columns: vec![SeenColumn::default()],
            ..PublishedInput::default()
        }
    }

    #[track_caller]
    fn check(files: &[&str], file: &str, expected: Option<&str>) {
        let inputs: Vec<PublishedInput> = files.iter().map(|file| input(file)).collect();
        assert_eq!(baseline(&inputs, "s", file).map(|one| one.file.as_str()), expected);
    }

    #[test]
    fn a_file_is_compared_with_itself_else_with_the_newest_before_it() {
        let months = ["t/2024年9月.csv", "t/2024年10月.csv", "t/年度.csv"];
        check(&months, "t/2024年9月.csv", Some("t/2024年9月.csv"));
        check(&months, "t/2024年11月.csv", Some("t/2024年10月.csv"));
        check(&months, "t/2023年1月.csv", Some("t/2024年9月.csv"));
        check(&["m/9.csv", "m/10.csv"], "m/11.csv", Some("m/10.csv"));
        check(&["a/x.csv"], "b/y.csv", Some("a/x.csv"));
        check(&[], "b/y.csv", None);
    }

    #[test]
    fn a_table_is_compared_with_that_of_its_sheet() {
        let column = |sheet: &str, table: u32, header: &str| SeenColumn {
            sheet: sheet.to_owned(),
            table,
            header: header.to_owned(),
            ..SeenColumn::default()
        };
        let old =
            [column("1月", 1, "甲"), column("1月", 2, "乙"), column("2月", 1, "甲"), column("总", 1, "甲")];
        let old = tables(&old);
        for (own, expected) in [
            (column("1月", 1, "乙"), ("1月", 2)),
            (column("总", 1, "丙"), ("总", 1)),
            (column("3月", 1, "甲"), ("2月", 1)),
            (column("新", 1, "甲"), ("总", 1)),
        ] {
            let found = counterpart(&old, &[&own]).unwrap()[0];
            assert_eq!((found.sheet.as_str(), found.table), expected);
        }
    }
}
