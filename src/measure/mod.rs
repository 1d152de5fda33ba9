//! Units, currencies, amounts, rates and periods: what a figure measures. Plain values and exact
//! arithmetic; no file, no frame.

mod amount;
mod currency;
mod date;
mod growth_words;
mod number;
mod obs_status;
mod period;
mod period_text;
mod period_words;
mod rate;
mod unit;

pub use amount::{ArithmeticError, Decimal, MONEY_SCALE, Money, NotADecimal, RATE_SCALE, Rate, ratio};
pub use currency::{Currency, ReadCurrency, read_currency};
pub use date::{DateProblem, date_of_days, days_of_date, read_date};
pub use growth_words::{ReadGrowth, read_growth_words, read_index_words};
pub use number::{
    Bound, NumberProblem, NumberStyle, ReadNumber, Scientific, is_footnote_digit, read_number,
    read_scientific,
};
pub use obs_status::{OBS_STATUSES, is_absent};
pub use period::{Frequency, NotAPeriod, Period};
pub use period_text::{
    PeriodProblem, find_periods, read_months, read_part_of_year, read_period, without_periods,
};
pub use period_words::{YearAndMonth, is_period_word};
pub use rate::{
    BelowCoverage, Comparison, Contradiction, Contrast, Direction, FixedRate, Frequencies, Mark, Method,
    MissingRate, Operation, PrintedRate, Quote, RateBook, RateFile, RateOrigin, RateSeries, SeriesError,
    compare,
};
pub use unit::{Unit, UnitNames, UnitProblem, read_multiplier, read_unit};
