//! The central parity of the yuan as China's foreign exchange administration prints it (人民币汇率中间价):
//! a row a day, a column a currency by its Chinese name. Some are yuan for 100 units, the others units for
//! 100 yuan, and nothing in the file says which.

use super::dates::Days;
use super::lines::{Columns, Filling, Lines, RateReading};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};
use crate::text::fold;

pub(super) const LAYOUT: Layout =
    Layout {
        name: "safe", header: "日期,美元,欧元,日元,…", encodings: &["utf-8", "gb18030"], fits, read
    };

/// Both ways are printed for 100.
const NOMINAL: u32 = 100;

use Direction::{BasePerUnit, UnitsPerBase};

/// By name, folded: yuan for 100 units first, then units for 100 yuan.
const COLUMNS: &[(&str, &str, Direction)] = &[
    ("美元", "USD", BasePerUnit),
    ("欧元", "EUR", BasePerUnit),
    ("日元", "JPY", BasePerUnit),
    ("港元", "HKD", BasePerUnit),
    ("港币", "HKD", BasePerUnit),
    ("英镑", "GBP", BasePerUnit),
    ("澳元", "AUD", BasePerUnit),
    ("澳大利亚元", "AUD", BasePerUnit),
    ("新西兰元", "NZD", BasePerUnit),
    ("新加坡元", "SGD", BasePerUnit),
    ("瑞士法郎", "CHF", BasePerUnit),
    ("瑞郎", "CHF", BasePerUnit),
    ("加元", "CAD", BasePerUnit),
    ("加拿大元", "CAD", BasePerUnit),
    ("澳门元", "MOP", UnitsPerBase),
    ("林吉特", "MYR", UnitsPerBase),
    ("马来西亚林吉特", "MYR", UnitsPerBase),
    ("卢布", "RUB", UnitsPerBase),
    ("俄罗斯卢布", "RUB", UnitsPerBase),
    ("兰特", "ZAR", UnitsPerBase),
    ("南非兰特", "ZAR", UnitsPerBase),
    ("韩元", "KRW", UnitsPerBase),
    ("迪拉姆", "AED", UnitsPerBase),
    ("阿联酋迪拉姆", "AED", UnitsPerBase),
    ("里亚尔", "SAR", UnitsPerBase),
    ("沙特里亚尔", "SAR", UnitsPerBase),
    ("福林", "HUF", UnitsPerBase),
    ("匈牙利福林", "HUF", UnitsPerBase),
    ("兹罗提", "PLN", UnitsPerBase),
    ("波兰兹罗提", "PLN", UnitsPerBase),
    ("丹麦克朗", "DKK", UnitsPerBase),
    ("瑞典克朗", "SEK", UnitsPerBase),
    ("挪威克朗", "NOK", UnitsPerBase),
    ("里拉", "TRY", UnitsPerBase),
    ("土耳其里拉", "TRY", UnitsPerBase),
    ("比索", "MXN", UnitsPerBase),
    ("墨西哥比索", "MXN", UnitsPerBase),
    ("泰铢", "THB", UnitsPerBase),
];

fn known(name: &str) -> Option<(Currency, Direction)> {
    let folded = fold(name);
    let (_, code, direction) = COLUMNS.iter().find(|(known, ..)| *known == folded)?;
    Currency::parse(code).map(|currency| (currency, *direction))
}

fn fits(header: &[String]) -> bool {
    header.first().is_some_and(|cell| matches!(fold(cell).as_str(), "日期" | "date"))
        && header.iter().skip(1).any(|cell| known(cell).is_some())
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let series = RateSeries::new("SAFE", lines.file, Currency::CNY, BasePerUnit, Frequencies::Daily);
    let mut filling = Filling::of(lines, series);
    let columns: Vec<Option<(Currency, Direction)>> =
        lines.header.cells.iter().map(|name| known(name)).collect();
    for (currency, direction) in columns.iter().flatten() {
        filling.series().declare(*currency, *direction);
    }
    let days = Days::of(lines.rows().map(|line| line.cell(0)));
    let currencies = columns.into_iter().map(|column| Some((column?.0, NOMINAL))).collect();
    let columns = Columns { day: 0, currencies };
    for line in lines.data(0) {
        filling.put_row(line, days, &columns)?;
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bytes, counted, crosses};

    const TEXT: &str = "日期,美元,日元,卢布,韩元,贝壳\n2021-01-04,654.08,6.3242,1143.1,16607,3\n";

    /// By hand: 654.08 / 100; 1143.1 / 100 roubles for a yuan; 6.5408 × 11.431 = 74.7678848 roubles a dollar;
    /// 1 / (11.431) yuan a rouble; 6.5408 / 0.063242 yen a dollar by Python's decimal.
    #[test]
    fn the_direction_differs_by_column() {
        check(
            TEXT,
            "SAFE CNY Daily\nJPY 2021-01-04 0.063242\nKRW 2021-01-04 166.07\nRUB 2021-01-04 11.431\n\
             USD 2021-01-04 6.5408\nX05 at r.csv ▸ line 2: 贝壳 (1)",
        );
        crosses(
            TEXT,
            "2021-01-04",
            &[
                ("USD", "CNY", "6.5408 CNY per USD CNY/USD"),
                ("USD", "RUB", "74.7678848 RUB per USD CNY/USD × RUB/CNY"),
                ("CNY", "RUB", "11.431 RUB per CNY RUB/CNY"),
                ("USD", "JPY", "103.424939122735 JPY per USD CNY/USD ÷ CNY/JPY"),
                ("RUB", "KRW", "0.068832420064 RUB per KRW RUB/CNY ÷ KRW/CNY"),
            ],
        );
    }

    #[test]
    fn old_encodings_and_web_pages_are_read_alike() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("日期,美元\n2021-01-04,654.08\n");
        check_bytes(&bytes, "SAFE CNY Daily\nUSD 2021-01-04 6.5408");
        let page = "<html><table><tr><th>日期</th><th>美元</th></tr><tr><td>2021-01-04</td><td>654.08</td></tr></table>";
        check(page, "SAFE CNY Daily\nUSD 2021-01-04 6.5408");
    }

    /// 15 cells by Python's csv: 6 headings and a note, two days, 4 rates, `--`, and a shell.
    #[test]
    fn every_cell_is_accounted_for() {
        counted(
            format!("{TEXT}2021-01-05,,--,,,\n数据来源,,,,,\n").as_bytes(),
            "15 cells = 4 figures + 1 missing + 2 labels + 7 around + 1 unknown currency\n2 rows = 2 used",
        );
    }
}
