//! Where the unit of a figure stands, as declared: one place or several, for all columns or by their header.

use crate::spec::{Fields, NodeKind};
use crate::text::Pattern;

use super::header::HeaderColumn;
use super::locator::{Locator, pattern};

/// The places of the units of a measure, by the header of the column; without a header for every column.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitPlaces(Vec<(Option<Pattern>, Vec<Locator>)>);

impl UnitPlaces {
    /// Reads `unit = "header"`, `unit = ["cell:…", "title"]` or `unit = { "签约额" = "column:…", "*" = "header" }`.
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let mistakes = fields.mistakes();
        let Some(node) = fields.any("unit") else { return Self::default() };
        let NodeKind::Table(entries) = &node.kind else {
            return Self(vec![(None, Locator::read_all("unit", node, mistakes))]);
        };
        let by_header = entries.iter().filter_map(|entry| {
            let places = Locator::read_all("unit", &entry.value, mistakes);
            Some((Some(pattern(&entry.key, mistakes)?), places))
        });
        Self(by_header.collect())
    }

    /// Whether no place is declared.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a unit may stand in the row's label.
    pub(super) fn reads_label(&self) -> bool {
        self.all().any(|place| matches!(place, Locator::Label))
    }

    /// What a row among the data says that gives the unit of the rows below.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Pattern> {
        self.all().filter_map(|place| match place {
            Locator::Row(pattern) => Some(pattern),
            _ => None,
        })
    }

    /// Every place in which a unit may stand.
    pub(super) fn all(&self) -> impl Iterator<Item = &Locator> {
        self.0.iter().flat_map(|(_, places)| places)
    }

    /// The places for a column: those of the first header that matches.
    pub(super) fn of(&self, column: &HeaderColumn) -> &[Locator] {
        let found = self.0.iter().find(|(header, _)| header.as_ref().is_none_or(|header| column.is(header)));
        found.map_or(&[], |(_, places)| places)
    }
}
