//! From the tree to Polars. Amounts go through the exact kernel, never through floats; a zero divisor gives
//! null.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;
use regex::Regex;

use super::functions::Function;
use super::kernel::{of_amount, of_amounts, of_days, of_ratio_rounded, of_ratios, of_whole_numbers};
use super::tree::{Comparison, Kind, Operator, Tree};
use crate::measure::{ArithmeticError, Money, days_of_date};
use crate::table::{ColumnType, MONEY};
use crate::text::fold;

/// The Polars expression of a tree.
pub(super) fn lower(tree: &Tree) -> Expr {
    match &tree.kind {
        Kind::Column(name) => col(name.as_str()),
        Kind::Null => lit(NULL),
        Kind::Text(text) => lit(text.clone()),
        Kind::Integer(number) => lit(*number),
        Kind::Decimal(number) => money_literal(*number),
        Kind::Boolean(flag) => lit(*flag),
        Kind::Date(date) => lit(days_of_date(*date)).cast(DataType::Date),
        Kind::Negate(of) => match of.column_type {
            Some(ColumnType::Money) => of_amount(lower(of), |amount| Ok(Money::from_units(-amount.units()))),
            Some(ColumnType::Integer) => of_whole_numbers(lit(0_i64), lower(of), subtract),
            _ => of_ratios(lit(0.0), lower(of), |zero, ratio| Ok(zero - ratio)),
        },
        Kind::Not(of) => lower(of).not(),
        Kind::Arithmetic(operator, left, right) => arithmetic(*operator, left, right, tree.column_type),
        Kind::Compare(comparison, left, right) => compare(*comparison, left, right),
        Kind::And(left, right) => lower(left).and(lower(right)),
        Kind::Or(left, right) => lower(left).or(lower(right)),
        Kind::IsNull(of) => lower(of).is_null(),
        Kind::In(of, list) => any(list.iter().map(|item| compare(Comparison::Equal, of, item)).collect()),
        Kind::Like(of, pattern) => like(lower(of), pattern),
        Kind::Case(branches, otherwise) => {
            let otherwise = otherwise.as_ref().map_or_else(|| lit(NULL), |otherwise| lower(otherwise));
            let chain = branches.iter().rev().fold(otherwise, |rest, (condition, value)| {
                when(lower(condition)).then(lower(value)).otherwise(rest)
            });
            cast(chain, tree.column_type)
        }
        Kind::Cast(of) => cast_to(of, tree.column_type),
        Kind::Lookup(of, found) => lookup(lower(of), Arc::clone(found)),
        Kind::Call(function, arguments) => call(*function, arguments, tree.column_type),
    }
}

fn cast(expression: Expr, to: Option<ColumnType>) -> Expr {
    to.map_or(expression.clone(), |to| expression.strict_cast(to.data_type()))
}

fn money_literal(amount: Money) -> Expr {
    lit(Scalar::new(MONEY, AnyValue::Decimal(amount.units(), 38, 8)))
}

/// One of many conditions, halved again and again: a long list must not make a deep expression.
fn any(mut conditions: Vec<Expr>) -> Expr {
    let half = conditions.split_off(conditions.len() / 2);
    match (conditions.is_empty(), half.len()) {
        (_, 0) => lit(false),
        (true, _) => half.into_iter().next().unwrap_or_else(|| lit(false)),
        (false, _) => any(conditions).or(any(half)),
    }
}

fn cast_to(of: &Tree, to: Option<ColumnType>) -> Expr {
    match to {
        Some(ColumnType::Money) => as_money(of),
        Some(ColumnType::Ratio) => as_float(of),
        other => cast(lower(of), other),
    }
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
            of_amounts(a, b, operation)
        }
        Some(ColumnType::Integer) => {
            let operation: fn(i64, i64) -> Result<i64, ArithmeticError> = match operator {
                Operator::Add => |a, b| a.checked_add(b).ok_or(ArithmeticError::Overflow),
                Operator::Subtract => subtract,
                Operator::Multiply => |a, b| a.checked_mul(b).ok_or(ArithmeticError::Overflow),
                // As in SQL, the remainder has the sign of the dividend.
                Operator::Divide | Operator::Remainder => |a, b| match b {
                    0 => Err(ArithmeticError::DivisionByZero),
                    _ => Ok(a.checked_rem(b).unwrap_or(0)),
                },
            };
            of_whole_numbers(lower(left), lower(right), operation)
        }
        _ => {
            let operation: fn(f64, f64) -> Result<f64, ArithmeticError> = match operator {
                Operator::Add => |a, b| Ok(a + b),
                Operator::Subtract => |a, b| Ok(a - b),
                Operator::Multiply => |a, b| Ok(a * b),
                Operator::Divide | Operator::Remainder => |a, b| match b.classify() {
                    std::num::FpCategory::Zero => Err(ArithmeticError::DivisionByZero),
                    _ => Ok(a / b),
                },
            };
            of_ratios(as_float(left), as_float(right), operation)
        }
    }
}

