//! One cell of a table sheet: what it shows, and what a reader must be told about it.

use super::ReportError;
use super::columns::{ColumnPlan, Measured, code_in_words, readable_at};
use super::page::{Cell, Content};
use super::role::Role;
use super::scene::Scene;
use super::style::{MUTED, Style};
use super::value::{Exact, LARGEST_WHOLE, Value, View};
use super::words::{RATE, bound, bound_in_brief, status};
use crate::table::Companion;

/// What stands in a cell before its marks are known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    /// The value.
    pub(super) content: Content,
    /// As its format shows it; for widths.
    pub(super) text: String,
    /// Why it is marked; empty for an ordinary figure.
    pub(super) reasons: Vec<String>,
    /// Whether it can take part in a total.
    pub(super) part: Part,
    /// As an axis of a chart shows it, where that is shorter.
    pub(super) short: Option<String>,
}

/// What a cell is to a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// An exact figure to add.
    Figure(Exact),
    /// Known only to lie above, below or near a value.
    Bound,
    /// A forecast.
    Forecast,
    /// No figure.
    Missing,
}

/// The dash that stands for no figure.
pub(super) const NO_FIGURE: &str = "–";

/// How annual periods stand in their cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Periods {
    /// All are years: numbers, which a reader can look up and chart.
    Years,
    /// Mixed: text.
    Mixed,
}

/// What a column shows for a row of the table (`None` where a pivot has no row for it).
pub(super) fn shown(
    column: &ColumnPlan,
    source: Option<usize>,
    view: &View<'_>,
    periods: Periods,
    scene: &Scene<'_>,
) -> Result<Shown, ReportError> {
    let Some(row) = source else { return Ok(empty(column, Vec::new())) };
    if let Some(Measured::UnitOf(value)) = &column.measured {
        let found = readable_at(value, &column.column, row, view, scene.languages);
        let text = found.map(|(_, readable)| readable.words).unwrap_or_default();
        return Ok(plain_text(text));
    }
    if column.role == Role::Status {
        return Ok(plain_text(status_in_words(&column.column, row, view, scene)));
    }
    let mut reasons = reasons(column, row, view, scene);
    let value = view.value(&column.column, row);
    let exact = value.exact().map(|number| number.divided(column.power));
    let sign = view.text(&Companion::Bound.of(&column.column), row).filter(|_| column.role.is_figure());
    if let (Some((shown_sign, words)), Some(number)) = (sign.as_deref().and_then(bound), exact) {
        reasons.insert(0, scene.languages.sentence(&words));
        let text = format!("{shown_sign}{}", column.role.shown(number, column.places));
        return Ok(Shown {
            content: Content::Text(text.clone()),
            text,
            reasons,
            part: Part::Bound,
            short: None,
        });
    }
    let forecast = view.text(&Companion::Status.of(&column.column), row).as_deref() == Some("F");
    let mut shown = match (value, exact) {
        (Value::Missing, _) => empty(column, reasons),
        (Value::Text(text), _) => worded(column, &text, periods, reasons, scene),
        (Value::Date(date), _) => Shown {
            content: Content::Date(date),
            text: date.to_string(),
            reasons,
            part: Part::Missing,
            short: None,
        },
        (Value::Truth(truth), _) => {
            let text = if truth { "✔" } else { "–" }.to_owned();
            Shown { content: Content::Text(text.clone()), text, reasons, part: Part::Missing, short: None }
        }
        (Value::Ratio(fraction), _) if fraction.is_finite() => Shown {
            content: Content::Number(if fraction == 0.0 { 0.0 } else { fraction }),
            text: column.role.shown_ratio(fraction, column.places),
            reasons,
            part: Part::Missing,
            short: None,
        },
        (_, Some(number)) => numeric(column, number, reasons).ok_or_else(|| not_finite(column, row, view))?,
        _ => return Err(not_finite(column, row, view)),
    };
    if forecast && (matches!(shown.part, Part::Figure(_)) || matches!(shown.content, Content::Number(_))) {
        shown.part = Part::Forecast;
    }
    Ok(shown)
}

fn plain_text(text: String) -> Shown {
    let content = if text.is_empty() { Content::Blank } else { Content::Text(text.clone()) };
    Shown { content, text, reasons: Vec::new(), part: Part::Missing, short: None }
}

