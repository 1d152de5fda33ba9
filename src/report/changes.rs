//! What changed since an earlier publication, as the changes sheet and `changes.csv` tell it. Plain values;
//! comparing two publications is the pipeline's.

use std::fmt;

use super::value::Exact;
use crate::measure::Decimal;

/// Which figure: its table, its row's key and its column.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureId {
    /// The table.
    pub table: String,
    /// `column=value` of the columns that identify the row, parted by `|`.
    pub key: String,
    /// The column.
    pub column: String,
}

impl FigureId {
    /// The parts of the key: column and value.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        parts(&self.key)
    }
}

/// The parts of a key: column and value.
pub(super) fn parts(key: &str) -> impl Iterator<Item = (&str, &str)> {
    key.split('|').filter_map(|part| part.split_once('='))
}

/// What a publication says of a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FigureState {
    /// The value in base units, all digits; a fraction for shares and growths; empty where there is none.
    pub value: String,
    /// SDMX `OBS_STATUS`.
    pub status: String,
    /// `>`, `<` or `≈`.
    pub bound: String,
    /// Currency or unit; `1` for fractions.
    pub unit: String,
    /// The id of the rate it was converted with.
    pub rate: String,
    /// That rate.
    pub rate_value: String,
    /// File, sheet and cell it was read from; empty where it was computed from several.
    pub origin: String,
    /// What its row is about beside the key, in the form of a key.
    pub about: String,
}

impl FigureState {
    /// Whether a reader would see another figure; where it was read from is no part of that.
    pub fn reads_like(&self, other: &Self) -> bool {
        (&self.value, &self.status, &self.bound, &self.unit)
            == (&other.value, &other.status, &other.bound, &other.unit)
    }

    /// The value as a number.
    pub(super) fn exact(&self) -> Option<Exact> {
        let decimal = Decimal::parse(&self.value).ok()?;
        Some(Exact { units: decimal.units, scale: i32::try_from(decimal.scale).ok()? })
    }
}

/// What became of a file or figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is there in both and differs.
    Changed,
    /// It was not there before.
    New,
    /// It is no longer there.
    Gone,
}

impl Change {
    /// Its word in `changes.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// Why a figure changed, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The content of a file it rests on is another.
    FileChanged(String),
    /// A file it rests on is new.
    FileNew(String),
    /// A file it rests on is gone.
    FileGone(String),
    /// A file that is still there no longer gives it: another takes precedence.
    Superseded {
        /// The file that gave it before.
        from: String,
        /// The file that gives it now.
        by: String,
    },
    /// The rate it was converted with is another.
    Rate {
        /// Id and rate before.
        old: String,
        /// Id and rate now.
        new: String,
    },
    /// The pipeline file or a code list is another.
    Pipeline,
    /// The program is another.
    Program {
        /// Program and version before.
        old: String,
        /// Program and version now.
        new: String,
    },
    /// Nothing that is known explains it.
    Unknown,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileChanged(file) => write!(f, "file changed: {file}"),
            Self::FileNew(file) => write!(f, "new file: {file}"),
            Self::FileGone(file) => write!(f, "file gone: {file}"),
            Self::Superseded { from, by } => write!(f, "now from {by} instead of {from}"),
            Self::Rate { old, new } => write!(f, "rate {old} -> {new}"),
            Self::Pipeline => f.write_str("pipeline or code lists changed"),
            Self::Program { old, new } => write!(f, "program {old} -> {new}"),
            Self::Unknown => f.write_str("not known"),
        }
    }
}

/// A file that is new, gone or another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path below the drop folder.
    pub file: String,
    /// What became of it.
    pub change: Change,
    /// The sources and rates blocks that read it, parted by commas.
    pub readers: String,
}

/// A figure that is new, gone or another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureChange {
    /// Which figure.
    pub id: FigureId,
    /// What became of it.
    pub change: Change,
    /// What the earlier publication says; empty where it is new.
    pub old: FigureState,
    /// What this one says; empty where it is gone.
    pub new: FigureState,
    /// Why, as far as known; never empty.
    pub why: Vec<Why>,
}

impl FigureChange {
    /// New less old, where both are plain figures in one unit.
    pub(super) fn difference(&self) -> Option<Exact> {
        let plain = self.old.unit == self.new.unit && self.old.bound.is_empty() && self.new.bound.is_empty();
        let (old, new) = (self.old.exact()?, self.new.exact()?);
        let scale = old.scale.max(new.scale);
        let at_scale = |number: Exact| {
            let power = u32::try_from(scale - number.scale).ok()?;
            number.units.checked_mul(10_i128.checked_pow(power)?)
        };
        let units = at_scale(new)?.checked_sub(at_scale(old)?)?;
        plain.then_some(Exact { units, scale })
    }

    /// The difference as text, all digits; empty where there is none.
    pub fn difference_text(&self) -> String {
        self.difference().map(Exact::plain).unwrap_or_default()
    }

    /// The difference as a fraction of the old value's size; nothing where that is zero.
    pub fn relative(&self) -> Option<f64> {
        let old = self.old.exact()?.to_float().filter(|old| *old != 0.0)?;
        Some(self.difference()?.to_float()? / old.abs())
    }
}

/// The publication that the changes are told against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// There is none.
    #[default]
    First,
    /// Its figures are missing or not as they were written, so it counts as absent.
    Damaged {
        /// The day it speaks of; empty where even that is unknown.
        as_of: String,
        /// Its content id.
        content_id: String,
    },
    /// An earlier one.
    Earlier {
        /// The day it speaks of.
        as_of: String,
        /// Its content id.
        content_id: String,
    },
}

/// Everything that changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Since when.
    pub against: Against,
    /// What changed beside the files: pipeline, program.
    pub causes: Vec<Why>,
    /// Files by path.
    pub files: Vec<FileChange>,
    /// Figures: by table, changed before new before gone, the largest relative change first.
    pub figures: Vec<FigureChange>,
    /// Figures that are as they were.
    pub unchanged: u64,
}

impl Changes {
    /// Brings the figures into their order.
    pub fn sort(&mut self) {
        // A change without a size (from nothing, from zero, into another unit) comes before all others.
        let size = |change: &FigureChange| change.relative().map_or(f64::INFINITY, f64::abs);
        self.figures.sort_by(|a, b| {
            (&a.id.table, a.change)
                .cmp(&(&b.id.table, b.change))
                .then_with(|| size(b).total_cmp(&size(a)))
                .then_with(|| a.id.cmp(&b.id))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: (&str, &str), new: (&str, &str), difference: &str, relative: Option<f64>) {
        let state = |(value, unit): (&str, &str)| FigureState {
            value: value.to_owned(),
            unit: unit.to_owned(),
            ..FigureState::default()
        };
        let change = FigureChange {
            id: FigureId::default(),
            change: Change::Changed,
            old: state(old),
            new: state(new),
            why: vec![Why::Unknown],
        };
        assert_eq!((change.difference_text().as_str(), change.relative()), (difference, relative));
    }

    #[test]
    fn differences_are_exact_and_need_one_unit_and_a_base() {
        check(("131340000000", "CNY"), ("131340000000.5", "CNY"), "0.5", Some(0.5 / 131_340_000_000.0));
        check(("-4", "CNY"), ("-2", "CNY"), "2", Some(0.5));
        check(("0", "CNY"), ("3", "CNY"), "3", None);
        check(("4", "CNY"), ("3", "USD"), "", None);
        check(("", "CNY"), ("3", "CNY"), "", None);
    }
}
