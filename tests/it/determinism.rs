//! Same input, same bytes: on a second run, on any number of threads, and whatever the order of the files.

use std::path::Path;

use crate::project::{Project, assert_exit, entries, stdout};

fn reports(project: &Project) -> Vec<(String, Vec<u8>)> {
    let mut files = project.latest("heilongjiang-russia");
    // The manifest names the run and its moment.
    files.retain(|(name, _)| name != "manifest.json");
    files
}

/// Writes every input file anew, the last first: folders list files in the order of their writing, or in none.
fn lay_out_again(project: &Project) {
    for folder in entries(&project.path().join("input")).into_iter().rev() {
        for file in entries(&folder).into_iter().rev() {
            let bytes = std::fs::read(&file).unwrap();
            std::fs::remove_file(&file).unwrap();
            project.write(&file.strip_prefix(project.path()).unwrap().to_string_lossy(), bytes);
        }
    }
}

#[test]
fn a_second_run_and_other_threads_give_the_same_bytes() {
    let project = Project::shipped();
    assert_exit(&project.amur(&["run", "--threads", "1"]), 0);
    let first = reports(&project);
    assert!(first.iter().any(|(name, _)| name.ends_with(".xlsx")));
    for threads in ["2", "8"] {
        lay_out_again(&project);
        assert_exit(&project.amur(&["run", "--full", "--threads", threads]), 0);
        let again = reports(&project);
        assert_eq!(first.len(), again.len());
        for ((name, bytes), (name_again, bytes_again)) in first.iter().zip(&again) {
            assert_eq!(name, name_again);
            assert!(bytes == bytes_again, "{name} differs at {threads} threads");
        }
    }
}

#[test]
fn a_run_with_nothing_new_says_so() {
    let project = Project::shipped();
    assert_exit(&project.amur(&["run"]), 0);
    let again = project.amur(&["run"]);
    assert_exit(&again, 0);
    assert!(stdout(&again).contains("nothing changed"), "{}", stdout(&again));
}

/// The sources of several files, which the shipped pipeline finds by patterns.
const SEVERAL: [(&str, [&str; 2]); 2] = [
    (
        "trade/20*黑龙江省进出口*.xlsx",
        ["trade/2021年黑龙江省进出口情况表.xlsx", "trade/2023年1-6月黑龙江省进出口情况.xlsx"],
    ),
    ("trade/黑河片区*快报*.xlsx", ["trade/黑河片区2023年快报.xlsx", "trade/黑河片区2023年快报（更正）.xlsx"]),
];

/// The order in which a source names its files is none of figures: what replaces what is said by dates, not by
/// places. Workbooks and descriptions name the pipeline by the hash of its content, so that tables are compared.
#[test]
fn the_order_in_which_a_source_names_its_files_changes_no_table() {
    let [first, again] = [false, true].map(|reversed| {
        let project = Project::shipped();
        let path = project.path().join("pipelines/heilongjiang-russia.toml");
        let mut pipeline = std::fs::read_to_string(path).unwrap();
        for (pattern, mut files) in SEVERAL {
            if reversed {
                files.reverse();
            }
            let listed = files.map(|file| format!("\"{file}\"")).join(", ");
            let by_pattern = format!("\"{pattern}\"");
            assert!(pipeline.contains(&by_pattern), "{pattern}");
            pipeline = pipeline.replace(&by_pattern, &listed);
        }
        project.write("pipelines/heilongjiang-russia.toml", pipeline);
        assert_exit(&project.amur(&["run"]), 0);
        let mut tables = reports(&project);
        tables.retain(|(name, _)| name.ends_with(".csv"));
        tables
    });
    assert!(first.len() > 5);
    assert_eq!(first.len(), again.len());
    for ((name, bytes), (name_again, bytes_again)) in first.iter().zip(&again) {
        assert_eq!(name, name_again);
        assert!(bytes == bytes_again, "{name} differs with the files in another order");
    }
}

/// The lines of a golden case in two files, either of which may come first: what is computed of them is the
/// same, and is what was expected of the one file.
#[test]
fn figures_do_not_depend_on_which_file_comes_first() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/trade-measures");
    for (names, threads) in [(["a.csv", "b.csv"], "2"), (["b.csv", "a.csv"], "8")] {
        let project = Project::golden(&case);
        let whole = std::fs::read_to_string(project.path().join("input/trade.csv")).unwrap();
        std::fs::remove_file(project.path().join("input/trade.csv")).unwrap();
        let (head, lines) = whole.split_once('\n').unwrap();
        for (name, odd) in names.into_iter().zip([0, 1]) {
            let part = lines.lines().enumerate().filter(|(at, _)| at % 2 == odd).map(|(_, line)| line);
            let part: Vec<&str> = std::iter::once(head).chain(part).collect();
            project.write(&format!("input/{name}"), part.join("\n"));
        }
        let pipeline = std::fs::read_to_string(case.join("pipeline.toml")).unwrap();
        project.write("pipelines/case.toml", pipeline.replace("\"trade.csv\"", "\"[ab].csv\""));
        assert_exit(&project.amur(&["run", "--as-of", "2024-12-31", "--threads", threads]), 0);
        let written = project.latest("case");
        for name in ["aggregates.csv", "yearly.csv"] {
            let expected = std::fs::read(case.join("expected").join(name)).unwrap();
            let (_, bytes) = written.iter().find(|(file, _)| file == name).unwrap();
            assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&expected), "{name}");
        }
    }
}
