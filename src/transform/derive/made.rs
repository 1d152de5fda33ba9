//! The derived rows: finds the cells, puts them together, and lays the results below the table.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::cell::{Cell, Given, Refusal, combined};
use super::{Derived, Row};
use crate::finding::{Finding, Severity, transform as codes};
use crate::measure::{Bound, Frequency, Money};
use crate::table::{ColumnRole, Companion, ORIGIN_COLUMN, Schema, Table};

use super::super::columns::{described, frequency_column, money_column, place, series, text, text_if_any};
use super::super::figures::Figures;
use super::super::groups::Groups;
use super::super::{Planned, RefusedFigures, SameKey, StepError, World};

/// The column of periods.
const PERIOD: &str = "time_period";

impl Planned for Derived {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        self.complete(&mut table)?;
        let groups = Groups::by(&table.frame, &self.on)?;
        let found = Found::of(self, &table, &groups, world)?;
        let mut cells: Vec<(&Row, Cell)> = Vec::new();
        let mut made: BTreeSet<&str> = BTreeSet::new();
        for group in found.by_group {
            let mut known = group;
            for row in &self.rows {
                if let Some(cell) = derived(row, &known, &table, world)? {
                    made.insert(&row.name.value);
                    known.insert(&row.name.value, Cell { named: row_named(row, &cell), ..cell.clone() });
                    cells.push((row, cell));
                }
            }
        }
        let mut journal = world.journal.borrow_mut();
        for row in self.rows.iter().filter(|row| !made.contains(row.name.value.as_str())) {
            let of: Vec<&str> = row.of.iter().map(|of| of.value.as_str()).collect();
            journal.findings.push(
                Finding::new(&codes::NOT_DERIVED, Severity::Warning, table.name.clone()).seen(
                    row.name.value.clone(),
                    format!("rows whose `{}` is {}", self.column, of.join(", ")),
                ),
            );
        }
        drop(journal);
        let below = self.frame(&table, &cells)?;
        table.frame.vstack_mut(&below)?;
        Ok(table)
    }
}

/// How a later row names a derived cell in its note.
fn row_named(row: &Row, cell: &Cell) -> String {
    match &cell.value {
        Ok(value) => named(&row.name.value, *value, cell.bound, cell.unit.as_deref()),
        Err(_) => row.name.value.clone(),
    }
}

fn named(name: &str, value: Money, bound: Option<Bound>, unit: Option<&str>) -> String {
    let sign = bound.map(Bound::as_str).unwrap_or_default();
    let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    format!("{name} {sign}{value}{unit}")
}

/// The cells of every group by their names, groups in the order of `on`.
struct Found<'a> {
    by_group: Vec<BTreeMap<&'a str, Cell>>,
}

impl<'a> Found<'a> {
    fn of(
        derived: &'a Derived,
        table: &Table,
        groups: &Groups,
        world: &World<'_>,
    ) -> Result<Self, StepError> {
        let frame = &table.frame;
        let wanted: BTreeSet<&str> = derived
            .rows
            .iter()
            .flat_map(|row| row.of.iter().chain([&row.name]))
            .map(|name| name.value.as_str())
            .collect();
        let cells = Cells::of(derived, table)?;
        let mut by_group = vec![BTreeMap::new(); groups.first.len()];
        let rows = text(frame, &derived.column)?.iter().zip(&groups.of_row).enumerate();
        for (row, (name, group)) in rows {
            let Some(name) = name.and_then(|name| wanted.get(name)) else { continue };
            let group = usize::try_from(*group).ok().and_then(|group| by_group.get_mut(group));
            let Some(group) = group else { continue };
            let is_derived = derived.rows.iter().any(|row| row.name.value == *name);
            if is_derived
                || group.insert(*name, cells.cell(name, row, &place(table, world, row).to_string())).is_some()
            {
                let mut columns = derived.on.clone();
                columns.push(derived.column.clone());
                let what = if is_derived { "is there already; `derive`" } else { "`derive`" };
                return Err(SameKey {
                    what: what.to_owned(),
                    key: described(frame, &columns, row),
                    columns: columns.join(", "),
                    rows: 2,
                    place: place(table, world, row),
                }
                .into());
            }
        }
        let order = groups.in_order(frame, &derived.on)?;
        let by_group =
            order.into_iter().filter_map(|group| by_group.get_mut(group).map(std::mem::take)).collect();
        Ok(Self { by_group })
    }
}

