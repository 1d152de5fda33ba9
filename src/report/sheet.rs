//! A table sheet made of data: what its lines show, how wide its columns are, what its notes explain.
//! Everything is looked at once before the first line is written, because marks, widths and totals depend
//! on all rows; the lines themselves are made again when they are written.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::ReportError;
use super::cells::{NO_FIGURE, Periods, Shown, finished, shown, text_format};
use super::columns::ColumnPlan;
use super::elements::TablePlan;
use super::flags::{Flags, NO_MARK};
use super::heading::Heading;
use super::lines::{Adding, Gaps, Line, Sum, Total, arrange, period_column, year};
use super::notes::{Dashes, Notes, source_line};
use super::page::{Anchor, Cell, Content, Page, Paper, Row, Spot, Widths};
use super::records::{Record, pivoted, plain, sort};
use super::rows::selected;
use super::scene::Scene;
use super::style::{Align, MUTED, Style};
use super::value::{Exact, View};
use super::words::{NO_ROWS, NOT_PUBLISHED};
use crate::table::column_letters;

/// The widest column of text; longer text breaks into lines.
const WIDEST: f64 = 46.0;

/// A table sheet with its data, ready to be written.
pub(super) struct Sheet<'a> {
    pub(super) plan: &'a TablePlan,
    pub(super) scene: Scene<'a>,
    pub(super) view: View<'a>,
    pub(super) records: Vec<Record>,
    pub(super) lines: Vec<Line>,
    totals: Vec<Total>,
    flags: Flags,
    /// By column: whether any of its cells carries a mark.
    marked: Vec<bool>,
    pub(super) periods: Periods,
    widths: Vec<f64>,
    /// Whether a figure is empty without a reason of its own.
    dashes: Dashes,
    spots: BTreeMap<Anchor, (usize, u16, i32)>,
}

impl<'a> Sheet<'a> {
    /// Chooses, orders and looks at the rows.
    pub(super) fn prepare(plan: &'a TablePlan, scene: Scene<'a>) -> Result<Self, ReportError> {
        let view = scene.view(&plan.from)?;
        let rows = selected(plan.condition.as_ref(), &view)?;
        let mut records = match &plan.pivot {
            Some(pivot) => pivoted(pivot, &rows, &view, &plan.name)?,
            None => plain(rows),
        };
        sort(&mut records, &plan.sort, plan.pivot.as_ref(), &view);
        let period = period_column(&plan.columns);
        let annual = period.is_some_and(|column| {
            records.iter().all(|record| {
                record.sources().next().is_some_and(|row| year(&view.value(&column.column, row)).is_some())
            })
        });
        let within = plan.total.as_ref().map(|total| total.within.as_slice());
        let gaps = period.filter(|_| plan.gaps == Gaps::Show && annual);
        let (lines, totals) = arrange(&records, within, gaps, &view);
        let periods = if annual { Periods::Years } else { Periods::Mixed };
        let mut sheet = Self {
            plan,
            scene,
            view,
            records,
            lines,
            totals,
            flags: Flags::default(),
            marked: vec![false; plan.columns.len()],
            periods,
            widths: Vec::new(),
            dashes: Dashes::None,
            spots: BTreeMap::new(),
        };
        sheet.look()?;
        Ok(sheet)
    }

    /// Goes over every cell once: marks, totals, wanted figures, widths.
    fn look(&mut self) -> Result<(), ReportError> {
        let mut widths = Widths::new(self.plan.columns.len(), 8.0);
        for (index, column) in self.plan.columns.iter().enumerate() {
            widths.fit_indented(index, &self.scene.languages.stacked(&column.label), 2, WIDEST);
        }
        let mut adding: Vec<Adding> = vec![Adding::default(); self.plan.columns.len()];
        let lines = std::mem::take(&mut self.lines);
        for (at, line) in lines.iter().enumerate() {
            match line {
                Line::Record(index) => self.look_at(at, *index, &mut widths, &mut adding)?,
                Line::Gap(years) => {
                    widths.fit(0, years, WIDEST);
                }
                Line::Total(index) => {
                    let sums =
                        std::mem::replace(&mut adding, vec![Adding::default(); self.plan.columns.len()]);
                    self.close_total(*index, sums, &mut widths);
                }
            }
        }
        self.lines = lines;
        self.widths = widths.spread();
        for (width, column) in self.widths.iter_mut().zip(&self.plan.columns) {
            *width = column.width.unwrap_or(*width);
        }
        Ok(())
    }

