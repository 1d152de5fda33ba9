//! The figures on the cover: one value of one row of a table, in a unit that must be the value's own.

use super::language::{label, words};
use super::page::Anchor;
use super::role::{ROLES, Role};
use super::rows::{Condition, selected};
use super::scene::{Known, column_type, view};
use super::value::{Exact, Value, View};
use super::words::{bound, status};
use super::{ReportData, ReportError};
use crate::finding::Words;
use crate::measure::{Currency, Unit, read_unit};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::Companion;
use crate::text::Label;

/// One entry of `kpi` as written.
#[derive(Debug)]
pub(super) struct FigureSpec {
    /// The table it is taken from.
    pub(super) from: Text,
    condition: Option<Text>,
    last: Option<Text>,
    value: Text,
    unit: Option<Text>,
    role: Option<Role>,
    decimals: Option<u8>,
    label: Label,
    note: Option<Label>,
}

/// One figure whose names and unit are known.
#[derive(Debug)]
pub(super) struct FigurePlan {
    from: String,
    condition: Option<Condition>,
    last: Option<String>,
    value: String,
    unit: Option<(String, Unit)>,
    /// How it is shown.
    pub(super) role: Role,
    /// Places behind the point, where declared.
    pub(super) decimals: Option<u8>,
    /// What it is called.
    pub(super) label: Label,
    /// What is said under it.
    pub(super) note: Option<Label>,
}

/// A figure with its value.
#[derive(Debug)]
pub(super) struct Picked<'a> {
    /// What was declared of it.
    pub(super) plan: &'a FigurePlan,
    /// Where the value stands; `None` where no row fits.
    pub(super) anchor: Option<Anchor>,
    /// The value in base units.
    pub(super) value: Value,
    /// The sign before a bounded value, as shown.
    pub(super) bound: Option<&'static str>,
    /// The period of the row, where the latest was taken.
    pub(super) period: Option<String>,
    /// What a reader must know of it: forecast, a marked rate.
    pub(super) remarks: Vec<Remark>,
}

/// Something to know about a figure.
#[derive(Debug)]
pub(super) enum Remark {
    /// In fixed words.
    Words(Words),
    /// As the data say it.
    Text(String),
}

/// Short words for `note`.
const NOTES: [(&str, Words); 2] = [
    ("stated", words("来源所列", "as stated", "по источнику")),
    ("computed", words("计算值", "computed", "расчёт")),
];

impl FigureSpec {
    /// Reads one entry of `kpi`.
    pub(super) fn read(mut fields: Fields<'_>, mistakes: &Mistakes) -> Option<Self> {
        let from = fields.required_text("from");
        let condition = fields.text("where");
        let last = fields.text("last");
        let value = fields.required_text("value");
        let unit = fields.text("unit");
        let role = fields.choice("role", &ROLES);
        let decimals = fields.integer("decimals").and_then(|places| u8::try_from(places.clamp(0, 8)).ok());
        let heading = fields.label("label");
        let note = fields.label("note").map(|note| {
            NOTES.iter().find(|(word, _)| *word == note.zh).map_or(note, |(_, words)| label(words))
        });
        if heading.is_none() {
            mistakes.add(fields.span(), format!("{} lacks `label`", fields.what()));
        }
        fields.finish();
        Some(Self {
            from: from?,
            condition,
            last,
            value: value?,
            unit,
            role,
            decimals,
            label: heading?,
            note,
        })
    }

    /// Resolves names, role and unit.
    pub(super) fn plan(&self, known: &Known<'_>, mistakes: &Mistakes) -> Option<FigurePlan> {
        let (schema, _) = known.shape(&self.from, mistakes)?;
        let value_type = column_type(schema, &self.value.value, &self.value, mistakes);
        if let Some(last) = &self.last {
            column_type(schema, &last.value, last, mistakes)?;
        }
        let condition = match &self.condition {
            Some(text) => Some(Condition::plan(text, schema, mistakes)?),
            None => None,
        };
        let unit = match &self.unit {
            Some(text) => Some((text.value.clone(), read_declared(text, &self.value.value, mistakes)?)),
            None => None,
        };
        let value_type = value_type?;
        let role = self.role.unwrap_or_else(|| Role::of_type(value_type));
        if !role.shows(value_type) {
            let message =
                format!("`{}` is {}, which this role cannot show", self.value.value, value_type.word());
            mistakes.add(self.value.span.clone(), message);
        }
        Some(FigurePlan {
            from: self.from.value.clone(),
            condition,
            last: self.last.as_ref().map(|last| last.value.clone()),
            value: self.value.value.clone(),
            unit,
            role,
            decimals: self.decimals,
            label: self.label.clone(),
            note: self.note.clone(),
        })
    }
}

