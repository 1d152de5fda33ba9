//! Figures that a file says are not there: kept with the reason, never zero, and never in the way of a figure.

use super::testing::{combined, mistakes_told};

const MARKED: &str = r#"
[source.s]
files = ["*"]
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", codes = "areas" }
measure.v = { from = "header:金额", type = "amount", unit = "header", missing = { "-" = "O", "*" = "Q", "…" = "L" } }
key = ["area"]
"#;

#[test]
fn what_is_not_there_keeps_its_reason_and_is_no_zero() {
    let sheet = "地区 | 金额（亿元）\n俄罗斯 | 0\n日本 | -\n韩国 | *\n蒙古 | …\n美国 |";
    assert_eq!(
        combined(MARKED, &[("a.xlsx", sheet)], &["area", "v", "v_status"]),
        "RU 0 A\nJP - O\nKR - Q\nMN - L\na.xlsx: 5 taken, 4 used, 0 rejected, 1 no figure",
    );
}

#[test]
fn a_figure_stands_where_another_file_says_that_there_is_none() {
    let first = "地区 | 金额（亿元）\n俄罗斯 | -\n日本 | *";
    let second = "地区 | 金额（亿元）\n俄罗斯 | 5\n日本 | -";
    assert_eq!(
        combined(MARKED, &[("a.xlsx", first), ("b.xlsx", second)], &["area", "v", "v_status"]),
        "JP - Q\nRU 500000000 A\na.xlsx: 2 taken, 1 used, 0 rejected, 1 declared missing, given elsewhere\n\
         b.xlsx: 2 taken, 1 used, 0 rejected, 1 declared missing, given elsewhere",
    );
}

#[test]
fn a_later_file_without_the_figure_does_not_replace_it() {
    let dated = format!(
        "{MARKED}supersede = \"released\"\nattr.released = {{ from = \"cell:/发布日期[:](?<released>.+)/\", type = \"date\" }}\n"
    );
    let old = "发布日期：2024年2月2日\n地区 | 金额（亿元）\n俄罗斯 | 5";
    let new = "发布日期：2024年3月2日\n地区 | 金额（亿元）\n俄罗斯 | -";
    assert_eq!(
        combined(&dated, &[("old.xlsx", old), ("new.xlsx", new)], &["area", "v", "released"]),
        "RU 500000000 2024-02-02\nold.xlsx: 1 taken, 1 used, 0 rejected\n\
         new.xlsx: 1 taken, 0 used, 0 rejected, 1 declared missing, given elsewhere",
    );
}

#[test]
fn a_status_is_one_of_sdmx() {
    assert_eq!(
        mistakes_told(&MARKED.replace("\"Q\"", "\"C\"")),
        "unknown status `C` (allowed: A, B, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, S, U, V, W)",
    );
}
