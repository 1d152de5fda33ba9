//! Every figure of the sample's master that a file of `input/` carries arrives in the long table of its source
//! with its value, period, unit, growth, status and bound. The master and the places of its ids are fixtures,
//! which `tests/fixtures/make.py` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use polars::prelude::DataFrame;

use super::SourceReading;
use super::testing::{cell, read_sample};

/// Every source that carries ids, and the sheet it reads where a file has several sources.
const SOURCES: &[(&str, &[&str])] = &[
    ("province", &["1-12月", "1-9月", "1-6月"]),
    ("province_series", &[""]),
    ("russia_years", &["历年"]),
    ("russia_ytd", &["对俄累计"]),
    ("russia_cities", &[""]),
    ("china_russia", &["中俄贸易"]),
    ("heihe_zone", &["主要指标"]),
    ("expo", &["历届"]),
    ("expo6", &["第六届预报终报"]),
    ("ports", &["口岸运量"]),
    ("bridges", &["跨境通道"]),
];

/// Ids of the master that no file carries, with the reason.
const NOT_CARRIED: &[(&str, &[(u32, u32)])] = &[
    ("other provinces, cities and zones without a table", &[(2, 4), (316, 316), (318, 322), (346, 351)]),
    ("periods before or between those of the tables", &[(5, 7), (24, 27), (32, 32), (69, 89), (96, 98)]),
    ("one month or partial period told beside the series", &[(120, 120), (241, 243), (246, 246), (282, 282)]),
    ("growth without a level", &[(56, 56), (268, 269), (301, 303)]),
    ("groups of countries at other periods", &[(161, 187), (192, 197)]),
    ("modes of trade and ownership at other periods", &[(207, 221), (225, 235)]),
    ("the same year in yuan", &[(273, 273)]),
    ("Heihe city", &[(298, 300)]),
    ("goods, pipeline, electricity, investment, zones, border", &[(323, 345), (352, 353)]),
    (
        "the bridge over other periods, a day, the route, dates",
        &[(314, 315), (407, 407), (409, 411), (414, 415)],
    ),
    ("total length and a date of the rail bridge", &[(426, 426), (429, 429)]),
    ("details of the expo without a column", &[(356, 357), (366, 366), (371, 374), (376, 376), (378, 378)]),
    (
        "details of later editions without a column",
        &[(386, 390), (392, 393), (396, 396), (399, 400), (403, 404)],
    ),
];

/// Growth that the master has and the file does not print: it has a growth column for cargo alone.
const GROWTH_NOT_PRINTED: &[&str] = &["H286", "H287", "H294", "H296", "H297"];

/// The file gives the days, the master whole months: 1 January to 22 December, to 25 August.
const PERIOD_TO_THE_DAY: &[(&str, &str)] = &[
    ("H283", "2019-01-01/2019-12-22"),
    ("H284", "2019-01-01/2019-12-22"),
    ("H285", "2019-01-01/2019-12-22"),
    ("H286", "2021-01-01/2021-08-25"),
    ("H287", "2021-01-01/2021-08-25"),
];

/// A status that the file says and the master's qualifier does not: a first release, a count of one day.
const STATUS_OF_THE_FILE: &[(&str, &str)] = &[("H304", "P"), ("H310", "P"), ("H311", "P"), ("H377", "P")];

/// The master's text says "about"; the file prints a plain 76.
const BOUND_NOT_PRINTED: &[&str] = &["H317"];

