//! SpreadsheetML 2003, the XML that Excel 2003 and many government portals write, mostly named .xls.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::number_format::{Shown, shown};
use super::package::damaged;
use super::serial::{self, Epoch};
use super::{MAX_CELLS, ReadError, Workbook, xml};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Grid, Merge, Unseen};

/// Rows and columns of the largest sheet there is.
const ROWS: u32 = 1 << 20;
const COLS: u32 = 1 << 14;

/// What the style of a cell means.
#[derive(Clone, Copy, Debug, Default)]
struct CellStyle {
    shown: Shown,
    indent: u8,
}

/// Reads every worksheet of a document given as text.
pub(super) fn read(text: &str) -> Result<Workbook, ReadError> {
    let mut reader = xml::flat(text.as_bytes());
    let mut state = State::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(start) => state.start(&start)?,
            Event::Empty(start) => {
                state.start(&start)?;
                state.end(start.local_name().as_ref())?;
            }
            Event::End(end) => state.end(end.local_name().as_ref())?,
            Event::Text(text) => state.text(&text.xml10_content()),
            Event::CData(text) => state.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let mut resolved = String::new();
                xml::push_reference(&reference, &mut resolved);
                state.text(&resolved);
            }
            Event::Eof if state.sheet.is_some() => return Err(damaged("its rows have no end")),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(Workbook { format: "xml 2003".to_owned(), sheets: state.grids, findings: Vec::new() })
}

#[derive(Debug, Default)]
struct Sheet {
    name: String,
    hidden: bool,
    cells: Cells,
    merges: Vec<Merge>,
    unseen: Unseen,
    row: u32,
    next_row: u32,
    col: u32,
    next_col: u32,
    next_column: u32,
}

/// A cell being read.
#[derive(Debug, Default)]
struct Open {
    style: CellStyle,
    formula: Option<String>,
    kind: Option<String>,
    text: String,
}

#[derive(Debug, Default)]
struct State {
    epoch: Epoch,
    styles: BTreeMap<String, CellStyle>,
    style: Option<String>,
    grids: Vec<Grid>,
    sheet: Option<Sheet>,
    open: Option<Open>,
    /// Whether the text belongs to the cell's data, a flag word or nothing.
    inside: Inside,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    Data,
    Visible,
    Comment,
}

