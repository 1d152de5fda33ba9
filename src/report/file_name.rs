//! The file name of a report: stays inside the output folder and opens on every system of the office.
//! It names a file; nothing here touches the disk.

use jiff::civil::Date;

use crate::spec::{Mistakes, Text};

/// What a report file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// An Excel workbook.
    Workbook,
    /// A CSV file with its description beside it.
    Csv,
}

/// A checked file name, `{as_of}` not yet filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileName {
    template: Text,
    /// What its ending says.
    pub(super) kind: FileKind,
}

/// The only placeholder.
const AS_OF: &str = "{as_of}";
/// Characters that Windows does not allow in a name, the path separators among them.
const RESERVED: [char; 9] = ['<', '>', ':', '"', '/', '\\', '|', '?', '*'];
/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// Leaves room for the folders above within the 255 bytes that most file systems allow, in bytes.
const LONGEST: usize = 200;

impl FileName {
    /// Checks a name as written; a mistake says what to change.
    pub(super) fn read(template: Text, mistakes: &Mistakes) -> Option<Self> {
        let bare = template.value.replace(AS_OF, "2000-01-01");
        if let Some(help) = fault(&bare) {
            let message = format!("`{}` cannot be the name of a report file", template.value);
            mistakes.add_with_help(template.span.clone(), message, help);
            return None;
        }
        let ending = bare.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let kind = match ending.as_deref() {
            Some("xlsx") => FileKind::Workbook,
            Some("csv") => FileKind::Csv,
            _ => {
                let message = format!("`{}` ends neither in .xlsx nor in .csv", template.value);
                mistakes.add_with_help(template.span.clone(), message, "the ending decides what is written");
                return None;
            }
        };
        Some(Self { template, kind })
    }

    /// As written in the pipeline file.
    pub(super) fn written(&self) -> &Text {
        &self.template
    }

    /// The name on a given day.
    pub(super) fn on(&self, as_of: Date) -> String {
        self.template.value.replace(AS_OF, &as_of.to_string())
    }
}

/// What is wrong with a name, in words that say how to mend it.
fn fault(name: &str) -> Option<String> {
    let folder = "a report stands directly in the output folder; write a file name alone, without a folder";
    if name.contains('{') || name.contains('}') {
        return Some(format!("the only placeholder is {AS_OF}"));
    }
    if name.contains(['/', '\\']) || name == ".." || name == "." {
        return Some(folder.to_owned());
    }
    let mut signs = name.chars();
    if signs.next().is_some_and(|first| first.is_ascii_alphabetic()) && signs.next() == Some(':') {
        return Some(folder.to_owned());
    }
    if let Some(sign) = name.chars().find(|sign| RESERVED.contains(sign) || sign.is_control()) {
        return Some(format!("leave out the sign {}", sign.escape_debug()));
    }
    if name.starts_with(['.', ' ', '~']) || name.ends_with(['.', ' ']) {
        return Some("a name must not begin with a dot, blank or ~ nor end in a dot or blank".to_owned());
    }
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        return Some(format!("Windows keeps the name {stem} for a device"));
    }
    (name.len() > LONGEST).then(|| format!("shorten it to {LONGEST} bytes (a Chinese sign takes three)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<FileKind>) {
        let mistakes = Mistakes::default();
        let read = FileName::read(Text::at(0..1, name), &mistakes);
        assert_eq!(read.map(|file| file.kind), expected, "{name}");
        assert_eq!(mistakes.count(), usize::from(expected.is_none()), "{name}");
    }

    #[test]
    fn a_name_cannot_leave_the_output_folder() {
        for name in
            ["../a.xlsx", "/etc/a.csv", "C:\\a.csv", "C:a.csv", "a/b.csv", "a\\b.csv", "..", "a:b.csv"]
        {
            check(name, None);
        }
    }

    #[test]
    fn a_name_must_open_on_every_system() {
        for name in ["a?.csv", "nul.csv", "COM1.xlsx", ".csv", " a.csv", "a.csv ", "~$a.xlsx", "a\u{1}.csv"] {
            check(name, None);
        }
        check(&format!("{}.csv", "数".repeat(80)), None);
    }

    #[test]
    fn the_ending_decides_the_kind() {
        check("heilongjiang-russia-{as_of}.xlsx", Some(FileKind::Workbook));
        check("示例_报关单-{as_of}.CSV", Some(FileKind::Csv));
        check("report.pdf", None);
        check("report-{run}.csv", None);
    }

    #[test]
    fn the_day_fills_the_placeholder() {
        let mistakes = Mistakes::default();
        let file = FileName::read(Text::at(0..1, "a-{as_of}.csv"), &mistakes).unwrap();
        assert_eq!(file.on(jiff::civil::date(2019, 6, 15)), "a-2019-06-15.csv");
    }
}
