//! One figure of a row: its number with unit, currency, status, bound and rounding, or why it cannot be
//! used.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::source as codes;
use crate::measure::{Decimal, Money, read_currency, read_unit};

use super::builder::Value;
use super::columns::{Bad, Normalised, Percent, money, number, ratio, text_of};
use super::grid::{Cell, CellValue};
use super::plan::{Figure, UnitFrom};
use super::spec::Precision;
use super::spec_columns::{Measure, MeasureKind, Need};

/// Names of currencies and units, read once a distinct text.
#[derive(Default)]
pub(super) struct Words {
    currencies: BTreeMap<Arc<str>, Option<(Value, Normalised)>>,
    units: BTreeMap<Arc<str>, Result<ReadUnit, String>>,
}

/// A unit as the row needs it.
#[derive(Clone)]
struct ReadUnit {
    code: Value,
    currency: Value,
    power: i32,
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The cell is empty, bad or not there.
    #[default]
    Nothing,
    /// A marker says that there is no figure.
    DeclaredMissing,
    /// It was read.
    Read,
}

/// A figure with its companions, and the cells that spoil it.
#[derive(Default)]
pub(super) struct ReadFigure {
    pub(super) outcome: Outcome,
    pub(super) value: Value,
    pub(super) status: Value,
    pub(super) bound: Value,
    pub(super) rounding: Value,
    pub(super) unit: Value,
    pub(super) currency: Value,
    pub(super) normalised: Normalised,
    pub(super) bad: Vec<(u32, Bad)>,
}

/// Reads the figures of one measure in one row.
pub(super) struct FigureReader<'a> {
    pub(super) measure: &'a Measure,
    pub(super) cols: &'a [u32],
    pub(super) cells: &'a [Option<&'a Cell>],
    pub(super) decimal: char,
    pub(super) precision: Precision,
}

