//! What the cells of one column are, counted over all rows of data.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::{read_date, read_part_of_year, read_period};
use crate::table::{address, column_letters};
use crate::text::without_footnote_signs;

use super::super::columns::{GrowthWords, Percent, growth, number};
use super::super::grid::{Cell, CellValue, Grid};
use super::super::header::HeaderColumn;
use super::super::layout::is_blank;
use super::names::{
    FLAGS, is_absent, is_code, is_day_header, is_growth, is_index, is_period_header, is_total, is_year,
};

/// Different texts of a column that are kept.
const KEPT: usize = 20_000;

/// A column with its counts.
pub(super) struct ColumnFacts {
    pub(super) header: HeaderColumn,
    pub(super) filled: usize,
    pub(super) numbers: usize,
    /// Cells whose format is a percentage or that print its sign.
    pub(super) percents: usize,
    /// Cells that are no whole year.
    pub(super) years: usize,
    pub(super) dates: usize,
    pub(super) periods: usize,
    pub(super) digits: usize,
    /// The length of texts of digits, where all are alike.
    pub(super) width: Option<usize>,
    /// Number cells, which keep no zeros in front.
    pub(super) bare_numbers: usize,
    /// Number cells that are days of this century, as a workbook counts them.
    pub(super) serials: usize,
    /// The most digits of a text of digits.
    pub(super) longest: usize,
    /// Numbers between -2 and 2.
    pub(super) small: usize,
    pub(super) missing: BTreeMap<String, Seen>,
    /// Texts that are neither numbers nor markers, with their places.
    pub(super) texts: BTreeMap<String, Seen>,
    /// All printed values.
    pub(super) values: BTreeSet<String>,
    /// Flags of Eurostat behind numbers.
    pub(super) flags: BTreeSet<&'static str>,
    /// Signs of footnotes behind numbers.
    pub(super) notes: BTreeSet<String>,
    /// Parts of a year, as 1月, below a header that says that they are.
    pub(super) parts: usize,
    /// Totals among its texts.
    pub(super) totals: usize,
    /// Where the year stands of a column of parts of it.
    pub(super) year: Option<String>,
    /// What the empty cells of a column say by row, where each stands below what holds of it too.
    pub(super) down: BTreeMap<u32, String>,
    /// Whether it holds figures by its header, though every cell says that there is none.
    pub(super) among_figures: bool,
}

/// How often something was met, and where first.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) times: usize,
    pub(super) first: String,
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Empty,
    Figures,
    Period,
    Date,
    Code,
    Text,
}

/// How many levels of a header say something.
pub(super) fn deepest(facts: &ColumnFacts) -> usize {
    facts.header.levels.iter().rposition(|text| !text.trim().is_empty()).map_or(1, |at| at + 1)
}

impl ColumnFacts {
    /// Counts the cells of a column in rows of data.
    pub(super) fn count(grid: &Grid, header: &HeaderColumn, rows: &[u32], decimal: char) -> Self {
        let mut facts = Self {
            header: header.clone(),
            filled: 0,
            numbers: 0,
            percents: 0,
            years: 0,
            dates: 0,
            periods: 0,
            digits: 0,
            width: None,
            bare_numbers: 0,
            serials: 0,
            longest: 0,
            small: 0,
            missing: BTreeMap::new(),
            texts: BTreeMap::new(),
            values: BTreeSet::new(),
            flags: BTreeSet::new(),
            notes: BTreeSet::new(),
            parts: 0,
            totals: 0,
            year: None,
            down: BTreeMap::new(),
            among_figures: false,
        };
        let mut widths = BTreeSet::new();
        for row in rows {
            let Some(cell) = grid.cell(*row, header.col).filter(|cell| !is_blank(cell)) else { continue };
            facts.cell(&cell, decimal, &mut widths);
        }
        facts.width = widths.first().copied().filter(|_| widths.len() == 1);
        facts
    }

