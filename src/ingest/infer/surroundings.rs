//! What stands around a table: its unit and its period.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::{Period, UnitNames, YearAndMonth, find_periods};
use crate::table::address;
use crate::text::{CodeList, fold};

use super::super::around::bracketed;
use super::super::grid::{Cell, Grid};
use super::super::layout::{Block, is_blank, is_text};
use super::names::is_year;
use super::{Line, LineValue, as_pattern, quoted};

/// Words before a unit in a cell of its own, folded, as a part of a regular expression.
const UNIT_WORDS: &str = "单位|unit|units|ед\\. изм\\.|единица измерения";

/// The text cells above a table.
fn above<'a>(grid: &'a Grid, block: &'a Block) -> impl Iterator<Item = Cell<'a>> {
    let rows = block.above.clone();
    grid.cells().filter(move |cell| rows.contains(&cell.row) && is_text(cell))
}

/// A unit that stands above the tables.
pub(super) struct AroundUnit {
    /// Where, as `unit` says it.
    pub(super) setting: String,
    /// What was seen.
    pub(super) seen: String,
    /// Whether it is money.
    pub(super) money: bool,
}

/// Indicators of Eurostat's trade tables, which name a unit, and that unit.
const INDICATORS: &[(&str, &str)] = &[
    ("VALUE_IN_EUROS", "EUR"),
    ("QUANTITY_IN_100KG", "100 kg"),
    ("QUANTITY_IN_KG", "kg"),
    ("VALUE_1000EURO", "1000 EUR"),
];

/// Where the unit of the tables stands above them.
pub(super) fn unit(grid: &Grid, blocks: &[Block], names: &UnitNames) -> Option<AroundUnit> {
    let cells: Vec<Cell<'_>> = blocks.iter().flat_map(|block| above(grid, block)).collect();
    for word in UNIT_WORDS.split('|') {
        let word = word.replace('\\', "");
        let found = cells.iter().find_map(|cell| {
            let text = fold(&cell.printed());
            let (_, unit) = text.split_once(&format!("{word}:"))?;
            let unit = unit.split(')').next().unwrap_or(unit);
            let money = names.read_unit(unit).ok()?.currency.is_some();
            Some((address(cell.row, cell.col), cell.printed(), money))
        });
        if let Some((place, seen, money)) = found {
            // 填报单位 is who filled in the form.
            let others = cells.iter().any(|cell| {
                let text = fold(&cell.printed());
                let unit = text.split_once(&format!("{word}:")).and_then(|(_, unit)| unit.split(')').next());
                unit.is_some_and(|unit| names.read_unit(unit).is_err())
            });
            let word = word.replace('.', "\\.");
            let before = if others { "(?:^|金额|计量|\\s)" } else { "" };
            let which = if seen.contains([')', '）']) { "[^)]+" } else { ".+" };
            return Some(AroundUnit {
                setting: quoted(&format!("cell:/{before}{word}[:](?<unit>{which})/")),
                seen: format!("unit in {place}: {}", seen.trim()),
                money,
            });
        }
    }
    // 单位：金额 万美元 and 单位：万美元 数量：吨 name the unit of money, and beside it that of quantities.
    let found = cells.iter().find_map(|cell| {
        let text = fold(&cell.printed());
        let (_, rest) = text.split_once("单位:")?;
        let rest = rest.strip_prefix("金额").map_or(rest, |rest| rest.trim_start_matches([' ', ':']));
        let unit = rest.split([' ', ',', ';', ')']).next()?;
        names.read_unit(unit).ok()?.currency?;
        Some((address(cell.row, cell.col), cell.printed()))
    });
    if let Some((place, seen)) = found {
        return Some(AroundUnit {
            setting: quoted("cell:/单位[:](?:金额[ :]?)?(?<unit>[^ ,;)]+)/"),
            seen: format!("unit in {place}: {}", seen.trim()),
            money: true,
        });
    }
    for cell in &cells {
        if let Some((word, unit)) = INDICATORS.iter().find(|(word, _)| cell.printed().trim() == *word) {
            return Some(AroundUnit {
                setting: format!("\"cell:{word}\", units = {{ \"{word}\" = \"{unit}\" }}"),
                seen: format!("unit in {}: {word}", address(cell.row, cell.col)),
                money: unit.contains("EUR"),
            });
        }
    }
    let whole: Vec<(String, String, bool)> = cells
        .iter()
        .filter_map(|cell| {
            let unit = names.read_unit(&cell.printed()).ok()?;
            Some((address(cell.row, cell.col), fold(&cell.printed()), unit.currency.is_some()))
        })
        .collect();
    if let Some((place, seen, money)) = whole.first() {
        let mut texts: Vec<String> = whole.iter().map(|(_, text, _)| regex::escape(text)).collect();
        texts.sort();
        texts.dedup();
        let pattern = format!("cell:/^(?<unit>{})$/", texts.join("|"));
        return Some(AroundUnit {
            setting: quoted(&pattern),
            seen: format!("unit in {place}: {seen}"),
            money: *money,
        });
    }
    cells.iter().find_map(|cell| {
        let text = cell.printed();
        let unit = bracketed(&text).find_map(|part| names.read_unit(part).ok())?;
        Some(AroundUnit {
            setting: quoted("title"),
            seen: format!("unit in brackets in {}", address(cell.row, cell.col)),
            money: unit.currency.is_some(),
        })
    })
}

