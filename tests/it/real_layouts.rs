//! Real trade tables, read as `real_layouts.toml` declares them. The files are not part of the project: where
//! the folder with them is absent, the test says so and ends. Figures are written down from the cells.

use std::path::{Path, PathBuf};

use crate::project::{Project, assert_exit};

/// A file of the samples, its name in `input/`.
const FILES: &[(&str, &str)] = &[
    ("sass_shanghai/上海海关分贸易方式/2020.xlsx", "方式2020.xlsx"),
    ("sass_shanghai/上海海关分贸易方式/2024.xlsx", "方式2024.xlsx"),
    ("sass_shanghai/上海重点进出口商品/2019笔记本电脑出口.csv", "2019笔记本电脑出口.csv"),
    ("sass_shanghai/上海重点进出口商品/2023笔记本电脑出口.csv", "2023笔记本电脑出口.csv"),
    ("sass_shanghai/上海重点进出口商品/2024电动载人汽车出口.csv", "2024电动载人汽车出口.csv"),
    ("eurostat/beer_volume.xlsx", "beer_volume.xlsx"),
    ("eurostat/lt_total_exports.xlsx", "lt_total_exports.xlsx"),
    ("cipf/China_1.1_trade_balance_2014-2024.xlsx", "China_1.1_trade_balance_2014-2024.xlsx"),
    (
        "cipf/China_2.1.2_top_export_partners_cols_reverse.xlsx",
        "China_2.1.2_top_export_partners_cols_reverse.xlsx",
    ),
    ("cipf/China_3.1.1_top_import_partners.xlsx", "China_3.1.1_top_import_partners.xlsx"),
    ("jiomu/中国天然气进出口量处理后数据.xlsx", "中国天然气进出口量处理后数据.xlsx"),
    ("jiomu/中国煤油进出口量.xlsx", "中国煤油进出口量.xlsx"),
    ("cbr/USD_F01_02_2002_T01_02_2022.csv", "USD_F01_02_2002_T01_02_2022.csv"),
];

/// Figures of the files: report, and what a line of it holds.
const FIGURES: &[(&str, &[&str])] = &[
    ("modes.csv", &["#合计,total,2020,A,3482847300000,", "34828.473,CNY,CNY", ",B5"]),
    ("modes.csv", &["总值,export,2024-01/2024-08,YTD,1170573947317,", "117057394.7317,CNY,CNY"]),
    ("modes.csv", &["#合计 / 加工贸易 / 来料加工装配贸易,total,2020,A,32831110000,"]),
    ("laptops.csv", &["84713090,中国香港,2019,A,939174318,", "CNY"]),
    ("cars.csv", &["870240,墨西哥,2024,A,100875201,"]),
    ("beer.csv", &["Austria,RU,2020,A,3489700,", "KG"]),
    ("lt.csv", &["Armenia,2020-01,M,843977,", "EUR"]),
    ("comtrade_wide.csv", &["2014,A,Afghanistan,1038198468,", "0.0004102684344522"]),
    ("comtrade_rank.csv", &["\"China, Hong Kong SAR\",export,300429691146,"]),
    ("comtrade_balance.csv", &["2014,A,import,1959234625162,"]),
    ("energy.csv", &["天然气,2020,A,import,141680000000,", "M3"]),
    ("cbr.csv", &["2022-02-01,Доллар США,77.4702,"]),
];

fn samples() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../shared/real-samples", "../../shared/real-samples"];
    folders.into_iter().map(|folder| root.join(folder)).find(|folder| folder.is_dir())
}

#[test]
fn real_layouts_are_read_as_declared() {
    let Some(samples) = samples() else {
        eprintln!("skipped: ../shared/real-samples is not there");
        return;
    };
    let project = Project::empty();
    for (file, name) in FILES {
        project.write(&format!("input/{name}"), std::fs::read(samples.join(file)).unwrap());
    }
    project.write("pipelines/real.toml", include_str!("real_layouts.toml"));
    assert_exit(&project.amur(&["run", "--full", "--as-of", "2025-01-01"]), 0);
    let written = project.latest("real");
    for (report, parts) in FIGURES {
        let (_, bytes) = written.iter().find(|(file, _)| file == report).unwrap();
        let text = String::from_utf8_lossy(bytes);
        let found = text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(
            found,
            "{report} has no line with {parts:?}:\n{}",
            text.lines().take(4).collect::<Vec<_>>().join("\n")
        );
    }
}
