//! Layouts drawn as text: what is found where, and what is said when it is not.

use super::testing::{combined, drawn, mistakes_told, read_drawn, told};

const FLOWS: &str = r#"
[source.s]
files = ["*"]
table = { labels = ["进出口", "出口"], end = ["/^注/"], pair = { "同比*" = "left" } }
rejects = "100%"
dim.area = { from = "label", codes = "areas" }
dim.flow = { from = "level:1", codes = "flows" }
dim.time_period = { from = ["title", "sheet"], type = "period" }
measure.v = { from = "level:2", match = ["金额", ""], type = "amount", missing = { "-" = "L" }, unit = ["cell:/单位[:](?<unit>.+)/", "title", "header"] }
measure.g = { from = "level:2", match = ["同比*"], type = "percent" }
rows = [{ match = "合计", role = "total" }]
"#;
const FLOW_COLUMNS: &[&str] =
    &["area", "flow", "time_period", "v", "v_rounding", "currency", "g", "as_stated"];

#[track_caller]
fn check(sheet: &str, expected: &str) {
    let grid = drawn("1-9月", sheet.trim_start_matches('\n'));
    assert_eq!(told(read_drawn(FLOWS, vec![grid]), FLOW_COLUMNS), expected);
}

#[test]
fn merged_headers_make_a_row_of_each_flow() {
    check(
        "
2021年1-9月情况表
 | | | 单位：亿元人民币
国别 | 进出口 | < | 出口 | <
^ | 金额 | 同比% | 金额 | 同比%
俄罗斯 | 1.5 | '13 | - | -5.5
合计 | 9 | 9 | 9 | 9
注：无",
        "RU total 2021-01/2021-09 150000000 5000000 CNY 0.13 1.5\n\
         RU export 2021-01/2021-09 - - CNY -0.055 -\n\
         left out: 1 total",
    );
}

#[test]
fn without_merges_the_upper_header_reaches_to_the_right() {
    check(
        "
2021年1-9月情况表（亿美元）
国别 | 进出口 | | 出口 |
 | 金额 | 同比% | 金额 | 同比%
俄罗斯 | 1 | 1 | 2 | 2",
        "RU total 2021-01/2021-09 100000000 50000000 USD 0.01 1\n\
         RU export 2021-01/2021-09 200000000 50000000 USD 0.02 2",
    );
}

#[test]
fn a_growth_column_belongs_to_the_value_on_its_left() {
    check(
        "
2021年1-9月
单位：万美元
国别 | 进出口 | 同比 | 出口 | 同比
俄罗斯 | 1 | +29.5% | 2 | −2.0%",
        "RU total 2021-01/2021-09 10000 5000 USD 0.295 1\n\
         RU export 2021-01/2021-09 20000 5000 USD -0.02 2",
    );
}

#[test]
fn an_unknown_label_is_rejected_with_the_nearest_name() {
    check(
        "
2021年1-9月
单位：万美元
国别 | 进出口 | 出口
俄罗斯帮 | 1 | 2",
        "reject: L06 A4 [俄罗斯帮]",
    );
}

#[test]
fn a_bad_cell_rejects_its_row_and_names_every_cell() {
    check(
        "
2021年1-9月
单位：万美元
国别 | 进出口 | 出口
俄罗斯 | 待核 | !#N/A
日本 | 1 | 2",
        "JP total 2021-01/2021-09 10000 5000 USD - 1\n\
         JP export 2021-01/2021-09 20000 5000 USD - 2\n\
         reject: C01 B4 [待核]\n\
         reject: C02 C4 [#N/A]",
    );
}

#[test]
fn a_table_without_a_unit_is_an_error() {
    check(
        "2021年1-9月\n国别 | 进出口 | 出口\n俄罗斯 | 1 | 2",
        "error: f.xlsx ▸ 1-9月 ▸ B2: No unit was found (U01); expected a unit for v in \
         a cell like /单位[:](?<unit>.+)/, the title, the header; seen: 进出口",
    );
}

#[test]
fn units_that_disagree_are_an_error() {
    check(
        "
2021年1-9月情况表（万美元）
单位：亿元
国别 | 进出口 | 出口
俄罗斯 | 1 | 2",
        "error: f.xlsx ▸ 1-9月 ▸ A1: Units disagree (U02); expected one and the same; \
         seen: cell: 亿元; title: 2021年1-9月情况表（万美元）",
    );
}

#[test]
fn a_title_and_a_sheet_name_must_agree_on_the_period() {
    check(
        "2021年1-8月\n单位：万美元\n国别 | 进出口 | 出口\n俄罗斯 | 1 | 2",
        "error: f.xlsx ▸ 1-9月: The period of a table is missing or contradictory (L08); \
         expected one and the same; seen: title: 2021年1-8月; sheet: 1-9月",
    );
}

