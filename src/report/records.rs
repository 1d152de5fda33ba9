//! The rows of a table sheet: rows of the table, chosen and ordered, or pivoted so that the members of one
//! column stand side by side.

use std::collections::BTreeMap;

use super::ReportError;
use super::columns::{ColumnPlan, Pivoted, split_field};
use super::rows::SortKey;
use super::value::{Value, View};

/// A pivot whose names are known.
#[derive(Clone, Debug)]
pub(super) struct PivotPlan {
    /// Columns that identify a row of the sheet.
    pub(super) rows: Vec<String>,
    /// The column whose values stand side by side.
    pub(super) columns: String,
    /// Those of its values that the sheet shows.
    pub(super) members: Vec<String>,
}

/// One row of a sheet.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// A row of the table that holds the row's own columns.
    row: usize,
    /// For each member of a pivot, the row of the table that holds its figures.
    members: Vec<Option<usize>>,
}

impl Record {
    /// The row of the table that a column of this record comes from.
    pub(super) fn source(&self, column: &ColumnPlan, pivot: Option<&PivotPlan>) -> Option<usize> {
        self.source_of(column.member.as_deref(), pivot)
    }

    fn source_of(&self, member: Option<&str>, pivot: Option<&PivotPlan>) -> Option<usize> {
        let (Some(member), Some(pivot)) = (member, pivot) else { return Some(self.row) };
        let place = pivot.members.iter().position(|known| known == member)?;
        self.members.get(place).copied().flatten()
    }

    /// Every row of the table that it shows.
    pub(super) fn sources(&self) -> impl Iterator<Item = usize> {
        let alone = self.members.is_empty().then_some(self.row);
        self.members.iter().copied().flatten().chain(alone)
    }
}

/// The records of a sheet without a pivot.
pub(super) fn plain(rows: Vec<usize>) -> Vec<Record> {
    rows.into_iter().map(|row| Record { row, members: Vec::new() }).collect()
}

/// The records of a pivoted sheet, in the order in which their keys first appear.
pub(super) fn pivoted(
    pivot: &PivotPlan,
    rows: &[usize],
    view: &View<'_>,
    sheet: &str,
) -> Result<Vec<Record>, ReportError> {
    let mut records: Vec<Record> = Vec::new();
    let mut places: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for &row in rows {
        let member = key_text(&view.value(&pivot.columns, row));
        let Some(place) = pivot.members.iter().position(|known| *known == member) else { continue };
        let key: Vec<String> = pivot.rows.iter().map(|column| key_text(&view.value(column, row))).collect();
        let index = *places.entry(key.clone()).or_insert(records.len());
        if index == records.len() {
            records.push(Record { row, members: vec![None; pivot.members.len()] });
        }
        let Some(cell) = records.get_mut(index).and_then(|record| record.members.get_mut(place)) else {
            continue;
        };
        if cell.replace(row).is_some() {
            return Err(ReportError::CellTaken {
                sheet: sheet.to_owned(),
                table: view.table.name.clone(),
                row: key.join(", "),
                member,
            });
        }
    }
    Ok(records)
}

/// A value as part of a key.
pub(super) fn key_text(value: &Value) -> String {
    match value {
        Value::Missing => String::new(),
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Exact(number) => number.plain(),
        Value::Ratio(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Truth(truth) => truth.to_string(),
    }
}

/// Sorts records by the keys, keeping the order of equal ones.
pub(super) fn sort(records: &mut [Record], keys: &[SortKey], pivot: Option<&PivotPlan>, view: &View<'_>) {
    let pivoted = if pivot.is_some() { Pivoted::Yes } else { Pivoted::No };
    let fields: Vec<(&SortKey, String, Option<String>)> = keys
        .iter()
        .map(|key| {
            let (column, member) = split_field(&key.field.value, pivoted);
            (key, column, member)
        })
        .collect();
    let value = |record: &Record, column: &str, member: Option<&str>| {
        record.source_of(member, pivot).map_or(Value::Missing, |row| view.value(column, row))
    };
    records.sort_by(|a, b| {
        fields
            .iter()
            .map(|(key, column, member)| {
                key.compare(&value(a, column, member.as_deref()), &value(b, column, member.as_deref()))
            })
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
}
