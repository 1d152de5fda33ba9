//! OLE containers of old workbooks: whether their chains of sectors end, and end within the file. A copy in
//! progress whose rest is zero makes a chain of 0 → 0 → 0, which readers follow until memory is gone.
//!
//! Layout of the container: [MS-CFB], sections 2.2 to 2.6.

use super::GuardError;

const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const HEADER: usize = 512;
/// Sector numbers from here on are marks: end of chain, free, FAT, DIFAT.
const MARKS: u32 = 0xFFFF_FFFA;
const END: u32 = 0xFFFF_FFFE;
const DIRECTORY_ENTRY: usize = 128;
/// Kinds of directory entries.
const STREAM: u8 = 2;
const ROOT: u8 = 5;
/// Streams below this size stand in the small sectors.
const SMALL_STREAM: u64 = 4096;

/// Why a chain cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    Circle,
    Outside,
}

impl From<Broken> for GuardError {
    fn from(broken: Broken) -> Self {
        damaged(match broken {
            Broken::Circle => "a chain of its sectors runs in a circle",
            Broken::Outside => "a chain of its sectors leads beyond its end",
        })
    }
}

fn damaged(reason: &str) -> GuardError {
    GuardError::Damaged { reason: reason.to_owned() }
}

/// Refuses a container whose chains a reader could not follow to an end; a workbook without a container has
/// none.
pub(super) fn check(bytes: &[u8]) -> Result<(), GuardError> {
    if !bytes.starts_with(MAGIC) {
        return Ok(());
    }
    let Some(shift @ (9 | 12)) = u16_at(bytes, 30) else {
        return Err(damaged("its header names no size of sectors that exists"));
    };
    let size = 1_usize << shift;
    let sectors = bytes.len().saturating_sub(size).div_ceil(size);
    let container = Container { bytes, size, sectors, fat: Vec::new() }.with_fat()?;
    let directory = container.chain(header(bytes, 48)?)?;
    container.chain(header(bytes, 60)?)?;
    let small_fat = container.small_fat(header(bytes, 60)?)?;
    for sector in directory {
        let entries = container.sector(sector).chunks_exact(DIRECTORY_ENTRY);
        for entry in entries {
            container.check_entry(entry, &small_fat)?;
        }
    }
    Ok(())
}

struct Container<'a> {
    bytes: &'a [u8],
    /// Bytes of a sector.
    size: usize,
    /// Sectors in the file, a cut one at its end included.
    sectors: usize,
    /// The sector that follows each sector.
    fat: Vec<u32>,
}

