//! `decumulate`: the month that a year-to-date figure adds to that of the month before: January to August less
//! January to July is August. Only neighbours are subtracted; a gap leaves the figure empty, with the reason in
//! `<name>_note`.
//!
//! `<name>_period` names the month. Where the month itself is published too and differs by more than rounding
//! allows, the note gives the published figure: the series was revised in between.

use polars::prelude::*;

use crate::measure::{Frequency, Money, Period};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Schema, Table};

use super::super::along::{Along, Moment};
use super::super::computed::{Computed, NewFigure};
use super::super::derived::rounding_of_sum;
use super::super::figures::Figures;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, Course, CoursePlan, expect_new, status_of_rows};

pub(super) const KIND: AddKind = AddKind {
    name: "decumulate",
    example: r#"{ name = "month", decumulate = "obs_value", along = "time_period", by = ["flow", "currency"] }"#,
    settings: &[],
    read,
};

#[derive(Debug)]
struct Decumulate(Course);

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    Some(Box::new(Decumulate(Course::read(name, "decumulate", fields)?)))
}

impl Verb for Decumulate {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        let Self(course) = self;
        let (name, along) = (&course.name, &course.along);
        let course = course.plan("month", schema, mistakes);
        if schema.get(&along.value).is_some_and(|along| along.column_type == ColumnType::Integer) {
            mistakes.add(along.span.clone(), format!("`{}` holds years, not months", along.value));
        }
        let course = course?;
        let figure = NewFigure {
            name: name.value.clone(),
            column_type: course.column_type,
            role: ColumnRole::Attribute,
            companions: course.rounding(),
        };
        figure.expect_new(name, schema, mistakes);
        let planned = Months { figure, course };
        expect_new(schema, &Text::at(name.span.clone(), planned.period()), mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Months {
    figure: NewFigure,
    course: CoursePlan,
}

impl Months {
    fn period(&self) -> String {
        format!("{}_period", self.figure.name)
    }

    fn declare(&self, schema: &mut Schema) {
        self.figure.declare(schema);
        schema.put(TableColumn::attribute(self.period(), ColumnType::Text));
    }
}

impl Planned for Months {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.course.groups(&table)?;
        let along = self.course.along(&table, &groups, world)?;
        let figures = self.course.figures(&table)?;
        let mut made = Vec::with_capacity(along.moments.len());
        let mut months = Vec::with_capacity(along.moments.len());
        for (row, moment) in along.moments.iter().enumerate() {
            let span = moment.clone().and_then(Span::of);
            months.push(span.as_ref().ok().map(|span| span.month.to_string()));
            made.push(match span {
                Ok(span) => month(&along, &figures, row, &span)?,
                Err(reason) => Computed::none(reason),
            });
        }
        self.figure.put(&mut table, &made)?;
        let months = StringChunked::from_iter_options(self.period().as_str().into(), months.into_iter());
        table.frame.with_column(months.into_column())?;
        self.declare(&mut table.schema);
        Ok(table)
    }
}

/// A span from January on.
struct Span {
    /// Its last month.
    month: Period,
    /// The span to the month before; January has none.
    before: Option<Period>,
}

impl Span {
    fn of(moment: Moment) -> Result<Self, String> {
        let bad = || format!("{moment} is no year-to-date period");
        let Moment::Period(period) = moment else { return Err(bad()) };
        let (start, end) = (period.start, period.end);
        let from_january = moment.begins_a_year() && start.year() == end.year() && end == end.last_of_month();
        let cumulative = match period.frequency {
            Frequency::YearToDate | Frequency::Year => true,
            Frequency::Month => end.month() == 1,
            _ => false,
        };
        if !from_january || !cumulative {
            return Err(bad());
        }
        let month = Period::months(end.year(), end.month(), end.year(), end.month()).ok_or_else(bad)?;
        let before = (end.month() > 1)
            .then(|| Period::months(start.year(), 1, end.year(), end.month() - 1).ok_or_else(bad))
            .transpose()?;
        Ok(Self { month, before })
    }
}

/// The month of a row.
fn month(along: &Along<'_>, figures: &Figures, row: usize, span: &Span) -> Result<Computed, StepError> {
    let Some(before) = span.before else {
        return Ok(match figures.exact(row) {
            Ok(value) => Computed::exact(value, status_of_rows(figures, &[row]), figures.rounding(row)),
            Err(why) => Computed::none(why),
        });
    };
    let against = match along.against(figures, row, Ok(Moment::Period(before))) {
        Ok(against) => against,
        Err(reason) => return Ok(Computed::none(reason)),
    };
    let rows = [row, against.base_row];
    let value = against.value.checked_sub(against.base)?;
    let rounding = rounding_of_sum(rows.iter().map(|row| figures.rounding(*row)));
    let mut computed = Computed::exact(value, status_of_rows(figures, &rows), rounding);
    computed.note = revision(along, figures, (row, value, rounding), span.month);
    Ok(computed)
}

/// The published figure of the month, where it differs by more than the roundings allow.
fn revision(
    along: &Along<'_>,
    figures: &Figures,
    (row, value, rounding): (usize, Money, Option<Money>),
    month: Period,
) -> Option<String> {
    let published_row = along.row_at(Moment::Period(month), row)?;
    let published = figures.exact(published_row).ok().filter(|_| figures.same_unit(row, published_row))?;
    let off = rounding_of_sum([rounding, figures.rounding(published_row)].into_iter()).unwrap_or_default();
    let differs = published.checked_sub(value).is_ok_and(|gap| gap.abs() > off);
    differs.then(|| format!("{month} published as {published}"))
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    const MONTHS: &str = r#"add = { name = "m", decumulate = "v" }"#;

    /// January to May 2023 is 1188.0, June 236.0, January to June 1424.6: June by difference is 236.6.
    #[test]
    fn neighbours_are_subtracted_and_a_revision_is_told() {
        let drawn = "time_period | freq | v:amount | v_rounding:amount\n\
            2023-01/2023-06 | YTD | 1424.6 | 0.05\n2023-06 | M | 236.0 | 0.05\n2023-01/2023-05 | YTD | 1188.0 | 0.05\n\
            2022-01 | M | 5 | 0.5\n2022-01/2022-02 | YTD | 12 | 0.5\n2022 | A | 90 | 0.5\n2022-01/2022-11 | YTD | 80 | 0.5";
        let made = Scene::new(drawn).apply(MONTHS).0.unwrap();
        assert_eq!(
            draw(&made, &["m_period", "m", "m_rounding", "m_note"]),
            "2023-06 | 236.6 | 0.1 | 2023-06 published as 236\n\
             - | - | - | 2023-06 is no year-to-date period\n\
             2023-05 | - | - | no base: 2023-01/2023-04 not published\n\
             2022-01 | 5 | 0.5 | -\n2022-02 | 7 | 1 | -\n2022-12 | 10 | 1 | -\n\
             2022-11 | - | - | no base: 2022-01/2022-10 not published"
        );
    }

    #[test]
    fn a_difference_within_rounding_is_no_revision() {
        let drawn = "time_period | freq | v:amount | v_rounding:amount\n\
            2023-01/2023-02 | YTD | 3.1 | 0.05\n2023-01 | M | 1 | 0.05\n2023-02 | M | 2 | 0.05";
        let made = Scene::new(drawn).apply(MONTHS).0.unwrap();
        assert!(draw(&made, &["m", "m_note"]).starts_with("2.1 | -\n1 | -"));
    }
}
