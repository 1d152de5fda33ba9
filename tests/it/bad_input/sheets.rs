//! Rows 26, 35–40, 42, 43, 46, 47: sheets that are absent, hidden, of one name, without end, or laid out otherwise.

use super::{Failed, Read, Refused, check};
use crate::project::{Project, assert_exit};
use crate::workbook::{Sheet, book, ods, ods_row, rows, sheet, xlsx};

const TABLE: &str = "地区|金额\n黑河|10.5";
const FIGURE: &str = "黑河,10.5";

#[test]
#[rustfmt::skip] // one row an item
fn sheets_are_told_apart() {
    let (table, empty) = (sheet("表", TABLE), Sheet::of_rows("表", ""));
    let macros = Sheet::of_rows("宏", "<row/>").kind("xlMacrosheet");
    let chart = Sheet::of_rows("图", "<row/>").kind("chartsheet");
    let twice = book(&[sheet("表", TABLE), sheet("表", "地区|金额\n东宁|1")]);
    check("", vec![
        ("26 two of one name", "a.xlsx", twice, Refused("sheets 1 and 2 of the workbook are both called 表; rename one")),
        ("35 a listed sheet is absent", "a.xlsx", book(&[empty]), Refused("sheet 表: the part xl/worksheets/sheet1.xml")),
        ("36 a sheet of macros beside a good one", "a.xlsx", book(&[macros, table.clone()]), Read(FIGURE, "a macro sheet")),
        ("37 a chart only", "a.xlsx", book(&[chart]), Refused("no worksheet with data, only 图 (a chart)")),
        ("- no sheets", "a.xlsx", book(&[]), Refused("the workbook has no sheets")),
        ("- a blank sheet", "a.xlsx", book(&[Sheet::of_rows("表", "<row/>")]), Refused("地区")),
        ("- a blank sheet beside a good one", "a.xlsx", book(&[Sheet::of_rows("空", "<row/>"), table]), Read(FIGURE, "")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn hidden_sheets_are_read_as_declared() {
    let hidden = |state| book(&[sheet("表", TABLE).state(state)]);
    let beside = book(&[sheet("表", TABLE), sheet("底稿", "地区|金额\n东宁|1").state("hidden")]);
    check("", vec![
        ("38 the only sheet is hidden", "a.xlsx", hidden("hidden"), Refused("expected a visible sheet")),
        ("38 very hidden", "a.xlsx", hidden("veryHidden"), Refused("expected a visible sheet")),
        ("38 a hidden table beside a shown one", "a.xlsx", beside, Read(FIGURE, "底稿")),
    ]);
    check("sheet = { hidden = \"read\" }", vec![
        ("38 hidden, and declared to be read", "a.xlsx", hidden("hidden"), Read(FIGURE, "")),
        ("38 very hidden, and declared to be read", "a.xlsx", hidden("veryHidden"), Read(FIGURE, "")),
    ]);
}

/// 38, for rows: read unless declared otherwise, and then left out with that reason.
#[test]
fn hidden_rows_are_read_or_left_out_as_declared() {
    let table = rows("地区|金额\n黑河|10.5\n东宁|7").replace("<row r=\"3\"", "<row r=\"3\" hidden=\"1\"");
    let areas =
        ["", "sheet = { hidden_rows = \"read\" }", "sheet = { hidden_rows = \"skip\" }"].map(|declared| {
            let project = Project::empty();
            project.write("pipelines/bad.toml", super::pipeline(declared));
            project.write("input/sales/a.xlsx", book(&[Sheet::of_rows("表", &*table)]));
            assert_exit(&project.amur(&["run"]), 0);
            project.latest_text("bad", "sales.csv").lines().count() - 1
        });
    assert_eq!(areas, [2, 2, 1]);
}

#[test]
#[rustfmt::skip] // one row an item
fn what_is_not_there_is_named_beside_what_is() {
    let two = book(&[sheet("一月", TABLE), sheet("二月", TABLE)]);
    let declared = "files = [\"sales/a*\", \"sales/*.csv\"]";
    let moved = xlsx("县市|数额\n黑河|10.5");
    let late = xlsx(&format!("{}{TABLE}", "备考\n".repeat(40)));
    let double = xlsx("地区|金额|金额\n黑河|10.5|11");
    let merged = book(&[sheet("表", "地区|2024年|\n|金额|同比\n黑河|10.5|3")
        .behind(r#"<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>"#)]);
    check("", vec![
        ("40 a renamed header", "a.xlsx", moved, Refused("地区, 金额")),
        ("40 a header far below", "a.xlsx", late, Refused("within 20 rows")),
        ("40 a doubled header", "a.xlsx", double, Refused("金额")),
    ]);
    check("table = { labels = [\"地区\"] }", vec![
        ("40 a merged header of two rows", "a.xlsx", merged, Read(FIGURE, "2024年/同比")),
    ]);
    check(&format!("{declared}\nsheet = {{ match = \"汇总\" }}"), vec![
        ("39 the expected sheet is renamed", "a.xlsx", two, Failed("一月, 二月")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn units_that_disagree_are_an_error() {
    let both = xlsx("单位：亿元\n地区|金额（万元）\n黑河|10.5");
    let header = xlsx("地区|金额（万元）\n黑河|10.5");
    let places = "measure.amount = { from = \"header:金额*\", type = \"amount\", currency = \"const:CNY\", unit = [\"header\", \"cell:/单位[:](?<unit>.+)/\"] }\ntable = { labels = [\"地区\"] }";
    check(places, vec![
        ("42 亿元 above, 万元 in the header", "a.xlsx", both, Failed("亿元")),
        ("42 万元 alone", "a.xlsx", header, Read("黑河,105000", "")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn totals_rows_are_left_out_and_compared() {
    let table = |total: &str| xlsx(&format!("地区|金额\n黑河|10\n东宁|5\n合计|{total}"));
    check("", vec![
        ("43 a totals row that nobody declared", "a.xlsx", table("15"), Read("合计,15", "L27")),
    ]);
    check("rows = [{ match = \"合计\", role = \"total\" }]", vec![
        ("43 a totals row that is declared", "a.xlsx", table("15"), Read("东宁,5", "left out")),
    ]);
    let compared = "rows = [{ match = \"合计\", role = \"total\", keep = true }]\n\
        [[check]]\non = \"sales\"\ncontrol = { dimension = \"area\", sum = \"黑河 + 东宁 = 合计\" }\n";
    check(compared, vec![
        ("43 a total that is the sum", "a.xlsx", table("15"), Read("合计,15", "")),
        ("43 a total that is not the sum", "a.xlsx", table("20"), Failed("20")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn rows_without_end_cost_nothing() {
    let head = ods_row(&["地区", "金额"]) + &ods_row(&["黑河", "10.5"]);
    let blank = r#"<table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let full = r#"<table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>"#;
    let blank_row = |row| format!(r#"<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1"/></row>"#);
    let far = (3..10_003).map(blank_row).collect::<Vec<_>>().concat();
    check("", vec![
        ("46 ods with a thousand million blank rows", "a.ods", ods(&format!("{head}{blank}")), Read(FIGURE, "")),
        ("21, 46 cells without end, in few bytes", "a.ods", ods(&format!("{head}{full}")), Refused("has more than 16777216 cells; split the file")),
        ("47 ten thousand blank rows with a format", "a.xlsx", book(&[Sheet::of_rows("表", rows(TABLE) + &far)]), Read(FIGURE, "")),
    ]);
}