#[test]
fn a_missing_header_names_the_row_that_comes_nearest() {
    check(
        "2021年1-9月\n国别 | 进出口 | 输出\n俄罗斯 | 1 | 2",
        "error: f.xlsx ▸ 1-9月 ▸ A2: The header row was not found (L02); \
         expected a row with 进出口, 出口 within 20 rows; seen: row 2 lacks 出口",
    );
}

#[test]
fn a_header_found_again_begins_a_table_with_its_own_unit() {
    check(
        "
2021年1-9月
单位：万美元
国别 | 进出口 | 出口
俄罗斯 | 1 | 2

单位：亿元
国别 | 进出口 | 出口
日本 | 1 | 2
注：完",
        "RU total 2021-01/2021-09 10000 5000 USD - 1\n\
         RU export 2021-01/2021-09 20000 5000 USD - 2\n\
         JP total 2021-01/2021-09 100000000 50000000 CNY - 1\n\
         JP export 2021-01/2021-09 200000000 50000000 CNY - 2",
    );
}

#[test]
fn a_column_nobody_reads_is_told() {
    check(
        "2021年1-9月\n单位：万美元\n国别 | 进出口 | 出口 | 备注 | \n俄罗斯 | 1 | 2 | x | ",
        "RU total 2021-01/2021-09 10000 5000 USD - 1\n\
         RU export 2021-01/2021-09 20000 5000 USD - 2\n\
         finding: L05 D3 [备注]",
    );
}

const PLAIN: &str = r#"
[source.s]
files = ["*"]
table = { labels = ["编号", "金额"], end = ["合计"] }
rejects = "100%"
dim.id = { from = "header:编号", type = "code", width = 4, required = true }
dim.partner = { from = "header:贸易国", codes = "areas", on_bad = "unknown" }
measure.amount = { from = "header:金额", type = "amount", currency = "column:币制", required = true, min = 0 }
key = ["id"]
"#;

#[track_caller]
fn check_plain(rows: &str, expected: &str) {
    let grid = drawn("s", &format!("编号 | 贸易国 | 币制 | 金额\n{rows}"));
    let names = ["id", "partner", "amount", "currency", "amount_status"];
    assert_eq!(told(read_drawn(PLAIN, vec![grid]), &names), expected);
}

#[test]
fn a_plain_table_makes_a_row_of_each_row() {
    check_plain("'0101 | 俄罗斯 | 卢布 | 1.25\n合计 | | | 1.25", "0101 RU 1.25 RUB A");
}

#[test]
fn a_code_that_lost_its_zero_is_rejected() {
    check_plain("101 | 俄罗斯 | USD | 1", "reject: C04 A2 [101]");
}

#[test]
fn a_share_is_no_amount() {
    check_plain("'0101 | 俄罗斯 | USD | 13%", "reject: C01 D2 [13%]");
}

#[test]
fn an_unknown_partner_is_kept_where_declared() {
    check_plain(
        "'0101 | | USD | 1\n'0102 | 亚特兰蒂斯 | USD | 1",
        "0101 _Z 1 USD A\n0102 _Z 1 USD A\nfinding: C12 B2 []\nfinding: C12 B3 [亚特兰蒂斯]",
    );
}

#[test]
fn blanks_negatives_and_unknown_currencies_are_rejected() {
    check_plain(
        "'0101 | 日本 | USD |\n'0102 | 日本 | USD | -1\n'0103 | 日本 | XXX | 1\n'0104 | 日本 | | 1",
        "reject: C07 D2 []\nreject: C08 D3 [-1]\nreject: C11 C4 [XXX]\nreject: C07 C5 []",
    );
}

#[track_caller]
fn check_mistakes(line: &str, expected: &str) {
    assert_eq!(mistakes_told(&format!("{PLAIN}{line}\n")), expected);
}

#[test]
fn mistakes_of_a_source_are_named() {
    check_mistakes(
        r#"dim.day = { form = "header:日期" }"#,
        "dim.day lacks `from` ()\nunknown key of dim.day `form` (did you mean `from`? allowed: codes, default, \
         fill, from, map, match, missing, numbers, on_bad, required, type, year)",
    );
    check_mistakes(
        r#"dim.day = { from = "header:日期", type = "dat" }"#,
        "unknown value of `type` `dat` (did you mean `date`? allowed: text, code, date, period, integer)",
    );
    check_mistakes(
        r#"measure.m = { from = "header:数量", type = "amount" }"#,
        "the amount m has neither `unit` nor `currency` (`unit = \"cell:/单位[:](?<unit>.+)/\"`, \
         `unit = \"column:计量单位\"` or `currency = \"column:币制\"`)",
    );
    check_mistakes(
        r#"rows = [{ match = "合计", role = "totl", partnr = "RU" }]"#,
        "unknown role `totl` (did you mean `total`? allowed: data, total, section, overlapping, aside)\n\
         unknown key of `rows` `partnr` (did you mean `partner`? allowed: match, role, keep, id, partner)",
    );
}

