//! SDMX-CSV of exchange rates, as from the Bank for International Settlements and the European Central Bank:
//! `FREQ`, `CURRENCY`, `TIME_PERIOD`, `OBS_VALUE` and more, with or without labels behind the codes
//! (`CURRENCY:Currency`, `CNY: Renminbi`). Units per `CURRENCY_DENOM`, else per dollar. Only averages: a rate
//! of the last day is no mean of its month.

use super::lines::{DecimalMark, Filling, Lines, RateReading, is_missing};
use super::{Layout, RateFileError};
use crate::ingest::cell_map::Reason;
use crate::measure::{Currency, Direction, Frequencies, Period, RateSeries};

pub(super) const LAYOUT: Layout = Layout {
    name: "sdmx",
    header: "FREQ,CURRENCY,TIME_PERIOD,OBS_VALUE,…",
    encodings: &["utf-8"],
    fits,
    read,
};

/// A code without its label.
fn code(text: &str) -> &str {
    text.split(':').next().unwrap_or_default().trim()
}

fn column(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|cell| code(cell) == name)
}

fn fits(header: &[String]) -> bool {
    ["CURRENCY", "TIME_PERIOD", "OBS_VALUE"].iter().all(|name| column(header, name).is_some())
}

/// The columns of a file.
struct Columns {
    currency: usize,
    base: Option<usize>,
    period: usize,
    value: usize,
    status: Option<usize>,
    multiplier: Option<usize>,
    /// `A` average, `E` end of period: `COLLECTION` of the BIS, `EXR_SUFFIX` of the ECB.
    collection: Option<usize>,
    area: Option<usize>,
}

impl Columns {
    fn of(header: &[String]) -> Option<Self> {
        let at = |name| column(header, name);
        Some(Self {
            currency: at("CURRENCY")?,
            base: at("CURRENCY_DENOM"),
            period: at("TIME_PERIOD")?,
            value: at("OBS_VALUE")?,
            status: at("OBS_STATUS"),
            multiplier: at("UNIT_MULT"),
            collection: at("COLLECTION").or_else(|| at("EXR_SUFFIX")),
            area: at("REF_AREA"),
        })
    }

