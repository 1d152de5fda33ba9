//! Rows 75–81, 87, 89, 91, 92: what a disk, a clock, another program or the end of the machine do to a run.
//!
//! `faults.c` stands between the program and the C library of Linux: it makes the Nth change of the disk fail or kill
//! the process, changes an input in the moment in which it is opened, and sets the clock. Nothing here waits or
//! depends on time.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use super::{GOOD, pipeline};
use crate::project::{Project, assert_exit, entries, stderr};

/// The table of the run before.
const EARLIER: &str = "地区,金额\n黑河,1\n";
const EIO: &str = "5";
const EBUSY: &str = "16";
const ENOSPC: &str = "28";

/// `faults.c` as a library; whoever builds Rust on Linux has this compiler.
fn faults() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/bad_input/faults.c");
        let library =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}.so", std::process::id()));
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).args([&library, &source]).arg("-ldl");
        assert!(compiler.status().unwrap().success());
        library
    })
}

/// Runs where the machine fails in this way.
fn run_with(project: &Project, faults_of_it: &[(&str, &str)]) -> Output {
    let mut command = project.command(&["run"]);
    command.env("LD_PRELOAD", faults());
    command.envs(faults_of_it.iter().map(|(name, value)| (format!("AMUR_FAULT_{name}"), value)));
    command.output().unwrap()
}

fn project() -> Project {
    let project = Project::empty();
    project.write("pipelines/bad.toml", pipeline(""));
    project.write("input/sales/good.csv", GOOD);
    project
}

/// The table that stands published, which its manifest vouches for; nothing where none does.
#[track_caller]
fn published(project: &Project) -> Option<String> {
    if !project.path().join("output/bad/latest").exists() {
        return None;
    }
    let table = project.latest_text("bad", "sales.csv");
    let manifest = project.latest_text("bad", "manifest.json");
    assert!(manifest.contains(blake3::hash(table.as_bytes()).to_hex().as_str()), "{manifest}");
    Some(table)
}

/// What no run may leave for a reader or a later run.
fn leftovers(project: &Project) -> Vec<PathBuf> {
    let output = project.path().join("output");
    let all = entries(&output).into_iter().chain(entries(&output.join("bad")));
    all.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with('.')).collect()
}

/// Does this to a run at each of its changes of the disk, first where nothing stands published, then over an
/// earlier set. Whatever happens, a whole set stands published, and the next run needs no human.
#[track_caller]
fn at_each_change(how: &str, earlier: Option<&str>, check: fn(&Output, Stands)) {
    let begun = project();
    if let Some(table) = earlier {
        begun.write("input/sales/good.csv", table);
        assert_exit(&begun.amur(&["run"]), 0);
        begun.write("input/sales/good.csv", GOOD);
    }
    let before = published(&begun);
    let mut at = 0;
    loop {
        at += 1;
        let project = Project::empty();
        // With its links as they are.
        let copied = Command::new("cp").arg("-a").arg(begun.path().join(".")).arg(project.path()).status();
        assert!(copied.unwrap().success());
        let told = project.path().join("told");
        let faults = [("HOW", how), ("AT", &at.to_string()), ("TOLD", told.to_str().unwrap())];
        let output = run_with(&project, &faults);
        if !told.exists() {
            assert_exit(&output, 0);
            break;
        }
        let stands = published(&project);
        let is_new = stands.as_ref().is_some_and(|table| table.contains("绥芬河,7"));
        assert!(is_new || stands == before, "change {at}: {stands:?}");
        check(&output, if is_new { Stands::New } else { Stands::Old });
        assert_exit(&project.amur(&["run"]), 0);
        assert!(published(&project).unwrap().contains("绥芬河,7"), "change {at}");
        assert!(leftovers(&project).is_empty(), "change {at}: {:?}", leftovers(&project));
    }
    // Fewer would mean that the machine was sound all the time.
    assert!(at > 30, "only {at} changes");
}

/// Which set stands published after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Old,
    New,
}

/// 87: a machine that stops in the middle of any change of the disk; half of what is being written is.
#[test]
fn a_run_may_end_at_any_change_of_the_disk() {
    for earlier in [None, Some(EARLIER)] {
        at_each_change("kill", earlier, |output, _| {
            use std::os::unix::process::ExitStatusExt;
            assert_eq!(output.status.signal(), Some(9));
        });
    }
}

