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
    lines.leave_out_all_but(&[0, 1, 2, 3, 5]);
    for line in lines.rows() {
        let [written, base, currency, source] = [0, 1, 2, 5].map(|column| lines.label(line, column));
        let year: Option<i16> = written.parse().ok();
        let day = year.and_then(|year| jiff::civil::Date::new(year, 1, 1).ok());
        let day = day.ok_or_else(|| lines.bad(line.at(0), "year", written, "year"))?;
        let base = lines.currency(line.at(1), "base", base)?;
        let filling = filling.get_or_insert_with(|| {
            let name = source_name(source);
            let series =
                RateSeries::new(&name, lines.file, base, Direction::UnitsPerBase, Frequencies::Annual);
            Filling::of(lines, series)
        });
        if filling.series().base != base {
            return Err(lines.bad(line.at(1), "base", base.as_str(), "base like that of the lines above"));
        }
        let currency = lines.currency(line.at(2), "currency", currency)?;
        let rate = lines.rate(line.at(3), currency.as_str(), line.cell(3), (DecimalMark::Point, 1))?;
        filling.put(line.at(3), (currency, day, rate))?;
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
    use super::super::testing::{check, counted, refused};

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

    /// 16 cells by Python's csv: 6 headings; year, base and currency twice with one source; one method.
    #[test]
    fn every_cell_is_accounted_for() {
        let text = "year,base,currency,units_per_base,method,source\n\
                    2022,USD,RUB,68.4849,annual average,\"IMF International, x\"\n2022,USD,CNY,6.7,,\n";
        let expected = "16 cells = 2 figures + 7 labels + 6 around + 1 unread column\n2 rows = 2 used";
        counted(text.as_bytes(), expected);
    }
}
