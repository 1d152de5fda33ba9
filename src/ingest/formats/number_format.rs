//! What a number format shows: places behind the point, percentage, dates.

/// Places, percentage and dates of a number format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Places behind the point; `None` for General and formats without digits.
    pub decimals: Option<u8>,
    /// Whether it multiplies by a hundred.
    pub percent: bool,
    /// Whether it shows a date or a time.
    pub date: bool,
}

impl Shown {
    const DATE: Self = Self { decimals: None, percent: false, date: true };

    fn number(decimals: u8) -> Self {
        Self { decimals: Some(decimals), percent: false, date: false }
    }
}

/// What a format shows that a workbook names by number only (ECMA-376, 18.8.30; 27 to 36 and 50 to 58 are
/// the dates of East Asian editions).
pub(super) fn built_in(id: u16) -> Shown {
    match id {
        1 | 3 | 37 | 38 | 41 | 42 | 5 | 6 => Shown::number(0),
        2 | 4 | 39 | 40 | 43 | 44 | 7 | 8 => Shown::number(2),
        9 => Shown { percent: true, ..Shown::number(0) },
        10 => Shown { percent: true, ..Shown::number(2) },
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Shown::DATE,
        _ => Shown::default(),
    }
}

/// Reads a format code such as `#,##0.0;-#,##0.0`. A code that scales (`#,##0,` shows thousands) shows
/// fewer digits than are stored, so its places are not those of the value.
pub(super) fn shown(code: &str) -> Shown {
    let positive = section(code);
    if is_date(code, &positive) {
        return Shown::DATE;
    }
    let percent = positive.contains('%');
    let Some(first_digit) = positive.find(['0', '#', '?']) else {
        return Shown { percent, ..Shown::default() };
    };
    let digits: String = positive
        .get(first_digit..)
        .unwrap_or_default()
        .chars()
        .take_while(|ch| matches!(ch, '0' | '#' | '?' | ',' | '.'))
        .collect();
    if digits.trim_end_matches('.').ends_with(',') {
        return Shown { percent, ..Shown::default() };
    }
    let places =
        digits.split_once('.').map_or(0, |(_, places)| places.chars().filter(|ch| *ch == '0').count());
    Shown { decimals: u8::try_from(places).ok(), percent, date: false }
}

/// Letters of dates and times outside quotes; `[h]`, `[mm]` and `[ss]` count time that has passed.
fn is_date(code: &str, positive: &str) -> bool {
    let code = code.to_ascii_lowercase();
    let plain = positive.to_ascii_lowercase();
    let elapsed = ["[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]"].iter().any(|unit| code.contains(unit));
    // The G and E of `General`, and `E+00`, are no dates.
    let letters = plain.replace("general", "");
    elapsed || letters.contains(['d', 'm', 'y', 'h', 's']) && !letters.contains(['#', '?'])
}

/// The first section, without quoted text, escaped signs and brackets.
fn section(code: &str) -> String {
    let mut plain = String::new();
    let mut chars = code.chars();
    while let Some(ch) = chars.next() {
        match ch {
            ';' => break,
            '"' => while chars.next().is_some_and(|quoted| quoted != '"') {},
            '[' => while chars.next().is_some_and(|inside| inside != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_percentages_are_read() {
        for (code, decimals, percent) in [
            ("General", None, false),
            ("0.00E+00", Some(2), false),
            ("0", Some(0), false),
            ("#,##0.0;-#,##0.0", Some(1), false),
            ("#,##0.00\" 亿元\"", Some(2), false),
            ("0.0%", Some(1), true),
            ("[$¥-804]#,##0.00_);(#,##0.00)", Some(2), false),
            ("#,##0,", None, false),
            ("@", None, false),
        ] {
            assert_eq!(shown(code), Shown { decimals, percent, date: false }, "{code}");
        }
    }

    #[test]
    fn dates_are_told_from_numbers() {
        for (code, expected) in [
            ("yyyy\\-mm\\-dd", true),
            ("yyyy\"年\"m\"月\";@", true),
            ("[$-804]d mmmm yyyy", true),
            ("[h]:mm:ss", true),
            ("mm:ss.0", true),
            ("[Red]0.00", false),
            ("0.0\"млн. д\"", false),
            ("General", false),
            ("#,##0 \\d", false),
        ] {
            assert_eq!(shown(code).date, expected, "{code}");
        }
        assert!(built_in(14).date && built_in(57).date && !built_in(4).date);
        assert_eq!((built_in(10).percent, built_in(10).decimals), (true, Some(2)));
    }
}
