//! Headers that tell a month from the months so far in words, as 当月金额 and 累计金额, below a title with the month.

use std::collections::BTreeSet;

use crate::measure::is_period_word;
use crate::text::fold;

use super::column::ColumnFacts;
use super::known::Taken;
use super::measures::{By, Figures, Made, Meant, SoFar, base_name, meant};
use super::{Line, as_pattern, quoted};

/// Words at either end of a header, the longer first.
const WORDS: &[&str] = &["1至本月累计", "1-本月累计", "本月累计", "当月", "本月", "单月", "累计"];

/// A header as its word and what else it says.
fn split(text: &str) -> Option<(&'static str, String)> {
    let folded = fold(text);
    WORDS.iter().find_map(|word| {
        let rest = folded.strip_prefix(word).or_else(|| folded.strip_suffix(word))?;
        (!rest.is_empty() && is_period_word(word)).then(|| (*word, rest.trim().to_owned()))
    })
}

impl<'a> Figures<'a> {
    /// The lines for one header row in which every column of figures says whether it is of the month or of the
    /// months so far, and both are there.
    pub(super) fn by_month_words(
        &self,
        columns: &[&'a ColumnFacts],
        taken: &mut Taken,
        made: &mut Vec<Made<'a>>,
    ) -> Option<Vec<Line>> {
        let place = self.month.as_ref()?;
        let split: Vec<(&'static str, String)> =
            columns.iter().map(|facts| split(facts.header.level(1))).collect::<Option<_>>()?;
        let words: BTreeSet<&str> = split.iter().map(|(word, _)| *word).collect();
        if words.len() < 2 {
            return None;
        }
        let mut alternatives: Vec<&str> = WORDS.iter().copied().filter(|word| words.contains(word)).collect();
        alternatives.dedup();
        let name = taken.name("time_period");
        let settings = format!(
            "{{ from = \"level:1\", match = '/(?<{name}>{})/', type = \"period\", year = {} }}",
            alternatives.join("|"),
            quoted(place)
        );
        let seen = "the month of the title, or January to it";
        let mut lines = vec![Line::plain(format!("dim.{name}"), settings).because(seen)];
        let mut rests: Vec<&String> = Vec::new();
        for (_, rest) in &split {
            if !rests.contains(&rest) {
                rests.push(rest);
            }
        }
        for rest in rests {
            let own: Vec<&ColumnFacts> = columns
                .iter()
                .zip(&split)
                .filter(|(_, (_, other))| other == rest)
                .map(|(facts, _)| *facts)
                .collect();
            let kind = meant(rest);
            let name = taken.name(&base_name(kind, rest, own.first().copied()));
            let texts: Vec<String> =
                own.iter().map(|facts| quoted(&as_pattern(facts.header.level(1)))).collect();
            let from = format!("from = \"level:1\", match = [{}]", texts.join(", "));
            lines.push(self.measure((&name, &from), &own, (kind, SoFar::Said)));
            if kind == Meant::Amount {
                made.push(Made { name, columns: own, by: By::Level });
            }
        }
        Some(lines)
    }
}
