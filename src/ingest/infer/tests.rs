//! What is proposed for sheets drawn as text: each expected line by hand from what the sheet says.

use super::super::reading::names as unit_names;
use super::super::testing::{drawn, lists};
use super::sketch::Scene;

/// The lines of the block for a sheet of a file of that name.
fn proposed(file: &str, sheet: &str) -> Vec<String> {
    let grid = drawn("s", sheet.trim_start_matches('\n'));
    let lists = lists();
    let names = unit_names(&lists);
    let scene = Scene { grid: &grid, shown: file, lists: &lists, names: &names, format: "xlsx", from: 0 };
    scene.sketch().unwrap().0.lines.iter().map(super::Line::written).collect()
}

/// What the lines of the block leave open.
fn open(sheet: &str) -> Vec<String> {
    let grid = drawn("s", sheet.trim_start());
    let (lists, names) = (lists(), unit_names(&lists()));
    let scene = Scene { grid: &grid, shown: "f.xlsx", lists: &lists, names: &names, format: "xlsx", from: 0 };
    scene.sketch().unwrap().0.lines.into_iter().map(|line| line.decide).collect()
}

#[track_caller]
fn check(sheet: &str, expected: &[&str]) {
    let lines = proposed("f.xlsx", sheet);
    for line in expected {
        assert!(lines.iter().any(|found| found == line), "no {line} in\n{}", lines.join("\n"));
    }
}

#[test]
fn a_quantity_has_the_unit_of_its_column_and_money_that_of_the_title() {
    check(
        "
出口主要商品量值表
 | | | 金额单位：万元人民币
商品 | 计量单位 | 数量 | 金额
大豆 | 吨 | 10 | 20
原油 | 吨 | 30 | 40",
        &[
            r#"measure.quantity = { from = "header:数量", type = "amount", unit = "column:计量单位" }"#,
            r#"measure.amount = { from = "header:金额", type = "amount", unit = "cell:/单位[:](?<unit>.+)/" }"#,
        ],
    );
}

#[test]
fn each_quantity_has_the_unit_column_called_like_it() {
    check(
        "
商品 | 第一数量 | 第一计量单位 | 第二数量 | 第二计量单位
笔记本 | 10 | 台 | 20 | 千克
平板 | 30 | 台 | 40 | 千克",
        &[
            r#"measure.quantity = { from = "header:第一数量", type = "amount", unit = "column:第一计量单位" }"#,
            r#"measure.second_quantity = { from = "header:第二数量", type = "amount", unit = "column:第二计量单位" }"#,
        ],
    );
}

#[test]
fn a_unit_column_with_gaps_is_proposed_and_the_gaps_are_told() {
    let sheet = "
商品 | 单位 | 数量
农产品 | | 100
肉类 | 千克 | 60
冻鱼 | 千克 | 40
机电产品 | | 7
汽车 | '01 | 3";
    check(
        sheet,
        &[
            r#"measure.quantity = { from = "header:数量", type = "amount", unit = "column:单位", units = { "01" = "项" }, unitless = "M" }"#,
        ],
    );
    let open = open(sheet);
    let told = "2 rows have a figure and no unit (first B2)";
    assert!(open.iter().any(|line| line.contains(told)), "{open:?}");
}

#[test]
fn exchange_rates_are_not_taken_for_amounts_without_a_word() {
    let open =
        open("2024-12-31\n货币名称 | 现汇买入价 | 中行折算价\n美元 | 727.77 | 718.84\n卢布 | 6.5 | 6.6");
    let told = open.iter().filter(|line| line.contains("read under [rates.NAME]"));
    assert_eq!(told.count(), 2, "{open:?}");
}

#[test]
fn growth_is_read_wherever_it_stands() {
    check(
        "
2024年8月进出口
国别 | 出口 | < | 累计比去年同期±% | 当月比去年同期±%
 | 8月 | 1至8月 | 出口 | 出口
缅甸 | 1 | 8 | 3.5 | 4.5
老挝 | 2 | 9 | 5.5 | 6.5",
        &[
            r#"table.pair = { "累计比去年同期±%" = '/^\d+至\d+月$/', "当月比去年同期±%" = '/^\d+月$/' }"#,
            r#"measure.obs_value = { from = "level:2", match = ['/^\d+月$/', '/^\d+至\d+月$/'], type = "amount", unit = "const:项" }"#,
            r#"measure.stated_growth = { from = "level:3", match = ["累计比去年同期±%/*", "当月比去年同期±%/*"], type = "percent" }"#,
        ],
    );
    check(
        "
年份 | 进口 | 进口增长率 | 出口 | 出口增长率
2021 | 100 | 0.5 | 50 | 0.1
2022 | 150 | 0.25 | 60 | 0.2",
        &[
            r#"table.pair = { "*增长率" = "left" }"#,
            r#"measure.stated_growth = { from = "level:2", match = ["*增长率"], type = "fraction" }"#,
        ],
    );
}

