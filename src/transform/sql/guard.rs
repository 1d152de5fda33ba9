//! What a query may not do: be more than a query, read what is not declared, compute with figures, depend on
//! the order in which rows happen to come.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, Ident, ObjectName, Query, Spanned, Statement, TableFactor, UnaryOperator,
    Visit, Visitor, WindowType,
};

use crate::expr::{SqlText, place};
use crate::spec::{Mistakes, Span, Text};
use crate::table::{ColumnType, Schema};

/// Functions that give a figure back as it is, or say only whether it is there.
const PASSING: [&str; 3] = [COALESCE, "nullif", "count"];
const COALESCE: &str = "coalesce";

/// Parses a query; anything else is a mistake.
fn query(text: &Text, mistakes: &Mistakes) -> Option<Query> {
    let statement = SqlText::new("query", text, mistakes)?.parse(|parser| {
        let statement = parser.parse_statement()?;
        // One `;` at the end does no harm.
        let _ended = parser.consume_token(&sqlparser::tokenizer::Token::SemiColon);
        Ok(statement)
    })?;
    if let Statement::Query(query) = statement {
        return Some(*query);
    }
    mistakes.add_with_help(text.span.clone(), "only a query may stand here", "it begins with SELECT or WITH");
    None
}

/// The tables a query reads, each once; what it may not contain is a mistake.
pub(super) fn tables(text: &Text, mistakes: &Mistakes) -> Option<Vec<Text>> {
    let query = query(text, mistakes)?;
    let before = mistakes.count();
    if let Some(order) = &query.order_by {
        let help = "the rows of a table come in a total order of their own; a report sorts with `sort`";
        mistakes.add_with_help(span(text, order), "ORDER BY has no meaning here", help);
    }
    let mut seen = Tables { text, mistakes, read: Vec::new(), named: BTreeSet::new() };
    let _all: ControlFlow<()> = query.visit(&mut seen);
    let Tables { read, named, .. } = seen;
    let mut tables: Vec<Text> = Vec::new();
    for table in read {
        if !named.contains(&table.value) && !tables.iter().any(|known| known.value == table.value) {
            tables.push(table);
        }
    }
    if tables.is_empty() && mistakes.count() == before {
        mistakes.add(text.span.clone(), "the query reads no table");
    }
    (mistakes.count() == before).then_some(tables)
}

fn span(text: &Text, part: &impl Spanned) -> Span {
    let span = part.span();
    place(text, span.start, span.end)
}

struct Tables<'a> {
    text: &'a Text,
    mistakes: &'a Mistakes,
    read: Vec<Text>,
    /// Names given by WITH.
    named: BTreeSet<String>,
}

impl Visitor for Tables<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let Some(with) = &query.with {
            self.named.extend(with.cte_tables.iter().map(|table| table.alias.name.value.clone()));
        }
        if query.limit_clause.is_some() || query.fetch.is_some() {
            let help = "the verb `top` chooses by a figure and keeps the rest";
            self.mistakes.add_with_help(
                span(self.text, query),
                "which rows come first is not defined, so that a limit may not be set",
                help,
            );
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let plain = match factor {
            TableFactor::Table { args, .. } => args.is_none(),
            TableFactor::Derived { .. } | TableFactor::NestedJoin { .. } => true,
            _ => false,
        };
        if !plain {
            let message = "a query reads declared tables, no functions that make tables";
            self.mistakes.add_with_help(span(self.text, factor), message, "files are read by sources");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        match relation.0.as_slice() {
            [part] => {
                let name = part.as_ident().map(|name| name.value.clone()).unwrap_or_default();
                self.read.push(Text::at(span(self.text, relation), name));
            }
            _ => self.mistakes.add_with_help(
                span(self.text, relation),
                "a table has one name",
                "a name with a point in it stands in double quotes: \"expo.superseded\"",
            ),
        }
        ControlFlow::Continue(())
    }
}

/// Demands that figures come out as they went in.
pub(super) fn figures_pass_through(text: &Text, inputs: &[&Schema], mistakes: &Mistakes) -> Option<()> {
    let query = query(text, mistakes)?;
    let figures: BTreeSet<&str> = inputs
        .iter()
        .flat_map(|schema| schema.columns())
        .filter(|column| {
            matches!(column.column_type, ColumnType::Money | ColumnType::Rate | ColumnType::Ratio)
        })
        .map(|column| column.name.as_str())
        .collect();
    let before = mistakes.count();
    let _all: ControlFlow<()> = query.visit(&mut Computing { text, mistakes, figures });
    (mistakes.count() == before).then_some(())
}

