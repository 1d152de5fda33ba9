//! A sheet of single facts, grouped by system: the text as stated beside the normalised value, its unit
//! and its status in words. A stated text is never overwritten.

use super::super::ReportError;
use super::super::columns::{Codes, code_label};
use super::super::flags::Flags;
use super::super::language::{label, words};
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::notes::{Dashes, Notes};
use super::super::page::{Anchor, Cell, Page, Spot};
use super::super::records::{Record, key_text, plain, sort};
use super::super::rows::{Condition, SortKey, selected};
use super::super::scene::{Known, Scene, column_type};
use super::super::style::{MUTED, Style, WARN, WARN_FILL};
use super::super::units::readable;
use super::super::value::View;
use super::super::words::{bound, bound_in_brief, status};
use super::{Element, ElementKind, Planned};
use crate::finding::{Finding, Words};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::Companion;
use crate::text::Label;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "facts",
    example: r#"
kind  = "facts"
from  = "facts"
name  = "公路大桥"
title = { zh = "黑河公路大桥", en = "Heihe highway bridge" }
where = "indicator LIKE 'BRIDGE_%'"
sort  = ["indicator"]
codes = "indicators"
"#,
    read,
};

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

/// What the normalised value is called.
const VALUE_WORDS: Words = words("规范值", "Value", "Значение");
/// A column of the sheet and the columns of the table it is made of; it shows where the table has one.
const COLUMNS: [(Part, &[&str], Heading); 9] = [
    (Part::Id, &["fact_id"], Heading::text(words("编号", "id", "№"))),
    (Part::Name, &["indicator"], Heading::text(words("指标", "Indicator", "Показатель")).up_to(46.0)),
    (Part::Period, &["time_period"], Heading::text(words("时期", "Period", "Период"))),
    (
        Part::Stated,
        &["as_stated", "value_text"],
        Heading::text(words("原文", "As stated", "В тексте")).up_to(30.0),
    ),
    (Part::Value, &[MEASURE], Heading::number(VALUE_WORDS)),
    (Part::Unit, &[MEASURE], Heading::text(words("单位", "Unit", "Единица")).up_to(30.0)),
    (Part::Status, &[MEASURE], Heading::text(words("状态", "Status", "Статус")).up_to(24.0)),
    (Part::Paragraph, &["paragraph"], Heading::text(words("段落", "Paragraph", "Абзац"))),
    (Part::Note, &["note"], Heading::text(words("说明", "Note", "Примечание")).up_to(46.0)),
];

/// What a column shows of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Id,
    Name,
    Period,
    Stated,
    Value,
    Unit,
    Status,
    Paragraph,
    Note,
}

/// The measure of a table of facts.
const MEASURE: &str = "obs_value";

/// The title where none is declared.
const TITLE: Words = words(
    "重点指标：原文与规范值",
    "Facts, as stated and as normalised",
    "Показатели: как в тексте и в единых единицах",
);

#[derive(Debug)]
struct FactsSpec {
    naming: Naming,
    from: Text,
    condition: Option<Text>,
    sort: Vec<Text>,
    codes: Option<Text>,
}

/// A sheet of facts whose names are known.
#[derive(Debug)]
struct Facts {
    naming: Naming,
    from: String,
    condition: Option<Condition>,
    sort: Vec<SortKey>,
    /// The code list of indicators.
    codes: Codes,
    columns: Vec<(Part, Heading)>,
}

fn read(fields: &mut Fields<'_>) -> Option<Box<dyn Element>> {
    let naming = Naming::read(fields, "指标", &TITLE);
    let from = fields.required_text("from");
    let condition = fields.text("where");
    let sort = fields.texts("sort");
    let codes = fields.text("codes");
    Some(Box::new(FactsSpec { naming, from: from?, condition, sort, codes }))
}

impl Element for FactsSpec {
    fn tables(&self) -> Vec<Text> {
        vec![self.from.clone()]
    }