impl State {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        if self.inside == Inside::Comment {
            return Ok(());
        }
        match start.local_name().as_ref() {
            "Date1904" => self.epoch = Epoch::Of1904,
            "Style" => {
                self.style = xml::attribute(start, "ID");
                // A style that builds on another says only what differs.
                let parent = xml::attribute(start, "Parent").and_then(|id| self.styles.get(&id).copied());
                if let Some(id) = &self.style {
                    self.styles.insert(id.clone(), parent.unwrap_or_default());
                }
            }
            "NumberFormat" => {
                if let Some(style) = self.style_now() {
                    style.shown =
                        xml::attribute(start, "Format").map(|code| named(&code)).unwrap_or_default();
                }
            }
            "Alignment" => {
                let indent = xml::count(start, "Indent").and_then(|indent| u8::try_from(indent).ok());
                if let Some(style) = self.style_now() {
                    style.indent = indent.unwrap_or_default();
                }
            }
            "Worksheet" => {
                let name = xml::attribute(start, "Name").unwrap_or_default();
                self.sheet = Some(Sheet { name, ..Sheet::default() });
            }
            "Column" => self.column(start),
            "Row" => self.row(start)?,
            "Cell" => self.cell(start)?,
            "Data" => {
                self.inside = Inside::Data;
                if let Some(open) = &mut self.open {
                    open.kind = xml::attribute(start, "Type");
                }
            }
            "Comment" => self.inside = Inside::Comment,
            "Visible" => self.inside = Inside::Visible,
            _ => {}
        }
        Ok(())
    }

    fn style_now(&mut self) -> Option<&mut CellStyle> {
        self.style.as_ref().and_then(|id| self.styles.get_mut(id))
    }

    fn text(&mut self, text: &str) {
        match (self.inside, &mut self.open, &mut self.sheet) {
            (Inside::Data, Some(open), _) => open.text.push_str(text),
            (Inside::Visible, _, Some(sheet)) if text.contains("idden") => sheet.hidden = true,
            _ => {}
        }
    }

    fn column(&mut self, start: &BytesStart<'_>) {
        let Some(sheet) = &mut self.sheet else { return };
        let first = xml::count(start, "Index").map_or(sheet.next_column, |index| index.saturating_sub(1));
        let last = first.saturating_add(xml::count(start, "Span").unwrap_or(0)).min(COLS - 1);
        sheet.next_column = last.saturating_add(1);
        if xml::flag(start, "Hidden") && first <= last {
            sheet.unseen.cols.add(first, last);
        }
    }

    fn row(&mut self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        sheet.row = xml::count(start, "Index").map_or(sheet.next_row, |index| index.saturating_sub(1));
        let last = sheet.row.saturating_add(xml::count(start, "Span").unwrap_or(0));
        if last >= ROWS {
            return Err(damaged(format!(
                "sheet {}: row {} lies in no sheet",
                sheet.name,
                last.saturating_add(1)
            )));
        }
        (sheet.next_row, sheet.next_col) = (last + 1, 0);
        if xml::flag(start, "Hidden") {
            sheet.unseen.rows.add(sheet.row, last);
        }
        Ok(())
    }

    fn cell(&mut self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        sheet.col = xml::count(start, "Index").map_or(sheet.next_col, |index| index.saturating_sub(1));
        let wide = xml::count(start, "MergeAcross").unwrap_or(0);
        let high = xml::count(start, "MergeDown").unwrap_or(0);
        let (last_col, last_row) = (sheet.col.saturating_add(wide), sheet.row.saturating_add(high));
        if last_col >= COLS || last_row >= ROWS {
            let place = crate::table::address(sheet.row, sheet.col);
            return Err(damaged(format!("sheet {}: the cell {place} reaches out of the sheet", sheet.name)));
        }
        sheet.next_col = last_col + 1;
        if wide > 0 || high > 0 {
            let (first_row, first_col) = (sheet.row, sheet.col);
            sheet.merges.push(Merge { first_row, first_col, last_row, last_col });
        }
        let style = xml::attribute(start, "StyleID").and_then(|id| self.styles.get(&id).copied());
        self.open = Some(Open {
            style: style.unwrap_or_default(),
            formula: xml::attribute(start, "Formula"),
            ..Open::default()
        });
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match name {
            "Comment" | "Data" | "Visible" if self.inside != Inside::Comment || name == "Comment" => {
                self.inside = Inside::Nothing;
            }
            _ if self.inside == Inside::Comment => {}
            "Style" => self.style = None,
            "Cell" => {
                let (Some(open), Some(sheet)) = (self.open.take(), &mut self.sheet) else { return Ok(()) };
                let Some(value) = value(&open, self.epoch) else { return Ok(()) };
                if sheet.cells.len() >= MAX_CELLS {
                    return Err(ReadError::TooManyCells { limit: MAX_CELLS });
                }
                let Shown { decimals, percent, .. } = open.style.shown;
                let (row, col, indent) = (sheet.row, sheet.col, open.style.indent);
                sheet.cells.push(&Cell { row, col, value, decimals, percent, indent });
            }
            "Worksheet" => {
                if let Some(sheet) = self.sheet.take() {
                    let grid = Grid::new(sheet.name, sheet.hidden, sheet.cells, sheet.merges);
                    self.grids.push(grid.with_unseen(sheet.unseen));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// What a format shows; the document names some in words.
fn named(code: &str) -> Shown {
    match code {
        "Percent" => shown("0.00%"),
        "Fixed" | "Standard" | "Currency" | "Euro Currency" => shown("0.00"),
        "General Date" | "Long Date" | "Medium Date" | "Short Date" | "Long Time" | "Medium Time"
        | "Short Time" => shown("yyyy"),
        "Scientific" | "General Number" | "Yes/No" | "True/False" | "On/Off" => Shown::default(),
        code => shown(code),
    }
}

/// What a cell holds; nothing where it is empty.
fn value(open: &Open, epoch: Epoch) -> Option<CellValue<'_>> {
    let Some(kind) = open.kind.as_deref().filter(|_| !open.text.is_empty()) else {
        let formula = open.formula.as_deref().filter(|_| open.kind.as_deref() != Some("String"))?;
        return Some(CellValue::UncachedFormula(formula.trim_start_matches('=').into()));
    };
    Some(match kind {
        "Number" => match serial::number(&open.text) {
            CellValue::Number(number) if open.style.shown.date => serial::moment(number, epoch),
            other => other,
        },
        "DateTime" => serial::iso(open.text.trim()),
        "Boolean" => CellValue::Boolean(open.text.trim() == "1"),
        "Error" => CellValue::Error(open.text.trim().into()),
        _ => CellValue::Text(open.text.as_str().into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::address;

    const HEAD: &str = "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook \
        xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:\
        spreadsheet\"><Styles><Style ss:ID=\"p\"><Alignment ss:Indent=\"2\"/><NumberFormat ss:Format=\"0.0%\"/>\
        </Style><Style ss:ID=\"d\"><NumberFormat ss:Format=\"Short Date\"/></Style></Styles>";

    fn told(book: &str) -> (Workbook, String) {
        let workbook = read(&format!("{HEAD}{book}</Workbook>")).unwrap();
        let cells = workbook.sheets.iter().flat_map(Grid::cells);
        let told: Vec<String> = cells
            .map(|cell| {
                let percent = if cell.percent { "%" } else { "" };
                format!("{}={}{percent}", address(cell.row, cell.col), cell.printed())
            })
            .collect();
        (workbook, told.join(" "))
    }

    #[test]
    fn cells_stand_where_their_index_says() {
        let (workbook, cells) = told(
            "<Worksheet ss:Name=\"一\"><Table><Column ss:Hidden=\"1\" ss:Span=\"1\"/><Row ss:Index=\"3\" \
             ss:Hidden=\"1\"><Cell ss:Index=\"2\" ss:MergeAcross=\"1\" ss:MergeDown=\"1\"><Data \
             ss:Type=\"String\">a&#10;b</Data></Cell><Cell ss:StyleID=\"p\"><Data ss:Type=\"Number\">0.5</Data>\
             </Cell></Row><Row><Cell><Data ss:Type=\"Number\">7</Data><Comment><Data>no</Data></Comment></Cell>\
             </Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>",
        );
        assert_eq!(cells, "B3=a\nb D3=0.5% A4=7");
        let sheet = &workbook.sheets[0];
        assert!(sheet.hidden && sheet.unseen().rows.contains(2) && sheet.unseen().cols.contains(1));
        assert_eq!(sheet.cell(2, 3).unwrap().indent, 2);
        assert_eq!(sheet.filled(3, 2).unwrap().printed(), "a\nb");
    }

    #[test]
    fn types_are_kept() {
        let (_, cells) = told(
            "<Worksheet ss:Name=\"s\"><Table><Row><Cell><Data ss:Type=\"DateTime\">2021-03-05T00:00:00.000\
             </Data></Cell><Cell ss:StyleID=\"d\"><Data ss:Type=\"Number\">44197</Data></Cell><Cell><Data \
             ss:Type=\"Boolean\">1</Data></Cell><Cell><Data ss:Type=\"Error\">#N/A</Data></Cell><Cell \
             ss:Formula=\"=R1C1\"/><Cell><Data ss:Type=\"Number\">NaN</Data></Cell></Row></Table></Worksheet>",
        );
        assert_eq!(cells, "A1=2021-03-05 B1=2021-01-01 C1=TRUE D1=#N/A E1==R1C1 F1=the number `NaN`");
    }

    #[test]
    fn the_old_macintosh_counts_from_1904() {
        let (_, cells) = told(
            "<ExcelWorkbook><Date1904/></ExcelWorkbook><Worksheet ss:Name=\"s\"><Table><Row><Cell \
             ss:StyleID=\"d\"><Data ss:Type=\"Number\">42735</Data></Cell></Row></Table></Worksheet>",
        );
        assert_eq!(cells, "A1=2021-01-01");
    }
}
