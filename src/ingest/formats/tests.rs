//! Files as bytes, good and bad: what is read from each, or why nothing is.

use std::io::Write;

use super::*;
use crate::ingest::grid::Grid;

/// Reads bytes as a file of this name: every cell, then every finding; or the reason.
fn told(name: &str, bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let workbook = match read_workbook(file.path(), name, &ReadOptions::default()) {
        Ok(workbook) => workbook,
        Err(error) => return format!("error: {error}"),
    };
    let mut lines = vec![workbook.format];
    for grid in &workbook.sheets {
        let cells: Vec<String> =
            grid.cells().map(|cell| format!("{}={}", address(cell.row, cell.col), cell.printed())).collect();
        let hidden = if grid.hidden { " (hidden)" } else { "" };
        lines.push(format!("{}{hidden}: {}", grid.sheet, cells.join(" ")));
    }
    lines.extend(workbook.findings.iter().map(|finding| {
        format!("{} {} {} [{}]", finding.severity, finding.code.id, finding.place, finding.seen)
    }));
    lines.join("\n")
}

#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &str) {
    assert_eq!(told(name, bytes), expected);
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], expected: &str) {
    let told = told(name, bytes);
    assert!(told.starts_with(&format!("error: {expected}")), "{told}");
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SHEET: &str = "http://x/worksheet";
const RELATIONS: &str = "http://x/officeDocument";

/// A workbook of sheets: name, more attributes, kind of its relation, XML of its rows; no part where the XML is
/// empty.
fn book(extra: &str, sheets: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let listed: Vec<String> = (1..)
        .zip(sheets)
        .map(|(at, (name, more, ..))| {
            format!("<sheet name=\"{name}\" sheetId=\"{at}\" {more} r:id=\"r{at}\"/>")
        })
        .collect();
    let related: Vec<String> = (1..)
        .zip(sheets)
        .map(|(at, (_, _, kind, _))| {
            format!("<Relationship Id=\"r{at}\" Type=\"{kind}\" Target=\"s{at}.xml\"/>")
        })
        .collect();
    let shared = "<Relationship Id=\"t\" Type=\"http://x/sharedStrings\" Target=\"t.xml\"/>\
                  <Relationship Id=\"y\" Type=\"http://x/styles\" Target=\"y.xml\"/>";
    let mut parts = vec![
        ("_rels/.rels".to_owned(), format!(
            "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONS}\" Target=\"xl/workbook.xml\"/></Relationships>"
        )),
        ("xl/workbook.xml".to_owned(), format!("<workbook>{extra}<sheets>{}</sheets></workbook>", listed.concat())),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{}{shared}</Relationships>", related.concat())),
        ("xl/t.xml".to_owned(), "<sst uniqueCount=\"1000000000000\"><si><t>a</t></si><si><t>b</t></si></sst>".to_owned()),
        ("xl/y.xml".to_owned(),
            "<styleSheet><fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
             <xf numFmtId=\"0\" fontId=\"1\"/><xf numFmtId=\"10\"><alignment indent=\"2\"/></xf></cellXfs></styleSheet>"
                .to_owned()),
    ];
    for (at, (.., rows)) in (1..).zip(sheets) {
        if !rows.is_empty() {
            parts.push((format!("xl/s{at}.xml"), format!("<worksheet>{rows}</worksheet>")));
        }
    }
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, xml)| (name.as_str(), xml.as_str())).collect();
    zipped(&parts)
}

/// A workbook of one sheet with these cells.
fn cells(xml: &str) -> Vec<u8> {
    book("", &[("s", "", SHEET, &format!("<sheetData>{xml}</sheetData>"))])
}

#[test]
fn a_text_may_have_more_lines_than_a_sheet_has_rows() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all("1\n".repeat(1_048_577).as_bytes()).unwrap();
    let workbook = read_workbook(file.path(), "a.csv", &ReadOptions::default()).unwrap();
    assert_eq!(workbook.sheets[0].cell(1_048_576, 0).unwrap().printed(), "1");
}

