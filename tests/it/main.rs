//! The one integration binary: architecture, golden cases, commands, determinism.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that meets the unexpected fails, and says where"
)]

mod architecture;
mod bad_input;
mod changes;
mod commands;
mod determinism;
mod drift;
mod fuzzing;
mod golden;
mod infer;
mod marked;
mod project;
mod published;
mod real_layouts;
mod sandbox;
mod shipped;
mod unit_tests;
mod workbook;
