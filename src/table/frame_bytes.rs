//! A frame as plain values, for cache entries: the seven column types of [`ColumnType`](super::ColumnType)
//! and the origin, each bit for bit. Used as `#[serde(with = "crate::table::frame_bytes")]`.

use std::collections::BTreeMap;

use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked,
    IntoColumn, IntoSeries, NewChunkedArray, PolarsError, PolarsResult, StringChunked, UInt32Chunked,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
struct StoredFrame {
    height: usize,
    columns: Vec<StoredColumn>,
}

#[derive(Serialize, Deserialize)]
struct StoredColumn {
    name: String,
    values: Values,
}

#[derive(Serialize, Deserialize)]
enum Values {
    /// Each distinct text once, and which of them stands in each row: names and units repeat all the way
    /// down a column.
    Text {
        words: Vec<String>,
        rows: Vec<Option<u32>>,
    },
    Integer(Vec<Option<i64>>),
    Origin(Vec<Option<u32>>),
    Decimal {
        precision: usize,
        scale: usize,
        units: Vec<Option<i128>>,
    },
    Ratio(Vec<Option<f64>>),
    /// Days since 1970-01-01.
    Date(Vec<Option<i32>>),
    Boolean(Vec<Option<bool>>),
}

/// Writes a frame; a column of any other type is an error.
pub(crate) fn serialize<S: Serializer>(frame: &DataFrame, serializer: S) -> Result<S::Ok, S::Error> {
    let stored = StoredFrame::of(frame).map_err(serde::ser::Error::custom)?;
    stored.serialize(serializer)
}

/// Reads what [`serialize`] wrote.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DataFrame, D::Error> {
    let stored = StoredFrame::deserialize(deserializer)?;
    stored.into_frame().map_err(serde::de::Error::custom)
}

impl StoredFrame {
    fn of(frame: &DataFrame) -> PolarsResult<Self> {
        let columns = frame
            .columns()
            .iter()
            .map(|column| Ok(StoredColumn { name: column.name().to_string(), values: Values::of(column)? }))
            .collect::<PolarsResult<_>>()?;
        Ok(Self { height: frame.height(), columns })
    }

    fn into_frame(self) -> PolarsResult<DataFrame> {
        let columns = self.columns.into_iter().map(StoredColumn::into_column).collect::<PolarsResult<_>>()?;
        DataFrame::new(self.height, columns)
    }
}

impl Values {
    fn of(column: &Column) -> PolarsResult<Self> {
        Ok(match column.dtype() {
            DataType::String => Self::of_texts(column.str()?),
            DataType::Int64 => Self::Integer(column.i64()?.iter().collect()),
            DataType::UInt32 => Self::Origin(column.u32()?.iter().collect()),
            DataType::Decimal(precision, scale) => Self::Decimal {
                precision: *precision,
                scale: *scale,
                units: column.decimal()?.physical().iter().collect(),
            },
            DataType::Float64 => Self::Ratio(column.f64()?.iter().collect()),
            DataType::Date => Self::Date(column.date()?.physical().iter().collect()),
            DataType::Boolean => Self::Boolean(column.bool()?.iter().collect()),
            other => {
                let told = format!("the column {} is {other}, which no source yields", column.name());
                return Err(PolarsError::SchemaMismatch(told.into()));
            }
        })
    }

    fn of_texts(texts: &StringChunked) -> Self {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut words = Vec::new();
        let mut rows = Vec::with_capacity(texts.len());
        for text in texts.iter() {
            rows.push(text.map(|text| {
                *numbers.entry(text).or_insert_with(|| {
                    words.push(text.to_owned());
                    // A frame has fewer than 2³² rows, so there are fewer texts too.
                    u32::try_from(words.len() - 1).unwrap_or(u32::MAX)
                })
            }));
        }
        Self::Text { words, rows }
    }
}

impl StoredColumn {
    fn into_column(self) -> PolarsResult<Column> {
        let name = self.name.as_str().into();
        let series = match self.values {
            Values::Text { words, rows } => {
                let word =
                    |at: u32| usize::try_from(at).ok().and_then(|at| words.get(at)).map(String::as_str);
                StringChunked::from_iter_options(name, rows.into_iter().map(|row| row.and_then(word)))
                    .into_series()
            }
            Values::Integer(values) => {
                Int64Chunked::from_iter_options(name, values.into_iter()).into_series()
            }
            Values::Origin(values) => {
                UInt32Chunked::from_iter_options(name, values.into_iter()).into_series()
            }
            Values::Decimal { precision, scale, units } => {
                Int128Chunked::from_iter_options(name, units.into_iter())
                    .into_decimal(precision, scale)?
                    .into_series()
            }
            Values::Ratio(values) => {
                Float64Chunked::from_iter_options(name, values.into_iter()).into_series()
            }
            Values::Date(values) => {
                Int32Chunked::from_iter_options(name, values.into_iter()).into_date().into_series()
            }
            Values::Boolean(values) => {
                BooleanChunked::from_iter_options(name, values.into_iter()).into_series()
            }
        };
        Ok(series.into_column())
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Holder(#[serde(with = "super")] DataFrame);

    fn there_and_back(frame: DataFrame) -> DataFrame {
        let bytes = postcard::to_stdvec(&Holder(frame)).unwrap();
        postcard::from_bytes::<Holder>(&bytes).unwrap().0
    }

    #[test]
    fn every_column_type_comes_back_bit_for_bit() {
        let decimal = |name: &str, units: [Option<i128>; 3], scale| {
            Int128Chunked::from_iter_options(name.into(), units.into_iter())
                .into_decimal(38, scale)
                .unwrap()
                .into_series()
                .into_column()
        };
        let largest = 10_i128.pow(38) - 1;
        let days = Int32Chunked::from_iter_options("day".into(), [Some(-1), None, Some(19_000)].into_iter());
        let frame = DataFrame::new(
            3,
            vec![
                Series::new("text".into(), [Some("黑河"), None, Some("")]).into_column(),
                Series::new("number".into(), [Some(i64::MIN), None, Some(7)]).into_column(),
                Series::new("_origin".into(), [0_u32, 1, u32::MAX]).into_column(),
                decimal("amount", [Some(largest), None, Some(-largest)], 8),
                decimal("rate", [Some(1), None, Some(0)], 12),
                Series::new("ratio".into(), [Some(0.1_f64 + 0.2), None, Some(-0.0)]).into_column(),
                days.into_date().into_series().into_column(),
                Series::new("flag".into(), [Some(true), None, Some(false)]).into_column(),
            ],
        )
        .unwrap();
        let again = there_and_back(frame.clone());
        assert_eq!(again.schema(), frame.schema());
        assert!(again.equals_missing(&frame));
        let ratio = again.column("ratio").unwrap().f64().unwrap().get(2).unwrap();
        assert!(ratio.is_sign_negative(), "the sign of zero is a bit too");
    }

    #[test]
    fn a_frame_without_rows_keeps_its_types() {
        let frame =
            DataFrame::new(0, vec![Series::new("a".into(), Vec::<i64>::new()).into_column()]).unwrap();
        assert_eq!(there_and_back(frame.clone()).schema(), frame.schema());
    }

    #[test]
    fn a_type_that_no_source_yields_is_an_error() {
        let frame = DataFrame::new(1, vec![Series::new("a".into(), [1_i8]).into_column()]).unwrap();
        assert!(postcard::to_stdvec(&Holder(frame)).is_err());
    }
}
