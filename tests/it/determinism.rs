//! Same input, same bytes: on a second run, and on any number of threads.

use crate::project::{Project, assert_exit, stdout};

fn reports(project: &Project) -> Vec<(String, Vec<u8>)> {
    let mut files = project.latest("heilongjiang-russia");
    // The manifest names the run and its moment.
    files.retain(|(name, _)| name != "manifest.json");
    files
}

#[test]
fn a_second_run_and_other_threads_give_the_same_bytes() {
    let project = Project::shipped();
    assert_exit(&project.amur(&["run", "--threads", "1"]), 0);
    let first = reports(&project);
    assert!(first.iter().any(|(name, _)| name.ends_with(".xlsx")));
    for threads in ["2", "8"] {
        assert_exit(&project.amur(&["run", "--full", "--threads", threads]), 0);
        let again = reports(&project);
        assert_eq!(first.len(), again.len());
        for ((name, bytes), (name_again, bytes_again)) in first.iter().zip(&again) {
            assert_eq!(name, name_again);
            assert!(bytes == bytes_again, "{name} differs at {threads} threads");
        }
    }
}

#[test]
fn a_run_with_nothing_new_says_so() {
    let project = Project::shipped();
    assert_exit(&project.amur(&["run"]), 0);
    let again = project.amur(&["run"]);
    assert_exit(&again, 0);
    assert!(stdout(&again).contains("nothing changed"), "{}", stdout(&again));
}