/// The columns cells are read from.
struct Cells {
    figures: Figures,
    unit: Vec<Option<String>>,
    currency: Vec<Option<String>>,
    period: Vec<Option<String>>,
    frequency: Vec<Option<String>>,
}

impl Cells {
    fn of(derived: &Derived, table: &Table) -> Result<Self, StepError> {
        let frame = &table.frame;
        let period = table.schema.has(PERIOD).then_some(PERIOD);
        Ok(Self {
            figures: Figures::of(&derived.of, frame)?,
            unit: text_if_any(frame, derived.unit.as_deref())?,
            currency: text_if_any(frame, derived.currency.as_deref())?,
            period: text_if_any(frame, period)?,
            frequency: text_if_any(frame, frequency_column(&table.schema).as_deref())?,
        })
    }

    fn cell(&self, name: &str, row: usize, place: &str) -> Cell {
        let text = |of: &Vec<Option<String>>| of.get(row).cloned().flatten();
        let (unit, bound) = (text(&self.unit), self.figures.bound(row).and_then(Bound::parse));
        let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
        let value = self.figures.value(row).ok_or_else(|| format!("{name}: no value"));
        let named = match &value {
            Ok(value) => named(name, *value, bound, unit.as_deref()),
            Err(_) => name.to_owned(),
        };
        let frequency = text(&self.frequency);
        Cell {
            rows: vec![row],
            value,
            rounding: self.figures.rounding(row),
            bound,
            status: self.figures.status(row).map(str::to_owned),
            unit,
            currency: text(&self.currency),
            period: text(&self.period)
                .map(|period| (period, frequency.as_deref().and_then(Frequency::parse))),
            named: format!("{named}{place}"),
        }
    }
}

impl Derived {
    /// Adds status and note where the table has none: what is there is normal, what is not is missing.
    fn complete(&self, table: &mut Table) -> Result<(), StepError> {
        if !table.schema.has(&self.status()) {
            let there = series(&table.frame, &self.of.name)?.is_not_null();
            let status = there.iter().map(|there| Some(if there == Some(true) { "A" } else { "O" }));
            let status = StringChunked::from_iter_options(self.status().into(), status);
            table.frame.with_column(status.into_column())?;
        }
        if !table.schema.has(&self.note()) {
            let note = StringChunked::full_null(self.note().into(), table.frame.height());
            table.frame.with_column(note.into_column())?;
        }
        self.declare(&mut table.schema);
        Ok(())
    }

    /// The derived rows with the columns of the table.
    fn frame(&self, table: &Table, cells: &[(&Row, Cell)]) -> Result<DataFrame, StepError> {
        let columns = table
            .schema
            .columns()
            .iter()
            .map(|column| self.column(&table.frame, &table.schema, &column.name, cells));
        Ok(DataFrame::new(cells.len(), columns.collect::<Result<Vec<_>, _>>()?)?)
    }

    fn column(
        &self,
        frame: &DataFrame,
        schema: &Schema,
        name: &str,
        cells: &[(&Row, Cell)],
    ) -> Result<Column, StepError> {
        let texts = |text: &dyn Fn(&Row, &Cell) -> Option<String>| {
            let texts = cells.iter().map(|(row, cell)| text(row, cell));
            StringChunked::from_iter_options(name.into(), texts).into_column()
        };
        let amounts = |amount: &dyn Fn(&Cell) -> Option<Money>| {
            let units = cells.iter().map(|(_, cell)| amount(cell).map(Money::units));
            money_column(name, Int128Chunked::from_iter_options(name.into(), units))
        };
        let value = self.of.name.as_str();
        if name == self.column {
            return Ok(texts(&|row, _| Some(row.name.value.clone())));
        } else if name == value {
            return amounts(&|cell| cell.value.clone().ok());
        } else if name == Companion::Rounding.of(value) {
            return amounts(&|cell| cell.rounding);
        } else if name == Companion::Bound.of(value) {
            return Ok(texts(&|_, cell| cell.bound.map(|bound| bound.as_str().to_owned())));
        } else if name == self.status() {
            return Ok(texts(&|_, cell| cell.status.clone()));
        } else if name == self.note() {
            return Ok(texts(&|_, cell| Some(cell.named.clone())));
        } else if Some(name) == self.unit.as_deref() {
            return Ok(texts(&|_, cell| cell.unit.clone()));
        } else if Some(name) == self.currency.as_deref() {
            return Ok(texts(&|_, cell| cell.currency.clone()));
        }
        let rows = self.carried(frame, schema, name, cells)?.into_iter();
        let rows = IdxCa::from_iter_options("rows".into(), rows);
        Ok(series(frame, name)?.take(&rows)?.into_column())
    }

