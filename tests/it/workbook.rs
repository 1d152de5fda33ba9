//! Workbooks written for tests, good and bad: a drawn table, or the XML of its cells, as the bytes of a file.

use std::io::Write;

/// A zip archive of these parts.
pub(crate) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A sheet of an xlsx: its name, the XML around and of its rows, what it is and how it shows.
#[derive(Clone)]
pub(crate) struct Sheet<'a> {
    name: &'a str,
    rows: String,
    before: &'a str,
    behind: &'a str,
    kind: &'a str,
    state: &'a str,
}

/// A worksheet with a drawn table: lines of cells parted by `|`.
pub(crate) fn sheet<'a>(name: &'a str, drawn: &str) -> Sheet<'a> {
    Sheet::of_rows(name, rows(drawn))
}

impl<'a> Sheet<'a> {
    /// A worksheet with the XML of its rows; where that is empty, the part is absent.
    pub(crate) fn of_rows(name: &'a str, rows: impl Into<String>) -> Self {
        Self { name, rows: rows.into(), before: "", behind: "", kind: "worksheet", state: "visible" }
    }

    /// The same sheet, with the last part of the name of its relation: `chartsheet`, `xlMacrosheet`.
    pub(crate) fn kind(self, kind: &'a str) -> Self {
        Self { kind, ..self }
    }

    /// The same sheet, `hidden` or `veryHidden`.
    pub(crate) fn state(self, state: &'a str) -> Self {
        Self { state, ..self }
    }

    /// The same sheet with XML before everything else.
    pub(crate) fn before(self, before: &'a str) -> Self {
        Self { before, ..self }
    }

    /// The same sheet with XML behind its rows, such as merges.
    pub(crate) fn behind(self, behind: &'a str) -> Self {
        Self { behind, ..self }
    }
}

