//! Exact decimals: money at 8 places, rates at 12, one rounding an operation, half away from zero.
//!
//! An overflow is an error, never a wrapped or saturated figure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Places behind the point of [`Money`].
pub const MONEY_SCALE: u32 = 8;
/// Places behind the point of [`Rate`].
pub const RATE_SCALE: u32 = 12;

/// Largest absolute amount, in base units: above it a product with a rate would not fit.
const LIMIT: i128 = 10_i128.pow(24 + MONEY_SCALE);

/// Why an exact result does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ArithmeticError {
    /// The result has more digits than an amount may have.
    #[error("the result is too large for an exact amount")]
    Overflow,
    /// The divisor is zero.
    #[error("division by zero")]
    DivisionByZero,
    /// The number has more places behind the point than can be kept.
    #[error("the number has more decimal places than are kept")]
    TooManyPlaces,
}

/// Text that is no plain decimal.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no plain decimal number")]
pub struct NotADecimal(pub String);

/// An exact number as printed: `units / 10^scale`. `12.50` keeps its scale of 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits.
    pub units: i128,
    /// How many of them stand behind the point.
    pub scale: u32,
}

impl Decimal {
    /// Reads plain ASCII such as `-12.50`: no blanks, no separators, no exponent.
    pub fn parse(text: &str) -> Result<Self, NotADecimal> {
        let bad = || NotADecimal(text.to_owned());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
            return Err(bad());
        }
        let mut units = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            units = units
                .checked_mul(10)
                .and_then(|units| units.checked_add(i128::from(byte - b'0')))
                .ok_or_else(bad)?;
        }
        let scale = u32::try_from(fraction.len()).ok().ok_or_else(bad)?;
        Ok(Self { units: if negative { -units } else { units }, scale })
    }

    /// The shortest decimal that reads back as `number`, as a spreadsheet shows it; NaN and infinities have
    /// none.
    pub fn from_f64(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        Self::parse(&format!("{number}")).ok()
    }
}

/// `units × 10^shift`, rounded half away from zero where digits are dropped.
fn shift(units: i128, shift: i32) -> Result<i128, ArithmeticError> {
    let power = 10_i128.checked_pow(shift.unsigned_abs());
    if shift >= 0 {
        if units == 0 {
            return Ok(0);
        }
        return power.and_then(|power| units.checked_mul(power)).ok_or(ArithmeticError::Overflow);
    }
    // More digits dropped than an i128 holds leave nothing.
    power.map_or(Ok(0), |power| divide_rounded(units, power))
}

/// `a / b`, rounded half away from zero.
fn divide_rounded(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    if b == 0 {
        return Err(ArithmeticError::DivisionByZero);
    }
    let quotient = a.checked_div(b).ok_or(ArithmeticError::Overflow)?;
    // One division, not two: this is the hot spot of a conversion. The product cannot overflow.
    let rest = a - quotient * b;
    // |rest| ≥ |b| − |rest| is |2·rest| ≥ |b| without the overflow.
    if rest.unsigned_abs() >= b.unsigned_abs() - rest.unsigned_abs() {
        let away = if (a < 0) == (b < 0) { 1 } else { -1 };
        return quotient.checked_add(away).ok_or(ArithmeticError::Overflow);
    }
    Ok(quotient)
}

/// `a × b / c` with one rounding, half away from zero.
fn multiply_divide(a: i128, b: i128, c: i128) -> Result<i128, ArithmeticError> {
    divide_rounded(a.checked_mul(b).ok_or(ArithmeticError::Overflow)?, c)
}

