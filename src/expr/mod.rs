//! SQL expressions → a typed, engine-neutral tree over a white list of functions → Polars.
//!
//! An expression is parsed once and checked against a schema before there is data. It holds no query: no
//! tables, no files, no windows. Meanings are the portable ones: division gives a ratio, a zero divisor
//! gives null, text and null concatenated is null, rounding is half away from zero.

mod aggregate;
mod calls;
mod functions;
mod kernel;
mod lower;
mod parse;
mod syntax;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::Expr;

use crate::spec::{Mistakes, Text};
use crate::table::{ColumnType, Schema};
use crate::text::CodeList;

#[cfg(test)]
pub(crate) use aggregate::AGGREGATES;
pub use aggregate::{Aggregate, AggregateFunction, parse_aggregate};
pub(crate) use syntax::{SqlText, place};
use tree::Tree;

/// What an expression may name: the columns of a table and, where they are at hand, the code lists.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The columns.
    pub schema: &'a Schema,
    /// The code lists by name, for `lookup`.
    pub lists: Option<&'a BTreeMap<String, CodeList>>,
}

impl<'a> From<&'a Schema> for Scope<'a> {
    fn from(schema: &'a Schema) -> Self {
        Self { schema, lists: None }
    }
}

/// A checked expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The type of its result.
    pub column_type: ColumnType,
    tree: Tree,
}

impl Expression {
    /// The Polars expression that computes it.
    pub fn lower(&self) -> Expr {
        lower::lower(&self.tree)
    }

    /// The column it is, where it is a column and nothing else.
    pub fn plain_column(&self) -> Option<String> {
        match &self.tree.kind {
            tree::Kind::Column(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// The columns it reads.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.tree.columns(&mut names);
        names
    }
}

/// Parses an expression over the columns of a schema; every mistake is placed inside the text.
pub fn parse<'a>(text: &'a Text, scope: impl Into<Scope<'a>>, mistakes: &'a Mistakes) -> Option<Expression> {
    let (expression, name) = syntax::read(text, mistakes)?;
    if let Some(name) = name {
        mistakes.add_with_help(
            text.span.clone(),
            format!("`AS {name}` has no meaning here"),
            "write the expression alone",
        );
        return None;
    }
    typed(text, &expression, scope.into(), mistakes)
}

/// Parses `EXPRESSION as NAME`, or a column, which is its own name.
pub fn parse_named<'a>(
    text: &'a Text,
    scope: impl Into<Scope<'a>>,
    mistakes: &'a Mistakes,
) -> Option<(String, Expression)> {
    let (expression, name) = syntax::read(text, mistakes)?;
    let typed = typed(text, &expression, scope.into(), mistakes)?;
    let name = match (name, &typed.tree.kind) {
        (Some(name), _) => name,
        (None, tree::Kind::Column(name)) => name.clone(),
        (None, _) => {
            mistakes.add_with_help(
                text.span.clone(),
                "this expression has no name",
                format!("write `{} as NAME`", text.value),
            );
            return None;
        }
    };
    Some((name, typed))
}

