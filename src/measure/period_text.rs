//! Reads periods as tables and titles write them, in Chinese, Russian and English.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use thiserror::Error;

use super::date::read_date;
use super::period::{Frequency, Period};
use crate::text::fold;

/// Text that is no period, or more than one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PeriodProblem {
    /// No period at all.
    #[error("`{0}` is no period")]
    NotAPeriod(String),
    /// More than one period.
    #[error("`{0}` names more than one period")]
    Several(String),
    /// October as a number loses its zero, and then looks like January.
    #[error("`{0}` may be January, or October without its zero; write the month as in 2023-01")]
    LostZero(String),
}

/// Names of the months and their short forms, whole: a word such as marble or декларация is none.
const RUSSIAN_MONTHS: [&str; 12] = [
    "янв(?:ар[ьяе])?",
    "февр?(?:ал[ьяе])?",
    "мар(?:т[ае]?)?",
    "апр(?:ел[ьяе])?",
    "ма[йяе]",
    "июн[ьяе]?",
    "июл[ьяе]?",
    "авг(?:уст[ае]?)?",
    "сент?(?:ябр[ьяе])?",
    "окт(?:ябр[ьяе])?",
    "нояб?(?:р[ьяе])?",
    "дек(?:абр[ьяе])?",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "jan(?:uary)?",
    "feb(?:ruary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
];

/// One way of writing a period: the expression, and how its groups become one.
struct Form {
    regex: Regex,
    read: fn(&Captures<'_>) -> Option<Period>,
}

#[expect(clippy::expect_used, reason = "constant expressions, compiled by every test of this file")]
fn form(expression: &str, read: fn(&Captures<'_>) -> Option<Period>) -> Form {
    let months = |names: [&str; 12]| {
        let parts: Vec<String> = names.iter().map(|name| format!(r"{name}\b\.?")).collect();
        parts.join("|")
    };
    let expression = expression.replace("RU", &months(RUSSIAN_MONTHS)).replace("EN", &months(ENGLISH_MONTHS));
    Form { regex: Regex::new(&expression).expect("a constant expression"), read }
}

/// The most telling forms first: what one has taken, no later one reads again.
static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    vec![
        form(
            r"(?P<a>\d{4}年\d{1,2}月\d{1,2}日)\s*[-至到~]\s*(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
            day_range,
        ),
        form(r"(?P<a>\d{4}年\d{1,2}月\d{1,2}日)", one_day),
        form(r"(?P<a>\d{4}-\d{2}-\d{2})/(?P<b>\d{4}-\d{2}-\d{2})", iso_days),
        form(r"\b(?P<a>\d{4}-\d{2}-\d{2})\b", one_day),
        form(r"(?P<y>\d{4})年(?P<m>\d{1,2})月\s*[-至到~]\s*(?P<z>\d{4})年(?P<n>\d{1,2})月", iso_months),
        form(r"(?P<y>\d{4})年(?P<m>\d{1,2})月?\s*[-至到~]\s*(?P<n>\d{1,2})月", months),
        form(r"(?P<y>\d{4})年前(?P<n>\d{1,2})个?月", first_months),
        form(r"(?P<y>\d{4})年(?P<m>\d{1,2})月", one_month),
        form(r"(?P<y>\d{4})年(?P<h>[上下])半年", half_year),
        form(r"(?P<y>\d{4})年(?:第?(?P<q>[一二三四1-4])季度)", quarter),
        form(r"(?P<y>\d{4})年", one_year),
        form(r"(?P<y>\d{4})-(?P<m>\d{2})/(?P<z>\d{4})-(?P<n>\d{2})", iso_months),
        form(r"\b(?P<y>\d{4})-?q(?P<q>[1-4])\b", quarter),
        form(r"\b(?P<y>\d{4})-(?P<m>\d{2})\b", one_month),
        form(r"\b(?P<a>RU)\s*-\s*(?P<b>RU)\s+(?P<y>\d{4})", named_months),
        form(r"\b(?P<a>RU)\s+(?P<y>\d{4})", named_month),
        form(r"\b(?P<a>EN)\s*-\s*(?P<b>EN)\s+(?P<y>\d{4})", named_months),
        form(r"\b(?P<a>EN)\s+(?P<y>\d{4})", named_month),
        form(r"\b(?P<y>(?:19|20)\d{2})\s*[-至到~]\s*(?P<z>(?:19|20)\d{2})\b", years),
        form(r"\b(?P<y>(?:19|20)\d{2})\s*(?:год[ау]?|г\.?)", one_year),
    ]
});

