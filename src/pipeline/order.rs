//! In which order steps are made: each after what it reads, else in the order of the file.

use std::collections::BTreeMap;

use crate::spec::{Mistakes, Text};

/// A step's name and what it reads.
pub(super) struct Wanted {
    /// The step.
    pub name: Text,
    /// The tables it reads.
    pub inputs: Vec<Text>,
}

/// The positions of `steps` in the order in which they can be made. `known` are the sources.
///
/// Unknown tables, names given twice and circles are mistakes; steps that depend on them are left out.
pub(super) fn order(steps: &[Wanted], known: &[&str], mistakes: &Mistakes) -> Vec<usize> {
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let name = step.name.value.as_str();
        if known.contains(&name) || by_name.contains_key(name) {
            mistakes.add_with_help(
                step.name.span.clone(),
                format!("the name `{name}` is given twice"),
                "every source and step needs a name of its own",
            );
        } else {
            by_name.insert(name, at);
        }
    }
    let names = || known.iter().copied().chain(by_name.keys().copied());
    for input in steps.iter().flat_map(|step| &step.inputs) {
        if !names().any(|name| name == input.value) {
            mistakes.unknown(input.span.clone(), "table", &input.value, names());
        }
    }
    let mut made = vec![false; steps.len()];
    let mut order = Vec::new();
    loop {
        let before = order.len();
        for (at, step) in steps.iter().enumerate() {
            let ready = |input: &Text| {
                known.contains(&input.value.as_str())
                    || by_name.get(input.value.as_str()).is_some_and(|of| made.get(*of) == Some(&true))
            };
            if made.get(at) == Some(&false) && step.inputs.iter().all(ready) {
                order.push(at);
                if let Some(flag) = made.get_mut(at) {
                    *flag = true;
                }
            }
        }
        if order.len() == before {
            break;
        }
    }
    report_circles(steps, &by_name, &made, mistakes);
    order
}

/// Follows each unmade step through its unmade inputs; a step met again closes a circle.
fn report_circles(steps: &[Wanted], by_name: &BTreeMap<&str, usize>, made: &[bool], mistakes: &Mistakes) {
    let unmade = |at: usize| made.get(at) == Some(&false);
    let mut told = vec![false; steps.len()];
    for start in 0..steps.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut at = start;
        while unmade(at) && told.get(at) == Some(&false) {
            if let Some(from) = path.iter().position(|step| *step == at) {
                let circle: Vec<usize> = path.iter().skip(from).copied().collect();
                let names: Vec<&str> = circle
                    .iter()
                    .chain(std::iter::once(&at))
                    .filter_map(|step| steps.get(*step).map(|step| step.name.value.as_str()))
                    .collect();
                if let Some(step) = steps.get(at) {
                    mistakes.add_with_help(
                        step.name.span.clone(),
                        format!("steps in a circle: {}", names.join(" ← ")),
                        "a step cannot read, even through others, what it makes itself",
                    );
                }
                break;
            }
            path.push(at);
            let next = steps.get(at).and_then(|step| {
                step.inputs
                    .iter()
                    .find_map(|input| by_name.get(input.value.as_str()).copied().filter(|of| unmade(*of)))
            });
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        for step in path {
            if let Some(flag) = told.get_mut(step) {
                *flag = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(steps: &[(&str, &[&str])], expected: &str) {
        let text = |value: &str| Text::at(0..0, value);
        let wanted: Vec<Wanted> = steps
            .iter()
            .map(|(name, inputs)| Wanted {
                name: text(name),
                inputs: inputs.iter().map(|of| text(of)).collect(),
            })
            .collect();
        let mistakes = Mistakes::default();
        let order: Vec<&str> =
            order(&wanted, &["s"], &mistakes).into_iter().map(|at| wanted[at].name.value.as_str()).collect();
        let mistakes: Vec<String> =
            mistakes.into_sorted().into_iter().map(|mistake| mistake.message).collect();
        assert_eq!(format!("{} | {}", order.join(" "), mistakes.join("; ")), expected);
    }

    #[test]
    fn a_step_comes_after_what_it_reads() {
        check(&[("b", &["a"]), ("a", &["s"])], "a b | ");
    }

    #[test]
    fn circles_unknown_tables_and_doubles_are_mistakes() {
        check(&[("a", &["b"]), ("b", &["a"]), ("c", &["b"])], " | steps in a circle: a ← b ← a");
        check(&[("a", &["a"])], " | steps in a circle: a ← a");
        check(&[("a", &["sx"])], " | unknown table `sx`");
        check(&[("s", &["s"])], "s | the name `s` is given twice");
    }
}
