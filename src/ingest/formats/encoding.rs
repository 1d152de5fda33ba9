//! Which encoding a text is in. A strict decoding of the whole file decides, because detectors err on short
//! files of Chinese and Russian text; among several that fit, the one that reads like a language of the office.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::ReadError;

/// A text and the name of its encoding.
pub(super) type Decoded = (String, &'static str);

/// Decodes a file by its mark, else as UTF-8, else as the allowed encoding that fits best.
pub(super) fn decode(bytes: &[u8], allowed: &[String]) -> Result<Decoded, ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return marked(bytes.get(mark..).unwrap_or_default(), encoding);
    }
    if bytes.contains(&0) {
        return wide(bytes).ok_or_else(|| {
            let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
            bad_byte(bytes, at, "a zero byte, which no text holds")
        });
    }
    let labels = allowed.iter().filter_map(|label| Encoding::for_label(label.as_bytes()));
    let known: Vec<&'static Encoding> = labels.collect();
    if let Some(text) = strict(bytes, UTF_8).filter(|_| known.contains(&UTF_8)) {
        return Ok((text, UTF_8.name()));
    }
    if known.contains(&UTF_8) {
        damaged_utf8(bytes)?;
    }
    let fits: Vec<(String, &'static Encoding)> = known
        .iter()
        .filter(|encoding| **encoding != UTF_8)
        .filter_map(|encoding| strict(bytes, encoding).map(|text| (text, *encoding)))
        .collect();
    let scores = fits.iter().map(|(text, _)| plausible(text));
    let best = scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    match best {
        // One encoding declared is an order, several are a question that a lone byte does not answer.
        Some((at, score)) if score >= LEAST || known.len() == 1 => {
            let found = fits.into_iter().nth(at).map(|(text, encoding)| (text, encoding.name()));
            found.ok_or_else(|| none_of(allowed))
        }
        Some(_) => {
            let at = first_not_utf8(bytes).unwrap_or(0);
            let why = format!("no text in any of {}", allowed.join(", "));
            Err(bad_byte(bytes, at, &why))
        }
        None => Err(none_of(allowed)),
    }
}

/// Least share of plausible letters. Texts of the office have 0.78 (traditional characters) and more; what other
/// encodings leave, such as Big5, ISO 8859-5 or windows-1252 read as one of these, 0.48 and less.
const LEAST: f64 = 0.5;

fn none_of(allowed: &[String]) -> ReadError {
    ReadError::Encoding { allowed: allowed.join(", ") }
}

fn bad_byte(bytes: &[u8], at: usize, why: &str) -> ReadError {
    let before = bytes.get(..at).unwrap_or_default();
    let line = line_of(before);
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let byte = bytes.get(at).copied().unwrap_or_default();
    ReadError::BadByte { line, column: at - start + 1, byte, why: why.to_owned() }
}

/// The line that follows some bytes, counted from 1.
fn line_of(before: &[u8]) -> usize {
    before.split(|byte| *byte == b'\n').count()
}

