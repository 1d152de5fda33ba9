//! `amur infer`: proposes a source block for real files, proves it, and writes it into a pipeline file if asked.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::args::{Global, InferArguments};
use super::exit::Exit;
use super::{mistakes, reading, show};
use crate::context::RunContext;
use crate::pipeline::{Inference, InferredBlock, infer, load};
use crate::spec::{Mistakes, NodeKind};
use crate::store::{InputFile, Successor, input_file, read_bytes};

/// How a new pipeline file begins.
const HEAD: &str = "version  = 1\ntimezone = \"Asia/Shanghai\"\n";

pub(super) fn command(global: &Global, arguments: &InferArguments) -> Exit {
    match inferred(global, arguments) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn inferred(global: &Global, arguments: &InferArguments) -> Result<Exit, Exit> {
    let mut context = RunContext::in_folder(&global.folder, Timestamp::now());
    context.reading = reading::by_children(&arguments.read)?;
    let files = arguments
        .files
        .iter()
        .map(|given| file(given, &context))
        .collect::<Result<Vec<InputFile>, Exit>>()?;
    let target = if arguments.write { Some(target(global, arguments)?) } else { None };
    let name = name(arguments, &files);
    let found = infer(&context, &name, &files).map_err(|error| {
        show::talk(&format!("error: {error}"));
        Exit::Data
    })?;
    if let Some((path, text)) = &target {
        refuse_known(path, text, &found.blocks)?;
    }
    tell(&found, arguments.json.into());
    let holds =
        found.refused == 0 && !found.blocks.is_empty() && found.blocks.iter().all(InferredBlock::holds);
    if !holds {
        show::talk("error: not every file is read in full by a proposal; nothing was written");
        return Err(Exit::Data);
    }
    if let Some((path, text)) = &target {
        write(global, (path, text), &found.blocks)?;
    }
    Ok(Exit::Done)
}

/// A file as given from here, from the project folder, or below its input folder.
fn file(given: &Path, context: &RunContext) -> Result<InputFile, Exit> {
    let places = [given.to_path_buf(), context.root.join(given), context.input.join(given)];
    let Some(path) = places.iter().find(|path| path.is_file()) else {
        show::talk(&format!("error: {} is no file, neither here nor in the input folder", given.display()));
        return Err(Exit::Usage);
    };
    input_file(path, &context.input).map_err(|error| {
        show::talk(&format!("error: {error}"));
        Exit::Data
    })
}

/// The name given, else that of the first file in ASCII.
fn name(arguments: &InferArguments, files: &[InputFile]) -> String {
    if let Some(name) = &arguments.name {
        return name.clone();
    }
    let shown = files.first().map(|file| file.shown.as_str()).unwrap_or_default();
    let stem = shown.rsplit('/').next().unwrap_or(shown);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let signs =
        stem.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '_' });
    let name: String = signs.collect();
    let name = name.trim_matches('_');
    if stem.is_ascii() && name.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
        name.to_owned()
    } else {
        "inferred".to_owned()
    }
}

/// The pipeline file that is written, and its text; that of a new one is its head.
fn target(global: &Global, arguments: &InferArguments) -> Result<(PathBuf, String), Exit> {
    let folder = &global.folder;
    if let Some(name) = &arguments.pipeline {
        let new = folder.join("pipelines").join(format!("{name}.toml"));
        let plain = name.chars().all(|sign| sign.is_alphanumeric() || sign == '-' || sign == '_');
        if plain && !new.exists() {
            return Ok((new, HEAD.to_owned()));
        }
    }
    let given: Vec<String> = arguments.pipeline.iter().cloned().collect();
    let files = mistakes::select(folder, &given)?;
    let [path] = files.as_slice() else {
        show::talk("error: there are several pipelines; say which with --pipeline");
        return Err(Exit::Usage);
    };
    let file = mistakes::load_and_show(folder, path)?;
    Ok((path.clone(), file.text))
}

/// A source of the same name would be declared twice.
fn refuse_known(path: &Path, text: &str, blocks: &[InferredBlock]) -> Result<(), Exit> {
    let tree = crate::spec::parse(text, &Mistakes::default());
    let NodeKind::Table(top) = &tree.kind else { return Ok(()) };
    let sources =
        top.iter().filter(|entry| entry.key.value == "source").filter_map(|entry| match &entry.value.kind {
            NodeKind::Table(sources) => Some(sources),
            _ => None,
        });
    for source in sources.flatten() {
        if blocks.iter().any(|block| block.name == source.key.value) {
            let line = 1 + text.get(..source.key.span.start).unwrap_or_default().matches('\n').count();
            show::talk(&format!(
                "error: {}: line {line} declares the source {} already; give another name with --name",
                path.display(),
                source.key.value
            ));
            return Err(Exit::Usage);
        }
    }
    Ok(())
}

/// Blocks to stdout, what they read to stderr.
fn tell(found: &Inference, form: show::Form) {
    if form == show::Form::Json {
        show::json(found);
    }
    for (at, block) in found.blocks.iter().enumerate() {
        if form == show::Form::Table {
            if at > 0 {
                show::data("");
            }
            if !block.holds() {
                show::data("# does not read its files in full: see the messages");
            }
            show::data(block.toml.trim_end());
        }
    }
    found.notes.iter().for_each(|note| show::talk(&format!("note: {note}")));
    for block in &found.blocks {
        for file in &block.files {
            show::talk(&format!(
                "{}: {}: {} figures, {} declared missing, {} rows rejected",
                block.name, file.file, file.figures, file.missing, file.rejected
            ));
            if !file.cells.is_empty() {
                show::talk(&format!("  {}", file.cells));
            }
            file.rejects.iter().for_each(|reject| show::talk(&format!("  rejected: {reject}")));
            file.problems.iter().for_each(|problem| show::talk(&format!("  error: {problem}")));
        }
        block.problems.iter().for_each(|problem| show::talk(&format!("{}: error: {problem}", block.name)));
    }
}

/// Puts the blocks at the end of the pipeline file, once the whole of it was checked.
fn write(global: &Global, (path, text): (&Path, &str), blocks: &[InferredBlock]) -> Result<(), Exit> {
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut next = text.to_owned();
    if !next.is_empty() && !next.ends_with('\n') {
        next.push_str(line);
    }
    for block in blocks {
        next.push_str(line);
        next.push_str(&block.toml.replace('\n', line));
    }
    let shown = path.strip_prefix(&global.folder).unwrap_or(path).display().to_string();
    let failed = |error: &dyn std::fmt::Display| {
        show::talk(&format!("error: {error}"));
        Exit::Output
    };
    let successor = Successor::write(path, next.as_bytes()).map_err(|error| failed(&error))?;
    let checked = load(successor.path(), &shown).map_err(|problem| {
        show::talk(&format!("error: {problem}"));
        Exit::Pipeline
    })?;
    if !checked.mistakes.is_empty() {
        show::talk(mistakes::render(&checked, false).trim_end());
        show::talk(&format!("error: {shown} would be invalid with the block; it was left as it was"));
        return Err(Exit::Pipeline);
    }
    let now = read_bytes(path).unwrap_or_default();
    if now != text.as_bytes() && path.exists() {
        show::talk(&format!("error: {shown} was changed meanwhile; it was left as it is"));
        return Err(Exit::Output);
    }
    successor.commit().map_err(|error| failed(&error))?;
    show::talk(&format!("written to {shown}"));
    Ok(())
}
