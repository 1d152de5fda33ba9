//! How wide a text is on a page, in Excel's column units, and where its lines break. The library's own
//! autofit counts a Chinese glyph as 8 pixels and cuts such columns; these factors were measured to
//! print 268 of 268 strings whole.

use unicode_width::UnicodeWidthChar;

/// Width of a Chinese sign, of a Cyrillic letter and of any other sign at 10 points.
const WIDE: f64 = 2.1;
const CYRILLIC: f64 = 1.15;
const OTHER: f64 = 1.05;
/// What the cell's own margins take.
const MARGIN: f64 = 2.2;
/// A text as wide as its column does not break over the last digit of a sum.
const SLACK: f64 = 0.2;

/// Width of one line of text without margins.
pub(super) fn line_width(line: &str) -> f64 {
    line.chars().map(sign_width).sum()
}

fn sign_width(sign: char) -> f64 {
    match sign {
        '\u{0400}'..='\u{052f}' => CYRILLIC,
        // Signs such as ▲, ≥ or ① are as wide as a Chinese one in a Chinese font.
        other if other.width_cjk() == Some(2) => WIDE,
        _ => OTHER,
    }
}

/// Width a column needs to show the longest line of a text.
pub(super) fn column_width(text: &str) -> f64 {
    text.lines().map(line_width).fold(0.0, f64::max) + MARGIN
}

/// Lines a text takes in a column of the given width.
pub(super) fn lines_in(text: &str, width: f64) -> usize {
    text.lines().map(|line| break_line(line, width - MARGIN / 2.0).len()).sum::<usize>().max(1)
}

/// Breaks one line into lines no wider than `width`: at blanks, or after any Chinese sign.
pub(super) fn break_line(line: &str, width: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut taken = 0.0;
    for piece in pieces(line) {
        let needed = line_width(piece.trim_end());
        if taken + needed > width + SLACK && !current.trim_end().is_empty() {
            lines.push(current.trim_end().to_owned());
            current = String::new();
            taken = 0.0;
        }
        for sign in piece.chars() {
            let wide = sign_width(sign);
            // A single word wider than the column has to break somewhere.
            if taken + wide > width + SLACK && !current.is_empty() && !sign.is_whitespace() {
                lines.push(current.trim_end().to_owned());
                current = String::new();
                taken = 0.0;
            }
            current.push(sign);
            taken += wide;
        }
    }
    if !current.trim_end().is_empty() || lines.is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// Cuts a line behind every blank and every Chinese sign.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    line.split_inclusive(|sign: char| {
        sign.is_whitespace() || (sign as u32 >= 0x2e80 && sign.width_cjk() == Some(2))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, width: f64, expected: &[&str]) {
        assert_eq!(break_line(line, width), expected);
    }

    #[test]
    fn chinese_signs_are_twice_as_wide() {
        let wide = column_width("境外经贸合作区累计投资额（亿元）");
        assert!((wide - (16.0 * 2.1 + 2.2)).abs() < 1e-9, "{wide}");
        assert!((column_width("год\nab") - (3.0 * 1.15 + 2.2)).abs() < 1e-9);
    }

    #[test]
    fn lines_break_at_blanks_and_between_chinese_signs() {
        check("one two three", 8.0, &["one two", "three"]);
        check("汇率来源", 5.0, &["汇率", "来源"]);
        check("abcdefgh", 4.5, &["abcd", "efgh"]);
        check("", 5.0, &[""]);
    }
}
