//! A pipeline as written ([`PipelineSpec`]), as checked ([`Plan`]) and as executed ([`run()`]).
//! Only a [`Plan`] reaches the engine.

#[cfg(test)]
mod article;
mod as_of;
mod changes;
mod concerns;
mod content;
mod drift;
mod error;
mod explain;
mod infer;
mod infer_block;
mod lists;
mod load;
mod marked;
#[cfg(test)]
mod narrowed;
mod needed;
mod order;
mod plan;
mod publish;
mod read;
mod record;
mod run;
mod sandbox;
mod spec;
mod trace;
mod unit_test;

pub use changes::{FIGURES_NAME, compare_figures};
pub use error::RunError;
pub use explain::{FilePicture, InputPicture, explain_file};
pub use infer::{InferError, Inference, InferredBlock, InferredFile, infer};
pub use load::{LoadProblem, PipelineFile, load};
pub use plan::Plan;
pub use publish::plain_value;
pub use read::{Assignment, Inputs, assign};
pub use record::{RecordProblem, Sampling, record};
pub use run::{Computed, Progress, RunOptions, RunOutcome, RunSummary, SilentProgress, compute, run};
pub use sandbox::{OrderError, carry_out};
pub use spec::PipelineSpec;
pub use trace::{Cell, Trace, trace};
pub use unit_test::{TestOutcome, run_tests};
