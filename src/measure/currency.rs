//! Currencies: ISO 4217 codes and the names they go by in Chinese, Russian and English files.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::fold;

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Codes that are known: today's, and those of rate histories that ended.
const KNOWN: &str = "AED AFN ALL AMD ANG AOA ARS AUD AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD CAD \
    CDF CHF CLP CNH CNY COP CRC CUP CVE CYP CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD GBP GEL GHS GMD GNF \
    GTQ GYD HKD HNL HRK HTG HUF IDR IEP ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KZT LAK \
    LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MTL MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK \
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR ROL RON RSD RUB RUR RWF SAR SBD SCR SDG SEK SGD SIT SKK SLE \
    SOS SRD SYP SZL THB TJS TMT TND TOP TRL TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XDR \
    XOF XPF YER ZAR ZMW";

/// Names other than the code; folded before they meet.
const NAMES: &[(&str, &str)] = &[
    ("人民币", "CNY"),
    ("人民币元", "CNY"),
    ("元", "CNY"),
    ("元人民币", "CNY"),
    ("rmb", "CNY"),
    ("yuan", "CNY"),
    ("юань", "CNY"),
    ("юаней", "CNY"),
    ("юани", "CNY"),
    ("美元", "USD"),
    ("us$", "USD"),
    ("us dollar", "USD"),
    ("us dollars", "USD"),
    ("долл. сша", "USD"),
    ("долл.сша", "USD"),
    ("долларов сша", "USD"),
    ("доллар сша", "USD"),
    // Russian customs and the Bank of Russia print no other dollar without its country.
    ("долл.", "USD"),
    ("долл", "USD"),
    ("卢布", "RUB"),
    ("俄罗斯卢布", "RUB"),
    ("руб.", "RUB"),
    ("руб", "RUB"),
    ("рублей", "RUB"),
    ("рубль", "RUB"),
    ("欧元", "EUR"),
    ("евро", "EUR"),
    ("euro", "EUR"),
    ("日元", "JPY"),
    ("港元", "HKD"),
    ("港币", "HKD"),
    ("韩元", "KRW"),
    ("韩圆", "KRW"),
    ("英镑", "GBP"),
];

/// Words that are codes of currencies too and name something else in a column.
const WORDS: [&str; 6] = ["all", "top", "cup", "pen", "mad", "mop"];

impl Currency {
    /// Yuan.
    pub const CNY: Self = Self(*b"CNY");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// Rouble.
    pub const RUB: Self = Self(*b"RUB");

    /// A known code, as in `USD`; upper case only.
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        KNOWN.split_ascii_whitespace().any(|known| known == code).then_some(Self(bytes))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        // The constructor takes ASCII only.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The currency that the name of a column says behind its first word: `value_cny`, `obs_value_usd_world`.
    pub fn in_name(name: &str) -> Option<Self> {
        let parts = name.split(['_', '.']).skip(1).filter(|part| !WORDS.contains(part));
        parts.map(str::to_ascii_uppercase).find_map(|part| Self::parse(&part))
    }

    /// All known codes.
    pub fn all() -> impl Iterator<Item = &'static str> {
        KNOWN.split_ascii_whitespace()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format_args!("no currency {code}")))
    }
}

/// A currency read from a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadCurrency {
    /// The currency.
    pub currency: Currency,
    /// Whether it was written otherwise than by its code.
    pub normalised: bool,
}

/// Reads a code or a known name; anything else is nothing, never a guess.
pub fn read_currency(text: &str) -> Option<ReadCurrency> {
    if let Some(currency) = Currency::parse(text) {
        return Some(ReadCurrency { currency, normalised: false });
    }
    let folded = fold(text);
    let code = NAMES
        .iter()
        .find(|(name, _)| *name == folded)
        .map_or_else(|| folded.to_ascii_uppercase(), |(_, code)| (*code).to_owned());
    Currency::parse(&code).map(|currency| ReadCurrency { currency, normalised: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_names_are_normalised() {
        for (text, expected) in [
            ("USD", Some(("USD", false))),
            (" usd ", Some(("USD", true))),
            ("卢布", Some(("RUB", true))),
            ("ＣＮＹ", Some(("CNY", true))),
            ("долл. США", Some(("USD", true))),
            ("XXX", None),
            ("", None),
        ] {
            let read = read_currency(text);
            let read = read.as_ref().map(|read| (read.currency.as_str(), read.normalised));
            assert_eq!(read, expected, "{text}");
        }
    }
}
