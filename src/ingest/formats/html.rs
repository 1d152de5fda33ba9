//! Web pages with tables, which many sites hand out under the name .xls. They become one sheet as a spreadsheet
//! program lays them out: tables one below the other with a blank row between, texts around them in column A.

use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Grid, Merge};

use super::package::damaged;
use super::{MAX_CELLS, ReadError, Workbook, serial};

/// Most rows and columns one cell may span.
const SPAN: u32 = 1 << 14;

/// Reads the tables of a page given as text.
pub(super) fn read(text: &str) -> Result<Workbook, ReadError> {
    let mut page = Page::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        page.text(before);
        rest = match Tag::parse(tag) {
            Some((tag, behind)) => {
                page.tag(&tag)?;
                behind_raw(&tag, behind)
            }
            None => {
                page.text("<");
                tag.get(1..).unwrap_or_default()
            }
        };
    }
    page.text(rest);
    if is_cut(text) {
        return Err(damaged("the page ends within a table"));
    }
    page.finish(&sheet_name(text))
}

/// Whether the end is missing, as in a page that was not copied to the end: rows behind it would be lost in
/// silence. A page whose own end stands is whole, however sloppily its tables are closed.
fn is_cut(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let ended = lower.contains("</html") || lower.contains("</body");
    !ended && lower.matches("<table").count() > lower.matches("</table").count()
}

/// The name that Excel gives the sheet when it saves one as a page.
fn sheet_name(text: &str) -> String {
    let name = text.split_once("<x:Name>").and_then(|(_, behind)| behind.split('<').next());
    entities(name.unwrap_or_default().trim())
}

/// Scripts, styles and comments hold no text of the page; what is behind them.
fn behind_raw<'a>(tag: &Tag<'_>, behind: &'a str) -> &'a str {
    if tag.closing || !matches!(tag.name.as_str(), "script" | "style") {
        return behind;
    }
    let end = format!("</{}", tag.name);
    let lower = behind.to_ascii_lowercase();
    lower.find(&end).and_then(|at| behind.get(at..)).unwrap_or_default()
}

/// A start or end tag.
struct Tag<'a> {
    name: String,
    closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag at the start of `text` and what is behind it; nothing where none begins here.
    fn parse(text: &'a str) -> Option<(Self, &'a str)> {
        let nothing = || Self { name: String::new(), closing: false, attributes: "" };
        if let Some(comment) = text.strip_prefix("<!--") {
            // Excel hides parts of its pages in comments that it reads itself; to others they are nothing.
            return Some((nothing(), comment.split_once("-->").map_or("", |(_, behind)| behind)));
        }
        let inside = text.strip_prefix('<')?;
        let first = inside.chars().next()?;
        if !(first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?')) {
            return None;
        }
        let mut quote = None;
        let end = inside.char_indices().find(|(_, ch)| match (quote, ch) {
            (Some(open), ch) if open == *ch => {
                quote = None;
                false
            }
            (None, '"' | '\'') => {
                quote = Some(*ch);
                false
            }
            (None, '>') => true,
            _ => false,
        });
        let (at, _) = end?;
        let (content, behind) = (inside.get(..at)?, inside.get(at + 1..)?);
        let closing = content.starts_with('/');
        let content = content.trim_start_matches('/');
        let name_end = content.find(|ch: char| ch.is_whitespace() || ch == '/').unwrap_or(content.len());
        let (name, attributes) = content.split_at(name_end);
        Some((Self { name: name.to_ascii_lowercase(), closing, attributes }, behind))
    }

    /// An attribute's value, with or without quotes.
    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|ch: char| ch.is_whitespace() || ch == '/');
            let end = rest.find(|ch: char| ch.is_whitespace() || ch == '=').unwrap_or(rest.len());
            if rest.is_empty() {
                return None;
            }
            let (key, behind) = rest.split_at(end.max(1).min(rest.len()));
            let behind = behind.trim_start();
            let Some(value) = behind.strip_prefix('=') else {
                rest = behind;
                continue;
            };
            let value = value.trim_start();
            let (value, behind) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = value.get(1..).unwrap_or_default();
                    inside.split_once(quote).unwrap_or((inside, ""))
                }
                _ => {
                    let end = value.find(char::is_whitespace).unwrap_or(value.len());
                    value.split_at(end)
                }
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(entities(value));
            }
            rest = behind;
        }
    }
}

