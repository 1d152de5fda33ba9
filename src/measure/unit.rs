//! Units of measure and their multipliers, as tables print them: 亿元人民币, млн долл. США, 万吨.

use thiserror::Error;

use super::currency::{Currency, read_currency};
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
    ("100 million ", 8),
    ("100 mn ", 8),
    ("10 000 ", 4),
    ("10,000 ", 4),
    ("thousand ", 3),
    ("million ", 6),
    ("billion ", 9),
    ("万亿", 12),
    ("十亿", 9),
    ("千万", 7),
    ("百万", 6),
    ("млрд. ", 9),
    ("млрд ", 9),
    ("млн. ", 6),
    ("млн ", 6),
    ("тыс. ", 3),
    ("тыс ", 3),
    ("bn ", 9),
    ("mn ", 6),
    ("亿", 8),
    ("万", 4),
    ("千", 3),
];

/// Units that are no money; folded.
const NAMES: &[(&str, &str)] = &[
    ("吨", "T"),
    ("тонн", "T"),
    ("т", "T"),
    ("tonnes", "T"),
    ("千克", "KG"),
    ("公斤", "KG"),
    ("кг", "KG"),
    ("kg", "KG"),
    ("个", "PIECES"),
    ("件", "PIECES"),
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

/// Reads a unit; anything that is not known is an error, never a guess.
pub fn read_unit(text: &str) -> Result<Unit, UnitProblem> {
    let folded = fold(text);
    if let Some(unit) = base(&folded, 0) {
        return Ok(unit);
    }
    for (word, power) in MULTIPLIERS {
        if let Some(rest) = folded.strip_prefix(word)
            && let Some(unit) = base(rest.trim_start(), *power)
        {
            return Ok(unit);
        }
    }
    Err(UnitProblem(text.trim().to_owned()))
}

/// A unit without its multiplier.
fn base(folded: &str, power: i32) -> Option<Unit> {
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == folded) {
        return Some(Unit { code: (*code).to_owned(), currency: None, power });
    }
    let currency = read_currency(folded)?.currency;
    Some(Unit { code: currency.as_str().to_owned(), currency: Some(currency), power })
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn an_unknown_unit_is_an_error() {
        check("亿某", "the unit `亿某` is not known");
        check("", "the unit `` is not known");
    }
}
