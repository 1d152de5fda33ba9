//! What a child is asked to read and what it answers: two values that cross a process border as bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Unread;
use crate::finding::SeenColumn;
use crate::ingest::rates::{self, RateReading, RatesSpec};
use crate::ingest::{self, FileCopy, FileError, FileReading, FileSketch, SourceSpec};
use crate::pipeline::content::PROGRAM;
use crate::spec::{Mistakes, Node, NodeKind, Text};
use crate::store::{self, FrozenFile, StoreError};
use crate::text::CodeList;

/// One file to be read by one block.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    program: String,
    block: Block,
    lists: BTreeMap<String, CodeList>,
    file: FrozenFile,
    key: String,
    answer: PathBuf,
}

/// The block of the pipeline file, as inline TOML.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Block {
    Source {
        name: String,
        written: String,
    },
    Rates {
        name: String,
        written: String,
    },
    /// The cells of a source's file, to be copied.
    Copy {
        name: String,
        written: String,
    },
    /// A file that no block reads, to be shown.
    Sketch,
    /// A file for which a source is to be proposed.
    Infer,
}

/// What a child found.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The order it answers.
    pub(super) key: String,
    /// What was read, or why the file is refused.
    pub(super) outcome: Result<Yield, Refusal>,
}

/// Why a file is refused.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Refusal {
    pub(super) reason: String,
    /// The columns of its tables, where a layout was not found as declared.
    pub(super) columns: Vec<SeenColumn>,
}

impl Refusal {
    fn of(error: impl std::error::Error) -> Self {
        Self { reason: error.to_string(), columns: Vec::new() }
    }
}

/// What one file yields.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Yield {
    Source(Box<FileReading>),
    Rates(Box<RateReading>),
    Copy(FileCopy),
    Sketch(Vec<String>),
    Infer(FileSketch),
}

/// An order that cannot be carried out: a defect, or a program that was replaced during a run.
#[derive(Debug, Error)]
pub enum OrderError {
    /// It cannot be read, or the answer cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is no order, or the answer cannot be put into bytes.
    #[error("what was asked or answered cannot be put into bytes: {0}")]
    Bytes(#[from] postcard::Error),
    /// The asking program is of another version.
    #[error("asked by {asked}, but this is {here}; the program was replaced during the run: run again")]
    OtherProgram {
        /// The asking program.
        asked: String,
        /// This program.
        here: &'static str,
    },
    /// The block does not read back.
    #[error("the block `{0}` cannot be read back")]
    Block(String),
}

impl OrderError {
    /// Whether the disk is to blame, which takes no more.
    pub fn is_of_disk(&self) -> bool {
        matches!(self, Self::Store(StoreError::Write { .. }))
    }
}

impl Order {
    pub(super) fn new(block: Block, lists: BTreeMap<String, CodeList>, file: FrozenFile) -> Self {
        let (key, answer) = (String::new(), PathBuf::new());
        Self { program: PROGRAM.to_owned(), block, lists, file, key, answer }
    }

    pub(super) fn file(&self) -> &FrozenFile {
        &self.file
    }

    /// The kind and name of the block.
    pub(super) fn block_name(&self) -> String {
        match &self.block {
            Block::Source { name, .. } => format!("source {name}"),
            Block::Rates { name, .. } => format!("rates {name}"),
            Block::Copy { name, .. } => format!("copy {name}"),
            Block::Sketch => "sketch".to_owned(),
            Block::Infer => "infer".to_owned(),
        }
    }

