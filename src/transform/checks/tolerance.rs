//! How far two figures may be apart: their roundings, a share of the figure, or a fixed distance.

use crate::measure::{Decimal, Money};
use crate::spec::{Mistakes, Text};

use super::StepError;

/// A share written in percent, as in `1%`; at least nothing.
pub(super) fn percent(written: &str) -> Option<Money> {
    let number = Decimal::parse(written.trim().strip_suffix('%')?.trim()).ok()?;
    Money::from_decimal(number, -2).ok().filter(|share| *share >= Money::ZERO)
}

/// As written in `tolerance`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tolerance {
    /// What the printed precision of all figures allows.
    Rounding,
    /// A fraction, given in percent.
    Share(f64),
    /// A distance in base units.
    Distance(Money),
}

impl Tolerance {
    /// `rounding`, `2%` or `0.5`.
    pub(super) fn read(text: &Text, mistakes: &Mistakes) -> Option<Self> {
        let written = text.value.trim();
        if written == "rounding" {
            return Some(Self::Rounding);
        }
        let distance = || Money::from_decimal(Decimal::parse(written).ok()?, 0).ok();
        match (percent(written), distance().filter(|distance| *distance >= Money::ZERO)) {
            (Some(share), _) => Some(Self::Share(share.to_f64())),
            (None, Some(distance)) => Some(Self::Distance(distance)),
            (None, None) => {
                mistakes.add_with_help(
                    text.span.clone(),
                    format!("`{written}` is no tolerance"),
                    "write \"rounding\", a share of the figure such as \"2%\", or a distance such as \"0.5\"",
                );
                None
            }
        }
    }

    /// Whether two amounts agree; `rounding` is what their precision allows, `Share` is of the second.
    pub(super) fn agree(self, left: Money, right: Money, rounding: Money) -> Result<bool, StepError> {
        let apart = left.checked_sub(right)?.abs();
        Ok(match self {
            // The limit itself is out of reach: a rounded figure stands for an interval that is open above.
            Self::Rounding => apart < rounding || apart == Money::ZERO,
            Self::Distance(distance) => apart <= distance,
            Self::Share(share) => apart.to_f64() <= share * right.to_f64().abs(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::money;
    use super::*;

    /// 1,188.0 to the nearest 1 and 236.0 to the nearest 0.1 cannot make 1,424.6: below 1,424.55.
    #[test]
    fn figures_as_far_apart_as_their_roundings_disagree() {
        for (left, right, rounding, expected) in
            [("1424", "1424.6", "0.6", false), ("1424", "1424.5", "0.6", true), ("7", "7", "0", true)]
        {
            let agree = Tolerance::Rounding.agree(money(left), money(right), money(rounding)).unwrap();
            assert_eq!(agree, expected, "{left} and {right} ± {rounding}");
        }
    }
}