/// 77, 78: whatever cannot be written is named. What only saves time, such as what is kept for the next run, may fail.
#[test]
fn the_disk_may_fail_at_any_change() {
    for (how, earlier) in [(EIO, None), (ENOSPC, Some(EARLIER))] {
        at_each_change(how, earlier, |output, stands| {
            let said = stderr(output);
            match (output.status.code(), stands) {
                (Some(0), Stands::New) => {}
                (Some(5), Stands::Old) => assert!(said.contains("cannot be written"), "{said}"),
                (Some(5), Stands::New) => assert!(said.contains("the disk did not confirm it"), "{said}"),
                other => panic!("{other:?}: {said}"),
            }
        });
    }
}

/// 92: a share refuses to move what somebody has open.
#[test]
fn a_refused_rename_is_named_and_the_earlier_set_stands() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    let before = project.latest("bad");
    project.write("input/sales/good.csv", "地区,金额\n黑河,1\n");
    // The first keeps what was read, the second moves the set to `runs`, the third points `latest` at it.
    for (at, code, name) in [("2", 5, "output/bad/runs/"), ("3", 5, "output/bad/latest cannot be written")] {
        // So that nothing is kept from the run before.
        std::fs::remove_dir_all(project.path().join(".state")).unwrap();
        let output = run_with(&project, &[("HOW", EBUSY), ("AT", at), ("CALL", "rename")]);
        assert_exit(&output, code);
        let said = stderr(&output);
        assert!(said.contains(name) && said.contains("busy"), "{said}");
        assert_eq!(project.latest("bad"), before);
        assert_eq!(entries(&project.path().join("output/bad/runs")).len(), 1);
    }
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(leftovers(&project), Vec::<PathBuf>::new());
}

/// 79–81: an input that vanishes, grows or is replaced in the moment in which it is opened is named, and never read
/// in part; the others are read.
#[test]
fn an_input_that_changes_under_the_run_is_named() {
    let changing = "was still being written while it was read; run again when the copy is complete";
    for (action, words) in
        [("delete", "cannot be read: No such file"), ("grow", changing), ("replace", changing)]
    {
        let project = project();
        project.write("input/sales/a.csv", "地区,金额\n漠河,1\n");
        project.write("a.new", "地区,金额\n漠河,22222\n");
        let input = project.path().canonicalize().unwrap().join("input/sales/a.csv");
        let new = project.path().join("a.new");
        let action = if action == "replace" { new.to_str().unwrap() } else { action };
        let output = run_with(&project, &[("INPUT", input.to_str().unwrap()), ("DO", action)]);
        assert_exit(&output, 1);
        let said = stderr(&output);
        assert!(said.contains("sales/a.csv") && said.contains(words), "{said}");
        assert!(
            said.lines().any(|line| line.starts_with("sales/good.csv") && line.contains(" 1 ")),
            "{said}"
        );
        assert_eq!(published(&project), None);
        let again = project.amur(&["run"]);
        assert_exit(&again, 0);
        let table = published(&project).unwrap();
        let figure = match action {
            "delete" => None,
            "grow" => Some("东宁,9"),
            _ => Some("漠河,22222"),
        };
        assert!(figure.is_none_or(|figure| table.contains(figure)), "{table}");
        let hash = figure.map(|_| blake3::hash(&std::fs::read(&input).unwrap()).to_hex().to_string());
        let manifest = project.latest_text("bad", "manifest.json");
        assert!(hash.is_none_or(|hash| manifest.contains(&hash)), "the hash says which version was read");
    }
}

