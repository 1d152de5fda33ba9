//! `convert`: an amount in other currencies, each value by the rate of its own day or period.
//!
//! Every converted amount keeps its original and names the rate it used. Only distinct pairs of currency
//! and period are quoted; a rate that is missing is an error or a mark, never 1.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::finding::{Code, Finding, Severity, transform as codes};
use crate::measure::{Currency, Mark, Method, MissingRate, Money, Quote, RateBook};
use crate::spec::{Fields, Mistakes, Node, Span, Text};
use crate::table::{Column as TableColumn, ColumnRole, ColumnType, Companion, Schema, Table};

use super::columns::{money_column, place, text, units};
use super::pairs::{Pairs, When};
use super::{Planned, Shape, Shapes, StepError, Verb, VerbKind, World};

pub(super) const KIND: VerbKind = VerbKind {
    name: "convert",
    example: r#"convert = { value = "obs_value", to = ["CNY", "USD"], rates = "reference", method = "average" }"#,
    read,
};

/// What a missing rate means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhenMissing {
    /// The run stops.
    Error,
    /// The value is empty with status `M`, and there is a finding.
    Mark,
}

/// As written.
#[derive(Debug)]
struct Convert {
    span: Span,
    value: Text,
    to: Vec<(Currency, Text)>,
    rates: Text,
    method: Method,
    on: Option<Text>,
    currency: Option<Text>,
    missing: WhenMissing,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "`convert`", mistakes)?;
    let value = fields.required_text("value");
    let named = if fields.required("to").is_some() { fields.texts("to") } else { Vec::new() };
    let mut to: Vec<(Currency, Text)> = Vec::new();
    for name in &named {
        match Currency::parse(&name.value) {
            Some(currency) if to.iter().any(|(known, _)| *known == currency) => {
                mistakes.add(name.span.clone(), format!("{currency} stands twice in `to`"));
            }
            Some(currency) => to.push((currency, name.clone())),
            None => mistakes.add_with_help(
                name.span.clone(),
                format!("`{}` is no currency", name.value),
                "give its ISO 4217 code, as in CNY, USD, RUB",
            ),
        }
    }
    let rates = fields.required_text("rates");
    let method = fields.choice("method", &[("average", Method::Average), ("daily", Method::Daily)]);
    let missing = fields.choice("missing", &[("error", WhenMissing::Error), ("mark", WhenMissing::Mark)]);
    let read = Convert {
        span: fields.span(),
        value: value?,
        to,
        rates: rates?,
        method: method.unwrap_or(Method::Average),
        on: fields.text("on"),
        currency: fields.text("currency"),
        missing: missing.unwrap_or(WhenMissing::Error),
    };
    fields.finish();
    Some(Box::new(read))
}

impl Verb for Convert {
    fn plan(&self, shape: &Shape, shapes: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        super::columns::expect_column(schema, &self.value, &[ColumnType::Money], mistakes);
        let default = |name: &str| Text::at(self.span.clone(), name);
        let on = self.on.clone().unwrap_or_else(|| default("time_period"));
        let when =
            super::columns::expect_column(schema, &on, &[ColumnType::Text, ColumnType::Date], mistakes);
        if when == Some(ColumnType::Date) && self.method == Method::Average {
            mistakes.add_with_help(
                on.span.clone(),
                format!("`{}` holds single days, which have no average rate", on.value),
                "write method = \"daily\"",
            );
        }
        let currency = self.currency.clone().unwrap_or_else(|| default("currency"));
        super::columns::expect_column(schema, &currency, &[ColumnType::Text], mistakes);
        if !shapes.rates.contains(&self.rates.value) {
            let known = shapes.rates.iter().map(String::as_str);
            mistakes.unknown(self.rates.span.clone(), "rates block", &self.rates.value, known);
        }
        for (target, written) in &self.to {
            let name = converted_name(&self.value.value, *target);
            if schema.has(&name) {
                mistakes.add(written.span.clone(), format!("there is already a column `{name}`"));
            }
        }
        if mistakes.count() > before {
            return None;
        }
        let when = match when {
            Some(ColumnType::Date) => When::Day(on.value),
            _ => When::Period { column: on.value, frequency: super::columns::frequency_column(schema) },
        };
        let companions: Vec<Companion> =
            schema.companions_of(&self.value.value).map(|(companion, _)| companion).collect();
        let planned = Conversion {
            value: self.value.value.clone(),
            targets: self.to.iter().map(|(target, _)| *target).collect(),
            rates: self.rates.value.clone(),
            method: self.method,
            when,
            currency: currency.value,
            missing: self.missing,
            companions,
        };
        let mut shape = shape.clone();
        for target in &planned.targets {
            planned.declare(*target, &mut shape.schema);
        }
        Some((shape, Box::new(planned)))
    }
}

