//! The Bank of Russia's history of one currency, CSV or workbook: `nominal;data;curs;cdx`, or without the
//! nominal. Roubles for so many units, decimal comma, dd.mm.yyyy, the currency by its Russian name.
//!
//! The nominal changes from day to day; in files without it a factor of ten is hidden, which
//! [`super::quality`] looks for.

use super::dates::Days;
use super::lines::{DecimalMark, Filling, Lines, RateReading, column};
use super::{Layout, RateFileError};
use crate::measure::{Currency, Direction, Frequencies, RateSeries, read_currency};
use crate::text::fold;

pub(super) const LAYOUT: Layout = Layout {
    name: "cbr",
    header: "nominal;data;curs;cdx",
    encodings: &["utf-8", "windows-1251"],
    fits,
    read,
};

/// Names of the bank's files, singular and plural of a nominal, by the words that tell them apart.
const NAMES: &[(&[&str], &str)] = &[
    (&["доллар", "сша"], "USD"),
    (&["доллар", "австрал"], "AUD"),
    (&["доллар", "канад"], "CAD"),
    (&["доллар", "сингапур"], "SGD"),
    (&["доллар", "гонконг"], "HKD"),
    (&["доллар", "новозеланд"], "NZD"),
    (&["евро"], "EUR"),
    (&["фунт", "стерлинг"], "GBP"),
    (&["юан"], "CNY"),
    (&["иен"], "JPY"),
    (&["вон", "коре"], "KRW"),
    (&["вон", "кндр"], "KPW"),
    (&["тенге"], "KZT"),
    (&["лир", "турецк"], "TRY"),
    (&["лев", "болгар"], "BGN"),
    (&["драм", "армян"], "AMD"),
    (&["манат", "азербайджан"], "AZN"),
    (&["манат", "туркмен"], "TMT"),
    (&["бел", "руб"], "BYN"),
    (&["реал", "бразил"], "BRL"),
    (&["форинт"], "HUF"),
    (&["крон", "датск"], "DKK"),
    (&["крон", "норвеж"], "NOK"),
    (&["крон", "шведск"], "SEK"),
    (&["крон", "чешск"], "CZK"),
    (&["крон", "исланд"], "ISK"),
    (&["франк", "швейцар"], "CHF"),
    (&["рупи", "индий"], "INR"),
    (&["сом", "киргиз"], "KGS"),
    (&["сомони"], "TJS"),
    (&["сум", "узбек"], "UZS"),
    (&["ле", "молдав"], "MDL"),
    (&["ле", "румын"], "RON"),
    (&["злот"], "PLN"),
    (&["гривен"], "UAH"),
    (&["гривн"], "UAH"),
    (&["рэнд"], "ZAR"),
    (&["донг"], "VND"),
    (&["бат", "таиланд"], "THB"),
    (&["лари"], "GEL"),
    (&["дирхам", "оаэ"], "AED"),
    (&["риал", "катар"], "QAR"),
    (&["фунт", "египет"], "EGP"),
    (&["рупи", "индонез"], "IDR"),
    (&["тугрик"], "MNT"),
    (&["динар", "серб"], "RSD"),
    (&["сдр"], "XDR"),
];

fn fits(header: &[String]) -> bool {
    ["data", "curs", "cdx"].iter().all(|name| column(header, name).is_some())
}

/// A currency by its Russian name; a name with words of two currencies is none.
fn currency(name: &str) -> Option<Currency> {
    if let Some(read) = read_currency(name) {
        return Some(read.currency);
    }
    let folded = fold(name);
    let words: Vec<&str> = folded.split([' ', '(', ')', '.', '-']).filter(|word| !word.is_empty()).collect();
    let has = |stem: &&str| words.iter().any(|word| word.starts_with(*stem));
    let mut found = NAMES.iter().filter(|(stems, _)| stems.iter().all(has)).map(|(_, code)| *code);
    let code = found.next()?;
    found.all(|other| other == code).then(|| Currency::parse(code)).flatten()
}

/// Units that a rate is for; `1.000` and `1 000` are a thousand here, since no nominal is a fraction.
pub(super) fn nominal(text: &str) -> Option<u32> {
    let whole: String = text.chars().filter(|ch| !ch.is_whitespace() && *ch != '.').collect();
    let pieces: Vec<&str> = text.split(|ch: char| ch.is_whitespace() || ch == '.').collect();
    let grouped = pieces.iter().skip(1).all(|piece| piece.len() == 3);
    let digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    (grouped && digits).then(|| whole.parse().ok()).flatten().filter(|nominal| *nominal > 0)
}

