//! `amur infer` on the shipped files: the block it proposes reads them, and stands in a pipeline file.

use crate::project::{Project, assert_exit, stderr, stdout};

/// A shipped file, and what a block must read of it: figures and cells declared missing, as many as the shipped
/// sources count in it. Where the numbers differ, the reason stands beside them.
const FILES: &[(&str, &[&str])] = &[
    ("article/facts.csv", &["37 figures, 0 declared missing, 0 rows rejected"]),
    // Rows, each with up to seven measures, where the shipped source counts figures; the cells are the same:
    // 18 figures and 2 of growth, 17 figures.
    ("crossings/口岸与跨境通道.xlsx", &["20 figures + 44 missing", "17 figures + 27 missing"]),
    // The shipped source demands ten digits and leaves out the repeats: 6 rows fewer.
    ("declarations/示例_报关单明细_2021-2022.xlsx", &["1998 figures, 0 declared missing, 4 rows rejected"]),
    ("trade/2021年黑龙江省进出口情况表.xlsx", &["23 figures, 38 declared missing, 0 rows rejected"]),
    ("trade/2023年1-6月黑龙江省进出口情况.xlsx", &["13 figures, 16 declared missing, 0 rows rejected"]),
    ("trade/Торговля_Хэйлунцзян_2011-2013.csv", &["34 figures, 31 declared missing, 0 rows rejected"]),
    ("trade/中俄贸易历年.xlsx", &["31 figures, 29 declared missing, 0 rows rejected"]),
    ("trade/对俄进出口累计.ods", &["24 figures, 13 declared missing, 0 rows rejected"]),
    // One of the three is replaced by its correction where both files are read.
    ("trade/黑河片区2023年快报.xlsx", &["3 figures, 1 declared missing, 0 rows rejected"]),
    ("trade/黑河片区2023年快报（更正）.xlsx", &["5 figures, 3 declared missing, 0 rows rejected"]),
    ("trade/黑龙江省对俄进出口历年.xls", &["11 figures, 28 declared missing, 0 rows rejected"]),
    ("trade/黑龙江省进出口2022-2024.csv", &["55 figures, 4 declared missing, 0 rows rejected"]),
];

#[test]
fn a_proposed_block_reads_what_the_shipped_source_reads() {
    let project = Project::shipped();
    for (file, expected) in FILES {
        let output = project.amur(&["infer", file]);
        assert_exit(&output, 0);
        for part in *expected {
            assert!(stderr(&output).contains(part), "{file}: no {part:?} in\n{}", stderr(&output));
        }
    }
}

#[test]
fn a_block_is_written_behind_what_stands_there_and_only_once() {
    let project = Project::shipped();
    let path = project.path().join("pipelines/heilongjiang-russia.toml");
    let before = std::fs::read_to_string(&path).unwrap();
    let file = "trade/2023年1-6月黑龙江省进出口情况.xlsx";
    let write = ["infer", file, "--name", "draft", "--write"];
    let output = project.amur(&write);
    assert_exit(&output, 0);
    let after = std::fs::read_to_string(&path).unwrap();
    assert_eq!(after, format!("{before}\n{}", stdout(&output)));
    assert_exit(&project.amur(&["check"]), 0);
    let again = project.amur(&write);
    assert_exit(&again, 2);
    let line = before.lines().count() + 2;
    assert!(stderr(&again).contains(&format!("line {line} declares the source draft")), "{}", stderr(&again));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
}

#[test]
fn a_pipeline_that_does_not_exist_is_made() {
    let project = Project::empty();
    project.write("input/a.csv", "年份,金额（万元）\n2021,10\n2022,暂无\n2023,30.5\n");
    assert_exit(&project.amur(&["infer", "a.csv", "--write", "--pipeline", "new"]), 0);
    let written = std::fs::read_to_string(project.path().join("pipelines/new.toml")).unwrap();
    assert!(written.starts_with("version"), "{written}");
    for part in
        ["missing = { \"暂无\" = \"O\" }", "B: 2 of 3 cells are numbers; 1 × 暂无 (B3)", "unit = \"header\""]
    {
        assert!(written.contains(part), "no {part:?} in\n{written}");
    }
    assert_exit(&project.amur(&["check"]), 0);
}

