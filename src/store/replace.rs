//! Replacing a text file by one rename, once its successor was checked where it stands.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::StoreError;

/// The successor of a file, beside it; removed when dropped uncommitted.
#[derive(Debug)]
pub struct Successor {
    written: tempfile::NamedTempFile,
    target: PathBuf,
}

impl Successor {
    /// Writes the successor of `path`, which need not exist yet, into the same folder.
    pub fn write(path: &Path, bytes: &[u8]) -> Result<Self, StoreError> {
        // A link is followed, so that its target is replaced and not the link.
        let target = path.canonicalize().unwrap_or_else(|_absent| path.to_path_buf());
        let folder = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|source| StoreError::write(folder, source))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".next-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any editor would: what the file had, else what the system's mask leaves.
            let mode = target.metadata().map_or(0o666, |old| old.permissions().mode());
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        let mut written = builder.tempfile_in(folder).map_err(|source| StoreError::write(folder, source))?;
        written.write_all(bytes).map_err(|source| StoreError::write(&target, source))?;
        written.as_file().sync_all().map_err(|source| StoreError::write(&target, source))?;
        Ok(Self { written, target })
    }

    /// Where it stands until it is committed.
    pub fn path(&self) -> &Path {
        self.written.path()
    }

    /// Puts it in the place of the file.
    pub fn commit(self) -> Result<(), StoreError> {
        let target = self.target;
        self.written.persist(&target).map_err(|error| StoreError::write(&target, error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.toml");
        Successor::write(&path, b"one").unwrap().commit().unwrap();
        drop(Successor::write(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        let next = Successor::write(&path, b"three").unwrap();
        assert_eq!(fs::read(next.path()).unwrap(), b"three");
        next.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
    }
}
