//! Where the unit of a figure stands: in its header, in a column beside it, around the table.

use std::collections::BTreeSet;

use crate::text::likeness;

use super::super::around::bracketed;
use super::super::layout::is_blank;
use super::column::{Class, ColumnFacts};
use super::fields::header_of;
use super::header::is_number;
use super::names::{is_money, is_unit_header};
use super::sketch::Scene;
use super::surroundings::AroundUnit;
use super::{as_pattern, quoted};

/// Everything that may say the unit of the figures of a table.
pub(super) struct UnitsFound<'a> {
    /// Around the table.
    pub(super) around: Option<AroundUnit>,
    /// Columns of units.
    pub(super) columns: Vec<&'a ColumnFacts>,
    /// A column of currencies.
    pub(super) currency: Option<&'a ColumnFacts>,
}

/// What is proposed for some columns.
#[derive(Default)]
pub(super) struct ProposedUnit {
    pub(super) setting: String,
    pub(super) evidence: String,
    /// What a person must decide.
    pub(super) open: String,
    /// Markers that stand for a unit in rows without one.
    pub(super) markers: Vec<String>,
}

impl ProposedUnit {
    fn new(setting: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self { setting: setting.into(), evidence: evidence.into(), ..Self::default() }
    }

    fn open(self, open: impl Into<String>) -> Self {
        Self { open: open.into(), ..self }
    }
}

/// What stands in for a unit that no file names.
const ITEMS: &str = "unit = \"const:项\"";

impl<'a> UnitsFound<'a> {
    /// Columns of units, and one of currencies, beside the figures.
    pub(super) fn new(scene: &Scene<'_>, columns: &'a [ColumnFacts], around: Option<AroundUnit>) -> Self {
        let mut found = Self { around, columns: Vec::new(), currency: None };
        for facts in columns.iter().filter(|facts| facts.class() == Class::Text) {
            let said: Vec<&String> = facts.texts.keys().collect();
            let known = said.iter().filter(|text| scene.names.read_unit(text).is_ok()).count();
            if said.iter().all(|text| scene.names.read_currency(text).is_some()) {
                found.currency.get_or_insert(facts);
            } else if known == said.len() || (is_unit_header(&facts.header.name()) && known * 2 >= said.len())
            {
                found.columns.push(facts);
            }
        }
        found
    }

    /// Whether a column does nothing but say the unit of others.
    pub(super) fn holds(&self, facts: &ColumnFacts) -> bool {
        self.columns.iter().any(|column| column.header.col == facts.header.col)
    }

    /// The column of units that goes with some columns: the nearest; of two, the one called most like them.
    fn beside(&self, columns: &[&ColumnFacts]) -> Option<&'a ColumnFacts> {
        let first = columns.first()?;
        let distance = |unit: &ColumnFacts| {
            columns.iter().map(|facts| facts.header.col.abs_diff(unit.header.col)).min().unwrap_or(u32::MAX)
        };
        let like = |unit: &ColumnFacts| likeness(&unit.header.name(), &first.header.name());
        self.columns
            .iter()
            .copied()
            .min_by(|one, other| distance(one).cmp(&distance(other)).then(like(other).total_cmp(&like(one))))
    }
}

