//! What must hold of any bytes: one function a fuzz target, through public functions of the library only. The
//! ordinary tests run each on its seeds in `corpus/` (`tests/it/fuzzing.rs`), so that the targets stay in step.
//!
//!     cargo +nightly fuzz run number          # from the project folder

use std::collections::BTreeMap;
use std::path::Path;

use amur::ingest::{SourceSpec, picture, sketch};
use amur::measure::{
    Money, NumberStyle, Period, find_periods, read_number, read_part_of_year, read_period, read_unit,
};
use amur::pipeline::PipelineSpec;
use amur::spec::{Fields, Mistakes, parse};
use amur::store::FrozenFile;

/// A number is one value: written plainly it reads alike, and a text with both marks is not two numbers.
pub fn number(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let [point, comma] = ['.', ','].map(|decimal| read_number(&text, NumberStyle { decimal }).ok());
    for (read, decimal) in [(point, '.'), (comma, ',')] {
        let Some(read) = read else { continue };
        let Ok(value) = Money::from_decimal(read.value, 0) else { continue };
        let plain = value.to_string().replace('.', &decimal.to_string());
        let again =
            read_number(&plain, NumberStyle { decimal }).map(|again| Money::from_decimal(again.value, 0));
        assert_eq!(again, Ok(Ok(value)), "{text}");
    }
    if let (Some(point), Some(comma)) = (point, comma)
        && text.contains('.')
        && text.contains(',')
    {
        assert_eq!(point.value, comma.value, "{text} is two numbers");
    }
}

/// A period ends after it begins, and its canonical text is read back.
pub fn period(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let found = find_periods(&text);
    let read = read_period(&text).ok();
    let part = read_part_of_year(&text, 2021);
    for period in found.iter().copied().chain(read).chain(part) {
        assert!(period.start <= period.end, "{text}");
        let again = Period::parse(&period.to_string(), Some(period.frequency));
        assert_eq!(again, Ok(period), "{text}");
    }
    if read.is_some() {
        assert!(found.len() <= 1, "{text} is several periods");
    }
}

/// A unit is the same however it is spaced, and its power fits an amount.
pub fn unit(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(unit) = read_unit(&text) {
        assert_eq!(read_unit(&format!(" {text}\u{3000}")), Ok(unit.clone()), "{text}");
        assert!((0..=15).contains(&unit.power), "{text}");
    }
}

/// Any bytes named `.csv` are read or refused.
pub fn delimited(data: &[u8]) {
    with_file("f.csv", data, |path| drop(sketch(path, "f.csv")));
}

/// Any bytes named `.xlsx` are read or refused.
pub fn workbook(data: &[u8]) {
    with_file("f.xlsx", data, |path| drop(sketch(path, "f.xlsx")));
}

/// A source that reads any table with these labels.
const SOURCE: &str = r#"
[source.s]
files = ["*"]
rejects = "100%"
table = { labels = ["地区", "出口", "进口"], end = ["注:*"] }
dim.area = { from = "path" }
dim.flow = { from = "level:1", map = { "出口" = "export", "进口" = "import" } }
measure.value = { from = "level:1", match = ["出口", "进口"], type = "amount", unit = "const:USD", missing = { "-" = "O" } }
"#;

/// Of a sheet that is read every cell and every row is accounted for.
pub fn layout(data: &[u8]) {
    let mistakes = Mistakes::default();
    let tree = parse(SOURCE, &mistakes);
    let Some(mut fields) = Fields::open(&tree, "the pipeline file", &mistakes) else { return };
    let entry = &fields.entries("source")[0];
    let Some(spec) = SourceSpec::read(&entry.key, &entry.value, &BTreeMap::new(), &mistakes) else { return };
    with_file("f.csv", data, |path| {
        let bytes = u64::try_from(data.len()).unwrap_or(u64::MAX);
        let file =
            FrozenFile { shown: "f.csv".to_owned(), path: path.to_owned(), blake3: String::new(), bytes };
        if let Ok((reading, _)) = picture(&spec, &file, &BTreeMap::new()) {
            assert_eq!(reading.account.cells.close("f.csv"), Ok(()));
            assert_eq!(reading.account.rows.close("f.csv"), Ok(()));
        }
    });
}

/// A pipeline file is understood or its mistakes are told, each within the file.
pub fn pipeline(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mistakes = Mistakes::default();
    let read = PipelineSpec::read("f", &text, &mistakes);
    let mistakes = mistakes.into_sorted();
    assert!(read.is_some() || !mistakes.is_empty(), "refused without a reason");
    for mistake in mistakes {
        assert!(mistake.span.end <= text.len(), "{}", mistake.message);
    }
}

#[expect(clippy::disallowed_methods, reason = "the input of a target, in a folder of its own")]
fn with_file(name: &str, data: &[u8], read: impl FnOnce(&Path)) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join(name);
    if std::fs::write(&path, data).is_ok() {
        read(&path);
    }
}
