//! Changes since the last published run: what is told, and that it is told again in the same bytes.

use crate::project::{Project, SALES, assert_exit, entries, stderr};

/// What is made of the sales.
const REPORTS: &str = r#"
[[step]]
name = "total"
from = "sales"
group_by = ["currency"]
aggregate = { value = "sum(amount)" }

[[report]]
file = "a.xlsx"
[[report.sheet]]
name = "地区表"
from = "sales"
columns = [ { field = "area" }, { field = "amount", label = { zh = "金额", en = "Amount" } } ]
[[report.sheet]]
name = "合计表"
from = "total"
[[report.sheet]]
kind = "changes"
[[report.sheet]]
kind = "notes"
[[report.sheet]]
kind = "data"
from = "sales"
"#;

const BEFORE: &str = "地区,金额,币种\n黑河,120000,CNY\n东宁,3,CNY\n抚远,7.5,CNY\n";
const AFTER: &str = "地区,金额,币种\n黑河,150000,CNY\n东宁,3,CNY\n绥芬河,8,CNY\n";

fn pipeline() -> String {
    format!("{SALES}{REPORTS}")
}

fn project() -> Project {
    let project = Project::empty();
    project.write("pipelines/p.toml", pipeline());
    project.write("input/sales/a.csv", BEFORE);
    project
}

/// The published files but the manifest, which names the run and its moment.
fn published(project: &Project) -> Vec<(String, Vec<u8>)> {
    let mut files = project.latest("p");
    files.retain(|(name, _)| name != "manifest.json");
    files
}

fn text(project: &Project, name: &str) -> String {
    project.latest_text("p", name).replace("\r\n", "\n")
}

fn sheet(project: &Project, name: &str) -> String {
    let files = project.latest("p");
    let (_, bytes) = files.iter().find(|(file, _)| file == "a.xlsx").unwrap();
    crate::project::drawn(bytes, name)
}

#[test]
fn every_figure_of_a_published_set_is_listed() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let expected = "\u{feff}table,key,column,value,status,bound,unit,rate,rate_value,origin,about
sales,area=东宁,amount,3,A,,CNY,,,sales/a.csv ▸ B3,
sales,area=抚远,amount,7.5,A,,CNY,,,sales/a.csv ▸ B4,
sales,area=黑河,amount,120000,A,,CNY,,,sales/a.csv ▸ B2,
total,currency=CNY,value,120010.5,A,,CNY,,,,
";
    assert_eq!(text(&project, "all-figures.csv"), expected);
}

#[test]
fn a_first_publication_says_so_and_a_changed_figure_shows_old_new_and_why() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    assert!(sheet(&project, "变化").contains("首次发布"), "{}", sheet(&project, "变化"));
    assert!(!project.path().join("output/p/latest/changes.csv").exists());
    project.write("input/sales/a.csv", AFTER);
    assert_exit(&project.amur(&["run"]), 0);
    // 150000 − 120000 = 30000, a quarter; 150011 − 120010.5 = 30000.5, and 30000.5 / 120010.5 = 0.249982.
    let expected = "\u{feff}change,table,key,column,old,new,difference,relative,unit,old_status,new_status,old_bound,new_bound,why,origin
changed,input/,sales/a.csv,,,,,,,,,,,read by sales,sales/a.csv
changed,sales,area=黑河,amount,120000,150000,30000,0.250000,CNY,A,A,,,file changed: sales/a.csv,sales/a.csv ▸ B2
new,sales,area=绥芬河,amount,,8,,,CNY,,A,,,file changed: sales/a.csv,sales/a.csv ▸ B4
gone,sales,area=抚远,amount,7.5,,,,CNY,A,,,,file changed: sales/a.csv,sales/a.csv ▸ B4
changed,total,currency=CNY,value,120010.5,150011,30000.5,0.249982,CNY,A,A,,,file changed: sales/a.csv,
";
    assert_eq!(text(&project, "changes.csv"), expected);
    // The content id contains the program's version.
    let id = regex::Regex::new("· [0-9a-f]{12}").unwrap();
    insta::assert_snapshot!(id.replace_all(&sheet(&project, "变化"), "· CONTENT-ID"));
}

#[test]
fn a_repeated_run_is_compared_with_the_same_publication_and_gives_the_same_bytes() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let first = published(&project);
    assert_exit(&project.amur(&["run", "--full"]), 0);
    assert!(first == published(&project), "the first publication");
    project.write("input/sales/a.csv", AFTER);
    assert_exit(&project.amur(&["run"]), 0);
    let second = published(&project);
    assert_exit(&project.amur(&["run", "--full"]), 0);
    assert_exit(&project.amur(&["run", "--full"]), 0);
    assert!(second == published(&project), "the second publication");
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(entries(&project.path().join("output/p/runs")).len(), 5, "nothing changed, so no sixth run");
}

#[test]
fn altered_figures_of_the_last_publication_are_not_believed() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    project.write("output/p/latest/all-figures.csv", "table,key\nsales,area=黑河\n");
    project.write("input/sales/a.csv", AFTER);
    let output = project.amur(&["run"]);
    assert_exit(&output, 0);
    assert!(stderr(&output).contains("P07"), "{}", stderr(&output));
    let told = sheet(&project, "变化");
    assert!(told.contains("缺失或已被改动") && !told.contains("黑河"), "{told}");
    let first = published(&project);
    assert_exit(&project.amur(&["run", "--full"]), 0);
    assert!(first == published(&project), "repeated, the damage is told again");
}

#[test]
fn a_changed_pipeline_is_named_where_no_file_explains_a_change() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    project.write("pipelines/p.toml", pipeline().replace("sum(amount)", "max(amount)"));
    assert_exit(&project.amur(&["run"]), 0);
    let changes = text(&project, "changes.csv");
    let line = changes.lines().find(|line| line.contains(",value,")).unwrap();
    assert!(
        line.contains("120010.5,120000,-10.5") && line.contains("pipeline or code lists changed"),
        "{line}"
    );
    assert_eq!(changes.lines().count(), 2, "{changes}");
}

#[test]
fn a_data_sheet_is_a_native_table_with_codes_values_and_cells() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let drawn = sheet(&project, "数据_sales");
    let lines: Vec<&str> = drawn.lines().skip_while(|line| !line.starts_with("area")).collect();
    assert_eq!(
        lines,
        [
            "area | amount | amount_status | amount_bound | amount_rounding | as_stated | unit_measure | currency | origin_file | origin_sheet | origin_cell",
            "黑河 | 120000 | A |  | 0.5 | 120000 | CNY | CNY | sales/a.csv |  | B2",
            "东宁 | 3 | A |  | 0.5 | 3 | CNY | CNY | sales/a.csv |  | B3",
            "抚远 | 7.5 | A |  | 0.05 | 7.5 | CNY | CNY | sales/a.csv |  | B4",
        ]
    );
}

#[test]
fn a_report_cannot_take_the_name_of_a_file_that_every_run_writes() {
    let project = project();
    project.write(
        "pipelines/p.toml",
        pipeline().replace("a.xlsx", "changes.csv").split("[[report.sheet]]").next().unwrap().to_owned()
            + "from = \"sales\"\n",
    );
    let output = project.amur(&["check"]);
    assert_exit(&output, 3);
    assert!(stderr(&output).contains("every run writes a file of this name itself"), "{}", stderr(&output));
}
