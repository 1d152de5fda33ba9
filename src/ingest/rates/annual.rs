//! A long table of annual means: `year, base, currency, units_per_base, method, source`, one base a file.

use super::{Layout, Lines, RateFileError};
use crate::measure::{Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout =
    Layout { name: "annual", header: "year,base,currency,units_per_base,…", fits, read };

fn fits(header: &[String]) -> bool {
    let start = ["year", "base", "currency", "units_per_base"];
    header.len() >= start.len() && header.iter().zip(start).all(|(cell, wanted)| cell == wanted)
}

fn read(lines: &Lines<'_>) -> Result<RateSeries, RateFileError> {
    let mut series: Option<RateSeries> = None;
    for (line, cells) in &lines.rows {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let year: Option<i16> = cell(0).parse().ok();
        let day = year.and_then(|year| jiff::civil::Date::new(year, 1, 1).ok());
        let day = day.ok_or_else(|| lines.bad(*line, "year", cell(0), "year"))?;
        let base = lines.currency(*line, "base", cell(1))?;
        let series = series.get_or_insert_with(|| {
            let name = source_name(cell(5));
            RateSeries::new(&name, lines.file, base, Direction::UnitsPerBase, Frequencies::Annual)
        });
        if series.base != base {
            return Err(lines.bad(*line, "base", cell(1), "base like that of the lines above"));
        }
        let currency = lines.currency(*line, "currency", cell(2))?;
        let rate = lines.rate(*line, currency.as_str(), cell(3))?;
        lines.add(series, *line, (currency, day, rate))?;
    }
    series.ok_or_else(|| RateFileError::Empty { file: lines.file.to_owned() })
}

/// The first word of the source's description, as in `IMF International Financial Statistics, …`.
fn source_name(description: &str) -> String {
    let name = description.split([' ', ',']).next().unwrap_or_default();
    if name.is_empty() { "annual means".to_owned() } else { name.to_owned() }
}