#[test]
fn odd_cells_of_xlsx_are_told_with_their_address() {
    for (xml, expected) in [
        // Two cells far apart, and a claim of 10^12 texts, cost nothing.
        ("<c r=\"A1\"><v>1</v></c><c r=\"XFD1048576\"><v>2</v></c>", "A1=1 XFD1048576=2"),
        (
            "<row r=\"5\"><c r=\"A5\"><v>5</v></c></row><row r=\"2\"><c r=\"B2\"><v>2</v></c></row>",
            "B2=2 A5=5",
        ),
        ("<row><c><v>1</v></c><c t=\"s\"><v>1</v></c></row><row><c><v>2</v></c></row>", "A1=1 B1=b A2=2"),
        ("<c r=\"C2\" t=\"e\"><v>#SPILL!</v></c><c r=\"D2\" t=\"e\"><v>#N/A</v></c>", "C2=#SPILL! D2=#N/A"),
        ("<c r=\"B1\"><f>A1+1</f><v></v></c><c r=\"C1\" t=\"str\"><f>A1</f><v></v></c>", "B1==A1+1"),
        (
            "<c r=\"A1\" s=\"1\"><v>44197</v></c><c r=\"A2\" t=\"d\"><v>2021-03-05</v></c>",
            "A1=2021-01-01 A2=2021-03-05",
        ),
        ("<c r=\"A1\" t=\"inlineStr\"><is><t> x</t><rPh><t>no</t></rPh></is></c>", "A1= x"),
        ("<c r=\"A1\" t=\"str\"><v>a_x000A_b</v></c><c r=\"A2\" t=\"b\"><v>1</v></c>", "A1=a\nb A2=TRUE"),
    ] {
        check("a.xlsx", &cells(xml), &format!("xlsx\ns: {expected}"));
    }
    for (xml, expected, finding) in [
        (
            "<c r=\"B3\" t=\"s\"><v>99</v></c>",
            "B3=text number 99 of 2",
            "F10 a.xlsx ▸ s ▸ B3 [text number 99 of 2]",
        ),
        (
            "<c r=\"B3\" t=\"s\"><v>-1</v></c>",
            "B3=text number -1 of 2",
            "F10 a.xlsx ▸ s ▸ B3 [text number -1 of 2]",
        ),
        ("<c r=\"B3\"><v>NaN</v></c>", "B3=the number `NaN`", "F10 a.xlsx ▸ s ▸ B3 [the number `NaN`]"),
        ("<c r=\"B3\"><v>1e999</v></c>", "B3=the number `1e999`", "F10 a.xlsx ▸ s ▸ B3 [the number `1e999`]"),
        ("<c r=\"B3\" s=\"1\"><v>-5</v></c>", "B3=a date of -5", "F10 a.xlsx ▸ s ▸ B3 [a date of -5]"),
        ("<c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c>", "A1=2", "F04 a.xlsx ▸ s ▸ A1 [2]"),
        (
            "<c r=\"A1\" s=\"2\"><v>1</v></c>",
            "A1=1",
            "F07 a.xlsx ▸ s ▸ A1 [struck through, read like any other]",
        ),
    ] {
        check("a.xlsx", &cells(xml), &format!("xlsx\ns: {expected}\nwarning {finding}"));
    }
    refused(
        "a.xlsx",
        &cells("<c r=\"XFE1\"><v>1</v></c>"),
        "the workbook is damaged or was not copied to the end (sheet s: the cell `XFE1`",
    );
    refused(
        "a.xlsx",
        &cells("<row r=\"4294967297\"/>"),
        "the workbook is damaged or was not copied to the end (sheet s: a row is numbered",
    );
}

