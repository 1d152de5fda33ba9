//! Rows 48–60: CSV, TSV and what is called so.

use encoding_rs::{Encoding, GB18030, IBM866, KOI8_R, WINDOWS_1251};

use super::{Failed, Read, Refused, Rejected, check};
use crate::project::{Project, assert_exit, stdout};

const TABLE: &str = "地区,金额\n黑河,10.5\n";
const FIGURE: &str = "黑河,10.5";

fn in_encoding(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

/// UTF-16 with a mark at its beginning.
fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
}

/// A table of many lines, of which one is another.
fn lines(other: &[u8], at: usize, count: usize) -> Vec<u8> {
    let mut text = "地区,金额\n".as_bytes().to_vec();
    for line in 2..=count {
        if line == at {
            text.extend(other);
        } else {
            text.extend(format!("县{line},{line}\n").into_bytes());
        }
    }
    text
}

#[test]
#[rustfmt::skip] // one row an item
fn encodings_are_found() {
    check("", vec![
        ("48 GBK", "a.csv", in_encoding(TABLE, GB18030), Read(FIGURE, "")),
        ("48 GB18030, a sign of four bytes", "a.csv", in_encoding("地区,金额\n㐂河,10.5\n", GB18030), Read("㐂河,10.5", "")),
        ("48 UTF-8 with a mark", "a.csv", format!("\u{feff}{TABLE}").into_bytes(), Read(FIGURE, "")),
        ("48 UTF-16LE", "a.csv", utf16(TABLE, u16::to_le_bytes), Read(FIGURE, "")),
        ("48 UTF-16BE", "a.csv", utf16(TABLE, u16::to_be_bytes), Read(FIGURE, "")),
    ]);
}

/// 48: the encoding that was found is recorded.
#[test]
fn encodings_are_told_apart_and_recorded() {
    let russian = "Район;Сумма\nХэйхэ;10.5\nСуйфэньхэ;7\n";
    let pipeline = super::pipeline("");
    for (bytes, name, figure) in [
        (in_encoding(russian, WINDOWS_1251), "windows-1251", "Хэйхэ,10.5"),
        (in_encoding(russian, KOI8_R), "KOI8-R", "Хэйхэ,10.5"),
        (in_encoding(russian, IBM866), "IBM866", "Хэйхэ,10.5"),
        (in_encoding(TABLE, GB18030), "gb18030", FIGURE),
        (utf16(TABLE, u16::to_be_bytes), "UTF-16BE", FIGURE),
    ] {
        let project = Project::empty();
        let pipeline = match figure {
            FIGURE => pipeline.clone(),
            _ => pipeline.replace("地区", "Район").replace("金额", "Сумма"),
        };
        project.write("pipelines/bad.toml", pipeline);
        project.write("input/sales/a.csv", bytes);
        assert_exit(&project.amur(&["run"]), 0);
        assert!(project.latest_text("bad", "sales.csv").contains(figure), "{name}");
        let sources = stdout(&project.amur(&["show", "sources"]));
        assert!(sources.contains(&format!("csv, {name}")), "{name}: {sources}");
    }
}

