//! Reads growth that is printed in words: 增长12.3%, 同比下降5.6%, 持平, снижение на 3 %, выросли в 2,3 раза.
//! The word gives the sign; a word before a figure with a sign of its own is no growth, nor is a word that
//! stands not in the lists.

use super::amount::Decimal;
use super::number::{Bound, NumberStyle, ReadNumber, Scientific, read_number};
use crate::text::fold;

/// Words that only say what is compared; folded, the longer first.
const COMPARED: &[&str] = &[
    "与上年同期",
    "与去年同期",
    "比上年同期",
    "比去年同期",
    "较上年同期",
    "较去年同期",
    "与上年",
    "比上年",
    "比去年",
    "较上年",
    "较去年",
    "同比",
    "环比",
];

/// Words of growth; folded, the longer first.
const UP: &[&str] = &[
    "增长",
    "增加",
    "上升",
    "上涨",
    "увеличение на ",
    "увеличение ",
    "увеличились на ",
    "увеличилось на ",
    "увеличилась на ",
    "увеличился на ",
    "прирост на ",
    "прирост ",
    "рост на ",
    "рост ",
    "выросли на ",
    "выросло на ",
    "выросла на ",
    "вырос на ",
    "возросли на ",
    "возрос на ",
    "increase of ",
    "growth of ",
    "rose by ",
    "up by ",
    "up ",
];

/// Words of decline; folded, the longer first.
const DOWN: &[&str] = &[
    "下降",
    "减少",
    "下跌",
    "снижение на ",
    "снижение ",
    "снизились на ",
    "снизилось на ",
    "снизилась на ",
    "снизился на ",
    "сокращение на ",
    "сокращение ",
    "сократились на ",
    "сократилось на ",
    "сократилась на ",
    "сократился на ",
    "уменьшение на ",
    "уменьшились на ",
    "уменьшился на ",
    "падение на ",
    "падение ",
    "decrease of ",
    "decline of ",
    "fell by ",
    "down by ",
    "down ",
];

/// Words for no change; folded.
const LEVEL: &[&str] = &["持平", "无变化", "без изменений", "unchanged"];

/// Words before a factor, which is what the figure was multiplied with: 2,3 is growth of 130 %; folded.
const TIMES: &[&str] = &[
    "увеличились в ",
    "увеличилось в ",
    "увеличилась в ",
    "увеличился в ",
    "увеличение в ",
    "выросли в ",
    "выросло в ",
    "выросла в ",
    "вырос в ",
    "рост в ",
];

/// Words behind a factor; folded.
const FOLD: &[&str] = &[" раза", " раз", " р.", "р.", " р"];

/// Growth in percent as words gave it, 13 for 13 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadGrowth {
    /// The value, and how many of its zeros before the point nobody printed: `в 2,3 раза` is 230 to the ten.
    pub percent: Scientific,
    /// What else is known of it.
    pub bound: Option<Bound>,
}

/// Growth in percent, 13 for 13 %, where the text is growth in words and nothing else.
pub fn read_growth_words(text: &str, style: NumberStyle) -> Option<ReadGrowth> {
    let folded = fold(text);
    let bare = first_of(&folded, COMPARED).map_or(folded.as_str(), str::trim_start);
    if LEVEL.contains(&bare) {
        return Some(percent(Decimal { units: 0, scale: 0 }, None));
    }
    if let Some(rest) = first_of(bare, TIMES) {
        let factor = read_factor(rest, style)?;
        let one = 10_i128.checked_pow(factor.scale)?;
        let grown = factor.units.checked_sub(one).filter(|grown| *grown >= 0)?;
        return hundred_times(Decimal { units: grown, scale: factor.scale });
    }
    if let Some(rest) = first_of(bare, UP) {
        // 增长1.3倍 is growth by 1.3 times the old figure: 130 %.
        if let Some(times) = rest.strip_suffix('倍') {
            return hundred_times(unsigned(times, style).filter(|read| read.bound.is_none())?.value);
        }
        let read = unsigned(rest, style)?;
        return Some(percent(read.value, read.bound));
    }
    let read = unsigned(first_of(bare, DOWN)?, style)?;
    let bound = read.bound.map(|bound| match bound {
        Bound::Above => Bound::Below,
        Bound::Below => Bound::Above,
        Bound::Near => Bound::Near,
    });
    Some(percent(Decimal { units: -read.value.units, scale: read.value.scale }, bound))
}

/// An index of 100 in percent, 230 for a figure that is 2.3 times the old one, where the text is such a
/// factor: `в 2,3 раза`, `в 2,3 р.`, as Russian tables print indices above 200.
pub fn read_index_words(text: &str, style: NumberStyle) -> Option<ReadGrowth> {
    let folded = fold(text);
    hundred_times(read_factor(folded.strip_prefix("в ")?, style)?)
}

