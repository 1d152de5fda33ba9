//! Web pages with tables, which many sites hand out under the name .xls. They become one sheet as a spreadsheet
//! program lays them out: tables one below the other with a blank row between, texts around them in column A.

use crate::finding::{Severity, ingest as codes};
use crate::ingest::cells::Cells;
use crate::ingest::grid::{Cell, CellValue, Grid, Merge};

use super::package::damaged;
use super::{MAX_CELLS, ReadError, Workbook, serial, told};

/// Most rows and columns one cell may span.
const SPAN: u32 = 1 << 14;
/// Most tables within one another; old portals lay pages out with a dozen.
const NESTED: usize = 64;

/// Reads the tables of a page given as text.
pub(super) fn read(text: &str) -> Result<Workbook, ReadError> {
    let mut page = Page::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        page.text(before);
        rest = match Tag::parse(tag)? {
            Some((tag, behind)) => {
                page.tag(&tag)?;
                behind_raw(&tag, behind)?
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
    let mut workbook = page.finish(&sheet_name(text))?;
    if let Some(tag) = never_ends(text) {
        workbook.findings.push(
            told(&codes::PAGE_WITHOUT_END, Severity::Warning, "", "")
                .seen(format!("<{tag}> without </{tag}>"), "a page that ends as it began"),
        );
    }
    Ok(workbook)
}

/// Whether the end is missing, as in a page that was not copied to the end: rows behind it would be lost in
/// silence. A page whose own end stands is whole, however sloppily its tables are closed.
fn is_cut(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let ended = lower.contains("</html") || lower.contains("</body");
    !ended && lower.matches("<table").count() > lower.matches("</table").count()
}

/// The outermost tag of a page that begins and never ends: many portals leave the end away, and so does a copy that
/// stops between two tables.
fn never_ends(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let ended = lower.contains("</html") || lower.contains("</body");
    ["html", "body"].into_iter().find(|tag| !ended && lower.contains(&format!("<{tag}")))
}

/// The name that Excel gives the sheet when it saves one as a page.
fn sheet_name(text: &str) -> String {
    let name = text.split_once("<x:Name>").and_then(|(_, behind)| behind.split('<').next());
    entities(name.unwrap_or_default().trim())
}

/// What stands behind the text of a script or style, which is none of the page's and may hold any sign.
fn behind_raw<'a>(tag: &Tag<'_>, behind: &'a str) -> Result<&'a str, ReadError> {
    if tag.closing || !matches!(tag.name.as_str(), "script" | "style") {
        return Ok(behind);
    }
    let ends = |at: usize| {
        let name = behind.get(at + 2..at + 2 + tag.name.len());
        name.is_some_and(|name| name.eq_ignore_ascii_case(&tag.name))
    };
    let end = behind.match_indices("</").map(|(at, _)| at).find(|at| ends(*at));
    end.and_then(|at| behind.get(at..)).ok_or_else(|| damaged(format!("the page ends within a {}", tag.name)))
}

/// A start or end tag.
struct Tag<'a> {
    name: String,
    closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag at the start of `text` and what is behind it; nothing where none begins here.
    fn parse(text: &'a str) -> Result<Option<(Self, &'a str)>, ReadError> {
        if let Some(comment) = text.strip_prefix("<!--") {
            // Excel hides parts of its pages in comments that it reads itself; to others they are nothing.
            let (_, behind) =
                comment.split_once("-->").ok_or_else(|| damaged("the page ends within a comment"))?;
            return Ok(Some((Self { name: String::new(), closing: false, attributes: "" }, behind)));
        }
        let inside = text.strip_prefix('<').unwrap_or_default();
        let begins = |first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?');
        if !inside.starts_with(begins) {
            return Ok(None);
        }
        let found = Self::end(inside).and_then(|at| Some((inside.get(..at)?, inside.get(at + 1..)?)));
        let (content, behind) = found.ok_or_else(|| damaged("the page ends within a tag"))?;
        let closing = content.starts_with('/');
        let content = content.trim_start_matches('/');
        let name_end = content.find(|ch: char| ch.is_whitespace() || ch == '/').unwrap_or(content.len());
        let (name, attributes) = content.split_at(name_end);
        Ok(Some((Self { name: name.to_ascii_lowercase(), closing, attributes }, behind)))
    }

    /// Where a tag ends. Quotes around a value may hold that sign; an apostrophe elsewhere is a slip.
    fn end(inside: &str) -> Option<usize> {
        let (mut quote, mut before) = (None, ' ');
        inside.bytes().map(char::from).position(|ch| {
            match quote {
                Some(open) if open == ch => quote = None,
                None if ch == '>' => return true,
                None if before == '=' && matches!(ch, '"' | '\'') => quote = Some(ch),
                _ => {}
            }
            if !ch.is_ascii_whitespace() {
                before = ch;
            }
            false
        })
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
    /// For each column the row behind the last that a cell of an earlier row reaches down to.
    reaching: Vec<u32>,
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
                    table.begin_cell(tag)?;
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
        if self.tables.len() > NESTED {
            return Err(damaged("its tables begin within one another and never end"));
        }
        if cells > MAX_CELLS { Err(ReadError::TooManyCells { limit: MAX_CELLS }) } else { Ok(()) }
    }

    /// What stands between tables becomes a row.
    fn flush_outside(&mut self) {
        let text = std::mem::take(&mut self.outside);
        let text = text.trim();
        if !text.is_empty() {
            self.cells.push(&Cell::plain(self.next_row, 0, CellValue::Text(text.into())));
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
            self.cells.push(&Cell { row: first + cell.row, ..cell });
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
    fn begin_cell(&mut self, tag: &Tag<'_>) -> Result<(), ReadError> {
        self.end_cell();
        self.rows = self.rows.max(1);
        let row = self.rows - 1;
        let reached = self.reaching.iter().skip(index(self.col)).take_while(|last| **last > row);
        self.col += u32::try_from(reached.count()).unwrap_or(SPAN);
        if self.col >= SPAN {
            return Err(damaged("a row of the page has more cells than a sheet has columns"));
        }
        let span = |name: &str| tag.attribute(name).and_then(|span| span.trim().parse::<u32>().ok());
        let wide = span("colspan").unwrap_or(1).clamp(1, SPAN - self.col);
        let high = span("rowspan").unwrap_or(1).clamp(1, SPAN);
        if wide > 1 || high > 1 {
            let (last_row, last_col) = (row + high - 1, self.col + wide - 1);
            self.merges.push(Merge { first_row: row, first_col: self.col, last_row, last_col });
        }
        if high > 1 {
            let (from, to) = (index(self.col), index(self.col + wide));
            self.reaching.resize(self.reaching.len().max(to), 0);
            self.reaching.get_mut(from..to).unwrap_or_default().fill(row + high);
        }
        // Excel writes the number it holds beside the text it shows.
        let number = tag.attribute("x:num").filter(|number| !number.is_empty());
        self.open = Some(Open { row, col: self.col, number, text: String::new() });
        self.col += wide;
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(open) = self.open.take() else { return };
        let text = open.text.trim_matches(|ch: char| ch.is_ascii_whitespace());
        let value = match &open.number {
            Some(number) => serial::number(number),
            None if text.trim().is_empty() => return,
            None => CellValue::Text(text.into()),
        };
        self.cells.push(&Cell::plain(open.row, open.col, value));
    }
}

fn index(col: u32) -> usize {
    usize::try_from(col).unwrap_or(usize::MAX)
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

    /// What is told of a page, or why it is refused.
    #[track_caller]
    fn check_told(page: &str, expected: &str) {
        let told = match read(page) {
            Ok(workbook) => workbook.findings.iter().map(|finding| finding.seen.clone()).collect(),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expected) && told.is_empty() == expected.is_empty(), "{told}");
    }

    #[test]
    fn a_page_that_was_not_copied_to_the_end_is_told() {
        let table = "<table><tr><td>a</td></tr></table>";
        check_told(&format!("<html>{table}</html>"), "");
        check_told(table, "");
        check_told(&format!("<html><body>{table}"), "<html> without </html>");
        check_told(&format!("<body>{table}"), "<body> without </body>");
        check_told(&format!("<html>{table}<table><tr>"), "ends within a table");
        for (end, expected) in
            [("<ta", "tag"), ("<td x='a>", "tag"), ("<!-- ", "comment"), ("<STYLE>a {}", "style")]
        {
            check_told(&format!("{table}{end}"), &format!("the page ends within a {expected}"));
        }
    }

    #[test]
    fn an_apostrophe_in_a_slip_opens_no_quote() {
        check("<table><tr><td>a <don't</td><td title='x > y'>b</td></tr></table>", "A1=a B1=b");
    }

    #[test]
    fn spans_without_end_cost_nothing() {
        // Wide and high cells fill every row; each would be 268,435,456 places.
        let row = "<tr><td rowspan=99999 colspan=16383>a</td>";
        check_told(&format!("<table>{row}</table>"), "");
        let more = "<tr><td>b</td>".repeat(20_000);
        check_told(&format!("<table>{row}{more}</table>"), "");
        check_told(
            &format!("<table>{row}<td>b</td><td>c</td></table>"),
            "more cells than a sheet has columns",
        );
        check_told(&"<table><tr><td>".repeat(100_000), "begin within one another");
    }

    #[test]
    fn a_page_without_a_table_is_none() {
        assert!(read("<html><body>sorry</body></html>").is_err());
    }
}
