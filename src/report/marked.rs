//! A copy of an input file in which the cells that could not be used are marked: filled with colour and with a
//! note each, listed on the first sheet with links. Whoever sent the file mends it from this.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_xlsxwriter::{Color, DocProperties, Format, FormatAlign, Note, Url, Workbook, Worksheet};

use super::ReportError;
use super::language::{Languages, words};
use super::names::{SheetNames, reference};
use super::spec::ReportPlan;
use super::style::{BAD, FONT, HEADER, LINK, NAVY, WARN, WARN_FILL};
use super::workbook::{A4, clean, day_of};
use crate::finding::{Finding, Words};
use crate::table::{CopiedSheet, CopiedValue, cell_at};

/// A file and what was rejected in it.
#[derive(Debug)]
pub struct MarkedCopy<'a> {
    /// Path below the drop folder.
    pub file: &'a str,
    /// Its cells.
    pub sheets: &'a [CopiedSheet],
    /// One entry a rejected cell, in the order of the sheets.
    pub rejects: &'a [&'a Finding],
    /// The day the report speaks of, which is the copy's creation date: equal data give equal bytes.
    pub as_of: Date,
}

/// Excel draws every note when the file is opened; more than so many make it slow. The list has all.
const NOTES: usize = 2000;
/// Width and height of a note, in pixels: it holds three languages.
const NOTE_SIZE: (u32, u32) = (360, 190);

const LIST: Words = words("被拒单元格", "Rejected cells", "Отклонённые ячейки");
const TITLE: Words = words(
    "本表为原文件的副本，标色单元格未能采用；请在原文件中更正后重新提交",
    "A copy of the file; the coloured cells could not be used. Mend them in the original and hand it in again",
    "Копия файла; выделенные ячейки не приняты. Исправьте их в исходном файле и сдайте его снова",
);
const SEEN: Words = words("原值", "Seen", "Значение");
const EXPECTED: Words = words("应为", "Expected", "Ожидается");
const HEADINGS: [(Words, f64); 7] = [
    (words("工作表", "Sheet", "Лист"), 18.0),
    (words("单元格", "Cell", "Ячейка"), 12.0),
    (words("代码", "Code", "Код"), 9.0),
    (words("问题", "Problem", "Проблема"), 44.0),
    (SEEN, 28.0),
    (EXPECTED, 40.0),
    (words("处理", "How to mend", "Как исправить"), 60.0),
];

/// Makes the copy, in the languages of the first report that is a workbook.
pub fn marked_copy(reports: &[ReportPlan], copy: &MarkedCopy<'_>) -> Result<Vec<u8>, ReportError> {
    let languages = reports.iter().find_map(ReportPlan::workbook_languages).cloned().unwrap_or_default();
    let mut names = SheetNames::default();
    let list_name = names.claim(&languages.brief(&LIST));
    let sheets: Vec<(String, &CopiedSheet)> =
        copy.sheets.iter().map(|sheet| (names.claim(&sheet.name), sheet)).collect();
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new().set_title(clean(copy.file)).set_creation_datetime(&day_of(copy.as_of)?),
    );
    let named: BTreeMap<&str, &str> =
        sheets.iter().map(|(name, sheet)| (sheet.name.as_str(), name.as_str())).collect();
    workbook.push_worksheet(list(copy, &list_name, &named, &languages)?);
    let mut notes_left = NOTES;
    for (name, sheet) in &sheets {
        workbook.push_worksheet(cells(copy, (name, sheet), &languages, &mut notes_left)?);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The first sheet: every rejected cell with what is wrong, linked to where it stands.
fn list(
    copy: &MarkedCopy<'_>,
    name: &str,
    sheets: &BTreeMap<&str, &str>,
    languages: &Languages,
) -> Result<Worksheet, ReportError> {
    let base =
        Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::Top).set_text_wrap();
    let plain = Format::new().set_font_name(FONT).set_font_size(10);
    let bold = plain.clone().set_bold().set_font_color(Color::RGB(NAVY));
    let head = base.clone().set_bold().set_background_color(Color::RGB(HEADER));
    let link = base.clone().set_font_color(Color::RGB(LINK));
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    sheet.write_string_with_format(0, 0, clean(copy.file), &bold)?;
    let title = languages.sentence(&TITLE);
    sheet.write_string_with_format(1, 0, title, &plain.set_font_color(Color::RGB(WARN)))?;
    for (column, (heading, width)) in (0_u16..).zip(&HEADINGS) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(2, column, languages.brief(heading), &head)?;
    }
    for (row, reject) in (3_u32..).zip(copy.rejects) {
        let place = &reject.place;
        sheet.write_string_with_format(row, 0, clean(&place.sheet), &base)?;
        match sheets.get(place.sheet.as_str()).filter(|_| cell_at(&place.cell).is_some()) {
            Some(target) => {
                let target = format!("internal:{}", reference(target, &place.cell));
                let url = Url::new(target).set_text(clean(&place.cell));
                sheet.write_url_with_format(row, 1, url, &link)?;
            }
            None => _ = sheet.write_string_with_format(row, 1, clean(&place.cell), &base)?,
        }
        sheet.write_string_with_format(row, 2, reject.code.id, &base)?;
        let told = [
            languages.lines(&reject.code.title),
            reject.seen.clone(),
            reject.expected.clone(),
            languages.lines(&reject.code.mend),
        ];
        for (column, text) in (3_u16..).zip(told) {
            sheet.write_string_with_format(row, column, clean(&text), &base)?;
        }
    }
    sheet.set_freeze_panes(3, 0)?;
    // On paper a reject is one line.
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

