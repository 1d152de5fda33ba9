//! The styles of an OpenDocument spreadsheet, as far as they carry meaning: places, percentages, indent,
//! hidden tables.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::super::number_format::Shown;
use super::super::xml;

/// What the style of a cell means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellStyle {
    pub shown: Shown,
    pub indent: u8,
}

/// A style as written: what it builds on, its number format, its indent in tenths of a millimetre.
#[derive(Clone, Debug, Default)]
struct Written {
    parent: Option<String>,
    data: Option<String>,
    indent: Option<f64>,
    hides: bool,
}

/// Styles by name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    data: BTreeMap<String, Shown>,
    written: BTreeMap<String, Written>,
    open_data: Option<String>,
    open: Option<String>,
}

/// Indent of one level as LibreOffice sets it: 10 points.
const LEVEL_MM: f64 = 3.52;
/// Most styles that build on one another.
const DEPTH: usize = 16;

impl Styles {
    /// Takes what belongs to a style.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(start) => self.start(start),
            Event::Empty(start) => {
                self.start(start);
                self.end(start.local_name().as_ref());
            }
            Event::End(end) => self.end(end.local_name().as_ref()),
            _ => {}
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            name @ ("number-style" | "percentage-style" | "currency-style" | "date-style" | "time-style") => {
                let Some(style) = xml::attribute(start, "name") else { return };
                let shown = Shown {
                    percent: name == "percentage-style",
                    date: name == "date-style" || name == "time-style",
                    ..Shown::default()
                };
                self.data.insert(style.clone(), shown);
                self.open_data = Some(style);
            }
            "number" => {
                let places = xml::attribute(start, "decimal-places").and_then(|places| places.parse().ok());
                // A display factor shows thousands or millions: fewer places than are stored.
                let scales = xml::attribute(start, "display-factor").is_some_and(|factor| factor != "1");
                let open = self.open_data.as_ref().and_then(|name| self.data.get_mut(name));
                if let (Some(shown), false) = (open, scales) {
                    shown.decimals = places;
                }
            }
            "style" => {
                let Some(name) = xml::attribute(start, "name") else { return };
                let written = Written {
                    parent: xml::attribute(start, "parent-style-name"),
                    data: xml::attribute(start, "data-style-name"),
                    ..Written::default()
                };
                self.written.insert(name.clone(), written);
                self.open = Some(name);
            }
            "paragraph-properties" => {
                let margin = xml::attribute(start, "margin-left").and_then(|margin| millimetres(&margin));
                if let Some(written) = self.written_now() {
                    written.indent = margin;
                }
            }
            "table-properties" => {
                let hides = xml::attribute(start, "display").is_some_and(|display| display == "false");
                if let Some(written) = self.written_now() {
                    written.hides = hides;
                }
            }
            _ => {}
        }
    }

    fn written_now(&mut self) -> Option<&mut Written> {
        self.open.as_ref().and_then(|name| self.written.get_mut(name))
    }

    fn end(&mut self, name: &str) {
        match name {
            "style" => self.open = None,
            "number-style" | "percentage-style" | "currency-style" | "date-style" | "time-style" => {
                self.open_data = None;
            }
            _ => {}
        }
    }

    /// Whether a table of this style is hidden.
    pub(super) fn hides(&self, name: &str) -> bool {
        self.written.get(name).is_some_and(|written| written.hides)
    }

    /// What a cell style means, with what it builds on.
    pub(super) fn cell(&self, name: &str) -> CellStyle {
        let (mut data, mut indent) = (None, None);
        let mut next = Some(name);
        for _ in 0..DEPTH {
            let Some(written) = next.and_then(|name| self.written.get(name)) else { break };
            data = data.or(written.data.as_deref());
            indent = indent.or(written.indent);
            next = written.parent.as_deref();
        }
        let levels = (indent.unwrap_or_default() / LEVEL_MM).round().clamp(0.0, 250.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
        let indent = levels as u8;
        CellStyle { shown: data.and_then(|data| self.data.get(data)).copied().unwrap_or_default(), indent }
    }
}

fn millimetres(length: &str) -> Option<f64> {
    let length = length.trim();
    let unit = length.find(|ch: char| ch.is_ascii_alphabetic())?;
    let (number, unit) = length.split_at(unit);
    let factor = match unit {
        "mm" => 1.0,
        "cm" => 10.0,
        "in" => 25.4,
        "pt" => 25.4 / 72.0,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_style_takes_what_it_does_not_say_from_its_parent() {
        let mut styles = Styles::default();
        let text = "<x><number:percentage-style style:name=\"N1\"><number:number number:decimal-places=\"1\"/>\
                    </number:percentage-style><style:style style:name=\"a\" style:data-style-name=\"N1\"/>\
                    <style:style style:name=\"b\" style:parent-style-name=\"a\"><style:paragraph-properties \
                    fo:margin-left=\"0.706cm\"/></style:style></x>";
        let mut reader = quick_xml::Reader::from_str(text);
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => break,
                event => styles.take(&event),
            }
        }
        let style = styles.cell("b");
        assert_eq!((style.shown.decimals, style.shown.percent, style.indent), (Some(1), true, 2));
    }
}
