//! The container of an old workbook: a small file system whose sectors are chained (MS-CFB). A chain that
//! loops or leads out of the file, as in a copy that is still being made, is damage.

use super::ReadError;
use super::package::damaged;

/// First bytes of a container.
pub(super) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

const FREE: u32 = 0xFFFF_FFFF;
const END: u32 = 0xFFFF_FFFE;
const SPECIAL: u32 = 0xFFFF_FFFA;
/// Streams smaller than this stand in short sectors of 64 bytes.
const SHORT: usize = 64;

/// The streams of a container by name.
pub(super) struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    cutoff: u64,
    table: Vec<u32>,
    short_table: Vec<u32>,
    short_stream: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: u64,
}

/// A number of two bytes at a place; 0 behind the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let found = bytes.get(at..at.saturating_add(2)).and_then(|part| <[u8; 2]>::try_from(part).ok());
    found.map_or(0, u16::from_le_bytes)
}

/// A number of four bytes at a place; 0 behind the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let found = bytes.get(at..at.saturating_add(4)).and_then(|part| <[u8; 4]>::try_from(part).ok());
    found.map_or(0, u32::from_le_bytes)
}

impl<'a> Container<'a> {
    /// Reads the tables and the directory.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let shift = u16_at(bytes, 30);
        if !bytes.starts_with(MAGIC) || !(shift == 9 || shift == 12) {
            return Err(damaged("the container has no sound beginning"));
        }
        let mut container = Self {
            bytes,
            sector: 1 << shift,
            cutoff: u64::from(u32_at(bytes, 56)),
            table: Vec::new(),
            short_table: Vec::new(),
            short_stream: Vec::new(),
            entries: Vec::new(),
        };
        container.read_table()?;
        let directory = container.chain(u32_at(bytes, 48), u64::MAX)?;
        container.entries = directory.chunks_exact(128).map(Entry::read).collect();
        let short = container.chain(u32_at(bytes, 60), u64::MAX).unwrap_or_default();
        container.short_table = numbers(&short);
        if let Some(root) = container.entries.first() {
            let (start, size) = (root.start, root.size);
            if size > 0 {
                container.short_stream = container.chain(start, size)?;
            }
        }
        Ok(container)
    }

    /// The table of chains. Where it stands is told in the beginning and, for large files, in a chain of its
    /// own.
    fn read_table(&mut self) -> Result<(), ReadError> {
        let mut places: Vec<u32> = (0..109).map(|at| u32_at(self.bytes, 76 + 4 * at)).collect();
        let mut next = u32_at(self.bytes, 68);
        let most = self.bytes.len() / self.sector + 1;
        // Some libraries write 0 where there is no chain of places.
        let mut left = if u32_at(self.bytes, 72) == 0 { 0 } else { most };
        while left > 0 && next < SPECIAL {
            let sector = self
                .sector_at(next)
                .ok_or_else(|| damaged("the list of its tables of sectors leads out of the file"))?;
            let mut numbers = numbers(sector);
            next = numbers.pop().unwrap_or(END);
            places.append(&mut numbers);
            left -= 1;
            if left == 0 || places.len() > most + 109 + self.sector {
                return Err(damaged("the list of its tables of sectors runs in a circle"));
            }
        }
        for place in places.into_iter().filter(|place| *place < SPECIAL) {
            let sector =
                self.sector_at(place).ok_or_else(|| damaged("a table of sectors lies behind its end"))?;
            let mut part = numbers(sector);
            self.table.append(&mut part);
            if self.table.len() > most.saturating_mul(2).saturating_add(self.sector) {
                return Err(damaged("its table of sectors is longer than the file"));
            }
        }
        Ok(())
    }

    fn sector_at(&self, number: u32) -> Option<&'a [u8]> {
        let from = (usize::try_from(number).ok()?.checked_add(1)?).checked_mul(self.sector)?;
        let to = from.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(from..to).filter(|part| !part.is_empty())
    }

    /// The bytes of a chain, `size` at most.
    fn chain(&self, start: u32, size: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let mut next = start;
        // No sound chain has more links than the file has sectors.
        for _ in 0..=self.bytes.len() / self.sector {
            if next >= SPECIAL || bytes.len() as u64 >= size {
                bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
                return Ok(bytes);
            }
            let sector =
                self.sector_at(next).ok_or_else(|| damaged("a chain of sectors leads out of the file"))?;
            bytes.extend_from_slice(sector);
            next = self.table.get(usize::try_from(next).unwrap_or(usize::MAX)).copied().unwrap_or(FREE);
        }
        Err(damaged("a chain of sectors runs in a circle"))
    }

    fn short_chain(&self, start: u32, size: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let mut next = start;
        for _ in 0..=self.short_stream.len() / SHORT {
            if next >= SPECIAL || bytes.len() as u64 >= size {
                bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
                return Ok(bytes);
            }
            let at = usize::try_from(next).unwrap_or(usize::MAX);
            let from = at.saturating_mul(SHORT);
            let to = from.saturating_add(SHORT).min(self.short_stream.len());
            let part = self.short_stream.get(from..to).filter(|part| !part.is_empty());
            bytes.extend_from_slice(part.ok_or_else(|| damaged("a chain of sectors leads out of the file"))?);
            next = self.short_table.get(at).copied().unwrap_or(FREE);
        }
        Err(damaged("a chain of sectors runs in a circle"))
    }

    /// Whether there is a stream or folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The content of a stream; nothing where it is absent.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let found =
            self.entries.iter().find(|entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name));
        let Some(entry) = found else { return Ok(None) };
        let bytes = if entry.size < self.cutoff {
            self.short_chain(entry.start, entry.size)?
        } else {
            self.chain(entry.start, entry.size)?
        };
        if (bytes.len() as u64) < entry.size {
            return Err(damaged("its stream of cells is shorter than it says"));
        }
        Ok(Some(bytes))
    }
}

impl Entry {
    fn read(bytes: &[u8]) -> Self {
        let length = usize::from(u16_at(bytes, 64)).saturating_sub(2) / 2;
        let wide: Vec<u16> = (0..length.min(31)).map(|at| u16_at(bytes, 2 * at)).collect();
        Self {
            name: String::from_utf16_lossy(&wide),
            kind: bytes.get(66).copied().unwrap_or_default(),
            start: u32_at(bytes, 116),
            // The upper half of the size holds rubbish in files of small sectors.
            size: u64::from(u32_at(bytes, 120)),
        }
    }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|part| u32_at(part, 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_in_a_circle_is_damage() {
        // Sector 0: the table, in which every sector leads to sector 0.
        let mut bytes = vec![0_u8; 512];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[30] = 9;
        bytes[76 + 4..512].fill(0xff);
        bytes[68..72].fill(0xff);
        bytes.extend([0_u8; 2048]);
        let error = Container::open(&bytes).err().unwrap().to_string();
        assert!(error.contains("runs in a circle"), "{error}");
    }

    /// A container of three sectors whose list of tables begins at this sector.
    fn listed_from(sector: u32) -> Vec<u8> {
        let mut bytes = vec![0_u8; 512];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[30] = 9;
        bytes[68..72].copy_from_slice(&sector.to_le_bytes());
        bytes[72] = 1;
        bytes[76..512].fill(0xff);
        bytes.extend([0xff; 3 * 512]);
        // The last number of a list names the next one.
        bytes[1020..1024].copy_from_slice(&0_u32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_list_of_tables_ends_within_the_file() {
        for (sector, expected) in [(0, "runs in a circle"), (7, "leads out of the file")] {
            let error = Container::open(&listed_from(sector)).err().unwrap().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
