//! Zip containers: how many parts, what they unpack to, and what they declare. Sizes are counted while a reader
//! unpacks a part, because those in the directory are only what the file says of itself; nothing is unpacked twice.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use regex::bytes::Regex;
use zip::read::ZipFile;

use super::GuardError;
use super::SHEET_LIMIT;

/// Most parts; the corpus has 1,033.
const PART_LIMIT: u64 = 20_000;
/// Most bytes of all parts that a reader unpacks; the corpus has 114 MB.
const TOTAL_LIMIT: u64 = 1 << 30;
/// A part larger than this must not have shrunk to less than a part in [`RATIO_LIMIT`].
const RATIO_FROM: u64 = 64 << 20;
/// The corpus has 299, on a part of 1 MB.
const RATIO_LIMIT: u64 = 300;
/// Fewest bytes of a shared string: `<si/>`.
const STRING_BYTES: u64 = 5;
/// A reader's list of so many strings costs nothing, so a slip of a sloppy writer below it does no harm.
const STRINGS_FREE: u64 = 1_000_000;
/// Where an XML part declares what it declares: before its first element.
const HEAD: usize = 1 << 16;
/// More than the length of any last tag.
const END: usize = 256;

/// The directory of an archive.
pub(in crate::ingest::formats) type Archive = zip::ZipArchive<BufReader<File>>;

/// What the parts of one archive have cost so far, and why it was refused.
#[derive(Debug, Default)]
pub(in crate::ingest::formats) struct Meter {
    unpacked: u64,
    refusal: Option<GuardError>,
}

impl Meter {
    /// Why reading a part failed, where it was refused: the reader sees no more than that it did.
    pub(in crate::ingest::formats) fn refusal(self) -> Option<GuardError> {
        self.refusal
    }
}

/// Opens an archive and reads its directory. One that names a part twice is refused: which of the two a reader
/// takes is chance.
pub(in crate::ingest::formats) fn open(path: &Path) -> Result<Archive, GuardError> {
    let archive = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    let parts = archive.len() as u64;
    if parts > PART_LIMIT {
        return Err(GuardError::TooMany { what: "parts", found: parts, limit: PART_LIMIT });
    }
    if archive.has_duplicate_names() {
        return Err(damaged("two of its parts bear one name"));
    }
    Ok(archive)
}

/// Unpacks every part that a reader which is not ours would unpack: such a one trusts sizes and checks no sums.
pub(super) fn check(path: &Path) -> Result<(), GuardError> {
    let mut archive = open(path)?;
    let mut meter = Meter::default();
    for at in 0..archive.len() {
        // A part that cannot be opened is the reader's to report, if it wants it at all.
        let Ok(part) = archive.by_index(at) else { continue };
        let name = part.name().map_or_else(|_| String::new(), |name| name.to_string());
        if !is_unpacked_by_readers(&name.to_lowercase()) {
            continue;
        }
        let unpacked = io::copy(&mut Metered::of(part, &mut meter), &mut io::sink());
        if let Err(error) = unpacked {
            return Err(meter.refusal().unwrap_or_else(|| damaged(format!("its part {name}: {error}"))));
        }
    }
    Ok(())
}

fn damaged(reason: impl std::fmt::Display) -> GuardError {
    GuardError::Damaged { reason: reason.to_string() }
}

/// Pictures, fonts and macros are never unpacked.
fn is_unpacked_by_readers(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "xml" | "rels" | "bin") && !name.ends_with("vbaproject.bin")
}

