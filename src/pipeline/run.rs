//! A run: read, compute, check, publish; or explain why nothing is published.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use crate::context::RunContext;
use crate::finding::{CheckOutcome, Finding, Severity, SourceAccount, pipeline as codes};
use crate::ingest::rates::{Contradicted, RateReading};
use crate::ingest::{self, CombineError, FileReading, SourceSpec};
use crate::measure::{Quote, RateBook};
use crate::pipeline::as_of::last_day;
use crate::pipeline::content::base_id;
use crate::pipeline::drift::Refused;
use crate::pipeline::needed::Needed;
use crate::pipeline::read::{
    Read, account_for_the_rest, forget_sheets_read, freeze_all, read_all, unreadable,
};
use crate::pipeline::sandbox::{Cause, Unread};
use crate::pipeline::{Inputs, Plan, RunError, assign, changes, drift, publish};
use crate::store::{self, Found, FrozenFile, Lock, latest_run};
use crate::table::{OriginTable, Table};
use crate::transform::{Journal, World};

/// Told about the run as it goes on; several threads may call it at once.
pub trait Progress: Sync {
    /// A stage of so many parts begins.
    fn begin(&self, stage: &str, parts: usize);
    /// One part is done.
    fn advance(&self, part: &str);
    /// The stage is over.
    fn end(&self);
}

/// Says nothing.
#[derive(Debug)]
pub struct SilentProgress;

impl Progress for SilentProgress {
    fn begin(&self, _stage: &str, _parts: usize) {}
    fn advance(&self, _part: &str) {}
    fn end(&self) {}
}

/// How a run is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOptions {
    /// Do nothing if the latest run read and would write the same.
    WhenChanged,
    /// Compute and publish in any case.
    Always,
}

/// What became of a run.
#[derive(Debug)]
pub enum RunOutcome {
    /// Nothing changed since the named run.
    Unchanged {
        /// The latest run.
        run: String,
        /// Its folder.
        folder: PathBuf,
    },
    /// Reports stand in the folder.
    Published(RunSummary),
    /// The data did not allow it; what explains it stands in the folder.
    Failed(RunSummary),
}

/// What a run read, found and wrote.
#[derive(Debug)]
pub struct RunSummary {
    /// Where its files stand.
    pub folder: PathBuf,
    /// Names of the files written, reports first.
    pub files: Vec<String>,
    /// Every file of the drop folder.
    pub accounts: Vec<SourceAccount>,
    /// Rows and cells that could not be used.
    pub rejects: Vec<Finding>,
    /// Everything else a person should know.
    pub findings: Vec<Finding>,
    /// What the checks found.
    pub outcomes: Vec<CheckOutcome>,
    /// The day the report speaks of.
    pub as_of: Date,
}

/// Everything a pipeline computes before it is published.
#[derive(Debug, Default)]
pub struct Computed {
    /// All tables, sources and steps.
    pub tables: BTreeMap<String, Table>,
    /// Where rows come from.
    pub origins: OriginTable,
    /// Every file of the drop folder.
    pub accounts: Vec<SourceAccount>,
    /// The frozen copies of the files that were read.
    pub frozen: Vec<FrozenFile>,
    /// Rows and cells that could not be used.
    pub rejects: Vec<Finding>,
    /// Everything else a person should know.
    pub findings: Vec<Finding>,
    /// The columns of files that could not be read as declared.
    pub(super) refused: Vec<Refused>,
    /// What the checks found.
    pub outcomes: Vec<CheckOutcome>,
    /// The rates blocks.
    pub books: BTreeMap<String, RateBook>,
    /// Every rate used, by its id.
    pub quotes: BTreeMap<String, Quote>,
    /// The notes of each source's files.
    pub notes: BTreeMap<String, Vec<String>>,
    /// The last day of which the data speak.
    pub last_day: Option<Date>,
}

impl Computed {
    /// Whether anything forbids publishing.
    pub fn is_fit_to_publish(&self) -> bool {
        let no_error = self.findings.iter().all(|finding| finding.severity < Severity::Error);
        let mut checks = self.outcomes.iter();
        no_error && checks.all(|check| check.passed() || check.severity < Severity::Error)
    }
}

