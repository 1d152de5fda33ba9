//! The XML of the Bank of Russia as rows: one for each `ValCurs`, which holds its day, and one for each `Valute`
//! below it. Attributes and elements are their cells, rows are numbered by the lines of the file.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::content::Row;

/// The first cell of the row of a `ValCurs`; its day is the second, its other attributes stand behind it.
pub(super) const HEAD: &str = "ValCurs";
/// The cells of a `Valute` that are read, behind a first one that is empty; all others stand behind them.
const READ: [&str; 4] = ["CharCode", "Nominal", "Value", "VunitRate"];

/// The rows of a document.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let breaks: Vec<usize> = text.match_indices('\n').map(|(place, _)| place).collect();
    let mut cut = Cut { columns: READ.map(str::to_owned).to_vec(), ..Cut::default() };
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let line = || {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
            u32::try_from(breaks.partition_point(|place| *place < at)).unwrap_or(u32::MAX).saturating_add(1)
        };
        match event {
            Event::Start(start) => match start.name().as_ref() {
                HEAD => cut.rows.push((line(), head(&start)?)),
                "Valute" => cut.begin(&start)?,
                name => cut.open = cut.row.is_some().then(|| cut.column(name)),
            },
            Event::Text(found) => cut.text(&found, line),
            Event::CData(found) => cut.text(&found, line),
            Event::GeneralRef(found) => cut.text(&format!("&{};", &*found), line),
            Event::End(end) => {
                cut.open = None;
                if end.name().as_ref() == "Valute" {
                    cut.rows.extend(cut.row.take().map(|row| (line(), row)));
                }
            }
            Event::Eof => return Ok(cut.rows),
            _ => {}
        }
    }
}

/// A document while it is cut.
#[derive(Default)]
struct Cut {
    /// Names of attributes and elements by their column, which is one more.
    columns: Vec<String>,
    rows: Vec<Row>,
    /// The cells of the `Valute` that is open.
    row: Option<Vec<String>>,
    /// The column of the element that is open.
    open: Option<usize>,
}

impl Cut {
    fn column(&mut self, name: &str) -> usize {
        let known = self.columns.iter().position(|known| known == name);
        1 + known.unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.row = Some(vec![String::new(); 1 + READ.len()]);
        for (name, value) in attributes(start)? {
            let column = self.column(&name);
            self.put(column, &value);
        }
        Ok(())
    }

    /// Text within an element is its cell. One that stands between elements is a row of its own.
    fn text(&mut self, found: &str, line: impl Fn() -> u32) {
        let found = found.trim();
        match self.open {
            Some(column) => self.put(column, found),
            None if found.is_empty() => {}
            None => self.rows.push((line(), vec![found.to_owned()])),
        }
    }

    fn put(&mut self, column: usize, text: &str) {
        let Some(row) = &mut self.row else { return };
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(cell) = row.get_mut(column) {
            cell.push_str(text);
        }
    }
}

/// The cells of a `ValCurs`.
fn head(start: &BytesStart<'_>) -> Result<Vec<String>, String> {
    let mut others = attributes(start)?;
    let day = others.iter().position(|(name, _)| name == "Date");
    let (_, day) = others.remove(day.ok_or_else(|| format!("<{HEAD}> has no Date"))?);
    let others = others.into_iter().map(|(_, value)| value);
    Ok([HEAD.to_owned(), day].into_iter().chain(others).collect())
}

/// Names and values of attributes.
fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
    let found = start.attributes().map(|attribute| {
        let attribute = attribute.map_err(|error| error.to_string())?;
        Ok((attribute.key.as_ref().to_owned(), attribute.value.trim().to_owned()))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_elements_and_stray_text_are_cells() {
        let text = "<ValCurs Date=\"02.03.2022\" name=\"x\">\n<Valute ID=\"R1\"><Value>91,7</Value>\
                    <Nominal/><Name><![CDATA[a]]></Name></Valute>\nend\n</ValCurs>";
        let told: Vec<String> = rows(text)
            .unwrap()
            .iter()
            .map(|(number, cells)| format!("{number}: {}", cells.join("|")))
            .collect();
        assert_eq!(told, ["1: ValCurs|02.03.2022|x", "2: |||91,7||R1|a", "4: end"]);
        assert_eq!(rows("<ValCurs/>").unwrap_err(), "<ValCurs> has no Date");
    }
}
