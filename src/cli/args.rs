//! What may be typed after `amur`. Every flag has a variable `AMUR_…`; flags win over variables.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Turns a drop folder of messy spreadsheets into Excel and CSV reports that can be trusted.
#[derive(Debug, Parser)]
#[command(name = "amur", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Project folder, which holds input/, output/ and pipelines/
    #[arg(short = 'C', long = "folder", global = true, env = "AMUR_FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// How the log on stderr is written
    #[arg(long, global = true, env = "AMUR_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Say more: -v stages, -vv decisions
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but errors
    #[arg(short, long, global = true, env = "AMUR_QUIET")]
    pub quiet: bool,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// One line of words an event.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read, compute, check and publish
    Run(RunArguments),
    /// Report every mistake of the pipeline files, without data
    Check(Selection),
    /// Show what a run would read and make, and what no source matches
    Plan(Selection),
    /// Show rows of a source or step, or how an input file is understood
    Preview(PreviewArguments),
    /// Propose a source block for real files, with its evidence, and prove it by reading them
    Infer(InferArguments),
    /// Run the unit tests written in the pipeline files, or record one from live rows
    Test(TestArguments),
    /// Walk a figure back to the cells, steps and rates it comes from
    Explain(ExplainArguments),
    /// List the published runs
    History(PublishedArguments),
    /// Tell which figures differ between two published runs
    Diff(DiffArguments),
    /// Show findings, rejects or input files of the latest published run
    Show(ShowArguments),
    /// Tell what stands published and how old it is
    Status(StatusArguments),
    /// Remove frozen inputs and cache entries that no kept run names
    Gc,
    /// Read one file for a run, in a process of its own
    #[command(hide = true)]
    ReadOne(ReadOneArguments),
}

/// How data are written to stdout, and of which pipeline.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// The pipeline; needed only if there are several
    #[arg(short, long)]
    pub pipeline: Option<String>,
    /// JSON instead of an aligned table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// A source, a step, or the name of a sheet of a report; with --layout a file below input/
    pub what: String,
    /// What the row must hold: a value, or COLUMN=VALUE; all of them must hold
    #[arg(required_unless_present = "layout")]
    pub key: Vec<String>,
    /// Instead of a figure: an input file, cell by cell, with what each was taken for and why
    #[arg(long, conflicts_with = "key")]
    pub layout: bool,
    #[command(flatten)]
    pub wanted: Wanted,
    /// How many rows, and how many cells behind each, are shown
    #[arg(short = 'n', long, default_value_t = 20)]
    pub rows: usize,
    #[command(flatten)]
    pub read: ReadArguments,
}

#[derive(Debug, Args)]
pub(super) struct PublishedArguments {
    #[command(flatten)]
    pub wanted: Wanted,
}

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The earlier run and the later one; the latest for what is not given
    #[arg(num_args = 0..=2, value_name = "RUN")]
    pub runs: Vec<String>,
    #[command(flatten)]
    pub wanted: Wanted,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// What is shown
    #[arg(value_enum)]
    pub what: Shown,
    #[command(flatten)]
    pub wanted: Wanted,
}

/// What `show` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shown {
    /// What a person should know about the data.
    Findings,
    /// Rows and cells that could not be used.
    Rejects,
    /// Every input file and what became of its rows.
    Sources,
}

#[derive(Debug, Args)]
pub(super) struct StatusArguments {
    #[command(flatten)]
    pub selection: Selection,
    /// Exit with 6 where the latest published run is older, as in 26h or 7d, or where there is none
    #[arg(long, env = "AMUR_MAX_AGE", value_parser = read_age)]
    pub max_age: Option<SignedDuration>,
    /// JSON instead of an aligned table
    #[arg(long)]
    pub json: bool,
}

/// An age such as `90m`, `26h` or `7d`; a day has 24 hours.
fn read_age(text: &str) -> Result<SignedDuration, String> {
    let span: Span = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|error| error.to_string())
}

