//! A table as data: one row a row, English column names, codes as text, values in base units with their
//! status, bound and unit, and the cell each row was read from. A native Excel table with filters; written
//! row by row, and continued on further sheets where a sheet is full.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::ReportError;
use super::super::language::{label, words};
use super::super::page::{Cell, Content, Page, Paper, Row, Widths, note_rows};
use super::super::rows::{Condition, selected};
use super::super::scene::{Known, Scene, column_type};
use super::super::style::{Align, Style};
use super::super::value::{Exact, LARGEST_WHOLE, Value, View};
use super::super::words::{NO_ROWS, SAMPLE, SAMPLE_LINE};
use super::{Element, ElementKind, Planned};
use crate::finding::Words;
use crate::spec::{Fields, Mistakes, Text};
use crate::table::ColumnRole;
use crate::text::Label;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "data",
    example: "kind = \"data\"\nfrom = \"valued\"\nwhere = \"freq = 'A'\"\ncolumns = [\"time_period\", \"obs_value\"]",
    read,
};

const TITLE: Words = words("数据明细", "Data", "Данные");
const HOW_TO_READ: Words = words(
    "每行一条，数值为基本单位（元、美元、人等）未经缩放；Excel 只存15位有效数字，全部位数见 CSV 文件。",
    "One row a record, values in base units, not scaled; Excel keeps 15 digits, the CSV files keep all.",
    "Одна строка — одна запись, в основных единицах; Excel хранит 15 знаков, файлы CSV — все.",
);
/// Readable origin in place of the hidden one.
const ORIGINS: [&str; 3] = ["origin_file", "origin_sheet", "origin_cell"];
/// The widest column.
const WIDEST: f64 = 40.0;
/// Rows looked at for the column widths: all of a long table would be made twice.
const LOOKED_AT: usize = 400;

#[derive(Debug)]
struct DataSpec {
    name: Option<Text>,
    title: Option<Label>,
    from: Text,
    condition: Option<Text>,
    columns: Vec<Text>,
}

#[derive(Debug)]
struct DataPlan {
    name: String,
    title: Label,
    from: String,
    condition: Option<Condition>,
    /// Those that show; all where empty.
    columns: Vec<String>,
}

fn read(fields: &mut Fields<'_>) -> Option<Box<dyn Element>> {
    let name = fields.text("name");
    let title = fields.label("title");
    let condition = fields.text("where");
    let columns = fields.texts("columns");
    let from = fields.required_text("from")?;
    Some(Box::new(DataSpec { name, title, from, condition, columns }))
}

impl Element for DataSpec {
    fn tables(&self) -> Vec<Text> {
        vec![self.from.clone()]
    }

    fn plan(&self, known: &Known<'_>, mistakes: &Mistakes) -> Option<Box<dyn Planned>> {
        let (schema, _) = known.shape(&self.from, mistakes)?;
        let condition = match &self.condition {
            Some(text) => Some(Condition::plan(text, schema, mistakes)?),
            None => None,
        };
        for column in &self.columns {
            column_type(schema, &column.value, column, mistakes)?;
        }
        Some(Box::new(DataPlan {
            name: self
                .name
                .as_ref()
                .map_or_else(|| format!("数据_{}", self.from.value), |name| name.value.clone()),
            title: self.title.clone().unwrap_or_else(|| label(&TITLE)),
            from: self.from.value.clone(),
            condition,
            columns: self.columns.iter().map(|column| column.value.clone()).collect(),
        }))
    }
}

impl Planned for DataPlan {
    fn tables(&self) -> Vec<String> {
        vec![self.from.clone()]
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let view = scene.view(&self.from)?;
        let rows = selected(self.condition.as_ref(), &view)?;
        let sample = view.table.sample;
        let name = if sample { format!("{} {}", SAMPLE.zh, self.name) } else { self.name.clone() };
        let data = Rc::new(Data::new(view, rows, &self.columns, *scene)?);
        let head = data.head(&self.title, scene);
        let room = scene.lines_per_sheet.max(1);
        let mut pages = Vec::new();
        for number in 0..data.rows.len().max(1).div_ceil(room) {
            let first = number * room;
            let lines = data.rows.len().saturating_sub(first).min(room);
            let made = Rc::clone(&data);
            pages.push(Page {
                name: name.clone(),
                about: self.title.clone(),
                widths: data.widths.clone(),
                head: head.clone(),
                // Excel wants at least one row in a table.
                lines: lines.max(1),
                body: Box::new(move |line| made.line(first + line)),
                foot: Vec::new(),
                frozen: Some(1),
                charts: Vec::new(),
                paper: Paper::Many,
                bars: Vec::new(),
                native: data.names.clone(),
                spots: BTreeMap::new(),
            });
        }
        Ok(pages)
    }
}

/// The chosen rows of a table, ready to be written.
struct Data<'a> {
    view: View<'a>,
    scene: Scene<'a>,
    rows: Vec<usize>,
    /// The table's own columns; those of `names` without sample and origin.
    columns: Vec<String>,
    names: Vec<String>,
    widths: Vec<f64>,
}

