//! Units of measure and their multipliers, as tables print them: 亿元人民币, млн долл. США, 万吨.

use std::collections::BTreeMap;

use thiserror::Error;

use super::currency::{Currency, ReadCurrency, read_currency};
use crate::text::fold;

/// A unit and the power of ten that a printed figure is multiplied with to give base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Code: a currency's, or one of an own short list (`T`, `PIECES`, `PERSONS`).
    pub code: String,
    /// The currency, where the unit is money.
    pub currency: Option<Currency>,
    /// Power of ten: 亿 is 8, 万 is 4, млн is 6.
    pub power: i32,
}

/// A unit nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the unit `{0}` is not known")]
pub struct UnitProblem(pub String);

/// Multipliers, the longest first, so that 百万 is not read as 万; folded.
const MULTIPLIERS: &[(&str, i32)] = &[
    ("hundred million ", 8),
    ("10 thousand ", 4),
    ("10 million ", 7),
    ("100 million ", 8),
    ("100 mn ", 8),
    ("100 ", 2),
    ("1 000 ", 3),
    ("1,000 ", 3),
    ("1000 ", 3),
    ("10 000 ", 4),
    ("10,000 ", 4),
    ("thousand ", 3),
    ("million ", 6),
    ("billion ", 9),
    ("万亿", 12),
    ("十亿", 9),
    ("千万", 7),
    ("百万", 6),
    ("трлн. ", 12),
    ("трлн ", 12),
    ("трлн.", 12),
    ("млрд. ", 9),
    ("млрд ", 9),
    ("млрд.", 9),
    ("млн. ", 6),
    ("млн ", 6),
    ("млн.", 6),
    ("тыс. ", 3),
    ("тыс ", 3),
    ("тыс.", 3),
    ("bn ", 9),
    ("mn ", 6),
    ("十万", 5),
    ("亿", 8),
    ("万", 4),
    ("千", 3),
];

/// Multipliers behind the unit, as in `USD million`; folded.
const TRAILING: &[(&str, i32)] = &[
    (" hundred million", 8),
    (" 100 million", 8),
    (" 10 million", 7),
    (" 10 thousand", 4),
    (" 10,000", 4),
    (" 10 000", 4),
    (" 10000", 4),
    ("1,000", 3),
    (" 1 000", 3),
    (" 1000", 3),
    (" thousand", 3),
    (" thousands", 3),
    (" million", 6),
    (" millions", 6),
    (" mn", 6),
    (" billion", 9),
    (" billions", 9),
    (" bn", 9),
];

/// Multipliers that stand alone in brackets, as in 人民币(万); folded.
const BARE: &[(&str, i32)] = &[
    ("千", 3),
    ("万", 4),
    ("十万", 5),
    ("百万", 6),
    ("千万", 7),
    ("亿", 8),
    ("十亿", 9),
    ("thousand", 3),
    ("thousands", 3),
    ("million", 6),
    ("millions", 6),
    ("billion", 9),
    ("billions", 9),
    ("тыс.", 3),
    ("тыс", 3),
    ("млн", 6),
    ("млн.", 6),
    ("млрд", 9),
    ("млрд.", 9),
];