/// Name of `value` in another currency.
fn converted_name(value: &str, target: Currency) -> String {
    format!("{value}_{}", target.as_str().to_lowercase())
}

/// Names and types known.
#[derive(Debug)]
struct Conversion {
    value: String,
    targets: Vec<Currency>,
    rates: String,
    method: Method,
    when: When,
    currency: String,
    missing: WhenMissing,
    companions: Vec<Companion>,
}

/// What the rates say to one pair of currency and period.
enum Answer {
    /// It is the target currency already.
    Same,
    /// To be converted.
    Quoted(Box<Quote>),
    /// No rate; to be marked.
    Missing,
}

impl Planned for Conversion {
    fn run(&self, mut table: Table, world: &World<'_>) -> Result<Table, StepError> {
        let book = world
            .rates
            .get(&self.rates)
            .ok_or_else(|| StepError::NoSuchRates { rates: self.rates.clone() })?;
        let pairs = Pairs::of(&table.frame, &self.value, &self.currency, &self.when)?;
        for target in &self.targets {
            let answers = self.ask(&pairs, book, *target, &table, world)?;
            self.add(&mut table, &pairs, *target, &answers)?;
        }
        Ok(table)
    }
}

impl Conversion {
    fn has(&self, companion: Companion) -> bool {
        self.companions.contains(&companion)
            || (companion == Companion::Status && self.missing == WhenMissing::Mark)
    }

    /// Declares the columns of one target, in the order in which [`Conversion::add`] makes them.
    fn declare(&self, target: Currency, schema: &mut Schema) {
        let name = converted_name(&self.value, target);
        schema.put(TableColumn::measure(name.as_str(), ColumnType::Money));
        for companion in Companion::ALL {
            if self.has(companion) {
                schema.put(TableColumn::companion(companion, &name, ColumnType::Money));
            }
        }
        for suffix in ["_rate", "_note"] {
            schema.put(TableColumn {
                name: format!("{name}{suffix}"),
                column_type: ColumnType::Text,
                role: ColumnRole::Attribute,
            });
        }
    }

    /// Quotes every pair, and leaves quotes and findings in the journal.
    fn ask(
        &self,
        pairs: &Pairs,
        book: &RateBook,
        target: Currency,
        table: &Table,
        world: &World<'_>,
    ) -> Result<Vec<Answer>, StepError> {
        let mut answers = Vec::with_capacity(pairs.list.len());
        let mut used: BTreeMap<String, (Quote, u64, usize)> = BTreeMap::new();
        let mut missing = Vec::new();
        for pair in &pairs.list {
            let answer = match &pair.asked {
                Err(reason) => Err(reason.clone()),
                Ok((currency, _)) if *currency == target => Ok(Answer::Same),
                Ok((currency, period)) => book
                    .quote(*currency, target, period, self.method)
                    .map(|quote| Answer::Quoted(Box::new(quote)))
                    .map_err(|none: MissingRate| none.reason.clone()),
            };
            answers.push(match answer {
                Ok(Answer::Quoted(quote)) => {
                    let entry = used.entry(quote.id()).or_insert_with(|| ((*quote).clone(), 0, pair.first));
                    entry.1 += pair.rows;
                    Answer::Quoted(quote)
                }
                Ok(other) => other,
                Err(reason) => {
                    missing.push((pair, reason));
                    Answer::Missing
                }
            });
        }
        if let (WhenMissing::Error, Some((pair, reason))) = (self.missing, missing.first()) {
            return Err(StepError::MissingRate {
                currency: pair.currency.clone(),
                target: target.to_string(),
                when: pair.when.clone(),
                reason: reason.clone(),
                rows: pair.rows,
                place: place(table, world, pair.first),
                others: missing.len() - 1,
            });
        }
        let mut journal = world.journal.borrow_mut();
        for (pair, reason) in missing {
            let seen = format!("{} {}", pair.currency, pair.when);
            journal.findings.push(
                Finding::new(&codes::RATE_MISSING, Severity::Warning, table.name.clone())
                    .at(place(table, world, pair.first))
                    .seen(seen, format!("a rate to {target}: {reason}"))
                    .times(pair.rows),
            );
        }
        let mut marked = Marked::default();
        for (id, (quote, rows, first)) in used {
            marked.note(&quote, rows, |code| {
                Finding::new(code, Severity::Warning, table.name.clone()).at(place(table, world, first))
            });
            journal.quotes.insert(id, quote);
        }
        journal.findings.extend(marked.into_findings());
        Ok(answers)
    }

