//! Copies an input once, hashing it on the way, so that what is read is what was hashed.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{InputFile, StoreError};

/// An input's frozen copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Largest file that is copied and read, in bytes: no table comes near it, and the copy of a stray disk image would
/// fill the disk.
pub const FILE_LIMIT: u64 = 512 << 20;

const BLOCK: usize = 1 << 18;

/// How much longer the youngest of the files must stand unchanged until all have done so for `settle`;
/// nothing where they have. A time of change in the future counts as now.
pub fn unsettled_for(files: &[&InputFile], settle: Duration, now: SystemTime) -> Duration {
    let age = |modified: SystemTime| now.duration_since(modified).unwrap_or_default();
    let waits = files.iter().filter_map(|file| Some(settle.saturating_sub(age(file.modified?))));
    waits.max().unwrap_or_default()
}

/// Copies `file` into `state/inputs/` under the hash of its content.
///
/// A file whose size or time of change, after the copy, is not what it was when the folder was listed is
/// [`StoreError::StillChanging`]; one above [`FILE_LIMIT`] is [`StoreError::TooLarge`]. What is read is always the copy, so that a later change mixes nothing.
pub fn freeze(file: &InputFile, state: &Path) -> Result<FrozenFile, StoreError> {
    if file.bytes > FILE_LIMIT {
        return Err(StoreError::TooLarge { path: file.path.clone(), bytes: file.bytes, limit: FILE_LIMIT });
    }
    let folder = state.join("inputs");
    fs::create_dir_all(&folder).map_err(|source| StoreError::write(&folder, source))?;
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
    if stamp(&file.path)? != (file.bytes, file.modified) || bytes != file.bytes {
        return Err(StoreError::StillChanging { path: file.path.clone() });
    }
    let blake3 = hasher.finalize().to_hex().to_string();
    let path = folder.join(&blake3);
    copy.persist(&path).map_err(|error| StoreError::write(&path, error.error))?;
    Ok(FrozenFile { shown: file.shown.clone(), path, blake3, bytes })
}

fn stamp(path: &Path) -> Result<(u64, Option<SystemTime>), StoreError> {
    let details = path.metadata().map_err(|source| StoreError::read(path, source))?;
    Ok((details.len(), details.modified().ok()))
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;
    use crate::store::discover;

    fn found(folder: &Path) -> InputFile {
        discover(folder).unwrap().files.remove(0)
    }

    fn write(path: &Path, content: &[u8]) {
        OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(content).unwrap();
    }

    #[test]
    fn a_file_that_grew_since_it_was_listed_is_still_changing() {
        let (input, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = input.path().join("a.csv");
        write(&path, b"a,b\n");
        let file = found(input.path());
        write(&path, b"1,2\n");
        assert!(matches!(freeze(&file, state.path()), Err(StoreError::StillChanging { .. })));
        let frozen = freeze(&found(input.path()), state.path()).unwrap();
        assert_eq!(fs::read(frozen.path).unwrap(), b"a,b\n1,2\n");
        assert_eq!(frozen.blake3, blake3::hash(b"a,b\n1,2\n").to_hex().to_string());
    }

    #[test]
    fn a_file_larger_than_any_table_is_not_copied() {
        let (input, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = input.path().join("a.iso");
        write(&path, b"");
        OpenOptions::new().write(true).open(&path).unwrap().set_len(FILE_LIMIT + 1).unwrap();
        let error = freeze(&found(input.path()), state.path()).unwrap_err().to_string();
        assert!(
            error.ends_with("has 536870913 bytes, more than the limit of 536870912; it is not read"),
            "{error}"
        );
        assert!(!state.path().join("inputs").exists());
    }

    #[test]
    fn only_a_young_file_is_waited_for() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let file = |modified| InputFile {
            shown: "a".to_owned(),
            path: PathBuf::from("a"),
            bytes: 1,
            modified: Some(modified),
        };
        let seconds = Duration::from_secs;
        let (old, young, future) =
            (file(now - seconds(60)), file(now - seconds(1)), file(now + seconds(500)));
        assert_eq!(unsettled_for(&[&old], seconds(2), now), Duration::ZERO);
        assert_eq!(unsettled_for(&[&old, &young], seconds(2), now), seconds(1));
        assert_eq!(unsettled_for(&[&future, &young], seconds(2), now), seconds(2));
        assert_eq!(unsettled_for(&[&young], Duration::ZERO, now), Duration::ZERO);
    }
}