fn decimal_text(f: &mut fmt::Formatter<'_>, units: i128, scale: u32) -> fmt::Result {
    let power = 10_u128.pow(scale);
    let (whole, fraction) = (units.unsigned_abs() / power, units.unsigned_abs() % power);
    let sign = if units < 0 { "-" } else { "" };
    if fraction == 0 {
        return write!(f, "{sign}{whole}");
    }
    let width = usize::try_from(scale).unwrap_or(0);
    let digits = format!("{fraction:0>width$}");
    write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// An amount in base units (yuan, dollars, tonnes, pieces), exact to 8 places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From units of 10⁻⁸, as a `Decimal(38, 8)` column holds them.
    pub fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// Units of 10⁻⁸.
    pub fn units(self) -> i128 {
        self.0
    }

    /// `decimal × 10^power` exactly; places beyond the eighth are an error, as is |result| ≥ 10²⁴.
    pub fn from_decimal(decimal: Decimal, power: i32) -> Result<Self, ArithmeticError> {
        let scale = i32::try_from(decimal.scale).ok().ok_or(ArithmeticError::TooManyPlaces)?;
        let exponent = 8 - scale + power;
        let units = shift(decimal.units, exponent)?;
        if exponent < 0 && shift(units, -exponent)? != decimal.units {
            return Err(ArithmeticError::TooManyPlaces);
        }
        Self(units).guarded()
    }

    /// `decimal × 10^power`, rounded half away from zero at the eighth place: what a computed cell holds
    /// behind it (1/3 of a yuan) is no part of a figure.
    pub fn nearest(decimal: Decimal, power: i32) -> Result<Self, ArithmeticError> {
        let scale = i32::try_from(decimal.scale).ok().ok_or(ArithmeticError::TooManyPlaces)?;
        Self(shift(decimal.units, 8 - scale + power)?).guarded()
    }

    fn guarded(self) -> Result<Self, ArithmeticError> {
        if self.0.unsigned_abs() < LIMIT.unsigned_abs() { Ok(self) } else { Err(ArithmeticError::Overflow) }
    }

    /// The sum.
    pub fn checked_add(self, other: Self) -> Result<Self, ArithmeticError> {
        self.0.checked_add(other.0).map(Self).ok_or(ArithmeticError::Overflow)?.guarded()
    }

    /// The difference.
    pub fn checked_sub(self, other: Self) -> Result<Self, ArithmeticError> {
        self.0.checked_sub(other.0).map(Self).ok_or(ArithmeticError::Overflow)?.guarded()
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// `self × rate`, rounded once.
    pub fn multiply(self, rate: Rate) -> Result<Self, ArithmeticError> {
        multiply_divide(self.0, rate.0, 10_i128.pow(RATE_SCALE)).map(Self)?.guarded()
    }

    /// `self / rate`, rounded once.
    pub fn divide(self, rate: Rate) -> Result<Self, ArithmeticError> {
        multiply_divide(self.0, 10_i128.pow(RATE_SCALE), rate.0).map(Self)?.guarded()
    }

    /// `self × other`, where `other` is a plain number; rounded once.
    pub fn times(self, other: Self) -> Result<Self, ArithmeticError> {
        multiply_divide(self.0, other.0, 10_i128.pow(MONEY_SCALE)).map(Self)?.guarded()
    }

    /// `self ÷ other`, where `other` is a plain number; rounded once.
    pub fn over(self, other: Self) -> Result<Self, ArithmeticError> {
        multiply_divide(self.0, 10_i128.pow(MONEY_SCALE), other.0).map(Self)?.guarded()
    }

    /// `self / count`, rounded once.
    pub fn divide_by_count(self, count: i64) -> Result<Self, ArithmeticError> {
        divide_rounded(self.0, i128::from(count)).map(Self)
    }

    /// Rounded to `places` behind the point, half away from zero; 8 and more change nothing.
    pub fn round_to(self, places: u32) -> Result<Self, ArithmeticError> {
        let drop = i32::try_from(MONEY_SCALE.saturating_sub(places)).unwrap_or(0);
        shift(shift(self.0, -drop)?, drop).map(Self)
    }

    /// The nearest float; for ratios and display only, never for sums.
    #[expect(clippy::cast_precision_loss, reason = "display and ratios need 15 digits, no more")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e8
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal_text(f, self.0, MONEY_SCALE)
    }
}

impl FromStr for Money {
    type Err = NotADecimal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_decimal(Decimal::parse(text)?, 0).ok().ok_or_else(|| NotADecimal(text.to_owned()))
    }
}

