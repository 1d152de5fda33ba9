//! Imports point one way, and every module says what it is for.

use std::path::{Path, PathBuf};

/// Each module and what it may use; `main` and `lib` may use `cli` only.
const ALLOWED: &[(&str, &[&str])] = &[
    ("context", &[]),
    ("finding", &[]),
    ("text", &[]),
    ("spec", &["text"]),
    ("measure", &["text"]),
    ("table", &["finding", "measure", "text", "spec"]),
    ("expr", &["finding", "measure", "text", "spec", "table"]),
    ("store", &["context", "finding", "measure", "text", "spec", "table", "expr"]),
    ("ingest", &["context", "finding", "measure", "text", "spec", "table", "expr", "store"]),
    ("transform", &["context", "finding", "measure", "text", "spec", "table", "expr", "store"]),
    ("report", &["context", "finding", "measure", "text", "spec", "table", "expr", "store"]),
    (
        "pipeline",
        &[
            "context",
            "finding",
            "measure",
            "text",
            "spec",
            "table",
            "expr",
            "store",
            "ingest",
            "transform",
            "report",
        ],
    ),
    (
        "cli",
        &[
            "context",
            "finding",
            "measure",
            "text",
            "spec",
            "table",
            "expr",
            "store",
            "ingest",
            "transform",
            "report",
            "pipeline",
        ],
    ),
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in crate::project::entries(&folder) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                files.push(entry);
            }
        }
    }
    files.sort();
    files
}

/// The first words after every `crate::` of a file, comments left out.
fn used(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for rest in code.split("crate::").skip(1) {
            let word: String =
                rest.chars().take_while(|ch| ch.is_ascii_alphanumeric() || *ch == '_').collect();
            if rest.starts_with('{') {
                found.push((at + 1, "{".to_owned()));
            }
            if !word.is_empty() {
                found.push((at + 1, word));
            }
        }
    }
    found
}

#[test]
fn imports_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&source) {
        let below = file.strip_prefix(&source).unwrap();
        let module = below.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if module == "main" || module == "lib" {
            continue;
        }
        let allowed = ALLOWED.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            wrong.push(format!("{module} is not in the list of modules"));
            continue;
        };
        for (line, word) in used(&std::fs::read_to_string(&file).unwrap()) {
            if word != module && !allowed.contains(&word.as_str()) {
                wrong.push(format!("{}:{line}: {module} must not use {word}", below.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in rust_files(&root.join("src")).into_iter().chain(rust_files(&root.join("tests"))) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} lacks a head", file.display());
    }
}
