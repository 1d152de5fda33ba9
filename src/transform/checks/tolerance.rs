//! How far two figures may be apart: their roundings, a share of the figure, or a fixed distance.

use crate::measure::{Decimal, Money};
use crate::spec::{Mistakes, Text};

use super::StepError;

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
        let (number, percent) = match written.strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (written, false),
        };
        let read = Decimal::parse(number)
            .ok()
            .and_then(|number| Money::from_decimal(number, if percent { -2 } else { 0 }).ok())
            .filter(|money| *money >= Money::ZERO);
        match read {
            Some(share) if percent => Some(Self::Share(share.to_f64())),
            Some(distance) => Some(Self::Distance(distance)),
            None => {
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
            Self::Rounding => apart <= rounding,
            Self::Distance(distance) => apart <= distance,
            Self::Share(share) => apart.to_f64() <= share * right.to_f64().abs(),
        })
    }
}