fn number<T: std::str::FromStr>(groups: &Captures<'_>, name: &str) -> Option<T> {
    groups.name(name)?.as_str().parse().ok()
}

fn day_range(groups: &Captures<'_>) -> Option<Period> {
    let start = read_date(groups.name("a")?.as_str()).ok()?;
    let year = number(groups, "y").unwrap_or(start.year());
    let end = jiff::civil::Date::new(year, number(groups, "m")?, number(groups, "d")?).ok()?;
    Period::days(start, end)
}

fn one_day(groups: &Captures<'_>) -> Option<Period> {
    read_date(groups.name("a")?.as_str()).ok().map(Period::day)
}

fn iso_days(groups: &Captures<'_>) -> Option<Period> {
    Period::days(read_date(groups.name("a")?.as_str()).ok()?, read_date(groups.name("b")?.as_str()).ok()?)
}

fn months(groups: &Captures<'_>) -> Option<Period> {
    let year = number(groups, "y")?;
    Period::months(year, number(groups, "m")?, year, number(groups, "n")?)
}

fn first_months(groups: &Captures<'_>) -> Option<Period> {
    let year = number(groups, "y")?;
    Period::months(year, 1, year, number(groups, "n")?)
}

fn one_month(groups: &Captures<'_>) -> Option<Period> {
    let (year, month) = (number(groups, "y")?, number(groups, "m")?);
    Period::months(year, month, year, month)
}

fn half_year(groups: &Captures<'_>) -> Option<Period> {
    let year = number(groups, "y")?;
    let (first, last) = if groups.name("h")?.as_str() == "上" { (1, 6) } else { (7, 12) };
    Period::months(year, first, year, last)
}

fn quarter(groups: &Captures<'_>) -> Option<Period> {
    let quarter = match groups.name("q")?.as_str() {
        "一" | "1" => 1,
        "二" | "2" => 2,
        "三" | "3" => 3,
        _ => 4,
    };
    Period::quarter(number(groups, "y")?, quarter)
}

fn one_year(groups: &Captures<'_>) -> Option<Period> {
    Period::year(number(groups, "y")?)
}

fn years(groups: &Captures<'_>) -> Option<Period> {
    Period::months(number(groups, "y")?, 1, number(groups, "z")?, 12)
}

fn iso_months(groups: &Captures<'_>) -> Option<Period> {
    Period::months(number(groups, "y")?, number(groups, "m")?, number(groups, "z")?, number(groups, "n")?)
}

fn month_of_name(groups: &Captures<'_>, name: &str) -> Option<i8> {
    let word = groups.name(name)?.as_str();
    let stem = |stem: &str| word.starts_with(stem);
    let russian = ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
    let english = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = russian
        .iter()
        .position(|known| stem(known))
        .or_else(|| english.iter().position(|known| stem(known)))?;
    i8::try_from(at + 1).ok()
}

fn named_months(groups: &Captures<'_>) -> Option<Period> {
    let year = number(groups, "y")?;
    Period::months(year, month_of_name(groups, "a")?, year, month_of_name(groups, "b")?)
}

fn named_month(groups: &Captures<'_>) -> Option<Period> {
    let (year, month) = (number(groups, "y")?, month_of_name(groups, "a")?);
    Period::months(year, month, year, month)
}

/// Every period named in a longer text, in its order, each once.
pub fn find_periods(text: &str) -> Vec<Period> {
    find(&fold(text)).into_iter().map(|(_, _, period)| period).fold(Vec::new(), |mut seen, period| {
        if !seen.contains(&period) {
            seen.push(period);
        }
        seen
    })
}

/// The text folded, with `#` for every period and every other number: what two headers have in common whose
/// tables speak of different months.
pub fn without_periods(text: &str) -> String {
    let folded = fold(text);
    let mut plain = String::new();
    let mut from = 0;
    for (start, end, _) in find(&folded) {
        plain.push_str(folded.get(from..start).unwrap_or_default());
        plain.push('#');
        from = end;
    }
    plain.push_str(folded.get(from..).unwrap_or_default());
    let mut masked = String::new();
    for sign in plain.chars() {
        let sign = if sign.is_ascii_digit() { '#' } else { sign };
        if sign != '#' || !masked.ends_with('#') {
            masked.push(sign);
        }
    }
    masked
}

