//! What changed since the earlier publication: pipeline and program, files, then the figures of the
//! workbook's tables, the largest change first. The full list is `changes.csv`.

use std::collections::BTreeMap;

use super::super::ReportError;
use super::super::changes::{Against, Change, FigureChange, FigureState, FileChange, Why, parts};
use super::super::language::words;
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::page::{Cell, Page};
use super::super::role::Role;
use super::super::scene::{Known, Scene};
use super::super::style::{INK, Style, WARN};
use super::super::units::readable;
use super::super::words::{bound, status};
use super::{Element, ElementKind, Planned};
use crate::finding::Words;
use crate::spec::Mistakes;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "changes",
    example: "kind = \"changes\"\nname = \"变化\"",
    read: |fields| Some(Box::new(ChangesSheet(Naming::read(fields, "变化", &TITLE)))),
};

const TITLE: Words =
    words("与上次发布相比的变化", "Changes since the last publication", "Изменения с прошлой публикации");

const HEADINGS: [Heading; 8] = [
    Heading::text(words("变化", "Change", "Изменение")).up_to(20.0),
    Heading::text(words("指标", "Figure", "Показатель")).up_to(30.0),
    Heading::text(words("所指", "Of what", "Чего")).up_to(46.0),
    Heading::number(words("原值", "Before", "Было")),
    Heading::number(words("新值", "Now", "Стало")),
    Heading::text(words("单位", "Unit", "Единица")).up_to(24.0),
    Heading::number(words("增减", "Difference", "Разница")).up_to(26.0),
    Heading::text(words("原因", "Why", "Почему")).up_to(50.0),
];

/// Figures of one table that are listed one by one.
const LISTED: usize = 40;

const FIRST: Words = words(
    "首次发布：没有可以比较的上一期。",
    "First publication: there is nothing to compare it with.",
    "Первая публикация: сравнивать не с чем.",
);
const DAMAGED: Words = words(
    "上次发布的数值清单缺失或已被改动，不能比较，按首次发布处理。",
    "The figures of the last publication are missing or were altered, so nothing is compared.",
    "Список значений прошлой публикации отсутствует или изменён, сравнения нет.",
);
const COMPARED: Words = words("对比的上次发布", "Compared with", "Сравнение с публикацией");
const AS_OF: Words = words("数据截至", "as of", "на");
const NOTHING: Words =
    words("各表数值没有变化。", "No figure of these tables changed.", "Значения этих таблиц не изменились.");
const MORE: Words = words("其余见 changes.csv", "the rest stands in changes.csv", "остальное в changes.csv");
const ELSEWHERE: Words = words(
    "处变化在其他文件的表或未列出的列中，见 changes.csv",
    "changes are in tables of other files or in columns not shown, see changes.csv",
    "изменений в таблицах других файлов или скрытых столбцах, см. changes.csv",
);
const PROGRAM_AND_PIPELINE: Words = words("程序与流水线", "Program and pipeline", "Программа и конвейер");
const FILES: Words = words("输入文件", "Input files", "Исходные файлы");
const UNCHANGED: Words = words("未变", "unchanged", "без изменений");
const PERCENTAGE_POINTS: Words = words("百分点", "percentage points", "проц. пункта");

#[derive(Clone, Debug)]
struct ChangesSheet(Naming);

impl Element for ChangesSheet {
    fn plan(&self, _: &Known<'_>, _: &Mistakes) -> Option<Box<dyn Planned>> {
        Some(Box::new(self.clone()))
    }
}

impl Planned for ChangesSheet {
    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let listing = Listing {
            naming: self.0.clone(),
            notes: notes(scene),
            headings: HEADINGS.to_vec(),
            items: items(scene)?,
            frozen: 2,
        };
        Ok(vec![listing.page(scene).0])
    }
}

/// Signs of a content id that are shown, as on the page's own footer.
fn short(content_id: &str) -> String {
    content_id.chars().take(super::super::SHORT_ID).collect()
}

