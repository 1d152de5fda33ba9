//! The list of bad inputs, 1 to 96: what each is, how it is made, how a run over it ends and what is said.
//!
//! | rows | where |
//! |---|---|
//! | 1–25, 34 files that are no sound workbook | [`containers`] |
//! | 26–47 sheets and cells | [`sheets`], [`cells`] |
//! | 48–60 text | [`text`] |
//! | 61–73 rates, facts, pipeline files | [`pipelines`] |
//! | 74–96 folders, names, other processes | [`files`] |
//! | 75–81, 87, 89, 91, 92 disk, clock, a sudden end | `machine` |
//! | the ten wrong results in silence | [`silent`] |

mod cells;
mod containers;
mod files;
#[cfg(target_os = "linux")]
mod machine;
mod pipelines;
mod sheets;
mod silent;
mod text;

use crate::project::{Project, entries, sales, stderr};

/// How a run over a bad file and a good one ends. Words are looked for in stderr, findings and rejects.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Exit 0; this figure of the file is published, these words are told.
    Read(&'static str, &'static str),
    /// Exit 1: the file is refused, nothing is published; with `unreadable = "mark"` the good file's figure is.
    Refused(&'static str),
    /// Exit 1: cells are rejected, nothing is published; `rejects.csv` has this address; these words are told.
    Rejected(&'static str, &'static str),
    /// Exit 1 for another reason, nothing is published.
    Failed(&'static str),
}
use End::{Failed, Read, Refused, Rejected};

/// A row of the list: its number and what it is, the file's name and bytes, and the end.
type Row = (&'static str, &'static str, Vec<u8>, End);

/// What stands beside every bad file; its figure must arrive, or nothing.
const GOOD: &str = "地区,金额（元）\n绥芬河,7\n";

/// The pipeline of most rows: amounts are yuan. Lines of `source` replace those with their key or come first;
/// what begins with `[[` comes last.
fn pipeline(source: &str) -> String {
    let mut text = sales().replace("column:币种", "const:CNY");
    let (lines, tables) = source.split_at(source.find("[[").unwrap_or(source.len()));
    for line in lines.lines().filter(|line| !line.is_empty()) {
        let key = line.split('=').next().unwrap_or_default();
        let old = text.lines().find(|old| old.starts_with(key)).map(str::to_owned);
        text = match old {
            Some(old) => text.replace(&old, line),
            None => text.replace("key = [", &format!("{line}\nkey = [")),
        };
    }
    text + tables
}

/// Runs over each file beside a good one; every row that ends otherwise is told at once.
#[track_caller]
fn check(source: &str, rows: Vec<Row>) {
    let wrong: Vec<String> = rows.into_iter().filter_map(|row| ends_otherwise(source, row)).collect();
    assert!(wrong.is_empty(), "{} rows end otherwise\n\n{}", wrong.len(), wrong.join("\n\n"));
}

fn ends_otherwise(source: &str, (what, name, bytes, end): Row) -> Option<String> {
    let project = Project::empty();
    project.write("pipelines/bad.toml", pipeline(source));
    project.write("input/sales/good.csv", GOOD);
    project.write(&format!("input/sales/{name}"), &bytes);
    let mut failure = ends(&project, name, end).err();
    if let (None, Refused(_)) = (&failure, end) {
        project.write("pipelines/bad.toml", pipeline(&format!("unreadable = \"mark\"\n{source}")));
        failure = ends(&project, name, Read("绥芬河,7", name)).err();
    }
    let kept = std::fs::read(project.path().join("input/sales").join(name)).unwrap();
    (kept != bytes)
        .then_some("the input was changed".to_owned())
        .or(failure)
        .map(|why| format!("{what}: {why}"))
}

/// Runs and compares; the reason where the end is another.
fn ends(project: &Project, name: &str, end: End) -> Result<(), String> {
    let output = project.amur(&["run"]);
    let said = stderr(&output);
    let folder = project.path().join("output/bad");
    let written = if folder.join("latest").exists() { Some(folder.join("latest")) } else { failed(&folder) };
    let file = |name: &str| {
        let path = written.as_ref().map(|written| written.join(name)).filter(|path| path.exists());
        path.map_or_else(String::new, |path| std::fs::read_to_string(path).unwrap())
    };
    let rejects = file("rejects.csv");
    let told = format!("{said}\n{}\n{rejects}", file("findings.csv"));
    let (code, words, figure, address) = match end {
        Read(figure, words) => (0, words, figure, ""),
        Refused(words) | Failed(words) => (1, words, "", ""),
        Rejected(address, words) => (1, words, "", address),
    };
    let published = folder.join("latest").exists();
    let good = published
        || matches!(end, Failed(_))
        || said.lines().any(|line| line.starts_with("sales/good.csv") && line.contains(" 1 "));
    for (holds, why) in [
        (output.status.code() == Some(code), format!("exit {:?}, not {code}", output.status.code())),
        (published == (code == 0), "published against its end".to_owned()),
        (file("sales.csv").contains(figure), format!("{figure} is not in {}", file("sales.csv"))),
        (rejects.contains(address), format!("{address} is not rejected")),
        (told.contains(words), format!("`{words}` is not said")),
        (code == 0 || told.contains(name), "the file is not named".to_owned()),
        (good, "the good file is not read".to_owned()),
        (!said.contains("panicked"), "a panic".to_owned()),
    ] {
        if !holds {
            return Err(format!("{why}:\n{told}"));
        }
    }
    Ok(())
}

/// The folder of the only failed run.
fn failed(folder: &std::path::Path) -> Option<std::path::PathBuf> {
    let folder = folder.join("failed");
    folder.exists().then(|| entries(&folder).pop())?
}
