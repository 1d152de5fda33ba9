//! A long table of annual means: `year, base, currency, units_per_base, method, source`, one base a file.

use super::lines::{DecimalMark, Filling, Lines, RateReading};
use super::{Layout, RateFileError};
use crate::measure::{Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout = Layout {
    name: "annual",
    header: "year,base,currency,units_per_base,…",
    encodings: &["utf-8"],
    fits,
    read,
};

fn fits(header: &[String]) -> bool {
    let start = ["year", "base", "currency", "units_per_base"];
    header.len() >= start.len() && header.iter().zip(start).all(|(cell, wanted)| cell == wanted)
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let mut filling: Option<Filling<'_, '_>> = None;
    for (row, cells) in lines.rows {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let year: Option<i16> = cell(0).parse().ok();
        let day = year.and_then(|year| jiff::civil::Date::new(year, 1, 1).ok());
        let day = day.ok_or_else(|| lines.bad((*row, 0), "year", cell(0), "year"))?;
        let base = lines.currency((*row, 1), "base", cell(1))?;
        let filling = filling.get_or_insert_with(|| {
            let name = source_name(cell(5));
            let series =
                RateSeries::new(&name, lines.file, base, Direction::UnitsPerBase, Frequencies::Annual);
            Filling::of(lines, series)
        });
        if filling.series().base != base {
            return Err(lines.bad((*row, 1), "base", cell(1), "base like that of the lines above"));
        }
        let currency = lines.currency((*row, 2), "currency", cell(2))?;
        let rate = lines.rate((*row, 3), currency.as_str(), cell(3), (DecimalMark::Point, 1))?;
        filling.put((*row, 3), (currency, day, rate))?;
    }
    filling.map(Filling::finish).ok_or_else(|| RateFileError::Empty { file: lines.file.to_owned() })
}

/// The first word of the source's description, as in `IMF International Financial Statistics, …`.
fn source_name(description: &str) -> String {
    let name = description.split([' ', ',']).next().unwrap_or_default();
    if name.is_empty() { "annual means".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, refused};

    #[test]
    fn a_mean_a_row_named_for_its_source() {
        check(
            "year,base,currency,units_per_base,method,source\n2022,USD,RUB,68.4849,annual average,\"IMF International\"\n",
            "IMF USD Annual\nRUB 2022-01-01 68.4849",
        );
        refused(
            "year,base,currency,units_per_base\n2022,USD,RUB,68\n2022,EUR,RUB,72\n",
            "r.csv, line 3, base: `EUR` is no base like that of the lines above",
        );
    }
}
