//! What a person should know about the data: findings with codes and places, rejects, row counts that
//! must close, check outcomes. Plain values; nothing here reads, decides or prints.

mod account;
mod codes;
mod seen_column;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use account::{CellCount, CountsDoNotClose, RowCount, SourceAccount};
pub use codes::{ALL as CODES, checks, drift, ingest, pipeline, rates, report, source, transform};
pub use seen_column::{ColumnKind, SeenColumn};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Info,
    /// The report is published and marked.
    Warning,
    /// Nothing is published.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One sentence in the three languages of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// Russian.
    pub ru: &'static str,
}

/// The stable identity and full text of a kind of finding. An id is never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Letter and two digits, as in `C01`.
    pub id: &'static str,
    /// What was found, in a few words.
    pub title: Words,
    /// Why it matters.
    pub why: Words,
    /// How to mend it.
    pub mend: Words,
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

/// The code of that id, as a cache entry names it.
fn code_of_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Code, D::Error> {
    let id = String::deserialize(deserializer)?;
    let found = CODES.iter().copied().flatten().find(|code| code.id == id);
    found.copied().ok_or_else(|| serde::de::Error::custom(format_args!("there is no code {id}")))
}

/// Where in the input something stands; each part is empty where it does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Path below `input/`, with `/`.
    pub file: String,
    /// Sheet name.
    pub sheet: String,
    /// Address such as `F17`, or `line 17` in a text file without columns.
    pub cell: String,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.file, &self.sheet, &self.cell];
        let mut first = true;
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if !first {
                f.write_str(" ▸ ")?;
            }
            f.write_str(part)?;
            first = false;
        }
        Ok(())
    }
}

/// Something a person should know about the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind it is.
    #[serde(deserialize_with = "code_of_id")]
    pub code: &'static Code,
    /// How grave it is here.
    pub severity: Severity,
    /// Source, step, check or report it concerns.
    pub subject: String,
    /// Where it stands; empty for what concerns no single cell.
    pub place: Place,
    /// The value or state seen, as written in the input.
    pub seen: String,
    /// What would have been right.
    pub expected: String,
    /// How many cells, rows or files it stands for; at least 1.
    pub count: u64,
}

impl Finding {
    /// A finding of one occurrence.
    pub fn new(code: &'static Code, severity: Severity, subject: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            subject: subject.into(),
            place: Place::default(),
            seen: String::new(),
            expected: String::new(),
            count: 1,
        }
    }

    /// Sets where it stands.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Sets what was seen and what would have been right.
    #[must_use]
    pub fn seen(mut self, seen: impl Into<String>, expected: impl Into<String>) -> Self {
        self.seen = seen.into();
        self.expected = expected.into();
        self
    }

    /// Sets how many occurrences it stands for.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }
}

/// What came out of one declared check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckOutcome {
    /// The check's declared name, or one made from its kind and subject.
    pub name: String,
    /// The table it ran on.
    pub on: String,
    /// What a failure means.
    pub severity: Severity,
    /// Rows or groups tested.
    pub tested: u64,
    /// Rows or groups it would have tested but could not: no value, a bound, a forecast, no partner.
    pub untested: u64,
    /// Those that failed and are not accepted, each with its place, value and expectation.
    pub failures: Vec<Finding>,
    /// Those that failed but are accepted in the pipeline file, with the declared reason in `expected`.
    pub accepted: Vec<Finding>,
}

impl CheckOutcome {
    /// Whether nothing failed beyond what is accepted.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// What it says; a check that tested nothing has not passed.
    pub fn verdict(&self) -> Verdict {
        match (self.passed(), self.severity) {
            (true, _) if self.tested == 0 => Verdict::NothingTested,
            (true, _) => Verdict::Passed,
            (false, Severity::Error) => Verdict::Failed,
            (false, _) => Verdict::Warned,
        }
    }
}

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything tested is right or accepted.
    Passed,
    /// Nothing could be tested: neither right nor wrong.
    NothingTested,
    /// Something failed; the report is published and marked.
    Warned,
    /// Something failed; nothing is published.
    Failed,
}