#[test]
fn sheets_are_told_apart_whatever_they_are() {
    let rows = |value: u32| format!("<sheetData><row><c><v>{value}</v></c></row></sheetData>");
    let (one, two) = (rows(1), rows(2));
    refused(
        "a.xlsx",
        &book("", &[("s", "", SHEET, &one), ("S", "", SHEET, &two)]),
        "sheets 1 and 2 of the workbook are both called S",
    );
    refused("a.xlsx", &book("", &[]), "the workbook has no sheets: it is damaged");
    refused(
        "a.xlsx",
        &book("", &[("c", "", "http://x/chartsheet", "<x/>")]),
        "the workbook has no worksheet with data, only c (a chart)",
    );
    refused(
        "a.xlsx",
        &book("", &[("s", "", SHEET, "")]),
        "the workbook is damaged or was not copied to the end (sheet s: the part xl/s1.xml",
    );
    check(
        "a.xlsx",
        &book(
            "",
            &[
                ("m", "", "http://x/xlMacrosheet", "<x/>"),
                ("h", "state=\"veryHidden\"", SHEET, &one),
                ("s", "", SHEET, &two),
                ("gone", "", SHEET, ""),
            ],
        ),
        "xlsx\nh (hidden): A1=1\ns: A1=2\ninfo F06 a.xlsx ▸ m [a macro sheet]\n\
         error F05 a.xlsx ▸ gone [the part xl/s4.xml is not in the file]",
    );
}

#[test]
fn epochs_placeholders_percentages_and_indent_are_kept() {
    let date = "<sheetData><c r=\"A1\" s=\"1\"><v>42735</v></c></sheetData>";
    check(
        "a.xlsx",
        &book("<workbookPr date1904=\"1\"/>", &[("s", "", SHEET, date)]),
        "xlsx\ns: A1=2021-01-01",
    );
    let zero = "<sheetData><c r=\"A1\"><f>B1</f><v>0</v></c><c r=\"B1\"><v>0</v></c></sheetData>";
    check("a.xlsx", &book("", &[("s", "", SHEET, zero)]), "xlsx\ns: A1=0 B1=0");
    let placeholders = "<calcPr calcId=\"124519\" fullCalcOnLoad=\"1\"/>";
    check("a.xlsx", &book(placeholders, &[("s", "", SHEET, zero)]), "xlsx\ns: A1==B1 B1=0");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let xml = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/></cols><sheetData><row r=\"1\" hidden=\"1\"><c r=\"A1\" s=\"3\">\
               <v>0.5</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>";
    file.write_all(&book("", &[("s", "", SHEET, xml)])).unwrap();
    let workbook = read_workbook(file.path(), "a.xlsx", &ReadOptions::default()).unwrap();
    let grid = &workbook.sheets[0];
    let cell = grid.cell(0, 0).unwrap();
    assert_eq!((cell.percent, cell.decimals, cell.indent), (true, Some(2), 2));
    assert!(
        grid.unseen().rows.contains(0) && grid.unseen().cols.contains(2) && !grid.unseen().cols.contains(3)
    );
    assert_eq!(grid.filled(1, 1), Some(cell));
}

