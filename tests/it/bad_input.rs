//! Bad files beside good ones: what a run says of each and how it ends, by the list of bad inputs.

use crate::project::{Project, assert_exit, stderr};

/// A pipeline over one table of areas and amounts.
const PIPELINE: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.sales]
files = ["sales/*"]
sheet = { HIDDEN }
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", type = "text", required = true }
measure.amount = { from = "header:金额", type = "amount", currency = "column:币种" }
key = ["area"]

[[report]]
file = "sales.csv"
from = "sales"
"#;

fn project(name: &str, bytes: &[u8], sheet: &str) -> Project {
    let project = Project::empty();
    project.write("pipelines/bad.toml", PIPELINE.replace("HIDDEN", sheet));
    project.write(&format!("input/sales/{name}"), bytes);
    project
}

/// Runs over one file: how it ends and what is said.
#[track_caller]
fn check(name: &str, bytes: &[u8], (code, expected): (i32, &str)) {
    let output = project(name, bytes, "").amur(&["run"]);
    assert_exit(&output, code);
    let told = stderr(&output);
    assert!(told.contains(expected), "`{expected}` is missing:\n{told}");
}

/// An HTML page with one table row.
fn page(cell: &str) -> String {
    format!(
        "<html><table><tr><td>地区</td><td>金额</td><td>币种</td></tr><tr><td>黑河</td><td>{cell}</td><td>CNY</td></tr></table>"
    )
}

/// The same table as SpreadsheetML, with this data cell.
fn xml(cell: &str) -> String {
    let text = |text: &str| format!("<Cell><Data ss:Type=\"String\">{text}</Data></Cell>");
    format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook><Worksheet ss:Name=\"表\"><Table><Row>{}{}{}\
         </Row><Row>{}{cell}{}</Row><Row ss:Hidden=\"1\">{}<Cell><Data ss:Type=\"Number\">7</Data></Cell>{}</Row>\
         </Table></Worksheet></Workbook>",
        text("地区"),
        text("金额"),
        text("币种"),
        text("黑河"),
        text("CNY"),
        text("东宁"),
        text("CNY"),
    )
}

#[test]
fn tables_in_odd_forms_are_read() {
    let table = "地区,金额,币种\n黑河,10.5,CNY\n";
    let (gbk, _, _) = encoding("gb18030").encode(table);
    let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("a.csv", &gbk, (0, ""));
    check("a.xls", &gbk, (0, ""));
    check("a.csv", &wide, (0, ""));
    check("a.csv", table.replace('\n', "\r").as_bytes(), (0, ""));
    check("a.csv", table.replace(',', ";").as_bytes(), (0, ""));
    check("a.xls", page("10.5").as_bytes(), (0, ""));
    check("a.xls", xml("<Cell><Data ss:Type=\"Number\">10.5</Data></Cell>").as_bytes(), (0, ""));
}

fn encoding(label: &str) -> &'static encoding_rs::Encoding {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap()
}

#[test]
fn bad_files_are_named_for_what_they_are() {
    for (name, bytes, expected) in [
        ("a.xlsx", &b"PK\x03\x04 half"[..], "damaged or was not copied to the end"),
        ("a.xlsx", b"\x00\x01\x02\x03\x04", "binary file of no known kind"),
        ("a.xls", b"<html><body>x</body></html>", "web page without a table"),
        ("a.csv", "地区,金额,币种\n黑河,\"1,CNY\n".as_bytes(), "the quote opened on line 2 is never closed"),
        ("a.csv", b"a,b\n1,\xff2\n", "line 2, byte 3: 0xFF"),
        ("a.csv", b"a,b\n1,\x002\n", "line 2, byte 3: 0x00"),
    ] {
        check(name, bytes, (1, expected));
    }
}

#[test]
fn bad_cells_are_named_with_their_address() {
    for (cell, expected) in [
        ("<Cell><Data ss:Type=\"Error\">#REF!</Data></Cell>", "#REF!"),
        ("<Cell ss:Formula=\"=RC1\"/>", "B2"),
        ("<Cell><Data ss:Type=\"Number\">NaN</Data></Cell>", "B2"),
    ] {
        check("a.xls", xml(cell).as_bytes(), (1, expected));
    }
}

#[test]
fn hidden_rows_are_read_or_left_out_as_declared() {
    let book = xml("<Cell><Data ss:Type=\"Number\">10.5</Data></Cell>");
    let rows = |sheet: &str| {
        let project = project("a.xml", book.as_bytes(), sheet);
        assert_exit(&project.amur(&["run"]), 0);
        let files = project.latest("bad");
        let (_, bytes) = files.into_iter().find(|(name, _)| name == "sales.csv").unwrap();
        String::from_utf8(bytes).unwrap().lines().count()
    };
    assert_eq!((rows(""), rows("hidden_rows = \"read\""), rows("hidden_rows = \"skip\"")), (3, 3, 2));
}
