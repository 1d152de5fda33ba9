//! One figure of a row: its number with unit, currency, status, bound and rounding, or why it cannot be
//! used.

use std::borrow::Cow;
use std::sync::Arc;

use polars::prelude::PlHashMap;

use crate::finding::source as codes;
use crate::measure::{Decimal, Money, UnitNames, is_footnote_digit};

use super::around::bracketed;
use super::builder::Value;
use super::cell_map::CellRole;
use super::columns::{
    Bad, GrowthWords, Normalised, Number, Percent, growth, index, money, number, ratio, text_of,
};
use super::grid::{Cell, CellValue};
use super::plan_figures::{Figure, TextFrom, UnitFrom};
use super::spec::Precision;
use super::spec_columns::{Measure, MeasureKind, Need};
use super::spec_marks::{DimValues, Mark};

/// Names of currencies and units, read once a distinct text.
#[derive(Default)]
pub(super) struct Words {
    names: UnitNames,
    currencies: PlHashMap<String, Option<(Value, Normalised)>>,
    units: PlHashMap<String, Result<ReadUnit, String>>,
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

impl Outcome {
    /// What its cell was taken for; nothing where it says no more than its column.
    pub(super) fn role(self) -> Option<CellRole> {
        match self {
            Self::Nothing => None,
            Self::DeclaredMissing => Some(CellRole::Missing),
            Self::Read => Some(CellRole::Figure),
        }
    }
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
    pub(super) cells: &'a [Option<Cell<'a>>],
    /// The row's label; empty where nothing reads it.
    pub(super) label: &'a str,
    /// The unit that a row above says; nothing where none does.
    pub(super) running: Option<&'a Arc<str>>,
    pub(super) dims: DimValues<'a>,
    pub(super) decimal: char,
    pub(super) precision: Precision,
}