/// Files of a source called `s`, drawn; the name of each stands before it.
#[track_caller]
fn check_files(settings: &str, files: &[(&str, &str)], expected: &str) {
    let source = format!("{PLAIN}{settings}\n");
    assert_eq!(combined(&source, files, &["id", "amount"]), expected);
}

const OLD: &str =
    "发布日期：2024年2月2日\n编号 | 贸易国 | 币制 | 金额\n'0001 | 日本 | USD | 1\n'0002 | 日本 | USD | 2";
const NEW: &str = "发布日期：2024年2月26日\n编号 | 贸易国 | 币制 | 金额\n'0001 | 日本 | USD | 1.5";

#[test]
fn a_corrected_file_replaces_figure_by_figure() {
    check_files(
        "supersede = \"released\"\nattr.released = { from = \"cell:/发布日期[:](?<released>.+)/\", type = \"date\" }",
        &[("new.xlsx", NEW), ("old.xlsx", OLD)],
        "0001 1.5\n0002 2\nsuperseded: 0001 1\n\
         new.xlsx: 1 taken, 1 used, 0 rejected\n\
         old.xlsx: 2 taken, 1 used, 0 rejected, 1 superseded",
    );
}

#[test]
fn a_contradiction_keeps_the_first_and_is_an_error() {
    check_files(
        "",
        &[("a.xlsx", OLD), ("b.xlsx", NEW)],
        "0001 1\n0002 2\n\
         error: R01 b.xlsx ▸ s ▸ D3 [0001: amount 1.50000000, amount_rounding 0.05000000, as_stated \"1.5\"]\n\
         a.xlsx: 2 taken, 2 used, 0 rejected\n\
         b.xlsx: 1 taken, 0 used, 1 rejected",
    );
}

#[test]
fn the_same_content_under_two_names_counts_once() {
    check_files(
        "",
        &[("a.xlsx", NEW), ("b.xlsx", NEW)],
        "0001 1.5\n\
         a.xlsx: 1 taken, 1 used, 0 rejected\n\
         b.xlsx: 1 taken, 0 used, 0 rejected, 1 the same content",
    );
}

#[test]
fn a_repeat_is_left_out_where_declared() {
    check_files(
        "repeat = \"first if identical\"",
        &[("a.xlsx", "编号 | 贸易国 | 币制 | 金额\n'0001 | 日本 | USD | 1\n'0001 | 日本 | USD | 1")],
        "0001 1\na.xlsx: 2 taken, 1 used, 0 rejected, 1 repeat",
    );
}

const MARKED: &str = r#"
[source.s]
files = ["*"]
table = { labels = ["指标", "数值"], end = ["/^注/"] }
rejects = "100%"
dim.item = { from = "label", codes = "indicators" }
measure.v = { from = "header:数值", type = "amount", unit = "label", missing = { "-" = "O" }, marks = { "（预计）" = "F" }, bound = { from = "label", map = { "*（超过）*" = ">" } }, status = { from = "column:状态", map = { "/^(计划|预计)$/" = "F" }, only = { item = "LENGTH" } } }
"#;

#[track_caller]
fn check_marked(settings: &str, rows: &str, expected: &str) {
    let grid = drawn("s", &format!("指标 | 数值 | 状态\n{rows}"));
    let mut names = vec!["item", "v", "unit_measure", "v_status", "v_bound", "v_rounding"];
    names.extend(settings.contains("annotate").then_some("v_note"));
    assert_eq!(told(read_drawn(&format!("{MARKED}{settings}"), vec![grid]), &names), expected);
}

#[test]
fn a_unit_in_the_label_is_read_and_a_missing_one_rejected() {
    check_marked(
        "",
        "参展企业（家） | 1360\n观众（人次） | 2\n长度（某） | 3\n长度 | 4",
        "EXPO_ENTERPRISES 1360 ENTERPRISES A - 0.5\nEXPO_VISITORS 2 PERSON_TRIPS A - 0.5\n\
         reject: U03 B4 [某]\nreject: U01 B5 []",
    );
}

#[test]
fn marks_glued_to_the_number_and_beside_it_give_its_status() {
    check_marked(
        "",
        "长度（米） | '388,000（预计）\n长度（米） | 972 | 计划\n观众（人次） | 5 | 计划\n长度（米） | '7以上",
        "LENGTH 388000 M F - 0.5\nLENGTH 972 M F - 0.5\nEXPO_VISITORS 5 PERSON_TRIPS A - 0.5\n\
         LENGTH 7 M A > -",
    );
}

