//! The exchange rates behind the converted figures of the workbook: every pair and period with its rate,
//! method, source and marks.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ReportError;
use super::super::language::words;
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::page::{Cell, Page};
use super::super::scene::{Known, Scene};
use super::super::style::{Style, WARN, WARN_FILL};
use super::super::value::Exact;
use super::{Element, ElementKind, Planned};
use crate::finding::Words;
use crate::measure::{Frequency, Mark, Quote, RATE_SCALE};
use crate::spec::Mistakes;
use crate::table::ColumnType;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "rates",
    example: "kind = \"rates\"\nname = \"汇率\"",
    read: |fields| Some(Box::new(Rates(Naming::read(fields, "汇率", &TITLE)))),
};

const HEADINGS: [Heading; 9] = [
    Heading::text(words("货币对", "Pair", "Пара")),
    Heading::text(words("时期", "Period", "Период")),
    Heading::number(words("汇率", "Rate", "Курс")),
    Heading::text(words("方法", "Method", "Метод")).up_to(26.0),
    Heading::number(words("天数", "Days", "Дней")),
    Heading::text(words("日期", "Date", "Дата")),
    Heading::text(words("来源", "Source", "Источник")).up_to(40.0),
    Heading::text(words("算法", "Path", "Расчёт")).up_to(26.0),
    Heading::text(words("标注", "Marks", "Пометки")).up_to(44.0),
];

/// Days with a rate are fewer than the declared coverage.
const PARTIAL: Words = words("覆盖不足", "partial coverage", "неполное покрытие");
/// The source's last day lies inside the period.
const ENDS: Words = words("数据止于", "rates end on", "курсы до");
/// The source's first day lies inside the period.
const BEGINS: Words = words("数据始于", "rates begin on", "курсы с");
/// A coarser or second-choice series was used.
const STEPPED: Words = words("改用", "stepped down", "взят другой ряд");

/// How many days a line of many rates stands for.
const IN_ALL: Words = words("天", "days", "дней");
/// Where each of them is told.
const EACH_DAY: Words = words(
    "合并各行的逐日汇率见 rates-used.csv",
    "each rate of a line that stands for many days is in rates-used.csv",
    "каждый курс сводных строк см. в rates-used.csv",
);

/// How many rates alike but for their period are listed one by one.
const LISTED: usize = 40;

/// Places shown of a rate.
const PLACES: u8 = 6;

/// The title where none is declared.
const TITLE: Words = words("采用的汇率", "Exchange rates used", "Использованные курсы валют");

#[derive(Clone, Debug)]
struct Rates(Naming);

impl Element for Rates {
    fn plan(&self, _: &Known<'_>, _: &Mistakes) -> Option<Box<dyn Planned>> {
        Some(Box::new(self.clone()))
    }
}

impl Planned for Rates {
    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let ids = ids_shown(scene)?;
        let shown = |quote: &&Quote| ids.as_ref().is_none_or(|ids| ids.contains(&quote.id()));
        let quotes: Vec<&Quote> = scene.data.quotes.iter().filter(shown).collect();
        let marked = quotes.iter().filter(|quote| !quote.marks.is_empty()).count();
        let mut items = Vec::new();
        let mut condensed = false;
        for alike in grouped(&quotes) {
            // A mean stands for its own period and is always listed; only days are many and alike.
            if alike.len() > LISTED && alike.iter().all(|quote| quote.period.frequency == Frequency::Day) {
                items.push(Item::Row(range(&alike, scene)?));
                condensed = true;
            } else {
                for quote in alike {
                    items.push(Item::Row(entries(quote, scene)?));
                }
            }
        }
        let mut notes = Vec::new();
        if condensed {
            notes.push(scene.languages.sentence(&EACH_DAY));
        }
        if marked > 0 {
            let words = words("条汇率带标注", "rates carry a mark", "курсов с пометкой");
            notes.push(format!("⚠ {marked} {}", scene.languages.sentence(&words)));
        }
        let listing =
            Listing { naming: self.0.clone(), notes, headings: HEADINGS.to_vec(), items, frozen: 2 };
        Ok(vec![listing.page(scene).0])
    }
}

/// The ids of the rates that the tables of the workbook name; `None`, which means every rate, where none
/// of them names any (an aggregate keeps no ids).
fn ids_shown(scene: &Scene<'_>) -> Result<Option<BTreeSet<String>>, ReportError> {
    let mut ids = BTreeSet::new();
    for name in scene.shown {
        let view = scene.view(name)?;
        let columns: Vec<&str> = view
            .table
            .schema
            .columns()
            .iter()
            .filter(|column| column.column_type == ColumnType::Text && column.name.ends_with("_rate"))
            .map(|column| column.name.as_str())
            .collect();
        for column in columns {
            ids.extend((0..view.rows()).filter_map(|row| view.text(column, row)));
        }
    }
    Ok((!ids.is_empty()).then_some(ids))
}

