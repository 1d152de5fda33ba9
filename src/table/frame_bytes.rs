//! A frame as bytes, for cache entries: the seven column types of [`ColumnType`](super::ColumnType) and the origin,
//! each bit for bit, column by column. Used as `#[serde(with = "crate::table::frame_bytes")]`.

use std::borrow::Cow;

use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked,
    IntoColumn, IntoSeries, NewChunkedArray, PolarsError, PolarsResult, StringChunked, UInt32Chunked,
};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::distinct::{Distinct, MOST, text_column};

/// A frame as it is read; written by [`WrittenFrame`].
#[derive(Deserialize)]
struct StoredFrame<'a> {
    height: usize,
    #[serde(borrow)]
    columns: Vec<StoredColumn<'a>>,
}

/// A frame as it is written, one column at a time, so that no second copy of all of them stands in memory.
#[derive(Serialize)]
struct WrittenFrame<'f> {
    height: usize,
    columns: WrittenColumns<'f>,
}

struct WrittenColumns<'f>(&'f [Column]);

impl Serialize for WrittenColumns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut columns = serializer.serialize_seq(Some(self.0.len()))?;
        for column in self.0 {
            columns.serialize_element(&StoredColumn::of(column).map_err(serde::ser::Error::custom)?)?;
        }
        columns.end()
    }
}

#[derive(Serialize, Deserialize)]
struct StoredColumn<'a> {
    name: String,
    #[serde(borrow)]
    kind: Kind<'a>,
    #[serde(borrow)]
    values: Values<'a>,
}

/// What the values of a column are.
#[derive(Serialize, Deserialize)]
enum Kind<'a> {
    /// Each distinct text once; the values say which of them stands in each row: names and units repeat all the
    /// way down a column.
    Text(Vec<String>),
    /// All texts one after the other; the values say how long each is. Of columns that hardly repeat a text.
    Spelled(#[serde(borrow)] Cow<'a, str>),
    Integer,
    Origin,
    Decimal {
        precision: usize,
        scale: usize,
    },
    Ratio,
    /// Days since 1970-01-01.
    Date,
    Boolean,
}

/// One value a row, least significant byte first.
#[derive(Serialize, Deserialize)]
struct Values<'a> {
    /// 1 for a value and 0 for a null, a byte a row; empty where no value is null.
    #[serde(borrow)]
    there: Bytes<'a>,
    /// The values one after the other; zero where a value is null.
    #[serde(borrow)]
    bytes: Bytes<'a>,
}

/// Bytes that are written as a whole and read where they stand.
struct Bytes<'a>(Cow<'a, [u8]>);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Bytes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(|bytes| Self(Cow::Borrowed(bytes)))
    }
}

/// Writes a frame; a column of any other type is an error.
pub(crate) fn serialize<S: Serializer>(frame: &DataFrame, serializer: S) -> Result<S::Ok, S::Error> {
    WrittenFrame { height: frame.height(), columns: WrittenColumns(frame.columns()) }.serialize(serializer)
}

/// Reads what [`serialize`] wrote.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DataFrame, D::Error> {
    let stored = StoredFrame::deserialize(deserializer)?;
    let columns = stored.columns.into_iter().map(StoredColumn::into_column).collect::<PolarsResult<_>>();
    let frame = columns.and_then(|columns| DataFrame::new(stored.height, columns));
    frame.map_err(serde::de::Error::custom)
}

impl Values<'_> {
    fn of<const N: usize>(values: impl ExactSizeIterator<Item = Option<[u8; N]>>) -> Self {
        let mut there = Vec::with_capacity(values.len());
        let mut bytes = Vec::with_capacity(values.len() * N);
        for value in values {
            there.push(u8::from(value.is_some()));
            bytes.extend_from_slice(&value.unwrap_or([0; N]));
        }
        if !there.contains(&0) {
            there.clear();
        }
        Self { there: Bytes(Cow::Owned(there)), bytes: Bytes(Cow::Owned(bytes)) }
    }

    /// The values again; nulls are told by `there`.
    fn each<const N: usize>(&self) -> impl Iterator<Item = Option<[u8; N]>> {
        let there = &self.there.0;
        let (chunks, _) = self.bytes.0.as_chunks::<N>();
        chunks.iter().enumerate().map(|(row, value)| (there.get(row) != Some(&0)).then_some(*value))
    }
}

