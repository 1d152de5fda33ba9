//! The shipped input through the shipped pipeline: the numbers that are known from outside.
//!
//! Expected values: the source files themselves, and Python's `decimal` over the same rates (mean of daily
//! crosses, each rounded half up at 12 places). None is copied from a run.

use std::collections::BTreeMap;

use calamine::{Data, Reader, Xlsx};

use crate::project::{Project, assert_exit, stderr};

type Rows = Vec<BTreeMap<String, String>>;

fn csv_rows(files: &[(String, Vec<u8>)], start: &str) -> Rows {
    let (_, bytes) =
        files.iter().find(|(name, _)| name.starts_with(start) && name.ends_with(".csv")).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with('\u{feff}'), "Excel needs the mark to read Chinese");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[track_caller]
fn one<'a>(rows: &'a Rows, wanted: &[(&str, &str)]) -> &'a BTreeMap<String, String> {
    let found: Vec<_> = rows
        .iter()
        .filter(|row| wanted.iter().all(|(name, value)| row.get(*name).map(String::as_str) == Some(*value)))
        .collect();
    assert_eq!(found.len(), 1, "{wanted:?}");
    found[0]
}

fn run() -> (Project, Vec<(String, Vec<u8>)>, String) {
    let project = Project::shipped();
    let output = project.amur(&["run"]);
    assert_exit(&output, 0);
    let files = project.latest("heilongjiang-russia");
    let told = stderr(&output);
    (project, files, told)
}

#[test]
fn known_numbers_arrive() {
    let (_project, files, told) = run();
    let trade = csv_rows(&files, "trade-");
    let russia = |year: &str| {
        one(
            &trade,
            &[("ref_area", "CN-HL"), ("counterpart_area", "RU"), ("flow", "total"), ("time_period", year)],
        )
    };
    for (year, cny, usd) in [
        ("2018", "122000000000", "18432631137.75610892"),
        ("2021", "131340000000", "20365596760.86873661"),
        ("2005", "46380230996.106", "5680000000"),
    ] {
        assert_eq!(
            (russia(year)["obs_value_cny"].as_str(), russia(year)["obs_value_usd"].as_str()),
            (cny, usd),
            "{year}"
        );
    }
    assert_eq!(russia("2013")["obs_value"], "22360000000");
    assert_eq!(russia("2013")["stated_growth"], "0.058");
    assert_eq!(russia("2005")["obs_value_cny_note"], "195 of 257 days");
    assert_eq!(russia("2018")["obs_value_usd_note"], "");
    assert_eq!(russia("2018")["origin_cell"], "B15");
    // The same figure of 2021 stands in two files and counts once.
    assert_eq!(russia("2021")["source_table"], "province");
    // 22360 / 21310 − 1 = 4.93 %, and the roundings do not explain the difference to 5.8 %.
    assert!(told.contains("5.8 % stated; expected 4.93 % computed"), "{told}");
    // 122 / 17.32 = 7.0439; (121.5 … 122.5) / (17.315 … 17.325) and 6.6187 is outside.
    assert!(told.contains("7.0439 (7.013–7.075); expected 6.6187 CNY per USD"), "{told}");
}

#[test]
fn months_and_cumulative_periods_stay_apart() {
    let (_project, files, _) = run();
    let trade = csv_rows(&files, "trade-");
    let world = |period: &str| {
        one(
            &trade,
            &[
                ("ref_area", "CN-HL"),
                ("counterpart_area", "W0"),
                ("breakdown", "TOTAL"),
                ("flow", "total"),
                ("time_period", period),
            ],
        )
    };
    for (period, freq, value) in [
        ("2021", "A", "199500000000"),
        ("2021-12", "M", "18780000000"),
        ("2021-01/2021-09", "YTD", "145550000000"),
        ("2022-04", "M", "22600000000"),
        ("2022", "A", "265150000000"),
        ("2023-01/2023-06", "YTD", "142460000000"),
    ] {
        assert_eq!(
            (world(period)["freq"].as_str(), world(period)["obs_value"].as_str()),
            (freq, value),
            "{period}"
        );
    }
    // Imports from Russia in 2021 are `-` in the file: missing, not zero and not the difference.
    assert!(!trade.iter().any(|row| row["ref_area"] == "CN-HL"
        && row["counterpart_area"] == "RU"
        && row["flow"] == "import"
        && row["time_period"] == "2021"
        && !row["obs_value"].is_empty()));
}

