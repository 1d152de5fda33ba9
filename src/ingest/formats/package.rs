//! A zip archive of parts with relationships between them, as Office Open XML has it. Names are compared
//! without case and with either slash, because some libraries write `XL\Workbook.xml`.

use std::collections::BTreeMap;
use std::path::Path;

use quick_xml::events::Event;
use zip::CompressionMethod;
use zip::result::ZipError;

use super::ReadError;
use super::guards::{self, Archive, Meter, Metered};
use super::pieces::Pieces;
use super::xml::{self, Part};

/// The parts of a file.
pub(super) struct Package {
    archive: Archive,
    meter: Meter,
    /// Position in the archive by folded name.
    parts: BTreeMap<String, usize>,
}

/// What one part says of another.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// The last word of its type: `worksheet`, `sharedStrings`.
    pub kind: String,
    /// Name of the part it points to.
    pub part: String,
}

/// Damage with its reason.
pub(super) fn damaged(reason: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged { reason: format!("{reason}") }
}

impl Package {
    /// Opens a file, reads its directory and gives it to a reader. Why a part was refused while it was unpacked
    /// comes before whatever the reader makes of its breaking off.
    pub(super) fn read<T>(
        path: &Path,
        reader: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mut package = Self::open(path)?;
        let read = reader(&mut package);
        package.meter.refusal().map_or(read, |refusal| Err(refusal.into()))
    }

    fn open(path: &Path) -> Result<Self, ReadError> {
        let mut archive = guards::open(path)?;
        let mut parts = BTreeMap::new();
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(damaged)?;
            if let Ok(name) = entry.name()
                && parts.insert(folded(&name), at).is_some()
            {
                return Err(damaged(format!("two of its parts are called {name}")));
            }
        }
        Ok(Self { archive, meter: Meter::default(), parts })
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&folded(name))
    }

    /// Opens a part to be read event by event; nothing where it is absent.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part<'_>>, ReadError> {
        let entry = self.entry(name)?;
        entry.map(|entry| xml::part(entry).map_err(damaged)).transpose()
    }

    /// Opens a large part to be read piece by piece; nothing where it is absent.
    pub(super) fn pieces(&mut self, name: &str) -> Result<Option<Pieces<'_>>, ReadError> {
        self.entry(name)?.map(Pieces::of).transpose()
    }

    /// Opens a part to be read byte by byte; nothing where it is absent.
    pub(super) fn entry(&mut self, name: &str) -> Result<Option<Metered<'_>>, ReadError> {
        let Some(at) = self.parts.get(&folded(name)).copied() else { return Ok(None) };
        let part = self.archive.by_index(at).map_err(unopened)?;
        if !matches!(part.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(ReadError::OtherForm {
                what: "a workbook packed by a method that spreadsheet programs do not use",
            });
        }
        Ok(Some(Metered::of(part, &mut self.meter)))
    }

    /// What a part is related to, by id; nothing where the file says nothing.
    pub(super) fn relations(&mut self, part: &str) -> Result<BTreeMap<String, Relation>, ReadError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let own = if folder.is_empty() {
            format!("_rels/{name}.rels")
        } else {
            format!("{folder}/_rels/{name}.rels")
        };
        let mut relations = BTreeMap::new();
        let Some(mut reader) = self.part(&own)? else { return Ok(relations) };
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(damaged)? {
                Event::Start(start) | Event::Empty(start)
                    if start.local_name().as_ref() == "Relationship" =>
                {
                    let (Some(id), Some(target)) =
                        (xml::attribute(&start, "Id"), xml::attribute(&start, "Target"))
                    else {
                        continue;
                    };
                    let kind = xml::attribute(&start, "Type").unwrap_or_default();
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    relations.insert(id, Relation { kind, part: absolute(folder, &target) });
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    }
}

/// Why a part cannot be opened.
fn unopened(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::Password,
        other => damaged(other),
    }
}

fn folded(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

/// A target as a name from the root of the archive.
fn absolute(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(from_root) = target.strip_prefix('/') {
        return from_root.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn targets_are_names_from_the_root() {
        assert_eq!(absolute("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(absolute("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(absolute("xl/worksheets", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(absolute("", "../../../etc/x"), "etc/x");
    }
}
