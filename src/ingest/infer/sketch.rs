//! One sheet as lines of a source block.

use std::collections::BTreeMap;

use crate::measure::{UnitNames, read_period};
use crate::table::address;
use crate::text::{CodeList, Pattern};

use super::super::cells::Row;
use super::super::columns::{GrowthWords, growth};
use super::super::grid::{Cell, Grid};
use super::super::layout::{Block, find_blocks, is_blank, is_text};
use super::super::spec_table::{Beside, Pair, PairedWith, TableRule};
use super::column::{Class, ColumnFacts};
use super::fields::IsLabel;
use super::header::{self, FoundHeader, is_number};
use super::known::Taken;
use super::measures::{Figures, holds_figures};
use super::names::note_word;
use super::pairs::Written;
use super::repeats::Repeats;
use super::surroundings::{self, AroundUnit};
use super::units::UnitsFound;
use super::{Line, LineValue, TableSketch, as_pattern, quoted};

/// Columns by which the preset layout of facts is known.
const FACTS: &[&str] = &["fact_id", "indicator_id", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_VALUE_TEXT"];
/// A sheet and what is known beside it.
pub(super) struct Scene<'a> {
    pub(super) grid: &'a Grid,
    pub(super) shown: &'a str,
    pub(super) lists: &'a BTreeMap<String, CodeList>,
    pub(super) names: &'a UnitNames,
    pub(super) format: &'a str,
    /// The row from which the table is sought: those above belong to another.
    pub(super) from: u32,
}

