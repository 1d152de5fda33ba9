//! Everything kept on disk: what stands in the drop folder, frozen copies of inputs, the lock, staging,
//! publishing by rename, the manifest. It knows bytes and names, not what they mean.

mod cache;
mod discover;
mod error;
mod freeze;
mod gc;
mod lock;
mod manifest;
mod published;
mod replace;
mod staging;

use std::path::Path;

pub use cache::{Cache, Slot, UnfinishedEntry, seal};
pub use discover::{Discovered, InputFile, Loss, Skipped, discover, input_file};
pub use error::StoreError;
pub use freeze::{FILE_LIMIT, FrozenFile, freeze, unsettled_for};
pub use gc::{Removed, collect_garbage};
pub use lock::{Lock, LockHolder};
pub use manifest::{MANIFEST_NAME, MANIFEST_VERSION, Manifest, OutputFile};
pub use published::{
    ComparedWith, Condition, Found, PublishedInput, PublishedRun, PublishedSet, latest_run, published_run,
    published_runs,
};
pub use replace::Successor;
pub use staging::{Staging, probe_output};

/// Reads a small text file of the project, such as a pipeline file, as bytes.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    std::fs::read(path).map_err(|source| StoreError::read(path, source))
}

/// The files of a folder whose names end in `.toml`, sorted by name; an absent folder has none.
pub fn toml_files(folder: &Path) -> Result<Vec<std::path::PathBuf>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files: Vec<_> = discover::entries(folder)?
        .into_iter()
        .filter(|path| path.is_file() && path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

/// Size and time of change of a program file: what tells two builds of one version apart.
pub fn program_stamp(program: &Path) -> Result<String, StoreError> {
    let details = program.metadata().map_err(|source| StoreError::read(program, source))?;
    let modified = details.modified().map_err(|source| StoreError::read(program, source))?;
    Ok(format!("{} {modified:?}", details.len()))
}
