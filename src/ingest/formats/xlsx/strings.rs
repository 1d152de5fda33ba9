//! The shared strings of an xlsx workbook, each kept once. The count a file claims is never believed.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::ReadError;
use super::super::pieces::{Piece, Pieces, push_literal, push_text};

/// Reads every shared string.
pub(super) fn read(mut pieces: Pieces<'_>) -> Result<Vec<Arc<str>>, ReadError> {
    let mut strings = Vec::new();
    let mut text = RichText::default();
    loop {
        match pieces.next()? {
            Piece::Start(tag) if tag.name == "si" => text.begin(),
            Piece::Empty(tag) if tag.name == "si" => strings.push("".into()),
            Piece::End("si") => strings.push(text.finish().into()),
            Piece::Eof => return Ok(strings),
            other => text.take(other),
        }
    }
}

/// Text in one or more runs; the reading aids of East Asian text are none of it.
#[derive(Debug, Default)]
pub(super) struct RichText {
    text: String,
    run: String,
    inside: bool,
    keeps_blanks: bool,
    phonetic: bool,
}

impl RichText {
    /// Begins a new text.
    pub(super) fn begin(&mut self) {
        self.text.clear();
        (self.inside, self.phonetic) = (false, false);
    }

    /// Takes what belongs to the text.
    pub(super) fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Start(tag) if tag.name == "t" && !self.phonetic => {
                self.inside = true;
                self.keeps_blanks = tag.attribute("space").is_some_and(|value| value == "preserve");
                self.run.clear();
            }
            Piece::Start(tag) if tag.name == "rPh" => self.phonetic = true,
            Piece::End("t") if self.inside => {
                self.inside = false;
                let run = if self.keeps_blanks { &self.run } else { unpadded(&self.run) };
                self.text.push_str(&unescaped(run));
            }
            Piece::End("rPh") => self.phonetic = false,
            Piece::Text(raw) if self.inside => push_text(raw, &mut self.run),
            Piece::Literal(raw) if self.inside => push_literal(raw, &mut self.run),
            _ => {}
        }
    }

    /// The text.
    pub(super) fn finish(&mut self) -> &str {
        &self.text
    }
}

/// Text without the line breaks that only lay the XML out; blanks on the line of the text are indent.
fn unpadded(run: &str) -> &str {
    let start = run.trim_start_matches([' ', '\t', '\r', '\n']);
    let led = run.len() - start.len();
    let run = if run.get(..led).is_some_and(|blank| blank.contains('\n')) { start } else { run };
    let end = run.trim_end_matches([' ', '\t', '\r', '\n']);
    if run.get(end.len()..).is_some_and(|blank| blank.contains('\n')) { end } else { run }
}

/// `_x000D_` and the like stand for characters that XML cannot hold (ECMA-376, 22.9.2.19).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(ch) => {
                out.push(ch);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, expected: &[&str]) {
        let strings = read(Pieces::of(xml.as_bytes()).unwrap()).unwrap();
        assert_eq!(strings.iter().map(AsRef::as_ref).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn runs_are_joined_and_reading_aids_left_out() {
        check(
            "<sst><si><t>a</t></si><si><r><t xml:space=\"preserve\">b </t></r><r><t>c</t></r>\
             <rPh><t>x</t></rPh></si><si/><si><t>&lt;&#x4e2d;&amp;</t></si></sst>",
            &["a", "b c", "", "<中&"],
        );
    }

    #[test]
    fn indent_survives_and_layout_of_the_xml_does_not() {
        check(
            "<sst><si><t>  a</t></si><si>\n <t>\n  b\n </t>\n</si><si><t>\u{3000}c</t></si></sst>",
            &["  a", "b", "\u{3000}c"],
        );
    }

    #[test]
    fn escaped_characters_are_resolved() {
        assert_eq!(unescaped("a_x000A_b_x005F_x000D_ _x_ _x12"), "a\nb_x000D_ _x_ _x12");
    }
}