#[test]
fn a_bound_in_the_label_holds_unless_the_number_contradicts_it() {
    check_marked("", "长度（超过）（米） | 68", "LENGTH 68 M A > -");
    check_marked("", "长度（超过）（米） | '9以下", "reject: C01 B2 [9以下]");
}

#[test]
fn an_annotation_marks_the_figures_it_names() {
    check_marked(
        "annotate = [{ where = { item = \"LENGTH\" }, status = \"E\", note = \"n\" }]",
        "长度（米） | 9\n观众（人次） | 5",
        "LENGTH 9 M E - 0.5 n\nEXPO_VISITORS 5 PERSON_TRIPS A - 0.5 -",
    );
}

#[test]
fn an_annotation_that_meets_nothing_is_told() {
    check_files(
        "annotate = [{ where = { id = \"0009\" }, note = \"n\" }]",
        &[("a.xlsx", NEW)],
        "0001 1.5\nwarning: R03  []\na.xlsx: 1 taken, 1 used, 0 rejected",
    );
}

#[test]
fn a_row_rule_may_not_name_what_no_list_knows() {
    let rules = "rows = [{ match = '/^\\*(?<group>.+)$/', role = \"overlapping\", area = \"{group}\" }]";
    let source = FLOWS
        .replace("codes = \"areas\" }", "codes = \"areas\", default = \"W0\" }")
        .replace("rows = [{ match = \"合计\", role = \"total\" }]", rules);
    let sheet = "2021年1-9月\n单位：万美元\n国别 | 进出口 | 出口\n*东盟某 | 1 | 2\n*RCEP | 3 | 4";
    assert_eq!(
        told(read_drawn(&source, vec![drawn("1-9月", sheet)]), &["area", "flow", "v"]),
        "RCEP total 30000\nRCEP export 40000\nreject: C05 A4 [东盟某]",
    );
}

#[test]
fn a_year_in_the_file_name_may_hold_tables_of_its_months() {
    let source = FLOWS.replace("\"sheet\"]", "\"sheet\", \"file:/(?<p>2021年|2022年)/\"]");
    let sheet = |year: &str| format!("{year}年1-9月\n单位：万美元\n国别 | 进出口 | 出口\n俄罗斯 | 1 | 2");
    let read = |name: &str, year: &str| {
        let spec = super::testing::sources(&source).into_iter().next().unwrap();
        let reading = super::testing::read_named(&spec, (name, "b"), vec![drawn("1-9月", &sheet(year))]);
        told(reading, &["area", "time_period"]).lines().next().unwrap().to_owned()
    };
    assert_eq!(read("2021年.xlsx", "2021"), "RU 2021-01/2021-09");
    assert!(read("2022年.xlsx", "2021").contains("L08"));
}

const VERSIONS: &str = r#"
[source.s]
files = ["*"]
table = { labels = ["指标"], end = ["/^注/"] }
dim.item = { from = "label", codes = "indicators" }
measure.v = { from = "level:1", match = ["预报*", "终报*"], type = "amount", unit = "label" }
attr.released = { from = "level:1", match = "/（(?<released>.+)）/", type = "date" }
key = ["item"]
supersede = "released"
"#;

#[test]
fn a_later_column_replaces_an_earlier_one() {
    let sheet = "指标 | 预报（2019年5月25日） | 终报（2019年6月19日）\n参展企业（家） | 1360 | 1764\n观众（人次） | 5 |";
    assert_eq!(
        combined(VERSIONS, &[("a.xlsx", sheet)], &["item", "v", "released"]),
        "EXPO_ENTERPRISES 1764 2019-06-19\nEXPO_VISITORS 5 2019-05-25\n\
         superseded: EXPO_ENTERPRISES 1360 2019-05-25\na.xlsx: 2 taken, 2 used, 0 rejected",
    );
}

#[test]
fn what_replaces_must_be_a_day_and_no_part_of_the_key() {
    check_mistakes(
        "attr.seen = { from = \"header:来源\" }\nsupersede = \"seen\"",
        "`seen` in `supersede` is neither a date nor a period (give the column type = \"date\")",
    );
    check_mistakes("supersede = \"sen\"", "unknown column in `supersede` `sen` (allowed: id, partner)");
    check_mistakes(
        "annotate = [{ where = { idd = \"1\" } }]",
        "an entry of `annotate` has neither `status` nor `note` ()\n\
         unknown dimension `idd` (did you mean `id`? allowed: id, partner)",
    );
}
