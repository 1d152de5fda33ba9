//! From the lines of a sheet to the points of a chart. What is not known exactly is not drawn as if it
//! were: bounds and forecasts are left out and named, a year that is not published leaves a gap.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Part, Shown};
use super::chart::{ChartPlan, Shape};
use super::columns::ColumnPlan;
use super::language::{Languages, words};
use super::page::Content;
use super::role::Role;
use crate::finding::Words;
use crate::measure::Period;
use crate::text::Label;

/// A record of the sheet as its charts need it.
#[derive(Debug)]
pub(super) struct GridRow {
    /// Its line in the body.
    pub(super) line: usize,
    /// By column: the value as the table has it, and as the sheet shows it.
    pub(super) cells: Vec<(String, Shown)>,
}

/// Which axis a series belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    /// At the left.
    First,
    /// At the right, drawn as markers.
    Second,
}

/// One series of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// Its name in the legend.
    pub(super) name: String,
    /// Its axis.
    pub(super) axis: Axis,
    /// One value a category; `None` is a gap.
    pub(super) values: Vec<Option<f64>>,
    /// Number format of its values.
    pub(super) format: String,
    /// The column of the sheet that holds them.
    column: usize,
}

/// A chart with its points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plot {
    /// Shape of the first axis.
    pub(super) shape: Shape,
    /// Its title.
    pub(super) title: String,
    /// The same for whoever cannot see it.
    pub(super) alt: String,
    /// What stands along the axis.
    pub(super) categories: Vec<String>,
    /// What is drawn.
    pub(super) series: Vec<Series>,
    /// What a reader must know of it, to stand under it.
    pub(super) notes: Vec<String>,
    /// First line of the body and the columns of categories and series, where the cells of the sheet hold
    /// exactly what is drawn.
    pub(super) own: Option<Own>,
}

/// Where the sheet's own cells hold what is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Own {
    /// First line of the body.
    pub(super) line: usize,
    /// The column of the categories.
    pub(super) category: usize,
    /// The columns of the series.
    pub(super) values: Vec<usize>,
}

/// Two rows want the same point.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PointTaken {
    /// The category.
    pub(super) category: String,
    /// The series.
    pub(super) series: String,
}

const NOT_DRAWN: Words = words("图中未绘", "Not drawn", "Не показано");
const GAPS: Words = words(
    "未公布的时期留空",
    "periods that are not published are left blank",
    "неопубликованные периоды оставлены пустыми",
);
const FIRST_OF: Words = words("图中项数/全部", "drawn/all", "показано/всего");
const RIGHT: Words = words("右轴", "right axis", "правая ось");

/// A category: its key, as shown, and the line of the first record that has it.
struct Category {
    key: String,
    shown: String,
    line: Option<usize>,
}

/// Draws one chart.
pub(super) fn plot(
    plan: &ChartPlan,
    columns: &[ColumnPlan],
    rows: &[GridRow],
    languages: &Languages,
) -> Result<Plot, PointTaken> {
    let over_time = columns.get(plan.x).is_some_and(|x| matches!(x.role, Role::Period | Role::Year));
    let mut categories = categories(plan.x, rows);
    let all = categories.len();
    let mut notes: Vec<String> = Vec::new();
    let rest = languages.rest(&plan.title);
    notes.extend((!rest.is_empty()).then_some(rest));
    if over_time {
        categories = in_time(categories, languages);
    } else if let Some(top) = plan.top.filter(|top| *top < all) {
        categories.truncate(top);
        notes.push(format!("{}: {top}/{all}", languages.sentence(&FIRST_OF)));
    }
    let places: BTreeMap<&str, usize> =
        categories.iter().enumerate().map(|(place, category)| (category.key.as_str(), place)).collect();
    let mut left_out = Vec::new();
    let mut series = empty_series(plan, columns, rows, languages, categories.len());
    let mut taken = BTreeSet::new();
    for row in rows {
        let Some(&place) = row.cells.get(plan.x).and_then(|(key, _)| places.get(key.as_str())) else {
            continue;
        };
        let member = plan.series.and_then(|column| row.cells.get(column)).map(|(key, _)| key.as_str());
        for (number, (key, one)) in series.iter_mut().enumerate() {
            if member.is_some_and(|member| member != key) {
                continue;
            }
            let Some((_, shown)) = row.cells.get(one.column) else { continue };
            let category = categories.get(place).map(|category| category.shown.clone()).unwrap_or_default();
            if !taken.insert((place, number)) {
                return Err(PointTaken { category, series: one.name.clone() });
            }
            match drawable(shown) {
                Drawable::Value(value) => {
                    if let Some(point) = one.values.get_mut(place) {
                        *point = Some(value);
                    }
                }
                Drawable::Doubtful => left_out.push(doubtful(&category, one, shown, columns)),
                Drawable::Nothing => {}
            }
        }
    }
    let series: Vec<Series> = series.into_iter().map(|(_, series)| series).collect();
    if over_time && series.iter().any(|series| series.values.contains(&None)) {
        notes.push(languages.sentence(&GAPS));
    }
    if !left_out.is_empty() {
        notes.push(format!("{}: {}", languages.sentence(&NOT_DRAWN), left_out.join("；")));
    }
    Ok(Plot {
        shape: plan.shape,
        title: languages.first(&plan.title).to_owned(),
        alt: languages.texts(&plan.alt).join(" / "),
        own: own(plan, &categories, &series),
        categories: categories.into_iter().map(|category| category.shown).collect(),
        series,
        notes,
    })
}

