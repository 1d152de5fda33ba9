//! Tables drawn as text, for the tests of verbs and checks.
//!
//! The first line names the columns: `flow | obs_value:amount | growth:ratio | year:whole | day:date`;
//! what has no type is text. An empty cell is null. Companions are known by their names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use crate::measure::{
    BelowCoverage, Currency, Decimal, Direction, Frequencies, Money, Rate, RateBook, RateSeries,
};
use crate::spec::{Mistakes, NodeKind, parse};
use crate::table::{
    Column as TableColumn, ColumnRole, ColumnType, Companion, ORIGIN_COLUMN, Origin, OriginTable, Schema,
    Table,
};

use crate::text::{CodeEntry, CodeList, Extent, Label};

use super::checks::CheckSpec;
use super::columns::shown;
use super::{Journal, Shape, Shapes, StepError, VERBS, World};
use crate::finding::CheckOutcome;

/// The table a text draws; row 2 of the drawing is row 2 of the sheet `S` of `t.xlsx`.
pub(super) fn table(drawn: &str) -> Table {
    let mut lines = drawn.lines().map(str::trim).filter(|line| !line.is_empty());
    let heads: Vec<&str> = lines.next().unwrap().split('|').map(str::trim).collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').map(str::trim).collect()).collect();
    let mut schema = Schema::default();
    let mut columns = Vec::new();
    for (at, head) in heads.iter().enumerate() {
        let (name, kind) = head.split_once(':').unwrap_or((head, "text"));
        let column_type = match kind {
            "amount" => ColumnType::Money,
            "ratio" => ColumnType::Ratio,
            "whole" => ColumnType::Integer,
            "date" => ColumnType::Date,
            _ => ColumnType::Text,
        };
        let cells: Vec<Option<&str>> =
            rows.iter().map(|row| row.get(at).copied().filter(|cell| !cell.is_empty())).collect();
        schema.put(TableColumn { name: name.into(), column_type, role: role(name, column_type) });
        columns.push(column(name, column_type, &cells));
    }
    let numbers: Vec<u32> = (0..u32::try_from(rows.len()).unwrap()).collect();
    schema.put(TableColumn {
        name: ORIGIN_COLUMN.into(),
        column_type: ColumnType::Integer,
        role: ColumnRole::Origin,
    });
    columns.push(UInt32Chunked::from_vec(ORIGIN_COLUMN.into(), numbers).into_column());
    Table { name: "t".into(), schema, frame: DataFrame::new(rows.len(), columns).unwrap(), sample: false }
}

fn role(name: &str, column_type: ColumnType) -> ColumnRole {
    for companion in Companion::ALL {
        if let Some(measure) = name.strip_suffix(companion.suffix()) {
            return ColumnRole::Companion(companion, measure.to_owned());
        }
    }
    match column_type {
        ColumnType::Money | ColumnType::Ratio | ColumnType::Rate => ColumnRole::Measure,
        _ if ["currency", "unit_measure"].contains(&name) => ColumnRole::Attribute,
        _ => ColumnRole::Dimension,
    }
}

fn column(name: &str, column_type: ColumnType, cells: &[Option<&str>]) -> Column {
    let cells = cells.iter().copied();
    let name: PlSmallStr = name.into();
    match column_type {
        ColumnType::Money => {
            Int128Chunked::from_iter_options(name, cells.map(|cell| cell.map(|cell| money(cell).units())))
                .into_decimal(38, 8)
                .unwrap()
                .into_column()
        }
        ColumnType::Ratio => {
            Float64Chunked::from_iter_options(name, cells.map(|cell| cell.map(|cell| cell.parse().unwrap())))
                .into_column()
        }
        ColumnType::Integer => {
            Int64Chunked::from_iter_options(name, cells.map(|cell| cell.map(|cell| cell.parse().unwrap())))
                .into_column()
        }
        ColumnType::Date => {
            let day = |cell: &str| {
                let date: jiff::civil::Date = cell.parse().unwrap();
                (date - jiff::civil::date(1970, 1, 1)).get_days()
            };
            Int32Chunked::from_iter_options(name, cells.map(|cell| cell.map(day))).into_date().into_column()
        }
        _ => StringChunked::from_iter_options(name, cells).into_column(),
    }
}

/// An amount as written.
pub(super) fn money(written: &str) -> Money {
    Money::from_decimal(Decimal::parse(written).unwrap(), 0).unwrap()
}

