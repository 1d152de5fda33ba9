//! The first sheet: title band, figures, contents, state of the data. Figures are formulas into the sheet
//! where they stand, so that a reader can follow them.

use super::super::figure::{Picked, Remark};
use super::super::language::words;
use super::super::names::reference;
use super::super::page::{Cell, Content, Page, Row, Spot};
use super::super::role::Role;
use super::super::scene::Scene;
use super::super::style::{Align, BAD, GOOD, INK, MUTED, NAVY, Rule, Style, TILE, WARN, WHITE};
use super::super::value::{Exact, Value};
use super::super::width::{break_line, line_width};
use super::super::words::{AS_OF, CONTENT_ID, FAILED, PASSED, SAMPLE_LINE, UNTESTED, WARNED};
use super::super::{ReportError, Sample};
use crate::finding::{CheckOutcome, Verdict, Words};
use crate::table::address;
use crate::text::Label;

/// Name of the sheet.
pub(in super::super) const NAME: &str = "封面";

/// Heading of the contents.
const CONTENTS: Words = words("目录", "Contents", "Содержание");
/// Heading of the state of the data.
const STATE: Words = words("数据检查", "Data checks", "Проверка данных");

/// Tiles in a row.
const TILES: usize = 4;
/// Width of a tile and of the column between two.
const TILE_WIDTH: f64 = 29.0;
const BETWEEN: f64 = 2.4;
/// Columns of the page: a margin, and a tile and a gap for each of a row, the last gap left out.
const COLUMNS: usize = TILES * 2;

/// What the cover shows.
pub(in super::super) struct Cover<'a, 'p> {
    /// The report's title.
    pub(in super::super) title: &'a Label,
    /// Its figures.
    pub(in super::super) figures: &'a [Picked<'p>],
    /// The other pages.
    pub(in super::super) pages: &'a [Page<'p>],
    /// Their sheet names.
    pub(in super::super) names: &'a [String],
    /// Whether the workbook shows sample data.
    pub(in super::super) sample: Sample,
}

/// Makes the cover.
pub(in super::super) fn page<'a>(cover: &Cover<'_, '_>, scene: &Scene<'_>) -> Result<Page<'a>, ReportError> {
    let mut rows = band(cover.title, scene);
    if cover.sample == Sample::Sample {
        let mut cells = vec![Cell::blank(Style::default()), warning_text(scene)];
        cells.extend((2..COLUMNS).map(|_| Cell::blank(Style::warning())));
        rows.push(Row::gap(8.0));
        rows.push(Row::new(24.0, cells));
    }
    for figures in cover.figures.chunks(TILES) {
        rows.push(Row::gap(12.0));
        rows.extend(tiles(figures, cover, scene)?);
    }
    rows.push(Row::gap(18.0));
    rows.extend(contents(cover, scene));
    rows.push(Row::gap(14.0));
    rows.extend(state(scene));
    let widths = (0..COLUMNS).map(|column| if column % 2 == 1 { TILE_WIDTH } else { BETWEEN }).collect();
    let mut page = Page::still(NAME.to_owned(), Label::default(), widths, rows, Vec::new());
    page.frozen = None;
    Ok(page)
}

fn warning_text(scene: &Scene<'_>) -> Cell {
    Cell::text(
        format!("⚠ {}", scene.languages.sentence(&SAMPLE_LINE)),
        Style::warning().align(Align::Left, 1),
    )
}

/// The navy band with the title in every language.
fn band(title: &Label, scene: &Scene<'_>) -> Vec<Row> {
    let ground = Style::text(10, WHITE).fill(NAVY);
    let line = |height: f64, text: &str, style: Style| {
        let mut cells = vec![Cell::blank(ground.clone()), Cell::text(text, style)];
        cells.extend((2..COLUMNS).map(|_| Cell::blank(ground.clone())));
        Row::new(height, cells)
    };
    let mut rows = vec![line(14.0, "", ground.clone())];
    for (index, text) in scene.languages.texts(title).into_iter().enumerate() {
        let size = if index == 0 { 24 } else { 13 };
        let style = Style::text(size, WHITE).fill(NAVY);
        let style = if index == 0 { style.bold() } else { style };
        rows.push(line(if index == 0 { 40.0 } else { 24.0 }, text, style));
    }
    let day = format!("{} {}", scene.languages.sentence(&AS_OF), scene.data.as_of);
    rows.push(line(22.0, &day, Style::text(10, WHITE).fill(NAVY)));
    rows.push(line(12.0, "", ground.clone()));
    rows
}