#[test]
fn a_wrong_ending_is_read_with_a_note() {
    let xlsx = cells("<c r=\"A1\"><v>1</v></c>");
    check("a.xls", &xlsx, "xlsx\ns: A1=1\ninfo F03 a.xls [.xls]");
    let (tsv, _, _) = encoding_rs::GB18030.encode("地区\t金额\n黑河\t1\n");
    check("a.xls", &tsv, "tsv, gb18030\n: A1=地区 B1=金额 A2=黑河 B2=1\ninfo F03 a.xls [.xls]");
    check(
        "a.xls",
        b"<html><table><tr><td>1</td></tr></table></html>",
        "html, UTF-8\n: A1=1\ninfo F03 a.xls [.xls]",
    );
    let xml = "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook><Worksheet ss:Name=\"s\"><Table>\
               <Row><Cell><Data ss:Type=\"Number\">1</Data></Cell></Row></Table></Worksheet></Workbook>";
    check("a.xls", xml.as_bytes(), "xml 2003, UTF-8\ns: A1=1\ninfo F03 a.xls [.xls]");
    let wide: Vec<u8> = format!("\u{feff}{xml}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("a.xml", &wide, "xml 2003, UTF-16LE\ns: A1=1");
}

#[test]
fn what_is_no_table_is_named_for_what_it_is() {
    refused("a.xlsx", b"", "the file is empty");
    refused("a.xlsx", b"%PDF-1.7 ...", "this is a PDF document");
    refused("a.doc", b"{\\rtf1 x}", "this is a rich text document");
    refused("a.xls", b"<html><body>x", "this is a web page without a table");
    refused("a.xml", b"<?xml version='1.0'?><x/>", "this is an XML document");
    refused("a.xls", b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", "this is a web archive (MHTML)");
    refused("a.slk", b"ID;PWXL;N;E\n", "this is a SYLK file");
    refused("a.dif", b"TABLE\r\n0,1\r\n\"EXCEL\"", "this is a DIF file");
    refused("a.xlsx", b"PK\x03\x04 half a file", "the workbook is damaged or was not copied to the end");
    refused("a.xlsx", b"\x00\x01\x02binary", "this is a binary file of no known kind");
    refused("a.xlsx", &zipped(&[("word/document.xml", "<x/>")]), "this is a Word document");
    refused("a.zip", &zipped(&[("a.txt", "x")]), "this is a zip archive without a workbook");
    let protected = [("content.xml", "x"), ("META-INF/manifest.xml", "<manifest:encryption-data/>")];
    refused("a.ods", &zipped(&protected), "the workbook is protected by a password");
    refused("a.csv", b"a,b\n1,\x002\n", "line 2, byte 3: 0x00 is a zero byte");
}

#[test]
fn cut_and_zeroed_workbooks_are_damaged() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/trade");
    for name in ["2021年黑龙江省进出口情况表.xlsx", "黑龙江省对俄进出口历年.xls"] {
        let bytes = std::fs::read(root.join(name)).unwrap();
        for part in [1, 2, 3] {
            let at = bytes.len() * part / 4;
            refused(name, &bytes[..at], "the workbook is damaged or was not copied to the end");
            let mut zeroed = bytes.clone();
            zeroed[at..].fill(0);
            refused(name, &zeroed, "the workbook is damaged or was not copied to the end");
        }
    }
}

#[test]
fn odd_lines_of_text_are_told() {
    let table = "a,b\n".repeat(20);
    let (warning, line) = (format!("{table}1,2,3\n"), format!("{table}c"));
    assert!(
        told("a.csv", warning.as_bytes())
            .ends_with("\nwarning F11 a.csv ▸ line 21 [more cells than nearly all other lines]")
    );
    assert!(told("a.csv", line.as_bytes()).ends_with(
        "\nwarning F12 a.csv ▸ line 21 [fewer cells than the others, and no line break at its end]"
    ));
    refused("a.csv", b"a,b\nc,\"d\ne,f\n", "the quote opened on line 2 is never closed");
}

/// Numbers of non-empty cells as openpyxl and xlrd count them.
#[test]
fn shipped_workbooks_have_the_cells_that_other_readers_see() {
    for (name, format, expected) in [
        ("trade/2021年黑龙江省进出口情况表.xlsx", "xlsx", vec![65, 82]),
        ("trade/黑龙江省对俄进出口历年.xls", "xls", vec![101]),
        ("declarations/示例_报关单明细_2021-2022.xlsx", "xlsx", vec![26041]),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input").join(name);
        let workbook = read_workbook(&path, name, &ReadOptions::default()).unwrap();
        let counts: Vec<usize> = workbook.sheets.iter().map(Grid::len).collect();
        assert_eq!((workbook.format.as_str(), counts), (format, expected), "{name}");
    }
}

#[test]
fn a_gb18030_file_is_read_as_such() {
    let name = "trade/黑龙江省进出口2022-2024.csv";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input").join(name);
    let workbook = read_workbook(&path, name, &ReadOptions::default()).unwrap();
    assert_eq!(workbook.format, "csv, gb18030");
    let sheet = &workbook.sheets[0];
    assert_eq!(sheet.cell(2, 0).unwrap().printed(), "时期");
    assert_eq!(sheet.cell(3, 1).unwrap().printed(), "5,520,000");
    assert_eq!(sheet.cell(2, 8), None);
    let options = ReadOptions { encodings: vec!["utf-8".to_owned()], delimiter: None };
    let error = read_workbook(&path, "a.csv", &options).unwrap_err().to_string();
    assert_eq!(error, "the text is in none of the encodings utf-8; save it as CSV in UTF-8");
}

/// The merges of shipped workbooks are those that calamine finds.
#[test]
fn merges_are_those_of_another_reader() {
    use calamine::Reader;
    let mut compared = 0;
    for name in ["trade/2021年黑龙江省进出口情况表.xlsx", "expo/中俄博览会历届情况.xlsx"]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input").join(name);
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
        let workbook = read_workbook(&path, name, &ReadOptions::default()).unwrap();
        for grid in &workbook.sheets {
            for area in book.merge_cells_by_sheet_name(&grid.sheet).unwrap() {
                let merge = grid.merge_at(area.end.0, area.end.1).unwrap();
                assert_eq!((merge.first_row, merge.first_col), area.start, "{name}");
                compared += 1;
            }
        }
        assert!(!book.sheet_names().is_empty());
    }
    assert!(compared > 5);
}

