//! The rates of one source, and the cross of two of its currencies.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::measure::amount::{ArithmeticError, RATE_SCALE, Rate};
use crate::measure::currency::Currency;
use crate::measure::period::{Frequency, Period};

/// Which way round a source prints a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Units of the currency for one unit of the base (ECB: 7.81 CNY per 1 EUR).
    UnitsPerBase,
    /// Units of the base for one unit of the currency.
    BasePerUnit,
}

/// How often a source prints its rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frequencies {
    /// One rate a day.
    Daily,
    /// One mean a month, dated on its first day here.
    Monthly,
    /// One mean a quarter, dated on its first day here.
    Quarterly,
    /// One mean a year, dated on its first day here.
    Annual,
}

impl Frequencies {
    /// What its periods are called in reasons: `IMF has means of years`.
    pub(super) fn periods(self) -> &'static str {
        match self {
            Self::Daily => "days",
            Self::Monthly => "months",
            Self::Quarterly => "quarters",
            Self::Annual => "years",
        }
    }

    /// What one printed rate is.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Monthly => "monthly mean",
            Self::Quarterly => "quarterly mean",
            Self::Annual => "annual mean",
        }
    }

    /// What the mean of several printed means is.
    pub(super) fn mean_of_means(self) -> &'static str {
        match self {
            Self::Daily => "mean of daily crosses",
            Self::Monthly => "mean of monthly means",
            Self::Quarterly => "mean of quarterly means",
            Self::Annual => "mean of annual means",
        }
    }

    /// The printed period in which a day lies.
    pub(super) fn period_of(self, day: Date) -> Option<Period> {
        match self {
            Self::Daily => Some(Period::day(day)),
            Self::Monthly => Period::months(day.year(), day.month(), day.year(), day.month()),
            Self::Quarterly => Period::quarter(day.year(), (day.month() + 2) / 3),
            Self::Annual => Period::year(day.year()),
        }
    }

    /// How often periods of that frequency come; nothing for spans that are no calendar period.
    pub fn of(frequency: Frequency) -> Option<Self> {
        match frequency {
            Frequency::Day => Some(Self::Daily),
            Frequency::Month => Some(Self::Monthly),
            Frequency::Quarter => Some(Self::Quarterly),
            Frequency::Year => Some(Self::Annual),
            Frequency::YearToDate | Frequency::Range | Frequency::Point => None,
        }
    }
}

/// A file of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateFile {
    /// Path below `input/`.
    pub name: String,
    /// The sheet; empty for a text file, whose rows are lines.
    pub sheet: String,
}

/// Where a rate stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateOrigin {
    /// Position in [`RateSeries::files`].
    pub file: usize,
    /// Line or row, counted from 1.
    pub row: u32,
    /// Column, counted from 0.
    pub column: u32,
}

/// A rate and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedRate {
    /// For one unit, whatever the printed nominal: 61.5 roubles for 10 yuan are 6.15 here.
    pub rate: Rate,
    /// Where it stands.
    pub origin: RateOrigin,
}

/// The rates of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Leg {
    direction: Direction,
    days: BTreeMap<Date, PrintedRate>,
}

/// The rates of one source: of one file, or of several that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateSeries {
    /// The source's short name, as in `ECB`.
    pub name: String,
    /// Its files.
    pub files: Vec<RateFile>,
    /// The currency all rates are against.
    pub base: Currency,
    /// How often it prints.
    pub frequency: Frequencies,
    /// Which way round currencies are printed for which nothing else is declared.
    direction: Direction,
    legs: BTreeMap<Currency, Leg>,
    published: BTreeSet<Date>,
    aside: BTreeSet<Currency>,
}

/// Two rates of one currency for one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{currency} has two rates for {day}")]
pub struct SeriesError {
    /// The currency.
    pub currency: Currency,
    /// The day.
    pub day: Date,
    /// The rate that came first, which stays.
    pub first: PrintedRate,
    /// The rate that came second.
    pub second: PrintedRate,
}

