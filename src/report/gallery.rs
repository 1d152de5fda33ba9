//! Where the charts of a sheet stand: under its table, as wide as the table, never across the edge of a
//! printed page. What must be known of a chart stands under it.

use super::page::{Page, Row, note_rows};
use super::plot::Plot;
use super::style::Style;

/// A chart with its place on the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    /// What it shows.
    pub(super) plot: Plot,
    /// The row of the foot at which it begins.
    pub(super) row: usize,
    /// In pixels.
    pub(super) width: u32,
    /// In pixels.
    pub(super) height: u32,
}

/// Height of the empty rows under a chart, in points.
const STEP: f64 = 20.0;
/// Height of a chart over upright columns or lines, in rows.
const ROWS: usize = 15;
/// The most rows of a chart with lying bars.
const MOST_ROWS: usize = 22;
/// The widest chart, in pixels: as wide as a page prints without shrinking.
const WIDEST: u32 = 1020;
/// What landscape A4 leaves between the margins, in points.
const PAPER: (f64, f64) = (769.0, 495.0);

/// The rows under a table for its charts, and where each stands in them. `heights` are those of all rows
/// above, `repeated` that of the header row which every page repeats.
pub(super) fn hang(
    plots: Vec<Plot>,
    widths: &[f64],
    heights: &[f64],
    repeated: f64,
) -> (Vec<Row>, Vec<Placed>) {
    let mut rows: Vec<Row> = Vec::new();
    let mut placed = Vec::new();
    let table = pixels(widths);
    let paper = Paper::under(table, repeated);
    for plot in plots {
        let height = match plot.shape {
            super::chart::Shape::Bar => (plot.categories.len() * plot.series.len() + 5).clamp(9, MOST_ROWS),
            _ => ROWS,
        };
        rows.push(Row::gap(10.0));
        let taken = heights.iter().copied().chain(rows.iter().map(|row| row.height));
        let mut rest = paper.left_below(taken, height);
        while rest > 0.0 {
            rows.push(Row::gap(rest.min(400.0)));
            rest -= 400.0;
        }
        let row = rows.len();
        rows.extend((0..height).map(|_| Row::gap(STEP)));
        rows.extend(note_rows(plot.notes.iter().map(String::as_str), widths, &Style::note()));
        // A row of 20 points is 26.67 pixels high; the last stays free.
        let height = u32::try_from((height * 80 - 60) / 3).unwrap_or(400);
        placed.push(Placed { plot, row, width: table.saturating_sub(4).clamp(320, WIDEST), height });
    }
    (rows, placed)
}

/// How many pixels columns of these widths take, as Excel rounds them.
fn pixels(widths: &[f64]) -> u32 {
    // Widths are positive and far below 2^31.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "widths are at most 255")]
    let pixels = |width: &f64| width.mul_add(7.0, 5.0).floor() as u32;
    widths.iter().map(pixels).sum()
}

/// What fits on printed pages, in points of the sheet.
struct Paper {
    page: f64,
    repeated: f64,
}

impl Paper {
    /// Paper under a table so many pixels wide, which is shrunk to the width of the page.
    fn under(pixels: u32, repeated: f64) -> Self {
        let points = f64::from(pixels) * 0.75;
        let shrunk = (PAPER.0 / points.max(1.0)).min(1.0);
        Self { page: PAPER.1 / shrunk, repeated }
    }

    /// What must stay empty so that a chart of so many rows begins on a page that holds all of it.
    fn left_below(&self, taken: impl Iterator<Item = f64>, rows: usize) -> f64 {
        let mut at = 0.0;
        for height in taken {
            at = if at + height > self.page { self.repeated + height } else { at + height };
        }
        let needed: f64 = std::iter::repeat_n(STEP, rows).sum();
        if at + needed <= self.page || self.repeated + needed > self.page {
            0.0
        } else {
            self.page - at + 1.0
        }
    }
}

impl Page<'_> {
    /// Hangs charts between the table and the notes under it.
    pub(super) fn hang(&mut self, plots: Vec<Plot>) -> Result<(), super::ReportError> {
        if plots.is_empty() {
            return Ok(());
        }
        let mut heights: Vec<f64> = self.head.iter().map(|row| row.height).collect();
        for line in 0..self.lines {
            heights.push((self.body)(line)?.height);
        }
        let repeated = self.head.last().map_or(0.0, |row| row.height);
        let (mut rows, placed) = hang(plots, &self.widths, &heights, repeated);
        rows.append(&mut self.foot);
        self.foot = rows;
        self.charts = placed;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_moves_to_the_next_page_rather_than_across_its_edge() {
        let paper = Paper::under(800, 36.0);
        let check = |taken: &[f64], rows, expected: f64| {
            let found = paper.left_below(taken.iter().copied(), rows);
            assert!((found - expected).abs() < 1e-9, "{found}");
        };
        check(&[100.0], 15, 0.0);
        check(&[250.0], 15, 246.0);
        check(&[250.0, 250.0], 15, 0.0);
        check(&[250.0], 30, 0.0);
    }

    #[test]
    fn widths_turn_into_pixels() {
        assert_eq!(pixels(&[8.0, 10.5]), 61 + 78);
    }
}
