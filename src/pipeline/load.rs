//! Reads a pipeline file and everything it stands on, and collects all its mistakes.

use std::path::Path;

use crate::pipeline::lists;
use crate::pipeline::{PipelineSpec, Plan};
use crate::spec::{Mistake, Mistakes};
use crate::store::{self, StoreError};

/// A pipeline file that was read, with what is wrong with it.
#[derive(Debug)]
pub struct PipelineFile {
    /// Its path as shown to people.
    pub shown: String,
    /// Its name: the file name without `.toml`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Every mistake, in the order of the file; a plan exists only where there is none.
    pub mistakes: Vec<Mistake>,
    /// The checked pipeline.
    pub plan: Option<Plan>,
}

/// Most bytes of a pipeline file; the shipped one has 40,000.
const LIMIT: usize = 4 << 20;

/// A file that is no text this program can read.
#[derive(Debug, thiserror::Error)]
pub enum LoadProblem {
    /// The file system refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not UTF-8.
    #[error("{shown} is not UTF-8: line {line} holds a byte that begins no character{guess}")]
    NotUtf8 {
        /// The file.
        shown: String,
        /// The first line that cannot be read.
        line: usize,
        /// What it probably is.
        guess: &'static str,
    },
    /// Larger than any text a person wrote.
    #[error("{shown} has {bytes} bytes, but a pipeline file may have {LIMIT} at most; is it a file of data?")]
    TooLarge {
        /// The file.
        shown: String,
        /// Its size.
        bytes: usize,
    },
    /// A code list of `pipelines/shared/` is wrong.
    #[error("the code list {shown} cannot be used: {reason}")]
    List {
        /// The file.
        shown: String,
        /// What is wrong.
        reason: String,
    },
}

/// Reads and checks one pipeline file; `shared/` beside it holds its code lists.
pub fn load(path: &Path, shown: &str) -> Result<PipelineFile, LoadProblem> {
    let bytes = store::read_bytes(path)?;
    if bytes.len() > LIMIT {
        return Err(LoadProblem::TooLarge { shown: shown.to_owned(), bytes: bytes.len() });
    }
    let text = text_of(bytes, shown)?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("."));
    let lists = lists::read(&folder.join("shared"))?;
    let mistakes = Mistakes::default();
    let plan = PipelineSpec::read(&name, &text, &mistakes).map(|spec| Plan::new(spec, lists, &mistakes));
    let mistakes = mistakes.into_sorted();
    let plan = plan.filter(|_| mistakes.is_empty());
    Ok(PipelineFile { shown: shown.to_owned(), name, text, mistakes, plan })
}

/// The text of a pipeline file, or why it cannot be read.
pub(super) fn text_of(bytes: Vec<u8>, shown: &str) -> Result<String, LoadProblem> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = 1 + bytes.iter().take(good).filter(|byte| **byte == b'\n').count();
        let (_, _, broken) = encoding_rs::GB18030.decode(bytes);
        let guess = if broken {
            "; save it as UTF-8"
        } else {
            "; it was probably saved as GBK (ANSI): save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"
        };
        LoadProblem::NotUtf8 { shown: shown.to_owned(), line, guess }
    })
}
