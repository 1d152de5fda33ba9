//! Names of sheets: cleaned of what Excel refuses and made unique. The library lets control characters
//! through and the file then opens nowhere, so nothing unclean may reach it.

use std::collections::BTreeSet;

/// The most UTF-16 units Excel allows in a sheet name.
const LONGEST: usize = 31;

/// The sheet names given so far in one workbook.
#[derive(Debug, Default)]
pub(super) struct SheetNames {
    taken: BTreeSet<String>,
}

impl SheetNames {
    /// A legal name as near to `wish` as can be, not given before; case does not tell names apart.
    pub(super) fn claim(&mut self, wish: &str) -> String {
        let clean = clean(wish);
        let mut name = shorten(&clean, LONGEST);
        let mut number = 2_u32;
        while !self.taken.insert(name.to_lowercase()) {
            let ending = format!(" ({number})");
            name = format!("{}{ending}", shorten(&clean, LONGEST - ending.len()));
            number += 1;
        }
        name
    }
}

/// Without forbidden signs, control characters, edge quotes and blanks; never empty, never `History`.
fn clean(wish: &str) -> String {
    let kept: String = wish
        .chars()
        .filter(|sign| !sign.is_control() && !matches!(sign, '\u{fffe}' | '\u{ffff}'))
        .map(|sign| if matches!(sign, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { '-' } else { sign })
        .collect();
    let trimmed = kept.trim_matches(|sign: char| sign == '\'' || sign.is_whitespace());
    if trimmed.is_empty() {
        return "Sheet".to_owned();
    }
    // Excel keeps this one name for its change log.
    if trimmed.eq_ignore_ascii_case("history") {
        return format!("{trimmed}_");
    }
    trimmed.to_owned()
}

/// The longest beginning that fits into so many UTF-16 units, without an apostrophe or blank at its end.
fn shorten(name: &str, units: usize) -> String {
    let mut length = 0;
    let fits = |sign: &char| {
        length += sign.len_utf16();
        length <= units
    };
    let short: String = name.chars().take_while(fits).collect();
    short.trim_end_matches(['\'', ' ']).to_owned()
}

/// How a formula or link names a cell of another sheet: `'对俄贸易'!B6`.
pub(super) fn reference(sheet: &str, cell: &str) -> String {
    format!("'{}'!{cell}", sheet.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wishes: &[&str], expected: &[&str]) {
        let mut names = SheetNames::default();
        let given: Vec<String> = wishes.iter().map(|wish| names.claim(wish)).collect();
        assert_eq!(given, expected);
    }

    #[test]
    fn forbidden_signs_and_control_characters_go() {
        check(&["a/b:c", "x\u{1}y", "'q'", " ", "History"], &["a-b-c", "xy", "q", "Sheet", "History_"]);
    }

    #[test]
    fn names_that_differ_only_in_case_are_told_apart() {
        check(&["Data", "DATA", "data"], &["Data", "DATA (2)", "data (3)"]);
    }

    #[test]
    fn length_is_counted_in_utf16_units() {
        let faces = "😀".repeat(20);
        let long = "数".repeat(40);
        check(
            &[&faces, &long, &long],
            &[&"😀".repeat(15), &"数".repeat(31), &format!("{} (2)", "数".repeat(27))],
        );
    }

    #[test]
    fn apostrophes_are_doubled_in_references() {
        assert_eq!(reference("o'k", "A1"), "'o''k'!A1");
    }
}
