//! Aggregates: functions of many rows, as they stand in `aggregate = { … }`.

use sqlparser::ast::{DuplicateTreatment, Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::parse::Reader;
use super::syntax;
use super::tree::a_word;
use super::{Expression, Scope, typed};
use crate::spec::{Mistakes, Text};
use crate::table::ColumnType;

/// What is computed of many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateFunction {
    /// The sum; null of nothing.
    Sum,
    /// Rows, or values that are not null.
    Count,
    /// Different values that are not null.
    CountDistinct,
    /// The least value.
    Min,
    /// The greatest value.
    Max,
    /// The arithmetic mean; of amounts rounded once, half away from zero.
    Mean,
    /// The middle value; of an even number the mean of the two middle ones.
    Median,
    /// The Herfindahl–Hirschman index, from 1/n (n alike) to 1 (one alone).
    Concentration,
}

/// Every aggregate function by its names.
pub(crate) const AGGREGATES: &[(&str, AggregateFunction)] = &[
    ("sum", AggregateFunction::Sum),
    ("count", AggregateFunction::Count),
    ("min", AggregateFunction::Min),
    ("max", AggregateFunction::Max),
    ("mean", AggregateFunction::Mean),
    ("avg", AggregateFunction::Mean),
    ("median", AggregateFunction::Median),
    ("hhi", AggregateFunction::Concentration),
];

/// Whether a function needs many rows.
pub(super) fn is_aggregate(name: &str) -> bool {
    AGGREGATES.iter().any(|(known, _)| *known == name)
}

/// A checked aggregate.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// What is computed.
    pub function: AggregateFunction,
    /// Of what; nothing for `count(*)`.
    pub of: Option<Expression>,
    /// The type of its result.
    pub column_type: ColumnType,
}

impl Aggregate {
    /// The column it is computed of, where it is a column and nothing else.
    pub fn plain_column(&self) -> Option<String> {
        self.of.as_ref()?.plain_column()
    }
}

/// Parses `sum(x)`, `count(*)`, `count(DISTINCT x)`, `min(x)`, `max(x)`, `mean(x)`,
/// `median(x)`, `hhi(x)`.
pub fn parse_aggregate<'a>(
    text: &'a Text,
    scope: impl Into<Scope<'a>>,
    mistakes: &'a Mistakes,
) -> Option<Aggregate> {
    let scope = scope.into();
    let (expression, name) = syntax::read(text, mistakes)?;
    if let Some(name) = name {
        mistakes.add_with_help(
            text.span.clone(),
            format!("`AS {name}` has no meaning here"),
            "the key of the aggregate is its name",
        );
        return None;
    }
    let reader = Reader::new(text, scope, mistakes);
    let names = || AGGREGATES.iter().map(|(name, _)| *name);
    let help = || format!("one of {}, as in sum(amount_cny)", names().collect::<Vec<_>>().join(", "));
    let Expr::Function(call) = &expression else {
        mistakes.add_with_help(text.span.clone(), "this is no aggregate", help());
        return None;
    };
    let name = call.name.to_string().to_lowercase();
    let Some((_, function)) = AGGREGATES.iter().find(|(known, _)| *known == name) else {
        mistakes.unknown(reader.span(&expression), "aggregate", &name, names());
        return None;
    };
    let (argument, distinct) = match &call.args {
        FunctionArguments::List(list)
            if call.over.is_none() && call.filter.is_none() && list.clauses.is_empty() =>
        {
            match list.args.as_slice() {
                [FunctionArg::Unnamed(argument)] => {
                    (argument, list.duplicate_treatment == Some(DuplicateTreatment::Distinct))
                }
                _ => {
                    mistakes.add(reader.span(&expression), format!("`{name}` takes one argument"));
                    return None;
                }
            }
        }
        _ => {
            mistakes.add_with_help(reader.span(&expression), "this kind of aggregate is not allowed", help());
            return None;
        }
    };
    let of = match argument {
        FunctionArgExpr::Wildcard if *function == AggregateFunction::Count && !distinct => None,
        FunctionArgExpr::Expr(of) => Some(typed(text, of, scope, mistakes)?),
        _ => {
            mistakes.add(reader.span(&expression), format!("`{name}` takes a column or expression"));
            return None;
        }
    };
    let function = match (function, distinct) {
        (AggregateFunction::Count, true) => AggregateFunction::CountDistinct,
        (other, false) => *other,
        (_, true) => {
            mistakes.add(reader.span(&expression), "DISTINCT goes with count only");
            return None;
        }
    };
    let given = of.as_ref().map(|of| of.column_type);
    let column_type = result(function, given).or_else(|| {
        let wanted = match function {
            AggregateFunction::Mean | AggregateFunction::Median => "an amount or ratio",
            AggregateFunction::Concentration => "an amount or whole number",
            _ => "a number",
        };
        mistakes.add(reader.span(&expression), format!("`{name}` takes {wanted}, not {}", a_word(given)));
        None
    })?;
    Some(Aggregate { function, of, column_type })
}

fn result(function: AggregateFunction, of: Option<ColumnType>) -> Option<ColumnType> {
    use ColumnType::{Date, Integer, Money, Ratio, Text};
    match (function, of) {
        (AggregateFunction::Count | AggregateFunction::CountDistinct, _) => Some(Integer),
        (AggregateFunction::Sum, Some(Integer)) => Some(Integer),
        (AggregateFunction::Sum | AggregateFunction::Mean | AggregateFunction::Median, Some(Money)) => {
            Some(Money)
        }
        (AggregateFunction::Mean | AggregateFunction::Median, Some(Ratio))
        | (AggregateFunction::Concentration, Some(Money | Integer)) => Some(Ratio),
        (
            AggregateFunction::Min | AggregateFunction::Max,
            Some(of @ (Integer | Money | Ratio | Date | Text)),
        ) => Some(of),
        _ => None,
    }
}