fn read(lines: &Lines<'_>) -> Result<RateReading, RateFileError> {
    let at = |name| column(lines.header.cells, name).unwrap_or(usize::MAX);
    let (day_at, rate_at, name_at, nominal_at) =
        (at("data"), at("curs"), at("cdx"), column(lines.header.cells, "nominal"));
    let series = RateSeries::new(
        "Bank of Russia",
        lines.file,
        Currency::RUB,
        Direction::BasePerUnit,
        Frequencies::Daily,
    );
    let mut filling = Filling::of(lines, series);
    let days = Days::of(lines.rows().map(|line| line.cell(day_at)));
    let columns = [day_at, rate_at, name_at].into_iter().chain(nominal_at);
    lines.leave_out_all_but(&columns.collect::<Vec<_>>());
    for line in lines.data(day_at) {
        let [day, name] = [day_at, name_at].map(|column| lines.label(line, column));
        let day = days.read(lines, line.at(day_at), day)?;
        let Some(currency) = currency(name) else {
            filling.unknown_row(line, name_at, name);
            continue;
        };
        let nominal = match nominal_at {
            None => 1,
            Some(at) => {
                let written = lines.label(line, at);
                let expected = "number of units";
                nominal(written).ok_or_else(|| lines.bad(line.at(at), "nominal", written, expected))?
            }
        };
        let at = line.at(rate_at);
        let rate = lines.rate(at, currency.as_str(), line.cell(rate_at), (DecimalMark::Comma, nominal))?;
        filling.put(at, (currency, day, rate))?;
    }
    Ok(filling.finish())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bytes, counted, refused};
    use super::*;

    /// 21.4716 roubles for ten lira are 2.14716 for one.
    #[test]
    fn the_nominal_of_each_day_counts() {
        let text = "nominal;data;curs;cdx\n1;05.03.2022;\"7,4561\";Турецкая лира\n10;04.03.2022;\"21,4716\";Турецких лир\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        check_bytes(&bytes, "Bank of Russia RUB Daily\nTRY 2022-03-04 2.14716 / TRY 2022-03-05 7.4561");
    }

    #[test]
    fn a_file_without_nominal_is_for_one_unit() {
        check(
            "\u{feff}data;curs;cdx\n01.02.2022;77,4702;Доллар США\n29.01.2022;77,8174;Доллар США\n",
            "Bank of Russia RUB Daily\nUSD 2022-01-29 77.8174 / USD 2022-02-01 77.4702",
        );
    }

    #[test]
    fn an_unknown_currency_is_told_and_a_doubtful_number_refused() {
        check(
            "nominal;data;curs;cdx\n1;05.03.2022;\"7,4561\";Тугрик\n1;05.03.2022;\"1,5\";Талер\n",
            "Bank of Russia RUB Daily\nMNT 2022-03-05 7.4561\nX05 at r.csv ▸ line 3: Талер (1)",
        );
        refused(
            "nominal;data;curs;cdx\n0;05.03.2022;\"7,4561\";Юань\n",
            "r.csv, line 2, nominal: `0` is no number of units",
        );
        refused(
            "nominal;data;curs;cdx\n1;05.03.2022;7.456;Юань\n",
            "r.csv, line 2, CNY: `7.456` is no exchange rate above zero",
        );
        refused(
            "nominal;data;curs;cdx\n1;05.03.2022;\"-7,4561\";Юань\n",
            "r.csv, line 2, CNY: `-7,4561` is no exchange rate above zero",
        );
    }

    #[test]
    fn nominals_and_names_are_read() {
        for (text, expected) in
            [("1", Some(1)), ("1.000", Some(1000)), ("10 000", Some(10_000)), ("1.5", None), ("", None)]
        {
            assert_eq!(nominal(text), expected, "{text}");
        }
        for (name, code) in [
            ("Китайский юань", "CNY"),
            ("Вон Республики Корея", "KRW"),
            ("Болгарский лев", "BGN"),
            ("Белорусских рублей", "BYN"),
        ] {
            assert_eq!(currency(name).map(|found| found.to_string()).as_deref(), Some(code), "{name}");
        }
        assert_eq!(currency("Доллар"), None);
    }

    /// 19 cells by Python's csv: 5 headings, a line of notes, 4 cells of each of three rates, and one more.
    #[test]
    fn every_cell_is_accounted_for() {
        let text = "nominal;data;curs;cdx;note\n1;05.03.2022;\"7,4561\";Тугрик\n1;05.03.2022;\"1,5\";Талер\n\
                    1;06.03.2022;\"7,5\";Тугрик;x\nИсточник: Банк России\n";
        counted(
            text.as_bytes(),
            "19 cells = 2 figures + 6 labels + 6 around + 4 unknown currency + 1 unread column\n\
             3 rows = 2 used + 1 unknown currency",
        );
    }
}
