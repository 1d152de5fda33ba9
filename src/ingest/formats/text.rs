//! Files of text: delimited tables, web pages and XML, whose encoding is found first.

use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::delimited::{self, Narrow, Oddities};
use super::encoding::{Decoded, decode};
use super::package::damaged;
use super::{Kind, ReadError, ReadOptions, Workbook, guards, html, ods, told, xml2003};
use crate::finding::{Finding, Severity, ingest as codes};
use crate::ingest::grid::Grid;

/// Reads a file of text of a kind that is known.
pub(super) fn read(path: &Path, kind: Kind, options: &ReadOptions) -> Result<Workbook, ReadError> {
    let bytes = std::fs::read(path)?;
    match kind {
        Kind::Text => delimited(&bytes, options),
        kind => {
            let (text, encoding) = declared(&bytes, options)?;
            if kind != Kind::Html && guards::declares_entities(text.as_bytes()) {
                return Err(damaged("it declares entities, which no spreadsheet program writes"));
            }
            let workbook = match kind {
                Kind::Html => html::read(&text),
                Kind::Fods => ods::read_flat(&text),
                _ => xml2003::read(&text),
            }?;
            Ok(Workbook { format: format!("{}, {encoding}", workbook.format), ..workbook })
        }
    }
}

fn delimited(bytes: &[u8], options: &ReadOptions) -> Result<Workbook, ReadError> {
    let (text, encoding) = decode(bytes, &options.encodings)?;
    let delimiter = options.delimiter.unwrap_or_else(|| delimited::find_delimiter(&text));
    let (cells, oddities) = delimited::cells(&text, delimiter)?;
    let kind = if delimiter == b'\t' { "tsv" } else { "csv" };
    Ok(Workbook {
        format: format!("{kind}, {encoding}"),
        sheets: vec![Grid::new("", false, cells, Vec::new())],
        findings: findings(&oddities),
    })
}

fn findings(oddities: &Oddities) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some((line, lines)) = oddities.wide {
        findings.push(
            told(&codes::WIDE_LINE, Severity::Warning, "", &format!("line {line}"))
                .seen("more cells than nearly all other lines", "as many cells as the others")
                .times(lines),
        );
    }
    if let Some((line, narrow)) = oddities.unended {
        let (severity, seen) = match narrow {
            Narrow::Yes => (Severity::Warning, "fewer cells than the others, and no line break at its end"),
            Narrow::No => (Severity::Info, "no line break at its end"),
        };
        let place = format!("line {line}");
        findings.push(told(&codes::LAST_LINE_CUT, severity, "", &place).seen(seen, "a whole last line"));
    }
    findings
}

/// The text of a page or XML document: UTF-8 where it is that beyond doubt, else what it declares, else what
/// fits. Pages that say gb2312 and are UTF-8 are common.
fn declared(bytes: &[u8], options: &ReadOptions) -> Result<Decoded, ReadError> {
    let marked = Encoding::for_bom(bytes).is_some();
    if !marked && std::str::from_utf8(bytes).is_err() {
        let head = bytes.get(..bytes.len().min(2048)).unwrap_or_default();
        let named = label(&String::from_utf8_lossy(head))
            .and_then(|label| Encoding::for_label(label.as_bytes()))
            .filter(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
        if let Some(encoding) = named
            && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
        {
            return Ok((text.into_owned(), encoding.name()));
        }
    }
    decode(bytes, &options.encodings)
}

/// What a page says its encoding is: `charset=…` or `encoding="…"`.
fn label(head: &str) -> Option<String> {
    let lower = head.to_ascii_lowercase();
    let behind = ["charset=", "encoding="].iter().find_map(|key| Some(lower.split_once(key)?.1))?;
    let label = behind.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|ch: char| !(ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_')))?;
    label.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, encode: &'static Encoding, expected: &str) {
        let (bytes, _, _) = encode.encode(page);
        let (text, name) = declared(&bytes, &ReadOptions::default()).unwrap();
        assert_eq!((text.as_str(), name), (page, expected));
    }

    #[test]
    fn a_page_is_in_the_encoding_it_declares_unless_it_is_utf_8() {
        let page = |label: &str| format!("<meta charset=\"{label}\"><td>黑龙江省</td>");
        check(&page("gb2312"), encoding_rs::GBK, "GBK");
        check(&page("gb2312"), UTF_8, "UTF-8");
        check("<td>Россия</td>", encoding_rs::WINDOWS_1251, "windows-1251");
        check(
            "<?xml version='1.0' encoding='windows-1251'?><a>я</a>",
            encoding_rs::WINDOWS_1251,
            "windows-1251",
        );
    }
}
