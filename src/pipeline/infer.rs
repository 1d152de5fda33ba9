//! Proposes source blocks for files and proves each by reading the files with it. Decides nothing that the
//! files leave open.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::context::RunContext;
use crate::finding::{Finding, Severity};
use crate::ingest::{SourceSpec, combine};
use crate::pipeline::LoadProblem;
use crate::pipeline::explain::cells_told;
use crate::pipeline::infer_block::{Files, Group};
use crate::pipeline::lists;
use crate::pipeline::sandbox::Reader;
use crate::spec::{Mistakes, NodeKind};
use crate::store::{FrozenFile, InputFile, StoreError, freeze};
use crate::text::CodeList;

/// Rejected cells that are told of a file.
const TOLD: usize = 10;

/// Of so many rows one may be bad; more is a sign of a wrong proposal.
const FEW: u64 = 100;

/// What was inferred from some files.
#[derive(Clone, Debug, Serialize)]
pub struct Inference {
    /// The proposals, one a layout.
    pub blocks: Vec<InferredBlock>,
    /// Files without a proposal, and why; sheets without a table.
    pub notes: Vec<String>,
    /// How many files have no proposal.
    pub refused: usize,
}

/// A proposed source.
#[derive(Clone, Debug, Serialize)]
pub struct InferredBlock {
    /// Its name.
    pub name: String,
    /// The block as TOML, with its evidence.
    pub toml: String,
    /// What it reads of each file.
    pub files: Vec<InferredFile>,
    /// Why it is no block that can be used; empty where it can.
    pub problems: Vec<String>,
}

/// What a proposal reads of one file.
#[derive(Clone, Debug, Serialize)]
pub struct InferredFile {
    /// Path below the input folder.
    pub file: String,
    /// Figures with a value.
    pub figures: u64,
    /// Figures declared missing.
    pub missing: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Rows taken.
    pub rows: u64,
    /// Every cell and what it was taken for.
    pub cells: String,
    /// Cells that could not be read, with the reason.
    pub rejects: Vec<String>,
    /// Why the file could not be read.
    pub problems: Vec<String>,
}

