//! A source as the pipeline file declares it: files, sheet, layout, columns, key, limits. Reads settings;
//! opens no file and sees no data.

use std::collections::{BTreeMap, BTreeSet};

use crate::spec::{Fields, Mistakes, Node, Text, written};
use crate::table::{Column, ColumnRole, ColumnType, ORIGIN_COLUMN, Schema};
use crate::text::{CodeList, Pattern};

use super::facts;
use super::files::FilePatterns;
use super::formats::ReadOptions;
use super::locator::Locator;
use super::spec_columns::{Field, FieldKind, Measure, MeasureKind};
use super::spec_contract::Contract;
use super::spec_marks::Annotation;
use super::spec_read::{merged, read_declared, read_limit, read_options, read_sheets};
use super::spec_rows::RowRule;
use super::spec_table::TableRule;

/// A set of input files that yields one long table.
#[derive(Clone, Debug)]
pub struct SourceSpec {
    pub(super) name: String,
    files: FilePatterns,
    pub(super) options: ReadOptions,
    pub(super) sheets: Sheets,
    pub(super) shape: Shape,
    pub(super) key: Vec<String>,
    /// The column, a date or period, by which a later figure replaces an older one with the same key.
    pub(super) supersede: Option<String>,
    pub(super) repeat: Repeat,
    pub(super) rejects: f64,
    pub(super) sample: bool,
    contract: Contract,
    unreadable: Unreadable,
    written: String,
}

/// What a file that cannot be read means for the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing is published.
    Refuse,
    /// The rest is published and the report marked.
    Mark,
}

/// How the cells of a file become rows.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// As declared in the pipeline file.
    Declared(Box<Declared>),
    /// The preset layout `facts`.
    Facts,
}

/// The declared layout and columns.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) table: TableRule,
    pub(super) dims: Vec<Field>,
    pub(super) measures: Vec<Measure>,
    pub(super) attrs: Vec<Field>,
    pub(super) rows: Vec<RowRule>,
    /// Labels of each level of the hierarchy from the top; without them indent says the level.
    pub(super) hierarchy: Vec<Pattern>,
    pub(super) precision: Precision,
    pub(super) annotations: Vec<Annotation>,
    pub(super) decimal: char,
}

/// Which sheets are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheets {
    pub(super) matching: Option<Pattern>,
    pub(super) several: Several,
    pub(super) hidden: Hidden,
    pub(super) hidden_rows: HiddenLines,
    pub(super) hidden_columns: HiddenLines,
}

/// What more than one suitable sheet means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Several {
    /// An error.
    #[default]
    Refuse,
    /// All are read.
    All,
}

/// What becomes of hidden sheets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hidden {
    #[default]
    Skip,
    Read,
}

/// What becomes of hidden rows or columns of a sheet that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum HiddenLines {
    /// They are read, with a warning.
    #[default]
    Tell,
    Skip,
    /// They are read, as declared.
    Read,
}

/// What the last printed digits mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// All printed digits count.
    Printed,
    /// Zeros at the end of a whole number say nothing.
    Significant,
}

/// What a second row with the same key and content means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// A contradiction like any other.
    Refuse,
    /// The same row once more: the first is kept.
    First,
}

