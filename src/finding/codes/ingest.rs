//! Codes raised by `ingest`.

use super::super::Code;

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[];