/// `a / b` as a fraction; nothing where `b` is zero.
#[expect(clippy::cast_precision_loss, reason = "a ratio is a float by definition; 15 digits are kept")]
pub fn ratio(a: Money, b: Money) -> Option<f64> {
    (b.0 != 0).then(|| a.0 as f64 / b.0 as f64)
}

/// An exchange rate, exact to 12 places, above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i128);

impl Rate {
    /// From units of 10⁻¹²; zero and below are no rates.
    pub fn from_units(units: i128) -> Option<Self> {
        (units > 0).then_some(Self(units))
    }

    /// Units of 10⁻¹².
    pub fn units(self) -> i128 {
        self.0
    }

    /// From a printed number; nothing where it is zero, negative or has more than 12 places.
    pub fn from_decimal(decimal: Decimal) -> Option<Self> {
        let scale = i32::try_from(decimal.scale).ok()?;
        if scale > 12 {
            return None;
        }
        Self::from_units(shift(decimal.units, 12 - scale).ok()?)
    }

    /// `self / other`, rounded once: the cross of two rates with the same base.
    pub fn cross(self, other: Self) -> Result<Self, ArithmeticError> {
        let units = multiply_divide(self.0, 10_i128.pow(RATE_SCALE), other.0)?;
        Self::from_units(units).ok_or(ArithmeticError::DivisionByZero)
    }

    /// `self × other`, rounded once: the cross of two rates whose bases meet.
    pub fn times(self, other: Self) -> Result<Self, ArithmeticError> {
        let units = multiply_divide(self.0, other.0, 10_i128.pow(RATE_SCALE))?;
        Self::from_units(units).ok_or(ArithmeticError::DivisionByZero)
    }

    /// `1 / self`, rounded once.
    pub fn inverse(self) -> Result<Self, ArithmeticError> {
        Self(10_i128.pow(RATE_SCALE)).cross(self)
    }

    /// `1 / (self × other)`, rounded once.
    pub fn inverse_of_product(self, other: Self) -> Result<Self, ArithmeticError> {
        let product = self.0.checked_mul(other.0).ok_or(ArithmeticError::Overflow)?;
        let units = divide_rounded(10_i128.pow(3 * RATE_SCALE), product)?;
        Self::from_units(units).ok_or(ArithmeticError::DivisionByZero)
    }

    /// `self / nominal`, rounded once: what is printed for 100 units, for one.
    pub fn per_unit(self, nominal: u32) -> Option<Self> {
        divide_rounded(self.0, i128::from(nominal)).ok().and_then(Self::from_units)
    }

    /// The arithmetic mean, rounded once; nothing of nothing.
    pub fn mean(rates: &[Self]) -> Result<Option<Self>, ArithmeticError> {
        let count = i128::try_from(rates.len()).ok().ok_or(ArithmeticError::Overflow)?;
        if count == 0 {
            return Ok(None);
        }
        let sum = rates.iter().try_fold(0_i128, |sum, rate| sum.checked_add(rate.0));
        divide_rounded(sum.ok_or(ArithmeticError::Overflow)?, count).map(Self::from_units)
    }

    /// The nearest float; for display only.
    #[expect(clippy::cast_precision_loss, reason = "display needs 15 digits, no more")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e12
    }

    /// Rounded to `places` behind the point, as text.
    pub fn rounded(self, places: u32) -> String {
        let drop = i32::try_from(RATE_SCALE.saturating_sub(places)).unwrap_or(0);
        let units = shift(self.0, -drop).unwrap_or(self.0);
        let width = usize::try_from(places).unwrap_or(0);
        let power = 10_i128.pow(places.min(RATE_SCALE));
        format!("{}.{:0>width$}", units / power, units % power)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal_text(f, self.0, RATE_SCALE)
    }
}

