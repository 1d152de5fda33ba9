//! A frame as bytes, for cache entries: the seven column types of [`ColumnType`](super::ColumnType) and the origin,
//! each bit for bit, column by column. Used as `#[serde(with = "crate::table::frame_bytes")]`.

use std::borrow::Cow;

use polars::prelude::{
    BooleanChunked, ChunkedArray, Column, DataFrame, DataType, Float64Chunked, Int32Chunked, Int64Chunked,
    Int128Chunked, IntoColumn, IntoSeries, NewChunkedArray, PolarsError, PolarsNumericType, PolarsResult,
    Scalar, Series, StringChunked, UInt32Chunked,
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

/// One value a row, as what it lies above the least of its column, in as few bytes as the greatest needs: a column
/// of one value takes none.
#[derive(Serialize, Deserialize)]
struct Values<'a> {
    rows: usize,
    least: i128,
    /// 0, 1, 2, 4, 8 or 16.
    width: u8,
    /// A bit a row, the lowest first, set where there is a value; empty where no value is null.
    #[serde(borrow)]
    there: Bytes<'a>,
    /// The values one after the other, least significant byte first; zero where a value is null.
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
    /// Packs values, which are walked several times.
    fn of<T: Into<i128>, I: Iterator<Item = Option<T>>>(walk: impl Fn() -> I) -> Self {
        let values = || walk().map(|value| value.map(Into::into));
        let (mut rows, mut filled) = (0_usize, 0_usize);
        let mut bounds: Option<(i128, i128)> = None;
        for value in values() {
            rows += 1;
            if let Some(value) = value {
                filled += 1;
                bounds =
                    Some(bounds.map_or((value, value), |(least, most)| (least.min(value), most.max(value))));
            }
        }
        let (least, most) = bounds.unwrap_or_default();
        let width = width_of(above(most, least));
        let mut there = Vec::new();
        if filled < rows {
            there.resize(rows.div_ceil(8), 0_u8);
            for (row, _) in values().enumerate().filter(|(_, value)| value.is_some()) {
                if let Some(byte) = there.get_mut(row / 8) {
                    *byte |= 1 << (row % 8);
                }
            }
        }
        let mut bytes = Vec::with_capacity(rows * usize::from(width));
        for value in values() {
            let above = value.map_or(0, |value| above(value, least)).to_le_bytes();
            bytes.extend_from_slice(above.get(..usize::from(width)).unwrap_or(&above));
        }
        Self { rows, least, width, there: Bytes(Cow::Owned(there)), bytes: Bytes(Cow::Owned(bytes)) }
    }

    /// Makes of one value so many rows of it.
    fn repeat(&mut self, rows: usize) {
        self.rows = rows;
        // One value takes no bytes; where it is null, no row has one.
        if !self.there.0.is_empty() {
            self.there = Bytes(Cow::Owned(vec![0; rows.div_ceil(8)]));
        }
    }

    /// Whether all rows have the same value, or none has any.
    fn is_same(&self) -> bool {
        self.width == 0 && self.there.0.iter().all(|byte| *byte == 0)
    }

    /// The values again; those that the type cannot hold, which it wrote itself, are null.
    fn each<T: TryFrom<i128>>(&self) -> impl Iterator<Item = Option<T>> {
        let width = usize::from(self.width);
        (0..self.rows).map(move |row| {
            let there = self.there.0.get(row / 8).is_none_or(|byte| byte >> (row % 8) & 1 == 1);
            let stored = self.bytes.0.get(row * width..(row + 1) * width).filter(|_| there)?;
            let mut above = [0; 16];
            above.get_mut(..width)?.copy_from_slice(stored);
            T::try_from(self.least.wrapping_add_unsigned(u128::from_le_bytes(above))).ok()
        })
    }
}

/// How far a value lies above the least; the widest span of decimals goes beyond what is signed.
fn above(value: i128, least: i128) -> u128 {
    value.wrapping_sub(least).cast_unsigned()
}

fn width_of(most: u128) -> u8 {
    let needed = u128::BITS.saturating_sub(most.leading_zeros()).div_ceil(8);
    [0, 1, 2, 4, 8].into_iter().find(|width| u32::from(*width) >= needed).unwrap_or(16)
}

