//! What a file is, by its first bytes and, for archives, its directory.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use encoding_rs::Encoding;

use super::ReadError;
use super::container::{Container, MAGIC};
use super::package::damaged;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Office Open XML, also with macros.
    Xlsx,
    /// Office Open XML with binary sheets.
    Xlsb,
    /// Excel 97 and before.
    Xls,
    /// OpenDocument.
    Ods,
    /// OpenDocument in one XML file.
    Fods,
    /// SpreadsheetML 2003.
    Xml2003,
    /// A web page with tables.
    Html,
    /// CSV, TSV and the like.
    Text,
}

impl Kind {
    /// Its name, also its usual ending.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Fods => "fods",
            Self::Xml2003 => "xml",
            Self::Html => "html",
            Self::Text => "csv",
        }
    }

    /// Endings that name it rightly.
    pub(super) fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
            Self::Xlsb => &["xlsb"],
            Self::Xls => &["xls", "xlt"],
            Self::Ods => &["ods", "ots"],
            Self::Fods => &["fods", "xml"],
            Self::Xml2003 => &["xml"],
            Self::Html => &["html", "htm"],
            Self::Text => &["csv", "tsv", "txt", "tab"],
        }
    }
}

/// Unpacked size above which an archive is not read: no table of an office comes near it.
const UNPACKED_LIMIT: u64 = 2 << 30;
/// How much larger than its archive the content may be, beyond 64 MiB.
const RATIO_LIMIT: u64 = 200;

/// Names the format, or says why there is none.
pub(super) fn sniff(path: &Path) -> Result<Kind, ReadError> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(ReadError::Empty);
    }
    if head.starts_with(b"PK") {
        file.rewind()?;
        return archive(file);
    }
    if head.starts_with(MAGIC) {
        return compound(path);
    }
    if let Some((_, what)) = DOCUMENTS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(ReadError::NotATable { what });
    }
    if let Some((_, what)) = TABLES.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(ReadError::OtherForm { what });
    }
    let start = lower_text(&head);
    if let Some(kind) = markup(start.trim_start())? {
        return Ok(kind);
    }
    if start.starts_with("mime-version:") || start.contains("content-type: multipart/related") {
        return Err(ReadError::OtherForm { what: "a web archive (MHTML) as Excel saves a page" });
    }
    if is_binary(&head) {
        // Early binary workbooks have no container.
        if [&b"\x09\x08"[..], b"\x09\x04", b"\x09\x02", b"\x09\x00"].iter().any(|bof| head.starts_with(bof)) {
            return Ok(Kind::Xls);
        }
        return Err(ReadError::NotATable { what: "a binary file of no known kind" });
    }
    Ok(Kind::Text)
}

/// First bytes of what holds no table.
const DOCUMENTS: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MZ", "a program"),
    (b"{\"", "a JSON document"),
];

/// First bytes of tables in forms that are not read.
const TABLES: &[(&[u8], &str)] = &[
    (b"ID;P", "a SYLK file"),
    (b"TABLE\r\n0,1", "a DIF file"),
    (b"TABLE\n0,1", "a DIF file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x00\x00\x02\x00", "a Lotus 1-2-3 workbook"),
    (b"\x00\x00\x1a\x00", "a Lotus 1-2-3 workbook"),
];

/// The first bytes as lower-case text, as far as they are any.
fn lower_text(head: &[u8]) -> String {
    let text = match Encoding::for_bom(head) {
        Some((encoding, _)) => encoding.decode(head).0,
        None if head.starts_with(b"<\0") => encoding_rs::UTF_16LE.decode(head).0,
        None if head.starts_with(b"\0<") => encoding_rs::UTF_16BE.decode(head).0,
        None => String::from_utf8_lossy(head),
    };
    text.to_lowercase()
}

/// What a text that begins with a tag is; nothing where it begins otherwise.
fn markup(start: &str) -> Result<Option<Kind>, ReadError> {
    let tag = start.strip_prefix('<').and_then(|rest| rest.chars().next());
    if !tag.is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '!' | '?')) {
        return Ok(None);
    }
    let has = |texts: &[&str]| texts.iter().any(|text| start.contains(text));
    // A page that Excel saved names the spreadsheet schema too, so pages are told first.
    if has(&["<html", "<!doctype html"]) {
        return Ok(Some(Kind::Html));
    }
    if has(&["urn:schemas-microsoft-com:office:spreadsheet", "progid=\"excel.sheet\""]) {
        return Ok(Some(Kind::Xml2003));
    }
    if has(&["office:document"]) && has(&["opendocument.spreadsheet", "office:spreadsheet"]) {
        return Ok(Some(Kind::Fods));
    }
    if has(&["progid=\"word.document\"", "<w:worddocument", "pkg:package"]) {
        return Err(ReadError::NotATable { what: "a Word document" });
    }
    if has(&["<table", "<meta", "<head", "<body", "<div", "<style", "<tr"]) {
        return Ok(Some(Kind::Html));
    }
    Err(ReadError::NotATable { what: "an XML document" })
}

