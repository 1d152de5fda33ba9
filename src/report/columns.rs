//! The columns of a table sheet: which field, in which role, under which heading, in which scale.

use std::borrow::Cow;

use super::language::{self, Languages};
use super::role::{ROLES, Role};
use super::scene::{Known, Scene, column_type};
use super::units::{Readable, readable};
use super::value::{Exact, View};
use super::words::{UNIT, frequency};
use crate::spec::{Fields, Mistakes, Text};
use crate::table::{ColumnRole, Schema};
use crate::text::Label;

/// One entry of `columns` as written.
#[derive(Debug)]
pub(super) struct ColumnSpec {
    field: Text,
    role: Option<Role>,
    label: Option<Label>,
    scale: Option<Text>,
    decimals: Option<u8>,
    codes: Option<Text>,
    unit: Option<Text>,
    bar: Option<bool>,
    width: Option<Text>,
}

/// How codes of a column become words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Codes {
    /// Shown as they are.
    Bare,
    /// By a code list of the pipeline.
    List(String),
    /// Frequencies, which every pipeline has.
    Frequency,
}

/// One column whose field and role are known.
#[derive(Clone, Debug)]
pub(super) struct ColumnPlan {
    /// Column of the table.
    pub(super) column: String,
    /// Member of the pivoted column, if the sheet is pivoted and the field names one.
    pub(super) member: Option<String>,
    /// What it is to the reader.
    pub(super) role: Role,
    /// Its heading.
    pub(super) label: Label,
    /// Values are divided by `10^power`.
    pub(super) power: i32,
    /// Places behind the point.
    pub(super) places: u8,
    /// The same, where declared.
    pub(super) declared_places: Option<u8>,
    /// How codes become words.
    pub(super) codes: Codes,
    /// Where its unit differs by row.
    pub(super) measured: Option<Measured>,
    /// Whether a bar as long as the value lies behind it.
    pub(super) bar: bool,
    /// Its width, where declared.
    pub(super) width: Option<f64>,
}

/// A column whose unit differs by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Measured {
    /// Its figures, each in the unit that the named column gives.
    By(String),
    /// The unit in words of the figures of the named column.
    UnitOf(String),
}

impl ColumnPlan {
    /// The field as the pipeline file writes it.
    pub(super) fn field(&self) -> String {
        match (&self.measured, &self.member) {
            // The column of units has no name of its own.
            (Some(Measured::UnitOf(value)), _) => format!("{value} ({})", self.column),
            (_, Some(member)) => format!("{}.{member}", self.column),
            _ => self.column.clone(),
        }
    }

    /// The column as one row needs it: scaled so that its figure reads well in the unit of the row.
    pub(super) fn for_row(
        &self,
        source: Option<usize>,
        view: &View<'_>,
        languages: &Languages,
    ) -> Cow<'_, Self> {
        let (Some(Measured::By(unit)), Some(row)) = (&self.measured, source) else {
            return Cow::Borrowed(self);
        };
        let Some((value, readable)) = readable_at(&self.column, unit, row, view, languages) else {
            return Cow::Borrowed(self);
        };
        let places = self.declared_places.unwrap_or_else(|| value.divided(readable.power).places_needed(4));
        let role = if readable.grouped { self.role } else { Role::Year };
        Cow::Owned(Self { power: readable.power, places, role, ..self.clone() })
    }
}

/// The figure of a row and how it is best read.
pub(super) fn readable_at(
    value: &str,
    unit: &str,
    row: usize,
    view: &View<'_>,
    languages: &Languages,
) -> Option<(Exact, Readable)> {
    let number = view.value(value, row).exact()?;
    // Amounts of money name their currency beside the unit.
    let code = view.text(unit, row).or_else(|| view.text("currency", row)).unwrap_or_default();
    Some((number, readable(&code, number, languages)))
}