impl Container<'_> {
    /// Gathers the FAT: its sectors are listed in the header and, beyond 109, in a chain of their own.
    fn with_fat(mut self) -> Result<Self, GuardError> {
        for (at, what) in [(44, "FAT"), (72, "DIFAT")] {
            if index(header(self.bytes, at)?) > self.sectors {
                return Err(damaged(&format!("it declares more {what} sectors than it has sectors")));
            }
        }
        let mut listed: Vec<u32> = numbers(self.bytes.get(76..HEADER).unwrap_or_default()).collect();
        let mut next = header(self.bytes, 68)?;
        let mut seen = 0;
        // A chain of none begins with a mark; some writers say 0 sectors and begin at sector 0.
        let declared = header(self.bytes, 72)?;
        while next < MARKS && declared > 0 {
            seen += 1;
            if seen > self.sectors {
                return Err(Broken::Circle.into());
            }
            if index(next) >= self.sectors {
                return Err(Broken::Outside.into());
            }
            let mut ids: Vec<u32> = numbers(self.sector(next)).collect();
            next = ids.pop().unwrap_or(END);
            listed.extend(ids);
        }
        for sector in listed.into_iter().filter(|sector| *sector < MARKS) {
            if index(sector) >= self.sectors || self.fat.len() > self.sectors.saturating_add(self.size) {
                return Err(Broken::Outside.into());
            }
            let entries: Vec<u32> = numbers(self.sector(sector)).collect();
            self.fat.extend(entries);
        }
        Ok(self)
    }

    fn sector(&self, number: u32) -> &[u8] {
        let start = index(number).saturating_add(1).saturating_mul(self.size);
        let end = start.saturating_add(self.size).min(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The sectors of a chain, from its first.
    fn chain(&self, first: u32) -> Result<Vec<u32>, Broken> {
        follow(first, &self.fat, self.sectors)
    }

    /// The FAT of the small sectors.
    fn small_fat(&self, first: u32) -> Result<Vec<u32>, Broken> {
        let sectors = self.chain(first)?;
        Ok(sectors.into_iter().flat_map(|sector| numbers(self.sector(sector))).collect())
    }

    /// Demands that no stream runs in a circle, and that the workbook's own and the small sectors lie in the
    /// file; another stream that is cut, such as the author's name, costs no figure.
    fn check_entry(&self, entry: &[u8], small_fat: &[u32]) -> Result<(), GuardError> {
        let kind = entry.get(66).copied().unwrap_or_default();
        let (Some(first), Some(size)) = (u32_at(entry, 116), u32_at(entry, 120)) else { return Ok(()) };
        if (kind != STREAM && kind != ROOT) || size == 0 {
            return Ok(());
        }
        let followed = if kind == STREAM && u64::from(size) < SMALL_STREAM {
            follow(first, small_fat, small_fat.len())
        } else {
            self.chain(first)
        };
        let name: Vec<u16> = entry.get(..64).unwrap_or_default().chunks_exact(2).map(pair).collect();
        let name = String::from_utf16_lossy(&name);
        let name = name.trim_end_matches('\0');
        let needed =
            kind == ROOT || name.eq_ignore_ascii_case("workbook") || name.eq_ignore_ascii_case("book");
        match followed {
            Err(Broken::Outside) if !needed => Ok(()),
            Err(broken) => Err(broken.into()),
            Ok(chain) if needed && kind == STREAM && u64::from(size) >= SMALL_STREAM => {
                let head = chain.first().map(|first| self.sector(*first)).unwrap_or_default();
                if is_encrypted(head) { Err(GuardError::Password) } else { Ok(()) }
            }
            Ok(_) => Ok(()),
        }
    }
}

/// Whether a workbook stream tells, among its first records, that the others are encrypted: [MS-XLS] 2.4.117,
/// which follows the beginning and, at most, the record of write protection.
fn is_encrypted(head: &[u8]) -> bool {
    const FILE_PASS: u16 = 0x002F;
    let mut at = 0;
    for _ in 0..4 {
        let (Some(record), Some(length)) = (u16_at(head, at), u16_at(head, at + 2)) else { return false };
        if record == FILE_PASS {
            return true;
        }
        at += 4 + usize::from(length);
    }
    false
}

/// Follows a chain to its end mark.
fn follow(first: u32, fat: &[u32], sectors: usize) -> Result<Vec<u32>, Broken> {
    let mut chain = Vec::new();
    let mut next = first;
    while next < MARKS {
        if chain.len() >= sectors {
            return Err(if index(next) < sectors { Broken::Circle } else { Broken::Outside });
        }
        if index(next) >= sectors {
            return Err(Broken::Outside);
        }
        chain.push(next);
        next = fat.get(index(next)).copied().ok_or(Broken::Outside)?;
    }
    Ok(chain)
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn header(bytes: &[u8], at: usize) -> Result<u32, GuardError> {
    u32_at(bytes, at).ok_or_else(|| damaged("its header is cut"))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| Some(u32::from_le_bytes(four.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    numbers(bytes.get(at..at.checked_add(4)?)?).next()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?).map(pair)
}

fn pair(two: &[u8]) -> u16 {
    two.try_into().map(u16::from_le_bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shipped .xls, in which the tests break one thing each.
    fn whole() -> Vec<u8> {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("input/trade/黑龙江省对俄进出口历年.xls");
        std::fs::read(path).unwrap()
    }

    fn put(bytes: &mut [u8], at: usize, number: u32) {
        bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        let told = check(bytes).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn a_whole_workbook_and_one_without_container_pass() {
        assert!(check(&whole()).is_ok());
        assert!(check(b"\x09\x08\x10\x00").is_ok());
    }

    #[test]
    fn a_copy_in_progress_is_refused_wherever_it_stopped() {
        let whole = whole();
        for tenth in 1..10 {
            let cut = whole.len() * tenth / 10;
            let mut zeroed = whole.clone();
            zeroed[cut..].fill(0);
            // The container may be whole in its first part; then the reader meets a workbook without sheets.
            let told = check(&zeroed).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.is_empty() || told.contains("damaged or was not copied to the end"), "{told}");
            assert!(check(&whole[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn circles_and_lies_are_refused() {
        let mut bytes = whole();
        let fat = (index(header(&bytes, 76).unwrap()) + 1) * 512;
        let first = header(&bytes, 48).unwrap();
        put(&mut bytes, fat + index(first) * 4, first);
        refused(&bytes, "runs in a circle");
        let mut bytes = whole();
        put(&mut bytes, fat + index(first) * 4, 0x00FF_FFFF);
        refused(&bytes, "beyond its end");
        for at in [44, 72] {
            let mut bytes = whole();
            put(&mut bytes, at, u32::MAX);
            refused(&bytes, "than it has sectors");
        }
        let mut bytes = whole();
        bytes[30] = 31;
        refused(&bytes, "no size of sectors");
        refused(&whole()[..40], "");
    }

    #[test]
    fn an_encrypted_stream_is_known_by_its_record() {
        // BOF of two bytes, then FilePass (XOR), then what can no longer be read.
        assert!(is_encrypted(b"\x09\x08\x02\x00\x00\x06\x2f\x00\x02\x00\x00\x00\xaa"));
        assert!(!is_encrypted(b"\x09\x08\x02\x00\x00\x06\x42\x00\x02\x00\xb0\x04"));
        assert!(!is_encrypted(b"\x09\x08"));
    }

    #[test]
    fn a_list_of_sectors_that_leads_to_itself_is_refused() {
        let mut bytes = whole();
        put(&mut bytes, 68, 0);
        put(&mut bytes, 72, 1);
        let end_of_first = 512 + 508;
        put(&mut bytes, end_of_first, 0);
        assert!(check(&bytes).is_err());
    }
}
