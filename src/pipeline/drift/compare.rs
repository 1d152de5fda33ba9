//! The columns of one table then and now: which are new, gone, renamed, moved, or hold something else. Two
//! headers that differ only in periods and numbers are the same, for a table of another month has another title.

use std::collections::BTreeMap;

use crate::finding::{ColumnKind, SeenColumn};
use crate::measure::without_periods;
use crate::text::{fold, likeness};

/// What became of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    New,
    Gone,
    Renamed,
    Moved,
    Retyped,
    Unit,
}

/// One column that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnChange<'a> {
    pub(super) change: Change,
    pub(super) old: Option<&'a SeenColumn>,
    pub(super) new: Option<&'a SeenColumn>,
    /// For a column that moved: the header of the column on its left, then and now; empty for the first.
    pub(super) after: [&'a str; 2],
}

/// Everything that differs, in the order of the new table; what is gone stands at the end.
pub(super) fn compare<'a>(old: &[&'a SeenColumn], new: &[&'a SeenColumn]) -> Vec<ColumnChange<'a>> {
    let mut pairs = same_header(old, new);
    let named = pairs.len();
    let renamed = same_place(old, new, &pairs);
    pairs.extend(renamed);
    let pairs_by_new: BTreeMap<usize, usize> = pairs.iter().map(|(old, new)| (*new, *old)).collect();
    let steady = longest_rising(&pairs_by_new.values().copied().collect::<Vec<_>>());
    let mut changes = Vec::new();
    for (at, column) in new.iter().enumerate() {
        let Some(before) = pairs_by_new.get(&at) else {
            changes.push(change(Change::New, None, Some(column)));
            continue;
        };
        let Some(was) = old.get(*before) else { continue };
        if pairs.iter().skip(named).any(|(_, new)| *new == at) {
            changes.push(change(Change::Renamed, Some(was), Some(column)));
        }
        if !steady.contains(before) {
            let left = |columns: &[&'a SeenColumn], at: usize| {
                at.checked_sub(1).and_then(|at| columns.get(at)).map_or("", |column| column.header.as_str())
            };
            let after = [left(old, *before), left(new, at)];
            changes.push(ColumnChange { after, ..change(Change::Moved, Some(was), Some(column)) });
        }
        if was.kind != column.kind && fits(was, column) == Fit::Contrary {
            changes.push(change(Change::Retyped, Some(was), Some(column)));
        }
        if was.unit != column.unit && both_figures(was, column) {
            changes.push(change(Change::Unit, Some(was), Some(column)));
        }
    }
    let gone = old.iter().enumerate().filter(|(at, _)| !pairs_by_new.values().any(|old| old == at));
    changes.extend(gone.map(|(_, column)| change(Change::Gone, Some(column), None)));
    changes
}

/// How many headers two tables have in common.
pub(super) fn in_common(old: &[&SeenColumn], new: &[&SeenColumn]) -> usize {
    same_header(old, new).len()
}

fn change<'a>(change: Change, old: Option<&'a SeenColumn>, new: Option<&'a SeenColumn>) -> ColumnChange<'a> {
    ColumnChange { change, old, new, after: ["", ""] }
}

fn both_figures(old: &SeenColumn, new: &SeenColumn) -> bool {
    [old, new].iter().all(|column| column.role.split(", ").any(|role| role.starts_with("measure.")))
}

/// Whether two columns may be the same by what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Alike,
    Contrary,
}

/// A column without a telling cell may be any.
fn fits(old: &SeenColumn, new: &SeenColumn) -> Fit {
    let open = [old.kind, new.kind].contains(&ColumnKind::Empty);
    if open || old.kind == new.kind { Fit::Alike } else { Fit::Contrary }
}

/// What two headers of one column have in common: not its periods, nor the unit of its figures in brackets,
/// whose change is told by itself.
fn name(column: &SeenColumn) -> String {
    let mut name = without_periods(&column.header);
    while !column.unit.is_empty()
        && let Some((before, rest)) = name.split_once('(')
        && let Some((_, after)) = rest.split_once(')')
    {
        name = format!("{before}{after}");
    }
    name
}

/// Pairs of positions (then, now) with the same header.
fn same_header(old: &[&SeenColumn], new: &[&SeenColumn]) -> Vec<(usize, usize)> {
    let mut groups: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
    for (side, columns) in [old, new].into_iter().enumerate() {
        for (at, column) in columns.iter().enumerate() {
            let group = groups.entry(name(column)).or_default();
            if let Some(side) = group.get_mut(side) {
                side.push(at);
            }
        }
    }
    let text = |columns: &[&SeenColumn], at: usize| columns.get(at).map(|column| fold(&column.header));
    let mut pairs = Vec::new();
    for [olds, news] in groups.into_values() {
        let mut exact: Vec<(usize, usize)> = Vec::new();
        for at in &news {
            let free = |before: &&usize| !exact.iter().any(|(old, _)| old == *before);
            let found = olds.iter().filter(free).find(|before| text(old, **before) == text(new, *at));
            exact.extend(found.map(|before| (*before, *at)));
        }
        if exact.len() == olds.len() && exact.len() == news.len() {
            pairs.extend(exact);
            continue;
        }
        // Columns that only numbers tell apart are paired from left to right: a year or month has moved on.
        let mut then: Vec<usize> = exact.iter().map(|(old, _)| *old).collect();
        let mut now: Vec<usize> = exact.iter().map(|(_, new)| *new).collect();
        if olds.len() == news.len() {
            (then, now) = (olds, news);
        } else {
            let rest = |all: &[usize], taken: &[usize]| -> Vec<usize> {
                all.iter().copied().filter(|at| !taken.contains(at)).collect()
            };
            let (olds, news) = (rest(&olds, &then), rest(&news, &now));
            let more = olds.len().min(news.len());
            then.extend(olds.into_iter().take(more));
            now.extend(news.into_iter().take(more));
            then.sort_unstable();
            now.sort_unstable();
        }
        pairs.extend(then.into_iter().zip(now));
    }
    pairs
}