impl StoredColumn<'_> {
    fn of(column: &Column) -> PolarsResult<Self> {
        let (kind, values) = match column.dtype() {
            DataType::String => texts(column.str()?),
            DataType::Int64 => {
                (Kind::Integer, Values::of(column.i64()?.iter().map(|value| value.map(i64::to_le_bytes))))
            }
            DataType::UInt32 => {
                (Kind::Origin, Values::of(column.u32()?.iter().map(|value| value.map(u32::to_le_bytes))))
            }
            DataType::Decimal(precision, scale) => {
                let units = column.decimal()?.physical();
                let kind = Kind::Decimal { precision: *precision, scale: *scale };
                (kind, Values::of(units.iter().map(|value| value.map(i128::to_le_bytes))))
            }
            DataType::Float64 => {
                (Kind::Ratio, Values::of(column.f64()?.iter().map(|value| value.map(f64::to_le_bytes))))
            }
            DataType::Date => {
                let days = column.date()?.physical();
                (Kind::Date, Values::of(days.iter().map(|value| value.map(i32::to_le_bytes))))
            }
            DataType::Boolean => {
                (Kind::Boolean, Values::of(column.bool()?.iter().map(|flag| flag.map(|flag| [flag.into()]))))
            }
            other => {
                let told = format!("the column {} is {other}, which no source yields", column.name());
                return Err(PolarsError::SchemaMismatch(told.into()));
            }
        };
        Ok(Self { name: column.name().to_string(), kind, values })
    }

    fn into_column(self) -> PolarsResult<Column> {
        let name = self.name.as_str().into();
        let values = &self.values;
        let series = match self.kind {
            Kind::Text(words) => {
                let rows = values.each().map(|value| value.map(u32::from_le_bytes));
                text_column(name, &words, &UInt32Chunked::from_iter_options("".into(), rows))?.into_series()
            }
            Kind::Spelled(all) => {
                let mut rest = all.as_ref();
                let texts = values.each().map(|length| {
                    let length = usize::try_from(u32::from_le_bytes(length?)).ok()?;
                    let (text, behind) = rest.split_at_checked(length)?;
                    rest = behind;
                    Some(text)
                });
                StringChunked::from_iter_options(name, texts).into_series()
            }
            Kind::Integer => {
                let values = values.each().map(|value| value.map(i64::from_le_bytes));
                Int64Chunked::from_iter_options(name, values).into_series()
            }
            Kind::Origin => {
                let values = values.each().map(|value| value.map(u32::from_le_bytes));
                UInt32Chunked::from_iter_options(name, values).into_series()
            }
            Kind::Decimal { precision, scale } => {
                let units = values.each().map(|value| value.map(i128::from_le_bytes));
                let units = Int128Chunked::from_iter_options(name, units);
                units.into_decimal(precision, scale)?.into_series()
            }
            Kind::Ratio => {
                let values = values.each().map(|value| value.map(f64::from_le_bytes));
                Float64Chunked::from_iter_options(name, values).into_series()
            }
            Kind::Date => {
                let days = values.each().map(|value| value.map(i32::from_le_bytes));
                Int32Chunked::from_iter_options(name, days).into_date().into_series()
            }
            Kind::Boolean => {
                let flags = values.each().map(|value| value.map(|[flag]: [u8; 1]| flag != 0));
                BooleanChunked::from_iter_options(name, flags).into_series()
            }
        };
        Ok(series.into_column())
    }
}

fn texts(texts: &StringChunked) -> (Kind<'static>, Values<'static>) {
    let mut words: Distinct<&str> = Distinct::default();
    let mut rows = Vec::with_capacity(texts.len());
    for text in texts.iter() {
        rows.push(text.map(|text| words.number(text, || text).to_le_bytes()));
        if words.len() > MOST {
            return spelled(texts);
        }
    }
    let words = words.into_texts().into_iter().map(str::to_owned).collect();
    (Kind::Text(words), Values::of(rows.into_iter()))
}

fn spelled(texts: &StringChunked) -> (Kind<'static>, Values<'static>) {
    let mut all = String::new();
    let lengths = texts.iter().map(|text| {
        all.push_str(text?);
        // No cell holds four gigabytes.
        u32::try_from(text?.len()).ok().map(u32::to_le_bytes)
    });
    let lengths: Vec<Option<[u8; 4]>> = lengths.collect();
    (Kind::Spelled(all.into()), Values::of(lengths.into_iter()))
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
    fn texts_that_hardly_repeat_come_back() {
        let texts = (0..MOST + 9).map(|row| (row % 5 != 2).then(|| format!("俄罗斯 {row}")));
        let column = StringChunked::from_iter_options("t".into(), texts);
        let frame = DataFrame::new(column.len(), vec![column.into_series().into_column()]).unwrap();
        assert!(there_and_back(frame.clone()).equals_missing(&frame));
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
