//! One `[[report.sheet.chart]]` as written, and as planned against the columns of its sheet. A chart shows
//! what the table above it shows: the same rows, scales and headings.

use super::columns::ColumnPlan;
use super::role::Role;
use crate::spec::{Fields, Mistakes, Text};
use crate::text::Label;

/// The shape in which the figures of the first axis are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Upright columns, for periods and a few members.
    Column,
    /// Lying bars with their value, for members in order of size.
    Bar,
    /// Lines with markers, for periods.
    Line,
}

/// Whether a second axis stands at the right, whose figures are markers without a line: a line through
/// members that have no order misleads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markers {
    Without,
    With,
}

/// Types as written.
const TYPES: [(&str, (Shape, Markers)); 5] = [
    ("column", (Shape::Column, Markers::Without)),
    ("column+marker", (Shape::Column, Markers::With)),
    ("bar", (Shape::Bar, Markers::Without)),
    ("line", (Shape::Line, Markers::Without)),
    ("line+marker", (Shape::Line, Markers::With)),
];

/// A chart as written.
#[derive(Debug)]
pub(super) struct ChartSpec {
    shape: Shape,
    x: Text,
    y: Vec<Text>,
    y2: Vec<Text>,
    series: Option<Text>,
    title: Label,
    alt: Label,
    top: Option<usize>,
}

/// A chart whose columns are known, by their place on the sheet.
#[derive(Clone, Debug)]
pub(super) struct ChartPlan {
    /// Shape of the first axis.
    pub(super) shape: Shape,
    /// The column along which figures stand.
    pub(super) x: usize,
    /// Columns of the first axis.
    pub(super) y: Vec<usize>,
    /// Columns of the second axis.
    pub(super) y2: Vec<usize>,
    /// The column whose members are series of their own.
    pub(super) series: Option<usize>,
    /// What the chart shows, as a finding.
    pub(super) title: Label,
    /// The same for whoever cannot see it.
    pub(super) alt: Label,
    /// How many members are drawn, the first of the sheet; all if not given.
    pub(super) top: Option<usize>,
}

impl ChartSpec {
    /// Reads one entry of `chart`.
    pub(super) fn read(mut fields: Fields<'_>) -> Option<Self> {
        let kind = if fields.has("type") { fields.choice("type", &TYPES) } else { Some(TYPES[0].1) };
        let x = fields.required_text("x");
        let y = fields.texts("y");
        let y2 = fields.texts("y2");
        let series = fields.text("series");
        let title = fields.label("title");
        let alt = fields.label("alt").filter(|alt| !alt.is_empty());
        let top = fields.integer("top");
        let (span, mistakes) = (fields.span(), fields.mistakes());
        let lacking = [("y", y.is_empty()), ("title", title.is_none()), ("alt", alt.is_none())];
        for (key, _) in lacking.into_iter().filter(|(_, lacking)| *lacking) {
            let message = format!("{} lacks `{key}`", fields.what());
            if key == "alt" {
                let help = "say in one sentence what the chart shows, for readers who cannot see it";
                mistakes.add_with_help(span.clone(), message, help);
            } else {
                mistakes.add(span.clone(), message);
            }
        }
        let top = match top.map(usize::try_from) {
            Some(Ok(0) | Err(_)) => {
                mistakes.add(span.clone(), "`top` must be at least 1");
                None
            }
            Some(Ok(top)) => Some(top),
            None => None,
        };
        let (shape, markers) = kind?;
        if (markers == Markers::With) == y2.is_empty() {
            let message = if y2.is_empty() {
                "a chart with `+marker` needs `y2`, the columns of its second axis"
            } else {
                "`y2` needs a chart of the type \"column+marker\" or \"line+marker\""
            };
            mistakes.add(span.clone(), message);
        }
        if series.is_some() && (y.len() > 1 || !y2.is_empty()) {
            mistakes.add(span, "a chart with `series` shows one column: one `y` and no `y2`");
        }
        fields.finish();
        Some(Self { shape, x: x?, y, y2, series, title: title?, alt: alt?, top })
    }

    /// Finds the columns on the sheet.
    pub(super) fn plan(&self, columns: &[ColumnPlan], mistakes: &Mistakes) -> Option<ChartPlan> {
        let find = |field: &Text| place(field, columns, mistakes);
        let x = find(&self.x)?;
        let y: Vec<usize> = self.y.iter().filter_map(find).collect();
        let y2: Vec<usize> = self.y2.iter().filter_map(find).collect();
        let series = self.series.as_ref().and_then(find);
        check_axis(&self.y, &y, columns, mistakes);
        check_axis(&self.y2, &y2, columns, mistakes);
        let over_time = columns.get(x).is_some_and(|column| matches!(column.role, Role::Period | Role::Year));
        if self.top.is_some() && over_time {
            let help = "choose periods with `where`";
            mistakes.add_with_help(self.x.span.clone(), "`top` does not go with periods", help);
        }
        if self.shape == Shape::Line && !over_time && columns.get(x).is_some_and(|x| x.role != Role::Date) {
            let help = "take \"column\" or \"bar\"";
            let message = format!("a line through `{}` misleads: only periods have an order", self.x.value);
            mistakes.add_with_help(self.x.span.clone(), message, help);
        }
        Some(ChartPlan {
            shape: self.shape,
            x,
            y,
            y2,
            series,
            title: self.title.clone(),
            alt: self.alt.clone(),
            top: self.top,
        })
    }
}

/// The place of a field among the columns of the sheet.
fn place(field: &Text, columns: &[ColumnPlan], mistakes: &Mistakes) -> Option<usize> {
    let names: Vec<String> = columns.iter().map(ColumnPlan::field).collect();
    let found = names.iter().position(|name| *name == field.value);
    if found.is_none() {
        let names = names.iter().map(String::as_str);
        mistakes.unknown(field.span.clone(), "column of the sheet", &field.value, names);
    }
    found
}

/// The columns of one axis must be figures of one kind and one scale.
fn check_axis(written: &[Text], places: &[usize], columns: &[ColumnPlan], mistakes: &Mistakes) {
    let mut kinds = Vec::new();
    for (field, column) in written.iter().zip(places.iter().filter_map(|place| columns.get(*place))) {
        if !column.role.is_figure() || column.role == Role::Rank {
            mistakes.add(field.span.clone(), format!("`{}` is no figure that can be drawn", field.value));
        } else if column.measured.is_some() {
            let message = format!("the unit of `{}` differs by row: it cannot be drawn", field.value);
            mistakes.add(field.span.clone(), message);
        }
        let kind = (column.role.is_percent(), column.power);
        if !kinds.is_empty() && !kinds.contains(&kind) {
            let message = format!("`{}` does not share the scale of its axis", field.value);
            mistakes.add_with_help(field.span.clone(), message, "put rates and shares into `y2`");
        }
        kinds.push(kind);
    }
}
