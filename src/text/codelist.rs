//! Code lists: codes with labels in three languages and the names they go by in files.
//! A name matches exactly after folding, never by nearness: 白俄罗斯 is not 俄罗斯.
//!
//! A list may say what a code consists of and what it overlaps; figures of two codes with something in common
//! are never added ([`CodeList::in_common`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Label, fold, nearest, without_footnote_signs};

/// One code of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeEntry {
    /// The code itself, as in `RU`.
    pub code: String,
    /// What it is called.
    pub label: Label,
    /// Other names it goes by in files.
    pub aliases: Vec<String>,
    /// What it holds of others.
    pub extent: Extent,
}

/// What a code holds of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// Nothing that is known of.
    #[default]
    Itself,
    /// Everything the list names, as the world does.
    All,
    /// These parts, and something in common with the codes it overlaps.
    Some {
        /// Codes it consists of, of this list or another, as a section of chapters.
        parts: Vec<String>,
        /// Codes with which it has something in common, without naming it.
        overlaps: Vec<String>,
    },
}

/// A list of codes, found by any of their names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CodeList {
    /// The list's name, as in `areas`.
    pub name: String,
    entries: BTreeMap<String, CodeEntry>,
    by_name: BTreeMap<String, String>,
    /// Of every code with an extent, the codes below it, itself among them.
    below: BTreeMap<String, BTreeSet<String>>,
}

/// A list that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CodeListError {
    /// It says two things of one name.
    #[error("in the code list {list}, the name {name} stands for both {first} and {second}")]
    NameTwice {
        /// The list.
        list: String,
        /// The name that stands twice.
        name: String,
        /// The code that had it.
        first: String,
        /// The code that wants it too.
        second: String,
    },
    /// A code is a part of itself.
    #[error("in the code list {list}, {code} is a part of itself")]
    PartOfItself {
        /// The list.
        list: String,
        /// The code.
        code: String,
    },
    /// A code overlaps one that is not there.
    #[error("in the code list {list}, {code} overlaps {other}, which is not in the list")]
    NoSuchCode {
        /// The list.
        list: String,
        /// The code.
        code: String,
        /// What it overlaps.
        other: String,
    },
}

