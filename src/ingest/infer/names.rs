//! Words of headers that say what a column holds, in Chinese, English and Russian.

use crate::text::fold;

const GROWTH: &[&str] = &[
    "同比",
    "环比",
    "比去年",
    "比上年",
    "增长",
    "增速",
    "增幅",
    "growth",
    "yoy",
    "прирост",
    "темп",
    "в % к",
    "% к ",
    "±",
];
const SHARE: &[&str] = &["比重", "占比", "占全", "share", "perc", "доля", "удельный вес"];
const TOTALS: &[&str] =
    &["合计", "总计", "总值", "小计", "总额", "total", "grand total", "sum", "итого", "всего"];
const NOTES: &[&str] = &[
    "注",
    "备注",
    "资料来源",
    "数据来源",
    "说明",
    "更正说明",
    "来源",
    "примечание",
    "примечания",
    "источник",
    "источники",
    "note",
    "notes",
    "source",
    "sources",
    "footnote",
    "special value",
];
const CODES: &[&str] = &["编码", "编号", "代码", "号", "序号", "code", "id", "no", "no.", "№", "код"];
/// Words that say that a figure is not there.
const ABSENT: &[&str] = &[
    "暂无",
    "无",
    "不详",
    "未公布",
    "缺",
    "缺失",
    "n/a",
    "na",
    "n.a.",
    "nd",
    "null",
    "none",
    "н/д",
    "нет данных",
    "нет",
];
/// Words glued to a figure, and the status each gives.
pub(super) const MARKS: &[(&str, &str)] =
    &[("（预计）", "F"), ("（预测）", "F"), ("（估计）", "E"), ("（初步）", "P"), ("(p)", "P"), ("(e)", "E")];
/// Flags of Eurostat behind a figure and a blank, and the status each gives.
pub(super) const FLAGS: &[(&str, &str)] =
    &[(" b", "B"), (" e", "E"), (" f", "F"), (" p", "P"), (" r", "A"), (" u", "U")];
/// Headers that have an own name in a long table.
const MEASURES: &[(&str, &str)] = &[
    ("金额", "amount"),
    ("人民币", "amount_cny"),
    ("美元", "amount_usd"),
    ("第一数量", "quantity"),
    ("第二数量", "second_quantity"),
    ("数量", "quantity"),
    ("单价", "price"),
    ("重量", "weight"),
    ("стоимость", "amount"),
    ("количество", "quantity"),
];

fn has(text: &str, words: &[&str]) -> bool {
    let folded = fold(text);
    words.iter().any(|word| folded.contains(word))
}

/// Whether a header means growth.
pub(super) fn is_growth(text: &str) -> bool {
    // «к 2023 году» says to what the figure is compared.
    let compared = |folded: &str| {
        let mut words = folded.split(' ');
        words.next() == Some("к") && words.next().is_some_and(is_year)
    };
    has(text, GROWTH) || compared(&fold(text))
}

/// Whether a header means growth as an index, of which 100 is no change.
pub(super) fn is_index(text: &str) -> bool {
    has(text, &["в % к", "% к ", "темп роста", "темпы роста", "=100", "指数", "index"])
}

/// Whether a header means an exchange rate.
pub(super) fn is_rate(text: &str) -> bool {
    has(text, &["汇率", "牌价", "买入价", "卖出价", "中间价", "折算价", "exchange rate", "курс"])
}

/// Whether a header means a sum of money.
pub(super) fn is_money(text: &str) -> bool {
    has(text, &["金额", "价", "额", "amount", "value", "стоимость", "сумма"])
}

/// Whether a text of a header is a unit alone, as （万元） or % below 金额.
pub(super) fn is_unit_alone(text: &str) -> bool {
    let folded = fold(text);
    folded == "%" || (folded.starts_with('(') && folded.ends_with(')') && folded.matches('(').count() == 1)
}

/// Whether a header means a month or another period.
pub(super) fn is_period_header(text: &str) -> bool {
    has(text, &["年月", "月份", "时间", "日期", "期间", "年度", "период", "месяц", "period", "month"])
}

/// Whether a header means a day.
pub(super) fn is_day_header(text: &str) -> bool {
    has(text, &["日期", "дата", "date"])
}

/// Whether a header means the unit of figures beside it.
pub(super) fn is_unit_header(text: &str) -> bool {
    has(text, &["单位", "unit", "ед. изм", "единица", "ед."])
}

/// Whether a header means a share.
pub(super) fn is_share(text: &str) -> bool {
    has(text, SHARE)
}

/// Whether a header means a code or a number of something.
pub(super) fn is_code(text: &str) -> bool {
    let folded = fold(text);
    CODES.iter().any(|word| folded == *word || (folded.ends_with(word) && !word.is_ascii()))
        || folded.ends_with("code")
        || folded.ends_with("_id")
        || text.ends_with("Id")
}

/// Whether a row label means a total.
pub(super) fn is_total(label: &str) -> bool {
    let folded = fold(label);
    let bare = folded.trim_matches(|sign: char| !sign.is_alphanumeric());
    // 合  计 is spread to fill its cell.
    let closed: String = bare.chars().filter(|sign| !sign.is_whitespace()).collect();
    // 公路小计 is the sum of the rows above; 进出口总值 names a figure.
    let of_a_part = closed.ends_with("小计") || closed.ends_with("合计") || bare.starts_with("итого ");
    TOTALS.contains(&bare) || TOTALS.contains(&closed.as_str()) || of_a_part
}

/// The word by which a line after the data begins, with its colon where it has one.
pub(super) fn note_word(text: &str) -> Option<String> {
    let folded = fold(text);
    let word = NOTES.iter().filter(|word| folded.starts_with(**word)).max_by_key(|word| word.len())?;
    let rest = folded.strip_prefix(word)?;
    match rest.chars().next() {
        None => Some((*word).to_owned()),
        Some(':') => Some(format!("{word}:")),
        Some(sign) if !sign.is_alphabetic() => Some((*word).to_owned()),
        Some(_) => None,
    }
}

/// Whether a text says that a figure is not there: a sign without letters and digits, or a known word.
pub(super) fn is_absent(text: &str) -> bool {
    let folded = fold(text);
    !folded.is_empty() && (!folded.chars().any(char::is_alphanumeric) || ABSENT.contains(&folded.as_str()))
}

/// Whether a text is a year as headers print them.
pub(super) fn is_year(text: &str) -> bool {
    let folded = fold(text);
    let digits = folded.strip_suffix('年').unwrap_or(&folded).trim();
    digits.len() == 4 && digits.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))
}

/// A name for a measure: a known one, else the header in ASCII, else by its column.
pub(super) fn measure_name(header: &str, letters: &str) -> String {
    let folded = fold(header);
    if let Some((_, name)) = MEASURES.iter().find(|(word, _)| folded.contains(word)) {
        return (*name).to_owned();
    }
    slug(header).unwrap_or_else(|| format!("column_{}", letters.to_lowercase()))
}

/// A header of ASCII letters as a name of a column.
pub(super) fn slug(header: &str) -> Option<String> {
    if header.chars().any(|sign| sign.is_alphabetic() && !sign.is_ascii()) {
        return None;
    }
    let mut slug = String::new();
    for sign in header.chars() {
        if sign.is_ascii_alphanumeric() {
            slug.push(sign.to_ascii_lowercase());
        } else if !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug = slug.trim_matches('_').to_owned();
    slug.starts_with(|sign: char| sign.is_ascii_alphabetic()).then_some(slug)
}
