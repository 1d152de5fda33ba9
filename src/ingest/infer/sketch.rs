//! One sheet as lines of a source block.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::{UnitNames, find_periods, read_period};
use crate::table::address;
use crate::text::{CodeList, fold};

use super::super::columns::number;
use super::super::grid::{Cell, Grid};
use super::super::header::HeaderColumn;
use super::super::layout::{Block, find_blocks, is_blank, is_text};
use super::super::reading::NAME_LISTS;
use super::super::spec::TableRule;
use super::column::{Class, ColumnFacts};
use super::header::{self, FoundHeader};
use super::measures::{Figures, holds_figures, singular};
use super::names::{is_total, is_year, note_word, slug};
use super::{Line, LineValue, TableSketch, as_pattern, quoted, surroundings};

/// Columns by which the preset layout of facts is known.
const FACTS: &[&str] = &["fact_id", "indicator_id", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_VALUE_TEXT"];
/// Names of columns that Amur gives.
const RESERVED: &[&str] = &["freq", "as_stated", "unit_measure", "currency", "origin", "source", "file"];
/// Names that are shown of those a list does not know.
const SHOWN: usize = 5;
/// Rows named by rules of their own.
const RULES: usize = 10;

/// A sheet and what is known beside it.
pub(super) struct Scene<'a> {
    pub(super) grid: &'a Grid,
    pub(super) shown: &'a str,
    pub(super) lists: &'a BTreeMap<String, CodeList>,
    pub(super) names: &'a UnitNames,
    pub(super) format: &'a str,
}

/// Rows that some columns do not tell apart.
#[derive(Default)]
struct Repeats {
    rows: usize,
    identical: usize,
    /// Same key, other content.
    apart: usize,
    /// With an empty cell in the key.
    empty: usize,
}

impl Repeats {
    /// Whether it is all but a few rows that differ.
    fn tolerable(&self) -> bool {
        (self.identical + self.apart + self.empty) * 100 <= self.rows
    }
}

/// Names of columns that are in use.
#[derive(Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// The name, with a number where it is in use.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let wanted = if RESERVED.contains(&wanted) { format!("{wanted}_stated") } else { wanted.to_owned() };
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        name
    }
}

/// How many of some names the code list knows that knows most of them.
pub(super) struct Coverage<'a> {
    list: Option<&'a str>,
    known: usize,
    all: usize,
    unknown: Vec<String>,
}

impl<'a> Coverage<'a> {
    /// The list, where it knows all names.
    pub(super) fn whole(&self) -> Option<&'a str> {
        self.list.filter(|_| self.known == self.all)
    }

    /// What a person may decide: a list that knows at least half of the names.
    pub(super) fn told(&self) -> String {
        match self.list {
            Some(list) if self.known < self.all && self.known * 2 >= self.all => {
                let shown: Vec<&str> = self.unknown.iter().take(SHOWN).map(String::as_str).collect();
                format!(
                    "codes = {} knows {} of {} names; not {}",
                    quoted(list),
                    self.known,
                    self.all,
                    shown.join(", ")
                )
            }
            _ => String::new(),
        }
    }
}

