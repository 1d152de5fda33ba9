//! The records of an old workbook (MS-XLS, and the versions before it) and the texts in them.

use std::sync::Arc;

use encoding_rs::Encoding;

use super::super::ReadError;
use super::super::container::{u16_at, u32_at};
use super::super::package::damaged;

/// Version of the file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// Excel 2: one sheet, cells with three bytes of attributes.
    Two,
    /// Excel 3 and 4: one sheet.
    ThreeOrFour,
    /// Excel 5 and 95: texts in a code page.
    Five,
    /// Excel 97 to 2003: texts in Unicode.
    Eight,
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub id: u16,
    pub body: &'a [u8],
}

/// Records one after the other.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    pub stream: &'a [u8],
    pub at: usize,
}

impl<'a> Records<'a> {
    /// The next record; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'a>>, ReadError> {
        if self.at.saturating_add(4) > self.stream.len() {
            return Ok(None);
        }
        let id = u16_at(self.stream, self.at);
        let length = usize::from(u16_at(self.stream, self.at + 2));
        let from = self.at + 4;
        let body = self.stream.get(from..from + length).ok_or_else(|| damaged("it ends within a record"))?;
        self.at = from + length;
        Ok(Some(Record { id, body }))
    }

    /// The bodies of the continuations that follow.
    pub(super) fn continued(&mut self) -> Result<Vec<&'a [u8]>, ReadError> {
        let mut bodies = Vec::new();
        loop {
            let before = self.at;
            match self.next()? {
                Some(Record { id: 0x003c, body }) => bodies.push(body),
                _ => {
                    self.at = before;
                    return Ok(bodies);
                }
            }
        }
    }
}

/// The encoding of a code page number.
pub(super) fn code_page(number: u16) -> &'static Encoding {
    let label = match number {
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gb18030",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        10000 | 32768 => "macintosh",
        10007 => "x-mac-cyrillic",
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// How the characters of a text of version 8 are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    /// The first 256 of Unicode, a byte each.
    Byte,
    /// UTF-16.
    Word,
}

impl Width {
    fn of(flags: u8) -> Self {
        if flags & 1 > 0 { Self::Word } else { Self::Byte }
    }

    fn bytes(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Word => 2,
        }
    }

    fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::Byte => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Word => {
                let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16_at(unit, 0)).collect();
                String::from_utf16_lossy(&units)
            }
        }
    }
}

/// How the length before a text is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Byte,
    Word,
}

/// A text within one record, at the start of `bytes`.
pub(super) fn text(bytes: &[u8], length: Length, version: Version, page: &'static Encoding) -> String {
    let (count, rest) = match length {
        Length::Byte => (usize::from(bytes.first().copied().unwrap_or(0)), bytes.get(1..)),
        Length::Word => (usize::from(u16_at(bytes, 0)), bytes.get(2..)),
    };
    let rest = rest.unwrap_or_default();
    if version < Version::Eight {
        return page
            .decode_without_bom_handling(rest.get(..count.min(rest.len())).unwrap_or_default())
            .0
            .into_owned();
    }
    let flags = rest.first().copied().unwrap_or(0);
    let runs = if flags & 8 > 0 { 2 } else { 0 };
    let extra = if flags & 4 > 0 { 4 } else { 0 };
    let chars = rest.get(1 + runs + extra..).unwrap_or_default();
    let width = Width::of(flags);
    width.text(chars.get(..(count * width.bytes()).min(chars.len())).unwrap_or_default())
}

/// A text that continues in following records, each of which says anew how its part is stored.
pub(super) fn long_text(first: &[u8], more: &[&[u8]]) -> String {
    let mut parts = vec![first];
    parts.extend_from_slice(more);
    let mut reader = Parts { records: &parts, part: 0, at: 0 };
    reader.text().unwrap_or_default()
}

/// The shared texts: a record and its continuations.
pub(super) fn shared_texts(first: &[u8], more: &[&[u8]]) -> Result<Vec<Arc<str>>, ReadError> {
    let mut parts = vec![first];
    parts.extend_from_slice(more);
    let unique = u32_at(first, 4);
    let mut reader = Parts { records: &parts, part: 0, at: 8 };
    let mut texts: Vec<Arc<str>> = Vec::new();
    for _ in 0..unique {
        // Some libraries claim more texts than they write.
        if reader.is_at_end() {
            break;
        }
        let text = reader.text().ok_or_else(|| damaged("its texts are cut off"))?;
        texts.push(text.into());
    }
    Ok(texts)
}

struct Parts<'a> {
    records: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl Parts<'_> {
    fn rest(&self) -> &[u8] {
        self.records.get(self.part).and_then(|part| part.get(self.at..)).unwrap_or_default()
    }

    fn is_at_end(&self) -> bool {
        self.rest().is_empty() && self.part + 1 >= self.records.len()
    }

    /// Moves to the next part where this one is used up.
    fn settle(&mut self) {
        while self.rest().is_empty() && self.part + 1 < self.records.len() {
            self.part += 1;
            self.at = 0;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        self.settle();
        let byte = self.rest().first().copied()?;
        self.at += 1;
        Some(byte)
    }

    fn word(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            self.settle();
            let step = count.min(self.rest().len());
            if step == 0 {
                return None;
            }
            self.at += step;
            count -= step;
        }
        Some(())
    }

    fn text(&mut self) -> Option<String> {
        let mut left = usize::from(self.word()?);
        let flags = self.byte()?;
        let runs = if flags & 8 > 0 { usize::from(self.word()?) } else { 0 };
        let extra = if flags & 4 > 0 {
            let (low, high) = (self.word()?, self.word()?);
            usize::try_from(u32::from(high) << 16 | u32::from(low)).ok()?
        } else {
            0
        };
        let mut width = Width::of(flags);
        let mut text = String::new();
        while left > 0 {
            if self.rest().is_empty() {
                self.settle();
                // The part that follows begins with a flag of its own.
                width = Width::of(self.byte()?);
            }
            let size = width.bytes();
            let here = (self.rest().len() / size).min(left);
            if here == 0 {
                return None;
            }
            text.push_str(&width.text(self.rest().get(..here * size)?));
            self.at += here * size;
            left -= here;
        }
        self.skip(runs.checked_mul(4)?.checked_add(extra)?)?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_the_next_record_in_another_width() {
        let first = [2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, b'a', b'b'];
        let more: &[u8] = &[1, 0x2d, 0x4e, b'c', 0, 1, 0, 0, b'd'];
        let texts = shared_texts(&first, &[more]).unwrap();
        assert_eq!(texts.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["ab中c", "d"]);
        assert!(shared_texts(&first, &[]).is_err());
    }

    #[test]
    fn old_texts_are_in_their_code_page() {
        let bytes = [4, 0xba, 0xda, 0xc1, 0xfa];
        assert_eq!(text(&bytes, Length::Byte, Version::Five, code_page(936)), "黑龙");
    }
}
