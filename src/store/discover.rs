//! What stands in the drop folder: regular files, sorted; what is no input is named with its reason.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::StoreError;

/// A file that may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Path below the drop folder, with `/`.
    pub shown: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size when it was found.
    pub bytes: u64,
    /// When it was last changed, where the system says so.
    pub modified: Option<SystemTime>,
}

/// A file that is never read, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Path below the drop folder, with `/`.
    pub shown: String,
    /// Why, in words for the report.
    pub reason: &'static str,
}

/// The drop folder at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Files that may be read, by path.
    pub files: Vec<InputFile>,
    /// Files that are never read, by path.
    pub skipped: Vec<Skipped>,
}

/// Lists the drop folder and its subfolders.
pub fn discover(input: &Path) -> Result<Discovered, StoreError> {
    let root = input.canonicalize().map_err(|source| StoreError::read(input, source))?;
    let mut found = Discovered::default();
    let mut folders = vec![(root.clone(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for path in entries(&folder)? {
            let Some(name) = path.file_name() else { continue };
            let name = shown_name(name);
            let shown = format!("{prefix}{name}");
            let Ok(real) = path.canonicalize() else {
                found.skipped.push(Skipped { shown, reason: "a link that leads nowhere" });
                continue;
            };
            if !real.starts_with(&root) {
                found.skipped.push(Skipped { shown, reason: "a link out of the input folder" });
            } else if path.is_symlink() {
                found.skipped.push(Skipped { shown, reason: "a link; the file it points to is read itself" });
            } else if real.is_dir() {
                if name.starts_with('.') {
                    found.skipped.push(Skipped { shown, reason: "a hidden folder" });
                } else {
                    folders.push((path, format!("{shown}/")));
                }
            } else {
                sort_file(&mut found, shown, path)?;
            }
        }
    }
    found.files.sort_by(|a, b| a.shown.cmp(&b.shown));
    found.skipped.sort_by(|a, b| a.shown.cmp(&b.shown));
    Ok(found)
}

/// A name that can be printed: bytes that are no text, and signs that would break or turn a line round, are
/// shown by their number, so that two names never look like one.
fn shown_name(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for sign in chunk.valid().chars() {
            if sign.is_control() || matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                shown.extend(sign.escape_unicode());
            } else {
                shown.push(sign);
            }
        }
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    shown
}

/// One file named by a person, which need not stand in the drop folder; shown by its path below `input` where
/// it stands there, else by its name.
pub fn input_file(path: &Path, input: &Path) -> Result<InputFile, StoreError> {
    let real = path.canonicalize().map_err(|source| StoreError::read(path, source))?;
    let details = real.metadata().map_err(|source| StoreError::read(path, source))?;
    let below = input.canonicalize().ok();
    let below = below.as_deref().and_then(|root| real.strip_prefix(root).ok());
    let shown = match below {
        Some(below) => below.iter().map(shown_name).collect::<Vec<_>>().join("/"),
        None => real.file_name().map(shown_name).unwrap_or_default(),
    };
    Ok(InputFile { shown, path: real, bytes: details.len(), modified: details.modified().ok() })
}

fn sort_file(found: &mut Discovered, shown: String, path: PathBuf) -> Result<(), StoreError> {
    let details = path.metadata().map_err(|source| StoreError::read(&path, source))?;
    let name = shown.rsplit('/').next().unwrap_or_default();
    let ending = Path::new(name).extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let unfinished = ending.is_some_and(|end| end == "tmp" || end == "part" || end == "crdownload");
    let reason = if name.starts_with("~$") {
        Some("the lock file of an open workbook")
    } else if name.starts_with('.') {
        Some("a hidden file")
    } else if unfinished {
        Some("an unfinished copy")
    } else if !details.is_file() {
        Some("not a regular file")
    } else {
        None
    };
    match reason {
        Some(reason) => found.skipped.push(Skipped { shown, reason }),
        None => {
            let modified = details.modified().ok();
            found.files.push(InputFile { shown, path, bytes: details.len(), modified });
        }
    }
    Ok(())
}

/// The entries of a folder, sorted.
#[expect(clippy::disallowed_methods, reason = "the one place that lists folders; it sorts")]
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|source| StoreError::read(folder, source))? {
        paths.push(entry.map_err(|source| StoreError::read(folder, source))?.path());
    }
    paths.sort();
    Ok(paths)
}
