//! The records of a part of a binary workbook (MS-XLSB, 2.1.4): a kind, a length and a body.

use std::io::{BufReader, Read};

use super::super::ReadError;
use super::super::container::u32_at;
use super::super::package::damaged;

/// Records, one after the other.
pub(super) struct Records<R> {
    source: BufReader<R>,
    body: Vec<u8>,
}

impl<R: Read> Records<R> {
    /// Those of a part.
    pub(super) fn of(part: R) -> Self {
        Self { source: BufReader::new(part), body: Vec::new() }
    }

    /// Kind and body of the next one; nothing behind the last.
    pub(super) fn next(&mut self) -> Result<Option<(u32, &[u8])>, ReadError> {
        let cut = || damaged("a part ends within a record");
        let Some(kind) = self.number(2)? else { return Ok(None) };
        let length = u64::from(self.number(4)?.ok_or_else(cut)?);
        self.body.clear();
        let read = self.source.by_ref().take(length).read_to_end(&mut self.body).map_err(damaged)?;
        if u64::try_from(read) != Ok(length) {
            return Err(cut());
        }
        Ok(Some((kind, &self.body)))
    }

    /// A number of seven bits a byte, the lowest first; the last byte has no eighth.
    fn number(&mut self, most: u32) -> Result<Option<u32>, ReadError> {
        let mut number = 0;
        for at in 0..most {
            let mut byte = [0_u8];
            if self.source.read(&mut byte).map_err(damaged)? == 0 {
                return if at == 0 { Ok(None) } else { Err(damaged("a part ends within a record")) };
            }
            let [byte] = byte;
            number |= u32::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(Some(number))
    }
}

/// The text at a place, behind its length, and where it ends.
pub(super) fn wide_text(body: &[u8], at: usize) -> Option<(String, usize)> {
    let length = usize::try_from(u32_at(body, at)).ok()?.checked_mul(2)?;
    let end = at.checked_add(4)?.checked_add(length)?;
    let (units, _) = body.get(at + 4..end)?.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    Some((String::from_utf16_lossy(&units), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(bytes: &[u8]) -> Result<Vec<(u32, Vec<u8>)>, ReadError> {
        let mut records = Records::of(bytes);
        let mut list = Vec::new();
        while let Some((kind, body)) = records.next()? {
            list.push((kind, body.to_vec()));
        }
        Ok(list)
    }

    #[test]
    fn kinds_and_lengths_take_as_many_bytes_as_they_need() {
        let mut bytes = vec![0x00, 0x02, 7, 8, 0x91, 0x01, 0x00, 0x05, 0x80, 0x01];
        bytes.extend([1; 128]);
        let expected = [(0, vec![7, 8]), (145, Vec::new()), (5, vec![1; 128])];
        assert_eq!(listed(&bytes).unwrap(), expected);
    }

    #[test]
    fn half_a_record_is_damage() {
        for bytes in [&[0x91][..], &[0x05], &[0x05, 0x80], &[0x05, 0x02, 1]] {
            assert!(listed(bytes).is_err(), "{bytes:?}");
        }
        assert!(listed(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_text_stands_behind_its_length() {
        let body = [9, 2, 0, 0, 0, 0x2d, 0x4e, b'a', 0, 5];
        assert_eq!(wide_text(&body, 1), Some(("中a".to_owned(), 9)));
        assert_eq!(wide_text(&body, 2), None);
    }
}
