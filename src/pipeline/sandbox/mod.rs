//! Reads files where the context says: in this process, or each in a child process that a bad file may kill
//! without harm. What a child yields is kept, so that the next run reads only what is new.

mod child;
mod order;

use std::collections::BTreeMap;
use std::path::Path;

use crate::context::{ReadLimits, Reading, RunContext};
use crate::finding::{Code, SeenColumn, pipeline as codes};
use crate::ingest::rates::{RateReading, RatesSpec};
use crate::ingest::{self, FileCopy, FileReading, FileSketch, SourceSpec};
use crate::store::{self, Cache, FrozenFile, Slot, StoreError};
use crate::text::CodeList;

use order::{Block, Entry, Order, Yield};
pub use order::{OrderError, carry_out};

/// What is to blame for a file that yielded nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The file, or its reader: the others go on.
    File,
    /// The disk takes no more: no other file would fare better.
    Disk,
}

/// Why a file yielded nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unread {
    /// What kind of failure it was.
    pub(super) code: &'static Code,
    /// What was said, for a person.
    pub(super) reason: String,
    /// What is to blame.
    pub(super) cause: Cause,
    /// The columns of its tables, where they were found, but not as declared.
    pub(super) columns: Vec<SeenColumn>,
}

impl Unread {
    /// A file that its reader refused.
    fn by_reader(refusal: order::Refusal) -> Self {
        Self { columns: refusal.columns, ..Self::refused(refusal.reason) }
    }

    /// A file that a reader refused, or that could not be copied.
    pub(super) fn refused(reason: impl Into<String>) -> Self {
        Self { code: &codes::UNREADABLE_FILE, reason: reason.into(), cause: Cause::File, columns: Vec::new() }
    }

    fn store(error: &StoreError) -> Self {
        Self { cause: cause_of(error), ..Self::refused(error.to_string()) }
    }

    fn misfit() -> Self {
        Self::refused("the reading process answered another question; this is a defect of Amur")
    }
}

/// What is to blame for an error of the store.
fn cause_of(error: &StoreError) -> Cause {
    if matches!(error, StoreError::Write { .. }) { Cause::Disk } else { Cause::File }
}