/// Text with the entities that tables use; the no-break space stays, because it is an indent.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.char_indices().take(12).find(|(_, ch)| *ch == ';').map(|(end, _)| end);
        let known = end.and_then(|end| from.get(1..end)).and_then(entity);
        match (known, end) {
            (Some(ch), Some(end)) => {
                out.push(ch);
                rest = from.get(end + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        return char::from_u32(code?);
    }
    Some(match name {
        "nbsp" => '\u{a0}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '−',
        "hellip" => '…',
        "laquo" => '«',
        "raquo" => '»',
        "euro" => '€',
        "yen" => '¥',
        "pound" => '£',
        "deg" => '°',
        "plusmn" => '±',
        "times" => '×',
        "middot" => '·',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        other => quick_xml::escape::resolve_xml_entity(other)?.chars().next()?,
    })
}

/// A table being read, in its own rows and columns.
#[derive(Debug, Default)]
struct Table {
    cells: Cells,
    merges: Vec<Merge>,
    /// Cells of earlier rows that reach further down: column and last row.
    reaching: Vec<(u32, u32)>,
    rows: u32,
    col: u32,
    open: Option<Open>,
}

/// A cell being read.
#[derive(Debug)]
struct Open {
    row: u32,
    col: u32,
    number: Option<String>,
    text: String,
}

#[derive(Debug, Default)]
struct Page {
    cells: Cells,
    merges: Vec<Merge>,
    next_row: u32,
    tables: Vec<Table>,
    any_table: bool,
    outside: String,
    head: bool,
}

impl Page {
    fn text(&mut self, raw: &str) {
        if self.head || raw.is_empty() {
            return;
        }
        match self.tables.last_mut() {
            None => push_words(&mut self.outside, raw),
            Some(Table { open: Some(open), .. }) => push_words(&mut open.text, raw),
            Some(_) => {}
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) -> Result<(), ReadError> {
        match (tag.name.as_str(), tag.closing) {
            ("head", closing) => self.head = !closing,
            ("body", false) => self.head = false,
            ("table", false) => {
                self.head = false;
                self.flush_outside();
                self.any_table = true;
                self.tables.push(Table::default());
            }
            ("table", true) => self.end_table(),
            ("tr", closing) => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_cell();
                    if !closing {
                        (table.rows, table.col) = (table.rows + 1, 0);
                    }
                }
            }
            ("td" | "th", false) => {
                if let Some(table) = self.tables.last_mut() {
                    table.begin_cell(tag);
                }
            }
            ("td" | "th", true) => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_cell();
                }
            }
            ("br", _) => match self.tables.last_mut() {
                None => self.flush_outside(),
                Some(table) => table.open.iter_mut().for_each(|open| open.text.push('\n')),
            },
            ("p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "caption", _) => {
                match self.tables.last_mut() {
                    None => self.flush_outside(),
                    Some(table) => {
                        let text = table.open.as_mut().map(|open| &mut open.text);
                        if let Some(text) =
                            text.filter(|text| !text.trim().is_empty() && !text.ends_with('\n'))
                        {
                            text.push('\n');
                        }
                    }
                }
            }
            _ => {}
        }
        let cells = self.tables.iter().map(|table| table.cells.len()).sum::<usize>() + self.cells.len();
        if cells > MAX_CELLS { Err(ReadError::TooManyCells { limit: MAX_CELLS }) } else { Ok(()) }
    }

    /// What stands between tables becomes a row.
    fn flush_outside(&mut self) {
        let text = std::mem::take(&mut self.outside);
        let text = text.trim();
        if !text.is_empty() {
            self.cells.push(Cell::plain(self.next_row, 0, CellValue::Text(text.into())));
            self.next_row = self.next_row.saturating_add(1);
        }
    }

    fn end_table(&mut self) {
        let Some(mut table) = self.tables.pop() else { return };
        table.end_cell();
        if table.cells.is_empty() {
            return;
        }
        let first = self.next_row;
        for cell in table.cells.iter() {
            self.cells.push(Cell { row: first + cell.row, ..cell });
        }
        self.merges.extend(table.merges.into_iter().map(|merge| Merge {
            first_row: first + merge.first_row,
            last_row: first + merge.last_row,
            ..merge
        }));
        // A blank row parts it from the next.
        self.next_row = first.saturating_add(table.rows).saturating_add(1);
    }

    fn finish(mut self, name: &str) -> Result<Workbook, ReadError> {
        while !self.tables.is_empty() {
            self.end_table();
        }
        self.flush_outside();
        if !self.any_table {
            return Err(ReadError::NotATable { what: "a web page without a table" });
        }
        let grid = Grid::new(name, false, self.cells, self.merges);
        Ok(Workbook { format: "html".to_owned(), sheets: vec![grid], findings: Vec::new() })
    }
}

