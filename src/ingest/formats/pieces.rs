//! XML as pieces borrowed from the block that holds them: the sheets and texts of a workbook, which have millions
//! of tags, are read with it. A piece copies nothing, and UTF-8 is checked a block at a time.

use std::io::{BufRead, Read};

use super::ReadError;
use super::package::damaged;
use super::xml;

/// Bytes read at once.
const BLOCK: usize = 1 << 16;
/// What tells the kinds of markup apart.
const LONGEST_OPENING: usize = "<![CDATA[".len();

/// One piece of a document. Comments, declarations and processing instructions are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `<name …>`
    Start(Tag<'a>),
    /// `<name …/>`
    Empty(Tag<'a>),
    /// `</name>`, without its prefix.
    End(&'a str),
    /// Text between tags as it stands; [`push_text`] resolves it.
    Text(&'a str),
    /// The text of a CDATA section.
    Literal(&'a str),
    /// The document is over.
    Eof,
}

/// The name of a tag, without its prefix, and its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    fn of(inside: &'a str) -> Self {
        let end = inside.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        Self { name: local(name), attributes }
    }

    /// Names, without prefixes, and values as they stand; what has no quotes is no attribute.
    pub(super) fn attributes(self) -> Attributes<'a> {
        Attributes(self.attributes)
    }

    /// The value of an attribute, whatever its prefix, with references resolved.
    pub(super) fn attribute(self, name: &str) -> Option<String> {
        let found = self.attributes().find(|(known, _)| *known == name);
        found.map(|(_, value)| xml::resolved(value))
    }
}

/// The attributes of a tag, from left to right.
pub(super) struct Attributes<'a>(&'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (name, behind) = self.0.split_once('=')?;
            let behind = behind.trim_ascii_start();
            let quote = if behind.starts_with('\'') { '\'' } else { '"' };
            if let Some((value, rest)) = behind.strip_prefix(quote).and_then(|open| open.split_once(quote)) {
                self.0 = rest;
                return Some((local(name.split_ascii_whitespace().next_back()?), value));
            }
            let word = behind.bytes().position(|byte| byte.is_ascii_whitespace())?;
            self.0 = behind.split_at(word).1;
        }
    }
}

fn local(name: &str) -> &str {
    name.bytes().position(|byte| byte == b':').and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

/// The pieces of a document, in order.
pub(super) struct Pieces<'a> {
    source: Box<dyn BufRead + 'a>,
    /// What was read; the next piece begins at `at`.
    text: String,
    at: usize,
    block: Vec<u8>,
    /// Bytes at the start of the block that begin a character which the next block ends.
    torn: usize,
    /// Tags that are open.
    depth: u64,
}

/// What begins at a place of the document.
enum Kind {
    Text,
    Tag,
    End,
    Literal,
    Skipped,
}

impl<'a> Pieces<'a> {
    /// The pieces of a part.
    pub(super) fn of(stream: impl Read + 'a) -> Result<Self, ReadError> {
        let source = xml::utf8(stream).map_err(damaged)?;
        Ok(Self { source, text: String::new(), at: 0, block: vec![0; BLOCK], torn: 0, depth: 0 })
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Piece<'_>, ReadError> {
        loop {
            while self.rest().len() < LONGEST_OPENING && self.more()? {}
            let rest = self.rest();
            let (kind, length) = match rest.as_bytes() {
                [] => return Ok(Piece::Eof),
                [b'<', b'/', ..] => (Kind::End, self.end_of_tag()?),
                [b'<', b'?', ..] => (Kind::Skipped, self.behind(2, "?>")?),
                [b'<', b'!', ..] if rest.starts_with("<!--") => (Kind::Skipped, self.behind(4, "-->")?),
                [b'<', b'!', ..] if rest.starts_with("<![CDATA[") => (Kind::Literal, self.behind(9, "]]>")?),
                [b'<', b'!', ..] => (Kind::Skipped, self.end_of_declaration()?),
                [b'<', ..] => (Kind::Tag, self.end_of_tag()?),
                _ => (Kind::Text, self.end_of_text()?),
            };
            let start = self.at;
            self.at += length;
            match kind {
                Kind::Skipped => continue,
                Kind::Tag if !self.is_empty_tag() => self.depth += 1,
                Kind::End => {
                    let open = self.depth.checked_sub(1);
                    self.depth = open.ok_or_else(|| damaged("a tag ends that did not begin"))?;
                }
                _ => {}
            }
            let piece = self.text.get(start..self.at).unwrap_or_default();
            return Ok(match kind {
                Kind::Tag => {
                    let inside = between(piece, "<", ">");
                    match inside.strip_suffix('/') {
                        Some(inside) => Piece::Empty(Tag::of(inside)),
                        None => Piece::Start(Tag::of(inside)),
                    }
                }
                Kind::End => Piece::End(local(between(piece, "</", ">").trim_ascii_end())),
                Kind::Literal => Piece::Literal(between(piece, "<![CDATA[", "]]>")),
                Kind::Text | Kind::Skipped => Piece::Text(piece),
            });
        }
    }

    /// Whether the tag that ends here is both start and end.
    fn is_empty_tag(&self) -> bool {
        self.at.checked_sub(2).and_then(|slash| self.text.as_bytes().get(slash)) == Some(&b'/')
    }