impl RateSeries {
    /// A series without rates. `direction` holds for currencies that [`RateSeries::declare`] does not name.
    pub fn new(name: &str, file: &str, base: Currency, direction: Direction, frequency: Frequencies) -> Self {
        Self {
            name: name.to_owned(),
            files: vec![RateFile { name: file.to_owned(), sheet: String::new() }],
            base,
            frequency,
            direction,
            legs: BTreeMap::new(),
            published: BTreeSet::new(),
            aside: BTreeSet::new(),
        }
    }

    /// Says which way round a currency is printed; before its first rate.
    pub fn declare(&mut self, currency: Currency, direction: Direction) {
        self.legs.insert(currency, Leg { direction, days: BTreeMap::new() });
    }

    /// Notes that the source published something on that day.
    pub fn publish(&mut self, day: Date) {
        self.published.insert(day);
    }

    /// Adds a rate for one unit whose place is not known.
    pub fn add(&mut self, currency: Currency, day: Date, rate: Rate) -> Result<(), SeriesError> {
        self.put(currency, day, PrintedRate { rate, origin: RateOrigin::default() })
    }

    /// Adds a rate; a second one for the same day is an error, and the first stays.
    pub fn put(&mut self, currency: Currency, day: Date, printed: PrintedRate) -> Result<(), SeriesError> {
        self.publish(day);
        let direction = self.direction;
        let leg = self.legs.entry(currency).or_insert_with(|| Leg { direction, days: BTreeMap::new() });
        match leg.days.get(&day) {
            None => {
                leg.days.insert(day, printed);
                Ok(())
            }
            Some(first) => Err(SeriesError { currency, day, first: *first, second: printed }),
        }
    }

    /// Whether another file is of the same source and can be read as one with this.
    pub fn belongs_with(&self, other: &Self) -> bool {
        let directions =
            |series: &Self, currency: &Currency| series.legs.get(currency).map(|leg| leg.direction);
        (&self.name, self.base, self.frequency) == (&other.name, other.base, other.frequency)
            && other.legs.keys().all(|currency| {
                directions(self, currency).is_none_or(|of| directions(other, currency) == Some(of))
            })
    }

    /// Takes over the rates of another file of the same source; days that both have are told, and the rate
    /// that was there first stays.
    pub fn absorb(&mut self, other: Self) -> Vec<SeriesError> {
        let moved = self.files.len();
        self.files.extend(other.files);
        self.published.extend(other.published);
        let mut twice = Vec::new();
        for (currency, leg) in other.legs {
            if !self.legs.contains_key(&currency) {
                self.declare(currency, leg.direction);
            }
            for (day, mut printed) in leg.days {
                printed.origin.file += moved;
                twice.extend(self.put(currency, day, printed).err());
            }
        }
        twice
    }

    /// Takes a currency out of use: its rates are in doubt.
    pub fn set_aside(&mut self, currency: Currency) {
        self.legs.remove(&currency);
        self.aside.insert(currency);
    }

    /// Whether a currency was taken out of use.
    pub(super) fn is_aside(&self, currency: Currency) -> bool {
        self.aside.contains(&currency)
    }

    /// How many days, months, quarters or years it covers.
    pub fn len(&self) -> usize {
        self.published.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.published.is_empty()
    }

    /// The first day it published.
    pub fn first_day(&self) -> Option<Date> {
        self.published.first().copied()
    }

    /// The last day it published.
    pub fn last_day(&self) -> Option<Date> {
        self.published.last().copied()
    }

    /// The days on which it published, first and last included.
    pub(super) fn published(&self, first: Date, last: Date) -> impl DoubleEndedIterator<Item = Date> {
        self.published.range(first..=last.max(first)).copied()
    }

    /// The last day on which it published, up to `day`.
    pub(super) fn published_until(&self, day: Date) -> Option<Date> {
        self.published.range(..=day).next_back().copied()
    }

