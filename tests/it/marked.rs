//! Copies of the input files with the rejected cells marked: where they stand, when they are made, and that
//! they are the same bytes each time.

use std::io::{Cursor, Read};

use crate::project::{Project, assert_exit, drawn, entries, stdout};

const PIPELINE: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"
SWITCH

[source.sales]
files = ["sales/*"]
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", type = "text", required = true }
measure.amount = { from = "header:金额", type = "amount", currency = "column:币种" }
rejects = "LIMIT"

[[report]]
file = "a.csv"
from = "sales"
"#;

const ROWS: &str = "地区,金额,币种\n黑河,12,CNY\n东宁,待核,CNY\n=cmd,7,XXZ\n";

fn project(switch: &str, limit: &str) -> Project {
    let project = Project::empty();
    let pipeline = PIPELINE.replace("SWITCH", switch).replace("LIMIT", limit);
    project.write("pipelines/p.toml", pipeline);
    project.write("input/sales/a.csv", ROWS);
    project.write("input/sales/good.csv", "地区,金额,币种\n抚远,1,CNY\n");
    project
}

fn copies(project: &Project) -> Vec<(String, Vec<u8>)> {
    project.latest("p").into_iter().filter(|(name, _)| name.starts_with("marked/")).collect()
}

fn notes(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    archive.by_name("xl/comments1.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_file_with_rejected_cells_is_copied_with_them_marked() {
    let project = project("", "100%");
    assert_exit(&project.amur(&["run"]), 0);
    let copies = copies(&project);
    assert_eq!(copies.len(), 1);
    let (name, bytes) = &copies[0];
    assert_eq!(name, "marked/sales/a.csv.xlsx");
    assert_eq!(
        drawn(bytes, "Sheet"),
        "地区 | 金额 | 币种\n黑河 | 12 | CNY\n东宁 | 待核 | CNY\n=cmd | 7 | XXZ"
    );
    let list = drawn(bytes, "被拒单元格 Rejected cells");
    for part in ["B3 | C01", "待核", "C4 | C1"] {
        assert!(list.contains(part), "{part} in {list}");
    }
    let notes = notes(bytes);
    assert!(notes.contains("ref=\"B3\"") && notes.contains("ref=\"C4\"") && !notes.contains("ref=\"B2\""));
    let manifest = project.latest("p").into_iter().find(|(name, _)| name == "manifest.json").unwrap().1;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let outputs = manifest["outputs"].as_array().unwrap();
    let listed = outputs.iter().find(|output| output["name"] == name.as_str()).unwrap();
    assert_eq!(listed["blake3"], blake3::hash(bytes).to_hex().as_str());
    assert_exit(&project.amur(&["run", "--full", "--threads", "1"]), 0);
    assert!(self::copies(&project) == copies);
}

#[test]
fn a_pipeline_may_do_without() {
    let project = project("marked_copies = false", "100%");
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(copies(&project), []);
}

#[test]
fn a_run_that_fails_for_its_rejects_keeps_the_copies_beside_their_list() {
    let project = project("", "1%");
    assert_exit(&project.amur(&["run"]), 1);
    let folder = entries(&project.path().join("output/p/failed")).pop().unwrap();
    let bytes = std::fs::read(folder.join("marked/sales/a.csv.xlsx")).unwrap();
    assert!(drawn(&bytes, "被拒单元格 Rejected cells").contains("待核"));
}

#[test]
fn a_file_too_large_to_copy_is_named() {
    let project = project("", "100%");
    let rows: Vec<String> = (0..100_001).map(|row| format!("区{row},1,CNY")).collect();
    let rows = rows.join("\n");
    project.write("input/sales/a.csv", format!("地区,金额,币种\n东宁,待核,CNY\n{rows}"));
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(copies(&project), []);
    let findings = stdout(&project.amur(&["show", "findings"]));
    assert!(findings.contains("O11") && findings.contains("300009 cells"), "{findings}");
}
