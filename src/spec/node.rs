//! A TOML file as a tree that owns its text and knows the place of every key and value.

use toml::de::{DeTable, DeValue};

use super::{Mistakes, Span};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A string.
    Text(Text),
    /// A whole number.
    Integer(i64),
    /// A number with a point, as written.
    Decimal(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or time, as written.
    Datetime(String),
    /// `[ … ]`
    List(Vec<Node>),
    /// `{ … }`, in the order of the file.
    Table(Vec<Entry>),
}

impl NodeKind {
    /// Its name in messages.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Decimal(_) => "a number",
            Self::Boolean(_) => "true/false",
            Self::Datetime(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Text,
    /// The value.
    pub value: Node,
}

/// A string with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it says, escapes resolved.
    pub value: String,
    /// Its bytes in the file, quotes included.
    pub span: Span,
    /// Where its first character stands, if the file holds it letter for letter (no escapes).
    verbatim: Option<usize>,
}

impl Text {
    /// A text that stands in no file, placed at `span`.
    pub fn at(span: Span, value: impl Into<String>) -> Self {
        Self { value: value.into(), span, verbatim: None }
    }

    /// The place of a part of the text, exact where the file holds it letter for letter, else the whole.
    pub fn part(&self, part: Span) -> Span {
        match self.verbatim {
            Some(start) if part.end <= self.value.len() => start + part.start..start + part.end,
            _ => self.span.clone(),
        }
    }

    fn from_file(value: String, span: Span, file: &str) -> Self {
        let written = file.get(span.clone()).unwrap_or_default();
        let verbatim =
            if value.is_empty() { None } else { written.find(value.as_str()).map(|at| span.start + at) };
        Self { value, span, verbatim }
    }
}

/// Parses a file; syntax errors go to `mistakes`, what could be read is returned.
pub fn parse(file: &str, mistakes: &Mistakes) -> Node {
    let (tree, errors) = DeTable::parse_recoverable(file);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        super::fields::syntax_mistake(file, span, error.message(), mistakes);
    }
    let span = tree.span();
    Node { span, kind: table(tree.get_ref(), file) }
}

/// A value as inline TOML on one line: the same for any spacing, comments and order of tables in the file,
/// and read back by [`parse`] as the same value.
pub fn written(node: &Node) -> String {
    match &node.kind {
        NodeKind::Text(text) => quoted(&text.value),
        NodeKind::Integer(number) => number.to_string(),
        NodeKind::Decimal(text) | NodeKind::Datetime(text) => text.clone(),
        NodeKind::Boolean(flag) => flag.to_string(),
        NodeKind::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        NodeKind::Table(entries) => {
            let entry = |entry: &Entry| format!("{} = {}", quoted(&entry.key.value), written(&entry.value));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A TOML string in quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' | '\\' => quoted.extend(['\\', ch]),
            control if control.is_control() => {
                let number = format!("\\u{:04X}", u32::from(control));
                quoted.push_str(&number);
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

fn table(tree: &DeTable<'_>, file: &str) -> NodeKind {
    NodeKind::Table(
        tree.iter()
            .map(|(key, value)| Entry {
                key: Text::from_file(key.get_ref().to_string(), key.span(), file),
                value: Node { span: value.span(), kind: node(value.get_ref(), value.span(), file) },
            })
            .collect(),
    )
}

fn node(value: &DeValue<'_>, span: Span, file: &str) -> NodeKind {
    match value {
        DeValue::String(text) => NodeKind::Text(Text::from_file(text.to_string(), span, file)),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(whole) => NodeKind::Integer(whole),
            Err(_) => NodeKind::Decimal(number.as_str().to_owned()),
        },
        DeValue::Float(number) => NodeKind::Decimal(number.as_str().to_owned()),
        DeValue::Boolean(flag) => NodeKind::Boolean(*flag),
        DeValue::Datetime(stamp) => NodeKind::Datetime(stamp.to_string()),
        DeValue::Array(items) => NodeKind::List(
            items
                .iter()
                .map(|item| Node { span: item.span(), kind: node(item.get_ref(), item.span(), file) })
                .collect(),
        ),
        DeValue::Table(entries) => table(entries, file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_the_same_and_ignores_form() {
        let text = "[a]\nfiles = ['x\\d', \"y\\n\\\"q\\\"\"] # why\nn = 7\nd = 1.50\nt = true\nday = 2024-01-02\n[a.'b c']\nk = 1\n";
        let mistakes = Mistakes::default();
        let once = written(&parse(text, &mistakes));
        assert_eq!(
            once,
            r#"{ "a" = { "files" = ["x\\d", "y\u000A\"q\""], "n" = 7, "d" = 1.50, "t" = true, "day" = 2024-01-02, "b c" = { "k" = 1 } } }"#
        );
        let again = written(&parse(&format!("x = {once}"), &mistakes));
        assert_eq!(again, format!(r#"{{ "x" = {once} }}"#));
        assert!(mistakes.into_sorted().is_empty());
    }
}
