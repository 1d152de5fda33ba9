//! Codes that have something in common, as their code lists say: a group and its member, two groups with a
//! member in common, a whole and its part. Their figures are never added: something would count twice.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{BooleanChunked, ChunkUnique};

use crate::table::{ColumnRole, ColumnType, Table};
use crate::text::{CodeList, InCommon};

use super::columns::{described, place, series, text};
use super::groups::Groups;
use super::{RefusedFigures, Shape, Shapes, StepError, World};

/// The columns of a table whose codes may have something in common.
#[derive(Debug)]
pub(super) struct Overlaps {
    columns: Vec<(String, CodeList)>,
}

impl Overlaps {
    /// The columns of codes of a table, by the lists their sources name.
    pub(super) fn of(shape: &Shape, shapes: &Shapes) -> Self {
        let is_text = |name: &String| {
            shape.schema.get(name).is_some_and(|column| column.column_type == ColumnType::Text)
        };
        let columns = shape
            .codes
            .iter()
            .filter(|(name, _)| is_text(name))
            .flat_map(|(name, lists)| lists.iter().map(move |list| (name, shapes.lists.get(list))))
            .filter_map(|(name, list)| Some((name.clone(), list.filter(|list| list.has_extents())?.clone())))
            .collect();
        Self { columns }
    }

    /// The columns it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = &String> {
        self.columns.iter().map(|(column, _)| column)
    }

    /// Refuses groups in which figures of two such codes stand together.
    pub(super) fn refuse(
        &self,
        measure: &str,
        table: &Table,
        groups: &Groups,
        (world, purpose): (&World<'_>, &str),
    ) -> Result<(), StepError> {
        for (column, list) in &self.columns {
            let there = series(&table.frame, measure)?.is_not_null();
            let together = Together { column, list, table, there: &there };
            if let Some((one, other, what)) = together.first(groups)? {
                let why = together.why((one, other), &what, world);
                let what = format!("{purpose} of `{measure}`");
                return Err(RefusedFigures { what, why, place: place(table, world, other) }.into());
            }
        }
        Ok(())
    }
}

/// The codes of one column.
struct Together<'a> {
    column: &'a str,
    list: &'a CodeList,
    table: &'a Table,
    there: &'a BooleanChunked,
}

