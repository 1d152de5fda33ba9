//! Which file is read by which block, and reading them all, several at once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use crate::context::RunContext;
use crate::finding::{Finding, Place, Severity, SourceAccount, pipeline as codes, source as source_codes};
use crate::ingest::rates::{RateReading, RatesSpec};
use crate::ingest::{FileReading, SourceSpec, Unreadable};
use crate::pipeline::needed::Needed;
use crate::pipeline::sandbox::{Reader, Unread};
use crate::pipeline::{Plan, Progress};
use crate::store::{Discovered, FrozenFile, InputFile, Loss, Skipped, StoreError, freeze, unsettled_for};

/// A file and the blocks that read it.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The file.
    pub file: InputFile,
    /// Positions in [`Plan::sources`].
    pub sources: Vec<usize>,
    /// Position in [`Plan::rates`] and of the pattern there, which is the order of preference.
    pub rates: Vec<(usize, usize)>,
}

/// The drop folder, sorted by who reads what.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Files that are read, by path.
    pub assigned: Vec<Assignment>,
    /// Files that no block reads.
    pub unmatched: Vec<InputFile>,
    /// Files that are never read.
    pub skipped: Vec<Skipped>,
}

/// Decides which block reads which file.
pub fn assign(plan: &Plan, found: Discovered) -> Inputs {
    let mut inputs = Inputs { skipped: found.skipped, ..Inputs::default() };
    for file in found.files {
        let sources: Vec<usize> = plan
            .sources
            .iter()
            .enumerate()
            .filter(|(_, source)| source.reads(&file.shown))
            .map(|(at, _)| at)
            .collect();
        let rates: Vec<(usize, usize)> = plan
            .rates
            .iter()
            .enumerate()
            .filter_map(|(at, rates)| rates.preference_of(&file.shown).map(|preference| (at, preference)))
            .collect();
        if sources.is_empty() && rates.is_empty() {
            inputs.unmatched.push(file);
        } else {
            inputs.assigned.push(Assignment { file, sources, rates });
        }
    }
    inputs
}

/// What became of one file for one block.
pub(super) enum Read {
    /// A source's file.
    Source(usize, Box<FileReading>),
    /// A rates file: block, preference, what was read.
    Rates(usize, usize, Box<RateReading>),
    /// It could not be read.
    Failed {
        /// Source or rates block.
        subject: String,
        /// The file.
        file: String,
        /// Why.
        unread: Unread,
        /// What that means for the report.
        severity: Severity,
    },
}

/// What became of copying one file: its copy, or why it could not be read.
type Frozen = Result<FrozenFile, String>;

/// Copies every file that is read, once all of them have stood unchanged for the time to settle. A copy that
/// cannot be written ends the run.
pub(super) fn freeze_all(inputs: &Inputs, context: &RunContext) -> Result<Vec<Frozen>, StoreError> {
    let files: Vec<&InputFile> = inputs.assigned.iter().map(|assignment| &assignment.file).collect();
    let since_1970 = Duration::from_millis(u64::try_from(context.started.as_millisecond()).unwrap_or(0));
    let mut wait = unsettled_for(&files, context.settle, SystemTime::UNIX_EPOCH + since_1970);
    while !wait.is_zero() && context.stopped_by().is_none() {
        // In short naps, so that a signal is obeyed.
        let nap = wait.min(Duration::from_millis(50));
        std::thread::sleep(nap);
        wait -= nap;
    }
    inputs
        .assigned
        .iter()
        .map(|assignment| match freeze(&assignment.file, &context.state) {
            Err(error @ StoreError::Write { .. }) => Err(error),
            other => Ok(other.map_err(|error| error.to_string())),
        })
        .collect()
}

/// One file to be read by one block.
struct Task<'a> {
    frozen: &'a Result<FrozenFile, String>,
    assignment: &'a Assignment,
    block: Block,
}

enum Block {
    Source(usize),
    Rates(usize, usize),
}