impl ColumnSpec {
    /// Reads one entry of `columns`.
    pub(super) fn read(mut fields: Fields<'_>) -> Option<Self> {
        let field = fields.required_text("field");
        let role = fields.choice("role", &ROLES);
        let label = fields.label("label");
        let scale = fields.number("scale");
        let decimals = fields.integer("decimals").and_then(|places| u8::try_from(places.clamp(0, 8)).ok());
        let codes = fields.text("codes");
        let unit = fields.text("unit");
        let bar = fields.boolean("bar");
        let width = fields.number("width");
        fields.finish();
        Some(Self { field: field?, role, label, scale, decimals, codes, unit, bar, width })
    }

    /// Resolves field, role and scale.
    pub(super) fn plan(
        &self,
        schema: &Schema,
        pivoted: Pivoted,
        known: &Known<'_>,
        mistakes: &Mistakes,
    ) -> Option<Vec<ColumnPlan>> {
        let (column, member) = split_field(&self.field.value, pivoted);
        let column_type = column_type(schema, &column, &self.field, mistakes)?;
        let role = self.role.unwrap_or_else(|| default_role(&column, column_type));
        if !role.shows(column_type) {
            let word = ROLES.iter().find(|(_, known)| *known == role).map_or("", |(word, _)| word);
            let message =
                format!("`{column}` is {}, which the role `{word}` cannot show", column_type.word());
            mistakes.add(self.field.span.clone(), message);
        }
        let power = match &self.scale {
            Some(text) => power_of_ten(text, mistakes)?,
            None => 0,
        };
        let codes = match &self.codes {
            Some(list) => {
                known.list(list, mistakes);
                Codes::List(list.value.clone())
            }
            None if column == "freq" => Codes::Frequency,
            None => Codes::Bare,
        };
        let label = self.label.clone().unwrap_or_else(|| Label::zh(self.field.value.clone()));
        let places = self.decimals.unwrap_or_else(|| role.places(power));
        let measured = match &self.unit {
            Some(unit) => Some(self.measured(unit, schema, (role, power), mistakes)?),
            None => None,
        };
        let bar = self.bar.unwrap_or(false);
        if bar && role != Role::Share {
            mistakes.add(self.field.span.clone(), "`bar` goes with the role `share`");
        }
        let width = match &self.width {
            Some(text) => Some(width_of(text, mistakes)?),
            None => None,
        };
        let units = measured.clone().map(|by| unit_column(&column, by));
        let declared_places = self.decimals;
        let plan = ColumnPlan {
            column,
            member,
            role,
            label,
            power,
            places,
            declared_places,
            codes,
            measured,
            bar,
            width,
        };
        Some(std::iter::once(plan).chain(units.flatten()).collect())
    }

    /// Reads `unit = "column:NAME"`.
    fn measured(
        &self,
        unit: &Text,
        schema: &Schema,
        (role, power): (Role, i32),
        mistakes: &Mistakes,
    ) -> Option<Measured> {
        let Some(name) = unit.value.strip_prefix("column:") else {
            let help = "a unit that all rows share stands in the label and in `scale`";
            mistakes.add_with_help(unit.span.clone(), "`unit` must be \"column:NAME\"", help);
            return None;
        };
        column_type(schema, name, unit, mistakes)?;
        if !role.adds_up() || power != 0 || self.field.value.contains('.') {
            let message = "`unit` goes with a number, money or count without `scale` and without a member";
            mistakes.add(unit.span.clone(), message);
        }
        Some(Measured::By(name.to_owned()))
    }
}

/// Whether the sheet is pivoted, so that `value.member` names a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pivoted {
    /// One row of the table is one row of the sheet.
    No,
    /// Members stand side by side.
    Yes,
}

/// `obs_value.export` → column and member, on a pivoted sheet.
pub(super) fn split_field(field: &str, pivoted: Pivoted) -> (String, Option<String>) {
    match field.split_once('.') {
        Some((column, member)) if pivoted == Pivoted::Yes => (column.to_owned(), Some(member.to_owned())),
        _ => (field.to_owned(), None),
    }
}

fn default_role(column: &str, column_type: crate::table::ColumnType) -> Role {
    match column {
        "time_period" => Role::Period,
        "year" => Role::Year,
        _ => Role::of_type(column_type),
    }
}

