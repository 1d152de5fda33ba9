//! Where the charts of a sheet stand: under its table, as wide as the table, on one piece of paper with it
//! where that stays readable. What must be known of a chart stands under it.

use super::page::{Page, Paper, Row, note_rows};
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
/// The widest chart, in pixels: wider ones are mostly air.
const WIDEST: u32 = 1400;
/// Printable width and height of A4 lying, in points, with the margins of a report.
const LYING: (f64, f64) = (770.0, 480.0);
/// The same of A4 standing.
const STANDING: (f64, f64) = (525.0, 725.0);
/// Letters of 10 points printed smaller than this share of their size are hard to read.
const READABLE: f64 = 0.45;

/// The rows under a table for its charts, and where each stands in them.
fn hang(plots: Vec<Plot>, widths: &[f64]) -> (Vec<Row>, Vec<Placed>) {
    let mut rows: Vec<Row> = Vec::new();
    let mut placed = Vec::new();
    let table = pixels(widths);
    for plot in plots {
        let height = match plot.shape {
            super::chart::Shape::Bar => (plot.categories.len() * plot.series.len() + 5).clamp(9, MOST_ROWS),
            _ => ROWS,
        };
        rows.push(Row::gap(10.0));
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

impl Page<'_> {
    /// Hangs charts between the table and the notes under it.
    pub(super) fn hang(&mut self, plots: Vec<Plot>) -> Result<(), super::ReportError> {
        if plots.is_empty() {
            return Ok(());
        }
        let (mut rows, placed) = hang(plots, &self.widths);
        rows.append(&mut self.foot);
        self.foot = rows;
        self.charts = placed;
        self.paper = self.paper_for(f64::from(pixels(&self.widths)) * 0.75)?;
        Ok(())
    }

    /// The paper on which the sheet, so many points wide, is largest. How much of a sheet fits on paper
    /// depends on the fonts of the machine that prints it, so a chart can only be kept whole by keeping the
    /// sheet on one piece of paper.
    fn paper_for(&self, width: f64) -> Result<Paper, super::ReportError> {
        let most = STANDING.1 / READABLE;
        let mut height: f64 = self.head.iter().chain(&self.foot).map(|row| row.height).sum();
        for line in 0..self.lines {
            if height > most {
                return Ok(Paper::Many);
            }
            height += (self.body)(line)?.height;
        }
        let scale = |paper: (f64, f64)| (paper.0 / width).min(paper.1 / height).min(1.0);
        let (lying, standing) = (scale(LYING), scale(STANDING));
        Ok(if lying.max(standing) < READABLE {
            Paper::Many
        } else if lying >= standing {
            Paper::One
        } else {
            Paper::OneUpright
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_turn_into_pixels() {
        assert_eq!(pixels(&[8.0, 10.5]), 61 + 78);
    }
}
