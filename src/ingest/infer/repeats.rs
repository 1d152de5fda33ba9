//! Whether some columns tell the rows of a table apart.

use std::collections::BTreeMap;

use crate::text::fold;

use super::super::hierarchy::{Hierarchy, Kind};
use super::super::layout::Block;
use super::column::ColumnFacts;
use super::fields::IsLabel;
use super::known::Taken;
use super::measures::holds_figures;
use super::names::is_total;
use super::sketch::Scene;
use super::{Line, LineValue, surroundings};

/// Rows that some columns do not tell apart.
#[derive(Clone, Copy, Default)]
pub(super) struct Repeats {
    pub(super) rows: usize,
    /// Same key, same content.
    pub(super) identical: usize,
    /// Same key, other content.
    pub(super) apart: usize,
    /// With an empty cell in the key.
    pub(super) empty: usize,
}

impl Repeats {
    /// Whether it is all but a few rows that differ.
    pub(super) fn tolerable(&self) -> bool {
        (self.identical + self.apart + self.empty) * 100 <= self.rows
    }
}

impl Scene<'_> {
    /// How far the dimensions tell the rows apart. Where labels repeat that stand under different others, the label
    /// is proposed with all that stands above it; where a row repeats in another unit, the unit too.
    pub(super) fn told_apart<'c>(
        &self,
        (dims, taken): (&mut Vec<(Line, &'c ColumnFacts)>, &mut Taken),
        (columns, units): (&'c [ColumnFacts], &[&'c ColumnFacts]),
        rows: &[u32],
    ) -> Repeats {
        let used =
            |dims: &[(Line, &'c ColumnFacts)]| dims.iter().map(|(_, facts)| *facts).collect::<Vec<_>>();
        let mut paths = BTreeMap::new();
        let mut told = self.repeats(&used(dims), columns, (rows, &paths));
        if let Some(label) = columns.first().filter(|_| told.apart > 0) {
            let found = self.paths(label, rows);
            let by_path = self.repeats(&used(dims), columns, (rows, &found));
            let line = dims.iter_mut().find(|(_, facts)| facts.header.col == label.header.col);
            if let Some((line, _)) = line.filter(|_| by_path.apart < told.apart) {
                line.value = LineValue::Plain("{ from = \"path\" }".to_owned());
                line.evidence = format!("{}; labels stand again under others", line.evidence);
                line.decide.clear();
                (told, paths) = (by_path, found);
            }
        }
        for unit in units {
            if told.apart == 0 {
                break;
            }
            let more: Vec<&ColumnFacts> = used(dims).into_iter().chain([*unit]).collect();
            let by_unit = self.repeats(&more, columns, (rows, &paths));
            if by_unit.apart < told.apart && by_unit.empty <= told.empty {
                let line = self.dim(unit, IsLabel::No, taken);
                dims.push((line.because("rows stand again in another unit"), unit));
                told = by_unit;
            }
        }
        told
    }

    /// The dimension in the titles of tables below each other, where rows of one stand in another too.
    pub(super) fn by_title(
        &self,
        (dims, columns): (&[(Line, &ColumnFacts)], &[ColumnFacts]),
        blocks: &[Block],
        rows: &[u32],
    ) -> Option<(Line, Repeats)> {
        let used: Vec<&ColumnFacts> = dims.iter().map(|(_, facts)| *facts).collect();
        let of = |rows: &[u32]| self.repeats(&used, columns, (rows, &BTreeMap::new()));
        let whole = of(rows);
        if whole.apart == 0 {
            return None;
        }
        let mut sum = Repeats::default();
        for block in blocks {
            let own: Vec<u32> = rows.iter().copied().filter(|row| block.data.contains(row)).collect();
            let own = of(&own);
            sum.rows += own.rows;
            sum.identical += own.identical;
            sum.apart += own.apart;
            sum.empty += own.empty;
        }
        let line = surroundings::told_by_title(self.grid, blocks, self.lists)?;
        (sum.apart < whole.apart).then_some((line, sum))
    }

    /// The labels of the rows behind those of all they are parts of.
    pub(super) fn paths(&self, label: &ColumnFacts, rows: &[u32]) -> BTreeMap<u32, String> {
        let mut hierarchy = Hierarchy::new(&[]);
        let mut paths = BTreeMap::new();
        for cell in rows.iter().filter_map(|row| self.grid.cell(*row, label.header.col)) {
            let text = cell.printed();
            if text.trim().is_empty() {
                continue;
            }
            let kind = if is_total(&text) { Kind::Total } else { Kind::Plain };
            paths.insert(cell.row, hierarchy.next(&text, cell.indent, kind).path);
        }
        paths
    }

    /// How far these columns tell all rows with figures apart; totals without a value of their own count not. Where
    /// `paths` has a row, it stands for the row's label.
    pub(super) fn repeats(
        &self,
        dims: &[&ColumnFacts],
        columns: &[ColumnFacts],
        (rows, paths): (&[u32], &BTreeMap<u32, String>),
    ) -> Repeats {
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
                if let Some(path) = paths.get(row).filter(|_| facts.header.col == label) {
                    return path.clone();
                }
                if let Some(said) = facts.down.get(row) {
                    return fold(said);
                }
                self.grid.cell(*row, facts.header.col).map_or_else(String::new, |cell| fold(&cell.printed()))
            };
            let key: Vec<String> = dims.iter().map(text).collect();
            if key.is_empty() || key.iter().any(String::is_empty) {
                repeats.empty += 1;
                continue;
            }
            let whole: Vec<String> = self.grid.row(*row).iter().map(|cell| cell.printed()).collect();
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
}
