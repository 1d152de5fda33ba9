//! A rate that is given, not published: fixed in the pipeline file, or stated by a text.

use super::quote::{MissingRate, Operation, Quote};
use crate::measure::amount::{Decimal, Rate};
use crate::measure::currency::Currency;
use crate::measure::period::Period;

/// One rate for all periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedRate {
    /// The currency of which there is one unit.
    pub one: Currency,
    /// The currency whose units the rate counts.
    pub units: Currency,
    /// Units for one.
    pub rate: Rate,
    /// `fixed` or `stated`.
    pub method: &'static str,
    /// Who gives it.
    pub source: String,
    /// The file it stands in; empty for the pipeline file.
    pub file: String,
}

impl FixedRate {
    /// Reads `7.044 CNY per USD`, the rate of a pipeline file. A bare number says not which way round it is.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, pair) = text.trim().split_once(' ')?;
        let rate = Rate::from_decimal(Decimal::parse(number).ok()?)?;
        let (units, one) = Self::pair(pair)?;
        Some(Self { one, units, rate, method: "fixed", source: "pipeline".to_owned(), file: String::new() })
    }

    /// Reads `CNY per USD`: the units, and what there is one of.
    pub fn pair(text: &str) -> Option<(Currency, Currency)> {
        let (units, one) = text.split_once(" per ")?;
        let (units, one) = (Currency::parse(units.trim())?, Currency::parse(one.trim())?);
        (units != one).then_some((units, one))
    }

    /// The rate for a period; it serves its own pair only.
    pub fn quote(&self, from: Currency, to: Currency, period: &Period) -> Result<Quote, MissingRate> {
        let operation = match (from == self.one, to == self.units, from == self.units, to == self.one) {
            (true, true, ..) => Operation::Multiply,
            (_, _, true, true) => Operation::Divide,
            _ => {
                let reason = format!("the {} rate is {} per {}", self.method, self.units, self.one);
                return Err(MissingRate { from, to, period: *period, reason });
            }
        };
        Ok(Quote {
            from,
            to,
            period: *period,
            rate: self.rate,
            operation,
            pair: format!("{} per {}", self.units, self.one),
            method: self.method,
            source: self.source.clone(),
            file: self.file.clone(),
            days: 0,
            days_published: 0,
            date: None,
            path: format!("{}/{}", self.units, self.one),
            marks: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_rate_says_which_way_round_it_is() {
        let fixed = FixedRate::parse("7.044 CNY per USD").unwrap();
        assert_eq!(
            (fixed.units, fixed.one, fixed.rate.to_string().as_str()),
            (Currency::CNY, Currency::USD, "7.044")
        );
        for bad in [
            "7.044",
            "7.044 CNY",
            "7.044 CNY per CNY",
            "0 CNY per USD",
            "-1 CNY per USD",
            "7,044 CNY per USD",
            "7 CNY per XXX",
        ] {
            assert_eq!(FixedRate::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn it_serves_both_directions_of_its_pair_and_no_other() {
        let fixed = FixedRate::parse("7.044 CNY per USD").unwrap();
        let year = Period::year(2018).unwrap();
        let operation = |from, to| fixed.quote(from, to, &year).map(|quote| quote.operation);
        assert_eq!(operation(Currency::USD, Currency::CNY), Ok(Operation::Multiply));
        assert_eq!(operation(Currency::CNY, Currency::USD), Ok(Operation::Divide));
        assert_eq!(
            operation(Currency::RUB, Currency::USD).unwrap_err().reason,
            "the fixed rate is CNY per USD"
        );
    }
}
