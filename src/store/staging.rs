//! Writing a run's files where nobody looks, and publishing them all at once by one rename.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::{MANIFEST_NAME, Manifest, OutputFile, StoreError, discover};

const PREFIX: &str = ".staging-";
const PROBE: &str = ".probe-";

/// A run's folder before it is published; removed when dropped unpublished.
#[derive(Debug)]
pub struct Staging {
    output: PathBuf,
    pipeline: String,
    run: String,
    folder: PathBuf,
    files: Vec<OutputFile>,
    done: bool,
    /// Makes what was done in a folder survive a power cut.
    sync: fn(&Path) -> io::Result<()>,
}

/// Makes sure that the output folder exists and can be written, before anything is computed.
pub fn probe_output(output: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(output).map_err(|source| StoreError::write(output, source))?;
    for path in discover::entries(output)? {
        let probe = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PROBE));
        // Of a run that was killed while it probed; one that probes now loses nothing.
        if probe && let Err(error) = fs::remove_file(&path) {
            tracing::debug!(%error, "The probe of a dead run could not be removed.");
        }
    }
    tempfile::Builder::new()
        .prefix(PROBE)
        .tempfile_in(output)
        .map(drop)
        .map_err(|source| StoreError::write(output, source))
}

impl Staging {
    /// Opens the staging folder of a run. Leftovers of killed runs are removed first; the caller holds the
    /// lock, so no staging folder can belong to a living run.
    pub fn begin(output: &Path, pipeline: &str, run: &str) -> Result<Self, StoreError> {
        probe_output(output)?;
        for path in discover::entries(output)? {
            let leftover = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
            if leftover {
                fs::remove_dir_all(&path).map_err(|source| StoreError::write(&path, source))?;
            }
        }
        let folder = output.join(format!("{PREFIX}{run}"));
        fs::create_dir_all(&folder).map_err(|source| StoreError::write(&folder, source))?;
        Ok(Self {
            output: output.to_path_buf(),
            pipeline: pipeline.to_owned(),
            run: run.to_owned(),
            folder,
            files: Vec::new(),
            done: false,
            sync: sync_folder,
        })
    }

    /// Writes one file, synced to disk.
    pub fn add(&mut self, name: &str, bytes: &[u8], rows: u64) -> Result<(), StoreError> {
        self.write(name, bytes)?;
        self.files.push(OutputFile {
            name: name.to_owned(),
            blake3: blake3::hash(bytes).to_hex().to_string(),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            rows,
        });
        Ok(())
    }

    /// What was written so far.
    pub fn files(&self) -> &[OutputFile] {
        &self.files
    }

    /// Writes the manifest, moves the whole folder to `runs/` and points `latest` at it.
    pub fn publish(mut self, manifest: &Manifest<'_>) -> Result<PathBuf, StoreError> {
        let home = self.output.join(&self.pipeline);
        let runs = home.join("runs");
        let target = self.finish(manifest, &runs)?;
        // Until `latest` is moved the earlier set stands, and this one is withdrawn if anything fails.
        let moved = self.synced(&runs).and_then(|()| point_latest(&home, &self.run));
        moved.inspect_err(|_| withdraw(&target))?;
        (self.sync)(&home).map_err(|source| StoreError::Unconfirmed { folder: target.clone(), source })?;
        Ok(target)
    }

    /// Keeps what explains a failed run under `failed/`; nothing a reader or a later run looks at changes.
    pub fn keep_failed(mut self, manifest: &Manifest<'_>) -> Result<PathBuf, StoreError> {
        let home = self.output.join(&self.pipeline).join("failed");
        let target = self.finish(manifest, &home)?;
        self.synced(&home)?;
        Ok(target)
    }

    fn synced(&self, folder: &Path) -> Result<(), StoreError> {
        (self.sync)(folder).map_err(|source| StoreError::write(folder, source))
    }

    fn finish(&mut self, manifest: &Manifest<'_>, home: &Path) -> Result<PathBuf, StoreError> {
        let mut text = serde_json::to_vec_pretty(manifest)?;
        text.push(b'\n');
        self.write(MANIFEST_NAME, &text)?;
        self.synced(&self.folder)?;
        fs::create_dir_all(home).map_err(|source| StoreError::write(home, source))?;
        let target = home.join(&self.run);
        fs::rename(&self.folder, &target).map_err(|source| StoreError::write(&target, source))?;
        self.done = true;
        Ok(target)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let relative = Path::new(name);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || name.is_empty() {
            return Err(StoreError::OutsideFolder { name: name.to_owned() });
        }
        let path = self.folder.join(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| StoreError::write(parent, source))?;
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            })
            .map_err(|source| StoreError::write(&path, source))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done && fs::remove_dir_all(&self.folder).is_err() {
            // The next run removes it: every staging folder it finds under the lock is dead.
            tracing::debug!(folder = %self.folder.display(), "Staging folder left for the next run.");
        }
    }
}

/// Makes a rename in `folder` survive a power cut; Windows has no such call and needs none.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder).and_then(|handle| handle.sync_all()) } else { Ok(()) }
}

/// Removes a run that did not become the latest, so that no later run is compared with it.
fn withdraw(target: &Path) {
    if let Err(error) = fs::remove_dir_all(target) {
        tracing::warn!(folder = %target.display(), %error, "A run that was not published could not be removed.");
    }
}

