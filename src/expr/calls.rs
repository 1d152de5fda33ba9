//! CASE, CAST and functions: from sqlparser's tree to ours, with the types they demand.

use std::sync::Arc;

use sqlparser::ast::{
    CaseWhen, DataType, ExactNumberInfo, Expr, Function as Call, FunctionArg, FunctionArgExpr,
    FunctionArguments,
};

use super::functions::{FUNCTIONS, Function};
use super::parse::{Reader, as_date_if};
use super::tree::{Kind, Tree, a_word};
use crate::table::ColumnType;

impl Reader<'_> {
    pub(super) fn case(
        &self,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
        whole: &Expr,
    ) -> Option<Tree> {
        let (mut tests, mut values) = (Vec::new(), Vec::new());
        for when in conditions {
            let (condition, value) = (self.tree(&when.condition), self.tree(&when.result));
            let (condition, value) = (condition?, value?);
            self.expect(&condition, ColumnType::Boolean, "WHEN", whole)?;
            tests.push(condition);
            values.push(value);
        }
        if let Some(otherwise) = otherwise {
            values.push(self.tree(otherwise)?);
        }
        let (column_type, mut values) = match of_one_type(values) {
            Ok(values) => values,
            Err(Some((first, other))) => {
                let (first, other) = (a_word(Some(first)), a_word(Some(other)));
                return self.mistake(whole, format!("the branches give {first} and {other}"));
            }
            Err(None) => return self.mistake(whole, "every branch is NULL".to_owned()),
        };
        let otherwise = otherwise.and_then(|_| values.pop()).map(Box::new);
        Some(Tree::new(Kind::Case(tests.into_iter().zip(values).collect(), otherwise), column_type))
    }

    /// Only casts that lose nothing: to text, and of whole numbers to amounts and ratios.
    pub(super) fn cast(&self, of: &Expr, to: &DataType, whole: &Expr) -> Option<Tree> {
        use ColumnType::{Date, Integer, Money, Ratio, Text};
        let of = self.tree(of)?;
        let wanted = match to {
            DataType::Text | DataType::String(None) | DataType::Varchar(None) => Text,
            DataType::Decimal(ExactNumberInfo::None) => Money,
            DataType::Double(ExactNumberInfo::None) | DataType::DoublePrecision => Ratio,
            _ => {
                self.mistakes.unknown(
                    self.span(whole),
                    "type to cast to",
                    &to.to_string(),
                    ["TEXT", "DECIMAL", "DOUBLE"],
                );
                return None;
            }
        };
        let fits = match (of.column_type, wanted) {
            (Some(given), wanted) if given == wanted => true,
            (Some(Integer | Date), Text) | (Some(Integer), Money) | (Some(Integer | Money), Ratio) => true,
            _ => false,
        };
        if !fits {
            let given = a_word(of.column_type);
            return self.mistake(whole, format!("{given} cannot be cast to {}", a_word(Some(wanted))));
        }
        Some(Tree::new(Kind::Cast(Box::new(of)), wanted))
    }

    pub(super) fn function(&self, call: &Call, whole: &Expr) -> Option<Tree> {
        let name = call.name.to_string().to_lowercase();
        let plain = call.over.is_none() && call.filter.is_none() && call.within_group.is_empty();
        let FunctionArguments::List(list) = &call.args else { return self.not_allowed(whole) };
        if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
            return self.not_allowed(whole);
        }
        let arguments: Option<Vec<&Expr>> = list
            .args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
                _ => None,
            })
            .collect();
        let Some(arguments) = arguments else { return self.not_allowed(whole) };
        self.call_with(&name, &arguments, whole)
    }

    pub(super) fn call_with(&self, name: &str, arguments: &[&Expr], whole: &Expr) -> Option<Tree> {
        if super::aggregate::is_aggregate(name) {
            return self.mistake(whole, format!("`{name}` needs many rows; it stands in `aggregate` only"));
        }
        let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            self.mistakes.unknown(
                self.span(whole),
                "function",
                name,
                FUNCTIONS.iter().map(|(known, _)| *known),
            );
            return None;
        };
        let arguments: Vec<Option<Tree>> = arguments.iter().map(|argument| self.tree(argument)).collect();
        let mut arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
        match (function, arguments.as_mut_slice()) {
            (Function::NullIf, [of, empty]) => {
                self.comparable(of, empty, whole)?;
                *empty = as_date_if(empty.clone(), of.column_type);
            }
            (Function::Coalesce | Function::Least | Function::Greatest, _) => {
                arguments = match of_one_type(arguments) {
                    Ok((_, arguments)) => arguments,
                    Err(Some((first, other))) => {
                        let (first, other) = (a_word(Some(first)), a_word(Some(other)));
                        return self
                            .mistake(whole, format!("`{name}` cannot take {first} and {other} together"));
                    }
                    Err(None) => return self.mistake(whole, format!("`{name}` of nothing but null")),
                };
            }
            _ => {}
        }
        match function.result(&arguments) {
            Ok(_) if *function == Function::Lookup => self.lookup(arguments, whole),
            Ok(result) => Some(Tree::new(Kind::Call(*function, arguments), result)),
            Err(message) => self.mistake(whole, message),
        }
    }
}

