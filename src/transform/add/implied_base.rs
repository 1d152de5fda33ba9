//! `implied_base`: the level of the year before that a level and its stated growth imply, level / (1 + growth).
//!
//! Both are printed rounded, so the base is known only within `<name>_low` and `<name>_high`; a rounding that
//! is not known counts as none. A bound of the level is one of the base; a bound of the growth works the other
//! way round.

use polars::prelude::*;

use crate::measure::{ArithmeticError, Bound, Decimal, Money, RATE_SCALE, Rate};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Companion, Schema, Table};

use super::super::columns::{expect_column, money_column, ratios, text_if_any};
use super::super::computed::{Computed, NewFigure};
use super::super::derived::{Effect, bound_of, status_of};
use super::super::figures::Figures;
use super::super::measured::Measured;
use super::super::{Planned, Shape, Shapes, StepError, Verb, World};
use super::{AddKind, expect_new};

pub(super) const KIND: AddKind = AddKind {
    name: "implied_base",
    example: r#"{ name = "base", implied_base = "obs_value_cny", growth = "stated_growth" }"#,
    settings: &["growth"],
    read,
};

#[derive(Debug)]
struct ImpliedBase {
    name: Text,
    of: Text,
    growth: Text,
}

fn read(name: Text, fields: &mut Fields<'_>) -> Option<Box<dyn Verb>> {
    let of = fields.required_text("implied_base");
    let growth = fields.required_text("growth");
    Some(Box::new(ImpliedBase { name, of: of?, growth: growth? }))
}

impl Verb for ImpliedBase {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        expect_column(schema, &self.of, &[ColumnType::Money], mistakes);
        expect_column(schema, &self.growth, &[ColumnType::Ratio], mistakes);
        let planned = Implied {
            figure: NewFigure {
                name: self.name.value.clone(),
                column_type: ColumnType::Money,
                role: ColumnRole::Measure,
                companions: vec![Companion::Bound, Companion::Rounding],
            },
            of: Measured::of(schema, &self.of.value),
            growth: Measured::of(schema, &self.growth.value),
        };
        planned.figure.expect_new(&self.name, schema, mistakes);
        for name in planned.ends() {
            expect_new(schema, &Text::at(self.name.span.clone(), name), mistakes);
        }
        if mistakes.count() > before {
            return None;
        }
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        Some((shape, Box::new(planned)))
    }
}

#[derive(Debug)]
struct Implied {
    figure: NewFigure,
    of: Measured,
    growth: Measured,
}

impl Implied {
    /// The names of both ends of the base.
    fn ends(&self) -> [String; 2] {
        ["low", "high"].map(|end| format!("{}_{end}", self.figure.name))
    }

    fn declare(&self, schema: &mut Schema) {
        self.figure.declare(schema);
        for name in self.ends() {
            schema.put(TableColumn::attribute(name, ColumnType::Money));
        }
    }
}

/// What the growth of a row says.
struct Stated<'a> {
    growth: Option<f64>,
    rounding: Option<f64>,
    bound: Option<Bound>,
    status: Option<&'a str>,
}

/// A base with both its ends.
type Base = (Computed, Option<[Money; 2]>);

impl Planned for Implied {
    fn run(&self, mut table: Table, _: &World<'_>) -> Result<Table, StepError> {
        let frame = &table.frame;
        let levels = Figures::of(&self.of, frame)?;
        let growths: Vec<Option<f64>> = ratios(frame, &self.growth.name)?.iter().collect();
        let roundings: Vec<Option<f64>> = match &self.growth.rounding {
            Some(rounding) => ratios(frame, rounding)?.iter().collect(),
            None => vec![None; frame.height()],
        };
        let bounds = text_if_any(frame, self.growth.bound.as_deref())?;
        let statuses = text_if_any(frame, self.growth.status.as_deref())?;
        let rows = growths.iter().zip(&roundings).zip(bounds.iter().zip(&statuses)).enumerate();
        let made = rows.map(|(row, ((growth, rounding), (bound, status)))| {
            let stated = Stated {
                growth: *growth,
                rounding: *rounding,
                bound: bound.as_deref().and_then(Bound::parse),
                status: status.as_deref(),
            };
            base(&levels, row, &stated)
        });
        let made = made.collect::<Result<Vec<Base>, _>>()?;
        let computed: Vec<Computed> = made.iter().map(|(computed, _)| computed.clone()).collect();
        self.figure.put(&mut table, &computed)?;
        let [low, high] = self.ends();
        for (name, at) in [(low, 0), (high, 1)] {
            let units = made.iter().map(|(_, ends)| ends.as_ref()?.get(at).map(|end| end.units()));
            let column = money_column(&name, Int128Chunked::from_iter_options(name.as_str().into(), units))?;
            table.frame.with_column(column)?;
        }
        self.declare(&mut table.schema);
        Ok(table)
    }
}

