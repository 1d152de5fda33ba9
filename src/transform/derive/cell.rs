//! A figure with all that goes along, and what two of them give: pure arithmetic, no table.

use crate::measure::{ArithmeticError, Bound, Frequency, Money, Period};

use super::super::derived::{Effect, bound_of, rounding_of_quotient, rounding_of_sum, status_of};
use super::Form;

/// Unit of a quotient of like units.
const RATIO: &str = "RATIO";
/// Unit of a share in percent.
const PERCENT: &str = "PERCENT";

/// A figure of the table, or one derived before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// The rows of the table it rests on; the period is that of the first.
    pub rows: Vec<usize>,
    /// The figure, or why there is none.
    pub value: Result<Money, String>,
    /// What its rounding may move it by.
    pub rounding: Option<Money>,
    /// Its bound.
    pub bound: Option<Bound>,
    /// Its status.
    pub status: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// Its period, where there is one.
    pub period: Option<(String, Option<Frequency>)>,
    /// How a note names it: `ZONE_COUNT 16 ZONES (facts.csv ▸ I6)`.
    pub named: String,
}

/// Why cells must not be put together: the run stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// They are of two units or currencies.
    Units(String),
    /// They are of two periods.
    Periods(String),
}

/// A figure without what says where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Figure {
    value: Money,
    rounding: Option<Money>,
    bound: Option<Bound>,
    unit: Option<String>,
    currency: Option<String>,
}

/// What cells give: an error of arithmetic or a refusal stops the run, a reason leaves the row empty.
pub(super) enum Given {
    /// A derived cell; its `named` is the note.
    Cell(Cell),
    /// Not to be put together.
    Refused(Refusal),
}

/// Puts cells together. Their `named` become the note of the new one.
pub(super) fn combined(form: Form, cells: &[Cell]) -> Result<Given, ArithmeticError> {
    if let Some(refusal) = refused(form, cells) {
        return Ok(Given::Refused(refusal));
    }
    let sign = match form {
        Form::Ratio | Form::Percent => " ÷ ",
        Form::Difference => " − ",
        Form::Sum => " + ",
        Form::PerDay => "",
    };
    let names: Vec<&str> = cells.iter().map(|cell| cell.named.as_str()).collect();
    let mut named = names.join(sign);
    let mut made = Cell {
        rows: cells.iter().flat_map(|cell| cell.rows.iter().copied()).collect(),
        value: Err(String::new()),
        rounding: None,
        bound: None,
        status: None,
        unit: None,
        currency: None,
        period: cells.first().and_then(|cell| cell.period.clone()),
        named: String::new(),
    };
    let days = if form == Form::PerDay { days(cells) } else { Ok(0) };
    if let (Form::PerDay, Ok(days)) = (form, &days) {
        named = format!("{named} ÷ {days} d");
    }
    let figure = match days {
        Ok(days) => figure_of(form, cells, days)?,
        Err(reason) => Err(reason),
    };
    match figure {
        Ok(figure) => {
            made.status = Some(status_of(cells.iter().map(|cell| cell.status.as_deref())).to_owned());
            made.value = Ok(figure.value);
            made.rounding = figure.rounding;
            made.bound = figure.bound;
            made.unit = figure.unit;
            made.currency = figure.currency;
            made.named = named;
        }
        Err(reason) => {
            made.status = Some("O".to_owned());
            made.named.clone_from(&reason);
            made.value = Err(reason);
        }
    }
    Ok(Given::Cell(made))
}

/// Like is added to like only, and percent are of like.
fn refused(form: Form, cells: &[Cell]) -> Option<Refusal> {
    let [first, others @ ..] = cells else { return None };
    if matches!(form, Form::Ratio | Form::PerDay) {
        return None;
    }
    let unit = |cell: &Cell| (cell.unit.clone(), cell.currency.clone());
    let known = |cell: &&Cell| cell.value.is_ok();
    if let Some(other) = others.iter().filter(known).find(|other| unit(other) != unit(first))
        && first.value.is_ok()
    {
        return Some(Refusal::Units(format!("{} and {} are of two units", first.named, other.named)));
    }
    if form != Form::Percent
        && let Some(other) = others.iter().filter(known).find(|other| other.period != first.period)
        && first.value.is_ok()
    {
        let of =
            |cell: &Cell| cell.period.as_ref().map_or_else(|| "none".to_owned(), |period| period.0.clone());
        let why = format!("{} is of {}, {} of {}", first.named, of(first), other.named, of(other));
        return Some(Refusal::Periods(why));
    }
    None
}