    fn plan(&self, known: &Known<'_>, mistakes: &Mistakes) -> Option<Box<dyn Planned>> {
        let (schema, _) = known.shape(&self.from, mistakes)?;
        for column in ["indicator", MEASURE] {
            column_type(schema, column, &self.from, mistakes)?;
        }
        let condition = match &self.condition {
            Some(text) => Some(Condition::plan(text, schema, mistakes)?),
            None => None,
        };
        let sort: Vec<SortKey> = self.sort.iter().cloned().map(SortKey::read).collect();
        for key in &sort {
            column_type(schema, &key.field.value, &key.field, mistakes)?;
        }
        let codes = match &self.codes {
            Some(list) => {
                known.list(list, mistakes);
                Codes::List(list.value.clone())
            }
            None => Codes::Bare,
        };
        // A fact of an article has a paragraph, a row of a statistical table a period.
        let shows = |part: Part, names: &[&str]| {
            let period = part == Part::Period && schema.get("fact_id").is_some();
            !period && names.iter().any(|name| schema.get(name).is_some())
        };
        let columns = COLUMNS.iter().filter(|(part, names, _)| shows(*part, names));
        Some(Box::new(Facts {
            naming: self.naming.clone(),
            from: self.from.value.clone(),
            condition,
            sort,
            codes,
            columns: columns.map(|(part, _, heading)| (*part, *heading)).collect(),
        }))
    }
}

impl Planned for Facts {
    fn tables(&self) -> Vec<String> {
        vec![self.from.clone()]
    }

    fn name(&self) -> Option<&str> {
        Some(&self.naming.name)
    }

