//! Growth and shares whose header stands above the members of another column, or once more under it: which column
//! each belongs to.

use super::super::header::Standing;
use super::super::layout::find_blocks;
use super::super::spec_table::{Pair, PairedWith, TableRule};
use super::column::{ColumnFacts, deepest};
use super::fields::header_of;
use super::header::numbers_open;
use super::known::Taken;
use super::measures::{By, Figures, Made, Meant, SoFar, meant};
use super::names::{is_unit_alone, measure_name};
use super::sketch::Scene;
use super::{Line, as_pattern, quoted};
use crate::measure::{read_part_of_year, read_period};
use crate::text::{Pattern, fold};

/// A setting of `pair`: the header of the columns that belong to others, and where those stand.
pub(super) type Written = (String, String);

impl Scene<'_> {
    /// What `pair` must say so that every such column has the one it belongs to; a header for which nothing is
    /// found is left away.
    pub(super) fn pairs(
        &self,
        columns: &[&ColumnFacts],
        (rule, year): (&TableRule, Option<&str>),
    ) -> Vec<Written> {
        let mut found: Vec<Written> = Vec::new();
        let repeated = columns.iter().find(|facts| is_repeated_growth(columns, facts));
        if let Some(own) =
            repeated.and_then(|facts| facts.header.levels.iter().rfind(|text| !text.is_empty()))
        {
            found.push((as_pattern(own), "left".to_owned()));
        }
        for facts in named_after_left(columns) {
            if !found.iter().any(|(known, _)| *known == facts) {
                found.push((facts, "left".to_owned()));
            }
        }
        let behind = self.behind_members(columns, year, &found);
        found.extend(behind);
        let mut heads: Vec<&str> = Vec::new();
        for facts in columns.iter().filter(|facts| is_over_members(facts)) {
            let head = facts.header.level(1);
            if !heads.iter().any(|known| fold(known) == fold(head)) {
                heads.push(head);
            }
        }
        // A head that says no period takes what those that say one leave.
        heads.sort_by_key(|head| spoken_of(head) == Spoken::Either);
        for head in heads {
            let pattern = as_pattern(head);
            let mut targets = targets(columns, head);
            targets.sort_by_key(|target| found.iter().any(|(_, taken)| taken == target));
            let with = targets.into_iter().find(|target| self.pairs_all(&pattern, target, rule));
            found.extend(with.map(|with| (pattern, with)));
        }
        found
    }

    /// Columns beside the members of one dimension that are no members, as 2023 г. в % к 2022 г. behind 2023 г. or
    /// 上年同期 behind 1至2月: else they would be read with every member.
    fn behind_members(
        &self,
        columns: &[&ColumnFacts],
        year: Option<&str>,
        found: &[Written],
    ) -> Vec<Written> {
        let flat: Vec<&str> =
            columns.iter().filter(|facts| deepest(facts) == 1).map(|facts| facts.header.level(1)).collect();
        let is_period = |text: &str| {
            read_period(text).is_ok() || (year.is_some() && read_part_of_year(text, 2000).is_some())
        };
        let amounts: Vec<&str> = flat.iter().copied().filter(|text| meant(text) == Meant::Amount).collect();
        let some_period = amounts.iter().any(|text| is_period(text));
        let listed = amounts.len() > 1 && self.coverage(amounts.iter().copied()).whole().is_some();
        if flat.len() < columns.len() || !(some_period || listed) {
            return Vec::new();
        }
        let is_member = |text: &str| if some_period { is_period(text) } else { meant(text) == Meant::Amount };
        let known = |own: &str| {
            found.iter().any(|(header, _)| Pattern::new(header).is_ok_and(|header| header.matches(own)))
        };
        let after_first = flat.iter().copied().skip_while(|text| !is_member(text));
        let others = after_first.filter(|text| !is_member(text) && !known(text));
        others.map(|text| (pattern_of(text), grown(&flat, text, is_period))).collect()
    }

    /// Whether every column under the header belongs to one other by this setting.
    fn pairs_all(&self, header: &str, with: &str, rule: &TableRule) -> bool {
        let (Ok(header), Ok(under)) = (Pattern::new(header), Pattern::new(with)) else { return false };
        let pair = vec![Pair { header: header.clone(), with: PairedWith::Under(under) }];
        let Ok(blocks) = find_blocks(self.grid, &TableRule { pair, ..rule.clone() }) else { return false };
        let mut columns = blocks.iter().take(1).flat_map(|block| &block.columns);
        columns.all(|column| !matches!(column.standing, Standing::Unpaired(_)))
    }
}