    fn look_at(
        &mut self,
        line: usize,
        record: usize,
        widths: &mut Widths,
        adding: &mut [Adding],
    ) -> Result<(), ReportError> {
        let columns = &self.plan.columns;
        for (index, column) in columns.iter().enumerate() {
            let Some(found) = self.records.get(record) else { continue };
            let source = found.source(column, self.plan.pivot.as_ref());
            let column = &*column.for_row(source, &self.view, self.scene.languages);
            let cell = shown(column, source, &self.view, self.periods, &self.scene)?;
            for reason in &cell.reasons {
                self.flags.note(reason);
            }
            if !cell.reasons.is_empty() {
                if let Some(marked) = self.marked.get_mut(index) {
                    *marked = true;
                }
            } else if cell.text == NO_FIGURE {
                self.dashes = Dashes::Some;
            }
            let text = format!("{}{}", cell.text, self.flags.marks(&cell.reasons));
            widths.fit_indented(index, &text, 2, WIDEST);
            if column.role.adds_up()
                && column.measured.is_none()
                && let Some(sum) = adding.get_mut(index)
            {
                sum.take(cell.part, source.and_then(|row| self.unit(column, row)));
            }
            if let Some(row) = source {
                let anchor = Anchor { table: self.plan.from.clone(), row, column: column.column.clone() };
                if matches!(cell.content, Content::Number(_)) && self.scene.wanted.contains(&anchor) {
                    let place = (line, u16::try_from(index).unwrap_or(u16::MAX), column.power);
                    self.spots.entry(anchor).or_insert(place);
                }
            }
        }
        Ok(())
    }

    /// What a figure is measured in, where its column's name does not say so.
    fn unit(&self, column: &ColumnPlan, row: usize) -> Option<String> {
        if crate::measure::Currency::in_name(&column.column).is_some() {
            return None;
        }
        self.view.text("currency", row).or_else(|| self.view.text("unit_measure", row))
    }

    fn close_total(&mut self, index: usize, adding: Vec<Adding>, widths: &mut Widths) {
        let sums: Vec<Sum> = adding.into_iter().map(Adding::sum).collect();
        for (place, (sum, column)) in sums.iter().zip(&self.plan.columns).enumerate() {
            match sum {
                Sum::Of(number) => {
                    let text = column.role.shown(*number, column.places);
                    widths.fit_indented(place, &format!("{text}{NO_MARK}"), 1, WIDEST);
                }
                Sum::Refused(words) => {
                    self.flags.note(&self.scene.languages.sentence(words));
                    if let Some(marked) = self.marked.get_mut(place) {
                        *marked = true;
                    }
                }
                Sum::None => {}
            }
        }
        if let Some(total) = self.totals.get_mut(index) {
            total.sums = sums;
        }
    }