/// The base of a row, or why there is none.
fn base(levels: &Figures, row: usize, stated: &Stated<'_>) -> Result<Base, ArithmeticError> {
    let Some(level) = levels.value(row) else { return Ok((Computed::none("no value"), None)) };
    let Some(growth) = stated.growth else { return Ok((Computed::none("no growth"), None)) };
    let Some(factor) = factor(growth) else {
        return Ok((Computed::none("a fall of 100 % has no base"), None));
    };
    let parts = [
        (levels.bound(row).and_then(Bound::parse), Effect::Same),
        (stated.bound, Effect::Opposite.by_sign_of(level)),
    ];
    let bound = match bound_of(&parts) {
        Ok(bound) => bound,
        Err(reason) => return Ok((Computed::none(reason), None)),
    };
    let value = level.divide(factor)?;
    let ends = ends((level, levels.rounding(row)), (growth, stated.rounding));
    let farther = |[low, high]: [Money; 2]| {
        Some(value.checked_sub(low).ok()?.abs().max(high.checked_sub(value).ok()?.abs()))
    };
    let computed = Computed {
        value: Some(value),
        status: status_of([levels.status(row), stated.status].into_iter()),
        bound,
        rounding: ends.and_then(farther),
        note: None,
    };
    Ok((computed, ends))
}

/// The least and greatest base that both roundings allow; nothing where none is known or growth may be −100 %.
fn ends(level: (Money, Option<Money>), growth: (f64, Option<f64>)) -> Option<[Money; 2]> {
    if level.1.is_none() && growth.1.is_none() {
        return None;
    }
    let levels = super::super::derived::ends(level)?;
    let off = growth.1.unwrap_or_default();
    let mut all = Vec::with_capacity(4);
    for level in levels {
        for growth in [growth.0 - off, growth.0 + off] {
            all.push(level.divide(factor(growth)?).ok()?);
        }
    }
    Some([all.iter().min().copied()?, all.iter().max().copied()?])
}

/// 1 + growth, to 12 places; nothing where it is not above zero.
fn factor(growth: f64) -> Option<Rate> {
    let growth = Decimal::parse(&format!("{growth:.12}")).ok()?;
    Rate::from_units(growth.units.checked_add(10_i128.pow(RATE_SCALE))?)
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, draw};

    const BASE: &str = r#"add = { name = "base", implied_base = "v", growth = "g" }"#;

    #[track_caller]
    fn check(drawn: &str, columns: &[&str], expected: &str) {
        assert_eq!(draw(&Scene::new(drawn).apply(BASE).0.unwrap(), columns), expected);
    }

    /// By Python's decimal: 122e9 / 1.647, 121.5e9 / 1.6475 and 122.5e9 / 1.6465.
    #[test]
    fn the_base_of_2018_lies_between_73_75_and_74_40_billion() {
        check(
            "v:amount | v_status | v_rounding:amount | g:ratio | g_rounding:ratio\n\
             122000000000 | A | 500000000 | 0.647 | 0.0005\n122000000000 | A | | 0.647 |",
            &["base", "base_status", "base_low", "base_high", "base_rounding"],
            "74074074074.07407407 | D | 73748103186.64643399 | 74400242939.56878227 | 326168865.4947082\n\
             74074074074.07407407 | D | - | - | -",
        );
    }

    #[test]
    fn marks_travel_and_what_is_missing_is_told() {
        check(
            "v:amount | v_status | v_bound | g:ratio\n110 | F | | 0.1\n110 | A | > | 0.1\n | O | | 0.1\n5 | A | | \n5 | A | | -1",
            &["base", "base_status", "base_bound", "base_note"],
            "100 | F | - | -\n100 | D | > | -\n- | O | - | no value\n- | O | - | no growth\n\
             - | O | - | a fall of 100 % has no base",
        );
    }

    #[test]
    fn mistakes_name_the_column() {
        let said = Scene::new("v:amount | g:ratio\n1 | 0.1")
            .mistakes(r#"add = { name = "base", implied_base = "g", growth = "v" }"#);
        assert_eq!(said, "`g` is ratio (expected amount)\n`v` is amount (expected ratio)");
    }
}
