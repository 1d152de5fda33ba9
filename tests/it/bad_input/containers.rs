//! Rows 1–25 and 34: files that are no sound workbook. Each is named for what it is, or read as what it is.

use std::io::Write;

use super::{GOOD, Read, Refused, Rejected, check};
use crate::project::{Project, assert_exit, stderr};
use crate::workbook::{Sheet, archive, beginning, book, container, ods, ods_row, record, rows, xls, xlsx};

const TABLE: &str = "地区|金额\n黑河|10.5";
const FIGURE: &str = "黑河,10.5";
const HALF: &str = "damaged or was not copied to the end";
const PASSWORD: &str = "is protected by a password; save a copy without one";

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

fn zeroed(mut bytes: Vec<u8>) -> Vec<u8> {
    let half = bytes.len() / 2;
    bytes[half..].fill(0);
    bytes
}

/// A binary workbook with a record that says how it is encrypted.
fn protected(how: &[u8]) -> Vec<u8> {
    container(&[("Root Entry", 5), ("Workbook", 2)], &[beginning(5), record(0x2f, how)].concat())
}

fn spreadsheet_ml(attributes: &str, data: &str) -> Vec<u8> {
    let text = |text: &str| format!("<Cell><Data ss:Type=\"String\">{text}</Data></Cell>");
    let head = "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>";
    format!(
        "{head}<Workbook><Worksheet ss:Name=\"表\"><Table><Row>{}{}</Row><Row>{}<Cell{attributes}>{data}</Cell></Row></Table></Worksheet></Workbook>",
        text("地区"),
        text("金额"),
        text("黑河"),
    )
    .into_bytes()
}

