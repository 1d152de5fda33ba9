//! Which columns hold figures, and what the levels of their headers mean.

use std::collections::BTreeSet;

use crate::measure::{is_period_word, read_part_of_year, read_period};
use crate::text::fold;

use super::super::header::Standing;
use super::column::{Class, ColumnFacts, deepest};
use super::fields::header_of;
use super::known::Taken;
use super::names::{is_growth, is_index, is_rate, is_share, is_unit_alone, measure_name};
use super::pairs::{Written, is_over_members};
use super::settings::{is_first_of_month, marks, matched};
use super::sketch::Scene;
use super::units::UnitsFound;
use super::{Line, LineValue, quoted};

/// Members of a header that are listed one by one; more are matched by their form.
pub(super) const LISTED: usize = 12;

/// What is open of figures of the months so far.
const CUMULATIVE: &str = "累计 counts the months so far: what is the period of these figures? Below a title \
    with the month, dim.time_period from this level of the header with `year = \"title\"` reads 当月 and 累计";

/// Whether another line of the block says which months 累计 counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SoFar {
    Said,
    Open,
}

/// The name of a measure before it is told apart from others: by what its header says, and by its column.
pub(super) fn base_name(kind: Meant, text: &str, column: Option<&ColumnFacts>) -> String {
    match kind {
        Meant::Growth => "stated_growth".to_owned(),
        Meant::Share => "stated_share".to_owned(),
        Meant::Amount => measure_name(text, &column.map(ColumnFacts::letters).unwrap_or_default()),
    }
}

/// What is open of figures that look like exchange rates.
const RATES: &str =
    "an exchange rate is no amount: a file of rates is read under [rates.NAME], not as a source";

/// What kind of figure a header means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meant {
    Amount,
    Growth,
    Share,
}

pub(super) fn meant(text: &str) -> Meant {
    if is_growth(text) {
        Meant::Growth
    } else if is_share(text) {
        Meant::Share
    } else {
        Meant::Amount
    }
}

/// The columns of figures of a table.
pub(super) struct Figures<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) columns: Vec<&'a ColumnFacts>,
    /// Rows of data.
    pub(super) rows: &'a [u32],
    /// Where the year stands that completes months of the header.
    pub(super) year: Option<String>,
    /// Where the month stands that tells 当月 from 累计.
    pub(super) month: Option<String>,
    pub(super) units: UnitsFound<'a>,
    /// The headers that are proposed to belong to others.
    pub(super) pairs: &'a [Written],
}

/// A measure that was proposed.
pub(super) struct Made<'a> {
    pub(super) name: String,
    pub(super) columns: Vec<&'a ColumnFacts>,
    pub(super) by: By,
}

/// How a measure says which columns it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Header,
    Level,
}

impl<'a> Figures<'a> {
    /// The lines of the dimensions that stand in the header, and of the measures.
    pub(super) fn lines(&self, taken: &mut Taken) -> Vec<Line> {
        let (plain, paired): (Vec<&ColumnFacts>, Vec<&ColumnFacts>) =
            self.columns.iter().partition(|facts| facts.header.standing == Standing::Alone);
        let depth = plain.iter().map(|facts| deepest(facts)).max().unwrap_or(1);
        let mut made = Vec::new();
        let by_words = if depth == 1 { self.by_month_words(&plain, taken, &mut made) } else { None };
        let mut lines = if let Some(lines) = by_words {
            lines
        } else if depth == 1 {
            self.flat(&plain, taken, &mut made)
        } else {
            self.tree_and_others(&plain, depth, (taken, &mut made))
        };
        lines.extend(self.paired(&paired, &made, taken));
        lines
    }

