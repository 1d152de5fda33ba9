//! A sheet with one table: title, source, header, rows, totals, and under them every mark explained.

use std::collections::BTreeMap;

use super::super::ReportError;
use super::super::chart::{ChartPlan, ChartSpec};
use super::super::columns::{ColumnPlan, ColumnSpec, Pivoted, all_columns, split_field};
use super::super::lines::Gaps;
use super::super::page::Page;
use super::super::records::PivotPlan;
use super::super::rows::{Condition, SortKey};
use super::super::scene::{Known, Scene, column_type};
use super::super::sheet::Sheet;
use super::{Element, ElementKind, Planned};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::Schema;
use crate::text::Label;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "table",
    example: r#"
name    = "对俄贸易"
title   = { zh = "黑龙江省对俄罗斯进出口", en = "Trade with Russia" }
from    = "yearly"
where   = "flow = 'total'"
sort    = ["time_period"]
gaps    = "show"
columns = [
  { field = "time_period", role = "period", width = 12 },
  { field = "obs_value_cny", role = "money", scale = "1e8", decimals = 1 },
  { field = "length", role = "number", unit = "column:unit_measure" },
  { field = "share", role = "share", bar = true },
  { field = "growth", role = "rate" },
]
total   = { label = "合计", within = ["year"] }
notes   = ["不含服务贸易"]
[[chart]]
type  = "column+marker"
x     = "time_period"
y     = ["obs_value_cny"]
y2    = ["growth"]
title = { zh = "2018年对俄进出口1,220亿元", en = "Trade with Russia reached 122 bn yuan in 2018" }
alt   = "对俄进出口（亿元）与同比，未公布年份留空"
[[chart]]
type   = "bar"
x      = "partner"
y      = ["obs_value_cny"]
series = "flow"
top    = 10
title  = "前十大贸易国"
alt    = "前十大贸易国的进出口额"
"#,
    read,
};

#[derive(Debug)]
struct TableSpec {
    name: Text,
    title: Option<Label>,
    from: Text,
    condition: Option<Text>,
    sort: Vec<Text>,
    columns: Option<Vec<ColumnSpec>>,
    pivot: Option<PivotSpec>,
    total: Option<TotalSpec>,
    gaps: Gaps,
    notes: Vec<Text>,
    charts: Vec<ChartSpec>,
}

#[derive(Debug)]
struct PivotSpec {
    rows: Vec<Text>,
    columns: Text,
}

#[derive(Debug)]
struct TotalSpec {
    label: Label,
    within: Vec<Text>,
}

/// A table sheet whose names and types are known.
#[derive(Debug)]
pub(in super::super) struct TablePlan {
    /// The wished sheet name.
    pub(in super::super) name: String,
    /// Its title.
    pub(in super::super) title: Label,
    /// The table.
    pub(in super::super) from: String,
    /// Which rows.
    pub(in super::super) condition: Option<Condition>,
    /// In which order.
    pub(in super::super) sort: Vec<SortKey>,
    /// Which columns.
    pub(in super::super) columns: Vec<ColumnPlan>,
    /// Which members stand side by side.
    pub(in super::super) pivot: Option<PivotPlan>,
    /// Totals.
    pub(in super::super) total: Option<TotalPlan>,
    /// Whether missing years show.
    pub(in super::super) gaps: Gaps,
    /// Notes of the pipeline file.
    pub(in super::super) notes: Vec<String>,
    /// Charts under the table.
    pub(in super::super) charts: Vec<ChartPlan>,
}

/// The totals of a sheet.
#[derive(Debug)]
pub(in super::super) struct TotalPlan {
    /// What stands before them.
    pub(in super::super) label: Label,
    /// Columns that tell groups apart; one total at the end if empty.
    pub(in super::super) within: Vec<String>,
}

fn read(fields: &mut Fields<'_>) -> Option<Box<dyn Element>> {
    let name = fields.required_text("name");
    let title = fields.label("title");
    let from = fields.required_text("from");
    let condition = fields.text("where");
    let sort = fields.texts("sort");
    let given = fields.has("columns");
    let columns: Vec<ColumnSpec> =
        fields.tables("columns").into_iter().filter_map(ColumnSpec::read).collect();
    let pivot = fields.table("pivot").and_then(|mut pivot| {
        let rows = pivot.texts("rows");
        let columns = pivot.required_text("columns");
        if rows.is_empty() {
            pivot.mistakes().add(pivot.span(), format!("{} lacks `rows`", pivot.what()));
        }
        pivot.finish();
        Some(PivotSpec { rows, columns: columns? })
    });
    let total = fields.table("total").map(|mut total| {
        let label = total.label("label").unwrap_or_else(|| Label {
            zh: "合计".to_owned(),
            en: "Total".to_owned(),
            ru: "Итого".to_owned(),
        });
        let within = total.texts("within");
        total.finish();
        TotalSpec { label, within }
    });
    let gaps = fields.choice("gaps", &[("show", Gaps::Show), ("hide", Gaps::Hide)]).unwrap_or_default();
    let notes = fields.texts("notes");
    let charts = fields.tables("chart").into_iter().filter_map(ChartSpec::read).collect();
    Some(Box::new(TableSpec {
        name: name?,
        title,
        from: from?,
        condition,
        sort,
        columns: given.then_some(columns),
        pivot,
        total,
        gaps,
        notes,
        charts,
    }))
}

