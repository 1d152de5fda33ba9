//! Which earlier publication a run is compared with. A repeated run is compared with the same one as
//! before, so that the same input gives the same bytes however often it is run.

use std::path::Path;

use super::FIGURES_NAME;
use crate::store::{ComparedWith, Condition, Found, PublishedSet, StoreError, latest_run, published_run};

/// The publication a run is compared with.
#[derive(Debug)]
pub(in crate::pipeline) enum Earlier {
    /// There is none.
    First,
    /// Its figures are missing or not as they were written.
    Damaged(ComparedWith),
    /// A whole one.
    Whole {
        /// How the manifest names it.
        compared: ComparedWith,
        /// Its manifest.
        set: Box<PublishedSet>,
        /// Its list of figures.
        figures: Vec<u8>,
    },
}

impl Earlier {
    /// How the manifest names it.
    pub(in crate::pipeline) fn compared_with(&self) -> Option<&ComparedWith> {
        match self {
            Self::First => None,
            Self::Damaged(compared) | Self::Whole { compared, .. } => Some(compared),
        }
    }
}

/// Finds what a run of the given base id is compared with: the latest publication, or, where that is of
/// the same base id, what it was compared with itself.
pub(in crate::pipeline) fn find(output: &Path, pipeline: &str, base_id: &str) -> Result<Earlier, StoreError> {
    let latest = match latest_run(output, pipeline)? {
        Found::Nothing => return Ok(Earlier::First),
        Found::Unreadable => return Ok(damaged(ComparedWith::default())),
        Found::Run(latest) => latest,
    };
    if latest.run.base_id != base_id {
        return Ok(opened(latest));
    }
    let Some(compared) = latest.run.compared_with else { return Ok(Earlier::First) };
    if compared.condition == Condition::Damaged {
        return Ok(Earlier::Damaged(compared));
    }
    match published_run(output, pipeline, &compared.run)? {
        Found::Run(set) if set.run.content_id == compared.content_id => Ok(opened(set)),
        _ => Ok(damaged(compared)),
    }
}

fn opened(set: Box<PublishedSet>) -> Earlier {
    let compared = ComparedWith {
        run: set.run.run.clone(),
        content_id: set.run.content_id.clone(),
        as_of: set.run.as_of.clone(),
        condition: Condition::Whole,
    };
    match set.file(FIGURES_NAME) {
        Some(figures) => Earlier::Whole { compared, set, figures },
        None => damaged(compared),
    }
}

fn damaged(compared: ComparedWith) -> Earlier {
    tracing::warn!(
        run = compared.run,
        "The figures of the earlier run are missing or damaged; no changes are told."
    );
    Earlier::Damaged(ComparedWith { condition: Condition::Damaged, ..compared })
}

/// The content id: the base id and what the changes are told against.
pub(in crate::pipeline) fn content_id(base_id: &str, earlier: &Earlier) -> String {
    let against = match earlier {
        Earlier::First => "first".to_owned(),
        Earlier::Damaged(compared) => format!("damaged {} {}", compared.as_of, compared.content_id),
        Earlier::Whole { compared, .. } => format!("whole {}", compared.content_id),
    };
    blake3::hash(format!("{base_id} {against}").as_bytes()).to_hex().to_string()
}
