//! The text of an expression, parsed to its end: limits, and the place of every mistake of syntax.

use sqlparser::ast::Expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use crate::spec::{Mistakes, Span, Text};

/// How deep brackets may nest, how many words and signs an expression may have, and how long it may be: far
/// above what a person writes.
const DEPTH: usize = 50;
const TOKENS: usize = 2_000;
const LENGTH: usize = 40_000;

/// Parses one expression and the name behind `AS`, to the end of the text.
pub(super) fn read(text: &Text, mistakes: &Mistakes) -> Option<(Expr, Option<String>)> {
    if text.value.len() > LENGTH {
        mistakes.add(text.span.clone(), "the expression is too long");
        return None;
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, &text.value).tokenize().unwrap_or_default();
    if tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).count() > TOKENS {
        mistakes.add(text.span.clone(), "the expression is too long");
        return None;
    }
    let failed = |error: &sqlparser::parser::ParserError| {
        let message = error.to_string();
        let message = message.trim_start_matches("sql parser error: ");
        if message.contains("found: EOF") || text.value.trim().is_empty() {
            mistakes.add(text.span.clone(), "the expression ends too early");
        } else {
            let (message, span) = located(text, message);
            mistakes.add(span, format!("the expression cannot be read: {message}"));
        }
    };
    let parser = Parser::new(&dialect).with_recursion_limit(DEPTH).try_with_sql(&text.value);
    let mut parser = parser.map_err(|error| failed(&error)).ok()?;
    let expression = parser.parse_expr().map_err(|error| failed(&error)).ok()?;
    let mut name = None;
    if parser.parse_keyword(Keyword::AS) {
        name = Some(parser.parse_identifier().map_err(|error| failed(&error)).ok()?.value);
    }
    let next = parser.peek_token();
    if next.token != Token::EOF {
        mistakes.add_with_help(
            place(text, next.span.start, next.span.end),
            format!("expected the end of the expression, found `{}`", next.token),
            "an operator such as + or AND may be missing before it",
        );
        return None;
    }
    Some((expression, name))
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
pub(super) fn place(text: &Text, start: Location, end: Location) -> Span {
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
