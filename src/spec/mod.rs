//! Spanned reading of TOML: every mistake with its place, none hidden behind the first.
//!
//! It knows TOML, not what a pipeline is: each source, step, check and report element reads its own
//! settings from a [`Fields`] and leaves its mistakes in a [`Mistakes`].

mod fields;
#[cfg(test)]
pub(crate) mod golden;
mod mistake;
mod node;

pub use fields::Fields;
pub use mistake::{Mistake, Mistakes, Span};
pub use node::{Entry, Node, NodeKind, Text, parse, written};
