//! The history of the European Central Bank: a row a day, a column a currency, units per euro, newest first,
//! `N/A` where nothing was published, a comma at the end of every line.

use super::{Layout, Lines, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout = Layout { name: "ecb", header: "Date,USD,JPY,…", fits, read };

fn fits(header: &[String]) -> bool {
    let mut cells = header.iter().map(String::as_str);
    let codes = |cell: &str| cell.is_empty() || Currency::parse(cell).is_some();
    cells.next() == Some("Date") && header.len() > 1 && cells.all(codes)
}

fn read(lines: &Lines<'_>) -> Result<RateSeries, RateFileError> {
    let mut series =
        RateSeries::new("ECB", lines.file, Currency::EUR, Direction::UnitsPerBase, Frequencies::Daily);
    let columns: Vec<Option<Currency>> = lines.header.iter().map(|code| Currency::parse(code)).collect();
    for (line, cells) in &lines.rows {
        let mut cells = cells.iter();
        let day = lines.day(*line, cells.next().map_or("", String::as_str))?;
        series.publish(day);
        for (cell, currency) in cells.zip(columns.iter().skip(1)) {
            let Some(currency) = currency else {
                if cell.is_empty() {
                    continue;
                }
                return Err(lines.bad(*line, "a column without a currency", cell, "empty cell"));
            };
            if cell.is_empty() || cell == "N/A" {
                continue;
            }
            let rate = lines.rate(*line, currency.as_str(), cell)?;
            lines.add(&mut series, *line, (*currency, day, rate))?;
        }
    }
    Ok(series)
}
