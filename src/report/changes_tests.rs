//! The sheets of what changed, of data and of notes, rendered from small tables and opened again.

use super::fixture::{Opened, World, part};
use super::{Against, Change, Changes, FigureChange, FigureId, FigureState, Why};
use crate::finding::{CellCount, CheckOutcome, Finding, Place, Severity, SourceAccount, source as codes};

fn figure(value: &str, unit: &str, status: &str, bound: &str) -> FigureState {
    FigureState {
        value: value.to_owned(),
        unit: unit.to_owned(),
        status: status.to_owned(),
        bound: bound.to_owned(),
        ..FigureState::default()
    }
}

fn change(key: &str, column: &str, old: FigureState, new: FigureState, why: Why) -> FigureChange {
    let change = match (old.value.is_empty(), new.value.is_empty()) {
        (true, _) => Change::New,
        (_, true) => Change::Gone,
        _ => Change::Changed,
    };
    let id = FigureId { table: "t".to_owned(), key: key.to_owned(), column: column.to_owned() };
    FigureChange { id, change, old, new, why: vec![why] }
}

const FILE: &str = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"zh\"]\n\
    sheet = [ { name = \"甲\", from = \"t\", columns = [ { field = \"v\", label = \"数额\" }, { field = \"s\", label = \"比重\" } ] }, \
              { kind = \"changes\" } ]";

#[test]
fn bounds_statuses_shares_and_hidden_columns_show_as_people_read_them() {
    let mut world = World::new(&[("t", "p:t | v:m | s:r | hidden:m\n2021 | 1 | 0.5 | 1")]);
    let mut changes = Changes {
        against: Against::Earlier {
            as_of: "2024-01-31".to_owned(),
            content_id: "0123456789abcdef".to_owned(),
        },
        causes: vec![Why::Program { old: "amur 0.1.0".to_owned(), new: "amur 0.2.0".to_owned() }],
        figures: vec![
            change(
                "time_period=2021-01/2021-08",
                "v",
                figure("122000000000", "CNY", "A", ">"),
                figure("122060000000", "CNY", "A", ""),
                Why::FileChanged("a.csv".to_owned()),
            ),
            change(
                "p=x",
                "v",
                figure("5", "USD", "F", ""),
                figure("6", "USD", "A", ""),
                Why::Superseded { from: "a.csv".to_owned(), by: "b.csv".to_owned() },
            ),
            change("p=x", "s", figure("0.5", "1", "", ""), figure("0.525", "1", "", ""), Why::Unknown),
            change("p=y", "hidden", figure("1", "CNY", "A", ""), figure("", "", "", ""), Why::Unknown),
        ],
        unchanged: 7,
        ..Changes::default()
    };
    changes.sort();
    world.changes = changes;
    let drawn = Opened::new(&world.render(FILE)[0]).drawn("变化");
    assert_eq!(
        drawn.lines().skip(1).collect::<Vec<_>>(),
        [
            "对比的上次发布: 数据截至 2024-01-31 · 0123456789ab",
            "变更 3 · 消失 1 · 未变 7",
            "变化 | 指标 | 所指 | 原值 | 新值 | 单位 | 增减 | 原因",
            "程序与流水线",
            "≠ 变更 | 程序版本: amur 0.1.0 → amur 0.2.0",
            "甲（t）: 变更 3",
            "≠ 变更 | 数额 | 2021年1–8月 | ≥1,220 | 1220.6 | 亿元 |  | 文件已更新: a.csv",
            "≠ 变更 | 数额 | x | 5⏎预计 | 6 | 美元 | +1⏎▲ 20.00% | 改由另一文件取代: a.csv → b.csv",
            "≠ 变更 | 比重 | x | 50 | 52.5 | % | +2.5 百分点 | 未知",
            "+1 处变化在其他文件的表或未列出的列中，见 changes.csv",
        ]
    );
}

