//! What a rates block says to every pair of currency and period of a table. Quotes used go to the journal,
//! with one finding for each that needs a mark.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Severity, transform as codes};
use crate::measure::{Currency, Mark, Quote};
use crate::table::Table;

use super::columns::place;
use super::given::Quoting;
use super::pairs::{Pair, Pairs};
use super::{Journal, NoRate, StepError, World};

/// What a missing rate means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenMissing {
    /// The run stops.
    Error,
    /// The value is empty with status `M`, and there is a finding.
    Empty,
}

/// What the rates say to one pair.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is the target currency already.
    Same,
    /// To be converted.
    Quoted(Box<Quote>),
    /// No rate; to be marked.
    Missing,
}

/// What is asked of which rates.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    /// The pairs.
    pub pairs: &'a Pairs,
    /// The rates.
    pub quoting: &'a Quoting<'a>,
    /// What a missing rate means.
    pub missing: WhenMissing,
}

impl Asking<'_> {
    /// An answer to every pair, in their order.
    pub(super) fn answers(
        &self,
        target: Currency,
        table: &Table,
        world: &World<'_>,
    ) -> Result<Vec<Answer>, StepError> {
        let mut answers = Vec::with_capacity(self.pairs.list.len());
        let mut used: BTreeMap<String, (Quote, &Pair)> = BTreeMap::new();
        let mut missing = Vec::new();
        for pair in &self.pairs.list {
            answers.push(match self.answer(pair, target) {
                Ok(answer) => {
                    if let Answer::Quoted(quote) = &answer {
                        used.insert(quote.id(), ((**quote).clone(), pair));
                    }
                    answer
                }
                Err(reason) => {
                    missing.push((pair, reason));
                    Answer::Missing
                }
            });
        }
        if let (WhenMissing::Error, Some((pair, reason))) = (self.missing, missing.first()) {
            let no_rate = NoRate {
                currency: pair.currency.clone(),
                target: target.to_string(),
                when: pair.when.clone(),
                reason: reason.clone(),
                rows: pair.rows,
                place: place(table, world, pair.first),
                others: missing.len() - 1,
            };
            return Err(no_rate.into());
        }
        let finding = |code: &'static Code, pair: &Pair| {
            Finding::new(code, Severity::Warning, table.name.clone())
                .at(place(table, world, pair.first))
                .times(pair.rows)
        };
        let mut journal = world.journal.borrow_mut();
        journal.findings.extend(missing.into_iter().map(|(pair, reason)| {
            let seen = format!("{} {}", pair.currency, pair.when);
            finding(&codes::RATE_MISSING, pair).seen(seen, format!("a rate to {target}: {reason}"))
        }));
        note_marks(used.values(), finding, &mut journal);
        journal.quotes.extend(used.into_iter().map(|(id, (quote, _))| (id, quote)));
        Ok(answers)
    }

    fn answer(&self, pair: &Pair, target: Currency) -> Result<Answer, String> {
        let (currency, period) = pair.asked.as_ref().map_err(String::clone)?;
        if *currency == target {
            return Ok(Answer::Same);
        }
        match self.quoting.quote(*currency, target, period) {
            Ok(quote) => Ok(Answer::Quoted(Box::new(quote))),
            Err(missing) => Err(missing.reason),
        }
    }
}

/// One finding for each rate that needs a mark; days that fall back on one yearly mean are one rate.
fn note_marks<'a>(
    used: impl Iterator<Item = &'a (Quote, &'a Pair)>,
    new: impl Fn(&'static Code, &Pair) -> Finding,
    journal: &mut Journal,
) {
    let mut marked: BTreeMap<(&str, String), Finding> = BTreeMap::new();
    for (quote, pair) in used {
        for mark in &quote.marks {
            let (code, expected) = match mark {
                Mark::PartialCoverage { .. }
                | Mark::MissingMeans { .. }
                | Mark::BeginsLate { .. }
                | Mark::EndsEarly { .. } => (&codes::RATE_PARTIAL, "a rate on nearly all days of the period"),
                Mark::SteppedDown { .. } => (&codes::RATE_STEPPED_DOWN, "a rate of the preferred source"),
            };
            let rate = format!("{} {} {} {}", quote.pair, quote.rate, quote.method, quote.source);
            let seen = format!("{}: {mark}", quote.pair);
            marked
                .entry((code.id, rate))
                .and_modify(|known| known.count += pair.rows)
                .or_insert_with(|| new(code, pair).seen(seen, expected));
        }
    }
    journal.findings.extend(marked.into_values());
}
