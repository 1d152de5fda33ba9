//! The history of the European Central Bank: a row a day, a column a currency, units per euro, newest first,
//! `N/A` where nothing was published, a comma at the end of every line.

use super::dates::Days;
use super::lines::{Columns, Filling, Lines, RateReading, is_missing};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout =
    Layout { name: "ecb", header: "Date,USD,JPY,…", encodings: &["utf-8"], fits, read };

fn fits(header: &[String]) -> bool {
    let mut cells = header.iter().map(String::as_str);
    let code = |cell: &str| cell.len() == 3 && cell.bytes().all(|byte| byte.is_ascii_uppercase());
    let known = header.iter().any(|cell| Currency::parse(cell).is_some());
    cells.next() == Some("Date") && known && cells.all(|cell| cell.is_empty() || code(cell))
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let series =
        RateSeries::new("ECB", lines.file, Currency::EUR, Direction::UnitsPerBase, Frequencies::Daily);
    let mut filling = Filling::of(lines, series);
    let days = Days::of(std::iter::empty());
    // The names are read once: the file has as many cells as days times currencies.
    let currency = |head: &String| Currency::parse(head).map(|currency| (currency, 1));
    let columns = Columns { day: 0, currencies: lines.header.cells.iter().map(currency).collect() };
    for line in lines.rows() {
        let mut filled = line.cells.iter().enumerate().skip(1).filter(|(_, cell)| !is_missing(cell));
        if let Some((at, cell)) = filled.find(|(at, _)| lines.header.cell(*at).is_empty()) {
            return Err(lines.bad(line.at(at), "a column without a currency", cell, "empty cell"));
        }
        filling.put_row(line, days, &columns)?;
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, counted, refused};

    #[test]
    fn a_column_a_currency_and_n_a_is_no_rate() {
        check(
            "Date,USD,CNY,RUB,QQQ,\n2022-03-02,1.1106,7.0207,N/A,5,\n2022-03-01,1.1162,7.0446,117.201,5,\n",
            "ECB EUR Daily\n\
             CNY 2022-03-01 7.0446 / CNY 2022-03-02 7.0207\n\
             RUB 2022-03-01 117.201\n\
             USD 2022-03-01 1.1162 / USD 2022-03-02 1.1106\n\
             X05 at r.csv ▸ line 2: QQQ (2)",
        );
    }

    #[test]
    fn a_doubtful_rate_refuses_the_file_with_its_line() {
        for bad in ["0", "-7.1", "NaN", "x", "1e3", "7,1"] {
            let text = format!("Date,USD,CNY,\n2021-01-05,1.2,\"{bad}\",\n");
            refused(&text, &format!("r.csv, line 2, CNY: `{bad}` is no exchange rate above zero"));
        }
        refused(
            "Date,USD,\n2021-01-05,1.2,\n2021-01-05,1.3,\n",
            "r.csv: USD has two rates for 2021-01-05: 1.2 in line 2 and 1.3 in line 3",
        );
        refused(
            "Date,USD,\n2021-02-30,1.2,\n",
            "r.csv, line 2, date: `2021-02-30` is no day such as 2021-02-03",
        );
        refused("Date,USD,\n", "r.csv has a header but no rates");
    }

    #[test]
    fn the_same_rate_twice_is_kept_once_and_told_with_both_lines() {
        check(
            "Date,USD,\n2021-01-05,1.2,\n2021-01-05,1.2,\n",
            "ECB EUR Daily\nUSD 2021-01-05 1.2\n\
             X04 at r.csv ▸ line 3: USD 2021-01-05: 1.2 in line 2 and line 3 (1)",
        );
    }

    /// 17 cells by Python's csv: 5 headings, 3 days, 5 rates and the first of them once more, 1 `N/A`, and two
    /// cells of `QQQ`.
    #[test]
    fn every_cell_is_accounted_for() {
        let text = "Date,USD,CNY,RUB,QQQ,\n2022-03-02,1.1106,7.0207,N/A,5,\n\
                    2022-03-01,1.1162,7.0446,117.201,N/A,\n2022-03-01,1.1162,,,,\n";
        counted(
            text.as_bytes(),
            "17 cells = 5 figures + 1 missing + 3 labels + 5 around + 1 rate given twice + 2 unknown currency\n\
             3 rows = 2 used + 1 rate given twice",
        );
    }
}
