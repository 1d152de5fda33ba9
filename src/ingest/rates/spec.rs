//! A `[rates.…]` block: files in order of preference and the rules for using them.

use crate::finding::{Finding, Severity, rates as codes};
use crate::ingest::files::FilePatterns;
use crate::measure::{BelowCoverage, RateBook, RateSeries};
use crate::spec::{Fields, Mistakes, Node, Text, written};
use crate::table::{Schema, Table};

use super::{Contradicted, LAYOUTS, RateReading, compared, quality};

/// What a `[rates.…]` block says.
#[derive(Clone, Debug)]
pub struct RatesSpec {
    name: String,
    files: FilePatterns,
    layout: Option<&'static str>,
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
        let layouts: Vec<(&str, &'static str)> =
            LAYOUTS.iter().map(|layout| (layout.name, layout.name)).collect();
        let layout = fields.choice("layout", &layouts);
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
            layout,
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

    /// The layout that its files are declared to have; they are told by content where none is.
    pub fn layout(&self) -> Option<&'static str> {
        self.layout
    }

    /// Name and columns of the table that compares its sources.
    pub fn compared(&self) -> (String, Schema) {
        (compared::name(&self.name), compared::schema())
    }

    /// The book of the files that were read, already in order of preference. Files of one source are one
    /// series; what is in doubt is told, and what is surely wrong is not used.
    pub fn book(&self, readings: Vec<RateReading>) -> Rated {
        let mut findings = Vec::new();
        let mut series: Vec<RateSeries> = Vec::new();
        for reading in readings {
            findings.extend(reading.findings);
            match series.iter_mut().find(|known| known.belongs_with(&reading.series)) {
                None => series.push(reading.series),
                Some(known) => {
                    let errors = known.absorb(reading.series);
                    findings.extend(quality::twice(known, &errors));
                }
            }
        }
        findings.extend(series.iter_mut().flat_map(quality::series));
        findings.extend(quality::stale(&series));
        let book = RateBook {
            name: self.name.clone(),
            series,
            coverage: self.coverage,
            below_coverage: self.below_coverage,
            max_age_days: self.max_age_days,
        };
        let mut contradicted = Vec::new();
        let compared = quality::contradictions(&book).map_err(|error| error.to_string());
        let compared = compared.and_then(|(rows, found)| {
            contradicted = found;
            compared::table(&self.name, &rows).map_err(|error| error.to_string())
        });
        let compared = match compared {
            Ok(table) => Some(table),
            Err(reason) => {
                let found = Finding::new(&codes::SOURCES_CONTRADICT, Severity::Error, "");
                findings.push(found.seen(reason, "sources that can be compared"));
                None
            }
        };
        for finding in &mut findings {
            finding.subject.clone_from(&self.name);
        }
        for found in &mut contradicted {
            found.of_block(&self.name);
        }
        Rated { book, compared, findings, contradicted }
    }
}

/// A block that was read.
#[derive(Debug)]
pub struct Rated {
    /// Its rates.
    pub book: RateBook,
    /// Its sources side by side; nothing where they cannot be computed with.
    pub compared: Option<Table>,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Where its sources do not fit together; how grave that is depends on the currencies used.
    pub contradicted: Vec<Contradicted>,
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
