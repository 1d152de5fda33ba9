//! Dates as spreadsheets store them: a count of days from day 0, or ISO text.

use jiff::civil::{Date, DateTime, date};

use crate::ingest::grid::CellValue;

/// Day 0 of a workbook's dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Epoch {
    /// Windows: 1 is 1 January 1900, and 1900 has a 29 February it never had.
    #[default]
    Of1900,
    /// Old Macintosh: 0 is 1 January 1904.
    Of1904,
}

/// A date from its serial number; one that no calendar has is damaged, as a spreadsheet shows `####` for it.
pub(super) fn moment(serial: f64, epoch: Epoch) -> CellValue<'static> {
    date_of_serial(serial, epoch)
        .map_or_else(|| CellValue::Damaged(format!("a date of {serial}").into()), CellValue::DateTime)
}

fn date_of_serial(serial: f64, epoch: Epoch) -> Option<DateTime> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let milliseconds = (serial * 86_400_000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "below 2.6e14 by the check above")]
    let milliseconds = milliseconds as i64;
    let start = match epoch {
        Epoch::Of1904 => date(1904, 1, 1),
        // Serials up to 60 count from 31 December 1899; 60 itself is the day that never was.
        Epoch::Of1900 if serial < 60.0 => date(1899, 12, 31),
        Epoch::Of1900 => date(1899, 12, 30),
    };
    start.at(0, 0, 0, 0).checked_add(jiff::Span::new().try_milliseconds(milliseconds).ok()?).ok()
}

/// A date written in ISO form; what is none stays text.
pub(super) fn iso(text: &str) -> CellValue<'_> {
    let day = || text.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0));
    // Writers end a moment with a Z although a cell knows no time zone.
    let moment = text.trim_end_matches('Z').parse::<DateTime>().ok().or_else(day);
    moment.map_or_else(|| CellValue::Text(text.into()), CellValue::DateTime)
}

/// A whole number; beyond 2⁵³ it cannot have come from a cell unchanged, so it stays text.
pub(super) fn whole(number: i64) -> CellValue<'static> {
    match i32::try_from(number) {
        Ok(small) => CellValue::Number(f64::from(small)),
        Err(_) => CellValue::Text(number.to_string().into()),
    }
}

/// A number as the file spells it; what is none, or not finite, is damaged.
pub(super) fn number(text: &str) -> CellValue<'static> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => CellValue::Number(number),
        _ => CellValue::Damaged(format!("the number `{}`", text.trim()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::grid::Cell;

    #[track_caller]
    fn check(serial: f64, epoch: Epoch, expected: &str) {
        assert_eq!(Cell::plain(0, 0, moment(serial, epoch)).printed(), expected);
    }

    #[test]
    fn serials_are_dates_of_their_epoch() {
        check(1.0, Epoch::Of1900, "1900-01-01");
        check(59.0, Epoch::Of1900, "1900-02-28");
        check(61.0, Epoch::Of1900, "1900-03-01");
        check(44197.0, Epoch::Of1900, "2021-01-01");
        check(42735.0, Epoch::Of1904, "2021-01-01");
        check(44197.5, Epoch::Of1900, "2021-01-01 12:00:00");
    }

    #[test]
    fn dates_that_no_calendar_has_are_damaged() {
        for serial in [-5.0, 1e300, f64::NAN] {
            assert!(matches!(moment(serial, Epoch::Of1900), CellValue::Damaged(_)), "{serial}");
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_damaged() {
        assert_eq!(number(" 1E3 "), CellValue::Number(1000.0));
        for text in ["NaN", "1e999", "-inf", "1,5", ""] {
            assert!(matches!(number(text), CellValue::Damaged(_)), "{text}");
        }
    }

    #[test]
    fn iso_texts_are_dates_with_or_without_time() {
        let shown = |text: &str| Cell::plain(0, 0, iso(text)).printed();
        assert_eq!(shown("2021-03-05T00:00:00.000"), "2021-03-05");
        assert_eq!(shown("2021-03-05T10:30:00Z"), "2021-03-05 10:30:00");
        assert_eq!(shown("2021-03-05"), "2021-03-05");
        assert_eq!(shown("soon"), "soon");
    }
}