impl FigureReader<'_> {
    /// Reads the figure in the column `figure`; without a column it is missing.
    pub(super) fn read(&self, figure: Option<&Figure>, words: &mut Words) -> ReadFigure {
        let mut read = ReadFigure { status: Value::Word("O"), ..ReadFigure::default() };
        let Some(figure) = figure else { return read };
        let Some(cell) = self.cell(figure.slot) else {
            if self.measure.need == Need::Required {
                let expected = format!("a number for {}", self.measure.name);
                read.bad.push((self.col(figure.slot), Bad::new(&codes::REQUIRED_EMPTY, "", expected)));
            }
            return read;
        };
        let status = match &cell.value {
            CellValue::Text(text) if !self.measure.missing.is_empty() => {
                self.measure.missing.get(&crate::text::fold(text))
            }
            _ => None,
        };
        let power = self.unit(figure, words, &mut read);
        if let Some(status) = status {
            // A figure that is not there needs no unit.
            read.bad.clear();
            read.status = Value::text(status.as_str());
            read.outcome = Outcome::DeclaredMissing;
        } else if let Err(problem) = self.number(cell, power, &mut read) {
            read.bad.push((self.col(figure.slot), problem));
        }
        read
    }

    fn cell(&self, slot: usize) -> Option<&Cell> {
        self.cells.get(slot).copied().flatten()
    }

    fn col(&self, slot: usize) -> u32 {
        self.cols.get(slot).copied().unwrap_or_default()
    }

    fn number(&self, cell: &Cell, power: i32, read: &mut ReadFigure) -> Result<(), Bad> {
        let found = number(cell, self.decimal)?;
        self.within_limits(found.value, cell)?;
        let (value, rounding) = match self.measure.kind {
            MeasureKind::Amount if found.percent != Percent::Plain => {
                return Err(Bad::new(&codes::NOT_A_NUMBER, cell.printed().trim(), "an amount, not a share"));
            }
            MeasureKind::Amount => {
                money(found.value, power, self.precision).map_err(|_error| too_large(cell))?
            }
            MeasureKind::Percent => ratio(found.value, found.percent),
        };
        read.outcome = Outcome::Read;
        read.value = value;
        read.status = Value::Word("A");
        read.bound = found.bound.map_or(Value::Null, |bound| Value::Word(bound.as_str()));
        // Of a figure known only to lie above or below, the last digit says nothing of what it is off by.
        read.rounding = if found.bound.is_none() { rounding } else { Value::Null };
        read.normalised = read.normalised.max(found.normalised);
        Ok(())
    }

    fn within_limits(&self, value: Decimal, cell: &Cell) -> Result<(), Bad> {
        let (min, max) = (self.measure.min, self.measure.max);
        if min.is_none() && max.is_none() {
            return Ok(());
        }
        let plain = |value| Money::nearest(value, 0).map_err(|_error| too_large(cell));
        let value = plain(value)?;
        let (min, max) = (min.map(plain).transpose()?, max.map(plain).transpose()?);
        if min.is_some_and(|min| value < min) || max.is_some_and(|max| value > max) {
            let shown =
                |limit: Option<Money>| limit.map_or_else(|| "…".to_owned(), |limit| limit.to_string());
            let expected = format!("{} to {}", shown(min), shown(max));
            return Err(Bad::new(&codes::OUT_OF_RANGE, cell.printed().trim(), expected));
        }
        Ok(())
    }

    /// Sets unit and currency of a figure and returns the power of ten that brings it to base units.
    fn unit(&self, figure: &Figure, words: &mut Words, read: &mut ReadFigure) -> i32 {
        let mut power = 0;
        match &figure.unit {
            UnitFrom::None => {}
            UnitFrom::Fixed { code, currency, power: fixed } => {
                read.unit = code.clone();
                read.currency = currency.clone();
                power = *fixed;
            }
            UnitFrom::Slot(slot) => match words.unit(self.cell(*slot)) {
                Ok(unit) => {
                    read.unit = unit.code;
                    read.currency = unit.currency;
                    power = unit.power;
                }
                Err(problem) => read.bad.push((self.col(*slot), problem)),
            },
        }
        let Some(slot) = figure.currency else { return power };
        match words.currency(self.cell(slot)) {
            Ok((currency, normalised)) => {
                if !read.currency.is_null() && read.currency != currency {
                    let seen = self.cell(slot).map(Cell::printed).unwrap_or_default();
                    let bad = Bad::new(
                        &codes::UNITS_DISAGREE,
                        seen,
                        format!("the currency of the unit, {:?}", read.unit),
                    );
                    read.bad.push((self.col(slot), bad));
                }
                read.unit = currency.clone();
                read.currency = currency;
                read.normalised = read.normalised.max(normalised);
            }
            Err(problem) => read.bad.push((self.col(slot), problem)),
        }
        power
    }
}

impl Words {
    fn currency(&mut self, cell: Option<&Cell>) -> Result<(Value, Normalised), Bad> {
        let Some(text) = cell.and_then(text_of) else {
            return Err(Bad::new(&codes::REQUIRED_EMPTY, "", "a currency"));
        };
        let known = self.currencies.entry(Arc::clone(&text)).or_insert_with(|| {
            let read = read_currency(&text)?;
            Some((Value::text(read.currency.as_str()), Normalised::from_flag(read.normalised)))
        });
        known.clone().ok_or_else(|| {
            Bad::new(&codes::CURRENCY_UNKNOWN, text.as_ref(), "a currency such as USD or 人民币")
        })
    }

    fn unit(&mut self, cell: Option<&Cell>) -> Result<ReadUnit, Bad> {
        let Some(text) = cell.and_then(text_of) else {
            return Err(Bad::new(&codes::UNIT_MISSING, "", "a unit"));
        };
        let known = self.units.entry(Arc::clone(&text)).or_insert_with(|| match read_unit(&text) {
            Ok(unit) => {
                let currency = unit.currency.map_or(Value::Null, |currency| Value::text(currency.as_str()));
                Ok(ReadUnit { code: Value::text(unit.code), currency, power: unit.power })
            }
            Err(problem) => Err(problem.to_string()),
        });
        known.clone().map_err(|problem| Bad::new(&codes::UNIT_UNKNOWN, text.as_ref(), problem))
    }
}

fn too_large(cell: &Cell) -> Bad {
    Bad::new(&codes::NOT_A_NUMBER, cell.printed().trim(), "a number below 10^24")
}