/// What it is compared with, and how much changed.
fn notes(scene: &Scene<'_>) -> Vec<String> {
    let changes = scene.data.changes;
    let languages = scene.languages;
    let named = |as_of: &str, content_id: &str| {
        let day = format!("{} {as_of}", languages.sentence(&AS_OF));
        format!("{}: {day} · {}", languages.sentence(&COMPARED), short(content_id))
    };
    match &changes.against {
        Against::First => vec![languages.sentence(&FIRST)],
        Against::Damaged { as_of, content_id } => {
            let mut lines = vec![format!("⚠ {}", languages.sentence(&DAMAGED))];
            if !as_of.is_empty() {
                lines.push(named(as_of, content_id));
            }
            lines
        }
        Against::Earlier { as_of, content_id } => {
            let counts = counts(changes.figures.iter().map(|change| change.change), scene);
            let same = format!("{} {}", languages.brief(&UNCHANGED), changes.unchanged);
            let counts = if counts.is_empty() { same } else { format!("{counts} · {same}") };
            vec![named(as_of, content_id), counts]
        }
    }
}

/// `变更 changed 3 · 新增 new 1`.
fn counts(changes: impl Iterator<Item = Change>, scene: &Scene<'_>) -> String {
    let mut counts: BTreeMap<Change, usize> = BTreeMap::new();
    for change in changes {
        *counts.entry(change).or_insert(0) += 1;
    }
    let told =
        counts.into_iter().map(|(change, count)| format!("{} {count}", scene.languages.brief(&word(change))));
    told.collect::<Vec<_>>().join(" · ")
}

fn word(change: Change) -> Words {
    match change {
        Change::Changed => words("变更", "changed", "изменено"),
        Change::New => words("新增", "new", "новое"),
        Change::Gone => words("消失", "gone", "исчезло"),
    }
}

/// Sign and word.
fn verdict(change: Change, scene: &Scene<'_>) -> Entry {
    let (sign, style) = match change {
        Change::Changed => ("≠", Style::body().colour(INK)),
        Change::New => ("＋", Style::body().colour(INK)),
        Change::Gone => ("－", Style::body().colour(WARN)),
    };
    Entry::styled(format!("{sign} {}", scene.languages.brief(&word(change))), style)
}

fn items(scene: &Scene<'_>) -> Result<Vec<Item>, ReportError> {
    let changes = scene.data.changes;
    let languages = scene.languages;
    let mut items = Vec::new();
    if !matches!(changes.against, Against::Earlier { .. }) {
        return Ok(items);
    }
    if !changes.causes.is_empty() {
        items.push(Item::Section(languages.sentence(&PROGRAM_AND_PIPELINE)));
        for cause in &changes.causes {
            let mut row = vec![verdict(Change::Changed, scene), Entry::text(reason(cause, scene))];
            row.extend((2..HEADINGS.len()).map(|_| Entry::text("")));
            items.push(Item::Row(row));
        }
    }
    if !changes.files.is_empty() {
        items.push(Item::Section(languages.sentence(&FILES)));
        items.extend(changes.files.iter().map(|file| file_item(file, scene)));
    }
    let mut by_table: BTreeMap<&str, Vec<&FigureChange>> = BTreeMap::new();
    let shown = |change: &&FigureChange| scene.directory.shows(&change.id.table, &change.id.column);
    for change in changes.figures.iter().filter(shown) {
        by_table.entry(&change.id.table).or_default().push(change);
    }
    let mut told = 0;
    for table in scene.directory.tables() {
        let Some(figures) = by_table.get(table) else { continue };
        told += figures.len();
        table_items(table, figures, scene, &mut items)?;
    }
    if told == 0 {
        let mut row = vec![Entry::text(""), Entry::text(languages.sentence(&NOTHING))];
        row.extend((2..HEADINGS.len()).map(|_| Entry::text("")));
        items.push(Item::Row(row));
    }
    let elsewhere = changes.figures.len() - told;
    if elsewhere > 0 {
        items.push(Item::Section(format!("+{elsewhere} {}", languages.sentence(&ELSEWHERE))));
    }
    Ok(items)
}

