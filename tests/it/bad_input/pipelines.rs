//! Rows 61–73: rates, facts and pipeline files. A rate that is missing or in doubt is an error, never a silent 1;
//! a pipeline file with a mistake is refused before any input is read.

use crate::project::{Project, SALES, sales, stderr};

/// Runs over these files; the words that are missing from what is said, or another exit code.
#[track_caller]
fn check(what: &str, files: &[(&str, &str)], code: i32, words: &[&str]) {
    let project = Project::empty();
    for (name, text) in files {
        project.write(name, text);
    }
    let output = project.amur(&["run"]);
    let mut told = stderr(&output);
    for folder in ["latest", "failed"] {
        let findings =
            std::fs::read_to_string(project.path().join(format!("output/p/{folder}/findings.csv")));
        told.push_str(&findings.unwrap_or_default());
    }
    assert_eq!(output.status.code(), Some(code), "{what}:\n{told}");
    assert_eq!(project.path().join("output/p/latest").exists(), code == 0, "{what}");
    for word in words {
        assert!(told.contains(word), "{what}: `{word}` is not said:\n{told}");
    }
}

/// The pipeline of rows 61–65: every sale in yuan, at the rate of its day.
fn converted() -> String {
    let source = SALES.replace("measure.", "dim.day = { from = \"header:日期\", type = \"date\" }\nmeasure.");
    format!(
        "{source}\n[rates.r]\nfiles = [\"rates/*.csv\"]\nmax_age = \"7d\"\n\n[[step]]\nname = \"valued\"\nfrom = \"sales\"\n\
         convert = {{ value = \"amount\", to = [\"CNY\"], rates = \"r\", method = \"daily\", on = \"day\" }}\n\n\
         [[report]]\nfile = \"valued.csv\"\nfrom = \"valued\"\n"
    )
}

/// Rates of a day, and a sale in a currency on that day or another.
#[track_caller]
fn rates(what: &str, rates: &str, (currency, day): (&str, &str), code: i32, words: &[&str]) {
    let rates = format!("date,currency,cny_per_unit\n{rates}");
    let sales = format!("地区,日期,金额,币种\n黑河,{day},10,{currency}\n");
    let files =
        [("pipelines/p.toml", &*converted()), ("input/sales/a.csv", &*sales), ("input/rates/r.csv", &*rates)];
    check(what, &files, code, words);
}

#[test]
fn rates_in_doubt_are_errors() {
    let usd = ("USD", "2024-01-02");
    let good = "2024-01-02,USD,7.1\n2024-01-03,USD,7.2\n";
    rates("- a good rate", good, usd, 0, &[]);
    rates("61 no rate", good, ("KZT", "2024-01-02"), 1, &["KZT", "2024-01-02", "1 row"]);
    rates("62 zero", "2024-01-02,USD,0\n", usd, 1, &["rates/r.csv", "C2", "0"]);
    rates("62 negative", "2024-01-02,USD,-7.1\n", usd, 1, &["rates/r.csv", "C2", "-7.1"]);
    rates("62 NaN", "2024-01-02,USD,NaN\n", usd, 1, &["rates/r.csv", "C2", "NaN"]);
    rates(
        "62 inverted",
        &format!("{good}2024-01-04,USD,0.14\n"),
        usd,
        1,
        &["rates/r.csv ▸ line 4", "0.14", "in doubt"],
    );
    rates(
        "63 two on one day",
        &format!("{good}2024-01-02,USD,7.3\n"),
        usd,
        1,
        &["rates/r.csv", "7.1", "7.3"],
    );
    rates("64 too old", good, ("USD", "2024-02-02"), 1, &["USD", "2024-02-02"]);
    rates("65 no currency", good, ("XYZ", "2024-01-02"), 1, &["sales/a.csv", "D2", "XYZ"]);
    for alias in ["人民币", "RMB", "元"] {
        rates("65 another name of the yuan", good, (alias, "2024-01-02"), 0, &[]);
    }
    rates("65 a name that no list has", "2024-01-02,RUB,0.08\n", ("₽", "2024-01-02"), 1, &["D2", "₽"]);
}

/// The pipeline of row 66: facts of an article. Yuan and dollars that disagree are the check `implied_rate`, shown
/// in its own tests and by the shipped pipeline.
const FACTS: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.facts]
files = ["facts.csv"]
layout = "facts"
key = ["fact_id"]

[[check]]
on = "facts"
name = "none in the future"
holds = "time_period <= '2024'"
show = ["fact_id"]

[[report]]
file = "facts.csv"
from = "facts"
"#;

