//! What the style of a cell of an Excel workbook means, and which cells of a sheet are odd by it.

use super::number_format::Shown;
use super::told;
use crate::finding::{Code, Finding, Severity, ingest as codes};
use crate::ingest::grid::CellValue;
use crate::table::address;

/// What the style of a cell means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellStyle {
    /// What its number format shows.
    pub shown: Shown,
    /// Levels of indent.
    pub indent: u8,
    /// Whether its text is struck through, as cancelled figures are.
    pub struck: bool,
}

/// Cells of one kind: the first, and how many there are.
type Counted = Option<((u32, u32), u64)>;

/// Cells that a person should look at because of their style.
#[derive(Debug, Default)]
pub(super) struct OddStyles {
    /// Struck through.
    struck: Counted,
    /// Numbers whose style is not among those of the workbook.
    unstyled: Counted,
}

impl OddStyles {
    /// Counts a cell, where it is odd: the number of its style, and the style, where the workbook has it.
    pub(super) fn count(
        &mut self,
        at: (u32, u32),
        (number, style): (usize, Option<CellStyle>),
        value: &CellValue<'_>,
    ) {
        let add = |cells: &mut Counted| cells.get_or_insert((at, 0)).1 += 1;
        if style.is_some_and(|style| style.struck) {
            add(&mut self.struck);
        }
        if style.is_none() && number > 0 && matches!(value, CellValue::Number(_)) {
            add(&mut self.unstyled);
        }
    }

    /// What is told of them.
    pub(super) fn findings(&self, sheet: &str) -> impl Iterator<Item = Finding> {
        let tell = |code: &'static Code, cells: Counted, seen: &str, expected: &str| {
            let ((row, col), count) = cells?;
            let finding = told(code, Severity::Warning, sheet, &address(row, col));
            Some(finding.seen(seen, expected).times(count))
        };
        let struck = tell(&codes::STRUCK_THROUGH, self.struck, "struck through, read like any other", "");
        let seen = "a number of a format that the workbook does not have";
        let expected = "a number, a share or a date";
        let unstyled = tell(&codes::FORMAT_ABSENT, self.unstyled, seen, expected);
        struck.into_iter().chain(unstyled)
    }
}