fn find(folded: &str) -> Vec<(usize, usize, Period)> {
    let mut found: Vec<(usize, usize, Period)> = Vec::new();
    for form in FORMS.iter() {
        for groups in form.regex.captures_iter(folded) {
            let Some(whole) = groups.get(0) else { continue };
            let taken = found.iter().any(|(start, end, _)| whole.start() < *end && *start < whole.end());
            if let (false, Some(period)) = (taken, (form.read)(&groups)) {
                found.push((whole.start(), whole.end(), period));
            }
        }
    }
    found.sort_by_key(|(start, ..)| *start);
    found
}

/// Reads a cell that is a period and nothing else but `（当月）`, `（全年）`, `г.` and brackets around it.
pub fn read_period(text: &str) -> Result<Period, PeriodProblem> {
    let folded = fold(text);
    let not_a_period = || PeriodProblem::NotAPeriod(text.trim().to_owned());
    if let Ok(period) = Period::parse(&folded.to_uppercase(), None) {
        return Ok(period);
    }
    if let Some(period) = pointed(&folded) {
        // What was 2023.10 in a cell or in the text that a program made of it.
        let lost_zero = folded.trim().ends_with(".1") && period.frequency == Frequency::Month;
        return if lost_zero { Err(PeriodProblem::LostZero(text.trim().to_owned())) } else { Ok(period) };
    }
    let found = find(&folded);
    let (start, end, period) = match found.as_slice() {
        [] => return Err(not_a_period()),
        [one] => *one,
        _ => return Err(PeriodProblem::Several(text.trim().to_owned())),
    };
    let around =
        format!("{}{}", folded.get(..start).unwrap_or_default(), folded.get(end..).unwrap_or_default());
    let rest: String = around.chars().filter(|ch| !"()[] ".contains(*ch)).collect();
    match rest.as_str() {
        "" | "当月" | "全年" | "г." | "г" | "год" | "года" | "累计" | "年" => Ok(period),
        _ => Err(not_a_period()),
    }
}

/// Months as lists of dates write them: 2023.01, 2023/1, 202301, 2023.1-6. In a longer text they may be numbers.
static POINTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<y>(?:19|20)\d{2})(?:[./](?P<m>\d{1,2})(?:\s*[-~至](?:(?P<z>\d{4})[./])?(?P<n>\d{1,2}))?|(?P<c>\d{2}))$",
    )
    .ok()
});

fn pointed(folded: &str) -> Option<Period> {
    let groups = POINTED.as_ref()?.captures(folded.trim())?;
    let year = number(&groups, "y")?;
    let first = number(&groups, "m").or_else(|| number(&groups, "c"))?;
    let last_year = number(&groups, "z").unwrap_or(year);
    Period::months(year, first, last_year, number(&groups, "n").unwrap_or(first))
}

/// Reads a part of a known year, as headers write it below a title with the year: `12月`, `1至12月累计`,
/// `янв.–июнь`, `Jan`, 一季度.
pub fn read_part_of_year(text: &str, year: i16) -> Option<Period> {
    let folded = fold(text);
    let says_when = folded.chars().any(|sign| sign.is_ascii_digit()) || folded.contains("全年");
    let chinese = read_period(&format!("{year}年{folded}")).ok();
    // A bare 累计 names no months; it is not the whole year.
    let chinese = chinese.filter(|period| says_when || period.frequency != Frequency::Year);
    chinese.or_else(|| read_period(&format!("{folded} {year}")).ok().filter(|_| !folded.is_empty()))
}

static MONTHS_ONLY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?P<m>\d{1,2})月?(?:\s*[-至到~]\s*(?P<n>\d{1,2}))?月?$").ok());