/// The dimension that tells tables below each other apart: the flow that each title names, else the title itself.
pub(super) fn told_by_title(
    grid: &Grid,
    blocks: &[Block],
    lists: &BTreeMap<String, CodeList>,
) -> Option<Line> {
    let titles: Vec<Vec<String>> =
        blocks.iter().map(|block| above(grid, block).map(|cell| fold(&cell.printed())).collect()).collect();
    if blocks.len() < 2 || titles.iter().any(Vec::is_empty) {
        return None;
    }
    let distinct = |texts: &[String]| {
        let different: BTreeSet<&String> = texts.iter().collect();
        different.len() == texts.len()
    };
    let flows = lists.get("flows")?;
    let mut names: Vec<String> =
        flows.names().map(|(name, _)| fold(name)).filter(|name| name.chars().count() > 1).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    let named: Vec<String> = titles
        .iter()
        .filter_map(|lines| {
            lines.iter().find_map(|line| names.iter().find(|name| line.contains(*name))).cloned()
        })
        .collect();
    if named.len() == blocks.len() && distinct(&named) {
        let mut words: Vec<String> = named.iter().map(|word| regex::escape(word)).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let settings =
            format!("{{ from = \"title\", match = '/(?<flow>{})/', codes = \"flows\" }}", words.join("|"));
        let line = Line::plain("dim.flow", settings);
        return Some(line.because(format!("titles of the {} tables", blocks.len())));
    }
    let first: Vec<String> = titles.iter().filter_map(|lines| lines.first().cloned()).collect();
    let (one, others) = first.split_first()?;
    let common = one
        .chars()
        .enumerate()
        .take_while(|(at, sign)| others.iter().all(|other| other.chars().nth(*at) == Some(*sign)));
    let common: String = common.map(|(_, sign)| sign).take_while(|sign| !sign.is_ascii_digit()).collect();
    let elsewhere = titles.iter().any(|lines| lines.iter().skip(1).any(|line| line.starts_with(&common)));
    if common.is_empty() || elsewhere || !distinct(&first) {
        return None;
    }
    let line = Line::plain(
        "dim.table",
        format!("{{ from = {} }}", quoted(&format!("title:{}*", as_pattern(&common)))),
    );
    let line = line.because(format!("titles of the {} tables", blocks.len()));
    Some(line.decide("what do the titles say of the figures? `match` takes a part, `map` or `codes` name it"))
}

/// The place of units that stand in rows of their own among the data, and what was seen.
pub(super) fn unit_rows(grid: &Grid, blocks: &[Block], names: &UnitNames) -> Option<AroundUnit> {
    let rows = || grid.rows().filter(|(row, _)| blocks.iter().any(|block| block.data.contains(row)));
    UNIT_WORDS.split('|').find_map(|word| {
        let word = word.replace('\\', "");
        let (place, seen, money) = rows().find_map(|(_, cells)| {
            let mut filled = cells.iter().filter(|cell| !is_blank(cell));
            let (cell, None) = (filled.next()?, filled.next()) else { return None };
            let text = fold(&cell.printed());
            let unit = names.read_unit(text.split_once(&format!("{word}:"))?.1).ok()?;
            Some((address(cell.row, cell.col), cell.printed(), unit.currency.is_some()))
        })?;
        let setting = quoted(&format!("row:/{}[:](?<unit>.+)/", word.replace('.', "\\.")));
        Some(AroundUnit { setting, seen: format!("unit in {place}: {seen}, and in the rows below"), money })
    })
}

