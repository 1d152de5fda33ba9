//! `cumulative`: each value added to all before it in its group, from the earliest period on.
//!
//! A gap, an empty value, a bound or a forecast stops the sum: from there on the figure is empty, with the
//! reason in `<name>_note`. With `restart = "year"` it is a year-to-date sum: it begins anew in every year,
//! and only with the year's first period. Year-to-date values are cumulative already and have none.

use crate::measure::Money;
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{ColumnRole, ColumnType, Companion, Table};

use super::super::along::{Along, Moment, Way};
use super::super::columns::expect_column;
use super::super::computed::{Computed, NewFigure};
use super::super::derived::rounding_of_sum;
use super::super::figures::Figures;
use super::super::measured::Measured;
use super::super::overlaps::Overlaps;
use super::super::within::Within;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, along_or_time_period};

pub(super) const KIND: AddKind = AddKind {
    name: "cumulative",
    example: r#"{ name = "cumulative_cny", cumulative = "value_cny", along = "time_period", within = ["flow", "year(time_period)"] }"#,
    settings: &[],
    read,
};

/// Where a sum begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restart {
    /// Nowhere: it begins with the first period of its group.
    Never,
    /// In the first period of every year.
    Year,
}

#[derive(Debug)]
struct Cumulative {
    name: Text,
    of: Text,
    along: Text,
    within: Vec<Text>,
    restart: Restart,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("cumulative");
    let along = along_or_time_period(fields);
    let within = fields.texts("within");
    let restart = fields.choice("restart", &[("year", Restart::Year)]).unwrap_or(Restart::Never);
    Some(Box::new(Cumulative { name, of: of?, along, within, restart }))
}

impl Verb for Cumulative {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        let summable = [ColumnType::Money, ColumnType::Integer];
        let column_type = expect_column(schema, &self.of, &summable, mistakes);
        let within = Within::plan(&self.within, schema, mistakes);
        let by = within.as_ref().map(Within::columns).unwrap_or_default();
        let what = format!("`{}`, the cumulative `{}`,", self.name.value, self.of.value);
        let way = Way::plan(&self.along, schema, (what, by), mistakes);
        let of = Measured::of(schema, &self.of.value);
        let companions = of.rounding.iter().map(|_| Companion::Rounding).collect();
        let name = self.name.value.clone();
        // Cumulative figures overlap, so they are no measure that could be added further.
        let role = ColumnRole::Attribute;
        let figure = NewFigure { name, column_type: column_type?, role, companions };
        figure.expect_new(&self.name, schema, mistakes);
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        figure.declare(&mut shape.schema);
        let overlaps = Overlaps::of(&shape, shapes);
        let planned = Cumulated { figure, of, way: way?, within: within?, restart: self.restart, overlaps };
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Cumulated {
    figure: NewFigure,
    of: Measured,
    way: Way,
    within: Within,
    restart: Restart,
    overlaps: Overlaps,
}

impl Planned for Cumulated {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let groups = self.within.groups(&table.frame)?;
        self.of.refuse_mixed_units(&table, &groups, world, "a cumulative sum")?;
        self.overlaps.refuse(&self.of.name, &table, &groups, (world, "a cumulative sum"))?;
        let along = Along::of(&self.way, &table, &groups, world)?;
        let figures = Figures::of(&self.of, &table.frame)?;
        let mut made: Vec<Computed> = along
            .moments
            .iter()
            .map(|moment| Computed::none(moment.as_ref().err().map_or("no period", String::as_str)))
            .collect();
        for chain in along.chains() {
            let mut sum = Sum::default();
            for (moment, row) in chain {
                if self.restart == Restart::Year
                    && sum.before.is_some_and(|last| last.year() != moment.year())
                {
                    sum = Sum::default();
                }
                let computed = sum.with(moment, (&figures, row), self.restart)?;
                if let Some(place) = made.get_mut(row) {
                    *place = computed;
                }
            }
        }
        self.figure.put(&mut table, &made)?;
        Ok(table)
    }
}

/// What has been added so far.
#[derive(Default)]
struct Sum {
    before: Option<Moment>,
    total: Money,
    rounding: Option<Money>,
    marked: bool,
    stopped: Option<String>,
}

