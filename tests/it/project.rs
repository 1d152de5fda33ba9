//! A throw-away copy of a project folder, and the `amur` command run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use calamine::{Reader, Xlsx};

/// A source of areas and amounts, each in its own currency: the smallest pipeline, but for its report.
pub(crate) const SALES: &str = r#"version = 1
timezone = "Asia/Shanghai"
as_of = "2024-12-31"

[source.sales]
files = ["sales/*"]
table = { labels = ["地区", "金额"] }
dim.area = { from = "header:地区", type = "text", required = true }
measure.amount = { from = "header:金额", type = "amount", currency = "column:币种" }
key = ["area"]
"#;

/// [`SALES`], and its table as a report.
pub(crate) fn sales() -> String {
    format!("{SALES}\n[[report]]\nfile = \"sales.csv\"\nfrom = \"sales\"\n")
}

/// A project in a temporary folder.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// The entries of a folder, sorted.
#[expect(clippy::disallowed_methods, reason = "tests list folders too; sorted here")]
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in entries(from) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            std::fs::copy(&entry, &target).unwrap();
        }
    }
}

impl Project {
    /// An empty project.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["input", "pipelines"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    /// The shipped input and pipeline.
    pub(crate) fn shipped() -> Self {
        let project = Self::empty();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["input", "pipelines"] {
            copy(&root.join(name), &project.path().join(name));
        }
        project
    }

    /// A golden case: its `in/`, its `pipeline.toml` and the shipped code lists.
    pub(crate) fn golden(case: &Path) -> Self {
        let project = Self::empty();
        copy(&case.join("in"), &project.path().join("input"));
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/shared");
        copy(&shared, &project.path().join("pipelines/shared"));
        std::fs::copy(case.join("pipeline.toml"), project.path().join("pipelines/case.toml")).unwrap();
        project
    }

    /// A text file of the latest published run.
    #[track_caller]
    pub(crate) fn latest_text(&self, pipeline: &str, file: &str) -> String {
        let path = self.path().join("output").join(pipeline).join("latest").join(file);
        std::fs::read_to_string(path).unwrap()
    }

    /// Its folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the project.
    #[expect(clippy::disallowed_methods, reason = "a test lays out its own input")]
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Runs `amur` in the project.
    pub(crate) fn amur(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The `amur` command, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amur"));
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1").env("AMUR_SETTLE", "0");
        for variable in ["AMUR_AS_OF", "AMUR_THREADS", "AMUR_LOG", "POLARS_MAX_THREADS"] {
            command.env_remove(variable);
        }
        command
    }

    /// The files of the latest published run, by name.
    pub(crate) fn latest(&self, pipeline: &str) -> Vec<(String, Vec<u8>)> {
        files(&self.path().join("output").join(pipeline).join("latest"), "")
    }
}

/// The files of a folder and of those in it, by their path below it.
fn files(folder: &Path, above: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for path in entries(folder) {
        let name = format!("{above}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            found.extend(files(&path, &format!("{name}/")));
        } else {
            found.push((name, std::fs::read(&path).unwrap()));
        }
    }
    found
}

/// What a command wrote to stderr.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command wrote to stdout.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Demands an exit code, showing both streams where it differs.
#[track_caller]
pub(crate) fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", stdout(output), stderr(output));
}

/// A sheet of a workbook drawn as text: cells parted by ` | `, empty rows and ends left out.
pub(crate) fn drawn(workbook: &[u8], sheet: &str) -> String {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(workbook)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let rows = range.rows().map(|row| {
        let cells: Vec<String> = row.iter().map(|cell| cell.to_string().replace('\n', "⏎")).collect();
        cells.join(" | ").trim_end_matches([' ', '|']).to_owned()
    });
    rows.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
