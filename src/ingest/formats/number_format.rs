//! What a number format shows: places behind the point, percentage.

/// Places and percentage of a number format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Places behind the point; `None` for General and formats without digits.
    pub decimals: Option<u8>,
    /// Whether it multiplies by a hundred.
    pub percent: bool,
}

/// Reads a format code such as `#,##0.0;-#,##0.0`. A code that scales (`#,##0,` shows thousands) shows
/// fewer digits than are stored, so its places are not those of the value.
pub(super) fn shown(code: &str) -> Shown {
    let positive = section(code);
    let percent = positive.contains('%');
    let Some(first_digit) = positive.find(['0', '#', '?']) else {
        return Shown { decimals: None, percent };
    };
    let digits: String = positive
        .get(first_digit..)
        .unwrap_or_default()
        .chars()
        .take_while(|ch| matches!(ch, '0' | '#' | '?' | ',' | '.'))
        .collect();
    if digits.trim_end_matches('.').ends_with(',') {
        return Shown { decimals: None, percent };
    }
    let places =
        digits.split_once('.').map_or(0, |(_, places)| places.chars().filter(|ch| *ch == '0').count());
    Shown { decimals: u8::try_from(places).ok(), percent }
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
            ("0", Some(0), false),
            ("#,##0.0;-#,##0.0", Some(1), false),
            ("#,##0.00\" 亿元\"", Some(2), false),
            ("0.0%", Some(1), true),
            ("[$¥-804]#,##0.00_);(#,##0.00)", Some(2), false),
            ("#,##0,", None, false),
            ("@", None, false),
        ] {
            assert_eq!(shown(code), Shown { decimals, percent }, "{code}");
        }
    }
}
