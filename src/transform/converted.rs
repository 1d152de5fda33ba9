//! The columns of a conversion: every amount by the answer to its pair of currency and period.

use polars::prelude::*;

use crate::measure::{Money, Operation, Quote, Rate};

use super::StepError;
use super::pairs::Pairs;
use super::quoted::Answer;

/// The answers to all pairs of a column.
pub(super) struct Converted<'a> {
    pairs: &'a Pairs,
    answers: &'a [Answer],
    factors: Vec<Factor>,
    /// Whether every row has an answer and no rate is missing: companions then go over as they are.
    whole: bool,
}

/// What is done with an amount: the part of an answer that every row needs, side by side in memory.
#[derive(Clone, Copy)]
enum Factor {
    Same,
    By(Operation, Rate),
    Missing,
}

impl<'a> Converted<'a> {
    /// Prepares the answers for the rows.
    pub(super) fn of(pairs: &'a Pairs, answers: &'a [Answer]) -> Self {
        let factors = answers.iter().map(|answer| match answer {
            Answer::Same => Factor::Same,
            Answer::Quoted(quote) => Factor::By(quote.operation, quote.rate),
            Answer::Missing => Factor::Missing,
        });
        let whole = pairs.of_row.iter().all(Option::is_some)
            && !answers.iter().any(|answer| matches!(answer, Answer::Missing));
        Self { pairs, answers, factors: factors.collect(), whole }
    }

    fn factor(&self, code: Option<u32>) -> Option<Factor> {
        self.factors.get(usize::try_from(code?).ok()?).copied()
    }

    /// Every amount by its own answer; null where there is none.
    pub(super) fn amounts(&self, from: &Int128Chunked) -> Result<Int128Chunked, StepError> {
        if from.null_count() == from.len() {
            return Ok(from.clone());
        }
        let mut made = PrimitiveChunkedBuilder::<Int128Type>::new(PlSmallStr::EMPTY, self.pairs.of_row.len());
        for (units, code) in from.iter().zip(&self.pairs.of_row) {
            made.append_option(match (units, self.factor(*code)) {
                (Some(units), Some(Factor::Same)) => Some(units),
                (Some(units), Some(Factor::By(operation, rate))) => {
                    Some(operation.apply(Money::from_units(units), rate)?.units())
                }
                _ => None,
            });
        }
        Ok(made.finish())
    }

    /// A text companion where there is an amount; `missing` where there is no rate.
    pub(super) fn texts(&self, name: &str, from: &StringChunked, missing: Option<&str>) -> Column {
        if self.whole {
            return from.clone().with_name(name.into()).into_column();
        }
        let texts = from.iter().zip(&self.pairs.of_row).map(|(text, code)| match self.factor(*code) {
            Some(Factor::Missing) => missing,
            Some(_) => text,
            None => None,
        });
        StringChunked::from_iter_options(name.into(), texts).into_column()
    }

    /// What `say` says of every quote, spread over the rows.
    pub(super) fn said(
        &self,
        name: &str,
        say: impl Fn(&Quote) -> Option<String>,
    ) -> Result<Column, StepError> {
        let by_pair = self.answers.iter().map(|answer| match answer {
            Answer::Quoted(quote) => say(quote),
            _ => None,
        });
        let by_pair = StringChunked::from_iter_options(name.into(), by_pair);
        if by_pair.null_count() == by_pair.len() {
            return Ok(Column::full_null(name.into(), self.pairs.of_row.len(), &DataType::String));
        }
        let codes = IdxCa::from_iter_options(PlSmallStr::EMPTY, self.pairs.of_row.iter().copied());
        Ok(by_pair.take(&codes)?.into_column())
    }
}