impl SourceSpec {
    /// Reads `[source.name]`; `layouts` are the `[layout.…]` tables that `use` may name.
    pub fn read(
        name: &Text,
        node: &Node,
        layouts: &BTreeMap<String, &Node>,
        mistakes: &Mistakes,
    ) -> Option<Self> {
        let before = mistakes.count();
        let merged = merged(node, layouts, mistakes)?;
        let mut fields = Fields::open(&merged, format!("[source.{}]", name.value), mistakes)?;
        let preset = fields.choice("layout", &[("facts", ())]);
        fields.any("use");
        let files = FilePatterns::read(&mut fields);
        let (options, decimal) = read_options(&mut fields);
        let sheets = read_sheets(&mut fields);
        let repeat =
            fields.choice("repeat", &[("refuse", Repeat::Refuse), ("first if identical", Repeat::First)]);
        let rejects = read_limit(&mut fields);
        let sample = fields.boolean("sample").unwrap_or(false);
        let contract = Contract::read(&mut fields);
        let unreadable =
            fields.choice("unreadable", &[("refuse", Unreadable::Refuse), ("mark", Unreadable::Mark)]);
        let mut key = fields.texts("key");
        let supersede = fields.text("supersede");
        let shape = if preset.is_some() {
            if key.is_empty() {
                key.push(Text::at(fields.span(), "fact_id"));
            }
            Some(Shape::Facts)
        } else {
            read_declared(&mut fields, decimal).map(|declared| Shape::Declared(Box::new(declared)))
        };
        fields.finish();
        let spec = Self {
            name: name.value.clone(),
            files,
            options,
            sheets,
            shape: shape?,
            key: key.iter().map(|column| column.value.clone()).collect(),
            supersede: supersede.as_ref().map(|column| column.value.clone()),
            repeat: repeat.unwrap_or(Repeat::Refuse),
            rejects,
            sample,
            contract,
            unreadable: unreadable.unwrap_or(Unreadable::Refuse),
            written: written(&merged),
        };
        spec.check_key(&key, mistakes);
        if let Some(column) = &supersede {
            spec.check_supersede(column, mistakes);
        }
        (mistakes.count() == before).then_some(spec)
    }

    fn check_key(&self, key: &[Text], mistakes: &Mistakes) {
        let schema = self.schema();
        let dims = || schema.columns().iter().filter(|column| column.role == ColumnRole::Dimension);
        for column in key {
            if !dims().any(|dim| dim.name == column.value) {
                let names = dims().map(|dim| dim.name.as_str());
                mistakes.unknown(column.span.clone(), "dimension in `key`", &column.value, names);
            }
        }
    }

    /// What replaces must be told apart from what identifies, and must be a day or a period.
    fn check_supersede(&self, column: &Text, mistakes: &Mistakes) {
        let Shape::Declared(declared) = &self.shape else { return };
        let mut fields = declared.dims.iter().chain(&declared.attrs);
        let Some(field) = fields.find(|field| field.name == column.value) else {
            let known = declared.dims.iter().chain(&declared.attrs).map(|field| field.name.as_str());
            mistakes.unknown(column.span.clone(), "column in `supersede`", &column.value, known);
            return;
        };
        if !matches!(field.kind, FieldKind::Date { .. } | FieldKind::Period { .. }) {
            let what = format!("`{}` in `supersede` is neither a date nor a period", column.value);
            mistakes.add_with_help(column.span.clone(), what, "give the column type = \"date\"");
        }
        if self.key.contains(&column.value) || self.key.is_empty() {
            let what = format!("`{}` replaces figures with the same `key`", column.value);
            let help = "`key` names the columns that identify a figure, without this one";
            mistakes.add_with_help(column.span.clone(), what, help);
        }
    }

    /// The name of the table of figures that later ones replaced, where the source has one.
    pub fn superseded(&self) -> Option<String> {
        self.supersede.as_ref().map(|_| format!("{}.superseded", self.name))
    }

