//! Reads numbers as offices write them: separators, full-width digits, signs, bounds. Never guesses.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::amount::Decimal;

/// What is known of a figure beside its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// More than the value.
    Above,
    /// Less than the value.
    Below,
    /// About the value.
    Near,
}

impl Bound {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Above, Self::Below, Self::Near];

    /// The bound of a sign.
    pub fn parse(sign: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bound| bound.as_str() == sign)
    }

    /// Its sign in a `_bound` column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::Below => "<",
            Self::Near => "≈",
        }
    }
}

/// How a source writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    /// The decimal mark: `.` or `,`.
    pub decimal: char,
}

impl Default for NumberStyle {
    fn default() -> Self {
        Self { decimal: '.' }
    }
}

/// A number read from text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadNumber {
    /// The value; its scale is the number of places printed.
    pub value: Decimal,
    /// Whether a percent sign followed.
    pub percent: bool,
    /// What else is known of it.
    pub bound: Option<Bound>,
    /// Whether anything but plain ASCII digits, separators, sign and percent sign had to be read by rule.
    pub normalised: bool,
}

/// Text that is no number, or could be two.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NumberProblem {
    /// No number at all.
    #[error("`{0}` is no number")]
    NotANumber(String),
    /// Separators that can be read in two ways.
    #[error("`{0}` can be read as two different numbers")]
    Ambiguous(String),
}

/// Words of a bound, before or behind the number; folded by NFKC and lower case.
const BOUNDS: &[(&str, Bound)] = &[
    ("more than", Bound::Above),
    ("over", Bound::Above),
    ("свыше", Bound::Above),
    ("более", Bound::Above),
    ("超过", Bound::Above),
    ("以上", Bound::Above),
    ("多", Bound::Above),
    (">=", Bound::Above),
    (">", Bound::Above),
    ("≥", Bound::Above),
    ("less than", Bound::Below),
    ("менее", Bound::Below),
    ("以下", Bound::Below),
    ("不足", Bound::Below),
    ("<=", Bound::Below),
    ("<", Bound::Below),
    ("≤", Bound::Below),
    ("about", Bound::Near),
    ("около", Bound::Near),
    ("约", Bound::Near),
    ("≈", Bound::Near),
];

/// Reads a number; what could be read in two ways is an error.
pub fn read_number(text: &str, style: NumberStyle) -> Result<ReadNumber, NumberProblem> {
    match read_plain(text, style) {
        Some(value) => Ok(ReadNumber { value, percent: false, bound: None, normalised: false }),
        None => read_by_rule(text, style),
    }
}

/// Digits with a sign and a decimal mark at most, as programs write nearly every number of a large file.
fn read_plain(text: &str, style: NumberStyle) -> Option<Decimal> {
    let (whole, fraction) = text.split_once(style.decimal).map_or((text, None), |(a, b)| (a, Some(b)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole.strip_prefix(['-', '+']).unwrap_or(whole)) || !fraction.is_none_or(digits) {
        return None;
    }
    if style.decimal == '.' {
        Decimal::parse(text).ok()
    } else {
        Decimal::parse(&text.replace(style.decimal, ".")).ok()
    }
}

fn read_by_rule(text: &str, style: NumberStyle) -> Result<ReadNumber, NumberProblem> {
    let not_a_number = || NumberProblem::NotANumber(text.trim().to_owned());
    // Folded, the mark of a footnote (12³, 12①) would become one more digit of the number.
    if text.chars().any(is_footnote_digit) {
        return Err(not_a_number());
    }
    let folded: String = text
        .nfkc()
        .filter(|ch| !matches!(ch, '\u{feff}' | '\u{200b}' | '\u{00ad}'))
        .flat_map(char::to_lowercase)
        .map(|ch| match ch {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            ch if ch.is_whitespace() => ' ',
            ch => ch,
        })
        .collect();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b".,-+%".contains(&byte));
    // An apostrophe in front is how a spreadsheet is told that a number is text; exports print it.
    let shown = folded.trim();
    let (rest, bound) = take_bound(shown.strip_prefix('\'').unwrap_or(shown));
    let (rest, percent) = match rest.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), true),
        None => (rest, false),
    };
    let (rest, negative) = take_sign(rest);
    if rest.is_empty() || !rest.starts_with(|ch: char| ch.is_ascii_digit()) {
        return Err(not_a_number());
    }
    if !rest.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, '.' | ',' | ' ' | '\'')) {
        return Err(not_a_number());
    }
    let digits =
        without_groups(rest, style).ok_or_else(|| NumberProblem::Ambiguous(text.trim().to_owned()))?;
    let mut value = Decimal::parse(&digits).ok().ok_or_else(not_a_number)?;
    if negative {
        value.units = -value.units;
    }
    Ok(ReadNumber { value, percent, bound, normalised: !plain })
}

