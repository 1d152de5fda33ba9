//! From SQL text to the typed tree: what is not on the white list is a mistake, placed inside the text.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments,
    Spanned, UnaryOperator, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token};

use super::functions::{FUNCTIONS, Function};
use super::tree::{Comparison, Kind, Operator, Tree, a_word};
use crate::measure::{Decimal, read_date};
use crate::spec::{Mistakes, Span, Text};
use crate::table::{ColumnType, ORIGIN_COLUMN, Schema};

/// How deep brackets may nest, and how long an expression may be: far above what a person writes.
const DEPTH: usize = 50;
const LENGTH: usize = 10_000;

/// Parses one expression and the name behind `AS`, to the end of the text.
pub(super) fn read(text: &Text, mistakes: &Mistakes) -> Option<(Expr, Option<String>)> {
    if text.value.len() > LENGTH {
        mistakes.add(text.span.clone(), "the expression is too long");
        return None;
    }
    let failed = |error: &sqlparser::parser::ParserError| {
        let message = error.to_string();
        let message = message.trim_start_matches("sql parser error: ");
        if message.contains("found: EOF") || text.value.trim().is_empty() {
            mistakes.add(text.span.clone(), "the expression ends too early");
        } else {
            mistakes.add(text.span.clone(), format!("the expression cannot be read: {message}"));
        }
    };
    let dialect = GenericDialect {};
    let parser = Parser::new(&dialect).with_recursion_limit(DEPTH).try_with_sql(&text.value);
    let mut parser = parser.map_err(|error| failed(&error)).ok()?;
    let expression = parser.parse_expr().map_err(|error| failed(&error)).ok()?;
    let mut name = None;
    if parser.parse_keyword(Keyword::AS) {
        name = Some(parser.parse_identifier().map_err(|error| failed(&error)).ok()?.value);
    }
    let next = parser.peek_token();
    if next.token != Token::EOF {
        mistakes.add_with_help(
            place(text, next.span.start, next.span.end),
            format!("expected the end of the expression, found `{}`", next.token),
            "an operator such as + or AND may be missing before it",
        );
        return None;
    }
    Some((expression, name))
}

/// The place of a part that sqlparser gives as lines and columns of characters, counted from 1.
pub(super) fn place(text: &Text, start: Location, end: Location) -> Span {
    let (Some(from), Some(to)) = (offset(&text.value, start), offset(&text.value, end)) else {
        return text.span.clone();
    };
    if from < to { text.part(from..to) } else { text.span.clone() }
}

fn offset(text: &str, location: Location) -> Option<usize> {
    let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..)?;
    let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    Some(start + within)
}

/// Turns sqlparser's tree into ours.
pub(super) struct Reader<'a> {
    pub text: &'a Text,
    pub schema: &'a Schema,
    pub mistakes: &'a Mistakes,
}

impl Reader<'_> {
    /// The typed tree, or nothing where there is a mistake; both sides of an operator are checked.
    pub(super) fn tree(&self, expression: &Expr) -> Option<Tree> {
        match expression {
            Expr::Identifier(name) => self.column(&name.value, expression),
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
            other => self.not_allowed(other),
        }
    }

    /// The place of a part of the expression.
    pub(super) fn span(&self, of: &impl Spanned) -> Span {
        let span = of.span();
        place(self.text, span.start, span.end)
    }

    fn not_allowed(&self, expression: &Expr) -> Option<Tree> {
        self.mistakes.add_with_help(
            self.span(expression),
            "this kind of expression is not allowed",
            "columns, literals, + - * /, comparisons, AND, OR, NOT, IN, LIKE, BETWEEN, CASE and the functions of the list",
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
                if let Ok(decimal) = Decimal::parse(number) {
                    return Some(Tree::new(Kind::Decimal(decimal), ColumnType::Money));
                }
                let message = format!("`{number}` is no plain number");
                self.mistakes.add_with_help(self.span(expression), message, "write all digits, without e");
                None
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
        let result = match (operator, left.column_type?, right.column_type?) {
            (Operator::Remainder, Integer, Integer) => Some(Integer),
            (Operator::Remainder, ..) => None,
            (Operator::Divide, Integer, Integer) => Some(Ratio),
            (_, Integer, Integer) => Some(Integer),
            (Operator::Divide, Money, Money) if !literal(&right) => Some(Ratio),
            (Operator::Divide, Money, Integer | Money) => Some(Money),
            (Operator::Multiply, Money, Integer) | (Operator::Multiply, Integer, Money) => Some(Money),
            (Operator::Multiply, Money, Money) if literal(&left) || literal(&right) => Some(Money),
            (Operator::Add | Operator::Subtract, Money, Money | Integer) => Some(Money),
            (Operator::Add | Operator::Subtract, Integer, Money) => Some(Money),
            (_, Ratio, Ratio | Integer) | (_, Integer, Ratio) => Some(Ratio),
            (_, Ratio, Money) if literal(&right) => Some(Ratio),
            (_, Money, Ratio) if literal(&left) => Some(Ratio),
            _ => None,
        };
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

    fn comparable(&self, left: &Tree, right: &Tree, whole: &Expr) -> Option<()> {
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

    fn case(&self, conditions: &[CaseWhen], otherwise: Option<&Expr>, whole: &Expr) -> Option<Tree> {
        let mut branches = Vec::new();
        for when in conditions {
            let (condition, value) = (self.tree(&when.condition), self.tree(&when.result));
            let (condition, value) = (condition?, value?);
            self.expect(&condition, ColumnType::Boolean, "WHEN", whole)?;
            branches.push((condition, value));
        }
        let otherwise = match otherwise {
            Some(otherwise) => Some(self.tree(otherwise)?),
            None => None,
        };
        let mut types =
            branches.iter().map(|(_, value)| value).chain(&otherwise).filter_map(|value| value.column_type);
        let Some(first) = types.next() else { return self.mistake(whole, "every branch is NULL".to_owned()) };
        if let Some(other) = types.find(|other| *other != first) {
            let (first, other) = (a_word(Some(first)), a_word(Some(other)));
            return self.mistake(whole, format!("the branches give {first} and {other}"));
        }
        Some(Tree::new(Kind::Case(branches, otherwise.map(Box::new)), first))
    }

    fn function(&self, call: &Call, whole: &Expr) -> Option<Tree> {
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

    fn call_with(&self, name: &str, arguments: &[&Expr], whole: &Expr) -> Option<Tree> {
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
        let arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
        match function.result(&arguments) {
            Ok(result) => Some(Tree::new(Kind::Call(*function, arguments), result)),
            Err(message) => self.mistake(whole, message),
        }
    }

    fn expect(&self, tree: &Tree, wanted: ColumnType, what: &str, whole: &Expr) -> Option<()> {
        if tree.column_type.is_none_or(|given| given == wanted) {
            return Some(());
        }
        let given = a_word(tree.column_type);
        self.mistakes.add(self.span(whole), format!("`{what}` takes {}, not {given}", wanted.word()));
        None
    }

    fn mistake(&self, whole: &Expr, message: String) -> Option<Tree> {
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
fn as_date_if(tree: Tree, other: Option<ColumnType>) -> Tree {
    match &tree.kind {
        Kind::Text(text) if other == Some(ColumnType::Date) => match read_date(text) {
            Ok(date) => Tree::new(Kind::Date(date), ColumnType::Date),
            Err(_) => tree,
        },
        _ => tree,
    }
}
