//! From the tree to Polars. Amounts go through the exact kernel, never through floats; a zero divisor gives
//! null.

use polars::prelude::*;
use regex::Regex;

use super::functions::Function;
use super::tree::{Comparison, Kind, Operator, Tree};
use crate::measure::{ArithmeticError, Money};
use crate::table::{ColumnType, MONEY};

/// The Polars expression of a tree.
pub(super) fn lower(tree: &Tree) -> Expr {
    match &tree.kind {
        Kind::Column(name) => col(name.as_str()),
        Kind::Null => lit(NULL),
        Kind::Text(text) => lit(text.clone()),
        Kind::Integer(number) => lit(*number),
        Kind::Decimal(decimal) => match Money::from_decimal(*decimal, 0) {
            Ok(amount) => money_literal(amount),
            // More places than an amount keeps: only a comparison or a ratio can want it.
            Err(_) => lit(decimal_as_f64(decimal.units, decimal.scale)),
        },
        Kind::Boolean(flag) => lit(*flag),
        Kind::Date(date) => lit(days_since_epoch(*date)).cast(DataType::Date),
        Kind::Negate(of) => match of.column_type {
            Some(ColumnType::Money) => of_one(lower(of), |amount| Ok(Money::from_units(-amount.units()))),
            Some(ColumnType::Integer) => lit(0_i64) - lower(of),
            _ => lit(0.0) - lower(of),
        },
        Kind::Not(of) => lower(of).not(),
        Kind::Arithmetic(operator, left, right) => arithmetic(*operator, left, right, tree.column_type),
        Kind::Compare(comparison, left, right) => compare(*comparison, left, right),
        Kind::And(left, right) => lower(left).and(lower(right)),
        Kind::Or(left, right) => lower(left).or(lower(right)),
        Kind::IsNull(of) => lower(of).is_null(),
        Kind::In(of, list) => {
            let equals = list.iter().map(|item| compare(Comparison::Equal, of, item));
            equals.reduce(Expr::or).unwrap_or_else(|| lit(false))
        }
        Kind::Like(of, pattern) => like(lower(of), pattern),
        Kind::Case(branches, otherwise) => {
            let otherwise = otherwise.as_ref().map_or_else(|| lit(NULL), |otherwise| lower(otherwise));
            let chain = branches.iter().rev().fold(otherwise, |rest, (condition, value)| {
                when(lower(condition)).then(lower(value)).otherwise(rest)
            });
            cast(chain, tree.column_type)
        }
        Kind::Call(function, arguments) => call(*function, arguments, tree.column_type),
    }
}

fn cast(expression: Expr, to: Option<ColumnType>) -> Expr {
    to.map_or(expression.clone(), |to| expression.strict_cast(to.data_type()))
}

fn money_literal(amount: Money) -> Expr {
    lit(Scalar::new(MONEY, AnyValue::Decimal(amount.units(), 38, 8)))
}

#[expect(clippy::cast_precision_loss, reason = "a ratio keeps 15 digits")]
fn decimal_as_f64(units: i128, scale: u32) -> f64 {
    units as f64 / 10_f64.powi(i32::try_from(scale).unwrap_or(i32::MAX))
}

fn days_since_epoch(date: jiff::civil::Date) -> i32 {
    jiff::civil::date(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}

fn arithmetic(operator: Operator, left: &Tree, right: &Tree, result: Option<ColumnType>) -> Expr {
    match result {
        Some(ColumnType::Money) => {
            let (a, b) = (as_money(left), as_money(right));
            let operation: fn(Money, Money) -> Result<Money, ArithmeticError> = match operator {
                Operator::Add => Money::checked_add,
                Operator::Subtract => Money::checked_sub,
                Operator::Multiply => Money::times,
                Operator::Divide | Operator::Remainder => Money::over,
            };
            of_two(a, b, operation)
        }
        Some(ColumnType::Integer) => {
            let (a, b) = (lower(left), lower(right));
            match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide | Operator::Remainder => a % unless_zero(b, lit(0_i64)),
            }
        }
        _ => {
            let (a, b) = (as_float(left), as_float(right));
            match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide | Operator::Remainder => a / unless_zero(b, lit(0.0)),
            }
        }
    }
}

fn unless_zero(divisor: Expr, zero: Expr) -> Expr {
    when(divisor.clone().eq(zero)).then(lit(NULL)).otherwise(divisor)
}

fn as_money(tree: &Tree) -> Expr {
    match (&tree.kind, tree.column_type) {
        (Kind::Integer(number), _) => {
            let units = i128::from(*number).saturating_mul(100_000_000);
            money_literal(Money::from_units(units))
        }
        (_, Some(ColumnType::Integer)) => lower(tree).strict_cast(MONEY),
        _ => lower(tree),
    }
}

fn as_float(tree: &Tree) -> Expr {
    match &tree.kind {
        Kind::Decimal(decimal) => lit(decimal_as_f64(decimal.units, decimal.scale)),
        _ => lower(tree).strict_cast(DataType::Float64),
    }
}

fn compare(comparison: Comparison, left: &Tree, right: &Tree) -> Expr {
    let ratio = [left, right].iter().any(|side| side.column_type == Some(ColumnType::Ratio));
    let money = [left, right].iter().any(|side| side.column_type == Some(ColumnType::Money));
    let side = |tree: &Tree| match (ratio, money) {
        (true, _) => as_float(tree),
        (false, true) => as_money(tree),
        (false, false) => lower(tree),
    };
    let (left, right) = (side(left), side(right));
    match comparison {
        Comparison::Equal => left.eq(right),
        Comparison::NotEqual => left.neq(right),
        Comparison::Less => left.lt(right),
        Comparison::LessOrEqual => left.lt_eq(right),
        Comparison::Greater => left.gt(right),
        Comparison::GreaterOrEqual => left.gt_eq(right),
    }
}

