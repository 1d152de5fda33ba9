//! What a table sheet gives its charts: the records as they show, totals and gap lines left out.

use super::ReportError;
use super::cells::shown;
use super::lines::Line;
use super::plot::{GridRow, Plot, PointTaken, plot};
use super::records::key_text;
use super::sheet::Sheet;

impl Sheet<'_> {
    /// The columns with bars behind their values.
    pub(super) fn bars(&self) -> Vec<u16> {
        let places = (0_u16..).zip(&self.plan.columns).filter(|(_, column)| column.bar);
        places.map(|(place, _)| place).collect()
    }

    /// The charts with their points.
    pub(super) fn plots(&self) -> Result<Vec<Plot>, ReportError> {
        if self.plan.charts.is_empty() || self.records.is_empty() {
            return Ok(Vec::new());
        }
        let mut rows = Vec::new();
        for (line, index) in self.lines.iter().enumerate() {
            let Line::Record(index) = index else { continue };
            let Some(record) = self.records.get(*index) else { continue };
            let mut cells = Vec::new();
            for column in &self.plan.columns {
                let source = record.source(column, self.plan.pivot.as_ref());
                let key = source.map(|row| key_text(&self.view.value(&column.column, row)));
                let cell = shown(column, source, &self.view, self.periods, &self.scene)?;
                cells.push((key.unwrap_or_default(), cell));
            }
            rows.push(GridRow { line, cells });
        }
        let taken = |point: PointTaken| ReportError::CellTaken {
            sheet: self.plan.name.clone(),
            table: self.plan.from.clone(),
            row: point.category,
            member: point.series,
        };
        let draw = |chart| plot(chart, &self.plan.columns, &rows, self.scene.languages).map_err(taken);
        self.plan.charts.iter().map(draw).collect()
    }
}