/// Reads files of one pipeline; several threads may share it.
pub(super) struct Reader<'a> {
    pipeline: &'a str,
    lists: &'a BTreeMap<String, CodeList>,
    context: &'a RunContext,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        pipeline: &'a str,
        lists: &'a BTreeMap<String, CodeList>,
        context: &'a RunContext,
    ) -> Self {
        Self { pipeline, lists, context }
    }

    /// Reads a source's file.
    pub(super) fn source(&self, spec: &SourceSpec, file: &FrozenFile) -> Result<FileReading, Unread> {
        let (program, limits) = match &self.context.reading {
            Reading::InProcess => {
                return order::read_source(spec, file, self.lists).map_err(Unread::by_reader);
            }
            Reading::Child { program, limits } => (program, *limits),
        };
        let used = spec
            .code_lists()
            .into_iter()
            .map(|name| name.value)
            // Units and currencies may be named anywhere.
            .chain(ingest::NAME_LISTS.map(str::to_owned))
            .filter_map(|name| self.lists.get(&name).map(|list| (name, list.clone())));
        let block = Block::Source { name: spec.name().to_owned(), written: spec.written().to_owned() };
        let order = Order::new(block, used.collect(), file.clone());
        match self.by_child(order, program, limits)? {
            Yield::Source(reading) => Ok(*reading),
            _ => Err(Unread::misfit()),
        }
    }

    /// Copies the cells of a source's file.
    pub(super) fn copy(&self, spec: &SourceSpec, file: &FrozenFile) -> Result<FileCopy, Unread> {
        let (program, limits) = match &self.context.reading {
            Reading::InProcess => return order::copy(spec, file).map_err(Unread::by_reader),
            Reading::Child { program, limits } => (program, *limits),
        };
        let block = Block::Copy { name: spec.name().to_owned(), written: spec.written().to_owned() };
        match self.by_child(Order::new(block, BTreeMap::new(), file.clone()), program, limits)? {
            Yield::Copy(copy) => Ok(copy),
            _ => Err(Unread::misfit()),
        }
    }

    /// What a source for a file would say.
    pub(super) fn infer(&self, file: &FrozenFile) -> Result<FileSketch, Unread> {
        let (program, limits) = match &self.context.reading {
            Reading::InProcess => return order::infer(file, self.lists).map_err(Unread::by_reader),
            Reading::Child { program, limits } => (program, *limits),
        };
        let order = Order::new(Block::Infer, self.lists.clone(), file.clone());
        match self.by_child(order, program, limits)? {
            Yield::Infer(sketch) => Ok(sketch),
            _ => Err(Unread::misfit()),
        }
    }

    /// The first cells of a file that no block reads.
    pub(super) fn sketch(&self, file: &FrozenFile) -> Result<Vec<String>, Unread> {
        let (program, limits) = match &self.context.reading {
            Reading::InProcess => return order::sketch(file).map_err(Unread::by_reader),
            Reading::Child { program, limits } => (program, *limits),
        };
        match self.by_child(Order::new(Block::Sketch, BTreeMap::new(), file.clone()), program, limits)? {
            Yield::Sketch(lines) => Ok(lines),
            _ => Err(Unread::misfit()),
        }
    }

    /// Reads a file of exchange rates.
    pub(super) fn rates(&self, spec: &RatesSpec, file: &FrozenFile) -> Result<RateReading, Unread> {
        let (program, limits) = match &self.context.reading {
            Reading::InProcess => return order::read_rates(spec, file).map_err(Unread::by_reader),
            Reading::Child { program, limits } => (program, *limits),
        };
        let block = Block::Rates { name: spec.name().to_owned(), written: spec.written().to_owned() };
        match self.by_child(Order::new(block, BTreeMap::new(), file.clone()), program, limits)? {
            Yield::Rates(reading) => Ok(*reading),
            _ => Err(Unread::misfit()),
        }
    }

    /// The kept entry if it answers the same order, else what a child reads now.
    fn by_child(&self, mut order: Order, program: &Path, limits: ReadLimits) -> Result<Yield, Unread> {
        let cache = Cache::open(&self.context.state).map_err(|error| Unread::store(&error))?;
        let stamp = store::program_stamp(program).map_err(|error| Unread::store(&error))?;
        let key = order.key(&stamp);
        let block = order.block_name();
        let slot = Slot::new(&order.file().blake3, &[&order.file().shown, self.pipeline, &block]);
        if let Some(entry) = cache.get(&slot).and_then(|bytes| Entry::decode(&bytes))
            && entry.key == key
            && let Ok(found) = entry.outcome
        {
            tell(&order, &found, "cache");
            return Ok(found);
        }
        let unfinished = cache.begin().map_err(|error| Unread::store(&error))?;
        order.answer_into(key, unfinished.path());
        let path = unfinished.write_order(&order.encode()?).map_err(|error| Unread::store(&error))?;
        let deadline = limits.deadline_for(order.file().bytes);
        let asked = child::Asked { program, order: &path, memory: limits.memory, deadline };
        let announced = child::run(&asked, self.context)?;
        let bytes = unfinished.take(&announced).ok_or_else(|| {
            Unread::refused("what the reading process wrote is not what it announced; run again")
        })?;
        let entry = Entry::decode(&bytes).ok_or_else(Unread::misfit)?;
        let found = entry.outcome.map_err(Unread::by_reader)?;
        tell(&order, &found, "child");
        if let Err(error) = unfinished.keep(&slot) {
            // The next run reads the file again; this one has what it needs.
            tracing::warn!(file = order.file().shown, %error, "What was read could not be kept.");
        }
        Ok(found)
    }
}

/// Logs what a child, whose own log is not shown, would have told.
fn tell(order: &Order, found: &Yield, from: &str) {
    let file = order.file().shown.as_str();
    match found {
        Yield::Source(reading) => {
            for decision in &reading.decisions {
                tracing::debug!(file, decision, "Decided.");
            }
            let account = &reading.account;
            tracing::info!(
                source = account.source,
                file,
                from,
                rows = account.rows.taken,
                figures = account.figures,
                rejected = account.rows.rejected,
                "File read."
            );
        }
        Yield::Rates(reading) => tracing::info!(file, from, days = reading.series.len(), "Rates read."),
        Yield::Copy(_) => tracing::debug!(file, from, "Cells copied."),
        Yield::Sketch(_) => tracing::debug!(file, from, "File sketched."),
        Yield::Infer(sketch) => tracing::debug!(file, from, tables = sketch.tables.len(), "Source inferred."),
    }
}
