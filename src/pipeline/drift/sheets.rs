//! Sheets that a file has and the earlier one had not, or the other way round. A sheet with another name and the
//! same columns is the same sheet.

use std::collections::BTreeSet;

use crate::finding::SeenColumn;
use crate::measure::without_periods;

/// What became of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetChange {
    New,
    Gone,
}

/// The sheets that are new or gone, in the order of the files.
pub(super) fn changes<'a>(old: &'a [SeenColumn], new: &'a [SeenColumn]) -> Vec<(SheetChange, &'a str)> {
    let (mut gone, mut fresh) = (sheets(old), sheets(new));
    drop_pairs(&mut gone, &mut fresh, |one, other| one == other);
    drop_pairs(&mut gone, &mut fresh, |one, other| without_periods(one) == without_periods(other));
    drop_pairs(&mut gone, &mut fresh, |one, other| headers(old, one) == headers(new, other));
    // A ninth month after eight is a sheet like those before.
    fresh.retain(|name| !sheets(old).iter().any(|known| without_periods(known) == without_periods(name)));
    gone.retain(|name| !sheets(new).iter().any(|known| without_periods(known) == without_periods(name)));
    let gone = gone.into_iter().map(|name| (SheetChange::Gone, name));
    fresh.into_iter().map(|name| (SheetChange::New, name)).chain(gone).collect()
}

/// Takes out the sheets that are the same then and now.
fn drop_pairs<'a>(gone: &mut Vec<&'a str>, fresh: &mut Vec<&'a str>, same: impl Fn(&str, &str) -> bool) {
    gone.retain(|one| match fresh.iter().position(|other| same(one, other)) {
        Some(at) => {
            fresh.remove(at);
            false
        }
        None => true,
    });
}

fn sheets(columns: &[SeenColumn]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for column in columns {
        if !names.contains(&column.sheet.as_str()) {
            names.push(&column.sheet);
        }
    }
    names
}

fn headers(columns: &[SeenColumn], sheet: &str) -> BTreeSet<String> {
    columns
        .iter()
        .filter(|column| column.sheet == sheet)
        .map(|column| without_periods(&column.header))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sheets drawn as `name: header, header; name: …`.
    fn drawn(text: &str) -> Vec<SeenColumn> {
        let sheets = text.split("; ").filter_map(|sheet| sheet.split_once(": "));
        let columns = sheets.flat_map(|(sheet, headers)| {
            headers.split(", ").map(|header| SeenColumn {
                sheet: sheet.to_owned(),
                header: header.to_owned(),
                ..SeenColumn::default()
            })
        });
        columns.collect()
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[(SheetChange, &str)]) {
        assert_eq!(changes(&drawn(old), &drawn(new)), expected);
    }

    #[test]
    fn a_sheet_is_new_or_gone_by_name_month_and_columns() {
        check("出口: a, b; 进口: a, c", "出口: a, b", &[(SheetChange::Gone, "进口")]);
        check("出口: a", "出口: a; 转口: d", &[(SheetChange::New, "转口")]);
        check("Sheet1: a, b", "Report: a, b", &[]);
        check("2024年8月: a", "2024年9月: a", &[]);
        check("1月: a; 2月: a", "1月: a; 2月: a; 3月: a", &[]);
        check(
            "出口: a; 进口: b",
            "出口: a; 转口: d",
            &[(SheetChange::New, "转口"), (SheetChange::Gone, "进口")],
        );
    }
}