fn fixture(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

/// Which series a figure of the master belongs to: indicator, flow, breakdown.
fn series<'a>(id: &str, indicator: &'a str) -> (&'a str, &'static str, &'static str) {
    let trade = |flow, breakdown| ("TRADE_GOODS_VALUE", flow, breakdown);
    match indicator {
        "TRADE_TOTAL" => trade("total", "TOTAL"),
        "EXPORTS" => trade("export", "TOTAL"),
        "IMPORTS" => trade("import", "TOTAL"),
        "TRADE_GENERAL" => trade("total", "GENERAL"),
        "TRADE_BORDER_SMALL" => trade("total", "BORDER_SMALL"),
        "TRADE_PROCESSING" => trade("total", "PROCESSING"),
        "TRADE_SOE" => trade("total", "SOE"),
        "TRADE_PRIVATE" => trade("total", "PRIVATE"),
        "TRADE_FOREIGN" => trade("total", "FOREIGN"),
        "TRADE_BONDED_B" => ("TRADE_BONDED_B", "total", "TOTAL"),
        "EXPO_CONTRACTS_CUM" => ("EXPO_CONTRACTS", "-", "-"),
        "EXPO_ENTERPRISES_CUM" => ("EXPO_ENTERPRISES", "-", "-"),
        // The file's column is 年货运能力.
        "CARGO" if id == "H413" => ("CARGO_CAPACITY", "-", "-"),
        other => (other, "_Z", "TOTAL"),
    }
}

/// The unit as the file writes it: 个 for countries and firms, 辆次 for vehicles, 人次 for passengers.
fn unit(figure: &BTreeMap<String, String>) -> &str {
    match (figure["unit"].as_str(), figure["id"].as_str()) {
        ("TONNES", _) => "T",
        ("VEHICLES", _) => "VEHICLE_TRIPS",
        ("SHIPS", _) => "SHIP_CALLS",
        ("PERSONS", _) => "PERSON_TRIPS",
        ("AGREEMENTS", _) => "ITEMS",
        ("COUNTRIES" | "ITEMS", _) | ("ENTERPRISES", "H311") => "PIECES",
        (unit, _) => unit,
    }
}