    /// The currencies with a rate, the base left out.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        self.legs.iter().filter(|(_, leg)| !leg.days.is_empty()).map(|(currency, _)| *currency)
    }

    /// The rates of a currency by day.
    pub fn rates_of(&self, currency: Currency) -> impl Iterator<Item = (Date, PrintedRate)> {
        let days = self.legs.get(&currency).map(|leg| &leg.days);
        days.into_iter().flatten().map(|(day, printed)| (*day, *printed))
    }

    /// The rate of a currency on a day, and where it stands.
    pub fn printed(&self, currency: Currency, day: Date) -> Option<PrintedRate> {
        self.legs.get(&currency)?.days.get(&day).copied()
    }

    /// The rate of a currency against the base on a day, with the way round in which it is printed; the base
    /// is 1.
    fn leg(&self, currency: Currency, day: Date) -> Option<(Direction, Rate)> {
        if currency == self.base {
            return Rate::from_units(10_i128.pow(RATE_SCALE)).map(|one| (Direction::UnitsPerBase, one));
        }
        let leg = self.legs.get(&currency)?;
        leg.days.get(&day).map(|printed| (leg.direction, printed.rate))
    }

    /// Units of `b` for one `a` on a day of publication, rounded once; nothing where either is missing.
    pub fn cross(&self, a: Currency, b: Currency, day: Date) -> Result<Option<Rate>, ArithmeticError> {
        use Direction::{BasePerUnit, UnitsPerBase};
        let (Some(of_a), Some(of_b)) = (self.leg(a, day), self.leg(b, day)) else { return Ok(None) };
        match (of_a, of_b) {
            ((UnitsPerBase, of_a), (UnitsPerBase, of_b)) => of_b.cross(of_a),
            ((BasePerUnit, of_a), (BasePerUnit, of_b)) => of_a.cross(of_b),
            ((BasePerUnit, of_a), (UnitsPerBase, of_b)) => of_a.times(of_b),
            ((UnitsPerBase, of_a), (BasePerUnit, of_b)) => of_a.inverse_of_product(of_b),
        }
        .map(Some)
    }

    /// The way round in which a pair is printed, units of the second for one of the first; nothing where
    /// neither is the base.
    pub(super) fn printed_way(&self, pair: (Currency, Currency)) -> Option<(Currency, Currency)> {
        let other = match pair {
            (one, other) if one == self.base => other,
            (one, other) if other == self.base => one,
            _ => return None,
        };
        Some(match self.legs.get(&other)?.direction {
            Direction::UnitsPerBase => (self.base, other),
            Direction::BasePerUnit => (other, self.base),
        })
    }

    /// How the cross of a pair is made, in words: `CNY/EUR ÷ USD/EUR`.
    pub(super) fn path(&self, a: Currency, b: Currency) -> String {
        let direction = |currency| self.legs.get(&currency).map_or(self.direction, |leg| leg.direction);
        let name = |currency: Currency| match direction(currency) {
            Direction::UnitsPerBase => format!("{currency}/{}", self.base),
            Direction::BasePerUnit => format!("{}/{currency}", self.base),
        };
        // What goes above the line and what below it.
        let mut above = Vec::new();
        let mut below = Vec::new();
        for (currency, is_upper) in [(a, Direction::BasePerUnit), (b, Direction::UnitsPerBase)] {
            if currency == self.base {
                continue;
            }
            let side = if direction(currency) == is_upper { &mut above } else { &mut below };
            side.push(name(currency));
        }
        let above = if above.is_empty() { "1".to_owned() } else { above.join(" × ") };
        match below.as_slice() {
            [] => above,
            [one] => format!("{above} ÷ {one}"),
            several => format!("{above} ÷ ({})", several.join(" × ")),
        }
    }

    /// The files whose rates of the two currencies fall into the span, named in the order of their days;
    /// of more than three the first and the last.
    pub(super) fn files_of(&self, pair: (Currency, Currency), first: Date, last: Date) -> String {
        let mut at = BTreeSet::new();
        if self.files.len() == 1 {
            at.insert(0);
        } else {
            for leg in [pair.0, pair.1].into_iter().filter_map(|currency| self.legs.get(&currency)) {
                at.extend(leg.days.range(first..=last.max(first)).map(|(_, printed)| printed.origin.file));
            }
        }
        let names: Vec<&str> =
            at.iter().filter_map(|at| self.files.get(*at)).map(|file| file.name.as_str()).collect();
        match names.as_slice() {
            [first, _, .., last] if names.len() > 3 => format!("{first} … {last} ({} files)", names.len()),
            names => names.join(", "),
        }
    }
}