/// A status in words, after the bound of the figure it belongs to.
fn status_in_words(column: &str, row: usize, view: &View<'_>, scene: &Scene<'_>) -> String {
    let measure = column.strip_suffix(Companion::Status.suffix()).unwrap_or(column);
    let sign = view.text(&Companion::Bound.of(measure), row);
    let bound = sign.as_deref().and_then(bound_in_brief);
    let mut parts: Vec<String> = bound.iter().map(|words| scene.languages.brief(words)).collect();
    // A bound says already that the figure is no ordinary one.
    if let Some(code) = view.text(column, row).filter(|code| code != "A" || parts.is_empty()) {
        parts.push(status(&code).map_or(code, |words| scene.languages.brief(&words)));
    }
    parts.join("；")
}

fn not_finite(column: &ColumnPlan, row: usize, view: &View<'_>) -> ReportError {
    ReportError::NotFinite { table: view.table.name.clone(), column: column.column.clone(), row: row + 1 }
}

fn empty(column: &ColumnPlan, reasons: Vec<String>) -> Shown {
    let text = if column.role.is_figure() { NO_FIGURE } else { "" }.to_owned();
    let content = if text.is_empty() { Content::Blank } else { Content::Text(text.clone()) };
    Shown { content, text, reasons, part: Part::Missing, short: None }
}

fn numeric(column: &ColumnPlan, number: Exact, reasons: Vec<String>) -> Option<Shown> {
    let text = column.role.shown(number, column.places);
    let whole = number.rounded(0).units.unsigned_abs();
    // A double would change the digits of a longer number, and an id is text whatever its length.
    if whole > u128::from(LARGEST_WHOLE) || matches!(column.role, Role::Id | Role::Text) {
        let text = if matches!(column.role, Role::Id | Role::Text) { number.plain() } else { text };
        return Some(Shown {
            content: Content::Text(text.clone()),
            text,
            reasons,
            part: Part::Figure(number),
            short: None,
        });
    }
    Some(Shown {
        content: Content::Number(number.to_float()?),
        text,
        reasons,
        part: Part::Figure(number),
        short: None,
    })
}

fn worded(
    column: &ColumnPlan,
    text: &str,
    periods: Periods,
    reasons: Vec<String>,
    scene: &Scene<'_>,
) -> Shown {
    if matches!(column.role, Role::Period | Role::Year)
        && periods == Periods::Years
        && let Ok(year) = text.parse::<f64>()
    {
        return Shown {
            content: Content::Number(year),
            text: text.to_owned(),
            reasons,
            part: Part::Missing,
            short: None,
        };
    }
    let (short, text) = match column.role {
        Role::Period => (None, scene.languages.period(text)),
        _ => match code_in_words(&column.codes, text, scene) {
            Some((short, full)) => (Some(short), full),
            None => (None, text.to_owned()),
        },
    };
    Shown { reasons, short, ..plain_text(text) }
}

/// Why a figure is marked: its status, the reason beside a growth, a marked conversion.
fn reasons(column: &ColumnPlan, row: usize, view: &View<'_>, scene: &Scene<'_>) -> Vec<String> {
    if !column.role.is_figure() {
        return Vec::new();
    }
    let mut reasons = Vec::new();
    if let Some(code) = view.text(&Companion::Status.of(&column.column), row).filter(|code| code != "A") {
        reasons.push(status(&code).map_or(code, |words| scene.languages.sentence(&words)));
    }
    if let Some(note) = view.text(&format!("{}_note", column.column), row) {
        // A converted figure names its rate; its note is about that rate.
        let converted = view.text(&format!("{}_rate", column.column), row).is_some();
        reasons.push(if converted { format!("{}: {note}", scene.languages.sentence(&RATE)) } else { note });
    }
    reasons
}

/// The finished cell. `marks` follow the value inside its number format, so that the value itself stays
/// clean: a number to Excel, a bound or dash to whoever reads the file.
pub(super) fn finished(column: &ColumnPlan, shown: &Shown, marks: &str, style: Style) -> Cell {
    let look = column.role.style(column.places, marks);
    let style = style.align(look.align, indent(column));
    match &shown.content {
        Content::Text(text) => {
            let style = if text == NO_FIGURE { style.colour(MUTED) } else { style };
            Cell::text(text, style.number(text_format(marks)))
        }
        content => Cell { content: content.clone(), style: style.number(look.number) },
    }
}

/// The number format that sets marks behind a text.
pub(super) fn text_format(marks: &str) -> String {
    if marks.is_empty() { String::new() } else { format!("@\"{marks}\"") }
}

/// Two steps from the edge for text, which would else touch a right-aligned number before it; none for
/// numbers, whose right indent `LibreOffice` draws unevenly.
pub(super) fn indent(column: &ColumnPlan) -> u8 {
    if column.role.align() == super::style::Align::Left { 2 } else { 0 }
}
