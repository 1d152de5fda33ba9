//! A pipeline file as it is written: every block read, nothing resolved.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ingest::SourceSpec;
use crate::ingest::rates::RatesSpec;
use crate::pipeline::unit_test::TestSpec;
use crate::report::ReportSpec;
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::text::Label;
use crate::transform::{CheckSpec, StepSpec};

/// The only version of the pipeline file there is.
const VERSION: i64 = 1;

/// What a pipeline file says.
#[derive(Debug)]
pub struct PipelineSpec {
    /// The file's name without `.toml`.
    pub name: String,
    /// BLAKE3 of the file's text.
    pub hash: String,
    /// The report's title.
    pub title: Label,
    /// The zone in which days begin and end; never the machine's.
    pub timezone: TimeZone,
    /// The day the report speaks of, where the file fixes it.
    pub as_of: Option<Date>,
    /// Whether the files in which something was rejected are copied with the rejected cells marked.
    pub marked_copies: bool,
    /// Names of all sources, also of those with a mistake, so that one mistake does not become two.
    pub source_names: Vec<String>,
    /// Sources in the order of the file.
    pub sources: Vec<SourceSpec>,
    /// Rates blocks in the order of the file.
    pub rates: Vec<RatesSpec>,
    /// Checks in the order of the file.
    pub checks: Vec<CheckSpec>,
    /// Steps in the order of the file.
    pub steps: Vec<StepSpec>,
    /// Reports in the order of the file.
    pub reports: Vec<ReportSpec>,
    /// Unit tests in the order of the file.
    pub tests: Vec<TestSpec>,
}

impl PipelineSpec {
    /// Reads a pipeline file; all its mistakes go to `mistakes`.
    pub fn read(name: &str, text: &str, mistakes: &Mistakes) -> Option<Self> {
        let tree = crate::spec::parse(text, mistakes);
        if mistakes.break_the_structure() {
            return None;
        }
        let mut fields = Fields::open(&tree, "the pipeline file", mistakes)?;
        read_version(&mut fields);
        let title = fields.label("title").unwrap_or_else(|| Label::zh(name));
        let timezone = read_timezone(&mut fields);
        let as_of = read_date(&mut fields, "as_of");
        // A copy is what a clerk mends the file from, so it is made unless somebody says no.
        let marked_copies = fields.boolean("marked_copies").unwrap_or(true);
        let layouts: BTreeMap<String, &Node> =
            fields.entries("layout").iter().map(|entry| (entry.key.value.clone(), &entry.value)).collect();
        let source_names = fields.entries("source").iter().map(|entry| entry.key.value.clone()).collect();
        let sources = fields
            .entries("source")
            .iter()
            .filter_map(|entry| SourceSpec::read(&entry.key, &entry.value, &layouts, mistakes))
            .collect();
        let rates = fields
            .entries("rates")
            .iter()
            .filter_map(|entry| RatesSpec::read(&entry.key, &entry.value, mistakes))
            .collect();
        let checks =
            blocks(&mut fields, "check").filter_map(|node| CheckSpec::read(node, mistakes)).collect();
        let steps = blocks(&mut fields, "step").filter_map(|node| StepSpec::read(node, mistakes)).collect();
        let reports =
            blocks(&mut fields, "report").filter_map(|node| ReportSpec::read(node, mistakes)).collect();
        let tests = blocks(&mut fields, "test").filter_map(|node| TestSpec::read(node, mistakes)).collect();
        fields.finish();
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let name = name.to_owned();
        Some(Self {
            name,
            hash,
            title,
            timezone,
            as_of,
            marked_copies,
            source_names,
            sources,
            rates,
            checks,
            steps,
            reports,
            tests,
        })
    }
}

/// The tables of an array such as `[[step]]`.
fn blocks<'a>(fields: &mut Fields<'a>, key: &'static str) -> impl Iterator<Item = &'a Node> + use<'a> {
    let items: &'a [Node] = match fields.any(key) {
        Some(node) => match &node.kind {
            crate::spec::NodeKind::List(items) => items,
            _ => std::slice::from_ref(node),
        },
        None => &[],
    };
    items.iter()
}

fn read_version(fields: &mut Fields<'_>) {
    let Some(node) = fields.required("version") else { return };
    if node.kind != crate::spec::NodeKind::Integer(VERSION) {
        fields.wrong("version", node, "version = 1, the only one there is");
    }
}

fn read_timezone(fields: &mut Fields<'_>) -> TimeZone {
    let Some(text) = fields.required_text("timezone") else { return TimeZone::UTC };
    TimeZone::get(&text.value).unwrap_or_else(|_| {
        fields.mistakes().add_with_help(
            text.span.clone(),
            format!("unknown time zone `{}`", text.value),
            "a name of the IANA list, such as Asia/Shanghai or Asia/Yakutsk",
        );
        TimeZone::UTC
    })
}

fn read_date(fields: &mut Fields<'_>, key: &'static str) -> Option<Date> {
    let text: Text = fields.text(key)?;
    if let Ok(date) = text.value.parse::<Date>() {
        return Some(date);
    }
    fields.mistakes().add_with_help(
        text.span.clone(),
        format!("`{}` is no date", text.value),
        "write year, month and day, as in \"2024-12-31\"",
    );
    None
}
