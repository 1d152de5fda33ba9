//! Rows 74–96: folders, links, names, time, other processes, what a dead run left.
//!
//! Not here: what the machine does to a run (`machine`), 93 a damaged cache entry (`sandbox`), 96 names of reports
//! and sheets (unit tests of `report`). 95 does not arise, as there is no log file.

use std::process::Stdio;

use super::{GOOD, pipeline};
use crate::project::{Project, assert_exit, entries, stderr, stdout};

const FIGURE: &str = "绥芬河,7";

fn project() -> Project {
    let project = Project::empty();
    project.write("pipelines/bad.toml", pipeline(""));
    project.write("input/sales/good.csv", GOOD);
    project
}

fn published(project: &Project) -> bool {
    project.path().join("output/bad/latest").exists()
}

#[test]
fn no_input_is_exit_4() {
    let project = project();
    std::fs::remove_file(project.path().join("input/sales/good.csv")).unwrap();
    let output = project.amur(&["run"]);
    assert_exit(&output, 4);
    assert!(stderr(&output).contains("no file in"), "{}", stderr(&output));
    std::fs::remove_dir_all(project.path().join("input")).unwrap();
    assert_exit(&project.amur(&["run"]), 4);
    assert!(!published(&project));
}

#[test]
fn a_failed_run_leaves_the_published_reports_alone() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let before = project.latest("bad");
    project.write("input/sales/b.xlsx", b"%PDF-1.7");
    assert_exit(&project.amur(&["run"]), 1);
    assert_eq!(project.latest("bad"), before);
}

#[cfg(unix)]
#[test]
fn an_output_folder_that_cannot_be_written_is_exit_5() {
    let project = project();
    // A file where the folder should be cannot be written to by anybody, root included.
    project.write("output", "not a folder");
    let output = project.amur(&["run"]);
    assert_exit(&output, 5);
    assert!(stderr(&output).contains("nothing can be published"), "{}", stderr(&output));
}

#[test]
fn a_second_run_at_once_is_exit_75_and_names_the_first() {
    let project = project();
    std::fs::create_dir_all(project.path().join(".state")).unwrap();
    let held = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(project.path().join(".state/run.lock"))
        .unwrap();
    held.lock().unwrap();
    std::io::Write::write_all(&mut &held, b"pipeline plain, run 1, process 42").unwrap();
    let output = project.amur(&["run"]);
    assert_exit(&output, 75);
    assert!(stderr(&output).contains("process 42"), "{}", stderr(&output));
    drop(held);
    assert_exit(&project.amur(&["run"]), 0);
}