/// Where the figure stands that a column behind periods speaks of: on its left, but growth behind 2024年 and 2023年
/// is that of the later one.
fn grown(flat: &[&str], own: &str, is_period: impl Fn(&str) -> bool) -> String {
    let before: Vec<&str> =
        flat.iter().copied().take_while(|text| *text != own).filter(|text| is_period(text)).collect();
    let end = |text: &str| read_period(text).ok().map(|period| period.end);
    let latest = before.iter().copied().max_by_key(|text| end(text));
    match (before.last(), latest) {
        (Some(left), Some(latest)) if meant(own) == Meant::Growth && end(latest) > end(left) => {
            as_pattern(latest)
        }
        _ => "left".to_owned(),
    }
}

/// Whether a header says growth or a share above the members it is told by, as 累计比去年同期±% over 出口 and 进口.
pub(super) fn is_over_members(facts: &ColumnFacts) -> bool {
    let last = deepest(facts);
    let head = meant(facts.header.level(1));
    facts.header.standing == Standing::Alone
        && last > 1
        && head != Meant::Amount
        && !is_unit_alone(facts.header.level(last))
        && meant(facts.header.level(last)) == Meant::Amount
}

/// Headers such as 进口增长率 behind 进口, as patterns with `*` for the name of the column on their left; only where
/// there are several, so that a single one keeps its own name.
fn named_after_left(columns: &[&ColumnFacts]) -> Vec<String> {
    let mut found = Vec::new();
    let mut left: Option<&ColumnFacts> = None;
    for facts in columns.iter().filter(|facts| deepest(facts) == 1) {
        let own = facts.header.level(1);
        if meant(own) == Meant::Amount {
            left = Some(facts);
            continue;
        }
        let name = left.map(|left| left.header.level(1)).filter(|name| own.contains(name) && own != *name);
        found.extend(name.map(|name| as_pattern(&own.replacen(name, "\u{0}", 1)).replace('\u{0}', "*")));
    }
    if found.len() < 2 { Vec::new() } else { found }
}

/// Whether a column of growth has all texts of its header in common with another.
fn is_repeated_growth(columns: &[&ColumnFacts], facts: &ColumnFacts) -> bool {
    let again = columns.iter().filter(|other| other.header.levels == facts.header.levels).count();
    again > 1 && deepest(facts) > 1 && meant(facts.header.level(deepest(facts))) != Meant::Amount
}

/// Headers under which the figures may stand that `head` speaks of, the likeliest first, as patterns that hold of
/// other months too.
fn targets(columns: &[&ColumnFacts], head: &str) -> Vec<String> {
    let mut texts: Vec<&str> = Vec::new();
    for facts in columns.iter().filter(|facts| !is_over_members(facts)) {
        for text in &facts.header.levels {
            if !text.is_empty() && meant(text) == Meant::Amount && !texts.contains(&text.as_str()) {
                texts.push(text);
            }
        }
    }
    let of_several_months = |text: &str| {
        let folded = fold(text);
        folded.contains("累计") || folded.contains(['至', '-', '–'])
    };
    // Growth of which no period is said is mostly that of the months so far.
    let so_far = spoken_of(head) != Spoken::Month;
    texts.sort_by_key(|text| so_far != of_several_months(text));
    texts.into_iter().map(pattern_of).collect()
}

