//! What a source promises of its columns, as declared in `contract`, and what a breach of it means.

use crate::finding::Severity;
use crate::spec::{Fields, NodeKind};
use crate::text::Pattern;

use super::locator::pattern;

/// The contract of a source.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    mode: Option<Mode>,
    accepted: Vec<Pattern>,
}

/// What a column other than agreed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Nothing is published.
    Freeze,
    /// The report is marked.
    Warn,
    /// It is noted.
    Evolve,
}

const MODES: &[(&str, Mode)] = &[("freeze", Mode::Freeze), ("warn", Mode::Warn), ("evolve", Mode::Evolve)];

impl Mode {
    fn severity(self) -> Severity {
        match self {
            Self::Freeze => Severity::Error,
            Self::Warn => Severity::Warning,
            Self::Evolve => Severity::Info,
        }
    }
}

impl Contract {
    /// Reads `contract = "freeze"` or `contract = { mode = "freeze", accept = ["备注"] }`.
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let mistakes = fields.mistakes();
        let Some(node) = fields.any("contract") else { return Self::default() };
        let NodeKind::Table(_) = node.kind else {
            return Self { mode: fields.choice("contract", MODES), accepted: Vec::new() };
        };
        let Some(mut table) = Fields::open(node, format!("`contract` of {}", fields.what()), mistakes) else {
            return Self::default();
        };
        let mode = table.choice("mode", MODES);
        let accepted = table.texts("accept").iter().filter_map(|text| pattern(text, mistakes)).collect();
        table.finish();
        Self { mode, accepted }
    }

    /// How grave it is that a column is not as it was in the last published run: a warning where nothing is
    /// declared, because somebody should look, but a figure is not wrong for it.
    pub fn drift(&self, headers: [&str; 2]) -> Severity {
        let accepted = headers.iter().any(|header| self.accepts(header));
        if accepted { Severity::Info } else { self.mode.unwrap_or(Mode::Warn).severity() }
    }

    /// How grave it is that nothing reads a column with data: a note where nothing is declared, because the
    /// declaration need not name every column.
    pub(super) fn unread(&self, header: &str) -> Severity {
        if self.accepts(header) { Severity::Info } else { self.mode.unwrap_or(Mode::Evolve).severity() }
    }

    /// Whether a person has agreed to whatever changes in the column of this header.
    fn accepts(&self, header: &str) -> bool {
        let own = header.rsplit('/').next().unwrap_or(header);
        let named = |text: &str| !text.is_empty() && self.accepted.iter().any(|one| one.matches(text));
        named(header) || named(own)
    }
}