#[test]
#[rustfmt::skip] // one row an item
fn bytes_without_sense_are_named_with_their_line() {
    let mixed = [TABLE.as_bytes(), &in_encoding("东宁,3\n", GB18030)].concat();
    let lone = [TABLE.as_bytes(), b"x\xff,3\n"].concat();
    let long = format!("{TABLE}东宁,{}\n", "1".repeat(20 << 20)).into_bytes();
    check("", vec![
        ("49 UTF-8, but one line in GBK", "a.csv", mixed, Refused("line 3, byte 1: 0xB6")),
        ("50 a lone 0xFF", "a.csv", lone, Refused("line 3, byte 2: 0xFF")),
        ("51 a zero byte", "a.csv", format!("{TABLE}东宁,\0\n").into_bytes(), Refused("line 3, byte 8: 0x00")),
        ("52 a quote never closed, 1,000,000 lines behind it", "a.csv", lines("\"东宁,1\n".as_bytes(), 5, 1_000_000), Refused("the quote opened on line 5 is never closed")),
        // 200 MB by hand: the same words, 7 s unoptimised.
        ("55 a line of 20 MB", "a.csv", long, Refused("line 3 is longer than")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn ragged_and_cut_texts_are_read_or_named() {
    let columns = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("列{at}")).collect();
        format!("地区,金额,{}\n黑河,10.5{}\n", names.join(","), ",".repeat(count)).into_bytes()
    };
    let cut = |last: &[u8]| [lines(b"", 0, 30), last.to_vec()].concat();
    check("", vec![
        ("53 a line with more cells", "a.csv", lines("黑河,10.5,9,8\n".as_bytes(), 20, 30), Read(FIGURE, "line 20")),
        ("53 a line with fewer cells", "a.csv", lines("黑河\n".as_bytes(), 20, 30), Read("县30,30", " 29          28 ")),
        ("54 semicolons", "a.csv", TABLE.replace(',', ";").into_bytes(), Read(FIGURE, "")),
        ("54 tabs", "a.tsv", TABLE.replace(',', "\t").into_bytes(), Read(FIGURE, "")),
        ("54 a decimal comma that nobody declared", "a.csv", "地区;金额\n黑河;10,5\n".into(), Rejected("a.csv,,B2", "10,5")),
        ("56 ten thousand columns", "a.csv", columns(10_000), Read(FIGURE, "")),
        ("57 CR alone ends lines", "a.csv", TABLE.replace('\n', "\r").into_bytes(), Read(FIGURE, "")),
        ("57 all three line ends", "a.csv", "地区,金额\r\n黑河,10.5\r东宁,1\n".into(), Read(FIGURE, "")),
        ("58 a header only", "a.csv", "地区,金额\n".into(), Read("绥芬河,7", "L20")),
        ("59 the last line is cut in a name", "a.csv", cut("黑".as_bytes()), Read("县30,30", "line 31")),
        ("59 the last line is cut in a number", "a.csv", cut("黑河,10.5".as_bytes()), Read(FIGURE, "")),
        ("59 the last line is cut in a letter", "a.csv", cut(b"\xe9\xbb"), Refused("line 31")),
    ]);
    check("decimal = \",\"", vec![
        ("54 a decimal comma that is declared", "a.csv", "地区;金额\n黑河;10,5\n".into(), Read(FIGURE, "")),
    ]);
}

#[test]
#[rustfmt::skip] // one row an item
fn odd_texts_are_read_as_a_spreadsheet_reads_them() {
    check("", vec![
        ("- a quoted line break", "a.csv", "地区,金额\n\"黑\n河\",10.5\n".into(), Read("10.5", "")),
        ("- a doubled quote", "a.csv", "地区,金额\n\"黑\"\"河\",10.5\n".into(), Read("\"黑\"\"河\",10.5", "")),
        ("- a quote within a cell", "a.csv", "地区,金额\n黑\"河,10.5\n".into(), Read("\"黑\"\"河\",10.5", "")),
        ("- letters behind a quote", "a.csv", "地区,金额\n\"黑\"河,10.5\n".into(), Read(FIGURE, "")),
        ("- blank lines", "a.csv", "\n\n地区,金额\n\n黑河,10.5\n\n".into(), Read(FIGURE, "")),
        ("- a mark in the middle, of two files in one", "a.csv", format!("{TABLE}\u{feff}东宁,1\n").into_bytes(), Read("东宁,1", "")),
        ("- a mark before a name", "a.csv", "地区,金额\n\u{feff}黑河,10.5\n".into(), Read("\n黑河,10.5", "")),
        ("- signs that nobody sees", "a.csv", "地区,金额\n黑\u{200b}河,10.5\u{200b}\n".into(), Read(FIGURE, "")),
        ("- a thousands mark without quotes", "a.csv", "地区,金额\n黑河,1,234.5\n".into(), Read("黑河,1,", "a figure with a comma must be quoted")),
        ("- rows without a figure", "a.csv", "地区,金额\n黑河,\n东宁,\n".into(), Read("绥芬河,7", "2 rows, none of them with a figure")),
        ("- a row twice", "a.csv", format!("{TABLE}黑河,10.5\n").into_bytes(), Failed("the same figures again; expected as in sales/a.csv ▸ B2")),
        ("- a second header, of two files in one", "a.csv", format!("{TABLE}{}", TABLE.replace("黑河", "东宁")).into_bytes(), Read("东宁,10.5", "")),
        ("- blanks only", "a.csv", b"  \n \n".to_vec(), Refused("")),
        ("- sep= on the first line", "a.csv", "sep=;\n地区;金额\n黑河;10.5\n".into(), Read(FIGURE, "")),
    ]);
}

/// 60: a text that a spreadsheet would run stays text, a negative amount a number.
#[test]
fn texts_that_look_like_formulas_are_guarded() {
    let project = Project::empty();
    project.write("pipelines/bad.toml", super::pipeline(""));
    project.write("input/sales/a.csv", "地区,金额\n=cmd|'/c calc'!A1,-5\n@SUM,1\n+1+2,2\n\"\t=1\",3\n");
    assert_exit(&project.amur(&["run"]), 0);
    let text = project.latest_text("bad", "sales.csv");
    for guarded in ["'=cmd|'/c calc'!A1,-5", "'@SUM,1", "'+1+2,2", "=1"] {
        assert!(text.contains(guarded), "{guarded}:\n{text}");
    }
}
