//! Charts rendered from small tables, their parts read back.

use super::fixture::{Opened, World, part};

const SERIES: &str = "
    time_period:t | flow:t | v:m          | v_bound:t | v_status:t | growth:r
    2021          | total  | 131340000000 |           |            | 0.348
    2018          | total  | 122060000000 |           |            | 0.647
    2019          | total  | 127070000000 |           |            | -0.041
    2022          | total  | 180000000000 | >         |            |
    2023          | total  | 190000000000 |           | F          |";

const CHART: &str = r#"
[[report]]
file = "a.xlsx"
[[report.sheet]]
name = "贸易"
from = "t"
sort = ["time_period"]
columns = [ { field = "time_period", role = "period", label = "年份" },
            { field = "v", scale = "1e8", label = "进出口（亿元）" },
            { field = "growth", role = "rate", label = "同比" } ]
[[report.sheet.chart]]
type = "column+marker"
x = "time_period"
y = ["v"]
y2 = ["growth"]
title = { zh = "2021年1,313亿元", en = "131.3 bn yuan in 2021" }
alt = "柱为进出口，菱形为同比"
"#;

/// The values of a chart's cache, by place: `0=1220.6 1=1270.7`.
fn points(chart: &str, series: usize) -> String {
    let values = chart.split("<c:val>").nth(series + 1).unwrap().split("</c:val>").next().unwrap();
    let mut found = Vec::new();
    for point in values.split("<c:pt idx=\"").skip(1) {
        let (index, rest) = point.split_once("\">").unwrap();
        let value = rest.split_once("<c:v>").unwrap().1.split_once("</c:v>").unwrap().0;
        found.push(format!("{index}={value}"));
    }
    found.join(" ")
}

#[test]
fn a_year_that_is_not_published_is_a_gap_and_bounds_and_forecasts_are_not_drawn() {
    let rendered = World::new(&[("t", SERIES)]).render(CHART);
    let chart = part(&rendered[0], "xl/charts/chart1.xml");
    // 2018 to 2023: 2020 has no row, 2022 is a bound, 2023 a forecast.
    assert_eq!(points(&chart, 0), "0=1220.6 1=1270.7 3=1313.4");
    assert_eq!(points(&chart, 1), "0=0.647 1=-0.041 3=0.348");
    assert!(chart.contains("<c:dispBlanksAs val=\"gap\"/>"));
    assert!(chart.contains("'贸易'!$F$2:$F$7") || chart.contains("贸易!$F$2:$F$7"), "{chart}");
    assert!(chart.contains("<c:symbol val=\"diamond\"/>"));
    let drawing = part(&rendered[0], "xl/drawings/drawing1.xml");
    assert!(drawing.contains("descr=\"柱为进出口，菱形为同比\""), "{drawing}");
    let drawn = Opened::new(&rendered[0]).drawn("贸易");
    let notes = "图中未绘 / Not drawn / Не показано: 2022 进出口（亿元） ≥1,800.0（下限：来源称“超过”或“以上”）；2023 进出口（亿元） 1,900.0（预计）";
    assert!(drawn.replace('\n', "").contains(notes), "{drawn}");
    assert!(drawn.contains("131.3 bn yuan in 2021"));
    assert_eq!(World::new(&[("t", SERIES)]).render(CHART)[0].bytes, rendered[0].bytes);
}

#[test]
fn a_whole_series_is_drawn_from_the_cells_of_the_table() {
    let whole = "time_period:t | v:m | growth:r\n2018 | 122060000000 | 0.647\n2019 | 127070000000 | -0.041";
    let rendered = World::new(&[("t", whole)]).render(CHART);
    let chart = part(&rendered[0], "xl/charts/chart1.xml");
    assert_eq!(points(&chart, 0), "0=1220.6 1=1270.7");
    assert!(chart.contains("$B$5:$B$6") && chart.contains("$C$5:$C$6"), "{chart}");
    let sheet = part(&rendered[0], "xl/worksheets/sheet2.xml");
    assert!(!sheet.contains("hidden=\"1\""));
    assert!(part(&rendered[0], "xl/workbook.xml").contains("_xlnm.Print_Area"));
}

