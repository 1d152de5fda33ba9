//! `implied_rate`: one figure given in two currencies implies a rate; the reference rate of the same
//! period must lie in what the rounding of both figures allows.

use crate::finding::{Severity, checks as codes};
use crate::measure::{Currency, Frequency, Method, Money, Operation, Period, Quote, ratio};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{ColumnType, Table};

use super::super::columns::text_if_any;
use super::super::figures::Figures;
use super::super::groups::Groups;
use super::super::measured::Measured;
use super::super::{Shape, StepError, World};
use super::{CheckKind, Failure, PlannedRule, Rule, Setting, Slack, Tested, Tests, Tolerance, count_of};

pub(super) const KIND: CheckKind = CheckKind {
    name: "implied_rate",
    example: "on = \"facts\"\nimplied_rate = { where = \"indicator = 'TRADE_GOODS_VALUE'\", value = \"obs_value\", currency = \"currency\", period = \"time_period\", rates = \"reference\", method = \"average\" }",
    severity: Severity::Error,
    tests: Tests::Rows,
    slack: Slack::Tolerance,
    read,
};

/// What two figures must agree in to be one, beside the period, unless declared.
const SAME: [&str; 3] = ["ref_area", "counterpart_area", "indicator"];

#[derive(Debug)]
struct Implied {
    value: Text,
    currency: Text,
    period: Text,
    rates: Text,
    method: Method,
    by: Vec<Text>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Rule>> {
    let mut fields = Fields::open(node, "`implied_rate`", mistakes)?;
    let here = |name: &str| Text::at(node.span.clone(), name);
    let value = fields.text("value").unwrap_or_else(|| here("obs_value"));
    let currency = fields.text("currency").unwrap_or_else(|| here("currency"));
    let period = fields.text("period").unwrap_or_else(|| here("time_period"));
    let rates = fields.required_text("rates");
    let method = fields.choice("method", &[("average", Method::Average), ("daily", Method::Daily)]);
    let by = fields.texts("by");
    fields.finish();
    let method = method.unwrap_or(Method::Average);
    Some(Box::new(Implied { value, currency, period, rates: rates?, method, by }))
}

impl Rule for Implied {
    fn plan(
        &self,
        shape: &Shape,
        setting: &Setting<'_>,
        mistakes: &Mistakes,
    ) -> Option<Box<dyn PlannedRule>> {
        let before = mistakes.count();
        let schema = &shape.schema;
        super::super::columns::expect_column(schema, &self.value, &[ColumnType::Money], mistakes);
        super::super::columns::expect_column(schema, &self.currency, &[ColumnType::Text], mistakes);
        super::super::columns::expect_column(schema, &self.period, &[ColumnType::Text], mistakes);
        for column in &self.by {
            let any = [ColumnType::Text, ColumnType::Integer, ColumnType::Date];
            super::super::columns::expect_column(schema, column, &any, mistakes);
        }
        if !setting.shapes.rates.contains(&self.rates.value) {
            let known = setting.shapes.rates.iter().map(String::as_str);
            mistakes.unknown(self.rates.span.clone(), "rates block", &self.rates.value, known);
        }
        if mistakes.count() > before {
            return None;
        }
        let mut by: Vec<String> = if self.by.is_empty() {
            SAME.iter().filter(|name| schema.has(name)).map(|name| (*name).to_owned()).collect()
        } else {
            self.by.iter().map(|column| column.value.clone()).collect()
        };
        if !by.contains(&self.period.value) {
            by.push(self.period.value.clone());
        }
        Some(Box::new(ImpliedRate {
            value: Measured::of(schema, &self.value.value),
            currency: self.currency.value.clone(),
            period: self.period.value.clone(),
            frequency: super::super::columns::frequency_column(schema),
            rates: self.rates.value.clone(),
            method: self.method,
            by,
            tolerance: setting.tolerance,
        }))
    }
}

#[derive(Debug)]
struct ImpliedRate {
    value: Measured,
    currency: String,
    period: String,
    frequency: Option<String>,
    rates: String,
    method: Method,
    by: Vec<String>,
    tolerance: Tolerance,
}

/// A figure in one currency.
#[derive(Clone, Debug)]
struct Figure {
    row: usize,
    currency: Currency,
    value: Money,
    rounding: Money,
}

impl PlannedRule for ImpliedRate {
    fn run(&self, table: &Table, world: &World<'_>) -> Result<Tested, StepError> {
        let book = world
            .rates
            .get(&self.rates)
            .ok_or_else(|| StepError::NoSuchRates { rates: self.rates.clone() })?;
        let frame = &table.frame;
        let figures = self.figures(table)?;
        let periods = text_if_any(frame, Some(&self.period))?;
        let frequencies = text_if_any(frame, self.frequency.as_deref())?;
        let untested = count_of(figures.iter().filter(|figure| figure.is_none()).count());
        let mut tested = Tested { untested, ..Tested::default() };
        for rows in Groups::by(frame, &self.by)?.rows() {
            let group: Vec<&Figure> =
                rows.iter().filter_map(|row| figures.get(*row).and_then(Option::as_ref)).collect();
            for (at, first) in group.iter().enumerate() {
                for second in group.iter().skip(at + 1).filter(|second| second.currency != first.currency) {
                    tested.count += 1;
                    let period = periods.get(first.row).and_then(Option::as_deref).unwrap_or_default();
                    let frequency = frequencies.get(first.row).and_then(Option::as_deref);
                    let read = Period::parse(period, frequency.and_then(Frequency::parse));
                    let quote = match read {
                        Err(error) => Err(error.to_string()),
                        Ok(period) => book
                            .quote(first.currency, second.currency, &period, self.method)
                            .map_err(|missing| missing.reason),
                    };
                    match quote {
                        Ok(quote) => {
                            tested.failures.extend(self.compare(first, second, &quote));
                            world.journal.borrow_mut().quotes.insert(quote.id(), quote);
                        }
                        Err(reason) => tested.failures.push(Failure::new(
                            &codes::IMPLIED_RATE_DIFFERS,
                            vec![first.row, second.row],
                            format!(
                                "{} {} and {} {}",
                                first.value, first.currency, second.value, second.currency
                            ),
                            format!("a reference rate: {reason}"),
                        )),
                    }
                }
            }
        }
        Ok(tested)
    }
}

impl ImpliedRate {
    /// The rows that take part; the others are `None`.
    fn figures(&self, table: &Table) -> Result<Vec<Option<Figure>>, StepError> {
        let frame = &table.frame;
        let read = Figures::of(&self.value, frame)?;
        let currencies = text_if_any(frame, Some(&self.currency))?;
        let rows = currencies.iter().enumerate();
        Ok(rows
            .map(|(row, currency)| {
                let value = read.exact(row).ok().filter(|value| *value > Money::ZERO)?;
                let currency = Currency::parse(currency.as_deref()?)?;
                Some(Figure { row, currency, value, rounding: read.rounding(row).unwrap_or(Money::ZERO) })
            })
            .collect())
    }