/// Cut off or zeroed anywhere, a workbook is refused: it is neither read in part nor does its reader break off.
#[test]
fn a_half_copied_workbook_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["trade/2021年黑龙江省进出口情况表.xlsx", "expo/中俄博览会历届情况.xlsx"]
    {
        let whole = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("input").join(name)).unwrap();
        for tenth in 1..10 {
            let keep = whole.len() * tenth / 10;
            let mut zeroed = whole.clone();
            zeroed[keep..].fill(0);
            for bytes in [&whole[..keep], &zeroed[..]] {
                let path = folder.path().join("half.xlsx");
                std::io::Write::write_all(
                    &mut std::fs::OpenOptions::new()
                        .create(true)
                        .write(true)
                        .truncate(true)
                        .open(&path)
                        .unwrap(),
                    bytes,
                )
                .unwrap();
                let said = read_workbook(&path, name, &ReadOptions::default()).unwrap_err().to_string();
                assert!(!said.contains("broke off"), "{name}, {tenth}: {said}");
            }
        }
    }
}

/// Nothing but the tags themselves betrays a byte that turned over in a document without a sum.
#[test]
fn a_flat_document_ends_its_tags_as_it_began_them() {
    let sheet = "<Worksheet ss:Name=\"a\"><Table><Row><Cell><Data ss:Type=\"String\">b</Data></Cell></Row></Table></Worksheet>";
    let (old, flat) =
        (format!("<Workbook>{sheet}</Workbook>"), "<office:document><table:table/></office:document>");
    assert!(super::xml2003::read(&old).is_ok() && super::ods::read_flat(flat).is_ok());
    for (whole, turned) in [("<Row>", "<Rnw>"), ("\"String\">b", "\"String\"b"), ("</Table>", "</Tible>")] {
        assert!(super::xml2003::read(&old.replace(whole, turned)).is_err(), "{turned}");
    }
    assert!(super::ods::read_flat(&flat.replace("/office", "/offica")).is_err());
}

#[test]
fn a_page_that_ends_within_a_table_is_refused() {
    let row = "<tr><td>a</td><td>1</td></tr>";
    assert!(super::html::read(&format!("<html><table>{row}")).is_err());
    assert!(super::html::read(&format!("<html><table>{row}</table>")).is_ok());
    assert!(super::html::read(&format!("<html><body><table>{row}</body></html>")).is_ok());
}

/// A record of a binary workbook; numbers and lengths below 128 take one byte, below 16,384 two.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let low = |number: usize| u8::try_from(number & 0x7f).unwrap();
    let mut bytes = Vec::new();
    for number in [usize::from(kind), body.len()] {
        if number < 0x80 {
            bytes.push(low(number));
        } else {
            bytes.extend([low(number) | 0x80, low(number >> 7)]);
        }
    }
    bytes.extend(body);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u32::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