/// A number as programs write what is very small or large: `9.996e-4`, `1.5E+06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scientific {
    /// The exact value.
    pub value: Decimal,
    /// How many zeros before the point the exponent has filled in: digits that nobody printed.
    pub filled: u32,
}

/// Most places that an exponent may move the point: beyond it no office has figures.
const FARTHEST: u32 = 30;

/// Reads a number with an exponent: one digit, the decimal mark, further digits, `e` and a whole number.
pub fn read_scientific(text: &str, style: NumberStyle) -> Option<Scientific> {
    let (mantissa, exponent) = text.trim().split_once(['e', 'E'])?;
    let (back, places) = match exponent.strip_prefix('-') {
        Some(places) => (true, places),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) =
        unsigned.split_once(style.decimal).map_or((unsigned, None), |(a, b)| (a, Some(b)));
    let plain = whole.len() == 1 && all_digits(whole) && fraction.is_none_or(all_digits);
    if !plain || !all_digits(places) {
        return None;
    }
    let places = places.parse::<u32>().ok().filter(|places| *places <= FARTHEST)?;
    let mut value = Decimal::parse(&mantissa.replace(style.decimal, ".")).ok()?;
    if back {
        value.scale += places;
        return (value.scale <= FARTHEST).then_some(Scientific { value, filled: 0 });
    }
    let filled = places.saturating_sub(value.scale);
    value.scale = value.scale.saturating_sub(places);
    value.units = value.units.checked_mul(10_i128.checked_pow(filled)?)?;
    Some(Scientific { value, filled })
}

/// Whether a sign is a digit that is no digit of a number: raised, lowered or in a circle.
pub fn is_footnote_digit(sign: char) -> bool {
    sign.is_numeric() && !sign.is_ascii_digit() && !('０'..='９').contains(&sign)
}

fn take_bound(text: &str) -> (&str, Option<Bound>) {
    for (word, bound) in BOUNDS {
        if let Some(rest) = text.strip_prefix(word).or_else(|| text.strip_suffix(word)) {
            return (rest.trim(), Some(*bound));
        }
    }
    (text, None)
}

/// `-5`, `+5`, `(5)`.
fn take_sign(text: &str) -> (&str, bool) {
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (inner.trim(), true);
    }
    if let Some(rest) = text.strip_prefix('-') {
        return (rest.trim_start(), true);
    }
    (text.strip_prefix('+').map_or(text, str::trim_start), false)
}