/// Of the columns without a partner, those that stand between the same neighbours and hold the same kind;
/// of several the nearest by name.
fn same_place(old: &[&SeenColumn], new: &[&SeenColumn], pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let left_of = |at: usize, side: fn(&(usize, usize)) -> usize| {
        (0..at).rev().find_map(|left| pairs.iter().position(|pair| side(pair) == left))
    };
    let free = |columns: &[&SeenColumn], side: fn(&(usize, usize)) -> usize| -> Vec<usize> {
        (0..columns.len()).filter(|at| !pairs.iter().any(|pair| side(pair) == *at)).collect()
    };
    let (olds, news) = (free(old, |pair| pair.0), free(new, |pair| pair.1));
    let mut near: Vec<(f64, usize, usize)> = Vec::new();
    for before in &olds {
        for at in &news {
            let (Some(was), Some(column)) = (old.get(*before), new.get(*at)) else { continue };
            let same = left_of(*before, |pair| pair.0) == left_of(*at, |pair| pair.1);
            if same && fits(was, column) == Fit::Alike {
                near.push((likeness(&was.header, &column.header), *before, *at));
            }
        }
    }
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, before, at) in near {
        if !found.iter().any(|(old, new)| *old == before || *new == at) {
            found.push((before, at));
        }
    }
    found.sort_unstable();
    found
}

/// A longest part of a list of distinct numbers that rises: the columns that need not have moved.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    // The best part that ends with each number. Tables have tens of columns, so squares do no harm.
    let mut best: Vec<Vec<usize>> = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let before = best.iter().take(at).filter(|part| part.last() < Some(number));
        let mut part = before.max_by_key(|part| part.len()).cloned().unwrap_or_default();
        part.push(*number);
        best.push(part);
    }
    best.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns drawn as `header:kind:unit`; kind `n` number, `t` text, `d` date, `-` empty.
    fn drawn(text: &str) -> Vec<SeenColumn> {
        let columns = text.split(" | ").zip(1..).map(|(column, position)| {
            let mut parts = column.split(':');
            let header = parts.next().unwrap().to_owned();
            let kind = match parts.next().unwrap_or("t") {
                "n" => ColumnKind::Number,
                "d" => ColumnKind::Date,
                "-" => ColumnKind::Empty,
                _ => ColumnKind::Text,
            };
            let unit = parts.next().unwrap_or_default().to_owned();
            let role = if unit.is_empty() { "dim.x" } else { "measure.x" }.to_owned();
            SeenColumn { position, header, role, kind, unit, ..SeenColumn::default() }
        });
        columns.collect()
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let (old, new) = (drawn(old), drawn(new));
        let (old, new): (Vec<_>, Vec<_>) = (old.iter().collect(), new.iter().collect());
        let told: Vec<String> = compare(&old, &new)
            .iter()
            .map(|one| {
                let name =
                    |column: Option<&SeenColumn>| column.map_or("-", |one| one.header.as_str()).to_owned();
                format!("{:?} {}>{}", one.change, name(one.old), name(one.new))
            })
            .collect();
        assert_eq!(told.join(", "), expected);
    }

    #[test]
    fn every_change_is_told_by_its_kind() {
        check("a | b:n | c", "a | b:n | c", "");
        check("a | b:n", "a | b:n | c", "New ->c");
        check("a | b:n | c", "a | c", "Gone b>-");
        check("a | 金额:n | c", "a | 金额合计:n | c", "Renamed 金额>金额合计");
        check("a | b | c | d", "a | c | d | b", "Moved b>b");
        check("a | b:n", "a | b:t", "Retyped b>b");
        check("a | b:n:CNY e8", "a | b:n:CNY e4", "Unit b>b");
        check(
            "a | b(亿元):n:CNY e8 | c",
            "b（万元）:n:CNY e4 | a | c",
            "Moved b(亿元)>b（万元）, Unit b(亿元)>b（万元）",
        );
        check("a | b:n", "a | b:-", "");
    }

    #[test]
    fn another_kind_of_value_is_no_new_name() {
        check("a | b:n | c", "a | x:t | c", "New ->x, Gone b>-");
    }

    #[test]
    fn of_several_new_names_the_nearest_is_the_old_column() {
        check("a | 出口额:n | z", "a | 备注:n | 出口总额:n | z", "New ->备注, Renamed 出口额>出口总额");
    }

    #[test]
    fn a_month_or_year_that_moves_on_is_no_change() {
        check("项目 | 2024年1-9月/金额:n", "项目 | 2024年1-10月/金额:n", "");
        check("项目 | 2022年:n | 2023年:n", "项目 | 2023年:n | 2024年:n", "");
        check("项目 | 2022年:n | 2023年:n", "项目 | 2022年:n | 2023年:n | 2024年:n", "New ->2024年");
        check("指标1 | 指标2 | 指标3", "指标1 | 指标3", "Gone 指标2>-");
    }

    #[test]
    fn columns_in_another_order_are_the_fewest_that_moved() {
        assert_eq!(longest_rising(&[3, 0, 1, 2]), [0, 1, 2]);
        assert_eq!(longest_rising(&[]), [0_usize; 0]);
        check("甲 | 乙 | 丙", "乙 | 甲 | 丙", "Moved 乙>乙");
    }
}