/// The categories in the order of the sheet.
fn categories(x: usize, rows: &[GridRow]) -> Vec<Category> {
    let mut seen = BTreeSet::new();
    let mut categories = Vec::new();
    for row in rows {
        let Some((key, shown)) = row.cells.get(x) else { continue };
        if seen.insert(key.clone()) {
            // One language of a label is enough under an axis.
            let shown = shown.short.clone().unwrap_or_else(|| shown.text.clone());
            categories.push(Category { key: key.clone(), shown, line: Some(row.line) });
        }
    }
    categories
}

/// The categories from early to late, with every period between the first and the last where all are of one
/// kind that has a period before it; in the order of the sheet where one is no period.
fn in_time(categories: Vec<Category>, languages: &Languages) -> Vec<Category> {
    let mut known: BTreeMap<Period, Category> = BTreeMap::new();
    let count = categories.len();
    let parsed: Vec<Option<Period>> =
        categories.iter().map(|category| Period::parse(&category.key, None).ok()).collect();
    if parsed.contains(&None) {
        return categories;
    }
    for (category, period) in categories.into_iter().zip(parsed.into_iter().flatten()) {
        known.insert(period, category);
    }
    let (Some(first), Some(last)) = (known.keys().next().copied(), known.keys().next_back().copied()) else {
        return Vec::new();
    };
    let alike = known.keys().all(|period| period.frequency == first.frequency);
    let mut filled = Vec::with_capacity(count);
    let mut at = Some(last);
    while let Some(period) = at.filter(|period| alike && *period >= first) {
        let key = period.to_string();
        filled.push(known.remove(&period).unwrap_or_else(|| Category {
            shown: languages.period(&key),
            key,
            line: None,
        }));
        at = period.previous();
    }
    // Year-to-date spans have none before them, and mixed kinds no step: these stand as they are.
    filled.extend(known.into_values().rev());
    filled.reverse();
    filled
}

/// The series without their values, each with the member it stands for.
fn empty_series(
    plan: &ChartPlan,
    columns: &[ColumnPlan],
    rows: &[GridRow],
    languages: &Languages,
    length: usize,
) -> Vec<(String, Series)> {
    let new = |name: String, axis, column: usize| {
        let look = columns.get(column).map(|column| column.role.style(column.places, "").number);
        let format = look.unwrap_or_default();
        Series { name, axis, values: vec![None; length], format, column }
    };
    let named = |label: &Label| languages.texts(label).into_iter().take(2).collect::<Vec<_>>().join(" ");
    let label = |column: usize| columns.get(column).map(|column| named(&column.label)).unwrap_or_default();
    if let (Some(by), Some(&column)) = (plan.series, plan.y.first()) {
        return categories(by, rows)
            .into_iter()
            .map(|member| (member.key, new(member.shown, Axis::First, column)))
            .collect();
    }
    let first = plan.y.iter().map(|column| (String::new(), new(label(*column), Axis::First, *column)));
    let second = plan.y2.iter().map(|column| {
        let name = format!("{}（{}）", label(*column), languages.brief(&RIGHT));
        (String::new(), new(name, Axis::Second, *column))
    });
    first.chain(second).collect()
}

enum Drawable {
    Value(f64),
    Doubtful,
    Nothing,
}

fn drawable(shown: &Shown) -> Drawable {
    match (&shown.part, &shown.content) {
        (Part::Bound | Part::Forecast, _) => Drawable::Doubtful,
        (_, Content::Number(value)) => Drawable::Value(*value),
        _ => Drawable::Nothing,
    }
}

/// A figure that is not drawn, with the reason the table gives for it.
fn doubtful(category: &str, series: &Series, shown: &Shown, columns: &[ColumnPlan]) -> String {
    let heading = columns.get(series.column).map(|column| column.label.first()).unwrap_or_default();
    let reason = shown.reasons.first().and_then(|reason| reason.split(" / ").next()).unwrap_or_default();
    format!("{category} {heading} {}（{reason}）", shown.text)
}

/// Where the sheet holds all of it: every category one line after the other, every value a number.
fn own(plan: &ChartPlan, categories: &[Category], series: &[Series]) -> Option<Own> {
    let line = categories.first()?.line?;
    let run = categories.iter().enumerate().all(|(place, category)| category.line == Some(line + place));
    let whole = plan.series.is_none() && series.iter().all(|series| !series.values.contains(&None));
    (run && whole).then(|| Own {
        line,
        category: plan.x,
        values: series.iter().map(|series| series.column).collect(),
    })
}
