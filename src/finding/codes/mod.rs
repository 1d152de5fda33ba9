//! The one list of all codes, a file per area. Letters: F file, L layout, U unit, C cell, R row, T check,
//! V vintage, X rates, S step, P pipeline, O output.

pub mod checks;
pub mod drift;
pub mod ingest;
pub mod pipeline;
pub mod rates;
pub mod report;
pub mod source;
pub mod transform;

use super::Code;

/// All codes, area by area.
pub const ALL: &[&[&Code]] = &[
    ingest::LIST,
    source::LIST,
    drift::LIST,
    rates::LIST,
    transform::LIST,
    checks::LIST,
    report::LIST,
    pipeline::LIST,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache entry names its codes by id, so a code outside the list could not be read back.
    #[test]
    fn every_code_is_in_the_list() {
        let written: usize = [
            include_str!("ingest.rs"),
            include_str!("source.rs"),
            include_str!("drift.rs"),
            include_str!("rates.rs"),
            include_str!("transform.rs"),
            include_str!("checks.rs"),
            include_str!("report.rs"),
            include_str!("pipeline.rs"),
        ]
        .iter()
        .map(|text| text.matches(": Code = ").count())
        .sum();
        assert_eq!(ALL.iter().copied().flatten().count(), written);
    }

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