impl Reader<'_> {
    /// `lookup(text, 'LIST')`; the list is known when the plan is made.
    fn lookup(&self, arguments: Vec<Tree>, whole: &Expr) -> Option<Tree> {
        let mut arguments = arguments.into_iter();
        let (of, list) = (arguments.next()?, arguments.next()?);
        let Kind::Text(name) = &list.kind else {
            return self
                .mistake(whole, "`lookup` takes the name of a code list, as in 'hs_sections'".to_owned());
        };
        let Some(lists) = self.lists else {
            return self
                .mistake(whole, "`lookup` has no code lists here; add its column in a step".to_owned());
        };
        let Some(list) = lists.get(name) else {
            self.mistakes.unknown(self.span(whole), "code list", name, lists.keys().map(String::as_str));
            return None;
        };
        match list.found_under() {
            Ok(found) => Some(Tree::new(Kind::Lookup(Box::new(of), Arc::new(found)), ColumnType::Text)),
            Err((part, first, second)) => {
                self.mistake(whole, format!("in {name}, {part} is a part of both {first} and {second}"))
            }
        }
    }
}

/// Two types that cannot stand for each other; nothing where every value is NULL.
type Unlike = Option<(ColumnType, ColumnType)>;

/// Values that stand for each other, in one type: written numbers take the type of what they stand beside,
/// written days become dates beside dates.
fn of_one_type(values: Vec<Tree>) -> Result<(ColumnType, Vec<Tree>), Unlike> {
    use ColumnType::{Integer, Money, Ratio};
    let literal = |value: &&Tree| value.is_number_literal();
    let types = |values: &[Tree], literals: bool| -> Vec<ColumnType> {
        values
            .iter()
            .filter(|value| literal(value) == literals)
            .filter_map(|value| value.column_type)
            .collect()
    };
    let date = values.iter().find_map(|value| value.column_type.filter(|given| *given == ColumnType::Date));
    let values: Vec<Tree> = values.into_iter().map(|value| as_date_if(value, date)).collect();
    let (plain, numbers) = (types(&values, false), types(&values, true));
    let written = if numbers.contains(&Money) { Money } else { Integer };
    let Some(wanted) = plain.first().copied().or(numbers.first().map(|_| written)) else { return Err(None) };
    if let Some(other) = plain.iter().find(|other| **other != wanted) {
        return Err(Some((wanted, *other)));
    }
    let adapts = |number: &ColumnType| match wanted {
        Money | Ratio => true,
        wanted => *number == wanted,
    };
    if let Some(other) = numbers.iter().find(|number| !adapts(number)) {
        return Err(Some((wanted, *other)));
    }
    let values = values.into_iter().map(|value| match value.column_type {
        Some(given) if given != wanted => Tree::new(Kind::Cast(Box::new(value)), wanted),
        _ => value,
    });
    Ok((wanted, values.collect()))
}
