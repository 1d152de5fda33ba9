//! Golden cases: `tests/golden/<case>/{in,pipeline.toml,expected}`. Every file of `expected/` must be
//! written byte for byte; of `findings.csv` only what is said of the data, not the words of each code. Expected
//! files are written down from the sources or computed by the scripts kept beside the cases, never copied from
//! a run. No check of a case may have tested nothing.

use std::path::Path;

use crate::project::{Project, assert_exit, entries};

/// What this file says of a finding beside its place and its figures is the text of its code, which the
/// expected file leaves out.
const FINDINGS: &str = "findings.csv";

/// The columns that another CSV has.
fn with_columns_of(written: &str, other: &str) -> String {
    let headers = |text: &str| csv::Reader::from_reader(text.as_bytes()).headers().unwrap().clone();
    let here = headers(written);
    let at: Vec<usize> =
        headers(other).iter().filter_map(|name| here.iter().position(|known| known == name)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
    for record in reader.records() {
        let record = record.unwrap();
        writer.write_record(at.iter().map(|at| &record[*at])).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn every_case_yields_what_is_expected() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut differences = Vec::new();
    let mut compared = 0;
    for case in entries(&cases).into_iter().filter(|path| path.join("pipeline.toml").is_file()) {
        let project = Project::golden(&case);
        let run = project.amur(&["run", "--as-of", "2024-12-31"]);
        assert_exit(&run, 0);
        let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
        if said.contains("tested NOTHING") {
            differences.push(format!("{}\n{said}", case.display()));
        }
        let written = project.latest("case");
        for expected in entries(&case.join("expected")) {
            let name = expected.file_name().unwrap().to_string_lossy().into_owned();
            let wanted = std::fs::read_to_string(&expected).unwrap();
            let got = written
                .iter()
                .find(|(file, _)| *file == name)
                .map(|(_, bytes)| String::from_utf8_lossy(bytes).replace("\r\n", "\n"));
            let wanted = wanted.replace("\r\n", "\n");
            let got = match name.as_str() {
                FINDINGS => got.map(|got| format!("\u{feff}{}", with_columns_of(&got, &wanted))),
                _ => got,
            };
            compared += 1;
            if got.as_deref() != Some(wanted.as_str()) {
                differences.push(format!(
                    "{} {name}\n--- expected\n{wanted}\n--- got\n{}",
                    case.display(),
                    got.unwrap_or_else(|| "no such file".to_owned())
                ));
            }
        }
    }
    assert!(compared > 0, "no golden case was compared");
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}