/// The declared unit, which must not contradict a currency in the column's name (`obs_value_usd`).
fn read_declared(text: &Text, column: &str, mistakes: &Mistakes) -> Option<Unit> {
    let unit = match read_unit(&text.value) {
        Ok(unit) => unit,
        Err(problem) => {
            mistakes.add(text.span.clone(), format!("`unit` cannot be read: {problem}"));
            return None;
        }
    };
    let named = Currency::in_name(column).map(|known| known.as_str().to_owned());
    if let (Some(named), Some(currency)) = (&named, &unit.currency)
        && named != currency.as_str()
    {
        let help = format!("take the column of that currency, or give the unit in {named}");
        let message =
            format!("`{column}` is in {named}, but the unit {} is in {}", text.value, currency.as_str());
        mistakes.add_with_help(text.span.clone(), message, help);
        return None;
    }
    Some(unit)
}

impl FigurePlan {
    /// By which power of ten the value is divided on the cover.
    pub(super) fn power(&self) -> i32 {
        self.unit.as_ref().map_or(0, |(_, unit)| unit.power)
    }

    /// The unit as declared.
    pub(super) fn unit_shown(&self) -> &str {
        self.unit.as_ref().map_or("", |(shown, _)| shown)
    }

    /// Places behind the point: enough for what the value says, few for large values.
    pub(super) fn places(&self, value: Exact) -> u8 {
        let large = value.rounded(0).units.unsigned_abs() >= 100;
        self.decimals.unwrap_or_else(|| value.places_needed(if large { 1 } else { 2 }))
    }

    /// Finds its row and value.
    pub(super) fn pick(&self, data: &ReportData<'_>) -> Result<Picked<'_>, ReportError> {
        let view = view(data, &self.from)?;
        let mut rows = selected(self.condition.as_ref(), &view)?;
        if let Some(last) = &self.last {
            rows.retain(|row| view.value(&self.value, *row) != Value::Missing);
            let values: Vec<Value> = rows.iter().map(|row| view.value(last, *row)).collect();
            let latest = values.iter().filter(|value| **value != Value::Missing).max_by(|a, b| a.order(b));
            rows = rows
                .iter()
                .zip(&values)
                .filter(|(_, value)| Some(*value) == latest)
                .map(|(row, _)| *row)
                .collect();
        }
        let row = match rows.as_slice() {
            [] => return Ok(self.empty()),
            [row] => *row,
            several => {
                return Err(ReportError::FigureAmbiguous {
                    figure: self.label.first().to_owned(),
                    table: self.from.clone(),
                    rows: several.len(),
                });
            }
        };
        self.check_unit(&view, row)?;
        Ok(self.picked(&view, row))
    }

    fn empty(&self) -> Picked<'_> {
        let remarks = vec![Remark::Words(super::words::NO_ROWS)];
        Picked { plan: self, anchor: None, value: Value::Missing, bound: None, period: None, remarks }
    }

    fn picked(&self, view: &View<'_>, row: usize) -> Picked<'_> {
        let mut remarks = Vec::new();
        if let Some(code) = view.text(&Companion::Status.of(&self.value), row).filter(|code| code != "A") {
            remarks.push(status(&code).map_or(Remark::Text(code), Remark::Words));
        }
        if let Some(note) = view.text(&format!("{}_note", self.value), row) {
            remarks.push(Remark::Text(note));
        }
        let sign = view.text(&Companion::Bound.of(&self.value), row);
        let anchor = Anchor { table: self.from.clone(), row, column: self.value.clone() };
        Picked {
            plan: self,
            anchor: Some(anchor),
            value: view.value(&self.value, row),
            bound: sign.and_then(|sign| bound(&sign)).map(|(shown, _)| shown),
            period: self.last.as_ref().and_then(|last| view.text(last, row)),
            remarks,
        }
    }

    /// The unit asked for must be that of the row: its currency, or its unit of measure.
    fn check_unit(&self, view: &View<'_>, row: usize) -> Result<(), ReportError> {
        let Some((shown, unit)) = &self.unit else { return Ok(()) };
        let named = Currency::in_name(&self.value).map(|known| known.as_str().to_owned());
        let currency = named.or_else(|| view.text("currency", row));
        let measured = view.text("unit_measure", row);
        let (found, agrees) = match (&unit.currency, currency) {
            (Some(asked), Some(found)) => (found.clone(), asked.as_str() == found),
            (Some(_), None) => (measured.unwrap_or_else(|| "–".to_owned()), false),
            (None, Some(found)) => (found, false),
            (None, None) => {
                let found = measured.unwrap_or_default();
                let agrees =
                    found.is_empty() || found == unit.code || (counts(&unit.code) && !measures(&found));
                (found, agrees)
            }
        };
        if agrees {
            return Ok(());
        }
        Err(ReportError::FigureUnit { figure: self.label.first().to_owned(), unit: shown.clone(), found })
    }
}

/// Whether a unit only counts things (个, 家, 项): it then stands for whatever the data count.
fn counts(code: &str) -> bool {
    matches!(code, "PIECES" | "ENTERPRISES" | "ITEMS" | "SETS" | "PERSONS")
}

/// Whether a unit of the data measures rather than counts: 个 cannot stand for metres.
fn measures(code: &str) -> bool {
    const WORDS: [&str; 9] = ["米", "公里", "平方米", "立方米", "吨", "千克", "升", "%", "年"];
    WORDS.iter().any(|word| read_unit(word).is_ok_and(|unit| unit.code == code))
}