    fn cell(&mut self, cell: &Cell<'_>, decimal: char, widths: &mut BTreeSet<usize>) {
        let text = cell.printed().trim().to_owned();
        let place = address(cell.row, cell.col);
        self.filled += 1;
        let note = |seen: &mut Seen| {
            seen.times += 1;
            if seen.first.is_empty() {
                seen.first = place;
            }
        };
        let is_text = matches!(cell.value, CellValue::Text(_));
        if let CellValue::Number(number) = cell.value {
            self.bare_numbers += 1;
            // 1 January 2000 to 31 December 2049.
            self.serials += usize::from(number.fract() == 0.0 && (36_526.0..54_789.0).contains(&number));
        }
        if is_text && is_absent(&text) {
            note(self.missing.entry(text).or_default());
            return;
        }
        self.years += usize::from(is_year(&text));
        self.totals += usize::from(is_total(&text));
        let months = is_period_header(&self.header.name());
        let part = is_text && months && read_period(&text).is_err();
        self.parts += usize::from(part && read_part_of_year(&text, 2000).is_some());
        if !matches!(cell.value, CellValue::Number(_)) || is_year(&text) || months {
            // A month or a year is no day, though a date may be read from it.
            let longer = read_period(&text).is_ok_and(|period| period.start != period.end);
            self.dates += usize::from(!longer && read_date(&text).is_ok());
            self.periods += usize::from(read_period(&text).is_ok());
        }
        if text.chars().all(|sign| sign.is_ascii_digit()) {
            self.digits += 1;
            widths.insert(text.chars().count());
            self.longest = self.longest.max(text.chars().count());
        }
        let header = self.header.name();
        let words = if is_index(&header) { GrowthWords::Index } else { GrowthWords::Percent };
        let read = if is_growth(&header) { growth(cell, decimal, words) } else { number(cell, decimal) };
        match read {
            Ok(read) => {
                self.numbers += 1;
                let signed = is_text && read.percent == Percent::Sign;
                self.percents += usize::from(cell.percent || signed);
                let limit = 10_i128.checked_pow(read.value.scale).and_then(|one| one.checked_mul(2));
                let small = limit.is_some_and(|limit| read.value.units.abs() < limit);
                self.small += usize::from(small);
            }
            Err(_) if self.flagged(cell, &text, decimal) => {}
            Err(_) => {
                let bare = without_footnote_signs(&text).trim();
                let plain = Cell { value: CellValue::Text(bare.into()), ..*cell };
                if bare.len() < text.len() && number(&plain, decimal).is_ok() {
                    self.numbers += 1;
                    self.notes.extend(text.get(bare.len()..).map(|sign| sign.trim().to_owned()));
                } else {
                    note(self.texts.entry(text.clone()).or_default());
                }
            }
        }
        if self.values.len() < KEPT {
            self.values.insert(text);
        }
    }

    /// Counts a number with a flag of Eurostat behind it, and `: c` as a marker.
    fn flagged(&mut self, cell: &Cell<'_>, text: &str, decimal: char) -> bool {
        if text.starts_with(": ") && text.chars().count() == 3 {
            let seen = self.missing.entry(text.to_owned()).or_default();
            seen.times += 1;
            if seen.first.is_empty() {
                seen.first = address(cell.row, cell.col);
            }
            return true;
        }
        let found = FLAGS.iter().find_map(|(flag, _)| Some((*flag, text.strip_suffix(flag)?)));
        let Some((flag, bare)) = found else { return false };
        let plain = Cell { value: CellValue::Text(bare.trim().into()), ..*cell };
        if number(&plain, decimal).is_err() {
            return false;
        }
        self.numbers += 1;
        self.flags.insert(flag);
        true
    }

    /// Filled cells that are no marker of a missing figure.
    pub(super) fn said(&self) -> usize {
        self.filled - self.missing.values().map(|seen| seen.times).sum::<usize>()
    }

    pub(super) fn class(&self) -> Class {
        let said = self.said();
        if self.among_figures {
            return Class::Figures;
        }
        if said == 0 {
            return Class::Empty;
        }
        let most = |count: usize| count * 10 >= said * 9;
        let name = self.header.name();
        if self.year.is_some() && self.parts > 0 && self.parts + self.periods + self.totals == said {
            return Class::Period;
        }
        if self.is_serial() {
            return Class::Date;
        }
        // 202301 and 2023.01 are numbers too; that they are months the header says.
        if is_period_header(&name) && self.periods == said {
            return if self.dates == said { Class::Date } else { Class::Period };
        }
        if most(self.years) || (most(self.periods) && self.numbers < said) {
            return if most(self.dates) && self.years == 0 { Class::Date } else { Class::Period };
        }
        if most(self.dates) && self.numbers < said {
            return Class::Date;
        }
        if most(self.digits) && is_code(&name) {
            return Class::Code;
        }
        if self.numbers * 5 >= said * 3 { Class::Figures } else { Class::Text }
    }

    /// Whether it holds days as numbers below a header that says so.
    pub(super) fn is_serial(&self) -> bool {
        let said = self.said();
        said > 0 && self.serials == said && is_day_header(&self.header.name())
    }

    pub(super) fn letters(&self) -> String {
        column_letters(self.header.col)
    }

    /// How many cells are numbers, which are not, and where.
    pub(super) fn told(&self) -> String {
        let mut told = format!("{}: {} of {} cells are numbers", self.letters(), self.numbers, self.filled);
        for (text, seen) in self.missing.iter().chain(&self.texts).take(3) {
            told = format!("{told}; {} × {text} ({})", seen.times, seen.first);
        }
        told
    }
}
