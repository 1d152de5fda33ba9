//! `amur diff`: which figures differ between two published runs.

use super::args::{DiffArguments, Global};
use super::exit::Exit;
use super::history::Home;
use super::show;
use crate::pipeline::{FIGURES_NAME, compare_figures};
use crate::report::{Changes, FigureChange};
use crate::store::PublishedSet;

pub(super) fn command(global: &Global, arguments: &DiffArguments) -> Exit {
    let compared = Home::of(global, &arguments.wanted).and_then(|home| {
        let (old, new) = choose(&home, &arguments.runs)?;
        Ok((figures(&old)?, figures(&new)?, old.run.run, new.run.run))
    });
    let (old_figures, new_figures, old, new) = match compared {
        Ok(compared) => compared,
        Err(exit) => return exit,
    };
    let (figures, unchanged) = compare_figures(&old_figures, &new_figures);
    let mut changes = Changes { figures, ..Changes::default() };
    changes.sort();
    let header = ["change", "table", "key", "column", "old", "new", "difference", "unit"];
    let rows: Vec<Vec<String>> = changes.figures.iter().map(row).collect();
    show::rows(&header, &rows, arguments.wanted.json.into());
    show::talk(&format!("{old} → {new}: {} figures differ, {unchanged} do not", rows.len()));
    Exit::Done
}

/// The two runs that are meant: the last two, the given one and the latest, or both given.
fn choose(home: &Home, given: &[String]) -> Result<(PublishedSet, PublishedSet), Exit> {
    let mut runs = home.runs()?;
    let mut take = |name: &String| {
        runs.iter().position(|set| set.run.run == *name).map(|place| runs.remove(place)).ok_or_else(|| {
            let known = runs.iter().map(|set| set.run.run.as_str());
            let hint = crate::text::nearest(name, known).map(|near| format!("; did you mean {near}?"));
            let hint = hint.unwrap_or_default();
            show::talk(&format!("error: no published run {name}{hint} `amur history` lists them"));
            Exit::Usage
        })
    };
    let old = given.first().map(&mut take).transpose()?;
    let new = given.get(1).map(&mut take).transpose()?;
    let new = match new {
        Some(new) => Some(new),
        None => runs.pop(),
    };
    let old = match old {
        Some(old) => Some(old),
        None => runs.pop(),
    };
    old.zip(new).ok_or_else(|| {
        show::talk(&format!("error: {} has no two published runs to compare", home.pipeline));
        Exit::Usage
    })
}

fn figures(set: &PublishedSet) -> Result<Vec<u8>, Exit> {
    set.file(FIGURES_NAME).ok_or_else(|| {
        show::talk(&format!("error: {FIGURES_NAME} of run {} is missing or was altered", set.run.run));
        Exit::Output
    })
}

fn row(change: &FigureChange) -> Vec<String> {
    let shown = |state: &crate::report::FigureState| format!("{}{}", state.bound, state.value);
    let unit = if change.new.unit.is_empty() { &change.old.unit } else { &change.new.unit };
    vec![
        change.change.word().to_owned(),
        change.id.table.clone(),
        change.id.key.clone(),
        change.id.column.clone(),
        shown(&change.old),
        shown(&change.new),
        change.difference_text(),
        unit.clone(),
    ]
}