fn typed(
    text: &Text,
    expression: &sqlparser::ast::Expr,
    scope: Scope<'_>,
    mistakes: &Mistakes,
) -> Option<Expression> {
    let tree = parse::Reader::new(text, scope, mistakes).tree(expression)?;
    Some(Expression { column_type: tree.column_type.unwrap_or(ColumnType::Text), tree })
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy, LazyFrame, col, df};

    use super::*;
    use crate::table::{Column, MONEY};

    fn schema() -> Schema {
        Schema::new([
            Column::dimension("区域", ColumnType::Text),
            Column::dimension("code", ColumnType::Text),
            Column::dimension("n", ColumnType::Integer),
            Column::dimension("day", ColumnType::Date),
            Column::measure("a", ColumnType::Money),
            Column::measure("b", ColumnType::Money),
            Column::measure("r", ColumnType::Ratio),
        ])
    }

    /// Two rows, or none of them: the first full, the second with nulls and zeros.
    fn frame(rows: usize) -> LazyFrame {
        let money = |name: &str| col(name).strict_cast(MONEY);
        df!(
            "区域" => [Some("黑河"), None],
            "code" => [Some("0702100000"), Some("x")],
            "n" => [Some(7_i64), None],
            "day" => [Some(18_992_i32), None],
            "a" => [Some("10.5"), Some("0")],
            "b" => [Some("4"), Some("0")],
            "r" => [Some(0.25), None],
        )
        .unwrap()
        .head(Some(rows))
        .lazy()
        .with_columns([money("a"), money("b"), col("day").cast(polars::prelude::DataType::Date)])
    }

    #[track_caller]
    fn fails(sql: &str, expected: &str) {
        let mistakes = Mistakes::default();
        let expression = parse(&Text::at(0..0, sql), &schema(), &mistakes);
        let Some(expression) = expression else { panic!("{sql}: {:?}", mistakes.into_sorted()) };
        let told = frame(2).with_columns([expression.lower().alias("x")]).collect().unwrap_err().to_string();
        assert!(told.contains(expected), "{sql}: {told}");
    }

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        let mistakes = Mistakes::default();
        let parsed = parse(&Text::at(0..0, sql), &schema(), &mistakes);
        let told: Vec<String> = mistakes.into_sorted().into_iter().map(|mistake| mistake.message).collect();
        let Some(expression) = parsed else {
            assert_eq!(told.join("; "), expected, "{sql}");
            return;
        };
        let frame = frame(2).with_columns([expression.lower().alias("x")]).collect().unwrap();
        let column = frame.column("x").unwrap();
        assert_eq!(column.dtype(), &expression.column_type.data_type(), "{sql}");
        let values: Vec<String> =
            (0..2).map(|at| column.get(at).unwrap().to_string().replace('"', "")).collect();
        assert_eq!(values.join(" | "), expected, "{sql}");
    }

    #[test]
    fn money_stays_exact_and_division_is_a_ratio() {
        check("a + b", "14.50000000 | 0.00000000");
        check("a * 3", "31.50000000 | 0.00000000");
        check("a * 1.1", "11.55000000 | 0.00000000");
        check("a / b", "2.625 | null");
        check("-a", "-10.50000000 | 0.00000000");
        check("n / 2", "3.5 | null");
        check("n + 1", "8 | null");
        check("r * 2", "0.5 | null");
        check("a / 3", "3.50000000 | 0.00000000");
        check("round(a, 0)", "11.00000000 | 0.00000000");
        check("a - a * 2", "-10.50000000 | 0.00000000");
    }

    /// What engines disagree on has one meaning here.
    #[test]
    fn meanings_are_the_portable_ones() {
        // Whole numbers are divided as numbers, and nothing is divided by zero.
        check("5 / 2", "2.5 | 2.5");
        check("n / 0", "null | null");
        check("a / 0", "null | null");
        // Halves round away from zero, below it too.
        check("round(a * 0.25, 2)", "2.63000000 | 0.00000000");
        check("round(-2.5)", "-3.00000000 | -3.00000000");
        check("round(r / 2, 2)", "0.13 | null");
        // Text with null is null; least and greatest pass over null.
        check("concat(code, 区域)", "0702100000黑河 | null");
        check("least(a, b, 3)", "3.00000000 | 0.00000000");
        check("greatest(n, 5)", "7 | 5");
        check("greatest(r, 0.5)", "0.5 | 0.5");
        check("least(区域, code)", "0702100000 | x");
        check("least(day, '2021-01-01')", "2021-01-01 | 2021-01-01");
        check("greatest(a, code)", "`greatest` cannot take an amount and text together");
        // Null is neither in a list nor out of it.
        check("n NOT IN (1, 2)", "true | null");
        check("n BETWEEN 7 AND 7", "true | null");
        // A literal keeps its signs.
        check("'it''s' || 'a\\b'", "it'sa\\b | it'sa\\b");
        check("substr(区域, 2)", "河 | null");
    }

    #[test]
    fn comparisons_and_logic_follow_sql() {
        check("a > 10", "true | false");
        check("a = 10.5 AND code <> 'x'", "true | false");
        check("区域 = '黑河'", "true | null");
        check("区域 IS NULL OR n = 7", "true | true");
        check("区域 IN ('黑河', '东宁')", "true | null");
        check("code LIKE '07%'", "true | false");
        check("a BETWEEN 1 AND 11", "true | false");
        check("NOT (a > 1)", "false | true");
        check("day >= '2021-12-31'", "true | null");
    }

    #[test]
    fn functions_of_the_white_list() {
        check("year(day)", "2021 | null");
        check("month_of(day)", "2021-12 | null");
        check("quarter(day)", "4 | null");
        check("substr(code, 1, 2)", "07 | x");
        check("coalesce(区域, '-')", "黑河 | -");
        check("区域 || '/' || code", "黑河/0702100000 | null");
        check("CASE WHEN a > 1 THEN 'big' ELSE 'small' END", "big | small");
        check("nullif(n, 7)", "null | null");
        check("abs(-a)", "10.50000000 | 0.00000000");
        check("length(code)", "10 | 1");
        check("year('2019-06')", "2019 | 2019");
        check("month_or_jan_feb_of(day)", "2021-12 | null");
        check("month_or_jan_feb_of(coalesce(day, '2021-02-28'))", "2021-12 | 2021-01/2021-02");
        // 31 December 2021 was a Friday.
        check("weekday(day)", "5 | null");
    }

    #[test]
    fn mistakes_are_found_without_data() {
        check("a + 1 foo", "expected the end of the expression, found `foo`");
        check("amount > 1", "unknown column `amount`");
        check("区域 = 5", "text cannot be compared with a whole number");
        check("yaer(day)", "unknown function `yaer`");
        check("year(a)", "`year` takes date or text, not an amount");
        check("a + day", "`+` has no meaning for an amount and a date");
        check("a * b", "`*` has no meaning for an amount and an amount");
        check("a > ", "the expression ends too early");
        check("sum(a)", "`sum` needs many rows; it stands in `aggregate` only");
        check("(SELECT 1)", "this kind of expression is not allowed");
        check("read_csv('/etc/passwd')", "unknown function `read_csv`");
        check("a > 1; DROP TABLE x", "expected the end of the expression, found `;`");
    }

    #[test]
    fn whole_numbers_never_wrap() {
        fails("n * 9000000000000000000", "the result is too large for an exact amount");
        fails("n + 9223372036854775807", "the result is too large for an exact amount");
        check("-n % 4", "-3 | null");
        check("n % 0", "null | null");
        check("abs(-n)", "7 | null");
    }

    #[test]
    fn a_ratio_is_always_a_number() {
        fails(
            &format!("r * {}", ["99999999999999"; 24].join(" * r * ")),
            "the result is too large for an exact amount",
        );
        check("r / 0", "null | null");
        check("1 - a / b", "-1.625 | null");
    }

    #[test]
    fn written_numbers_take_the_type_beside_them() {
        check("a * -0.5", "-5.25000000 | 0.00000000");
        check("coalesce(nullif(a, 0), 0)", "10.50000000 | 0.00000000");
        check("coalesce(r, 0)", "0.25 | 0.0");
        check("CASE WHEN n = 7 THEN a ELSE 0 END", "10.50000000 | 0.00000000");
        check("coalesce(day, '2021-01-01')", "2021-12-31 | 2021-01-01");
        check("nullif(day, '2021-12-31')", "null | null");
        check("coalesce(a, n)", "`coalesce` cannot take an amount and a whole number together");
        check("coalesce(code, 0)", "`coalesce` cannot take text and a whole number together");
        check("a * 0.123456789", "`0.123456789`: the number has more decimal places than are kept");
    }

    #[test]
    fn rounding_and_parts_of_text_are_said_in_numbers() {
        check("round(a)", "11.00000000 | 0.00000000");
        check("round(r, 1)", "0.3 | null");
        check("round(a, -1)", "the places of `round` are a number from 0 to 8");
        check("round(a, n)", "the places of `round` are a number from 0 to 8");
        check("substr(code, 3)", "02100000 | ");
        check("substring(code FROM 1 FOR 2)", "07 | x");
        check("substr(code, 0, 2)", "`substr` begins at a number from 1 on");
    }

    #[test]
    fn days_are_counted_between_dates_and_texts_that_are_days() {
        check("days_between('2019-06-15', '2019-06-19')", "4 | 4");
        check("days_between(day, '2022-01-01') + 1", "2 | null");
        check("days_between('2019-06', '2019-06-19')", "null | null");
        check("days_between(code, day)", "null | null");
        check("days_between(n, day)", "`days_between` takes date or text, not a whole number");
    }

    #[test]
    fn only_casts_that_lose_nothing() {
        check("CAST(n AS TEXT)", "7 | null");
        check("CAST(day AS TEXT) || '!'", "2021-12-31! | null");
        check("CAST(n AS DECIMAL)", "7.00000000 | null");
        check("CAST(a AS DOUBLE) * r", "2.625 | null");
        check("CAST(code AS INTEGER)", "unknown type to cast to `INTEGER`");
        check("CAST(a AS TEXT)", "an amount cannot be cast to text");
    }

    #[test]
    fn null_and_unlike_types_are_told_without_data() {
        check("n + NULL", "`+` has no meaning for a whole number and null");
        check("nullif(code, 5)", "text cannot be compared with a whole number");
    }

    #[test]
    fn a_table_without_rows_stays_without_rows() {
        for sql in ["a * 1.1", "a * (0.5)", "1 - r", "n * 2", "1 / n", "round(a)", "abs(0.5 - 1)", "'x'"] {
            let mistakes = Mistakes::default();
            let expression = parse(&Text::at(0..0, sql), &schema(), &mistakes).unwrap();
            let made = frame(0).with_columns([expression.lower().alias("x")]).collect().unwrap();
            assert_eq!(made.height(), 0, "{sql}");
        }
    }

    #[test]
    fn a_long_list_is_read_and_a_deep_expression_is_a_mistake() {
        let list: Vec<String> = (0..900).map(|number| number.to_string()).collect();
        check(&format!("n IN ({})", list.join(", ")), "true | null");
        let deep = "more than 50 operators or brackets stand inside each other";
        check(&format!("n{}", " + n".repeat(900)), deep);
        check(&format!("n = 1{}", " OR n = 2".repeat(400)), deep);
        check(&format!("n{}", " + n".repeat(2000)), "the expression is too long");
        check(&format!("n{}", " + 1".repeat(40)), "47 | null");
    }

    #[test]
    fn a_mistake_of_syntax_stands_inside_the_text() {
        let file = "x = \"区域 = '黑河' AND ) 1\"";
        let mistakes = Mistakes::default();
        let tree = crate::spec::parse(file, &mistakes);
        let crate::spec::NodeKind::Table(entries) = &tree.kind else { unreachable!() };
        let crate::spec::NodeKind::Text(text) = &entries[0].value.kind else { unreachable!() };
        assert!(parse(text, &schema(), &mistakes).is_none());
        let mistakes = mistakes.into_sorted();
        assert_eq!(file.get(mistakes[0].span.clone()), Some(")"));
        assert_eq!(mistakes[0].message, "the expression cannot be read: Expected: an expression, found: )");
    }

    #[test]
    fn a_mistake_stands_inside_the_text() {
        let file = "x = \"a > 金额\"";
        let mistakes = Mistakes::default();
        let tree = crate::spec::parse(file, &mistakes);
        let crate::spec::NodeKind::Table(entries) = &tree.kind else { unreachable!() };
        let crate::spec::NodeKind::Text(text) = &entries[0].value.kind else { unreachable!() };
        assert!(parse(text, &schema(), &mistakes).is_none());
        let mistakes = mistakes.into_sorted();
        assert_eq!(file.get(mistakes[0].span.clone()), Some("金额"));
    }

    #[test]
    fn aggregates_are_read_with_their_type() {
        let told = |sql: &str| {
            let mistakes = Mistakes::default();
            match parse_aggregate(&Text::at(0..0, sql), &schema(), &mistakes) {
                Some(aggregate) => format!("{:?} {:?}", aggregate.function, aggregate.column_type),
                None => mistakes.into_sorted().into_iter().map(|mistake| mistake.message).collect::<String>(),
            }
        };
        assert_eq!(told("sum(a)"), "Sum Money");
        assert_eq!(told("count(*)"), "Count Integer");
        assert_eq!(told("count(DISTINCT code)"), "CountDistinct Integer");
        assert_eq!(told("mean(a)"), "Mean Money");
        assert_eq!(told("max(n)"), "Max Integer");
        assert_eq!(told("median(r)"), "Median Ratio");
        assert_eq!(told("hhi(n)"), "Concentration Ratio");
        assert_eq!(told("hhi(code)"), "`hhi` takes an amount or whole number, not text");
        assert_eq!(told("sum(code)"), "`sum` takes a number, not text");
        assert_eq!(told("summ(a)"), "unknown aggregate `summ`");
        assert_eq!(told("a"), "this is no aggregate");
    }
}