/// Runs a pipeline as one transaction.
pub fn run(
    plan: &mut Plan,
    context: &RunContext,
    options: RunOptions,
    progress: &dyn Progress,
) -> Result<RunOutcome, RunError> {
    let run_name = publish::run_name(context);
    let note = format!("pipeline {}, run {run_name}, process {}", plan.name, std::process::id());
    store::probe_output(&context.output).map_err(RunError::Output)?;
    let _lock = match Lock::take(&context.state, &note).map_err(RunError::Output)? {
        Ok(lock) => lock,
        Err(holder) => return Err(RunError::Locked { holder: holder.0 }),
    };
    let inputs = find_inputs(plan, context)?;
    let frozen = freeze_all(&inputs, context)?;
    let as_of = context.as_of.or(plan.as_of);
    let base = base_id(plan, as_of, &inputs, &frozen);
    if options == RunOptions::WhenChanged
        && let Found::Run(latest) = latest_run(&context.output, &plan.name)?
        && latest.run.base_id == base
        && latest.is_whole()
    {
        let folder = context.output.join(&plan.name).join("latest");
        return Ok(RunOutcome::Unchanged { run: latest.run.run, folder });
    }
    let needed = Needed::of(plan);
    let mut computed = compute_frozen((plan, &needed), &inputs, &frozen, context, progress)?;
    let earlier = changes::find(&context.output, &plan.name, &base)?;
    drift::tell(plan, &earlier, &mut computed);
    let content = changes::content_id(&base, &earlier);
    publish::publish(
        plan,
        context,
        computed,
        &publish::Identity { run: run_name, base, content, earlier, as_of },
    )
}

/// Reads, computes and checks without writing a report.
pub fn compute(plan: &Plan, context: &RunContext, progress: &dyn Progress) -> Result<Computed, RunError> {
    let inputs = find_inputs(plan, context)?;
    let frozen = freeze_all(&inputs, context)?;
    compute_frozen((plan, &Needed::all(plan)), &inputs, &frozen, context, progress)
}

pub(super) fn find_inputs(plan: &Plan, context: &RunContext) -> Result<Inputs, RunError> {
    let found = store::discover(&context.input).map_err(|error| RunError::NoInputFolder {
        folder: context.input.clone(),
        reason: error.to_string(),
    })?;
    let inputs = assign(plan, found);
    if inputs.assigned.iter().all(|assignment| assignment.sources.is_empty()) {
        return Err(RunError::NoInput { folder: context.input.clone(), pipeline: plan.name.clone() });
    }
    tracing::info!(
        matched = inputs.assigned.len(),
        unmatched = inputs.unmatched.len(),
        skipped = inputs.skipped.len(),
        "Input folder listed."
    );
    Ok(inputs)
}

pub(super) fn compute_frozen(
    (plan, needed): (&Plan, &Needed),
    inputs: &Inputs,
    frozen: &[Result<FrozenFile, String>],
    context: &RunContext,
    progress: &dyn Progress,
) -> Result<Computed, RunError> {
    let mut computed = Computed::default();
    let reads = read_all((plan, needed), inputs, frozen, context, progress);
    progress.end();
    stop_if_asked(context)?;
    let (books, contradicted) = sort_reads((plan, needed), inputs, reads, &mut computed)?;
    for (assignment, frozen) in inputs.assigned.iter().zip(frozen) {
        let Ok(frozen) = frozen else { continue };
        let of_file = |account: &&mut SourceAccount| account.file == assignment.file.shown;
        for account in computed.accounts.iter_mut().filter(of_file) {
            account.blake3.clone_from(&frozen.blake3);
            account.bytes = frozen.bytes;
        }
        computed.frozen.push(frozen.clone());
    }
    computed.last_day = last_day(&plan.sources, &computed.tables, &books);
    run_steps((plan, needed), &books, context, progress, &mut computed)?;
    let used = computed.quotes.values().flat_map(|quote| [quote.from, quote.to]).collect();
    computed.findings.extend(contradicted.into_iter().map(|found| found.finding(&used)));
    computed.books = books;
    let (accounts, findings) = account_for_the_rest(inputs);
    computed.accounts.extend(accounts);
    computed.accounts.sort_by(|a, b| (&a.file, &a.source).cmp(&(&b.file, &b.source)));
    computed.findings.extend(findings);
    Ok(computed)
}