impl Element for TableSpec {
    fn tables(&self) -> Vec<Text> {
        vec![self.from.clone()]
    }

    fn plan(&self, known: &Known<'_>, mistakes: &Mistakes) -> Option<Box<dyn Planned>> {
        let (schema, _) = known.shape(&self.from, mistakes)?;
        let pivoted = if self.pivot.is_some() { Pivoted::Yes } else { Pivoted::No };
        let columns: Vec<ColumnPlan> = match &self.columns {
            Some(columns) => {
                let plan = |column: &ColumnSpec| column.plan(schema, pivoted, known, mistakes);
                columns.iter().filter_map(plan).flatten().collect()
            }
            None => all_columns(schema),
        };
        let condition = match &self.condition {
            Some(text) => Condition::plan(text, schema, mistakes),
            None => None,
        };
        let pivot = self.pivot.as_ref().and_then(|pivot| pivot.plan(schema, &columns, mistakes));
        for key in &self.sort {
            let key = SortKey::read(key.clone());
            let (column, _) = split_field(&key.field.value, pivoted);
            column_type(schema, &column, &key.field, mistakes);
        }
        let total = self.total.as_ref().map(|total| {
            for column in &total.within {
                column_type(schema, &column.value, column, mistakes);
            }
            TotalPlan {
                label: total.label.clone(),
                within: total.within.iter().map(|column| column.value.clone()).collect(),
            }
        });
        // A column that could not be planned has its mistake already; charts would only repeat it.
        let whole = self.columns.as_ref().is_none_or(|written| columns.len() >= written.len());
        let charts =
            self.charts.iter().filter(|_| whole).filter_map(|chart| chart.plan(&columns, mistakes)).collect();
        Some(Box::new(TablePlan {
            name: self.name.value.clone(),
            title: self.title.clone().unwrap_or_else(|| Label::zh(self.name.value.clone())),
            from: self.from.value.clone(),
            condition,
            sort: self.sort_keys(),
            columns,
            pivot,
            total,
            gaps: self.gaps,
            notes: self.notes.iter().map(|note| note.value.clone()).collect(),
            charts,
        }))
    }
}

impl TableSpec {
    /// The declared order, after the columns that tell the groups of totals apart: a group must stand
    /// together.
    fn sort_keys(&self) -> Vec<SortKey> {
        let declared: Vec<SortKey> = self.sort.iter().cloned().map(SortKey::read).collect();
        let within = self.total.iter().flat_map(|total| &total.within);
        let mut first: BTreeMap<usize, SortKey> = BTreeMap::new();
        let mut missing = Vec::new();
        for column in within {
            match declared.iter().position(|key| key.field.value == column.value) {
                Some(place) => {
                    first.extend(declared.get(place).cloned().map(|key| (place, key)));
                }
                None => missing.push(SortKey::read(column.clone())),
            }
        }
        let rest = declared.iter().enumerate().filter(|(place, _)| !first.contains_key(place));
        let rest: Vec<SortKey> = rest.map(|(_, key)| key.clone()).collect();
        first.into_values().chain(missing).chain(rest).collect()
    }
}

impl PivotSpec {
    fn plan(&self, schema: &Schema, columns: &[ColumnPlan], mistakes: &Mistakes) -> Option<PivotPlan> {
        for column in &self.rows {
            column_type(schema, &column.value, column, mistakes);
        }
        column_type(schema, &self.columns.value, &self.columns, mistakes)?;
        let mut members: Vec<String> = Vec::new();
        for member in columns.iter().filter_map(|column| column.member.clone()) {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        if members.is_empty() {
            let message = format!("no column of the sheet shows a member of `{}`", self.columns.value);
            let help = format!("name fields as `value.member`, with a value of `{}`", self.columns.value);
            mistakes.add_with_help(self.columns.span.clone(), message, help);
            return None;
        }
        Some(PivotPlan {
            rows: self.rows.iter().map(|column| column.value.clone()).collect(),
            columns: self.columns.value.clone(),
            members,
        })
    }
}

impl Planned for TablePlan {
    fn tables(&self) -> Vec<String> {
        vec![self.from.clone()]
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn headings(&self) -> Vec<(String, Label)> {
        self.columns.iter().map(|column| (column.column.clone(), column.label.clone())).collect()
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        Sheet::prepare(self, *scene)?.pages()
    }
}