    /// The row from which each derived row takes what it has in a column that is not computed: the first cell's
    /// for its period, and for what all its cells share with another. What is a row's own (its number, its
    /// label), and what goes with a figure of the source, does not go with a figure computed from it.
    fn carried(
        &self,
        frame: &DataFrame,
        schema: &Schema,
        name: &str,
        cells: &[(&Row, Cell)],
    ) -> Result<Vec<Option<IdxSize>>, StepError> {
        let plainly = [PERIOD, "freq", ORIGIN_COLUMN].contains(&name) || self.on.iter().any(|on| on == name);
        let identifies = schema.get(name).is_some_and(|column| column.role == ColumnRole::Dimension);
        let mut shared_by = self.on.clone();
        shared_by.push(name.to_owned());
        let alike = Groups::by(frame, &shared_by)?;
        let sizes: Vec<usize> = alike.rows().iter().map(Vec::len).collect();
        let carried = cells.iter().map(|(_, cell)| {
            let first = cell.rows.first().copied()?;
            let of = |row: usize| alike.of_row.get(row).and_then(|group| usize::try_from(*group).ok());
            let agree = cell.rows.iter().all(|row| of(*row) == of(first));
            let shared = of(first).and_then(|group| sizes.get(group)).is_some_and(|rows| *rows > 1);
            (plainly || identifies && agree && shared).then(|| IdxSize::try_from(first).ok())?
        });
        Ok(carried.collect())
    }
}