/// `value` times ten to the power of `mult`, as decimal text.
fn scaled(value: &str, mult: usize) -> String {
    let (whole, places) = value.split_once('.').unwrap_or((value, ""));
    let padded = format!("{places:0<mult$}");
    let (up, rest) = padded.split_at(mult);
    let whole = format!("{whole}{up}");
    let whole = whole.trim_start_matches('0');
    let rest = rest.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

fn period(figure: &BTreeMap<String, String>) -> (String, &str) {
    let id = figure["id"].as_str();
    if let Some((_, days)) = PERIOD_TO_THE_DAY.iter().find(|(known, _)| *known == id) {
        return ((*days).to_owned(), "R");
    }
    // Spans that are no year to date are ranges; only years of publication are points.
    let freq = match figure["freq"].as_str() {
        "P" if figure["period"].contains('/') => "R",
        _ if figure["indicator"].ends_with("CAPACITY") || id == "H413" => "P",
        freq => freq,
    };
    (figure["period"].clone(), freq)
}

fn expected(figure: &BTreeMap<String, String>) -> String {
    let id = figure["id"].as_str();
    let said = STATUS_OF_THE_FILE.iter().find(|(known, _)| *known == id).map(|(_, status)| *status);
    let status = match figure["qualifier"].as_str() {
        "planned" => "F",
        _ => said.unwrap_or("A"),
    };
    let bound = match figure["qualifier"].as_str() {
        "more than" => ">",
        "less than" => "<",
        "about" if !BOUND_NOT_PRINTED.contains(&id) => "≈",
        _ => "-",
    };
    let growth = match figure["stated_growth_pct"].as_str() {
        "" => "-".to_owned(),
        _ if GROWTH_NOT_PRINTED.contains(&id) => "-".to_owned(),
        percent => format!("{percent}e-2").parse::<f64>().unwrap().to_string(),
    };
    let currency = if figure["currency"].is_empty() { "-" } else { &figure["currency"] };
    let value = scaled(&figure["value"], figure["unit_mult"].parse().unwrap());
    let (period, freq) = period(figure);
    format!("{value} {} {currency} {period} {freq} {growth} {status} {bound}", unit(figure))
}

/// The same of a row, where it belongs to the figure's id and series.
fn got(frame: &DataFrame, row: usize, figure: &BTreeMap<String, String>) -> Option<String> {
    let at = |name: &str| cell(frame, row, name);
    let id = figure["id"].as_str();
    let (indicator, flow, breakdown) = series(id, &figure["indicator"]);
    let same = |name: &str, wanted: &str| at(name) == wanted || frame.column(name).is_err();
    let area = figure["ref_area"].as_str();
    let place = match area.strip_prefix("EXPO-ALL") {
        Some(_) => same("edition", "ALL"),
        None if area.starts_with("EXPO") => at("edition") == area,
        // Russian customs: the master has Russia as the area, the file a row of China's table.
        None if area == "RU" => at("reporter") == "RU" && at("ref_area") == figure["counterpart"],
        None => at("ref_area") == area,
    };
    let mine = at("source_ids").split_whitespace().any(|known| known == id)
        && at("indicator") == indicator
        && place
        && same("flow", flow)
        && same("breakdown", breakdown);
    mine.then(|| {
        let names = ["obs_value", "unit_measure", "currency", "time_period", "freq", "stated_growth"];
        let names = names.into_iter().chain(["obs_value_status", "obs_value_bound"]);
        names.map(at).collect::<Vec<_>>().join(" ")
    })
}

fn place(reading: &SourceReading, frame: &DataFrame, row: usize) -> (String, String) {
    let origin = frame.column("_origin").unwrap().u32().unwrap().get(row).unwrap();
    let place = reading.origins.place(origin);
    (place.file, place.sheet)
}

#[test]
fn every_figure_a_file_carries_arrives() {
    let master: BTreeMap<String, _> =
        fixture("figures.csv").into_iter().map(|figure| (figure["id"].clone(), figure)).collect();
    let carried = fixture("carried.csv");
    let mut wrong = Vec::new();
    let mut met = 0;
    for (source, sheets) in SOURCES {
        let reading = read_sample(source);
        let frames: Vec<&DataFrame> =
            std::iter::once(&reading.table.frame).chain(&reading.superseded).collect();
        let files: BTreeSet<&str> = reading.accounts.iter().map(|account| account.file.as_str()).collect();
        let ids: Vec<_> = carried
            .iter()
            .filter(|one| files.contains(one["file"].as_str()) && sheets.contains(&one["sheet"].as_str()))
            .collect();
        for one in &ids {
            let figure = &master[&one["id"]];
            let expected = expected(figure);
            let mut found = Vec::new();
            for frame in &frames {
                let rows = (0..frame.height()).filter(|row| {
                    place(&reading, frame, *row) == (one["file"].clone(), one["sheet"].clone())
                });
                found.extend(rows.filter_map(|row| got(frame, row, figure)));
            }
            if found.iter().filter(|got| **got == expected).count() != 1 {
                wrong.push(format!("{source} {} expected {expected}; got {found:?}", one["id"]));
            }
        }
        let holds = |frame: &DataFrame, row| {
            ["obs_value", "stated_growth", "stated_share"].iter().any(|name| cell(frame, row, name) != "-")
        };
        let figures: usize =
            frames.iter().map(|frame| (0..frame.height()).filter(|row| holds(frame, *row)).count()).sum();
        if figures != ids.len() {
            wrong.push(format!("{source}: {figures} figures, {} ids", ids.len()));
        }
        met += ids.len();
    }
    assert_eq!(wrong.join("\n"), "");
    assert_eq!(met, carried.len());
}

#[test]
fn every_id_of_the_master_is_carried_or_said_not_to_be() {
    let carried: BTreeSet<String> = fixture("carried.csv").into_iter().map(|one| one["id"].clone()).collect();
    let mut wrong = Vec::new();
    for figure in fixture("figures.csv") {
        let number: u32 = figure["id"].trim_start_matches('H').parse().unwrap();
        let said = NOT_CARRIED
            .iter()
            .filter(|(_, ranges)| ranges.iter().any(|(from, to)| (*from..=*to).contains(&number)));
        if said.count() + usize::from(carried.contains(&figure["id"])) != 1 {
            wrong.push(figure["id"].clone());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
