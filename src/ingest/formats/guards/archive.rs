//! Zip containers: how many parts, what they unpack to, and what they declare. Sizes are counted while
//! unpacking, because those in the directory are only what the file says of itself.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use regex::bytes::Regex;

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
const BLOCK: usize = 1 << 18;

/// Refuses an archive that would cost a reader more than a table can.
pub(super) fn check(path: &Path) -> Result<(), GuardError> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?))
        .map_err(|error| GuardError::Damaged { reason: error.to_string() })?;
    let parts = archive.len() as u64;
    if parts > PART_LIMIT {
        return Err(GuardError::TooMany { what: "parts", found: parts, limit: PART_LIMIT });
    }
    let mut total = 0;
    for at in 0..archive.len() {
        // A part that cannot be opened is the reader's to report, if it wants it at all.
        let Ok(part) = archive.by_index(at) else { continue };
        let name = part.name().map_or_else(|_| String::new(), |name| name.to_lowercase());
        if is_unpacked_by_readers(&name) {
            let packed = part.compressed_size();
            check_part(part, &name, packed, &mut total)?;
        }
    }
    Ok(())
}

/// Pictures, fonts and macros are never unpacked.
fn is_unpacked_by_readers(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "xml" | "rels" | "bin") && !name.ends_with("vbaproject.bin")
}

fn check_part(mut part: impl Read, name: &str, packed: u64, total: &mut u64) -> Result<(), GuardError> {
    let mut sheets = Counter::of(match name {
        "xl/workbook.xml" => Some(r"\ssheetId\s*="),
        "content.xml" => Some(r"<table:table\s"),
        _ => None,
    });
    let mut declared = None;
    let mut unpacked = 0_u64;
    let mut block = vec![0_u8; BLOCK];
    // Where unpacking breaks off, the reader says so better.
    while let Ok(length) = part.read(&mut block) {
        let Some(read) = block.get(..length).filter(|read| !read.is_empty()) else { break };
        if unpacked == 0 {
            if declares_entities(read) {
                let reason =
                    format!("its part {name} declares entities, which no spreadsheet program writes");
                return Err(GuardError::Damaged { reason });
            }
            if name.ends_with("sharedstrings.xml") {
                declared = unique_count(read);
            }
        }
        unpacked += read.len() as u64;
        *total += read.len() as u64;
        if *total > TOTAL_LIMIT {
            return Err(GuardError::Swells { limit: TOTAL_LIMIT });
        }
        let allowed = packed.saturating_mul(RATIO_LIMIT).max(RATIO_FROM);
        if unpacked > allowed {
            return Err(GuardError::Swells { limit: allowed });
        }
        let found = sheets.as_mut().map_or(0, |sheets| sheets.add(read));
        if found > SHEET_LIMIT {
            return Err(GuardError::TooMany { what: "sheets", found, limit: SHEET_LIMIT });
        }
    }
    match declared.filter(|count| *count > STRINGS_FREE && *count > unpacked / STRING_BYTES) {
        Some(count) => Err(GuardError::Damaged {
            reason: format!("it declares {count} texts, but its {unpacked} bytes of texts hold fewer"),
        }),
        None => Ok(()),
    }
}

/// Whether an XML part has names for texts or files of its own, which readers leave as they stand: what a
/// cell says would not be what its writer meant.
fn declares_entities(head: &[u8]) -> bool {
    head.starts_with(b"<") && head.windows(8).any(|window| window == b"<!ENTITY")
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
        told(&[("xl/workbook.xml", sheets(1_000).as_bytes())], "");
        told(&[("xl/workbook.xml", sheets(1_001).as_bytes())], "the workbook has 1001 sheets");
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
    fn half_an_archive_is_damaged() {
        let whole = std::fs::read(archive(&[("xl/workbook.xml", b"<sheets/>")]).path()).unwrap();
        let mut half = tempfile::NamedTempFile::new().unwrap();
        half.write_all(&whole[..whole.len() / 2]).unwrap();
        assert!(matches!(check(half.path()), Err(GuardError::Damaged { .. })));
    }
}
