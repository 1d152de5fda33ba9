//! Codes raised by `report`.

use super::super::Code;

/// Every code of this file.
pub(super) const LIST: &[&Code] = &[];