impl Scene<'_> {
    /// The lines for this sheet, or why it holds no table.
    pub(super) fn sketch(&self) -> Result<TableSketch, String> {
        let header = header::find(self.grid)?;
        if self.is_facts(header.row) {
            let line = Line::plain("layout", "\"facts\"").because(format!(
                "row {} holds {}",
                header.row + 1,
                FACTS.join(", ")
            ));
            return Ok(TableSketch { sheet: self.grid.sheet.clone(), lines: vec![line] });
        }
        let mut rule = header.rule();
        let blocks = self.blocks(&rule)?;
        let ends = self.ends(&blocks);
        rule.end = ends.iter().filter_map(|(text, _)| crate::text::Pattern::new(text).ok()).collect();
        rule.end_blank = self.end_blank(&self.blocks(&rule)?);
        let blocks = self.blocks(&rule)?;
        let rows: Vec<u32> = blocks
            .iter()
            .flat_map(|block| self.grid.rows().map(|(row, _)| row).filter(|row| block.data.contains(row)))
            .collect();
        let (decimal, decimal_seen) = self.decimal(&rows);
        let columns: Vec<ColumnFacts> = blocks
            .first()
            .map_or(&[][..], |block| &block.columns)
            .iter()
            .map(|column| ColumnFacts::count(self.grid, column, &rows, decimal))
            .collect();
        let figures: Vec<&ColumnFacts> = columns.iter().filter(|facts| holds_figures(facts)).collect();
        if figures.is_empty() {
            return Err(format!("no column below the header in row {} holds figures", header.row + 1));
        }
        let mut lines = self.text_lines((decimal, &decimal_seen));
        lines.extend(self.table_lines(&header, &ends, (&rule, &blocks)));
        lines.extend(self.column_lines(&columns, &blocks, &rows));
        Ok(TableSketch { sheet: self.grid.sheet.clone(), lines })
    }

    /// Whether the columns are those of the preset layout of facts.
    fn is_facts(&self, row: u32) -> bool {
        let texts: Vec<String> = self.grid.row(row).iter().map(Cell::printed).collect();
        FACTS.iter().all(|name| texts.iter().any(|text| text == name))
    }

    fn blocks(&self, rule: &TableRule) -> Result<Vec<Block>, String> {
        find_blocks(self.grid, rule)
            .map_err(|_missing| "the header is not found again by its texts".to_owned())
    }

    /// Texts that end the data, with the first cell of each.
    fn ends(&self, blocks: &[Block]) -> Vec<(String, String)> {
        let mut ends: Vec<(String, String)> = Vec::new();
        for (row, cells) in self.grid.rows() {
            let mut filled = cells.iter().filter(|cell| !is_blank(cell));
            let Some(first) = filled.next().filter(|cell| is_text(cell)) else { continue };
            let inside = blocks.iter().any(|block| block.data.contains(&row));
            if !inside || filled.count() > 1 {
                continue;
            }
            let Some(word) = note_word(&first.printed()) else { continue };
            let pattern = format!("{}*", as_pattern(&word));
            if !ends.iter().any(|(known, _)| *known == pattern) {
                ends.push((pattern, address(first.row, first.col)));
            }
        }
        ends
    }

    /// Whether the data end at a blank row: nothing below it is a number, and none stands above it.
    fn end_blank(&self, blocks: &[Block]) -> Option<u32> {
        let [block] = blocks else { return None };
        let rows: Vec<(u32, &[Cell])> =
            self.grid.rows().filter(|(row, _)| block.data.contains(row)).collect();
        let has_number = |cells: &[Cell]| {
            cells.iter().any(|cell| number(cell, '.').or_else(|_| number(cell, ',')).is_ok())
        };
        let last = rows.iter().rfind(|(_, cells)| has_number(cells)).map(|(row, _)| *row)?;
        let dense = rows.iter().take_while(|(row, _)| *row <= last).count();
        let unbroken = u32::try_from(dense).is_ok_and(|dense| block.data.start + dense == last + 1);
        let next = rows.iter().find(|(row, _)| *row > last).map(|(row, _)| *row)?;
        (unbroken && next > last + 1).then_some(1)
    }

    /// The decimal mark of text, by the cells that are numbers with one and not with the other.
    fn decimal(&self, rows: &[u32]) -> (char, String) {
        let (mut commas, mut points) = (0_usize, 0_usize);
        let mut first = String::new();
        let cells = rows.iter().flat_map(|row| self.grid.row(*row)).filter(|cell| is_text(cell));
        for cell in cells {
            match (number(cell, '.').is_ok(), number(cell, ',').is_ok()) {
                (false, true) => {
                    commas += 1;
                    if first.is_empty() {
                        first = format!("{} in {}", cell.printed().trim(), address(cell.row, cell.col));
                    }
                }
                (true, false) => points += 1,
                _ => {}
            }
        }
        if commas > points { (',', format!("{commas} cells such as {first}")) } else { ('.', String::new()) }
    }

    /// Encoding and decimal mark of a text file.
    fn text_lines(&self, (decimal, seen): (char, &str)) -> Vec<Line> {
        let mut lines = Vec::new();
        let encoding = self.format.split(", ").nth(1).unwrap_or_default().to_lowercase();
        if encoding_rs::Encoding::for_label(encoding.as_bytes()).is_some() && !encoding.starts_with("utf-") {
            let line = Line::plain("encodings", format!("[\"utf-8\", {}]", quoted(&encoding)));
            lines.push(line.because("by its letters; the file itself does not say"));
        }
        if decimal == ',' {
            lines.push(Line::plain("decimal", "\",\"").because(seen));
        }
        lines
    }

    fn table_lines(
        &self,
        header: &FoundHeader,
        ends: &[(String, String)],
        (rule, blocks): (&TableRule, &[Block]),
    ) -> Vec<Line> {
        let labels: Vec<String> = header.labels.iter().map(|label| quoted(label)).collect();
        let found: Vec<String> = blocks
            .iter()
            .map(|block| {
                format!(
                    "header in row {}, data in rows {}-{}",
                    block.header.start + 1,
                    block.header.end + 1,
                    block.data.end
                )
            })
            .collect();
        let mut lines =
            vec![Line::plain("table.labels", format!("[{}]", labels.join(", "))).because(found.join("; "))];
        if header.search_rows() != 20 {
            lines.push(Line::plain("table.search_rows", header.search_rows().to_string()));
        }
        if let Some(rows) = header.rows {
            let seen = "texts stand below the first row of the header";
            lines.push(Line::plain("table.header_rows", rows.to_string()).because(seen));
        }
        if let Some(pair) = &header.pair {
            let line = Line::plain("table.pair", format!("{{ {} = \"left\" }}", quoted(pair)));
            lines.push(line.because("stands more than once, each time behind its figure"));
        }
        if !ends.is_empty() {
            let texts = ends.iter().map(|(text, _)| quoted(text)).collect();
            let places: Vec<&str> = ends.iter().map(|(_, place)| place.as_str()).collect();
            let line = Line::new("table.end", LineValue::List(texts));
            lines.push(line.because(format!("notes from {}", places.join(", "))));
        }
        if let Some(blank) = rule.end_blank {
            let line = Line::plain("table.end_blank", blank.to_string());
            lines.push(line.because("below the blank row stand no numbers"));
        }
        lines
    }

    fn column_lines(&self, columns: &[ColumnFacts], blocks: &[Block], rows: &[u32]) -> Vec<Line> {
        let figures: Vec<&ColumnFacts> = columns.iter().filter(|facts| holds_figures(facts)).collect();
        let [column_unit, column_currency] = self.units_beside(columns, rows.len());
        let mut taken = Taken::default();
        // The period of a row goes before that of the header or the title.
        let mut dims = Vec::new();
        let mut open: Vec<&ColumnFacts> = Vec::new();
        for facts in columns.iter().filter(|facts| !holds_figures(facts) && facts.class() != Class::Empty) {
            let gaps = facts.said() * 50 < rows.len() * 49;
            let again = facts.class() == Class::Period
                && dims.iter().any(|(_, known): &(Line, &ColumnFacts)| known.class() == Class::Period);
            match facts.class() {
                Class::Period | Class::Date | Class::Code if !gaps && !again => {
                    dims.push((self.dim(facts, &mut taken), facts))
                }
                _ => open.push(facts),
            }
        }
        let in_header = Figures {
            scene: self,
            columns: figures,
            around_unit: surroundings::unit(self.grid, blocks, self.names),
            column_unit,
            column_currency,
        }
        .lines(&mut taken);
        let label = columns.first().map(|facts| facts.header.col);
        let mut attrs = Vec::new();
        for facts in open {
            let filled = facts.filled >= rows.len().saturating_sub(rows.len() / 10);
            let is_label = Some(facts.header.col) == label;
            let used: Vec<&ColumnFacts> = dims.iter().map(|(_, facts)| *facts).collect();
            let text = facts.class() == Class::Text;
            if is_label || (text && filled && !self.repeats(&used, columns, rows).tolerable()) {
                dims.push((self.dim(facts, &mut taken), facts));
            } else {
                attrs.push(self.attr(facts, &mut taken));
            }
        }
        let (header_dims, measures): (Vec<Line>, Vec<Line>) =
            in_header.into_iter().partition(|line| line.key.starts_with("dim."));
        let used: Vec<&ColumnFacts> = dims.iter().map(|(_, facts)| *facts).collect();
        let repeats = self.repeats(&used, columns, rows);
        let mut lines: Vec<Line> = dims.into_iter().map(|(line, _)| line).collect();
        lines.extend(header_dims);
        if !lines.iter().any(|line| line.key == "dim.time_period") {
            lines.extend(surroundings::period(self.grid, blocks, self.shown));
        }
        let key: Vec<String> =
            lines.iter().filter_map(|line| line.key.strip_prefix("dim.")).map(quoted).collect();
        lines.extend(measures);
        lines.extend(attrs);
        lines.extend(self.rules(columns, rows));
        let written = format!("[{}]", key.join(", "));
        if repeats.apart == 0 && repeats.empty == 0 && !key.is_empty() {
            lines.push(Line::plain("key", written).because("no two different rows share these"));
            if repeats.identical > 0 {
                let line = Line::plain("repeat", "\"first if identical\"");
                lines.push(line.because(format!("{} rows stand twice", repeats.identical)));
            }
        } else if let Some(line) = lines.first_mut() {
            let more = format!(
                "key = {written} does not tell all rows apart ({} shared, {} with an empty cell)",
                repeats.apart, repeats.empty
            );
            line.decide = if line.decide.is_empty() { more } else { format!("{}; {more}", line.decide) };
        }
        lines
    }

    /// How far these columns tell all rows with figures apart; totals without a value of their own count not.
    fn repeats(&self, dims: &[&ColumnFacts], columns: &[ColumnFacts], rows: &[u32]) -> Repeats {
        let figures: Vec<u32> =
            columns.iter().filter(|facts| holds_figures(facts)).map(|facts| facts.header.col).collect();
        let label = columns.first().map_or(0, |facts| facts.header.col);
        let mut seen: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
        let mut repeats = Repeats::default();
        for row in rows {
            let total = self.grid.cell(*row, label).is_some_and(|cell| is_total(&cell.printed()));
            if !figures.iter().any(|col| self.grid.cell(*row, *col).is_some()) || total {
                continue;
            }
            repeats.rows += 1;
            let text = |facts: &&ColumnFacts| {
                self.grid.cell(*row, facts.header.col).map_or_else(String::new, |cell| fold(&cell.printed()))
            };
            let key: Vec<String> = dims.iter().map(text).collect();
            if key.is_empty() || key.iter().any(String::is_empty) {
                repeats.empty += 1;
                continue;
            }
            let whole: Vec<String> = self.grid.row(*row).iter().map(Cell::printed).collect();
            match seen.get(&key) {
                Some(known) if *known == whole => repeats.identical += 1,
                Some(_) => repeats.apart += 1,
                None => {
                    seen.insert(key, whole);
                }
            }
        }
        repeats
    }

    /// The unit, and the currency, that stand in columns of their own beside every figure.
    fn units_beside(&self, columns: &[ColumnFacts], rows: usize) -> [Option<(String, String)>; 2] {
        let mut found = [None, None];
        let full = |facts: &&ColumnFacts| facts.class() == Class::Text && facts.said() * 10 >= rows * 8;
        for facts in columns.iter().filter(full) {
            let place = self.header_of(&facts.header).replacen("header:", "column:", 1);
            let values: Vec<&str> = facts.values.iter().take(3).map(String::as_str).collect();
            let seen = format!("{}: {}", facts.letters(), values.join(", "));
            let [unit, currency] = &mut found;
            if facts.values.iter().all(|text| self.names.read_currency(text).is_some()) {
                currency.get_or_insert((format!("currency = {place}"), seen));
            } else if facts.values.iter().all(|text| self.names.read_unit(text).is_ok()) {
                unit.get_or_insert((format!("unit = {place}"), seen));
            }
        }
        found
    }

    /// A column that identifies a figure.
    fn dim(&self, facts: &ColumnFacts, taken: &mut Taken) -> Line {
        let header = self.header_of(&facts.header);
        let letters = facts.letters();
        let seen = format!("{letters}: {} cells, {} different", facts.filled, facts.values.len());
        let named = |base: &str, taken: &mut Taken| {
            taken.name(&slug(&facts.header.name()).unwrap_or_else(|| base.to_owned()))
        };
        match facts.class() {
            Class::Period => {
                let name = taken.name("time_period");
                Line::plain(format!("dim.{name}"), format!("{{ from = {header}, type = \"period\" }}"))
                    .because(format!(
                        "{letters}: {} of {} cells are periods",
                        facts.periods.max(facts.years),
                        facts.filled
                    ))
            }
            Class::Date => {
                let name = named("day", taken);
                Line::plain(format!("dim.{name}"), format!("{{ from = {header}, type = \"date\" }}"))
                    .because(format!("{letters}: {} of {} cells are dates", facts.dates, facts.filled))
            }
            Class::Code => {
                let name = named("code", taken);
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
                let name = named("label", taken);
                Line::plain(format!("dim.{name}"), format!("{{ from = {header} }}"))
                    .because(seen)
                    .decide(coverage.told())
            }
        }
    }

    fn attr(&self, facts: &ColumnFacts, taken: &mut Taken) -> Line {
        let header = self.header_of(&facts.header);
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
    fn rules(&self, columns: &[ColumnFacts], rows: &[u32]) -> Vec<Line> {
        let Some(label) = columns.first() else { return Vec::new() };
        let (mut rules, mut places) = (Vec::new(), Vec::new());
        let (mut decide, period) = (String::new(), label.class() == Class::Period);
        for cell in rows.iter().filter_map(|row| self.grid.cell(*row, label.header.col)) {
            let text = cell.printed().trim().to_owned();
            let rule = if is_total(&text) && self.bare(cell.row, columns) {
                format!("{{ match = {}, role = \"total\" }}", quoted(&as_pattern(&text)))
            } else if is_total(&text) {
                "keep = true reads totals as figures of their own; without it they are left out"
                    .clone_into(&mut decide);
                format!("{{ match = {}, role = \"total\", keep = true }}", quoted(&as_pattern(&text)))
            } else if period && !is_blank(cell) && read_period(&text).is_err() {
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
            filled += usize::from(self.grid.cell(row, facts.header.col).is_some_and(|cell| !is_blank(cell)));
        }
        filled * 2 < all
    }

    /// A column as a place, by its own text where no other column has it.
    pub(super) fn header_of(&self, column: &HeaderColumn) -> String {
        quoted(&format!("header:{}", as_pattern(&column.name())))
    }

    /// Which code list knows most of some names.
    pub(super) fn coverage<'b>(&self, names: impl Iterator<Item = &'b str>) -> Coverage<'_> {
        let names: BTreeSet<&str> = names.filter(|name| !name.trim().is_empty()).collect();
        let mut best = Coverage { list: None, known: 0, all: names.len(), unknown: Vec::new() };
        for list in self.lists.values().filter(|list| !NAME_LISTS.contains(&list.name.as_str())) {
            let unknown: Vec<String> = names
                .iter()
                .filter(|name| list.code_of(name).is_none())
                .map(|name| (*name).to_owned())
                .collect();
            let known = names.len() - unknown.len();
            if known > best.known {
                best = Coverage { list: Some(&list.name), known, all: names.len(), unknown };
            }
        }
        best
    }
}
