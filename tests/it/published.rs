//! Commands that look at what was published, and walk figures back: data on stdout, talk on stderr.

use crate::project::{Project, assert_exit, entries, stderr, stdout};

const PIPELINE: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.sales]
files = ["sales/*"]
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", type = "text", required = true }
dim.day = { from = "header:日期", type = "date" }
measure.amount = { from = "header:金额", type = "amount", currency = "column:币种" }
key = ["area", "day"]
rejects = "50%"

[rates.r]
files = ["rates/*.csv"]

[[step]]
name = "valued"
from = "sales"
convert = { value = "amount", to = ["CNY"], rates = "r", method = "daily", on = "day" }

[[step]]
name = "yearly"
from = "valued"
group_by = ["year(day) as year", "area"]
aggregate = { value_cny = "sum(amount_cny)" }

[[step]]
name = "all"
from = "yearly"
group_by = ["year"]
aggregate = { value_cny = "sum(value_cny)" }

[[report]]
file = "a.xlsx"
[[report.sheet]]
name = "各年"
from = "yearly"
[[report.sheet]]
name = "合计"
from = "all"
"#;

const SALES: &str = "地区,日期,金额,币种
黑河,2021-03-01,10,USD
黑河,2022-03-01,20,USD
东宁,2021-03-01,5,CNY
黑河,2021-04-01,30,CNY
绥芬河,2021-04-01,待核,CNY
";

fn project() -> Project {
    let project = Project::empty();
    project.write("pipelines/p.toml", PIPELINE);
    project.write("input/sales/a.csv", SALES);
    project
        .write("input/rates/r.csv", "date,currency,cny_per_unit\n2021-03-01,USD,6.5\n2022-03-01,USD,6.3\n");
    project
}

#[test]
fn an_aggregate_is_walked_back_to_the_cells_of_its_own_rows() {
    let project = project();
    let output = project.amur(&["explain", "各年", "2021", "area=黑河"]);
    assert_exit(&output, 0);
    // 10 × 6.5 + 30 = 95; the rows of another year and of another area stay away.
    insta::assert_snapshot!(stdout(&output));
    let output = project.amur(&["explain", "all", "2021"]);
    let told = stdout(&output);
    for cell in ["C2", "C4", "C5"] {
        assert!(told.contains(&format!("sales/a.csv ▸ {cell}")), "{told}");
    }
    assert!(!told.contains("▸ C3") && told.contains("value_cny  100"), "{told}");
}

#[test]
fn a_row_that_keeps_its_cell_names_it_with_the_rate_used() {
    let project = project();
    let output = project.amur(&["explain", "valued", "黑河", "2021-03-01", "--json"]);
    assert_exit(&output, 0);
    let traces: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let trace = &traces[0];
    assert_eq!(trace["cells"][0]["place"]["cell"], "C2");
    assert_eq!(trace["cells"][0]["raw"], "10");
    let converted =
        trace["figures"].as_array().unwrap().iter().find(|one| one["column"] == "amount_cny").unwrap();
    assert_eq!((converted["value"].as_str(), converted["rate_value"].as_str()), (Some("65"), Some("6.5")));
    assert_eq!(converted["rate_file"], "rates/r.csv");
}

