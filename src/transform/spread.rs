//! The middle, the mean and the concentration of a group's figures. All are the same whatever the order of
//! the rows.

use crate::measure::{ArithmeticError, Money, ratio};

/// The middle value; of an even number the mean of the two middle ones, rounded half away from zero.
pub(super) fn median_amount(mut amounts: Vec<Money>) -> Result<Option<Money>, ArithmeticError> {
    amounts.sort_unstable();
    match middle(&amounts) {
        Some((low, high)) if low == high => Ok(Some(low)),
        Some((low, high)) => low.checked_add(high)?.divide_by_count(2).map(Some),
        None => Ok(None),
    }
}

/// The same of ratios.
pub(super) fn median_ratio(mut ratios: Vec<f64>) -> Option<f64> {
    ratios.sort_unstable_by(f64::total_cmp);
    middle(&ratios).map(|(low, high)| f64::midpoint(low, high))
}

/// The mean of ratios. The sum of floats depends on their order, so it is fixed.
pub(super) fn mean_ratio(mut ratios: Vec<f64>) -> Option<f64> {
    ratios.sort_unstable_by(f64::total_cmp);
    let count = u32::try_from(ratios.len()).ok().filter(|count| *count > 0)?;
    Some(ratios.iter().sum::<f64>() / f64::from(count))
}

fn middle<T: Copy>(sorted: &[T]) -> Option<(T, T)> {
    let low = sorted.get(sorted.len().checked_sub(1)? / 2)?;
    Some((*low, *sorted.get(sorted.len() / 2)?))
}

/// The Herfindahl–Hirschman index, the sum of squared shares: 1 is one alone, 1/n is n alike. Nothing of
/// nothing but zeros; with a negative figure there are no shares, which is `Ok(None)` too.
pub(super) fn concentration(mut amounts: Vec<Money>) -> Result<Option<f64>, ArithmeticError> {
    // The sum of floats depends on their order, so it is fixed.
    amounts.sort_unstable();
    if amounts.first().is_none_or(|least| *least < Money::ZERO) {
        return Ok(None);
    }
    let sum = amounts.iter().try_fold(Money::ZERO, |sum, amount| sum.checked_add(*amount))?;
    Ok(amounts.iter().map(|amount| ratio(*amount, sum).map(|share| share * share)).sum())
}

#[cfg(test)]
mod tests {
    use super::super::drawn::money;
    use super::*;

    fn amounts(written: &[&str]) -> Vec<Money> {
        written.iter().map(|amount| money(amount)).collect()
    }

    #[test]
    fn the_middle_of_two_is_their_mean() {
        let median =
            |written: &[&str]| median_amount(amounts(written)).unwrap().map(|money| money.to_string());
        assert_eq!(median(&["9", "1", "2"]).as_deref(), Some("2"));
        assert_eq!(median(&["9", "1", "2", "2.00000001"]).as_deref(), Some("2.00000001"));
        assert_eq!(median(&[]), None);
        assert_eq!(median_ratio(vec![0.5, 0.1, 0.25, 0.75]), Some(0.375));
    }

    /// In the given orders plain addition gives 0.6000000000000001 and 0.6.
    #[test]
    fn a_mean_of_ratios_is_the_same_in_any_order() {
        assert_eq!(mean_ratio(vec![0.1, 0.2, 0.3]), mean_ratio(vec![0.3, 0.2, 0.1]));
        assert_eq!(mean_ratio(vec![0.5, 0.25]), Some(0.375));
        assert_eq!(mean_ratio(Vec::new()), None);
    }

    /// 0.5² + 0.25² + 0.25² = 0.375.
    #[test]
    fn concentration_is_the_sum_of_squared_shares() {
        assert_eq!(concentration(amounts(&["25", "50", "25"])), Ok(Some(0.375)));
        assert_eq!(concentration(amounts(&["7"])), Ok(Some(1.0)));
        assert_eq!(concentration(amounts(&["0", "0"])), Ok(None));
        assert_eq!(concentration(amounts(&["5", "-1"])), Ok(None));
    }
}
