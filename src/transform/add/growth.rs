//! `growth`: each value against that of the same kind one lag earlier, as a fraction: 0.05 is 5 %.
//!
//! The base must be there, exact and positive, of the same frequency and span; a gap is never bridged.
//! Where there is no growth, `<name>_status` says why. `<name>_rounding` is how far the roundings of both
//! values may move it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use polars::prelude::*;

use crate::measure::{Frequency, Money, Period, ratio};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnType, Companion, Schema, Table};

use super::super::columns::{described, place, series, text, text_if_any};
use super::super::figures::Figures;
use super::super::groups::Groups;
use super::super::measured::Measured;
use super::super::{Planned, SameKey, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, expect_columns, expect_new, values};

pub(super) const KIND: AddKind = AddKind {
    name: "growth",
    example: r#"{ name = "growth", growth = "obs_value", along = "time_period", lag = "1 year", by = ["flow", "currency"] }"#,
    read,
};

/// How far back the base lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lag {
    /// The same span a year earlier.
    Year,
    /// The month before; for months only.
    Month,
    /// The day, month, quarter or year before.
    Period,
}

const LAGS: [(&str, Lag); 3] = [("1 year", Lag::Year), ("1 month", Lag::Month), ("1 period", Lag::Period)];

#[derive(Debug)]
struct Growth {
    name: Text,
    of: Text,
    along: Text,
    lag: Lag,
    by: Vec<Text>,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("growth");
    let along = fields.text("along").unwrap_or_else(|| Text::at(fields.span(), "time_period"));
    let lag = fields.choice("lag", &LAGS).unwrap_or(Lag::Year);
    let by = fields.texts("by");
    Some(Box::new(Growth { name, of: of?, along, lag, by }))
}

impl Verb for Growth {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        super::super::columns::expect_column(
            schema,
            &self.of,
            &[ColumnType::Money, ColumnType::Integer],
            mistakes,
        );
        let times = [ColumnType::Text, ColumnType::Integer];
        let along = super::super::columns::expect_column(schema, &self.along, &times, mistakes);
        if along == Some(ColumnType::Integer) && self.lag == Lag::Month {
            mistakes.add(self.along.span.clone(), format!("`{}` holds years, not months", self.along.value));
        }
        expect_columns(schema, &self.by, mistakes);
        for name in [
            self.name.value.clone(),
            Companion::Status.of(&self.name.value),
            Companion::Rounding.of(&self.name.value),
        ] {
            expect_new(schema, &Text::at(self.name.span.clone(), name), mistakes);
        }
        if mistakes.count() > before {
            return None;
        }
        let frequency = super::super::columns::frequency_column(schema);
        let planned = Grown {
            name: self.name.value.clone(),
            of: Measured::of(schema, &self.of.value),
            along: self.along.value.clone(),
            frequency,
            lag: self.lag,
            by: values(&self.by),
        };
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Grown {
    name: String,
    of: Measured,
    along: String,
    frequency: Option<String>,
    lag: Lag,
    by: Vec<String>,
}

/// A point on the way, and that of its base.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// A year of a whole-number column.
    Year(i64),
    /// A period: its frequency's code and its ends.
    Period(&'static str, Date, Date),
}

/// A row's moment, and that of its base with its name, or why there is none.
type Steps = (Option<Moment>, Result<(Moment, String), String>);

impl Planned for Grown {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let steps = self.steps(&table.frame)?;
        let groups = Groups::by(&table.frame, &self.by)?;
        let rows_by_key = self.index(&table, &groups, &steps, world)?;
        let growths = Growths(Figures::of(&self.of, &table.frame)?);
        let mut made = Made::default();
        for (row, ((_, base), group)) in steps.iter().zip(&groups.of_row).enumerate() {
            let base = base.as_ref().map_err(String::clone).and_then(|(moment, name)| {
                match rows_by_key.get(&(*group, moment.clone())) {
                    Some(base) => Ok((*base, name.as_str())),
                    None => Err(format!("no base: {name} not published")),
                }
            });
            made.push(growths.growth(row, base));
        }
        let name = self.name.as_str();
        let rounding = Companion::Rounding.of(name);
        let status = Companion::Status.of(name);
        let columns = [
            Float64Chunked::from_iter_options(name.into(), made.growth.into_iter()).into_column(),
            StringChunked::from_iter_options(status.into(), made.status.into_iter()).into_column(),
            Float64Chunked::from_iter_options(rounding.into(), made.rounding.into_iter()).into_column(),
        ];
        for column in columns {
            table.frame.with_column(column)?;
        }
        self.declare(&mut table.schema);
        Ok(table)
    }
}

impl Grown {
    fn declare(&self, schema: &mut Schema) {
        schema.put(TableColumn::measure(self.name.as_str(), ColumnType::Ratio));
        for companion in [Companion::Status, Companion::Rounding] {
            schema.put(TableColumn::companion(companion, &self.name, ColumnType::Ratio));
        }
    }

