//! Days as rates files write them, beside those that [`read_date`] knows: `04-Jan-1995`, and the `3/2/2021`
//! of a workbook saved as text, whose order is told by the other days of the file or not at all.

use jiff::civil::Date;

use super::RateFileError;
use super::claims::At;
use super::lines::Lines;
use crate::measure::read_date;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Which part of `3/2/2021` is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slashes {
    MonthFirst,
    DayFirst,
    /// Both orders fit all days of the file, or neither does.
    Unknown,
}

/// Reads the days of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days(Slashes);

impl Days {
    /// Looks at all days of a column, to tell day and month apart.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let (mut month_first, mut day_first) = (false, false);
        for (first, second, _) in cells.filter_map(slashed) {
            day_first |= first > 12;
            month_first |= second > 12;
        }
        Self(match (month_first, day_first) {
            (true, false) => Slashes::MonthFirst,
            (false, true) => Slashes::DayFirst,
            _ => Slashes::Unknown,
        })
    }

    /// A day.
    pub(super) fn read(self, lines: &Lines<'_>, at: At, seen: &str) -> Result<Date, RateFileError> {
        let day = match slashed(seen) {
            Some((first, second, year)) => match self.0 {
                Slashes::MonthFirst => civil(year, first, second),
                Slashes::DayFirst => civil(year, second, first),
                Slashes::Unknown => None,
            },
            None => read_date(seen).ok().or_else(|| month_by_name(seen)),
        };
        day.ok_or_else(|| lines.bad(at, "date", seen, "day such as 2021-02-03"))
    }
}

/// Whether a cell is written like a day; it may still be none of the calendar's.
pub(super) fn looks_like_a_day(cell: &str) -> bool {
    cell.starts_with(|ch: char| ch.is_ascii_digit()) && cell.len() <= 24
}

fn slashed(cell: &str) -> Option<(i8, i8, i16)> {
    let cell = cell.split(' ').next()?;
    let mut parts = cell.split('/');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    (year.len() == 4 && first.len() <= 2 && parts.next().is_none())
        .then(|| Some((first.parse().ok()?, second.parse().ok()?, year.parse().ok()?)))
        .flatten()
}

fn month_by_name(cell: &str) -> Option<Date> {
    let mut parts = cell.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?.to_ascii_lowercase(), parts.next()?);
    let month = i8::try_from(MONTHS.iter().position(|known| *known == month)?).ok()? + 1;
    (year.len() == 4 && parts.next().is_none())
        .then(|| civil(year.parse().ok()?, month, day.parse().ok()?))
        .flatten()
}

fn civil(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::claims::Claims;
    use super::super::content::CutSheet;
    use super::*;

    fn read(all: &[&str], cell: &str) -> Option<String> {
        let sheet = CutSheet::default();
        let claims = Claims::below(&sheet, 0);
        let lines = Lines::of("f", &sheet, 0, &claims);
        let at = At { row: 0, number: 1, column: 0 };
        Days::of(all.iter().copied()).read(&lines, at, cell).ok().map(|day| day.to_string())
    }

    #[test]
    fn the_other_days_of_a_file_tell_month_and_day_apart() {
        assert_eq!(read(&["3/2/2021", "3/15/2021"], "3/2/2021").as_deref(), Some("2021-03-02"));
        assert_eq!(read(&["3/2/2021", "15/3/2021"], "3/2/2021").as_deref(), Some("2021-02-03"));
        assert_eq!(read(&["3/2/2021", "4/2/2021"], "3/2/2021"), None);
        assert_eq!(read(&["15/2/2021", "4/20/2021"], "3/2/2021"), None);
        assert_eq!(read(&[], "04-Jan-1995").as_deref(), Some("1995-01-04"));
        assert_eq!(read(&[], "31-Feb-1995"), None);
        assert_eq!(read(&[], "05.03.2022").as_deref(), Some("2022-03-05"));
    }

    proptest! {
        #[test]
        fn a_day_written_with_its_month_by_name_reads_back(days in 0_i32..30_000) {
            let day = jiff::civil::date(1971, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let month = MONTHS[usize::try_from(day.month()).unwrap() - 1];
            let written = format!("{:02}-{month}-{}", day.day(), day.year());
            prop_assert_eq!(read(&[], &written), Some(day.to_string()));
            let slashes = format!("{}/{}/{}", day.month(), day.day(), day.year());
            prop_assert_eq!(read(&["1/31/2000"], &slashes), Some(day.to_string()));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,14}") {
            let days = read(&[&text], &text);
            prop_assert!(days.is_some() || days.is_none());
        }
    }
}