#[test]
fn files_that_cannot_be_proposed_say_so() {
    let project = Project::empty();
    project.write("input/words.csv", "甲,乙\n丙,丁\n");
    let output = project.amur(&["infer", "words.csv"]);
    assert_exit(&output, 1);
    assert!(stderr(&output).contains("no row holds a number"), "{}", stderr(&output));
    assert_exit(&project.amur(&["infer", "absent.csv"]), 2);
    project.write("input/broken.xlsx", "PK\u{3}\u{4}");
    assert_exit(&project.amur(&["infer", "broken.xlsx"]), 1);
}

#[test]
fn files_of_one_layout_give_one_block_and_others_their_own() {
    let project = Project::empty();
    project.write("input/m/2021.csv", "国别,金额（万元）\n甲,10\n乙,-\n");
    project.write("input/m/2022.csv", "国别,金额（万元）\n甲,11\n乙,12\n丙,…\n");
    project.write("input/m/2023.csv", "国别,数量（吨）\n甲,1\n乙,2\n");
    let output = project.amur(&["infer", "m/2021.csv", "m/2022.csv", "--name", "m"]);
    assert_exit(&output, 0);
    let block = stdout(&output);
    for part in [
        "files = [\"m/202*.csv\"]",
        "\"-\" = \"O\", \"…\" = \"O\"",
        "dim.time_period = { from = \"file\", match = ",
    ] {
        assert!(block.contains(part), "no {part:?} in\n{block}");
    }
    let output = project.amur(&["infer", "m/2021.csv", "m/2023.csv", "--name", "m"]);
    assert_exit(&output, 0);
    assert!(stdout(&output).contains("[source.m_2]"), "{}", stdout(&output));
    assert!(stderr(&output).contains("another layout, proposed as block 2"), "{}", stderr(&output));
}

/// The customs table of trade by country: months without a year under the flows, and growth above them.
#[test]
fn months_take_the_year_of_the_title_and_growth_above_the_flows_goes_with_them() {
    let project = Project::shipped();
    let sheet = "（5）2024年8月进出口商品国别（地区）总值表\n,,,,,单位：万元人民币\n国别（地区）,进出口,,出口,,累计比去年同期±%,\n\
                 ,8月,1至8月,8月,1至8月,进出口,出口\n总值,37,285,21,164,6.0,6.9\n　　缅甸,10,80,6,48,-12.1,-15.3\n\
                 \u{3000}\u{3000}朝鲜,-,-,-,-,-,-\n其中：东盟①,5,45,3,26,10.0,12.0\n注：①东盟包括缅甸等10国。\n";
    project.write("input/国别.csv", sheet);
    let output = project.amur(&["infer", "国别.csv", "--name", "areas"]);
    assert_exit(&output, 0);
    let block = stdout(&output);
    for part in [
        "dim.area = { from = \"label\", codes = \"areas\" }",
        "dim.flow = { from = \"level:1\", codes = \"flows\" }",
        "dim.time_period = { from = \"level:2\", type = \"period\", year = \"title:*\" }",
        r"match = ['/^\d+月$/', '/^\d+至\d+月$/']",
        r#"table.pair = { "累计比去年同期±%" = '/^\d+至\d+月$/' }"#,
        "measure.stated_growth = { from = \"level:3\", match = [\"累计比去年同期±%/*\"], type = \"percent\"",
    ] {
        assert!(block.contains(part), "no {part:?} in\n{block}");
    }
    // Three areas with four figures each; four marks of figures and two of growth.
    assert!(
        stderr(&output).contains("12 figures, 6 declared missing, 0 rows rejected"),
        "{}",
        stderr(&output)
    );
}
