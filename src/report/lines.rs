//! The order of lines in the body of a table sheet: records, the totals of their groups, and a muted line
//! for years that are not published.

use super::cells::Part;
use super::columns::ColumnPlan;
use super::records::{Record, key_text};
use super::role::Role;
use super::value::{Exact, Value, View};
use super::words::{TOTAL_BOUND, TOTAL_FORECAST, TOTAL_MISSING, TOTAL_MIXED};
use crate::finding::Words;

/// One line of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A record, by its index.
    Record(usize),
    /// Years without a figure: `2006–2010`.
    Gap(String),
    /// A total, by its index.
    Total(usize),
}

/// The total of one group.
#[derive(Clone, Debug)]
pub(super) struct Total {
    /// First and last line of the group, counted from 0.
    pub(super) lines: (usize, usize),
    /// A record of the group, for the columns that tell groups apart.
    pub(super) record: usize,
    /// One entry a column of the sheet.
    pub(super) sums: Vec<Sum>,
}

/// What a total shows in one column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sum {
    /// The column has no total: ratios, ranks, labels.
    None,
    /// The sum, scaled as its column.
    Of(Exact),
    /// Why it cannot be formed.
    Refused(Words),
}

/// Whether missing years show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Gaps {
    /// They do not.
    #[default]
    Hide,
    /// As one muted line a gap.
    Show,
}

/// The years between two neighbours of an annual column: `2014`, `2006–2010`; nothing if they adjoin.
pub(super) fn years_between(before: &Value, after: &Value) -> Option<String> {
    let (before, after) = (year(before)?, year(after)?);
    let (first, last) = if before < after { (before + 1, after - 1) } else { (after + 1, before - 1) };
    match first.cmp(&last) {
        std::cmp::Ordering::Less => Some(format!("{first}–{last}")),
        std::cmp::Ordering::Equal => Some(first.to_string()),
        std::cmp::Ordering::Greater => None,
    }
}

/// A year, from a whole number or a text of four digits.
pub(super) fn year(value: &Value) -> Option<i64> {
    match value {
        Value::Whole(year) => Some(*year),
        Value::Text(text) if text.len() == 4 => text.parse().ok(),
        _ => None,
    }
}

/// The column whose years may have gaps.
pub(super) fn period_column(columns: &[ColumnPlan]) -> Option<&ColumnPlan> {
    columns.iter().find(|column| matches!(column.role, Role::Period | Role::Year))
}

/// The lines of a sheet: groups are runs of records with the same values in `within`.
pub(super) fn arrange(
    records: &[Record],
    within: Option<&[String]>,
    gaps: Option<&ColumnPlan>,
    view: &View<'_>,
) -> (Vec<Line>, Vec<Total>) {
    let mut lines = Vec::new();
    let mut totals = Vec::new();
    let mut open: Option<(Vec<String>, usize)> = None;
    let mut before: Option<Value> = None;
    for (index, record) in records.iter().enumerate() {
        let row = record.sources().next().unwrap_or(0);
        if let Some(columns) = within {
            let key: Vec<String> = columns.iter().map(|name| key_text(&view.value(name, row))).collect();
            match &open {
                Some((known, _)) if *known == key => {}
                Some((_, first)) => {
                    close(&mut lines, &mut totals, *first, index - 1);
                    open = Some((key, lines.len()));
                }
                None => open = Some((key, lines.len())),
            }
        }
        if let Some(column) = gaps {
            let value = view.value(&column.column, row);
            if let Some(years) = before.as_ref().and_then(|before| years_between(before, &value)) {
                lines.push(Line::Gap(years));
            }
            before = Some(value);
        }
        lines.push(Line::Record(index));
    }
    if let (Some((_, first)), Some(last)) = (open, records.len().checked_sub(1)) {
        close(&mut lines, &mut totals, first, last);
    }
    (lines, totals)
}

fn close(lines: &mut Vec<Line>, totals: &mut Vec<Total>, first: usize, record: usize) {
    let last = lines.len().saturating_sub(1);
    lines.push(Line::Total(totals.len()));
    totals.push(Total { lines: (first, last), record, sums: Vec::new() });
}

/// Adds up one column of one group, or says why that would mislead.
#[derive(Clone, Debug, Default)]
pub(super) struct Adding {
    units: i128,
    scale: Option<i32>,
    refused: Option<Words>,
    measured: Option<String>,
}

impl Adding {
    /// Takes one more cell; `unit` is what it is measured in, where the table says so.
    pub(super) fn take(&mut self, part: Part, unit: Option<String>) {
        if self.measured.is_some() && unit.is_some() && self.measured != unit {
            self.refused = Some(TOTAL_MIXED);
        }
        self.measured = unit.or_else(|| self.measured.take());
        match part {
            Part::Figure(number) => {
                // All figures of a column share its scale.
                self.scale = Some(number.scale);
                match self.units.checked_add(number.units) {
                    Some(units) => self.units = units,
                    None => self.refused = Some(TOTAL_MISSING),
                }
            }
            Part::Bound => self.refused = Some(TOTAL_BOUND),
            Part::Forecast => self.refused = self.refused.or(Some(TOTAL_FORECAST)),
            Part::Missing => self.refused = self.refused.or(Some(TOTAL_MISSING)),
        }
    }

    /// The sum.
    pub(super) fn sum(self) -> Sum {
        match (self.refused, self.scale) {
            (Some(words), _) => Sum::Refused(words),
            (None, Some(scale)) => Sum::Of(Exact { units: self.units, scale }),
            (None, None) => Sum::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: Option<&str>) {
        let value = |text: &str| Value::Text(text.to_owned());
        assert_eq!(years_between(&value(before), &value(after)).as_deref(), expected);
    }

    #[test]
    fn gaps_are_found_in_both_directions() {
        check("2005", "2011", Some("2006–2010"));
        check("2013", "2011", Some("2012"));
        check("2018", "2019", None);
        check("2018", "2018", None);
        check("2018", "2020-01/2020-06", None);
    }

    #[test]
    fn a_sum_over_bounds_or_units_is_refused() {
        let figure = |units| Part::Figure(Exact { units, scale: 2 });
        let mut adding = Adding::default();
        adding.take(figure(150), Some("CNY".to_owned()));
        adding.take(figure(250), Some("CNY".to_owned()));
        assert_eq!(adding.clone().sum(), Sum::Of(Exact { units: 400, scale: 2 }));
        adding.take(figure(1), Some("USD".to_owned()));
        assert_eq!(adding.sum(), Sum::Refused(TOTAL_MIXED));
        let mut adding = Adding::default();
        adding.take(Part::Bound, None);
        assert_eq!(adding.sum(), Sum::Refused(TOTAL_BOUND));
    }
}