    /// The columns that tell the replaced figures apart.
    pub fn superseded_key(&self) -> Vec<String> {
        self.key.iter().chain(&self.supersede).cloned().collect()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The patterns of its files, as text.
    pub fn patterns(&self) -> Vec<String> {
        self.files.written()
    }

    /// Whether it reads the file at this path below `input/`.
    pub fn reads(&self, shown: &str) -> bool {
        self.files.position(shown).is_some()
    }

    /// The columns that together identify a figure; empty where none are declared.
    pub fn key(&self) -> &[String] {
        &self.key
    }

    /// Whether it is a random sample.
    pub fn sample(&self) -> bool {
        self.sample
    }

    /// What it promises of its columns.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// What a file of it that cannot be read means.
    pub fn unreadable(&self) -> Unreadable {
        self.unreadable
    }

    /// The block as inline TOML, with the layout it uses: all that decides how a file is read but for the
    /// code lists.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The code lists it names, each with its place in the pipeline file.
    pub fn code_lists(&self) -> Vec<Text> {
        self.coded_fields().filter_map(|field| field.codes.clone()).collect()
    }

    /// The code list of every column that has one.
    pub fn codes_by_column(&self) -> BTreeMap<String, BTreeSet<String>> {
        let list = |field: &Field| Some((field.name.clone(), BTreeSet::from([field.codes.clone()?.value])));
        self.coded_fields().filter_map(list).collect()
    }

    fn coded_fields(&self) -> impl Iterator<Item = &Field> {
        let declared = match &self.shape {
            Shape::Declared(declared) => Some(declared),
            Shape::Facts => None,
        };
        declared.into_iter().flat_map(|declared| declared.dims.iter().chain(&declared.attrs))
    }

    /// Checks constants and defaults against the lists they come from; unknown lists are left to the caller.
    pub fn check_lists(&self, lists: &BTreeMap<String, CodeList>, mistakes: &Mistakes) {
        for field in self.coded_fields() {
            let Some(codes) = &field.codes else { continue };
            let Some(list) = lists.get(&codes.value) else { continue };
            let constants = field.from.iter().filter_map(|place| match place {
                Locator::Const(value) => Some(value),
                _ => None,
            });
            let default = field.default.iter().filter(|default| !default.is_empty());
            for value in constants.chain(default).chain(field.map.codes()) {
                if list.code_of(value).is_none() {
                    let near = list.nearest_name(value).map(str::to_owned);
                    let what = format!("code `{value}` of `{}` is not in the list {}", field.name, list.name);
                    match near {
                        Some(near) => {
                            mistakes.add_with_help(
                                field.span.clone(),
                                what,
                                format!("did you mean `{near}`?"),
                            );
                        }
                        None => mistakes.add(field.span.clone(), what),
                    }
                }
            }
        }
    }

    /// The columns of its table: dimensions (`freq` after a period), measures with their companions,
    /// attributes, the origin.
    pub fn schema(&self) -> Schema {
        let declared = match &self.shape {
            Shape::Declared(declared) => declared,
            Shape::Facts => return facts::schema(),
        };
        let mut schema = Schema::default();
        for dim in &declared.dims {
            schema.put(Column::dimension(&dim.name, dim.column_type()));
            if dim.is_period() && dim.name == "time_period" {
                schema.put(Column::dimension("freq", ColumnType::Text));
            }
        }
        for (at, measure) in declared.measures.iter().enumerate() {
            schema.put_measure(&measure.name, measure.column_type());
            if at == 0 {
                schema.put(Column::attribute("as_stated", ColumnType::Text));
            }
            if let Some((unit, currency)) = declared.unit_columns(at) {
                schema.put(Column::attribute(unit, ColumnType::Text));
                if let Some(currency) = currency {
                    schema.put(Column::attribute(currency, ColumnType::Text));
                }
            }
        }
        for annotation in &declared.annotations {
            if let Some(measure) = declared.measures.get(annotation.measure) {
                schema.put(Column::attribute(note_of(&measure.name), ColumnType::Text));
            }
        }
        for attr in &declared.attrs {
            schema.put(Column::attribute(&attr.name, attr.column_type()));
        }
        schema.put(origin_column());
        schema
    }
}

impl Declared {
    /// The names of the unit and currency columns of a measure: the first amount owns the plain names,
    /// a further one has a unit column of its own, whose code tells money from pieces.
    pub(super) fn unit_columns(&self, measure: usize) -> Option<(String, Option<String>)> {
        let found = self.measures.get(measure).filter(|found| found.kind == MeasureKind::Amount)?;
        let first = self.measures.iter().position(|other| other.kind == MeasureKind::Amount);
        if first == Some(measure) {
            return Some(("unit_measure".to_owned(), Some("currency".to_owned())));
        }
        Some((format!("{}_unit_measure", found.name), None))
    }
}

/// The column with what a reader must be told of a figure.
pub(super) fn note_of(measure: &str) -> String {
    format!("{measure}_note")
}

/// The hidden column that points into the origin table.
pub(super) fn origin_column() -> Column {
    Column { name: ORIGIN_COLUMN.to_owned(), column_type: ColumnType::Integer, role: ColumnRole::Origin }
}
