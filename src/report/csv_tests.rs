//! CSV reports, byte by byte.

use super::fixture::World;
use crate::table::{Origin, OriginTable};

const FILE: &str = "[[report]]\nfile = \"t-{as_of}.csv\"\nfrom = \"t\"";

#[track_caller]
fn check(world: &World, expected: &str) {
    let rendered = world.render(FILE);
    assert_eq!(rendered[0].name, "t-2019-06-15.csv");
    let text = std::str::from_utf8(&rendered[0].bytes).unwrap();
    assert_eq!(text, format!("\u{feff}{}", expected.replace('\n', "\r\n")));
}

#[test]
fn every_digit_is_written_and_text_is_guarded() {
    check(
        &World::new(&[(
            "t",
            "name:t     | n:i | v:m             | r:r         | day:d      | ok:b
             俄罗斯     | -5  | 122000000000    | 0.1         | 2019-06-15 | true
             =1+1       |     | -0.05           | 0.0000001   |            | false
             -12.5      | 7   | 1313.40000001   | 1           |            |
             a, \"b\"   | 0   | 0               | -0          |            |",
        )]),
        "name,n,v,r,day,ok\n\
         俄罗斯,-5,122000000000,0.1,2019-06-15,true\n\
         '=1+1,,-0.05,0.0000001,,false\n\
         -12.5,7,1313.40000001,1,,\n\
         \"a, \"\"b\"\"\",0,0,0,,\n",
    );
}

#[test]
fn a_hidden_origin_becomes_readable() {
    let mut world = World::new(&[("t", "n:i | _origin:o\n5 | 1\n6 | 0")]);
    let origin = |row, column| Origin { file: 0, sheet: 0, row, column };
    world.origins = OriginTable::new(vec!["trade/a.xls".to_owned()], vec!["历年".to_owned()])
        .with([origin(16, Some(5)), origin(3, None)]);
    check(&world, "n,origin_file,origin_sheet,origin_cell\n5,trade/a.xls,历年,4\n6,trade/a.xls,历年,F17\n");
}

#[test]
fn a_sample_is_marked_in_every_row() {
    let mut world = World::new(&[("t", "n:i\n5\n6")]);
    world.tables.get_mut("t").unwrap().sample = true;
    check(&world, "sample,n\n示例,5\n示例,6\n");
}

#[test]
fn a_description_stands_beside_the_file() {
    let rendered = World::new(&[("t", "name:t|v:m\n@x|1.5")]).render(FILE);
    assert_eq!((rendered[0].rows, rendered[1].rows), (1, 0));
    assert_eq!(rendered[1].name, "t-2019-06-15.datapackage.json");
    let package: serde_json::Value = serde_json::from_slice(&rendered[1].bytes).unwrap();
    let resource = &package["resources"][0];
    assert_eq!(resource["path"], "t-2019-06-15.csv");
    assert_eq!(resource["rows"], 1);
    assert_eq!(resource["guarded_cells"], 1);
    assert_eq!(resource["hash"], format!("blake3:{}", blake3::hash(&rendered[0].bytes).to_hex()));
    assert_eq!(resource["schema"]["fields"][1]["type"], "number");
    assert_eq!(resource["dialect"]["lineTerminator"], "\r\n");
}

#[test]
fn rows_of_text_are_guarded_alike() {
    let rows = [vec!["-1.5".to_owned(), "=x".to_owned()], vec!["a\nb".to_owned(), "q\"".to_owned()]];
    let text = super::text_csv(&["n", "t"], rows);
    assert_eq!(text, "\u{feff}n,t\r\n-1.5,'=x\r\n\"a\nb\",\"q\"\"\"\r\n".as_bytes());
}