/// A sheet of the file with its rejected cells marked.
fn cells(
    copy: &MarkedCopy<'_>,
    (name, copied): (&str, &CopiedSheet),
    languages: &Languages,
    notes_left: &mut usize,
) -> Result<Worksheet, ReportError> {
    let mut rejected: BTreeMap<(u32, u16), Vec<&Finding>> = BTreeMap::new();
    for reject in copy.rejects.iter().filter(|reject| reject.place.sheet == copied.name) {
        if let Some((row, col)) = cell_at(&reject.place.cell) {
            rejected.entry((row, col)).or_default().push(reject);
        }
    }
    let plain = Format::new().set_font_name(FONT).set_font_size(10);
    let marked = plain.clone().set_background_color(Color::RGB(WARN_FILL)).set_font_color(Color::RGB(BAD));
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    let mut filled: BTreeSet<(u32, u16)> = BTreeSet::new();
    for cell in &copied.cells {
        let Ok(col) = u16::try_from(cell.col) else { continue };
        let at = (cell.row, col);
        filled.insert(at);
        let format = if rejected.contains_key(&at) { &marked } else { &plain };
        match &cell.value {
            CopiedValue::Text(text) => {
                sheet.write_string_with_format(cell.row, col, clean(text), format)?;
            }
            CopiedValue::Number(number, code) if code.is_empty() => {
                sheet.write_number_with_format(cell.row, col, *number, format)?;
            }
            CopiedValue::Number(number, code) => {
                let format = format.clone().set_num_format(code);
                sheet.write_number_with_format(cell.row, col, *number, &format)?;
            }
        }
    }
    for ((row, col), problems) in rejected {
        if !filled.contains(&(row, col)) {
            sheet.write_blank(row, col, &marked)?;
        }
        if *notes_left > 0 {
            *notes_left -= 1;
            let texts: Vec<String> = problems.iter().map(|one| note(one, languages)).collect();
            let note = Note::new(clean(&texts.join("\n\n")))
                .add_author_prefix(false)
                .set_width(NOTE_SIZE.0)
                .set_height(NOTE_SIZE.1);
            sheet.insert_note(row, col, &note)?;
        }
    }
    Ok(sheet)
}

/// Code and title, what would be right, how to mend it.
fn note(reject: &Finding, languages: &Languages) -> String {
    let mut text = format!("{} {}", reject.code.id, languages.lines(&reject.code.title));
    if !reject.expected.is_empty() {
        text = format!("{text}\n{}: {}", languages.brief(&EXPECTED), reject.expected);
    }
    format!("{text}\n→ {}", languages.lines(&reject.code.mend))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::finding::{Place, Severity, source as codes};
    use crate::table::CopiedCell;

    fn copied(cells: &[(u32, u32, CopiedValue)]) -> CopiedSheet {
        let cells =
            cells.iter().map(|(row, col, value)| CopiedCell { row: *row, col: *col, value: value.clone() });
        CopiedSheet { name: "数据".to_owned(), cells: cells.collect() }
    }

    fn text(text: &str) -> CopiedValue {
        CopiedValue::Text(text.to_owned())
    }

    fn reject(cell: &str, seen: &str) -> Finding {
        let place = Place { file: "a/x.csv".to_owned(), sheet: "数据".to_owned(), cell: cell.to_owned() };
        Finding::new(&codes::NOT_A_NUMBER, Severity::Warning, "s").at(place).seen(seen, "a number")
    }

    fn made() -> Vec<u8> {
        let sheet = copied(&[
            (0, 0, text("金额")),
            (1, 0, text("待核")),
            (2, 0, text("=HYPERLINK(\"x\")")),
            (3, 0, CopiedValue::Number(12.5, "0.00".to_owned())),
        ]);
        let rejects = [reject("A2", "待核"), reject("B4", ""), reject("line 9", "z")];
        let rejects: Vec<&Finding> = rejects.iter().collect();
        let as_of = "2024-12-31".parse().unwrap();
        marked_copy(&[], &MarkedCopy { file: "a/x.csv", sheets: &[sheet], rejects: &rejects, as_of }).unwrap()
    }

    #[test]
    fn cells_are_copied_as_they_are_and_the_list_has_every_reject() {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(made())).unwrap();
        assert_eq!(book.sheet_names(), ["被拒单元格 Rejected cells", "数据"]);
        let sheet = book.worksheet_range("数据").unwrap();
        let values: Vec<String> = (0..4).map(|row| sheet.get_value((row, 0)).unwrap().to_string()).collect();
        assert_eq!(values, ["金额", "待核", "=HYPERLINK(\"x\")", "12.5"]);
        assert!(matches!(sheet.get_value((3, 0)), Some(Data::Float(_))));
        let formulas = book.worksheet_formula("数据").unwrap();
        assert_eq!(formulas.used_cells().count(), 0);
        let list = book.worksheet_range("被拒单元格 Rejected cells").unwrap();
        let places: Vec<String> = (3..6).map(|row| list.get_value((row, 1)).unwrap().to_string()).collect();
        assert_eq!(places, ["A2", "B4", "line 9"]);
    }

    #[test]
    fn notes_say_what_is_wrong_and_the_same_copy_is_the_same_bytes() {
        let bytes = made();
        assert!(bytes == made());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut notes = String::new();
        archive.by_name("xl/comments1.xml").unwrap().read_to_string(&mut notes).unwrap();
        for part in ["ref=\"A2\"", "ref=\"B4\"", "C01 ", "Expected: a number", codes::NOT_A_NUMBER.mend.zh] {
            assert!(notes.contains(part), "{part} in {notes}");
        }
    }
}
