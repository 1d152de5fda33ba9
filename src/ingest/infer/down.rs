//! Columns in which a text stands once over several rows, as pivot tables and merged cells print it, and columns that
//! nobody sees.

use crate::table::column_letters;

use super::super::layout::{Block, is_blank};
use super::column::{Class, ColumnFacts};
use super::sketch::Scene;
use super::{Line, LineValue};

impl Scene<'_> {
    /// Finds the columns that say something in the first row and then only where it changes, left of a column that
    /// says something in every row with a figure.
    pub(super) fn fill_down(&self, columns: &mut [ColumnFacts], rows: &[u32]) {
        let told = |col: u32, row: u32| {
            let cell = self.grid.cell(row, col).filter(|cell| !is_blank(cell));
            cell.map(|cell| cell.printed().trim().to_owned())
        };
        let labels: Vec<u32> = columns
            .iter()
            .take_while(|facts| !matches!(facts.class(), Class::Figures))
            .map(|facts| facts.header.col)
            .collect();
        let figures: Vec<u32> = columns
            .iter()
            .filter(|facts| facts.class() == Class::Figures)
            .map(|facts| facts.header.col)
            .collect();
        let with_figure: Vec<u32> =
            rows.iter().copied().filter(|row| figures.iter().any(|col| told(*col, *row).is_some())).collect();
        let full = |col: u32| with_figure.iter().all(|row| told(col, *row).is_some());
        let Some(last) = labels.iter().rposition(|col| full(*col)) else { return };
        for facts in columns.iter_mut().take(last) {
            let col = facts.header.col;
            let merged = with_figure.iter().any(|row| {
                self.grid.merge_at(*row, col).is_some_and(|merge| merge.last_row > merge.first_row)
            });
            let mut said: Option<String> = None;
            let mut changes = true;
            let mut down = std::collections::BTreeMap::new();
            for row in &with_figure {
                match (told(col, *row), &said) {
                    (Some(text), Some(known)) if text == *known && !merged => changes = false,
                    (Some(text), _) => said = Some(text),
                    (None, Some(known)) => {
                        down.insert(*row, known.clone());
                    }
                    (None, None) => changes = false,
                }
            }
            if changes && !down.is_empty() {
                facts.down = down;
            }
        }
    }

    /// Says `fill` where a column has it, and what is open there.
    pub(super) fn told_down(&self, line: &mut Line, facts: &ColumnFacts) {
        let (LineValue::Plain(settings), Some(first)) = (&mut line.value, facts.down.keys().next()) else {
            return;
        };
        if let Some(inner) = settings.strip_suffix(" }") {
            *settings = format!("{inner}, fill = \"down\" }}");
        }
        let col = facts.header.col;
        let whole = facts
            .down
            .keys()
            .all(|row| self.grid.merge_at(*row, col).is_some_and(|merge| merge.first_row < *row));
        if !whole {
            let at = crate::table::address(*first, col);
            line.decide_also(&format!("empty cells ({at} and others) are taken for what stands above them"));
        }
    }

    /// The columns of a table that are hidden and that the proposal leaves alone.
    pub(super) fn hidden_told(&self, blocks: &[Block]) -> Option<String> {
        let block = blocks.first()?;
        let unseen = &self.grid.unseen().cols;
        let hidden: Vec<String> = block
            .columns
            .iter()
            .skip(1)
            .filter(|column| unseen.contains(column.col))
            .map(|column| format!("{} ({})", column_letters(column.col), column.name()))
            .collect();
        (!hidden.is_empty()).then(|| {
            format!(
                "hidden and not read: {}; `sheet = {{ hidden_columns = \"skip\" }}` says so, declaring it reads it",
                hidden.join(", ")
            )
        })
    }
}