fn call(function: Function, arguments: &[Tree], result: Option<ColumnType>) -> Expr {
    let mut lowered = arguments.iter().map(lower);
    let mut next = || lowered.next().unwrap_or_else(|| lit(NULL));
    match function {
        Function::Year => {
            let is_text = arguments.first().and_then(|of| of.column_type) == Some(ColumnType::Text);
            let of = next();
            if is_text {
                // The year of a period's text, as in 2021-01/2021-08, is its first four digits.
                of.str().slice(lit(0), lit(4)).strict_cast(DataType::Int64)
            } else {
                of.dt().year().cast(DataType::Int64)
            }
        }
        Function::Month => next().dt().month().cast(DataType::Int64),
        Function::Quarter => next().dt().quarter().cast(DataType::Int64),
        Function::MonthOf => next().cast(DataType::String).str().slice(lit(0), lit(7)),
        Function::Substr => {
            let (of, from, length) = (next(), next(), next());
            of.str().slice(from - lit(1_i64), length)
        }
        Function::Length => next().str().len_chars().cast(DataType::Int64),
        Function::Lower => next().str().to_lowercase(),
        Function::Upper => next().str().to_uppercase(),
        Function::Concat => concat_str(lowered.collect::<Vec<_>>(), "", false),
        Function::Abs => {
            let of = next();
            if result == Some(ColumnType::Money) {
                of_one(of, |amount| Ok(amount.abs()))
            } else {
                when(of.clone().lt(lit(0))).then(lit(0) - of.clone()).otherwise(of)
            }
        }
        Function::Round => {
            let places = match arguments.get(1).map(|places| &places.kind) {
                Some(Kind::Integer(places)) => u32::try_from(*places).unwrap_or(0),
                _ => 0,
            };
            of_one(next(), move |amount| amount.round_to(places))
        }
        Function::Coalesce => cast(coalesce(&lowered.collect::<Vec<_>>()), result),
        Function::NullIf => {
            let of = next();
            let same = match (arguments.first(), arguments.get(1)) {
                (Some(left), Some(right)) => compare(Comparison::Equal, left, right),
                _ => lit(false),
            };
            cast(when(same).then(lit(NULL)).otherwise(of), result)
        }
    }
}

fn like(of: Expr, pattern: &str) -> Expr {
    let mut expression = String::from("(?s)^");
    for ch in pattern.chars() {
        match ch {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            other => expression.push_str(&regex::escape(&other.to_string())),
        }
    }
    expression.push('$');
    // Every sign but the two wildcards is escaped, so the expression is one.
    let regex = Regex::new(&expression).ok();
    of.map(
        move |column| {
            let texts = column.str()?;
            let found: BooleanChunked = texts
                .iter()
                .map(|text| text.map(|text| regex.as_ref().is_some_and(|regex| regex.is_match(text))))
                .collect();
            Ok(found.with_name(column.name().clone()).into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::Boolean)),
    )
}

/// Applies the exact kernel to one column of amounts.
fn of_one(
    of: Expr,
    operation: impl Fn(Money) -> Result<Money, ArithmeticError> + Send + Sync + 'static,
) -> Expr {
    of.map(
        move |column| {
            let amounts = column.as_materialized_series().decimal()?.physical().clone();
            let units = amounts
                .iter()
                .map(|units| units.map(|units| operation(Money::from_units(units))).transpose());
            amounts_column(column.name().clone(), units)
        },
        |_, field| Ok(Field::new(field.name().clone(), MONEY)),
    )
}

/// Applies the exact kernel to two columns of amounts, either of which may be one value.
fn of_two(left: Expr, right: Expr, operation: fn(Money, Money) -> Result<Money, ArithmeticError>) -> Expr {
    map_multiple(
        move |columns| {
            let [left, right] = columns else { polars_bail!(ComputeError: "two columns expected") };
            let length = left.len().max(right.len());
            let units = |column: &Column| -> PolarsResult<Int128Chunked> {
                let column =
                    if column.len() == length { column.clone() } else { column.new_from_index(0, length) };
                Ok(column.as_materialized_series().decimal()?.physical().clone())
            };
            let (a, b) = (units(left)?, units(right)?);
            let results = a.iter().zip(b.iter()).map(|pair| match pair {
                (Some(a), Some(b)) => match operation(Money::from_units(a), Money::from_units(b)) {
                    // SQL would stop at a zero divisor; a ratio without a base has no value.
                    Err(ArithmeticError::DivisionByZero) => Ok(None),
                    other => other.map(Some),
                },
                _ => Ok(None),
            });
            amounts_column(left.name().clone(), results)
        },
        [left, right],
        |_, fields| {
            let name = fields.first().map_or(PlSmallStr::EMPTY, |field| field.name().clone());
            Ok(Field::new(name, MONEY))
        },
    )
}

fn amounts_column(
    name: PlSmallStr,
    amounts: impl Iterator<Item = Result<Option<Money>, ArithmeticError>>,
) -> PolarsResult<Column> {
    let units = amounts
        .map(|amount| amount.map(|amount| amount.map(Money::units)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| polars_err!(ComputeError: "{error}"))?;
    Ok(Int128Chunked::from_iter_options(name, units.into_iter())
        .into_decimal(38, 8)?
        .into_series()
        .into_column())
}