/// Units that are no money; folded.
const NAMES: &[(&str, &str)] = &[
    ("吨", "T"),
    ("тонн", "T"),
    ("т", "T"),
    ("tonnes", "T"),
    ("tons", "T"),
    ("千克", "KG"),
    ("公斤", "KG"),
    ("克", "G"),
    ("克拉", "CARATS"),
    ("кг", "KG"),
    ("kg", "KG"),
    ("个", "PIECES"),
    ("件", "PIECES"),
    ("块", "PIECES"),
    ("片", "PIECES"),
    ("把", "PIECES"),
    ("张", "PIECES"),
    ("支", "PIECES"),
    ("根", "PIECES"),
    ("架", "SETS"),
    ("шт.", "PIECES"),
    ("шт", "PIECES"),
    ("pieces", "PIECES"),
    ("台", "SETS"),
    ("套", "SETS"),
    ("辆", "VEHICLES"),
    ("辆次", "VEHICLE_TRIPS"),
    ("艘", "SHIPS"),
    ("艘次", "SHIP_CALLS"),
    ("双", "PAIRS"),
    ("条", "STRIPS"),
    ("只", "HEADS"),
    ("头", "HEADS"),
    ("立方米", "M3"),
    ("平方米", "M2"),
    ("кв. м", "M2"),
    ("升", "LITRES"),
    ("米", "M"),
    ("м", "M"),
    ("公里", "KM"),
    ("千米", "KM"),
    ("км", "KM"),
    ("家", "ENTERPRISES"),
    ("项", "ITEMS"),
    ("列", "TRAINS"),
    ("人", "PERSONS"),
    ("人次", "PERSON_TRIPS"),
    ("чел.", "PERSONS"),
    ("persons", "PERSONS"),
    ("标箱", "TEU"),
    ("标准箱", "TEU"),
    ("teu", "TEU"),
    ("%", "PERCENT"),
    ("年", "YEARS"),
];

/// Reads a multiplier that stands alone, as the 万 of 人民币(万), as a power of ten.
pub fn read_multiplier(text: &str) -> Option<i32> {
    let folded = fold(text);
    BARE.iter().find(|(word, _)| *word == folded).map(|(_, power)| *power)
}

/// Reads a unit by the names built in; anything that is not known is an error, never a guess.
pub fn read_unit(text: &str) -> Result<Unit, UnitProblem> {
    UnitNames::default().read_unit(text)
}

/// Names of units and currencies that a project adds to those built in, from folded name to code.
#[derive(Clone, Debug, Default)]
pub struct UnitNames {
    units: BTreeMap<String, String>,
    currencies: BTreeMap<String, String>,
}