/// What two codes have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InCommon {
    /// The first holds the second.
    Holds,
    /// The second holds the first.
    HeldBy,
    /// Both hold this code.
    Both(String),
    /// The list says that they overlap.
    Declared,
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
                    return Err(CodeListError::NameTwice {
                        list: name.to_owned(),
                        name: alias.clone(),
                        first,
                        second: entry.code.clone(),
                    });
                }
            }
            list.entries.insert(entry.code.clone(), entry);
        }
        list.close()?;
        Ok(list)
    }

    /// Finds what is below every code with an extent.
    fn close(&mut self) -> Result<(), CodeListError> {
        for entry in self.entries.values() {
            if let Extent::Some { overlaps, .. } = &entry.extent
                && let Some(other) = overlaps.iter().find(|other| !self.entries.contains_key(*other))
            {
                let (list, code) = (self.name.clone(), entry.code.clone());
                return Err(CodeListError::NoSuchCode { list, code, other: other.clone() });
            }
            let mut below = BTreeSet::new();
            let mut next = self.parts_of(&entry.code).to_vec();
            while let Some(part) = next.pop() {
                if part == entry.code {
                    return Err(CodeListError::PartOfItself { list: self.name.clone(), code: part });
                }
                if below.insert(part.clone()) {
                    next.extend_from_slice(self.parts_of(&part));
                }
            }
            if entry.extent != Extent::Itself {
                below.insert(entry.code.clone());
                self.below.insert(entry.code.clone(), below);
            }
        }
        Ok(())
    }

    fn parts_of(&self, code: &str) -> &[String] {
        match self.entries.get(code).map(|entry| &entry.extent) {
            Some(Extent::Some { parts, .. }) => parts,
            _ => &[],
        }
    }

    /// Whether any of its codes holds or overlaps another.
    pub fn has_extents(&self) -> bool {
        !self.below.is_empty()
    }

    /// What two different codes have in common, because of which their figures must not be added; nothing
    /// where nothing is known of.
    pub fn in_common(&self, one: &str, other: &str) -> Option<InCommon> {
        let nothing_known = |code: &str| !self.below.contains_key(code);
        if one == other || (nothing_known(one) && nothing_known(other)) {
            return None;
        }
        let all = |code: &str| self.entries.get(code).is_some_and(|entry| entry.extent == Extent::All);
        let own = |code: &str| BTreeSet::from([code.to_owned()]);
        let below = |code: &str| self.below.get(code).cloned().unwrap_or_else(|| own(code));
        let (first, second) = (below(one), below(other));
        if all(one) || first.contains(other) {
            return Some(InCommon::Holds);
        }
        if all(other) || second.contains(one) {
            return Some(InCommon::HeldBy);
        }
        if let Some(both) = first.intersection(&second).next() {
            return Some(InCommon::Both(both.clone()));
        }
        let declared = |from: &BTreeSet<String>, to: &BTreeSet<String>| {
            from.iter().any(|code| match self.entries.get(code).map(|entry| &entry.extent) {
                Some(Extent::Some { overlaps, .. }) => overlaps.iter().any(|over| to.contains(over)),
                _ => false,
            })
        };
        (declared(&first, &second) || declared(&second, &first)).then_some(InCommon::Declared)
    }

    /// Every name and every part, folded, with the code it stands for; the error is a part of two codes, which
    /// stands for neither.
    pub fn found_under(&self) -> Result<BTreeMap<String, String>, (String, String, String)> {
        let mut found = BTreeMap::new();
        for code in self.entries.keys() {
            for part in self.parts_of(code) {
                if let Some(first) = found.insert(fold(part), code.clone()) {
                    return Err((part.clone(), first, code.clone()));
                }
            }
        }
        found.extend(self.by_name.clone());
        Ok(found)
    }

    /// All codes, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &CodeEntry> {
        self.entries.values()
    }

    /// Every folded name and the code that goes by it.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_name.iter().map(|(name, code)| (name.as_str(), code.as_str()))
    }

    /// The code that goes by `name`, as it stands or without the signs of footnotes behind it.
    pub fn code_of(&self, name: &str) -> Option<&str> {
        let known = |name: &str| self.by_name.get(&fold(name)).map(String::as_str);
        known(name).or_else(|| known(without_footnote_signs(name)))
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
            extent: Extent::Itself,
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
        assert_eq!(areas().code_of("俄罗斯联邦①"), Some("RU"));
        assert_eq!(areas().code_of("俄罗斯1"), None);
    }

    /// `CODE = PARTS / OVERLAPS`, one a line; `CODE = *` holds all.
    fn drawn(lines: &str) -> Result<CodeList, CodeListError> {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let entries = lines.lines().map(|line| {
            let (code, extent) = line.split_once('=').unwrap_or((line, ""));
            let (parts, overlaps) = extent.split_once('/').unwrap_or((extent, ""));
            let extent = match extent.trim() {
                "" => Extent::Itself,
                "*" => Extent::All,
                _ => Extent::Some { parts: words(parts), overlaps: words(overlaps) },
            };
            CodeEntry { code: code.trim().to_owned(), label: Label::default(), aliases: Vec::new(), extent }
        });
        CodeList::new("areas", entries.collect())
    }

    #[test]
    fn codes_have_their_parts_in_common() {
        let list = drawn(
            "W0 = *\nEAEU = RU BY\nBRI = RU MN ASEAN / SCO\nASEAN = VN\nSCO\nRU = RU-AMU\nRU-AMU\nJP\nMN\nBY",
        )
        .unwrap();
        assert!(list.has_extents());
        for (one, other, expected) in [
            ("W0", "JP", Some(InCommon::Holds)),
            ("JP", "W0", Some(InCommon::HeldBy)),
            ("EAEU", "RU", Some(InCommon::Holds)),
            ("RU-AMU", "EAEU", Some(InCommon::HeldBy)),
            ("BRI", "VN", Some(InCommon::Holds)),
            ("BRI", "EAEU", Some(InCommon::Both("RU".to_owned()))),
            ("SCO", "BRI", Some(InCommon::Declared)),
            ("SCO", "ASEAN", None),
            ("EAEU", "JP", None),
            ("RU", "BY", None),
            ("RU", "RU", None),
        ] {
            assert_eq!(list.in_common(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_list_that_contradicts_itself_is_an_error() {
        let said = |lines: &str| drawn(lines).unwrap_err().to_string();
        assert_eq!(said("A = B\nB = A"), "in the code list areas, A is a part of itself");
        assert_eq!(said("A = / B"), "in the code list areas, A overlaps B, which is not in the list");
    }

    #[test]
    fn a_part_is_found_under_its_one_code() {
        let found = drawn("I = 01 02\nII = 06").unwrap().found_under().unwrap();
        assert_eq!(found.get("02").map(String::as_str), Some("I"));
        assert_eq!(found.get("ii").map(String::as_str), Some("II"));
        let (part, first, second) = drawn("BRI = RU\nEAEU = RU").unwrap().found_under().unwrap_err();
        assert_eq!([part, first, second], ["RU", "BRI", "EAEU"]);
    }
}