const MEMBERS: &str = "
    month:t | flow:t | v:m
    2021-01 | export | 3
    2021-01 | import | 5
    2021-03 | import | 7";

const LINES: &str = r#"
[[report]]
file = "a.xlsx"
[[report.sheet]]
name = "m"
from = "t"
columns = [ { field = "month", role = "period" }, { field = "flow", role = "label" }, { field = "v" } ]
[[report.sheet.chart]]
type = "line"
x = "month"
y = ["v"]
series = "flow"
title = "按月"
alt = "按月的两条线"
"#;

#[test]
fn members_of_a_column_become_series_over_every_month() {
    let rendered = World::new(&[("t", MEMBERS)]).render(LINES);
    let chart = part(&rendered[0], "xl/charts/chart1.xml");
    assert_eq!((points(&chart, 0), points(&chart, 1)), ("0=3".to_owned(), "0=5 2=7".to_owned()));
    assert!(chart.contains("2021年2月"));
    let twice = World::new(&[("t", &format!("{MEMBERS}\n2021-01 | export | 4"))]);
    let error = twice.try_render(LINES).unwrap_err();
    assert_eq!(error.to_string(), "two rows of t want the cell export of 2021年1月 on the sheet m");
}

#[test]
fn mistakes_of_charts_are_found_before_the_run() {
    let file = LINES
        .replace("alt = \"按月的两条线\"\n", "y2 = [\"v\"]\n")
        .replace("title = \"按月\"", "title = \"按月\"\nalt = \"\"")
        .replace("x = \"month\"", "x = \"months\"");
    let mistakes = World::new(&[("t", MEMBERS)]).plan(&file).unwrap_err().join("\n");
    assert!(mistakes.contains("lacks `alt`"), "{mistakes}");
    let file = LINES.replace("x = \"month\"", "x = \"flow\"");
    let mistakes = World::new(&[("t", MEMBERS)]).plan(&file).unwrap_err().join("\n");
    assert!(mistakes.contains("a line through `flow` misleads: only periods have an order"), "{mistakes}");
    let file = LINES.replace("y = [\"v\"]", "y = [\"w\"]");
    let mistakes = World::new(&[("t", MEMBERS)]).plan(&file).unwrap_err().join("\n");
    assert!(mistakes.contains("column of the sheet"), "{mistakes}");
}

const MEASURED: &str = "
    indicator:t | v:m       | v_bound:t | v_status:t | unit_measure:t | currency:t | share:r
    TAX         | 250000000 | >         | A          |                | USD        | 0.4
    LENGTH      | 1284      |           | P          | M              |            | 0.6";

#[test]
fn figures_whose_unit_differs_by_row_stand_in_their_own_unit() {
    let file = r#"
[[report]]
file = "a.xlsx"
langs = ["zh"]
[[report.sheet]]
name = "s"
from = "t"
columns = [ { field = "indicator" }, { field = "v", role = "number", unit = "column:unit_measure", label = "数值" },
            { field = "v_status", role = "status", label = "状态" }, { field = "share", role = "share", bar = true, label = "份额" } ]
"#;
    let rendered = World::new(&[("t", MEASURED)]).render(file);
    let drawn = Opened::new(&rendered[0]).drawn("s");
    assert!(drawn.contains("indicator | 数值 | 单位 | 状态 | 份额"), "{drawn}");
    assert!(drawn.contains("TAX | ≥2.5 | 亿美元 | 下限 | 0.4"), "{drawn}");
    assert!(drawn.contains("LENGTH | 1284 | 米 | 初步数 | 0.6"), "{drawn}");
    assert!(part(&rendered[0], "xl/worksheets/sheet2.xml").contains("<dataBar>"));
}
