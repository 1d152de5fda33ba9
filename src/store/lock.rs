//! One run at a time: a lock that the system frees when its holder dies, however it dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::StoreError;

/// The lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Who holds the lock, in its own words; for the message only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockHolder(pub String);

impl Lock {
    /// Takes the lock of a state folder, or says who holds it.
    pub fn take(state: &Path, note: &str) -> Result<Result<Self, LockHolder>, StoreError> {
        fs::create_dir_all(state).map_err(|source| StoreError::write(state, source))?;
        let path = state.join("run.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| StoreError::write(&path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The note is a courtesy: an unreadable one changes nothing.
                if file.read_to_string(&mut holder).is_err() {
                    holder.clear();
                }
                return Ok(Err(LockHolder(holder.trim().to_owned())));
            }
            Err(TryLockError::Error(source)) => return Err(StoreError::write(&path, source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()))
            .and_then(|()| file.flush())
            .map_err(|source| StoreError::write(&path, source))?;
        Ok(Ok(Self { _file: file }))
    }
}