/// Some columns of a table as text, a line a row.
pub(super) fn draw(table: &Table, columns: &[&str]) -> String {
    let rows = (0..table.frame.height()).map(|row| {
        let cells: Vec<String> =
            columns.iter().map(|name| shown(&table.frame, name, row).replace("(empty)", "-")).collect();
        cells.join(" | ")
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// A world of one table and one rates block named `reference`.
pub(super) struct Scene {
    tables: BTreeMap<String, Table>,
    rates: BTreeMap<String, RateBook>,
    origins: OriginTable,
    as_of: Option<jiff::civil::Date>,
    lists: BTreeMap<String, CodeList>,
    codes: BTreeMap<String, BTreeSet<String>>,
}

impl Scene {
    /// The world of a drawn table.
    pub(super) fn new(drawn: &str) -> Self {
        Self::of(table(drawn))
    }

    /// The world of a table.
    pub(super) fn of(table: Table) -> Self {
        let rows = (0..u32::try_from(table.frame.height()).unwrap()).map(|row| Origin {
            file: 0,
            sheet: 0,
            row: row + 1,
            column: Some(0),
        });
        let origins = OriginTable::new(vec!["t.xlsx".into()], vec!["S".into()]).with(rows);
        Self {
            tables: BTreeMap::from([("t".into(), table)]),
            rates: BTreeMap::new(),
            origins,
            as_of: None,
            lists: BTreeMap::new(),
            codes: BTreeMap::new(),
        }
    }

    /// Adds another table.
    pub(super) fn with_table(mut self, table: Table) -> Self {
        self.tables.insert(table.name.clone(), table);
        self
    }

    /// Sets the day of which the report speaks.
    pub(super) fn speaking_of(mut self, day: &str) -> Self {
        self.as_of = Some(day.parse().unwrap());
        self
    }

    /// Adds a code list.
    pub(super) fn with_list(mut self, list: CodeList) -> Self {
        self.lists.insert(list.name.clone(), list);
        self
    }

    /// Adds a code list of one code that holds the parts.
    pub(super) fn with_parts(self, list: &str, code: &str, parts: &[&str]) -> Self {
        let parts = parts.iter().map(|part| (*part).to_owned()).collect();
        let extent = Extent::Some { parts, overlaps: Vec::new() };
        let entry = CodeEntry { code: code.into(), label: Label::zh(code), aliases: Vec::new(), extent };
        self.with_list(CodeList::new(list, vec![entry]).unwrap())
    }

    /// Ties a column to a code list.
    pub(super) fn with_codes(mut self, column: &str, list: &str) -> Self {
        self.codes.entry(column.into()).or_default().insert(list.into());
        self
    }

    /// Adds the rates block.
    pub(super) fn with_rates(mut self, series: &[RateSeries]) -> Self {
        let book = RateBook {
            name: "reference".into(),
            series: series.to_vec(),
            coverage: 0.9,
            below_coverage: BelowCoverage::NextThenMark,
            max_age_days: 7,
        };
        self.rates.insert("reference".into(), book);
        self
    }

    /// The shapes of its tables.
    pub(super) fn shapes(&self) -> Shapes {
        let shape = |table: &Table| Shape {
            schema: table.schema.clone(),
            key: Vec::new(),
            codes: self.codes.clone(),
            sample: table.sample,
        };
        Shapes {
            tables: self.tables.iter().map(|(name, table)| (name.clone(), shape(table))).collect(),
            rates: self.rates.keys().cloned().collect(),
            lists: self.lists.clone(),
        }
    }

    /// The world as verbs see it.
    pub(super) fn world(&self) -> World<'_> {
        World {
            tables: &self.tables,
            rates: &self.rates,
            origins: &self.origins,
            as_of: self.as_of,
            journal: RefCell::new(Journal::default()),
        }
    }

    /// Applies the one verb of a line of TOML to the table.
    #[track_caller]
    pub(super) fn apply(&self, toml: &str) -> (Result<Table, StepError>, Journal) {
        let mistakes = Mistakes::default();
        let node = parse(toml, &mistakes);
        let NodeKind::Table(entries) = &node.kind else { panic!("no table") };
        let entry = entries.first().unwrap();
        let kind = VERBS.iter().find(|kind| kind.name == entry.key.value).unwrap();
        let verb = (kind.read)(&entry.value, &mistakes);
        let shapes = self.shapes();
        let planned = verb.and_then(|verb| verb.plan(&shapes.tables["t"], &shapes, &mistakes));
        let Some((shape, planned)) = planned else { panic!("{:?}", mistakes.into_sorted()) };
        let world = self.world();
        let result = planned.run(self.tables["t"].clone(), &world);
        if let Ok(table) = &result {
            assert_eq!(table.schema, shape.schema, "the plan promised another schema");
            let names: Vec<&str> =
                table.frame.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
            assert_eq!(names, table.schema.names().collect::<Vec<_>>());
        }
        (result, world.journal.into_inner())
    }

    /// The mistakes of a line of TOML, as text.
    #[track_caller]
    pub(super) fn mistakes(&self, toml: &str) -> String {
        let mistakes = Mistakes::default();
        let node = parse(toml, &mistakes);
        let NodeKind::Table(entries) = &node.kind else { panic!("no table") };
        let entry = entries.first().unwrap();
        let kind = VERBS.iter().find(|kind| kind.name == entry.key.value).unwrap();
        let shapes = self.shapes();
        if let Some(verb) = (kind.read)(&entry.value, &mistakes) {
            verb.plan(&shapes.tables["t"], &shapes, &mistakes);
        }
        said(mistakes)
    }

    /// The mistakes of a `[[check]]`, as text.
    #[track_caller]
    pub(super) fn check_mistakes(&self, toml: &str) -> String {
        let mistakes = Mistakes::default();
        let node = parse(&format!("on = \"t\"\n{toml}"), &mistakes);
        if let Some(spec) = CheckSpec::read(&node, &mistakes) {
            spec.plan(&self.shapes(), &mistakes);
        }
        said(mistakes)
    }

    /// Runs a `[[check]]` on the table.
    #[track_caller]
    pub(super) fn check(&self, toml: &str) -> CheckOutcome {
        self.run_check(toml).unwrap()
    }

    /// Why a `[[check]]` on the table cannot be made.
    #[track_caller]
    pub(super) fn check_error(&self, toml: &str) -> String {
        self.run_check(toml).unwrap_err().to_string()
    }

    #[track_caller]
    fn run_check(&self, toml: &str) -> Result<CheckOutcome, StepError> {
        let mistakes = Mistakes::default();
        let node = parse(&format!("on = \"t\"\n{toml}"), &mistakes);
        let plan = CheckSpec::read(&node, &mistakes).and_then(|spec| spec.plan(&self.shapes(), &mistakes));
        let Some(plan) = plan else { panic!("{}", said(mistakes)) };
        plan.run(&self.tables["t"], &self.world())
    }
}

/// Mistakes as text.
pub(super) fn said(mistakes: Mistakes) -> String {
    let said = mistakes.into_sorted().into_iter().map(|mistake| match mistake.help {
        Some(help) => format!("{} ({help})", mistake.message),
        None => mistake.message,
    });
    said.collect::<Vec<_>>().join("\n")
}

/// An outcome as text: what was tested, then failures and what is accepted.
pub(super) fn outcome(outcome: &CheckOutcome) -> String {
    let untested = match outcome.untested {
        0 => String::new(),
        count => format!(", {count} not"),
    };
    let mut lines = vec![format!("tested {}{untested}", outcome.tested)];
    for (word, findings) in [("failed", &outcome.failures), ("accepted", &outcome.accepted)] {
        for found in findings {
            lines.push(format!(
                "{word} {} at {}: {} / {}",
                found.code.id, found.place, found.seen, found.expected
            ));
        }
    }
    lines.join("\n")
}

fn rate(written: &str) -> Rate {
    Rate::from_decimal(Decimal::parse(written).unwrap()).unwrap()
}

/// The dollar, yuan and rouble of the shipped ECB file.
pub(super) fn ecb() -> RateSeries {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/input/rates/eurofxref-hist.csv");
    let file = std::fs::read_to_string(path).unwrap();
    let mut lines = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let heads = lines.next().unwrap();
    let mut series = RateSeries::new(
        "ECB",
        "eurofxref-hist.csv",
        Currency::EUR,
        Direction::UnitsPerBase,
        Frequencies::Daily,
    );
    for line in lines {
        let day = line[0].parse().unwrap();
        series.publish(day);
        for currency in [Currency::USD, Currency::CNY, Currency::RUB] {
            let at = heads.iter().position(|head| *head == currency.as_str()).unwrap();
            if line[at] != "N/A" {
                series.add(currency, day, rate(line[at])).unwrap();
            }
        }
    }
    series
}

/// The yuan and rouble of the yearly means for 2022.
pub(super) fn imf() -> RateSeries {
    let mut series =
        RateSeries::new("IMF", "imf.csv", Currency::USD, Direction::UnitsPerBase, Frequencies::Annual);
    for (currency, written) in [(Currency::CNY, "6.7372"), (Currency::RUB, "68.4849")] {
        series.add(currency, jiff::civil::date(2022, 1, 1), rate(written)).unwrap();
    }
    series
}
