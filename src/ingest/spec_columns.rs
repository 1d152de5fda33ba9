//! The columns of a source as declared: dimensions and attributes ([`Field`]) and measures.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::measure::{Decimal, Frequency, read_date};
use crate::spec::{Entry, Fields, Mistakes, Span, Text};
use crate::table::ColumnType;
use crate::text::{Pattern, fold};

use super::locator::{Locator, pattern, taken};
use super::spec_filled::{Fill, Numbers, read_fill, read_numbers};
use super::spec_map::NameMap;
use super::spec_marks::{Mark, Only, known_status, read_bound, read_glued, read_status};
use super::spec_units::UnitPlaces;

/// A dimension or attribute.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) from: Vec<Locator>,
    /// What is taken from the text found; the whole of it where nothing is said.
    pub(super) matching: Option<Pattern>,
    pub(super) kind: FieldKind,
    /// Where the year of a period stands that names only months.
    pub(super) year: Vec<Locator>,
    pub(super) codes: Option<Text>,
    pub(super) map: NameMap,
    /// Folded texts that say that there is nothing.
    pub(super) missing: Vec<String>,
    /// What stands for an empty cell and an unknown name; an empty default leaves the column empty.
    pub(super) default: Option<String>,
    pub(super) need: Need,
    pub(super) on_bad: OnBad,
    /// What a number cell says where the column holds codes or dates.
    pub(super) numbers: Numbers,
    /// Whether an empty cell says what the nearest cell above it says.
    pub(super) fill: Fill,
}

/// What a dimension or attribute holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    Text,
    /// A code of so many characters, leading zeros included.
    Code {
        width: Option<usize>,
    },
    /// A civil date within limits.
    Date {
        min: Option<Date>,
        max: Option<Date>,
    },
    /// A period, of this frequency where one is declared; the column `time_period` brings `freq` along.
    Period {
        freq: Option<Frequency>,
    },
    /// A whole number within limits.
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
}

/// Whether a cell may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

/// What becomes of a name nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnBad {
    /// The row is rejected.
    Reject,
    /// It is kept as `_Z`.
    Unknown,
}

/// A figure.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) from: MeasureFrom,
    pub(super) kind: MeasureKind,
    /// From folded marker to `OBS_STATUS` code.
    pub(super) missing: BTreeMap<String, String>,
    pub(super) unit: UnitPlaces,
    /// From unit texts of the source to units that are known.
    pub(super) units: NameMap,
    /// The status of a figure whose row names no unit: it is declared missing.
    pub(super) unitless: Option<String>,
    pub(super) currency: Option<Locator>,
    /// The rows for which it is taken.
    pub(super) only: Only,
    /// A bound that stands elsewhere than in the cell.
    pub(super) bound: Option<Mark>,
    /// Where a status other than A is said.
    pub(super) status: Vec<Mark>,
    /// Folded words glued to the number, and the status each gives.
    pub(super) marks: Vec<(String, String)>,
    pub(super) need: Need,
    /// Limits in the unit of the cell.
    pub(super) min: Option<Decimal>,
    pub(super) max: Option<Decimal>,
}

/// Which columns hold a figure.
#[derive(Clone, Debug)]
pub(super) enum MeasureFrom {
    /// The column with that header.
    Column(Pattern),
    /// Every column whose header says one of these at that level.
    Level(usize, Vec<Pattern>),
}

/// What kind of figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MeasureKind {
    /// A quantity or sum of money with a unit.
    Amount,
    /// A share or growth in percent, 13 for 13 %; a fraction once read.
    Percent,
    /// A share or growth as a fraction, 0.13 for 13 %.
    Fraction,
    /// Growth as an index, 113 for growth of 13 %; a fraction once read.
    Index,
}

impl Field {
    /// What its column holds.
    pub(super) fn column_type(&self) -> ColumnType {
        match self.kind {
            FieldKind::Text | FieldKind::Code { .. } | FieldKind::Period { .. } => ColumnType::Text,
            FieldKind::Date { .. } => ColumnType::Date,
            FieldKind::Integer { .. } => ColumnType::Integer,
        }
    }

    /// Whether it is a period.
    pub(super) fn is_period(&self) -> bool {
        matches!(self.kind, FieldKind::Period { .. })
    }

    /// Whether it is read from texts around the table.
    pub(super) fn stands_around(&self) -> bool {
        self.from.iter().all(Locator::is_around)
    }

    /// Whether it is read from the row's label.
    pub(super) fn reads_label(&self) -> bool {
        self.from.iter().any(|place| matches!(place, Locator::Label))
    }