    /// Where each row and its base stand.
    fn steps(&self, frame: &DataFrame) -> Result<Vec<Steps>, StepError> {
        if let Ok(years) = series(frame, &self.along)?.i64() {
            return Ok(years.iter().map(year_steps).collect());
        }
        let frequencies = text_if_any(frame, self.frequency.as_deref())?;
        let periods = text(frame, &self.along)?.iter().zip(&frequencies);
        Ok(periods.map(|(period, frequency)| self.period_steps(period, frequency.as_deref())).collect())
    }

    fn period_steps(&self, period: Option<&str>, frequency: Option<&str>) -> Steps {
        let Some(written) = period else { return (None, Err("no period".to_owned())) };
        let Ok(period) = Period::parse(written, frequency.and_then(Frequency::parse)) else {
            return (None, Err(format!("`{written}` is no period")));
        };
        let base = match self.lag {
            Lag::Year => period.years_before(1),
            Lag::Month if period.frequency == Frequency::Month => period.previous(),
            Lag::Month => return (Some(moment(&period)), Err("not a month".to_owned())),
            Lag::Period => period.previous(),
        };
        let base = base.ok_or_else(|| format!("{period} has no period before it"));
        (Some(moment(&period)), base.map(|base| (moment(&base), base.to_string())))
    }

    /// The row of every key; two rows of one key are an error, for either might be the base.
    fn index(
        &self,
        table: &Table,
        groups: &Groups,
        steps: &[Steps],
        world: &World<'_>,
    ) -> Result<BTreeMap<(u32, Moment), usize>, StepError> {
        let mut index = BTreeMap::new();
        for (row, ((moment, _), group)) in steps.iter().zip(&groups.of_row).enumerate() {
            let Some(moment) = moment else { continue };
            if index.insert((*group, moment.clone()), row).is_some() {
                let mut columns = self.by.clone();
                columns.push(self.along.clone());
                let same = SameKey {
                    what: format!("`{}`, the growth of `{}`,", self.name, self.of.name),
                    key: described(&table.frame, &columns, row),
                    columns: columns.join(", "),
                    rows: 2,
                    place: place(table, world, row),
                };
                return Err(same.into());
            }
        }
        Ok(index)
    }
}

fn year_steps(year: Option<i64>) -> Steps {
    match year {
        Some(year) => (Some(Moment::Year(year)), Ok((Moment::Year(year - 1), (year - 1).to_string()))),
        None => (None, Err("no year".to_owned())),
    }
}

fn moment(period: &Period) -> Moment {
    Moment::Period(period.frequency.code(), period.start, period.end)
}

/// The three columns as they grow.
#[derive(Default)]
struct Made {
    growth: Vec<Option<f64>>,
    status: Vec<Option<String>>,
    rounding: Vec<Option<f64>>,
}

impl Made {
    fn push(&mut self, one: Result<(f64, Option<f64>), String>) {
        match one {
            Ok((growth, rounding)) => {
                self.growth.push(Some(growth));
                self.status.push(None);
                self.rounding.push(rounding);
            }
            Err(reason) => {
                self.growth.push(None);
                self.status.push(Some(reason));
                self.rounding.push(None);
            }
        }
    }
}

/// Growths of a measure.
struct Growths(Figures);

impl Growths {
    /// Growth and rounding of a row against its base, or why there is none.
    fn growth(&self, row: usize, base: Result<(usize, &str), String>) -> Result<(f64, Option<f64>), String> {
        let value = self.0.exact(row)?;
        let (base_row, name) = base?;
        let base = self.0.exact(base_row).map_err(|why| format!("no base: {name}: {why}"))?;
        if base == Money::ZERO {
            return Err(format!("base {name} is zero"));
        }
        if base < Money::ZERO {
            return Err(format!("base {name} is negative"));
        }
        if !self.0.same_unit(row, base_row) {
            return Err(format!("base {name} is in another unit or currency"));
        }
        let growth = quotient(value, base).ok_or_else(|| format!("base {name} is out of range"))?;
        let rounding = self.0.rounding(row).zip(self.0.rounding(base_row));
        Ok((growth, rounding.and_then(|off| half_width((value, off.0), (base, off.1), growth))))
    }
}

/// How far growth may be off: the farther end of what both roundings allow; `None` where the base may be zero.
fn half_width(value: (Money, Money), base: (Money, Money), growth: f64) -> Option<f64> {
    let ends =
        |(figure, off): (Money, Money)| Some([figure.checked_sub(off).ok()?, figure.checked_add(off).ok()?]);
    let bases = ends(base)?;
    if bases.iter().any(|base| *base <= Money::ZERO) {
        return None;
    }
    let mut width = 0.0_f64;
    for value in ends(value)? {
        for base in bases {
            width = width.max((quotient(value, base)? - growth).abs());
        }
    }
    Some(width)
}