fn stop_if_asked(context: &RunContext) -> Result<(), RunError> {
    context.stopped_by().map_or(Ok(()), |signal| Err(RunError::Stopped { signal }))
}

/// Files to sources and rates blocks. A source with a file that could not be read still yields the others.
fn sort_reads(
    (plan, needed): (&Plan, &Needed),
    inputs: &Inputs,
    reads: Vec<Read>,
    computed: &mut Computed,
) -> Result<(BTreeMap<String, RateBook>, Vec<Contradicted>), RunError> {
    let mut by_source: BTreeMap<usize, Vec<FileReading>> = BTreeMap::new();
    let mut series: BTreeMap<usize, Vec<(usize, RateReading)>> = BTreeMap::new();
    let mut with_file: BTreeSet<&str> = BTreeSet::new();
    for assignment in &inputs.assigned {
        let sources = assignment.sources.iter().filter_map(|at| plan.sources.get(*at));
        with_file.extend(sources.map(SourceSpec::name));
        let rates = assignment.rates.iter().filter_map(|(at, _)| plan.rates.get(*at));
        with_file.extend(rates.map(crate::ingest::rates::RatesSpec::name));
    }
    for read in reads {
        match read {
            Read::Source(at, reading) => by_source.entry(at).or_default().push(*reading),
            Read::Rates(at, preference, one) => {
                computed.accounts.push(rates_account(plan, at, &one)?);
                series.entry(at).or_default().push((preference, *one));
            }
            Read::Failed { unread, .. } if unread.cause == Cause::Disk => {
                return Err(RunError::Disk { reason: unread.reason });
            }
            Read::Failed { subject, file, unread, severity } => {
                computed.findings.push(unreadable(&subject, &file, &unread, severity));
                computed.refuse(subject, file, unread);
            }
        }
    }
    for (at, source) in plan.sources.iter().enumerate() {
        if !with_file.contains(source.name()) {
            computed.findings.push(without_file(source.name(), &source.patterns()));
            continue;
        }
        let readings = by_source.remove(&at).unwrap_or_default();
        match ingest::combine(source, readings) {
            Ok(reading) => computed.take(source, reading, needed),
            Err(CombineError::Rows(error)) => return Err(RunError::Rows(error)),
            Err(error) => {
                let reason = error.to_string();
                let own_name = format!("{}: ", source.name());
                let reason = reason.strip_prefix(&own_name).unwrap_or(&reason);
                let refused = Unread::refused(reason);
                computed.findings.push(unreadable(source.name(), "", &refused, Severity::Error));
                // What was rejected is what a person has to mend, so it is told in full.
                if let CombineError::TooManyRejects(told) = error {
                    computed.accounts.extend(told.accounts);
                    computed.rejects.extend(told.rejects);
                    computed.findings.extend(told.findings);
                }
            }
        }
    }
    let mut books = BTreeMap::new();
    let mut contradicted = Vec::new();
    for (at, spec) in plan.rates.iter().enumerate() {
        if !with_file.contains(spec.name()) {
            computed.findings.push(without_file(spec.name(), &spec.patterns()));
        }
        let mut found = series.remove(&at).unwrap_or_default();
        found.sort_by_key(|(preference, _)| *preference);
        let rated = spec.book(found.into_iter().map(|(_, reading)| reading).collect());
        computed.findings.extend(rated.findings);
        contradicted.extend(rated.contradicted);
        computed.tables.extend(rated.compared.map(|table| (table.name.clone(), table)));
        books.insert(spec.name().to_owned(), rated.book);
    }
    forget_sheets_read(&mut computed.findings, &computed.accounts);
    Ok((books, contradicted))
}