fn first_of<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| text.strip_prefix(word))
}

fn read_factor(text: &str, style: NumberStyle) -> Option<Decimal> {
    let digits = FOLD.iter().find_map(|word| text.strip_suffix(word))?;
    unsigned(digits, style).filter(|read| !read.percent && read.bound.is_none()).map(|read| read.value)
}

/// A number whose sign the word before it has given.
fn unsigned(text: &str, style: NumberStyle) -> Option<ReadNumber> {
    if text.contains(['-', '+', '(', '\u{2212}']) {
        return None;
    }
    read_number(text.trim(), style).ok()
}

fn hundred_times(value: Decimal) -> Option<ReadGrowth> {
    let units = value.units.checked_mul(100)?;
    // The places move with the point: 2,3 is printed to ten percent, 2,345 to a tenth of one.
    let cut = value.scale.min(2);
    let value = Decimal { units: units / 10_i128.checked_pow(cut)?, scale: value.scale - cut };
    Some(ReadGrowth { percent: Scientific { value, filled: 2 - cut }, bound: None })
}

fn percent(value: Decimal, bound: Option<Bound>) -> ReadGrowth {
    ReadGrowth { percent: Scientific { value, filled: 0 }, bound }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(read: Option<ReadGrowth>) -> Option<String> {
        let ReadGrowth { percent: Scientific { value, filled }, bound } = read?;
        let to = if filled > 0 { format!(" to 1e{filled}") } else { String::new() };
        Some(format!("{}{}e-{}{to}", bound.map_or("", Bound::as_str), value.units, value.scale))
    }

    #[track_caller]
    fn check(text: &str, decimal: char, expected: Option<&str>) {
        let read = read_growth_words(text, NumberStyle { decimal });
        assert_eq!(told(read).as_deref(), expected, "{text}");
    }

    #[test]
    fn growth_in_words_has_the_sign_of_its_word() {
        for (text, expected) in [
            ("增长12.3%", "123e-1"),
            ("增长 12.3 ％", "123e-1"),
            ("下降5.6%", "-56e-1"),
            ("同比增长0.8%", "8e-1"),
            ("比上年同期下降1,234.5%", "-12345e-1"),
            ("同比持平", "0e-0"),
            ("持平", "0e-0"),
            ("与上年持平", "0e-0"),
            ("增长约5%", "≈5e-0"),
            ("下降超过10%", "<-10e-0"),
            ("减少7", "-7e-0"),
            ("增长1.3倍", "130e-0 to 1e1"),
            ("增长12.35倍", "1235e-0"),
            ("up 5.2%", "52e-1"),
            ("Down 3%", "-3e-0"),
        ] {
            check(text, '.', Some(expected));
        }
        for (text, expected) in [
            ("рост на 5,2 %", "52e-1"),
            ("Рост 5,2%", "52e-1"),
            ("снижение на 3%", "-3e-0"),
            ("сократились на 12,0 %", "-120e-1"),
            ("выросли в 2,3 раза", "130e-0 to 1e1"),
            ("увеличился в 4 раза", "300e-0 to 1e2"),
            ("рост в 1,25 раза", "25e-0"),
            ("без изменений", "0e-0"),
        ] {
            check(text, ',', Some(expected));
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_no_growth() {
        for text in [
            "增长-5%",
            "增长(5)%",
            "下降+3%",
            "下降−3%",
            "增长",
            "增长2.1个百分点",
            "由降转增",
            "下降1倍",
            "基本持平",
            "增长5%以上吗",
            "增长下降5%",
            "12.3%",
            "снизились в 2 раза",
            "в 2,3 раза",
            "выросли в 0,5 раза",
            "рост",
            "рост более чем на 5%",
            "update 5%",
        ] {
            check(text, '.', None);
            check(text, ',', None);
        }
    }

    #[test]
    fn a_factor_is_an_index_of_hundred() {
        let read = |text: &str| told(read_index_words(text, NumberStyle { decimal: ',' }));
        assert_eq!(read("в 2,3 раза").as_deref(), Some("230e-0 to 1e1"));
        assert_eq!(read("в 2,3 р.").as_deref(), Some("230e-0 to 1e1"));
        assert_eq!(read("в 15р.").as_deref(), Some("1500e-0 to 1e2"));
        assert_eq!(read("в 1,234 раза").as_deref(), Some("1234e-1"));
        for none in ["2,3 раза", "в 2,3", "в -2 раза", "рост в 2 раза"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
