//! Columns that are not as in the last published run: what each contract makes of them, and that a repeated
//! run says the same in the same bytes.

use crate::project::{Project, assert_exit, entries, stderr};

const PIPELINE: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.sales]
files = ["sales/*"]
CONTRACT
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", type = "text", required = true }
measure.amount = { from = "header:金额", type = "amount", unit = "header" }
attr.remark = { from = "header:备注" }
rejects = "100%"

[[report]]
file = "a.xlsx"
[[report.sheet]]
name = "地区表"
from = "sales"
columns = [ { field = "area" }, { field = "amount", label = { zh = "金额", en = "Amount" } } ]
[[report.sheet]]
kind = "quality"
"#;

/// The header, the rows and what the list of findings must hold of it: code, cell, then and now.
const BEFORE: &str = "地区,件数,金额（万元）,备注\n黑河,1,12,a\n东宁,2,3,b\n";
const CASES: [(&str, &str); 6] = [
    ("地区,件数,金额（万元）,备注,重量\n黑河,1,12,a,7\n东宁,2,4,b,8\n", "L21|E1|重量|no such column"),
    ("地区,金额（万元）,备注\n黑河,12,a\n东宁,4,b\n", "L22|A1|no such column|件数"),
    ("地区,票数,金额（万元）,备注\n黑河,1,12,a\n东宁,2,4,b\n", "L23|B1|票数|件数"),
    (
        "地区,金额（万元）,件数,备注\n黑河,12,1,a\n东宁,4,2,b\n",
        "L24|B1|金额（万元）: after 地区|金额（万元）: after 件数",
    ),
    ("地区,件数,金额（万元）,备注\n黑河,一,12,a\n东宁,二,4,b\n", "L25|B1|件数: text|件数: number"),
    (
        "地区,件数,金额（亿元）,备注\n黑河,1,12,a\n东宁,2,4,b\n",
        "L26|C1|金额（亿元）: CNY e8|金额（万元）: CNY e4",
    ),
];

fn project(contract: &str) -> Project {
    let project = Project::empty();
    project.write("pipelines/p.toml", PIPELINE.replace("CONTRACT", contract));
    project.write("input/sales/a.csv", BEFORE);
    assert_exit(&project.amur(&["run"]), 0);
    project
}

/// What `findings.csv` of a folder says of columns: code, severity, file, cell, seen, expected.
fn told(bytes: &[u8]) -> Vec<[String; 6]> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(text);
    let lines = reader.records().map(|line| {
        let line = line.unwrap();
        [0, 1, 3, 5, 6, 7].map(|at| line[at].to_owned())
    });
    lines.filter(|line| line[0].starts_with("L2")).collect()
}

fn latest(project: &Project) -> Vec<[String; 6]> {
    let files = project.latest("p");
    files.iter().find(|(name, _)| name == "findings.csv").map_or(Vec::new(), |(_, bytes)| told(bytes))
}

fn failed(project: &Project) -> Vec<[String; 6]> {
    let folder = entries(&project.path().join("output/p/failed")).pop().unwrap();
    told(&std::fs::read(folder.join("findings.csv")).unwrap())
}

fn line(severity: &str, expected: &str) -> [String; 6] {
    let parts: Vec<&str> = expected.split('|').collect();
    [parts[0], severity, "sales/a.csv", parts[1], parts[2], parts[3]].map(str::to_owned)
}

#[test]
fn a_first_run_has_nothing_to_compare_with() {
    assert_eq!(latest(&project("contract = \"warn\"")), [[""; 6]; 0]);
}

#[test]
fn every_change_is_told_with_its_cell_and_both_states() {
    for (after, expected) in CASES {
        let project = project("");
        project.write("input/sales/a.csv", after);
        assert_exit(&project.amur(&["run"]), 0);
        assert_eq!(latest(&project), [line("warning", expected)], "{expected}");
    }
}

#[test]
fn a_frozen_contract_publishes_nothing_until_the_change_is_accepted() {
    let freeze = |accept: &str| {
        // Frozen, every column must be read or accepted: nothing reads 件数.
        format!("contract = {{ mode = \"freeze\", accept = [\"件数\"{accept}] }}")
    };
    let project = project(&freeze(""));
    let before = project.latest("p");
    project.write("input/sales/a.csv", CASES[5].0);
    let output = project.amur(&["run"]);
    assert_exit(&output, 1);
    assert!(stderr(&output).contains("L26"), "{}", stderr(&output));
    assert_eq!(failed(&project), [line("error", CASES[5].1)]);
    assert_eq!(project.latest("p"), before);
    project.write("pipelines/p.toml", PIPELINE.replace("CONTRACT", &freeze(", \"金额*\"")));
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(latest(&project), [line("info", CASES[5].1)]);
}

#[test]
fn an_evolving_contract_notes_and_a_warning_marks_the_sheet() {
    for (contract, severity, marked) in [("evolve", "info", false), ("warn", "warning", true)] {
        let project = project(&format!("contract = \"{contract}\""));
        project.write("input/sales/a.csv", CASES[3].0);
        assert_exit(&project.amur(&["run"]), 0);
        assert_eq!(latest(&project), [line(severity, CASES[3].1)]);
        let files = project.latest("p");
        let (_, workbook) = files.iter().find(|(name, _)| name == "a.xlsx").unwrap();
        let drawn = crate::project::drawn(workbook, "地区表");
        assert_eq!(drawn.contains("L24"), marked, "{drawn}");
    }
}

