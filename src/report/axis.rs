//! The ends of a chart's axes: round steps, zero always on the axis, and both zeros at one height where
//! there are two axes. These numbers place grid lines; no figure is computed here.

/// An axis from `low` to `high` with a line every `step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// Its lower end, zero or below.
    pub(super) low: f64,
    /// Its upper end.
    pub(super) high: f64,
    /// Between two lines.
    pub(super) step: f64,
}

/// About so many lines between zero and the largest value.
const LINES: f64 = 4.0;

/// The scales of one or two axes over their values.
pub(super) fn scales(axes: &[&[f64]]) -> Vec<Scale> {
    let steps: Vec<(f64, f64, f64)> = axes
        .iter()
        .map(|values| {
            let high = values.iter().copied().fold(0.0, f64::max);
            let low = values.iter().copied().fold(0.0, f64::min);
            let step = round_step(high.max(-low) / LINES);
            (step, (high / step).ceil(), (-low / step).ceil())
        })
        .collect();
    let above = steps.iter().map(|(_, above, _)| *above).fold(1.0, f64::max);
    let below = steps.iter().map(|(_, _, below)| *below).fold(0.0, f64::max);
    steps
        .into_iter()
        .map(|(step, ..)| Scale {
            low: if below > 0.0 { -below * step } else { 0.0 },
            high: above * step,
            step,
        })
        .collect()
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    if !least.is_finite() || least <= 0.0 {
        return 1.0;
    }
    let mut power = 1.0;
    while power > least {
        power /= 10.0;
    }
    while power * 10.0 <= least {
        power *= 10.0;
    }
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least)
        .unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(axes: &[&[f64]], expected: &[(f64, f64, f64)]) {
        let found = scales(axes);
        assert_eq!(found.len(), expected.len());
        for (scale, (low, high, step)) in found.iter().zip(expected) {
            for (found, expected) in [(scale.low, low), (scale.high, high), (scale.step, step)] {
                assert!((found - expected).abs() < 1e-9, "{scale:?}");
            }
        }
    }

    #[test]
    fn axes_begin_at_zero_and_share_its_height() {
        check(&[&[402.6, 4.7]], &[(0.0, 600.0, 200.0)]);
        check(&[&[402.6, 248.9], &[1.098, -0.096]], &[(-200.0, 600.0, 200.0), (-0.5, 1.5, 0.5)]);
        check(&[&[]], &[(0.0, 1.0, 1.0)]);
    }
}