/// One derived row of a group; nothing where the group has none of the cells it is about: a quotient is
/// about its first cell, a sum or difference about all.
fn derived(
    row: &Row,
    known: &BTreeMap<&str, Cell>,
    table: &Table,
    world: &World<'_>,
) -> Result<Option<Cell>, StepError> {
    let found: Vec<Option<&Cell>> = row.of.iter().map(|of| known.get(of.value.as_str())).collect();
    let about = if row.form.makes_a_unit() { found.get(..1) } else { Some(found.as_slice()) };
    let Some(some) = about.into_iter().flatten().flatten().next() else { return Ok(None) };
    let mut cells: Vec<Cell> = Vec::with_capacity(found.len());
    for (cell, of) in found.iter().zip(&row.of) {
        let none = || Cell {
            rows: some.rows.clone(),
            value: Err(format!("no {}", of.value)),
            rounding: None,
            bound: None,
            status: None,
            unit: None,
            currency: None,
            period: some.period.clone(),
            named: of.value.clone(),
        };
        cells.push(cell.map_or_else(none, Clone::clone));
    }
    let refusal = match combined(row.form, &cells)? {
        Given::Cell(cell) => return Ok(Some(Cell { unit: row.unit.clone().or(cell.unit), ..cell })),
        Given::Refused(refusal) => refusal,
    };
    let (Refusal::Units(why) | Refusal::Periods(why)) = refusal;
    let what = format!("the row `{}` of `derive`", row.name.value);
    let first = some.rows.first().copied().unwrap_or_default();
    Err(RefusedFigures { what, why, place: place(table, world, first) }.into())
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    const ZONES: &str = "indicator | entity | fact_id | time_period | freq | v:amount | v_status | v_bound | v_rounding:amount | unit_measure | currency | note_of_source\n\
        ZONE_COUNT | zones | F05 | 2019 | P | 16 | A | | | ZONES | | a\n\
        ZONE_INVESTMENT | zones | F06 | 2019 | P | 3000000000 | A | | 500000000 | USD | USD | b\n\
        ZONE_ENTERPRISES | zones | F07 | 2019 | P | 147 | A | | | ENTERPRISES | | \n\
        ZONE_TAX | zones | F08 | 2019 | P | 250000000 | A | | 5000000 | USD | USD | \n\
        LENGTH | cableway | F34 | 2021 | A | 972 | F | | | M | | \n\
        COST | cableway | F35 | 2021 | A | 571000000 | F | | | CNY | CNY | \n\
        PASSENGERS | bridge | F32 | 2020 | A | 1400000 | F | | 50000 | PERSONS | | \n\
        LENGTH | bridge | F27 | 2019 | P | 1284 | A | | | M | | \n\
        REPS | expo | F20 | 2019-06 | M | 23000 | A | > | | PERSONS | | \n\
        COUNTRIES | expo | F21 | 2019-06 | M | 74 | A | | | COUNTRIES | | \n\
        AREA | expo | F22 | 2019-06 | M | 86000 | A | | | M2 | | ";

    fn derive(rows: &str) -> String {
        format!("derive = {{ column = \"indicator\", value = \"v\", on = [\"entity\"], rows = [ {rows} ] }}")
    }

    /// The rows below the drawn ones.
    fn below(drawn: &str, toml: &str, columns: &[&str]) -> String {
        let made = Scene::new(drawn).apply(toml).0.unwrap();
        let rows: Vec<String> =
            draw(&made, columns).lines().skip(drawn.lines().count() - 1).map(str::to_owned).collect();
        rows.join("\n")
    }

    /// By Python's decimal, rounded half away at the eighth place: 3e9/16, 147/16, 25e9/3e9, 571e6/972,
    /// 1.4e6/366 and 1.4e6/1284.
    #[test]
    fn ratios_of_the_article_come_with_their_units() {
        let toml = derive(
            r#"{ name = "PER_ZONE", ratio = ["ZONE_INVESTMENT", "ZONE_COUNT"] },
               { name = "ENT_PER_ZONE", ratio = ["ZONE_ENTERPRISES", "ZONE_COUNT"] },
               { name = "TAX_RATE", percent = ["ZONE_TAX", "ZONE_INVESTMENT"] },
               { name = "PER_METRE", ratio = ["COST", "LENGTH"] },
               { name = "A_DAY", per_day = "PASSENGERS" },
               { name = "FLOW_PER_METRE", ratio = ["PASSENGERS", "LENGTH"], unit = "PERSONS/M/YEAR" }"#,
        );
        let columns = ["indicator", "v", "unit_measure", "currency", "v_status", "time_period", "freq"];
        assert_eq!(
            below(ZONES, &toml, &columns),
            "A_DAY | 3825.13661202 | PERSONS/DAY | - | F | 2020 | A\n\
             FLOW_PER_METRE | 1090.34267913 | PERSONS/M/YEAR | - | F | 2020 | A\n\
             PER_METRE | 587448.55967078 | CNY/M | CNY | F | 2021 | A\n\
             PER_ZONE | 187500000 | USD/ZONES | USD | D | 2019 | P\n\
             ENT_PER_ZONE | 9.1875 | ENTERPRISES/ZONES | - | D | 2019 | P\n\
             TAX_RATE | 8.33333333 | PERCENT | - | D | 2019 | P"
        );
    }

    #[test]
    fn a_derived_row_says_what_it_rests_on_and_keeps_what_its_cells_share() {
        let toml = derive(r#"{ name = "PER_ZONE", ratio = ["ZONE_INVESTMENT", "ZONE_COUNT"] }"#);
        let columns = ["entity", "fact_id", "v_rounding", "v_note", "note_of_source"];
        assert_eq!(
            below(ZONES, &toml, &columns),
            "zones | - | 31250000 | ZONE_INVESTMENT 3000000000 USD (t.xlsx ▸ S ▸ A3) ÷ ZONE_COUNT 16 ZONES (t.xlsx ▸ S ▸ A2) | -"
        );
    }

    /// At least 23000 persons from 74 countries on 86000 m2: at least 310.81081081 a country and at most
    /// 3.73913043 m2 a person.
    #[test]
    fn a_bound_below_is_a_bound_above_of_what_it_divides() {
        let toml = derive(
            r#"{ name = "PER_COUNTRY", ratio = ["REPS", "COUNTRIES"] }, { name = "M2_PER_PERSON", ratio = ["AREA", "REPS"] }"#,
        );
        assert_eq!(
            below(ZONES, &toml, &["indicator", "v_bound", "v"]),
            "PER_COUNTRY | > | 310.81081081\nM2_PER_PERSON | < | 3.73913043"
        );
    }

    const FLOWS: &str = "flow | partner | time_period | v_cny:amount\nimport | RU | 2021 | 5.5\nexport | RU | 2021 | 3\n\
        export | BY | 2021 | 2\ntotal | BY | 2021 | 9\nimport | BY | 2021 | \nexport | MN | 2021 | 1";

    #[test]
    fn a_balance_needs_both_its_sides() {
        let toml = r#"derive = { column = "flow", value = "v_cny", on = ["partner", "time_period"], rows = [ { name = "balance", difference = ["export", "import"] } ] }"#;
        assert_eq!(
            below(FLOWS, toml, &["flow", "partner", "v_cny", "v_cny_status", "v_cny_note"]),
            "balance | BY | - | O | import: no value\nbalance | MN | - | O | no import\n\
             balance | RU | -2.5 | D | export 3 (t.xlsx ▸ S ▸ A3) − import 5.5 (t.xlsx ▸ S ▸ A2)"
        );
    }

    #[test]
    fn a_later_row_may_use_an_earlier_one() {
        let toml = r#"derive = { column = "flow", value = "v_cny", on = ["partner"], rows = [ { name = "both", sum = ["export", "import"] }, { name = "again", difference = ["both", "import"] } ] }"#;
        assert!(
            below(FLOWS, toml, &["flow", "partner", "v_cny"]).ends_with("both | RU | 8.5\nagain | RU | 3")
        );
    }

    #[test]
    fn what_no_row_has_is_told_and_a_zero_divides_nothing() {
        let scene = Scene::new("k | v:amount | unit_measure\na | 1 | M\nb | 0 | M");
        let toml = r#"derive = { column = "k", value = "v", rows = [ { name = "x", ratio = ["a", "b"] }, { name = "y", ratio = ["c", "d"] } ] }"#;
        let (made, journal) = scene.apply(toml);
        assert_eq!(
            draw(&made.unwrap(), &["k", "v", "v_status", "v_note"]),
            "a | 1 | A | -\nb | 0 | A | -\nx | - | O | b 0 M (t.xlsx ▸ S ▸ A3) is zero"
        );
        let [found] = journal.findings.as_slice() else { panic!("{:?}", journal.findings) };
        assert_eq!((found.code.id, found.seen.as_str()), ("S24", "y"));
    }

    #[track_caller]
    fn refused(drawn: &str, row: &str, expected: &str) {
        let toml = format!("derive = {{ column = \"k\", value = \"v\", rows = [ {row} ] }}");
        let said = Scene::new(drawn).apply(&toml).0.unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn unlike_units_two_periods_two_rows_and_a_name_in_use_are_refused() {
        let head = "k | time_period | v:amount | unit_measure\n";
        let sum = r#"{ name = "x", sum = ["a", "b"] }"#;
        refused(&format!("{head}a | 2021 | 1 | M\nb | 2021 | 1 | KM"), sum, "are of two units");
        refused(&format!("{head}a | 2021 | 1 | M\nb | 2022 | 1 | M"), sum, "is of 2021, b 1 M");
        refused(&format!("{head}a | 2021 | 1 | M\na | 2021 | 2 | M"), sum, "2 rows have k a");
        refused(&format!("{head}a | 2021 | 1 | M\nx | 2021 | 2 | M"), sum, "is there already");
    }

    #[test]
    fn mistakes_are_told_at_once() {
        let scene = Scene::new("k | v_cny:amount\na | 1");
        let said = scene.mistakes(
            r#"derive = { column = "kk", value = "v_cny", rows = [ { name = "x", ratio = ["a", "b"] }, { name = "x", sum = ["x", "b"] } ] }"#,
        );
        assert!(said.contains("unknown column `kk`"), "{said}");
        assert!(said.contains("no column says the unit of `v_cny`"), "{said}");
        assert!(
            said.contains("`x` is derived twice") && said.contains("`x` is derived from itself"),
            "{said}"
        );
        let said = scene.mistakes(
            r#"derive = { column = "k", value = "v_cny", rows = [ { name = "x", ratio = ["a"] }, { name = "y" } ] }"#,
        );
        assert!(
            said.contains("`ratio` takes two names, not 1") && said.contains("computed in one way"),
            "{said}"
        );
    }
}
