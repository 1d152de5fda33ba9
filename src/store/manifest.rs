//! What a run read, found and wrote. It is written last: its presence makes a run complete.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::StoreError;
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

/// The part of the latest published manifest that the next run needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LatestRun {
    /// The run's name.
    pub run: String,
    /// Hash of everything its bytes depend on.
    pub content_id: String,
    /// The day it speaks of.
    pub as_of: String,
    /// What it read.
    pub inputs: Vec<LatestInput>,
    /// What it wrote.
    pub outputs: Vec<OutputFile>,
}

/// One input of the latest run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LatestInput {
    /// Path below the drop folder.
    pub file: String,
    /// BLAKE3 of its content.
    pub blake3: String,
}

/// Reads the manifest of the latest published run of a pipeline, if there is one and its files are whole.
pub fn latest_manifest(output: &Path, pipeline: &str) -> Result<Option<LatestRun>, StoreError> {
    let folder = output.join(pipeline).join("latest");
    let path = folder.join(MANIFEST_NAME);
    if !path.is_file() {
        return Ok(None);
    }
    let Ok(latest) = serde_json::from_slice::<LatestRun>(&super::read_bytes(&path)?) else {
        return Ok(None);
    };
    let whole = latest.outputs.iter().all(|file| {
        super::read_bytes(&folder.join(&file.name))
            .is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == file.blake3)
    });
    Ok(whole.then_some(latest))
}
