//! Patterns of the pipeline file: plain text in which `*` stands for anything (`\*` for a star), or `/…/`, a regular
//! expression whose named groups become columns. Pattern and text are folded alike before they meet;
//! a regular expression is only folded in width and case of its literal text, never in its operators.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::Regex;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::{fold, narrow};

/// One pattern of the pipeline file.
#[derive(Clone, Debug)]
pub struct Pattern {
    written: String,
    regex: Regex,
}

/// A pattern that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the regular expression {pattern} cannot be read: {reason}")]
pub struct PatternError {
    /// As written.
    pub pattern: String,
    /// What the parser says.
    pub reason: String,
}

impl Pattern {
    /// Reads a pattern as written in a pipeline file.
    pub fn new(written: &str) -> Result<Self, PatternError> {
        let inner = written.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        let source = if let Some(expression) = inner {
            format!("(?i){}", fold_expression(expression))
        } else {
            plain_expression(written)
        };
        let regex = Regex::new(&source)
            .map_err(|error| PatternError { pattern: written.to_owned(), reason: error.to_string() })?;
        Ok(Self { written: written.to_owned(), regex })
    }

    /// As written in the pipeline file.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether the folded `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(&fold(text))
    }

    /// The named groups of a match, folded in all but case; nothing where the text does not match.
    pub fn captures(&self, text: &str) -> Option<BTreeMap<String, String>> {
        let cased = Cased::new(text);
        let found = self.regex.captures(&cased.folded)?;
        let named = self.regex.capture_names().flatten();
        Some(
            named
                .filter_map(|name| {
                    found.name(name).map(|group| (name.to_owned(), cased.written(group.range())))
                })
                .collect(),
        )
    }

    /// The names of the groups the pattern can yield.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.regex.capture_names().flatten()
    }
}

/// A folded text that knows the case in which each sign was written: a code such as `EU27` stays one.
struct Cased {
    folded: String,
    /// The sign as written, by where its folded form begins.
    signs: Vec<(usize, char)>,
}

impl Cased {
    fn new(text: &str) -> Self {
        let (mut folded, mut signs) = (String::with_capacity(text.len()), Vec::new());
        narrow(text, |ch| {
            signs.push((folded.len(), ch));
            folded.extend(ch.to_lowercase());
        });
        Self { folded, signs }
    }

    fn written(&self, part: Range<usize>) -> String {
        self.signs.iter().filter(|(at, _)| part.contains(at)).map(|(_, sign)| sign).collect()
    }
}

/// Plain text in which `*` stands for anything and `\*` for a star.
fn plain_expression(written: &str) -> String {
    let mut expression = String::from("^");
    let mut text = String::new();
    let mut chars = written.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\\' if chars.next_if_eq(&'*').is_some() => text.push('*'),
            '*' => {
                expression.push_str(&regex::escape(&fold(&text)));
                expression.push_str(".*");
                text.clear();
            }
            other => text.push(other),
        }
    }
    expression.push_str(&regex::escape(&fold(&text)));
    expression.push('$');
    expression
}

/// Folds the literal text of a regular expression the way [`fold`] folds the text it will meet.
fn fold_expression(expression: &str) -> String {
    let mut folded = String::with_capacity(expression.len());
    for ch in expression.chars() {
        if ch.is_ascii() {
            folded.push(ch);
            continue;
        }
        let narrow: String = ch.to_string().nfkc().collect();
        if narrow.is_ascii() {
            folded.push_str(&regex::escape(&narrow));
        } else {
            folded.push_str(&fold(&narrow));
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(Pattern::new(pattern).unwrap().matches(text), expected, "{pattern} on {text}");
    }

    #[test]
    fn stars_and_expressions_match_folded_text() {
        check("同比*", "　同比％", true);
        check("金额", "金额（万元）", false);
        check("", "　", true);
        check("/^注[:：]/", "注：1.", true);
        check("/^1-\\d{1,2}月$/", "1-１２月", true);
        check("/（当月）$/", "2022年4月（当月）", true);
        check(r"\**", "*RCEP", true);
        check(r"\**", "RCEP", false);
    }

    #[test]
    fn named_groups_are_captured() {
        let pattern = Pattern::new("/单位[:](?<unit>.+)/").unwrap();
        let groups = pattern.captures("　单位：亿元人民币").unwrap();
        assert_eq!(groups.get("unit").map(String::as_str), Some("亿元人民币"));
    }

    #[test]
    fn a_broken_expression_is_an_error() {
        assert!(Pattern::new("/(/").is_err());
    }
}