/// Where the year stands that completes months of the header: in a period of the title, else as the only year in
/// the title (2019月 lacks its month), else as the only one in the name of the sheet or the file.
pub(super) fn year_place(grid: &Grid, blocks: &[Block], shown: &str) -> Option<String> {
    if names_a_year(grid, blocks) {
        return Some("title:*".to_owned());
    }
    let titles: Vec<String> =
        blocks.iter().take(1).flat_map(|block| above(grid, block)).map(|cell| cell.printed()).collect();
    let name = shown.rsplit('/').next().unwrap_or(shown);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let places = [("title", titles.join(" ")), ("sheet", grid.sheet.clone()), ("file", stem.to_owned())];
    let (word, _) = places.into_iter().find(|(_, text)| only_year(text).is_some())?;
    Some(format!("{word}:/(?:^|\\D)(?<year>(?:19|20)\\d\\d)(?:\\D|$)/"))
}

/// Where the month stands in which the figures of a table end: the title, else the name of the sheet or the file.
pub(super) fn month_place(grid: &Grid, blocks: &[Block], shown: &str) -> Option<String> {
    let titles: Vec<String> =
        blocks.iter().take(1).flat_map(|block| above(grid, block)).map(|cell| cell.printed()).collect();
    let name = shown.rsplit('/').next().unwrap_or(shown);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let places = [("title", titles), ("sheet", vec![grid.sheet.clone()]), ("file", vec![stem.to_owned()])];
    places.into_iter().find_map(|(word, texts)| {
        let said: BTreeSet<(i16, Option<i8>)> = texts
            .iter()
            .flat_map(|text| find_periods(text))
            .map(|period| YearAndMonth::of(&period))
            .map(|known| (known.year, known.month))
            .filter(|(_, month)| month.is_some())
            .collect();
        (said.len() == 1).then(|| word.to_owned())
    })
}

/// The only number of a text that is a year.
fn only_year(text: &str) -> Option<String> {
    let folded = fold(text);
    let numbers = folded.split(|sign: char| !sign.is_ascii_digit()).filter(|part| is_year(part));
    let mut years: Vec<String> = numbers.map(str::to_owned).collect();
    years.dedup();
    match years.as_slice() {
        [year] => Some(year.clone()),
        _ => None,
    }
}

/// Whether the cells above a table name one year.
fn names_a_year(grid: &Grid, blocks: &[Block]) -> bool {
    let mut years: Vec<i16> = blocks
        .iter()
        .take(1)
        .flat_map(|block| above(grid, block))
        .flat_map(|cell| find_periods(&cell.printed()))
        .map(|period| period.start.year())
        .collect();
    years.dedup();
    years.len() == 1
}

/// The line for a period that stands in the title, the sheet's name or the file's name.
pub(super) fn period(grid: &Grid, blocks: &[Block], shown: &str) -> Option<Line> {
    let title: Vec<(String, Vec<Period>)> = blocks
        .iter()
        .take(1)
        .flat_map(|block| above(grid, block))
        .map(|cell| (address(cell.row, cell.col), find_periods(&cell.printed())))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    let name = shown.rsplit('/').next().unwrap_or(shown);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut places: Vec<(&str, String, Vec<Period>)> = Vec::new();
    if let Some((place, _)) = title.first() {
        places.push(("title", place.clone(), title.iter().flat_map(|(_, found)| found.clone()).collect()));
    }
    places.push(("sheet", format!("sheet {}", grid.sheet), find_periods(&grid.sheet)));
    places.push(("file", "the file name".to_owned(), find_periods(stem)));
    let mut chosen: Vec<(&str, String, Period)> = Vec::new();
    let mut apart: Vec<String> = Vec::new();
    for (word, place, mut found) in places {
        found.dedup();
        match (found.as_slice(), chosen.first()) {
            ([], _) => {}
            ([one], None) => chosen.push((word, place, *one)),
            ([one], Some((_, _, known))) if one == known => chosen.push((word, place, *one)),
            _ => apart.push(word.to_owned()),
        }
    }
    let Some((_, _, period)) = chosen.first() else { return year_of_file(stem) };
    let words = chosen.iter().map(|(word, ..)| (*word).to_owned()).collect();
    let seen: Vec<&str> = chosen.iter().map(|(_, place, _)| place.as_str()).collect();
    let line = Line::new("dim.time_period", LineValue::Places(words))
        .because(format!("{period} in {}", seen.join(", ")));
    Some(if apart.is_empty() {
        line
    } else {
        line.decide(format!("other periods stand in: {}", apart.join(", ")))
    })
}

/// The line for a file whose name holds one number that is a year.
fn year_of_file(stem: &str) -> Option<Line> {
    let year = only_year(stem)?;
    let settings = r#"{ from = "file", match = '/(?:^|\D)(?<time_period>\d{4})(?:\D|$)/', type = "period" }"#;
    let line = Line::plain("dim.time_period", settings).because(format!("{year} in the file name"));
    Some(line.decide("is the number in the file name the year of the figures?"))
}
