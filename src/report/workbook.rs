//! Pages to the bytes of an Excel workbook. It knows the library and Excel's limits; it knows nothing of
//! tables. Everything the library would take silently and break on is cleaned before it arrives there.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, ConditionalFormatDataBar, ConditionalFormatType, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, FormatUnderline, Formula, IgnoreError, Table, TableColumn, TableStyle, Url,
    Workbook, Worksheet,
};

use super::ReportError;
use super::drawing::draw;
use super::names::reference;
use super::page::{Cell, Content, Page, Paper, Row};
use super::style::{Align, BAR, FONT, INK, LINK, NAVY, RULE, Rule, Style, Weight, Wrap};

/// Above so many body lines a sheet is written row by row (measured: 4 MB instead of 256 MB for 200,000
/// rows of 10 cells).
const LONG: usize = 20_000;
/// A4 in Excel's numbering.
pub(super) const A4: u8 = 9;
/// Excel drops a header or footer above 255 characters without a word.
const LONGEST_FOOTER: usize = 250;
/// The most UTF-16 units a cell may hold.
const LONGEST_TEXT: usize = 32_000;

/// What a workbook says of itself.
#[derive(Clone, Debug)]
pub(super) struct Imprint {
    /// Title, also in the page header.
    pub(super) title: String,
    /// The day it speaks of; also its creation date, so that equal data give equal bytes.
    pub(super) as_of: Date,
    /// Identity of its content.
    pub(super) content_id: String,
    /// Its file name.
    pub(super) file: String,
}

