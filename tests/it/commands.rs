//! Commands with bad pipelines, bad input and bad folders: the message, the exit code, nothing published.

use crate::project::{Project, SALES, assert_exit, entries, stderr, stdout};

/// The sum of the sales.
const TOTAL: &str = r#"
[[step]]
name = "total"
from = "sales"
group_by = ["area"]
aggregate = { amount = "sum(amount)" }

[[report]]
file = "total.csv"
from = "total"
"#;

/// A plain pipeline over one CSV.
fn pipeline() -> String {
    format!("{SALES}{TOTAL}")
}

fn plain(csv: &str) -> Project {
    let project = Project::empty();
    project.write("pipelines/plain.toml", pipeline());
    project.write("input/sales/a.csv", csv);
    project
}

fn published(project: &Project) -> bool {
    project.path().join("output/plain/latest").exists()
}

#[test]
fn a_plain_table_goes_through() {
    let project = plain("地区,金额,币种\n黑河,10.5,CNY\n东宁,\"1,000\",CNY\n");
    assert_exit(&project.amur(&["run"]), 0);
    let files = project.latest("plain");
    let (_, bytes) = files.iter().find(|(name, _)| name == "total.csv").unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains("黑河,10.5") && text.contains("东宁,1000"), "{text}");
}

/// 22 mistakes in one file, each told in one pass with line and column.
const MISTAKEN: &str = r#"version = 2
timezone = "Asia/Shanghia"
titel = "x"

[source.sales]
files = []
table = { labels = ["地区"] }
dim.area = { from = "haeder:地区", type = "txt" }
measure.amount = { from = "header:金额", type = "amount" }
key = ["aera"]
contrakt = "freeze"

[[step]]
name = "one"
from = "two"

[[step]]
name = "two"
from = "one"

[[step]]
name = "sales"
from = "salse"
filter = "金额 > 1"

[[step]]
name = "three"
from = "sales"
filter = "area = 5 AND 金额x > 1"

[[report]]
file = "../out.csv"
from = "three"
"#;

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let project = Project::empty();
    project.write("pipelines/bad.toml", MISTAKEN);
    let output = project.amur(&["check"]);
    assert_exit(&output, 3);
    let told = stderr(&output);
    for (place, message) in [
        ("bad.toml:1:", "version"),
        ("bad.toml:2:", "unknown time zone `Asia/Shanghia`"),
        ("bad.toml:3:", "did you mean `title`"),
        ("bad.toml:8:", "did you mean `header"),
        ("bad.toml:10:", "did you mean `area`"),
        ("bad.toml:11:", "did you mean `contract`"),
        ("bad.toml:14:", "steps in a circle: one ← two ← one"),
        ("bad.toml:22:", "the name `sales` is given twice"),
        ("bad.toml:23:", "did you mean `sales`"),
        ("bad.toml:32:", "../out.csv"),
    ] {
        assert!(told.contains(place), "{place} is missing:\n{told}");
        assert!(told.contains(message), "{message} is missing:\n{told}");
    }
}

#[track_caller]
fn first_mistake(pipeline: impl AsRef<[u8]>, expected: &[&str]) {
    let project = Project::empty();
    project.write("pipelines/bad.toml", pipeline);
    let output = project.amur(&["check"]);
    assert_exit(&output, 3);
    let told = stderr(&output);
    for part in expected {
        assert!(told.contains(part), "`{part}` is missing:\n{told}");
    }
}

#[test]
fn slips_of_office_typing_have_help_lines_of_their_own() {
    first_mistake("version = 1\ntitle = “标题”\n", &["bad.toml:2:9", "straight quote"]);
    first_mistake("version = 1\ntitle\u{3000}= \"x\"\n", &["bad.toml:2:6", "full-width space"]);
    first_mistake("version = 1\ntitle = \"C:\\data\"\n", &["bad.toml:2:", "backslash"]);
    first_mistake("version = 1\n标题 = \"x\"\n", &["bad.toml:2:", "must stand in quotes"]);
    first_mistake("version = 1\ntitle = \"x\"，\n", &["bad.toml:2:", "full-width sign"]);
    first_mistake("version = 1\n[[step]\nname = \"b\"\n", &["bad.toml:2:", "error: 1 mistake in"]);
    let (gbk, _, _) = encoding_rs::GBK.encode("version = 1\ntitle = \"标题\"\n");
    first_mistake(gbk, &["not UTF-8: line 2", "saved as GBK"]);
}

