//! How a table is found in a sheet, as declared: its header, its end, which columns belong together.

use std::ops::RangeInclusive;

use crate::spec::{Fields, Mistakes, Text};
use crate::text::Pattern;

use super::locator::pattern;

/// How the table is found in a sheet.
#[derive(Clone, Debug)]
pub(super) struct TableRule {
    /// Texts that stand in the header row.
    pub(super) labels: Vec<Pattern>,
    /// How many rows, from the first that is not empty, may pass before the header.
    pub(super) search_rows: u32,
    /// What the first cell after the data says.
    pub(super) end: Vec<Pattern>,
    /// How many blank rows in a row end the data; none do where nothing is said.
    pub(super) end_blank: Option<u32>,
    /// Columns that belong to others; the first that matches counts.
    pub(super) pair: Vec<Pair>,
    /// How many rows the header takes, where that is declared; the first label stands in its first row.
    pub(super) header_rows: Option<u32>,
    pub(super) beside: Beside,
}

/// Which column the columns of some header belong to.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// The header of the columns that belong to others.
    pub(super) header: Pattern,
    pub(super) with: PairedWith,
}

/// The column that another belongs to.
#[derive(Clone, Debug)]
pub(super) enum PairedWith {
    /// The one on its left.
    Left,
    /// The one under a header like this, whose other texts are those of the column itself.
    Under(Pattern),
}

/// What the same header a second time in one row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Columns of one name, which is an error where they are read.
    Columns,
    /// A second table on the right.
    Tables,
}

/// Reads `table`.
pub(super) fn read_table(fields: &mut Fields<'_>) -> Option<TableRule> {
    let mistakes = fields.mistakes();
    fields.required("table")?;
    let mut table = fields.table("table")?;
    let labels: Vec<Pattern> =
        table.texts("labels").iter().filter_map(|label| pattern(label, mistakes)).collect();
    if labels.is_empty() {
        mistakes.add(table.span(), "`table` needs `labels`: the texts by which the header row is found");
    }
    let search_rows = table.integer("search_rows").map_or(Some(20), |rows| u32::try_from(rows).ok());
    if search_rows.is_none() {
        mistakes.add(table.span(), "`search_rows` is a number of rows");
    }
    let end = table.texts("end").iter().filter_map(|text| pattern(text, mistakes)).collect();
    let end_blank = count(&mut table, "end_blank", 1..=1000);
    let header_rows = count(&mut table, "header_rows", 1..=9);
    let beside = table.choice("beside", &[("columns", Beside::Columns), ("tables", Beside::Tables)]);
    let beside = beside.unwrap_or(Beside::Columns);
    let paired = table.text_map("pair").into_iter();
    let pair = paired.filter_map(|(header, with)| read_pair(&header, &with, mistakes)).collect();
    table.finish();
    Some(TableRule { labels, search_rows: search_rows?, end, end_blank, pair, header_rows, beside })
}

/// A number of rows within limits.
fn count(table: &mut Fields<'_>, key: &'static str, limits: RangeInclusive<u32>) -> Option<u32> {
    if !table.has(key) {
        return None;
    }
    let read = table.integer(key).and_then(|rows| u32::try_from(rows).ok());
    let read = read.filter(|rows| limits.contains(rows));
    if read.is_none() {
        let what = format!("`{key}` is a number of rows from {} to {}", limits.start(), limits.end());
        table.mistakes().add(table.span(), what);
    }
    read
}

fn read_pair(header: &Text, with: &Text, mistakes: &Mistakes) -> Option<Pair> {
    let header = pattern(header, mistakes);
    let with = if with.value == "left" {
        Some(PairedWith::Left)
    } else {
        pattern(with, mistakes).map(PairedWith::Under)
    };
    Some(Pair { header: header?, with: with? })
}