    /// The pages: one, unless the rows exceed a sheet.
    pub(super) fn pages(self) -> Result<Vec<Page<'a>>, ReportError> {
        let lines_per_sheet = self.scene.lines_per_sheet.max(1);
        let head = self.head();
        let foot = self.foot();
        let name = if self.view.table.sample {
            format!("{} {}", super::words::SAMPLE.zh, self.plan.name)
        } else {
            self.plan.name.clone()
        };
        let frozen =
            self.plan.columns.iter().take_while(|column| column.role.align() != Align::Right).count();
        let frozen = u16::try_from(frozen.min(3)).unwrap_or(0);
        let count = self.lines.len().max(1).div_ceil(lines_per_sheet);
        let bars = self.bars();
        let mut plots = self.plots()?;
        let sheet = Rc::new(self);
        let mut pages = Vec::new();
        for number in 0..count {
            let first = number * lines_per_sheet;
            let lines = sheet.lines.len().saturating_sub(first).min(lines_per_sheet);
            let last_page = number + 1 == count;
            let head_rows = head.len();
            let spots =
                sheet.spots.iter().filter(|(_, (line, ..))| (first..first + lines).contains(line)).map(
                    |(anchor, (line, column, power))| {
                        let row = Page::sheet_row(head_rows, line - first);
                        (anchor.clone(), Spot { row, column: *column, power: *power })
                    },
                );
            let made = Rc::clone(&sheet);
            let window = Window { first, lines, head: head_rows };
            if count > 1 {
                // The rows that a chart shows may stand on several sheets.
                plots.iter_mut().for_each(|plot| plot.own = None);
            }
            let mut page = Page {
                name: name.clone(),
                about: sheet.about(),
                widths: sheet.widths.clone(),
                head: head.clone(),
                lines: if sheet.lines.is_empty() { 1 } else { lines },
                spots: spots.collect(),
                body: Box::new(move |line| made.line(line, window)),
                foot: if last_page { foot.clone() } else { Vec::new() },
                frozen: Some(frozen),
                native: Vec::new(),
                charts: Vec::new(),
                paper: Paper::Many,
                bars: bars.clone(),
            };
            if last_page {
                page.hang(std::mem::take(&mut plots))?;
            }
            pages.push(page);
        }
        Ok(pages)
    }

    fn about(&self) -> crate::text::Label {
        self.plan.title.clone()
    }

    /// Title in every language, source, mark of a sample, header.
    fn head(&self) -> Vec<Row> {
        let heading = Heading {
            title: &self.plan.title,
            sample: self.view.table.sample,
            source: source_line(&self.scene, &self.view, self.sources()),
            columns: &self.plan.columns,
            widths: &self.widths,
        };
        heading.rows(&self.scene)
    }

    fn sources(&self) -> impl Iterator<Item = usize> {
        self.records.iter().flat_map(Record::sources)
    }

    /// Every mark explained, the checks that concern these rows, the footnotes of their sources.
    fn foot(&self) -> Vec<Row> {
        let notes = Notes {
            scene: &self.scene,
            view: &self.view,
            flags: &self.flags,
            dashes: self.dashes,
            declared: &self.plan.notes,
        };
        notes.rows(self.sources(), &self.widths)
    }

    fn line(&self, line: usize, window: Window) -> Result<Row, ReportError> {
        match self.lines.get(window.first + line) {
            Some(Line::Record(index)) => self.record(*index),
            Some(Line::Gap(years)) => Ok(self.gap(years)),
            Some(Line::Total(index)) => self.total(*index, window),
            None => Ok(Row::line(20.0, self.scene.languages.sentence(&NO_ROWS), Style::note())),
        }
    }

    fn record(&self, index: usize) -> Result<Row, ReportError> {
        let Some(record) = self.records.get(index) else { return Ok(Row::default()) };
        let mut cells = Vec::new();
        for (place, column) in self.plan.columns.iter().enumerate() {
            let source = record.source(column, self.plan.pivot.as_ref());
            let column = &*column.for_row(source, &self.view, self.scene.languages);
            let cell = shown(column, source, &self.view, self.periods, &self.scene)?;
            cells.push(self.finish(place, column, &cell));
        }
        Ok(Row::fitted(cells, &self.widths))
    }

    fn finish(&self, place: usize, column: &ColumnPlan, cell: &Shown) -> Cell {
        let marks = self.flags.marks(&cell.reasons);
        let marks = if marks.is_empty() { self.padding(place) } else { marks };
        let style = if column.role.align() == Align::Left { Style::body().wrapped() } else { Style::body() };
        finished(column, cell, &marks, style)
    }

    /// What stands behind a number without a mark in a column that has some.
    fn padding(&self, place: usize) -> String {
        let marked = self.marked.get(place).copied().unwrap_or(false);
        if marked { NO_MARK.to_owned() } else { String::new() }
    }

    fn gap(&self, years: &str) -> Row {
        let style = Style::body().colour(MUTED).align(Align::Left, 2);
        let period = period_column(&self.plan.columns).map(|column| &column.column);
        let at = self.plan.columns.iter().position(|column| Some(&column.column) == period).unwrap_or(0);
        let cells = (0..self.plan.columns.len()).map(|place| match place {
            place if place == at => Cell::text(years, style.clone()),
            place if place == at + 1 => {
                Cell::text(self.scene.languages.sentence(&NOT_PUBLISHED), style.clone())
            }
            _ => Cell::blank(Style::body()),
        });
        Row::new(17.0, cells.collect())
    }

    fn total(&self, index: usize, window: Window) -> Result<Row, ReportError> {
        let Some(total) = self.totals.get(index) else { return Ok(Row::default()) };
        let label = self.scene.languages.first(self.label());
        let within = self.plan.total.iter().flat_map(|total| &total.within).collect::<Vec<_>>();
        let mut labelled = false;
        let mut cells = Vec::new();
        for (place, (column, sum)) in self.plan.columns.iter().zip(&total.sums).enumerate() {
            let repeated = within.contains(&&column.column);
            let cell = match sum {
                Sum::None if repeated => self.group_cell(column, total)?,
                Sum::None if !labelled && column.role.align() == Align::Left => {
                    labelled = true;
                    Cell::text(label, Style::total().align(Align::Left, 2))
                }
                Sum::None => Cell::blank(Style::total()),
                Sum::Of(number) => self.sum(place, *number, total, window),
                Sum::Refused(words) => {
                    let marks = self.flags.marks(&[self.scene.languages.sentence(words)]);
                    let style = Style::total().align(Align::Right, 0).number(text_format(&marks));
                    Cell::text(NO_FIGURE, style)
                }
            };
            cells.push(cell);
        }
        Ok(Row::new(22.0, cells))
    }

    fn label(&self) -> &crate::text::Label {
        static EMPTY: crate::text::Label =
            crate::text::Label { zh: String::new(), en: String::new(), ru: String::new() };
        self.plan.total.as_ref().map_or(&EMPTY, |total| &total.label)
    }

    /// The value that a group of rows shares.
    fn group_cell(&self, column: &ColumnPlan, total: &Total) -> Result<Cell, ReportError> {
        let source = self.records.get(total.record).and_then(|record| record.sources().next());
        let cell = shown(column, source, &self.view, self.periods, &self.scene)?;
        Ok(finished(column, &cell, "", Style::total()))
    }

    fn sum(&self, place: usize, number: Exact, total: &Total, window: Window) -> Cell {
        let padding = self.padding(place);
        let look =
            self.plan.columns.get(place).map(|column| column.role.style(column.places, &padding).number);
        let style = Style::total().align(Align::Right, 0).number(look.unwrap_or_default());
        let result = number.to_float().unwrap_or(0.0);
        let (first, last) = total.lines;
        // A group that runs over two sheets has no plain range; its sum then stands as a value.
        if first < window.first || last >= window.first + window.lines {
            return Cell::number(result, style);
        }
        let letters = column_letters(u32::try_from(place).unwrap_or(0));
        let row = |line: usize| Page::sheet_row(window.head, line - window.first) + 1;
        let formula = format!("=SUM({letters}{}:{letters}{})", row(first), row(last));
        Cell { content: Content::Formula { formula, result }, style }
    }
}

/// Which lines a page shows.
#[derive(Clone, Copy, Debug)]
struct Window {
    first: usize,
    lines: usize,
    head: usize,
}
