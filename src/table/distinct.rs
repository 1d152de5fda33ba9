//! Distinct texts, each kept once and numbered in the order in which it is first met.

use std::borrow::Borrow;
use std::hash::Hash;

use polars::prelude::{
    AnyValue, ChunkFullNull, ChunkTake, ChunkedBuilder, Column, DataType, IntoColumn, IntoSeries,
    NewChunkedArray, PlHashMap, PlSmallStr, PolarsResult, PrimitiveChunkedBuilder, Scalar, StringChunked,
    StringChunkedBuilder, UInt32Chunked, UInt32Type,
};

/// Most distinct texts of a column that are told apart; one with more hardly repeats itself, and what is kept of
/// every text would take more than it saves.
pub(crate) const MOST: usize = 1 << 16;

/// Texts by number. They are found by hash and never walked in its order, so numbers are the same in every run.
#[derive(Debug)]
pub(crate) struct Distinct<T> {
    numbers: PlHashMap<T, u32>,
    texts: Vec<T>,
    /// The number of the text that was asked for last: rows often repeat the one before.
    last: u32,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { numbers: PlHashMap::default(), texts: Vec::new(), last: 0 }
    }
}

impl<T: Borrow<str> + Clone + Eq + Hash> Distinct<T> {
    /// The number of a text; `own` makes what is kept of one that is new.
    pub(crate) fn number(&mut self, text: &str, own: impl FnOnce() -> T) -> u32 {
        if self.text(self.last).is_some_and(|last| last.borrow() == text) {
            return self.last;
        }
        self.last = if let Some(number) = self.numbers.get(text) {
            *number
        } else {
            // Fewer than 2³² texts fit into memory.
            let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
            let kept = own();
            self.texts.push(kept.clone());
            self.numbers.insert(kept, number);
            number
        };
        self.last
    }

    /// The text of a number.
    fn text(&self, number: u32) -> Option<&T> {
        usize::try_from(number).ok().and_then(|number| self.texts.get(number))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// All texts in the order of their numbers.
    pub(crate) fn into_texts(self) -> Vec<T> {
        self.texts
    }
}

/// A column in which each row has the text of its number; rows of one text share its bytes.
pub(crate) fn text_column<T: AsRef<str>>(
    name: PlSmallStr,
    texts: &[T],
    numbers: &UInt32Chunked,
) -> PolarsResult<StringChunked> {
    if texts.is_empty() {
        return Ok(StringChunked::full_null(name, numbers.len()));
    }
    StringChunked::from_iter_values(name, texts.iter().map(AsRef::as_ref)).take(numbers)
}

/// A text column that grows by rows.
pub(crate) enum TextBuilder<T> {
    /// Each distinct text once, and its number in each row.
    Repeating(PlSmallStr, Distinct<T>, PrimitiveChunkedBuilder<UInt32Type>),
    /// Every text as it comes.
    Verbatim(StringChunkedBuilder),
}

impl<T: AsRef<str> + Borrow<str> + Clone + Eq + Hash> TextBuilder<T> {
    /// A column of that name without rows.
    pub(crate) fn new(name: PlSmallStr) -> Self {
        let numbers = PrimitiveChunkedBuilder::new(name.clone(), 0);
        Self::Repeating(name, Distinct::default(), numbers)
    }

    /// Appends a row; `own` makes what is kept of a text that is new.
    pub(crate) fn push(&mut self, text: Option<&str>, own: impl FnOnce(&str) -> T) {
        match self {
            Self::Repeating(name, texts, rows) => {
                rows.append_option(text.map(|text| texts.number(text, || own(text))));
                if texts.len() > MOST {
                    let empty = PrimitiveChunkedBuilder::new(name.clone(), 0);
                    let rows = std::mem::replace(rows, empty).finish();
                    let mut spelled = StringChunkedBuilder::new(name.clone(), rows.len());
                    for number in rows.iter() {
                        spelled
                            .append_option(number.and_then(|number| texts.text(number)).map(AsRef::as_ref));
                    }
                    *self = Self::Verbatim(spelled);
                }
            }
            Self::Verbatim(rows) => rows.append_option(text),
        }
    }

    /// The column; one of a single text, or of nothing, takes no memory a row.
    pub(crate) fn finish(self) -> PolarsResult<Column> {
        let (name, texts, rows) = match self {
            Self::Repeating(name, texts, rows) => (name, texts.into_texts(), rows.finish()),
            Self::Verbatim(rows) => return Ok(rows.finish().into_series().into_column()),
        };
        let same = match texts.as_slice() {
            [] => Some(AnyValue::Null),
            [one] if rows.null_count() == 0 => Some(AnyValue::StringOwned(one.as_ref().into())),
            _ => None,
        };
        Ok(match same {
            Some(same) => Column::new_scalar(name, Scalar::new(DataType::String, same), rows.len()),
            None => text_column(name, &texts, &rows)?.into_series().into_column(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_many_texts_is_kept_as_it_comes() {
        let texts: Vec<Option<String>> = (0..MOST + 100)
            .map(|row| (row % 7 != 3).then(|| format!("a text that is longer than twelve bytes {row}")))
            .chain([None, Some("last".to_owned())])
            .collect();
        for length in [0, 1, 10, MOST, texts.len()] {
            let mut column = TextBuilder::new("t".into());
            let texts = &texts[..length];
            texts.iter().for_each(|text| column.push(text.as_deref(), str::to_owned));
            let column = column.finish().unwrap();
            let column = column.str().unwrap();
            assert!(column.iter().eq(texts.iter().map(Option::as_deref)), "{length}");
        }
    }
}
