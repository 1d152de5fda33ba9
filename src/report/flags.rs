//! Marks beside figures and the notes under the table that explain them. One mark stands for one reason;
//! a figure may carry several.

use std::collections::BTreeMap;

/// The reasons of one sheet, in the order in which its figures first need them.
#[derive(Clone, Debug, Default)]
pub(super) struct Flags {
    numbers: BTreeMap<String, usize>,
    reasons: Vec<String>,
}

impl Flags {
    /// Notes a reason, if it is new.
    pub(super) fn note(&mut self, reason: &str) {
        if !self.numbers.contains_key(reason) {
            self.numbers.insert(reason.to_owned(), self.reasons.len());
            self.reasons.push(reason.to_owned());
        }
    }

    /// The marks of a figure's reasons, with a blank before them; empty for a figure without any.
    pub(super) fn marks(&self, reasons: &[String]) -> String {
        let mut numbers: Vec<usize> =
            reasons.iter().filter_map(|reason| self.numbers.get(reason).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let marks: String = numbers.into_iter().map(mark).collect();
        if marks.is_empty() { marks } else { format!(" {marks}") }
    }

    /// Every mark with its reason; what the steps say in English is said in Chinese before it.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        self.reasons
            .iter()
            .enumerate()
            .map(|(number, reason)| format!("{} {}", mark(number), in_both(reason)))
    }
}

/// The reasons that steps leave beside an empty or marked figure, and how they read in Chinese.
const REASONS: &[(&str, &str, &str)] = &[
    ("no base: ", " not published", "无基期：{}未公布"),
    ("base ", " is zero", "基期{}为零"),
    ("base ", " is negative", "基期{}为负"),
    ("base ", " is in another unit or currency", "基期{}的单位或币种不同"),
    ("not computed for ", "", "{}不计算"),
    ("", " not published", "{}未公布"),
    ("", " is zero", "{}为零"),
    ("", " rows at a marked rate", "{}条记录使用带标注的汇率"),
    ("", " days", "仅{}天有汇率"),
];

/// The reason in Chinese and as it was given, where its form is known; numbers such as `195 of 257` turn into
/// `195/257`.
fn in_both(reason: &str) -> String {
    let (before, text) =
        reason.rsplit_once(": ").filter(|(label, _)| label.contains(" / ")).unwrap_or(("", reason));
    let chinese = REASONS.iter().find_map(|(start, end, chinese)| {
        let inner = text.strip_prefix(start)?.strip_suffix(end)?;
        let short = inner.len() < 40;
        short.then(|| chinese.replace("{}", &inner.replace(" of ", "/")))
    });
    match chinese {
        Some(chinese) if before.is_empty() => format!("{chinese} / {text}"),
        Some(chinese) => format!("{before}: {chinese} / {text}"),
        None => reason.to_owned(),
    }
}

/// ① to ⑳, then (21): a digit set small would read as an exponent.
fn mark(number: usize) -> String {
    let sign = u32::try_from(number).ok().filter(|number| *number < 20);
    match sign.and_then(|number| char::from_u32(u32::from('①') + number)) {
        Some(sign) => sign.to_string(),
        None => format!("({})", number + 1),
    }
}

/// About as wide as one mark (a wide blank would draw the line in another font): keeps the numbers of a column under each other when only some carry a mark.
pub(super) const NO_MARK: &str = "    ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_reasons_share_a_mark() {
        let mut flags = Flags::default();
        for reason in ["下限", "预计", "下限"] {
            flags.note(reason);
        }
        assert_eq!(flags.notes().collect::<Vec<_>>(), ["① 下限", "② 预计"]);
        assert_eq!(flags.marks(&["预计".to_owned(), "下限".to_owned()]), " ①②");
        assert_eq!(flags.marks(&[]), "");
        assert_eq!(mark(20), "(21)");
    }

    #[test]
    fn reasons_of_steps_are_said_in_chinese_too() {
        assert_eq!(
            in_both("no base: 2017 not published"),
            "无基期：2017未公布 / no base: 2017 not published"
        );
        assert_eq!(
            in_both("汇率 / rate: 195 of 257 days"),
            "汇率 / rate: 仅195/257天有汇率 / 195 of 257 days"
        );
        assert_eq!(in_both("下限"), "下限");
    }
}