fn file_item(file: &FileChange, scene: &Scene<'_>) -> Item {
    let mut row = vec![verdict(file.change, scene), Entry::text(&file.readers), Entry::text(&file.file)];
    row.extend((3..HEADINGS.len()).map(|_| Entry::text("")));
    Item::Row(row)
}

/// The changes of one table under the name of the sheet that shows it.
fn table_items(
    table: &str,
    figures: &[&FigureChange],
    scene: &Scene<'_>,
    items: &mut Vec<Item>,
) -> Result<(), ReportError> {
    let name =
        scene.directory.sheet(table).map_or_else(|| table.to_owned(), |sheet| format!("{sheet}（{table}）"));
    let counts = counts(figures.iter().map(|change| change.change), scene);
    items.push(Item::Section(format!("{name}: {counts}")));
    for change in figures.iter().take(LISTED) {
        items.push(Item::Row(figure_row(change, scene)?));
    }
    let more = figures.len().saturating_sub(LISTED);
    if more > 0 {
        let text = format!("+{more}: {}", scene.languages.sentence(&MORE));
        let mut row = vec![Entry::text(""), Entry::text(text)];
        row.extend((2..HEADINGS.len()).map(|_| Entry::text("")));
        items.push(Item::Row(row));
    }
    Ok(())
}

fn figure_row(change: &FigureChange, scene: &Scene<'_>) -> Result<Vec<Entry>, ReportError> {
    let scale = Scale::of(change, scene);
    let column = scene
        .directory
        .label(&change.id.table, &change.id.column)
        .map_or_else(|| change.id.column.clone(), |label| scene.languages.first(label).to_owned());
    let why: Vec<String> = change.why.iter().map(|why| reason(why, scene)).collect();
    Ok(vec![
        verdict(change.change, scene),
        Entry::text(column),
        Entry::text(of_what(change, scene)),
        scale.value(&change.old, change, scene)?,
        scale.value(&change.new, change, scene)?,
        Entry::text(&scale.unit),
        scale.difference(change, scene),
        Entry::text(why.join("\n")),
    ])
}

/// The key in words, and what the row is about where the key alone does not say it.
fn of_what(change: &FigureChange, scene: &Scene<'_>) -> String {
    let now = if change.change == Change::Gone { &change.old } else { &change.new };
    let about = |column: &str| parts(&now.about).find(|(known, _)| *known == column);
    // The name in a code list is in the reader's language, a label in that of the file.
    let indicator = about("indicator").filter(|(column, code)| list_name(column, code, scene).is_some());
    let subject = indicator.or_else(|| about("label")).or_else(|| about("indicator"));
    let all = change.id.parts().chain(subject).chain(about("time_period"));
    let words: Vec<String> =
        all.filter(|(_, value)| !value.is_empty()).map(|part| in_words(part, scene)).collect();
    words.join(" · ")
}

/// A value in words: codes by their code list, periods as the report writes them.
fn in_words((column, value): (&str, &str), scene: &Scene<'_>) -> String {
    if column == "time_period" {
        return scene.languages.period(value);
    }
    list_name(column, value, scene).unwrap_or(value).to_owned()
}

/// The name of a code in the code list called as its column: `flow` → flows, `ref_area` and
/// `counterpart_area` → areas.
fn list_name<'a>(column: &str, code: &str, scene: &Scene<'a>) -> Option<&'a str> {
    let last = column.rsplit('_').next().unwrap_or(column);
    let lists = [column, last].map(|name| scene.data.lists.get(&format!("{name}s")));
    let label = lists.into_iter().flatten().find_map(|list| list.label_of(code))?;
    Some(scene.languages.first(label))
}

/// How both values of a change are shown: in one unit, that of the larger.
struct Scale {
    power: i32,
    unit: String,
    fraction: bool,
}

