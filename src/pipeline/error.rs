//! What ends a run before it has a result. Bad data is no error here: it is a finding of the outcome.

use std::path::PathBuf;

use thiserror::Error;

use crate::finding::CountsDoNotClose;
use crate::store::StoreError;

/// A run that could not be carried out.
#[derive(Debug, Error)]
pub enum RunError {
    /// The drop folder cannot be listed.
    #[error("the input folder {} cannot be read: {reason}", folder.display())]
    NoInputFolder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// No file matches any source.
    #[error(
        "no file in {} matches any source of the pipeline {pipeline}; `amur plan` lists what each source wants",
        folder.display()
    )]
    NoInput {
        /// The folder.
        folder: PathBuf,
        /// The pipeline.
        pipeline: String,
    },
    /// Another run holds the lock.
    #[error("another run is under way ({holder}); nothing was done")]
    Locked {
        /// What the other run left as its note.
        holder: String,
    },
    /// The output folder cannot be written.
    #[error("nothing can be published: {0}")]
    Output(StoreError),
    /// The new set stands, but a power cut may bring the earlier one back.
    #[error(transparent)]
    Unconfirmed(StoreError),
    /// Some other file of the project's cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What a run keeps while it reads cannot be written.
    #[error("the disk takes no more: {reason}; nothing was published")]
    Disk {
        /// What could not be written, and why.
        reason: String,
    },
    /// A signal asked the run to stop.
    #[error("stopped by a signal; nothing was published")]
    Stopped {
        /// The signal's number.
        signal: usize,
    },
    /// A row was lost or counted twice.
    #[error("{0}; this is a defect of Amur, nothing was published")]
    Rows(#[from] CountsDoNotClose),
}
