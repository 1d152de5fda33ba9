//! Whether some columns tell the rows of a table apart.

use std::collections::BTreeMap;

use crate::text::fold;

use super::column::ColumnFacts;
use super::measures::holds_figures;
use super::names::is_total;
use super::sketch::Scene;

/// Rows that some columns do not tell apart.
#[derive(Default)]
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
    /// How far these columns tell all rows with figures apart; totals without a value of their own count not.
    pub(super) fn repeats(&self, dims: &[&ColumnFacts], columns: &[ColumnFacts], rows: &[u32]) -> Repeats {
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