/// The XML of a drawn table. A cell of digits is a number, `<v>…` the content of a cell as XML with its
/// attributes before it (`t="e"><v>#REF!</v>`), anything else text; an empty one is absent.
pub(crate) fn rows(drawn: &str) -> String {
    let mut xml = String::new();
    for (row, line) in (1..).zip(drawn.lines()) {
        xml.extend([format!(r#"<row r="{row}">"#)]);
        for (col, cell) in ('A'..='Z').zip(line.split('|')) {
            let cell = cell.trim();
            let written = match cell {
                "" => continue,
                xml if xml.contains('>') => xml.to_owned(),
                number if number.parse::<f64>().is_ok() => format!("><v>{number}</v>"),
                text => format!(r#" t="inlineStr"><is><t>{text}</t></is>"#),
            };
            let written =
                if written.starts_with('<') { format!(">{written}") } else { format!(" {written}") };
            xml.extend([format!(r#"<c r="{col}{row}"{written}</c>"#)]);
        }
        xml.push_str("</row>");
    }
    xml
}

/// An xlsx of these sheets, with one shared string (黑河) and a second style for dates.
pub(crate) fn book(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let (mut listed, mut links) = (String::new(), String::new());
    for (id, Sheet { name, rows, before, behind, kind, state }) in (1..).zip(sheets) {
        listed.extend([format!(r#"<sheet name="{name}" sheetId="{id}" state="{state}" r:id="r{id}"/>"#)]);
        links.extend([format!(
            r#"<Relationship Id="r{id}" Type="{LINKS}/{kind}" Target="worksheets/sheet{id}.xml"/>"#
        )]);
        if !rows.is_empty() {
            let part = format!(
                r#"{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>"#
            );
            parts.push((format!("xl/worksheets/sheet{id}.xml"), part));
        }
    }
    for kind in ["sharedStrings", "styles"] {
        links.extend([format!(r#"<Relationship Id="{kind}" Type="{LINKS}/{kind}" Target="{kind}.xml"/>"#)]);
    }
    let styles = r#"<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>"#;
    for (name, content) in [
        (
            "xl/workbook.xml",
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#),
        ),
        (
            "xl/sharedStrings.xml",
            format!(r#"<sst xmlns="{MAIN}" uniqueCount="1"><si><t>黑河</t></si></sst>"#),
        ),
        ("xl/styles.xml", format!(r#"<styleSheet xmlns="{MAIN}">{styles}</styleSheet>"#)),
    ] {
        parts.push((name.to_owned(), content));
    }
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    archive(&parts)
}

/// An xlsx of one sheet with a drawn table.
pub(crate) fn xlsx(drawn: &str) -> Vec<u8> {
    book(&[sheet("表", drawn)])
}

/// An ods of one sheet with the XML of its rows.
pub(crate) fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    archive(&[("mimetype", kind), ("content.xml", &content), ("META-INF/manifest.xml", "<manifest/>")])
}

/// A row of an ods: texts, or numbers where they are such.
pub(crate) fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| match text.parse::<f64>() {
        Ok(_) => format!(r#"<table:table-cell office:value-type="float" office:value="{text}"/>"#),
        Err(_) => format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        ),
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

/// A record of a binary workbook.
pub(crate) fn record(id: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&id.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The beginning of a part of a binary workbook: 5 the whole, 16 a worksheet.
pub(crate) fn beginning(kind: u16) -> Vec<u8> {
    let words: [u16; 8] = [0x0600, kind, 0, 0, 0, 0, 0, 0];
    record(0x0809, &words.map(u16::to_le_bytes).concat())
}

/// A binary workbook (Excel 97) of one sheet with a drawn table, in its container.
pub(crate) fn xls(drawn: &str) -> Vec<u8> {
    let mut cells = beginning(0x10);
    for (row, line) in (0_u16..).zip(drawn.lines()) {
        for (col, cell) in (0_u16..).zip(line.split('|')) {
            let cell = cell.trim();
            let place = [row, col, 0].map(u16::to_le_bytes).concat();
            cells.extend(match cell.parse::<f64>() {
                Ok(number) => record(0x0203, &[place, number.to_le_bytes().to_vec()].concat()),
                Err(_) => {
                    let length = u16::try_from(cell.encode_utf16().count()).unwrap().to_le_bytes();
                    record(0x0204, &[place, length.to_vec(), vec![1], wide(cell)].concat())
                }
            });
        }
    }
    cells.extend(record(0x0a, &[]));
    let listed = |at: u32| record(0x85, &[&at.to_le_bytes()[..], &[0, 0, 1, 1], &wide("表")].concat());
    let length = beginning(5).len() + listed(0).len() + record(0x0a, &[]).len();
    let at = u32::try_from(length).unwrap();
    container(
        &[("Root Entry", 5), ("Workbook", 2)],
        &[beginning(5), listed(at), record(0x0a, &[]), cells].concat(),
    )
}

/// A container whose table of sectors is sector 0 and whose folder is sector 1; the last entry of the folder
/// is the stream.
pub(crate) fn container(entries: &[(&str, u8)], stream: &[u8]) -> Vec<u8> {
    let end = 0xffff_fffe_u32;
    // A shorter stream would stand in the sectors of small ones.
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let mut bytes = vec![0_u8; 512];
    bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    for (at, value) in [(30, 9_u32), (44, 1), (48, 1), (56, 4096), (60, end), (68, end)] {
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    bytes[80..].fill(0xff);
    let mut table = vec![0xff_u8; 512];
    let chain = (3..2 + sectors).chain([end]);
    for (at, next) in [0xffff_fffd, end].into_iter().chain(chain).enumerate() {
        table[at * 4..at * 4 + 4].copy_from_slice(&next.to_le_bytes());
    }
    let mut folder = vec![0_u8; 512];
    for (entry, (name, kind)) in folder.chunks_mut(128).zip(entries) {
        let name = wide(name);
        entry[..name.len()].copy_from_slice(&name);
        entry[64] = u8::try_from(name.len() + 2).unwrap();
        entry[66] = *kind;
        if *kind == 2 {
            entry[116..120].copy_from_slice(&2_u32.to_le_bytes());
            entry[120..124].copy_from_slice(&(sectors * 512).to_le_bytes());
        }
    }
    [bytes, table, folder, stream].concat()
}
