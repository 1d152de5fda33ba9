//! Units as a reader of the office expects them: 亿元 rather than 122000000000 CNY.

use super::language::{Languages, words};
use super::value::Exact;
use crate::finding::Words;

/// How a figure is best read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Readable {
    /// Divide by `10^power`.
    pub(super) power: i32,
    /// The unit in words.
    pub(super) words: String,
    /// Whether thousands are parted; not in years and places.
    pub(super) grouped: bool,
}

/// Currencies: 元, 万元, 亿元 and their English and Russian words.
const CURRENCIES: [(&str, [Words; 3]); 4] = [
    (
        "CNY",
        [
            words("元", "yuan", "юаней"),
            words("万元", "10,000 yuan", "10 тыс. юаней"),
            words("亿元", "100 mn yuan", "100 млн юаней"),
        ],
    ),
    (
        "USD",
        [
            words("美元", "US dollars", "долл. США"),
            words("万美元", "10,000 US dollars", "10 тыс. долл."),
            words("亿美元", "100 mn US dollars", "100 млн долл."),
        ],
    ),
    (
        "RUB",
        [
            words("卢布", "roubles", "руб."),
            words("万卢布", "10,000 roubles", "10 тыс. руб."),
            words("亿卢布", "100 mn roubles", "100 млн руб."),
        ],
    ),
    (
        "EUR",
        [
            words("欧元", "euros", "евро"),
            words("万欧元", "10,000 euros", "10 тыс. евро"),
            words("亿欧元", "100 mn euros", "100 млн евро"),
        ],
    ),
];

/// Other units by their code.
const UNITS: &[(&str, Words)] = &[
    ("KM", words("公里", "km", "км")),
    ("M", words("米", "m", "м")),
    ("M2", words("平方米", "m²", "м²")),
    ("T", words("吨", "tonnes", "т")),
    ("KG", words("千克", "kg", "кг")),
    ("TEU", words("标准箱", "TEU", "TEU")),
    ("PERSONS", words("人", "persons", "чел.")),
    ("ENTERPRISES", words("家", "enterprises", "предприятий")),
    ("ZONES", words("个", "zones", "зон")),
    ("COUNTRIES", words("个国家和地区", "countries and regions", "стран и регионов")),
    ("YEARS", words("年", "years", "лет")),
    ("YEAR", words("年份", "year", "год")),
    ("RANK", words("位", "rank", "место")),
    ("ORDINAL", words("届", "edition", "по счёту")),
    ("TOPICS", words("项", "topics", "тем")),
    ("SECTORS", words("个", "sectors", "отраслей")),
    ("MONTHS_UPPER", words("个月以内", "months at most", "мес., не более")),
    ("PC_GY", words("%，同比", "% a year", "% за год")),
    ("PC", words("%", "%", "%")),
    ("PERCENT", words("%", "%", "%")),
    ("RATIO", words("倍", "times", "раз")),
    ("PIECES", words("个/件", "pieces", "шт.")),
    ("SETS", words("台/套", "sets", "комплектов")),
    ("VEHICLES", words("辆", "vehicles", "автомобилей")),
    ("VEHICLE_TRIPS", words("辆次", "vehicle trips", "рейсов автомобилей")),
    ("SHIPS", words("艘", "ships", "судов")),
    ("SHIP_CALLS", words("艘次", "ship calls", "судозаходов")),
    ("TRAINS", words("列", "trains", "поездов")),
    ("PERSON_TRIPS", words("人次", "person trips", "чел.-поездок")),
    ("ITEMS", words("项", "items", "ед.")),
    ("M3", words("立方米", "m³", "м³")),
    ("LITRES", words("升", "litres", "л")),
    ("DAY", words("天", "day", "день")),
    ("TEXT", words("", "", "")),
];

/// The unit and scale in which a figure reads best; an unknown code is shown as it is.
pub(super) fn readable(code: &str, value: Exact, languages: &Languages) -> Readable {
    if let Some((of, per)) = code.split_once('/') {
        let of = readable(of, value, languages);
        return Readable { words: format!("{} / {}", of.words, in_words(per, languages)), ..of };
    }
    let size = value.rounded(0).units.unsigned_abs();
    if let Some((_, steps)) = CURRENCIES.iter().find(|(known, _)| *known == code) {
        let (power, step) = match size {
            100_000_000.. => (8, 2),
            10_000.. => (4, 1),
            _ => (0, 0),
        };
        let words = steps.get(step).map(|words| languages.brief(words)).unwrap_or_default();
        return Readable { power, words, grouped: true };
    }
    if let Some((_, words)) = LARGE.iter().find(|(known, _)| *known == code && size >= 1_000_000) {
        return Readable { power: 4, words: languages.brief(words), grouped: true };
    }
    let grouped = !matches!(code, "YEAR" | "RANK" | "ORDINAL");
    Readable { power: 0, words: in_words(code, languages), grouped }
}

/// Units that a million or more are told of in 万.
const LARGE: [(&str, Words); 3] = [
    ("PERSONS", words("万人", "10,000 persons", "10 тыс. чел.")),
    ("PERSON_TRIPS", words("万人次", "10,000 person trips", "10 тыс. чел.-поездок")),
    ("T", words("万吨", "10,000 tonnes", "10 тыс. т")),
];

/// A unit in words, not scaled.
fn in_words(code: &str, languages: &Languages) -> String {
    let words = UNITS.iter().find(|(known, _)| *known == code).map(|(_, words)| words);
    words.map_or_else(|| code.to_owned(), |words| languages.brief(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, units: i128, power: i32, words: &str) {
        let found = readable(code, Exact { units, scale: 0 }, &Languages::default());
        assert_eq!((found.power, found.words.as_str()), (power, words));
    }

    #[test]
    fn amounts_take_the_unit_of_their_size() {
        check("CNY", 122_000_000_000, 8, "亿元 100 mn yuan");
        check("USD", 250_000_000, 8, "亿美元 100 mn US dollars");
        check("CNY", -35_000, 4, "万元 10,000 yuan");
        check("M", 1284, 0, "米 m");
        check("BOXES", 3, 0, "BOXES");
        check("PERCENT", 8, 0, "%");
        check("T", 10_710_000, 4, "万吨 10,000 tonnes");
        check("USD/ZONES", 187_500_000, 8, "亿美元 100 mn US dollars / 个 zones");
    }
}