/// A part that is counted and looked at while it is read; where it is refused, reading fails.
pub(in crate::ingest::formats) struct Metered<'a> {
    part: ZipFile<'a, BufReader<File>>,
    meter: &'a mut Meter,
    name: String,
    /// Most bytes it may unpack to.
    allowed: u64,
    unpacked: u64,
    /// Its first bytes, at most [`HEAD`] of them.
    head: Vec<u8>,
    /// Its last bytes, at most [`END`] of them.
    tail: Vec<u8>,
    sheets: Option<Counter>,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.part.read(into)?;
        let seen = match into.get(..length).filter(|read| !read.is_empty()) {
            Some(read) => self.take(read),
            None if into.is_empty() => Ok(()),
            None => self.end(),
        };
        seen.map(|()| length).map_err(|refusal| {
            let told = io::Error::other(refusal.to_string());
            self.meter.refusal.get_or_insert(refusal);
            told
        })
    }
}

impl<'a> Metered<'a> {
    /// The part, whose cost is added to what the meter has counted.
    pub(in crate::ingest::formats) fn of(part: ZipFile<'a, BufReader<File>>, meter: &'a mut Meter) -> Self {
        let name = part.name().map_or_else(|_| String::new(), |name| name.to_lowercase());
        let sheets = Counter::of(match name.as_str() {
            "xl/workbook.xml" => Some(r"\ssheetId\s*="),
            "content.xml" => Some(r"<table:table\s"),
            _ => None,
        });
        let allowed = part.compressed_size().saturating_mul(RATIO_LIMIT).max(RATIO_FROM);
        Self { part, meter, name, allowed, unpacked: 0, head: Vec::new(), tail: Vec::new(), sheets }
    }

    /// Whether it is no XML, as the sheets of an xlsb.
    fn is_binary(&self) -> bool {
        self.name.rsplit_once('.').is_some_and(|(_, ending)| ending == "bin")
    }

    fn take(&mut self, read: &[u8]) -> Result<(), GuardError> {
        self.unpacked += read.len() as u64;
        self.meter.unpacked += read.len() as u64;
        if self.meter.unpacked > TOTAL_LIMIT {
            return Err(GuardError::Swells { limit: TOTAL_LIMIT });
        }
        if self.unpacked > self.allowed {
            return Err(GuardError::Swells { limit: self.allowed });
        }
        if self.head.len() < HEAD {
            self.head.extend_from_slice(read.get(..HEAD - self.head.len()).unwrap_or(read));
            if !self.is_binary() && declares_entities(&self.head) {
                let name = &self.name;
                return Err(damaged(format!(
                    "its part {name} declares entities, which no spreadsheet program writes"
                )));
            }
        }
        self.tail.extend_from_slice(read.get(read.len().saturating_sub(END)..).unwrap_or(read));
        self.tail.drain(..self.tail.len().saturating_sub(END));
        let found = self.sheets.as_mut().map_or(0, |sheets| sheets.add(read));
        if found > SHEET_LIMIT {
            return Err(GuardError::TooMany { what: "sheets", found, limit: SHEET_LIMIT });
        }
        Ok(())
    }

    fn end(&self) -> Result<(), GuardError> {
        if !self.is_binary() && is_cut(&self.head, &self.tail) {
            return Err(damaged(format!("its part {} ends before its last tag", self.name)));
        }
        let declared = if self.name.ends_with("sharedstrings.xml") { unique_count(&self.head) } else { None };
        match declared.filter(|count| *count > STRINGS_FREE && *count > self.unpacked / STRING_BYTES) {
            Some(count) => Err(damaged(format!(
                "it declares {count} texts, but its {} bytes of texts hold fewer",
                self.unpacked
            ))),
            None => Ok(()),
        }
    }
}

