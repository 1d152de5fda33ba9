//! The typed tree of an expression. It names no engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::functions::Function;
use crate::measure::Money;
use crate::table::ColumnType;

/// A node and the type of its value; the literal NULL has none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub kind: Kind,
    pub column_type: Option<ColumnType>,
}

/// What a node does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Column(String),
    Null,
    Text(String),
    Integer(i64),
    /// A number with a point, exact at the places of an amount.
    Decimal(Money),
    Boolean(bool),
    Date(Date),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    Arithmetic(Operator, Box<Tree>, Box<Tree>),
    Compare(Comparison, Box<Tree>, Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    IsNull(Box<Tree>),
    In(Box<Tree>, Vec<Tree>),
    Like(Box<Tree>, String),
    Case(Vec<(Tree, Tree)>, Option<Box<Tree>>),
    Call(Function, Vec<Tree>),
    /// What stands in a table of folded texts for the value; null for what does not.
    Lookup(Box<Tree>, Arc<BTreeMap<String, String>>),
    /// The same value as the type of this node.
    Cast(Box<Tree>),
}

/// `+ - * / %`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

/// `= <> < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Tree {
    pub(super) fn new(kind: Kind, column_type: ColumnType) -> Self {
        Self { kind, column_type: Some(column_type) }
    }

    /// Whether it is a number written in the expression, which takes the type of what it stands beside.
    pub(super) fn is_number_literal(&self) -> bool {
        matches!(self.kind, Kind::Integer(_) | Kind::Decimal(_))
    }

    /// Collects the columns read.
    pub(super) fn columns(&self, names: &mut BTreeSet<String>) {
        match &self.kind {
            Kind::Column(name) => {
                names.insert(name.clone());
            }
            Kind::Negate(of)
            | Kind::Not(of)
            | Kind::IsNull(of)
            | Kind::Like(of, _)
            | Kind::Cast(of)
            | Kind::Lookup(of, _) => {
                of.columns(names);
            }
            Kind::Arithmetic(_, left, right)
            | Kind::Compare(_, left, right)
            | Kind::And(left, right)
            | Kind::Or(left, right) => {
                left.columns(names);
                right.columns(names);
            }
            Kind::In(of, list) => {
                of.columns(names);
                list.iter().for_each(|item| item.columns(names));
            }
            Kind::Case(branches, otherwise) => {
                for (condition, value) in branches {
                    condition.columns(names);
                    value.columns(names);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.columns(names);
                }
            }
            Kind::Call(_, arguments) => arguments.iter().for_each(|argument| argument.columns(names)),
            Kind::Null
            | Kind::Text(_)
            | Kind::Integer(_)
            | Kind::Decimal(_)
            | Kind::Boolean(_)
            | Kind::Date(_) => {}
        }
    }
}

/// How a type is called in messages, with its article.
pub(super) fn a_word(column_type: Option<ColumnType>) -> &'static str {
    match column_type {
        None => "null",
        Some(ColumnType::Text) => "text",
        Some(ColumnType::Integer) => "a whole number",
        Some(ColumnType::Money) => "an amount",
        Some(ColumnType::Rate) => "a rate",
        Some(ColumnType::Ratio) => "a ratio",
        Some(ColumnType::Date) => "a date",
        Some(ColumnType::Boolean) => "true/false",
    }
}
