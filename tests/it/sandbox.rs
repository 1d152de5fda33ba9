//! Files read by child processes: bad ones are named and cost nobody else anything, good ones are read once.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use amur::context::{ReadLimits, Reading, RunContext};
use amur::pipeline::{Computed, SilentProgress, compute, load};

use crate::project::{Project, assert_exit, entries, sales, stderr, stdout};

fn project() -> Project {
    let project = Project::empty();
    project.write("pipelines/plain.toml", sales());
    for (name, area) in [("a", "黑河"), ("b", "东宁"), ("c", "绥芬河")] {
        project.write(&format!("input/sales/{name}.csv"), format!("地区,金额,币种\n{area},10.5,CNY\n"));
    }
    project
}

/// Text that is no larger than others, but becomes more cells than a child with little memory may hold.
fn many_cells() -> String {
    let mut text = "地区,金额,币种\n".to_owned();
    text.push_str(&"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n".repeat(600_000));
    text
}

/// How many files the run read from where, as its log tells.
fn reads(output: &Output, from: &str) -> usize {
    let events = stderr(output);
    let events = events.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    events.filter(|event| event["message"] == "File read." && event["from"] == from).count()
}

#[cfg(unix)]
#[test]
fn a_file_that_needs_too_much_memory_is_named_and_the_others_go_on() {
    let project = project();
    project.write("input/sales/many.csv", many_cells());
    let small = ["run", "--read-memory", "256"];
    let output = project.amur(&small);
    assert_exit(&output, 1);
    let told = stderr(&output);
    assert!(told.contains("sales/many.csv") && told.contains("256 MiB of memory"), "{told}");
    for good in ["sales/a.csv", "sales/b.csv", "sales/c.csv"] {
        assert!(told.lines().any(|line| line.starts_with(good) && line.contains(" 1 ")), "{told}");
    }
    project.write("pipelines/plain.toml", sales().replace("key =", "unreadable = \"mark\"\nkey ="));
    assert_exit(&project.amur(&small), 0);
    let files = project.latest("plain");
    let file = |wanted: &str| {
        let (_, bytes) = files.iter().find(|(name, _)| name == wanted).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    assert!(file("sales.csv").contains("绥芬河"));
    assert!(file("findings.csv").contains("F21,warning,sales,sales/many.csv"), "{}", file("findings.csv"));
}

#[test]
fn files_that_take_too_long_are_named() {
    let project = project();
    let output = project.amur(&["run", "--read-deadline", "0.0001"]);
    assert_exit(&output, 1);
    let told = stderr(&output);
    assert!(told.contains("sales/a.csv") && told.contains("--read-deadline"), "{told}");
    assert!(entries(&project.path().join(".state/cache")).is_empty(), "what a dead child wrote is dropped");
}

#[test]
fn a_second_run_reads_only_what_is_new_and_a_damaged_entry_again() {
    let project = project();
    let run = || {
        let output = project.amur(&["run", "--full", "--log-format", "json"]);
        assert_exit(&output, 0);
        (reads(&output, "child"), reads(&output, "cache"))
    };
    assert_eq!(run(), (3, 0));
    let first = project.latest("plain");
    assert_eq!(run(), (0, 3));
    let report =
        |files: &[(String, Vec<u8>)]| files.iter().find(|(name, _)| name == "sales.csv").unwrap().1.clone();
    assert_eq!(report(&first), report(&project.latest("plain")));
    project.write("input/sales/d.csv", "地区,金额,币种\n漠河,1,CNY\n");
    assert_eq!(run(), (1, 3));
    let entry = entries(&project.path().join(".state/cache")).remove(0);
    let mut bytes = std::fs::read(&entry).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    project.write(&format!(".state/cache/{}", entry.file_name().unwrap().to_string_lossy()), bytes);
    assert_eq!(run(), (1, 3));
    assert_eq!(run(), (0, 4));
    project.write("pipelines/plain.toml", sales().replace("\"text\", required", "\"text\"  , required"));
    assert_eq!(run(), (0, 4), "spacing is no change");
    project.write("pipelines/plain.toml", sales().replace(", required = true", ""));
    assert_eq!(run(), (4, 0), "another declaration is");
}

#[test]
fn garbage_is_what_no_run_names() {
    let project = project();
    assert_exit(&project.amur(&["run"]), 0);
    project.write("input/sales/a.csv", "地区,金额,币种\n黑河,7,CNY\n");
    assert_exit(&project.amur(&["preview", "sales"]), 0);
    let output = project.amur(&["gc"]);
    assert_exit(&output, 0);
    assert!(
        stdout(&output).starts_with("removed 1 frozen inputs and 1 cache entries, "),
        "{}",
        stdout(&output)
    );
    let left = |name: &str| entries(&project.path().join(".state").join(name)).len();
    assert_eq!((left("inputs"), left("cache")), (3, 3));
}

fn computed(project: &Project, reading: Reading) -> Computed {
    let pipeline =
        entries(&project.path().join("pipelines")).into_iter().find(|path| path.is_file()).unwrap();
    let plan = load(&pipeline, "pipeline").unwrap().plan.unwrap();
    let mut context = RunContext::in_folder(project.path(), "2024-12-31T00:00:00Z".parse().unwrap());
    context.reading = reading;
    compute(&plan, &context, &SilentProgress).unwrap()
}

#[test]
fn what_a_child_reads_is_what_is_read_in_process() {
    let project = Project::shipped();
    let here = computed(&project, Reading::InProcess);
    let limits = ReadLimits { memory: 1 << 30, deadline: Duration::from_mins(10) };
    let program = Path::new(env!("CARGO_BIN_EXE_amur")).to_path_buf();
    let child = Reading::Child { program, limits };
    for again in ["by children", "from the cache"] {
        let there = computed(&project, child.clone());
        assert_eq!(here.tables.keys().collect::<Vec<_>>(), there.tables.keys().collect::<Vec<_>>());
        for (name, table) in &here.tables {
            assert_eq!(table.frame.schema(), there.tables[name].frame.schema(), "{name} {again}");
            assert!(table.frame.equals_missing(&there.tables[name].frame), "{name} {again}");
        }
        assert_eq!(here.origins, there.origins, "{again}");
        assert_eq!(here.accounts, there.accounts, "{again}");
        assert_eq!(here.rejects, there.rejects, "{again}");
        assert_eq!(here.findings, there.findings, "{again}");
        assert_eq!(here.notes, there.notes, "{again}");
        assert_eq!(
            here.quotes.keys().collect::<Vec<_>>(),
            there.quotes.keys().collect::<Vec<_>>(),
            "{again}"
        );
    }
}
