//! The styles of an xlsx workbook, as far as they carry meaning: number formats, indent, strike-through.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::super::ReadError;
use super::super::cell_style::CellStyle;
use super::super::number_format::{Shown, built_in, shown};
use super::super::package::damaged;
use super::super::xml::{self, Part};

/// Reads the cell styles by their number.
pub(super) fn read(mut reader: Part<'_>) -> Result<Vec<CellStyle>, ReadError> {
    let mut formats: BTreeMap<u16, Shown> = BTreeMap::new();
    let mut struck_fonts: Vec<bool> = Vec::new();
    let mut styles: Vec<CellStyle> = Vec::new();
    let mut section = String::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                name @ ("fonts" | "cellXfs" | "cellStyleXfs" | "dxfs") => name.clone_into(&mut section),
                "numFmt" if section != "dxfs" => {
                    if let (Some(id), Some(code)) =
                        (number(&start, "numFmtId"), xml::attribute(&start, "formatCode"))
                    {
                        formats.insert(id, shown(&code));
                    }
                }
                "font" if section == "fonts" => struck_fonts.push(false),
                "strike" if section == "fonts" => {
                    let off = xml::attribute(&start, "val").is_some_and(|value| !xml::is_yes(&value));
                    if let Some(last) = struck_fonts.last_mut() {
                        *last = !off;
                    }
                }
                "xf" if section == "cellXfs" => {
                    let id = number(&start, "numFmtId").unwrap_or_default();
                    let font = number(&start, "fontId").map(usize::from);
                    styles.push(CellStyle {
                        shown: formats.get(&id).copied().unwrap_or_else(|| built_in(id)),
                        indent: 0,
                        struck: font.and_then(|font| struck_fonts.get(font)).copied().unwrap_or_default(),
                    });
                }
                "alignment" if section == "cellXfs" => {
                    if let (Some(last), Some(indent)) = (styles.last_mut(), number(&start, "indent")) {
                        last.indent = u8::try_from(indent).unwrap_or(u8::MAX);
                    }
                }
                _ => {}
            },
            Event::End(end) if matches!(end.local_name().as_ref(), "fonts" | "cellXfs" | "cellStyleXfs") => {
                section.clear();
            }
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

fn number(start: &BytesStart<'_>, name: &str) -> Option<u16> {
    xml::attribute(start, name)?.trim().parse().ok()
}
