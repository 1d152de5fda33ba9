//! A `[rates.…]` block: files in order of preference and the rules for using them.

use crate::ingest::files::FilePatterns;
use crate::measure::{BelowCoverage, RateBook, RateSeries};
use crate::spec::{Fields, Mistakes, Node, Text, written};

/// What a `[rates.…]` block says.
#[derive(Clone, Debug)]
pub struct RatesSpec {
    name: String,
    files: FilePatterns,
    coverage: f64,
    below_coverage: BelowCoverage,
    max_age_days: i32,
    written: String,
}

impl RatesSpec {
    /// Reads the block.
    pub fn read(name: &Text, node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, format!("[rates.{}]", name.value), mistakes)?;
        let files = FilePatterns::read(&mut fields);
        let percent = amount_with_unit(&mut fields, "coverage", "%", "a share such as \"90%\"").unwrap_or(90);
        let max_age_days =
            amount_with_unit(&mut fields, "max_age", "d", "a number of days such as \"7d\"").unwrap_or(7);
        let below_coverage = fields
            .choice(
                "below_coverage",
                &[("next, then mark", BelowCoverage::NextThenMark), ("refuse", BelowCoverage::Refuse)],
            )
            .unwrap_or(BelowCoverage::NextThenMark);
        fields.finish();
        let coverage = f64::from(percent.clamp(0, 100)) / 100.0;
        Some(Self {
            name: name.value.clone(),
            files,
            coverage,
            below_coverage,
            max_age_days,
            written: written(node),
        })
    }

    /// The block's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The block as inline TOML.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Its file patterns as written, in order of preference.
    pub fn patterns(&self) -> Vec<String> {
        self.files.written()
    }

    /// At which place in the order of preference a file stands, if it is read.
    pub fn preference_of(&self, shown: &str) -> Option<usize> {
        self.files.position(shown)
    }

    /// The book of the series that were read, already in order of preference.
    pub fn book(&self, series: Vec<RateSeries>) -> RateBook {
        RateBook {
            name: self.name.clone(),
            series,
            coverage: self.coverage,
            below_coverage: self.below_coverage,
            max_age_days: self.max_age_days,
        }
    }
}

/// A whole number followed by a unit, as in `90%` and `7d`.
fn amount_with_unit(fields: &mut Fields<'_>, key: &'static str, unit: &str, expected: &str) -> Option<i32> {
    let text = fields.text(key)?;
    let number = text.value.strip_suffix(unit).and_then(|number| number.trim().parse::<i32>().ok());
    let number = number.filter(|number| *number >= 0);
    if number.is_none() {
        let message = format!("`{}` cannot be read as `{key}`", text.value);
        fields.mistakes().add_with_help(text.span, message, format!("expected {expected}"));
    }
    number
}