    fn headings(&self) -> Vec<(String, Label)> {
        vec![(MEASURE.to_owned(), label(&VALUE_WORDS))]
    }

    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let view = scene.view(&self.from)?;
        let mut chosen = plain(selected(self.condition.as_ref(), &view)?);
        sort(&mut chosen, &self.sort, None, &view);
        let chosen: Vec<usize> = chosen.iter().flat_map(Record::sources).collect();
        let mut items = Vec::new();
        let mut rows = Vec::new();
        for (system, words) in systems() {
            let of_system: Vec<usize> = chosen
                .iter()
                .copied()
                .filter(|row| system_of(&view.text("indicator", *row).unwrap_or_default()) == system)
                .collect();
            if of_system.is_empty() {
                continue;
            }
            items.push(Item::Section(scene.languages.sentence(&words)));
            rows.push(None);
            for row in of_system {
                let (item, number) = self.fact(&view, row, scene)?;
                items.push(item);
                rows.push(number.map(|power| (row, power)));
            }
        }
        let listing = Listing {
            naming: self.naming.clone(),
            notes: Vec::new(),
            headings: self.columns.iter().map(|(_, heading)| *heading).collect(),
            items,
            frozen: 2,
        };
        let (mut page, places) = listing.page(scene);
        let notes =
            Notes { scene, view: &view, flags: &Flags::default(), dashes: Dashes::None, declared: &[] };
        page.foot = notes.rows(chosen.iter().copied(), &page.widths);
        let value = self.columns.iter().position(|(part, _)| *part == Part::Value).unwrap_or(0);
        let value = u16::try_from(value).unwrap_or(0);
        for (place, number) in places.into_iter().zip(rows) {
            let Some((row, power)) = number else { continue };
            let anchor = Anchor { table: self.from.clone(), row, column: MEASURE.to_owned() };
            if scene.wanted.contains(&anchor) {
                page.spots.insert(anchor, Spot { row: place, column: value, power });
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

impl Facts {
    /// One fact, and the power of ten divided out of its value if that is a number.
    fn fact(
        &self,
        view: &View<'_>,
        row: usize,
        scene: &Scene<'_>,
    ) -> Result<(Item, Option<i32>), ReportError> {
        let text = |column: &str| key_text(&view.value(column, row));
        let (value, unit, power) = value(view, row, scene)?;
        let stated = [text("as_stated"), text("value_text")];
        let mut stated: Vec<&str> =
            stated.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        stated.dedup();
        let mut value = Some(value);
        let mut entries = Vec::new();
        for (part, _) in &self.columns {
            entries.push(match part {
                Part::Id => Entry::text(text("fact_id")),
                Part::Name => Entry::text(self.named(view, row, scene)),
                Part::Period => Entry::text(scene.languages.period(&text("time_period"))),
                Part::Stated => Entry::text(stated.join(" · ")),
                Part::Value => value.take().unwrap_or_else(|| Entry::text("")),
                Part::Unit => Entry::text(unit.clone()),
                Part::Status => status_entry(view, row, scene),
                Part::Paragraph => Entry::text(text("paragraph")),
                Part::Note => Entry::text(note(view, row)),
            });
        }
        Ok((Item::Row(entries), power))
    }

    /// What a fact is called: its indicator in the report's languages where the code list knows it, else as
    /// the table labels it; and of whom it speaks where the name does not say so.
    fn named(&self, view: &View<'_>, row: usize, scene: &Scene<'_>) -> String {
        let indicator = view.text("indicator", row).unwrap_or_default();
        let label = match code_label(&self.codes, &indicator, scene) {
            Some(label) => {
                let rest = scene.languages.rest(label);
                let first = scene.languages.first(label);
                if rest.is_empty() { first.to_owned() } else { format!("{first}\n{rest}") }
            }
            None => view.text("label", row).unwrap_or(indicator),
        };
        let entity = view.text("entity", row).unwrap_or_default();
        if label.contains(&entity) { label } else { format!("{label}\n{entity}") }
    }
}

/// The fact's own note, else what is said of its figure, as which figures it was derived from.
fn note(view: &View<'_>, row: usize) -> String {
    let own = key_text(&view.value("note", row));
    if own.is_empty() { view.text(&format!("{MEASURE}_note"), row).unwrap_or_default() } else { own }
}

/// The value in a unit that reads well, that unit, and the power of ten divided out of a number.
fn value(
    view: &View<'_>,
    row: usize,
    scene: &Scene<'_>,
) -> Result<(Entry, String, Option<i32>), ReportError> {
    let value = view.value(MEASURE, row).exact();
    let measured = view.text("unit_measure", row);
    let compound = measured.clone().filter(|unit| unit.contains('/'));
    let unit = compound.or_else(|| view.text("currency", row)).or(measured).unwrap_or_default();
    let sign = view.text(&Companion::Bound.of(MEASURE), row).and_then(|sign| bound(&sign));
    let mut power = None;
    let (entry, words) = match value {
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
    Ok((entry, words, power))
}

/// The status in words, on a ground of its own where the figure is no ordinary one.
fn status_entry(view: &View<'_>, row: usize, scene: &Scene<'_>) -> Entry {
    let sign = view.text(&Companion::Bound.of(MEASURE), row);
    let (state, plain) = state(view, row, sign.as_deref(), scene);
    let style = if plain { Style::body() } else { Style::body().fill(WARN_FILL).colour(WARN) };
    Entry::styled(state, style)
}

/// Status in words, and whether it is an ordinary figure.
fn state(view: &View<'_>, row: usize, sign: Option<&str>, scene: &Scene<'_>) -> (String, bool) {
    let code = view.text(&Companion::Status.of(MEASURE), row).or_else(|| view.text("obs_status", row));
    let code = code.unwrap_or_else(|| "A".to_owned());
    let qualifier = view.text("qualifier", row).unwrap_or_default();
    let suspect = qualifier.contains("suspect");
    let failed = failed_check(view, row, scene);
    let mut parts = Vec::new();
    parts.extend(sign.and_then(bound_in_brief).map(|words| scene.languages.brief(&words)));
    if suspect {
        parts.extend(status("U").map(|words| scene.languages.brief(&words)));
    } else if code != "A" || (parts.is_empty() && failed.is_none()) {
        parts.push(status(&code).map_or(code.clone(), |words| scene.languages.brief(&words)));
    }
    if let Some(failed) = failed {
        parts.push(format!("⚠ {} {}", failed.code.id, scene.languages.brief(&DOUBTED)));
    }
    let ordinary = matches!(code.as_str(), "A" | "D");
    (parts.join("；"), ordinary && sign.is_none() && !suspect && failed.is_none())
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
