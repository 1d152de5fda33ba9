//! The merged areas of an xlsx workbook. They stand behind the cells of a sheet, so finding them through an
//! XML reader parses every cell a second time; here the unpacked bytes are searched for the one element,
//! which costs a tenth of that. What looks unusual is left to calamine.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use regex::Regex;
use regex::bytes::Regex as BytesRegex;

use crate::ingest::grid::Merge;

type Archive = zip::ZipArchive<BufReader<File>>;

const BLOCK: usize = 1 << 18;
/// What may stand before the element's name: `<` and a prefix.
const BEFORE: usize = 64;
/// Most bytes kept behind the first merge; more is left to calamine.
const TAIL: usize = 16 << 20;

/// Finds merges in the sheets of one workbook.
pub(super) struct Merges {
    archive: Archive,
    /// Part of the archive by sheet name.
    parts: BTreeMap<String, String>,
}

impl Merges {
    /// Opens the archive and learns where its sheets are; nothing where that is not plain to see.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
        let workbook = text(&mut archive, "xl/workbook.xml")?;
        let relations = text(&mut archive, "xl/_rels/workbook.xml.rels")?;
        let targets: BTreeMap<String, String> = elements(&relations, "Relationship")?
            .iter()
            .filter_map(|element| Some((attribute(element, "Id")?, attribute(element, "Target")?)))
            .collect();
        let parts = elements(&workbook, "sheet")?
            .iter()
            .filter_map(|element| {
                let target = targets.get(&attribute(element, r"\w+:id")?)?;
                let part = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("xl/{target}"),
                };
                Some((attribute(element, "name")?, part))
            })
            .collect();
        Some(Self { archive, parts })
    }

    /// The merges of a sheet, sorted; nothing where they cannot be told this way.
    pub(super) fn of(&mut self, sheet: &str) -> Option<Vec<Merge>> {
        let part = self.parts.get(sheet)?;
        let mut stream = self.archive.by_name(part).ok()?;
        let name = BytesRegex::new("mergeCell").ok()?;
        let mut tail: Vec<u8> = Vec::new();
        let mut found = false;
        let mut block = vec![0_u8; BLOCK];
        let mut first = true;
        loop {
            let length = stream.read(&mut block).ok()?;
            let read = block.get(..length).unwrap_or_default();
            if read.is_empty() {
                break;
            }
            // UTF-16 and other encodings do not begin like this.
            if std::mem::take(&mut first) && !(read.starts_with(b"<") || read.starts_with(b"\xef\xbb\xbf<")) {
                return None;
            }
            tail.extend_from_slice(read);
            if !found {
                match name.find(&tail) {
                    Some(at) => {
                        found = true;
                        tail.drain(..at.start().saturating_sub(BEFORE));
                    }
                    // The name may begin at the end of this block.
                    None => {
                        tail.drain(..tail.len().saturating_sub(BEFORE));
                    }
                }
            }
            if tail.len() > TAIL + BLOCK {
                return None;
            }
        }
        if !found {
            return Some(Vec::new());
        }
        let element =
            BytesRegex::new(r#"<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Za-z]+)([0-9]+):([A-Za-z]+)([0-9]+)""#)
                .ok()?;
        let mut merges: Vec<Merge> = element
            .captures_iter(&tail)
            .map(|groups| {
                let group =
                    |at: usize| groups.get(at).and_then(|group| std::str::from_utf8(group.as_bytes()).ok());
                Some(Merge {
                    first_row: row(group(2)?)?,
                    first_col: column(group(1)?)?,
                    last_row: row(group(4)?)?,
                    last_col: column(group(3)?)?,
                })
            })
            .collect::<Option<_>>()?;
        merges.sort_unstable();
        Some(merges)
    }
}

fn text(archive: &mut Archive, name: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(name).ok()?.take(TAIL as u64).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The start tags of an element, with or without a prefix.
fn elements<'a>(xml: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let tag = Regex::new(&format!(r"<(?:\w+:)?{name}\s[^>]*>")).ok()?;
    Some(tag.find_iter(xml).map(|found| found.as_str()).collect())
}

/// An attribute's value, with its entities resolved.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = Regex::new(&format!(r#"\s{name}="([^"]*)""#)).ok()?.captures(tag)?.get(1)?;
    quick_xml::escape::unescape(value.as_str()).ok().map(std::borrow::Cow::into_owned)
}

fn row(digits: &str) -> Option<u32> {
    digits.parse::<u32>().ok()?.checked_sub(1)
}

fn column(letters: &str) -> Option<u32> {
    let number = letters.bytes().try_fold(0_u32, |number, letter| {
        number.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use calamine::{Reader, Xlsx};

    use super::*;

    #[test]
    fn the_merges_are_those_that_calamine_finds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("input");
        let mut compared = 0;
        for name in [
            "trade/2021年黑龙江省进出口情况表.xlsx",
            "trade/中俄贸易历年.xlsx",
            "expo/中俄博览会历届情况.xlsx",
            "crossings/口岸与跨境通道.xlsx",
            "declarations/示例_报关单明细_2021-2022.xlsx",
        ] {
            let path = root.join(name);
            let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(&path).unwrap())).unwrap();
            let mut merges = Merges::open(&path).unwrap();
            for sheet in book.sheet_names() {
                let mut expected =
                    super::super::book::merges(&book.merge_cells_by_sheet_name(&sheet).unwrap());
                expected.sort_unstable();
                compared += expected.len();
                assert_eq!(merges.of(&sheet).unwrap(), expected, "{name} {sheet}");
            }
        }
        assert!(compared > 10);
    }

    #[test]
    fn columns_count_from_a() {
        for (letters, expected) in [("A", 0), ("Z", 25), ("AA", 26), ("XFD", 16383)] {
            assert_eq!(column(letters), Some(expected));
        }
    }
}
