//! A table as a CSV file: RFC 4180, UTF-8 with a byte order mark (Excel reads Chinese as rubbish without),
//! every digit of every number, and a guard on text that a spreadsheet would run as a formula.

use std::borrow::Cow;

use ::csv::{QuoteStyle, Terminator, WriterBuilder};

use super::datapackage::{self, Field};
use super::scene::view;
use super::value::{Value, View, value_at};
use super::words::SAMPLE;
use super::{Rendered, ReportData, ReportError};
use crate::table::{ColumnRole, ColumnType, ORIGIN_COLUMN};

/// The byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Readable origin in place of the hidden one.
const ORIGINS: [&str; 3] = ["origin_file", "origin_sheet", "origin_cell"];
/// Leading column of a table that holds a random sample.
const SAMPLE_COLUMN: &str = "sample";

/// Makes the file and its description.
pub(super) fn render(name: &str, table: &str, data: &ReportData<'_>) -> Result<Vec<Rendered>, ReportError> {
    let view = view(data, table)?;
    let broken = |reason: String| ReportError::Csv { file: name.to_owned(), reason };
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(MARK.to_vec());
    let fields = fields(&view);
    let headings = fields.iter().map(|field| field.name.as_str());
    writer.write_record(headings).map_err(|error| broken(error.to_string()))?;
    let mut guarded = 0_u64;
    for row in 0..view.rows() {
        let record = record(&view, row, data, &mut guarded)?;
        writer.write_record(&record).map_err(|error| broken(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| broken(error.to_string()))?;
    let rows = view.rows() as u64;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let description = datapackage::describe(
        &datapackage::Resource { name, stem, bytes: &bytes, rows, guarded, fields: &fields },
        data,
    );
    let description = description.map_err(|error| broken(error.to_string()))?;
    let description = Rendered { name: format!("{stem}.datapackage.json"), bytes: description, rows: 0 };
    Ok(vec![Rendered { name: name.to_owned(), bytes, rows }, description])
}

/// Rows of text as a CSV file like any other: byte order mark, CRLF, guarded against formulas.
pub fn text_csv(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut bytes = MARK.to_vec();
    let header = header.iter().map(|&name| name.to_owned()).collect();
    for row in std::iter::once(header).chain(rows) {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                bytes.push(b',');
            }
            let safe = guard(cell);
            if safe.contains(['"', ',', '\r', '\n']) {
                bytes.extend(format!("\"{}\"", safe.replace('"', "\"\"")).bytes());
            } else {
                bytes.extend(safe.bytes());
            }
        }
        bytes.extend(b"\r\n");
    }
    bytes
}

/// The columns of the file.
fn fields(view: &View<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    if view.table.sample {
        fields.push(Field::new(SAMPLE_COLUMN, ColumnType::Text));
    }
    for column in view.table.schema.columns() {
        if column.role != ColumnRole::Origin && column.name != ORIGIN_COLUMN {
            fields.push(Field::new(&column.name, column.column_type));
        }
    }
    if has_origin(view) {
        fields.extend(ORIGINS.iter().map(|name| Field::new(name, ColumnType::Text)));
    }
    fields
}

fn has_origin(view: &View<'_>) -> bool {
    view.table.frame.column(ORIGIN_COLUMN).is_ok()
}

fn record(
    view: &View<'_>,
    row: usize,
    data: &ReportData<'_>,
    guarded: &mut u64,
) -> Result<Vec<String>, ReportError> {
    let mut record = Vec::new();
    let mut text = |text: &str| {
        let safe = guard(text);
        if matches!(safe, Cow::Owned(_)) {
            *guarded += 1;
        }
        safe.into_owned()
    };
    if view.table.sample {
        record.push(SAMPLE.zh.to_owned());
    }
    for column in view.table.frame.columns() {
        if column.name().as_str() == ORIGIN_COLUMN {
            continue;
        }
        record.push(match value_at(column, row) {
            Value::Missing => String::new(),
            Value::Text(value) => text(&value),
            Value::Whole(number) => number.to_string(),
            Value::Exact(number) => number.plain(),
            Value::Ratio(number) => ratio(number).ok_or_else(|| ReportError::NotFinite {
                table: view.table.name.clone(),
                column: column.name().to_string(),
                row: row + 1,
            })?,
            Value::Date(day) => day.to_string(),
            Value::Truth(truth) => truth.to_string(),
        });
    }
    if has_origin(view) {
        let place = view.origin(row).map(|origin| data.origins.place(origin)).unwrap_or_default();
        record.extend([text(&place.file), text(&place.sheet), place.cell]);
    }
    Ok(record)
}

/// The shortest text that reads back as the same number, without an exponent.
fn ratio(number: f64) -> Option<String> {
    // Rust writes doubles in full: 0.0000001, never 1e-7. Adding zero turns -0 into 0.
    number.is_finite().then(|| (number + 0.0).to_string())
}

/// Keeps a spreadsheet from running text as a formula; numbers in text keep their sign.
fn guard(text: &str) -> Cow<'_, str> {
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text);
    if dangerous { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether a text is a plain number: sign, digits with at most one point or commas, a percent sign.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = digits.strip_suffix('%').unwrap_or(digits);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let grouped =
        whole.split(',').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    grouped && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(guard(text), expected);
    }

    #[test]
    fn formulas_are_guarded_and_negative_numbers_are_not() {
        check("=1+1", "'=1+1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0");
        check("\tx", "'\tx");
        check("-", "'-");
        check("-12.5", "-12.5");
        check("+7.3%", "+7.3%");
        check("-1,234.5", "-1,234.5");
        check("俄罗斯", "俄罗斯");
    }

    #[test]
    fn ratios_are_short_and_without_exponents() {
        assert_eq!(ratio(0.3).as_deref(), Some("0.3"));
        assert_eq!(ratio(1e-7).as_deref(), Some("0.0000001"));
        assert_eq!(ratio(1e20).as_deref(), Some("100000000000000000000"));
        assert_eq!(ratio(-0.0).as_deref(), Some("0"));
        assert_eq!(ratio(f64::NAN), None);
    }
}