/// Rates of one pair, method and source, marked or not, in the order of their periods.
fn grouped<'a>(quotes: &[&'a Quote]) -> Vec<Vec<&'a Quote>> {
    let mut groups: BTreeMap<_, Vec<&Quote>> = BTreeMap::new();
    for quote in quotes {
        let key = (&quote.pair, quote.method, &quote.source, !quote.marks.is_empty());
        groups.entry(key).or_default().push(quote);
    }
    groups
        .into_values()
        .map(|mut alike| {
            alike.sort_by_key(|quote| (quote.period, quote.from));
            alike
        })
        .collect()
}

/// One line for many rates that differ by their day: first and last day, lowest and highest rate.
fn range(alike: &[&Quote], scene: &Scene<'_>) -> Result<Vec<Entry>, ReportError> {
    let by_rate = |quote: &&&Quote| quote.rate;
    let (Some(first), Some(last)) = (alike.first(), alike.last()) else { return Ok(Vec::new()) };
    let (Some(low), Some(high)) = (alike.iter().min_by_key(by_rate), alike.iter().max_by_key(by_rate)) else {
        return Ok(Vec::new());
    };
    let mut line = entries(first, scene)?;
    let period = |quote: &Quote| scene.languages.period(&quote.period.to_string());
    let places = u32::from(PLACES);
    let rates = if low.rate == high.rate {
        low.rate.rounded(places)
    } else {
        format!("{} – {}", low.rate.rounded(places), high.rate.rounded(places))
    };
    let days: BTreeSet<_> = alike.iter().map(|quote| quote.period).collect();
    let of = [
        (1, format!("{} – {}", period(first), period(last))),
        (2, rates),
        (4, format!("{} {}", days.len(), scene.languages.brief(&IN_ALL))),
        (5, String::new()),
    ];
    for (at, text) in of {
        if let Some(entry) = line.get_mut(at) {
            *entry = Entry::text(text);
        }
    }
    Ok(line)
}

fn entries(quote: &Quote, scene: &Scene<'_>) -> Result<Vec<Entry>, ReportError> {
    let scale = i32::try_from(RATE_SCALE).unwrap_or(0);
    let rate = Exact { units: quote.rate.units(), scale };
    let number = rate.to_float().ok_or_else(|| ReportError::NotFinite {
        table: "rates".to_owned(),
        column: quote.pair.clone(),
        row: 1,
    })?;
    // A rouble is 0.0148 dollars: small rates need more places to say as much.
    let places = if quote.rate.units() < 100_000_000 { 2 * PLACES } else { PLACES };
    let format = format!("0.{}", "0".repeat(usize::from(places)));
    let days =
        if quote.days > 0 { format!("{} / {}", quote.days, quote.days_published) } else { String::new() };
    let marks: Vec<String> = quote.marks.iter().map(|mark| worded(mark, scene)).collect();
    let style = if marks.is_empty() { Style::body() } else { Style::body().fill(WARN_FILL).colour(WARN) };
    Ok(vec![
        Entry::text(&quote.pair),
        Entry::text(scene.languages.period(&quote.period.to_string())),
        Entry::cell(Cell::number(number, Style::body().number(format)), rate.grouped(places)),
        Entry::text(quote.method),
        Entry::text(days),
        Entry::text(quote.date.map(|date| date.to_string()).unwrap_or_default()),
        Entry::text(format!("{} · {}", quote.source, quote.file)),
        Entry::text(&quote.path),
        Entry::styled(marks.join("\n"), style),
    ])
}

fn worded(mark: &Mark, scene: &Scene<'_>) -> String {
    match mark {
        Mark::PartialCoverage { days, of } => {
            format!("⚠ {}: {days} / {of}", scene.languages.brief(&PARTIAL))
        }
        Mark::BeginsLate { first } => format!("⚠ {}: {first}", scene.languages.brief(&BEGINS)),
        Mark::MissingMeans { means, of, .. } => {
            format!("⚠ {}: {means} / {of}", scene.languages.brief(&PARTIAL))
        }
        Mark::EndsEarly { last } => format!("⚠ {}: {last}", scene.languages.brief(&ENDS)),
        Mark::SteppedDown { reason } => format!("⚠ {}: {reason}", scene.languages.brief(&STEPPED)),
    }
}
