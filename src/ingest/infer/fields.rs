//! Columns that identify a figure or go with it, and what row labels mean.

use crate::measure::{find_periods, read_period};
use crate::table::address;

use super::super::header::HeaderColumn;
use super::super::layout::{Block, is_blank};
use super::super::rows::bare_label;
use super::column::{Class, ColumnFacts};
use super::known::Taken;
use super::measures::{holds_figures, singular};
use super::names::{is_total, is_year, slug};
use super::sketch::Scene;
use super::{Line, LineValue, as_pattern, quoted};

/// Whether a column holds the labels of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsLabel {
    Yes,
    No,
}

/// Rows named by rules of their own.
const RULES: usize = 10;

impl Scene<'_> {
    /// A column that identifies a figure.
    pub(super) fn dim(&self, facts: &ColumnFacts, is_label: IsLabel, taken: &mut Taken) -> Line {
        let header = header_of(&facts.header);
        let letters = facts.letters();
        let seen = format!("{letters}: {} cells, {} different", facts.filled, facts.values.len());
        let named = |base: &str, taken: &mut Taken| {
            let own = facts.header.own().trim_end_matches(" (Labels)").trim_end_matches(" (Codes)");
            taken.name(&slug(own).unwrap_or_else(|| base.to_owned()))
        };
        match facts.class() {
            Class::Period => {
                let name = taken.name("time_period");
                let year = facts.year.as_ref().filter(|_| facts.parts > 0);
                let year = year.map_or_else(String::new, |place| format!(", year = {}", quoted(place)));
                let settings = format!("{{ from = {header}, type = \"period\"{year} }}");
                Line::plain(format!("dim.{name}"), settings).because(format!(
                    "{letters}: {} of {} cells are periods",
                    facts.periods.max(facts.years) + facts.parts,
                    facts.filled
                ))
            }
            Class::Date => {
                let name = named("day", taken);
                if facts.is_serial() {
                    let settings = format!("{{ from = {header}, type = \"date\", numbers = \"read\" }}");
                    return Line::plain(format!("dim.{name}"), settings)
                        .because(seen)
                        .decide("numbers are taken for days as a workbook counts them: 45352 is 2024-03-01");
                }
                Line::plain(format!("dim.{name}"), format!("{{ from = {header}, type = \"date\" }}"))
                    .because(format!("{letters}: {} of {} cells are dates", facts.dates, facts.filled))
            }
            Class::Code => {
                let name = named("code", taken);
                // Among codes as text a single number is damaged: it stays one for a person to mend.
                if facts.bare_numbers == facts.said() {
                    let width = facts.longest;
                    let settings = format!(
                        "{{ from = {header}, type = \"code\", width = {width}, numbers = \"read\" }}"
                    );
                    return Line::plain(format!("dim.{name}"), settings).because(seen).decide(format!(
                        "numbers have lost the zeros in front: how long is a code? {width} is the longest here"
                    ));
                }
                let width = facts.width.map_or_else(String::new, |width| format!(", width = {width}"));
                Line::plain(format!("dim.{name}"), format!("{{ from = {header}, type = \"code\"{width} }}"))
                    .because(seen)
            }
            _ => {
                let coverage = self.coverage(facts.values.iter().map(String::as_str));
                if let Some(list) = coverage.whole() {
                    let name = taken.name(&singular(list));
                    return Line::plain(
                        format!("dim.{name}"),
                        format!("{{ from = {header}, codes = {} }}", quoted(list)),
                    )
                    .because(format!("{seen}, all in the list"));
                }
                // Labels are looked up without 其中 and what their last brackets hold.
                let bare: Vec<_> = facts.values.iter().map(|text| bare_label(text)).collect();
                let as_labels = self.coverage(bare.iter().map(AsRef::as_ref));
                if let (IsLabel::Yes, Some(list)) = (is_label, as_labels.whole()) {
                    let name = taken.name(&singular(list));
                    let settings = format!("{{ from = \"label\", codes = {} }}", quoted(list));
                    return Line::plain(format!("dim.{name}"), settings)
                        .because(format!("{seen}, all in the list"));
                }
                let name = named("label", taken);
                Line::plain(format!("dim.{name}"), format!("{{ from = {header} }}"))
                    .because(seen)
                    .decide(coverage.told())
            }
        }
    }

    pub(super) fn attr(&self, facts: &ColumnFacts, taken: &mut Taken) -> Line {
        let header = header_of(&facts.header);
        let base =
            slug(&facts.header.name()).unwrap_or_else(|| format!("text_{}", facts.letters().to_lowercase()));
        let name = taken.name(&base);
        let coverage = self.coverage(facts.values.iter().map(String::as_str));
        let told = coverage.whole().map(|list| format!("codes = {} knows all names", quoted(list)));
        let missing: Vec<String> = facts.missing.keys().map(|marker| quoted(marker)).collect();
        let missing =
            if missing.is_empty() { String::new() } else { format!(", missing = [{}]", missing.join(", ")) };
        let kind = match facts.class() {
            Class::Period if facts.periods.max(facts.years) == facts.said() => {
                format!(", type = \"period\"{missing}")
            }
            Class::Date if facts.dates == facts.said() => format!(", type = \"date\"{missing}"),
            _ => String::new(),
        };
        Line::plain(format!("attr.{name}"), format!("{{ from = {header}{kind} }}"))
            .because(format!("{}: {} cells, {} different", facts.letters(), facts.filled, facts.values.len()))
            .decide(told.unwrap_or_else(|| coverage.told()))
    }

    /// What labels mean: totals, and labels of a column of periods that hold a period among other words.
    pub(super) fn rules(&self, columns: &[ColumnFacts], rows: &[u32], blocks: &[Block]) -> Vec<Line> {
        let Some(label) = columns.first() else { return Vec::new() };
        let (mut rules, mut places) = (Vec::new(), Vec::new());
        let (mut decide, period) = (String::new(), label.class() == Class::Period);
        for cell in rows.iter().filter_map(|row| self.grid.cell(*row, label.header.col)) {
            let text = cell.printed().trim().to_owned();
            let again = || {
                let block = blocks.iter().find(|block| block.data.contains(&cell.row));
                let own = rows.iter().filter(|row| block.is_some_and(|block| block.data.contains(row)));
                let labels = own.filter_map(|row| self.grid.cell(*row, label.header.col));
                labels.filter(|other| other.printed().trim() == text).count() > 1
            };
            let rule = if is_total(&text) && again() {
                "a total that stands more than once is left out".clone_into(&mut decide);
                format!("{{ match = {}, role = \"total\" }}", quoted(&as_pattern(&text)))
            } else if is_total(&text) && (period || self.bare(cell.row, columns)) {
                format!("{{ match = {}, role = \"total\" }}", quoted(&as_pattern(&text)))
            } else if is_total(&text) {
                "keep = true reads totals as figures of their own; without it they are left out"
                    .clone_into(&mut decide);
                format!("{{ match = {}, role = \"total\", keep = true }}", quoted(&as_pattern(&text)))
            } else if period && !is_blank(&cell) && read_period(&text).is_err() {
                let found = find_periods(&text);
                let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                let year = Some(digits).filter(|year| is_year(year));
                let one = match (found.as_slice(), year) {
                    ([one], _) => one.to_string(),
                    ([], Some(year)) => year,
                    _ => continue,
                };
                "what else do these labels say of the figures?".clone_into(&mut decide);
                format!("{{ match = {}, time_period = \"{one}\" }}", quoted(&as_pattern(&text)))
            } else {
                continue;
            };
            if !rules.contains(&rule) && rules.len() < RULES {
                rules.push(rule);
                places.push(address(cell.row, cell.col));
            }
        }
        if rules.is_empty() {
            return Vec::new();
        }
        let line = Line::new("rows", LineValue::List(rules));
        vec![line.because(format!("labels in {}", places.join(", "))).decide(decide)]
    }

    /// Whether a row lacks most of what identifies the others: it is a total of them and no figure of its own.
    fn bare(&self, row: u32, columns: &[ColumnFacts]) -> bool {
        let texts = columns.iter().filter(|facts| !holds_figures(facts) && facts.class() != Class::Empty);
        let (mut filled, mut all) = (0, 0);
        for facts in texts {
            all += 1;
            filled += usize::from(self.grid.cell(row, facts.header.col).is_some_and(|cell| !is_blank(&cell)));
        }
        filled * 2 < all
    }
}

/// A column as a place: by its header, or as the labels, which need none.
pub(super) fn header_of(column: &HeaderColumn) -> String {
    if column.name().is_empty() {
        return quoted("label");
    }
    quoted(&format!("header:{}", as_pattern(&column.name())))
}
