//! Periods: intervals of days with a frequency, and their canonical text.

use std::fmt;

use jiff::civil::{Date, date};
use serde::{Serialize, Serializer};
use thiserror::Error;

/// How often a series of such periods has a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// One day.
    Day,
    /// One month.
    Month,
    /// One quarter.
    Quarter,
    /// One year.
    Year,
    /// January to some month before December; never summed with its like.
    YearToDate,
    /// Any other span.
    Range,
    /// A point in time, of which only the period it lies in is known.
    Point,
}

impl Frequency {
    /// All of them with their codes.
    const CODES: [(Self, &'static str); 7] = [
        (Self::Day, "D"),
        (Self::Month, "M"),
        (Self::Quarter, "Q"),
        (Self::Year, "A"),
        (Self::YearToDate, "YTD"),
        (Self::Range, "R"),
        (Self::Point, "P"),
    ];

    /// The code in a `freq` column.
    pub fn code(self) -> &'static str {
        Self::CODES.iter().find(|(frequency, _)| *frequency == self).map_or("", |(_, code)| code)
    }

    /// The frequency of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::CODES.iter().find(|(_, known)| *known == code).map(|(frequency, _)| *frequency)
    }
}

/// An interval of whole days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// What kind of period it is.
    pub frequency: Frequency,
}

/// Text that is no canonical period.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no period such as 2021, 2021-09, 2021-Q2, 2021-01/2021-08 or 2019-06-15")]
pub struct NotAPeriod(pub String);

impl Period {
    /// A year.
    pub fn year(year: i16) -> Option<Self> {
        Self::months(year, 1, year, 12)
    }

    /// One day.
    pub fn day(day: Date) -> Self {
        Self { start: day, end: day, frequency: Frequency::Day }
    }

    /// Whole months. January to December is a year, January to another month is year-to-date, one month is a
    /// month (January alone too).
    pub fn months(year: i16, month: i8, last_year: i16, last_month: i8) -> Option<Self> {
        let start = Date::new(year, month, 1).ok()?;
        let end = Date::new(last_year, last_month, 1).ok()?.last_of_month();
        if end < start {
            return None;
        }
        let frequency = match (year == last_year, month, last_month) {
            (true, 1, 12) => Frequency::Year,
            (true, first, last) if first == last => Frequency::Month,
            (true, 1, _) => Frequency::YearToDate,
            _ => Frequency::Range,
        };
        Some(Self { start, end, frequency })
    }

    /// A quarter, 1 to 4.
    pub fn quarter(year: i16, quarter: i8) -> Option<Self> {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        let period = Self::months(year, quarter * 3 - 2, year, quarter * 3)?;
        Some(Self { frequency: Frequency::Quarter, ..period })
    }

    /// Any span of days; one that is a month, a year or the like is named so.
    pub fn days(start: Date, end: Date) -> Option<Self> {
        if end < start {
            return None;
        }
        if start == end {
            return Some(Self::day(start));
        }
        if start.day() == 1 && end == end.last_of_month() {
            return Self::months(start.year(), start.month(), end.year(), end.month());
        }
        Some(Self { start, end, frequency: Frequency::Range })
    }

    /// Reads canonical text; `frequency`, where given, decides what kind of period it is (a quarter written
    /// as months, a point in a year).
    pub fn parse(text: &str, frequency: Option<Frequency>) -> Result<Self, NotAPeriod> {
        let bad = || NotAPeriod(text.to_owned());
        let period = Self::parse_plain(text).ok_or_else(bad)?;
        let Some(frequency) = frequency else { return Ok(period) };
        let fits = match frequency {
            Frequency::Point | Frequency::Range => true,
            Frequency::YearToDate => period.start.month() == 1 && period.start.day() == 1,
            other => other == period.frequency,
        };
        if fits { Ok(Self { frequency, ..period }) } else { Err(bad()) }
    }

    fn parse_plain(text: &str) -> Option<Self> {
        if let Some((start, end)) = text.split_once('/') {
            let (start, end) = (Self::parse_one(start)?, Self::parse_one(end)?);
            return Self::days(start.start, end.end);
        }
        Self::parse_one(text)
    }

    fn parse_one(text: &str) -> Option<Self> {
        let digits = |part: &str, width: usize| {
            (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(())
        };
        let mut parts = text.split('-');
        let year = parts.next()?;
        digits(year, 4)?;
        let year: i16 = year.parse().ok()?;
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::year(year),
            (Some(part), None, _) => {
                if let Some(quarter) = part.strip_prefix('Q') {
                    return Self::quarter(year, quarter.parse().ok()?);
                }
                digits(part, 2)?;
                let month = part.parse().ok()?;
                Self::months(year, month, year, month)
            }
            (Some(month), Some(day), None) => {
                digits(month, 2)?;
                digits(day, 2)?;
                Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().map(Self::day)
            }
            _ => None,
        }
    }

