//! The layouts of the sample that the shipped pipeline does not read yet, drawn in short: the vocabulary
//! must be able to say them.

use super::testing::{drawn, read_drawn, told};

#[track_caller]
fn check(source: &str, columns: &[&str], sheet: &str, expected: &str) {
    let source = format!("[source.s]\nfiles = [\"*\"]\nrejects = \"100%\"\n{source}");
    let grid = drawn("s", sheet.trim_start_matches('\n'));
    assert_eq!(told(read_drawn(&source, vec![grid]), columns), expected);
}

#[test]
fn a_russian_table_with_decimal_commas_and_its_unit_in_the_title() {
    check(
        r#"
decimal = ","
table = { labels = ["Оборот", "Экспорт"], end = ["Примечание*"], pair = { "Прирост*" = "left" } }
dim.ref_area = { from = "header:Территория", codes = "areas" }
dim.counterpart_area = { from = "header:Партнёр", codes = "areas" }
dim.time_period = { from = "header:Период", type = "period" }
dim.flow = { from = "level:1", map = { "Оборот" = "total", "Экспорт" = "export" } }
measure.v = { from = "level:2", match = [""], type = "amount", missing = { "н/д" = "O" }, unit = "title" }
measure.g = { from = "level:2", match = ["Прирост*"], type = "percent", missing = { "н/д" = "O" } }
"#,
        &["ref_area", "counterpart_area", "time_period", "freq", "flow", "v", "currency", "g"],
        "
Внешняя торговля провинции Хэйлунцзян и приграничных городов
млн долл. США
Территория | Партнёр | Период | Оборот | Прирост, % | Экспорт | Прирост, %
провинция Хэйлунцзян | Россия | 2011 г. | '18 990,0 | н/д | н/д | н/д
г. Хэйхэ | Россия | январь-июнь 2012 г. | '1 341,7187 | '174,54 | '360,2797 | '18,64
Примечание: города входят в провинцию",
        "CN-HL RU 2011 A total 18990000000 USD -\n\
         CN-HL RU 2011 A export - USD -\n\
         CN-HEIHE RU 2012-01/2012-06 YTD total 1341718700 USD 1.7454\n\
         CN-HEIHE RU 2012-01/2012-06 YTD export 360279700 USD 0.1864",
    );
}

#[test]
fn a_period_in_the_header_and_a_unit_in_each_row() {
    check(
        r#"
table = { labels = ["指标", "计量单位"], end = ["/^注/"] }
dim.indicator = { from = "label" }
dim.time_period = { from = "level:1", type = "period" }
measure.v = { from = "level:1", match = ['/^\d{4}年$/'], type = "amount", unit = "column:计量单位" }
"#,
        &["indicator", "time_period", "v", "unit_measure"],
        "
自贸试验区黑河片区2023年主要指标快报
发布日期：2024年2月2日
指标 | 计量单位 | 2023年
外贸进出口总值 | 亿元 | 244.82
实际使用外资 | 万美元 | 127.3
注：初步数。",
        "外贸进出口总值 2023 24482000000 CNY\n实际使用外资 2023 1273000 USD",
    );
}

#[test]
fn bounds_and_units_in_the_header() {
    check(
        r#"
table = { labels = ["届次", "年份"], end = ["/^注/"] }
dim.edition = { from = "label" }
measure.area = { from = "header:展览面积", type = "amount", unit = "header", missing = { "-" = "O" } }
measure.contracts = { from = "header:签约额", type = "amount", unit = "column:签约额单位", missing = { "-" = "O" } }
rows = [{ match = "累计*", role = "total" }]
"#,
        &["edition", "area", "unit_measure", "contracts", "contracts_bound", "contracts_unit_measure"],
        "
届次 | 年份 | 展览面积（平方米） | 签约额 | 签约额单位
第二届 | 2015 | 86000 | - | -
第六届 | 2019 | 86000 | '1,700以上 | 亿元人民币
累计（2014-2023） | - | - | 4468 | 亿元人民币
注：无",
        "第二届 86000 M2 - - -\n第六届 86000 M2 170000000000 > CNY\nleft out: 1 total\nfinding: L05 B1 [年份]",
    );
}

