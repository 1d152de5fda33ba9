//! What goes along with an aggregate: status, note, and whether its group is partial. A figure with marked or
//! missing parts, or of a partial group, is estimated (E). One of nothing has the status its parts agree in:
//! what is suppressed or not applicable everywhere stays so; else it is missing (O).

use polars::prelude::*;

use crate::table::{Column as TableColumn, ColumnType, Companion, Schema};

use super::StepError;
use super::columns::PARTIAL;

/// The columns that go with one aggregate, and those of the figures it is made of.
#[derive(Debug)]
pub(super) struct Marks {
    name: String,
    status: Option<String>,
    note: Option<String>,
    partial: Option<String>,
    /// Whether the step says what a whole group is.
    judged: bool,
}

impl Marks {
    /// The marks of an aggregate of the column `of`; without one its parts have none.
    pub(super) fn of(name: &str, of: Option<&str>, schema: &Schema, judged: bool) -> Self {
        let find = |end: &str| of.map(|of| format!("{of}{end}")).filter(|name| schema.has(name));
        let (status, note, partial) = (find("_status"), find("_note"), find(PARTIAL));
        Self { name: name.to_owned(), status, note, partial, judged }
    }

    fn has_note(&self) -> bool {
        self.note.is_some() || self.has_partial()
    }

    fn has_partial(&self) -> bool {
        self.partial.is_some() || self.judged
    }

    /// Declares the columns, in the order in which [`Marks::columns`] makes them.
    pub(super) fn declare(&self, schema: &mut Schema, column_type: ColumnType) {
        if self.status.is_some() || self.has_partial() {
            schema.put(TableColumn::companion(Companion::Status, &self.name, column_type));
        }
        if self.has_note() {
            schema.put(TableColumn::attribute(format!("{}_note", self.name), ColumnType::Text));
        }
        if self.has_partial() {
            schema.put(TableColumn::attribute(format!("{}{PARTIAL}", self.name), ColumnType::Text));
        }
    }

    /// The marks of every group: `there` says which rows have a figure, `empty` which groups have no
    /// aggregate, and `lacks` what a group has of what it should have.
    pub(super) fn columns(
        &self,
        frame: &DataFrame,
        there: &BooleanChunked,
        rows: &[Vec<usize>],
        (empty, lacks): (Option<&BooleanChunked>, &[Option<String>]),
    ) -> Result<Vec<Column>, StepError> {
        let texts = |name: &Option<String>| -> Result<Vec<Option<&str>>, StepError> {
            let Some(name) = name else { return Ok(Vec::new()) };
            Ok(super::columns::text(frame, name)?.iter().collect())
        };
        let parts = Parts {
            status: texts(&self.status)?,
            note: texts(&self.note)?,
            partial: texts(&self.partial)?,
            there,
        };
        let groups: Vec<Group> = rows
            .iter()
            .enumerate()
            .map(|(at, rows)| {
                let is_empty = empty.and_then(|empty| empty.get(at)) == Some(true);
                parts.group(rows, is_empty, lacks.get(at).cloned().flatten())
            })
            .collect();
        let column = |end: &str, texts: Vec<Option<String>>| {
            Series::new(format!("{}{end}", self.name).into(), texts).into_column()
        };
        let mut columns = Vec::new();
        if self.status.is_some() || self.has_partial() {
            columns.push(column("_status", groups.iter().map(|group| Some(group.status.clone())).collect()));
        }
        if self.has_note() {
            columns.push(column("_note", groups.iter().map(|group| group.note.clone()).collect()));
        }
        if self.has_partial() {
            columns.push(column(PARTIAL, groups.into_iter().map(|group| group.partial).collect()));
        }
        Ok(columns)
    }
}

/// The marks of the rows that make a group.
struct Parts<'a> {
    status: Vec<Option<&'a str>>,
    note: Vec<Option<&'a str>>,
    partial: Vec<Option<&'a str>>,
    there: &'a BooleanChunked,
}

/// The marks of a group.
struct Group {
    status: String,
    note: Option<String>,
    partial: Option<String>,
}

impl Parts<'_> {
    fn group(&self, rows: &[usize], is_empty: bool, lacks: Option<String>) -> Group {
        let said = |texts: &[Option<&str>]| {
            rows.iter().filter(|row| texts.get(**row).is_some_and(Option::is_some)).count()
        };
        let rated = said(&self.note).checked_sub(said(&self.partial)).filter(|marked| *marked > 0);
        let partial = match (lacks, said(&self.partial)) {
            (lacks @ Some(_), _) => lacks,
            (None, 0) => None,
            (None, count) => Some(format!("{count} of {} rows partial", rows.len())),
        };
        let rated = rated.map(|marked| format!("{marked} of {} rows at a marked rate", rows.len()));
        let notes: Vec<String> = partial.iter().cloned().chain(rated).collect();
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        let marked = |row: &usize| {
            let status = self.status.get(*row).copied().flatten();
            status.is_some_and(|status| status != "A")
                || self.note.get(*row).is_some_and(Option::is_some)
                || self.there.get(*row) != Some(true)
        };
        let status = match (is_empty, partial.is_some() || rows.iter().any(marked)) {
            (true, _) => status_of_nothing(rows.iter().map(|row| self.status.get(*row).copied().flatten())),
            (false, true) => "E",
            (false, false) => "A",
        };
        // What has no figure is no part of anything.
        let partial = partial.filter(|_| !is_empty);
        Group { status: status.to_owned(), note, partial }
    }
}

/// The status of a sum of nothing: that in which all its parts agree, so that what is suppressed or not
/// applicable everywhere stays so; else O.
pub(super) fn status_of_nothing<'a>(mut parts: impl Iterator<Item = Option<&'a str>>) -> &'a str {
    let first = parts.next().flatten().filter(|first| !["A", "E", "P", "F"].contains(first));
    first.filter(|first| parts.all(|status| status == Some(*first))).unwrap_or("O")
}