/// The columns of a sheet that declares none: all that are neither hidden nor companions.
pub(super) fn all_columns(schema: &Schema) -> Vec<ColumnPlan> {
    schema
        .columns()
        .iter()
        .filter(|column| !matches!(column.role, ColumnRole::Companion(..) | ColumnRole::Origin))
        .map(|column| {
            let role = default_role(&column.name, column.column_type);
            ColumnPlan {
                column: column.name.clone(),
                member: None,
                role,
                label: Label::zh(column.name.clone()),
                declared_places: None,
                measured: None,
                bar: false,
                width: None,
                power: 0,
                places: role.places(0),
                codes: if column.name == "freq" { Codes::Frequency } else { Codes::Bare },
            }
        })
        .collect()
}

/// `1e8`, `10000`, `0.01`: only powers of ten divide a decimal exactly.
fn power_of_ten(text: &Text, mistakes: &Mistakes) -> Option<i32> {
    let written = text.value.trim();
    let power = if let Some(power) = written.strip_prefix("1e") {
        power.parse::<i32>().ok()
    } else if let Some(zeros) = written.strip_prefix('1').filter(|rest| rest.bytes().all(|byte| byte == b'0'))
    {
        i32::try_from(zeros.len()).ok()
    } else {
        let zeros = written.strip_prefix("0.").and_then(|rest| rest.strip_suffix('1'));
        let zeros = zeros.filter(|rest| rest.bytes().all(|byte| byte == b'0'));
        zeros.and_then(|zeros| i32::try_from(zeros.len() + 1).ok()).map(|places| -places)
    };
    let power = power.filter(|power| (-12..=15).contains(power));
    if power.is_none() {
        let message = format!("`scale` is {written}, which is no power of ten");
        mistakes.add_with_help(text.span.clone(), message, "for 亿元 write \"1e8\", for 万元 \"1e4\"");
    }
    power
}

/// The column of units in words beside a column whose unit differs by row.
fn unit_column(value: &str, measured: Measured) -> Option<ColumnPlan> {
    let Measured::By(column) = measured else { return None };
    Some(ColumnPlan {
        column,
        member: None,
        role: Role::Text,
        label: language::label(&UNIT),
        power: 0,
        places: 0,
        declared_places: None,
        codes: Codes::Bare,
        measured: Some(Measured::UnitOf(value.to_owned())),
        bar: false,
        width: None,
    })
}

/// A width in Excel's units.
fn width_of(text: &Text, mistakes: &Mistakes) -> Option<f64> {
    let width = text.value.parse::<f64>().ok().filter(|width| (4.0..=120.0).contains(width));
    if width.is_none() {
        mistakes.add(text.span.clone(), "`width` must be a number from 4 to 120, in letters of the page");
    }
    width
}

/// The label of a code in the list of its column.
pub(super) fn code_label<'a>(codes: &Codes, code: &str, scene: &Scene<'a>) -> Option<&'a Label> {
    let Codes::List(name) = codes else { return None };
    scene.data.lists.get(name)?.label_of(code)
}

/// A code in words, if its list knows it: in the first language, and in all of the report.
pub(super) fn code_in_words(codes: &Codes, code: &str, scene: &Scene<'_>) -> Option<(String, String)> {
    match codes {
        Codes::Bare => None,
        Codes::Frequency => {
            let label = language::label(&frequency(code)?);
            Some((
                scene.languages.first(&label).to_owned(),
                scene.languages.texts(&label).into_iter().take(2).collect::<Vec<_>>().join(" "),
            ))
        }
        Codes::List(_) => {
            let label = code_label(codes, code, scene)?;
            Some((scene.languages.first(label).to_owned(), scene.languages.texts(label).join(" ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<i32>) {
        let mistakes = Mistakes::default();
        assert_eq!(power_of_ten(&Text::at(0..1, written), &mistakes), expected, "{written}");
    }

    #[test]
    fn scales_are_powers_of_ten() {
        check("1e8", Some(8));
        check("10000", Some(4));
        check("1", Some(0));
        check("0.01", Some(-2));
        check("12", None);
        check("1e99", None);
        check("亿", None);
    }
}
