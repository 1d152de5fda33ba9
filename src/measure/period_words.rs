//! Reads the words by which headers tell a month from the months so far, 当月 and 累计, below a title with the
//! month. Without a month they say nothing.

use super::period::{Frequency, Period};
use crate::text::fold;

/// Words for the month itself; folded, without blanks.
const MONTH: &[&str] =
    &["当月", "本月", "单月", "当月值", "本月值", "month", "monthly", "замесяц", "месяц", "отчетныймесяц"];

/// Words for the months from January to it; folded, without blanks.
const SO_FAR: &[&str] = &[
    "累计",
    "本月累计",
    "本年累计",
    "累计值",
    "1至本月",
    "1-本月",
    "1至本月累计",
    "1-本月累计",
    "年初至今",
    "自年初累计",
    "ytd",
    "yeartodate",
    "cumulative",
    "сначалагода",
    "нарастающимитогом",
];

/// When the figures of a table are: a year, and the month in which they end where the title names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearAndMonth {
    /// The year.
    pub year: i16,
    /// The month; nothing where the title names none or a whole year.
    pub month: Option<i8>,
}

impl YearAndMonth {
    /// What a period says: a month and the months from January on name the month, a year does not.
    pub fn of(period: &Period) -> Self {
        let same_year = period.start.year() == period.end.year();
        let so_far = period.frequency == Frequency::YearToDate && same_year && period.start.month() == 1;
        let names = period.frequency == Frequency::Month || so_far;
        Self { year: period.start.year(), month: names.then(|| period.end.month()) }
    }

    /// What 当月 or 累计 means below such a title: the month, or January to it.
    pub fn read_word(self, text: &str) -> Option<Period> {
        let month = self.month?;
        let word: String = fold(text).chars().filter(|sign| !sign.is_whitespace()).collect();
        if MONTH.contains(&word.as_str()) {
            return Period::months(self.year, month, self.year, month);
        }
        if SO_FAR.contains(&word.as_str()) { Period::months(self.year, 1, self.year, month) } else { None }
    }
}

/// Whether a text is a word for a month or the months so far.
pub fn is_period_word(text: &str) -> bool {
    // Any month will do.
    YearAndMonth { year: 2000, month: Some(6) }.read_word(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::period_text::read_period;
    use super::*;

    #[track_caller]
    fn check(title: &str, word: &str, expected: Option<&str>) {
        let read = YearAndMonth::of(&read_period(title).unwrap()).read_word(word);
        assert_eq!(read.map(|period| period.to_string()).as_deref(), expected, "{word} of {title}");
    }

    #[test]
    fn a_month_and_the_months_so_far_never_share_a_period() {
        check("2024年8月", "当月", Some("2024-08"));
        check("2024年8月", "本 月", Some("2024-08"));
        check("2024年8月", "累计", Some("2024-01/2024-08"));
        check("2024年1-8月", "当月", Some("2024-08"));
        check("2024年1-8月", "1至本月累计", Some("2024-01/2024-08"));
        check("2024年12月", "累计", Some("2024"));
        check("август 2024", "с начала года", Some("2024-01/2024-08"));
        check("Aug 2024", "YTD", Some("2024-01/2024-08"));
    }

    #[test]
    fn without_a_month_the_words_say_nothing() {
        check("2024年", "当月", None);
        check("2024年", "累计", None);
        check("2024年5-8月", "累计", None);
        check("2024年8月", "累计同比", None);
        check("2024年8月", "数量", None);
    }
}
