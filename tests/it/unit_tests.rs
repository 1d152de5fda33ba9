//! `amur test`: what is recorded from live rows passes, and fails once the step does something else.

use crate::project::{Project, assert_exit, stdout};

#[test]
fn a_recorded_test_passes_and_watches_its_step() {
    let project = Project::shipped();
    let arguments = [
        "test",
        "--record",
        "russia",
        "-n",
        "3",
        "--where",
        "counterpart_area = 'RU' AND flow = 'total' AND time_period IN ('2012', '2013')",
    ];
    let recorded = project.amur(&arguments);
    assert_exit(&recorded, 0);
    let name = "pipelines/heilongjiang-russia.toml";
    let file = std::fs::read_to_string(project.path().join(name)).unwrap();
    let file = format!("{file}\n{}", stdout(&recorded));
    project.write(name, &file);
    let tested = project.amur(&["test"]);
    assert_exit(&tested, 0);
    assert!(stdout(&tested).contains("russia, recorded"), "{}", stdout(&tested));
    let changed = file.replace("growth = \"obs_value\",", "growth = \"obs_value_cny\",");
    assert_ne!(file, changed);
    project.write(name, &changed);
    assert_exit(&project.amur(&["test"]), 7);
}

#[test]
fn a_step_that_needs_rates_is_not_recorded() {
    let project = Project::shipped();
    assert_exit(&project.amur(&["test", "--record", "valued"]), 2);
}