/// Which period a header of growth speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoken {
    Month,
    SoFar,
    Either,
}

fn spoken_of(head: &str) -> Spoken {
    let folded = fold(head);
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match (says(&["累计"]), says(&["当月", "本月", "单月"])) {
        (true, _) => Spoken::SoFar,
        (false, true) => Spoken::Month,
        (false, false) => Spoken::Either,
    }
}

/// A header as a pattern that holds of other months: 8月 is one month, but not 1至8月.
pub(super) fn pattern_of(text: &str) -> String {
    let open = numbers_open(text);
    if open.starts_with('*') && fold(text).starts_with(|sign: char| sign.is_ascii_digit()) {
        let parts = fold(text);
        let digits = parts.split(|sign: char| !sign.is_ascii_digit()).filter(|part| !part.is_empty());
        let mut expression = regex::escape(&parts);
        for part in digits {
            expression = expression.replacen(part, "\\d+", 1);
        }
        return format!("/^{expression}$/");
    }
    open
}

impl<'a> Figures<'a> {
    /// The measures of columns that belong to others, one for each measure of those others.
    pub(super) fn paired(
        &self,
        paired: &[&'a ColumnFacts],
        made: &[Made<'a>],
        taken: &mut Taken,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for one in made {
            for (kind, ending) in [(Meant::Amount, ""), (Meant::Growth, "growth"), (Meant::Share, "share")] {
                let own: Vec<&ColumnFacts> = paired
                    .iter()
                    .copied()
                    .filter(|facts| meant(facts.header.own()) == kind)
                    .filter(|facts| one.columns.iter().any(|column| belongs_to(facts, column)))
                    .collect();
                let Some(first) = own.first() else { continue };
                let several = made.len() > 1;
                let base = match (kind, several) {
                    (Meant::Amount, _) => measure_name(first.header.own(), &first.letters()),
                    (_, true) => format!("{}_{ending}", one.name),
                    (_, false) => format!("stated_{ending}"),
                };
                let name = taken.name(&base);
                let from = match one.by {
                    By::Header => format!("from = {}", header_of(&first.header)),
                    By::Level => {
                        let Standing::Paired(level) = first.header.standing else { continue };
                        format!(
                            "from = \"level:{level}\", match = [{}]",
                            self.own_texts(&own, several).join(", ")
                        )
                    }
                };
                lines.push(self.measure((&name, &from), &own, (kind, SoFar::Open)));
            }
        }
        lines
    }

    /// The texts by which columns that belong to others are told: by their head where one measure has any, else by
    /// what stands under it.
    fn own_texts(&self, own: &[&ColumnFacts], several: bool) -> Vec<String> {
        let mut texts = Vec::new();
        for facts in own {
            let text = facts.header.own();
            let left = self.pairs.iter().find(|(header, with)| {
                with == "left" && Pattern::new(header).is_ok_and(|header| header.matches(text))
            });
            let above = facts.header.levels.iter().rev().nth(1).map_or("", String::as_str);
            let told = match (left, text.rsplit_once('/')) {
                (Some((header, _)), _) if !several => header.clone(),
                (Some((header, _)), _) => format!("*{}/{header}", as_pattern(above)),
                (None, Some((_, under))) if several => format!("*/{}", as_pattern(under)),
                (None, Some((head, _))) => format!("{}/*", as_pattern(head)),
                (None, None) => as_pattern(text),
            };
            let told = quoted(&told);
            if !texts.contains(&told) {
                texts.push(told);
            }
        }
        texts
    }
}

/// Whether a column was joined to this one.
fn belongs_to(facts: &ColumnFacts, other: &ColumnFacts) -> bool {
    let said = |levels: &[String]| -> Vec<String> {
        levels.iter().filter(|text| !text.is_empty()).cloned().collect()
    };
    let mut above = facts.header.levels.clone();
    above.pop();
    said(&above) == said(&other.header.levels)
}
