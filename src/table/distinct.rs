//! Distinct texts, each kept once and numbered in the order in which it is first met.

use std::borrow::Borrow;
use std::hash::Hash;

use polars::prelude::{
    ChunkFullNull, ChunkTake, NewChunkedArray, PlHashMap, PlSmallStr, PolarsResult, StringChunked,
    UInt32Chunked,
};

/// Texts by number. They are found by hash and never walked in its order, so numbers are the same in every run.
#[derive(Debug)]
pub(crate) struct Distinct<T> {
    numbers: PlHashMap<T, u32>,
    texts: Vec<T>,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { numbers: PlHashMap::default(), texts: Vec::new() }
    }
}

impl<T: Borrow<str> + Clone + Eq + Hash> Distinct<T> {
    /// The number of a text; `own` makes what is kept of one that is new.
    pub(crate) fn number(&mut self, text: &str, own: impl FnOnce() -> T) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        // Fewer than 2³² texts fit into memory.
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let kept = own();
        self.texts.push(kept.clone());
        self.numbers.insert(kept, number);
        number
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: u32) -> Option<&T> {
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