    /// A header of several levels, and beside it columns of growth that have one.
    fn tree_and_others(
        &self,
        plain: &[&'a ColumnFacts],
        depth: usize,
        (taken, made): (&mut Taken, &mut Vec<Made<'a>>),
    ) -> Vec<Line> {
        let alone = |facts: &&&ColumnFacts| {
            let single = deepest(facts) == 1 || is_unit_alone(facts.header.own());
            single && meant(facts.header.level(1)) != Meant::Amount
        };
        let own: Vec<&ColumnFacts> = plain.iter().filter(alone).copied().collect();
        let tree: Vec<&ColumnFacts> = plain.iter().filter(|facts| !alone(facts)).copied().collect();
        let (over, tree): (Vec<&ColumnFacts>, Vec<&ColumnFacts>) =
            tree.into_iter().partition(|facts| is_over_members(facts));
        let mut lines = self.tree(&tree, depth, (taken, made));
        let measure = lines.iter_mut().find(|line| line.key.starts_with("measure."));
        if let (Some(line), Some(first)) = (measure, over.first()) {
            let letters: Vec<String> = over.iter().map(|facts| facts.letters()).collect();
            let told = format!(
                "{} ({}) are not read: which columns they belong to is for `table.pair` to say",
                letters.join(", "),
                first.header.level(1)
            );
            line.decide_also(&told);
        }
        let only = tree.first().and_then(|facts| self.only(&tree, facts.header.level(1)));
        for facts in own {
            let mut line = self.single(facts, taken);
            if let (LineValue::Measure { settings, .. }, Some((only, dim))) = (&mut line.value, &only) {
                settings.push_str(only);
                line.decide = format!("the column names no {dim}; the first one is taken");
            }
            lines.push(line);
        }
        lines
    }

    /// The first member of the header as the only one that a column without members goes with: it must not
    /// stand once more beside each of them.
    fn only(&self, tree: &[&ColumnFacts], first: &str) -> Option<(String, String)> {
        let coverage = self.scene.coverage(tree.iter().map(|facts| facts.header.level(1)));
        let list = coverage.whole()?;
        let code = self.scene.lists.get(list)?.code_of(first)?;
        let dim = singular(list);
        Some((format!(", only = {{ {dim} = {} }}", quoted(code)), dim))
    }

    /// One header row: the members of one dimension, or a measure each.
    fn flat(&self, columns: &[&'a ColumnFacts], taken: &mut Taken, made: &mut Vec<Made<'a>>) -> Vec<Line> {
        let amounts: Vec<&ColumnFacts> =
            columns.iter().filter(|facts| meant(facts.header.level(1)) == Meant::Amount).copied().collect();
        let texts: Vec<&str> = amounts.iter().map(|facts| facts.header.level(1)).collect();
        let distinct: BTreeSet<String> = texts.iter().map(|text| fold(text)).collect();
        let member = ((amounts.len() >= 2 || !self.pairs.is_empty()) && distinct.len() == texts.len())
            .then(|| self.member(1, &texts, taken))
            .flatten();
        let mut lines = Vec::new();
        match member {
            Some(line) => {
                lines.push(line);
                let matched = matched(&texts);
                let name = taken.name("obs_value");
                lines.push(self.measure(
                    (&name, &format!("from = \"level:1\", {matched}")),
                    &amounts,
                    (Meant::Amount, SoFar::Open),
                ));
                made.push(Made { name, columns: amounts, by: By::Level });
            }
            None => {
                for facts in amounts {
                    let line = self.single(facts, taken);
                    let name = line.key.trim_start_matches("measure.").to_owned();
                    made.push(Made { name, columns: vec![facts], by: By::Header });
                    lines.push(line);
                }
            }
        }
        let others = columns.iter().filter(|facts| meant(facts.header.level(1)) != Meant::Amount);
        lines.extend(others.map(|facts| self.single(facts, taken)));
        lines
    }

    /// Whether the texts of the last level are the members of a dimension and no measures: periods, or names of a
    /// code list that are too many to be measures each.
    fn are_members(&self, texts: &[&str]) -> bool {
        let periods = texts.iter().filter(|text| self.is_period(text)).count();
        let many = texts.len() > LISTED && self.scene.coverage(texts.iter().copied()).knows_half();
        // 累计值 alone above figures and growth tells no periods apart.
        let lone_word = matches!(texts, [one] if is_period_word(one));
        !texts.is_empty() && ((periods == texts.len() && !lone_word) || many)
    }

    /// Levels of the header as dimensions, the last one as measures.
    fn tree(
        &self,
        columns: &[&'a ColumnFacts],
        depth: usize,
        (taken, made): (&mut Taken, &mut Vec<Made<'a>>),
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        let texts_at = |level: usize| -> Vec<&str> {
            let mut texts: Vec<&str> = Vec::new();
            for facts in columns {
                let text = facts.header.level(level);
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
            texts
        };
        let mut last = texts_at(depth);
        last.retain(|text| meant(text) == Meant::Amount);
        let of_periods = self.are_members(&last);
        for level in 1..=depth - usize::from(!of_periods) {
            let texts = texts_at(level);
            if texts.len() < 2 && level != 1 && !of_periods {
                continue;
            }
            let line = self.member(level, &texts, taken).unwrap_or_else(|| {
                let name = taken.name(if level == 1 { "heading" } else { "subheading" });
                let missed = self.scene.coverage(texts.iter().copied()).told();
                Line::plain(format!("dim.{name}"), format!("{{ from = \"level:{level}\" }}"))
                    .because(format!("header level {level}: {}", some(&texts)))
                    .decide(missed)
            });
            lines.push(line);
        }
        let upper = |facts: &ColumnFacts| -> Vec<String> {
            (1..depth).map(|level| fold(facts.header.level(level))).collect()
        };
        for kind in [Meant::Amount, Meant::Growth, Meant::Share] {
            let of_kind: Vec<&ColumnFacts> =
                columns.iter().filter(|facts| meant(facts.header.level(depth)) == kind).copied().collect();
            let groups: BTreeSet<Vec<String>> = of_kind.iter().map(|facts| upper(facts)).collect();
            let mut texts: Vec<&str> = Vec::new();
            for facts in &of_kind {
                if !texts.contains(&facts.header.level(depth)) {
                    texts.push(facts.header.level(depth));
                }
            }
            if texts.is_empty() {
                continue;
            }
            let split = !of_periods && groups.len() < of_kind.len();
            let parts: Vec<Vec<&str>> =
                if split { texts.iter().map(|text| vec![*text]).collect() } else { vec![texts] };
            for part in parts {
                let own: Vec<&ColumnFacts> = of_kind
                    .iter()
                    .filter(|facts| part.contains(&facts.header.level(depth)))
                    .copied()
                    .collect();
                let text = part.first().filter(|_| split);
                let base = match (kind, text) {
                    (Meant::Amount, None) => "obs_value".to_owned(),
                    (_, text) => base_name(kind, text.map_or("", |text| text), own.first().copied()),
                };
                let name = taken.name(&base);
                let from = format!("from = \"level:{depth}\", {}", matched(&part));
                lines.push(self.measure((&name, &from), &own, (kind, SoFar::Open)));
                if kind == Meant::Amount {
                    made.push(Made { name, columns: own, by: By::Level });
                }
            }
        }
        lines
    }

    /// Whether a text of the header is a period, by itself or with the year of the title.
    fn is_period(&self, text: &str) -> bool {
        // Any year will do to see whether the text is a part of one.
        read_period(text).is_ok()
            || (self.year.is_some() && read_part_of_year(text, 2000).is_some())
            || (self.month.is_some() && is_period_word(text))
    }

    /// A dimension whose members stand in one level of the header, where a code list or the form of periods
    /// knows them all.
    fn member(&self, level: usize, texts: &[&str], taken: &mut Taken) -> Option<Line> {
        let seen = format!("header level {level}: {}", some(texts));
        if texts.iter().all(|text| self.is_period(text)) {
            let name = taken.name("time_period");
            let whole = texts.iter().all(|text| read_period(text).is_ok());
            let words = texts.iter().any(|text| is_period_word(text));
            let place = if words { &self.month } else { &self.year }.as_ref().filter(|_| !whole);
            let year = place.map_or_else(String::new, |place| format!(", year = {}", quoted(place)));
            // A workbook keeps a month as its first day.
            let firsts = texts.iter().all(|text| is_first_of_month(text));
            let part = if firsts { r", match = '/^(?<time_period>\d{4}-\d{2})-01$/'" } else { "" };
            let settings = format!("{{ from = \"level:{level}\", type = \"period\"{part}{year} }}");
            let line = Line::plain(format!("dim.{name}"), settings).because(seen);
            let open = "first days of months are taken for the months";
            return Some(if firsts { line.decide(open) } else { line });
        }
        let coverage = self.scene.coverage(texts.iter().copied());
        let list = coverage.whole()?;
        let name = taken.name(&singular(list));
        let settings = format!("{{ from = \"level:{level}\", codes = {} }}", quoted(list));
        Some(Line::plain(format!("dim.{name}"), settings).because(seen))
    }

    /// A measure of one column.
    fn single(&self, facts: &ColumnFacts, taken: &mut Taken) -> Line {
        let kind = meant(&facts.header.name());
        let header = header_of(&facts.header);
        let name = taken.name(&base_name(kind, &facts.header.name(), Some(facts)));
        self.measure((&name, &format!("from = {header}")), &[facts], (kind, SoFar::Open))
    }

    pub(super) fn measure(
        &self,
        (name, from): (&str, &str),
        columns: &[&ColumnFacts],
        (kind, so_far): (Meant, SoFar),
    ) -> Line {
        let mut decide = String::new();
        let mut missing: Vec<String> = Vec::new();
        let mut told: Vec<String> = columns.iter().take(2).map(|facts| facts.told()).collect();
        if columns.len() > 2 {
            told.push(format!("{} columns in all", columns.len()));
        }
        let settings = match kind {
            Meant::Amount => {
                let unit = self.scene.unit(columns, (&self.units, &self.columns), self.rows);
                decide = unit.open;
                told.extend((!unit.evidence.is_empty()).then_some(unit.evidence));
                missing.extend(unit.markers);
                format!("{from}, type = \"amount\", {}", unit.setting)
            }
            Meant::Growth | Meant::Share => {
                let numbers: usize = columns.iter().map(|facts| facts.numbers).sum();
                let small: usize = columns.iter().map(|facts| facts.small).sum();
                let percents: usize = columns.iter().map(|facts| facts.percents).sum();
                let index =
                    kind == Meant::Growth && columns.iter().all(|facts| is_index(&facts.header.name()));
                let signed = columns.iter().any(|facts| facts.header.name().contains(['%', '％']));
                // A growth of more than 200 % is rare, and so is one of less than 2 % in nine of ten cells.
                let fraction = small * 10 >= numbers * 9 && percents == 0 && !signed;
                if index {
                    // 105,3 in a column called «в % к» is growth of 5.3 %.
                } else if fraction {
                    decide.push_str("fraction (0.13 is 13 %) or percent: all numbers lie within ±2");
                } else if !signed && percents == 0 {
                    decide.push_str(
                        "percent (13 is 13 %) or index (113 is growth of 13 %): the header has no %",
                    );
                }
                let word = match (index, fraction) {
                    (true, _) => "index",
                    (false, true) => "fraction",
                    (false, false) => "percent",
                };
                format!("{from}, type = \"{word}\"")
            }
        };
        let settings = format!("{settings}{}", marks(columns));
        missing.extend(columns.iter().flat_map(|facts| facts.missing.keys().cloned()));
        missing.sort();
        missing.dedup();
        let markers = missing.join(" ");
        let cumulative = |facts: &&ColumnFacts| {
            let says = facts.header.levels.iter().any(|text| text.contains("累计") && !self.is_period(text));
            says && !facts.header.levels.iter().any(|text| self.is_period(text))
        };
        let cumulative = kind == Meant::Amount && columns.iter().any(cumulative);
        let mut line = Line::new(format!("measure.{name}"), LineValue::Measure { settings, missing })
            .because(told.join("; "))
            .decide(decide);
        if so_far == SoFar::Open && cumulative {
            line.decide_also(CUMULATIVE);
        }
        if kind == Meant::Amount && columns.iter().any(|facts| is_rate(&facts.header.name())) {
            line.decide_also(RATES);
        }
        if !markers.is_empty() {
            let open = "no figure: O missing, L not collected, M cannot exist, Q suppressed";
            line.decide_also(&format!("{markers} is {open}"));
        }
        line
    }
}

fn some(texts: &[&str]) -> String {
    let shown: Vec<&str> = texts.iter().take(4).copied().filter(|text| !text.is_empty()).collect();
    let more = if texts.len() > 4 { format!(" and {} more", texts.len() - 4) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// The name of a dimension that holds codes of a list: `flows` gives `flow`.
pub(super) fn singular(list: &str) -> String {
    list.strip_suffix('s').unwrap_or(list).to_owned()
}

/// Whether a column holds figures.
pub(super) fn holds_figures(facts: &ColumnFacts) -> bool {
    facts.class() == Class::Figures
}
