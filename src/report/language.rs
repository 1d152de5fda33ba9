//! The languages of a report's pages and the fixed words on them. Which languages show, and in which
//! order, is the report's `langs`.

use crate::finding::Words;
use crate::measure::{Frequency, Period};
use crate::spec::{Fields, Mistakes};
use crate::text::Label;

/// One language of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
    /// Russian.
    Russian,
}

/// Codes as written in `langs`.
const CODES: [(&str, Language); 3] =
    [("zh", Language::Chinese), ("en", Language::English), ("ru", Language::Russian)];

impl Language {
    /// This language's text of a label.
    fn of(self, label: &Label) -> &str {
        match self {
            Self::Chinese => &label.zh,
            Self::English => &label.en,
            Self::Russian => &label.ru,
        }
    }

    /// This language's text of fixed words.
    fn of_words(self, words: &Words) -> &'static str {
        match self {
            Self::Chinese => words.zh,
            Self::English => words.en,
            Self::Russian => words.ru,
        }
    }
}

/// The languages of a report, most important first; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Languages(Vec<Language>);

impl Default for Languages {
    fn default() -> Self {
        Self(CODES.iter().map(|(_, language)| *language).collect())
    }
}

impl Languages {
    /// Reads `langs`; all three where it is not given.
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &Mistakes) -> Self {
        let mut languages = Vec::new();
        for text in fields.texts("langs") {
            match CODES.iter().find(|(code, _)| *code == text.value) {
                Some((_, language)) if languages.contains(language) => {
                    mistakes.add(text.span, format!("`langs` names `{}` twice", text.value));
                }
                Some((_, language)) => languages.push(*language),
                None => {
                    let known = CODES.iter().map(|(code, _)| *code);
                    mistakes.unknown(text.span, "language", &text.value, known);
                }
            }
        }
        if languages.is_empty() { Self::default() } else { Self(languages) }
    }

    /// The texts of a label in the report's languages, without the missing ones; whatever text there is
    /// where none of the languages has one.
    pub(super) fn texts<'a>(&self, label: &'a Label) -> Vec<&'a str> {
        let texts: Vec<&str> =
            self.0.iter().map(|language| language.of(label)).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() && !label.is_empty() { vec![label.first()] } else { texts }
    }

    /// The label in the first of the languages that has it.
    pub(super) fn first<'a>(&self, label: &'a Label) -> &'a str {
        self.texts(label).first().copied().unwrap_or_default()
    }

    /// The label in the other languages, joined by ` · `.
    pub(super) fn rest(&self, label: &Label) -> String {
        self.texts(label).into_iter().skip(1).collect::<Vec<_>>().join(" · ")
    }

    /// The label in all languages, one below the other.
    pub(super) fn stacked(&self, label: &Label) -> String {
        self.texts(label).join("\n")
    }

    /// Fixed words in all languages, parted by a blank: `来源 Sources Источники`.
    pub(super) fn line(&self, words: &Words) -> String {
        let texts: Vec<&str> = self.0.iter().map(|language| language.of_words(words)).collect();
        texts.join(" ")
    }

    /// Fixed words in all languages, parted by ` / `; for sentences.
    pub(super) fn sentence(&self, words: &Words) -> String {
        let texts: Vec<&str> = self.0.iter().map(|language| language.of_words(words)).collect();
        texts.join(" / ")
    }

    /// Fixed words in all languages, one below the other; for explanations.
    pub(super) fn lines(&self, words: &Words) -> String {
        let texts: Vec<&str> = self.0.iter().map(|language| language.of_words(words)).collect();
        texts.join("\n")
    }

    /// Fixed words in the first two languages, parted by ` / `; for long sentences in cells.
    pub(super) fn short_sentence(&self, words: &Words) -> String {
        let texts: Vec<&str> = self.0.iter().take(2).map(|language| language.of_words(words)).collect();
        texts.join(" / ")
    }

    /// Fixed words in the first two languages, parted by a blank; for cells.
    pub(super) fn brief(&self, words: &Words) -> String {
        let mut texts: Vec<&str> = self.0.iter().take(2).map(|language| language.of_words(words)).collect();
        // Signs such as % and TEU are the same in every language.
        texts.dedup();
        texts.join(" ")
    }
}

impl Languages {
    /// A period as the first language writes it: 2021年1–8月; canonical text where Chinese is not first.
    pub(super) fn period(&self, canonical: &str) -> String {
        match Period::parse(canonical, None) {
            Ok(period) if self.0.first() == Some(&Language::Chinese) => in_chinese(&period, canonical),
            _ => canonical.replace('/', " – "),
        }
    }
}

/// Years stay bare numbers, days and odd ranges ISO dates.
fn in_chinese(period: &Period, canonical: &str) -> String {
    let (start, end) = (period.start, period.end);
    let one_year = start.year() == end.year();
    match period.frequency {
        Frequency::Month => format!("{}年{}月", start.year(), start.month()),
        Frequency::Quarter => format!("{}年第{}季度", start.year(), (start.month() + 2) / 3),
        Frequency::YearToDate | Frequency::Range
            if one_year && start.day() == 1 && end == end.last_of_month() =>
        {
            format!("{}年{}–{}月", start.year(), start.month(), end.month())
        }
        _ => canonical.replace('/', " – "),
    }
}

/// Fixed words as a label.
pub(super) fn label(words: &Words) -> Label {
    Label { zh: words.zh.to_owned(), en: words.en.to_owned(), ru: words.ru.to_owned() }
}

/// Shorthand for fixed words.
pub(super) const fn words(zh: &'static str, en: &'static str, ru: &'static str) -> Words {
    Words { zh, en, ru }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(canonical: &str, chinese: &str, english: &str) {
        assert_eq!(Languages::default().period(canonical), chinese);
        assert_eq!(Languages(vec![Language::English]).period(canonical), english);
    }

    #[test]
    fn periods_read_as_in_chinese_tables() {
        check("2021", "2021", "2021");
        check("2021-09", "2021年9月", "2021-09");
        check("2021-Q2", "2021年第2季度", "2021-Q2");
        check("2021-01/2021-08", "2021年1–8月", "2021-01 – 2021-08");
        check("2019-03/2019-05", "2019年3–5月", "2019-03 – 2019-05");
        check("2019-01-01/2019-12-22", "2019-01-01 – 2019-12-22", "2019-01-01 – 2019-12-22");
        check("of old", "of old", "of old");
    }

    #[test]
    fn a_label_without_the_languages_still_shows() {
        let label = Label { ru: "Год".to_owned(), ..Label::default() };
        assert_eq!(Languages(vec![Language::English]).first(&label), "Год");
    }
}
