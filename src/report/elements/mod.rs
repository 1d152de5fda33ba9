//! The kinds of sheets a workbook may have. One kind, one file, one entry in [`ELEMENTS`]; the cover
//! stands first in every workbook and is declared by nobody.

mod changes;
pub(super) mod cover;
mod data;
mod facts;
mod notes;
mod quality;
mod rates;
mod sources;
mod table;

pub(super) use table::TablePlan;

use std::fmt;

use super::ReportError;
use super::page::Page;
use super::scene::{Known, Scene};
use crate::spec::{Fields, Mistakes, Text};
use crate::text::Label;

/// Every kind of sheet.
pub(super) const ELEMENTS: &[ElementKind] = &[
    table::KIND,
    facts::KIND,
    data::KIND,
    rates::KIND,
    sources::KIND,
    quality::KIND,
    changes::KIND,
    notes::KIND,
];

/// A kind's entry in the registry.
pub(super) struct ElementKind {
    /// Its value of `kind`, also its file's stem.
    pub(super) name: &'static str,
    /// A `[[report.sheet]]` that reads without a mistake.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the conformance tests"))]
    pub(super) example: &'static str,
    /// Reads the keys of the sheet.
    pub(super) read: fn(&mut Fields<'_>) -> Option<Box<dyn Element>>,
}

/// A sheet as written.
pub(super) trait Element: fmt::Debug + Send + Sync {
    /// The tables it shows.
    fn tables(&self) -> Vec<Text> {
        Vec::new()
    }
    /// Resolves every name and type.
    fn plan(&self, known: &Known<'_>, mistakes: &Mistakes) -> Option<Box<dyn Planned>>;
}

/// A sheet whose names and types are known.
pub(super) trait Planned: fmt::Debug + Send + Sync {
    /// The tables it shows.
    fn tables(&self) -> Vec<String> {
        Vec::new()
    }
    /// The wished sheet name, where it shows a table.
    fn name(&self) -> Option<&str> {
        None
    }
    /// Columns of its table and their headings.
    fn headings(&self) -> Vec<(String, Label)> {
        Vec::new()
    }
    /// Notes of the pipeline file under it.
    fn notes(&self) -> &[String] {
        &[]
    }
    /// Its pages; several where the rows do not fit on one sheet.
    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError>;
}

/// Reads one `[[report.sheet]]`; without `kind` it is a table.
pub(super) fn read(mut fields: Fields<'_>) -> Option<Box<dyn Element>> {
    let words: Vec<(&str, &ElementKind)> = ELEMENTS.iter().map(|kind| (kind.name, kind)).collect();
    let kind = if fields.has("kind") { fields.choice("kind", &words)? } else { ELEMENTS.first()? };
    let element = (kind.read)(&mut fields);
    fields.finish();
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_reads_without_a_mistake() {
        for kind in ELEMENTS {
            let mistakes = Mistakes::default();
            let node = crate::spec::parse(kind.example, &mistakes);
            let element = Fields::open(&node, "[[report.sheet]]", &mistakes).and_then(read);
            assert!(element.is_some(), "{}", kind.name);
            assert_eq!(mistakes.into_sorted(), [], "{}", kind.name);
        }
    }
}
