//! From sqlparser's tree to the typed one: what is not on the white list is a mistake, placed inside the text.

use std::cell::Cell;
use std::collections::BTreeMap;

use sqlparser::ast::{BinaryOperator, CastKind, Expr, Spanned, UnaryOperator, Value};

use super::Scope;
use super::functions::Function;
use super::syntax::place;
use super::tree::{Comparison, Kind, Operator, Tree, a_word};
use crate::measure::{Decimal, Money, read_date};
use crate::spec::{Mistakes, Span, Text};
use crate::table::{ColumnType, ORIGIN_COLUMN, Schema};
use crate::text::CodeList;

/// How many operators and brackets may stand inside each other: far above what a person writes, far below
/// what the stack holds.
const DEPTH: usize = 50;

/// Turns sqlparser's tree into ours.
pub(super) struct Reader<'a> {
    pub text: &'a Text,
    pub schema: &'a Schema,
    pub lists: Option<&'a BTreeMap<String, CodeList>>,
    pub mistakes: &'a Mistakes,
    depth: Cell<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a Text, scope: Scope<'a>, mistakes: &'a Mistakes) -> Self {
        Self { text, schema: scope.schema, lists: scope.lists, mistakes, depth: Cell::new(0) }
    }

    /// The typed tree, or nothing where there is a mistake; both sides of an operator are checked.
    pub(super) fn tree(&self, expression: &Expr) -> Option<Tree> {
        let depth = self.depth.get();
        if depth >= DEPTH {
            self.mistakes.add_with_help(
                self.text.span.clone(),
                format!("more than {DEPTH} operators or brackets stand inside each other"),
                "make a part of it a column of its own, or write IN (…) for many OR",
            );
            return None;
        }
        self.depth.set(depth + 1);
        let tree = self.tree_at_depth(expression);
        self.depth.set(depth);
        tree
    }

    fn tree_at_depth(&self, expression: &Expr) -> Option<Tree> {
        match expression {
            Expr::Identifier(name) => self.column(&name.value, expression),
            // A column made by `pivot` has a point in its name: obs_value.export.
            Expr::CompoundIdentifier(parts) => {
                let names: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
                self.column(&names.join("."), expression)
            }
            Expr::Nested(inner) => self.tree(inner),
            Expr::Value(value) => self.literal(&value.value, expression),
            Expr::TypedString(typed) => match &typed.value.value {
                Value::SingleQuotedString(day) => self.date(day, expression),
                _ => self.not_allowed(expression),
            },
            Expr::UnaryOp { op, expr } => self.unary(*op, expr, expression),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, expression),
            Expr::IsNull(of) => Some(Tree::new(Kind::IsNull(Box::new(self.tree(of)?)), ColumnType::Boolean)),
            Expr::IsNotNull(of) => {
                Some(not(Tree::new(Kind::IsNull(Box::new(self.tree(of)?)), ColumnType::Boolean)))
            }
            Expr::InList { expr, list, negated } => {
                let of = self.tree(expr);
                let list: Vec<Option<Tree>> = list.iter().map(|item| self.tree(item)).collect();
                let (of, list) = (of?, list.into_iter().collect::<Option<Vec<_>>>()?);
                for item in &list {
                    self.comparable(&of, item, expression)?;
                }
                let list = list.into_iter().map(|item| as_date_if(item, of.column_type)).collect();
                Some(negate_if(Tree::new(Kind::In(Box::new(of), list), ColumnType::Boolean), *negated))
            }
            Expr::Between { expr, negated, low, high } => {
                let (of, low, high) = (self.tree(expr), self.tree(low), self.tree(high));
                let (of, low, high) = (of?, low?, high?);
                let from = self.compare(Comparison::GreaterOrEqual, of.clone(), low, expression)?;
                let to = self.compare(Comparison::LessOrEqual, of, high, expression)?;
                let both = Tree::new(Kind::And(Box::new(from), Box::new(to)), ColumnType::Boolean);
                Some(negate_if(both, *negated))
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                let of = self.tree(expr)?;
                let Expr::Value(value) = pattern.as_ref() else { return self.not_allowed(pattern) };
                let Value::SingleQuotedString(pattern) = &value.value else {
                    return self.not_allowed(pattern);
                };
                self.expect(&of, ColumnType::Text, "LIKE", expression)?;
                let like = Tree::new(Kind::Like(Box::new(of), pattern.clone()), ColumnType::Boolean);
                Some(negate_if(like, *negated))
            }
            Expr::Case { operand: None, conditions, else_result, .. } => {
                self.case(conditions, else_result.as_deref(), expression)
            }
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let arguments = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
                let arguments: Vec<&Expr> = arguments.into_iter().flatten().map(AsRef::as_ref).collect();
                self.call_with("substr", &arguments, expression)
            }
            Expr::Function(call) => self.function(call, expression),
            Expr::Cast { kind: CastKind::Cast, expr, data_type, array: false, format: None } => {
                self.cast(expr, data_type, expression)
            }
            other => self.not_allowed(other),
        }
    }

    /// The place of a part of the expression.
    pub(super) fn span(&self, of: &impl Spanned) -> Span {
        let span = of.span();
        place(self.text, span.start, span.end)
    }

    pub(super) fn not_allowed(&self, expression: &Expr) -> Option<Tree> {
        self.mistakes.add_with_help(
            self.span(expression),
            "this kind of expression is not allowed",
            "columns, literals, + - * / %, comparisons, AND, OR, NOT, IN, LIKE, BETWEEN, CASE, CAST and the functions of the list",
        );
        None
    }

    fn column(&self, name: &str, expression: &Expr) -> Option<Tree> {
        if let Some(column) = self.schema.get(name) {
            return Some(Tree::new(Kind::Column(name.to_owned()), column.column_type));
        }
        let known = self.schema.names().filter(|known| *known != ORIGIN_COLUMN);
        self.mistakes.unknown(self.span(expression), "column", name, known);
        None
    }

    fn literal(&self, value: &Value, expression: &Expr) -> Option<Tree> {
        match value {
            Value::Number(number, _) => {
                if let Ok(whole) = number.parse::<i64>() {
                    return Some(Tree::new(Kind::Integer(whole), ColumnType::Integer));
                }
                let Ok(decimal) = Decimal::parse(number) else {
                    let message = format!("`{number}` is no plain number");
                    self.mistakes.add_with_help(
                        self.span(expression),
                        message,
                        "write all digits, without e",
                    );
                    return None;
                };
                match Money::from_decimal(decimal, 0) {
                    Ok(number) => Some(Tree::new(Kind::Decimal(number), ColumnType::Money)),
                    Err(error) => {
                        self.mistakes.add(self.span(expression), format!("`{number}`: {error}"));
                        None
                    }
                }
            }
            Value::SingleQuotedString(text) => Some(Tree::new(Kind::Text(text.clone()), ColumnType::Text)),
            Value::Boolean(flag) => Some(Tree::new(Kind::Boolean(*flag), ColumnType::Boolean)),
            Value::Null => Some(Tree { kind: Kind::Null, column_type: None }),
            Value::DoubleQuotedString(name) => self.column(name, expression),
            _ => self.not_allowed(expression),
        }
    }

    fn date(&self, text: &str, expression: &Expr) -> Option<Tree> {
        match read_date(text) {
            Ok(date) => Some(Tree::new(Kind::Date(date), ColumnType::Date)),
            Err(error) => {
                self.mistakes.add(self.span(expression), error.to_string());
                None
            }
        }
    }

    fn unary(&self, op: UnaryOperator, of: &Expr, whole: &Expr) -> Option<Tree> {
        let of = self.tree(of)?;
        match op {
            UnaryOperator::Not => {
                self.expect(&of, ColumnType::Boolean, "NOT", whole)?;
                Some(not(of))
            }
            UnaryOperator::Plus => Some(of),
            UnaryOperator::Minus => {
                let number = [ColumnType::Integer, ColumnType::Money, ColumnType::Ratio];
                let column_type = of.column_type.filter(|of| number.contains(of));
                let Some(column_type) = column_type else {
                    return self.mistake(whole, format!("`-` has no meaning for {}", a_word(of.column_type)));
                };
                // A negative number is a literal like any other.
                let folded = match of.kind {
                    Kind::Integer(number) => number.checked_neg().map(Kind::Integer),
                    Kind::Decimal(number) => Some(Kind::Decimal(Money::from_units(-number.units()))),
                    _ => None,
                };
                if let Some(folded) = folded {
                    return Some(Tree::new(folded, column_type));
                }
                Some(Tree::new(Kind::Negate(Box::new(of)), column_type))
            }
            _ => self.not_allowed(whole),
        }
    }

    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr, whole: &Expr) -> Option<Tree> {
        let (left, right) = (self.tree(left), self.tree(right));
        let (left, right) = (left?, right?);
        let arithmetic = match op {
            BinaryOperator::Plus => Some(Operator::Add),
            BinaryOperator::Minus => Some(Operator::Subtract),
            BinaryOperator::Multiply => Some(Operator::Multiply),
            BinaryOperator::Divide => Some(Operator::Divide),
            BinaryOperator::Modulo => Some(Operator::Remainder),
            _ => None,
        };
        if let Some(operator) = arithmetic {
            return self.arithmetic(operator, left, right, whole);
        }
        let comparison = match op {
            BinaryOperator::Eq => Comparison::Equal,
            BinaryOperator::NotEq => Comparison::NotEqual,
            BinaryOperator::Lt => Comparison::Less,
            BinaryOperator::LtEq => Comparison::LessOrEqual,
            BinaryOperator::Gt => Comparison::Greater,
            BinaryOperator::GtEq => Comparison::GreaterOrEqual,
            BinaryOperator::And | BinaryOperator::Or => {
                let word = if *op == BinaryOperator::And { "AND" } else { "OR" };
                self.expect(&left, ColumnType::Boolean, word, whole)?;
                self.expect(&right, ColumnType::Boolean, word, whole)?;
                let (left, right) = (Box::new(left), Box::new(right));
                let kind = if word == "AND" { Kind::And(left, right) } else { Kind::Or(left, right) };
                return Some(Tree::new(kind, ColumnType::Boolean));
            }
            BinaryOperator::StringConcat => {
                self.expect(&left, ColumnType::Text, "||", whole)?;
                self.expect(&right, ColumnType::Text, "||", whole)?;
                return Some(Tree::new(Kind::Call(Function::Concat, vec![left, right]), ColumnType::Text));
            }
            _ => return self.not_allowed(whole),
        };
        self.compare(comparison, left, right, whole)
    }

    /// Amounts may be added to amounts and multiplied with or divided by plain numbers; an amount divided
    /// by an amount is a ratio, as is any division of whole numbers.
    fn arithmetic(&self, operator: Operator, left: Tree, right: Tree, whole: &Expr) -> Option<Tree> {
        use ColumnType::{Integer, Money, Ratio};
        let literal = |tree: &Tree| matches!(tree.kind, Kind::Decimal(_));
        let both = left.column_type.zip(right.column_type);
        let result = both.and_then(|types| match (operator, types) {
            (Operator::Remainder, (Integer, Integer)) => Some(Integer),
            (Operator::Remainder, _) => None,
            (Operator::Divide, (Integer, Integer)) => Some(Ratio),
            (_, (Integer, Integer)) => Some(Integer),
            (Operator::Divide, (Money, Money)) if !literal(&right) => Some(Ratio),
            (Operator::Divide, (Money, Integer | Money)) => Some(Money),
            (Operator::Multiply, (Money, Integer) | (Integer, Money)) => Some(Money),
            (Operator::Multiply, (Money, Money)) if literal(&left) || literal(&right) => Some(Money),
            (Operator::Add | Operator::Subtract, (Money, Money | Integer) | (Integer, Money)) => Some(Money),
            (_, (Ratio, Ratio | Integer) | (Integer, Ratio)) => Some(Ratio),
            (_, (Ratio, Money)) if literal(&right) => Some(Ratio),
            (_, (Money, Ratio)) if literal(&left) => Some(Ratio),
            _ => None,
        });
        let Some(result) = result else {
            let (sign, left, right) = (operator.sign(), a_word(left.column_type), a_word(right.column_type));
            return self.mistake(whole, format!("`{sign}` has no meaning for {left} and {right}"));
        };
        Some(Tree::new(Kind::Arithmetic(operator, Box::new(left), Box::new(right)), result))
    }

    fn compare(&self, comparison: Comparison, left: Tree, right: Tree, whole: &Expr) -> Option<Tree> {
        self.comparable(&left, &right, whole)?;
        let (left_type, right_type) = (left.column_type, right.column_type);
        let (left, right) = (as_date_if(left, right_type), as_date_if(right, left_type));
        Some(Tree::new(Kind::Compare(comparison, Box::new(left), Box::new(right)), ColumnType::Boolean))
    }

    pub(super) fn comparable(&self, left: &Tree, right: &Tree, whole: &Expr) -> Option<()> {
        use ColumnType::{Date, Integer, Money, Rate, Ratio, Text};
        let numbers = [Integer, Money, Rate, Ratio];
        let fits = match (left.column_type, right.column_type) {
            (Some(a), Some(b)) if a == b || (numbers.contains(&a) && numbers.contains(&b)) => true,
            (Some(Date), Some(Text)) => is_day(right),
            (Some(Text), Some(Date)) => is_day(left),
            (None, _) | (_, None) => {
                self.mistakes.add_with_help(
                    self.span(whole),
                    "nothing equals NULL",
                    "write IS NULL or IS NOT NULL",
                );
                return None;
            }
            _ => false,
        };
        if !fits {
            let (left, right) = (a_word(left.column_type), a_word(right.column_type));
            self.mistakes.add(self.span(whole), format!("{left} cannot be compared with {right}"));
        }
        fits.then_some(())
    }

    pub(super) fn expect(&self, tree: &Tree, wanted: ColumnType, what: &str, whole: &Expr) -> Option<()> {
        if tree.column_type.is_none_or(|given| given == wanted) {
            return Some(());
        }
        let given = a_word(tree.column_type);
        self.mistakes.add(self.span(whole), format!("`{what}` takes {}, not {given}", wanted.word()));
        None
    }

    pub(super) fn mistake(&self, whole: &Expr, message: String) -> Option<Tree> {
        self.mistakes.add(self.span(whole), message);
        None
    }
}

fn not(of: Tree) -> Tree {
    Tree::new(Kind::Not(Box::new(of)), ColumnType::Boolean)
}

fn negate_if(of: Tree, negated: bool) -> Tree {
    if negated { not(of) } else { of }
}

fn is_day(tree: &Tree) -> bool {
    matches!(&tree.kind, Kind::Text(text) if read_date(text).is_ok())
}

/// A text literal that stands beside a date is a date.
pub(super) fn as_date_if(tree: Tree, other: Option<ColumnType>) -> Tree {
    match &tree.kind {
        Kind::Text(text) if other == Some(ColumnType::Date) => match read_date(text) {
            Ok(date) => Tree::new(Kind::Date(date), ColumnType::Date),
            Err(_) => tree,
        },
        _ => tree,
    }
}
