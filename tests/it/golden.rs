//! Golden cases: `tests/golden/<case>/{in,pipeline.toml,expected}`. Every file of `expected/` must be
//! written byte for byte; of `findings.csv` only what is said of the data, not the words of each code. Expected
//! files are written down from the sources or computed by the scripts kept beside the cases, never copied from
//! a run. No check of a case may have tested nothing.

use std::path::Path;

use crate::project::{Project, assert_exit, entries};

/// Columns of `findings.csv` from the code to the count.
const OF_THE_DATA: usize = 9;

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
            let wanted = told(&name, &std::fs::read_to_string(&expected).unwrap());
            let got = written
                .iter()
                .find(|(file, _)| *file == name)
                .map(|(_, bytes)| told(&name, &String::from_utf8_lossy(bytes)));
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

/// What is compared of a file.
fn told(name: &str, text: &str) -> String {
    if name != "findings.csv" {
        return text.replace("\r\n", "\n");
    }
    let mut records =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let lines = records.records().map(|record| {
        let record = record.unwrap();
        record.iter().take(OF_THE_DATA).map(|cell| format!("{cell:?}")).collect::<Vec<_>>().join(",")
    });
    lines.collect::<Vec<_>>().join("\n")
}
