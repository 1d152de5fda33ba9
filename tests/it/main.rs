//! The one integration binary: architecture, golden cases, commands, determinism.

mod architecture;
mod commands;
mod determinism;
mod golden;
mod project;
mod shipped;