/// MS-XLSB 2.4: a workbook of these sheets, each with its name, the kind of its relation and its records.
fn binary(sheets: &[(&str, &str, Vec<u8>)], styles: Option<&[Vec<u8>]>) -> Vec<u8> {
    let mut parts = vec![("[Content_Types].xml".to_owned(), b"<Types/>".to_vec())];
    let mut relations = vec!["<Relationships>".to_owned()];
    let mut relate = |id: &str, kind: &str, target: &str| {
        relations.push(format!("<Relationship Id=\"{id}\" Type=\"http://x/{kind}\" Target=\"{target}\"/>"));
    };
    let mut book = [record(131, &[]), record(153, &[0; 12]), record(143, &[])].concat();
    for (number, (name, kind, records)) in (1_u32..).zip(sheets) {
        let folder = if *kind == "worksheet" { "worksheets" } else { "macrosheets" };
        let (id, target) = (format!("r{number}"), format!("{folder}/sheet{number}.bin"));
        book.extend(record(156, &[&[0; 4], &number.to_le_bytes()[..], &wide(&id), &wide(name)].concat()));
        relate(&id, kind, &target);
        parts.push((format!("xl/{target}"), records.clone()));
    }
    book.extend([record(144, &[]), record(132, &[])].concat());
    parts.push(("xl/workbook.bin".to_owned(), book));
    if let Some(styles) = styles {
        relate("s", "styles", "styles.bin");
        parts.push(("xl/styles.bin".to_owned(), styles.concat()));
    }
    relations.push("</Relationships>".to_owned());
    parts.push(("xl/_rels/workbook.bin.rels".to_owned(), relations.concat().into_bytes()));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A row's record: its number, whether it is hidden.
fn binary_row(number: u32, flags: u8) -> Vec<u8> {
    record(0, &[&number.to_le_bytes()[..], &[0; 7], &[flags], &[0; 5]].concat())
}

/// A cell's record: kind, column, style, value.
fn binary_cell(kind: u16, col: u32, style: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&col.to_le_bytes()[..], &style.to_le_bytes(), value].concat())
}

fn binary_sheet(rows: &[Vec<u8>], columns: &[Vec<u8>], behind: &[Vec<u8>]) -> Vec<u8> {
    let start = [record(129, &[]), record(148, &[0; 16]), columns.concat(), record(145, &[])].concat();
    [start, rows.concat(), record(146, &[]), behind.concat(), record(130, &[])].concat()
}

#[test]
fn of_a_binary_workbook_with_macros_the_good_sheets_are_read() {
    let text = binary_cell(6, 0, 0, &wide("甲"));
    let number = binary_cell(5, 1, 0, &12.5_f64.to_le_bytes());
    let sheet = binary_sheet(&[binary_row(0, 0), text, number], &[], &[]);
    let macros = ("宏", "xlMacrosheet", record(129, &[]));
    check(
        "a.xlsb",
        &binary(&[("数据", "worksheet", sheet), macros], None),
        "xlsb\n数据: A1=甲 B1=12.5\ninfo F06 a.xlsb ▸ 宏 [a chart, a dialog or macros]",
    );
}

#[test]
fn a_binary_workbook_that_says_not_where_a_sheet_stands_is_damaged() {
    let sheet = ("数据", "worksheet", binary_sheet(&[], &[], &[]));
    let mut bytes = Vec::new();
    let mut whole = zip::ZipArchive::new(std::io::Cursor::new(binary(&[sheet], None))).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(&mut bytes));
    for at in 0..whole.len() {
        let part = whole.by_index_raw(at).unwrap();
        if part.name().unwrap() != "xl/_rels/workbook.bin.rels" {
            writer.raw_copy_file(part).unwrap();
        }
    }
    writer.start_file("xl/_rels/workbook.bin.rels", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(b"<Relationships></Relationships>").unwrap();
    writer.finish().unwrap();
    let expected =
        "the workbook is damaged or was not copied to the end (the sheet `数据` is listed, but not where";
    refused("a.xlsb", &bytes, expected);
}