#[test]
fn carets_stand_right_under_chinese_text_and_inside_sql() {
    let project = plain("地区,金额,币种\n");
    project.write(
        "pipelines/plain.toml",
        pipeline().replace(
            "group_by = [\"area\"]",
            "filter = \"area = '黑河' AND 金额 > 1\"\ngroup_by = [\"area\"]",
        ),
    );
    let output = project.amur(&["check"]);
    assert_exit(&output, 3);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn an_unreadable_file_stops_publication_but_not_the_reading_of_others() {
    let project = plain("地区,金额,币种\n黑河,10.5,CNY\n");
    project.write("input/sales/b.xlsx", b"PK\x03\x04 half a workbook");
    project.write("input/sales/c.csv", "标题\n别的,表\n");
    let output = project.amur(&["run"]);
    assert_exit(&output, 1);
    let told = stderr(&output);
    for part in ["sales/b.xlsx", "damaged or was not copied to the end", "sales/c.csv", "地区"] {
        assert!(told.contains(part), "`{part}` is missing:\n{told}");
    }
    assert!(told.lines().any(|line| line.starts_with("sales/a.csv") && line.contains(" 1 ")), "{told}");
    assert!(!published(&project));
    let failed = entries(&project.path().join("output/plain/failed"));
    assert_eq!(failed.len(), 1);
    assert!(failed[0].join("findings.csv").is_file() && failed[0].join("manifest.json").is_file());
}

#[test]
fn a_sum_over_mixed_currencies_is_refused() {
    let project = plain("地区,金额,币种\n黑河,10.5,CNY\n东宁,3,USD\n");
    project.write("pipelines/plain.toml", pipeline().replace("group_by = [\"area\"]", "group_by = []"));
    let output = project.amur(&["run"]);
    assert_exit(&output, 1);
    let told = stderr(&output);
    assert!(told.contains("CNY") && told.contains("USD") && told.contains("a sum of `amount`"), "{told}");
    assert!(!published(&project));
}

#[test]
fn a_missing_rate_names_currency_period_and_rows() {
    let project = plain("地区,金额,币种\n黑河,10.5,KZT\n东宁,3,KZT\n");
    let convert = "\n[rates.r]\nfiles = [\"rates/*.csv\"]\n\n[[step]]\nname = \"valued\"\nfrom = \"sales\"\nadd = [ { name = \"day\", sql = \"DATE '2024-01-02'\" } ]\nconvert = { value = \"amount\", to = [\"CNY\"], rates = \"r\", method = \"daily\", on = \"day\" }\n";
    project.write(
        "pipelines/plain.toml",
        pipeline()
            .replace("from = \"total\"", "from = \"valued\"")
            .replace("\n[[report]]", &format!("{convert}\n[[report]]")),
    );
    project.write("input/rates/r.csv", "date,currency,cny_per_unit\n2024-01-02,USD,7.1\n");
    let output = project.amur(&["run"]);
    assert_exit(&output, 1);
    let told = stderr(&output);
    assert!(told.contains("KZT") && told.contains("2024-01-02") && told.contains("2 rows"), "{told}");
    assert!(!published(&project));
}

#[test]
fn too_many_rejects_stop_publication() {
    let project = plain("地区,金额,币种\n黑河,待核,CNY\n东宁,3,CNY\n");
    project.write(
        "pipelines/plain.toml",
        pipeline().replace("key = [\"area\"]", "key = [\"area\"]\nrejects = \"1%\""),
    );
    let output = project.amur(&["run"]);
    assert_exit(&output, 1);
    let told = stderr(&output);
    assert!(told.contains("待核") && told.contains("B2"), "{told}");
    assert!(!published(&project));
    let failed = entries(&project.path().join("output/plain/failed"));
    let rejects = std::fs::read_to_string(failed[0].join("rejects.csv")).unwrap();
    assert!(rejects.contains("待核") && rejects.contains("sales/a.csv,,B2"), "{rejects}");
}

#[test]
fn names_that_do_not_exist_are_usage_errors_with_a_hint() {
    let project = plain("地区,金额,币种\n黑河,10.5,CNY\n");
    let output = project.amur(&["run", "plian"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("did you mean plain?"), "{}", stderr(&output));
    let output = project.amur(&["preview", "totl"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("did you mean total?"), "{}", stderr(&output));
}

#[test]
fn preview_shows_rows_with_their_cells() {
    let project = plain("地区,金额,币种\n黑河,10.5,CNY\n");
    let output = project.amur(&["preview", "sales"]);
    assert_exit(&output, 0);
    assert!(stdout(&output).contains("sales/a.csv ▸ B2"), "{}", stdout(&output));
    assert!(!published(&project));
}

#[test]
fn the_json_log_is_json() {
    let project = plain("地区,金额,币种\n黑河,10.5,CNY\n");
    let output = project.amur(&["run", "--log-format", "json"]);
    assert_exit(&output, 0);
    let events = stderr(&output);
    let events: Vec<serde_json::Value> = events
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(events.iter().any(|event| event["message"] == "Input folder listed."), "{events:?}");
}

#[test]
fn warnings_can_be_denied() {
    let project = Project::shipped();
    assert_exit(&project.amur(&["run", "--deny-warnings"]), 1);
}

#[test]
fn failing_pipeline_tests_are_exit_7() {
    let project = plain("");
    let test = "\n[[test]]\nname = \"wrong\"\ngiven = { sales = \"area,amount,currency\\nA,1,CNY\\nA,2,CNY\" }\nexpect = { total = \"area,amount\\nA,4\" }\n";
    project.write("pipelines/plain.toml", pipeline() + test);
    let output = project.amur(&["test"]);
    assert_exit(&output, 7);
    assert!(stdout(&output).contains("expected 4, got 3"), "{}", stdout(&output));
}
