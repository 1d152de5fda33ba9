//! Names of columns in use, and names that code lists know.

use std::collections::BTreeSet;

use super::super::reading::NAME_LISTS;
use super::quoted;
use super::sketch::Scene;

/// Names of columns that Amur gives.
const RESERVED: &[&str] = &["freq", "as_stated", "unit_measure", "currency", "origin", "source", "file"];
/// Names that are shown of those a list does not know.
const SHOWN: usize = 5;

/// Names of columns that are in use.
#[derive(Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// The name, with a number where it is in use.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let wanted = if RESERVED.contains(&wanted) { format!("{wanted}_stated") } else { wanted.to_owned() };
        let mut name = wanted.clone();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        name
    }
}

/// How many of some names the code list knows that knows most of them.
pub(super) struct Coverage<'a> {
    list: Option<&'a str>,
    known: usize,
    all: usize,
    unknown: Vec<String>,
}

impl<'a> Coverage<'a> {
    /// The list, where it knows all names.
    pub(super) fn whole(&self) -> Option<&'a str> {
        self.list.filter(|_| self.known == self.all)
    }

    /// Whether a list knows at least half of the names.
    pub(super) fn knows_half(&self) -> bool {
        self.list.is_some() && self.known * 2 >= self.all
    }

    /// What a person may decide: a list that knows at least half of the names.
    pub(super) fn told(&self) -> String {
        match self.list {
            Some(list) if self.known < self.all && self.known * 2 >= self.all => {
                let shown: Vec<&str> = self.unknown.iter().take(SHOWN).map(String::as_str).collect();
                format!(
                    "codes = {} knows {} of {} names; not {}",
                    quoted(list),
                    self.known,
                    self.all,
                    shown.join(", ")
                )
            }
            _ => String::new(),
        }
    }
}

impl Scene<'_> {
    /// Which code list knows most of some names.
    pub(super) fn coverage<'b>(&self, names: impl Iterator<Item = &'b str>) -> Coverage<'_> {
        let names: BTreeSet<&str> = names.filter(|name| !name.trim().is_empty()).collect();
        let mut best = Coverage { list: None, known: 0, all: names.len(), unknown: Vec::new() };
        for list in self.lists.values().filter(|list| !NAME_LISTS.contains(&list.name.as_str())) {
            let unknown: Vec<String> = names
                .iter()
                .filter(|name| list.code_of(name).is_none())
                .map(|name| (*name).to_owned())
                .collect();
            let known = names.len() - unknown.len();
            if known > best.known {
                best = Coverage { list: Some(&list.name), known, all: names.len(), unknown };
            }
        }
        best
    }
}
