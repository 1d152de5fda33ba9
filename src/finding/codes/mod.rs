//! The one list of all codes, a file per area. Letters: F file, L layout, U unit, C cell, R row, T check,
//! V vintage, X rates, S step, P pipeline, O output.

pub mod checks;
pub mod ingest;
pub mod pipeline;
pub mod rates;
pub mod report;
pub mod source;
pub mod transform;

use super::Code;

/// All codes, area by area.
pub const ALL: &[&[&Code]] =
    &[ingest::LIST, source::LIST, rates::LIST, transform::LIST, checks::LIST, report::LIST, pipeline::LIST];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_every_text_is_written() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ALL.iter().copied().flatten() {
            assert!(seen.insert(code.id), "{} stands twice", code.id);
            for words in [code.title, code.why, code.mend] {
                for text in [words.zh, words.en, words.ru] {
                    assert!(!text.is_empty(), "{} lacks a text", code.id);
                }
            }
        }
    }
}
