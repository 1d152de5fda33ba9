//! What a run may know of the world outside its inputs: clock, folders, threads, as-of day.
//!
//! Nothing else reads the clock, the environment or a folder's order, so that the same input gives the
//! same bytes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// Number of the signal that asks the run to stop; 0 while none came.
    pub stop: Arc<AtomicUsize>,
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
            stop: Arc::default(),
        }
    }

    /// The signal that asks the run to stop, if one came.
    pub fn stopped_by(&self) -> Option<usize> {
        Some(self.stop.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }
}
