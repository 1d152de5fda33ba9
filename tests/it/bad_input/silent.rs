//! The ten ways in which readers were seen to give wrong figures without a word, each shown to be told.
//! 1 two sheets of one name, 5 a shared text -1, 6 a cell twice, 7 NaN, 10 a date of 1e300 are rows 26, 28, 31, 29
//! and 30 of the list; 4, fewer cells than another reader finds, is shown by the unit test
//! `ingest::formats::peer_tests` on real workbooks.

use super::{Failed, Read, Refused, check};
use crate::project::{Project, assert_exit, entries};
use crate::workbook::{Sheet, beginning, book, container, record, xls, xlsx};

#[test]
#[rustfmt::skip] // one row an item
fn a_workbook_without_sheets_or_cells_is_no_success() {
    let sheetless = container(&[("Root Entry", 5), ("Workbook", 2)], &[beginning(5), record(0x0a, &[])].concat());
    let blank = Sheet::of_rows("表", r#"<row r="1"><c r="A1" s="1"/></row>"#);
    let dimensioned = Sheet::of_rows("表", "<row r=\"1\"/>").before("<!-- 305 cells were here -->");
    check("", vec![
        ("2 an xlsx without sheets", "a.xlsx", book(&[]), Refused("the workbook has no sheets")),
        ("2 an xls without sheets", "a.xls", sheetless, Refused("the workbook has no sheets")),
        ("3 an xlsx sheet whose cells are gone", "a.xlsx", book(&[blank]), Refused("地区, 金额")),
        ("3 the same, without even a cell", "a.xlsx", book(&[dimensioned]), Refused("地区, 金额")),
        ("3 an xls sheet whose cells are gone", "a.xls", xls(""), Refused("地区, 金额")),
        ("8 a row number beyond 2^32", "a.xlsx", xlsx_row(4_294_967_298), Refused("a row is numbered `4294967298`")),
    ]);
}

/// A table whose second row bears another number.
fn xlsx_row(number: u64) -> Vec<u8> {
    let rows =
        crate::workbook::rows("地区|金额\n黑河|1").replace("<row r=\"2\">", &format!("<row r=\"{number}\">"));
    book(&[Sheet::of_rows("表", rows)])
}

/// 9: a byte of an xls that turns over in transit has no checksum to betray it: the text or the number is simply
/// another. What betrays it is the total the table states, and the hash of the input in the manifest.
#[test]
#[rustfmt::skip] // one row an item
fn a_byte_turned_over_in_an_xls_is_betrayed_by_totals_and_hash() {
    let drawn = "地区|金额\n黑河|10\n东宁|5\n合计|15";
    let whole = xls(drawn);
    let place = 10.0_f64.to_le_bytes();
    let at = whole.windows(8).position(|window| window == place).unwrap();
    let mut turned = whole.clone();
    turned[at + 6] ^= 0x10;
    let compared = "rows = [{ match = \"合计\", role = \"total\", keep = true }]\n\
        [[check]]\non = \"sales\"\ncontrol = { dimension = \"area\", sum = \"黑河 + 东宁 = 合计\" }\n";
    check(compared, vec![
        ("9 as it was sent", "a.xls", whole.clone(), Read("黑河,10", "")),
        ("9 with a bit of 10 turned over", "a.xls", turned.clone(), Failed("合计")),
    ]);
    check("rows = [{ match = \"合计\", role = \"total\" }]", vec![
        ("9 where nothing is compared", "a.xls", turned.clone(), Read("黑河,20", "")),
    ]);
    // The hash of each is in the manifest, so that what was read can be held against what was sent.
    let hashes = [whole, turned].map(|bytes| {
        let project = Project::empty();
        project.write("pipelines/bad.toml", super::pipeline(""));
        project.write("input/sales/a.xls", &bytes);
        assert_exit(&project.amur(&["run"]), 0);
        let manifest = project.latest_text("bad", "manifest.json");
        let hash = blake3::hash(&bytes).to_hex().to_string();
        assert!(manifest.contains(&hash), "{manifest}");
        assert_eq!(entries(&project.path().join(".state/inputs")).len(), 1);
        hash
    });
    assert_ne!(hashes[0], hashes[1]);
}

/// Zip formats have checksums: the same accident is told, whatever it hits.
#[test]
#[rustfmt::skip] // one row an item
fn a_byte_turned_over_in_an_xlsx_is_told() {
    let whole = xlsx("地区|金额\n黑河|10");
    let sheet = whole.windows(24).position(|window| window == b"xl/worksheets/sheet1.xml").unwrap();
    let mut turned = whole;
    turned[sheet + 60] ^= 0x10;
    check("", vec![("9 in a zip part", "a.xlsx", turned, Refused("damaged or was not copied to the end"))]);
}