impl Table {
    fn begin_cell(&mut self, tag: &Tag<'_>) {
        self.end_cell();
        self.rows = self.rows.max(1);
        let row = self.rows - 1;
        self.reaching.retain(|(_, last)| *last >= row);
        while self.reaching.iter().any(|(col, _)| *col == self.col) {
            self.col += 1;
        }
        let span = |name: &str| tag.attribute(name).and_then(|span| span.trim().parse::<u32>().ok());
        let wide = span("colspan").unwrap_or(1).clamp(1, SPAN);
        let high = span("rowspan").unwrap_or(1).clamp(1, SPAN);
        if wide > 1 || high > 1 {
            let (last_row, last_col) = (row + high - 1, self.col + wide - 1);
            self.merges.push(Merge { first_row: row, first_col: self.col, last_row, last_col });
        }
        if high > 1 {
            self.reaching.extend((self.col..self.col + wide).map(|col| (col, row + high - 1)));
        }
        // Excel writes the number it holds beside the text it shows.
        let number = tag.attribute("x:num").filter(|number| !number.is_empty());
        self.open = Some(Open { row, col: self.col, number, text: String::new() });
        self.col += wide;
    }

    fn end_cell(&mut self) {
        let Some(open) = self.open.take() else { return };
        let text = open.text.trim_matches(|ch: char| ch.is_ascii_whitespace());
        let value = match &open.number {
            Some(number) => serial::number(number),
            None if text.trim().is_empty() => return,
            None => CellValue::Text(text.into()),
        };
        self.cells.push(Cell::plain(open.row, open.col, value));
    }
}

/// Adds text as a browser shows it: runs of blanks and line ends are one blank.
fn push_words(text: &mut String, raw: &str) {
    for ch in entities(raw).chars() {
        if !ch.is_ascii_whitespace() {
            text.push(ch);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::address;

    #[track_caller]
    fn check(page: &str, expected: &str) -> Grid {
        let workbook = read(page).unwrap();
        let cells = workbook.sheets[0].cells();
        let told: Vec<String> =
            cells.map(|cell| format!("{}={}", address(cell.row, cell.col), cell.printed())).collect();
        assert_eq!(told.join(" "), expected);
        workbook.sheets.into_iter().next().unwrap()
    }

    #[test]
    fn spans_are_merges_and_push_later_cells_aside() {
        let grid = check(
            "<table><tr><th rowspan=2>国别</th><th colspan='2'>金额</th></tr><tr><td>出口<td>进口</tr>\
             <tr><td>&nbsp;俄罗斯</td><td>1,234</td><td></td></tr></table>",
            "A1=国别 B1=金额 B2=出口 C2=进口 A3=\u{a0}俄罗斯 B3=1,234",
        );
        assert_eq!(grid.filled(1, 0).unwrap().printed(), "国别");
        assert_eq!(grid.filled(0, 2).unwrap().printed(), "金额");
    }

    #[test]
    fn several_tables_and_the_texts_around_them_stand_below_one_another() {
        check(
            "<html><head><title>no</title><style>td {a:b}</style></head><body><p>单位：\n 万元</p>\
             <table><tr><td>a</td></tr></table><!-- <td>no</td> --><script>x<y</script>\
             <table><tr><td>b<br>c</td><td>1 &lt; 2</td></tr></table>注：d</body></html>",
            "A1=单位： 万元 A2=a A4=b\nc B4=1 < 2 A6=注：d",
        );
    }

    #[test]
    fn tables_within_tables_and_stored_numbers_are_read() {
        check(
            "<table><tr><td><table><tr><td x:num=\"1234.5\">1,235</td></tr></table></td></tr></table>",
            "A1=1234.5",
        );
    }

    #[test]
    fn a_page_without_a_table_is_none() {
        assert!(read("<html><body>sorry</body></html>").is_err());
    }
}