impl StoredColumn<'_> {
    fn of(column: &Column) -> PolarsResult<Self> {
        if let Column::Scalar(same) = column
            && !same.is_empty()
        {
            let mut stored = Self::of_series(&same.as_single_value_series())?;
            stored.values.repeat(same.len());
            return Ok(stored);
        }
        Self::of_series(column.as_materialized_series())
    }

    fn of_series(column: &Series) -> PolarsResult<Self> {
        let (kind, values) = match column.dtype() {
            DataType::String => texts(column.str()?),
            DataType::Int64 => (Kind::Integer, packed(column.i64()?)),
            DataType::UInt32 => (Kind::Origin, packed(column.u32()?)),
            DataType::Decimal(precision, scale) => {
                let units = column.decimal()?.physical();
                let kind = Kind::Decimal { precision: *precision, scale: *scale };
                (kind, packed(units))
            }
            DataType::Float64 => {
                let ratios = column.f64()?;
                (Kind::Ratio, Values::of(|| ratios.iter().map(|value| value.map(f64::to_bits))))
            }
            DataType::Date => (Kind::Date, packed(column.date()?.physical())),
            DataType::Boolean => {
                let flags = column.bool()?;
                (Kind::Boolean, Values::of(|| flags.iter()))
            }
            other => {
                let told = format!("the column {} is {other}, which no source yields", column.name());
                return Err(PolarsError::SchemaMismatch(told.into()));
            }
        };
        Ok(Self { name: column.name().to_string(), kind, values })
    }

    /// The column; one whose rows are all the same takes no memory a row.
    fn into_column(mut self) -> PolarsResult<Column> {
        let rows = self.values.rows;
        // Texts as they come may differ and be of one length.
        if rows > 1 && self.values.is_same() && !matches!(self.kind, Kind::Spelled(_)) {
            self.values.rows = 1;
            let one = self.into_series()?;
            let same = Scalar::new(one.dtype().clone(), one.get(0)?.into_static());
            return Ok(Column::new_scalar(one.name().clone(), same, rows));
        }
        Ok(self.into_series()?.into_column())
    }

    fn into_series(self) -> PolarsResult<Series> {
        let name = self.name.as_str().into();
        let values = &self.values;
        Ok(match self.kind {
            Kind::Text(words) => {
                let rows = UInt32Chunked::from_iter_options("".into(), values.each());
                text_column(name, &words, &rows)?.into_series()
            }
            Kind::Spelled(all) => {
                let mut rest = all.as_ref();
                let texts = values.each().map(|length| {
                    let (text, behind) = rest.split_at_checked(length?)?;
                    rest = behind;
                    Some(text)
                });
                StringChunked::from_iter_options(name, texts).into_series()
            }
            Kind::Integer => Int64Chunked::from_iter_options(name, values.each()).into_series(),
            Kind::Origin => UInt32Chunked::from_iter_options(name, values.each()).into_series(),
            Kind::Decimal { precision, scale } => {
                let units = Int128Chunked::from_iter_options(name, values.each());
                units.into_decimal(precision, scale)?.into_series()
            }
            Kind::Ratio => {
                let values = values.each().map(|bits| bits.map(f64::from_bits));
                Float64Chunked::from_iter_options(name, values).into_series()
            }
            Kind::Date => Int32Chunked::from_iter_options(name, values.each()).into_date().into_series(),
            Kind::Boolean => {
                let flags = values.each::<i128>().map(|flag| flag.map(|flag| flag != 0));
                BooleanChunked::from_iter_options(name, flags).into_series()
            }
        })
    }
}

fn packed<T>(values: &ChunkedArray<T>) -> Values<'static>
where
    T: PolarsNumericType,
    T::Native: Into<i128>,
{
    Values::of(|| values.iter())
}

fn texts(texts: &StringChunked) -> (Kind<'static>, Values<'static>) {
    let mut words: Distinct<&str> = Distinct::default();
    let mut rows = Vec::with_capacity(texts.len());
    for text in texts.iter() {
        rows.push(text.map(|text| words.number(text, || text)));
        if words.len() > MOST {
            return spelled(texts);
        }
    }
    let words = words.into_texts().into_iter().map(str::to_owned).collect();
    (Kind::Text(words), Values::of(|| rows.iter().copied()))
}

fn spelled(texts: &StringChunked) -> (Kind<'static>, Values<'static>) {
    let mut all = String::new();
    texts.iter().flatten().for_each(|text| all.push_str(text));
    // No memory holds more than a signed number counts.
    let lengths = || texts.iter().map(|text| text.and_then(|text| i64::try_from(text.len()).ok()));
    (Kind::Spelled(all.into()), Values::of(lengths))
}

#[cfg(test)]
mod tests {
    use polars::prelude::{AnyValue, NamedFrom};

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
    fn values_take_as_few_bytes_as_they_need() {
        let largest = 10_i128.pow(38) - 1;
        for (values, width) in [
            (vec![], 0),
            (vec![None, None], 0),
            (vec![Some(7), None, Some(7)], 0),
            (vec![Some(-128), Some(127)], 1),
            (vec![Some(1 << 40), None, Some((1 << 40) + 256)], 2),
            (vec![Some(0), Some(1 << 31)], 4),
            (vec![Some(i128::from(i64::MIN)), Some(i128::from(i64::MAX))], 8),
            (vec![Some(-largest), Some(largest), Some(0)], 16),
        ] {
            let stored = Values::of(|| values.iter().copied());
            assert_eq!((stored.width, stored.bytes.0.len()), (width, values.len() * usize::from(width)));
            assert_eq!(stored.each::<i128>().collect::<Vec<_>>(), values);
        }
    }

    #[test]
    fn a_column_of_one_value_takes_no_memory_a_row() {
        let scalar = |name: &str, of: DataType, value: AnyValue<'static>| {
            Column::new_scalar(name.into(), Scalar::new(of, value), 20)
        };
        let frame = DataFrame::new(
            20,
            vec![
                scalar("text", DataType::String, AnyValue::StringOwned("万元".into())),
                scalar("none", DataType::String, AnyValue::Null),
                scalar("amount", DataType::Decimal(38, 8), AnyValue::Decimal(5, 38, 8)),
                scalar("day", DataType::Date, AnyValue::Date(19_000)),
                Series::new("spelled".into(), vec![Some("a"); 20]).into_column(),
                Series::new("empty".into(), vec![None::<f64>; 20]).into_column(),
            ],
        )
        .unwrap();
        let bytes = postcard::to_stdvec(&Holder(frame.clone())).unwrap();
        assert!(bytes.len() < 200, "{}", bytes.len());
        let again = there_and_back(frame.clone());
        assert_eq!(again.schema(), frame.schema());
        assert!(again.equals_missing(&frame));
        assert!(again.columns().iter().all(|column| matches!(column, Column::Scalar(_))));
    }

    #[test]
    fn texts_of_one_length_stay_apart() {
        let texts = (0..MOST + 9).map(|row| Some(format!("{row:09}")));
        let column = StringChunked::from_iter_options("t".into(), texts);
        let frame = DataFrame::new(column.len(), vec![column.into_series().into_column()]).unwrap();
        assert!(there_and_back(frame.clone()).equals_missing(&frame));
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