/// `latest` is a link to the run's folder, replaced in one rename.
#[cfg(unix)]
fn point_latest(home: &Path, run: &str) -> Result<(), StoreError> {
    let latest = home.join("latest");
    let fresh = home.join(format!(".latest-{run}"));
    let target = Path::new("runs").join(run);
    // Links of runs that ended before they could publish: no living run has one, for the lock is held.
    for path in discover::entries(home)? {
        let leftover = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".latest-"));
        if leftover && path.is_symlink() {
            fs::remove_file(&path).map_err(|source| StoreError::write(&path, source))?;
        }
    }
    std::os::unix::fs::symlink(&target, &fresh).map_err(|source| StoreError::write(&fresh, source))?;
    fs::rename(&fresh, &latest).map_err(|source| StoreError::write(&latest, source))
}

/// `latest` is a copy, because links need a special right on Windows: the manifest is removed first and
/// copied last, so that a reader can tell a copy in progress.
#[cfg(not(unix))]
fn point_latest(home: &Path, run: &str) -> Result<(), StoreError> {
    let latest = home.join("latest");
    let source = home.join("runs").join(run);
    fs::create_dir_all(&latest).map_err(|error| StoreError::write(&latest, error))?;
    let manifest = latest.join(MANIFEST_NAME);
    if manifest.is_file() {
        fs::remove_file(&manifest).map_err(|error| StoreError::write(&manifest, error))?;
    }
    for path in discover::entries(&latest)? {
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| StoreError::write(&path, error))?;
    }
    copy_folder(&source, &latest)
}

/// Copies a folder with those in it; the manifest comes last.
#[cfg(not(unix))]
fn copy_folder(source: &Path, target: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(target).map_err(|error| StoreError::write(target, error))?;
    let mut files = discover::entries(source)?;
    files.sort_by_key(|path| path.file_name().is_some_and(|name| name == MANIFEST_NAME));
    for path in files {
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_folder(&path, &target.join(name))?;
        } else {
            fs::copy(&path, target.join(name)).map_err(|error| StoreError::write(&path, error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest<'a>(run: &'a str, files: &'a [OutputFile]) -> Manifest<'a> {
        Manifest {
            manifest_version: 1,
            pipeline: "p",
            run,
            content_id: "c",
            base_id: "b",
            pipeline_hash: "h",
            compared_with: None,
            status: "published",
            as_of: "2024-01-01".to_owned(),
            started: String::new(),
            program: String::new(),
            inputs: &[],
            checks: &[],
            findings: &[],
            outputs: files,
        }
    }

    #[test]
    fn a_dropped_staging_folder_leaves_nothing_and_a_published_one_is_latest() {
        let output = tempfile::tempdir().unwrap();
        drop(Staging::begin(output.path(), "p", "1").unwrap());
        assert!(discover::entries(output.path()).unwrap().is_empty());
        for run in ["1", "2"] {
            let mut staging = Staging::begin(output.path(), "p", run).unwrap();
            staging.add("a.csv", run.as_bytes(), 1).unwrap();
            let files = staging.files().to_vec();
            staging.publish(&manifest(run, &files)).unwrap();
            assert_eq!(fs::read_to_string(output.path().join("p/latest/a.csv")).unwrap(), run);
        }
        let super::super::Found::Run(latest) = super::super::latest_run(output.path(), "p").unwrap() else {
            unreachable!()
        };
        assert_eq!(latest.run.run, "2");
        assert_eq!(latest.file("a.csv").as_deref(), Some(&b"2"[..]));
        let runs = super::super::published_runs(output.path(), "p").unwrap();
        assert_eq!(runs.iter().map(|set| set.run.run.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        OpenOptions::new()
            .append(true)
            .open(output.path().join("p/latest/a.csv"))
            .unwrap()
            .write_all(b"!")
            .unwrap();
        assert_eq!(latest.file("a.csv"), None);
        assert!(!latest.is_whole());
    }

    /// A disk that does not confirm what is done in the folder of this name.
    fn deaf(folder: &Path, name: &str) -> io::Result<()> {
        let deaf = folder.file_name().is_some_and(|own| own == name);
        if deaf { Err(io::Error::other("no answer")) } else { Ok(()) }
    }

    #[test]
    fn what_the_disk_does_not_confirm_is_withdrawn_or_said_to_stand() {
        let output = tempfile::tempdir().unwrap();
        let publish = |run: &str, sync: fn(&Path) -> io::Result<()>| {
            let mut staging = Staging::begin(output.path(), "p", run).unwrap();
            staging.sync = sync;
            staging.add("a.csv", run.as_bytes(), 1).unwrap();
            let files = staging.files().to_vec();
            staging.publish(&manifest(run, &files))
        };
        let latest = || fs::read_to_string(output.path().join("p/latest/a.csv")).unwrap();
        publish("1", sync_folder).unwrap();
        // Before `latest` moves: the earlier set stands and nothing of the new one is left.
        let error = publish("2", |folder| deaf(folder, "runs")).unwrap_err();
        assert!(matches!(error, StoreError::Write { .. }), "{error}");
        assert_eq!((latest().as_str(), output.path().join("p/runs/2").exists()), ("1", false));
        // After it: the new set stands, which the error says.
        let error = publish("3", |folder| deaf(folder, "p")).unwrap_err();
        assert!(matches!(&error, StoreError::Unconfirmed { folder, .. } if folder.ends_with("p/runs/3")));
        assert_eq!(latest(), "3");
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        let output = tempfile::tempdir().unwrap();
        let mut staging = Staging::begin(output.path(), "p", "1").unwrap();
        for name in ["../a", "/a", ""] {
            assert!(matches!(staging.add(name, b"", 0), Err(StoreError::OutsideFolder { .. })), "{name}");
        }
    }

    #[test]
    fn leftovers_of_a_killed_run_are_removed() {
        let output = tempfile::tempdir().unwrap();
        let dead = output.path().join(".staging-dead");
        fs::create_dir_all(&dead).unwrap();
        drop(Staging::begin(output.path(), "p", "1").unwrap());
        assert!(!dead.exists());
    }
}