#[test]
fn overlapping_groups_are_kept_only_where_they_are_known() {
    check(
        r#"
table = { labels = ["项目", "进出口"], end = ["/^注/"] }
dim.area = { from = "label", codes = "areas", default = "W0" }
measure.v = { from = "header:进出口", type = "amount", unit = "const:亿元" }
rows = [{ match = '/^\*/', role = "overlapping" }, { match = "合计", role = "total", keep = true }]
"#,
        &["area", "v"],
        "项目 | 进出口\n合计 | 10\n　　俄罗斯 | 4\n　　*RCEP贸易伙伴 | 3",
        "W0 1000000000\nRU 400000000\nleft out: 1 overlapping",
    );
}

#[test]
fn labels_that_stand_once_more_in_the_second_row_of_a_header_begin_no_new_table() {
    check(
        r#"
table = { labels = ["进出口", "出口", "进口"], end = ["注*"] }
dim.area = { from = "label" }
dim.flow = { from = "level:1", map = { "进出口" = "total", "出口" = "export", "进口" = "import" } }
dim.time_period = { from = "level:2", type = "period", year = "title:*" }
measure.v = { from = "level:2", match = ["*月"], type = "amount", unit = "cell:/单位[:](?<unit>.+)/" }
"#,
        &["area", "flow", "time_period", "v"],
        "
（5）2024年8月进出口商品国别（地区）总值表
单位：万元人民币
国别 | 进出口 | | 出口 | | 进口 | | 累计比去年同期±%
 | 8月 | 1至8月 | 8月 | 1至8月 | 8月 | 1至8月 | 进出口 | 出口 | 进口
缅甸 | 103 | 801 | 60 | 481 | 43 | 320 | -12.1 | -15.3 | -6.8
注：初步数。",
        "缅甸 total 2024-08 1030000\n缅甸 total 2024-01/2024-08 8010000\n缅甸 export 2024-08 600000\n\
         缅甸 export 2024-01/2024-08 4810000\n缅甸 import 2024-08 430000\n缅甸 import 2024-01/2024-08 3200000\n\
         finding: L05 H3 [累计比去年同期±%/进出口]\nfinding: L05 I3 [累计比去年同期±%/出口]\n\
         finding: L05 J3 [累计比去年同期±%/进口]",
    );
}

/// Expected: the growth of each flow beside the figure of the months it speaks of.
#[test]
fn growth_that_stands_above_the_flows_goes_with_the_months_it_speaks_of() {
    let source = r#"
table = { labels = ["进出口", "出口"], end = ["注*"], pair = { "当月比*" = '/^\d+月$/', "累计比*" = "1至*月" } }
dim.area = { from = "label" }
dim.flow = { from = "level:1", map = { "进出口" = "total", "出口" = "export" } }
dim.time_period = { from = "level:2", type = "period", year = "title:*" }
measure.v = { from = "level:2", match = ["*月"], type = "amount", unit = "const:万元" }
measure.g = { from = "level:3", match = ["*比去年同期*"], type = "percent", missing = { "-" = "O" } }
"#;
    check(
        source,
        &["area", "flow", "time_period", "v", "g", "g_status"],
        "
（5）2024年8月进出口商品国别（地区）总值表
国别 | 进出口 | | 出口 | | 累计比去年同期±% | | 当月比去年同期±%
 | 8月 | 1至8月 | 8月 | 1至8月 | 进出口 | 出口 | 出口
缅甸 | 103 | 801 | 60 | 481 | -12.1 | -15.3 | '1.25
朝鲜 | 5 | 9 | 3 | 4 | - | 50 | 0
注：初步数。",
        "缅甸 total 2024-08 1030000 - O\n缅甸 total 2024-01/2024-08 8010000 -0.121 A\n\
         缅甸 export 2024-08 600000 0.0125 A\n缅甸 export 2024-01/2024-08 4810000 -0.153 A\n\
         朝鲜 total 2024-08 50000 - O\n朝鲜 total 2024-01/2024-08 90000 - O\n\
         朝鲜 export 2024-08 30000 0 A\n朝鲜 export 2024-01/2024-08 40000 0.5 A",
    );
    // In January no column counts several months: the growth stays unread, which is told.
    check(
        source,
        &["area", "flow", "time_period", "v", "g"],
        "
（5）2024年1月进出口商品国别（地区）总值表
国别 | 进出口 | 出口 | 累计比去年同期±%
 | 1月 | 1月 | 出口
缅甸 | 103 | 60 | -15.3
注：初步数。",
        "缅甸 total 2024-01 1030000 -\n缅甸 export 2024-01 600000 -\n\
         finding: L04 D2 [累计比去年同期±%/出口]\nfinding: L05 D2 [累计比去年同期±%/出口]",
    );
}