    /// What was read and is not yet taken.
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads another block behind the rest; false where there is none.
    fn more(&mut self) -> Result<bool, ReadError> {
        self.text.drain(..self.at);
        self.at = 0;
        let free = self.block.get_mut(self.torn..).unwrap_or_default();
        let read = self.source.read(free).map_err(damaged)?;
        let bytes = self.block.get(..self.torn + read).unwrap_or_default();
        let whole = match std::str::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(error) => return Err(damaged(error)),
        };
        let (whole, torn) = bytes.split_at(whole);
        self.text.push_str(std::str::from_utf8(whole).map_err(damaged)?);
        let (from, to) = (whole.len(), whole.len() + torn.len());
        self.torn = torn.len();
        self.block.copy_within(from..to, 0);
        Ok(read > 0)
    }

    /// Length of the piece whose last byte is the first that `is_last` takes; `None` where the document is over.
    fn length(&mut self, mut is_last: impl FnMut(u8) -> bool) -> Result<Option<usize>, ReadError> {
        let mut seen = 0;
        loop {
            let found = self.rest().bytes().skip(seen).position(&mut is_last);
            if let Some(found) = found {
                return Ok(Some(seen + found + 1));
            }
            seen = self.rest().len();
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    fn end_of_text(&mut self) -> Result<usize, ReadError> {
        let length = self.length(|byte| byte == b'<')?;
        Ok(length.map_or_else(|| self.rest().len(), |with_bracket| with_bracket - 1))
    }

    fn end_of_tag(&mut self) -> Result<usize, ReadError> {
        let mut quote = None;
        let length = self.length(|byte| {
            match quote {
                None if byte == b'>' => return true,
                None if byte == b'"' || byte == b'\'' => quote = Some(byte),
                Some(open) if open == byte => quote = None,
                _ => {}
            }
            false
        })?;
        length.ok_or_else(|| damaged("it ends within a tag"))
    }

    fn end_of_declaration(&mut self) -> Result<usize, ReadError> {
        let mut depth = 0_i64;
        let length = self.length(|byte| {
            depth += i64::from(byte == b'[') - i64::from(byte == b']');
            byte == b'>' && depth <= 0
        })?;
        length.ok_or_else(|| damaged("it ends within a declaration"))
    }

    /// Length of the piece that `end` ends, which stands nowhere before `from`.
    fn behind(&mut self, mut from: usize, end: &str) -> Result<usize, ReadError> {
        loop {
            let rest = self.rest();
            if let Some(found) = rest.get(from..).and_then(|inside| inside.find(end)) {
                return Ok(from + found + end.len());
            }
            from = from.max(rest.floor_char_boundary(rest.len().saturating_sub(end.len())));
            if !self.more()? {
                return Err(damaged(format!("it ends before a `{end}`")));
            }
        }
    }
}

fn between<'t>(piece: &'t str, start: &str, end: &str) -> &'t str {
    piece.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).unwrap_or(piece)
}

/// Adds text with its references resolved and each kind of line end made one (XML 1.0, 2.11); an unknown reference
/// stays as written.
pub(super) fn push_text(raw: &str, text: &mut String) {
    if !raw.bytes().any(|byte| byte == b'&' || byte == b'\r') {
        text.push_str(raw);
        return;
    }
    let mut rest = raw;
    while let Some((before, behind)) = rest.split_once('&') {
        push_literal(before, text);
        match behind.split_once(';').filter(|(name, _)| !name.contains('&')) {
            Some((name, after)) => {
                text.push_str(&xml::resolved(&format!("&{name};")));
                rest = after;
            }
            None => {
                text.push('&');
                rest = behind;
            }
        }
    }
    push_literal(rest, text);
}

/// Adds text in which an ampersand is one, with its line ends made one.
pub(super) fn push_literal(raw: &str, text: &mut String) {
    if raw.contains('\r') {
        text.push_str(&raw.replace("\r\n", "\n").replace('\r', "\n"));
    } else {
        text.push_str(raw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes one by one, so that every piece lies across blocks.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let one = into.len().min(1);
            self.0.read(&mut into[..one])
        }
    }

    fn listed(xml: &[u8]) -> Result<Vec<String>, ReadError> {
        let mut pieces = Pieces::of(Dripping(xml))?;
        let mut list = Vec::new();
        let tag = |tag: Tag<'_>| {
            let attributes = tag.attributes().map(|(name, value)| format!(" {name}={value}"));
            format!("{}{}", tag.name, attributes.collect::<String>())
        };
        loop {
            list.push(match pieces.next()? {
                Piece::Start(start) => format!("<{}>", tag(start)),
                Piece::Empty(start) => format!("<{}/>", tag(start)),
                Piece::End(name) => format!("</{name}>"),
                Piece::Text(raw) => {
                    let mut text = String::new();
                    push_text(raw, &mut text);
                    text
                }
                Piece::Literal(raw) => format!("[{raw}]"),
                Piece::Eof => return Ok(list),
            });
        }
    }

    #[test]
    fn a_document_falls_into_pieces_wherever_blocks_end() {
        let xml = "\u{feff}<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><x:a y:b='1>2' c = \"'\"\n>\
                   中<!-- <no> -->&lt;&#x4e2d;&amp;&nix;&<b/>\r\n<![CDATA[<&>]]]></x:a >";
        let expected = ["\u{feff}", "<a b=1>2 c='>", "中", "<中&&nix;&", "<b/>", "\n", "[<&>]]", "</a>"];
        assert_eq!(listed(xml.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn what_is_no_attribute_costs_no_other() {
        assert_eq!(listed(b"<c r=A1 s=\"2\" t/>").unwrap(), ["<c s=2/>"]);
    }

    #[test]
    fn half_a_document_is_damaged() {
        for xml in ["<a", "<a b=\">", "<!-- ", "<![CDATA[a]]", "<?xml", "<!DOCTYPE a [", "</a>"] {
            assert!(listed(xml.as_bytes()).is_err(), "{xml}");
        }
        assert!(listed(b"<a>\xe4\xb8").is_err());
        assert!(listed(b"<a>\xff</a>").is_err());
        assert_eq!(listed(b"<a>b").unwrap(), ["<a>", "b"]);
    }
}
