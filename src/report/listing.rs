//! A plain listing: title, header, rows of text and numbers, all known beforehand. Facts, rates, sources
//! and checks are listings.

use super::language::label;
use super::page::{Cell, Content, Page, Row, Widths, height_of, note_rows};
use super::scene::Scene;
use super::style::{Align, Style, TILE};
use super::width::lines_in;
use super::words::NO_ROWS;
use crate::finding::Words;
use crate::spec::Fields;
use crate::text::Label;

/// The widest column of text; longer text breaks into lines.
const WIDEST: f64 = 44.0;

/// Name and title of a sheet that needs neither to be declared.
#[derive(Clone, Debug)]
pub(super) struct Naming {
    /// The wished sheet name.
    pub(super) name: String,
    /// Its title.
    pub(super) title: Label,
}

impl Naming {
    /// Reads `name` and `title`; those given here where they are not declared.
    pub(super) fn read(fields: &mut Fields<'_>, name: &str, title: &Words) -> Self {
        Self {
            name: fields.text("name").map_or_else(|| name.to_owned(), |name| name.value),
            title: fields.label("title").unwrap_or_else(|| label(title)),
        }
    }
}

/// A column of a listing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    /// What it is called.
    pub(super) words: Words,
    /// Where its cells stand.
    pub(super) align: Align,
    /// The most it may grow to, in column units.
    pub(super) widest: f64,
}

impl Heading {
    /// A column of text.
    pub(super) const fn text(words: Words) -> Self {
        Self { words, align: Align::Left, widest: WIDEST }
    }

    /// A column of numbers.
    pub(super) const fn number(words: Words) -> Self {
        Self { words, align: Align::Right, widest: WIDEST }
    }

    /// With another limit.
    pub(super) const fn up_to(self, widest: f64) -> Self {
        Self { widest, ..self }
    }
}

/// One row of a listing.
pub(super) enum Item {
    /// A heading over a group of rows.
    Section(String),
    /// Cells, with the text that each shows.
    Row(Vec<Entry>),
}

/// A cell and the text it shows.
pub(super) struct Entry {
    cell: Cell,
    shown: String,
}

impl Entry {
    /// Text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::styled(text, Style::body())
    }

    /// Text in a style of its own.
    pub(super) fn styled(text: impl Into<String>, style: Style) -> Self {
        let shown = text.into();
        Self { cell: Cell::text(shown.clone(), style.wrapped()), shown }
    }

    /// A whole count.
    pub(super) fn count(count: u64) -> Self {
        Self { cell: Cell::count(count, Style::body()), shown: format!("{count},,") }
    }

    /// A cell made elsewhere.
    pub(super) fn cell(cell: Cell, shown: impl Into<String>) -> Self {
        Self { cell, shown: shown.into() }
    }
}

/// A listing before it is laid out.
pub(super) struct Listing {
    /// Its name and title.
    pub(super) naming: Naming,
    /// Lines under the title.
    pub(super) notes: Vec<String>,
    /// Its columns.
    pub(super) headings: Vec<Heading>,
    /// Its rows.
    pub(super) items: Vec<Item>,
    /// Columns that stay in view.
    pub(super) frozen: u16,
}

impl Listing {
    /// Lays it out. The second value is the row of the sheet on which each item stands.
    pub(super) fn page<'a>(self, scene: &Scene<'_>) -> (Page<'a>, Vec<u32>) {
        let widths = self.widths(scene);
        let head = self.head(scene, &widths);
        let headings = self.headings;
        let align = |place: usize| headings.get(place).map_or(Align::Left, |heading| heading.align);
        let mut places = Vec::new();
        let mut body = Vec::new();
        for item in self.items {
            places.push(Page::sheet_row(head.len(), body.len()));
            match item {
                Item::Section(text) => {
                    let style = Style { fill: Some(TILE), ..Style::body().bold() };
                    let mut cells = vec![Cell::text(text, style.clone())];
                    cells.extend((1..headings.len()).map(|_| Cell::blank(style.clone())));
                    body.push(Row::new(21.0, cells));
                }
                Item::Row(entries) => {
                    let cells: Vec<Cell> = entries
                        .into_iter()
                        .enumerate()
                        .map(|(place, entry)| {
                            let align = align(place);
                            let indent = indent(align, place);
                            Cell { style: entry.cell.style.align(align, indent), ..entry.cell }
                        })
                        .collect();
                    body.push(Row::fitted(cells, &widths));
                }
            }
        }
        if body.is_empty() {
            body.push(Row::line(20.0, scene.languages.sentence(&NO_ROWS), Style::note()));
        }
        let mut page = Page::still(self.naming.name, self.naming.title, widths, head, body);
        page.frozen = Some(self.frozen);
        (page, places)
    }

    fn widths(&self, scene: &Scene<'_>) -> Vec<f64> {
        let mut widths = Widths::new(self.headings.len(), 7.0);
        for (place, heading) in self.headings.iter().enumerate() {
            widths.fit_indented(place, &heading_text(heading, scene), 2, heading.widest);
        }
        for item in &self.items {
            let Item::Row(entries) = item else { continue };
            for (place, entry) in entries.iter().enumerate() {
                let widest = self.headings.get(place).map_or(WIDEST, |heading| heading.widest);
                widths.fit_indented(place, &entry.shown, 2, widest);
            }
        }
        widths.spread()
    }

    fn head(&self, scene: &Scene<'_>, widths: &[f64]) -> Vec<Row> {
        let languages = scene.languages;
        let mut rows = vec![Row::line(30.0, languages.first(&self.naming.title), Style::title())];
        let rest = languages.rest(&self.naming.title);
        if !rest.is_empty() {
            rows.push(Row::line(18.0, rest, Style::subtitle()));
        }
        rows.extend(note_rows(self.notes.iter().map(String::as_str), widths, &Style::note()));
        rows.push(Row::gap(6.0));
        let mut lines = 1;
        let mut cells = Vec::new();
        for (place, heading) in self.headings.iter().enumerate() {
            let text = heading_text(heading, scene);
            lines = lines.max(lines_in(&text, widths.get(place).copied().unwrap_or(WIDEST)));
            let indent = indent(heading.align, place);
            let style = Style::header().align(heading.align, indent);
            cells.push(Cell { content: Content::Text(text), style });
        }
        rows.push(Row::new(height_of(lines, 22.0), cells));
        rows
    }
}

/// Text right of a number would touch it without.
fn indent(align: Align, place: usize) -> u8 {
    if align == Align::Left && place > 0 { 2 } else { 0 }
}

fn heading_text(heading: &Heading, scene: &Scene<'_>) -> String {
    scene.languages.stacked(&label(&heading.words))
}