#[test]
fn a_repeated_run_compares_with_the_same_run_and_writes_the_same_bytes() {
    let project = project("");
    project.write("input/sales/a.csv", CASES[4].0);
    assert_exit(&project.amur(&["run"]), 0);
    let published = |project: &Project| {
        let mut files = project.latest("p");
        files.retain(|(name, _)| name != "manifest.json");
        files
    };
    let first = published(&project);
    for _ in 0..2 {
        assert_exit(&project.amur(&["run", "--full"]), 0);
        assert!(published(&project) == first);
    }
    assert_eq!(latest(&project), [line("warning", CASES[4].1)]);
}

#[test]
fn a_file_of_a_new_month_is_compared_with_the_newest_before_it() {
    let project = project("");
    project.write("input/sales/2024年9月.csv", BEFORE.replace("件数", "九").replace("备注", "九注"));
    project.write("input/sales/2024年10月.csv", BEFORE.replace("件数", "票数"));
    assert_exit(&project.amur(&["run"]), 0);
    project.write("input/sales/2024年11月.csv", BEFORE.replace("件数", "票数").replace("备注", "说明"));
    assert_exit(&project.amur(&["run"]), 0);
    let own: Vec<[String; 6]> =
        latest(&project).into_iter().filter(|line| line[2].contains("11月")).collect();
    let expected =
        ["L23", "warning", "sales/2024年11月.csv", "D1", "说明", "备注, as in sales/2024年10月.csv"];
    assert_eq!(own, [expected.map(str::to_owned)]);
}

/// The header by which the table is found (金额) is called otherwise, so that the file cannot be read: the reason
/// says what stood there in the last run.
#[test]
fn a_file_that_cannot_be_read_says_what_became_of_its_columns() {
    for (header, expected) in [
        (
            "地区,件数,总额（万元）,备注",
            "the columns of the last published run: 金额（万元） is gone, 总额（万元） (C1) stands in its place: renamed?",
        ),
        ("地区,件数,备注", "the columns of the last published run: 金额（万元） is gone"),
    ] {
        let project = project("");
        let row = if header.contains("总额") { "黑河,1,12,a" } else { "黑河,1,a" };
        project.write("input/sales/a.csv", format!("{header}\n{row}\n"));
        let output = project.amur(&["run"]);
        assert_exit(&output, 1);
        let folder = entries(&project.path().join("output/p/failed")).pop().unwrap();
        let findings = std::fs::read_to_string(folder.join("findings.csv")).unwrap();
        assert!(findings.contains(expected), "no {expected} in\n{findings}");
        assert!(stderr(&output).contains(expected), "no {expected} in\n{}", stderr(&output));
    }
}

/// Two sheets in May, one of them gone in June, another new.
#[test]
fn sheets_that_are_new_or_gone_are_told() {
    let project = Project::empty();
    let sheet = "sheet = { match = \"/口$/\", several = \"all\" }";
    let pipeline = PIPELINE.replace("CONTRACT", sheet).replace("sales/*", "sales/*.xml");
    project.write("pipelines/p.toml", pipeline);
    let book = |names: [&str; 2]| {
        let cell = |kind: &str, text: &str| format!("<Cell><Data ss:Type=\"{kind}\">{text}</Data></Cell>");
        let row = |cells: [String; 2]| format!("<Row>{}</Row>", cells.concat());
        let head = |word: &str| row([cell("String", "地区"), cell("String", &format!("金额（{word}）"))]);
        let body = row([cell("String", "黑河"), cell("Number", "3")]);
        let unit = |name: &str| if name == "转口" { "亿元" } else { "万元" };
        let sheets = names.map(|name| {
            let extra =
                format!("<Row>{}{}{}</Row>", cell("String", name), cell("Number", "3"), cell("String", name));
            let head = head(unit(name))
                .replace("</Row>", &format!("{}</Row>", cell("String", &format!("备注{name}"))));
            format!("<Worksheet ss:Name=\"{name}\"><Table>{head}{body}{extra}</Table></Worksheet>")
        });
        format!(
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
             xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">{}</Workbook>",
            sheets.concat()
        )
    };
    project.write("input/sales/5.xml", book(["出口", "进口"]));
    assert_exit(&project.amur(&["run"]), 0);
    project.write("input/sales/6.xml", book(["出口", "转口"]));
    assert_exit(&project.amur(&["run"]), 0);
    let told: Vec<String> = latest(&project)
        .into_iter()
        .filter(|line| line[0] == "L28" || line[0] == "L29")
        .map(|line| line.join("|"))
        .collect();
    assert_eq!(
        told,
        [
            "L28|warning|sales/6.xml||转口|no such sheet, as in sales/5.xml",
            "L29|warning|sales/6.xml||no such sheet|进口, as in sales/5.xml"
        ]
    );
}
