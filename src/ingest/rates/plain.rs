//! Our own plain layout for daily rates: `date, currency, XXX_per_unit`, a rate a row, where `XXX` is the
//! base, in any case: `cny_per_unit` holds yuan for one unit of the currency.

use super::{Layout, Lines, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries};

pub(super) const LAYOUT: Layout = Layout { name: "plain", header: "date,currency,cny_per_unit", fits, read };

fn base(header: &[String]) -> Option<Currency> {
    let [date, currency, rate] = header else { return None };
    let code = rate.strip_suffix("_per_unit")?.to_ascii_uppercase();
    (date == "date" && currency == "currency").then(|| Currency::parse(&code)).flatten()
}

fn fits(header: &[String]) -> bool {
    base(header).is_some()
}

fn read(lines: &Lines<'_>) -> Result<RateSeries, RateFileError> {
    let Some(base) = base(&lines.header) else {
        return Err(RateFileError::Empty { file: lines.file.to_owned() });
    };
    let mut series = RateSeries::new("plain", lines.file, base, Direction::BasePerUnit, Frequencies::Daily);
    for (line, cells) in &lines.rows {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let day = lines.day(*line, cell(0))?;
        let currency = lines.currency(*line, "currency", cell(1))?;
        let rate = lines.rate(*line, currency.as_str(), cell(2))?;
        if currency != base {
            lines.add(&mut series, *line, (currency, day, rate))?;
        } else if rate.to_string() != "1" {
            return Err(lines.bad(
                *line,
                base.as_str(),
                cell(2),
                "rate of a currency against itself, which is 1",
            ));
        }
    }
    Ok(series)
}