impl<'a> Data<'a> {
    fn new(
        view: View<'a>,
        rows: Vec<usize>,
        chosen: &[String],
        scene: Scene<'a>,
    ) -> Result<Self, ReportError> {
        let all = view.table.schema.columns().iter().filter(|column| column.role != ColumnRole::Origin);
        let columns: Vec<String> =
            if chosen.is_empty() { all.map(|column| column.name.clone()).collect() } else { chosen.to_vec() };
        let mut names = columns.clone();
        if view.table.sample {
            names.insert(0, "sample".to_owned());
        }
        if view.origin(0).is_some() {
            names.extend(ORIGINS.map(str::to_owned));
        }
        let mut data = Self { view, scene, rows, columns, names, widths: Vec::new() };
        let mut widths = Widths::new(data.names.len(), 9.0);
        for (place, name) in data.names.iter().enumerate() {
            // The filter's button covers the end of a heading.
            widths.fit_indented(place, &format!("{name}   "), indent(place), WIDEST);
        }
        for line in 0..data.rows.len().min(LOOKED_AT) {
            for (place, cell) in data.line(line)?.cells.iter().enumerate() {
                match &cell.content {
                    Content::Text(text) => widths.fit_indented(place, text, cell.style.indent, WIDEST),
                    Content::Number(number) => widths.fit(place, &printed(*number, &cell.style), WIDEST),
                    Content::Date(date) => widths.fit(place, &date.to_string(), WIDEST),
                    _ => {}
                }
            }
        }
        data.widths = widths.spread();
        Ok(data)
    }

    fn head(&self, title: &Label, scene: &Scene<'_>) -> Vec<Row> {
        let languages = scene.languages;
        let mut rows = vec![Row::line(30.0, languages.first(title), Style::title())];
        let rest = languages.rest(title);
        if !rest.is_empty() {
            rows.push(Row::line(18.0, rest, Style::subtitle()));
        }
        if self.view.table.sample {
            rows.push(Row::line(20.0, format!("⚠ {}", languages.sentence(&SAMPLE_LINE)), Style::warning()));
        }
        let note = format!("{} · {}", self.view.table.name, languages.sentence(&HOW_TO_READ));
        rows.extend(note_rows([note.as_str()], &self.widths, &Style::note()));
        rows.push(Row::gap(6.0));
        let header = self.names.iter().enumerate();
        let header = header
            .map(|(place, name)| Cell::text(name, Style::header().align(Align::Left, indent(place))))
            .collect();
        rows.push(Row::new(22.0, header));
        rows
    }

    fn line(&self, line: usize) -> Result<Row, ReportError> {
        let Some(row) = self.rows.get(line).copied() else {
            let text = self.scene.languages.sentence(&NO_ROWS);
            return Ok(Row::line(20.0, text, Style::note()));
        };
        let text = |text: String| Cell::text(text, Style::body());
        let mut cells = Vec::new();
        if self.view.table.sample {
            cells.push(text(SAMPLE.zh.to_owned()));
        }
        for name in &self.columns {
            cells.push(self.cell(name, row)?);
        }
        if let Some(origin) = self.view.origin(row) {
            let place = self.scene.data.origins.place(origin);
            cells.extend([text(place.file), text(place.sheet), text(place.cell)]);
        }
        for (place, cell) in cells.iter_mut().enumerate() {
            if cell.style.align == Align::Left {
                cell.style.indent = indent(place);
            }
        }
        Ok(Row::new(16.0, cells))
    }

    fn cell(&self, name: &str, row: usize) -> Result<Cell, ReportError> {
        let style = Style::body();
        let not_finite = || ReportError::NotFinite {
            table: self.view.table.name.clone(),
            column: name.to_owned(),
            row: row + 1,
        };
        Ok(match self.view.value(name, row) {
            Value::Missing => Cell::blank(style),
            Value::Text(text) => Cell::text(text, style),
            Value::Truth(truth) => Cell::text(truth.to_string(), style),
            Value::Date(date) => Cell { content: Content::Date(date), style: style.number("yyyy-mm-dd") },
            Value::Ratio(number) if number.is_finite() => {
                // Adding zero turns -0 into 0.
                Cell::number(number + 0.0, style.number("General").align(Align::Right, 0))
            }
            Value::Ratio(_) => return Err(not_finite()),
            Value::Whole(number) => {
                number_cell(Exact { units: i128::from(number), scale: 0 }).ok_or_else(not_finite)?
            }
            Value::Exact(number) => number_cell(number).ok_or_else(not_finite)?,
        })
    }
}

/// A number with its digits; text where a double would change those before the point.
fn number_cell(number: Exact) -> Option<Cell> {
    let style = Style::body().align(Align::Right, 0);
    if number.rounded(0).units.unsigned_abs() > u128::from(LARGEST_WHOLE) {
        return Some(Cell::text(number.plain(), style));
    }
    // The general format would show 122000000000 as 1.22E+11.
    let format = match number.places_needed(8) {
        0 => "0".to_owned(),
        places => format!("0.{}", "0".repeat(usize::from(places))),
    };
    Some(Cell::number(number.to_float()?, style.number(format)))
}

/// A text right of a number would touch it without.
fn indent(place: usize) -> u8 {
    u8::from(place > 0)
}

/// A number as its format shows it.
fn printed(number: f64, style: &Style) -> String {
    match style.number.split_once('.') {
        Some((_, places)) => format!("{number:.*}", places.len()),
        None => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column too narrow for its number shows `####`.
    #[test]
    fn a_number_takes_the_room_of_all_places_it_shows() {
        let exact = |units: i128| Exact { units, scale: 8 };
        let shown = |units: i128| {
            let cell = number_cell(exact(units)).unwrap();
            let Content::Number(number) = cell.content else { panic!("no number") };
            printed(number, &cell.style)
        };
        assert_eq!([shown(5), shown(50_000_000)], ["0.00000005", "0.5"]);
        assert_eq!(shown(3_093_449_485_147_985_501).len(), "30934494851.47985501".len());
        assert_eq!(shown(12_200_000_000_000_000_000), "122000000000");
    }
}
