//! The base id: a hash of everything a report's bytes depend on but the earlier run that its changes are
//! told against, which `changes` adds.

use jiff::civil::Date;

use crate::pipeline::{Inputs, Plan};
use crate::store::FrozenFile;

/// Program and version, as it stands in manifests and content ids.
pub(super) const PROGRAM: &str = concat!("amur ", env!("CARGO_PKG_VERSION"));

/// Hashes program, pipeline, code lists, as-of day and every file of the drop folder.
pub(super) fn base_id(
    plan: &Plan,
    as_of: Option<Date>,
    inputs: &Inputs,
    frozen: &[Result<FrozenFile, String>],
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |parts: &[&str]| {
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    };
    add(&[PROGRAM, &plan.name, &plan.hash]);
    add(&["as of", &as_of.map_or_else(|| "the data".to_owned(), |day| day.to_string())]);
    for file in frozen {
        match file {
            Ok(file) => add(&["read", &file.shown, &file.blake3]),
            Err(reason) => add(&["failed", reason]),
        }
    }
    for file in &inputs.unmatched {
        add(&["unmatched", &file.shown, &file.bytes.to_string()]);
    }
    for file in &inputs.skipped {
        add(&["skipped", &file.shown, file.reason]);
    }
    hasher.finalize().to_hex().to_string()
}
