//! Reports rendered from small tables and opened again by another library.

use super::fixture::{Opened, World, part};
use super::{Rendered, ReportError};
use crate::finding::{CheckOutcome, Finding, Place, RowCount, Severity, SourceAccount, report as codes};
use crate::measure::{Currency, Mark, Operation, Period, Quote, Rate};
use crate::table::{Origin, OriginTable};

const YEARLY: &str = "
    time_period:t | flow:t  | obs_value_cny:m | obs_value_cny_status:t | obs_value_cny_bound:t | growth:r | growth_status:t
    2013          | total   | 137000000000    | A                      |                       |          | no base
    2018          | total   | 122060000000    | A                      |                       | 0.647    |
    2019          | total   | 127070000000.5  | F                      |                       | -0.041   |
    2018          | export  | 10              | A                      | >                     |          |";

const SHEET: &str = r#"
[[report]]
file = "a-{as_of}.xlsx"
kpi  = [ { from = "yearly", where = "flow = 'total' AND time_period = '2018'", value = "obs_value_cny", unit = "亿元", label = "贸易额" },
         { from = "yearly", where = "flow = 'total'", last = "time_period", value = "growth", role = "rate", label = "同比" } ]
[[report.sheet]]
name = "贸易"
from = "yearly"
where = "flow = 'total'"
sort = ["-time_period"]
gaps = "show"
columns = [ { field = "time_period", role = "period", label = { zh = "年份", en = "Year" } },
            { field = "obs_value_cny", scale = "1e8", label = "进出口（亿元）" },
            { field = "growth", role = "rate", label = "同比" } ]
"#;

