//! What a run may know of the world outside its inputs: clock, folders, threads, as-of day.
//!
//! Nothing else reads the clock, the environment or a folder's order, so that the same input gives the
//! same bytes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

/// The project folder's paths, clock and settings of one run.
#[derive(Clone, Debug)]
pub struct RunContext {
    /// Folder that holds `input/`, `output/` and `pipelines/`.
    pub root: PathBuf,
    /// The drop folder.
    pub input: PathBuf,
    /// Where reports are published.
    pub output: PathBuf,
    /// Frozen copies and lock.
    pub state: PathBuf,
    /// When the run began; only for logs, the manifest and the run's name, never on a report page.
    pub started: Timestamp,
    /// The day the report speaks of, where the caller gave one (`--as-of`).
    pub as_of: Option<Date>,
    /// How many files are read at once; at least 1.
    pub threads: usize,
    /// Where files are read.
    pub reading: Reading,
    /// How long a file must have stood unchanged before it is read.
    pub settle: Duration,
    /// Number of the signal that asks the run to stop; 0 while none came.
    pub stop: Arc<AtomicUsize>,
}

/// Where files are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// In this process, nothing kept: for tests of the library, whose own program is no `amur`.
    InProcess,
    /// Each by a child process, which a bad file may kill; what it yields is kept for the next run.
    Child {
        /// The program that is started as `amur read-one`.
        program: PathBuf,
        /// What one child may use.
        limits: ReadLimits,
    },
}

/// What the reading of one file may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Address space in bytes; not enforced on Windows, which has no such limit.
    pub memory: u64,
    /// Time for a file of no size; see [`ReadLimits::deadline_for`].
    pub deadline: Duration,
}

/// A file of so many bytes may take twice the deadline, one of twice as many three times, and so on: an
/// unoptimised build reads 1 MB of a dense workbook in 2 seconds, so at 60 seconds this leaves a factor of 8.
const BYTES_FOR_ONE_MORE_DEADLINE: f64 = 4_194_304.0;

impl ReadLimits {
    /// How long the reading of a file of that size may take.
    pub fn deadline_for(&self, bytes: u64) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "a deadline need not be exact")]
        let times = 1.0 + bytes as f64 / BYTES_FOR_ONE_MORE_DEADLINE;
        self.deadline.mul_f64(times)
    }
}

impl RunContext {
    /// A context with the usual folder names below `root`.
    pub fn in_folder(root: &Path, started: Timestamp) -> Self {
        Self {
            root: root.to_path_buf(),
            input: root.join("input"),
            output: root.join("output"),
            state: root.join(".state"),
            started,
            as_of: None,
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            reading: Reading::InProcess,
            settle: Duration::ZERO,
            stop: Arc::default(),
        }
    }

    /// The signal that asks the run to stop, if one came.
    pub fn stopped_by(&self) -> Option<usize> {
        Some(self.stop.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }
}