/// `value / base - 1`, with one rounding: the difference is exact.
fn quotient(value: Money, base: Money) -> Option<f64> {
    ratio(value.checked_sub(base).ok()?, base)
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    #[track_caller]
    fn check(toml: &str, drawn: &str, expected: &str) {
        let made = Scene::new(drawn).apply(toml).0.unwrap();
        assert_eq!(draw(&made, &["growth", "growth_status", "growth_rounding"]), expected);
    }

    const YEARLY: &str = r#"add = [ { name = "growth", growth = "v", along = "time_period", lag = "1 year", by = ["flow"] } ]"#;

    #[test]
    fn growth_is_the_fraction_by_which_a_value_exceeds_its_base() {
        // 22360/21310 - 1 = 0.04927264195213515; farthest end (22359.5/21310.5 - 1) is 0.0000480835… off.
        check(
            YEARLY,
            "flow | time_period | v:amount | v_rounding:amount\n\
             total | 2012 | 21310000000 | 500000\n\
             total | 2013 | 22360000000 | 500000",
            "- | no base: 2011 not published | -\n0.049272641952 | - | 0.000048083546",
        );
    }

    #[test]
    fn a_gap_another_span_and_another_group_are_no_base() {
        check(
            YEARLY,
            "flow | time_period | v:amount\n\
             total | 2011 | 18990\n\
             total | 2013 | 22360\n\
             import | 2012 | 5\n\
             total | 2020-01/2020-08 | 100\n\
             total | 2021-01/2021-08 | 110\n\
             total | 2021-01/2021-09 | 130\n\
             total | 2020-12 | 40\n\
             total | 2021-12 | 30",
            "- | no base: 2010 not published | -\n\
             - | no base: 2012 not published | -\n\
             - | no base: 2011 not published | -\n\
             - | no base: 2019-01/2019-08 not published | -\n\
             0.1 | - | -\n\
             - | no base: 2020-01/2020-09 not published | -\n\
             - | no base: 2019-12 not published | -\n\
             -0.25 | - | -",
        );
    }

    #[test]
    fn zero_negative_bound_and_forecast_give_a_reason() {
        check(
            YEARLY,
            "flow | time_period | v:amount | v_status | v_bound\n\
             a | 2011 | 0 | A | \n\
             a | 2012 | 5 | A | \n\
             b | 2011 | -1 | A | \n\
             b | 2012 | 5 | A | \n\
             c | 2011 | 4 | A | >\n\
             c | 2012 | 5 | A | \n\
             d | 2011 | 4 | A | \n\
             d | 2012 | 5 | F | \n\
             e | 2011 |  | O | \n\
             e | 2012 | 5 | A | ",
            "- | no base: 2010 not published | -\n- | base 2011 is zero | -\n\
             - | no base: 2010 not published | -\n- | base 2011 is negative | -\n\
             - | value is a bound | -\n- | no base: 2011: value is a bound | -\n\
             - | no base: 2010 not published | -\n- | value is a forecast | -\n\
             - | no value | -\n- | no base: 2011: no value | -",
        );
    }

    #[test]
    fn years_may_be_whole_numbers() {
        check(
            r#"add = { name = "growth", growth = "v", along = "year", by = ["partner"] }"#,
            "partner | year:whole | v:amount\nRU | 2022 | 150\nRU | 2021 | 100\nBY | 2022 | 7",
            "0.5 | - | -\n- | no base: 2020 not published | -\n- | no base: 2021 not published | -",
        );
    }

    #[test]
    fn the_month_before_may_lie_in_the_year_before() {
        check(
            r#"add = { name = "growth", growth = "v", lag = "1 month", by = [] }"#,
            "time_period | v:amount\n2021-12 | 100\n2022-01 | 80\n2022 | 900",
            "- | no base: 2021-11 not published | -\n-0.2 | - | -\n- | not a month | -",
        );
    }

    #[test]
    fn another_currency_is_no_base() {
        check(
            YEARLY,
            "flow | time_period | v:amount | currency\ntotal | 2012 | 100 | USD\ntotal | 2013 | 700 | CNY",
            "- | no base: 2011 not published | -\n- | base 2012 is in another unit or currency | -",
        );
    }

    #[test]
    fn two_rows_of_one_key_are_an_error() {
        let scene = Scene::new("flow | time_period | v:amount\ntotal | 2012 | 1\ntotal | 2012 | 2");
        let error = scene.apply(YEARLY).0.unwrap_err().to_string();
        assert!(error.contains("flow total, time_period 2012"), "{error}");
    }

    #[test]
    fn mistakes_name_the_column_and_what_is_near() {
        let scene = Scene::new("flow | time_period | v:amount\ntotal | 2012 | 1");
        assert_eq!(
            scene.mistakes(
                r#"add = { name = "growth", growth = "flow", along = "time_periods", lag = "2 years" }"#
            ),
            "`flow` is text (expected amount or whole number)\n\
             unknown column `time_periods` (did you mean `time_period`? allowed: flow, time_period, v)\n\
             unknown value of `lag` `2 years` (did you mean `1 year`? allowed: 1 year, 1 month, 1 period)",
        );
    }
}