/// One row of tiles: label, value, note.
fn tiles(figures: &[Picked<'_>], cover: &Cover<'_, '_>, scene: &Scene<'_>) -> Result<Vec<Row>, ReportError> {
    let ground = |style: Style| Style { edge: Rule::Thick, fill: Some(TILE), ..style.align(Align::Left, 1) };
    let mut labels = vec![Cell::blank(Style::default())];
    let mut values = labels.clone();
    let mut notes = labels.clone();
    let mut note_lines = 1;
    for (index, figure) in figures.iter().enumerate() {
        if index > 0 {
            for cells in [&mut labels, &mut values, &mut notes] {
                cells.push(Cell::blank(Style::default()));
            }
        }
        let heading = scene.languages.first(&figure.plan.label);
        labels.push(Cell::text(heading, ground(Style::text(10, MUTED).wrapped())));
        let (value, shown) = value(figure, cover)?;
        let size = size_for(&shown);
        values.push(Cell { style: ground(Style { size, ..value.style }), ..value });
        let note = note(figure, scene);
        note_lines = note_lines.max(break_line(&note, TILE_WIDTH - 4.0).len());
        let colour = if figure.remarks.is_empty() { MUTED } else { WARN };
        notes.push(Cell::text(note, ground(Style::text(9, colour).wrapped())));
    }
    let label_lines = figures
        .iter()
        .map(|figure| break_line(scene.languages.first(&figure.plan.label), TILE_WIDTH - 4.0).len())
        .max()
        .unwrap_or(1);
    let height = |lines: usize| super::super::page::height_of(lines, 20.0);
    Ok(vec![
        Row::new(height(label_lines), labels),
        Row::new(32.0, values),
        Row::new(height(note_lines), notes),
    ])
}

/// The largest letters in which a value fits into its tile: a number that does not is shown as `####`.
fn size_for(shown: &str) -> u8 {
    // Widths are measured for letters of 10 points; the indent takes what is left of the tile.
    let room = TILE_WIDTH - 2.0;
    let fits = |size: &u8| line_width(shown) * f64::from(*size) / 10.0 <= room;
    [20, 16, 13].into_iter().find(fits).unwrap_or(10)
}

/// What stands under a value: the period taken, the other languages, what to know of it.
fn note(figure: &Picked<'_>, scene: &Scene<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(figure.period.clone());
    let other = scene.languages.rest(&figure.plan.label);
    if !other.is_empty() {
        parts.push(other);
    }
    if let Some(note) = &figure.plan.note {
        parts.push(scene.languages.texts(note).into_iter().take(2).collect::<Vec<_>>().join(" "));
    }
    for remark in &figure.remarks {
        parts.push(match remark {
            Remark::Words(words) => format!("⚠ {}", scene.languages.brief(words)),
            Remark::Text(text) => format!("⚠ {text}"),
        });
    }
    parts.join(" · ")
}

/// The value, and the text it shows: a formula into its sheet where it stands there as a number, else the
/// value itself.
fn value(figure: &Picked<'_>, cover: &Cover<'_, '_>) -> Result<(Cell, String), ReportError> {
    let style = Style::text(20, NAVY).bold();
    let unit = figure.plan.unit_shown();
    let shown_unit = if unit.is_empty() { String::new() } else { format!("\" {}\"", unit.replace('"', "")) };
    let finite = || ReportError::NotFinite {
        table: figure.anchor.as_ref().map(|anchor| anchor.table.clone()).unwrap_or_default(),
        column: figure.anchor.as_ref().map(|anchor| anchor.column.clone()).unwrap_or_default(),
        row: figure.anchor.as_ref().map_or(0, |anchor| anchor.row + 1),
    };
    let places = figure.plan.decimals.unwrap_or(1);
    match &figure.value {
        Value::Missing => Ok((Cell::text("–", style), "–".to_owned())),
        Value::Ratio(fraction) if !fraction.is_finite() => Err(finite()),
        Value::Ratio(fraction) => {
            let look = figure.plan.role.style(places, "");
            let shown = figure.plan.role.shown_ratio(*fraction, places);
            Ok((linked(*fraction, figure, cover, style.number(look.number)), shown))
        }
        Value::Text(text) => Ok((Cell::text(text, style.wrapped()), text.clone())),
        Value::Truth(truth) => Ok((Cell::text(truth.to_string(), style), truth.to_string())),
        Value::Date(date) => {
            let cell = Cell { content: Content::Date(*date), style: style.number("yyyy-mm-dd") };
            Ok((cell, date.to_string()))
        }
        Value::Whole(_) | Value::Exact(_) => {
            let exact = figure.value.exact().unwrap_or(Exact { units: 0, scale: 0 });
            let scaled = exact.divided(figure.plan.power());
            let places = figure.plan.places(scaled);
            if let Some(sign) = figure.bound {
                let shown = format!("{sign}{} {unit}", scaled.grouped(places));
                return Ok((Cell::text(shown.trim(), style), shown));
            }
            let number = scaled.to_float().ok_or_else(finite)?;
            let format = match figure.plan.role {
                Role::Year | Role::Rank => "0".to_owned(),
                role => role.style(places, "").number,
            };
            let shown = format!("{} {unit}", scaled.grouped(places));
            Ok((linked(number, figure, cover, style.number(format!("{format}{shown_unit}"))), shown))
        }
    }
}

fn linked(number: f64, figure: &Picked<'_>, cover: &Cover<'_, '_>, style: Style) -> Cell {
    let place = figure.anchor.as_ref().and_then(|anchor| {
        let found = cover.pages.iter().zip(cover.names).find_map(|(page, name)| {
            let spot = page.spots.get(anchor)?;
            Some((name, *spot))
        });
        found.filter(|_| figure.bound.is_none())
    });
    match place {
        Some((name, spot)) => {
            let formula = formula(name, spot, figure.plan.power());
            Cell { content: Content::Formula { formula, result: number }, style }
        }
        None => Cell::number(number, style),
    }
}

/// A reference to a cell, with the factor between its scale and that of the tile.
fn formula(sheet: &str, spot: Spot, power: i32) -> String {
    let cell = reference(sheet, &address(spot.row, u32::from(spot.column)));
    let apart = spot.power - power;
    let factor = format!("1{}", "0".repeat(usize::try_from(apart.unsigned_abs()).unwrap_or(0)));
    match apart {
        0 => format!("={cell}"),
        1.. => format!("={cell}*{factor}"),
        _ => format!("={cell}/{factor}"),
    }
}

/// A link to every sheet with one line on it.
fn contents(cover: &Cover<'_, '_>, scene: &Scene<'_>) -> Vec<Row> {
    let heading = Style::text(12, NAVY).bold();
    let mut rows = vec![Row::new(
        24.0,
        vec![Cell::blank(Style::default()), Cell::text(scene.languages.line(&CONTENTS), heading)],
    )];
    for (index, (page, name)) in cover.pages.iter().zip(cover.names).enumerate() {
        let link = Content::Link { page: index + 1, text: name.clone() };
        let about = scene.languages.texts(&page.about).join(" · ");
        rows.push(Row::new(
            19.0,
            vec![
                Cell::blank(Style::default()),
                Cell { content: link, style: Style::text(10, INK) },
                Cell::blank(Style::default()),
                Cell::text(about, Style::text(10, INK)),
            ],
        ));
    }
    rows
}

/// Checks passed and warned, the day, the content's identity.
fn state(scene: &Scene<'_>) -> Vec<Row> {
    let languages = scene.languages;
    let tally = Tally::of(scene.data.outcomes);
    let mut parts = vec![format!("✔ {} {}", languages.brief(&PASSED), tally.passed)];
    if tally.untested > 0 {
        parts.push(format!("○ {} {}", languages.brief(&UNTESTED), tally.untested));
    }
    if tally.warned > 0 {
        parts.push(format!("⚠ {} {}", languages.brief(&WARNED), tally.warned));
    }
    if tally.failed > 0 {
        parts.push(format!("✖ {} {}", languages.brief(&FAILED), tally.failed));
    }
    let colour = match (tally.failed, tally.warned) {
        (0, 0) => GOOD,
        (0, _) => WARN,
        _ => BAD,
    };
    let checks = format!("{}    {}", languages.line(&STATE), parts.join("    "));
    let identity = format!("{}: {}", languages.sentence(&CONTENT_ID), scene.data.short_id());
    let line = |text: String, style: Style| {
        Row::new(18.0, vec![Cell::blank(Style::default()), Cell::text(text, style)])
    };
    vec![line(checks, Style::text(10, colour).bold()), line(identity, Style::note())]
}

/// How many checks ended how.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    untested: u64,
    warned: u64,
    failed: u64,
}

impl Tally {
    fn of(outcomes: &[CheckOutcome]) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            match outcome.verdict() {
                Verdict::Passed => tally.passed += 1,
                Verdict::NothingTested => tally.untested += 1,
                Verdict::Failed => tally.failed += 1,
                Verdict::Warned => tally.warned += 1,
            }
        }
        tally
    }
}
