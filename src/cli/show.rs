//! Printing: stdout is data, stderr is talk; a closed pipe ends output quietly.

use std::io::Write;

use unicode_width::UnicodeWidthStr;

/// Writes a line of data to stdout.
pub(super) fn data(line: &str) {
    write_line(&mut std::io::stdout().lock(), line);
}

/// Writes a line for people to stderr.
pub(super) fn talk(line: &str) {
    write_line(&mut std::io::stderr().lock(), line);
}

fn write_line(out: &mut impl Write, line: &str) {
    // Whoever closed the pipe has read enough.
    if writeln!(out, "{line}").is_err() {
        tracing::debug!("Output was closed.");
    }
}

/// Whether colours may be used on a stream that is a terminal or not; `NO_COLOR` forbids them.
#[expect(clippy::disallowed_methods, reason = "NO_COLOR is a convention of terminals, not a setting of ours")]
pub(super) fn colour_allowed(terminal: bool) -> bool {
    terminal && std::env::var("NO_COLOR").map_or(true, |value| value.is_empty())
}

/// In which form rows are written to stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Aligned columns under a header.
    Table,
    /// A JSON array of objects; every value is a text, so that no digit is lost.
    Json,
}

impl From<bool> for Form {
    fn from(json: bool) -> Self {
        if json { Self::Json } else { Self::Table }
    }
}

/// Writes rows under their header to stdout.
pub(super) fn rows(header: &[&str], rows: &[Vec<String>], form: Form) {
    match form {
        Form::Table => {
            let header = header.iter().map(|&name| name.to_owned()).collect();
            let all: Vec<Vec<String>> = std::iter::once(header).chain(rows.iter().cloned()).collect();
            aligned(&all).iter().for_each(|line| data(line));
        }
        Form::Json => {
            let objects = rows.iter().map(|row| {
                let entries = header.iter().zip(row);
                entries.map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect()
            });
            let array: Vec<serde_json::Map<String, serde_json::Value>> = objects.collect();
            json(&array);
        }
    }
}

/// Writes one JSON value to stdout.
pub(super) fn json(value: &impl serde::Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => data(&text),
        Err(error) => talk(&format!("error: {error}")),
    }
}

/// Aligns rows in columns by display width; Chinese counts double.
pub(super) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
            line.trim_end().to_owned()
        })
        .collect()
}
