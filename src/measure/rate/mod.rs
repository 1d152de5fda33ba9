//! Exchange rates: series of one source, books of several in order of preference, and quotes, which say how
//! they came about. Rates of two sources never meet in one cross.

mod book;
mod compare;
mod fixed;
mod quote;
mod series;

pub use book::{BelowCoverage, Method, RateBook};
pub use compare::{Comparison, Contradiction, Contrast, compare};
pub use fixed::FixedRate;
pub use quote::{Mark, MissingRate, Operation, Quote};
pub use series::{Direction, Frequencies, PrintedRate, RateFile, RateOrigin, RateSeries, SeriesError};
