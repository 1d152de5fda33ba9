//! The columns of a table sheet: which field, in which role, under which heading, in which scale.

use super::role::{ROLES, Role};
use super::scene::{Known, column_type};
use super::words::frequency;
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
    /// How codes become words.
    pub(super) codes: Codes,
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
        fields.finish();
        Some(Self { field: field?, role, label, scale, decimals, codes })
    }

    /// Resolves field, role and scale.
    pub(super) fn plan(
        &self,
        schema: &Schema,
        pivoted: Pivoted,
        known: &Known<'_>,
        mistakes: &Mistakes,
    ) -> Option<ColumnPlan> {
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
        Some(ColumnPlan { column, member, role, label, power, places, codes })
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

/// A code in words, if its list knows it.
pub(super) fn code_in_words(codes: &Codes, code: &str, scene: &super::scene::Scene<'_>) -> Option<String> {
    match codes {
        Codes::Bare => None,
        Codes::Frequency => frequency(code).map(|words| scene.languages.brief(&words)),
        Codes::List(name) => {
            let label = scene.data.lists.get(name)?.label_of(code)?;
            Some(scene.languages.first(label).to_owned())
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
