//! Files to tables: bytes → cells → grid → layout → one long table with the origin of every figure.

mod files;
pub mod rates;