fn subtract(a: i64, b: i64) -> Result<i64, ArithmeticError> {
    a.checked_sub(b).ok_or(ArithmeticError::Overflow)
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
        Kind::Decimal(number) => lit(number.to_f64()),
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

fn month_of(day: jiff::civil::Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
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
        Function::MonthOf => of_days(next(), month_of),
        Function::MonthOrJanFebOf => of_days(next(), |day| match day.month() {
            1 | 2 => format!("{year:04}-01/{year:04}-02", year = day.year()),
            _ => month_of(day),
        }),
        // Monday is 1 and Sunday 7, as ISO 8601 has it; engines differ in what they call day one.
        Function::Weekday => next().dt().weekday().cast(DataType::Int64),
        // Text that is no day such as 2019-06-15 becomes null.
        Function::DaysBetween => {
            let written =
                |at: usize| arguments.get(at).is_some_and(|of| of.column_type == Some(ColumnType::Text));
            let mut day = |at: usize| {
                let of = next();
                let of = if written(at) { of.str().to_date(iso_day()) } else { of };
                of.cast(DataType::Int64)
            };
            let first = day(0);
            day(1) - first
        }
        Function::Substr => {
            let of = next();
            // Counted from 1, as the plan made sure; without a length to the end.
            let from = match arguments.get(1).map(|from| &from.kind) {
                Some(Kind::Integer(from)) => from.saturating_sub(1),
                _ => 0,
            };
            let length = if arguments.len() > 2 { lowered.nth(1) } else { None };
            of.str().slice(lit(from), length.unwrap_or_else(|| lit(i64::MAX)))
        }
        // Made a node of its own when the plan was made.
        Function::Lookup => lit(NULL),
        Function::Length => next().str().len_chars().cast(DataType::Int64),
        Function::Lower => next().str().to_lowercase(),
        Function::Upper => next().str().to_uppercase(),
        Function::Concat => concat_str(lowered.collect::<Vec<_>>(), "", false),
        Function::Abs => match result {
            Some(ColumnType::Money) => of_amount(next(), |amount| Ok(amount.abs())),
            Some(ColumnType::Integer) => of_whole_numbers(next(), lit(0_i64), |number, _| {
                number.checked_abs().ok_or(ArithmeticError::Overflow)
            }),
            _ => of_ratios(next(), lit(0.0), |ratio, _| Ok(ratio.abs())),
        },
        Function::Round => {
            let places = match arguments.get(1).map(|places| &places.kind) {
                Some(Kind::Integer(places)) => u32::try_from(*places).unwrap_or(0),
                _ => 0,
            };
            if result == Some(ColumnType::Ratio) {
                of_ratio_rounded(next(), places)
            } else {
                of_amount(next(), move |amount| amount.round_to(places))
            }
        }
        Function::Coalesce => cast(coalesce(&lowered.collect::<Vec<_>>()), result),
        Function::Least => extreme(lowered.collect(), Expr::lt_eq),
        Function::Greatest => extreme(lowered.collect(), Expr::gt_eq),
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

/// The first of all values that goes before the others; null goes after every value.
fn extreme(values: Vec<Expr>, before: fn(Expr, Expr) -> Expr) -> Expr {
    let first = values.into_iter().reduce(|known, other| {
        let keep = other.clone().is_null().or(before(known.clone(), other.clone()));
        when(keep).then(known).otherwise(other)
    });
    first.unwrap_or_else(|| lit(NULL))
}

fn lookup(of: Expr, found: Arc<BTreeMap<String, String>>) -> Expr {
    of.map(
        move |column| {
            let texts = column.str()?;
            let codes: StringChunked = texts
                .iter()
                .map(|text| text.and_then(|text| found.get(&fold(text))))
                .map(|code| code.map(String::as_str))
                .collect();
            Ok(codes.with_name(column.name().clone()).into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::String)),
    )
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
/// How a day is written in text: 2019-06-15, to the letter.
fn iso_day() -> StrptimeOptions {
    StrptimeOptions { format: Some("%Y-%m-%d".into()), strict: false, exact: true, cache: false }
}