/// Files that cannot even be sketched.
#[derive(Debug, thiserror::Error)]
pub enum InferError {
    /// The code lists cannot be used.
    #[error(transparent)]
    Lists(#[from] LoadProblem),
    /// A file cannot be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InferredBlock {
    /// Whether it reads its files, but for few rows that are bad.
    pub fn holds(&self) -> bool {
        let sum = |of: fn(&InferredFile) -> u64| self.files.iter().map(of).sum::<u64>();
        let few = sum(|file| file.rejected) * FEW <= sum(|file| file.rows);
        self.problems.is_empty() && few && self.files.iter().all(|file| file.problems.is_empty())
    }
}

/// Proposes sources for files; the first layout gets the name, further ones the name with a number.
pub fn infer(context: &RunContext, name: &str, files: &[InputFile]) -> Result<Inference, InferError> {
    let lists = lists::read(&context.root.join("pipelines/shared"))?;
    let reader = Reader::new("infer", &lists.by_name, context);
    let frozen =
        files.iter().map(|file| freeze(file, &context.state)).collect::<Result<Vec<FrozenFile>, _>>()?;
    let mut found = Inference { blocks: Vec::new(), notes: Vec::new(), refused: 0 };
    let (groups, about) = group(&reader, &frozen, &mut found);
    for (at, group) in groups.iter().enumerate() {
        let name = if at == 0 { name.to_owned() } else { format!("{name}_{}", at + 1) };
        let mut block = InferredBlock {
            toml: group.written(&name, &about),
            name,
            files: Vec::new(),
            problems: Vec::new(),
        };
        let own: Vec<&FrozenFile> = group.files().into_iter().filter_map(|at| frozen.get(at)).collect();
        prove(&reader, &lists.by_name, &own, &mut block);
        let rejected: u64 = block.files.iter().map(|file| file.rejected).sum();
        if block.holds() && rejected > 0 {
            let limit = format!(
                "# decide: mend the {rejected} bad rows, or let so many be rejected\nrejects = \"1%\"\n"
            );
            block.toml.push_str(&limit);
            block.files.clear();
            prove(&reader, &lists.by_name, &own, &mut block);
        }
        found.blocks.push(block);
    }
    Ok(found)
}

/// Tables of one layout, in the order in which they are met.
fn group(reader: &Reader<'_>, frozen: &[FrozenFile], found: &mut Inference) -> (Vec<Group>, Files) {
    let mut groups: Vec<Group> = Vec::new();
    let mut about = Files {
        shown: frozen.iter().map(|file| file.shown.clone()).collect(),
        formats: vec![String::new(); frozen.len()],
        tables: BTreeMap::new(),
    };
    for (at, file) in frozen.iter().enumerate() {
        let sketch = match reader.infer(file) {
            Ok(sketch) => sketch,
            Err(unread) => {
                found.refused += 1;
                found.notes.push(format!("{}: cannot be read: {}", file.shown, unread.reason));
                continue;
            }
        };
        found.notes.extend(sketch.others.iter().map(|other| format!("{}: {other}", file.shown)));
        found.refused += usize::from(sketch.tables.is_empty());
        about.tables.insert(at, sketch.tables.len());
        if let Some(format) = about.formats.get_mut(at) {
            *format = sketch.format;
        }
        for table in sketch.tables {
            let sheet = table.sheet.clone();
            let mut difference = None;
            let same = groups.iter_mut().find(|group| {
                let differs = group.sketch.differs(&table);
                let alike = differs.is_none();
                difference = difference.take().or(differs);
                alike
            });
            match same {
                Some(group) => {
                    group.sketch.add(&table);
                    group.members.push((at, sheet));
                }
                None => {
                    if let Some((known, own)) = difference {
                        let sheet = if sheet.is_empty() { String::new() } else { format!(", sheet {sheet}") };
                        let number = groups.len() + 1;
                        found.notes.push(format!(
                            "{}{sheet}: another layout, proposed as block {number}: `{own}` and not `{known}`",
                            file.shown
                        ));
                    }
                    groups.push(Group { sketch: table, members: vec![(at, sheet)] });
                }
            }
        }
    }
    (groups, about)
}

/// Parses the block and reads its files with it.
fn prove(
    reader: &Reader<'_>,
    lists: &BTreeMap<String, CodeList>,
    files: &[&FrozenFile],
    block: &mut InferredBlock,
) {
    let mistakes = Mistakes::default();
    let source = parsed(&block.toml, lists, &mistakes);
    let told = mistakes.into_sorted().into_iter();
    block.problems.extend(told.map(|mistake| {
        let line = 1 + block.toml.get(..mistake.span.start).unwrap_or_default().matches('\n').count();
        format!("line {line} of the block: {}", mistake.message)
    }));
    let Some(source) = source.filter(|_| block.problems.is_empty()) else { return };
    let mut readings = Vec::new();
    for file in files {
        let mut proof = InferredFile {
            file: file.shown.clone(),
            figures: 0,
            missing: 0,
            rejected: 0,
            rows: 0,
            rejects: Vec::new(),
            cells: String::new(),
            problems: Vec::new(),
        };
        match reader.source(&source, file) {
            Err(unread) => proof.problems.push(unread.reason),
            Ok(reading) => {
                proof.figures = reading.account.figures;
                proof.missing = reading.missing;
                proof.rejected = reading.account.rows.rejected;
                proof.cells = cells_told(&reading.account.cells);
                proof.rows = reading.account.rows.taken;
                proof.rejects.extend(reading.rejects.iter().take(TOLD).map(told_of));
                let more = reading.rejects.len().saturating_sub(TOLD);
                proof.rejects.extend((more > 0).then(|| format!("{more} more cells")));
                if proof.figures == 0 {
                    proof.problems.push("no figure was read".to_owned());
                }
                readings.push(reading);
            }
        }
        block.files.push(proof);
    }
    let whole = block.files.iter().all(|file| file.rejected == 0) || block.toml.contains("\nrejects = ");
    if !block.holds() || !whole {
        return;
    }
    match combine(&source, readings) {
        Ok(read) => {
            let errors = read.findings.iter().filter(|finding| finding.severity == Severity::Error);
            block.problems.extend(errors.take(TOLD).map(told_of));
        }
        Err(error) => block.problems.push(error.to_string()),
    }
}

fn parsed(toml: &str, lists: &BTreeMap<String, CodeList>, mistakes: &Mistakes) -> Option<SourceSpec> {
    let tree = crate::spec::parse(toml, mistakes);
    let NodeKind::Table(top) = &tree.kind else { return None };
    let NodeKind::Table(sources) = &top.first()?.value.kind else { return None };
    let entry = sources.first()?;
    let source = SourceSpec::read(&entry.key, &entry.value, &BTreeMap::new(), mistakes)?;
    source.check_lists(lists, mistakes);
    Some(source)
}

fn told_of(finding: &Finding) -> String {
    format!(
        "{} {}: `{}`; expected {} ({})",
        finding.place, finding.code.title.en, finding.seen, finding.expected, finding.code.id
    )
}
