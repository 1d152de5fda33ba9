//! The exchange rates behind the converted figures of the workbook: every pair and period with its rate,
//! method, source and marks; below them the sources of the same currencies and years side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ReportError;
use super::super::language::words;
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::page::{Cell, Page};
use super::super::scene::{Known, Scene};
use super::super::style::{Style, WARN, WARN_FILL};
use super::super::value::{Exact, Value, View};
use super::{Element, ElementKind, Planned};
use crate::finding::Words;
use crate::measure::{Frequency, Mark, Quote, RATE_SCALE};
use crate::spec::Mistakes;
use crate::table::{COMPARED, ColumnType};

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

/// Heading over the sources side by side.
const SIDE_BY_SIDE: Words = words(
    "来源比较：第一来源的均值，与第二来源之差",
    "Sources side by side: mean of the first, and how far the second is from it",
    "Сравнение источников: среднее первого и отклонение второго",
);
/// What is compared: the days on which both printed a rate, or means as printed.
const COMMON_DAYS: Words = words("共同日均值", "mean of common days", "среднее общих дней");
const MEANS: Words = words("年均值", "means of the year", "среднегодовые");
/// The largest difference of a day.
const LARGEST: Words = words("单日最大", "largest of a day", "наибольшее за день");

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
        items.extend(side_by_side(&quotes, scene)?);
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

/// The comparisons of sources for the currencies and years of the rates shown. Where a pair is never
/// converted as the sources are compared, its two currencies are shown against what they have in common.
fn side_by_side(quotes: &[&Quote], scene: &Scene<'_>) -> Result<Vec<Item>, ReportError> {
    let currencies: BTreeSet<&str> =
        quotes.iter().flat_map(|quote| [quote.from.as_str(), quote.to.as_str()]).collect();
    let years: BTreeSet<i16> =
        quotes.iter().flat_map(|quote| quote.period.start.year()..=quote.period.end.year()).collect();
    let mut items = Vec::new();
    for name in scene.data.tables.keys().filter(|name| name.ends_with(COMPARED)) {
        let view = scene.view(name)?;
        let known = |row: usize| {
            let pair = view.text("pair", row).unwrap_or_default();
            pair.split(" per ").filter(|currency| currencies.contains(currency)).count()
        };
        let of_years = |row: &usize| {
            let year = view.text("time_period", *row).and_then(|year| year.parse().ok());
            year.is_some_and(|year: i16| years.contains(&year))
        };
        let rows: Vec<(usize, usize)> =
            (0..view.rows()).filter(of_years).map(|row| (row, known(row))).collect();
        let most = rows.iter().map(|(_, known)| *known).max().filter(|known| *known > 0);
        for (row, _) in rows.iter().filter(|(_, known)| Some(*known) == most) {
            items.push(Item::Row(comparison(&view, *row, scene)?));
        }
    }
    if !items.is_empty() {
        items.insert(0, Item::Section(scene.languages.sentence(&SIDE_BY_SIDE)));
    }
    Ok(items)
}

/// A pair in a year by two sources.
fn comparison(view: &View<'_>, row: usize, scene: &Scene<'_>) -> Result<Vec<Entry>, ReportError> {
    let text = |column: &str| view.text(column, row).unwrap_or_default();
    let number = |column: &str| view.value(column, row).exact();
    let percent = |column: &str| match view.value(column, row) {
        Value::Ratio(ratio) => Some(format!("{:+.2} %", ratio * 100.0)),
        _ => None,
    };
    let (mean, other) = (number("mean"), number("other_mean"));
    let days = number("days").filter(|days| days.units > 0).map(Exact::plain);
    let method = if days.is_some() { COMMON_DAYS } else { MEANS };
    let largest = percent("largest").map(|largest| format!("{} {largest}", scene.languages.brief(&LARGEST)));
    let apart: Vec<String> = percent("difference").into_iter().chain(largest).collect();
    Ok(vec![
        Entry::text(text("pair")),
        Entry::text(scene.languages.period(&text("time_period"))),
        mean.map_or_else(|| Ok(Entry::text("")), |mean| rate_entry(mean, PLACES, &text("pair")))?,
        Entry::text(scene.languages.brief(&method)),
        Entry::text(days.unwrap_or_default()),
        Entry::text(text("largest_on")),
        Entry::text(format!("{} · {}", text("source"), text("other"))),
        Entry::text(
            other.map(|other| format!("{} {}", text("other"), other.grouped(PLACES))).unwrap_or_default(),
        ),
        Entry::text(apart.join("\n")),
    ])
}

/// A rate as a number cell.
fn rate_entry(rate: Exact, places: u8, pair: &str) -> Result<Entry, ReportError> {
    let number = rate.to_float().ok_or_else(|| ReportError::NotFinite {
        table: "rates".to_owned(),
        column: pair.to_owned(),
        row: 1,
    })?;
    let format = format!("0.{}", "0".repeat(usize::from(places)));
    Ok(Entry::cell(Cell::number(number, Style::body().number(format)), rate.grouped(places)))
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
    // A rouble is 0.0148 dollars: small rates need more places to say as much.
    let places = if quote.rate.units() < 100_000_000 { 2 * PLACES } else { PLACES };
    let days =
        if quote.days > 0 { format!("{} / {}", quote.days, quote.days_published) } else { String::new() };
    let marks: Vec<String> = quote.marks.iter().map(|mark| worded(mark, scene)).collect();
    let style = if marks.is_empty() { Style::body() } else { Style::body().fill(WARN_FILL).colour(WARN) };
    Ok(vec![
        Entry::text(&quote.pair),
        Entry::text(scene.languages.period(&quote.period.to_string())),
        rate_entry(rate, places, &quote.pair)?,
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
