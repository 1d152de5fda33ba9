//! Reads the keys of one TOML table: required, optional, finish. Collects every mistake with its place.

use std::collections::BTreeSet;

use super::node::{Entry, Node, NodeKind, Text};
use super::{Mistakes, Span};

/// The keys of one table, each to be asked for once; [`Fields::finish`] reports those nobody asked for.
pub struct Fields<'a> {
    what: String,
    span: Span,
    entries: &'a [Entry],
    asked: BTreeSet<&'static str>,
    mistakes: &'a Mistakes,
}

impl<'a> Fields<'a> {
    /// Opens a table; anything else is a mistake. `what` names it in messages, as in `[source.province]`.
    pub fn open(node: &'a Node, what: impl Into<String>, mistakes: &'a Mistakes) -> Option<Self> {
        let what = what.into();
        match &node.kind {
            NodeKind::Table(entries) => {
                Some(Self { what, span: node.span.clone(), entries, asked: BTreeSet::new(), mistakes })
            }
            other => {
                mistakes
                    .add(node.span.clone(), format!("{what} must be a table, but it is {}", other.word()));
                None
            }
        }
    }

    /// Where the table stands.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// What the table is called in messages.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Where mistakes go.
    pub fn mistakes(&self) -> &'a Mistakes {
        self.mistakes
    }

    /// The value of `key`, whatever it is.
    pub fn any(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.insert(key);
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// Whether the key stands in the file; does not count as asking for it.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key.value == key)
    }

    /// The value of `key`; its absence is a mistake.
    pub fn required(&mut self, key: &'static str) -> Option<&'a Node> {
        let found = self.any(key);
        if found.is_none() {
            self.mistakes.add(self.span.clone(), format!("{} lacks `{key}`", self.what));
        }
        found
    }

    /// Notes that `node`, the value of `key`, should have been `expected`.
    pub fn wrong(&self, key: &str, node: &Node, expected: &str) {
        self.mistakes.add_with_help(
            node.span.clone(),
            format!("`{key}` of {} is {}", self.what, node.kind.word()),
            format!("expected {expected}"),
        );
    }

    /// A text, if given.
    pub fn text(&mut self, key: &'static str) -> Option<Text> {
        let node = self.any(key)?;
        self.as_text(key, node)
    }

    /// A text that must be given.
    pub fn required_text(&mut self, key: &'static str) -> Option<Text> {
        let node = self.required(key)?;
        self.as_text(key, node)
    }

    fn as_text(&self, key: &str, node: &Node) -> Option<Text> {
        if let NodeKind::Text(text) = &node.kind {
            return Some(text.clone());
        }
        self.wrong(key, node, "text in quotes");
        None
    }

    /// A text or a list of texts; empty if not given.
    pub fn texts(&mut self, key: &'static str) -> Vec<Text> {
        let Some(node) = self.any(key) else { return Vec::new() };
        match &node.kind {
            NodeKind::Text(text) => vec![text.clone()],
            NodeKind::List(items) => items.iter().filter_map(|item| self.as_text(key, item)).collect(),
            _ => {
                self.wrong(key, node, "text in quotes, or a list of them");
                Vec::new()
            }
        }
    }

    /// One of the allowed words, as its value.
    pub fn choice<T: Copy>(&mut self, key: &'static str, allowed: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = allowed.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let words = allowed.iter().map(|(word, _)| *word);
            self.mistakes.unknown(text.span, &format!("value of `{key}`"), &text.value, words);
        }
        found
    }

    /// A whole number, if given.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let node = self.any(key)?;
        if let NodeKind::Integer(number) = node.kind {
            return Some(number);
        }
        self.wrong(key, node, "a whole number");
        None
    }

    /// `true` or `false`, if given.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let node = self.any(key)?;
        if let NodeKind::Boolean(flag) = node.kind {
            return Some(flag);
        }
        self.wrong(key, node, "true or false");
        None
    }

    /// A number as written (`10`, `0.5`, `"1e8"`), if given.
    pub fn number(&mut self, key: &'static str) -> Option<Text> {
        let node = self.any(key)?;
        match &node.kind {
            NodeKind::Integer(number) => Some(Text::at(node.span.clone(), number.to_string())),
            NodeKind::Decimal(number) => Some(Text::at(node.span.clone(), number.clone())),
            NodeKind::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(key, node, "a number");
                None
            }
        }
    }

    /// A table, opened, if given.
    pub fn table(&mut self, key: &'static str) -> Option<Fields<'a>> {
        let node = self.any(key)?;
        Fields::open(node, format!("`{key}` of {}", self.what), self.mistakes)
    }

    /// The tables of a list (or the one table given in its place), each opened; empty if not given.
    pub fn tables(&mut self, key: &'static str) -> Vec<Fields<'a>> {
        let Some(node) = self.any(key) else { return Vec::new() };
        let items: &'a [Node] = match &node.kind {
            NodeKind::List(items) => items,
            _ => std::slice::from_ref(node),
        };
        let what = format!("`{key}` of {}", self.what);
        items.iter().filter_map(|item| Fields::open(item, what.clone(), self.mistakes)).collect()
    }

    /// The keys and values of a table whose keys are free; empty if not given.
    pub fn entries(&mut self, key: &'static str) -> &'a [Entry] {
        let Some(node) = self.any(key) else { return &[] };
        if let NodeKind::Table(entries) = &node.kind {
            return entries;
        }
        self.wrong(key, node, "a table");
        &[]
    }

    /// A free table from text to text, as in `map = { "出口" = "export" }`.
    pub fn text_map(&mut self, key: &'static str) -> Vec<(Text, Text)> {
        self.entries(key)
            .iter()
            .filter_map(|entry| Some((entry.key.clone(), self.as_text(&entry.key.value, &entry.value)?)))
            .collect()
    }

    /// A label: one text (Chinese), or `{ zh = …, en = …, ru = … }`.
    pub fn label(&mut self, key: &'static str) -> Option<crate::text::Label> {
        let node = self.any(key)?;
        if let NodeKind::Text(text) = &node.kind {
            return Some(crate::text::Label::zh(text.value.clone()));
        }
        let mut fields = Fields::open(node, format!("`{key}` of {}", self.what), self.mistakes)?;
        let mut language = |name| fields.text(name).map(|text| text.value).unwrap_or_default();
        let label = crate::text::Label { zh: language("zh"), en: language("en"), ru: language("ru") };
        fields.finish();
        Some(label)
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self) {
        for entry in self.entries {
            if !self.asked.contains(entry.key.value.as_str()) {
                let allowed = self.asked.iter().copied();
                let what = format!("key of {}", self.what);
                self.mistakes.unknown(entry.key.span.clone(), &what, &entry.key.value, allowed);
            }
        }
    }
}

/// Words a TOML syntax error in the terms of a person who edits the file in an office.
pub(super) fn syntax_mistake(file: &str, span: Span, message: &str, mistakes: &Mistakes) {
    let start = file.floor_char_boundary(span.start);
    let line_start = file.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = file.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let curly = ['“', '”', '„', '‘', '’', '«', '»'];
    let help = if let Some(at) = line.find(curly) {
        let quote = line.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('“');
        let place = line_start + at..line_start + at + quote.len_utf8();
        let help = "typed by a word processor; use the straight quote \" of the keyboard";
        mistakes.add_with_help(place, format!("the quote {quote} does not open or close text"), help);
        return;
    } else if let Some(at) = line.find('\u{3000}') {
        let place = line_start + at..line_start + at + 3;
        let help = "a full-width space (U+3000); use the ordinary space of the keyboard";
        mistakes.add_with_help(place, "a full-width space stands outside quotes", help);
        return;
    } else if let Some(at) = line.find(['，', '：', '＝', '［', '］', '｛', '｝', '＂']) {
        let sign = line.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('，');
        let place = line_start + at..line_start + at + sign.len_utf8();
        let help = "a full-width sign; switch the input method to half-width for signs outside quotes";
        mistakes.add_with_help(place, format!("the full-width sign {sign} stands outside quotes"), help);
        return;
    } else if message.contains("escape") || line.contains(":\\") {
        Some("in \"…\" a backslash begins an escape; write the path with / or in single quotes: 'C:\\data'")
    } else if bare_key(line).is_some_and(|key| !key.is_ascii()) {
        Some("a key that is not plain Latin letters must stand in quotes: \"金额\" = …")
    } else {
        None
    };
    match help {
        Some(help) => mistakes.add_with_help(span, message, help),
        None => mistakes.add(span, message),
    }
}

/// What stands before the first `=` of a line, if it is not quoted.
fn bare_key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.rsplit(['{', ',']).next()?.trim();
    (!key.starts_with(['"', '\'', '#'])).then_some(key)
}
