//! The description that stands beside a CSV file, so that a program can read it without guessing: Data
//! Package, tabular resource.

use serde::Serialize;

use super::ReportData;
use crate::table::ColumnType;

/// One column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name in the header.
    pub(super) name: String,
    column_type: ColumnType,
}

impl Field {
    /// A column.
    pub(super) fn new(name: &str, column_type: ColumnType) -> Self {
        Self { name: name.to_owned(), column_type }
    }
}

/// What is described.
pub(super) struct Resource<'a> {
    /// File name.
    pub(super) name: &'a str,
    /// The same without its ending.
    pub(super) stem: &'a str,
    /// Its content.
    pub(super) bytes: &'a [u8],
    /// Data rows.
    pub(super) rows: u64,
    /// Cells of text that were guarded.
    pub(super) guarded: u64,
    /// Its columns.
    pub(super) fields: &'a [Field],
}

#[derive(Serialize)]
struct Package<'a> {
    profile: &'static str,
    name: String,
    title: &'a crate::text::Label,
    created: String,
    content_id: &'a str,
    resources: [Described<'a>; 1],
}

#[derive(Serialize)]
struct Described<'a> {
    profile: &'static str,
    name: String,
    path: &'a str,
    format: &'static str,
    mediatype: &'static str,
    encoding: &'static str,
    bytes: usize,
    hash: String,
    rows: u64,
    /// Cells of text before which an apostrophe was set.
    guarded_cells: u64,
    dialect: Dialect,
    schema: FieldList<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dialect {
    delimiter: &'static str,
    line_terminator: &'static str,
    quote_char: &'static str,
    double_quote: bool,
    header: bool,
    byte_order_mark: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FieldList<'a> {
    fields: Vec<DescribedField<'a>>,
    missing_values: [&'static str; 1],
}

#[derive(Serialize)]
struct DescribedField<'a> {
    name: &'a str,
    r#type: &'static str,
    title: String,
}

/// The description as JSON.
pub(super) fn describe(resource: &Resource<'_>, data: &ReportData<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let fields = resource.fields.iter().map(|field| DescribedField {
        name: &field.name,
        r#type: type_name(field.column_type),
        title: title(&field.name, field.column_type),
    });
    let package = Package {
        profile: "tabular-data-package",
        name: slug(resource.stem),
        title: data.title,
        created: data.as_of.to_string(),
        content_id: data.content_id,
        resources: [Described {
            profile: "tabular-data-resource",
            name: slug(resource.stem),
            path: resource.name,
            format: "csv",
            mediatype: "text/csv",
            encoding: "utf-8",
            bytes: resource.bytes.len(),
            hash: format!("blake3:{}", blake3::hash(resource.bytes).to_hex()),
            rows: resource.rows,
            guarded_cells: resource.guarded,
            dialect: Dialect {
                delimiter: ",",
                line_terminator: "\r\n",
                quote_char: "\"",
                double_quote: true,
                header: true,
                byte_order_mark: true,
            },
            schema: FieldList { fields: fields.collect(), missing_values: [""] },
        }],
    };
    let mut text = serde_json::to_vec_pretty(&package)?;
    text.push(b'\n');
    Ok(text)
}

/// Names of packages are lower case; other signs become dashes.
fn slug(stem: &str) -> String {
    stem.to_lowercase()
        .chars()
        .map(|sign| if sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-') { sign } else { '-' })
        .collect()
}

fn type_name(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "string",
        ColumnType::Integer => "integer",
        ColumnType::Money | ColumnType::Rate | ColumnType::Ratio => "number",
        ColumnType::Date => "date",
        ColumnType::Boolean => "boolean",
    }
}

/// What the column's name does not say by itself.
fn title(name: &str, column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Money => format!("{name} (base units, no multiplier)"),
        ColumnType::Ratio => format!("{name} (fraction: 0.131 is 13.1 %)"),
        _ => name.to_owned(),
    }
}