    /// The same span so many years earlier; 29 February becomes the 28th where there is none, and a span to
    /// the end of a month stays one.
    #[must_use]
    pub fn years_before(&self, years: i16) -> Option<Self> {
        let back = |day: Date| {
            let year = day.year().checked_sub(years)?;
            Date::new(year, day.month(), day.day()).or_else(|_| Date::new(year, day.month(), 28)).ok()
        };
        let end = if self.end == self.end.last_of_month() && self.frequency != Frequency::Day {
            date_of_month_end(self.end.year().checked_sub(years)?, self.end.month())?
        } else {
            back(self.end)?
        };
        Some(Self { start: back(self.start)?, end, frequency: self.frequency })
    }

    /// The period of the same kind just before: the month before a month, the day before a day. Year-to-date
    /// spans and other ranges have none.
    #[must_use]
    pub fn previous(&self) -> Option<Self> {
        match self.frequency {
            Frequency::Year => self.years_before(1),
            Frequency::Day => self.start.yesterday().ok().map(Self::day),
            Frequency::Month | Frequency::Quarter => {
                let last = self.start.yesterday().ok()?;
                if self.frequency == Frequency::Month {
                    return Self::months(last.year(), last.month(), last.year(), last.month());
                }
                Self::quarter(last.year(), (last.month() + 2) / 3)
            }
            Frequency::YearToDate | Frequency::Range | Frequency::Point => None,
        }
    }

    /// How many days it has, both ends counted.
    pub fn days_in_it(&self) -> i64 {
        i64::from((self.end - self.start).get_days()) + 1
    }

    /// Whether the day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }
}

fn date_of_month_end(year: i16, month: i8) -> Option<Date> {
    Date::new(year, month, 1).ok().map(Date::last_of_month)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        if self.frequency == Frequency::Quarter {
            return write!(f, "{:04}-Q{}", start.year(), (start.month() + 2) / 3);
        }
        if start == end {
            return write!(f, "{start}");
        }
        let whole_months = start.day() == 1 && end == end.last_of_month();
        if whole_months {
            if start == date(start.year(), 1, 1) && end == date(start.year(), 12, 31) {
                return write!(f, "{:04}", start.year());
            }
            if start.month() == 1 && end.month() == 12 {
                return write!(f, "{:04}/{:04}", start.year(), end.year());
            }
            write!(f, "{:04}-{:02}", start.year(), start.month())?;
            if (start.year(), start.month()) != (end.year(), end.month()) {
                write!(f, "/{:04}-{:02}", end.year(), end.month())?;
            }
            return Ok(());
        }
        write!(f, "{start}/{end}")
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = Period::parse(text, None).map_or_else(
            |_| "no period".to_owned(),
            |period| format!("{period} {}", period.frequency.code()),
        );
        assert_eq!(read, expected);
    }

    #[test]
    fn canonical_texts_are_read_and_named() {
        check("2021", "2021 A");
        check("2021-01/2021-12", "2021 A");
        check("2014-01/2023-12", "2014/2023 R");
        check("2014/2023", "2014/2023 R");
        check("2021-09", "2021-09 M");
        check("2021-Q2", "2021-Q2 Q");
        check("2021-01/2021-08", "2021-01/2021-08 YTD");
        check("2021-01/2021-01", "2021-01 M");
        check("2019-03/2019-05", "2019-03/2019-05 R");
        check("2019-06-15", "2019-06-15 D");
        check("2019-01-01/2019-12-22", "2019-01-01/2019-12-22 R");
        for bad in
            ["21", "2021-13", "2021-1", "2021-Q5", "2021-08/2021-01", "", "2021-02-30", "2021-01-01-01"]
        {
            check(bad, "no period");
        }
    }

    #[test]
    fn the_same_span_a_year_before() {
        let before = |text: &str| Period::parse(text, None).unwrap().years_before(1).unwrap().to_string();
        assert_eq!(before("2021-01/2021-08"), "2020-01/2020-08");
        assert_eq!(before("2021-02"), "2020-02");
        assert_eq!(before("2020-02-29"), "2019-02-28");
        assert_eq!(before("2021"), "2020");
        assert_eq!(Period::parse("2021-02", None).unwrap().years_before(1).unwrap().end, date(2020, 2, 29));
    }

    #[test]
    fn a_leap_year_has_366_days() {
        for (text, days) in [("2020", 366), ("2019-06-15/2019-06-19", 5), ("2021-02", 28), ("2021-02-03", 1)]
        {
            assert_eq!(Period::parse(text, None).unwrap().days_in_it(), days, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_and_back(year in 1900_i16..2100, from in 1_i8..=12, span in 0_i8..12) {
            let to = (from + span).min(12);
            let period = Period::months(year, from, year, to).unwrap();
            prop_assert_eq!(Period::parse(&period.to_string(), None).unwrap(), period);
        }

        #[test]
        fn spans_of_days_and_back(a in 0_i32..40_000, b in 0_i32..40_000) {
            let day = |n: i32| date(1950, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
            let period = Period::days(day(a.min(b)), day(a.max(b))).unwrap();
            prop_assert_eq!(Period::parse(&period.to_string(), None).unwrap(), period);
        }
    }
}