/// What reading one file may use.
#[derive(Debug, Args)]
pub(super) struct ReadArguments {
    /// Memory for reading one file, in MiB; Windows has no such limit
    #[arg(long, env = "AMUR_READ_MEMORY", value_name = "MIB", default_value_t = 1024,
          value_parser = clap::value_parser!(u64).range(256..=1_048_576))]
    pub read_memory: u64,
    /// Seconds for reading one small file; every 4 MB of size add as much
    #[arg(long, env = "AMUR_READ_DEADLINE", value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub read_deadline: Duration,
}

#[derive(Debug, Args)]
pub(super) struct ReadOneArguments {
    /// What is asked
    pub order: PathBuf,
    /// Address space, in bytes
    #[arg(long)]
    pub memory: u64,
}

/// Which pipelines are meant.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Pipeline names or files; all of pipelines/ if none is given
    pub pipelines: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub selection: Selection,
    /// The day the report speaks of; default: the pipeline's, else the last day in the data
    #[arg(long, env = "AMUR_AS_OF", value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Threads for reading and computing; the result never depends on it
    #[arg(long, env = "AMUR_THREADS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Publish even if nothing changed since the latest run
    #[arg(long, env = "AMUR_FULL")]
    pub full: bool,
    /// Seconds for which an input must have stood unchanged before it is read
    #[arg(long, env = "AMUR_SETTLE", value_name = "SECONDS", default_value_t = 2,
          value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub settle: u64,
    #[command(flatten)]
    pub read: ReadArguments,
    /// Exit with 1 where a report is published with warnings
    #[arg(long, env = "AMUR_DENY_WARNINGS")]
    pub deny_warnings: bool,
}

#[derive(Debug, Args)]
pub(super) struct PreviewArguments {
    /// A source, a step, or a file below input/
    pub what: String,
    /// The pipeline; needed only if there are several
    #[arg(short, long)]
    pub pipeline: Option<String>,
    /// How many rows
    #[arg(short = 'n', long, default_value_t = 20)]
    pub rows: usize,
    /// CSV instead of an aligned table
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// For a file: JSON instead of a picture
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub read: ReadArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: amur infer input/trade/2023*.xlsx --name customs --write\n\n\
    The block goes to stdout, each line with its evidence; what the files do not say is marked `# decide:`. \
    How many figures and cells it reads goes to stderr.")]
pub(super) struct InferArguments {
    /// Files, as a rule below input/; all of one layout give one block
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Name of the source; default: that of the first file, where it is ASCII
    #[arg(long)]
    pub name: Option<String>,
    /// The pipeline that is written; needed only if there are several. One that does not exist is made
    #[arg(short, long, requires = "write")]
    pub pipeline: Option<String>,
    /// Put the block at the end of the pipeline file, if it reads every file in full
    #[arg(long)]
    pub write: bool,
    /// JSON instead of TOML: blocks with what they read
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub read: ReadArguments,
}

/// A time of up to a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "expected seconds between 0 and 86400".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct TestArguments {
    #[command(flatten)]
    pub selection: Selection,
    /// How the outcomes are written to stdout
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    pub format: TestFormat,
    /// Write a [[test]] of this step to stdout, made of rows it meets in the input folder now
    #[arg(long, value_name = "STEP", conflicts_with = "format")]
    pub record: Option<String>,
    /// With --record: how many rows of each table the step reads
    #[arg(short = 'n', long, default_value_t = 5, requires = "record")]
    pub rows: usize,
    /// With --record: an SQL condition on the first table the step reads
    #[arg(long = "where", value_name = "CONDITION", requires = "record")]
    pub condition: Option<String>,
}

/// Form of the outcomes of unit tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    /// A line a test.
    Text,
    /// One JSON document.
    Json,
    /// JUnit XML, as build servers read it.
    Junit,
}
