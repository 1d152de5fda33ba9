//! What holds of every delimited text: whatever grid is written, in whatever dialect and encoding, is the grid
//! that is read.

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1251};
use proptest::prelude::*;

use super::delimited::{cells, find_delimiter};
use super::encoding::decode;
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue};

/// Delimiters that files use.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Which cells are put into quotes.
#[derive(Clone, Copy, Debug)]
enum Quotes {
    All,
    Needed,
}

fn written(grid: &[Vec<String>], delimiter: u8, quotes: Quotes, line_end: &str) -> String {
    let delimiter = char::from(delimiter);
    let cell = |text: &String| {
        let needed = text.contains(['"', '\r', '\n', delimiter]);
        if needed || matches!(quotes, Quotes::All) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let line =
        |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + line_end;
    grid.iter().map(line).collect()
}

/// The cells that are not blank, with row and column.
fn filled(grid: &[Vec<String>]) -> Vec<(u32, u32, String)> {
    let rows = (0_u32..).zip(grid);
    let cells =
        rows.flat_map(|(row, cells)| (0_u32..).zip(cells).map(move |(col, text)| (row, col, text.clone())));
    cells.filter(|(_, _, text)| !text.trim().is_empty()).collect()
}

fn read(cells: &Cells) -> Vec<(u32, u32, String)> {
    let text = |cell: &Cell<'_>| match &cell.value {
        CellValue::Text(text) => text.to_string(),
        other => panic!("a delimited file has text only, not {other:?}"),
    };
    cells.iter().map(|cell| (cell.row, cell.col, text(&cell))).collect()
}

/// Grids with cells of that alphabet.
fn grids(alphabet: &'static str) -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(alphabet, 1..6), 1..8)
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text} cannot be written in {}", encoding.name());
    bytes.into_owned()
}

proptest! {
    #[test]
    fn any_grid_is_read_back(grid in grids("[a-z0-9\"',;|\\t .年月\\r\\n-]{0,8}"), delimiter in prop::sample::select(&DELIMITERS[..]), all: bool, crlf: bool) {
        let quotes = if all { Quotes::All } else { Quotes::Needed };
        let text = written(&grid, delimiter, quotes, if crlf { "\r\n" } else { "\n" });
        let (cells, _) = cells(&text, delimiter).unwrap();
        prop_assert_eq!(read(&cells), filled(&grid), "{:?}", text);
    }

    #[test]
    fn a_grid_in_gb18030_is_read_back(grid in grids("[一-龥㐀-㐎（）“”a-z0-9 ,]{0,8}")) {
        let text = written(&grid, b',', Quotes::Needed, "\n");
        let (decoded, name) = decode(&encoded(&text, GB18030), &["gb18030".to_owned()]).unwrap();
        prop_assert_eq!(name, "gb18030");
        prop_assert_eq!(read(&cells(&decoded, b',').unwrap().0), filled(&grid));
    }

    #[test]
    fn a_grid_in_windows_1251_is_read_back(grid in grids("[А-Яа-яЁё«»№\u{a0}0-9 ;,]{0,8}")) {
        let text = written(&grid, b';', Quotes::Needed, "\r\n");
        // The bytes of юя and яю are the marks of UTF-16.
        prop_assume!(!text.starts_with("юя") && !text.starts_with("яю"));
        let (decoded, _) = decode(&encoded(&text, WINDOWS_1251), &["windows-1251".to_owned()]).unwrap();
        prop_assert_eq!(read(&cells(&decoded, b';').unwrap().0), filled(&grid));
    }

    #[test]
    fn a_marked_text_is_read_back(grid in grids("[一-龥А-я😀a-z0-9 \\t,\"]{0,8}"), little: bool) {
        let text = written(&grid, b'\t', Quotes::Needed, "\n");
        let wide = text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        let mark = if little { [0xff, 0xfe] } else { [0xfe, 0xff] };
        let utf16: Vec<u8> = mark.into_iter().chain(wide).collect();
        let utf8 = ["\u{feff}".as_bytes(), &encoded(&text, UTF_8)].concat();
        for bytes in [utf16, utf8] {
            let (decoded, _) = decode(&bytes, &[]).unwrap();
            prop_assert_eq!(read(&cells(&decoded, b'\t').unwrap().0), filled(&grid));
        }
    }

    #[test]
    fn the_delimiter_of_a_table_with_figures_is_found(
        rows in prop::collection::vec(("[a-z]{1,5}", 1_u32..99_999, 0_u32..100), 3..9),
        delimiter in prop::sample::select(&DELIMITERS[..]),
    ) {
        let line = |(name, whole, part): &(String, u32, u32)| vec![name.clone(), whole.to_string(), format!("{whole}.{part}")];
        let mut grid = vec![["name", "count", "value"].map(str::to_owned).to_vec()];
        grid.extend(rows.iter().map(line));
        prop_assert_eq!(find_delimiter(&written(&grid, delimiter, Quotes::Needed, "\n")), delimiter);
    }
}

/// Eurostat's bulk files hold codes with commas in their first column, which cut as many lines as the tabs do.
#[test]
fn commas_within_the_first_column_are_no_delimiter() {
    let text = "freq,partner,unit,geo\\TIME_PERIOD\t2030 \t2031 \nA,WORLD,MIO_EUR,LT\t1600 p\t: c\nA,EU,MIO_EUR,LT\t11.5 \t12 \n";
    assert_eq!(find_delimiter(text), b'\t');
}

/// A tab behind a code keeps Excel from reading it as a number.
#[test]
fn a_tab_behind_each_code_is_no_delimiter() {
    assert_eq!(find_delimiter("编码\t,金额\n08471309\t,12\n08471310\t,15\n"), b',');
}