/// The days of the period of a cell.
fn days(cells: &[Cell]) -> Result<i64, String> {
    let Some((period, frequency)) = cells.first().and_then(|cell| cell.period.as_ref()) else {
        return Err("no period".to_owned());
    };
    match Period::parse(period, *frequency) {
        Ok(point) if point.frequency == Frequency::Point => Err(format!("{period} is a point in time")),
        Ok(period) => Ok(period.days_in_it()),
        Err(error) => Err(error.to_string()),
    }
}

/// The figure, or why there is none.
fn figure_of(form: Form, cells: &[Cell], days: i64) -> Result<Result<Figure, String>, ArithmeticError> {
    let mut known = Vec::with_capacity(cells.len());
    for cell in cells {
        match &cell.value {
            Ok(value) => known.push((cell, *value)),
            Err(reason) => return Ok(Err(reason.clone())),
        }
    }
    match (form, known.as_slice()) {
        (Form::PerDay, [(cell, value)]) => per_day(cell, *value, days).map(Ok),
        (Form::Ratio | Form::Percent, [of, by]) => quotient(form, *of, *by),
        (Form::Difference | Form::Sum, all) => added(form, all),
        _ => Ok(Err("no value".to_owned())),
    }
}

fn per_day(cell: &Cell, value: Money, days: i64) -> Result<Figure, ArithmeticError> {
    Ok(Figure {
        value: value.divide_by_count(days)?,
        rounding: cell.rounding.map(|rounding| rounding.divide_by_count(days)).transpose()?,
        bound: cell.bound,
        unit: cell.unit.as_ref().map(|unit| format!("{unit}/DAY")),
        currency: cell.currency.clone(),
    })
}

fn quotient(
    form: Form,
    (of, dividend): (&Cell, Money),
    (by, divisor): (&Cell, Money),
) -> Result<Result<Figure, String>, ArithmeticError> {
    if divisor == Money::ZERO {
        return Ok(Err(format!("{} is zero", by.named)));
    }
    let effects =
        [(of.bound, Effect::Same.by_sign_of(divisor)), (by.bound, Effect::Opposite.by_sign_of(dividend))];
    let bound = match bound_of(&effects) {
        Ok(bound) => bound,
        Err(reason) => return Ok(Err(reason.to_owned())),
    };
    let hundred = Money::from_units(100 * 10_i128.pow(crate::measure::MONEY_SCALE));
    let times = |value: Money| if form == Form::Percent { value.times(hundred) } else { Ok(value) };
    let dividend = times(dividend)?;
    let rounding = of.rounding.map(times).transpose()?;
    let value = dividend.over(divisor)?;
    let alike = of.unit == by.unit && of.currency == by.currency;
    let unit = match (&of.unit, &by.unit) {
        _ if form == Form::Percent => Some(PERCENT.to_owned()),
        (Some(_), Some(_)) if alike => Some(RATIO.to_owned()),
        (Some(of), Some(by)) => Some(format!("{of}/{by}")),
        _ => None,
    };
    Ok(Ok(Figure {
        value,
        rounding: rounding_of_quotient((dividend, rounding), (divisor, by.rounding), value),
        bound,
        unit,
        // Money per money is no money.
        currency: of.currency.clone().filter(|_| by.currency.is_none()),
    }))
}

fn added(form: Form, cells: &[(&Cell, Money)]) -> Result<Result<Figure, String>, ArithmeticError> {
    let Some(((first, start), others)) = cells.split_first() else { return Ok(Err("no value".to_owned())) };
    let mut value = *start;
    for (_, other) in others {
        value = if form == Form::Sum { value.checked_add(*other)? } else { value.checked_sub(*other)? };
    }
    let effect = if form == Form::Sum { Effect::Same } else { Effect::Opposite };
    let mut effects = vec![(first.bound, Effect::Same)];
    effects.extend(others.iter().map(|(cell, _)| (cell.bound, effect)));
    let bound = match bound_of(&effects) {
        Ok(bound) => bound,
        Err(reason) => return Ok(Err(reason.to_owned())),
    };
    Ok(Ok(Figure {
        value,
        rounding: rounding_of_sum(cells.iter().map(|(cell, _)| cell.rounding)),
        bound,
        unit: first.unit.clone(),
        currency: first.currency.clone(),
    }))
}
