//! Maps of the pipeline file from texts to codes; a key may be a pattern. Matching is exact after folding.

use crate::spec::Fields;
use crate::text::Pattern;

use super::locator::pattern;

/// From patterns to codes, in the order of the file; the first that matches wins.
#[derive(Clone, Debug, Default)]
pub(super) struct NameMap(Vec<(Pattern, String)>);

impl NameMap {
    /// Reads the table `key`; one that is not there is an empty map.
    pub(super) fn read(fields: &mut Fields<'_>, key: &'static str) -> Self {
        let mistakes = fields.mistakes();
        let entries = fields.text_map(key).into_iter();
        Self(entries.filter_map(|(text, code)| Some((pattern(&text, mistakes)?, code.value))).collect())
    }

    /// The code of a text.
    pub(super) fn code_of(&self, text: &str) -> Option<&str> {
        self.0.iter().find(|(pattern, _)| pattern.matches(text)).map(|(_, code)| code.as_str())
    }

    /// Whether it maps nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every code it can yield.
    pub(super) fn codes(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(_, code)| code)
    }

    /// Its keys as written.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(pattern, _)| pattern.written())
    }
}
