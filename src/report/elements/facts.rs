//! A sheet of single facts, grouped by system: the text as stated beside the normalised value, its unit
//! and its status in words. A stated text is never overwritten.

use super::super::ReportError;
use super::super::flags::Flags;
use super::super::language::{label, words};
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::notes::{Dashes, Notes};
use super::super::page::{Anchor, Cell, Page, Spot};
use super::super::records::key_text;
use super::super::scene::{Known, Scene, column_type};
use super::super::style::{MUTED, Style, WARN, WARN_FILL};
use super::super::units::readable;
use super::super::value::View;
use super::super::words::{bound, status};
use super::{Element, ElementKind, Planned};
use crate::finding::{Finding, Words};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::Companion;
use crate::text::Label;

/// The registry entry.
pub(super) const KIND: ElementKind =
    ElementKind { name: "facts", example: "kind = \"facts\"\nfrom = \"facts\"\nname = \"指标\"", read };

/// Systems by the beginning of the indicator.
const SYSTEMS: [(&str, Words); 8] = [
    ("TRADE", words("贸易", "Trade", "Торговля")),
    ("ZONE", words("境外经贸合作区", "Cooperation zones", "Зоны сотрудничества")),
    ("EXPO", words("中俄博览会", "Expo", "Выставка")),
    ("BORDER", words("边境", "Border", "Граница")),
    ("HEIHE", words("黑河市", "Heihe city", "Хэйхэ")),
    ("BRIDGE", words("公路大桥", "Highway bridge", "Автомобильный мост")),
    ("CABLEWAY", words("跨境索道", "Cableway", "Канатная дорога")),
    ("POLICY", words("政策", "Policy", "Политика")),
];
/// Everything else.
const OTHER: Words = words("其他", "Other", "Прочее");

const HEADINGS: [Heading; 8] = [
    Heading::text(words("编号", "id", "№")),
    Heading::text(words("指标", "Indicator", "Показатель")).up_to(40.0),
    Heading::text(words("原文", "As stated", "В тексте")).up_to(30.0),
    Heading::number(VALUE_WORDS),
    Heading::text(words("单位", "Unit", "Единица")).up_to(30.0),
    Heading::text(words("状态", "Status", "Статус")).up_to(24.0),
    Heading::text(words("段落", "Paragraph", "Абзац")),
    Heading::text(words("说明", "Note", "Примечание")).up_to(46.0),
];
/// What the normalised value is called.
const VALUE_WORDS: Words = words("规范值", "Value", "Значение");
/// The column of the normalised value.
const VALUE: u16 = 3;

/// The measure of a table of facts.
const MEASURE: &str = "obs_value";

/// The title where none is declared.
const TITLE: Words = words(
    "重点指标：原文与规范值",
    "Facts, as stated and as normalised",
    "Показатели: как в тексте и в единых единицах",
);

#[derive(Clone, Debug)]
struct Facts {
    naming: Naming,
    from: Text,
}

fn read(fields: &mut Fields<'_>) -> Option<Box<dyn Element>> {
    let naming = Naming::read(fields, "指标", &TITLE);
    let from = fields.required_text("from")?;
    Some(Box::new(Facts { naming, from }))
}

impl Element for Facts {
    fn tables(&self) -> Vec<Text> {
        vec![self.from.clone()]
    }

    fn plan(&self, known: &Known<'_>, mistakes: &Mistakes) -> Option<Box<dyn Planned>> {
        let (schema, _) = known.shape(&self.from, mistakes)?;
        for column in ["indicator", MEASURE] {
            column_type(schema, column, &self.from, mistakes)?;
        }
        Some(Box::new(self.clone()))
    }
}

impl Planned for Facts {
    fn tables(&self) -> Vec<String> {
        vec![self.from.value.clone()]
    }

    fn name(&self) -> Option<&str> {
        Some(&self.naming.name)
    }

    fn headings(&self) -> Vec<(String, Label)> {
        vec![(MEASURE.to_owned(), label(&VALUE_WORDS))]
    }

    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let view = scene.view(&self.from.value)?;
        let mut items = Vec::new();
        let mut rows = Vec::new();
        for (system, words) in systems() {
            let of_system: Vec<usize> = (0..view.rows())
                .filter(|row| system_of(&view.text("indicator", *row).unwrap_or_default()) == system)
                .collect();
            if of_system.is_empty() {
                continue;
            }
            items.push(Item::Section(scene.languages.sentence(&words)));
            rows.push(None);
            for row in of_system {
                let (item, number) = fact(&view, row, scene)?;
                items.push(item);
                rows.push(number.map(|power| (row, power)));
            }
        }
        let listing = Listing {
            naming: self.naming.clone(),
            notes: Vec::new(),
            headings: HEADINGS.to_vec(),
            items,
            frozen: 2,
        };
        let (mut page, places) = listing.page(scene);
        let notes =
            Notes { scene, view: &view, flags: &Flags::default(), dashes: Dashes::None, declared: &[] };
        page.foot = notes.rows(0..view.rows(), &page.widths);
        for (place, number) in places.into_iter().zip(rows) {
            let Some((row, power)) = number else { continue };
            let anchor = Anchor { table: self.from.value.clone(), row, column: MEASURE.to_owned() };
            if scene.wanted.contains(&anchor) {
                page.spots.insert(anchor, Spot { row: place, column: VALUE, power });
            }
        }
        Ok(vec![page])
    }
}