/// Two measures under each period, and the growth of each over it: 数量 and 金额 stand under all four headings.
#[test]
fn growth_of_several_measures_is_told_by_its_own_header() {
    check(
        r#"
table = { labels = ["商品名称", "计量单位"], pair = { "当月比*" = '/^\d+月$/', "累计比*" = "*累计" } }
dim.commodity = { from = "header:商品名称" }
dim.time_period = { from = "level:1", type = "period", year = 'title:/(?<year>\d{4})/' }
measure.quantity = { from = "level:2", match = ["数量"], type = "amount", unit = "column:计量单位" }
measure.quantity_growth = { from = "level:3", match = ["*/数量"], type = "percent" }
measure.amount = { from = "level:2", match = ["金额"], type = "amount", unit = "const:万元" }
measure.amount_growth = { from = "level:3", match = ["*/金额"], type = "percent" }
"#,
        &["commodity", "time_period", "quantity", "quantity_growth", "amount", "amount_growth"],
        "
（13）2019月出口主要商品量值表（人民币值）
商品名称 | 计量单位 | 12月 | < | 1至12月累计 | < | 当月比去年同期±% | < | 累计比去年同期±% | <
^ | ^ | 数量 | 金额 | 数量 | 金额 | 数量 | 金额 | 数量 | 金额
活猪 | 万头 | 10 | 56225 | 95 | 273609 | -61.5 | 13.3 | -40.1 | -3",
        "活猪 2019-12 100000 -0.615 562250000 0.133\n活猪 2019 950000 -0.401 2736090000 -0.03",
    );
}

/// Under each flow two periods, each with its growth on the right: 出口/同比% stands twice.
#[test]
fn growth_with_a_header_like_another_goes_with_the_figure_on_its_left() {
    check(
        r#"
table = { labels = ["地区", "出口", "进口"], header_rows = 2, pair = { "同比*" = "left" } }
dim.area = { from = "label" }
dim.flow = { from = "level:1", map = { "出口" = "export", "进口" = "import" } }
dim.time_period = { from = "level:2", type = "period" }
measure.v = { from = "level:2", match = ["*月"], type = "amount", unit = "const:万元" }
measure.g = { from = "level:3", match = ["同比*"], type = "percent" }
"#,
        &["area", "flow", "time_period", "v", "g"],
        "
地区 | 出口 | < | < | < | 进口 | < | < | <
 | 2024年8月 | 同比% | 2024年1-8月 | 同比% | 2024年8月 | 同比% | 2024年1-8月 | 同比%
黑河 | 10 | 1 | 80 | 2 | 20 | 3 | 160 | 4",
        "黑河 export 2024-08 100000 0.01\n黑河 export 2024-01/2024-08 800000 0.02\n\
         黑河 import 2024-08 200000 0.03\n黑河 import 2024-01/2024-08 1600000 0.04",
    );
}

/// A heading has no figure, so that nothing is lost where it lacks what identifies one.
#[test]
fn a_row_without_figures_needs_nothing_that_identifies_them() {
    check(
        r#"
table = { labels = ["商品", "数量"] }
dim.goods = { from = "header:商品" }
dim.unit = { from = "header:单位" }
measure.v = { from = "header:数量", type = "amount", unit = "column:单位" }
key = ["goods", "unit"]
"#,
        &["goods", "unit", "v"],
        "商品 | 单位 | 数量\n其中：\n牛肉 | 吨 | 3\n猪肉 | | 4",
        "牛肉 吨 3\nleft out: 1 no figure\nreject: C07 B4 []\nreject: U01 B4 []",
    );
}

