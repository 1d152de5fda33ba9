//! What a source block for a file would say: tables found by shape, each line of the block with its evidence.
//! Proposes what is written in the file; what the file does not say is marked as to be decided. A run never
//! infers anything.

mod column;
mod down;
mod fields;
mod header;
mod known;
mod measures;
mod month_words;
mod names;
mod next_table;
mod pairs;
mod repeats;
mod settings;
mod sketch;
mod surroundings;
mod units;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::text::CodeList;

use super::formats::{ReadError, ReadOptions, read_workbook};
use super::reading::names as unit_names;

/// One table of a file as lines of a source block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSketch {
    /// The sheet; empty for a text file.
    pub sheet: String,
    /// The lines, without `files` and `sheet`.
    pub lines: Vec<Line>,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSketch {
    /// Format, with the encoding of text.
    pub format: String,
    /// Sheets with a table, in the order of the file.
    pub tables: Vec<TableSketch>,
    /// Sheets that are not empty and hold no table, with the reason.
    pub others: Vec<String>,
}

/// One line of a source block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// As in `dim.time_period`.
    pub key: String,
    /// Its settings; [`Line::written`] brings them to TOML.
    pub value: LineValue,
    /// Where in the file this stands.
    pub evidence: String,
    /// What the file does not say and a person must decide.
    pub decide: String,
}

/// The right side of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineValue {
    /// TOML as it is.
    Plain(String),
    /// An array, to which files of the same layout add.
    List(Vec<String>),
    /// Places of the period around the table, all of which agree; files of one layout keep those they share.
    Places(Vec<String>),
    /// An inline table; files of the same layout add to the markers of missing figures.
    Measure {
        /// Its settings but for `missing`, without brackets.
        settings: String,
        /// Markers of missing figures.
        missing: Vec<String>,
    },
}

impl Line {
    fn new(key: impl Into<String>, value: LineValue) -> Self {
        Self { key: key.into(), value, evidence: String::new(), decide: String::new() }
    }

    fn plain(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(key, LineValue::Plain(value.into()))
    }

    fn because(mut self, evidence: impl Into<String>) -> Self {
        self.evidence = evidence.into();
        self
    }

    fn decide(mut self, what: impl Into<String>) -> Self {
        self.decide = what.into();
        self
    }

    /// Adds what a person must decide to what stands there.
    fn decide_also(&mut self, what: &str) {
        if !self.decide.is_empty() && !what.is_empty() {
            self.decide.push_str("; ");
        }
        self.decide.push_str(what);
    }

    /// The line as TOML, without its evidence.
    pub fn written(&self) -> String {
        let value = match &self.value {
            LineValue::Plain(value) => value.clone(),
            LineValue::List(items) => format!("[{}]", items.join(", ")),
            LineValue::Places(places) => {
                let places: Vec<String> = places.iter().map(|place| quoted(place)).collect();
                let from = match places.as_slice() {
                    [one] => one.clone(),
                    several => format!("[{}]", several.join(", ")),
                };
                format!("{{ from = {from}, type = \"period\" }}")
            }
            LineValue::Measure { settings, missing } if missing.is_empty() => format!("{{ {settings} }}"),
            LineValue::Measure { settings, missing } => {
                let markers: Vec<String> =
                    missing.iter().map(|marker| format!("{} = \"O\"", quoted(marker))).collect();
                format!("{{ {settings}, missing = {{ {} }} }}", markers.join(", "))
            }
        };
        format!("{} = {value}", self.key)
    }

    /// Whether both mean the same but for what files of one layout add.
    pub fn agrees(&self, other: &Self) -> bool {
        let value = match (&self.value, &other.value) {
            (LineValue::Plain(one), LineValue::Plain(two)) => one == two,
            (LineValue::List(_), LineValue::List(_)) => true,
            (LineValue::Places(one), LineValue::Places(two)) => one.iter().any(|place| two.contains(place)),
            (LineValue::Measure { settings: one, .. }, LineValue::Measure { settings: two, .. }) => {
                one == two
            }
            _ => false,
        };
        self.key == other.key && value
    }

    /// Takes over what a file of the same layout adds.
    pub fn add(&mut self, other: &Self) {
        if let (LineValue::Places(own), LineValue::Places(more)) = (&mut self.value, &other.value) {
            own.retain(|place| more.contains(place));
        }
        let ((LineValue::List(own), LineValue::List(more))
        | (LineValue::Measure { missing: own, .. }, LineValue::Measure { missing: more, .. })) =
            (&mut self.value, &other.value)
        else {
            return;
        };
        for item in more {
            if !own.contains(item) {
                own.push(item.clone());
            }
        }
    }
}

impl TableSketch {
    /// The first line in which two tables differ, as both write it; lists may lack on one side.
    pub fn differs(&self, other: &Self) -> Option<(String, String)> {
        let key_of = |line: &&Line| !matches!(line.value, LineValue::List(_));
        let (mut own, mut their) = (self.lines.iter().filter(key_of), other.lines.iter().filter(key_of));
        loop {
            match (own.next(), their.next()) {
                (None, None) => return None,
                (Some(one), Some(two)) if one.agrees(two) => {}
                (one, two) => {
                    let told = |line: Option<&Line>| line.map_or_else(|| "nothing".to_owned(), Line::written);
                    return Some((told(one), told(two)));
                }
            }
        }
    }

    /// Takes over what a table of the same layout adds.
    pub fn add(&mut self, other: &Self) {
        for line in &other.lines {
            match self.lines.iter_mut().find(|own| own.key == line.key) {
                Some(own) => own.add(line),
                None => self.lines.push(line.clone()),
            }
        }
    }
}

/// Reads a file and gives what a source block for it would say.
pub fn infer(path: &Path, shown: &str, lists: &BTreeMap<String, CodeList>) -> Result<FileSketch, ReadError> {
    let workbook = read_workbook(path, shown, &ReadOptions::default())?;
    let names = unit_names(lists);
    let mut found = FileSketch { format: workbook.format.clone(), tables: Vec::new(), others: Vec::new() };
    for grid in &workbook.sheets {
        if grid.is_empty() {
            continue;
        }
        if grid.hidden {
            found.others.push(format!("sheet `{}` is hidden and not read", grid.sheet));
            continue;
        }
        let mut from = Some(0);
        while let Some(start) = from.take() {
            let format = &workbook.format;
            let scene = sketch::Scene { grid, shown, lists, names: &names, format, from: start };
            match scene.sketch() {
                Ok((table, next)) => {
                    found.tables.push(table);
                    from = next.filter(|next| *next > start);
                }
                Err(reason) => found.others.push(format!("sheet `{}`: {reason}", grid.sheet)),
            }
        }
    }
    Ok(found)
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    let plain = !text.contains(['\'', '\n', '\r', '\t']) && text.chars().all(|sign| !sign.is_control());
    if text.contains(['\\', '"']) && plain {
        return format!("'{text}'");
    }
    let mut written = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            sign if sign.is_control() => {
                written.extend(format!("\\u{:04X}", u32::from(sign)).chars());
            }
            sign => written.push(sign),
        }
    }
    written.push('"');
    written
}

/// A plain text as a pattern that matches it alone.
fn as_pattern(text: &str) -> String {
    let text = text.replace('*', "\\*");
    if text.starts_with('/') { format!("\\{text}") } else { text }
}
