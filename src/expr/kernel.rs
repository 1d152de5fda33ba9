//! Exact arithmetic on columns: amounts, whole numbers and ratios. An overflow is an error, never a wrapped
//! figure; a zero divisor gives null; written values stretch to the length of the column beside them.

use polars::prelude::*;

use crate::measure::{ArithmeticError, Decimal, Money, date_of_days};
use crate::table::MONEY;

/// Applies an operation to one column of amounts.
pub(super) fn of_amount(
    of: Expr,
    operation: impl Fn(Money) -> Result<Money, ArithmeticError> + Send + Sync + 'static,
) -> Expr {
    of.map(
        move |column| {
            let amounts = column.as_materialized_series().decimal()?.physical().clone();
            let results = amounts.iter().map(|units| {
                units.map(|units| operation(Money::from_units(units)).map(Money::units)).transpose()
            });
            amounts_column(column.name().clone(), results)
        },
        |_, field| Ok(Field::new(field.name().clone(), MONEY)),
    )
}

/// What `say` says of every day, asked once a distinct day.
pub(super) fn of_days(of: Expr, say: fn(jiff::civil::Date) -> String) -> Expr {
    of.map(
        move |column| {
            let days = column.as_materialized_series().date()?.physical().clone();
            let mut said: PlHashMap<i32, String> = PlHashMap::default();
            for day in days.iter().flatten() {
                said.entry(day).or_insert_with(|| date_of_days(day).map_or_else(String::new, say));
            }
            let texts = days.iter().map(|day| said.get(&day?).map(String::as_str));
            Ok(StringChunked::from_iter_options(column.name().clone(), texts).into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::String)),
    )
}

/// Applies an operation to two columns of amounts.
pub(super) fn of_amounts(
    left: Expr,
    right: Expr,
    operation: fn(Money, Money) -> Result<Money, ArithmeticError>,
) -> Expr {
    of_two(left, right, MONEY, move |name, left, right| {
        let (a, b) = (left.decimal()?.physical(), right.decimal()?.physical());
        let results = a.iter().zip(b.iter()).map(|pair| {
            let of_pair = |(a, b)| operation(Money::from_units(a), Money::from_units(b)).map(Money::units);
            unless_by_zero(pair.0.zip(pair.1).map(of_pair))
        });
        amounts_column(name, results)
    })
}

/// Applies an operation to two columns of whole numbers.
pub(super) fn of_whole_numbers(
    left: Expr,
    right: Expr,
    operation: fn(i64, i64) -> Result<i64, ArithmeticError>,
) -> Expr {
    let whole = |side: Expr| side.strict_cast(DataType::Int64);
    of_two(whole(left), whole(right), DataType::Int64, move |name, left, right| {
        let (a, b) = (left.i64()?, right.i64()?);
        let results = a
            .iter()
            .zip(b.iter())
            .map(|pair| unless_by_zero(pair.0.zip(pair.1).map(|(a, b)| operation(a, b))));
        let results = results.collect::<Result<Vec<_>, _>>().map_err(told)?;
        Ok(Int64Chunked::from_iter_options(name, results.into_iter()).into_column())
    })
}

/// Applies an operation to two columns of floats; infinities and what is no number are errors.
pub(super) fn of_ratios(
    left: Expr,
    right: Expr,
    operation: fn(f64, f64) -> Result<f64, ArithmeticError>,
) -> Expr {
    let ratio = |side: Expr| side.strict_cast(DataType::Float64);
    of_two(ratio(left), ratio(right), DataType::Float64, move |name, left, right| {
        let (a, b) = (left.f64()?, right.f64()?);
        let results = a.iter().zip(b.iter()).map(|pair| {
            let of_pair = |(a, b)| match operation(a, b)? {
                ratio if ratio.is_finite() => Ok(ratio),
                _ => Err(ArithmeticError::Overflow),
            };
            unless_by_zero(pair.0.zip(pair.1).map(of_pair))
        });
        let results = results.collect::<Result<Vec<_>, _>>().map_err(told)?;
        Ok(Float64Chunked::from_iter_options(name, results.into_iter()).into_column())
    })
}

