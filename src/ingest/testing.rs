//! What the tests of this module share: the shipped pipeline and sample input, sheets drawn as text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use polars::prelude::{AnyValue, DataFrame};

use super::cells::Cells;
use super::formats::Workbook;
use super::grid::{Cell, CellValue, Grid, Merge};
use super::reading::read_cells;
use super::{CombineError, FileError, FileReading, SourceReading, SourceSpec, combine, read_file};
use crate::spec::{Fields, Mistakes, Node, NodeKind, Text, parse};
use crate::store::FrozenFile;
use crate::text::{CodeEntry, CodeList, Label};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The sources of a pipeline file; mistakes fail the test.
pub(super) fn sources(pipeline: &str) -> Vec<SourceSpec> {
    let mistakes = Mistakes::default();
    let specs = sources_or_mistakes(pipeline, &mistakes);
    assert_eq!(mistakes.into_sorted(), Vec::new());
    specs
}

/// The sources of a pipeline file that can be read.
pub(super) fn sources_or_mistakes(pipeline: &str, mistakes: &Mistakes) -> Vec<SourceSpec> {
    let tree = parse(pipeline, mistakes);
    let mut fields = Fields::open(&tree, "the pipeline file", mistakes).unwrap();
    let layouts: BTreeMap<String, &Node> =
        fields.entries("layout").iter().map(|entry| (entry.key.value.clone(), &entry.value)).collect();
    let sources = fields.entries("source").iter();
    sources.filter_map(|entry| SourceSpec::read(&entry.key, &entry.value, &layouts, mistakes)).collect()
}

/// What is wrong with the sources of a pipeline file, each with its help in brackets.
pub(super) fn mistakes_told(pipeline: &str) -> String {
    let mistakes = Mistakes::default();
    sources_or_mistakes(pipeline, &mistakes);
    let told = mistakes.into_sorted().into_iter();
    let told = told.map(|mistake| format!("{} ({})", mistake.message, mistake.help.unwrap_or_default()));
    told.collect::<Vec<_>>().join("\n")
}

/// The sources of the shipped pipeline.
pub(super) fn shipped() -> Vec<SourceSpec> {
    sources(&std::fs::read_to_string(root().join("pipelines/heilongjiang-russia.toml")).unwrap())
}

/// The shipped code lists.
pub(super) fn lists() -> BTreeMap<String, CodeList> {
    ["areas", "breakdowns", "crossings", "expo_editions", "flows", "indicators"]
        .into_iter()
        .map(|name| (name.to_owned(), list(name)))
        .collect()
}

fn list(name: &str) -> CodeList {
    let text = std::fs::read_to_string(root().join(format!("pipelines/shared/{name}.toml"))).unwrap();
    let mistakes = Mistakes::default();
    let tree = parse(&text, &mistakes);
    let NodeKind::Table(entries) = &tree.kind else { panic!("{name} is no table") };
    let entries = entries.iter().map(|entry| {
        let mut fields = Fields::open(&entry.value, "code", &mistakes).unwrap();
        let mut text = |key| fields.text(key).map(|text: Text| text.value).unwrap_or_default();
        let label = Label { zh: text("zh"), en: text("en"), ru: text("ru") };
        let aliases = fields.texts("aliases").into_iter().map(|alias| alias.value).collect();
        CodeEntry { code: entry.key.value.clone(), label, aliases, extent: crate::text::Extent::Itself }
    });
    CodeList::new(name, entries.collect()).unwrap()
}

fn sample_files(spec: &SourceSpec) -> Vec<FrozenFile> {
    let mut found = Vec::new();
    for folder in ["trade", "declarations", "article", "expo", "crossings"] {
        for entry in Path::new(&root().join("input").join(folder)).read_dir().unwrap() {
            let path = entry.unwrap().path();
            let shown = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            if spec.reads(&shown) {
                found.push(FrozenFile { blake3: shown.clone(), shown, path, bytes: 0 });
            }
        }
    }
    found.sort_by(|a, b| a.shown.cmp(&b.shown));
    found
}

