//! Removes what no kept run needs: frozen inputs and cache entries of files that no manifest names, entries
//! set aside as damaged, and what killed runs left.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{MANIFEST_NAME, PublishedInput, StoreError, discover};

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Frozen copies of inputs.
    pub inputs: u64,
    /// Cache entries and leftovers beside them.
    pub entries: u64,
    /// Bytes of both.
    pub bytes: u64,
}

/// The part of any manifest that tells what its run read.
#[derive(Deserialize)]
struct Inputs {
    inputs: Vec<PublishedInput>,
}

/// Removes what is not named by the manifest of any run of any pipeline, published or failed. The caller
/// holds the lock, so nothing of a living run is met. A manifest that cannot be read stops it: what that run
/// read is not known.
pub fn collect_garbage(output: &Path, state: &Path) -> Result<Removed, StoreError> {
    let named = named_inputs(output)?;
    let mut removed = Removed::default();
    for path in listed(&state.join("inputs"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !named.contains(&name) {
            removed.bytes += remove(&path)?;
            removed.inputs += 1;
        }
    }
    for path in listed(&state.join("cache"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let content = name.split('.').next().unwrap_or_default();
        if !named.contains(content) {
            removed.bytes += remove(&path)?;
            removed.entries += 1;
        }
    }
    Ok(removed)
}

fn named_inputs(output: &Path) -> Result<BTreeSet<String>, StoreError> {
    let mut named = BTreeSet::new();
    for pipeline in listed(output)?.into_iter().filter(|path| path.is_dir()) {
        for runs in ["runs", "failed"] {
            for run in listed(&pipeline.join(runs))? {
                let path = run.join(MANIFEST_NAME);
                if !path.is_file() {
                    continue;
                }
                let manifest: Inputs = serde_json::from_slice(&super::read_bytes(&path)?)
                    .map_err(|source| StoreError::BadManifest { path, source })?;
                named.extend(manifest.inputs.into_iter().map(|input| input.blake3));
            }
        }
    }
    Ok(named)
}

/// The entries of a folder; an absent one has none.
fn listed(folder: &Path) -> Result<Vec<std::path::PathBuf>, StoreError> {
    if folder.is_dir() { discover::entries(folder) } else { Ok(Vec::new()) }
}

/// Removes a file or folder and tells its size.
fn remove(path: &Path) -> Result<u64, StoreError> {
    let failed = |source| StoreError::write(path, source);
    if path.is_dir() {
        let mut bytes = 0;
        for below in discover::entries(path)? {
            bytes += remove(&below)?;
        }
        fs::remove_dir(path).map_err(failed)?;
        return Ok(bytes);
    }
    let bytes = path.symlink_metadata().map_err(failed)?.len();
    fs::remove_file(path).map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }

    #[test]
    fn only_what_no_manifest_names_goes() {
        let root = tempfile::tempdir().unwrap();
        let (output, state) = (root.path().join("output"), root.path().join("state"));
        write(&output.join("p/runs/1/manifest.json"), r#"{"inputs": [{"file": "a", "blake3": "aa"}]}"#);
        write(&output.join("p/failed/2/manifest.json"), r#"{"inputs": [{"file": "b", "blake3": "bb"}]}"#);
        for name in [
            "inputs/aa",
            "inputs/bb",
            "inputs/cc",
            "cache/aa.1",
            "cache/cc.1",
            "cache/damaged-aa.1",
            "cache/.reading-x/order",
        ] {
            write(&state.join(name), "12345");
        }
        let removed = collect_garbage(&output, &state).unwrap();
        assert_eq!(removed, Removed { inputs: 1, entries: 3, bytes: 20 });
        let left = |folder: &str| discover::entries(&state.join(folder)).unwrap().len();
        assert_eq!((left("inputs"), left("cache")), (2, 1));
        write(&output.join("p/runs/3/manifest.json"), "{");
        assert!(matches!(collect_garbage(&output, &state), Err(StoreError::BadManifest { .. })));
    }
}