/// Whether an XML part ends otherwise than it began, as where its writer broke off: what should follow is lost, be
/// it merges, formats or sheets. A part in UTF-16 is left to its reader.
fn is_cut(head: &[u8], tail: &[u8]) -> bool {
    let mut rest = head.trim_ascii_start();
    rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest).trim_ascii_start();
    if head.contains(&0) {
        return false;
    }
    // Declarations and comments before the first element.
    while let Some(skipped) = [(&b"<?"[..], &b"?>"[..]), (b"<!--", b"-->"), (b"<!", b">")]
        .into_iter()
        .find_map(|(start, end)| rest.starts_with(start).then(|| behind(rest, end)))
    {
        rest = skipped.trim_ascii_start();
    }
    let Some(root) = rest.strip_prefix(b"<") else { return true };
    let name = root.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).next();
    let tail = tail.trim_ascii_end();
    let is_one_tag = || head.trim_ascii_end().ends_with(tail) && behind(rest, b">").trim_ascii().is_empty();
    if tail.ends_with(b"/>") {
        return !is_one_tag();
    }
    let last = tail.iter().rposition(|byte| *byte == b'<').and_then(|at| tail.get(at..)).unwrap_or_default();
    let ended = last.strip_prefix(b"</").and_then(|last| last.strip_suffix(b">")).map(<[u8]>::trim_ascii);
    // A comment may stand behind everything.
    ended != name && !last.ends_with(b"-->")
}

/// What stands behind the first `end`; nothing where there is none.
fn behind<'a>(text: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = text.windows(end.len()).position(|window| window == end);
    at.and_then(|at| text.get(at + end.len()..)).unwrap_or_default()
}

/// Whether a document has names for texts or files of its own, which readers leave as they stand: what a cell says
/// would not be what its writer meant.
pub(in crate::ingest::formats) fn declares_entities(head: &[u8]) -> bool {
    const SIGN: &[u8] = b"<!ENTITY";
    let plain = head.iter().filter(|byte| **byte != 0).copied();
    let wide = || plain.collect::<Vec<u8>>().windows(SIGN.len()).any(|window| window == SIGN);
    head.windows(SIGN.len()).any(|window| window == SIGN) || head.contains(&0) && wide()
}