    /// Those that are read.
    fn all(&self) -> Vec<usize> {
        let given = [self.base, self.status, self.multiplier, self.collection, self.area];
        [self.currency, self.period, self.value].into_iter().chain(given.into_iter().flatten()).collect()
    }
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let empty = || RateFileError::Empty { file: lines.file.to_owned() };
    let columns = Columns::of(lines.header.cells).ok_or_else(empty)?;
    let mut filling: Option<Filling<'_, '_>> = None;
    lines.leave_out_all_but(&columns.all());
    for line in lines.rows() {
        let label = |at: usize| code(lines.label(line, at));
        let optional = |at: Option<usize>| at.map_or("", label);
        let [status, area, collection, multiplier, base] =
            [columns.status, columns.area, columns.collection, columns.multiplier, columns.base]
                .map(optional);
        let (written, name) = (lines.label(line, columns.period), label(columns.currency));
        if is_missing(line.cell(columns.value)) || matches!(status, "M" | "L" | "H") {
            lines.without_rate(line, columns.value);
            continue;
        }
        // Members of the euro area print the euro once more, converted back to before they had it.
        if name == "EUR" && !matches!(area, "" | "XM" | "U2") {
            lines.leave_out(line, Reason::EuroMember);
            continue;
        }
        let at = |column: Option<usize>| line.at(column.unwrap_or_default());
        if collection == "E" {
            let expected = "average (A); rates at the end of a period are none";
            return Err(lines.bad(at(columns.collection), "collection", collection, expected));
        }
        if !matches!(multiplier, "" | "0") {
            return Err(lines.bad(at(columns.multiplier), "UNIT_MULT", multiplier, "multiplier of 0"));
        }
        let base = match columns.base {
            Some(column) => lines.currency(line.at(column), "CURRENCY_DENOM", base)?,
            None => Currency::USD,
        };
        let bad_period = |expected| lines.bad(line.at(columns.period), "TIME_PERIOD", written, expected);
        let period = Period::parse(written, None).ok();
        let period = period.and_then(|period| Some((Frequencies::of(period.frequency)?, period.start)));
        let (frequency, day) = period.ok_or_else(|| bad_period("day, month, quarter or year"))?;
        let filling = filling.get_or_insert_with(|| {
            let name = if columns.base.is_some() { "SDMX" } else { "BIS" };
            Filling::of(lines, RateSeries::new(name, lines.file, base, Direction::UnitsPerBase, frequency))
        });
        if (filling.series().base, filling.series().frequency) != (base, frequency) {
            return Err(bad_period("period of the base and frequency of the lines above"));
        }
        let Some(currency) = Currency::parse(name) else {
            filling.unknown_row(line, columns.currency, name);
            continue;
        };
        if currency == base {
            lines.leave_out(line, Reason::BaseItself);
            continue;
        }
        let (at, written) = (line.at(columns.value), line.cell(columns.value));
        let rate = lines.rate(at, name, written, (DecimalMark::Point, 1))?;
        filling.put(at, (currency, day, rate))?;
    }
    filling.map(Filling::finish).ok_or_else(empty)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, counted, refused};

    #[test]
    fn codes_are_read_with_and_without_labels() {
        check(
            "FREQ,REF_AREA,CURRENCY,COLLECTION,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nM,CN,CNY,A,2021-01,6.4715,A\nM,DE,EUR,A,2021-01,0.9,A\nM,XM,EUR,A,2021-01,0.8218,A\nM,CN,CNY,A,2021-02,NaN,M\n",
            "BIS USD Monthly\nCNY 2021-01-01 6.4715\nEUR 2021-01-01 0.8218",
        );
        check(
            "FREQ:Frequency,CURRENCY:Currency,CURRENCY_DENOM:Base,EXR_SUFFIX,TIME_PERIOD:Period,OBS_VALUE:Value\nQ: Quarterly,CNY: Renminbi,EUR: Euro,A,2021-Q2,7.78\n",
            "SDMX EUR Quarterly\nCNY 2021-04-01 7.78",
        );
    }

    #[test]
    fn rates_at_the_end_of_a_period_and_nan_are_refused() {
        refused(
            "CURRENCY,COLLECTION,TIME_PERIOD,OBS_VALUE\nCNY,E,2021-01,6.4\n",
            "r.csv, line 2, collection: `E` is no average (A); rates at the end of a period are none",
        );
        refused(
            "CURRENCY,TIME_PERIOD,OBS_VALUE\nCNY,2021-01,NaN\n",
            "r.csv, line 2, CNY: `NaN` is no exchange rate above zero",
        );
        refused(
            "CURRENCY,TIME_PERIOD,OBS_VALUE\nCNY,2021-01,6.4\nCNY,2021,6.4\n",
            "r.csv, line 3, TIME_PERIOD: `2021` is no period of the base and frequency of the lines above",
        );
    }

    /// 42 cells by Python's csv, 7 a row: headings, two rates and a missing one of which `FREQ` is not read, the
    /// euro of a member, the dollar.
    #[test]
    fn every_cell_is_accounted_for() {
        let text = "FREQ,REF_AREA,CURRENCY,COLLECTION,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nM,CN,CNY,A,2021-01,6.4715,A\n\
                    M,DE,EUR,A,2021-01,0.9,A\nM,XM,EUR,A,2021-01,0.8218,A\nM,CN,CNY,A,2021-02,NaN,M\n\
                    M,US,USD,A,2021-01,1,A\n";
        counted(
            text.as_bytes(),
            "42 cells = 2 figures + 1 missing + 15 labels + 7 around + 7 base in itself + 7 euro of a member + 3 unread column\n\
             5 rows = 3 used + 1 base in itself + 1 euro of a member",
        );
    }
}
