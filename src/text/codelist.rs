//! Code lists: codes with labels in three languages and the names they go by in files.
//! A name matches exactly after folding, never by nearness: 白俄罗斯 is not 俄罗斯.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Label, fold, nearest};

/// One code of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeEntry {
    /// The code itself, as in `RU`.
    pub code: String,
    /// What it is called.
    pub label: Label,
    /// Other names it goes by in files.
    pub aliases: Vec<String>,
}

/// A list of codes, found by any of their names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CodeList {
    /// The list's name, as in `areas`.
    pub name: String,
    entries: BTreeMap<String, CodeEntry>,
    by_name: BTreeMap<String, String>,
}

/// A list that says two things of one name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("in the code list {list}, the name {name} stands for both {first} and {second}")]
pub struct CodeListError {
    /// The list.
    pub list: String,
    /// The name that stands twice.
    pub name: String,
    /// The code that had it.
    pub first: String,
    /// The code that wants it too.
    pub second: String,
}

impl CodeList {
    /// Builds a list; a name that stands for two codes is an error.
    pub fn new(name: &str, entries: Vec<CodeEntry>) -> Result<Self, CodeListError> {
        let mut list = Self { name: name.to_owned(), ..Self::default() };
        for entry in entries {
            let names = [&entry.code, &entry.label.zh, &entry.label.en, &entry.label.ru];
            for alias in names.into_iter().chain(&entry.aliases).filter(|name| !name.is_empty()) {
                let previous = list.by_name.insert(fold(alias), entry.code.clone());
                if let Some(first) = previous.filter(|code| *code != entry.code) {
                    return Err(CodeListError {
                        list: name.to_owned(),
                        name: alias.clone(),
                        first,
                        second: entry.code.clone(),
                    });
                }
            }
            list.entries.insert(entry.code.clone(), entry);
        }
        Ok(list)
    }

    /// All codes, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &CodeEntry> {
        self.entries.values()
    }

    /// The code that goes by `name`.
    pub fn code_of(&self, name: &str) -> Option<&str> {
        self.by_name.get(&fold(name)).map(String::as_str)
    }

    /// What a code is called.
    pub fn label_of(&self, code: &str) -> Option<&Label> {
        self.entries.get(code).map(|entry| &entry.label)
    }

    /// The known name nearest to an unknown one; for hints only.
    pub fn nearest_name(&self, name: &str) -> Option<&str> {
        nearest(name, self.by_name.keys().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas() -> CodeList {
        let entry = |code: &str, zh: &str, aliases: &[&str]| CodeEntry {
            code: code.to_owned(),
            label: Label::zh(zh),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        };
        CodeList::new(
            "areas",
            vec![entry("RU", "俄罗斯", &["俄罗斯联邦", "Россия"]), entry("BY", "白俄罗斯", &[])],
        )
        .unwrap()
    }

    #[test]
    fn a_name_inside_another_name_is_not_a_match() {
        assert_eq!(areas().code_of("白俄罗斯"), Some("BY"));
        assert_eq!(areas().code_of("　　俄罗斯"), Some("RU"));
        assert_eq!(areas().code_of("俄罗"), None);
        assert_eq!(areas().code_of("РОССИЯ"), Some("RU"));
    }
}