/// Reads a source of the shipped pipeline from the sample input.
pub(super) fn read_sample(source: &str) -> SourceReading {
    read_all(shipped(), source).unwrap()
}

/// The same with another limit of rejects.
pub(super) fn try_sample(source: &str, rejects: &str) -> Result<SourceReading, CombineError> {
    let pipeline = std::fs::read_to_string(root().join("pipelines/heilongjiang-russia.toml")).unwrap();
    read_all(sources(&pipeline.replace("\"1%\"", &format!("\"{rejects}\""))), source)
}

fn read_all(specs: Vec<SourceSpec>, source: &str) -> Result<SourceReading, CombineError> {
    let spec = specs.into_iter().find(|spec| spec.name() == source).unwrap();
    let lists = lists();
    let files = sample_files(&spec);
    let readings = files.iter().map(|file| read_file(&spec, file, &lists).unwrap()).collect();
    combine(&spec, readings)
}

/// A value as tests write it: `-` for null, no zeros at the end.
fn shown(value: &AnyValue<'_>) -> String {
    if let Some(text) = value.get_str() {
        return text.to_owned();
    }
    let text = match value {
        AnyValue::Null => return "-".to_owned(),
        AnyValue::Float64(ratio) => return ratio.to_string(),
        other => other.to_string(),
    };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Rows of a crosstab source, one figure a line.
pub(super) fn figures(reading: &SourceReading) -> String {
    let names = [
        "counterpart_area",
        "breakdown",
        "flow",
        "time_period",
        "freq",
        "obs_value",
        "currency",
        "stated_growth",
    ];
    let frame = &reading.table.frame;
    (0..frame.height())
        .filter(|row| names[5..].iter().step_by(2).any(|name| cell(frame, *row, name) != "-"))
        .map(|row| line(frame, row, &names))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A value of a frame as tests write it; `-` also where there is no such column.
pub(super) fn cell(frame: &DataFrame, row: usize, name: &str) -> String {
    frame.column(name).map_or_else(|_| "-".to_owned(), |column| shown(&column.get(row).unwrap()))
}

fn line(frame: &DataFrame, row: usize, names: &[&str]) -> String {
    let values = names.iter().map(|name| shown(&frame.column(name).unwrap().get(row).unwrap()));
    values.collect::<Vec<_>>().join(" ")
}

/// The row in which a column holds a text.
pub(super) fn row_of(reading: &SourceReading, column: &str, text: &str, names: &[&str]) -> String {
    let texts = reading.table.frame.column(column).unwrap().str().unwrap();
    let row = texts.iter().position(|known| known == Some(text)).unwrap();
    line(&reading.table.frame, row, names)
}

/// What became of all rows.
pub(super) fn account(reading: &SourceReading) -> String {
    let mut rows = crate::finding::RowCount::default();
    for account in &reading.accounts {
        rows.add(&account.rows);
        account.rows.close("test").unwrap();
    }
    let figures: u64 = reading.accounts.iter().map(|account| account.figures).sum();
    let left: Vec<String> =
        rows.left_out.iter().map(|(reason, count)| format!(", {count} {reason}")).collect();
    let left = left.concat();
    format!(
        "{} taken, {} used, {} normalised, {} rejected{left}; figures {figures}, missing {}",
        rows.taken, rows.used, rows.normalised, rows.rejected, reading.missing
    )
}

/// A sheet drawn as text: a line a row, cells parted by `|`; plain numbers are number cells, `'` before a
/// number makes it text, `<` merges with the cell on the left, `^` with the one above, `!x` is an error.
pub(super) fn drawn(name: &str, picture: &str) -> Grid {
    let mut cells = Cells::default();
    let mut merges: Vec<Merge> = Vec::new();
    for (row, line) in (0_u32..).zip(picture.lines()) {
        for (col, text) in (0_u32..).zip(line.split('|')) {
            match text.trim_matches(' ') {
                "" => {}
                "<" => grow(&mut merges, (row, col - 1), (row, col)),
                "^" => grow(&mut merges, (row - 1, col), (row, col)),
                text => cells.push(&Cell::plain(row, col, value(text))),
            }
        }
    }
    Grid::new(name.to_owned(), false, cells, merges)
}

fn value(text: &str) -> CellValue<'_> {
    if let Some(text) = text.strip_prefix('\'') {
        return CellValue::Text(text.into());
    }
    if let Some(error) = text.strip_prefix('!') {
        return CellValue::Error(error.into());
    }
    text.parse::<f64>().map_or_else(|_| CellValue::Text(text.into()), CellValue::Number)
}

fn grow(merges: &mut Vec<Merge>, from: (u32, u32), to: (u32, u32)) {
    let known = merges.iter_mut().find(|merge| {
        (merge.first_row..=merge.last_row).contains(&from.0)
            && (merge.first_col..=merge.last_col).contains(&from.1)
    });
    match known {
        Some(merge) => {
            (merge.last_row, merge.last_col) = (merge.last_row.max(to.0), merge.last_col.max(to.1));
        }
        None => merges.push(Merge { first_row: from.0, first_col: from.1, last_row: to.0, last_col: to.1 }),
    }
}

/// Reads a drawn sheet with the first source of a pipeline.
pub(super) fn read_drawn(source: &str, sheets: Vec<Grid>) -> Result<FileReading, FileError> {
    let spec = sources(source).into_iter().next().unwrap();
    read_named(&spec, ("f.xlsx", "b"), sheets)
}

/// Reads drawn sheets as a file of that name and hash.
pub(super) fn read_named(
    spec: &SourceSpec,
    (name, hash): (&str, &str),
    sheets: Vec<Grid>,
) -> Result<FileReading, FileError> {
    let (shown, blake3) = (name.to_owned(), hash.to_owned());
    let file = FrozenFile { shown, path: PathBuf::new(), blake3, bytes: 1 };
    let workbook = Workbook { format: "xlsx".to_owned(), sheets, findings: Vec::new() };
    read_cells(spec, &file, &workbook, &lists())
}

/// Drawn files combined: rows, rows replaced, errors, accounts.
pub(super) fn combined(source: &str, files: &[(&str, &str)], names: &[&str]) -> String {
    let spec = sources(source).into_iter().next().unwrap();
    let readings =
        files.iter().map(|(name, sheet)| read_named(&spec, (name, sheet), vec![drawn("s", sheet)]).unwrap());
    let reading = combine(&spec, readings.collect()).unwrap();
    let mut lines: Vec<String> =
        (0..reading.table.frame.height()).map(|row| line(&reading.table.frame, row, names)).collect();
    if let Some(old) = &reading.superseded {
        lines.extend((0..old.height()).map(|row| format!("superseded: {}", line(old, row, names))));
    }
    lines.extend(reading.findings.iter().map(|finding| {
        format!("{}: {} {} [{}]", finding.severity, finding.code.id, finding.place, finding.seen)
    }));
    for account in &reading.accounts {
        let rows = &account.rows;
        let left: Vec<String> =
            rows.left_out.iter().map(|(reason, count)| format!(", {count} {reason}")).collect();
        let left = left.concat();
        let counts = format!("{} taken, {} used, {} rejected{left}", rows.taken, rows.used, rows.rejected);
        lines.push(format!("{}: {counts}", account.file));
    }
    lines.join("\n")
}

/// All rows of a reading with these columns, then rejects and findings.
pub(super) fn told(reading: Result<FileReading, FileError>, names: &[&str]) -> String {
    let reading = match reading {
        Ok(reading) => reading,
        Err(error) => return format!("error: {error}"),
    };
    let mut lines = Vec::new();
    lines.extend((0..reading.frame.height()).map(|row| line(&reading.frame, row, names)));
    let rows = &reading.account.rows;
    lines.extend(rows.left_out.iter().map(|(reason, count)| format!("left out: {count} {reason}")));
    for (word, findings) in [("reject", &reading.rejects), ("finding", &reading.findings)] {
        lines.extend(
            findings.iter().map(|finding| {
                format!("{word}: {} {} [{}]", finding.code.id, finding.place.cell, finding.seen)
            }),
        );
    }
    lines.join("\n")
}
