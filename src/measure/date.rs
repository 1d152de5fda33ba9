//! Reads civil dates as offices write them. A day that does not exist is an error.

use jiff::{Span, civil::Date};
use thiserror::Error;

use crate::text::fold;

/// The day so many days after 1970-01-01, as frames keep dates; nothing where the calendar ends before.
pub fn date_of_days(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().try_days(days).ok()?).ok()
}

/// How many days after 1970-01-01 a day is.
pub fn days_of_date(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}

/// Text that is no date, or a day that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DateProblem {
    /// No date at all.
    #[error("`{0}` is no date")]
    NotADate(String),
    /// A date that the calendar does not have.
    #[error("`{0}` is a day that does not exist")]
    NoSuchDay(String),
}

/// Reads `2021-02-03`, `2021/2/3`, `2021.2.3`, `2021年2月3日`, `20210203`, `03.02.2021`.
pub fn read_date(text: &str) -> Result<Date, DateProblem> {
    let folded = fold(text);
    let not_a_date = || DateProblem::NotADate(text.trim().to_owned());
    let (year, month, day) = parts(&folded).ok_or_else(not_a_date)?;
    let year = i16::try_from(year).ok().ok_or_else(not_a_date)?;
    let small = |part: u32| i8::try_from(part).ok().ok_or_else(not_a_date);
    Date::new(year, small(month)?, small(day)?)
        .ok()
        .ok_or_else(|| DateProblem::NoSuchDay(text.trim().to_owned()))
}

fn parts(folded: &str) -> Option<(u32, u32, u32)> {
    if folded.len() == 8 && folded.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |from: usize, to: usize| folded.get(from..to).and_then(|part| part.parse().ok());
        return Some((part(0, 4)?, part(4, 6)?, part(6, 8)?));
    }
    // A time of midnight behind the date says nothing more.
    let folded = folded.strip_suffix(" 00:00:00").unwrap_or(folded);
    let mut pieces: Vec<&str> = folded.split(['-', '/', '.', '年', '月', '日', ' ']).collect();
    while pieces.last().is_some_and(|piece| piece.is_empty()) {
        pieces.pop();
    }
    let [first, second, third] = pieces.as_slice() else { return None };
    let numbers = |a: &str, b: &str, c: &str| Some((number(a)?, number(b)?, number(c)?));
    if first.len() == 4 {
        return numbers(first, second, third);
    }
    // Day first only with points, as in Russia: 3/2/2021 could be March.
    (third.len() == 4 && folded.contains('.')).then(|| numbers(third, second, first)).flatten()
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = read_date(text).map_or_else(|error| error.to_string(), |date| date.to_string());
        assert_eq!(read, expected);
    }

    #[test]
    fn dates_of_offices_are_read() {
        for text in ["2021-02-03", "2021/2/3", "2021年2月3日", "20210203", "03.02.2021", "２０２１.2.3"]
        {
            check(text, "2021-02-03");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_an_error() {
        check("2021-02-30", "`2021-02-30` is a day that does not exist");
        check("3/2/2021", "`3/2/2021` is no date");
        check("待核", "`待核` is no date");
        check("2021", "`2021` is no date");
    }
}