impl Together<'_> {
    /// The first two rows of a group that must not be added, and what they have in common.
    fn first(&self, groups: &Groups) -> Result<Option<(usize, usize, InCommon)>, StepError> {
        let texts = text(&self.table.frame, self.column)?;
        let distinct = texts.unique()?;
        let codes: BTreeSet<&str> = distinct.iter().flatten().collect();
        // Most columns have no such codes at all, and then no row need be looked at.
        let mut shared: BTreeMap<(&str, &str), InCommon> = BTreeMap::new();
        for one in &codes {
            for other in codes.iter().filter(|other| *other > one) {
                if let Some(what) = self.list.in_common(one, other) {
                    shared.insert((one, other), what);
                }
            }
        }
        if shared.is_empty() {
            return Ok(None);
        }
        let concerned: BTreeSet<&str> = shared.keys().flat_map(|(one, other)| [*one, *other]).collect();
        let mut seen: BTreeMap<(u32, &str), usize> = BTreeMap::new();
        for (row, (code, group)) in texts.iter().zip(&groups.of_row).enumerate() {
            if let Some(code) = code.filter(|code| concerned.contains(code))
                && self.there.get(row) == Some(true)
            {
                seen.entry((*group, code)).or_insert(row);
            }
        }
        let mut by_group: BTreeMap<u32, Vec<(&str, usize)>> = BTreeMap::new();
        for ((group, code), row) in seen {
            by_group.entry(group).or_default().push((code, row));
        }
        for rows in by_group.values() {
            for (at, (one, one_row)) in rows.iter().enumerate() {
                for (other, other_row) in rows.iter().skip(at + 1) {
                    if let Some(what) = shared.get(&(one, other)) {
                        return Ok(Some((*one_row, *other_row, what.clone())));
                    }
                }
            }
        }
        Ok(None)
    }

    /// What is told of two rows.
    fn why(&self, (one, other): (usize, usize), what: &InCommon, world: &World<'_>) -> String {
        let name = |row: usize| {
            let place = place(self.table, world, row).to_string();
            if place.is_empty() {
                return format!("({})", described(&self.table.frame, &self.dimensions(), row));
            }
            let code = [self.column.to_owned()];
            format!("{} ({place})", described(&self.table.frame, &code, row))
        };
        let (one, other) = (name(one), name(other));
        match what {
            InCommon::Holds => format!("{one} holds {other}, which would count twice"),
            InCommon::HeldBy => format!("{other} holds {one}, which would count twice"),
            InCommon::Both(code) => format!("{one} and {other} both hold {code}, which would count twice"),
            InCommon::Declared => {
                format!("{one} and {other} overlap, as the code list {} says", self.list.name)
            }
        }
    }

    fn dimensions(&self) -> Vec<String> {
        let columns = self.table.schema.columns().iter();
        let named =
            columns.filter(|column| column.role == ColumnRole::Dimension || column.name == self.column);
        named.map(|column| column.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawn::{Scene, draw, table};
    use crate::text::{CodeEntry, CodeList, Extent, Label};

    /// The world, two groups that share a member, regimes beside owners.
    fn lists() -> CodeList {
        let entry = |code: &str, extent| CodeEntry {
            code: code.to_owned(),
            label: Label::default(),
            aliases: Vec::new(),
            extent,
        };
        let some = |parts: &[&str], overlaps: &[&str]| {
            let texts = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
            Extent::Some { parts: texts(parts), overlaps: texts(overlaps) }
        };
        let entries = vec![
            entry("W0", Extent::All),
            entry("EAEU", some(&["RU", "BY"], &[])),
            entry("BRI", some(&["RU", "MN"], &["RCEP"])),
            entry("RCEP", Extent::Itself),
            entry("RU", Extent::Itself),
            entry("BY", Extent::Itself),
            entry("JP", Extent::Itself),
        ];
        CodeList::new("areas", entries).unwrap()
    }

    fn scene(rows: &str) -> Scene {
        Scene::new(&format!("partner | year:whole | v_cny:amount\n{rows}"))
            .with_list(lists())
            .with_codes("partner", "areas")
    }

    #[track_caller]
    fn refused(rows: &str, toml: &str, expected: &str) {
        let said = scene(rows).apply(toml).0.unwrap_err().to_string();
        assert!(said.contains(expected), "{toml}: {said}");
    }

    #[test]
    fn a_share_a_top_and_a_cumulative_sum_name_both_rows() {
        let rows = "W0 | 2021 | 10\nRU | 2021 | 4";
        let why = "partner W0 (t.xlsx ▸ S ▸ A2) holds partner RU (t.xlsx ▸ S ▸ A3), which would count twice";
        refused(rows, r#"add = { name = "s", share = "v_cny", within = ["year"] }"#, why);
        refused(rows, r#"top = { n = 1, by = "v_cny", within = ["year"], label = "partner" }"#, why);
        let rows = "RU | 2021 | 4\nW0 | 2022 | 10";
        let why = "partner W0 (t.xlsx ▸ S ▸ A3) holds partner RU (t.xlsx ▸ S ▸ A2)";
        refused(rows, r#"add = { name = "s", cumulative = "v_cny", along = "year" }"#, why);
    }

    #[test]
    fn groups_that_overlap_are_refused_and_countries_are_not() {
        let share = r#"add = { name = "s", share = "v_cny", within = ["year"] }"#;
        refused(
            "BRI | 2021 | 1\nEAEU | 2021 | 1",
            share,
            "partner BRI (t.xlsx ▸ S ▸ A2) and partner EAEU (t.xlsx ▸ S ▸ A3) both hold RU",
        );
        refused("RCEP | 2021 | 1\nBRI | 2021 | 1", share, "overlap, as the code list areas says");
        refused("EAEU | 2021 | 1\nBY | 2021 | 1", share, "holds partner BY");
        let apart =
            scene("RU | 2021 | 1\nBY | 2021 | 3\nW0 | 2022 | 9\nEAEU | 2021 | ").apply(share).0.unwrap();
        assert_eq!(draw(&apart, &["s"]), "0.25\n0.75\n1\n-");
    }

    #[test]
    fn rows_made_by_grouping_are_named_by_their_dimensions() {
        let mut made = table("partner | year:whole | v_cny:amount\nW0 | 2021 | 10\nRU | 2021 | 4");
        made.frame = made.frame.drop("_origin").unwrap();
        made.schema = crate::table::Schema::new(
            made.schema.columns().iter().filter(|column| column.name != "_origin").cloned(),
        );
        let scene = Scene::of(made).with_list(lists()).with_codes("partner", "areas");
        let said = scene.apply(r#"add = { name = "s", share = "v_cny" }"#).0.unwrap_err().to_string();
        assert!(said.contains("(partner W0, year 2021) holds (partner RU, year 2021)"), "{said}");
    }
}