#[test]
fn months_of_a_header_take_the_year_from_a_title_that_names_no_month() {
    check(
        "
（13）2019月出口主要商品量值表
商品 | 12月 | 1至12月累计
大豆 | 10 | 20
原油 | 30 | 40",
        &[
            r#"dim.time_period = { from = "level:1", type = "period", year = 'title:/(?:^|\D)(?<year>(?:19|20)\d\d)(?:\D|$)/' }"#,
        ],
    );
    let lines = proposed("2019全国.xlsx", "商品 | 12月 | 1至12月累计\n大豆 | 10 | 20\n原油 | 30 | 40");
    let year = r"year = 'file:/(?:^|\D)(?<year>(?:19|20)\d\d)(?:\D|$)/'";
    assert!(lines.iter().any(|line| line.contains(year)), "{lines:?}");
}

/// Eurostat names its axes in the first column, below each other; the last stands alone in its row.
#[test]
fn a_header_of_eurostat_ends_with_the_name_of_the_last_axis() {
    check(
        "
INDICATORS | | VALUE_IN_EUROS
TIME | 2020-01 | 2020-02 | 2022-12
FREQ (Labels) | Monthly | Monthly | Monthly
PARTNER (Labels)
Armenia | 843977 | 1231043 | :
Belarus | 78040236 | 101953689 | :",
        &[
            "table.header_rows = 3",
            r#"measure.obs_value = { from = "level:2", match = ["Monthly"], type = "amount", unit = "cell:VALUE_IN_EUROS", units = { "VALUE_IN_EUROS" = "EUR" }, missing = { ":" = "O" } }"#,
            r#"key = ["area", "time_period"]"#,
        ],
    );
}