fn strict(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

/// A text with a mark is what the mark says, or damaged.
fn marked(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, ReadError> {
    if let Some(text) = strict(bytes, encoding) {
        return match text.find('\0') {
            None => Ok((text, encoding.name())),
            Some(at) => {
                let line = line_of(text.as_bytes().get(..at).unwrap_or_default());
                let why = "a zero character, which no text holds".to_owned();
                Err(ReadError::BadByte { line, column: 1, byte: 0, why })
            }
        };
    }
    let at =
        if encoding == UTF_8 { first_not_utf8(bytes).unwrap_or(0) } else { bytes.len().saturating_sub(1) };
    Err(bad_byte(bytes, at, &format!("no {}, which the mark at the start promises", encoding.name())))
}

/// UTF-16 without a mark: half of its bytes are zero where the text is plain, and no character is.
fn wide(bytes: &[u8]) -> Option<Decoded> {
    let candidates = [UTF_16LE, UTF_16BE].into_iter().filter_map(|encoding| {
        let text = strict(bytes, encoding)?;
        let odd = text.chars().any(|ch| ch == '\0' || (ch.is_control() && !matches!(ch, '\t' | '\r' | '\n')));
        let plain = text.chars().filter(char::is_ascii).count();
        (!odd && plain > 0).then_some((plausible(&text), plain, text, encoding.name()))
    });
    let best = candidates.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    best.filter(|(score, ..)| *score >= LEAST).map(|(_, _, text, name)| (text, name))
}

fn first_not_utf8(bytes: &[u8]) -> Option<usize> {
    std::str::from_utf8(bytes).err().map(|error| error.valid_up_to())
}

/// Refuses a file that is UTF-8 but for single bytes or lines: read in another encoding it would be gibberish.
fn damaged_utf8(bytes: &[u8]) -> Result<(), ReadError> {
    let Some(first_bad) = first_not_utf8(bytes) else { return Ok(()) };
    let mut start = 0;
    for (line, content) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if std::str::from_utf8(content).is_ok_and(|text| evidence(text) >= ENOUGH) {
            let bad_line = line_of(bytes.get(..first_bad).unwrap_or_default());
            let why =
                format!("no UTF-8, in which line {line} is written; line {bad_line} is in another encoding");
            return Err(bad_byte(bytes, first_bad, &why));
        }
        // A line that is UTF-8 up to one bad byte and beyond it.
        if let Err(error) = std::str::from_utf8(content) {
            let (before, behind) = content.split_at(error.valid_up_to());
            let behind = behind.get(1..).unwrap_or_default();
            let seen = [before, behind].map(|part| std::str::from_utf8(part).map_or(0, evidence));
            if seen.iter().sum::<usize>() >= ENOUGH {
                return Err(bad_byte(
                    bytes,
                    start + error.valid_up_to(),
                    "no UTF-8, as the text around it is",
                ));
            }
        }
        start += content.len() + 1;
    }
    Ok(())
}

/// How much a text that decodes as UTF-8 speaks for it. Two bytes of another encoding pass for UTF-8 in one
/// case of six at most, three bytes hardly ever.
fn evidence(text: &str) -> usize {
    text.chars()
        .map(|ch| match ch.len_utf8() {
            1 => 0,
            2 => 1,
            _ => 4,
        })
        .sum()
}

/// Evidence from which chance is excluded.
const ENOUGH: usize = 8;

/// Share of the letters outside ASCII that belong to words: common Chinese characters, or Russian letters as
/// often as Russian uses them, in lower case after the first of a word. Wrong decodings give rare characters,
/// rare letters and odd capitals. A letter outside ASCII within an ASCII word belongs to none.
fn plausible(text: &str) -> f64 {
    let (mut letters, mut good) = (0.0_f64, 0.0_f64);
    let mut before = Before::Other;
    let mut chars = text.chars().take(200_000).peekable();
    let mut any = false;
    while let Some(ch) = chars.next() {
        if ch.is_ascii() {
            before = match ch {
                _ if ch.is_ascii_alphabetic() => Before::Ascii,
                _ if ch.is_ascii_digit() => Before::Digit,
                _ => Before::Other,
            };
            continue;
        }
        any = true;
        // A blank that parts thousands speaks for its encoding; other signs speak for none.
        let parts = ch == '\u{a0}' && before == Before::Digit;
        let parts = parts && chars.peek().is_some_and(char::is_ascii_digit);
        if !parts && matches!(ch, '\u{a0}' | '«' | '»' | '–' | '—' | '“' | '”' | '№' | '℃') {
            before = Before::Other;
            continue;
        }
        letters += 1.0;
        let russian = |ch: char| matches!(ch, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё');
        let alone = before != Before::Lower
            && before != Before::Upper
            && !chars.peek().is_some_and(|next| russian(*next) || *next == '.');
        let (weight, now) = match ch {
            _ if russian(ch) && (before == Before::Ascii || alone) => (0.1, Before::Other),
            'а'..='я' | 'ё' => (usual(ch), Before::Lower),
            // A capital after a small letter stands in no word.
            'А'..='Я' | 'Ё' if before == Before::Lower => (0.05, Before::Lower),
            'А'..='Я' | 'Ё' => (usual(ch.to_lowercase().next().unwrap_or(ch)), Before::Upper),
            '\u{4e00}'..='\u{9fff}' => (if is_common(ch) { 1.0 } else { 0.1 }, Before::Other),
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => (1.0, Before::Other),
            '\u{a0}' => (1.0, Before::Other),
            // Signs that no standard defines: Big5 read as GB18030 is full of them.
            '\u{e000}'..='\u{f8ff}' => (-1.0, Before::Other),
            _ => (0.0, Before::Other),
        };
        before = now;
        good += weight;
    }
    match (letters > 0.0, any) {
        (true, _) => good / letters,
        (false, signs) => f64::from(u8::from(!signs)),
    }
}

/// What stood before a letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Other,
    Digit,
    Ascii,
    Lower,
    Upper,
}

/// How usual a Russian letter is: the ten most frequent make up two thirds of any text.
fn usual(letter: char) -> f64 {
    match letter {
        'о' | 'е' | 'а' | 'и' | 'н' | 'т' | 'с' | 'р' | 'в' | 'л' => 1.0,
        'к' | 'м' | 'д' | 'п' | 'у' | 'я' | 'ы' | 'ь' | 'г' | 'з' | 'б' => 0.75,
        _ => 0.3,
    }
}

/// The level 1 characters of GB 2312, which make up nearly all of office Chinese, are told by their first byte
/// in GB18030: B0 to D7.
fn is_common(ch: char) -> bool {
    let mut buffer = [0_u8; 4];
    let (bytes, _, failed) = GB18030.encode(ch.encode_utf8(&mut buffer));
    !failed && bytes.len() == 2 && bytes.first().is_some_and(|first| (0xb0..=0xd7).contains(first))
}

#[cfg(test)]
mod tests {
    use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251};

    use super::*;
    use crate::ingest::formats::ReadOptions;

    fn allowed() -> Vec<String> {
        ReadOptions::default().encodings
    }

    #[track_caller]
    fn check(text: &str, encode: &'static Encoding, expected: &str) {
        let (bytes, _, failed) = encode.encode(text);
        assert!(!failed);
        let (decoded, name) = decode(&bytes, &allowed()).unwrap();
        assert_eq!((decoded.as_str(), name), (text, expected));
    }

    #[test]
    fn encodings_are_told_apart_even_in_short_files() {
        check("金额,单位", UTF_8, "UTF-8");
        check("a,b\n1,2", WINDOWS_1251, "UTF-8");
        for text in ["黑龙江省,1", "时期,进出口\n2022年,1", "地区;金额（万元）\n黑河;10", "㐀,龙"]
        {
            check(text, GB18030, "gb18030");
        }
        for text in [
            "Год;Сумма\n2011;1",
            "Партнёр;Россия",
            "Внешняя торговля провинции Хэйлунцзян",
            "СТРАНА;ЭКСПОРТ;ИМПОРТ\nКИТАЙ;1;2",
            "Итого;1 234,5 тыс. долл. США",
        ] {
            check(text, WINDOWS_1251, "windows-1251");
            check(text, KOI8_R, "KOI8-R");
            check(text, IBM866, "IBM866");
        }
    }

    #[test]
    fn utf_16_is_told_with_and_without_its_mark() {
        for text in ["金额\t1\n黑河\t2", "Год\t1", "a\tb"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let with = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
            for (bytes, expected) in [
                (with(b"\xff\xfe", &little), "UTF-16LE"),
                (with(b"\xfe\xff", &big), "UTF-16BE"),
                (little, "UTF-16LE"),
                (big, "UTF-16BE"),
            ] {
                assert_eq!(decode(&bytes, &[]).unwrap(), (text.to_owned(), expected));
            }
        }
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        let error = decode(bytes, &allowed()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }

    /// Each is whole in one of the allowed encodings, as gibberish.
    #[test]
    fn texts_in_encodings_that_nobody_allowed_are_refused() {
        use encoding_rs::{BIG5, ISO_8859_5, SHIFT_JIS, WINDOWS_1252};
        for (text, encoding) in [
            ("地區,進口金額\n哈爾濱市,1234\n臺北市,22\n新竹縣,4\n", BIG5),
            ("地域,輸入額\nロシア連邦,1234\n中華人民共和国,22\n日本,4\n", SHIFT_JIS),
            ("Район;Импорт\nХабаровский край;1234\nПриморский край;22\n", ISO_8859_5),
            ("Land;Größe\nÖsterreich;1\nDänemark;2\nTürkei;3\n", WINDOWS_1252),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            let error = decode(&bytes, &allowed()).unwrap_err().to_string();
            assert!(error.contains("is no text in any of"), "{}: {error}", encoding.name());
            let declared = [encoding.name().to_owned()];
            assert_eq!(decode(&bytes, &declared).unwrap(), (text.to_owned(), encoding.name()));
        }
    }

    #[test]
    fn a_bad_byte_is_told_with_line_and_byte() {
        refused(b"a,b\n1,\xff2\n", "line 2, byte 3: 0xFF is no text in any of");
        refused(b"a,b\n1,\x002\n", "line 2, byte 3: 0x00 is a zero byte");
        refused("地区,金额\n黑河\u{a0},1\n".replace('\u{a0}', "\0").as_bytes(), "line 2, byte 7: 0x00");
        let mut bytes = "地区,金额\n黑河,1\n东宁".as_bytes().to_vec();
        bytes.push(0xff);
        bytes.extend(",2\n".bytes());
        refused(&bytes, "line 3, byte 7: 0xFF is no UTF-8");
        refused(b"\xef\xbb\xbfa,\xff\n", "line 1, byte 3: 0xFF is no UTF-8, which the mark");
    }

    #[test]
    fn two_encodings_in_one_file_are_told() {
        let mut bytes = "地区,金额\n".as_bytes().to_vec();
        bytes.extend(GB18030.encode("黑河,1\n").0.iter());
        refused(&bytes, "line 2, byte 1: 0xBA is no UTF-8, in which line 1 is written");
    }

    #[test]
    fn a_blank_between_digits_speaks_for_its_encoding() {
        let (text, name) = decode(b"area;value\nA;1\xa0234,5\n", &allowed()).unwrap();
        assert_eq!((text.as_str(), name), ("area;value\nA;1\u{a0}234,5\n", "windows-1251"));
    }

    #[test]
    fn one_declared_encoding_is_an_order() {
        let (text, name) = decode(b"\xff,1", &["koi8-r".to_owned()]).unwrap();
        assert_eq!((text.as_str(), name), ("Ъ,1", "KOI8-R"));
    }
}
