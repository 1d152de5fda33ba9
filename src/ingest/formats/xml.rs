//! What every XML format shares: parts as UTF-8, attributes by their local name, references resolved.

use std::io::{BufRead, BufReader, Cursor, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use quick_xml::events::{BytesRef, BytesStart};

/// A part of a workbook as XML text.
pub(super) type Part<'a> = quick_xml::Reader<Box<dyn BufRead + 'a>>;

/// Opens a part to be read event by event.
pub(super) fn part<'a>(stream: impl Read + 'a) -> std::io::Result<Part<'a>> {
    let mut reader = flat(utf8(stream)?);
    // The sum of the archive vouches for it; a slip of its writer does no harm.
    reader.config_mut().check_end_names = false;
    Ok(reader)
}

/// The events of a document that stands by itself: tags must end as they began, for nothing else betrays a byte
/// that was lost or turned over on the way.
pub(super) fn flat<R: BufRead>(stream: R) -> quick_xml::Reader<R> {
    let mut reader = quick_xml::Reader::from_reader(stream);
    reader.config_mut().allow_dangling_amp = true;
    reader
}

/// The bytes of a part; one in UTF-16, which some libraries write, is decoded first.
pub(super) fn utf8<'a>(stream: impl Read + 'a) -> std::io::Result<Box<dyn BufRead + 'a>> {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    let start = stream.fill_buf()?;
    let wide = [UTF_16LE, UTF_16BE].into_iter().find(|wide| {
        Encoding::for_bom(start).is_some_and(|(encoding, _)| encoding == *wide)
            || start.starts_with(if *wide == UTF_16LE { b"<\0?\0" } else { b"\0<\0?" })
    });
    let Some(encoding) = wide else { return Ok(Box::new(stream)) };
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(Box::new(Cursor::new(encoding.decode(&bytes).0.into_owned().into_bytes())))
}

/// The value of an attribute, whatever its prefix, with references resolved.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(resolved(&found.value))
}

/// Text with its references resolved; what is no reference stays.
pub(super) fn resolved(raw: &str) -> String {
    quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned)
}

/// A number in an attribute.
pub(super) fn count(start: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(start, name)?.trim().parse().ok()
}

/// Whether an attribute says yes.
pub(super) fn flag(start: &BytesStart<'_>, name: &str) -> bool {
    attribute(start, name).is_some_and(|value| is_yes(&value))
}

/// A boolean as XML schemas write it.
pub(super) fn is_yes(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

/// Adds what a reference stands for; an unknown one stays as written.
pub(super) fn push_reference(reference: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(ch)) = reference.resolve_char_ref() {
        text.push(ch);
    } else if let Some(known) = quick_xml::escape::resolve_xml_entity(reference) {
        text.push_str(known);
    } else {
        text.push('&');
        text.push_str(reference);
        text.push(';');
    }
}