/// Russian yearbooks leave the head of the labels empty.
#[test]
fn labels_need_no_header() {
    check(
        r#"
table = { labels = ["2022 г.", "2023 г."], end = ["Источник*"] }
dim.flow = { from = "label", codes = "flows" }
dim.time_period = { from = "level:1", type = "period" }
measure.v = { from = "level:1", match = ["* г."], type = "amount", unit = "const:млн USD" }
"#,
        &["flow", "time_period", "v"],
        "
Внешняя торговля
 | 2022 г. | 2023 г.
Экспорт | 5 | 6
Импорт | 7 | 8
Источник: таможня",
        "export 2022 5000000\nexport 2023 6000000\nimport 2022 7000000\nimport 2023 8000000",
    );
}

/// 2023.10 as a number is 2023.1.
#[test]
fn a_month_that_is_a_number_with_a_point_is_no_period() {
    check(
        r#"
table = { labels = ["年月", "金额"] }
dim.time_period = { from = "header:年月", type = "period" }
measure.v = { from = "header:金额", type = "amount", unit = "const:USD" }
"#,
        &["time_period", "v"],
        "年月 | 金额\n2023.1 | 5\n'2023.10 | 6\n202311 | 7",
        "2023-10 6\n2023-11 7\nreject: C10 A2 [2023.1]",
    );
}

/// Expected: each figure by hand in the unit of the nearest row above it that says one.
#[test]
fn a_row_among_the_data_says_the_unit_of_the_rows_below() {
    let source = r#"
table = { labels = ["商品", "数量"], end = ["/^注/"] }
dim.commodity = { from = "label" }
dim.group = { from = "parent" }
rows = [ { match = "/^[一二]、/", role = "section" } ]
measure.q = { from = "header:数量", type = "amount", unit = ["cell:/单位[:](?<unit>.+)/", "row:/单位[:](?<unit>[^)]+)/"], missing = { "-" = "O" } }
attr.note = { from = "header:备注" }
"#;
    check(
        source,
        &["commodity", "q", "unit_measure", "note"],
        "
单位：千克
商品 | 数量 | 备注
大豆 | 500 | 非转基因
单位：万吨
原油 | 30 | -
铁矿 | 2.5 | -
一、机电产品 |  | 单位：台
手机 | 7 | -
 | 单位：千台 |
电视 | 1.2 | -
二、其他（单位：吨）
煤 | 8 | -
注：单位：万元",
        "大豆 500 KG 非转基因\n原油 300000 T -\n铁矿 25000 T -\n手机 7 SETS -\n电视 1200 SETS -\n煤 8 T -\n\
         left out: 2 section\nleft out: 2 unit",
    );
}

#[test]
fn a_figure_above_the_first_row_with_a_unit_is_rejected_where_none_stands_around() {
    check(
        r#"
table = { labels = ["商品", "数量"] }
dim.commodity = { from = "label" }
measure.q = { from = "header:数量", type = "amount", unit = "row:/单位[:](?<unit>.+)/" }
"#,
        &["commodity", "q", "unit_measure"],
        "
商品 | 数量
大豆 | 500
单位：吨
原油 | 30",
        "原油 30 T\nleft out: 1 unit\nreject: U01 B2 []",
    );
}

/// Expected by hand: 累计 below 2024年8月 is January to August, 当月 August.
#[test]
fn the_month_and_the_months_so_far_have_periods_of_their_own() {
    check(
        r#"
table = { labels = ["国别", "当月", "累计"] }
dim.area = { from = "label" }
dim.time_period = { from = "level:1", type = "period", year = "title" }
measure.v = { from = "level:2", match = ["金额"], type = "amount", unit = "const:万元" }
measure.g = { from = "level:2", match = ["同比*"], type = "percent" }
"#,
        &["area", "time_period", "freq", "v", "g"],
        "
2024年8月进出口总值表
国别 | 当月 | < | 累计 | <
 | 金额 | 同比% | 金额 | 同比%
俄罗斯 | 10 | 1.5 | 80 | 2.5",
        "俄罗斯 2024-08 M 100000 0.015\n俄罗斯 2024-01/2024-08 YTD 800000 0.025",
    );
}

