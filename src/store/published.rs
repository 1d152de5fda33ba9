//! What earlier runs published, as their manifests tell it. A file is handed out only with the very bytes
//! its manifest names.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::SeenColumn;

use super::{MANIFEST_NAME, OutputFile, StoreError, discover, read_bytes};

/// The part of a published manifest that later runs need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PublishedRun {
    /// The run's name.
    pub run: String,
    /// Hash of everything its bytes depend on.
    pub content_id: String,
    /// The same without the run it was compared with; empty in manifests older than that key.
    #[serde(default)]
    pub base_id: String,
    /// BLAKE3 of its pipeline file and code lists; empty in manifests older than that key.
    #[serde(default)]
    pub pipeline_hash: String,
    /// Program and version.
    #[serde(default)]
    pub program: String,
    /// The day it speaks of.
    pub as_of: String,
    /// When it began, UTC.
    #[serde(default)]
    pub started: String,
    /// The run that its changes are told against.
    #[serde(default)]
    pub compared_with: Option<ComparedWith>,
    /// What it read.
    pub inputs: Vec<PublishedInput>,
    /// What it wrote.
    pub outputs: Vec<OutputFile>,
}

/// One input of a published run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct PublishedInput {
    /// Path below the drop folder.
    pub file: String,
    /// The source or rates block that read it; empty where none did.
    #[serde(default)]
    pub source: String,
    /// BLAKE3 of its content; empty where it was not read.
    pub blake3: String,
    /// Its size.
    #[serde(default)]
    pub bytes: u64,
    /// The columns of its tables as they were seen; none in manifests older than that key.
    #[serde(default)]
    pub columns: Vec<SeenColumn>,
}

/// The earlier run that a run's changes are told against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedWith {
    /// The run's name; never shown on a page.
    pub run: String,
    /// Its content id.
    pub content_id: String,
    /// The day it speaks of.
    pub as_of: String,
    /// Whether its figures could be used.
    pub condition: Condition,
}

/// Whether the figures of an earlier run could be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// They are as they were written.
    #[default]
    Whole,
    /// They are missing or not as they were written, so they count as absent.
    Damaged,
}

/// A run's folder and what its manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedSet {
    /// Where its files stand.
    pub folder: PathBuf,
    /// What its manifest says.
    pub run: PublishedRun,
}

/// What was found where a published run should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A folder whose manifest is missing or cannot be understood.
    Unreadable,
    /// A run.
    Run(Box<PublishedSet>),
}

impl PublishedSet {
    /// The bytes of one of its files; nothing where they are not those that were written.
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        let written = self.run.outputs.iter().find(|file| file.name == name)?;
        let bytes = read_bytes(&self.folder.join(name)).ok()?;
        (blake3::hash(&bytes).to_hex().as_str() == written.blake3).then_some(bytes)
    }

    /// Whether every file is as it was written.
    pub fn is_whole(&self) -> bool {
        self.run.outputs.iter().all(|file| self.file(&file.name).is_some())
    }
}

/// The latest published run of a pipeline.
pub fn latest_run(output: &Path, pipeline: &str) -> Result<Found, StoreError> {
    read(&output.join(pipeline).join("latest"))
}

/// A published run by its name.
pub fn published_run(output: &Path, pipeline: &str, run: &str) -> Result<Found, StoreError> {
    // A run's name is one folder; anything else comes from a manifest that was tampered with.
    if run.is_empty() || run.contains(['/', '\\']) || run.starts_with('.') {
        return Ok(Found::Unreadable);
    }
    read(&output.join(pipeline).join("runs").join(run))
}

/// Every published run of a pipeline whose manifest can be understood, oldest first.
pub fn published_runs(output: &Path, pipeline: &str) -> Result<Vec<PublishedSet>, StoreError> {
    let home = output.join(pipeline).join("runs");
    if !home.is_dir() {
        return Ok(Vec::new());
    }
    let mut runs = Vec::new();
    for folder in discover::entries(&home)? {
        if let Found::Run(set) = read(&folder)? {
            runs.push(*set);
        }
    }
    Ok(runs)
}

fn read(folder: &Path) -> Result<Found, StoreError> {
    if !folder.exists() {
        return Ok(Found::Nothing);
    }
    let path = folder.join(MANIFEST_NAME);
    if !path.is_file() {
        return Ok(Found::Unreadable);
    }
    let set = serde_json::from_slice::<PublishedRun>(&read_bytes(&path)?)
        .map(|run| PublishedSet { folder: folder.to_path_buf(), run });
    Ok(set.map_or(Found::Unreadable, |set| Found::Run(Box::new(set))))
}