/// Rounds ratios by the digits that are printed, half away from zero: 0.285 at two places is 0.29.
pub(super) fn of_ratio_rounded(of: Expr, places: u32) -> Expr {
    of.map(
        move |column| {
            let ratios = column.as_materialized_series().f64()?.clone();
            let rounded = ratios.iter().map(|ratio| ratio.map(|ratio| rounded(ratio, places)));
            let name = column.name().clone();
            Ok(Float64Chunked::from_iter_options(name, rounded.collect::<Vec<_>>().into_iter()).into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::Float64)),
    )
}

/// A number too long for exact digits has no places to round, or is nothing at these places.
fn rounded(ratio: f64, places: u32) -> f64 {
    let Some(decimal) = Decimal::from_f64(ratio) else {
        return if ratio.abs() < 1.0 { 0.0 } else { ratio };
    };
    if decimal.scale <= places {
        return ratio;
    }
    // Dropping the last digits by whole-number division keeps the kernel's one rounding.
    let Some(drop) = 10_i128.checked_pow(decimal.scale - places) else { return 0.0 };
    let half = drop / 2 * decimal.units.signum();
    let units = (decimal.units + half) / drop;
    let places = usize::try_from(places).unwrap_or(0);
    let digits = format!("{:0>1$}", units.unsigned_abs(), places + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len() - places).unwrap_or((&digits, ""));
    let sign = if units < 0 { "-" } else { "" };
    format!("{sign}{whole}.{fraction}0").parse().unwrap_or(ratio)
}

/// Calls `operation` with two columns of one length, either of which may be one written value.
fn of_two(
    left: Expr,
    right: Expr,
    to: DataType,
    operation: impl Fn(PlSmallStr, &Series, &Series) -> PolarsResult<Column> + Send + Sync + 'static,
) -> Expr {
    map_multiple(
        move |columns| {
            let [left, right] = columns else { polars_bail!(ComputeError: "two columns expected") };
            // One value takes the length of the other side, also where that has no rows at all.
            let length = if left.len() == 1 { right.len() } else { left.len() };
            let stretched = |column: &Column| match column.len() {
                same if same == length => column.clone(),
                _ => column.new_from_index(0, length),
            };
            let (a, b) = (stretched(left), stretched(right));
            operation(left.name().clone(), a.as_materialized_series(), b.as_materialized_series())
        },
        [left, right],
        move |_, fields| {
            let name = fields.first().map_or(PlSmallStr::EMPTY, |field| field.name().clone());
            Ok(Field::new(name, to.clone()))
        },
    )
}

/// SQL would stop at a zero divisor; a ratio without a base has no value.
fn unless_by_zero<T>(result: Option<Result<T, ArithmeticError>>) -> Result<Option<T>, ArithmeticError> {
    match result {
        Some(Err(ArithmeticError::DivisionByZero)) => Ok(None),
        other => other.transpose(),
    }
}

fn told(error: ArithmeticError) -> PolarsError {
    polars_err!(ComputeError: "{error}")
}

fn amounts_column(
    name: PlSmallStr,
    units: impl Iterator<Item = Result<Option<i128>, ArithmeticError>>,
) -> PolarsResult<Column> {
    let units = units.collect::<Result<Vec<_>, _>>().map_err(told)?;
    Ok(Int128Chunked::from_iter_options(name, units.into_iter()).into_decimal(38, 8)?.into_column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_round_by_their_printed_digits() {
        // Python: Decimal(repr(x)).quantize(places, ROUND_HALF_UP)
        for (ratio, places, expected) in [
            (0.285, 2, "0.29"),
            (-0.285, 2, "-0.29"),
            (1.005, 2, "1.01"),
            (0.49999, 0, "0"),
            (2.5, 0, "3"),
            (-0.004, 2, "0"),
            (0.131, 3, "0.131"),
            (1e-30, 8, "0"),
        ] {
            assert_eq!(rounded(ratio, places).to_string(), expected, "{ratio}");
        }
    }
}
