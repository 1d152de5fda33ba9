//! xlsx and xlsm, read by parts. Sheets are found by their relationship, never by name, so that two of one
//! name are told apart; a chart, macro or absent sheet costs no other sheet.

mod sheet;
mod strings;
mod styles;

use std::collections::BTreeMap;
use std::path::Path;

use quick_xml::events::Event;

use super::package::{Package, Relation, damaged};
use super::serial::Epoch;
use super::xml;
use super::{ReadError, Workbook, told};
use crate::finding::{Severity, ingest as codes};
use crate::ingest::grid::Grid;
use sheet::{Shared, Zeros};

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    hidden: bool,
    relation: String,
}

/// What the workbook part says.
struct Book {
    sheets: Vec<Listed>,
    epoch: Epoch,
    zeros: Zeros,
}

/// Reads every worksheet.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    Package::read(path, read_package)
}

fn read_package(package: &mut Package) -> Result<Workbook, ReadError> {
    let root = package.relations("")?.into_values().find(|relation| relation.kind == "officeDocument");
    let part = root.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.part);
    let relations = package.relations(&part)?;
    let reader = package.part(&part)?.ok_or_else(|| damaged(format!("it has no part {part}")))?;
    let book = read_book(reader)?;
    let of_kind = |kind: &str| relations.values().find(|relation| relation.kind == kind);
    let strings = match of_kind("sharedStrings") {
        Some(relation) => package.pieces(&relation.part)?.map(strings::read).transpose()?,
        None => None,
    };
    let styles = match of_kind("styles") {
        Some(relation) => {
            let part = package.part(&relation.part)?;
            // Without it dates are bare numbers.
            let part = part.ok_or_else(|| damaged(format!("it has no part {}", relation.part)))?;
            Some(styles::read(part)?)
        }
        None => None,
    };
    let shared = Shared {
        strings: strings.unwrap_or_default(),
        styles: styles.unwrap_or_default(),
        epoch: book.epoch,
        zeros: book.zeros,
    };
    let mut workbook = Workbook { format: "xlsx".to_owned(), sheets: Vec::new(), findings: Vec::new() };
    for listed in book.sheets {
        read_sheet(package, listed, &relations, (&shared, &mut workbook))?;
    }
    Ok(workbook)
}

fn read_sheet(
    package: &mut Package,
    listed: Listed,
    relations: &BTreeMap<String, Relation>,
    (shared, workbook): (&Shared, &mut Workbook),
) -> Result<(), ReadError> {
    let relation = relations.get(&listed.relation);
    let absent = |workbook: &mut Workbook, seen: &str| {
        workbook.findings.push(
            told(&codes::SHEET_ABSENT, Severity::Error, &listed.name, "")
                .seen(seen, "the cells of the sheet"),
        );
    };
    let Some(relation) = relation else {
        absent(workbook, "listed in the workbook, but without a part");
        return Ok(());
    };
    if relation.kind != "worksheet" {
        let seen = match relation.kind.as_str() {
            "chartsheet" => "a chart",
            "dialogsheet" => "a dialog",
            "xlMacrosheet" | "xlIntlMacrosheet" => "a macro sheet",
            other => other,
        };
        workbook
            .findings
            .push(told(&codes::NO_WORKSHEET, Severity::Info, &listed.name, "").seen(seen, "a worksheet"));
        return Ok(());
    }
    if !package.has(&relation.part) {
        absent(workbook, &format!("the part {} is not in the file", relation.part));
        return Ok(());
    }
    let Some(pieces) = package.pieces(&relation.part)? else { return Ok(()) };
    let sheet = sheet::read(pieces, shared).map_err(|error| match error {
        ReadError::Damaged { reason } => damaged(format!("sheet {}: {reason}", listed.name)),
        other => other,
    })?;
    workbook.findings.extend(sheet.odd.findings(&listed.name));
    let grid = Grid::new(listed.name, listed.hidden, sheet.cells, sheet.merges);
    workbook.sheets.push(grid.with_unseen(sheet.unseen));
    Ok(())
}

fn read_book(mut reader: xml::Part<'_>) -> Result<Book, ReadError> {
    let mut book = Book { sheets: Vec::new(), epoch: Epoch::Of1900, zeros: Zeros::Computed };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                "sheet" => book.sheets.push(Listed {
                    name: xml::attribute(&start, "name").unwrap_or_default(),
                    hidden: xml::attribute(&start, "state").is_some_and(|state| state.contains("idden")),
                    relation: relation_id(&start).unwrap_or_default(),
                }),
                "workbookPr" if xml::flag(&start, "date1904") => book.epoch = Epoch::Of1904,
                // XlsxWriter and its kin sign with this number, ask for a computation on opening and write 0
                // for every result.
                "calcPr"
                    if xml::flag(&start, "fullCalcOnLoad")
                        && xml::attribute(&start, "calcId").as_deref() == Some("124519") =>
                {
                    book.zeros = Zeros::Placeholders;
                }
                _ => {}
            },
            Event::Eof => return Ok(book),
            _ => {}
        }
    }
}

/// The id with a prefix, `r:id`; `sheetId` and a plain `id` are others.
fn relation_id(start: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    let mut attributes = start.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.as_ref().ends_with(":id"))?;
    Some(xml::resolved(&found.value))
}