    /// BLAKE3 of everything the answer depends on: program and its build, block, code lists, and the file's
    /// path and content. Where the frozen copy stands is no part of it.
    pub(super) fn key(&self, program_stamp: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        let written = match &self.block {
            Block::Source { written, .. } | Block::Rates { written, .. } | Block::Copy { written, .. } => {
                written
            }
            Block::Sketch | Block::Infer => "",
        };
        for part in [self.program.as_str(), program_stamp, self.block_name().as_str(), written] {
            add(part);
        }
        for part in [&self.file.shown, &self.file.blake3] {
            add(part);
        }
        for list in self.lists.values() {
            add(&list.name);
            for entry in list.entries() {
                let label = &entry.label;
                // So that an alias cannot pass for the code of the next entry.
                add(&entry.aliases.len().to_string());
                add(&entry.code);
                [&label.zh, &label.en, &label.ru]
                    .into_iter()
                    .chain(&entry.aliases)
                    .for_each(|name| add(name));
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Sets the key and where the answer goes.
    pub(super) fn answer_into(&mut self, key: String, answer: PathBuf) {
        (self.key, self.answer) = (key, answer);
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Unread> {
        postcard::to_stdvec(self).map_err(|error| Unread::refused(OrderError::from(error).to_string()))
    }
}

impl Entry {
    /// The entry, unless an older build wrote it in another form.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// Carries out the order that stands at `path`, writes the answer and returns its BLAKE3; for the child.
pub fn carry_out(path: &Path) -> Result<String, OrderError> {
    let order: Order = postcard::from_bytes(&store::read_bytes(path)?)?;
    if order.program != PROGRAM {
        return Err(OrderError::OtherProgram { asked: order.program, here: PROGRAM });
    }
    let outcome = match &order.block {
        Block::Source { name, written } => {
            let spec = source(name, written).ok_or_else(|| OrderError::Block(name.clone()))?;
            read_source(&spec, &order.file, &order.lists).map(|reading| Yield::Source(Box::new(reading)))
        }
        Block::Rates { name, written } => {
            let spec = rates_block(name, written).ok_or_else(|| OrderError::Block(name.clone()))?;
            read_rates(&spec, &order.file).map(|reading| Yield::Rates(Box::new(reading)))
        }
        Block::Copy { name, written } => {
            let spec = source(name, written).ok_or_else(|| OrderError::Block(name.clone()))?;
            copy(&spec, &order.file).map(Yield::Copy)
        }
        Block::Sketch => sketch(&order.file).map(Yield::Sketch),
        Block::Infer => infer(&order.file, &order.lists).map(Yield::Infer),
    };
    let entry = Entry { key: order.key, outcome };
    Ok(store::seal(&order.answer, |out| postcard::to_io(&entry, out).map(|_| ()))??)
}

/// The source of a block; it was read without a mistake before it was written.
fn source(name: &str, written: &str) -> Option<SourceSpec> {
    let mistakes = Mistakes::default();
    SourceSpec::read(&Text::at(0..0, name), &block(written, &mistakes)?, &BTreeMap::new(), &mistakes)
}

/// The same of a rates block.
fn rates_block(name: &str, written: &str) -> Option<RatesSpec> {
    let mistakes = Mistakes::default();
    RatesSpec::read(&Text::at(0..0, name), &block(written, &mistakes)?, &mistakes)
}

fn block(written: &str, mistakes: &Mistakes) -> Option<Node> {
    let tree = crate::spec::parse(&format!("block = {written}"), mistakes);
    let NodeKind::Table(entries) = tree.kind else { return None };
    entries.into_iter().next().map(|entry| entry.value)
}

/// Reads a source's file in this process.
pub(super) fn read_source(
    spec: &SourceSpec,
    file: &FrozenFile,
    lists: &BTreeMap<String, CodeList>,
) -> Result<FileReading, Refusal> {
    ingest::read_file(spec, file, lists).map_err(|error| {
        let reason = error.to_string();
        let columns = if let FileError::Layout(no_layout) = error { no_layout.columns } else { Vec::new() };
        Refusal { reason, columns }
    })
}

/// Reads a file of exchange rates in this process.
pub(super) fn read_rates(spec: &RatesSpec, file: &FrozenFile) -> Result<RateReading, Refusal> {
    rates::read_rates(&file.path, &file.shown, spec.layout()).map_err(Refusal::of)
}

/// Copies the cells of a source's file in this process.
pub(super) fn copy(spec: &SourceSpec, file: &FrozenFile) -> Result<FileCopy, Refusal> {
    ingest::copy_cells(spec, file).map_err(Refusal::of)
}

/// Reads the first cells of a file in this process.
pub(super) fn sketch(file: &FrozenFile) -> Result<Vec<String>, Refusal> {
    ingest::sketch(&file.path, &file.shown).map_err(Refusal::of)
}

/// Proposes lines of a source for a file in this process.
pub(super) fn infer(file: &FrozenFile, lists: &BTreeMap<String, CodeList>) -> Result<FileSketch, Refusal> {
    ingest::infer(&file.path, &file.shown, lists).map_err(Refusal::of)
}