/// As printed for people; as units in cache entries, where a history holds hundreds of thousands.
impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i128(self.units())
        }
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rate = if deserializer.is_human_readable() {
            Decimal::parse(&String::deserialize(deserializer)?).ok().and_then(Self::from_decimal)
        } else {
            Self::from_units(i128::deserialize(deserializer)?)
        };
        rate.ok_or_else(|| serde::de::Error::custom("no exchange rate above zero with at most 12 places"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn rate(text: &str) -> Rate {
        Rate::from_decimal(Decimal::parse(text).unwrap()).unwrap()
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (given, places, expected) in [
            ("2.5", 0, "3"),
            ("-2.5", 0, "-3"),
            ("0.125", 2, "0.13"),
            ("2.4999", 0, "2"),
            ("1.005", 2, "1.01"),
        ] {
            assert_eq!(money(given).round_to(places).unwrap().to_string(), expected);
        }
    }

    /// Expected with Python's decimal: 122e9 / 6.618696977563 and 131.34e9 / 6.449111290093.
    #[test]
    fn yuan_of_2018_and_2021_become_dollars() {
        let dollars = |yuan: &str, per: &str| money(yuan).divide(rate(per)).unwrap().to_string();
        assert_eq!(dollars("122000000000", "6.618696977563"), "18432631137.75610892");
        assert_eq!(dollars("131340000000", "6.449111290093"), "20365596760.86873661");
    }

    #[test]
    fn printed_numbers_with_multipliers_are_exact() {
        for (text, power, expected) in [
            ("122", 9, "122000000000"),
            ("1313.4", 8, "131340000000"),
            ("22360.0", 6, "22360000000"),
            ("5", -2, "0.05"),
        ] {
            let amount = Money::from_decimal(Decimal::parse(text).unwrap(), power).unwrap();
            assert_eq!(amount.to_string(), expected);
        }
    }

    #[test]
    fn what_lies_behind_the_eighth_place_is_rounded_when_asked() {
        let nearest =
            |text: &str, power| Money::nearest(Decimal::parse(text).unwrap(), power).unwrap().to_string();
        assert_eq!(nearest("0.333333333333333", 0), "0.33333333");
        assert_eq!(nearest("-0.000000005", 0), "-0.00000001");
        assert_eq!(nearest("1.123456789012", 4), "11234.56789012");
    }

    #[test]
    fn too_large_is_an_error_and_never_wraps() {
        let huge = Money::from_decimal(Decimal { units: 10_i128.pow(23), scale: 0 }, 0).unwrap();
        assert_eq!(huge.multiply(rate("1000000")), Err(ArithmeticError::Overflow));
        assert_eq!(Money::from_decimal(Decimal { units: 1, scale: 0 }, 24), Err(ArithmeticError::Overflow));
        assert_eq!(
            Money::from_decimal(Decimal { units: 1, scale: 9 }, 0),
            Err(ArithmeticError::TooManyPlaces)
        );
    }

    proptest! {
        #[test]
        fn text_and_back(units in -10_i128.pow(30)..10_i128.pow(30)) {
            let amount = Money::from_units(units);
            prop_assert_eq!(amount.to_string().parse::<Money>().unwrap(), amount);
        }

        #[test]
        fn a_product_is_off_by_half_a_unit_at_most(units in -10_i128.pow(16)..10_i128.pow(16), rate in 1..10_i128.pow(15)) {
            let one = 10_i128.pow(12);
            let product = Money::from_units(units).multiply(Rate::from_units(rate).unwrap()).unwrap().units();
            prop_assert!((2 * (product * one - units * rate)).abs() <= one);
            let negative = Money::from_units(-units).multiply(Rate::from_units(rate).unwrap()).unwrap().units();
            prop_assert_eq!(negative, -product);
        }

        #[test]
        fn a_quotient_is_off_by_half_a_unit_at_most(units in -10_i128.pow(16)..10_i128.pow(16), rate in 10_i128.pow(9)..10_i128.pow(15)) {
            let one = 10_i128.pow(12);
            let quotient = Money::from_units(units).divide(Rate::from_units(rate).unwrap()).unwrap().units();
            prop_assert!((2 * (quotient * rate - units * one)).abs() <= rate);
        }
    }
}
