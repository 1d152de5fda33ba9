//! What an element may see: tables and names when it is planned, data when it is rendered.

use std::collections::BTreeMap;

use super::elements::Planned;
use super::language::Languages;
use super::page::Wanted;
use super::value::View;
use super::{ReportData, ReportError, Sample, Shapes};
use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, Schema};
use crate::text::Label;

/// What is known when a report is planned.
#[derive(Debug)]
pub(super) struct Known<'a> {
    /// Tables.
    pub(super) shapes: &'a Shapes,
    /// Names of code lists.
    pub(super) lists: &'a [&'a str],
}

impl Known<'_> {
    /// The shape of a table; an unknown name is a mistake.
    pub(super) fn shape(&self, name: &Text, mistakes: &Mistakes) -> Option<(&Schema, Sample)> {
        let found = self.shapes.get(&name.value).map(|(schema, sample)| (schema, *sample));
        if found.is_none() {
            let names = self.shapes.keys().map(String::as_str);
            mistakes.unknown(name.span.clone(), "table", &name.value, names);
        }
        found
    }

    /// Checks the name of a code list.
    pub(super) fn list(&self, name: &Text, mistakes: &Mistakes) {
        if !self.lists.contains(&name.value.as_str()) {
            let names = self.lists.iter().copied();
            mistakes.unknown(name.span.clone(), "code list", &name.value, names);
        }
    }
}

/// The type of a column; an unknown name is a mistake.
pub(super) fn column_type(
    schema: &Schema,
    name: &str,
    written: &Text,
    mistakes: &Mistakes,
) -> Option<ColumnType> {
    let found = schema.get(name).map(|column| column.column_type);
    if found.is_none() {
        mistakes.unknown(written.span.clone(), "column", name, schema.names());
    }
    found
}

/// What is there when a report is rendered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    /// The data.
    pub(super) data: &'a ReportData<'a>,
    /// The report's languages.
    pub(super) languages: &'a Languages,
    /// Figures that the cover refers to.
    pub(super) wanted: &'a Wanted,
    /// Body lines on one sheet.
    pub(super) lines_per_sheet: usize,
    /// The tables that the report shows.
    pub(super) shown: &'a [String],
    /// Where, and under which headings.
    pub(super) directory: &'a Directory,
}

/// Which sheet shows a table, and under which heading each of its columns.
#[derive(Debug, Default)]
pub(super) struct Directory {
    sheets: Vec<(String, String)>,
    labels: BTreeMap<(String, String), Label>,
    notes: Vec<(String, String)>,
}

impl Directory {
    /// Of the sheets of a workbook; the first sheet that shows a table counts.
    pub(super) fn new(sheets: &[Box<dyn Planned>]) -> Self {
        let mut directory = Self::default();
        for sheet in sheets {
            let name = sheet.name().unwrap_or_default();
            directory.notes.extend(sheet.notes().iter().map(|note| (name.to_owned(), note.clone())));
            for table in sheet.tables() {
                for (column, label) in sheet.headings() {
                    directory.labels.entry((table.clone(), column)).or_insert(label);
                }
                if !directory.sheets.iter().any(|(known, _)| *known == table) {
                    directory.sheets.push((table, name.to_owned()));
                }
            }
        }
        directory
    }

    /// The tables in the order of the sheets.
    pub(super) fn tables(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(table, _)| table.as_str())
    }

    /// The sheet that shows a table.
    pub(super) fn sheet(&self, table: &str) -> Option<&str> {
        let found = self.sheets.iter().find(|(known, _)| known == table);
        found.map(|(_, sheet)| sheet.as_str()).filter(|sheet| !sheet.is_empty())
    }

    /// The notes that the pipeline file sets under sheets: sheet and note.
    pub(super) fn notes(&self) -> &[(String, String)] {
        &self.notes
    }

    /// Whether a sheet shows a column: all columns of a table that stands without headings of its own.
    pub(super) fn shows(&self, table: &str, column: &str) -> bool {
        self.label(table, column).is_some() || !self.labels.keys().any(|(known, _)| known == table)
    }

    /// The heading of a column.
    pub(super) fn label(&self, table: &str, column: &str) -> Option<&Label> {
        self.labels.get(&(table.to_owned(), column.to_owned()))
    }
}

impl<'a> Scene<'a> {
    /// A table by name.
    pub(super) fn view(&self, name: &str) -> Result<View<'a>, ReportError> {
        view(self.data, name)
    }
}

/// A table by name.
pub(super) fn view<'a>(data: &'a ReportData<'_>, name: &str) -> Result<View<'a>, ReportError> {
    data.tables.get(name).map(View::new).ok_or_else(|| ReportError::TableAbsent { table: name.to_owned() })
}
