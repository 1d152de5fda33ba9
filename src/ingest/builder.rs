//! Typed columns built row by row and made into a frame at the end. Knows types, not meanings.

use std::sync::Arc;

use polars::prelude::{
    ChunkedBuilder, Column as FrameColumn, DataFrame, Float64Type, Int32Type, Int64Type, Int128Type,
    IntoColumn, IntoSeries, PlSmallStr, PolarsResult, PrimitiveChunkedBuilder, UInt32Chunked,
};

use crate::table::distinct::TextBuilder;
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
    columns: Vec<Growing>,
    height: usize,
}

enum Growing {
    Text(TextBuilder<Arc<str>>),
    Money(PrimitiveChunkedBuilder<Int128Type>),
    Ratio(PrimitiveChunkedBuilder<Float64Type>),
    Date(PrimitiveChunkedBuilder<Int32Type>),
    Integer(PrimitiveChunkedBuilder<Int64Type>),
    Origin(PlSmallStr, Vec<u32>),
}

impl Builder {
    /// Empty columns of a schema.
    pub(super) fn new(schema: &Schema) -> Self {
        let growing = |column: &crate::table::Column| {
            let name = PlSmallStr::from(column.name.as_str());
            match (&column.role, column.column_type) {
                (ColumnRole::Origin, _) => Growing::Origin(name, Vec::new()),
                (_, ColumnType::Text) => Growing::Text(TextBuilder::new(name)),
                (_, ColumnType::Money | ColumnType::Rate) => {
                    Growing::Money(PrimitiveChunkedBuilder::new(name, 0))
                }
                (_, ColumnType::Ratio) => Growing::Ratio(PrimitiveChunkedBuilder::new(name, 0)),
                (_, ColumnType::Date) => Growing::Date(PrimitiveChunkedBuilder::new(name, 0)),
                (_, ColumnType::Integer | ColumnType::Boolean) => {
                    Growing::Integer(PrimitiveChunkedBuilder::new(name, 0))
                }
            }
        };
        Self { columns: schema.columns().iter().map(growing).collect(), height: 0 }
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
                Growing::Text(texts) => match value {
                    Value::Text(text) => texts.push(Some(text), |_| Arc::clone(text)),
                    Value::Word(word) => texts.push(Some(word), |word| Arc::from(word)),
                    _ => texts.push(None, |none| Arc::from(none)),
                },
                Growing::Money(units) => {
                    units.append_option(if let Value::Money(unit) = value { Some(*unit) } else { None });
                }
                Growing::Ratio(ratios) => {
                    ratios.append_option(if let Value::Ratio(ratio) = value { Some(*ratio) } else { None });
                }
                Growing::Date(days) => {
                    days.append_option(if let Value::Date(day) = value { Some(*day) } else { None });
                }
                Growing::Integer(numbers) => {
                    numbers.append_option(if let Value::Integer(number) = value {
                        Some(*number)
                    } else {
                        None
                    });
                }
                Growing::Origin(_, origins) => origins.push(origin),
            }
        }
    }

    /// The finished frame.
    pub(super) fn finish(self) -> PolarsResult<DataFrame> {
        let columns: PolarsResult<Vec<FrameColumn>> = self.columns.into_iter().map(Growing::finish).collect();
        DataFrame::new(self.height, columns?)
    }
}

impl Growing {
    fn finish(self) -> PolarsResult<FrameColumn> {
        let series = match self {
            Self::Text(texts) => return texts.finish(),
            Self::Money(units) => units.finish().into_decimal(38, 8)?.into_series(),
            Self::Ratio(ratios) => ratios.finish().into_series(),
            Self::Date(days) => days.finish().into_date().into_series(),
            Self::Integer(numbers) => numbers.finish().into_series(),
            Self::Origin(name, origins) => UInt32Chunked::from_vec(name, origins).into_series(),
        };
        Ok(series.into_column())
    }
}
