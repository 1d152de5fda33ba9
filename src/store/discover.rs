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
    /// Whether that may cost figures.
    pub loss: Loss,
}

/// Whether figures may be missing because something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It is no input.
    None,
    /// Nobody can tell: the system does not show what it is or holds.
    Possible,
}

impl Skipped {
    fn no_input(shown: String, reason: &'static str) -> Self {
        Self { shown, reason, loss: Loss::None }
    }

    fn closed(shown: String, reason: &'static str) -> Self {
        Self { shown, reason, loss: Loss::Possible }
    }
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
    let mut folders = vec![(entries(&root)?, String::new())];
    while let Some((paths, prefix)) = folders.pop() {
        for path in paths {
            let Some(name) = path.file_name() else { continue };
            let name = shown_name(name);
            let shown = format!("{prefix}{name}");
            let skipped = match path.canonicalize() {
                Err(_) if path.is_symlink() => Skipped::no_input(shown, "a link that leads nowhere"),
                Err(_) => Skipped::closed(shown, "the system does not say what it is"),
                Ok(real) if !real.starts_with(&root) => {
                    Skipped::no_input(shown, "a link out of the input folder")
                }
                Ok(_) if path.is_symlink() => {
                    Skipped::no_input(shown, "a link; the file it points to is read itself")
                }
                Ok(real) if !real.is_dir() => {
                    sort_file(&mut found, shown, path);
                    continue;
                }
                Ok(_) if name.starts_with('.') => Skipped::no_input(shown, "a hidden folder"),
                Ok(_) => match entries(&path) {
                    Ok(inside) => {
                        folders.push((inside, format!("{shown}/")));
                        continue;
                    }
                    Err(_) => Skipped::closed(shown, "a folder that may not be listed"),
                },
            };
            found.skipped.push(skipped);
        }
    }
    found.files.sort_by(|a, b| a.shown.cmp(&b.shown));
    found.skipped.sort_by(|a, b| a.shown.cmp(&b.shown));
    Ok(found)
}

/// A name that can be printed: bytes that are no text, and signs that nobody sees or that break or turn a line, are
/// shown by their number, so that two names never look like one.
fn shown_name(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for sign in chunk.valid().chars() {
            let turns = matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let unseen =
                matches!(sign, '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}');
            if sign.is_control() || turns || unseen {
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

fn sort_file(found: &mut Discovered, shown: String, path: PathBuf) {
    let Ok(details) = path.metadata() else {
        found.skipped.push(Skipped::closed(shown, "the system does not say what it is"));
        return;
    };
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
        Some(reason) => found.skipped.push(Skipped::no_input(shown, reason)),
        None => {
            let modified = details.modified().ok();
            found.files.push(InputFile { shown, path, bytes: details.len(), modified });
        }
    }
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