    /// Whether it is read from where the row stands among others.
    pub(super) fn reads_standing(&self) -> bool {
        self.from.iter().any(|place| matches!(place, Locator::Standing(_)))
    }

    /// The header level it is read from.
    pub(super) fn level(&self) -> Option<usize> {
        self.from.iter().find_map(|place| match place {
            Locator::Level(level) => Some(*level),
            _ => None,
        })
    }

    /// What it takes of a text: what `match` finds, else all of it; nothing where `match` does not fit.
    pub(super) fn part(&self, text: &str) -> Option<String> {
        match &self.matching {
            None => Some(text.to_owned()),
            Some(pattern) => taken(pattern, &self.name, text),
        }
    }

    /// Whether its texts are looked up.
    pub(super) fn is_coded(&self) -> bool {
        self.codes.is_some() || !self.map.is_empty()
    }
}

impl Measure {
    /// What its column holds.
    pub(super) fn column_type(&self) -> ColumnType {
        match self.kind {
            MeasureKind::Amount => ColumnType::Money,
            MeasureKind::Percent | MeasureKind::Fraction | MeasureKind::Index => ColumnType::Ratio,
        }
    }
}

/// Reads one entry of `dim` or `attr`.
pub(super) fn read_field(table: &str, entry: &Entry, mistakes: &Mistakes) -> Option<Field> {
    let name = entry.key.value.clone();
    let mut fields = Fields::open(&entry.value, format!("{table}.{name}"), mistakes)?;
    let from = fields.required("from").map(|node| Locator::read_all("from", node, mistakes));
    let matching = fields.text("match").and_then(|text| pattern(&text, mistakes));
    let kind = read_kind(&mut fields);
    let year = fields.any("year").map(|node| Locator::read_all("year", node, mistakes)).unwrap_or_default();
    let codes = fields.text("codes");
    let map = NameMap::read(&mut fields, "map");
    let missing = fields.texts("missing").iter().map(|text| fold(&text.value)).collect();
    let default = fields.text("default").map(|text| text.value);
    let need = read_need(&mut fields);
    let on_bad = fields.choice("on_bad", &[("reject", OnBad::Reject), ("unknown", OnBad::Unknown)]);
    let numbers = read_numbers(&mut fields, &kind, &name);
    let fill = read_fill(&mut fields, &name, from.as_deref());
    let span = fields.span();
    fields.finish();
    let from = from?;
    check_places(&name, &from, &span, mistakes);
    let on_bad = on_bad.unwrap_or(OnBad::Reject);
    Some(Field {
        name,
        span,
        from,
        matching,
        kind,
        year,
        codes,
        map,
        missing,
        default,
        need,
        on_bad,
        numbers,
        fill,
    })
}

/// A cell of the row and a text around the table cannot be weighed against each other.
fn check_places(name: &str, from: &[Locator], span: &Span, mistakes: &Mistakes) {
    let single = from.iter().any(|place| !place.is_around() && !matches!(place, Locator::OwnHeader));
    if single && from.len() > 1 {
        let help = "several places may be given among `title`, `sheet`, `file` and `cell`";
        mistakes.add_with_help(span.clone(), format!("`{name}` has more than one place"), help);
    }
    if from.iter().any(|place| matches!(place, Locator::OwnHeader)) {
        let help = "name the column, as in `header:金额`";
        mistakes.add_with_help(span.clone(), format!("`header` of `{name}` names no column"), help);
    }
}

fn read_need(fields: &mut Fields<'_>) -> Need {
    if fields.boolean("required") == Some(true) { Need::Required } else { Need::Optional }
}

fn read_kind(fields: &mut Fields<'_>) -> FieldKind {
    let words = [
        ("text", FieldWord::Text),
        ("code", FieldWord::Code),
        ("date", FieldWord::Date),
        ("period", FieldWord::Period),
        ("integer", FieldWord::Integer),
    ];
    match fields.choice("type", &words).unwrap_or(FieldWord::Text) {
        FieldWord::Text => FieldKind::Text,
        FieldWord::Period => FieldKind::Period { freq: frequency(fields) },
        FieldWord::Code => {
            let width = fields.integer("width").and_then(|width| usize::try_from(width).ok());
            FieldKind::Code { width }
        }
        FieldWord::Date => FieldKind::Date { min: date(fields, "min"), max: date(fields, "max") },
        FieldWord::Integer => FieldKind::Integer { min: fields.integer("min"), max: fields.integer("max") },
    }
}