/// Whether bytes are no text. Single zero bytes among text are damage, which the reader of text names; UTF-16
/// has them in every second place.
fn is_binary(head: &[u8]) -> bool {
    if Encoding::for_bom(head).is_some() {
        return false;
    }
    let plain = |encoding: &'static Encoding| {
        let whole = head.get(..head.len() - head.len() % 2).unwrap_or_default();
        let text = encoding.decode_without_bom_handling_and_without_replacement(whole);
        text.is_some_and(|text| is_plain(&text))
    };
    let wide = head.contains(&0) && (plain(encoding_rs::UTF_16LE) || plain(encoding_rs::UTF_16BE));
    let controls = head
        .iter()
        .filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a))
        .count();
    !wide && controls > 1 && controls * 20 > head.len()
}

/// Whether a text has line ends or delimiters and no control characters.
fn is_plain(text: &str) -> bool {
    let odd = text.chars().any(|ch| ch.is_control() && !matches!(ch, '\t' | '\n' | '\r'));
    !odd && text.contains(['\n', '\t', ',', ';'])
}

fn archive(file: File) -> Result<Kind, ReadError> {
    let size = file.metadata()?.len();
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut unpacked = 0_u64;
    let mut names: Vec<String> = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(damaged)?;
        unpacked = unpacked.saturating_add(entry.size());
        names.push(entry.name().map_or_else(|_| String::new(), |name| name.to_string()));
    }
    let limit = UNPACKED_LIMIT.min(size.saturating_mul(RATIO_LIMIT).max(64 << 20));
    if unpacked > limit {
        return Err(ReadError::TooLarge { unpacked, limit });
    }
    let has = |name: &str| names.iter().any(|file| file.eq_ignore_ascii_case(name));
    if has("xl/workbook.bin") {
        return Ok(Kind::Xlsb);
    }
    if has("xl/workbook.xml") || names.iter().any(|name| name.to_lowercase().contains("workbook.xml")) {
        return Ok(Kind::Xlsx);
    }
    if has("word/document.xml") {
        return Err(ReadError::NotATable { what: "a Word document" });
    }
    if names.iter().any(|name| name.starts_with("ppt/")) {
        return Err(ReadError::NotATable { what: "a presentation" });
    }
    if has("content.xml") {
        return open_document(&mut archive);
    }
    Err(ReadError::NotATable { what: "a zip archive without a workbook" })
}

fn open_document(archive: &mut zip::ZipArchive<BufReader<File>>) -> Result<Kind, ReadError> {
    let mut part = |name: &str| {
        let mut text = String::new();
        // An absent or unreadable part says nothing; the reader of the format reports real damage.
        if let Ok(entry) = archive.by_name(name)
            && entry.take(1 << 20).read_to_string(&mut text).is_err()
        {
            text.clear();
        }
        text
    };
    if part("META-INF/manifest.xml").contains("encryption-data") {
        return Err(ReadError::Password);
    }
    let mimetype = part("mimetype");
    if mimetype.is_empty() || mimetype.contains("spreadsheet") {
        return Ok(Kind::Ods);
    }
    Err(ReadError::NotATable { what: "an OpenDocument file that is no spreadsheet" })
}

/// A container: an old workbook, an encrypted new one, or a Word document.
fn compound(path: &Path) -> Result<Kind, ReadError> {
    let bytes = std::fs::read(path)?;
    let container = Container::open(&bytes)?;
    if container.has("EncryptedPackage") {
        return Err(ReadError::Password);
    }
    if container.has("Workbook") || container.has("Book") {
        return Ok(Kind::Xls);
    }
    if container.has("WordDocument") {
        return Err(ReadError::NotATable { what: "a Word document" });
    }
    if container.has("PowerPoint Document") {
        return Err(ReadError::NotATable { what: "a presentation" });
    }
    Err(ReadError::NotATable { what: "a document that is no workbook" })
}
