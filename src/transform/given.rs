//! Which rate a conversion uses: one of a rates block, one fixed in the pipeline file, or one that a text
//! states, which is a figure of a table.

use crate::expr::Expression;
use crate::measure::{
    Currency, Decimal, FixedRate, MONEY_SCALE, Method, MissingRate, Period, Quote, Rate, RateBook,
};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::ColumnType;

use super::checks::rows_where;
use super::columns::{expect_column, place};
use super::figures::Figures;
use super::filter::condition;
use super::measured::Measured;
use super::{RefusedFigures, Shapes, StepError, World};

/// As written: `rates` with `method`, `fixed`, or `stated`.
#[derive(Debug)]
pub(super) enum Rating {
    Rates { rates: Text, method: Method },
    Fixed(FixedRate),
    Stated(Stated),
}

/// `stated = { table, where, value, pair }`: the one row that meets the condition.
#[derive(Debug)]
pub(super) struct Stated {
    table: Text,
    condition: Text,
    value: Text,
    units: Currency,
    one: Currency,
}

/// Names and types known.
#[derive(Debug)]
pub(super) enum Given {
    Rates { rates: String, method: Method },
    Fixed(FixedRate),
    Stated { table: String, condition: Expression, value: Measured, units: Currency, one: Currency },
}

/// Ready to answer.
#[derive(Debug)]
pub(super) enum Quoting<'a> {
    /// From a rates block.
    Book(&'a RateBook, Method),
    /// One rate for all periods.
    Given(FixedRate),
}

const SHAPE: &str = "write it as in \"7.044 CNY per USD\"";

impl Rating {
    /// Reads the keys; exactly one kind of rate must be given.
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let kinds = ["rates", "fixed", "stated"].into_iter().filter(|key| fields.has(key)).count();
        if kinds > 1 {
            let message = format!("{} must have one of `rates`, `fixed` and `stated`", fields.what());
            fields.mistakes().add(fields.span(), message);
            for key in ["rates", "fixed", "stated", "method"] {
                fields.any(key);
            }
            return None;
        }
        if let Some(text) = fields.text("fixed") {
            let fixed = FixedRate::parse(&text.value);
            if fixed.is_none() {
                let message = if text.value.contains(' ') {
                    format!("`{}` is no rate of a pair", text.value)
                } else {
                    format!("`{}` says not which way round the rate is", text.value)
                };
                fields.mistakes().add_with_help(text.span, message, SHAPE);
            }
            return fixed.map(Self::Fixed);
        }
        if let Some(stated) = fields.table("stated") {
            return Stated::read(stated).map(Self::Stated);
        }
        let rates = fields.required_text("rates");
        let method = fields.choice("method", &[("average", Method::Average), ("daily", Method::Daily)]);
        Some(Self::Rates { rates: rates?, method: method.unwrap_or(Method::Average) })
    }

    /// Which rate of a period is taken, where it is from a rates block.
    pub(super) fn method(&self) -> Option<Method> {
        match self {
            Self::Rates { method, .. } => Some(*method),
            Self::Fixed(_) | Self::Stated(_) => None,
        }
    }

    /// The table that states the rate.
    pub(super) fn table(&self) -> Option<&Text> {
        match self {
            Self::Stated(stated) => Some(&stated.table),
            Self::Rates { .. } | Self::Fixed(_) => None,
        }
    }

    /// Resolves names and types.
    pub(super) fn plan(&self, shapes: &Shapes, mistakes: &Mistakes) -> Option<Given> {
        match self {
            Self::Rates { rates, method } => {
                if !shapes.rates.contains(&rates.value) {
                    let known = shapes.rates.iter().map(String::as_str);
                    mistakes.unknown(rates.span.clone(), "rates block", &rates.value, known);
                    return None;
                }
                Some(Given::Rates { rates: rates.value.clone(), method: *method })
            }
            Self::Fixed(fixed) => Some(Given::Fixed(fixed.clone())),
            Self::Stated(stated) => {
                // That the table exists is told by whoever orders the steps.
                let schema = &shapes.tables.get(&stated.table.value)?.schema;
                expect_column(schema, &stated.value, &[ColumnType::Money], mistakes)?;
                Some(Given::Stated {
                    table: stated.table.value.clone(),
                    condition: condition(&stated.condition, shapes.scope(schema), mistakes)?,
                    value: Measured::of(schema, &stated.value.value),
                    units: stated.units,
                    one: stated.one,
                })
            }
        }
    }
}

impl Stated {
    fn read(mut fields: Fields<'_>) -> Option<Self> {
        let table = fields.required_text("table");
        let condition = fields.required_text("where");
        let value = fields.text("value").unwrap_or_else(|| Text::at(fields.span(), "obs_value"));
        let pair = fields.required_text("pair");
        let known = pair.as_ref().and_then(|pair| FixedRate::pair(&pair.value));
        if let (Some(pair), None) = (pair, known) {
            let message = format!("`{}` is no pair of currencies", pair.value);
            fields.mistakes().add_with_help(pair.span, message, "write it as in \"CNY per USD\"");
        }
        fields.finish();
        let (units, one) = known?;
        Some(Self { table: table?, condition: condition?, value, units, one })
    }
}

impl Given {
    /// Finds the rates block, or the row that states the rate.
    pub(super) fn quoting<'a>(&self, world: &World<'a>) -> Result<Quoting<'a>, StepError> {
        match self {
            Self::Rates { rates, method } => {
                let book =
                    world.rates.get(rates).ok_or_else(|| StepError::NoSuchRates { rates: rates.clone() })?;
                Ok(Quoting::Book(book, *method))
            }
            Self::Fixed(fixed) => Ok(Quoting::Given(fixed.clone())),
            Self::Stated { table, condition, value, units, one } => {
                let table = super::table_of(world, table)?;
                let met = rows_where(condition, &table.frame)?;
                let rows: Vec<usize> =
                    met.iter().enumerate().filter(|(_, met)| **met).map(|(row, _)| row).collect();
                let place = rows.first().map(|row| place(table, world, *row)).unwrap_or_default();
                let refused = |why: String| -> StepError {
                    let what = format!("the rate stated in `{}`", table.name);
                    RefusedFigures { what, why, place: place.clone() }.into()
                };
                let [row] = rows.as_slice() else {
                    return Err(refused(format!("{} rows of it meet the condition", rows.len())));
                };
                let figure = Figures::of(value, &table.frame)?.exact(*row);
                let figure = figure.map_err(|why| refused(why.to_owned()))?;
                let decimal = Decimal { units: figure.units(), scale: MONEY_SCALE };
                let rate =
                    Rate::from_decimal(decimal).ok_or_else(|| refused("value is no rate".to_owned()))?;
                Ok(Quoting::Given(FixedRate {
                    one: *one,
                    units: *units,
                    rate,
                    method: "stated",
                    source: table.name.clone(),
                    file: place.file,
                }))
            }
        }
    }
}

impl Quoting<'_> {
    /// The rate for a period.
    pub(super) fn quote(&self, from: Currency, to: Currency, period: &Period) -> Result<Quote, MissingRate> {
        match self {
            Self::Book(book, method) => book.quote(from, to, period, *method),
            Self::Given(fixed) => fixed.quote(from, to, period),
        }
    }
}