/// Reads months without a year, as sheet names write them: `1-9月`, `12月`, `上半年`, `全年`.
pub fn read_months(text: &str, year: i16) -> Option<Period> {
    let folded = fold(text);
    match folded.as_str() {
        "全年" => return Period::year(year),
        "上半年" => return Period::months(year, 1, year, 6),
        "下半年" => return Period::months(year, 7, year, 12),
        _ => {}
    }
    let groups = MONTHS_ONLY.as_ref()?.captures(&folded).filter(|_| folded.ends_with('月'))?;
    let first = number(&groups, "m")?;
    Period::months(year, first, year, number(&groups, "n").unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::period::Frequency;
    use super::*;

    #[test]
    fn headers_of_other_months_have_the_rest_in_common() {
        for (text, rest) in [
            ("2024年1-9月/累计值", "#/累计值"),
            ("янв.–июнь 2013 г.", "# г."),
            ("1至10月", "#至#月"),
            ("金额（万元）", "金额(万元)"),
        ] {
            assert_eq!(without_periods(text), rest);
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = read_period(text)
            .map_or_else(|error| error.to_string(), |period| format!("{period} {}", period.frequency.code()));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn cells_are_read() {
        check("2018年", "2018 A");
        check("2018", "2018 A");
        check("2022年1-3月", "2022-01/2022-03 YTD");
        check("2021年1-12月", "2021 A");
        check("2022年4月（当月）", "2022-04 M");
        check("2022年（全年）", "2022 A");
        check("2023年1至8月", "2023-01/2023-08 YTD");
        check("2023年上半年", "2023-01/2023-06 YTD");
        check("2023年一季度", "2023-Q1 Q");
        check("2021Q2", "2021-Q2 Q");
        check("2019年1月1日-12月22日", "2019-01-01/2019-12-22 R");
        check("2021年1月1日-8月25日", "2021-01-01/2021-08-25 R");
        check("2022年11月-2025年11月累计", "2022-11/2025-11 R");
        check("累计（2014-2023）", "2014/2023 R");
        check("янв.–июнь 2013", "2013-01/2013-06 YTD");
        check("январь-май 2012 г.", "2012-01/2012-05 YTD");
        check("март 2013 г.", "2013-03 M");
        check("май 2013 г.", "2013-05 M");
        check("2011 г.", "2011 A");
        check("2021-01/2021-08", "2021-01/2021-08 YTD");
        check("2023.01", "2023-01 M");
        check("2023/10", "2023-10 M");
        check("2023/1", "2023-01 M");
        check("2023.2", "2023-02 M");
        check(
            "2023.1",
            "`2023.1` may be January, or October without its zero; write the month as in 2023-01",
        );
        check("202312", "2023-12 M");
        check("2023.1-6", "2023-01/2023-06 YTD");
        check("2023.11-2024.02", "2023-11/2024-02 R");
        check("202313", "`202313` is no period");
        check("1234.5", "`1234.5` is no period");
    }

    #[test]
    fn a_word_that_begins_like_a_month_is_none() {
        for title in ["Exports of marble 2021", "Маршруты 2021", "Декларация 2021", "Decoration 2021"]
        {
            assert_eq!(find_periods(title), Vec::new(), "{title}");
        }
        check("в марте 2021 г.", "`в марте 2021 г.` is no period");
        check("Sept. 2021", "2021-09 M");
        check("сентября 2021", "2021-09 M");
        check("нояб. 2021", "2021-11 M");
        check("февраль 2021", "2021-02 M");
        check("2021 год", "2021 A");
        check("январь-июнь 2021 года", "2021-01/2021-06 YTD");
    }

    #[test]
    fn parts_of_a_year_are_read() {
        let read = |text| read_part_of_year(text, 2023).map(|period| period.to_string());
        assert_eq!(read("12月").as_deref(), Some("2023-12"));
        assert_eq!(read("1至12月累计").as_deref(), Some("2023"));
        assert_eq!(read("1至2月").as_deref(), Some("2023-01/2023-02"));
        assert_eq!(read("янв.–июнь").as_deref(), Some("2023-01/2023-06"));
        assert_eq!(read("Mar").as_deref(), Some("2023-03"));
        assert_eq!(read("一季度").as_deref(), Some("2023-Q1"));
        for none in ["", "累计", "数量", "2011!!!!", "13月"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_no_period_is_an_error() {
        check("2010（俄方统计）", "`2010（俄方统计）` is no period");
        check("2011!!!!", "`2011!!!!` is no period");
        check("1-9月", "`1-9月` is no period");
        check("2021年、2022年", "`2021年、2022年` names more than one period");
        check("2021年13月", "`2021年13月` is no period");
    }

    #[test]
    fn periods_are_found_in_titles_and_sheet_names() {
        let found =
            |text: &str| find_periods(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(found("2021年1-9月黑龙江省进出口总值情况表"), "2021-01/2021-09");
        assert_eq!(found("2023年上半年黑龙江省外贸进出口情况"), "2023-01/2023-06");
        assert_eq!(found("黑龙江省对俄罗斯进出口历年情况"), "");
        assert_eq!(read_months("1-9月", 2021).unwrap().to_string(), "2021-01/2021-09");
        assert_eq!(read_months("1-12月", 2021).unwrap().to_string(), "2021");
        assert_eq!(read_months("12月", 2021).unwrap().to_string(), "2021-12");
        assert_eq!(read_months("历年", 2021), None);
    }

    const RUSSIAN: [&str; 12] = [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];

    /// The spellings of the months from one to another of a year.
    fn spellings(year: i16, first: usize, last: usize) -> Vec<String> {
        let (a, b) = (RUSSIAN[first - 1], RUSSIAN[last - 1]);
        let (c, d) = (ENGLISH[first - 1], ENGLISH[last - 1]);
        if first == last {
            return vec![
                format!("{year}年{first}月"),
                format!("{year}年{first:02}月（当月）"),
                format!("{a} {year} г."),
                format!("{c} {year}"),
                format!("{} {year}", c.chars().take(3).collect::<String>()),
            ];
        }
        vec![
            format!("{year}年{first}-{last}月"),
            format!("{year}年{first}至{last}月累计"),
            format!("{year}年{first:02}月-{year}年{last:02}月"),
            format!("{a}-{b} {year}"),
            format!("{a} – {b} {year} г."),
            format!("{c}-{d} {year}"),
        ]
    }

    proptest! {
        #[test]
        fn months_are_read_back_however_they_are_spelled(year in 1990_i16..2100, a in 1_usize..=12, b in 1_usize..=12) {
            let (first, last) = (a.min(b), a.max(b));
            let month = |at: usize| i8::try_from(at).unwrap();
            let expected = Period::months(year, month(first), year, month(last)).unwrap();
            for text in spellings(year, first, last) {
                prop_assert_eq!(read_period(&text), Ok(expected), "{}", text);
            }
        }

        #[test]
        fn years_quarters_halves_and_days_are_read_back(year in 1990_i16..2100, quarter in 1_i8..=4, day in 1_i8..=28, month in 1_i8..=12) {
            let numeral = ["一", "二", "三", "四"][usize::try_from(quarter).unwrap() - 1];
            let day_of = jiff::civil::Date::new(year, month, day).unwrap();
            let expected = [
                (Period::year(year), vec![format!("{year}"), format!("{year}年"), format!("{year}年（全年）"), format!("{year} г."), format!("{year} год")]),
                (Period::quarter(year, quarter), vec![format!("{year}年{numeral}季度"), format!("{year}年第{quarter}季度"), format!("{year}-Q{quarter}"), format!("{year}Q{quarter}")]),
                (Period::months(year, 1, year, 6), vec![format!("{year}年上半年")]),
                (Some(Period::day(day_of)), vec![format!("{year}年{month}月{day}日"), format!("{year}-{month:02}-{day:02}")]),
                (Period::days(jiff::civil::Date::new(year, 1, 1).unwrap(), day_of), vec![format!("{year}年1月1日-{month}月{day}日")]),
            ];
            for (period, texts) in expected {
                let period = period.unwrap();
                for text in texts {
                    prop_assert_eq!(read_period(&text), Ok(period), "{}", text);
                    prop_assert_eq!(find_periods(&text).len(), usize::from(text.len() > 4), "{}", text);
                }
                // The canonical text of every frequency is read back, also where the frequency is declared.
                let again = Period::parse(&period.to_string(), Some(period.frequency));
                prop_assert_eq!(again.unwrap(), period);
            }
        }

        #[test]
        fn no_text_is_two_periods(text in "[0-9年月日季度上下半至前全累计/Qq янвмртиюльJanMrch.()（）-]{0,16}") {
            let found = find_periods(&text);
            for period in &found {
                prop_assert!(period.start <= period.end, "{}", text);
                prop_assert_eq!(Period::parse(&period.to_string(), Some(period.frequency)).unwrap(), *period);
            }
            if let Ok(period) = read_period(&text) {
                prop_assert!(period.start <= period.end);
                let canonical = Period::parse(&fold(&text).to_uppercase(), None);
                prop_assert!(found == [period] || canonical == Ok(period), "{} {:?}", text, found);
            }
            if let Some(period) = read_part_of_year(&text, 2021) {
                prop_assert!(period.frequency != Frequency::Day || period.start == period.end);
            }
        }
    }
}