/// Every system, the nameless rest last.
fn systems() -> impl Iterator<Item = (Option<&'static str>, Words)> {
    SYSTEMS.iter().map(|(prefix, words)| (Some(*prefix), *words)).chain([(None, OTHER)])
}

/// The system an indicator belongs to.
fn system_of(indicator: &str) -> Option<&'static str> {
    let first = indicator.split('_').next().unwrap_or_default();
    SYSTEMS.iter().map(|(prefix, _)| *prefix).find(|prefix| *prefix == first)
}

/// One fact, and the power of ten divided out of its value if that is a number.
fn fact(view: &View<'_>, row: usize, scene: &Scene<'_>) -> Result<(Item, Option<i32>), ReportError> {
    let text = |column: &str| key_text(&view.value(column, row));
    let value = view.value(MEASURE, row).exact();
    let unit = view.text("currency", row).or_else(|| view.text("unit_measure", row)).unwrap_or_default();
    let sign = view.text(&Companion::Bound.of(MEASURE), row).and_then(|sign| bound(&sign));
    let mut power = None;
    let (value_entry, unit_text) = match value {
        Some(number) => {
            let readable = readable(&unit, number, scene.languages);
            let scaled = number.divided(readable.power);
            let places = scaled.places_needed(4);
            let shown = scaled.grouped(places);
            let entry = if let Some((sign, _)) = sign {
                Entry::styled(format!("{sign}{shown}"), Style::body())
            } else {
                let number = scaled.to_float().ok_or_else(|| ReportError::NotFinite {
                    table: view.table.name.clone(),
                    column: MEASURE.to_owned(),
                    row: row + 1,
                })?;
                power = Some(readable.power);
                let point =
                    if places == 0 { String::new() } else { format!(".{}", "0".repeat(places.into())) };
                let format = if readable.grouped { format!("#,##0{point}") } else { format!("0{point}") };
                Entry::cell(Cell::number(number, Style::body().number(format)), shown)
            };
            (entry, readable.words)
        }
        None => (Entry::styled("–", Style::body().colour(MUTED)), String::new()),
    };
    let stated = [text("as_stated"), text("value_text")];
    let mut stated: Vec<&str> = stated.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    stated.dedup();
    let (state, plain) = state(view, row, sign.map(|(shown, _)| shown), scene);
    let state_style = if plain { Style::body() } else { Style::body().fill(WARN_FILL).colour(WARN) };
    let entries = vec![
        Entry::text(text("fact_id")),
        Entry::text(named(&text("label"), &text("entity"))),
        Entry::text(stated.join(" · ")),
        value_entry,
        Entry::text(unit_text),
        Entry::styled(state, state_style),
        Entry::text(text("paragraph")),
        Entry::text(text("note")),
    ];
    Ok((Item::Row(entries), power))
}

/// What a fact is called, and of whom it speaks where the name does not say so.
fn named(label: &str, entity: &str) -> String {
    if entity.is_empty() || label.contains(entity) { label.to_owned() } else { format!("{label}\n{entity}") }
}

/// Status in words, and whether it is an ordinary figure.
fn state(view: &View<'_>, row: usize, sign: Option<&str>, scene: &Scene<'_>) -> (String, bool) {
    let code = view.text(&Companion::Status.of(MEASURE), row).or_else(|| view.text("obs_status", row));
    let code = code.unwrap_or_else(|| "A".to_owned());
    let qualifier = view.text("qualifier", row).unwrap_or_default();
    let suspect = qualifier.contains("suspect");
    let failed = failed_check(view, row, scene);
    let mut parts = Vec::new();
    if let Some(sign) = sign {
        let words = match sign {
            "≥" => LOWER,
            "≤" => UPPER,
            _ => NEARLY,
        };
        parts.push(scene.languages.brief(&words));
    }
    if suspect {
        parts.extend(status("U").map(|words| scene.languages.brief(&words)));
    } else if code != "A" || (parts.is_empty() && failed.is_none()) {
        parts.push(status(&code).map_or(code.clone(), |words| scene.languages.brief(&words)));
    }
    if let Some(failed) = failed {
        parts.push(format!("⚠ {} {}", failed.code.id, scene.languages.brief(&DOUBTED)));
    }
    (parts.join("；"), code == "A" && sign.is_none() && !suspect && failed.is_none())
}

/// The failed check that concerns the row, if there is one.
fn failed_check<'a>(view: &View<'_>, row: usize, scene: &Scene<'a>) -> Option<&'a Finding> {
    let place = scene.data.origins.place(view.origin(row)?);
    let line = |cell: &str| cell.trim_start_matches(|sign: char| sign.is_ascii_alphabetic()).to_owned();
    let mut failures = scene.data.outcomes.iter().flat_map(|outcome| &outcome.failures);
    failures.find(|failure| {
        let of = &failure.place;
        of.file == place.file && of.sheet == place.sheet && line(&of.cell) == line(&place.cell)
    })
}

/// A check of the pipeline does not bear the figure out.
const DOUBTED: Words = words("核查存疑", "doubted by a check", "вызывает сомнение");

const LOWER: Words = words("下限", "lower bound", "нижняя граница");
const UPPER: Words = words("上限", "upper bound", "верхняя граница");
const NEARLY: Words = words("约数", "approximate", "приблизительно");
