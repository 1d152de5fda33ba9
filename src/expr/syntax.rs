//! The text of an expression, parsed to its end: limits, and the place of every mistake of syntax.

use sqlparser::ast::Expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use crate::spec::{Mistakes, Span, Text};

/// How deep brackets may nest, how many words and signs an expression may have, and how long it may be: far
/// above what a person writes.
const DEPTH: usize = 50;
const TOKENS: usize = 2_000;
const LENGTH: usize = 40_000;

/// SQL in a pipeline file, within limits, ready to be parsed.
pub(crate) struct SqlText<'a> {
    /// `expression` or `query`, for messages.
    what: &'static str,
    text: &'a Text,
    mistakes: &'a Mistakes,
}

impl<'a> SqlText<'a> {
    /// Text that is neither too long nor too rich.
    pub(crate) fn new(what: &'static str, text: &'a Text, mistakes: &'a Mistakes) -> Option<Self> {
        let tokens = || {
            let tokens = Tokenizer::new(&GenericDialect {}, &text.value).tokenize().unwrap_or_default();
            tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).count()
        };
        if text.value.len() > LENGTH || tokens() > TOKENS {
            mistakes.add(text.span.clone(), format!("the {what} is too long"));
            return None;
        }
        Some(Self { what, text, mistakes })
    }

    /// Parses with `parse` to the end of the text; every mistake of syntax is placed inside it.
    pub(crate) fn parse<T>(&self, parse: impl Fn(&mut Parser<'_>) -> Result<T, ParserError>) -> Option<T> {
        let failed = |error: &ParserError| self.tell(error);
        let parser =
            Parser::new(&GenericDialect {}).with_recursion_limit(DEPTH).try_with_sql(&self.text.value);
        let mut parser = parser.map_err(|error| failed(&error)).ok()?;
        let read = parse(&mut parser).map_err(|error| failed(&error)).ok()?;
        let next = parser.peek_token();
        if next.token != Token::EOF {
            self.mistakes.add_with_help(
                place(self.text, next.span.start, next.span.end),
                format!("expected the end of the {}, found `{}`", self.what, next.token),
                "an operator such as + or AND may be missing before it",
            );
            return None;
        }
        Some(read)
    }

    fn tell(&self, error: &ParserError) {
        let message = error.to_string();
        let message = message.trim_start_matches("sql parser error: ");
        if message.contains("found: EOF") || self.text.value.trim().is_empty() {
            self.mistakes.add(self.text.span.clone(), format!("the {} ends too early", self.what));
        } else {
            let (message, span) = located(self.text, message);
            self.mistakes.add(span, format!("the {} cannot be read: {message}", self.what));
        }
    }
}

/// Parses one expression and the name behind `AS`, to the end of the text.
pub(super) fn read(text: &Text, mistakes: &Mistakes) -> Option<(Expr, Option<String>)> {
    SqlText::new("expression", text, mistakes)?.parse(|parser| {
        let expression = parser.parse_expr()?;
        let named = parser.parse_keyword(Keyword::AS);
        let name = if named { Some(parser.parse_identifier()?.value) } else { None };
        Ok((expression, name))
    })
}

/// Takes the place out of a message such as `… found: ) at Line: 1, Column: 15`.
fn located<'a>(text: &Text, message: &'a str) -> (&'a str, Span) {
    let place = |message: &'a str| {
        let (said, place) = message.rsplit_once(" at Line: ")?;
        let (line, column) = place.split_once(", Column: ")?;
        let location = Location::new(line.trim().parse().ok()?, column.trim().parse().ok()?);
        let start = offset(&text.value, location)?;
        let found = said.rsplit_once("found: ").map_or("", |(_, found)| found);
        let rest = text.value.get(start..)?;
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = if rest.starts_with(found) { found.len().max(first) } else { first };
        Some((said, text.part(start..start + length)))
    };
    place(message).unwrap_or((message, text.span.clone()))
}

/// The place of a part that sqlparser gives as lines and columns of characters, counted from 1.
pub(crate) fn place(text: &Text, start: Location, end: Location) -> Span {
    let (Some(from), Some(to)) = (offset(&text.value, start), offset(&text.value, end)) else {
        return text.span.clone();
    };
    if from < to { text.part(from..to) } else { text.span.clone() }
}

fn offset(text: &str, location: Location) -> Option<usize> {
    let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..)?;
    let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    Some(start + within)
}
