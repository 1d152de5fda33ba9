//! `amur history`: the published runs, and finding one of them for other commands.

use super::args::{Global, PublishedArguments, Wanted};
use super::exit::Exit;
use super::{mistakes, show};
use crate::context::RunContext;
use crate::store::{Found, PublishedSet, latest_run, published_runs};

/// Signs of a content id that are shown, as on the pages of a report.
const SHORT_ID: usize = 12;

pub(super) fn command(global: &Global, arguments: &PublishedArguments) -> Exit {
    let home = match Home::of(global, &arguments.wanted) {
        Ok(home) => home,
        Err(exit) => return exit,
    };
    let runs = match home.runs() {
        Ok(runs) => runs,
        Err(exit) => return exit,
    };
    let header = ["run", "as_of", "content_id", "started", "program", "compared_with", "files"];
    let rows: Vec<Vec<String>> = runs.iter().map(row).collect();
    show::rows(&header, &rows, arguments.wanted.json.into());
    show::talk(&format!("{}: {} published runs", home.pipeline, rows.len()));
    Exit::Done
}

fn row(set: &PublishedSet) -> Vec<String> {
    let run = &set.run;
    vec![
        run.run.clone(),
        run.as_of.clone(),
        short(&run.content_id),
        run.started.clone(),
        run.program.clone(),
        run.compared_with.as_ref().map(|compared| compared.run.clone()).unwrap_or_default(),
        run.outputs.len().to_string(),
    ]
}

/// The beginning of a content id.
pub(super) fn short(content_id: &str) -> String {
    content_id.chars().take(SHORT_ID).collect()
}

/// Where a pipeline's published runs stand.
pub(super) struct Home {
    /// The pipeline.
    pub pipeline: String,
    context: RunContext,
}

impl Home {
    /// Of the pipeline that is named, or of the only one.
    pub(super) fn of(global: &Global, wanted: &Wanted) -> Result<Self, Exit> {
        let given: Vec<String> = wanted.pipeline.iter().cloned().collect();
        let files = mistakes::select(&global.folder, &given)?;
        let names: Vec<String> = files
            .iter()
            .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
            .collect();
        let [pipeline] = names.as_slice() else {
            show::talk(&format!("error: which pipeline? Name it with -p: {}", names.join(", ")));
            return Err(Exit::Usage);
        };
        let context = RunContext::in_folder(&global.folder, jiff::Timestamp::now());
        Ok(Self { pipeline: pipeline.clone(), context })
    }

    /// All published runs, oldest first.
    pub(super) fn runs(&self) -> Result<Vec<PublishedSet>, Exit> {
        published_runs(&self.context.output, &self.pipeline).map_err(|error| {
            show::talk(&format!("error: {error}"));
            Exit::Output
        })
    }

    /// The latest published run; its absence is told.
    pub(super) fn latest(&self) -> Result<PublishedSet, Exit> {
        match latest_run(&self.context.output, &self.pipeline) {
            Ok(Found::Run(set)) => Ok(*set),
            Ok(Found::Nothing) => {
                show::talk(&format!("error: {} has not been published yet", self.pipeline));
                Err(Exit::Usage)
            }
            Ok(Found::Unreadable) => {
                show::talk(&format!("error: the manifest of the latest run of {} is damaged", self.pipeline));
                Err(Exit::Output)
            }
            Err(error) => {
                show::talk(&format!("error: {error}"));
                Err(Exit::Output)
            }
        }
    }
}