    /// Adds the columns of one target.
    fn add(
        &self,
        table: &mut Table,
        pairs: &Pairs,
        target: Currency,
        answers: &[Answer],
    ) -> Result<(), StepError> {
        let name = converted_name(&self.value, target);
        let converted = Converted { pairs, answers };
        let amount = converted.amounts(units(&table.frame, &self.value)?)?;
        let mut columns = vec![money_column(&name, amount)?];
        for companion in Companion::ALL.into_iter().filter(|companion| self.has(*companion)) {
            let from = companion.of(&self.value);
            let to = companion.of(&name);
            let made = match companion {
                Companion::Rounding => money_column(&to, converted.amounts(units(&table.frame, &from)?)?)?,
                Companion::Bound => converted.texts(&to, text(&table.frame, &from)?, None),
                Companion::Status if self.companions.contains(&companion) => {
                    converted.texts(&to, text(&table.frame, &from)?, Some("M"))
                }
                Companion::Status => {
                    let normal = StringChunked::full(PlSmallStr::EMPTY, "A", table.frame.height());
                    converted.texts(&to, &normal, Some("M"))
                }
            };
            columns.push(made);
        }
        columns.push(converted.said(&format!("{name}_rate"), |quote| Some(quote.id()))?);
        columns.push(converted.said(&format!("{name}_note"), Quote::note)?);
        for column in columns {
            table.frame.with_column(column)?;
        }
        self.declare(target, &mut table.schema);
        Ok(())
    }
}

/// The answers to all pairs of a column.
struct Converted<'a> {
    pairs: &'a Pairs,
    answers: &'a [Answer],
}

impl Converted<'_> {
    fn answer(&self, code: Option<u32>) -> Option<&Answer> {
        self.answers.get(usize::try_from(code?).ok()?)
    }

    /// Every amount by its own answer; null where there is none.
    fn amounts(&self, from: &Int128Chunked) -> Result<Int128Chunked, StepError> {
        let mut made = PrimitiveChunkedBuilder::<Int128Type>::new(PlSmallStr::EMPTY, self.pairs.of_row.len());
        for (units, code) in from.iter().zip(&self.pairs.of_row) {
            made.append_option(match (units, self.answer(*code)) {
                (Some(units), Some(Answer::Same)) => Some(units),
                (Some(units), Some(Answer::Quoted(quote))) => {
                    Some(quote.convert(Money::from_units(units))?.units())
                }
                _ => None,
            });
        }
        Ok(made.finish())
    }

    /// A text companion where there is an amount; `missing` where there is no rate.
    fn texts(&self, name: &str, from: &StringChunked, missing: Option<&str>) -> Column {
        let texts = from.iter().zip(&self.pairs.of_row).map(|(text, code)| match self.answer(*code) {
            Some(Answer::Missing) => missing,
            Some(_) => text,
            None => None,
        });
        StringChunked::from_iter_options(name.into(), texts).into_column()
    }

    /// What `say` says of every quote, spread over the rows.
    fn said(&self, name: &str, say: impl Fn(&Quote) -> Option<String>) -> Result<Column, StepError> {
        let by_pair = self.answers.iter().map(|answer| match answer {
            Answer::Quoted(quote) => say(quote),
            _ => None,
        });
        let by_pair = StringChunked::from_iter_options(name.into(), by_pair);
        let codes = IdxCa::from_iter_options(PlSmallStr::EMPTY, self.pairs.of_row.iter().copied());
        Ok(by_pair.take(&codes)?.into_column())
    }
}

/// One finding for each rate that needs a mark. Days that fall back on one yearly mean are one rate.
#[derive(Default)]
struct Marked(BTreeMap<(&'static str, String), (Finding, u64)>);

impl Marked {
    fn note(&mut self, quote: &Quote, rows: u64, new: impl Fn(&'static Code) -> Finding) {
        for mark in &quote.marks {
            let (code, expected) = match mark {
                Mark::PartialCoverage { .. } | Mark::EndsEarly { .. } => {
                    (&codes::RATE_PARTIAL, "a rate on nearly all days of the period")
                }
                Mark::SteppedDown { .. } => (&codes::RATE_STEPPED_DOWN, "a rate of the preferred source"),
            };
            let rate = format!("{} {} {} {}", quote.pair, quote.method, quote.source, quote.rate);
            let seen = format!("{}: {mark}", quote.pair);
            let entry = self.0.entry((code.id, rate)).or_insert_with(|| (new(code).seen(seen, expected), 0));
            entry.0.count = entry.1 + rows;
            entry.1 += rows;
        }
    }

    fn into_findings(self) -> impl Iterator<Item = Finding> {
        self.0.into_values().map(|(finding, _)| finding)
    }
}
