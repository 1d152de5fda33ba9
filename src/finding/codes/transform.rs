//! Codes raised by `transform`.

use super::super::Code;

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[];