impl Scene<'_> {
    /// What to say of the unit of some columns; `all` are the columns of figures of the table.
    pub(super) fn unit(
        &self,
        columns: &[&ColumnFacts],
        (found, all): (&UnitsFound<'_>, &[&ColumnFacts]),
        rows: &[u32],
    ) -> ProposedUnit {
        let in_header = |facts: &&&ColumnFacts| self.names_unit(facts);
        let headed = columns.iter().filter(in_header).count();
        if headed > 0 && headed == columns.len() {
            return ProposedUnit::new("unit = \"header\"", "unit in the header");
        }
        let rest = self.unheaded(columns, (found, all), rows);
        if headed == 0 {
            return rest;
        }
        let names: BTreeSet<String> =
            columns.iter().filter(in_header).map(|facts| quoted(&as_pattern(&facts.header.name()))).collect();
        let entries: Vec<String> = names.iter().map(|name| format!("{name} = \"header\"")).collect();
        let Some(place) = rest.setting.strip_prefix("unit = ") else { return rest };
        let setting = format!("unit = {{ {}, \"*\" = {place} }}", entries.join(", "));
        ProposedUnit { setting, evidence: format!("unit in the header or {}", rest.evidence), ..rest }
    }

    /// Whether the header of a column names its unit: in brackets, or as money with a multiplier, such as
    /// 人民币(万). A letter such as M, which means metres elsewhere, names none.
    fn names_unit(&self, facts: &ColumnFacts) -> bool {
        facts.header.levels.iter().any(|text| {
            let whole = self.names.read_unit(text).is_ok_and(|unit| unit.currency.is_some());
            whole || bracketed(text).any(|part| self.names.read_unit(part).is_ok())
        })
    }

    /// The unit of columns whose header names none.
    fn unheaded(
        &self,
        columns: &[&ColumnFacts],
        (found, all): (&UnitsFound<'_>, &[&ColumnFacts]),
        rows: &[u32],
    ) -> ProposedUnit {
        let money = columns.iter().all(|facts| is_money(&facts.header.name()));
        let other_money = all.iter().any(|facts| is_money(&facts.header.name()));
        // 千克 beside 金额 is the unit of the 数量 that stands there too.
        let quantities = all.iter().any(|facts| !is_money(&facts.header.name()));
        let of_money = |unit: &&ColumnFacts| {
            unit.texts.keys().any(|text| self.names.read_unit(text).is_ok_and(|unit| unit.currency.is_some()))
        };
        let unit = found.beside(columns).filter(|unit| !money || !quantities || of_money(unit));
        if money && let Some(currency) = found.currency {
            let place = header_of(&currency.header).replacen("header:", "column:", 1);
            return ProposedUnit::new(format!("currency = {place}"), seen_in(currency));
        }
        match (&found.around, unit) {
            (Some(around), None) if money || !around.money || !other_money => {
                ProposedUnit::new(format!("unit = {}", around.setting), around.seen.as_str())
            }
            (Some(around), Some(_)) if money && around.money => {
                ProposedUnit::new(format!("unit = {}", around.setting), around.seen.as_str())
            }
            (around, Some(unit)) => {
                let mut proposed = self.in_column(columns, unit, rows);
                if let Some(around) = around.as_ref().filter(|around| !around.money) {
                    let also = format!("or unit = {} ({})", around.setting, around.seen);
                    proposed.open = [proposed.open, also].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
                }
                proposed
            }
            (Some(around), None) => ProposedUnit::new(ITEMS, "").open(format!(
                "unit: {} is of money; of these the file names none, 项 (items) stands in for it; say \"const:UNIT\"",
                around.seen
            )),
            (None, None) if self.labels_name_units(rows) => {
                ProposedUnit::new("unit = \"label\"", "unit in brackets in the labels")
            }
            (None, None) => match found.currency {
                Some(currency) => {
                    let place = header_of(&currency.header).replacen("header:", "column:", 1);
                    ProposedUnit::new(format!("currency = {place}"), seen_in(currency))
                }
                None => ProposedUnit::new(ITEMS, "")
                    .open("unit: the file names none, 项 (items) stands in for it; say \"const:UNIT\""),
            },
        }
    }

    /// Whether the labels of most rows name a unit in brackets.
    fn labels_name_units(&self, rows: &[u32]) -> bool {
        let labels: Vec<String> = rows
            .iter()
            .filter_map(|row| self.grid.row(*row).iter().find(|cell| !is_blank(cell)))
            .map(|cell| cell.printed())
            .collect();
        let named = labels
            .iter()
            .filter(|label| bracketed(label).last().is_some_and(|part| self.names.read_unit(part).is_ok()));
        named.count() * 5 >= labels.len() * 4 && !labels.is_empty()
    }

    /// A unit that stands in a column; rows without one are told.
    fn in_column(&self, columns: &[&ColumnFacts], unit: &ColumnFacts, rows: &[u32]) -> ProposedUnit {
        let place = header_of(&unit.header).replacen("header:", "column:", 1);
        let mut proposed = ProposedUnit::new(format!("unit = {place}"), seen_in(unit));
        let mut open = Vec::new();
        let said = unit.values.iter().map(String::as_str).filter(|text| !unit.missing.contains_key(*text));
        let unknown: Vec<&str> = said.filter(|text| self.names.read_unit(text).is_err()).collect();
        // 万头 unknown as a whole must not become 项, for 万 would be lost.
        let multiplied = |text: &&str| text.starts_with(['十', '百', '千', '万', '亿']) || text.contains(' ');
        let (words, codes): (Vec<&str>, Vec<&str>) = unknown.into_iter().partition(multiplied);
        if !words.is_empty() {
            open.push(format!("add to pipelines/shared/units.toml: {}", words.join(", ")));
        }
        if !codes.is_empty() {
            let entries: Vec<String> =
                codes.iter().map(|code| format!("{} = \"项\"", quoted(code))).collect();
            proposed.setting = format!("{}, units = {{ {} }}", proposed.setting, entries.join(", "));
            open.push(format!("say in `units` what {} is; 项 (items) stands in for it", codes.join(", ")));
        }
        let lacks = |row: &&u32| {
            let cell = self.grid.cell(**row, unit.header.col).filter(|cell| !is_blank(cell));
            cell.is_none_or(|cell| unit.missing.contains_key(cell.printed().trim()))
        };
        let without: Vec<u32> = rows
            .iter()
            .filter(lacks)
            .copied()
            .filter(|row| columns.iter().any(|facts| self.is_figure(*row, facts)))
            .collect();
        if let Some(first) = without.first() {
            let at = crate::table::address(*first, unit.header.col);
            proposed.setting.push_str(", unitless = \"M\"");
            proposed.markers = unit.missing.keys().cloned().collect();
            open.push(format!(
                "{} rows have a figure and no unit (first {at}): unitless = \"M\" takes such figures for none",
                without.len()
            ));
        }
        proposed.open(open.join("; "))
    }

    /// Whether a cell of a column is a number.
    fn is_figure(&self, row: u32, facts: &ColumnFacts) -> bool {
        let cell = self.grid.cell(row, facts.header.col);
        cell.is_some_and(|cell| is_number(&cell))
    }
}

fn seen_in(facts: &ColumnFacts) -> String {
    let values: Vec<&str> = facts.texts.keys().take(3).map(|text| text.trim()).collect();
    format!("{}: {}", facts.letters(), values.join(", "))
}