/// The number of distinct texts that the table of shared strings declares; a number too large to be one is
/// the largest.
fn unique_count(head: &[u8]) -> Option<u64> {
    let pattern = Regex::new(r#"uniqueCount\s*=\s*["']\s*([0-9]+)"#).ok()?;
    let digits = pattern.captures(head)?.get(1)?;
    Some(std::str::from_utf8(digits.as_bytes()).ok()?.parse().unwrap_or(u64::MAX))
}

/// Counts a pattern in a stream of blocks.
struct Counter {
    pattern: Regex,
    tail: Vec<u8>,
    found: u64,
}

/// More than the length of any match, so that one across two blocks is seen whole.
const TAIL: usize = 64;

impl Counter {
    fn of(pattern: Option<&str>) -> Option<Self> {
        Some(Self { pattern: Regex::new(pattern?).ok()?, tail: Vec::new(), found: 0 })
    }

    /// The number of matches so far, this block's included.
    fn add(&mut self, block: &[u8]) -> u64 {
        self.tail.extend_from_slice(block);
        let mut behind = 0;
        for found in self.pattern.find_iter(&self.tail) {
            self.found += 1;
            behind = found.end();
        }
        let keep = behind.max(self.tail.len().saturating_sub(TAIL));
        self.tail.drain(..keep);
        self.found
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut archive = zip::ZipWriter::new(file.as_file_mut());
        for (name, content) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap();
        file
    }

    #[track_caller]
    fn told(parts: &[(&str, &[u8])], expected: &str) {
        let error = check(archive(parts).path()).map_err(|error| error.to_string());
        let told = error.err().unwrap_or_default();
        assert!(told.starts_with(expected) && told.is_empty() == expected.is_empty(), "{told}");
    }

    #[test]
    fn a_part_that_swells_beyond_reason_is_refused() {
        let spaces = vec![b' '; 70 << 20];
        told(&[("xl/worksheets/sheet1.xml", &spaces)], "the file unpacks to more than");
        // No reader unpacks a picture.
        told(&[("xl/media/image1.png", &spaces)], "");
    }

    #[test]
    fn a_declared_number_of_texts_must_have_room() {
        let strings =
            |count: &str| format!(r#"<sst count="1" uniqueCount="{count}"><si><t>a</t></si></sst>"#);
        for (count, expected) in [
            ("1", ""),
            ("999999", ""),
            ("1000000000", "the workbook is damaged"),
            ("18446744073709551616", "the workbook is damaged"),
        ] {
            told(&[("xl/sharedStrings.xml", strings(count).as_bytes())], expected);
        }
    }

    #[test]
    fn too_many_sheets_are_counted_across_blocks() {
        let sheet = |at: usize| format!(r#"<sheet name="s{at}" sheetId="{at}" r:id="r{at}"/>"#);
        let sheets = |count: usize| (0..count).map(sheet).collect::<String>();
        let book = |count: usize| format!("<workbook>{}</workbook>", sheets(count));
        told(&[("xl/workbook.xml", book(1_000).as_bytes())], "");
        told(&[("xl/workbook.xml", book(1_001).as_bytes())], "the workbook has 1001 sheets");
        let tables = r#"<table:table table:name="a"/>"#.repeat(20_000);
        told(&[("content.xml", tables.as_bytes())], "the workbook has ");
    }

    #[test]
    fn a_match_across_two_blocks_counts_once() {
        let mut counter = Counter::of(Some("needle")).unwrap();
        assert_eq!(counter.add(b"a needle, a nee"), 1);
        assert_eq!(counter.add(b"dle"), 2);
        assert_eq!(counter.add(b" end"), 2);
    }

    #[test]
    fn a_part_ends_as_it_began() {
        for whole in [
            "<a/>",
            "<a></a>",
            "\u{feff}<?xml version='1.0'?>\n<!-- <b> --><!DOCTYPE a><x:a y='1'><b/></x:a >\n",
            "<a><a></a></a><!-- end -->",
        ] {
            assert!(!is_cut(whole.as_bytes(), whole.as_bytes()), "{whole}");
        }
        for cut in
            ["", " ", "<?xml version='1.0'?>", "<a", "<a>", "<a><b/>", "<a><b></b>", "<a></a", "<!-- <a/>"]
        {
            assert!(is_cut(cut.as_bytes(), cut.as_bytes()), "{cut}");
        }
        let long = format!("<a>{}</a>", "<b/>".repeat(HEAD));
        assert!(!is_cut(&long.as_bytes()[..HEAD], b"<b/><b/></a>"));
        assert!(is_cut(&long.as_bytes()[..HEAD], b"<b/><b/>"));
    }

    #[test]
    fn entities_are_found_in_every_encoding() {
        let text = "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(declares_entities(text.as_bytes()) && declares_entities(&wide));
        assert!(!declares_entities(b"<!DOCTYPE a><a>ENTITY</a>"));
    }

    /// calamine reads no part of an xlsb to its end, where the sum is: cells were lost in silence.
    #[test]
    fn a_byte_turned_over_in_an_xlsb_is_told() {
        let parts: [(&str, &[u8]); 2] = [("xl/workbook.bin", b"binary"), ("xl/vbaProject.bin", b"macros")];
        for (what, expected) in [("binary", "its part xl/workbook.bin: Invalid checksum"), ("macros", "")] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for (name, content) in parts {
                let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
                archive.start_file(name, stored).unwrap();
                archive.write_all(content).unwrap();
            }
            let mut bytes = archive.finish().unwrap().into_inner();
            let at = bytes.windows(what.len()).position(|window| window == what.as_bytes()).unwrap();
            bytes[at] ^= 1;
            file.write_all(&bytes).unwrap();
            let told = check(file.path()).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains(expected) && told.is_empty() == expected.is_empty(), "{told}");
        }
    }

    #[test]
    fn half_an_archive_is_damaged() {
        let whole = std::fs::read(archive(&[("xl/workbook.xml", b"<sheets/>")]).path()).unwrap();
        let mut half = tempfile::NamedTempFile::new().unwrap();
        half.write_all(&whole[..whole.len() / 2]).unwrap();
        assert!(matches!(check(half.path()), Err(GuardError::Damaged { .. })));
    }
}
