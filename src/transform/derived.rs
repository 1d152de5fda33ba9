//! What goes along with a figure that is computed from others: its status, its bound and what the roundings
//! of its parts allow. It computes no figure.

use crate::measure::{Bound, Money};

/// Status of a figure computed from others that are all plainly stated.
pub(super) const DERIVED: &str = "D";

/// Which way a figure goes when one of its parts grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The same way.
    Same,
    /// The other way, as a quotient does when its divisor grows.
    Opposite,
}

impl Effect {
    /// The same effect, or the opposite where `factor` is negative.
    pub(super) fn by_sign_of(self, factor: Money) -> Self {
        match (self, factor < Money::ZERO) {
            (effect, false) => effect,
            (Self::Same, true) => Self::Opposite,
            (Self::Opposite, true) => Self::Same,
        }
    }
}

/// Why parts give no figure although each is known.
pub(super) const BOUNDS_DISAGREE: &str = "bounds on both sides";

/// The bound of a figure by those of its parts; parts that pull both ways leave nothing to say.
pub(super) fn bound_of(parts: &[(Option<Bound>, Effect)]) -> Result<Option<Bound>, &'static str> {
    let mut all = None;
    for (bound, effect) in parts {
        let Some(bound) = bound else { continue };
        let moved = match (bound, effect) {
            (Bound::Above, Effect::Opposite) => Bound::Below,
            (Bound::Below, Effect::Opposite) => Bound::Above,
            (bound, _) => *bound,
        };
        match all {
            None => all = Some(moved),
            Some(known) if known == moved => {}
            Some(_) => return Err(BOUNDS_DISAGREE),
        }
    }
    Ok(all)
}

/// The status of a figure by those of its parts: a forecast stays one, then estimated, then provisional,
/// else derived.
pub(super) fn status_of<'a>(parts: impl Iterator<Item = Option<&'a str>>) -> &'static str {
    let parts: Vec<&str> = parts.flatten().collect();
    ["F", "E", "P"].into_iter().find(|mark| parts.contains(mark)).unwrap_or(DERIVED)
}

/// A figure and what its rounding may move it by; what has none is taken as exact.
pub(super) type Rounded = (Money, Option<Money>);

/// Both ends of what the rounding allows.
pub(super) fn ends((value, rounding): Rounded) -> Option<[Money; 2]> {
    let rounding = rounding.unwrap_or(Money::ZERO);
    Some([value.checked_sub(rounding).ok()?, value.checked_add(rounding).ok()?])
}

/// How far a quotient may be off: the farther end of what both roundings allow. `None` where neither is
/// known, and where the divisor may be zero.
pub(super) fn rounding_of_quotient(of: Rounded, by: Rounded, quotient: Money) -> Option<Money> {
    of.1.or(by.1)?;
    let divisors = ends(by)?;
    if divisors.iter().any(|end| (*end <= Money::ZERO) != (by.0 < Money::ZERO)) {
        return None;
    }
    let mut width = Money::ZERO;
    for dividend in ends(of)? {
        for divisor in divisors {
            width = width.max(dividend.over(divisor).ok()?.checked_sub(quotient).ok()?.abs());
        }
    }
    Some(width)
}

/// How far a sum or difference may be off; `None` where no rounding of a part is known.
pub(super) fn rounding_of_sum(parts: impl Iterator<Item = Option<Money>>) -> Option<Money> {
    parts.flatten().try_fold(None, |sum: Option<Money>, part| match sum {
        None => Some(Some(part)),
        Some(sum) => sum.checked_add(part).ok().map(Some),
    })?
}

#[cfg(test)]
mod tests {
    use super::super::drawn::money;
    use super::*;

    #[test]
    fn bounds_move_with_their_effect() {
        use Effect::{Opposite, Same};
        let above = Some(Bound::Above);
        assert_eq!(bound_of(&[(above, Same), (None, Opposite)]), Ok(above));
        assert_eq!(bound_of(&[(None, Same), (above, Opposite)]), Ok(Some(Bound::Below)));
        assert_eq!(bound_of(&[(above, Same), (above, Opposite)]), Err(BOUNDS_DISAGREE));
        assert_eq!(bound_of(&[(above, Same), (Some(Bound::Below), Opposite)]), Ok(above));
        assert_eq!(bound_of(&[(Some(Bound::Near), Opposite)]), Ok(Some(Bound::Near)));
        assert_eq!(Opposite.by_sign_of(money("-1")), Same);
    }

    #[test]
    fn a_forecast_stays_one() {
        assert_eq!(status_of([Some("A"), Some("F"), Some("E")].into_iter()), "F");
        assert_eq!(status_of([Some("A"), None].into_iter()), DERIVED);
    }

    /// 3 ± 0.5 over 16: (3.5 − 3) / 16 = 0.03125 either way. 10 ± 1 over 4 ± 1: 11/3 − 2.5 = 1.16666667.
    #[test]
    fn roundings_allow_the_farther_end() {
        let width = |of: (&str, Option<&str>), by: (&str, Option<&str>), quotient: &str| {
            let read = |(value, off): (&str, Option<&str>)| (money(value), off.map(money));
            rounding_of_quotient(read(of), read(by), money(quotient)).map(|width| width.to_string())
        };
        assert_eq!(width(("3", Some("0.5")), ("16", None), "0.1875").as_deref(), Some("0.03125"));
        assert_eq!(width(("10", Some("1")), ("4", Some("1")), "2.5").as_deref(), Some("1.16666667"));
        assert_eq!(width(("10", Some("1")), ("1", Some("1")), "10"), None);
        assert_eq!(width(("10", None), ("4", None), "2.5"), None);
    }
}