/// A fact by its number, period, value, unit and currency, and another that is sound.
#[track_caller]
fn fact(what: &str, [id, period, value, unit, currency]: [&str; 5], code: i32, words: &[&str]) {
    let head = "fact_id,indicator_id,label,entity,REF_AREA,COUNTERPART_AREA,TIME_PERIOD,FREQ,OBS_VALUE,OBS_VALUE_TEXT,\
                UNIT_MEASURE,UNIT_MULT,CURRENCY,OBS_STATUS,QUALIFIER,PARAGRAPH,SOURCE_NAMED,NOTE";
    let line = |id: &str, period: &str, value: &str, unit: &str, currency: &str| {
        format!(
            "{id},TRADE,Trade,Heilongjiang,CN-HL,RU,{period},A,{value},,{unit},9,{currency},A,exact,1,Office,"
        )
    };
    let sound = line("F01", "2018", "122", "CNY", "CNY");
    let facts = format!("{head}\n{sound}\n{}\n", line(id, period, value, unit, currency));
    check(what, &[("pipelines/p.toml", FACTS), ("input/facts.csv", &facts)], code, words);
}

#[test]
fn facts_without_sense_are_named() {
    fact("- a good one", ["F02", "2018", "17.32", "USD", "USD"], 0, &[]);
    fact("66 a key twice", ["F01", "2018", "17.32", "USD", "USD"], 1, &["F01"]);
    fact("66 no unit", ["F02", "2018", "17.32", "", ""], 1, &["K3"]);
    fact("66 no value", ["F02", "2018", "viel", "USD", "USD"], 1, &["I3", "viel"]);
    fact("66 no period", ["F02", "soon", "17.32", "USD", "USD"], 1, &["G3", "soon"]);
    fact(
        "66 a year later than the report",
        ["F02", "2035", "17.32", "USD", "USD"],
        1,
        &["none in the future", "F02"],
    );
    check("66 no file of facts", &[("pipelines/p.toml", FACTS)], 4, &["no file in"]);
}

/// The pipeline file of most rows, with one place written otherwise.
#[track_caller]
fn pipeline(what: &str, (old, new): (&str, &str), words: &[&str]) {
    let whole = sales()
        + "\n[[step]]\nname = \"total\"\nfrom = \"sales\"\ngroup_by = [\"area\"]\naggregate = { amount = \"sum(amount)\" }\n";
    assert!(whole.contains(old), "{what}");
    let files = [("pipelines/p.toml", &*whole.replacen(old, new, 1)), ("input/sales/a.csv", "地区,金额\n")];
    check(what, &files, 3, words);
}

#[test]
fn mistakes_in_pipeline_files_are_told_with_their_place() {
    pipeline("67 syntax", ("version = 1", "version = = 1"), &["pipelines/p.toml:1:11"]);
    pipeline(
        "68 unknown key",
        ("aggregate", "agregate"),
        &["p.toml:", "`agregate`", "did you mean `aggregate`"],
    );
    pipeline(
        "69 a step of itself",
        ("from = \"sales\"\ngroup", "from = \"total\"\ngroup"),
        &["p.toml:", "total"],
    );
    pipeline(
        "69 a name twice",
        ("name = \"total\"", "name = \"sales\""),
        &["the name `sales` is given twice"],
    );
    pipeline("69 an unknown column", ("sum(amount)", "sum(amuont)"), &["p.toml:", "did you mean `amount`"]);
    for path in ["../../x.csv", "/tmp/x.csv", "CON.csv", "x.csv.", "a/b.csv", "x?.csv"] {
        pipeline(
            "70 a report elsewhere",
            ("file = \"sales.csv\"", &format!("file = \"{path}\"")),
            &["p.toml:", path],
        );
    }
    let second = "[[report]]\nfile = \"sales.csv\"\nfrom = \"sales\"\n\n[[step]]";
    pipeline("72 two reports of one name", ("[[step]]", second), &["p.toml:", "sales.csv"]);
}

#[test]
fn pipeline_files_without_end_are_refused() {
    let deep = format!("version = 1\nx = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    check("71 nested 100,000 deep", &[("pipelines/p.toml", &deep)], 3, &["p.toml"]);
    let large = format!("version = 1\n# {}\n", "x".repeat(100 << 20));
    check(
        "71 a hundred megabytes",
        &[("pipelines/p.toml", &large)],
        3,
        &["p.toml", "may have 4194304 at most"],
    );
    check("73 none", &[("pipelines/readme.txt", "")], 3, &["no pipeline"]);
}
