//! Showing the mistakes of a pipeline file: file, line, column, caret, help.

use std::fmt;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::exit::Exit;
use super::show;
use crate::pipeline::{PipelineFile, load};
use crate::spec::Mistake;

/// One mistake as miette wants it.
struct Shown<'a> {
    mistake: &'a Mistake,
    source: &'a NamedSource<String>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mistake.fmt(f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistake.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.mistake.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, self.mistake.span.clone()))))
    }
}

/// All mistakes of a file as text.
pub(super) fn render(file: &PipelineFile, colour: bool) -> String {
    let source = NamedSource::new(&file.shown, file.text.clone());
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
    let mut text = String::new();
    for mistake in &file.mistakes {
        // Long tables would fill the screen: the caret stands under their first line.
        let first_line = first_line(&file.text, mistake);
        if handler.render_report(&mut text, &Shown { mistake: &first_line, source: &source }).is_err() {
            text.push_str(&mistake.message);
        }
        text.push('\n');
    }
    text
}

fn first_line(text: &str, mistake: &Mistake) -> Mistake {
    let start = text.floor_char_boundary(mistake.span.start);
    let end = text.floor_char_boundary(mistake.span.end.max(start));
    let line = text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
    Mistake { span: start..start + line.len(), ..mistake.clone() }
}

/// The pipeline files that are meant: given names or files, else all of `pipelines/`.
pub(super) fn select(folder: &Path, given: &[String]) -> Result<Vec<PathBuf>, Exit> {
    let home = folder.join("pipelines");
    if given.is_empty() {
        let files = crate::store::toml_files(&home).unwrap_or_default();
        if files.is_empty() {
            show::talk(&format!(
                "error: no pipeline file in {}; run amur in the project folder or name it with -C",
                home.display()
            ));
            return Err(Exit::Pipeline);
        }
        return Ok(files);
    }
    given
        .iter()
        .map(|name| {
            let named = home.join(format!("{name}.toml"));
            let file = folder.join(name);
            [named.clone(), file].into_iter().find(|path| path.is_file()).ok_or_else(|| {
                let known: Vec<String> = crate::store::toml_files(&home)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
                    .collect();
                let near = crate::text::nearest(name, known.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                show::talk(&format!(
                    "error: no pipeline {name}: {} does not exist{hint}; there are: {}",
                    named.display(),
                    known.join(", ")
                ));
                Exit::Usage
            })
        })
        .collect()
}

/// Loads a pipeline file and shows everything that is wrong with it.
pub(super) fn load_and_show(folder: &Path, path: &Path) -> Result<PipelineFile, Exit> {
    let shown = path.strip_prefix(folder).unwrap_or(path).display().to_string();
    let file = load(path, &shown).map_err(|problem| {
        show::talk(&format!("error: {problem}"));
        Exit::Pipeline
    })?;
    if file.mistakes.is_empty() {
        return Ok(file);
    }
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    show::talk(render(&file, show::colour_allowed(terminal)).trim_end());
    let count = file.mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    show::talk(&format!("\nerror: {count} {noun} in {shown}; nothing was run"));
    Err(Exit::Pipeline)
}