#[track_caller]
fn check(world: &World, file: &str, sheet: &str, expected: &str) {
    let rendered = world.render(file);
    let drawn = Opened::new(&rendered[0]).drawn(sheet);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(drawn.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_table_explains_every_mark_and_gap() {
    check(
        &World::new(&[("yearly", YEARLY)]),
        SHEET,
        "贸易",
        "贸易
         来源 / Source: 由其他表计算 / computed from other tables · 数据截至 / As of 2019-06-15
         年份⏎Year | 进出口（亿元） | 同比
         2019 | 1270.700000005 | -0.041
         2018 | 1220.6 | 0.647
         2014–2017 | 未公布 / not published / не опубликовано
         2013 | 1370 | –
         注释 Notes Примечания
         ① 预计 / forecast / прогноз
         ② no base",
    );
}

#[test]
fn cover_figures_are_formulas_into_their_sheet_with_results() {
    let rendered = World::new(&[("yearly", YEARLY)]).render(SHEET);
    let mut opened = Opened::new(&rendered[0]);
    assert_eq!(opened.sheets(), ["封面", "贸易"]);
    let formulas: Vec<String> = opened.formulas("封面").into_iter().map(|(_, formula)| formula).collect();
    assert_eq!(formulas, ["'贸易'!B6", "'贸易'!C5"]);
    let cover = opened.drawn("封面");
    assert!(cover.contains("1220.6 |  | -0.041"), "{cover}");
}

const PARTNERS: &str = "
    year:i | partner:t | value_cny:m | value_usd:m | value_usd_bound:t | share:r
    2021   | B         | 40.25       | 6           |                   | 0.4
    2022   | A         | 70          | 11          | >                 | 1
    2021   | A         | 60.5        | 9           |                   | 0.6";

const TOTALS: &str = r#"
[[report]]
file = "a.xlsx"
langs = ["en"]
[[report.sheet]]
name = "p"
from = "partners"
sort = ["partner"]
total = { label = { en = "Total" }, within = ["year"] }
columns = [ { field = "year", role = "year", label = "Y" }, { field = "partner", label = "P" },
            { field = "value_cny", label = "V", decimals = 1 }, { field = "value_usd", label = "U" }, { field = "share", label = "S" } ]
"#;

#[test]
fn totals_stand_under_their_group_and_refuse_bounds() {
    check(
        &World::new(&[("partners", PARTNERS)]),
        TOTALS,
        "p",
        "p
         Source: computed from other tables · As of 2019-06-15
         Y | P | V | U | S
         2021 | A | 60.5 | 9 | 0.6
         2021 | B | 40.25 | 6 | 0.4
         2021 | Total | 100.75 | 15
         2022 | A | 70 | ≥11.00 | 1
         2022 | Total | 70 | –
         Notes
         ① lower bound: at least this
         ② not added up: contains bounds",
    );
    let rendered = World::new(&[("partners", PARTNERS)]).render(TOTALS);
    let formulas = Opened::new(&rendered[0]).formulas("p");
    let expected = [("C7", "SUM(C5:C6)"), ("D7", "SUM(D5:D6)"), ("C9", "SUM(C8:C8)")];
    assert_eq!(formulas.len(), expected.len());
    for ((cell, formula), (expected_cell, expected_formula)) in formulas.iter().zip(expected) {
        assert_eq!((cell.as_str(), formula.as_str()), (expected_cell, expected_formula));
    }
}

#[test]
fn rows_beyond_a_sheet_continue_on_the_next() {
    let rendered = World::new(&[("partners", PARTNERS)]).render_on(TOTALS, Some(4)).unwrap();
    let mut opened = Opened::new(&rendered[0]);
    assert_eq!(opened.sheets(), ["封面", "p", "p (2)"]);
    assert!(opened.drawn("p").ends_with("2022 | A | 70 | ≥11.00 | 1"));
    let second = "p\nSource: computed from other tables · As of 2019-06-15\nY | P | V | U | S\n2022 | Total | 70 | –\n";
    assert!(opened.drawn("p (2)").starts_with(second), "{}", opened.drawn("p (2)"));
    assert_eq!(opened.formulas("p (2)"), []);
    assert!(opened.drawn("封面").contains("p (2)"));
}

#[test]
fn a_long_sheet_is_written_row_by_row() {
    let rows: Vec<String> = (0..20_001).map(|row| format!("{row}")).collect();
    let world = World::new(&[("t", &format!("n:i\n{}", rows.join("\n")))]);
    let file = "[[report]]\nfile = \"a.xlsx\"\n[[report.sheet]]\nname = \"s\"\nfrom = \"t\"";
    let rendered = world.render(file);
    assert_eq!(rendered[0].rows, 20_001);
    assert!(Opened::new(&rendered[0]).drawn("s").ends_with("19999\n20000"));
}

const PIVOT: &str = r#"
[[report]]
file = "a.xlsx"
langs = ["zh"]
[[report.sheet]]
name = "p"
from = "world"
pivot = { rows = ["time_period"], columns = "flow" }
sort = ["time_period"]
columns = [ { field = "time_period", role = "period", label = "时期" }, { field = "v.export", label = "出口" },
            { field = "v.import", label = "进口" } ]
"#;

#[test]
fn a_pivot_sets_members_side_by_side_with_their_companions() {
    let world = World::new(&[(
        "world",
        "time_period:t   | flow:t | v:m | v_status:t
         2021-01/2021-08 | import | 983 | P
         2021-01/2021-08 | export | 277 | A
         2020-12         | export | 1   | A
         2020-12         | total  | 9   | A",
    )]);
    check(
        &world,
        PIVOT,
        "p",
        "p
         来源: 由其他表计算 · 数据截至 2019-06-15
         时期 | 出口 | 进口
         2020年12月 | 1 | –
         2021年1–8月 | 277 | 983
         注释
         ① 初步数
         – 无数据",
    );
}

#[test]
fn two_rows_for_one_cell_of_a_pivot_are_an_error() {
    let world =
        World::new(&[("world", "time_period:t|flow:t|v:m\n2021|export|1\n2021|export|2\n2021|import|1")]);
    let error = world.try_render(PIVOT).unwrap_err();
    assert!(
        matches!(&error, ReportError::CellTaken { row, member, .. } if row == "2021" && member == "export")
    );
    assert_eq!(error.finding("a.xlsx").code.id, codes::CELL_TAKEN.id);
}

#[test]
fn numbers_a_cell_cannot_hold_are_text_or_an_error() {
    let file =
        "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"en\"]\n[[report.sheet]]\nname = \"s\"\nfrom = \"t\"";
    let big = World::new(&[("t", "n:i|m:m\n9007199254740993|0.1")]);
    check(
        &big,
        file,
        "s",
        "s\nSource: computed from other tables · As of 2019-06-15\nn | m\n9,007,199,254,740,993 | 0.1",
    );
    let infinite = World::new(&[("t", "n:i|r:r\n1|inf")]);
    let error = infinite.try_render(file).unwrap_err();
    assert_eq!(error.to_string(), "r of t is not a finite number in row 1");
}

#[test]
fn an_empty_table_says_so() {
    let file = "[[report]]\nfile = \"a.xlsx\"\n[[report.sheet]]\nname = \"s\"\nfrom = \"t\"";
    let expected = "s\n来源 / Source: 由其他表计算 / computed from other tables · 数据截至 / As of 2019-06-15\nn\n无数据 / no data / нет данных";
    check(&World::new(&[("t", "n:i")]), file, "s", expected);
}

#[test]
fn failed_checks_and_footnotes_of_its_rows_stand_under_a_table() {
    let mut world = World::new(&[("t", "n:i | _origin:o\n5 | 0\n6 | 1")]);
    let origin = |row| Origin { file: 0, sheet: 0, row, column: Some(2) };
    world.origins = OriginTable::new(vec!["trade/a.xls".to_owned()], vec!["历年".to_owned()])
        .with([origin(4), origin(5)]);
    world.sources = vec![account("trade/a.xls", "years")];
    world.notes.insert("years".to_owned(), vec!["注：初步数".to_owned()]);
    let place = |cell: &str| Place {
        file: "trade/a.xls".to_owned(),
        sheet: "历年".to_owned(),
        cell: cell.to_owned(),
    };
    let finding =
        |cell| Finding::new(&codes::NOT_FINITE, Severity::Warning, "x").at(place(cell)).seen("7.04", "6.62");
    world.outcomes = vec![CheckOutcome {
        name: "汇率".to_owned(),
        on: "elsewhere".to_owned(),
        severity: Severity::Warning,
        tested: 2,
        untested: 0,
        failures: vec![finding("F6"), finding("F60")],
        accepted: Vec::new(),
    }];
    let file =
        "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"zh\"]\n[[report.sheet]]\nname = \"s\"\nfrom = \"t\"";
    check(
        &world,
        file,
        "s",
        "s
         来源: trade/a.xls · 数据截至 2019-06-15
         n
         5
         6
         数据核查提示
         ⚠ O05 数值为无穷大或非数值 · 汇率 · 7.04 → 6.62 (trade/a.xls ▸ 历年 ▸ F6)
         来源脚注
         注：初步数",
    );
}

fn account(file: &str, source: &str) -> SourceAccount {
    SourceAccount {
        file: file.to_owned(),
        source: source.to_owned(),
        blake3: "9f3c2a71b0de4455".to_owned(),
        bytes: 1,
        format: "xls".to_owned(),
        sheets: vec!["历年".to_owned()],
        rows: RowCount { taken: 3, used: 2, rejected: 1, ..RowCount::default() },
        figures: 4,
        ..SourceAccount::default()
    }
}

fn yuan_per_dollar() -> Quote {
    Quote {
        from: Currency::USD,
        to: Currency::CNY,
        operation: Operation::Multiply,
        period: Period::year(2005).unwrap(),
        rate: Rate::from_units(8_192_000_000_000).unwrap(),
        pair: "CNY per USD".to_owned(),
        method: "mean of daily crosses",
        source: "ECB".to_owned(),
        file: "rates/ecb.csv".to_owned(),
        days: 195,
        days_published: 257,
        date: None,
        path: "CNY/EUR ÷ USD/EUR".to_owned(),
        marks: vec![Mark::PartialCoverage { days: 195, of: 257 }],
    }
}

/// Only the currencies and years of the rates that are shown.
#[test]
fn the_sources_of_the_rates_shown_stand_side_by_side() {
    let compared = "
        pair:t      | time_period:t | source:t | other:t | days:i | mean:m | other_mean:m | difference:r | largest:r | largest_on:t
        CNY per USD | 2004          | ECB      | IMF     | 0      | 8.2    | 8.2          | 0            |           |
        CNY per USD | 2005          | ECB      | Fed     | 190    | 8.192  | 8.2          | 0.0009765625 | 0.0123    | 2005-07-21
        CNY per USD | 2005          | ECB      | IMF     | 0      | 8.192  | 8.1943       | 0.00028076   |           |
        RUB per USD | 2005          | ECB      | IMF     | 0      | 28.3   | 28.3         | 0            |           |";
    let mut world = World::new(&[("t", "n:i\n1"), ("reference.compared", compared)]);
    world.quotes = vec![yuan_per_dollar()];
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"en\"]\nsheet = [{ kind = \"rates\" }]";
    let drawn = Opened::new(&world.render(file)[0]).drawn("汇率");
    let below: Vec<&str> = drawn.lines().skip_while(|line| !line.starts_with("Sources side")).collect();
    assert_eq!(
        below,
        [
            "Sources side by side: mean of the first, and how far the second is from it",
            "CNY per USD | 2005 | 8.192 | mean of common days | 190 | 2005-07-21 | ECB · Fed | Fed 8.200000 | +0.10 %⏎largest of a day +1.23 %",
            "CNY per USD | 2005 | 8.192 | means of the year |  |  | ECB · IMF | IMF 8.194300 | +0.03 %",
        ]
    );
}

#[test]
fn sources_rates_and_checks_have_sheets_of_their_own() {
    let mut world = World::new(&[("t", "n:i\n1")]);
    world.sources = vec![account("a.xls", "years"), SourceAccount { sample: true, ..account("b.xls", "") }];
    world.outcomes = vec![CheckOutcome {
        name: "唯一".to_owned(),
        on: "t".to_owned(),
        severity: Severity::Error,
        tested: 7,
        untested: 0,
        failures: Vec::new(),
        accepted: Vec::new(),
    }];
    world.quotes = vec![yuan_per_dollar()];
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"en\"]\n\
                sheet = [{ kind = \"rates\" }, { kind = \"sources\" }, { kind = \"quality\" }]";
    let mut opened = Opened::new(&world.render(file)[0]);
    assert_eq!(opened.sheets(), ["封面", "汇率", "来源", "质量"]);
    let last = |text: String| text.lines().last().unwrap_or_default().to_owned();
    assert_eq!(
        last(opened.drawn("汇率")),
        "CNY per USD | 2005 | 8.192 | mean of daily crosses | 195 / 257 |  | ECB · rates/ecb.csv | \
         CNY/EUR ÷ USD/EUR | ⚠ partial coverage: 195 / 257"
    );
    assert_eq!(
        last(opened.drawn("来源")),
        "b.xls⏎⚠ sample | ⚠ no source matches | xls | 历年 | – | – | – | – | – | – | – | – | – | – | – | 9f3c2a71b0de | \
         rejected rows: see rejects.csv"
    );
    assert_eq!(last(opened.drawn("质量")), "✔ passed | 唯一⏎t | 7 | 0 | 0");
}

#[test]
fn facts_are_grouped_by_system_and_stated_beside_normalised() {
    let facts = "
        fact_id:t | indicator:t | label:t | obs_value:m  | obs_value_status:t | obs_value_bound:t | as_stated:t | unit_measure:t | currency:t | paragraph:i
        F27       | BRIDGE_LEN  | bridge  | 1284         | A                  |                   | 1284        | M              |            | 9
        F15       | EXPO_DEALS  | deals   | 170000000000 | A                  | >                 | 170         | CNY            | CNY        | 4
        F35       | CABLEWAY_C  | cost    | 571000000    | F                  |                   | 571         | CNY            | CNY        | 11";
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"en\"]\n\
        kpi = [ { from = \"facts\", where = \"fact_id = 'F27'\", value = \"obs_value\", unit = \"米\", label = \"L\" }, \
                { from = \"facts\", where = \"fact_id = 'F15'\", value = \"obs_value\", unit = \"亿元\", label = \"D\" } ]\n\
        sheet = [ { kind = \"facts\", from = \"facts\" } ]";
    let world = World::new(&[("facts", facts)]);
    check(
        &world,
        file,
        "指标",
        "Facts, as stated and as normalised
         id | Indicator | As stated | Value | Unit | Status | Paragraph
         Expo
         F15 | deals | 170 | ≥1,700 | 100 mn yuan | lower bound | 4
         Highway bridge
         F27 | bridge | 1284 | 1284 | m | normal | 9
         Cableway
         F35 | cost | 571 | 5.71 | 100 mn yuan | forecast | 11",
    );
    let mut opened = Opened::new(&world.render(file)[0]);
    assert_eq!(opened.formulas("封面"), [("B7".to_owned(), "'指标'!D7".to_owned())]);
    assert!(opened.drawn("封面").contains("1284 |  | ≥1,700 亿元"));
}

#[test]
fn the_unit_of_a_cover_figure_must_be_that_of_the_data() {
    let kpi = |value: &str, unit: &str| {
        format!(
            "[[report]]\nfile = \"a.xlsx\"\nkpi = [ {{ from = \"t\", value = \"{value}\", unit = \"{unit}\", \
             label = \"K\" }} ]\nsheet = [ {{ kind = \"quality\" }} ]"
        )
    };
    let world = World::new(&[("t", "v:m|v_usd:m|currency:t|unit_measure:t\n1|2|USD|USD")]);
    let error = world.try_render(&kpi("v", "亿元")).unwrap_err();
    assert_eq!(error.to_string(), "the figure K of the cover is in USD, not in 亿元");
    assert!(world.try_render(&kpi("v", "亿美元")).is_ok());
    assert_eq!(
        world.plan(&kpi("v_usd", "亿元")).unwrap_err(),
        [
            "`v_usd` is in USD, but the unit 亿元 is in CNY (take the column of that currency, or give the unit in USD)"
        ]
    );
    let zones = World::new(&[("t", "v:m|unit_measure:t\n16|ZONES")]);
    assert!(zones.try_render(&kpi("v", "个")).is_ok());
    assert!(zones.try_render(&kpi("v", "米")).is_err());
    let two = World::new(&[("t", "v:m|unit_measure:t\n16|M\n17|M")]);
    assert!(matches!(two.try_render(&kpi("v", "米")), Err(ReportError::FigureAmbiguous { rows: 2, .. })));
}

#[test]
fn every_mistake_of_a_report_is_found_at_once() {
    let file = r#"
[[report]]
file = "../a.xlsx"
langs = ["zh", "cn"]
[[report]]
file = "b.xlsx"
[[report.sheet]]
name = "s"
from = "partner"
[[report.sheet]]
name = "s"
from = "partners"
where = "partner"
sort = ["yeer"]
columns = [ { field = "partner", role = "money" }, { field = "value_cny", scale = "12" }, { field = "partner", codes = "areas" } ]
[[report]]
file = "c.csv"
"#;
    let mistakes = World::new(&[("partners", PARTNERS)]).plan(file).unwrap_err();
    let expected = [
        "`../a.xlsx` cannot be the name of a report file",
        "unknown language `cn`",
        "unknown table `partner` (did you mean `partners`?",
        "`where` must be a condition, but this is text",
        "unknown column `yeer` (did you mean `year`?",
        "`partner` is text, which the role `money` cannot show",
        "`scale` is 12, which is no power of ten",
        "unknown code list `areas`",
        "a CSV report needs `from`",
    ];
    assert_eq!(mistakes.len(), expected.len(), "{mistakes:#?}");
    for (mistake, expected) in mistakes.iter().zip(expected) {
        assert!(mistake.starts_with(expected), "{mistake}");
    }
}

#[test]
fn the_shipped_reports_read_without_a_mistake() {
    let mistakes = crate::spec::Mistakes::default();
    let node = crate::spec::parse(include_str!("../../pipelines/heilongjiang-russia.toml"), &mistakes);
    let crate::spec::NodeKind::Table(entries) = &node.kind else { unreachable!() };
    let reports = entries.iter().find(|entry| entry.key.value == "report").unwrap();
    let crate::spec::NodeKind::List(reports) = &reports.value.kind else { unreachable!() };
    for report in reports {
        assert!(super::ReportSpec::read(report, &mistakes).is_some());
    }
    assert_eq!(mistakes.into_sorted(), []);
}

#[test]
fn equal_data_give_equal_bytes() {
    let once = || World::new(&[("yearly", YEARLY)]).render(SHEET);
    let (first, second): (Vec<Rendered>, Vec<Rendered>) = (once(), once());
    assert_eq!(first, second);
}

#[test]
fn number_formats_tell_the_role_and_nothing_is_merged() {
    let rendered = World::new(&[("yearly", YEARLY)]).render(SHEET);
    let styles = part(&rendered[0], "xl/styles.xml");
    for format in ["#,##0.0&quot; ①&quot;", "▲ 0.0%", "#,##0.0&quot; 亿元&quot;"] {
        assert!(styles.contains(format), "{format} is not among {styles}");
    }
    let sheet = part(&rendered[0], "xl/worksheets/sheet2.xml");
    for expected in
        ["showGridLines=\"0\"", "orientation=\"landscape\"", "state=\"frozen\"", "fitToHeight=\"0\""]
    {
        assert!(sheet.contains(expected), "{expected} is not in the sheet");
    }
    assert!(!sheet.contains("mergeCell"));
}

#[test]
fn hostile_names_and_texts_still_make_a_workbook() {
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"zh\"]\ntitle = \"a&\\u0001b\"\n\
        [[report.sheet]]\nname = \"History\"\nfrom = \"t\"\n[[report.sheet]]\nname = \"a/b\\u0002:*?[]\"\nfrom = \"t\"";
    let world = World::new(&[("t", "x:t\n=1+1\u{1}")]);
    let rendered = world.render(file);
    let mut opened = Opened::new(&rendered[0]);
    assert_eq!(opened.sheets(), ["封面", "History_", "a-b-----"]);
    assert!(opened.drawn("History_").ends_with("=1+1"));
    assert_eq!(opened.formulas("History_"), []);
}