#[derive(Clone, Copy)]
enum FieldWord {
    Text,
    Code,
    Date,
    Period,
    Integer,
}

fn frequency(fields: &mut Fields<'_>) -> Option<Frequency> {
    let text = fields.text("freq")?;
    let found = Frequency::parse(&text.value);
    if found.is_none() {
        let known = ["A", "Q", "M", "D", "YTD", "R", "P"];
        fields.mistakes().unknown(text.span, "frequency", &text.value, known);
    }
    found
}

fn date(fields: &mut Fields<'_>, key: &'static str) -> Option<Date> {
    let text = fields.text(key)?;
    match read_date(&text.value) {
        Ok(date) => Some(date),
        Err(error) => {
            fields.mistakes().add(text.span, format!("`{key}` is no date: {error}"));
            None
        }
    }
}

const MEASURE_KINDS: &[(&str, MeasureKind)] = &[
    ("amount", MeasureKind::Amount),
    ("percent", MeasureKind::Percent),
    ("fraction", MeasureKind::Fraction),
    ("index", MeasureKind::Index),
];

/// Reads one entry of `measure`.
pub(super) fn read_measure(entry: &Entry, dims: &[Field], mistakes: &Mistakes) -> Option<Measure> {
    let name = entry.key.value.clone();
    let mut fields = Fields::open(&entry.value, format!("measure.{name}"), mistakes)?;
    let from = read_from(&mut fields);
    let kind = fields.choice("type", MEASURE_KINDS);
    if !fields.has("type") {
        let help = "amount, percent, fraction or index";
        mistakes.add_with_help(fields.span(), format!("measure.{name} lacks `type`"), help);
    }
    let missing = fields.text_map("missing").into_iter();
    let missing = missing
        .map(|(text, status)| (fold(&text.value), known_status(&status.value, &status.span, mistakes)))
        .collect();
    let unit = UnitPlaces::read(&mut fields);
    let units = NameMap::read(&mut fields, "units");
    let unitless = fields.text("unitless").map(|status| known_status(&status.value, &status.span, mistakes));
    let currency = fields
        .any("currency")
        .and_then(|node| Locator::read_all("currency", node, mistakes).into_iter().next());
    let need = read_need(&mut fields);
    let (min, max) = (decimal(&mut fields, "min"), decimal(&mut fields, "max"));
    let only = fields.any("only").map(|node| Only::read("only", node, dims, mistakes)).unwrap_or_default();
    let bound = read_bound(&mut fields, dims);
    let status = read_status(&mut fields, dims);
    let marks = read_glued(&mut fields);
    let span = fields.span();
    fields.finish();
    let kind = kind?;
    if kind == MeasureKind::Amount && unit.is_empty() && currency.is_none() {
        let help = "`unit = \"cell:/单位[:](?<unit>.+)/\"`, `unit = \"column:计量单位\"` or `currency = \"column:币制\"`";
        mistakes.add_with_help(
            span.clone(),
            format!("the amount {name} has neither `unit` nor `currency`"),
            help,
        );
    }
    let from = from?;
    Some(Measure {
        name,
        span,
        from,
        kind,
        missing,
        unit,
        units,
        unitless,
        currency,
        only,
        bound,
        status,
        marks,
        need,
        min,
        max,
    })
}

fn read_from(fields: &mut Fields<'_>) -> Option<MeasureFrom> {
    let mistakes = fields.mistakes();
    let text = fields.required_text("from")?;
    let matching: Vec<Pattern> =
        fields.texts("match").iter().filter_map(|text| pattern(text, mistakes)).collect();
    match Locator::read(&text, mistakes)? {
        Locator::Column(found) => Some(MeasureFrom::Column(found)),
        Locator::Level(level) if matching.is_empty() => {
            let help = "`match = [\"累计值\", \"\"]` says which texts of that level mean this measure";
            mistakes.add_with_help(text.span, format!("{} lacks `match`", fields.what()), help);
            Some(MeasureFrom::Level(level, matching))
        }
        Locator::Level(level) => Some(MeasureFrom::Level(level, matching)),
        _ => {
            let help = "a figure stands in a column: `header:金额` or `level:2`";
            mistakes.add_with_help(text.span, format!("`{}` holds no figures", text.value), help);
            None
        }
    }
}

fn decimal(fields: &mut Fields<'_>, key: &'static str) -> Option<Decimal> {
    let text = fields.number(key)?;
    match Decimal::parse(&text.value) {
        Ok(number) => Some(number),
        Err(error) => {
            fields.mistakes().add(text.span, format!("`{key}` is no number: {error}"));
            None
        }
    }
}