/// Reads every file, `context.threads` at once; results come back in the order of the files.
pub(super) fn read_all(
    (plan, needed): (&Plan, &Needed),
    inputs: &Inputs,
    frozen: &[Result<FrozenFile, String>],
    context: &RunContext,
    progress: &dyn Progress,
) -> Vec<Read> {
    let tasks: Vec<Task<'_>> = inputs
        .assigned
        .iter()
        .zip(frozen)
        .flat_map(|(assignment, frozen)| {
            let sources = assignment.sources.iter().map(|at| Block::Source(*at));
            let rates = assignment.rates.iter().map(|(at, preference)| Block::Rates(*at, *preference));
            sources.chain(rates).map(move |block| Task { frozen, assignment, block })
        })
        .collect();
    progress.begin("reading", tasks.len());
    // The largest files go first, so that no thread is left with one at the end.
    let mut queue: Vec<usize> = (0..tasks.len()).collect();
    queue.sort_by_key(|at| std::cmp::Reverse(tasks.get(*at).map_or(0, |task| task.assignment.file.bytes)));
    let reader = Reader::new(&plan.name, &plan.lists.by_name, context);
    let blocks = Blocks { sources: &plan.sources, rates: &plan.rates, reader, needed };
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Read>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..context.threads.clamp(1, tasks.len().max(1)) {
            scope.spawn(|| {
                while context.stopped_by().is_none() {
                    let Some(at) = queue.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let Some(task) = tasks.get(*at) else { break };
                    let read = blocks.read(task);
                    if let Ok(mut done) = done.lock() {
                        done.insert(*at, read);
                    }
                    progress.advance(&task.assignment.file.shown);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values().collect()
}

/// The part of a plan that reading needs, which several threads may share.
struct Blocks<'a> {
    sources: &'a [SourceSpec],
    rates: &'a [RatesSpec],
    reader: Reader<'a>,
    needed: &'a Needed,
}

impl Blocks<'_> {
    fn read(&self, task: &Task<'_>) -> Read {
        let failed = |subject: &str, severity: Severity, unread: Unread| Read::Failed {
            subject: subject.to_owned(),
            file: task.assignment.file.shown.clone(),
            unread,
            severity,
        };
        let frozen = task.frozen.as_ref().map_err(Unread::refused);
        match task.block {
            Block::Source(at) => {
                let Some(source) = self.sources.get(at) else {
                    return failed("", Severity::Error, Unread::refused("no such source"));
                };
                match frozen.and_then(|frozen| self.reader.source(source, frozen)) {
                    Ok(mut reading) => {
                        // Where a key tells repeats, all that a row says is compared first.
                        if source.key().is_empty() {
                            reading.frame = self.needed.narrowed(source.name(), &reading.frame);
                        }
                        Read::Source(at, Box::new(reading))
                    }
                    Err(unread) => failed(source.name(), severity_of(source.unreadable()), unread),
                }
            }
            Block::Rates(at, preference) => {
                let Some(rates) = self.rates.get(at) else {
                    return failed("", Severity::Error, Unread::refused("no such rates"));
                };
                match frozen.and_then(|frozen| self.reader.rates(rates, frozen)) {
                    Ok(reading) => Read::Rates(at, preference, Box::new(reading)),
                    Err(unread) => failed(rates.name(), Severity::Error, unread),
                }
            }
        }
    }
}

fn severity_of(unreadable: Unreadable) -> Severity {
    match unreadable {
        Unreadable::Refuse => Severity::Error,
        Unreadable::Mark => Severity::Warning,
    }
}

/// The finding for a file that could not be read.
pub(super) fn unreadable(subject: &str, file: &str, unread: &Unread, severity: Severity) -> Finding {
    Finding::new(unread.code, severity, subject).at(Place::file(file)).seen(unread.reason.as_str(), "")
}

/// Takes back what one source said of sheets it leaves alone, where another source reads them.
pub(super) fn forget_sheets_read(findings: &mut Vec<Finding>, accounts: &[SourceAccount]) {
    findings.retain(|finding| {
        let of_file = |account: &&SourceAccount| account.file == finding.place.file;
        let mut read = accounts.iter().filter(of_file).flat_map(|account| &account.sheets);
        finding.code.id != source_codes::SHEET_UNREAD.id || !read.any(|sheet| *sheet == finding.place.sheet)
    });
}

/// Accounts and findings of the files that no block reads.
pub(super) fn account_for_the_rest(inputs: &Inputs) -> (Vec<SourceAccount>, Vec<Finding>) {
    let account = |file: &str, bytes: u64, note: &str| SourceAccount {
        file: file.to_owned(),
        bytes,
        note: note.to_owned(),
        ..Default::default()
    };
    let mut accounts = Vec::new();
    let mut findings = Vec::new();
    for file in &inputs.unmatched {
        accounts.push(account(&file.shown, file.bytes, "no source matches"));
        findings.push(
            Finding::new(&codes::UNMATCHED_FILE, Severity::Info, "input")
                .at(Place::file(file.shown.as_str())),
        );
    }
    for file in &inputs.skipped {
        accounts.push(account(&file.shown, 0, file.reason));
        // What is behind a closed door may be a figure of every report.
        let severity = match file.loss {
            Loss::None => Severity::Info,
            Loss::Possible => Severity::Error,
        };
        findings.push(
            Finding::new(&codes::SKIPPED_FILE, severity, "input")
                .at(Place::file(file.shown.as_str()))
                .seen(file.reason, ""),
        );
    }
    (accounts, findings)
}