/// Expected by hand: a word gives the sign, and a figure with a sign of its own behind it is rejected.
#[test]
fn growth_in_words_is_read_and_never_guessed() {
    check(
        r#"
table = { labels = ["国别", "同比"] }
dim.area = { from = "label" }
measure.g = { from = "header:同比", type = "percent" }
"#,
        &["area", "g", "g_rounding"],
        "
国别 | 同比
俄罗斯 | 增长12.3%
日本 | 同比下降5.6%
韩国 | 持平
蒙古 | 增长1.3倍
朝鲜 | 增长-5%",
        "俄罗斯 0.123 0.0005\n日本 -0.056 0.0005\n韩国 0 0.005\n蒙古 1.3 0.05\nreject: C01 B6 [增长-5%]",
    );
}

/// Expected by hand: `в 2,3 р.` in a column of indices is 230, growth of 130 %.
#[test]
fn a_factor_in_a_column_of_indices_is_growth() {
    check(
        r#"
decimal = ","
table = { labels = ["Страна", "В % к*"] }
dim.area = { from = "label" }
measure.g = { from = "header:В % к*", type = "index" }
"#,
        &["area", "g"],
        "
Страна | В % к 2023 г.
Китай | 105,3
Турция | в 2,3 р.",
        "Китай 0.053\nТурция 1.3",
    );
}

/// Expected by hand: what stands once over several rows holds of all of them, until a column on its left says
/// something new or a row of one cell stands between.
#[test]
fn what_stands_once_over_several_rows_is_filled_down() {
    check(
        r#"
table = { labels = ["年份", "方式"] }
dim.time_period = { from = "header:年份", type = "period", fill = "down", required = true }
dim.way = { from = "header:方式", fill = "down", required = true }
dim.kind = { from = "header:性质" }
measure.v = { from = "header:出口", type = "amount", unit = "const:万元" }
"#,
        &["time_period", "way", "kind", "v"],
        "
年份 | 方式 | 性质 | 出口
2023 | 一般贸易 | 国有 | 1
 | | 民营 | 2
 | 加工贸易 | 国有 | 3
2024 | | 国有 | 4
 | 一般贸易 | 民营 | 5
注：以下为快报 | | |
 | | 国有 | 6",
        "2023 一般贸易 国有 10000\n2023 一般贸易 民营 20000\n2023 加工贸易 国有 30000\n2024 一般贸易 民营 50000\nreject: C07 B5 []\nreject: C10 A7 [注：以下为快报]\nreject: C07 B7 []\nreject: C07 A8 []\nreject: C07 B8 []",
    );
}

/// Expected by hand: 01012100 is a number without its zero, and 45352 is 1 March 2024 (`date(1899, 12, 30) + 45352` in
/// Python).
#[test]
fn codes_and_days_that_became_numbers_are_read_where_declared() {
    let columns = &["code", "day", "v"];
    let sheet = "
编码 | 日期 | 吨
1012100 | 45352 | 1
27090000 | 45657 | 2
123456789 | 45657 | 3
5 | 45352.5 | 4";
    let source = |more: &str| {
        format!(
            r#"
table = {{ labels = ["编码", "日期"] }}
dim.code = {{ from = "header:编码", type = "code", width = 8{more} }}
dim.day = {{ from = "header:日期", type = "date"{more} }}
measure.v = {{ from = "header:吨", type = "amount", unit = "const:吨" }}
"#
        )
    };
    check(
        &source(r#", numbers = "read""#),
        columns,
        sheet,
        "01012100 2024-03-01 1\n27090000 2024-12-31 2\nreject: C04 A4 [123456789]\nreject: C09 B5 [45352.5]",
    );
    check(
        &source(""),
        columns,
        "编码 | 日期 | 吨\n1012100 | 45352 | 1",
        "reject: C04 A2 [1012100]\nreject: C09 B2 [45352]",
    );
}