impl Scale {
    fn of(change: &FigureChange, scene: &Scene<'_>) -> Self {
        let now = if change.change == Change::Gone { &change.old } else { &change.new };
        if now.unit == "1" {
            return Self { power: 0, unit: "%".to_owned(), fraction: true };
        }
        let values = [&change.old, &change.new].into_iter().filter_map(FigureState::exact);
        let largest = values.max_by_key(|value| value.rounded(0).units.unsigned_abs());
        let Some(largest) = largest.filter(|_| {
            change.old.unit == change.new.unit || change.old.unit.is_empty() || change.new.unit.is_empty()
        }) else {
            let units: Vec<&str> = [change.old.unit.as_str(), &change.new.unit]
                .into_iter()
                .filter(|unit| !unit.is_empty())
                .collect();
            return Self { power: 0, unit: units.join(" → "), fraction: false };
        };
        let readable = readable(&now.unit, largest, scene.languages);
        Self { power: readable.power, unit: readable.words, fraction: false }
    }

    /// A value: a number where it is a plain one, else text with its sign or status.
    fn value(
        &self,
        state: &FigureState,
        change: &FigureChange,
        scene: &Scene<'_>,
    ) -> Result<Entry, ReportError> {
        let Some(exact) = state.exact() else {
            let there = !state.status.is_empty() && state.status != "A";
            let words = status(&state.status).filter(|_| there);
            return Ok(Entry::text(words.map_or_else(
                || if state.value.is_empty() { "–".to_owned() } else { state.value.clone() },
                |words| scene.languages.brief(&words),
            )));
        };
        let power = if self.fraction { -2 } else { self.power };
        let scaled = exact.divided(power);
        let places = scaled.places_needed(4);
        let sign = bound(&state.bound).map_or("", |(sign, _)| sign);
        let marked = state.status != "A" && !state.status.is_empty();
        let text = format!("{sign}{}", scaled.grouped(places));
        if marked || !sign.is_empty() {
            let words = status(&state.status).filter(|_| marked).map(|words| scene.languages.brief(&words));
            return Ok(Entry::text(words.map_or(text.clone(), |words| format!("{text}\n{words}"))));
        }
        let number = scaled.to_float().ok_or_else(|| ReportError::NotFinite {
            table: change.id.table.clone(),
            column: change.id.column.clone(),
            row: 0,
        })?;
        let style = Role::Number.style(places, "");
        Ok(Entry::cell(Cell::number(number, style), text))
    }

    /// The difference in the unit of the values, and as a share of the old value.
    fn difference(&self, change: &FigureChange, scene: &Scene<'_>) -> Entry {
        let Some(difference) = change.difference() else { return Entry::text("") };
        let power = if self.fraction { -2 } else { self.power };
        let scaled = difference.divided(power);
        let plus = if difference.units > 0 { "+" } else { "" };
        let text = format!("{plus}{}", scaled.grouped(scaled.places_needed(4)));
        if difference.units == 0 {
            return Entry::text("");
        }
        Entry::text(match (self.fraction, change.relative()) {
            (true, _) => format!("{text} {}", scene.languages.brief(&PERCENTAGE_POINTS)),
            (false, Some(relative)) => format!("{text}\n{}", Role::Rate.shown_ratio(relative, 2)),
            (false, None) => text,
        })
    }
}

/// Why, in words.
fn reason(why: &Why, scene: &Scene<'_>) -> String {
    let brief = |words: &Words| scene.languages.brief(words);
    match why {
        Why::FileChanged(file) => {
            format!("{}: {file}", brief(&words("文件已更新", "file changed", "файл изменён")))
        }
        Why::FileNew(file) => format!("{}: {file}", brief(&words("新文件", "new file", "новый файл"))),
        Why::FileGone(file) => format!("{}: {file}", brief(&words("文件已移走", "file gone", "файла нет"))),
        Why::Superseded { from, by } => {
            let words = words("改由另一文件取代", "superseded", "заменено другим файлом");
            format!("{}: {from} → {by}", brief(&words))
        }
        Why::Rate { old, new } => {
            format!("{}: {old} → {new}", brief(&words("汇率变动", "rate changed", "изменён курс")))
        }
        Why::Pipeline => brief(&words(
            "流水线文件或代码表已修改",
            "pipeline or code lists changed",
            "изменён конвейер или списки кодов",
        )),
        Why::Program { old, new } => {
            format!("{}: {old} → {new}", brief(&words("程序版本", "program", "программа")))
        }
        Why::Unknown => brief(&words("未知", "not known", "неизвестно")),
    }
}