#[test]
fn labels_that_name_a_month_are_patterns_for_the_next() {
    check(
        "
 | 2024年8月 | < | 2024年1-8月 | <
商品 | 数量（吨） | 金额（万元） | 数量（吨） | 金额（万元）
大豆 | 1 | 2 | 3 | 4
原油 | 1 | 2 | 3 | 4",
        &[r#"table.labels = ['/^\d+年\d+月$/', "商品"]"#],
    );
}

#[test]
fn labels_that_stand_again_under_others_are_told_by_their_path() {
    check(
        "
商品 | 金额（万元）
农产品 | 10
　其他 | 4
机电产品 | 20
　其他 | 5",
        &[r#"dim.label = { from = "path" }"#, r#"key = ["label"]"#],
    );
}

#[test]
fn one_column_of_growth_goes_with_the_year_on_its_left() {
    check(
        "
Внешняя торговля (млн долл. США)
 | 2022 г. | 2023 г. | 2023 г. в % к 2022 г.
Экспорт | 100 | 105 | 105
Импорт | 200 | 210 | 105",
        &[
            r#"dim.flow = { from = "label", codes = "flows" }"#,
            r#"table.pair = { '/^\d+ г\. в % к \d+ г\.$/' = "left" }"#,
            r#"measure.stated_growth = { from = "level:2", match = ['/^\d+ г\. в % к \d+ г\.$/'], type = "index" }"#,
        ],
    );
}

#[test]
fn tables_below_each_other_are_told_apart_by_what_their_titles_say() {
    check(
        "
表1 各地区出口额
单位：亿元
地区 | 2022年 | 2023年
哈尔滨 | 10.5 | 12
黑河 | 3 | 4.25
表2 各地区进口额
单位：亿元
地区 | 2022年 | 2023年
哈尔滨 | 20 | 21
黑河 | 7 | 8",
        &[
            r#"dim.flow = { from = "title", match = '/(?<flow>出口|进口)/', codes = "flows" }"#,
            r#"key = ["area", "time_period", "flow"]"#,
        ],
    );
}

#[test]
fn tables_side_by_side_and_rows_of_units_are_seen() {
    check(
        "
口岸 | 出口 | 进口 | | 口岸 | 出口 | 进口
黑河 | 1 | 2 | | 绥芬河 | 5 | 6
同江 | 3 | 4 | | 东宁 | 7 | 8",
        &[r#"table.labels = ["口岸", "出口", "进口"]"#, r#"table.beside = "tables""#],
    );
    check(
        "
项目 | 数值
单位：吨
木材 | 10
单位：万美元
金额 | 3",
        &[
            r#"measure.column_b = { from = "header:数值", type = "amount", unit = "row:/单位[:](?<unit>.+)/" }"#,
        ],
    );
}

#[test]
fn who_filled_in_the_form_is_no_unit() {
    check(
        "
填报单位：商务局 | | 单位：万美元
企业 | 进出口 | 出口
甲公司 | 3 | 1
乙公司 | 5 | 2",
        &[
            r#"measure.obs_value = { from = "level:1", match = ["进出口", "出口"], type = "amount", unit = 'cell:/(?:^|金额|计量|\s)单位[:](?<unit>.+)/' }"#,
        ],
    );
}

#[test]
fn signs_of_footnotes_behind_figures_are_proposed_as_marks() {
    check(
        "
指标 | 数值（亿元）
出口 | '12.5①
进口 | '20.1",
        &[
            r#"measure.column_b = { from = "header:数值（亿元）", type = "amount", unit = "header", marks = { "①" = "A" } }"#,
        ],
    );
}

#[test]
fn units_are_found_in_brackets_of_titles_labels_and_second_rows() {
    check(
        "2023年各市外贸（单位：万元）\n地市 | 出口 | 进口\n甲 | 1 | 2\n合  计 | 1 | 2",
        &[
            r#"measure.obs_value = { from = "level:1", match = ["出口", "进口"], type = "amount", unit = "cell:/单位[:](?<unit>[^)]+)/" }"#,
            r#"rows = [{ match = "合  计", role = "total", keep = true }]"#,
        ],
    );
    check(
        "项目 | 2022年 | 2023年\n出口（万元） | 1 | 2\n货运（吨） | 3 | 4",
        &[
            r#"measure.obs_value = { from = "level:1", match = ['/^\d+年$/'], type = "amount", unit = "label" }"#,
        ],
    );
    check(
        "地市 | 出口 | 进口 | 增长\n | （万元） | （吨） | （%）\n甲 | 1 | 2 | 3\n乙 | 4 | 5 | 6",
        &[
            r#"measure.stated_growth = { from = "header:增长/（%）", type = "percent", only = { flow = "export" } }"#,
        ],
    );
}

#[test]
fn months_written_as_numbers_are_periods_where_the_header_says_so() {
    for months in ["202301 | 1\n202302 | 3", "'2023.01 | 1\n'2023.1-2 | 4"] {
        check(
            &format!("月份 | 出口（万元）\n{months}"),
            &[r#"dim.time_period = { from = "header:月份", type = "period" }"#],
        );
    }
}

/// The first days of months, as a workbook keeps them, and what stands behind the months it goes with.
#[test]
fn headers_of_months_take_what_stands_behind_them() {
    check(
        "单位：亿元\n项目 | 2024年1-2月 | 同比±% | 上年同期\n出口 | 4 | 2 | 3.9\n进口 | 6 | 3 | 5.8",
        &[
            r#"table.pair = { "同比±%" = "left", "上年同期" = "left" }"#,
            r#"measure.stated_growth = { from = "level:2", match = ["同比±%"], type = "percent" }"#,
            r#"measure.column_d = { from = "level:2", match = ["上年同期"], type = "amount", unit = "cell:/单位[:](?<unit>.+)/" }"#,
        ],
    );
    check(
        "地区 | 2024-01-01 | 2024-02-01\n甲 | 1 | 2\n乙 | 3 | 4",
        &[
            r#"dim.time_period = { from = "level:1", type = "period", match = '/^(?<time_period>\d{4}-\d{2})-01$/' }"#,
        ],
    );
}

/// 累计 is January to the month of the title, 当月 the month: both from the header, in two rows and in one.
#[test]
fn the_month_and_the_months_so_far_are_told_apart_by_the_header() {
    check(
        "
2024年8月进出口商品国别总值表
 | | | 单位：万美元
国别 | 当月 | < | 累计 | <
 | 金额 | 同比% | 金额 | 同比%
俄罗斯 | 10 | 1.5 | 80 | 2.5
日本 | 30 | 3.5 | 90 | 4.5",
        &[
            r#"dim.time_period = { from = "level:1", type = "period", year = "title" }"#,
            r#"measure.obs_value = { from = "level:2", match = ["金额"], type = "amount", unit = "cell:/单位[:](?<unit>.+)/" }"#,
        ],
    );
    check(
        "
2024年8月进出口商品国别总值表
 | | | 单位：万美元
国别 | 当月金额 | 累计金额 | 当月同比% | 累计同比%
俄罗斯 | 10 | 80 | 1.5 | 2.5
日本 | 30 | 90 | 3.5 | 4.5",
        &[
            r#"dim.time_period = { from = "level:1", match = '/(?<time_period>当月|累计)/', type = "period", year = "title" }"#,
            r#"measure.amount = { from = "level:1", match = ["当月金额", "累计金额"], type = "amount", unit = "cell:/单位[:](?<unit>.+)/" }"#,
            r#"measure.stated_growth = { from = "level:1", match = ["当月同比%", "累计同比%"], type = "percent" }"#,
        ],
    );
}

#[test]
fn a_column_of_growth_in_words_holds_figures() {
    check(
        "
2024年进出口
国别 | 出口额（万元） | 同比
俄罗斯 | 10 | 增长12.3%
日本 | 30 | 下降5.6%
韩国 | 30 | 持平",
        &[r#"measure.stated_growth = { from = "header:同比", type = "percent" }"#],
    );
}

#[test]
fn growth_behind_two_years_is_that_of_the_later_one() {
    check(
        "
主要指标
指标 | 单位 | 2024年 | 2023年 | 同比增长(%)
进出口 | 亿元 | 10.5 | 9.5 | 4.2
出口 | 亿元 | 8.5 | 7.5 | 17.1",
        &[r#"table.pair = { "同比增长(%)" = "2024年" }"#],
    );
}

#[test]
fn months_down_take_the_year_of_the_title_and_their_total_is_left_out() {
    check(
        "
2024年月度数据（亿美元）
月份 | 出口额 | 进口额
1月 | 10.5 | 9.5
2月 | 8.5 | 7.5
合计 | 19 | 17",
        &[
            r#"dim.time_period = { from = "header:月份", type = "period", year = "title:*" }"#,
            r#"rows = [{ match = "合计", role = "total" }]"#,
        ],
    );
}

#[test]
fn what_stands_once_over_several_rows_is_proposed_to_fill_down() {
    check(
        "
年份 | 方式 | 性质 | 出口（万元）
2023 | 一般 | 国有 | 11
 | | 民营 | 13
 | 加工 | 国有 | 15
2024 | 一般 | 国有 | 17",
        &[
            r#"dim.time_period = { from = "header:年份", type = "period", fill = "down" }"#,
            r#"dim.label = { from = "header:方式", fill = "down" }"#,
        ],
    );
}

#[test]
fn a_note_between_rows_does_not_end_the_table() {
    let lines = proposed(
        "f.xlsx",
        "口岸 | 出口（万元） | 进口（万元）\n黑河 | 10 | 20\n注：含自贸区\n东宁 | 30 | 40",
    );
    assert!(!lines.iter().any(|line| line.starts_with("table.end")), "{}", lines.join("\n"));
}

#[test]
fn an_index_of_growth_codes_and_days_as_numbers_and_flags_are_known() {
    check(
        "Округ | Оборот (млн руб.) | Темп роста, %\nЦФО | 10 | 101.2\nДФО | 20 | 99.5",
        &[r#"measure.stated_growth = { from = "header:Темп роста, %", type = "index" }"#],
    );
    check(
        "商品编码 | 日期 | 数量（吨）\n1012100 | 45352 | 1\n27090000 | 45353 | 2",
        &[
            r#"dim.code = { from = "header:商品编码", type = "code", width = 8, numbers = "read" }"#,
            r#"dim.day = { from = "header:日期", type = "date", numbers = "read" }"#,
        ],
    );
    check(
        "partner | 2022 | 2023\nRU | 12.5 p | : c\nCN | 3.5 b | 4.5",
        &[
            r#"measure.obs_value = { from = "level:1", match = ['/^\d+$/'], type = "amount", unit = "const:项", marks = { " b" = "B", " p" = "P" }, missing = { ": c" = "O" } }"#,
        ],
    );
    check(
        "月报\n | | 单位：万美元 数量：吨\n商品 | 数量 | 金额\n大豆 | 10 | 20\n玉米 | 30 | 40",
        &[
            r#"measure.amount = { from = "header:金额", type = "amount", unit = "cell:/单位[:](?:金额[ :]?)?(?<unit>[^ ,;)]+)/" }"#,
        ],
    );
}

#[test]
fn a_second_table_of_a_sheet_has_lines_of_its_own() {
    let sheet = "
表1 各市出口
地市 | 出口（万元）
哈尔滨 | 1
黑河 | 3

表2 口岸车辆
口岸 | 出境（辆次） | 入境（辆次）
黑河 | 10 | 20
绥芬河 | 40 | 50";
    let grid = drawn("s", sheet.trim_start());
    let lists = lists();
    let names = unit_names(&lists);
    let scene =
        |from| Scene { grid: &grid, shown: "f.xlsx", lists: &lists, names: &names, format: "xlsx", from };
    let (first, next) = scene(0).sketch().unwrap();
    assert!(first.lines.iter().any(|line| line.written() == r#"table.end = ["表2 口岸车辆"]"#));
    let (second, none) = scene(next.unwrap()).sketch().unwrap();
    let labels = r#"table.labels = ["口岸", "出境（辆次）", "入境（辆次）"]"#;
    assert!(second.lines.iter().any(|line| line.written() == labels));
    assert_eq!(none, None);
}