impl Scene<'_> {
    /// The lines for this table and the row from which another is sought, or why there is no table.
    pub(super) fn sketch(&self) -> Result<(TableSketch, Option<u32>), String> {
        let header = header::find(self.grid, self.from)?;
        if self.is_facts(header.row) {
            let line = Line::plain("layout", "\"facts\"").because(format!(
                "row {} holds {}",
                header.row + 1,
                FACTS.join(", ")
            ));
            return Ok((TableSketch { sheet: self.grid.sheet.clone(), lines: vec![line] }, None));
        }
        let mut rule = header.rule();
        let blocks = self.blocks(&rule)?;
        let next = self.next_table(&header, &blocks);
        let mut ends = self.ends(&blocks);
        ends.extend(next.iter().map(|next| next.first.clone()));
        rule.end = ends.iter().filter_map(|(text, _)| Pattern::new(text).ok()).collect();
        rule.end_blank = self.end_blank(&self.blocks(&rule)?);
        let blocks = self.blocks(&rule)?;
        let in_data = |row: &u32| blocks.iter().any(|block| block.data.contains(row));
        let rows: Vec<u32> = self.grid.rows().map(|(row, _)| row).filter(in_data).collect();
        let (decimal, decimal_seen) = self.decimal(&rows);
        let columns = self.columns(&blocks, &rows, decimal);
        let figures: Vec<&ColumnFacts> = columns.iter().filter(|facts| holds_figures(facts)).collect();
        if figures.is_empty() {
            return Err(format!("no column below the header in row {} holds figures", header.row + 1));
        }
        let mut pairs: Vec<Written> =
            header.pair.iter().map(|pair| (pair.clone(), "left".to_owned())).collect();
        if pairs.is_empty() {
            let year = surroundings::year_place(self.grid, &blocks, self.shown);
            pairs = self.pairs(&figures, (&rule, year.as_deref()));
            rule.pair = pairs.iter().filter_map(as_rule).collect();
        }
        let blocks = self.blocks(&rule)?;
        let columns = self.columns(&blocks, &rows, decimal);
        let mut lines = self.text_lines((decimal, &decimal_seen));
        lines.extend(table_lines((&header, &pairs), &ends, (&rule, &blocks)));
        if let (Some(line), Some(told)) = (lines.first_mut(), self.hidden_told(&blocks)) {
            line.decide_also(&told);
        }
        lines.extend(self.column_lines(&columns, (&blocks, &pairs), &rows));
        Ok((TableSketch { sheet: self.grid.sheet.clone(), lines }, next.map(|next| next.start)))
    }

    /// The columns of the first table with their counts. One that holds nothing but markers of missing figures holds
    /// figures where a column under the same lowest header does, or where both headers are periods.
    fn columns(&self, blocks: &[Block], rows: &[u32], decimal: char) -> Vec<ColumnFacts> {
        let headers = blocks.first().map_or(&[][..], |block| &block.columns);
        let mut columns: Vec<ColumnFacts> =
            headers.iter().map(|column| ColumnFacts::count(self.grid, column, rows, decimal)).collect();
        let lowest: Vec<String> = columns
            .iter()
            .filter(|facts| holds_figures(facts))
            .map(|facts| facts.header.own().to_owned())
            .collect();
        let is_period = |text: &str| read_period(text).is_ok();
        let unseen = &self.grid.unseen().cols;
        let first = columns.first().map(|facts| facts.header.col);
        columns.retain(|facts| Some(facts.header.col) == first || !unseen.contains(facts.header.col));
        let year = surroundings::year_place(self.grid, blocks, self.shown);
        for facts in &mut columns {
            facts.year.clone_from(&year);
        }
        self.fill_down(&mut columns, rows);
        for facts in &mut columns {
            let own = facts.header.own();
            let marked = facts.said() == 0 && !facts.missing.is_empty();
            let like_others = lowest.iter().any(|other| is_period(own) && is_period(other));
            facts.among_figures = (marked && lowest.iter().any(|other| other == own))
                || ((marked || facts.numbers > 0) && like_others);
        }
        columns
    }

    /// Whether the columns are those of the preset layout of facts.
    fn is_facts(&self, row: u32) -> bool {
        let texts: Vec<String> = self.grid.row(row).iter().map(|cell| cell.printed()).collect();
        FACTS.iter().all(|name| texts.iter().any(|text| text == name))
    }

    fn blocks(&self, rule: &TableRule) -> Result<Vec<Block>, String> {
        let mut blocks = find_blocks(self.grid, rule)
            .map_err(|_missing| "the header is not found again by its texts".to_owned())?;
        // What stands above belongs to the table before.
        for block in &mut blocks {
            block.above.start = block.above.start.max(self.from).min(block.above.end);
        }
        Ok(blocks)
    }

    /// Texts that end the data, with the first cell of each.
    fn ends(&self, blocks: &[Block]) -> Vec<(String, String)> {
        let mut ends: Vec<(String, String)> = Vec::new();
        for (row, cells) in self.grid.rows() {
            let mut filled = cells.iter().filter(|cell| !is_blank(cell));
            let Some(first) = filled.next().filter(|cell| is_text(cell)) else { continue };
            let inside = blocks.iter().any(|block| block.data.contains(&row));
            if !inside || filled.count() > 1 || self.goes_on(blocks, row) {
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

    /// Whether the table goes on below a note: rows as wide as those above it follow.
    fn goes_on(&self, blocks: &[Block], note: u32) -> bool {
        let Some(block) = blocks.iter().find(|block| block.data.contains(&note)) else { return false };
        let wide = |cells: Row<'_>| {
            let labelled = block.columns.first().is_some_and(|column| cells.in_column(column.col).is_some());
            labelled && header::has_value(cells) && cells.iter().filter(|cell| !is_blank(cell)).count() > 1
        };
        let data = || self.grid.rows().filter(|(row, _)| block.data.contains(row));
        let above = data().any(|(row, cells)| row < note && wide(cells));
        let mut below = data().filter(|(row, _)| *row > note).map(|(_, cells)| cells).take(3);
        above && below.any(wide)
    }

    /// Whether the data end at a blank row: nothing below it is a number, and none stands above it.
    fn end_blank(&self, blocks: &[Block]) -> Option<u32> {
        let [block] = blocks else { return None };
        let rows: Vec<(u32, Row<'_>)> =
            self.grid.rows().filter(|(row, _)| block.data.contains(row)).collect();
        let has_number = |cells: Row<'_>| cells.iter().any(|cell| is_number(&cell));
        let last = rows.iter().rfind(|(_, cells)| has_number(*cells)).map(|(row, _)| *row)?;
        let dense = rows.iter().take_while(|(row, _)| *row <= last).count();
        let unbroken = u32::try_from(dense).is_ok_and(|dense| block.data.start + dense == last + 1);
        let next = rows.iter().find(|(row, _)| *row > last).map(|(row, _)| *row);
        if let Some(next) = next.filter(|_| unbroken) {
            return (next > last + 1).then_some(1);
        }
        // Sums and remarks that someone wrote below the table have no label.
        let label = block.columns.first()?.col;
        let gap = rows.windows(2).find_map(|pair| match pair {
            [(above, _), (below, _)] if below - above > 1 => Some(*below),
            _ => None,
        })?;
        let labelled = |row: u32| self.grid.cell(row, label).is_some_and(|cell| !is_blank(&cell));
        let scratch = rows.iter().filter(|(row, _)| *row >= gap).all(|(row, _)| !labelled(*row));
        scratch.then_some(1)
    }

    /// The decimal mark of text, by the cells that are numbers with one and not with the other.
    fn decimal(&self, rows: &[u32]) -> (char, String) {
        let (mut commas, mut points) = (0_usize, 0_usize);
        let mut first = String::new();
        let cells = rows.iter().flat_map(|row| self.grid.row(*row)).filter(|cell| is_text(cell));
        let reads = |cell: &Cell<'_>, mark: char| growth(cell, mark, GrowthWords::Percent).is_ok();
        for cell in cells {
            match (reads(&cell, '.'), reads(&cell, ',')) {
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

    fn column_lines(
        &self,
        columns: &[ColumnFacts],
        (blocks, pairs): (&[Block], &[Written]),
        rows: &[u32],
    ) -> Vec<Line> {
        let figures: Vec<&ColumnFacts> = columns.iter().filter(|facts| holds_figures(facts)).collect();
        let mut around = surroundings::unit(self.grid, blocks, self.names);
        if let Some(rows) = surroundings::unit_rows(self.grid, blocks, self.names) {
            let setting = match &around {
                Some(above) if !above.setting.contains("units") => {
                    format!("[{}, {}]", above.setting, rows.setting)
                }
                _ => rows.setting,
            };
            around = Some(AroundUnit { setting, seen: rows.seen, money: false });
        }
        let units = UnitsFound::new(self, columns, around);
        let mut taken = Taken::default();
        // The period of a row goes before that of the header or the title.
        let mut dims = Vec::new();
        let mut open: Vec<&ColumnFacts> = Vec::new();
        let unit_columns = units.columns.clone();
        let others = |facts: &&ColumnFacts| {
            !holds_figures(facts) && facts.class() != Class::Empty && !units.holds(facts)
        };
        for facts in columns.iter().filter(others) {
            let gaps = facts.said() * 50 < rows.len() * 49 && facts.down.is_empty();
            let again = facts.class() == Class::Period
                && dims.iter().any(|(_, known): &(Line, &ColumnFacts)| known.class() == Class::Period);
            match facts.class() {
                Class::Period | Class::Date | Class::Code if !gaps && !again => {
                    dims.push((self.dim(facts, IsLabel::No, &mut taken), facts));
                }
                _ => open.push(facts),
            }
        }
        let in_header = Figures {
            scene: self,
            columns: figures,
            rows,
            year: surroundings::year_place(self.grid, blocks, self.shown),
            month: surroundings::month_place(self.grid, blocks, self.shown),
            units,
            pairs,
        }
        .lines(&mut taken);
        let label = columns.first().map(|facts| facts.header.col);
        let mut attrs = Vec::new();
        for facts in open {
            let filled = facts.filled + facts.down.len() >= rows.len().saturating_sub(rows.len() / 10);
            let is_label = if Some(facts.header.col) == label { IsLabel::Yes } else { IsLabel::No };
            let used: Vec<&ColumnFacts> = dims.iter().map(|(_, facts)| *facts).collect();
            let text = facts.class() == Class::Text;
            if is_label == IsLabel::Yes
                || (text && filled && !self.repeats(&used, columns, (rows, &BTreeMap::new())).tolerable())
            {
                dims.push((self.dim(facts, is_label, &mut taken), facts));
            } else {
                attrs.push(self.attr(facts, &mut taken));
            }
        }
        for (line, facts) in &mut dims {
            self.told_down(line, facts);
        }
        let (header_dims, measures): (Vec<Line>, Vec<Line>) =
            in_header.into_iter().partition(|line| line.key.starts_with("dim."));
        let by_title = self.by_title((&dims, columns), blocks, rows);
        let repeats = match &by_title {
            Some((_, repeats)) => *repeats,
            None => self.told_apart((&mut dims, &mut taken), (columns, &unit_columns), rows),
        };
        let mut lines: Vec<Line> = dims.into_iter().map(|(line, _)| line).collect();
        lines.extend(header_dims);
        if !lines.iter().any(|line| line.key == "dim.time_period") {
            lines.extend(surroundings::period(self.grid, blocks, self.shown));
        }
        lines.extend(by_title.map(|(line, _)| line));
        let key: Vec<String> =
            lines.iter().filter_map(|line| line.key.strip_prefix("dim.")).map(quoted).collect();
        lines.extend(measures);
        lines.extend(attrs);
        lines.extend(self.rules(columns, rows, blocks));
        key_lines(&mut lines, &key, repeats);
        lines
    }
}

/// Adds what tells the rows apart, or what is open there.
fn key_lines(lines: &mut Vec<Line>, key: &[String], repeats: Repeats) {
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
        line.decide_also(&more);
    }
}

/// A setting of `pair` as the layout finder takes it.
fn as_rule((header, with): &Written) -> Option<Pair> {
    let header = Pattern::new(header).ok()?;
    let with = if with == "left" { PairedWith::Left } else { PairedWith::Under(Pattern::new(with).ok()?) };
    Some(Pair { header, with })
}

/// The lines on how the table is found.
fn table_lines(
    (header, pairs): (&FoundHeader, &[Written]),
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
    if !pairs.is_empty() {
        let written = pairs.iter().map(|(header, with)| format!("{} = {}", quoted(header), quoted(with)));
        let written = written.collect::<Vec<_>>().join(", ");
        let seen = if pairs.iter().all(|(_, with)| with == "left") {
            "stands behind the figure it belongs to"
        } else {
            "stands over names that stand elsewhere over or under figures"
        };
        let line = Line::plain("table.pair", format!("{{ {written} }}")).because(seen);
        let dated = pairs
            .iter()
            .any(|(_, with)| with.contains(|sign: char| sign.is_ascii_digit()) && !with.starts_with('/'));
        let open = "growth is taken for that of the latest period; the file of another year names another";
        lines.push(if dated { line.decide(open) } else { line });
    }
    if !ends.is_empty() {
        let texts = ends.iter().map(|(text, _)| quoted(text)).collect();
        let places: Vec<&str> = ends.iter().map(|(_, place)| place.as_str()).collect();
        let line = Line::new("table.end", LineValue::List(texts));
        lines.push(line.because(format!("notes from {}", places.join(", "))));
    }
    if let Some(blank) = rule.end_blank {
        let line = Line::plain("table.end_blank", blank.to_string());
        lines.push(line.because("below the blank row stands nothing of the table"));
    }
    if header.beside == Beside::Tables {
        let line = Line::plain("table.beside", "\"tables\"");
        lines.push(line.because("the header stands once more on its right"));
    }
    lines
}
