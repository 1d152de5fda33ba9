//! Copies an input once, hashing it on the way, so that what is read is what was hashed.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{InputFile, StoreError};

/// An input's frozen copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenFile {
    /// Path of the original below the drop folder, with `/`.
    pub shown: String,
    /// The copy.
    pub path: PathBuf,
    /// BLAKE3 of the content, in hex.
    pub blake3: String,
    /// Its size.
    pub bytes: u64,
}

const BLOCK: usize = 1 << 18;

/// Copies `file` into `state/inputs/` under the hash of its content.
///
/// A file whose size or time of change differs before and after is [`StoreError::StillChanging`].
pub fn freeze(file: &InputFile, state: &Path) -> Result<FrozenFile, StoreError> {
    let folder = state.join("inputs");
    fs::create_dir_all(&folder).map_err(|source| StoreError::write(&folder, source))?;
    let before = stamp(&file.path)?;
    let mut original = File::open(&file.path).map_err(|source| StoreError::read(&file.path, source))?;
    let mut copy = tempfile::Builder::new()
        .prefix(".copy-")
        .tempfile_in(&folder)
        .map_err(|source| StoreError::write(&folder, source))?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0_u8; BLOCK];
    let mut bytes = 0_u64;
    loop {
        let read = original.read(&mut block).map_err(|source| StoreError::read(&file.path, source))?;
        let Some(part) = block.get(..read).filter(|part| !part.is_empty()) else { break };
        hasher.update(part);
        copy.write_all(part).map_err(|source| StoreError::write(&folder, source))?;
        bytes += u64::try_from(read).unwrap_or(u64::MAX);
    }
    if stamp(&file.path)? != before || bytes != before.0 {
        return Err(StoreError::StillChanging { path: file.path.clone() });
    }
    let blake3 = hasher.finalize().to_hex().to_string();
    let path = folder.join(&blake3);
    copy.persist(&path).map_err(|error| StoreError::write(&path, error.error))?;
    Ok(FrozenFile { shown: file.shown.clone(), path, blake3, bytes })
}

fn stamp(path: &Path) -> Result<(u64, Option<std::time::SystemTime>), StoreError> {
    let details = path.metadata().map_err(|source| StoreError::read(path, source))?;
    Ok((details.len(), details.modified().ok()))
}
