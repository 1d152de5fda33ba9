//! What a run read, found and wrote. It is written last: its presence makes a run complete.

use serde::{Deserialize, Serialize};

use super::ComparedWith;
use crate::finding::{CheckOutcome, Finding, SourceAccount};

/// Version of the manifest's shape.
pub const MANIFEST_VERSION: u32 = 1;

/// File name of the manifest in a run's folder.
pub const MANIFEST_NAME: &str = "manifest.json";

/// One published file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// Name in the run's folder.
    pub name: String,
    /// BLAKE3 of its bytes, in hex.
    pub blake3: String,
    /// Its size.
    pub bytes: u64,
    /// Data rows it holds; 0 where that has no meaning.
    pub rows: u64,
}

/// The record of one run.
#[derive(Debug, Serialize)]
pub struct Manifest<'a> {
    /// [`MANIFEST_VERSION`].
    pub manifest_version: u32,
    /// The pipeline's name.
    pub pipeline: &'a str,
    /// The run's name.
    pub run: &'a str,
    /// Hash of everything the report's bytes depend on.
    pub content_id: &'a str,
    /// The same without the earlier run that the changes are told against: equal for a repeated run.
    pub base_id: &'a str,
    /// BLAKE3 of the pipeline file and its code lists.
    pub pipeline_hash: &'a str,
    /// The run that the changes are told against; nothing for a first publication.
    pub compared_with: Option<&'a ComparedWith>,
    /// `published` or `failed`.
    pub status: &'static str,
    /// The day the report speaks of.
    pub as_of: String,
    /// When the run began, UTC.
    pub started: String,
    /// Program and version.
    pub program: String,
    /// Every file of the drop folder.
    pub inputs: &'a [SourceAccount],
    /// What the checks found.
    pub checks: &'a [CheckOutcome],
    /// Everything else a person should know.
    pub findings: &'a [Finding],
    /// What was written.
    pub outputs: &'a [OutputFile],
}