impl UnitNames {
    /// Names of units and of currencies, each with its code; folded.
    pub fn new<'a>(
        units: impl Iterator<Item = (&'a str, &'a str)>,
        currencies: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let owned = |(name, code): (&str, &str)| (name.to_owned(), code.to_owned());
        Self { units: units.map(owned).collect(), currencies: currencies.map(owned).collect() }
    }

    /// Reads a currency by the names built in, then by those added.
    pub fn read_currency(&self, text: &str) -> Option<ReadCurrency> {
        read_currency(text).or_else(|| {
            let code = self.currencies.get(&fold(text))?;
            Currency::parse(code).map(|currency| ReadCurrency { currency, normalised: true })
        })
    }

    /// Reads a unit by the names built in, then by those added; anything that is not known is an error, never
    /// a guess.
    pub fn read_unit(&self, text: &str) -> Result<Unit, UnitProblem> {
        let whole = fold(text);
        let folded = whole.strip_prefix("in ").unwrap_or(&whole);
        let bracketed = folded.strip_suffix(')').and_then(|rest| rest.split_once('('));
        if let Some((word, multiplier)) = bracketed
            && let Some(power) = read_multiplier(multiplier)
            && let Some(unit) = self.base(word.trim(), power)
        {
            return Ok(unit);
        }
        if let Some(unit) = self.base(folded, 0) {
            return Ok(unit);
        }
        for (word, power) in TRAILING {
            if let Some(rest) = folded.strip_suffix(word)
                && let Some(unit) = self.base(rest.trim_end_matches([' ', ',']), *power)
            {
                return Ok(unit);
            }
        }
        // 人民币万元 names the currency before the multiplier: it is 万元.
        let yuan = folded.strip_prefix("人民币").and_then(|rest| rest.strip_suffix('元'));
        if let Some(unit) = yuan.and_then(read_multiplier).and_then(|power| self.base("元", power)) {
            return Ok(unit);
        }
        for (word, power) in MULTIPLIERS {
            if let Some(rest) = folded.strip_prefix(word)
                && let Some(unit) = self.base(rest.trim_start(), *power)
            {
                return Ok(unit);
            }
        }
        Err(UnitProblem(text.trim().to_owned()))
    }

    /// A unit without its multiplier.
    fn base(&self, folded: &str, power: i32) -> Option<Unit> {
        let built_in = NAMES.iter().find(|(name, _)| *name == folded).map(|(_, code)| *code);
        if let Some(code) = built_in {
            return Some(Unit { code: code.to_owned(), currency: None, power });
        }
        if let Some(currency) = self.read_currency(folded).map(|read| read.currency) {
            return Some(Unit { code: currency.as_str().to_owned(), currency: Some(currency), power });
        }
        let code = self.units.get(folded)?.clone();
        Some(Unit { code, currency: None, power })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::amount::{Decimal, Money};
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = match read_unit(text) {
            Ok(unit) => format!(
                "{} e{}{}",
                unit.code,
                unit.power,
                if unit.currency.is_some() { " money" } else { "" }
            ),
            Err(error) => error.to_string(),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn units_of_trade_tables_are_read() {
        check("亿元人民币", "CNY e8 money");
        check("亿元", "CNY e8 money");
        check("万元人民币", "CNY e4 money");
        check("百万美元", "USD e6 money");
        check("亿美元", "USD e8 money");
        check("亿卢布", "RUB e8 money");
        check("万美元", "USD e4 money");
        check("млн долл. США", "USD e6 money");
        check("тыс. долл. США", "USD e3 money");
        check("million USD", "USD e6 money");
        check("USD", "USD e0 money");
        check("人民币(万)", "CNY e4 money");
        check("人民币（亿）", "CNY e8 money");
        check("美元(千)", "USD e3 money");
        check("千美元", "USD e3 money");
        check("thousand USD", "USD e3 money");
        check("USD thousand", "USD e3 money");
        check("USD, million", "USD e6 money");
        check("in million USD", "USD e6 money");
        check("100 kg", "KG e2");
        check("亿立方米", "M3 e8");
        check("百万个", "PIECES e6");
        check("万吨", "T e4");
        check("千克", "KG e0");
        check("万人次", "PERSON_TRIPS e4");
        check("辆次", "VEHICLE_TRIPS e0");
        check("ＴＥＵ", "TEU e0");
        check("艘次", "SHIP_CALLS e0");
        check("家", "ENTERPRISES e0");
        check("项", "ITEMS e0");
        check("列", "TRAINS e0");
    }

    /// Power of ten and code by hand: тыс. is 3, 万 4, млн 6, 亿 8, млрд 9.
    #[test]
    fn money_of_russian_chinese_and_english_tables_is_read() {
        for (text, expected) in [
            ("долл.", "USD e0 money"),
            ("долл. США", "USD e0 money"),
            ("тыс. долл.", "USD e3 money"),
            ("тыс.долл.", "USD e3 money"),
            ("тыс. долл. США", "USD e3 money"),
            ("млн долл.", "USD e6 money"),
            ("млн. долл.", "USD e6 money"),
            ("млн.долл.США", "USD e6 money"),
            ("млн долларов США", "USD e6 money"),
            ("млрд долл. США", "USD e9 money"),
            ("млрд руб.", "RUB e9 money"),
            ("млн рублей", "RUB e6 money"),
            ("тыс. рублей", "RUB e3 money"),
            ("трлн руб.", "RUB e12 money"),
            ("тыс. т", "T e3"),
            ("тыс. тонн", "T e3"),
            ("млн т", "T e6"),
            ("шт.", "PIECES e0"),
            ("тыс. шт.", "PIECES e3"),
            ("美元", "USD e0 money"),
            ("千美元", "USD e3 money"),
            ("万美元", "USD e4 money"),
            ("百万美元", "USD e6 money"),
            ("亿美元", "USD e8 money"),
            ("十亿美元", "USD e9 money"),
            ("亿元人民币", "CNY e8 money"),
            ("人民币亿元", "CNY e8 money"),
            ("人民币万元", "CNY e4 money"),
            ("US$", "USD e0 money"),
            ("US$ million", "USD e6 money"),
            ("USD mn", "USD e6 money"),
            ("USD bn", "USD e9 money"),
            ("USD 1,000", "USD e3 money"),
            ("US$1,000", "USD e3 money"),
            ("USD 10 000", "USD e4 money"),
            ("RMB 100 million", "CNY e8 money"),
            ("100 million yuan", "CNY e8 money"),
            ("10 thousand tons", "T e4"),
        ] {
            check(text, expected);
        }
        check("доллар", "the unit `доллар` is not known");
        check("канадский долл.", "the unit `канадский долл.` is not known");
        check("人民币万美元", "the unit `人民币万美元` is not known");
    }

    #[test]
    fn names_that_a_project_adds_take_multipliers_too() {
        let names = UnitNames::new([("箱", "BOXES")].into_iter(), [("坚戈", "KZT")].into_iter());
        let read = |text: &str| names.read_unit(text).map(|unit| (unit.code, unit.power));
        assert_eq!(read("万箱"), Ok(("BOXES".to_owned(), 4)));
        assert_eq!(read("亿坚戈"), Ok(("KZT".to_owned(), 8)));
        assert!(read("万筐").is_err() && read_unit("箱").is_err());
    }

    #[test]
    fn an_unknown_unit_is_an_error() {
        check("亿某", "the unit `亿某` is not known");
        check("万", "the unit `万` is not known");
        check("人民币(某)", "the unit `人民币(某)` is not known");
        check("", "the unit `` is not known");
    }

    /// Multipliers as they stand before a name.
    fn before() -> impl Strategy<Value = (&'static str, i32)> {
        prop::sample::select(MULTIPLIERS)
    }

    proptest! {
        #[test]
        fn a_multiplier_is_exact_before_any_name((multiplier, power) in before(), (name, code) in prop::sample::select(NAMES), digits in 0_i128..1_000_000_000_000, scale in 0_u32..=4) {
            let text = format!("{multiplier}{name}");
            // 千克 is a kilogram, not a thousand grams: names win over multipliers.
            prop_assume!(!NAMES.iter().any(|(whole, _)| *whole == text));
            let unit = read_unit(&text).unwrap();
            prop_assert_eq!((unit.code.as_str(), unit.power), (code, power), "{}", text);
            let amount = Money::from_decimal(Decimal { units: digits, scale }, unit.power).unwrap();
            prop_assert_eq!(amount.units(), digits * 10_i128.pow(u32::try_from(8 + power).unwrap() - scale));
        }

        #[test]
        fn what_nobody_knows_is_no_unit(text in "[a-zа-я一-龥 ()%.]{0,12}") {
            let folded = fold(&text);
            if let Ok(unit) = read_unit(&text) {
                let names = NAMES.iter().any(|(name, code)| *code == unit.code && folded.contains(name));
                prop_assert!(names || unit.currency.is_some_and(|known| known.as_str() == unit.code), "{}", text);
                prop_assert_eq!(read_unit(&folded), Ok(unit));
            }
        }

        #[test]
        fn the_order_of_added_names_does_not_matter(order in Just(ADDED.to_vec()).prop_shuffle(), (multiplier, power) in before()) {
            let names = UnitNames::new(order.into_iter(), std::iter::empty());
            for (name, code) in ADDED {
                let unit = names.read_unit(&format!("{multiplier}{name}")).unwrap();
                prop_assert_eq!((unit.code.as_str(), unit.power), (*code, power));
            }
        }
    }

    const ADDED: &[(&str, &str)] =
        &[("桶", "BARRELS"), ("大桶", "DRUMS"), ("дал", "DECALITRES"), ("bushels", "BUSHELS")];
}