/// 77: a limit on the size of files is a full disk as far as a program can tell.
#[cfg(unix)]
#[test]
fn a_full_disk_is_exit_5_and_leaves_what_was_published() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let before = project.latest("bad");
    let many = (0..2_000).map(|line| format!("县{line},{line}\n")).collect::<Vec<_>>().concat();
    project.write("input/sales/a.csv", format!("地区,金额\n{many}"));
    let whole = project.command(&["run"]);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" run"]).arg(whole.get_program());
    limited.current_dir(project.path()).env("AMUR_SETTLE", "0").env("NO_COLOR", "1");
    let output = limited.output().unwrap();
    assert_exit(&output, 5);
    assert_eq!(project.latest("bad"), before);
    assert_exit(&project.amur(&["run"]), 0);
    assert!(project.latest_text("bad", "sales.csv").contains("县1999,1999"));
    let left: Vec<_> = entries(&project.path().join("output"))
        .into_iter()
        .filter(|path| path.file_name().unwrap().to_string_lossy().contains("staging"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// 82: none of them is opened, so that none can block; each is noted.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_noted_and_never_opened() {
    use std::os::unix::fs::symlink;
    let project = project();
    let sales = project.path().join("input/sales");
    let outside = tempfile::NamedTempFile::new().unwrap();
    symlink(outside.path(), sales.join("out.csv")).unwrap();
    symlink(sales.join("loop.csv"), sales.join("loop.csv")).unwrap();
    symlink(sales.join("good.csv"), sales.join("again.csv")).unwrap();
    symlink(project.path().join("input"), sales.join("up")).unwrap();
    std::fs::create_dir(sales.join("folder.xlsx")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(sales.join("pipe.csv")).status();
    assert!(pipe.unwrap().success());
    assert_exit(&project.amur(&["run"]), 0);
    let told = project.latest_text("bad", "findings.csv");
    for noted in [
        "sales/out.csv,,,a link out of the input folder",
        "sales/loop.csv,,,a link that leads nowhere",
        "sales/again.csv,,,a link; the file it points to is read itself",
        "sales/up,,,a link",
        "sales/pipe.csv,,,not a regular file",
    ] {
        assert!(told.contains(noted), "{noted}:\n{told}");
    }
    assert_eq!(project.latest_text("bad", "sales.csv").matches(FIGURE).count(), 1);
}

/// 83: names that are no text, or would break a line, are shown so that they break nothing.
#[cfg(target_os = "linux")]
#[test]
fn odd_names_are_read_and_shown_safely() {
    use std::os::unix::ffi::OsStrExt;
    let project = project();
    let sales = project.path().join("input/sales");
    let long = [b"x".repeat(251), b".csv".to_vec()].concat();
    let names: [&[u8]; 9] = [
        b"bad\xff.csv",
        b"two\nlines.csv",
        &long,
        "e\u{301}.csv".as_bytes(),
        "é.csv".as_bytes(),
        b"GOOD.csv",
        "good\u{200b}.csv".as_bytes(),
        "🐟=SUM(1),\"x\".csv".as_bytes(),
        b"-rf $(id).csv",
    ];
    for (at, name) in names.iter().enumerate() {
        let path = sales.join(std::ffi::OsStr::from_bytes(name));
        std::io::Write::write_all(
            &mut std::fs::OpenOptions::new().create_new(true).write(true).open(path).unwrap(),
            format!("地区,金额\n县{at},{at}.5\n").as_bytes(),
        )
        .unwrap();
    }
    let output = project.amur(&["run"]);
    assert_exit(&output, 0);
    let table = project.latest_text("bad", "sales.csv");
    for at in 0..names.len() {
        assert!(table.contains(&format!("县{at},{at}.5")), "{at}:\n{table}");
    }
    let told = stderr(&output);
    for shown in ["sales/bad\\xFF.csv", "sales/two\\u{a}lines.csv", "sales/good\\u{200b}.csv"] {
        assert!(told.contains(shown) && table.contains(shown), "{shown}:\n{told}");
    }
}

/// 83: two names that are shown alike are still two files.
#[cfg(target_os = "linux")]
#[test]
fn two_names_that_are_no_text_are_two_files() {
    use std::os::unix::ffi::OsStrExt;
    let project = project();
    for (name, area) in [(&b"a\xfe.csv"[..], "黑河"), (&b"a\xff.csv"[..], "东宁")] {
        let path = project.path().join("input/sales").join(std::ffi::OsStr::from_bytes(name));
        let mut file = std::fs::OpenOptions::new().create_new(true).write(true).open(path).unwrap();
        std::io::Write::write_all(&mut file, format!("地区,金额\n{area},1\n").as_bytes()).unwrap();
    }
    assert_exit(&project.amur(&["run"]), 0);
    let table = project.latest_text("bad", "sales.csv");
    assert!(table.contains("黑河,1") && table.contains("东宁,1"), "{table}");
}

/// 84: the same content under two names is counted once, and said to be there twice.
#[test]
fn the_same_content_twice_counts_once() {
    let project = project();
    project.write("input/sales/copy.csv", GOOD);
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(project.latest_text("bad", "sales.csv").matches(FIGURE).count(), 1);
    let sources = stdout(&project.amur(&["show", "sources"]));
    assert!(sources.contains("the same content"), "{sources}");
}

/// 86, 87: a dead run leaves a lock file nobody holds, and folders that are no part of the output.
#[test]
fn what_a_dead_run_left_is_cleared_away() {
    let project = project();
    project.write(".state/run.lock", "pipeline bad, run 1, process 999999");
    project.write("output/.staging-20200101T000000000Z/sales.csv", "half");
    project.write(".state/inputs/.copy-dead", "half");
    assert_exit(&project.amur(&["run"]), 0);
    let left = entries(&project.path().join("output"));
    assert!(left.iter().all(|path| !path.to_string_lossy().contains("staging")), "{left:?}");
    assert!(project.latest_text("bad", "sales.csv").contains(FIGURE));
}

/// 88: a run that waits for its files to settle is asked to end.
#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_without_a_trace() {
    let project = project();
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut command = project.command(&["run", "--settle", "3600"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lock = project.path().join(".state/run.lock");
        let id = child.id().to_string();
        while !std::fs::read_to_string(&lock).unwrap_or_default().contains(&id) {
            std::thread::yield_now();
        }
        let sent = std::process::Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_exit(&output, code);
        assert!(!published(&project));
    }
    assert_exit(&project.amur(&["run"]), 0);
}

/// 90: bytes depend on neither the zone nor the language of the machine.
#[test]
fn zone_and_language_of_the_machine_change_no_byte() {
    let outputs = [("UTC", "C"), ("Asia/Shanghai", "zh_CN.GB18030"), ("America/St_Johns", "ru_RU.KOI8-R")];
    let sets = outputs.map(|(zone, language)| {
        let project = project();
        project.write("input/sales/é.csv", "地区,金额\n黑河,1\n");
        let mut command = project.command(&["run"]);
        let output = command.env("TZ", zone).env("LANG", language).env("LC_ALL", language).output().unwrap();
        assert_exit(&output, 0);
        let mut files = project.latest("bad");
        // The manifest names the run and its moment.
        files.retain(|(name, _)| name != "manifest.json");
        files
    });
    assert!(sets.iter().all(|set| set == &sets[0]));
}

/// 93: what says which run is the latest is damaged.
#[test]
fn a_damaged_manifest_is_told_and_replaced() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    project.write("output/bad/latest/manifest.json", "{ half");
    let output = project.amur(&["run"]);
    assert_exit(&output, 0);
    assert!(project.latest_text("bad", "manifest.json").contains("blake3"), "{}", stderr(&output));
    assert_exit(&project.amur(&["status"]), 0);
}

/// 94: whoever reads may stop reading.
#[test]
fn a_closed_pipe_is_no_panic() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    for arguments in [vec!["history"], vec!["show", "sources"], vec!["preview", "sales"], vec!["status"]] {
        let mut command = project.command(&arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(!stderr(&output).contains("panicked"), "{arguments:?}: {}", stderr(&output));
        assert_ne!(output.status.code(), Some(70), "{arguments:?}");
    }
}
