//! Folding and matching of names in Chinese, Russian and English, labels and code lists.
//! Matching is exact after folding; nearness is used for hints only.

mod codelist;
mod pattern;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use codelist::{CodeEntry, CodeList, CodeListError, Extent, InCommon};
pub use pattern::{Pattern, PatternError};

/// A name in up to three languages; an empty string is a missing translation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Russian.
    pub ru: String,
}

impl Label {
    /// The same text in Chinese only.
    pub fn zh(text: impl Into<String>) -> Self {
        Self { zh: text.into(), ..Self::default() }
    }

    /// The first text that is not empty: Chinese, English, Russian.
    pub fn first(&self) -> &str {
        [&self.zh, &self.en, &self.ru].into_iter().find(|text| !text.is_empty()).map_or("", String::as_str)
    }

    /// Whether no language has a text.
    pub fn is_empty(&self) -> bool {
        self.first().is_empty()
    }
}

/// Folds a text for matching: NFKC, lower case, every run of blanks (also U+00A0, U+3000, line ends) one
/// space, none at the ends. Dashes and the ratio sign `∶` become their ASCII twins; ё becomes е.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    narrow(text, |ch| folded.extend(ch.to_lowercase()));
    folded
}

/// Folds all but case; each sign goes to `take`.
fn narrow(text: &str, take: impl FnMut(char)) {
    // ASCII is normal as it stands, and most cells of a large file are ASCII.
    if text.is_ascii() { narrow_normal(text.chars(), take) } else { narrow_normal(text.nfkc(), take) }
}

fn narrow_normal(normal: impl Iterator<Item = char>, mut take: impl FnMut(char)) {
    let (mut begun, mut gap) = (false, false);
    for ch in normal {
        let ch = match ch {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '∶' => ':',
            'ё' => 'е',
            'Ё' => 'Е',
            '\u{feff}' | '\u{200b}' | '\u{00ad}' => continue,
            other => other,
        };
        if ch.is_whitespace() || ch.is_control() {
            gap = begun;
            continue;
        }
        if gap {
            take(' ');
        }
        (begun, gap) = (true, false);
        take(ch);
    }
}

/// A text without the signs of footnotes behind it: 东盟①, EU², Россия†. No name ends in one, and folding would make
/// a digit of it.
pub(crate) fn without_footnote_signs(text: &str) -> &str {
    let is_sign = |ch| matches!(ch, '①'..='⑳' | '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '†' | '‡');
    text.trim_end_matches(|ch: char| is_sign(ch) || ch.is_whitespace())
}

/// How alike two names are once folded, from 0 to 1. For hints and for the choice of the nearest only.
pub fn likeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(&fold(one), &fold(other))
}

/// The candidate nearest to `name`, if one is near enough to be a slip of the pen. For hints only.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(name);
    let unique: BTreeSet<&str> = candidates.into_iter().collect();
    unique
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&folded, &fold(candidate)), candidate))
        .filter(|(score, _)| *score >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_unites_widths_blanks_and_dashes() {
        for (given, folded) in [
            ("　　其中：　12月当月 ", "其中: 12月当月"),
            ("Янв.–Июнь\u{a0}2013", "янв.-июнь 2013"),
            ("１２３（Ａ）", "123(a)"),
            ("单位∶亿元", "单位:亿元"),
            ("a \r\n b", "a b"),
        ] {
            assert_eq!(fold(given), folded);
        }
    }

    #[test]
    fn signs_of_footnotes_are_no_part_of_a_name() {
        for (given, bare) in [
            ("东盟①", "东盟"),
            ("EU27 ² ", "EU27"),
            ("Россия†‡", "Россия"),
            ("平方米", "平方米"),
            ("①东盟", "①东盟"),
        ] {
            assert_eq!(without_footnote_signs(given), bare);
        }
    }

    #[test]
    fn nearest_offers_only_what_is_near() {
        assert_eq!(nearest("tolerence", ["tolerance", "severity"]), Some("tolerance"));
        assert_eq!(nearest("xyz", ["tolerance", "severity"]), None);
    }
}