impl FigureReader<'_> {
    /// Reads the figure in the column `figure`; without a column it is missing.
    pub(super) fn read(&self, figure: Option<&Figure>, words: &mut Words) -> ReadFigure {
        let mut read = ReadFigure { status: Value::Word("O"), ..ReadFigure::default() };
        let Some(figure) = figure.filter(|_| self.measure.only.holds(self.dims)) else { return read };
        let Some(cell) = self.cell(figure.slot) else {
            if self.measure.need == Need::Required {
                let expected = format!("a number for {}", self.measure.name);
                read.bad.push((self.col(figure.slot), Bad::new(&codes::REQUIRED_EMPTY, "", expected)));
            }
            return read;
        };
        let status = self.marker(cell).or_else(|| self.without_unit(figure));
        let power = self.unit(figure, words, &mut read);
        if let Some(status) = status {
            // A figure that is not there needs no unit.
            read.bad.clear();
            read.status = Value::text(status.as_str());
            read.outcome = Outcome::DeclaredMissing;
        } else if let Err(problem) = self.marked_number(cell, power, figure, &mut read) {
            read.bad.push((self.col(figure.slot), problem));
        }
        read
    }

    /// The status of a cell that says that there is no figure.
    fn marker(&self, cell: &Cell<'_>) -> Option<&String> {
        match &cell.value {
            CellValue::Text(text) if !self.measure.missing.is_empty() => {
                // Nearly all texts of a column of figures begin with a digit, as hardly any marker does.
                let digit = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
                if digit(text) && !self.measure.missing.keys().any(|marker| digit(marker)) {
                    return None;
                }
                self.measure.missing.get(&crate::text::fold(text))
            }
            _ => None,
        }
    }

    /// The declared status of a figure whose unit cell is empty or says that there is none.
    fn without_unit(&self, figure: &Figure) -> Option<&String> {
        let (status, UnitFrom::Slot(slot)) = (self.measure.unitless.as_ref()?, &figure.unit) else {
            return None;
        };
        let none = self.cell(*slot).is_none_or(|cell| self.marker(cell).is_some());
        none.then_some(status)
    }

    fn cell(&self, slot: usize) -> Option<&Cell<'_>> {
        self.cells.get(slot)?.as_ref()
    }

    fn col(&self, slot: usize) -> u32 {
        self.cols.get(slot).copied().unwrap_or_default()
    }

    /// Reads the number, then what glued words, label, header or other cells say of it.
    fn marked_number(
        &self,
        cell: &Cell<'_>,
        power: i32,
        figure: &Figure,
        read: &mut ReadFigure,
    ) -> Result<(), Bad> {
        let glued = self.glued(cell);
        match &glued {
            Some((bare, status)) => {
                self.number(bare, power, read)?;
                read.status = Value::text(*status);
                read.normalised = Normalised::Yes;
            }
            None => self.number(cell, power, read)?,
        }
        if let (Some(mark), Some(from)) = (&self.measure.bound, &figure.bound)
            && let Some(sign) = self.marked(mark, from)
        {
            if read.bound.as_str().is_some_and(|own| own != sign) {
                let expected = format!("the bound {sign} that stands beside the figure");
                return Err(Bad::new(&codes::NOT_A_NUMBER, cell.printed().trim(), expected));
            }
            read.bound = Value::text(sign);
            read.rounding = Value::Null;
        }
        let statuses = self.measure.status.iter().zip(&figure.status);
        if let (None, Some(status)) =
            (glued, statuses.into_iter().find_map(|(mark, from)| self.marked(mark, from)))
        {
            read.status = Value::text(status);
        }
        Ok(())
    }

    /// The cell without a word that gives its status, and that status.
    fn glued<'c>(&self, cell: &Cell<'c>) -> Option<(Cell<'c>, &str)> {
        let CellValue::Text(text) = &cell.value else { return None };
        if self.measure.marks.is_empty() {
            return None;
        }
        // Folded, a raised digit is a digit like any other: such marks are sought in the text as it stands.
        let raised = self.measure.marks.iter().filter(|(word, _)| word.chars().any(is_footnote_digit));
        let found = raised
            .into_iter()
            .find_map(|(word, status)| Some((text.trim().strip_suffix(word.as_str())?, status.as_str())));
        if let Some((bare, status)) = found {
            return Some((
                Cell { value: CellValue::Text(bare.trim().to_owned().into()), ..cell.clone() },
                status,
            ));
        }
        let folded = crate::text::fold(text);
        let plain = self.measure.marks.iter().filter(|(word, _)| !word.chars().any(is_footnote_digit));
        plain.into_iter().find_map(|(word, status)| {
            let bare = folded.strip_suffix(word.as_str()).or_else(|| folded.strip_prefix(word.as_str()))?;
            let bare = Cell { value: CellValue::Text(bare.trim().to_owned().into()), ..cell.clone() };
            Some((bare, status.as_str()))
        })
    }

    /// What a text beside the figure means, where it means something for this row.
    fn marked<'m>(&self, mark: &'m Mark, from: &TextFrom) -> Option<&'m str> {
        if !mark.only.holds(self.dims) {
            return None;
        }
        match from {
            TextFrom::Fixed(texts) => texts.iter().find_map(|text| mark.map.code_of(text)),
            TextFrom::Slot(slot) => mark.map.code_of(&self.cell(*slot)?.printed()),
            TextFrom::Label => mark.map.code_of(self.label),
        }
    }

    fn number(&self, cell: &Cell<'_>, power: i32, read: &mut ReadFigure) -> Result<(), Bad> {
        let found = match self.measure.kind {
            MeasureKind::Amount | MeasureKind::Fraction => number(cell, self.decimal),
            MeasureKind::Percent => growth(cell, self.decimal, GrowthWords::Percent),
            MeasureKind::Index => growth(cell, self.decimal, GrowthWords::Index),
        }?;
        self.within_limits(found.value, cell)?;
        let (value, rounding) = match self.measure.kind {
            MeasureKind::Amount if found.percent != Percent::Plain => {
                return Err(Bad::new(&codes::NOT_A_NUMBER, cell.printed().trim(), "an amount, not a share"));
            }
            MeasureKind::Amount => {
                let (digits, zeros) = found.printed();
                money(digits, power + zeros, self.precision).map_err(|_error| too_large(cell))?
            }
            MeasureKind::Percent => ratio(&found),
            MeasureKind::Fraction => ratio(&Number { percent: found.percent.as_fraction(), ..found.clone() }),
            MeasureKind::Index => index(&found).ok_or_else(|| too_large(cell))?,
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

    fn within_limits(&self, value: Decimal, cell: &Cell<'_>) -> Result<(), Bad> {
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
        let unit = match (&figure.unit, self.running) {
            (UnitFrom::Running(Some(first)), None) => first.as_ref(),
            (unit, _) => unit,
        };
        match unit {
            UnitFrom::None => {}
            UnitFrom::Fixed { code, currency, power: fixed } => {
                read.unit = code.clone();
                read.currency = currency.clone();
                power = *fixed;
            }
            UnitFrom::Slot(_) | UnitFrom::Label | UnitFrom::Running(_) => {
                let (slot, text) = match unit {
                    UnitFrom::Slot(slot) => (*slot, self.cell(*slot).and_then(text_of)),
                    UnitFrom::Running(_) => {
                        (figure.slot, self.running.map(|text| Cow::Borrowed(text.as_ref())))
                    }
                    _ => (figure.slot, bracketed(self.label).last().map(Cow::Borrowed)),
                };
                let mapped =
                    text.as_ref().and_then(|text| self.measure.units.code_of(text)).map(Cow::Borrowed);
                match words.unit(mapped.as_ref().or(text.as_ref())) {
                    Ok(unit) if unit.power != 0 && figure.header_power != 0 => {
                        let seen = self.cell(slot).map(Cell::printed).unwrap_or_default();
                        let expected = format!("one multiplier; the header gives e{}", figure.header_power);
                        read.bad.push((self.col(slot), Bad::new(&codes::UNITS_DISAGREE, seen, expected)));
                    }
                    Ok(unit) => {
                        read.unit = unit.code;
                        read.currency = unit.currency;
                        power = unit.power + figure.header_power;
                    }
                    Err(problem) => read.bad.push((self.col(slot), problem)),
                }
            }
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
    /// Reads by the names built in and those given.
    pub(super) fn new(names: UnitNames) -> Self {
        Self { names, ..Self::default() }
    }

    fn currency(&mut self, cell: Option<&Cell<'_>>) -> Result<(Value, Normalised), Bad> {
        let Some(text) = cell.and_then(text_of) else {
            return Err(Bad::new(&codes::REQUIRED_EMPTY, "", "a currency"));
        };
        let known = self.currencies.entry_ref(text.as_ref()).or_insert_with(|| {
            let read = self.names.read_currency(&text)?;
            Some((Value::text(read.currency.as_str()), Normalised::from_flag(read.normalised)))
        });
        known.clone().ok_or_else(|| {
            Bad::new(&codes::CURRENCY_UNKNOWN, text.as_ref(), "a currency such as USD or 人民币")
        })
    }

    fn unit(&mut self, text: Option<&Cow<'_, str>>) -> Result<ReadUnit, Bad> {
        let Some(text) = text else {
            return Err(Bad::new(&codes::UNIT_MISSING, "", "a unit"));
        };
        let known = self.units.entry_ref(text.as_ref()).or_insert_with(|| match self.names.read_unit(text) {
            Ok(unit) => {
                let currency = unit.currency.map_or(Value::Null, |currency| Value::text(currency.as_str()));
                Ok(ReadUnit { code: Value::text(unit.code), currency, power: unit.power })
            }
            Err(problem) => Err(problem.to_string()),
        });
        known.clone().map_err(|problem| Bad::new(&codes::UNIT_UNKNOWN, text.as_ref(), problem))
    }
}

fn too_large(cell: &Cell<'_>) -> Bad {
    Bad::new(&codes::NOT_A_NUMBER, cell.printed().trim(), "a number below 10^24")
}
