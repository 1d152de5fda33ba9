//! Cells of real workbooks, counted as other readers count them. The files are no part of the project: where the
//! folder with them is absent, the test says so and ends.

use std::path::Path;

use super::{ReadOptions, read_workbook};

/// File, its reader (openpyxl 3.1 or xlrd 2.0) and the non-empty cells it finds in each worksheet; where ours
/// are others, those, and the reason. Only files that the other reader reads are listed.
const COUNTS: &str = include_str!("../../../tests/corpus_cells.tsv");

#[test]
fn cells_are_as_many_as_other_readers_find() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(corpus) = ["../shared/corpus", "../../shared/corpus"]
        .map(|path| root.join(path))
        .into_iter()
        .find(|path| path.is_dir())
    else {
        eprintln!("skipped: ../shared/corpus is not there");
        return;
    };
    let mut wrong = Vec::new();
    for line in COUNTS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let expected = fields.get(3).unwrap_or(&fields[2]);
        let found = match read_workbook(&corpus.join(fields[0]), fields[0], &ReadOptions::default()) {
            Ok(workbook) => {
                let counts = workbook.sheets.iter().map(|sheet| sheet.len().to_string());
                counts.collect::<Vec<_>>().join(",")
            }
            Err(_) => "refused".to_owned(),
        };
        if found != **expected {
            wrong.push(format!("{}\t{}\t{}\t{found}", fields[0], fields[1], fields[2]));
        }
    }
    assert!(wrong.is_empty(), "{} files\n{}", wrong.len(), wrong.join("\n"));
}