/// Plain digits with a point; nothing where separators do not stand where they must. Groups are of three,
/// split by one kind of mark, which is not the decimal mark.
fn without_groups(text: &str, style: NumberStyle) -> Option<String> {
    let (whole, fraction) = match text.split_once(style.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if fraction
        .is_some_and(|fraction| fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    let mut marks = whole.chars().filter(|ch| !ch.is_ascii_digit());
    let digits = match marks.next() {
        None => whole.to_owned(),
        Some(mark) => {
            let others: Vec<char> = marks.collect();
            // A lone dot in a source with decimal commas ("1.000") is a thousand or one: not guessed.
            let lone_dot = mark == '.' && others.is_empty() && fraction.is_none();
            if mark == style.decimal || others.iter().any(|other| *other != mark) || lone_dot {
                return None;
            }
            let mut groups = whole.split(mark);
            let first = groups.next()?;
            let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
            if !fits {
                return None;
            }
            whole.chars().filter(char::is_ascii_digit).collect()
        }
    };
    Some(fraction.map_or(digits.clone(), |fraction| format!("{digits}.{fraction}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, decimal: char, expected: &str) {
        let read = match read_number(text, NumberStyle { decimal }) {
            Ok(read) => {
                let bound = read.bound.map_or("", Bound::as_str);
                let percent = if read.percent { "%" } else { "" };
                let normalised = if read.normalised { " by rule" } else { "" };
                format!("{bound}{}e-{}{percent}{normalised}", read.value.units, read.value.scale)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn numbers_of_offices_are_read() {
        check("1234", '.', "1234e-0");
        check("1,995.0", '.', "19950e-1");
        check("1,995.0\u{a0}", '.', "19950e-1 by rule");
        check("１２３４", '.', "1234e-0 by rule");
        check("\u{200b}12\u{feff}", '.', "12e-0 by rule");
        check("+29.5%", '.', "295e-1%");
        check("-11.6", '.', "-116e-1");
        check("−11,6", ',', "-116e-1 by rule");
        check("(3.5)", '.', "-35e-1 by rule");
        check("18\u{a0}990,0", ',', "189900e-1 by rule");
        check("1.234,56", ',', "123456e-2");
        check("1.234.567", ',', "1234567e-0");
        check("1,700以上", '.', ">1700e-0 by rule");
        check("约 5", '.', "≈5e-0 by rule");
        check("<5", '.', "<5e-0 by rule");
        check("0.10", '.', "10e-2");
        check("'123456", '.', "123456e-0 by rule");
        check("'-1,234.5", '.', "-12345e-1 by rule");
    }

    #[track_caller]
    fn scientific(text: &str, decimal: char, expected: Option<(i128, u32, u32)>) {
        let read = read_scientific(text, NumberStyle { decimal });
        assert_eq!(read.map(|read| (read.value.units, read.value.scale, read.filled)), expected, "{text}");
    }

    /// Expected: the figure by hand, as digits, places behind the point and zeros that nobody printed.
    #[test]
    fn exponents_of_programs_move_the_point() {
        scientific("9.996e-4", '.', Some((9996, 7, 0)));
        scientific("-1.5E-06", '.', Some((-15, 7, 0)));
        scientific("1,5E+1", ',', Some((15, 0, 0)));
        scientific("1.2345678901234568e+16", '.', Some((12_345_678_901_234_568, 0, 0)));
        scientific("1.23457E+12", '.', Some((1_234_570_000_000, 0, 7)));
        scientific("1e5", '.', Some((100_000, 0, 5)));
        scientific("0e0", '.', Some((0, 0, 0)));
        for text in
            ["12e3", "e3", "1e", "1e+-3", "1.e3", "1,5e3", "1e31", "1.5e-30", "1e3.5", "1 e3", "1e3kg"]
        {
            scientific(text, '.', None);
        }
    }

    #[test]
    fn what_is_no_number_or_two_is_an_error() {
        check("待核", '.', "`待核` is no number");
        check("2011!!!!", '.', "`2011!!!!` is no number");
        check("12³", '.', "`12³` is no number");
        check("1,234①", '.', "`1,234①` is no number");
        check("½", '.', "`½` is no number");
        check("", '.', "`` is no number");
        check("1e3", '.', "`1e3` is no number");
        check("''5", '.', "`''5` is no number");
        check("88'", '.', "`88'` can be read as two different numbers");
        check("1.000,5", '.', "`1.000,5` can be read as two different numbers");
        check("1,23", '.', "`1,23` can be read as two different numbers");
        check("1,2345", '.', "`1,2345` can be read as two different numbers");
        check("1.234,56", '.', "`1.234,56` can be read as two different numbers");
        check("1.23,4", ',', "`1.23,4` can be read as two different numbers");
        check("1.000", ',', "`1.000` can be read as two different numbers");
        check("12,345.", '.', "`12,345.` can be read as two different numbers");
    }

    proptest! {
        /// What is read at a glance is what the rules make of it.
        #[test]
        fn plain_numbers_are_read_as_by_rule(text in "[-+]?[0-9]{0,4}[.,]?[0-9]{0,4}[-+.,%0-9]{0,2}", comma: bool) {
            let style = NumberStyle { decimal: if comma { ',' } else { '.' } };
            if let Some(value) = read_plain(&text, style) {
                let expected = ReadNumber { value, percent: false, bound: None, normalised: false };
                prop_assert_eq!(read_by_rule(&text, style), Ok(expected));
            }
        }

        #[test]
        fn grouping_width_and_blanks_never_change_a_number(whole in 0_u64..1_000_000_000_000, fraction in 0_u32..1000, negative: bool) {
            let mut groups: Vec<String> = Vec::new();
            let mut rest = whole;
            while rest >= 1000 {
                groups.push(format!("{:03}", rest % 1000));
                rest /= 1000;
            }
            groups.push(rest.to_string());
            groups.reverse();
            let sign = if negative { "-" } else { "" };
            let expected = Decimal::parse(&format!("{sign}{whole}.{fraction:03}")).unwrap();
            for mark in [",", " ", "\u{a0}", "\u{202f}", ""] {
                let text = format!("{sign}{}.{fraction:03}", groups.join(mark));
                let wide: String = text.chars().map(|ch| char::from_u32(u32::from(ch) + 0xfee0).filter(|_| ch.is_ascii_digit()).unwrap_or(ch)).collect();
                for text in [text, wide] {
                    prop_assert_eq!(read_number(&text, NumberStyle::default()).unwrap().value, expected);
                }
            }
        }

        #[test]
        fn a_decimal_printed_in_any_style_is_read_back(units in -10_i128.pow(20)..10_i128.pow(20), places in 0_u32..=8, style in 0_usize..STYLES.len(), percent: bool) {
            let (mark, group) = STYLES[style];
            let expected = Decimal { units, scale: places };
            let printed = print(expected, mark, group);
            let read = |text: &str| read_number(text, NumberStyle { decimal: mark });
            let sign = if percent { "%" } else { "" };
            for text in [format!("{printed}{sign}"), format!(" {printed}{sign}\u{a0}"), wide(&format!("{printed}{sign}"))] {
                let found = read(&text).unwrap();
                prop_assert_eq!((found.value, found.percent, found.bound), (expected, percent, None), "{}", text);
            }
            let found = read(&format!("约{printed}")).unwrap();
            prop_assert_eq!((found.value, found.bound), (expected, Some(Bound::Near)));
            // The other style reads the same value or none, where both marks stand in the text.
            if printed.contains('.') && printed.contains(',') {
                let other = NumberStyle { decimal: if mark == '.' { ',' } else { '.' } };
                prop_assert!(read_number(&printed, other).is_err());
            }
        }

        #[test]
        fn what_was_read_prints_to_a_text_that_reads_alike(text in "[-+(<>≈约−]{0,2}[0-9０-９]{1,4}[0-9., '\u{a0}\u{202f}]{0,12}[%％)]{0,2}(以上)?") {
            for decimal in ['.', ','] {
                if let Ok(read) = read_number(&text, NumberStyle { decimal }) {
                    let again = read_number(&print(read.value, decimal, ""), NumberStyle { decimal }).unwrap();
                    prop_assert_eq!(again.value, read.value);
                }
            }
            let [point, comma] = ['.', ','].map(|decimal| read_number(&text, NumberStyle { decimal }).ok());
            if let (Some(point), Some(comma)) = (point, comma) && text.contains('.') && text.contains(',') {
                prop_assert_eq!(point.value, comma.value, "{} is two numbers", text);
            }
        }

        #[test]
        fn text_without_a_digit_is_no_number(text in "\\PC{0,20}") {
            let read = read_number(&text, NumberStyle::default());
            prop_assert!(read.is_err() || text.nfkc().any(|ch| ch.is_ascii_digit()), "{}", text);
            prop_assert!(read_scientific(&text, NumberStyle::default()).is_none_or(|read| read.value.scale <= FARTHEST));
        }

        #[test]
        fn an_exponent_is_what_a_float_says(units in -9_999_999_i64..9_999_999, power in -15_i32..15) {
            let number: f64 = format!("{units}e{power}").parse().unwrap();
            let read = read_scientific(&format!("{number:e}"), NumberStyle::default()).unwrap().value;
            let same: f64 = format!("{}e-{}", read.units, read.scale).parse().unwrap();
            prop_assert_eq!(same.to_bits(), (number + 0.0).to_bits());
        }
    }

    /// Decimal mark and mark between thousands.
    const STYLES: [(char, &str); 8] = [
        ('.', ""),
        ('.', ","),
        ('.', " "),
        ('.', "\u{a0}"),
        (',', ""),
        (',', " "),
        (',', "\u{a0}"),
        (',', "\u{202f}"),
    ];

    fn print(value: Decimal, mark: char, group: &str) -> String {
        let digits = format!("{:0width$}", value.units.unsigned_abs(), width = value.scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - value.scale as usize);
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                grouped.push_str(group);
            }
            grouped.push(digit);
        }
        let sign = if value.units < 0 { "-" } else { "" };
        if fraction.is_empty() {
            format!("{sign}{grouped}")
        } else {
            format!("{sign}{grouped}{mark}{fraction}")
        }
    }

    /// In the full-width signs of Chinese typing.
    fn wide(text: &str) -> String {
        let sign = |ch: char| char::from_u32(u32::from(ch) + 0xfee0).filter(|_| ch.is_ascii_graphic());
        text.chars().map(|ch| sign(ch).unwrap_or(ch)).collect()
    }
}
