//! Typed columns built row by row and made into a frame at the end. Knows types, not meanings.

use std::sync::Arc;

use polars::prelude::{
    Column as FrameColumn, DataFrame, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked, IntoColumn,
    IntoSeries, NewChunkedArray, PolarsResult, UInt32Chunked,
};

use crate::table::distinct::{Distinct, text_column};
use crate::table::{ColumnRole, ColumnType, Schema};

/// One value of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    #[default]
    Null,
    Text(Arc<str>),
    Word(&'static str),
    /// Units of the eighth decimal place.
    Money(i128),
    Ratio(f64),
    /// Days since 1970-01-01.
    Date(i32),
    Integer(i64),
}

impl Value {
    /// A text value.
    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// The text, where it is one.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub(super) fn is_null(&self) -> bool {
        *self == Self::Null
    }
}

/// The columns of a table that grows by rows.
pub(super) struct Builder {
    names: Vec<String>,
    columns: Vec<Growing>,
    height: usize,
}

enum Growing {
    /// Each distinct text once, and its number in each row.
    Text(Distinct<Arc<str>>, Vec<Option<u32>>),
    Money(Vec<Option<i128>>),
    Ratio(Vec<Option<f64>>),
    Date(Vec<Option<i32>>),
    Integer(Vec<Option<i64>>),
    Origin(Vec<u32>),
}

impl Builder {
    /// Empty columns of a schema.
    pub(super) fn new(schema: &Schema) -> Self {
        let columns = schema
            .columns()
            .iter()
            .map(|column| match (&column.role, column.column_type) {
                (ColumnRole::Origin, _) => Growing::Origin(Vec::new()),
                (_, ColumnType::Text) => Growing::Text(Distinct::default(), Vec::new()),
                (_, ColumnType::Money | ColumnType::Rate) => Growing::Money(Vec::new()),
                (_, ColumnType::Ratio) => Growing::Ratio(Vec::new()),
                (_, ColumnType::Date) => Growing::Date(Vec::new()),
                (_, ColumnType::Integer | ColumnType::Boolean) => Growing::Integer(Vec::new()),
            })
            .collect();
        Self { names: schema.names().map(str::to_owned).collect(), columns, height: 0 }
    }

    /// Rows so far.
    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Appends a row; a value of another type than its column's counts as null.
    pub(super) fn push(&mut self, row: &[Value], origin: u32) {
        self.height += 1;
        let mut values = row.iter();
        for column in &mut self.columns {
            let value = values.next().unwrap_or(&Value::Null);
            match column {
                Growing::Text(texts, rows) => rows.push(match value {
                    Value::Text(text) => Some(texts.number(text, || Arc::clone(text))),
                    Value::Word(word) => Some(texts.number(word, || Arc::from(*word))),
                    _ => None,
                }),
                Growing::Money(units) => {
                    units.push(if let Value::Money(unit) = value { Some(*unit) } else { None });
                }
                Growing::Ratio(ratios) => {
                    ratios.push(if let Value::Ratio(ratio) = value { Some(*ratio) } else { None });
                }
                Growing::Date(days) => {
                    days.push(if let Value::Date(day) = value { Some(*day) } else { None });
                }
                Growing::Integer(numbers) => {
                    numbers.push(if let Value::Integer(number) = value { Some(*number) } else { None });
                }
                Growing::Origin(origins) => origins.push(origin),
            }
        }
    }

    /// The finished frame.
    pub(super) fn finish(self) -> PolarsResult<DataFrame> {
        let mut columns: Vec<FrameColumn> = Vec::with_capacity(self.columns.len());
        for (name, column) in self.names.into_iter().zip(self.columns) {
            let name = name.as_str().into();
            columns.push(match column {
                Growing::Text(texts, rows) => {
                    let rows = UInt32Chunked::from_iter_options("".into(), rows.into_iter());
                    text_column(name, &texts.into_texts(), &rows)?.into_series().into_column()
                }
                Growing::Money(units) => Int128Chunked::from_iter_options(name, units.into_iter())
                    .into_decimal(38, 8)?
                    .into_series()
                    .into_column(),
                Growing::Ratio(ratios) => {
                    Float64Chunked::from_iter_options(name, ratios.into_iter()).into_series().into_column()
                }
                Growing::Date(days) => Int32Chunked::from_iter_options(name, days.into_iter())
                    .into_date()
                    .into_series()
                    .into_column(),
                Growing::Integer(numbers) => {
                    Int64Chunked::from_iter_options(name, numbers.into_iter()).into_series().into_column()
                }
                Growing::Origin(origins) => {
                    UInt32Chunked::from_vec(name, origins).into_series().into_column()
                }
            });
        }
        DataFrame::new(self.height, columns)
    }
}
