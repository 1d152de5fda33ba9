//! What is known of a value: exactly, or only from one side. A bound is never compared as if it were exact.

use crate::measure::Money;

use super::super::StepError;
use super::super::figures::Figures;
use super::Tolerance;

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The value.
    Exact(Money),
    /// It is this or more: `>`.
    AtLeast(Money),
    /// It is this or less: `<`.
    AtMost(Money),
    /// It is about this: `≈`.
    Near(Money),
}

impl Known {
    /// What a row says of a figure; nothing where there is no value or only a forecast.
    pub(super) fn of(figures: &Figures, row: usize) -> Option<Self> {
        let value = figures.real(row)?;
        Some(match figures.bound(row) {
            None => Self::Exact(value),
            Some(">" | ">=" | "≥") => Self::AtLeast(value),
            Some("<" | "<=" | "≤") => Self::AtMost(value),
            Some(_) => Self::Near(value),
        })
    }

    /// The smallest value it may be.
    pub(super) fn least(self) -> Option<Money> {
        match self {
            Self::Exact(value) | Self::AtLeast(value) | Self::Near(value) => Some(value),
            Self::AtMost(_) => None,
        }
    }

    /// The largest value it may be.
    pub(super) fn most(self) -> Option<Money> {
        match self {
            Self::Exact(value) | Self::AtMost(value) | Self::Near(value) => Some(value),
            Self::AtLeast(_) => None,
        }
    }

    fn is_near(self) -> bool {
        matches!(self, Self::Near(_))
    }

    /// Whether both may be of one value; nothing where they cannot contradict each other (two lower
    /// bounds), or where one is only near its value and they differ.
    pub(super) fn agree(
        self,
        other: Self,
        tolerance: Tolerance,
        rounding: Money,
    ) -> Result<Option<bool>, StepError> {
        let gaps = [(self.least(), other.most()), (other.least(), self.most())];
        if gaps.iter().all(|(low, high)| low.is_none() || high.is_none()) {
            return Ok(None);
        }
        for (at, (low, high)) in gaps.into_iter().enumerate() {
            let (Some(low), Some(high)) = (low, high) else { continue };
            // The tolerance is a share of the other value, whichever of the two is the larger.
            let (left, right) = if at == 0 { (low, high) } else { (high, low) };
            if low > high && !tolerance.agree(left, right, rounding)? {
                return Ok(if self.is_near() || other.is_near() { None } else { Some(false) });
            }
        }
        Ok(Some(true))
    }
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(value) => write!(f, "{value}"),
            Self::AtLeast(value) => write!(f, ">{value}"),
            Self::AtMost(value) => write!(f, "<{value}"),
            Self::Near(value) => write!(f, "≈{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::money;
    use super::*;

    fn known(written: &str) -> Known {
        let (sign, value) = written.split_at(written.find(|c: char| c.is_ascii_digit()).unwrap());
        match sign {
            ">" => Known::AtLeast(money(value)),
            "<" => Known::AtMost(money(value)),
            "≈" => Known::Near(money(value)),
            _ => Known::Exact(money(value)),
        }
    }

    #[test]
    fn a_bound_contradicts_only_from_its_own_side() {
        for (left, right, expected) in [
            (">1700", "1764", Some(true)),
            (">1700", "1700", Some(true)),
            (">1700", "1600", Some(false)),
            ("<1700", "1600", Some(true)),
            ("<1700", "1764", Some(false)),
            (">1700", "<1600", Some(false)),
            (">1700", "<1800", Some(true)),
            (">1700", ">1800", None),
            ("<1700", "<1800", None),
            ("≈1700", "1700", Some(true)),
            ("≈1700", "1764", None),
            ("1700", "1701", Some(true)),
            ("1700", "1702", Some(false)),
        ] {
            for (one, other) in [(left, right), (right, left)] {
                let agree = known(one).agree(known(other), Tolerance::Rounding, money("1.5")).unwrap();
                assert_eq!(agree, expected, "{one} and {other}");
            }
        }
    }
}
