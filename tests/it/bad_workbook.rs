//! Workbooks that no spreadsheet program would save: each is refused, or its bad cell named, and none is read
//! wrongly in silence. Numbers in comments are those of the list of bad inputs.

use std::io::Write;

use crate::project::{Project, stderr};

const PIPELINE: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.sales]
files = ["sales/*"]
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", type = "text", required = true }
measure.amount = { from = "header:金额", type = "amount", currency = "const:CNY" }
key = ["area"]

[[report]]
file = "sales.csv"
from = "sales"
"#;

/// What a bad file is, its name and bytes, the exit code and what is said of it.
type Case = (&'static str, &'static str, Vec<u8>, i32, &'static str);

/// Runs over each file on its own; every case that ends otherwise is told at once.
#[track_caller]
fn check(cases: Vec<Case>) {
    let wrong: Vec<String> = cases.into_iter().filter_map(told_otherwise).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn told_otherwise((what, name, bytes, code, expected): Case) -> Option<String> {
    let project = Project::empty();
    project.write("pipelines/bad.toml", PIPELINE);
    project.write(&format!("input/sales/{name}"), bytes);
    let output = project.amur(&["run"]);
    let said = stderr(&output);
    let right = output.status.code() == Some(code) && said.contains(expected);
    (!right).then(|| format!("{what}: {:?}, expected {code} and `{expected}`:\n{said}", output.status.code()))
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEADER: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>地区</t></is></c><c r="B1" t="inlineStr"><is><t>金额</t></is></c></row>"#;

/// A workbook of these sheets, each listed under its name and holding these rows.
fn book(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let (mut listed, mut links) = (String::new(), String::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let id = at + 1;
        listed.extend([format!(r#"<sheet name="{name}" sheetId="{id}" r:id="r{id}"/>"#)]);
        links.extend([format!(
            r#"<Relationship Id="r{id}" Type="{LINKS}/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        )]);
        if !rows.is_empty() {
            parts.push((
                format!("xl/worksheets/sheet{id}.xml"),
                format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#),
            ));
        }
    }
    links.extend([format!(
        r#"<Relationship Id="t" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="s" Type="{LINKS}/styles" Target="styles.xml"/>"#
    )]);
    for (name, content) in [
        (
            "xl/workbook.xml",
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(r#"<sst xmlns="{MAIN}" uniqueCount="1"><si><t>黑河</t></si></sst>"#),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
            ),
        ),
    ] {
        parts.push((name.to_owned(), content));
    }
    let borrowed: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    archive(&borrowed)
}

/// A workbook of one table with this cell of amounts, and whatever follows its row.
fn cell(cell: &str, behind: &str) -> Vec<u8> {
    let area = r#"<c r="A2" t="inlineStr"><is><t>黑河</t></is></c>"#;
    book(&[("表", &format!(r#"{HEADER}<row r="2">{area}{cell}</row>{behind}"#))])
}

fn good() -> Vec<u8> {
    cell(r#"<c r="B2"><v>10.5</v></c>"#, "")
}

fn cut(mut bytes: Vec<u8>, keep: usize) -> Vec<u8> {
    bytes.truncate(keep);
    bytes
}

fn zeroed(mut bytes: Vec<u8>, keep: usize) -> Vec<u8> {
    bytes[keep..].fill(0);
    bytes
}

/// The beginning of a container whose table of sectors is sector 0 and whose folder is sector 1.
fn container(entries: &[(&str, u8)]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 512];
    bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    bytes[30] = 9;
    bytes[48] = 1;
    bytes[60..64].fill(0xff);
    bytes[68..72].fill(0xff);
    bytes[80..512].fill(0xff);
    let mut table = vec![0xff_u8; 512];
    table[4..8].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    bytes.extend(table);
    let mut folder = vec![0_u8; 512];
    for (at, (name, kind)) in entries.iter().enumerate() {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        folder[at * 128..at * 128 + wide.len()].copy_from_slice(&wide);
        folder[at * 128 + 64] = u8::try_from(wide.len() + 2).unwrap();
        folder[at * 128 + 66] = *kind;
    }
    bytes.extend(folder);
    bytes
}

#[test]
fn half_copied_and_foreign_files_are_named_for_what_they_are() {
    let damaged = "damaged or was not copied to the end";
    let whole = good();
    let half = whole.len() / 2;
    let loops = zeroed(container(&[("Root Entry", 5), ("Workbook", 2)]), 512);
    let biff = b"\x09\x08\x10\x00\x00\x06\x05\x00\0\0\0\0\0\0\0\0\0\0\0\0\x2f\x00\x02\x00\0\0".to_vec();
    check(vec![
        ("1 zero bytes and nothing else", "a.xlsx", Vec::new(), 4, "no file in ./input matches"),
        ("2 zip cut in half", "a.xlsx", cut(whole.clone(), half), 1, damaged),
        ("3 zip with a zero tail", "a.xlsx", zeroed(whole.clone(), half), 1, damaged),
        ("4 xls with a zero tail", "a.xls", loops, 1, damaged),
        ("5 xls cut", "a.xls", cut(container(&[("Root Entry", 5), ("Workbook", 2)]), 700), 1, damaged),
        (
            "7 xlsx with a password",
            "a.xlsx",
            container(&[("Root Entry", 5), ("EncryptedPackage", 2)]),
            1,
            "protected by a password",
        ),
        ("8 xls with a password", "a.xls", biff, 1, "protected by a password"),
        (
            "10 ods with a password",
            "a.ods",
            archive(&[("content.xml", "x"), ("META-INF/manifest.xml", "<manifest:encryption-data/>")]),
            1,
            "protected by a password",
        ),
        ("14 xlsx named .xls", "a.xls", whole, 0, ""),
        ("17 docx named .xlsx", "a.xlsx", archive(&[("word/document.xml", "<w/>")]), 1, "a Word document"),
        (
            "34 no workbook part",
            "a.xlsx",
            archive(&[("xl/styles.xml", "<s/>")]),
            1,
            "zip archive without a workbook",
        ),
        ("35 a listed sheet is absent", "a.xlsx", book(&[("表", "")]), 1, "sheet 表"),
    ]);
}

#[test]
fn silent_wrong_results_are_none() {
    let text = |index: &str| cell(&format!(r#"<c r="B2" t="s"><v>{index}</v></c>"#), "");
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let beyond = r#"<row r="3"><c r="XFE3"><v>1</v></c></row>"#;
    let swapped = format!(r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>7</v></c></row>{HEADER}"#);
    check(vec![
        (
            "26 two sheets of one name",
            "a.xlsx",
            book(&[("表", HEADER), ("表", HEADER)]),
            1,
            "sheets 1 and 2 of the workbook are both called 表",
        ),
        ("no sheets", "a.xlsx", book(&[]), 1, "the workbook has no sheets"),
        ("27 text beyond the list", "a.xlsx", text("9"), 1, "B2"),
        ("28 text -1", "a.xlsx", text("-1"), 1, "B2"),
        ("29 NaN", "a.xlsx", cell(r#"<c r="B2"><v>NaN</v></c>"#, ""), 1, "B2"),
        ("29 infinite", "a.xlsx", cell(r#"<c r="B2"><v>1e999</v></c>"#, ""), 1, "B2"),
        ("30 date 1e300", "a.xlsx", cell(r#"<c r="B2" s="1"><v>1e300</v></c>"#, ""), 1, "B2"),
        ("30 date -5", "a.xlsx", cell(r#"<c r="B2" s="1"><v>-5</v></c>"#, ""), 1, "B2"),
        ("31 a cell twice", "a.xlsx", cell(r#"<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>"#, ""), 0, "B2"),
        ("32 rows out of order", "a.xlsx", book(&[("表", &swapped)]), 0, ""),
        ("33 a cell beyond the grid", "a.xlsx", cell(r#"<c r="B2"><v>1</v></c>"#, beyond), 1, "XFE3"),
        ("44 a formula without a value", "a.xlsx", cell(r#"<c r="B2"><f>A1</f></c>"#, ""), 1, "B2"),
        ("45 an error cell", "a.xlsx", cell(r#"<c r="B2" t="e"><v>#REF!</v></c>"#, ""), 1, "#REF!"),
        // Two far cells cost two cells, not the rectangle between them; the far one is a row without an area.
        ("18 two far cells", "a.xlsx", cell(r#"<c r="B2"><v>1</v></c>"#, far), 1, "C07"),
    ]);
}

#[test]
fn bombs_are_refused_before_they_are_read() {
    let mut parts = vec![("xl/workbook.xml", "<workbook/>")];
    let texts = r#"<sst uniqueCount="1000000000"><si><t>a</t></si></sst>"#;
    parts.push(("xl/sharedStrings.xml", texts));
    let spaces = " ".repeat(70 << 20);
    let sheets = "<sheet sheetId=\"1\"/>".repeat(1_001);
    check(vec![
        ("19 a thousand million texts", "a.xlsx", archive(&parts), 1, "declares 1000000000 texts"),
        (
            "22 spaces without end",
            "a.xlsx",
            archive(&[("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", &spaces)]),
            1,
            "unpacks to",
        ),
        ("25 more sheets than any", "a.xlsx", archive(&[("xl/workbook.xml", &sheets)]), 1, "1001 sheets"),
    ]);
}

#[test]
fn texts_that_are_no_table_are_named() {
    let wide = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("列{at}")).collect();
        format!("地区,金额,{}\n黑河,1{}\n", names.join(","), ",".repeat(count)).into_bytes()
    };

    check(vec![
        ("16 bytes without sense", "a.xlsx", vec![7, 0, 1, 0xfe, 3, 0, 0, 9, 1, 2, 3], 1, "byte 2: 0x00"),
        ("48 UTF-8 with a mark", "a.csv", "\u{feff}地区,金额\n黑河,1\n".into(), 0, ""),
        ("54 tabs and a decimal comma", "a.csv", "地区\t金额\n黑河\tx,5\n".into(), 1, "B2"),
        ("56 ten thousand columns", "a.csv", wide(10_000), 0, ""),
        ("60 formulas in text", "a.csv", "地区,金额\n=cmd|'/c calc'!A1,1\n".into(), 0, ""),
    ]);
}

/// 60, on the way out: a text that a spreadsheet would run stays text, a negative amount a number.
#[test]
fn a_text_that_looks_like_a_formula_is_guarded_in_csv() {
    let project = Project::empty();
    project.write("pipelines/bad.toml", PIPELINE);
    project.write("input/sales/a.csv", "地区,金额\n=cmd|'/c calc'!A1,-5\n@SUM,1\n");
    crate::project::assert_exit(&project.amur(&["run"]), 0);
    let files = project.latest("bad");
    let (_, bytes) = files.into_iter().find(|(name, _)| name == "sales.csv").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("'=cmd") && text.contains("'@SUM") && text.contains(",-5"), "{text}");
}