/// 89: a clock that is set back or leaps names no run twice, puts no set before its time, and changes no figure.
#[test]
fn a_clock_that_jumps_changes_no_figure() {
    // 2024-02-29, the hour that summer time skips in Europe, 2023-12-31, ten years later, and back.
    let moments = ["1709164800", "1711848600", "1703980800", "2024784000", "1709164801"];
    let project = project();
    for (at, moment) in (1..).zip(moments) {
        project.write("input/sales/good.csv", format!("地区,金额（元）\n绥芬河,{at}\n"));
        assert_exit(&run_with(&project, &[("CLOCK", moment)]), 0);
        assert!(published(&project).unwrap().contains(&format!("绥芬河,{at},")), "{at}");
        assert_eq!(
            entries(&project.path().join("output/bad/runs")).len(),
            at,
            "no set takes another's place"
        );
        if at > 1 {
            let changes = project.latest_text("bad", "changes.csv");
            assert!(changes.contains(&format!(",amount,{},{at},", at - 1)), "{changes}");
        }
    }
    // In the very moment of an earlier run nothing is published in its place.
    let before = project.latest("bad");
    project.write("input/sales/good.csv", "地区,金额\n黑河,1\n");
    assert_exit(&run_with(&project, &[("CLOCK", moments[0])]), 5);
    assert_eq!(project.latest("bad"), before);
}

/// 91 at a size for every build. Of 100,000 files all were listed and copied and 10,000 read by hand, within 229 MB; at
/// 36 to 110 a second, a process each, an unoptimised build needs most of an hour for all.
#[test]
fn many_files_are_read() {
    let project = project();
    for at in 0..150 {
        project.write(&format!("input/sales/{at}.csv"), format!("地区,金额\n县{at},{at}\n"));
        project.write(&format!("input/other/{at}.csv"), "x");
    }
    assert_exit(&project.amur(&["run"]), 0);
    assert_eq!(published(&project).unwrap().lines().count(), 152);
}

/// A run by a user who may do only what modes allow, root or not.
fn run_by_modes(project: &Project) -> Output {
    let amur = project.command(&["run"]);
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-dac_override,-dac_read_search", "--"]);
    if std::fs::read("/proc/self/status")
        .is_ok_and(|text| !String::from_utf8_lossy(&text).contains("Uid:\t0\t"))
    {
        command = Command::new("env");
    }
    command.arg(amur.get_program()).arg("run");
    command.current_dir(project.path()).env("AMUR_SETTLE", "0").env("NO_COLOR", "1").output().unwrap()
}

/// Sets the mode of what stands at a path of the project.
fn mode(project: &Project, path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(project.path().join(path), std::fs::Permissions::from_mode(mode)).unwrap();
}

/// 75: a file or folder that may not be read is named, the others are read, and nothing is published without it.
#[test]
fn what_may_not_be_read_is_named() {
    for (path, said_of_it) in [
        ("input/sales/closed/a.csv", "sales/closed/a.csv"),
        ("input/sales/closed", "sales/closed: a folder that may not be listed"),
    ] {
        let project = project();
        project.write("pipelines/bad.toml", pipeline("").replace("sales/*", "sales/**"));
        project.write("input/sales/closed/a.csv", "地区,金额\n黑河,1\n");
        mode(&project, path, 0);
        let output = run_by_modes(&project);
        mode(&project, path, 0o700);
        assert_exit(&output, 1);
        let said = stderr(&output);
        assert!(said.contains(said_of_it), "{said}");
        assert!(
            said.lines().any(|line| line.starts_with("sales/good.csv") && line.contains(" 1 ")),
            "{said}"
        );
        assert_eq!(published(&project), None);
        assert_exit(&run_by_modes(&project), 0);
    }
}

/// 75: a folder whose names may be listed, but whose files may not be looked at.
#[test]
fn what_may_not_be_looked_at_is_named() {
    let project = project();
    project.write("input/sales/closed/a.csv", "地区,金额\n黑河,1\n");
    mode(&project, "input/sales/closed", 0o400);
    let output = run_by_modes(&project);
    mode(&project, "input/sales/closed", 0o700);
    assert_exit(&output, 1);
    let said = stderr(&output);
    assert!(said.contains("sales/closed/a.csv: the system does not say what it is"), "{said}");
}

/// 76: before any input is read.
#[test]
fn an_output_folder_that_is_read_only_is_exit_5() {
    let project = project();
    std::fs::create_dir(project.path().join("output")).unwrap();
    mode(&project, "output", 0o500);
    let output = run_by_modes(&project);
    mode(&project, "output", 0o700);
    assert_exit(&output, 5);
    assert!(
        stderr(&output).contains("nothing can be published: ./output cannot be written"),
        "{}",
        stderr(&output)
    );
    assert!(!project.path().join(".state").exists(), "no input was read");
}
