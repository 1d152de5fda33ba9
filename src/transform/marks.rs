//! What goes along with an aggregate: status, note, and whether its group is partial. A figure with marked or
//! missing parts, or of a partial group, is estimated (E). One of nothing has the status its parts agree in:
//! what is suppressed or not applicable everywhere stays so; else it is missing (O).

use polars::prelude::*;

use crate::table::{Column as TableColumn, ColumnType, Companion, Schema};

use super::StepError;
use super::columns::{PARTIAL, text_with_any};
use super::groups::Groups;

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

    /// The columns it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = &String> {
        [&self.status, &self.note, &self.partial].into_iter().flatten()
    }

    /// The marks of every group: `there` says which rows have a figure, `empty` which groups have no
    /// aggregate, and `lacks` what a group has of what it should have.
    pub(super) fn columns(
        &self,
        frame: &DataFrame,
        there: &BooleanChunked,
        groups: &Groups,
        (empty, lacks): (Option<&BooleanChunked>, &[Option<String>]),
    ) -> Result<Vec<Column>, StepError> {
        let parts = self.parts(frame, there, groups)?;
        let made = parts.iter().enumerate().map(|(at, parts)| {
            let is_empty = empty.and_then(|empty| empty.get(at)) == Some(true);
            parts.group(is_empty, lacks.get(at).cloned().flatten())
        });
        let made: Vec<Group<'_>> = made.collect();
        let column = |end: &str, texts: Vec<Option<&str>>| {
            Series::new(format!("{}{end}", self.name).into(), texts).into_column()
        };
        let mut columns = Vec::new();
        if self.status.is_some() || self.has_partial() {
            columns.push(column("_status", made.iter().map(|group| Some(group.status)).collect()));
        }
        if self.has_note() {
            columns.push(column("_note", made.iter().map(|group| group.note.as_deref()).collect()));
        }
        if self.has_partial() {
            columns.push(column(PARTIAL, made.iter().map(|group| group.partial.as_deref()).collect()));
        }
        Ok(columns)
    }

    /// What the rows of every group say.
    fn parts<'a>(
        &self,
        frame: &'a DataFrame,
        there: &BooleanChunked,
        groups: &Groups,
    ) -> Result<Vec<Parts<'a>>, StepError> {
        let mut all = groups.fold(Parts::default(), there.iter(), |parts, there| {
            parts.rows += 1;
            parts.marked |= there != Some(true);
            Ok(())
        })?;
        if let Some(statuses) = text_with_any(frame, self.status.as_deref())? {
            groups.each(&mut all, statuses.iter(), |parts, status| {
                parts.marked |= status.is_some_and(|status| status != "A");
                parts.status.add(status);
                Ok(())
            })?;
        }
        if let Some(notes) = text_with_any(frame, self.note.as_deref())? {
            groups.each(&mut all, notes.iter(), |parts, note| {
                parts.noted += usize::from(note.is_some());
                parts.marked |= note.is_some();
                Ok(())
            })?;
        }
        if let Some(partials) = text_with_any(frame, self.partial.as_deref())? {
            groups.each(&mut all, partials.iter(), |parts, partial| {
                parts.partial += usize::from(partial.is_some());
                Ok(())
            })?;
        }
        Ok(all)
    }
}

/// What the rows of a group say.
#[derive(Clone, Default)]
struct Parts<'a> {
    rows: usize,
    /// Rows with a note.
    noted: usize,
    /// Rows that are partial themselves.
    partial: usize,
    /// Whether any row has no figure, or one that is marked.
    marked: bool,
    status: Shared<'a>,
}

/// The status of the rows of a group.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Shared<'a> {
    /// No row was seen.
    #[default]
    Unseen,
    /// That of all rows.
    One(Option<&'a str>),
    /// They differ.
    Several,
}

impl<'a> Shared<'a> {
    fn add(&mut self, status: Option<&'a str>) {
        match *self {
            Self::Unseen => *self = Self::One(status),
            Self::One(known) if known != status => *self = Self::Several,
            Self::One(_) | Self::Several => {}
        }
    }

    /// The status of a sum of nothing: that in which all its parts agree, so that what is suppressed or not
    /// applicable everywhere stays so; else O.
    fn of_nothing(self) -> &'a str {
        let Self::One(status) = self else { return "O" };
        status.filter(|status| !["A", "E", "P", "F"].contains(status)).unwrap_or("O")
    }
}

/// The status of a sum of nothing by the statuses of its parts.
pub(super) fn status_of_nothing<'a>(parts: impl Iterator<Item = Option<&'a str>>) -> &'a str {
    let mut shared = Shared::default();
    parts.for_each(|status| shared.add(status));
    shared.of_nothing()
}

/// The marks of a group.
struct Group<'a> {
    status: &'a str,
    note: Option<String>,
    partial: Option<String>,
}

impl<'a> Parts<'a> {
    fn group(&self, is_empty: bool, lacks: Option<String>) -> Group<'a> {
        let rated = self.noted.checked_sub(self.partial).filter(|marked| *marked > 0);
        let partial = match (lacks, self.partial) {
            (lacks @ Some(_), _) => lacks,
            (None, 0) => None,
            (None, count) => Some(format!("{count} of {} rows partial", self.rows)),
        };
        let rated = rated.map(|marked| format!("{marked} of {} rows at a marked rate", self.rows));
        let notes: Vec<String> = partial.iter().cloned().chain(rated).collect();
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        let status = match (is_empty, partial.is_some() || self.marked) {
            (true, _) => self.status.of_nothing(),
            (false, true) => "E",
            (false, false) => "A",
        };
        // What has no figure is no part of anything.
        let partial = partial.filter(|_| !is_empty);
        Group { status, note, partial }
    }
}