#[test]
fn every_declaration_is_accounted_for() {
    let (project, files, told) = run();
    let account = told.lines().find(|line| line.starts_with("declarations/")).unwrap();
    let numbers: Vec<u32> = account.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers, [2002, 1989, 3, 8, 2], "taken, used, normalised, rejected, left out");
    let partners = csv_rows(&files, "示例_declarations-by-partner");
    let counted: u32 = partners.iter().map(|row| row["declarations"].parse::<u32>().unwrap()).sum();
    assert_eq!(counted, 1992);
    assert!(partners.iter().all(|row| row["sample"] == "示例"));
    let rejects = csv_rows(&files, "rejects");
    let cells: Vec<&str> = rejects.iter().map(|row| row["cell"].as_str()).collect();
    assert_eq!(cells.len(), 8, "{cells:?}");
    for (cell, seen) in [("J104", "待核"), ("B404", "2021-02-30"), ("J1754", "#N/A"), ("I1304", "XXX")] {
        assert_eq!(one(&rejects, &[("cell", cell)])["seen"], seen);
    }
    // Rouble rows after 1 March 2022 step down to the yearly mean, and the figures of their partners say so.
    let stepped = one(&partners, &[("year", "2022"), ("partner", "RU")]);
    assert!(stepped["value_cny_note"].contains("at a marked rate"), "{stepped:?}");
    assert_eq!(stepped["value_cny_status"], "E");
    drop(project);
}

#[test]
fn the_sample_is_marked_on_every_sheet_that_shows_it() {
    let (_project, files, _) = run();
    let (_, bytes) =
        files.iter().find(|(name, _)| name.starts_with("示例_报关单") && name.ends_with(".xlsx")).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let sheets = book.sheet_names();
    assert!(sheets.iter().any(|sheet| sheet.contains("按贸易国")), "{sheets:?}");
    for sheet in sheets.iter().filter(|sheet| sheet.contains("封面") || sheet.contains("按贸易国")) {
        let range = book.worksheet_range(sheet).unwrap();
        let marked = range
            .used_cells()
            .any(|(_, _, cell)| matches!(cell, Data::String(text) if text.contains("示例")));
        assert!(marked, "{sheet}");
    }
}

#[test]
fn every_formula_has_its_result_in_the_file() {
    let (_project, files, _) = run();
    let mut formulas = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".xlsx")) {
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        for sheet in book.sheet_names() {
            let with_formula = book.worksheet_formula(&sheet).unwrap();
            let values = book.worksheet_range(&sheet).unwrap();
            let (row0, col0) = with_formula.start().unwrap_or_default();
            for (row, col, formula) in with_formula.used_cells().filter(|(_, _, formula)| !formula.is_empty())
            {
                let at = (row0 + u32::try_from(row).unwrap(), col0 + u32::try_from(col).unwrap());
                let value = values.get_value(at).cloned().unwrap_or_default();
                assert_ne!(value, Data::Empty, "{name} {sheet} {at:?} {formula}");
                formulas += 1;
            }
        }
    }
    assert!(formulas > 0, "no formula at all");
}

#[test]
fn every_file_and_sheet_of_the_sample_is_read() {
    let (_project, files, told) = run();
    assert!(!told.contains("NOT READ"), "{told}");
    // A sheet that one source leaves to another is not told as unread.
    let findings = csv_rows(&files, "findings");
    assert!(findings.iter().all(|row| row["code"] != "L10"), "{findings:?}");
}

#[test]
fn a_file_that_no_source_reads_is_named_in_plan_and_run() {
    let project = Project::shipped();
    project.write("input/trade/新表.csv", "时期,金额\n2021年,1\n");
    let ran = project.amur(&["run"]);
    assert_exit(&ran, 0);
    let planned = project.amur(&["plan"]);
    assert_exit(&planned, 0);
    for text in [stderr(&ran), crate::project::stdout(&planned)] {
        let line = text.lines().find(|line| line.contains("trade/新表.csv")).unwrap_or_default();
        assert!(line.contains("NOT READ: no source matches"), "{line}");
    }
}

/// 244.82 亿元 was published twice, with 56.9 % and then with 58.7 %: once in the table, once as replaced.
#[test]
fn what_a_correction_replaced_stays_readable_for_steps() {
    let project = Project::shipped();
    let name = "pipelines/heilongjiang-russia.toml";
    let shipped = std::fs::read_to_string(project.path().join(name)).unwrap();
    let more = "[[step]]\nname = \"heihe_all\"\nunion = { of = [\"heihe_zone\", \"heihe_zone.superseded\"], \
                conflict = \"keep all\" }\n[[check]]\nname = \"one\"\non = \"heihe_zone.superseded\"\n\
                unique = [\"indicator\"]\nseverity = \"error\"\n\
                [[report]]\nfile = \"heihe-{as_of}.csv\"\nfrom = \"heihe_all\"\n";
    project.write(name, format!("{shipped}\n{more}"));
    assert_exit(&project.amur(&["run"]), 0);
    let rows = csv_rows(&project.latest("heilongjiang-russia"), "heihe-");
    let totals: Vec<&str> = rows
        .iter()
        .filter(|row| row["indicator"] == "TRADE_GOODS_VALUE")
        .map(|row| row["stated_growth"].as_str())
        .collect();
    assert_eq!((rows.len(), totals), (8, vec!["0.587", "0.569"]));
}

#[test]
fn the_pipelines_own_tests_pass() {
    assert_exit(&Project::shipped().amur(&["test"]), 0);
}