    /// What is wrong with a pair of figures, if anything.
    fn compare(&self, from: &Figure, to: &Figure, quote: &Quote) -> Option<Failure> {
        // The quote is units of one currency per unit of the other: the former goes above the line.
        let (above, below) = match quote.operation {
            Operation::Divide => (from, to),
            Operation::Multiply => (to, from),
        };
        let implied = ratio(above.value, below.value)?;
        let low = ratio(
            above.value.checked_sub(above.rounding).ok()?,
            below.value.checked_add(below.rounding).ok()?,
        )?;
        let least = below.value.checked_sub(below.rounding).ok().filter(|least| *least > Money::ZERO);
        // A figure that may be zero by its rounding allows any rate above `low`.
        let high = match least {
            Some(least) => ratio(above.value.checked_add(above.rounding).ok()?, least)?,
            None => f64::INFINITY,
        };
        let reference = quote.rate.to_f64();
        let allowed = match self.tolerance {
            Tolerance::Rounding => 0.0,
            Tolerance::Share(share) => reference * share,
            Tolerance::Distance(distance) => distance.to_f64(),
        };
        if low - allowed <= reference && reference <= high + allowed {
            return None;
        }
        let days = if quote.days > 1 { format!(", {} days", quote.days) } else { String::new() };
        let expected =
            format!("{} {} ({}{days}, {})", digits(reference, 5), quote.pair, quote.method, quote.source);
        let seen = format!("{} ({}–{})", digits(implied, 5), digits(low, 4), digits(high, 4));
        Some(Failure::new(&codes::IMPLIED_RATE_DIFFERS, vec![to.row, from.row], seen, expected))
    }
}

/// A number with that many digits that count.
fn digits(value: f64, count: usize) -> String {
    if value <= 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let mut before_point = 0_usize;
    let mut places = count.saturating_sub(1);
    let mut rest = value;
    while rest >= 10.0 {
        rest /= 10.0;
        before_point += 1;
    }
    places = places.saturating_sub(before_point);
    while rest < 1.0 && places < 12 {
        rest *= 10.0;
        places += 1;
    }
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::super::super::drawn::{Scene, ecb, outcome};
    use super::*;

    const HEAD: &str = "ref_area | indicator | time_period | currency | v:amount | v_rounding:amount\n";
    const RULE: &str = "severity = \"warn\"\nimplied_rate = { value = \"v\", rates = \"reference\" }";

    #[track_caller]
    fn check(rows: &str, toml: &str, expected: &str) {
        let scene = Scene::new(&format!("{HEAD}{rows}")).with_rates(&[ecb()]);
        assert_eq!(outcome(&scene.check(toml)), expected);
    }

    /// 122 / 17.32 = 7.04388; 121.5 / 17.325 = 7.01299; 122.5 / 17.315 = 7.07479.
    #[test]
    fn an_amount_converted_at_the_rate_of_another_year_fails() {
        check(
            "CN-HL | TRADE | 2018 | CNY | 122000000000 | 500000000\n\
             CN-HL | TRADE | 2018 | USD | 17320000000 | 5000000",
            RULE,
            "tested 1\n\
             failed T04 at t.xlsx ▸ S ▸ A3: 7.0439 (7.013–7.075) / \
             6.6187 CNY per USD (mean of daily crosses, 255 days, ECB); with A2",
        );
    }

    /// 122 / 18.43 = 6.6196, within 6.5907 to 6.6486: the reference 6.6187 lies inside.
    #[test]
    fn what_rounding_allows_passes_in_either_order() {
        check(
            "CN-HL | TRADE | 2018 | USD | 18430000000 | 5000000\n\
             CN-HL | TRADE | 2018 | CNY | 122000000000 | 500000000\n\
             CN-HL | TRADE | 2017 | CNY | 74000000000 | 500000000\n\
             RU | TRADE | 2018 | CNY | 1 | ",
            RULE,
            "tested 1",
        );
    }

    /// 7.013 / 6.6187 - 1 = 5.96 %.
    #[test]
    fn a_share_widens_what_is_allowed() {
        let rows = "CN-HL | TRADE | 2018 | CNY | 122000000000 | 500000000\n\
             CN-HL | TRADE | 2018 | USD | 17320000000 | 5000000";
        check(rows, &format!("tolerance = \"6%\"\n{RULE}"), "tested 1");
    }

    #[test]
    fn only_rows_of_the_condition_take_part() {
        check(
            "CN-HL | ZONES | 2018 | CNY | 1 | \n\
             CN-HL | ZONES | 2018 | USD | 1 | ",
            &RULE.replace("value =", "where = \"indicator = 'TRADE'\", value ="),
            "tested 0",
        );
    }

    #[test]
    fn a_missing_reference_is_a_failure_with_its_reason() {
        check(
            "CN-HL | TRADE | 1998 | CNY | 122 | \nCN-HL | TRADE | 1998 | USD | 17 | ",
            RULE,
            "tested 1\n\
             failed T04 at t.xlsx ▸ S ▸ A2: 122 CNY and 17 USD / \
             a reference rate: ECB published no CNY/USD rate in 1998; with A3",
        );
    }

    #[test]
    fn digits_that_count_are_kept_for_small_and_large_rates() {
        for (value, count, expected) in [
            (7.043_88, 5, "7.0439"),
            (62.806_21, 5, "62.806"),
            (0.015_123, 4, "0.01512"),
            (1_234_567.0, 4, "1234567"),
        ] {
            assert_eq!(digits(value, count), expected);
        }
    }
}
