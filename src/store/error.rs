//! What can go wrong on disk.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file or folder could not be read, written or locked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Reading failed.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Writing, syncing or renaming failed.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The new set stands published, but the disk did not confirm that it will after a power cut.
    #[error("the new set {} stands published, but the disk did not confirm it: {source}; after a power cut the earlier set may stand again. Check the disk, then run again", folder.display())]
    Unconfirmed {
        /// The run's folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file changed while it was copied.
    #[error("{} was still being written while it was read; run again when the copy is complete", path.display())]
    StillChanging {
        /// The unsettled file.
        path: PathBuf,
    },
    /// The file is larger than any table.
    #[error("{} has {bytes} bytes, more than the limit of {limit}; it is not read", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A report's name would leave the run's folder.
    #[error("the name {name} of an output file leaves the run's folder")]
    OutsideFolder {
        /// The name as given.
        name: String,
    },
    /// The manifest of an earlier run is not JSON.
    #[error("{} is damaged: {source}; remove the run's folder if it is not needed", path.display())]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The manifest could not be put into JSON.
    #[error("the manifest cannot be written: {0}")]
    Manifest(#[from] serde_json::Error),
}

impl StoreError {
    pub(super) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_path_buf(), source }
    }

    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_path_buf(), source }
    }
}