#[test]
fn a_data_sheet_continues_and_each_part_is_a_native_table() {
    let world = World::new(&[(
        "t",
        "code:t | v:m | r:r | o:o\n007 | 122000000000.5 | 0.25 |\n=1+1 | 99999999999999999 | |\nb | | |",
    )]);
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"en\"]\nsheet = [ { kind = \"data\", from = \"t\", columns = [\"code\", \"v\", \"r\"] } ]";
    let rendered = world.render_on(file, Some(2)).unwrap();
    let mut opened = Opened::new(&rendered[0]);
    assert_eq!(opened.sheets(), ["封面", "数据_t", "数据_t (2)"]);
    let body = |text: String| {
        text.lines().skip_while(|line| !line.starts_with("code")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        body(opened.drawn("数据_t")),
        ["code | v | r", "007 | 122000000000.5 | 0.25", "=1+1 | 99999999999999999"]
    );
    assert_eq!(body(opened.drawn("数据_t (2)")), ["code | v | r", "b"]);
    for (name, area) in [("xl/tables/table1.xml", "A4:C6"), ("xl/tables/table2.xml", "A4:C5")] {
        let table = part(&rendered[0], name);
        assert!(table.contains(&format!("<autoFilter ref=\"{area}\"/>")), "{table}");
    }
    assert!(opened.formulas("数据_t").iter().all(|(_, formula)| formula.is_empty()));
}

#[test]
fn a_data_sheet_without_rows_says_so() {
    let world = World::new(&[("t", "code:t | v:m")]);
    let file =
        "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"en\"]\nsheet = [ { kind = \"data\", from = \"t\" } ]";
    assert!(Opened::new(&world.render(file)[0]).drawn("数据_t").ends_with("code | v\nno data"));
}

#[test]
fn notes_stand_by_file_and_sources_of_figures_apart_with_their_address() {
    let mut world = World::new(&[("t", "p:t | v:m | v_status:t\n2021 | 1 | O")]);
    let account = |file: &str, notes: &[&str], sample| SourceAccount {
        file: file.to_owned(),
        source: "s".to_owned(),
        notes: notes.iter().map(|&note| note.to_owned()).collect(),
        sample,
        ..SourceAccount::default()
    };
    world.sources = vec![
        account("a.csv", &["注：初步数", "资料来源：海关，http://a.cn/1.html"], false),
        account("b.csv", &["注：修订数"], false),
        account("s.csv", &["随机"], true),
    ];
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"zh\"]\n\
        sheet = [ { name = \"甲\", from = \"t\", notes = [\"不含服务\"] }, { kind = \"notes\", notes = [\"按海关口径\"] } ]";
    let drawn = Opened::new(&world.render(file)[0]).drawn("说明");
    let lines: Vec<&str> = drawn.lines().collect();
    assert!(drawn.contains("– | 来源没有该数或未能计算；不是零。"), "{drawn}");
    let tail = lines.iter().position(|line| line.starts_with("状态 E")).unwrap();
    assert_eq!(
        lines[tail..],
        [
            "状态 E | 存疑或估计",
            "状态 F | 预计",
            "状态 O | 来源未列",
            "状态 P | 初步数",
            "编制说明",
            " | 按海关口径",
            "甲 | 不含服务",
            "来源文件的注释（按文件）",
            "a.csv | 注：初步数",
            "b.csv | 注：修订数",
            "资料来源",
            "a.csv | 资料来源：海关，http://a.cn/1.html",
        ]
    );
}

#[test]
fn quality_counts_what_is_accepted_and_sorts_findings_by_severity() {
    let mut world = World::new(&[("t", "n:i\n1")]);
    let finding = |severity| Finding::new(&codes::SHEET_UNREAD, severity, "s");
    world.outcomes = vec![CheckOutcome {
        name: "衔接".to_owned(),
        on: "t".to_owned(),
        severity: Severity::Warning,
        tested: 9,
        untested: 0,
        failures: Vec::new(),
        accepted: vec![finding(Severity::Warning).seen("1424.0", "前期数据修订")],
    }];
    let place = Place { sheet: "旧".to_owned(), ..Place::file("a.xls") };
    world.findings = vec![
        finding(Severity::Info).at(place).seen("hidden", "a visible sheet"),
        finding(Severity::Warning).times(3),
    ];
    world.sources = vec![SourceAccount {
        file: "a.xls".to_owned(),
        source: "s".to_owned(),
        missing: 4,
        superseded: 2,
        cells: CellCount {
            taken: 9,
            figures: 4,
            rejected: 2,
            left_out: [("total".to_owned(), 3)].into(),
            ..CellCount::default()
        },
        ..SourceAccount::default()
    }];
    let file = "[[report]]\nfile = \"a.xlsx\"\nlangs = [\"zh\"]\nsheet = [ { kind = \"quality\" }, { kind = \"sources\" } ]";
    let mut opened = Opened::new(&world.render(file)[0]);
    let quality = opened.drawn("质量");
    assert!(quality.contains("✔ 通过 | 衔接⏎t | 9 | 0 | 1"), "{quality}");
    assert!(quality.contains("| 1424.0 | 前期数据修订 |"), "{quality}");
    let warnings = quality.find("其他提示：警告 (3)").unwrap();
    assert!(warnings < quality.find("其他提示：须知 (1)").unwrap(), "{quality}");
    let sources = opened.drawn("来源");
    assert!(
        sources.ends_with("| 0 | 4 | 2 | 9 | 2 | 3 |  | 单元格 · total: 3⏎未读工作表: 旧 (hidden)"),
        "{sources}"
    );
}
