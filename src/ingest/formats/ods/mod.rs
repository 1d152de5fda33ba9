//! OpenDocument spreadsheets, packed (ods) and flat (fods), in one pass: cells with their repetitions, merges,
//! hidden rows, columns and sheets. Blanks between elements, which pretty printers add, mean nothing.

mod styles;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};

use super::number_format::Shown;
use super::package::{Package, damaged};
use super::xml::{self, Part};
use super::{MAX_CELLS, ReadError, Workbook, serial};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Grid, Merge, Unseen};
use styles::{CellStyle, Styles};

/// Rows and columns of the largest sheet there is; repetitions run past them.
const ROWS: u32 = 1 << 20;
const COLS: u32 = 1 << 14;

/// Reads a packed document.
pub(super) fn read(path: &Path) -> Result<Workbook, ReadError> {
    Package::read(path, read_package)
}

fn read_package(package: &mut Package) -> Result<Workbook, ReadError> {
    let mut styles = Styles::default();
    if let Some(mut reader) = package.part("styles.xml")? {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(damaged)? {
                Event::Eof => break,
                event => styles.take(&event),
            }
        }
    }
    let reader = package.part("content.xml")?.ok_or_else(|| damaged("it has no part content.xml"))?;
    Ok(Workbook { format: "ods".to_owned(), sheets: sheets(reader, styles)?, findings: Vec::new() })
}

/// Reads a flat document from its text.
pub(super) fn read_flat(text: &str) -> Result<Workbook, ReadError> {
    let stream: Box<dyn BufRead + '_> = Box::new(text.as_bytes());
    let sheets = sheets(xml::flat(stream), Styles::default())?;
    Ok(Workbook { format: "fods".to_owned(), sheets, findings: Vec::new() })
}

fn sheets(mut reader: Part<'_>, styles: Styles) -> Result<Vec<Grid>, ReadError> {
    let mut state = State { styles, ..State::default() };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(start) => {
                state.styles.take(&Event::Start(start.borrow()));
                state.start(&start);
            }
            Event::Empty(start) => {
                state.styles.take(&Event::Empty(start.borrow()));
                state.start(&start);
                state.end(start.local_name().as_ref())?;
            }
            Event::End(end) => {
                state.styles.take(&Event::End(end.borrow()));
                state.end(end.local_name().as_ref())?;
            }
            Event::Text(text) => state.text(&text.xml10_content()),
            Event::CData(text) => state.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let mut resolved = String::new();
                xml::push_reference(&reference, &mut resolved);
                state.text(&resolved);
            }
            Event::Eof if state.table.is_some() => return Err(damaged("its rows have no end")),
            Event::Eof => return Ok(state.grids),
            _ => {}
        }
    }
}

/// A table being read.
#[derive(Debug, Default)]
struct Table {
    name: String,
    hidden: bool,
    cells: Cells,
    merges: Vec<Merge>,
    unseen: Unseen,
    /// Style of the cells of a column that have none: first column, last column, style.
    columns: Vec<(u32, u32, String)>,
    next_col: u32,
    row: u32,
    row_repeats: u32,
    row_from: usize,
    col: u32,
}

/// A cell being read.
#[derive(Debug, Default)]
struct Open {
    attributes: BTreeMap<String, String>,
    text: String,
    paragraphs: u32,
}

#[derive(Debug, Default)]
struct State {
    styles: Styles,
    grids: Vec<Grid>,
    table: Option<Table>,
    /// Tables within the cells of a table, which are no sheets.
    nested: u32,
    open: Option<Open>,
    paragraph: bool,
    /// Comments, pictures and the like within a cell.
    aside: u32,
}

/// What stands in a cell without being its text.
fn is_aside(name: &str) -> bool {
    matches!(name, "annotation" | "frame" | "custom-shape" | "shapes" | "tracked-changes" | "ruby-text")
}

fn repeats(start: &BytesStart<'_>, name: &str) -> u32 {
    xml::count(start, name).unwrap_or(1).max(1)
}

