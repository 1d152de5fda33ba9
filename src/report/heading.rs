//! What stands above a table: its title in every language of the report, the mark of a sample, where its
//! rows come from, and the header row.

use super::cells::indent;
use super::columns::ColumnPlan;
use super::page::{Cell, Row, height_of, note_rows};
use super::scene::Scene;
use super::style::Style;
use super::width::lines_in;
use super::words::SAMPLE_LINE;
use crate::text::Label;

/// A table's heading.
pub(super) struct Heading<'a> {
    /// Its title.
    pub(super) title: &'a Label,
    /// Whether it shows random data.
    pub(super) sample: bool,
    /// Where its rows come from.
    pub(super) source: String,
    /// Its columns.
    pub(super) columns: &'a [ColumnPlan],
    /// Their widths.
    pub(super) widths: &'a [f64],
}

impl Heading<'_> {
    /// The rows; the last is the header row.
    pub(super) fn rows(&self, scene: &Scene<'_>) -> Vec<Row> {
        let languages = scene.languages;
        let mut rows = vec![Row::line(30.0, languages.first(self.title), Style::title())];
        let rest = languages.rest(self.title);
        if !rest.is_empty() {
            rows.push(Row::line(18.0, rest, Style::subtitle()));
        }
        if self.sample {
            let text = format!("⚠ {}", languages.sentence(&SAMPLE_LINE));
            let mut cells = vec![Cell::text(text, Style::warning())];
            cells.extend(self.columns.iter().skip(1).map(|_| Cell::blank(Style::warning())));
            rows.push(Row::new(20.0, cells));
        }
        rows.extend(note_rows([self.source.as_str()], self.widths, &Style::note()));
        rows.push(Row::gap(6.0));
        let mut lines = 1;
        let mut cells = Vec::new();
        for (column, width) in self.columns.iter().zip(self.widths) {
            let text = languages.stacked(&column.label);
            lines = lines.max(lines_in(&text, *width));
            cells.push(Cell::text(text, Style::header().align(column.role.align(), indent(column))));
        }
        rows.push(Row::new(height_of(lines, 22.0), cells));
        rows
    }
}