struct Computing<'a> {
    text: &'a Text,
    mistakes: &'a Mistakes,
    figures: BTreeSet<&'a str>,
}

impl Computing<'_> {
    fn tell(&self, expression: &Expr, figure: &str) {
        self.mistakes.add_with_help(
            span(self.text, expression),
            format!("computing with `{figure}` belongs into a verb"),
            "`add`, `group_by` and `convert` know units, bounds and rounding; a query passes figures through",
        );
    }

    /// The figures that stand anywhere in a part of the query, by the names under which they are read.
    fn figures_in(&self, part: &impl Visit) -> BTreeMap<String, String> {
        let mut found = Found { figures: &self.figures, read: BTreeMap::new() };
        let _all: ControlFlow<()> = part.visit(&mut found);
        found.read
    }

    /// The first figure that stands anywhere in a part of the query.
    fn figure_in(&self, part: &impl Visit) -> Option<String> {
        self.figures_in(part).into_values().next()
    }

    /// An order by a figure would give an empty one the first place, and a bound or a forecast one at all.
    fn tell_order(&self, function: &Function) {
        let Some(WindowType::WindowSpec(window)) = &function.over else { return };
        for order in &window.order_by {
            if let Some(figure) = self.figure_in(&order.expr) {
                let help = "`add` ranks: an empty figure has no place, and a bound or a forecast none";
                let message = format!("the order of rows by `{figure}` belongs into a verb");
                self.mistakes.add_with_help(span(self.text, &order.expr), message, help);
            }
        }
    }

    /// Two figures as one column may be of two units.
    fn tell_mixture(&self, expression: &Expr) {
        let mixed: BTreeMap<String, String> = match expression {
            Expr::Function(function) if named(function) == COALESCE => self.figures_in(&function.args),
            Expr::Case { conditions, else_result, .. } => {
                let results = conditions.iter().map(|case| &case.result).chain(else_result.as_deref());
                results.flat_map(|result| self.figures_in(result)).collect()
            }
            _ => return,
        };
        if mixed.len() > 1 {
            let names: Vec<String> = mixed.into_keys().map(|name| format!("`{name}`")).collect();
            self.mistakes.add_with_help(
                span(self.text, expression),
                format!("one column of {} may hold figures of two units", names.join(" and ")),
                "a step with `union` puts tables together and keeps the units of every figure",
            );
        }
    }
}

impl Visitor for Computing<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        use BinaryOperator::{Divide, Minus, Modulo, Multiply, Plus, StringConcat};
        let computes = match expression {
            Expr::BinaryOp { op, .. } => {
                matches!(op, Plus | Minus | Multiply | Divide | Modulo | StringConcat)
            }
            Expr::UnaryOp { op, .. } => matches!(op, UnaryOperator::Minus | UnaryOperator::Plus),
            Expr::Cast { .. } | Expr::Ceil { .. } | Expr::Floor { .. } => true,
            Expr::Function(function) => !passes(function),
            _ => false,
        };
        let figure = match expression {
            _ if !computes => None,
            Expr::Function(function) => self.figure_in(&function.args),
            _ => self.figure_in(expression),
        };
        if let Expr::Function(function) = expression {
            self.tell_order(function);
        }
        self.tell_mixture(expression);
        if let Some(figure) = figure {
            self.tell(expression, &figure);
        }
        ControlFlow::Continue(())
    }
}

fn named(function: &Function) -> String {
    function.name.to_string().to_lowercase()
}

fn passes(function: &Function) -> bool {
    PASSING.contains(&named(function).as_str())
}

struct Found<'a> {
    figures: &'a BTreeSet<&'a str>,
    /// As written, and the column.
    read: BTreeMap<String, String>,
}

impl Visitor for Found<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        let name: Option<&Ident> = match expression {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(parts) => parts.last(),
            _ => None,
        };
        if let Some(name) = name.filter(|name| self.figures.contains(name.value.as_str())) {
            self.read.insert(expression.to_string(), name.value.clone());
        }
        ControlFlow::Continue(())
    }
}