impl Sum {
    /// The sum up to a moment.
    fn with(
        &mut self,
        moment: Moment,
        (figures, row): (&Figures, usize),
        restart: Restart,
    ) -> Result<Computed, StepError> {
        let Some(previous) = moment.previous() else {
            return Ok(Computed::none(format!("{moment} is no day, month, quarter or year")));
        };
        let follows = match self.before {
            None => restart == Restart::Never || moment.begins_a_year(),
            Some(before) => before == previous,
        };
        if !follows && self.stopped.is_none() {
            self.stopped = Some(format!("{previous} not published"));
        }
        self.before = Some(moment);
        match figures.exact(row) {
            Err(why) if self.stopped.is_none() => self.stopped = Some(format!("{moment}: {why}")),
            Ok(value) if self.stopped.is_none() => {
                self.total = self.total.checked_add(value)?;
                self.rounding = rounding_of_sum([self.rounding, figures.rounding(row)].into_iter());
                self.marked |= figures.is_marked(row);
            }
            _ => {}
        }
        if let Some(reason) = &self.stopped {
            return Ok(Computed::none(reason.as_str()));
        }
        let status = if self.marked { "E" } else { "A" };
        Ok(Computed::exact(self.total, status, self.rounding))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    const BY_FLOW: &str =
        r#"add = { name = "sum", cumulative = "v", within = ["flow", "year(time_period)"] }"#;

    #[track_caller]
    fn check(toml: &str, drawn: &str, columns: &[&str], expected: &str) {
        assert_eq!(draw(&Scene::new(drawn).apply(toml).0.unwrap(), columns), expected);
    }

    #[test]
    fn values_are_added_along_time_whatever_the_order_of_rows() {
        check(
            BY_FLOW,
            "flow | time_period | v:amount | v_status | v_rounding:amount\n\
             export | 2021-02 | 2.5 | P | 0.05\nexport | 2021-01 | 1 | A | 0.05\nimport | 2021-02 | 7 | A | 0.05\n\
             export | 2022-01 | 4 | A | 0.05\nexport | 2021-03 | 1 | A | 0.05",
            &["sum", "sum_status", "sum_rounding", "sum_note"],
            "3.5 | E | 0.1 | -\n1 | A | 0.05 | -\n7 | A | 0.05 | -\n4 | A | 0.05 | -\n4.5 | E | 0.15 | -",
        );
    }

    #[test]
    fn a_gap_an_empty_value_and_a_forecast_stop_the_sum() {
        check(
            r#"add = { name = "sum", cumulative = "v", within = ["flow"] }"#,
            "flow | time_period | v:amount | v_status\na | 2021-01 | 1 | A\na | 2021-03 | 1 | A\na | 2021-04 | 1 | A\n\
             b | 2021-01 | 1 | A\nb | 2021-02 | | O\nb | 2021-03 | 1 | A\nc | 2021-01 | 1 | F\n\
             d | 2021-01/2021-08 | 9 | A",
            &["sum", "sum_status", "sum_note"],
            "1 | A | -\n- | O | 2021-02 not published\n- | O | 2021-02 not published\n\
             1 | A | -\n- | O | 2021-02: no value\n- | O | 2021-02: no value\n- | O | 2021-01: value is a forecast\n\
             - | O | 2021-01/2021-08 is no day, month, quarter or year",
        );
    }

    #[test]
    fn a_year_to_date_sum_begins_with_january() {
        check(
            r#"add = { name = "sum", cumulative = "n", restart = "year" }"#,
            "time_period | n:whole\n2021-12 | 5\n2022-01 | 1\n2022-02 | 2\n2023-02 | 3",
            &["sum", "sum_note"],
            "- | 2021-11 not published\n1 | -\n3 | -\n- | 2023-01 not published",
        );
    }

    #[test]
    fn years_may_be_whole_numbers_and_currencies_do_not_mix() {
        check(
            r#"add = { name = "sum", cumulative = "v", along = "year" }"#,
            "year:whole | v:amount\n2022 | 1\n2021 | 2",
            &["sum"],
            "3\n2",
        );
        let mixed = Scene::new("time_period | v:amount | currency\n2021 | 1 | CNY\n2022 | 1 | USD");
        let said = mixed.apply(r#"add = { name = "sum", cumulative = "v" }"#).0.unwrap_err().to_string();
        assert!(said.contains("CNY in one row and USD in another"), "{said}");
        let twice = Scene::new("time_period | v:amount\n2021 | 1\n2021 | 1");
        let said = twice.apply(r#"add = { name = "sum", cumulative = "v" }"#).0.unwrap_err().to_string();
        assert!(said.contains("time_period 2021"), "{said}");
    }

    #[test]
    fn a_name_in_use_is_a_mistake() {
        let scene = Scene::new("time_period | v:amount | w_note\n2021 | 1 |");
        let said = scene.mistakes(r#"add = { name = "w", cumulative = "v" }"#);
        assert_eq!(said, "there is already a column `w_note`");
    }

    #[test]
    fn mistakes_are_told_at_once() {
        let scene = Scene::new("flow | time_period | v:amount | w:amount | w_note\n| 2021 | 1 | 1 |");
        assert_eq!(
            scene.mistakes(
                r#"add = { name = "w", cumulative = "flow", along = "v", within = ["x"], restart = "month" }"#
            ),
            "`flow` is text (expected amount or whole number)\n\
             `v` is amount (expected text or whole number)\n\
             unknown column `x` (allowed: flow, time_period, v, w, w_note)\n\
             unknown value of `restart` `month` (allowed: year)",
        );
    }
}
