//! Rows 18, 27–33, 41, 44, 45: cells that no spreadsheet program would write, and numbers as text.

use super::{Read, Refused, Rejected, check};
use crate::workbook::{Sheet, book, rows, xlsx};

/// A workbook of one figure, whose cell is this text or XML.
fn cell(cell: &str) -> Vec<u8> {
    xlsx(&format!("地区|金额\n黑河|{cell}"))
}

/// The same with another row behind it.
fn with(cell: &str, behind: &str) -> Vec<u8> {
    book(&[Sheet::of_rows("表", rows(&format!("地区|金额\n黑河|{cell}")) + behind)])
}

#[test]
#[rustfmt::skip] // one row an item
fn cells_without_sense_are_named() {
    check("", vec![
        ("27 a shared text beyond the list", "a.xlsx", cell("t=\"s\"><v>9</v>"), Rejected("表,B2", "text number 9 of 1")),
        ("28 a shared text -1", "a.xlsx", cell("t=\"s\"><v>-1</v>"), Rejected("表,B2", "text number -1 of 1")),
        ("29 NaN", "a.xlsx", cell("><v>NaN</v>"), Rejected("表,B2", "the number `NaN`")),
        ("29 infinite", "a.xlsx", cell("><v>1e999</v>"), Rejected("表,B2", "the number `1e999`")),
        ("30 date 1e300", "a.xlsx", cell("s=\"1\"><v>1e300</v>"), Rejected("表,B2", "a date of 1")),
        ("30 date -5", "a.xlsx", cell("s=\"1\"><v>-5</v>"), Rejected("表,B2", "a date of -5")),
        ("44 a formula without a value", "a.xlsx", cell("><f>A1*2</f>"), Rejected("表,B2", "A1*2")),
        ("45 an error cell", "a.xlsx", cell("t=\"e\"><v>#REF!</v>"), Rejected("表,B2", "#REF!")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn cells_out_of_place_are_read_right_or_named() {
    let swapped = "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\"><v>10.5</v></c></row>".to_owned() + &rows("地区|金额");
    let swapped = book(&[Sheet::of_rows("表", swapped)]);
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let beyond = r#"<row r="3"><c r="XFE3"><v>1</v></c></row>"#;
    let wraps = r#"<row r="4294967297"><c><v>1</v></c></row>"#;
    let twice = r#"<row r="2"><c r="B2"><v>10.5</v></c></row>"#;
    // Two far cells cost two cells, not the 17,179,869,184 between them; the far one has no area.
    check("", vec![
        ("18 two far cells", "a.xlsx", with("1", far), Rejected("表,A1048576", "C07")),
        ("31 a cell twice", "a.xlsx", with("1", twice), Read("黑河,10.5", "表,B2")),
        ("32 rows out of order", "a.xlsx", swapped, Read("黑河,10.5", "")),
        ("33 a cell beyond the grid", "a.xlsx", with("1", beyond), Refused("sheet 表: the cell `XFE3`")),
        ("33 a row number that wraps", "a.xlsx", with("1", wraps), Refused("4294967297")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn numbers_as_text_are_read_by_the_declared_decimal_mark() {
    let comma = "decimal = \",\"";
    check(comma, vec![
        ("41 1 234,56", "a.xlsx", cell("1 234,56"), Read("黑河,1234.56", "")),
        ("41 1.234,56", "a.xlsx", cell("1.234,56"), Read("黑河,1234.56", "")),
        ("41 １２３", "a.xlsx", cell("１２３"), Read("黑河,123", "")),
    ]);
    check("", vec![
        ("41 1 234,56 where the point is declared", "a.xlsx", cell("1 234,56"), Rejected("表,B2", "1 234,56")),
        ("41 1.234,56 where the point is declared", "a.xlsx", cell("1.234,56"), Rejected("表,B2", "1.234,56")),
        ("41 １２３", "a.xlsx", cell("１２３"), Read("黑河,123", "")),
    ]);
}
