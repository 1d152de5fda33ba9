//! What a file is, by its first bytes and, for archives, its directory.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use super::ReadError;

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
            Self::Text => &["csv", "tsv", "txt", "tab"],
        }
    }
}

/// Unpacked size above which an archive is not read: no table of an office comes near it.
const UNPACKED_LIMIT: u64 = 2 << 30;
/// How much larger than its archive the content may be, beyond 64 MiB.
const RATIO_LIMIT: u64 = 200;

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

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
    if head.starts_with(OLE) {
        return compound(path);
    }
    let known = [
        (&b"%PDF"[..], "a PDF document"),
        (b"{\\rtf", "a rich text document"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"MZ", "a program"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(ReadError::NotATable { what });
    }
    let start: String =
        String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    if start.starts_with('<') {
        let what = if start.contains("<html") || start.contains("<table") {
            "a web page"
        } else {
            "an XML document"
        };
        return Err(ReadError::NotATable { what });
    }
    // Early binary workbooks have no container; text has no zero byte unless it is UTF-16 with its mark.
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if head.contains(&0) && !utf16 {
        if head.starts_with(b"\x09\x08") || head.starts_with(b"\x09\x04") || head.starts_with(b"\x09\x02") {
            return Ok(Kind::Xls);
        }
        return Err(ReadError::NotATable { what: "a binary file of no known kind" });
    }
    Ok(Kind::Text)
}

fn archive(file: File) -> Result<Kind, ReadError> {
    let size = file.metadata()?.len();
    let mut archive = zip::ZipArchive::new(BufReader::new(file))
        .map_err(|error| ReadError::Damaged { reason: error.to_string() })?;
    let mut unpacked = 0_u64;
    let mut names: Vec<String> = Vec::new();
    for at in 0..archive.len() {
        let entry =
            archive.by_index_raw(at).map_err(|error| ReadError::Damaged { reason: error.to_string() })?;
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

/// An OLE container: an old workbook, an encrypted new one, or a Word document. The names of its streams
/// stand in its directory as UTF-16.
fn compound(path: &Path) -> Result<Kind, ReadError> {
    let bytes = std::fs::read(path)?;
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide.as_slice())
    };
    if holds("EncryptedPackage") {
        return Err(ReadError::Password);
    }
    if holds("Workbook") || holds("Book") {
        return Ok(Kind::Xls);
    }
    if holds("WordDocument") {
        return Err(ReadError::NotATable { what: "a Word document" });
    }
    if holds("PowerPoint Document") {
        return Err(ReadError::NotATable { what: "a presentation" });
    }
    Err(ReadError::Damaged { reason: "the container holds no workbook".to_owned() })
}