fn page(rows: &str) -> Vec<u8> {
    format!("<html><table>{rows}</table></html>").into_bytes()
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
#[rustfmt::skip] // one row an item
fn half_copied_files_are_named() {
    let loops = {
        let mut bytes = xls(TABLE);
        bytes[512..].fill(0);
        bytes
    };
    let long = format!("地区|金额\n{}", "黑河|10.5\n".repeat(300));
    let no_part = archive(&[("xl/styles.xml", "<s/>")]);
    check("", vec![
        ("1 zero bytes", "a.xlsx", Vec::new(), Refused("the file is empty (0 bytes)")),
        ("2 zip cut in half", "a.xlsx", cut(xlsx(TABLE)), Refused(HALF)),
        ("3 zip with a zero tail", "a.xlsx", zeroed(xlsx(TABLE)), Refused(HALF)),
        ("4 xls with a zero tail: its chain of sectors is a loop", "a.xls", loops, Refused(HALF)),
        ("4 xls whose second half is zero", "a.xls", zeroed(xls(&long)), Refused(HALF)),
        ("5 xls cut", "a.xls", cut(xls(&long)), Refused(HALF)),
        ("34 no workbook part", "a.xlsx", no_part, Refused("zip archive without a workbook")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn protected_workbooks_are_named() {
    let encrypted = container(&[("Root Entry", 5), ("EncryptedPackage", 2)], &[]);
    let entries = [("content.xml", "x"), ("META-INF/manifest.xml", "<manifest:encryption-data/>")];
    // 9 is what Excel writes for a workbook to be opened read-only: the password is known, the cells are RC4.
    check("", vec![
        ("7 xlsx with a password", "a.xlsx", encrypted, Refused(PASSWORD)),
        ("8 xls with a password", "a.xls", protected(&[0, 0, 0x12, 0x34, 0x56, 0x78]), Refused(PASSWORD)),
        ("9 xls with the default password", "a.xls", protected(&[1, 0, 1, 0, 1, 0]), Refused(PASSWORD)),
        ("10 ods with a password", "a.ods", archive(&entries), Refused(PASSWORD)),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn wrong_endings_are_read_as_what_they_are() {
    let html = page("<tr><td>地区</td><td>金额</td></tr><tr><td>黑河</td><td>10.5</td></tr>");
    let ml = spreadsheet_ml("", "<Data ss:Type=\"Number\">10.5</Data>");
    let ending = "F03"; // the ending of the file is wrong
    check("", vec![
        ("11 a web page as .xls", "a.xls", html, Read(FIGURE, ending)),
        ("12 SpreadsheetML 2003 as .xls", "a.xls", ml, Read(FIGURE, ending)),
        ("13 CSV in GBK as .xls", "a.xls", gb18030("地区,金额\n黑河,10.5\n"), Read(FIGURE, ending)),
        ("14 xlsx named .xls", "a.xls", xlsx(TABLE), Read(FIGURE, ending)),
        ("15 xls named .xlsx", "a.xlsx", xls(TABLE), Read(FIGURE, ending)),
        ("- xls named .xls", "a.xls", xls(TABLE), Read(FIGURE, "")),
        ("- ods", "a.ods", ods(&(ods_row(&["地区", "金额"]) + &ods_row(&["黑河", "10.5"]))), Read(FIGURE, "")),
    ]);
}

/// 29, 44, 45 in SpreadsheetML 2003.
#[test]
#[rustfmt::skip] // one row an item
fn cells_without_sense_are_named_in_every_form() {
    check("", vec![
        ("29 NaN", "a.xml", spreadsheet_ml("", "<Data ss:Type=\"Number\">NaN</Data>"), Rejected("表,B2", "NaN")),
        ("44 a formula without a value", "a.xml", spreadsheet_ml(" ss:Formula=\"=RC1\"", ""), Rejected("表,B2", "RC1")),
        ("45 an error cell", "a.xml", spreadsheet_ml("", "<Data ss:Type=\"Error\">#REF!</Data>"), Rejected("表,B2", "#REF!")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn foreign_files_are_named() {
    let page = b"<html><body>x</body></html>".to_vec();
    check("", vec![
        ("11 a web page without a table", "a.xls", page, Refused("web page without a table")),
        ("16 bytes without sense", "a.xlsx", b"\x00\x01\x02\x03\x04".to_vec(), Refused("binary file of no known kind")),
        ("16 more of them, few of them zero", "a.xlsx", vec![7, 0, 1, 0xfe, 3, 0, 0, 9, 1, 2, 3], Refused("byte 2: 0x00")),
        ("17 docx named .xlsx", "a.xlsx", archive(&[("word/document.xml", "<w/>")]), Refused("a Word document")),
        ("- PDF named .xlsx", "a.xlsx", b"%PDF-1.7".to_vec(), Refused("a PDF document")),
    ]);
}

/// The same archive with another content of a part, or without it.
fn with_part(whole: Vec<u8>, name: &str, content: Option<&str>) -> Vec<u8> {
    let mut whole = zip::ZipArchive::new(std::io::Cursor::new(whole)).unwrap();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..whole.len() {
        let part = whole.by_index_raw(at).unwrap();
        if part.name().unwrap() != name {
            archive.raw_copy_file(part).unwrap();
        }
    }
    if let Some(content) = content {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A byte of a field of every entry of an archive, in its directory and before its part.
fn with_field(mut archive: Vec<u8>, (before_part, in_directory): (usize, usize), value: u8) -> Vec<u8> {
    for (sign, field) in [(b"PK\x03\x04", before_part), (b"PK\x01\x02", in_directory)] {
        let at: Vec<usize> = (0..archive.len()).filter(|at| archive[*at..].starts_with(sign)).collect();
        at.into_iter().for_each(|at| archive[at + field] = value);
    }
    archive
}

/// Parts that are missing, twice there, cut or packed in a way of their own.
#[test]
#[rustfmt::skip] // one row an item
fn parts_out_of_order_are_named() {
    let sheet = "xl/worksheets/sheet1.xml";
    let dated = || xlsx("日期|金额\ns=\"1\"><v>45292</v>|1");
    let other = "<worksheet><sheetData/></worksheet>";
    let more = |name: &str| with_part(xlsx(TABLE), name, Some(other));
    let text = |table: &str| String::from_utf8(table.into()).unwrap();
    let unclosed = text("<worksheet><sheetData></sheetData><mergeCells>");
    let styles = text("<styleSheet><cellXfs><xf numFmtId=\"0\"/>");
    let lost = |sheet: &str| format!("its part {sheet} ends before its last tag");
    let (of_sheet, of_styles) = (lost(sheet).leak(), lost("xl/styles.xml").leak());
    check("", vec![
        ("- no texts, and a cell that names one", "a.xlsx", with_part(xlsx("地区|金额\nt=\"s\"><v>0</v>|1"), "xl/sharedStrings.xml", None), Rejected("表,A2", "text number 0 of 0")),
        ("- no formats: a date would be a number", "a.xlsx", with_part(dated(), "xl/styles.xml", None), Refused("it has no part xl/styles.xml")),
        ("- a format that is not there", "a.xlsx", xlsx("地区|金额\n黑河|s=\"77\"><v>10.5</v>"), Read(FIGURE, "表,B2,a number of a format that the workbook does not have")),
        ("- formats cut, in a sound archive", "a.xlsx", with_part(dated(), "xl/styles.xml", Some(&styles)), Refused(of_styles)),
        ("- a sheet cut behind its cells", "a.xlsx", with_part(xlsx(TABLE), sheet, Some(&unclosed)), Refused(of_sheet)),
        ("- a sheet of no bytes", "a.xlsx", with_part(xlsx(TABLE), sheet, Some("")), Refused(of_sheet)),
        ("- one part twice but for case", "a.xlsx", more("XL/Worksheets/Sheet1.xml"), Refused("two of its parts are called XL/Worksheets/Sheet1.xml")),
        ("- a part whose name leads out", "a.xlsx", more("../../../tmp/evil.xml"), Read(FIGURE, "")),
        ("- parts with a password", "a.xlsx", with_field(xlsx(TABLE), (6, 8), 1), Refused(PASSWORD)),
        ("- packed by LZMA", "a.xlsx", with_field(xlsx(TABLE), (8, 10), 14), Refused("a workbook packed by a method that spreadsheet programs do not use; open it in Excel or WPS")),
    ]);
}

/// One part that unpacks to `size` bytes of `of`, a few thousandths of that when packed.
fn swelling(name: &str, head: &str, of: &[u8], size: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let block = of.repeat(1 + (1 << 20) / of.len());
    archive.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"<workbook/>").unwrap();
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(head.as_bytes()).unwrap();
    for _ in 0..size / block.len() {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Bombs (20 to 22 at full size, 1 GB, 50 million cells and 4 GB, are refused alike: each in 0.3 s, within 83 MB): each is a few kilobytes that would become gigabytes, so none is read further than it takes to tell.
#[test]
#[rustfmt::skip] // one row an item
fn bombs_are_refused_before_they_are_read() {
    let texts = r#"<sst uniqueCount="1000000000"><si><t>a</t></si></sst>"#;
    let texts = with_part(xlsx(TABLE), "xl/sharedStrings.xml", Some(texts));
    let one = swelling("xl/sharedStrings.xml", "<sst><si><t>", b"a", 80 << 20);
    let spaces = swelling("xl/worksheets/sheet1.xml", "<worksheet>", b" ", 80 << 20);
    let sheets = archive(&[("xl/workbook.xml", &"<sheet sheetId=\"1\"/>".repeat(65_000))]);
    let more = "more than the limit of 67108864; it is not read";
    check("", vec![
        ("19 a thousand million texts declared", "a.xlsx", texts, Refused("declares 1000000000 texts")),
        ("20 one text without end", "a.xlsx", one, Refused(more)),
        ("22 spaces without end", "a.xlsx", spaces, Refused(more)),
        ("25 65,000 sheets", "a.xlsx", sheets, Refused("sheets, more than the limit of 1000")),
    ]);
}

/// 23, 24: XML may declare texts that stand for others, or for files; a reader takes neither up.
#[test]
#[rustfmt::skip] // one row an item
fn entities_are_never_followed() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let file = "<!DOCTYPE x [<!ENTITY b SYSTEM \"file:///etc/hostname\">]>";
    let entity = |doctype: &str| {
        let cells = rows("地区|金额\n黑河|10.5\nt=\"inlineStr\"><is><t>&b;</t></is>|3");
        book(&[Sheet::of_rows("表", cells).before(doctype)])
    };
    check("", vec![
        ("23 billion laughs", "a.xlsx", entity(laughs), Refused("its part xl/worksheets/sheet1.xml declares entities")),
        ("24 an entity that names a file", "a.xlsx", entity(file), Refused("its part xl/worksheets/sheet1.xml declares entities")),
    ]);
}

/// 6: what a spreadsheet program leaves beside an open workbook is no input, and is said to be none.
#[test]
fn lock_files_are_skipped_and_noted() {
    let project = Project::empty();
    project.write("pipelines/bad.toml", super::pipeline(""));
    project.write("input/sales/good.csv", GOOD);
    project.write("input/sales/~$good.xlsx", "x");
    let output = project.amur(&["run"]);
    assert_exit(&output, 0);
    let told = project.latest_text("bad", "findings.csv");
    assert!(told.contains("~$good.xlsx") && told.contains("lock file of an open workbook"), "{told}");
    assert!(!stderr(&output).contains("error"), "{}", stderr(&output));
}