#[test]
fn an_unknown_table_or_row_is_a_usage_error() {
    let project = project();
    let output = project.amur(&["explain", "yaerly", "2021"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("did you mean yearly?"), "{}", stderr(&output));
    let output = project.amur(&["explain", "yearly", "1999"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("no row of yearly holds 1999"), "{}", stderr(&output));
}

#[test]
fn runs_are_listed_compared_and_aged() {
    let project = project();
    let output = project.amur(&["status", "--max-age", "1d"]);
    assert_exit(&output, 6);
    assert!(stdout(&output).contains("not published"), "{}", stdout(&output));
    assert_exit(&project.amur(&["show", "findings"]), 2);
    assert_exit(&project.amur(&["run"]), 0);
    project.write("input/sales/a.csv", SALES.replace("黑河,2021-04-01,30", "黑河,2021-04-01,40"));
    assert_exit(&project.amur(&["run"]), 0);
    assert_exit(&project.amur(&["status", "--max-age", "1d"]), 0);
    assert_exit(&project.amur(&["status", "--max-age", "0s"]), 6);

    let output = project.amur(&["history", "--json"]);
    let runs: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let names: Vec<&str> = runs.as_array().unwrap().iter().map(|run| run["run"].as_str().unwrap()).collect();
    assert_eq!((names.len(), runs[1]["compared_with"].as_str()), (2, Some(names[0])));

    for arguments in [vec!["diff"], vec!["diff", names[0]], vec!["diff", names[0], names[1]]] {
        let output = project.amur(&arguments);
        assert_exit(&output, 0);
        assert_eq!(
            stdout(&output),
            "change   table   key                  column     old  new  difference  unit\n\
             changed  all     year=2021            value_cny  100  110  10          CNY\n\
             changed  yearly  year=2021|area=黑河  value_cny  95   105  10          CNY\n"
        );
    }
    let output = project.amur(&["diff", "2021"]);
    assert_exit(&output, 2);

    let latest = entries(&project.path().join("output/p/latest"));
    assert!(latest.iter().any(|path| path.ends_with("changes.csv")));
    project.write("output/p/latest/all-figures.csv", "x");
    assert_exit(&project.amur(&["diff"]), 5);
    assert_exit(&project.amur(&["status"]), 5);
}

#[test]
fn what_the_latest_run_found_is_data() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let output = project.amur(&["show", "rejects", "--json"]);
    assert_exit(&output, 0);
    let rejects: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((rejects[0]["cell"].as_str(), rejects[0]["seen"].as_str()), (Some("C6"), Some("待核")));
    let output = project.amur(&["show", "sources"]);
    let line = stdout(&output).lines().find(|line| line.starts_with("sales/a.csv")).unwrap().to_owned();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert!(
        line.contains("csv, UTF-8")
            && words.ends_with(&["5", "4", "0", "1", "0", "4", "0", "0", "24", "4", "0"]),
        "{line}"
    );
    // Of the rates file 2 rows, 2 rates, and 9 cells: 3 headings, 2 days, 2 currencies and the rates.
    let line = stdout(&output).lines().find(|line| line.starts_with("rates/r.csv")).unwrap().to_owned();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert!(words.ends_with(&["2", "2", "0", "0", "0", "2", "0", "0", "9", "0", "0"]), "{line}");
    assert_exit(&project.amur(&["show", "findings"]), 0);
}

#[test]
fn a_file_of_rates_is_drawn_cell_by_cell() {
    let project = project();
    let text = "Date,USD,QQQ,\n2021-03-01,1.2053,1,\n2022-03-01,N/A,1,\n";
    project.write("input/rates/r.csv", text);
    let output = project.amur(&["explain", "--layout", "rates/r.csv"]);
    assert_exit(&output, 0);
    insta::assert_snapshot!(stdout(&output), @r"
    rates/r.csv, read by r
      rates, ECB
      rows: 2 taken = 2 used + 0 normalised + 0 rejected + 0 left out; 1 figures
      cells: 9 taken = 1 figures + 1 missing + 2 labels + 3 headers, titles and notes + 0 rejected + 2 left out (unknown currency: 2)
      finding X05 at rates/r.csv ▸ line 2: a currency of a rates file is not known `QQQ`; expected a currency code
      T title  U unit  H header  L label  # figure  - missing  N note  ! rejected  x left out
      the file
                   A             B         C
      1  header 1  H Date        H USD     H QQQ
      2  data      L 2021-03-01  # 1.2053  x 1
      3  data      L 2022-03-01  - N/A     x 1
      x left out at C2 and 1 more: unknown currency
    ");
    assert_eq!(stdout(&project.amur(&["preview", "rates/r.csv"])), stdout(&output));
    project.write("input/rates/r.csv", "Date,USD,\n2021-03-01,x,\n");
    let told = stdout(&project.amur(&["explain", "--layout", "rates/r.csv"]));
    assert!(told.contains("cannot be read: rates/r.csv, line 2, USD: `x` is no exchange rate"), "{told}");
}

#[test]
fn a_file_is_drawn_cell_by_cell() {
    let project = Project::empty();
    project.write(
        "pipelines/p.toml",
        r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.areas]
files = ["*.csv"]
table = { labels = ["地区", "金额"], end = ["/^注[:]/"] }
dim.area = { from = "label", type = "text" }
measure.amount = { from = "header:金额", type = "amount", unit = "cell:/单位[:](?<unit>.+)/", missing = { "-" = "O" } }
rows = [{ match = "合计", role = "total" }]
rejects = "100%"
"#,
    );
    let sheet = "各地区进出口总值\n单位：亿元\n地区,金额,备考\n合计,9,\n黑河,4,x\n东宁,待核,\n抚远,-,\n绥芬河,5,\n注：初步数\n";
    project.write("input/a.csv", sheet);
    let output = project.amur(&["preview", "a.csv"]);
    assert_exit(&output, 0);
    insta::assert_snapshot!(stdout(&output));
    assert_eq!(stdout(&project.amur(&["explain", "--layout", "a.csv"])), stdout(&output));
    let output = project.amur(&["explain", "--layout", "input/a.csv", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let reading = &told["readings"][0];
    let cell = &reading["sheets"][0]["rows"][5]["cells"][1];
    assert_eq!((cell["cell"].as_str(), cell["role"].as_str()), (Some("B6"), Some("rejected")));
    // 17 cells: 5 in titles and header, 1 note, 2 figures with their labels; a row and one cell are left out.
    let cells = &reading["account"]["cells"];
    assert_eq!((&cells["taken"], &cells["around"], &cells["rejected"]), (&17.into(), &6.into(), &2.into()));
    assert_exit(&project.amur(&["explain", "--layout", "b.csv"]), 2);
}