/// Formats 10 (`0.00%`), 14 (a date) and 164 (`0.0`), struck through and indented by two.
#[test]
fn what_a_binary_workbook_says_beside_its_values_is_read() {
    let font = |flags: u16| record(43, &[&[0; 2], &flags.to_le_bytes()[..], &[0; 21]].concat());
    let style = |format: u16, font: u16, indent: u8| {
        let numbers = [0, format, font, 0, 0].map(u16::to_le_bytes).concat();
        record(47, &[&numbers[..], &[0, indent], &[0; 4]].concat())
    };
    let styles = [
        record(615, &1_u32.to_le_bytes()),
        record(44, &[&164_u16.to_le_bytes()[..], &wide("0.0")].concat()),
        record(616, &[]),
        font(0),
        font(0x8),
        // Styles of styles are not those of cells.
        record(626, &[]),
        style(9, 0, 0),
        record(627, &[]),
        record(617, &4_u32.to_le_bytes()),
        style(0, 0, 0),
        style(10, 0, 0),
        style(14, 0, 0),
        style(164, 1, 2),
        record(618, &[]),
    ];
    let float = |number: f64| number.to_le_bytes();
    let rows = [
        binary_row(0, 0),
        binary_cell(5, 0, 1, &float(0.135)),
        binary_cell(1, 1, 0, &[]),
        binary_cell(9, 2, 2, &float(44_197.0)),
        binary_cell(2, 3, 2, &(44_198_u32 << 2 | 2).to_le_bytes()),
        // A formula whose result is an error, and a text with its own fonts.
        binary_cell(11, 4, 0, &[0x2a]),
        binary_cell(62, 5, 0, &[&[0][..], &wide("富")].concat()),
        binary_row(2, 0x10),
        binary_cell(5, 0, 3, &float(1_234.0)),
        // Cells behind it that do not say their column.
        record(13, &[&1_u32.to_le_bytes()[..], &0x3ff0_0000_u32.to_le_bytes()].concat()),
        record(12, &[0; 4]),
        record(17, &[&[0; 4][..], &wide("短")].concat()),
        record(18, &[0; 8]),
        binary_cell(5, 9, 77, &float(1.0)),
    ];
    let column = record(60, &[&[6, 0, 0, 0, 7, 0, 0, 0][..], &[0; 8], &[1, 0]].concat());
    let merge = record(176, &[0_u32, 1, 3, 4].map(u32::to_le_bytes).concat());
    let bytes = binary(&[("数据", "worksheet", binary_sheet(&rows, &[column], &[merge]))], Some(&styles));
    check(
        "a.xlsb",
        &bytes,
        "xlsb\n数据: A1=0.135 C1=2021-01-01 D1=2021-01-02 E1=#N/A F1=富 A3=1234.0 B3=1 D3=短 \
         E3=a shared text in a form that is not read J3=1\n\
         warning F07 a.xlsb ▸ 数据 ▸ A3 [struck through, read like any other]\n\
         warning F14 a.xlsb ▸ 数据 ▸ J3 [a number of a format that the workbook does not have]\n\
         warning F10 a.xlsb ▸ 数据 ▸ E3 [a shared text in a form that is not read]",
    );
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let grid = read_workbook(file.path(), "a.xlsb", &ReadOptions::default()).unwrap().sheets.remove(0);
    let (share, indented) = (grid.cell(0, 0).unwrap(), grid.cell(2, 0).unwrap());
    assert_eq!((share.percent, share.decimals, indented.percent, indented.indent), (true, Some(2), false, 2));
    let merge = grid.merge_at(1, 4).unwrap();
    assert_eq!((merge.first_row, merge.last_row, merge.first_col, merge.last_col), (0, 1, 3, 4));
    assert!(grid.unseen().rows.contains(2) && !grid.unseen().rows.contains(0));
    assert!(
        grid.unseen().cols.contains(6) && grid.unseen().cols.contains(7) && !grid.unseen().cols.contains(5)
    );
}

/// The records of Excel 5: the list of sheets with one of macros that has no name, and that sheet.
#[test]
fn a_sheet_of_macros_without_a_name_is_named_for_what_it_is() {
    let record = |kind: u16, body: &[u8]| {
        let length = u16::try_from(body.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
    };
    let start = |kind: u8| record(0x0809, &[0, 5, kind, 0, 0, 0, 0, 0]);
    let listed = |at: u8| record(0x0085, &[at, 0, 0, 0, 0, 1, 0]);
    let end = record(0x000a, &[]);
    let at = u8::try_from([start(5), listed(0), end.clone()].concat().len()).unwrap();
    let bytes = [start(5), listed(at), end.clone(), start(0x40), end].concat();
    refused("a.xls", &bytes, "the workbook has no worksheet with data, only a macro sheet");
}
