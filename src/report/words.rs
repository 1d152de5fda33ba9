//! The fixed words of the pages in the three languages: codes put into words, headings, legends.

use super::language::words;
use crate::finding::Words;

/// Marks a page or row that shows a random sample.
pub(super) const SAMPLE: Words = words("示例", "sample", "пример");
/// The same as a sentence.
pub(super) const SAMPLE_LINE: Words = words(
    "示例：随机数据，不是真实统计",
    "Sample: random data, not real statistics",
    "Пример: случайные данные, не настоящая статистика",
);
/// A table without rows.
pub(super) const NO_ROWS: Words = words("无数据", "no data", "нет данных");
/// A year between the first and the last of a table for which nothing stands.
pub(super) const NOT_PUBLISHED: Words = words("未公布", "not published", "не опубликовано");
/// The heading of units in words.
pub(super) const UNIT: Words = words("单位", "Unit", "Единица");
/// Before the note of a converted figure.
pub(super) const RATE: Words = words("汇率", "rate", "курс");
/// Above a table whose rows were computed from others.
pub(super) const COMPUTED: Words =
    words("由其他表计算", "computed from other tables", "рассчитано по другим таблицам");
/// The dash of an empty figure.
pub(super) const DASH: Words = words("– 无数据", "no figure", "нет данных");
/// Heading of the notes.
pub(super) const FLAGS: Words = words("注释", "Notes", "Примечания");
/// Heading of findings.
pub(super) const FINDINGS: Words = words("数据核查提示", "Checks", "Проверки");
/// Heading of footnotes of input files.
pub(super) const SOURCE_NOTES: Words = words("来源脚注", "Footnotes of the source", "Сноски источника");
/// Heading of the files a table was read from.
pub(super) const SOURCE: Words = words("来源", "Source", "Источник");
/// The day a report speaks of.
pub(super) const AS_OF: Words = words("数据截至", "As of", "По состоянию на");
/// Identity of the content.
pub(super) const CONTENT_ID: Words = words("内容标识", "content id", "код содержания");
/// Points to the sheet that says more.
pub(super) const MORE_ON_QUALITY: Words =
    words("其余见“质量”表", "the rest stands on the quality sheet", "остальное на листе качества");
/// Where the rest of the source lines stands.
pub(super) const MORE_IN_NOTES: Words = words(
    "其余资料来源见“说明”表或原文件",
    "further sources: see the notes sheet or the files",
    "остальные источники — на листе пояснений или в файлах",
);
/// A lower bound.
pub(super) const ABOVE: Words =
    words("下限：来源称“超过”或“以上”", "lower bound: at least this", "нижняя граница: не менее");
/// An upper bound.
pub(super) const BELOW: Words =
    words("上限：来源称“不足”或“以下”", "upper bound: at most this", "верхняя граница: не более");
/// A value said to be near.
pub(super) const NEAR: Words = words("约数：来源称“约”", "approximate: about this", "приблизительно: около");
/// Why a total stands empty.
pub(super) const TOTAL_BOUND: Words =
    words("含界限值，不合计", "not added up: contains bounds", "не суммируется: есть границы");
/// Why a total stands empty.
pub(super) const TOTAL_FORECAST: Words =
    words("含预计值，不合计", "not added up: contains forecasts", "не суммируется: есть прогнозы");
/// Why a total stands empty.
pub(super) const TOTAL_MISSING: Words =
    words("有缺项，不合计", "not added up: parts are missing", "не суммируется: не все данные");
/// Why a total stands empty.
pub(super) const TOTAL_MIXED: Words =
    words("币种或单位不一，不合计", "not added up: units differ", "не суммируется: разные единицы");
/// Excel's total that cannot be a formula.
pub(super) const PASSED: Words = words("通过", "passed", "пройдено");
/// A check that found nothing to test.
pub(super) const UNTESTED: Words = words("未检验", "not tested", "не проверено");
/// Failed, but published.
pub(super) const WARNED: Words = words("警告", "warning", "предупреждение");
/// Failed.
pub(super) const FAILED: Words = words("失败", "failed", "не пройдено");
/// Failed, with a declared reason.
pub(super) const ACCEPTED: Words = words("已接受", "accepted", "принято");
/// Worth knowing.
pub(super) const NOTICE: Words = words("提示", "notice", "сведение");

/// Bounds by their sign in a table: how a page shows them, in words.
const BOUNDS: [(&str, &str, Words); 3] = [(">", "≥", ABOVE), ("<", "≤", BELOW), ("≈", "≈", NEAR)];

/// The sign before a bounded figure and the words for it.
pub(super) fn bound(sign: &str) -> Option<(&'static str, Words)> {
    BOUNDS.iter().find(|(known, _, _)| *known == sign).map(|(_, shown, words)| (*shown, *words))
}

/// Bounds in a word or two, for a column of statuses.
pub(super) fn bound_in_brief(sign: &str) -> Option<Words> {
    match sign {
        ">" => Some(words("下限", "lower bound", "нижняя граница")),
        "<" => Some(words("上限", "upper bound", "верхняя граница")),
        "≈" => Some(words("约数", "approximate", "приблизительно")),
        _ => None,
    }
}

/// SDMX observation statuses, and lower bound as the facts sheet words it.
const STATUSES: [(&str, Words); 20] = [
    ("A", words("正常", "normal", "обычное")),
    ("B", words("口径中断", "break in series", "разрыв ряда")),
    ("D", words("由其他数字计算", "derived from other figures", "рассчитано по другим данным")),
    ("E", words("存疑或估计", "estimated or suspect", "оценка или под сомнением")),
    ("F", words("预计", "forecast", "прогноз")),
    ("G", words("试验性", "experimental", "экспериментально")),
    ("H", words("节假日无数据", "missing: holiday", "нет данных: выходной")),
    ("I", words("插补", "imputed", "досчитано")),
    ("J", words("另有说明", "derogation", "отступление")),
    ("K", words("包含在他项中", "included elsewhere", "включено в другое")),
    ("L", words("未收集", "not collected", "не собиралось")),
    ("M", words("不存在", "cannot exist", "не может существовать")),
    ("N", words("不显著", "not significant", "незначимо")),
    ("O", words("来源未列", "missing in the source", "нет в источнике")),
    ("P", words("初步数", "provisional", "предварительно")),
    ("Q", words("未公开", "suppressed", "скрыто")),
    ("S", words("罢工", "strike", "забастовка")),
    ("U", words("存疑", "suspect", "под сомнением")),
    ("V", words("未经核实", "unvalidated", "не проверено")),
    ("W", words("含他项数据", "includes another category", "включает другую категорию")),
];

/// The words for a status code.
pub(super) fn status(code: &str) -> Option<Words> {
    STATUSES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// Frequencies of a period.
const FREQUENCIES: [(&str, Words); 7] = [
    ("A", words("全年", "year", "год")),
    ("Q", words("季度", "quarter", "квартал")),
    ("M", words("当月", "month", "месяц")),
    ("D", words("当日", "day", "день")),
    ("YTD", words("累计", "year to date", "с начала года")),
    ("R", words("区间", "range", "интервал")),
    ("P", words("时点", "point in time", "на дату")),
];

/// The words for a frequency code.
pub(super) fn frequency(code: &str) -> Option<Words> {
    FREQUENCIES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}