impl State {
    fn start(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name();
        let name = name.as_ref();
        if is_aside(name) {
            self.aside += 1;
        }
        if self.aside > 0 {
            return;
        }
        match name {
            "table" if self.table.is_some() => self.nested += 1,
            "table" => self.begin_table(start),
            _ if self.nested > 0 => {}
            "table-column" => self.column(start),
            "table-row" => self.row(start),
            "table-cell" | "covered-table-cell" => {
                let mut attributes = start.attributes();
                let attributes = attributes.with_checks(false).flatten().map(|attribute| {
                    let key = attribute.key.local_name().as_ref().to_owned();
                    // LibreOffice says by a second type of its own which texts are errors.
                    let own = attribute.key.as_ref().starts_with("calcext");
                    (if own { format!("calcext:{key}") } else { key }, xml::resolved(&attribute.value))
                });
                self.open = Some(Open { attributes: attributes.collect(), ..Open::default() });
            }
            "p" if self.open.is_some() => {
                self.paragraph = true;
                if let Some(open) = &mut self.open {
                    if open.paragraphs > 0 {
                        open.text.push('\n');
                    }
                    open.paragraphs += 1;
                }
            }
            "s" => {
                let blanks = repeats(start, "c").min(1000);
                (0..blanks).for_each(|_| self.text(" "));
            }
            "tab" => self.text("\t"),
            "line-break" => self.text("\n"),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let (true, 0, 0, Some(open)) = (self.paragraph, self.aside, self.nested, &mut self.open) {
            open.text.push_str(text);
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        if is_aside(name) {
            self.aside = self.aside.saturating_sub(1);
            return Ok(());
        }
        if self.aside > 0 {
            return Ok(());
        }
        match name {
            "table" if self.nested > 0 => self.nested -= 1,
            "table" => {
                if let Some(table) = self.table.take() {
                    let grid = Grid::new(table.name, table.hidden, table.cells, table.merges);
                    self.grids.push(grid.with_unseen(table.unseen));
                }
            }
            _ if self.nested > 0 => {}
            "p" => self.paragraph = false,
            "table-cell" | "covered-table-cell" => self.cell()?,
            "table-row" => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn begin_table(&mut self, start: &BytesStart<'_>) {
        let style = xml::attribute(start, "style-name").unwrap_or_default();
        self.table = Some(Table {
            name: xml::attribute(start, "name").unwrap_or_default(),
            hidden: self.styles.hides(&style),
            ..Table::default()
        });
    }

    fn column(&mut self, start: &BytesStart<'_>) {
        let Some(table) = &mut self.table else { return };
        let first = table.next_col;
        let end = first.saturating_add(repeats(start, "number-columns-repeated")).min(COLS);
        table.next_col = end;
        if end == first {
            return;
        }
        if is_hidden(start) {
            table.unseen.cols.add(first, end - 1);
        }
        if let Some(style) = xml::attribute(start, "default-cell-style-name") {
            table.columns.push((first, end - 1, style));
        }
    }

    fn row(&mut self, start: &BytesStart<'_>) {
        let Some(table) = &mut self.table else { return };
        table.row_repeats = repeats(start, "number-rows-repeated");
        table.row_from = table.cells.len();
        table.col = 0;
        if is_hidden(start) && table.row < ROWS {
            let last = table.row.saturating_add(table.row_repeats - 1).min(ROWS - 1);
            table.unseen.rows.add(table.row, last);
        }
    }

    /// Repeats what the row holds as often as it says, within the largest sheet.
    fn end_row(&mut self) -> Result<(), ReadError> {
        let Some(table) = &mut self.table else { return Ok(()) };
        let end = table.row.saturating_add(table.row_repeats.max(1)).min(ROWS);
        let row = table.row_from..table.cells.len();
        if !row.is_empty() {
            for at in table.row.saturating_add(1)..end {
                if table.cells.len().saturating_add(row.len()) > MAX_CELLS {
                    return Err(ReadError::TooManyCells { limit: MAX_CELLS });
                }
                table.cells.repeat(row.clone(), at);
            }
        }
        table.row = end;
        Ok(())
    }

    fn cell(&mut self) -> Result<(), ReadError> {
        let (Some(open), Some(table)) = (self.open.take(), &mut self.table) else { return Ok(()) };
        let number =
            |name: &str| open.attributes.get(name).and_then(|value| value.trim().parse::<u32>().ok());
        let first = table.col;
        let end = first.saturating_add(number("number-columns-repeated").unwrap_or(1).max(1)).min(COLS);
        table.col = end;
        if table.row >= ROWS {
            return Ok(());
        }
        let (wide, high) = (number("number-columns-spanned"), number("number-rows-spanned"));
        let (wide, high) = (wide.unwrap_or(1).max(1), high.unwrap_or(1).max(1));
        if (wide > 1 || high > 1) && first < COLS {
            table.merges.push(Merge {
                first_row: table.row,
                first_col: first,
                last_row: table.row.saturating_add(high - 1).min(ROWS - 1),
                last_col: first.saturating_add(wide - 1).min(COLS - 1),
            });
        }
        let Some(value) = value(&open) else { return Ok(()) };
        let own = open.attributes.get("style-name").map(String::as_str);
        for col in first..end {
            if table.cells.len() >= MAX_CELLS {
                return Err(ReadError::TooManyCells { limit: MAX_CELLS });
            }
            let of_column = || {
                let found = table.columns.iter().find(|(first, last, _)| (*first..=*last).contains(&col));
                found.map(|(_, _, style)| style.as_str())
            };
            let CellStyle { shown: Shown { decimals, percent, .. }, indent } =
                own.or_else(of_column).map_or_else(CellStyle::default, |style| self.styles.cell(style));
            let percent =
                percent || open.attributes.get("value-type").is_some_and(|kind| kind == "percentage");
            table.cells.push(&Cell { row: table.row, col, value: value.clone(), decimals, percent, indent });
        }
        Ok(())
    }
}

fn is_hidden(start: &BytesStart<'_>) -> bool {
    xml::attribute(start, "visibility").is_some_and(|visibility| visibility != "visible")
}

/// What a cell holds; nothing where it is empty.
fn value(open: &Open) -> Option<CellValue<'_>> {
    let given = |name: &str| open.attributes.get(name).map(String::as_str);
    let text = || (!open.text.is_empty()).then(|| CellValue::Text(open.text.as_str().into()));
    let error = given("calcext:value-type") == Some("error")
        || given("formula").is_some() && (open.text.starts_with('#') || open.text.starts_with("Err:"));
    if error {
        return Some(CellValue::Error(open.text.as_str().into()));
    }
    match given("value-type") {
        Some("float" | "percentage" | "currency") => given("value").map(serial::number).or_else(text),
        Some("date") => given("date-value").map(serial::iso).or_else(text),
        Some("time") => text().or_else(|| given("time-value").map(|time| CellValue::Text(time.into()))),
        Some("boolean") => match given("boolean-value") {
            Some("true") => Some(CellValue::Boolean(true)),
            Some("false") => Some(CellValue::Boolean(false)),
            _ => text(),
        },
        Some("string") => text().or_else(|| {
            let given = given("string-value").filter(|value| !value.is_empty())?;
            Some(CellValue::Text(given.into()))
        }),
        _ => match given("formula") {
            Some(formula) if open.text.is_empty() => Some(CellValue::UncachedFormula(
                formula.trim_start_matches("of:").trim_start_matches('=').into(),
            )),
            _ => text(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::address;

    /// The cells of a table in a flat document.
    #[track_caller]
    fn check(table: &str, expected: &str) {
        let text = format!(
            "<office:document><office:body><office:spreadsheet>\n <table:table table:name=\"s\">{table}\
             </table:table></office:spreadsheet></office:body></office:document>"
        );
        let workbook = read_flat(&text).unwrap();
        let cells = workbook.sheets[0].cells();
        let told: Vec<String> =
            cells.map(|cell| format!("{}={}", address(cell.row, cell.col), cell.printed())).collect();
        assert_eq!(told.join(" "), expected);
    }

    #[test]
    fn blanks_between_cells_mean_nothing() {
        check(
            "\n <table:table-row>\n  <table:table-cell office:value-type=\"string\">\n   <text:p>a<text:s \
             text:c=\"2\"/>b</text:p>\n  </table:table-cell>\n  <table:table-cell office:value-type=\"float\" \
             office:value=\"1.5\"/>\n </table:table-row>\n",
            "A1=a  b B1=1.5",
        );
    }

    #[test]
    fn repetitions_are_bounded_by_the_sheet() {
        check(
            "<table:table-row table:number-rows-repeated=\"1000000000\"><table:table-cell \
             table:number-columns-repeated=\"1000000000\"/></table:table-row><table:table-row>\
             <table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>",
            "",
        );
        check(
            "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\
             \"2\" office:value-type=\"float\" office:value=\"1\"/></table:table-row>",
            "A1=1 B1=1 A2=1 B2=1",
        );
    }

    #[test]
    fn errors_and_formulas_without_a_result_are_told() {
        check(
            "<table:table-row><table:table-cell table:formula=\"of:=1/0\" office:value-type=\"string\" \
             calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell \
             table:formula=\"of:=[.A1]\"/><table:table-cell office:value-type=\"string\"><text:p>x</text:p>\
             <office:annotation><text:p>a comment</text:p></office:annotation></table:table-cell>\
             </table:table-row>",
            "A1=#DIV/0! B1==[.A1] C1=x",
        );
    }
}
