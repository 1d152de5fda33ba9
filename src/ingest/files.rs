//! Which files a block reads: patterns on paths below `input/`.

use globset::{GlobBuilder, GlobMatcher};

use crate::spec::{Fields, Text};

/// Patterns of file paths, in the order of the pipeline file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilePatterns {
    patterns: Vec<(Text, GlobMatcher)>,
}

impl FilePatterns {
    /// Reads `files = […]`; a pattern that cannot be read is a mistake, as is none at all.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let mut patterns = Vec::new();
        if fields.required("files").is_none() {
            return Self::default();
        }
        let texts = fields.texts("files");
        if texts.is_empty() {
            fields.mistakes().add(fields.span(), format!("`files` of {} is empty", fields.what()));
        }
        for text in texts {
            let pattern = text.value.replace('\\', "/");
            match GlobBuilder::new(&pattern).literal_separator(true).build() {
                Ok(glob) => patterns.push((text, glob.compile_matcher())),
                Err(error) => fields.mistakes().add_with_help(
                    text.span.clone(),
                    format!("the file pattern cannot be read: {}", error.kind()),
                    "a path below input/ in which * stands for any part of a name, as in trade/*.xlsx",
                ),
            }
        }
        Self { patterns }
    }

    /// The position of the first pattern that a path matches.
    pub(crate) fn position(&self, shown: &str) -> Option<usize> {
        self.patterns.iter().position(|(_, glob)| glob.is_match(shown))
    }

    /// The patterns as written.
    pub(crate) fn written(&self) -> Vec<String> {
        self.patterns.iter().map(|(text, _)| text.value.clone()).collect()
    }
}
