//! Which row is a part of which: by blanks before the label, the indent of the cell's style, or the numbering
//! that `hierarchy` declares. Sees labels in their order; reads no figure.

use crate::text::Pattern;

use super::rows::of_which;

/// A wide blank, as U+3000, takes the place of two narrow ones.
const WIDE: i64 = 2;
/// A level of indent in a cell's style is about as wide as three narrow blanks.
const STYLE_INDENT: i64 = 3;

/// The rows above that the next one may be a part of.
#[derive(Debug)]
pub(super) struct Hierarchy<'a> {
    levels: &'a [Pattern],
    open: Vec<Open>,
    /// How many rows stand at the top.
    tops: u32,
}

#[derive(Debug)]
struct Open {
    level: i64,
    label: String,
    outline: String,
    parts: u32,
}

/// Where a row stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The label of the row it is a part of.
    pub(super) parent: Option<String>,
    /// All labels from the top, its own last, joined by ` / `.
    pub(super) path: String,
    /// How many rows it is a part of.
    pub(super) depth: usize,
    /// Three digits a level.
    pub(super) outline: String,
}

/// What a row is to the rows below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A row like any other.
    Plain,
    /// A total, of which all rows below are parts.
    Total,
}

impl<'a> Hierarchy<'a> {
    /// Rows told apart by these patterns, one a level from the top; without patterns by indent.
    pub(super) fn new(levels: &'a [Pattern]) -> Self {
        Self { levels, open: Vec::new(), tops: 0 }
    }

    /// Takes the next row and says where it stands.
    pub(super) fn next(&mut self, label: &str, indent: u8, kind: Kind) -> Place {
        let level = if kind == Kind::Total { -1 } else { self.level(label, indent) };
        while self.open.last().is_some_and(|open| open.level >= level) {
            self.open.pop();
        }
        let own = label.trim().to_owned();
        let (parent, above, number) = match self.open.last_mut() {
            Some(parent) => {
                parent.parts += 1;
                (Some(parent.label.clone()), parent.outline.clone(), parent.parts)
            }
            None => {
                self.tops += 1;
                (None, String::new(), self.tops)
            }
        };
        let outline = format!("{above}{number:03}");
        let labels = self.open.iter().map(|open| open.label.as_str()).chain([own.as_str()]);
        let path = labels.collect::<Vec<_>>().join(" / ");
        let depth = self.open.len();
        self.open.push(Open { level, label: own, outline: outline.clone(), parts: 0 });
        Place { parent, path, depth, outline }
    }

    fn level(&self, label: &str, indent: u8) -> i64 {
        if let Some(at) = self.levels.iter().position(|pattern| pattern.matches(label)) {
            return i64::try_from(at).unwrap_or(i64::MAX);
        }
        let declared = i64::try_from(self.levels.len()).unwrap_or(i64::MAX);
        let width = |sign: char| if sign.is_ascii() || sign == '\u{a0}' { 1 } else { WIDE };
        let blanks: i64 = label.chars().take_while(|sign| sign.is_whitespace()).map(width).sum();
        // 其中:牛肉 is printed so that the parts below it stand under 牛肉.
        let words: i64 = of_which(label.trim_start()).chars().map(width).sum();
        declared + blanks + words + i64::from(indent) * STYLE_INDENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(levels: &[&str], rows: &[(&str, u8)], expected: &[&str]) {
        let levels: Vec<Pattern> = levels.iter().map(|level| Pattern::new(level).unwrap()).collect();
        let mut hierarchy = Hierarchy::new(&levels);
        let told: Vec<String> = rows
            .iter()
            .map(|(label, indent)| {
                let kind = if label.trim() == "总值" { Kind::Total } else { Kind::Plain };
                let place = hierarchy.next(label, *indent, kind);
                format!("{} {} {}", place.outline, place.depth, place.path)
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn blanks_of_all_widths_and_styles_give_the_level() {
        check(
            &[],
            &[
                ("农产品", 0),
                ("\u{3000}\u{3000}肉类", 0),
                ("    蔬菜", 0),
                ("\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}鲜菜", 0),
            ],
            &[
                "001 0 农产品",
                "001001 1 农产品 / 肉类",
                "001002 1 农产品 / 蔬菜",
                "001002001 2 农产品 / 蔬菜 / 鲜菜",
            ],
        );
        check(
            &[],
            &[("Food", 0), ("Meat", 1), ("Beef", 2), ("Fuel", 0)],
            &["001 0 Food", "001001 1 Food / Meat", "001001001 2 Food / Meat / Beef", "002 0 Fuel"],
        );
    }

    #[test]
    fn all_rows_are_parts_of_a_total_above() {
        check(
            &[],
            &[("总值", 0), ("一般贸易", 0), ("  来料", 0)],
            &["001 0 总值", "001001 1 总值 / 一般贸易", "001001001 2 总值 / 一般贸易 / 来料"],
        );
    }

    #[test]
    fn of_which_makes_a_part_of_the_row_above() {
        check(
            &[],
            &[("肉类", 0), ("其中:牛肉", 0), ("蔬菜", 0)],
            &["001 0 肉类", "001001 1 肉类 / 其中:牛肉", "002 0 蔬菜"],
        );
    }

    #[test]
    fn numbering_gives_the_level_where_it_is_declared() {
        check(
            &["/^[一二三]、/", "/^(.+)$/"],
            &[("一、地区", 0), ("哈尔滨", 0), ("二、方式", 0), ("一般贸易", 0)],
            &[
                "001 0 一、地区",
                "001001 1 一、地区 / 哈尔滨",
                "002 0 二、方式",
                "002001 1 二、方式 / 一般贸易",
            ],
        );
    }
}