/// Writes the pages; `names` are their sheet names, already legal and unique.
pub(super) fn write(pages: &[Page<'_>], names: &[String], imprint: &Imprint) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let base = Format::new().set_font_name(FONT).set_font_size(10).set_font_color(Color::RGB(INK));
    workbook.set_default_format(&base, 20, 64)?;
    let created = day_of(imprint.as_of)?;
    let properties = DocProperties::new()
        .set_title(&imprint.title)
        .set_comment(format!("amur {}", imprint.content_id))
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    let mut looks = Looks::default();
    for (index, (page, name)) in pages.iter().zip(names).enumerate() {
        let mut sheet = if page.lines > LONG && page.charts.is_empty() {
            workbook.new_worksheet_with_low_memory()?
        } else {
            Worksheet::new()
        };
        sheet.set_name(name)?;
        lay_out(&mut sheet, page, name, imprint)?;
        if index == 0 {
            sheet.set_active(true);
        }
        fill(&mut sheet, page, names, &mut looks)?;
        draw(&mut sheet, page, name)?;
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The day as a creation date.
pub(super) fn day_of(as_of: Date) -> Result<ExcelDateTime, ReportError> {
    Ok(ExcelDateTime::from_ymd(
        u16::try_from(as_of.year()).unwrap_or(1900).max(1900),
        u8::try_from(as_of.month()).unwrap_or(1),
        u8::try_from(as_of.day()).unwrap_or(1),
    )?)
}

/// Widths, frozen panes and print setup.
fn lay_out(sheet: &mut Worksheet, page: &Page<'_>, name: &str, imprint: &Imprint) -> Result<(), ReportError> {
    sheet.set_screen_gridlines(false);
    for (column, width) in page.widths.iter().enumerate() {
        sheet.set_column_width(column_number(column), *width)?;
    }
    let long = u16::from(page.frozen.is_none() || page.paper != Paper::Many);
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, long);
    if page.paper == Paper::OneUpright {
        sheet.set_portrait()
    } else {
        sheet.set_landscape()
    };
    sheet.set_margins(0.5, 0.5, 0.7, 0.6, 0.3, 0.3);
    sheet.set_header(marginal(&[("&L", &imprint.title), ("&R", name)]));
    let left = format!("{} · {}", imprint.as_of, imprint.content_id);
    sheet.set_footer(marginal(&[("&L", &left), ("&C", "第 \u{1}P / \u{1}N 页"), ("&R", &imprint.file)]));
    if let Some(columns) = page.frozen
        && let Some(last) = page.head.len().checked_sub(1)
    {
        let header = Page::sheet_row(last, 0);
        sheet.set_freeze_panes(header + 1, columns)?;
        sheet.set_repeat_rows(header, header)?;
    }
    let bottom = Page::sheet_row(page.head.len() + page.lines + page.foot.len(), 0);
    let right = column_number(page.widths.len().saturating_sub(1));
    // Ids and codes are text on purpose; without this Excel marks each with a green corner.
    sheet.ignore_error_range(0, 0, bottom.min(1_048_575), right, IgnoreError::NumberStoredAsText)?;
    if !page.charts.is_empty() {
        // Hidden columns right of the table hold the values of charts.
        sheet.set_print_area(0, 0, bottom.min(1_048_575), right)?;
    }
    for column in &page.bars {
        let bar = ConditionalFormatDataBar::new()
            .set_fill_color(Color::RGB(BAR))
            .set_solid_fill(true)
            .set_border_off(true)
            .set_minimum(ConditionalFormatType::Number, 0);
        let (first, last) =
            (Page::sheet_row(page.head.len(), 0), Page::sheet_row(page.head.len() + page.lines, 0));
        sheet.add_conditional_format(first, *column, last.saturating_sub(1).max(first), *column, &bar)?;
    }
    Ok(())
}

/// A page header or footer at 8 points: `\u{1}` stands for the sign that begins a field, any other such
/// sign is doubled.
fn marginal(parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (side, words) in parts {
        let clean: String = words.chars().filter(|sign| !sign.is_control() || *sign == '\u{1}').collect();
        let short: String = clean.chars().take(LONGEST_FOOTER / parts.len() - 12).collect();
        text.push_str(side);
        text.push_str("&8");
        text.push(' ');
        text.push_str(&short.replace('&', "&&").replace('\u{1}', "&"));
    }
    text
}

/// Writes every row, top to bottom, as low-memory sheets demand.
fn fill(
    sheet: &mut Worksheet,
    page: &Page<'_>,
    names: &[String],
    looks: &mut Looks,
) -> Result<(), ReportError> {
    let mut at = 0_u32;
    for (place, row) in page.head.iter().enumerate() {
        // The library writes the header of a native table itself; ours, with its look, comes on top. A
        // low-memory sheet takes no row out of its order, so the table is declared when its header's turn
        // comes.
        if place + 1 == page.head.len() && !page.native.is_empty() {
            add_native_table(sheet, at, page)?;
        }
        write_row(sheet, at, row, names, looks)?;
        at += 1;
    }
    for line in 0..page.lines {
        write_row(sheet, at, &(page.body)(line)?, names, looks)?;
        at += 1;
    }
    for row in &page.foot {
        write_row(sheet, at, row, names, looks)?;
        at += 1;
    }
    Ok(())
}

/// A native table without a style of its own: `LibreOffice` draws none, so the cells carry their look.
fn add_native_table(sheet: &mut Worksheet, header: u32, page: &Page<'_>) -> Result<(), ReportError> {
    let columns: Vec<TableColumn> =
        page.native.iter().map(|name| TableColumn::new().set_header(name)).collect();
    let table = Table::new().set_columns(&columns).set_style(TableStyle::None);
    let last_row = Page::sheet_row(page.lines, 0).saturating_add(header);
    let last_column = column_number(page.native.len().saturating_sub(1));
    sheet.add_table(header, 0, last_row, last_column, &table)?;
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    row: &Row,
    names: &[String],
    looks: &mut Looks,
) -> Result<(), ReportError> {
    sheet.set_row_height(at, row.height)?;
    for (column, cell) in row.cells.iter().enumerate() {
        write_cell(sheet, (at, column_number(column)), cell, names, looks)?;
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    names: &[String],
    looks: &mut Looks,
) -> Result<(), ReportError> {
    let format = looks.of(&cell.style);
    match &cell.content {
        Content::Blank => sheet.write_blank(row, column, format)?,
        Content::Text(text) => sheet.write_string_with_format(row, column, clean(text), format)?,
        Content::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Content::Date(date) => match excel_date(*date) {
            Some(day) => sheet.write_datetime_with_format(row, column, &day, format)?,
            None => sheet.write_string_with_format(row, column, date.to_string(), format)?,
        },
        Content::Formula { formula, result } => {
            let formula = Formula::new(formula).set_result(result.to_string());
            sheet.write_formula_with_format(row, column, formula, format)?
        }
        Content::Link { page, text } => {
            let target = names.get(*page).map(|name| reference(name, "A1")).unwrap_or_default();
            let url = Url::new(format!("internal:{target}")).set_text(clean(text));
            sheet.write_url_with_format(row, column, url, &format.clone().set_font_color(Color::RGB(LINK)))?
        }
    };
    Ok(())
}

/// Excel knows dates from 1900 to 9999; the library writes others as `####`.
fn excel_date(date: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

/// Without control characters but line ends, and no longer than a cell may be.
pub(super) fn clean(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .filter(|sign| !sign.is_control() || *sign == '\n')
        .take_while(|sign| {
            units += sign.len_utf16();
            units <= LONGEST_TEXT
        })
        .collect()
}

fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// Every look already turned into the library's format.
#[derive(Debug, Default)]
struct Looks {
    places: BTreeMap<Style, usize>,
    formats: Vec<Format>,
    plain: Format,
}

impl Looks {
    fn of(&mut self, style: &Style) -> &Format {
        let place = if let Some(place) = self.places.get(style) {
            *place
        } else {
            self.formats.push(format_of(style));
            self.places.insert(style.clone(), self.formats.len() - 1);
            self.formats.len() - 1
        };
        self.formats.get(place).unwrap_or(&self.plain)
    }
}

fn format_of(style: &Style) -> Format {
    let mut format = Format::new()
        .set_font_name(FONT)
        .set_font_size(style.size.max(8))
        .set_font_color(Color::RGB(style.colour))
        .set_align(FormatAlign::VerticalCenter)
        .set_underline(FormatUnderline::None)
        .set_align(match style.align {
            Align::Left => FormatAlign::Left,
            Align::Centre => FormatAlign::Center,
            Align::Right => FormatAlign::Right,
        });
    if style.weight == Weight::Bold {
        format = format.set_bold();
    }
    if let Some(fill) = style.fill {
        format = format.set_background_color(Color::RGB(fill));
    }
    if style.indent > 0 {
        format = format.set_indent(style.indent);
    }
    if style.wrap == Wrap::Break {
        format = format.set_text_wrap();
    }
    if !style.number.is_empty() {
        format = format.set_num_format(style.number.as_str());
    }
    if let Some((border, colour)) = line(style.above) {
        format = format.set_border_top(border).set_border_top_color(Color::RGB(colour));
    }
    if let Some((border, colour)) = line(style.below) {
        format = format.set_border_bottom(border).set_border_bottom_color(Color::RGB(colour));
    }
    if let Some((border, colour)) = line(style.edge) {
        format = format.set_border_left(border).set_border_left_color(Color::RGB(colour));
    }
    format
}

fn line(rule: Rule) -> Option<(FormatBorder, u32)> {
    match rule {
        Rule::None => None,
        Rule::Hair => Some((FormatBorder::Thin, RULE)),
        Rule::Medium => Some((FormatBorder::Medium, NAVY)),
        Rule::Thick => Some((FormatBorder::Thick, NAVY)),
    }
}
