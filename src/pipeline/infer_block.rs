//! The text of a proposed source block: its files and sheets, and every line with its evidence as a comment.

use std::collections::BTreeMap;

use crate::ingest::{Line, TableSketch, quoted};

/// Most signs of a comment.
const COMMENT: usize = 180;
/// Where comments begin, if the line is not longer.
const COLUMN: usize = 60;

/// Tables of one layout.
pub(super) struct Group {
    pub(super) sketch: TableSketch,
    /// File by position among those given, and sheet.
    pub(super) members: Vec<(usize, String)>,
}

/// What is known of the files given.
pub(super) struct Files {
    /// Paths below the input folder.
    pub(super) shown: Vec<String>,
    pub(super) formats: Vec<String>,
    /// Sheets with a table, by file.
    pub(super) tables: BTreeMap<usize, usize>,
}

impl Group {
    /// The positions of its files, each once.
    pub(super) fn files(&self) -> Vec<usize> {
        let mut files: Vec<usize> = self.members.iter().map(|(file, _)| *file).collect();
        files.dedup();
        files
    }

    /// The block as TOML.
    pub(super) fn written(&self, name: &str, files: &Files) -> String {
        let mut lines = vec![format!("[source.{}]", bare(name))];
        let own = self.files();
        let shown: Vec<&str> = own.iter().filter_map(|at| files.shown.get(*at)).map(String::as_str).collect();
        let mut formats: Vec<&str> =
            own.iter().filter_map(|at| files.formats.get(*at)).map(String::as_str).collect();
        formats.sort_unstable();
        formats.dedup();
        let patterns: Vec<String> = patterns(&shown).iter().map(|pattern| quoted(pattern)).collect();
        lines.push(commented(
            &format!("files = [{}]", patterns.join(", ")),
            &format!("{} read: {}", counted(shown.len(), "file"), formats.join("; ")),
        ));
        lines.extend(self.sheet(&own, files));
        for line in &self.sketch.lines {
            lines.extend(told(line));
        }
        lines.join("\n") + "\n"
    }

    /// Which sheets are read, where files have several.
    fn sheet(&self, own: &[usize], files: &Files) -> Option<String> {
        let single = own.iter().all(|at| files.tables.get(at).is_none_or(|tables| *tables == 1));
        let mut names: Vec<&str> = self.members.iter().map(|(_, sheet)| sheet.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if single || names.iter().all(|name| name.is_empty()) {
            return None;
        }
        let several = self.members.len() > own.len();
        let pattern = match names.as_slice() {
            [one] => one.replace('*', "\\*"),
            several => {
                let names: Vec<String> =
                    several.iter().map(|name| regex::escape(&crate::text::fold(name))).collect();
                format!("/^({})$/", names.join("|"))
            }
        };
        let seen = format!("{} of this layout", counted(self.members.len(), "sheet"));
        Some(if several {
            commented(&format!("sheet = {{ match = {}, several = \"all\" }}", quoted(&pattern)), &seen)
        } else {
            commented(&format!("sheet = {}", quoted(&pattern)), &seen)
        })
    }
}

/// A key as TOML writes it.
fn bare(name: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-';
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

/// A line with its evidence behind it, below what is to be decided.
fn told(line: &Line) -> Vec<String> {
    let mut lines = Vec::new();
    if !line.decide.is_empty() {
        lines.push(format!("# decide: {}", one_line(&line.decide)));
    }
    lines.push(commented(&line.written(), &line.evidence));
    lines
}

fn commented(line: &str, comment: &str) -> String {
    if comment.is_empty() {
        return line.to_owned();
    }
    let blanks = COLUMN.saturating_sub(line.chars().count()).max(1);
    format!("{line}{}# {}", " ".repeat(blanks), one_line(comment))
}

/// A text on one line within the width of a comment; TOML allows no control signs there.
fn one_line(text: &str) -> String {
    let plain = |sign: char| if sign.is_control() { ' ' } else { sign };
    let mut clipped: String = text.chars().take(COMMENT).map(plain).collect();
    if text.chars().count() > COMMENT {
        clipped.push('…');
    }
    clipped
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Patterns that match these files: one with a star where they differ, if they stand in one folder and their
/// names have something in common at either end; else each file by its name.
fn patterns(shown: &[&str]) -> Vec<String> {
    let literal = |path: &str| path.replace('*', "\\*");
    let [first, rest @ ..] = shown else { return Vec::new() };
    let split = |path: &&str| {
        path.rsplit_once('/').map_or((String::new(), (*path).to_owned()), |(folder, name)| {
            (format!("{folder}/"), name.to_owned())
        })
    };
    let (folder, name) = split(first);
    if rest.is_empty() {
        return vec![literal(first)];
    }
    let names: Vec<(String, String)> = rest.iter().map(split).collect();
    let common = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        one.zip(other).take_while(|(a, b)| a == b).count()
    };
    let ahead = names.iter().map(|(_, other)| common(&mut name.chars(), &mut other.chars())).min();
    let behind =
        names.iter().map(|(_, other)| common(&mut name.chars().rev(), &mut other.chars().rev())).min();
    let shortest = std::iter::once(&name)
        .chain(names.iter().map(|(_, name)| name))
        .map(|name| name.chars().count())
        .min();
    let (ahead, behind, shortest) = (ahead.unwrap_or(0), behind.unwrap_or(0), shortest.unwrap_or(0));
    let behind = behind.min(shortest.saturating_sub(ahead));
    let ending = name.rsplit_once('.').map_or(0, |(_, ending)| ending.chars().count() + 1);
    if names.iter().any(|(other, _)| *other != folder) || ahead + behind <= ending {
        return shown.iter().map(|path| literal(path)).collect();
    }
    let start: String = name.chars().take(ahead).collect();
    let end: String = name.chars().skip(name.chars().count() - behind).collect();
    vec![format!("{}*{}", literal(&format!("{folder}{start}")), literal(&end))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shown: &[&str], expected: &[&str]) {
        assert_eq!(patterns(shown), expected);
    }

    #[test]
    fn names_of_files_become_a_pattern_where_they_have_something_in_common() {
        check(&["trade/a.csv"], &["trade/a.csv"]);
        check(&["trade/2021年进出口.xlsx", "trade/2023年进出口.xlsx"], &["trade/202*年进出口.xlsx"]);
        check(&["a1.csv", "a.csv"], &["a*.csv"]);
        check(&["a.csv", "b.csv"], &["a.csv", "b.csv"]);
        check(&["x/a1.csv", "y/a2.csv"], &["x/a1.csv", "y/a2.csv"]);
        check(&["a*1.csv", "a*2.csv"], &["a\\**.csv"]);
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        assert_eq!(commented("a = 1", "B2: x\ny"), format!("a = 1{}# B2: x y", " ".repeat(55)));
        assert_eq!(bare("quick_2"), "quick_2");
        assert_eq!(bare("快报"), "\"快报\"");
    }
}