fn without_file(subject: &str, patterns: &[String]) -> Finding {
    Finding::new(&codes::SOURCE_WITHOUT_FILE, Severity::Error, subject).seen("", patterns.join(", "))
}

impl Computed {
    /// Adds what one source yielded; the row numbers of its origins move behind those already there.
    fn take(&mut self, source: &SourceSpec, reading: ingest::SourceReading, needed: &Needed) {
        let name = source.name();
        let moved = self.origins.append(reading.origins);
        let mut table = reading.table;
        if let Some(name) = source.superseded() {
            let frame = reading.superseded.unwrap_or_else(|| table.frame.clear());
            let mut replaced = Table { name: name.clone(), frame, ..table.clone() };
            needed.narrow(&mut replaced);
            replaced.move_origins(moved);
            self.tables.insert(name, replaced);
        }
        needed.narrow(&mut table);
        table.move_origins(moved);
        self.tables.insert(name.to_owned(), table);
        self.accounts.extend(reading.accounts);
        self.rejects.extend(reading.rejects);
        self.findings.extend(reading.findings);
        self.notes.insert(name.to_owned(), reading.notes);
    }
}

/// Makes every step whose inputs exist and runs every check whose table exists. A refusal is a finding and
/// costs only what depends on it, so that one run tells everything that is wrong.
fn run_steps(
    (plan, needed): (&Plan, &Needed),
    books: &BTreeMap<String, RateBook>,
    context: &RunContext,
    progress: &dyn Progress,
    computed: &mut Computed,
) -> Result<(), RunError> {
    progress.begin("computing", plan.steps.len() + plan.checks.len());
    let mut journal = Journal::default();
    let as_of = context.as_of.or(plan.as_of).or(computed.last_day);
    for (at, step) in plan.steps.iter().enumerate() {
        stop_if_asked(context)?;
        if step.inputs().iter().all(|input| computed.tables.contains_key(&input.value)) {
            let world = world(computed, books, as_of);
            let made = step.run(&world);
            journal.absorb(world.journal.into_inner());
            match made {
                Ok(table) => {
                    tracing::debug!(step = step.name(), rows = table.frame.height(), "Step made.");
                    computed.tables.insert(step.name().to_owned(), table);
                }
                Err(error) => computed.findings.push(refusal(step.name(), &error.to_string())),
            }
        }
        needed.let_go(&mut computed.tables, at);
        progress.advance(step.name());
    }
    for check in &plan.checks {
        stop_if_asked(context)?;
        if let Some(table) = computed.tables.get(check.on()) {
            let world = world(computed, books, as_of);
            let outcome = check.run(table, &world);
            journal.absorb(world.journal.into_inner());
            match outcome {
                Ok(outcome) => computed.outcomes.push(outcome),
                Err(error) => computed.findings.push(refusal(check.name(), &error.to_string())),
            }
        }
        progress.advance(check.name());
    }
    needed.let_go_of_checked(&mut computed.tables);
    progress.end();
    computed.findings.append(&mut journal.findings);
    computed.quotes.append(&mut journal.quotes);
    Ok(())
}

fn world<'a>(
    computed: &'a Computed,
    rates: &'a BTreeMap<String, RateBook>,
    as_of: Option<Date>,
) -> World<'a> {
    World { tables: &computed.tables, rates, origins: &computed.origins, as_of, journal: RefCell::default() }
}

fn refusal(subject: &str, reason: &str) -> Finding {
    Finding::new(&codes::STEP_FAILED, Severity::Error, subject).seen(reason, "")
}

/// The account of a file of exchange rates, whose rows and cells must close like those of any other.
fn rates_account(plan: &Plan, at: usize, reading: &RateReading) -> Result<SourceAccount, RunError> {
    let account = reading.account(plan.rates.get(at).map_or("", |rates| rates.name()));
    account.rows.close(&account.file)?;
    account.cells.close(&account.file)?;
    Ok(account)
}
