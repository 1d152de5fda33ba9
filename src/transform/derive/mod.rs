//! `derive`: rows computed from other rows of the same table: investment per zone, the balance of trade.
//!
//! A table of facts has a figure a row; what two of them say together is a row of its own, below them. Cells
//! are found by the name in `column` among the rows that agree in `on`. Units are computed with the figures:
//! money per count stays money, like over like is a ratio. A derived row has status D (a forecast stays F),
//! the bound its cells leave it, and a note that names the cells. It speaks of the period of its first cell.
//! Where only some of the cells are there, the row is empty, with status O and the missing name as its note;
//! without the first cell of a quotient, or without any, there is no row.

mod cell;
mod made;

use super::columns::expect_column;
use super::measured::{Measured, UNIT};
use super::{Planned, Shape, Shapes, Verb, VerbKind};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::table::{Column as TableColumn, ColumnType, Companion, Schema};

pub(super) const KIND: VerbKind = VerbKind {
    name: "derive",
    example: r#"derive = { column = "indicator", value = "obs_value", on = ["entity"], rows = [ { name = "ZONE_INVESTMENT_PER_ZONE", ratio = ["ZONE_INVESTMENT_CUM", "ZONE_COUNT"] } ] }"#,
    read,
};

/// How a row follows from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The first over the second; the unit is `A/B`, of like units `RATIO`.
    Ratio,
    /// The first in percent of the second, of like units.
    Percent,
    /// The first less the second, of like units and one period.
    Difference,
    /// All added, of like units and one period.
    Sum,
    /// The one figure over the days of its period.
    PerDay,
}

const FORMS: [(&str, Form); 5] = [
    ("ratio", Form::Ratio),
    ("percent", Form::Percent),
    ("difference", Form::Difference),
    ("sum", Form::Sum),
    ("per_day", Form::PerDay),
];

impl Form {
    /// Whether the result is of another unit than its cells.
    fn makes_a_unit(self) -> bool {
        !matches!(self, Self::Difference | Self::Sum)
    }

    /// Whether so many cells make one.
    fn takes(self, cells: usize) -> bool {
        match self {
            Self::PerDay => cells == 1,
            Self::Sum => cells >= 2,
            _ => cells == 2,
        }
    }
}

/// One derived row.
#[derive(Clone, Debug)]
struct Row {
    name: Text,
    form: Form,
    of: Vec<Text>,
    unit: Option<String>,
}

#[derive(Debug)]
struct Derive {
    column: Text,
    value: Text,
    on: Vec<Text>,
    rows: Vec<Row>,
}

fn read(node: &Node, mistakes: &Mistakes) -> Option<Box<dyn Verb>> {
    let mut fields = Fields::open(node, "`derive`", mistakes)?;
    let column = fields.required_text("column");
    let value = fields.required_text("value");
    let on = fields.texts("on");
    fields.required("rows");
    let rows: Vec<Option<Row>> =
        fields.tables("rows").into_iter().map(|fields| read_row(fields, mistakes)).collect();
    fields.finish();
    let rows = rows.into_iter().collect::<Option<Vec<_>>>()?;
    Some(Box::new(Derive { column: column?, value: value?, on, rows }))
}

fn read_row(mut fields: Fields<'_>, mistakes: &Mistakes) -> Option<Row> {
    let name = fields.required_text("name");
    let unit = fields.text("unit").map(|unit| unit.value);
    let mut given = Vec::new();
    for (key, form) in FORMS {
        let of = fields.texts(key);
        if fields.has(key) {
            given.push((key, form, of));
        }
    }
    let row = match given.as_slice() {
        [(_, form, of)] if form.takes(of.len()) => {
            name.map(|name| Row { name, form: *form, of: of.clone(), unit })
        }
        [(key, form, of)] => {
            let wanted = match form {
                Form::PerDay => "one name",
                Form::Sum => "two names or more",
                _ => "two names",
            };
            mistakes.add(fields.span(), format!("`{key}` takes {wanted}, not {}", of.len()));
            None
        }
        _ => {
            let keys: Vec<&str> = FORMS.iter().map(|(key, _)| *key).collect();
            mistakes.add_with_help(
                fields.span(),
                "a row of `derive` is computed in one way",
                format!("give one of {}, as in ratio = [\"A\", \"B\"]", keys.join(", ")),
            );
            None
        }
    };
    fields.finish();
    row
}

impl Verb for Derive {
    fn plan(&self, shape: &Shape, _: &Shapes, mistakes: &Mistakes) -> Option<(Shape, Box<dyn Planned>)> {
        let before = mistakes.count();
        let schema = &shape.schema;
        expect_column(schema, &self.column, &[ColumnType::Text], mistakes);
        expect_column(schema, &self.value, &[ColumnType::Money], mistakes);
        for name in &self.on {
            let keys = [ColumnType::Text, ColumnType::Integer, ColumnType::Date];
            expect_column(schema, name, &keys, mistakes);
            if [&self.column.value, &self.value.value].contains(&&name.value) {
                mistakes
                    .add(name.span.clone(), format!("`{}` differs between the cells of a row", name.value));
            }
        }
        let of = Measured::of(schema, &self.value.value);
        let unit = of.units.iter().find(|unit| unit.ends_with(UNIT)).cloned();
        self.expect_rows(unit.as_deref(), mistakes);
        if mistakes.count() > before {
            return None;
        }
        let planned = Derived {
            column: self.column.value.clone(),
            on: self.on.iter().map(|name| name.value.clone()).collect(),
            currency: of.units.iter().find(|name| Some(*name) != unit.as_ref()).cloned(),
            unit,
            of,
            rows: self.rows.clone(),
        };
        let mut shape = shape.clone();
        planned.declare(&mut shape.schema);
        // What the derived rows leave empty identifies nothing.
        if !shape.key.iter().all(|name| *name == planned.column || planned.on.contains(name)) {
            shape.key.clear();
        }
        Some((shape, Box::new(planned)))
    }
}

impl Derive {
    fn expect_rows(&self, unit: Option<&str>, mistakes: &Mistakes) {
        for (at, row) in self.rows.iter().enumerate() {
            let name = &row.name;
            if self.rows.iter().take(at).any(|earlier| earlier.name.value == name.value) {
                mistakes.add(name.span.clone(), format!("the row `{}` is derived twice", name.value));
            }
            if row.of.iter().any(|of| of.value == name.value) {
                mistakes.add(name.span.clone(), format!("the row `{}` is derived from itself", name.value));
            }
            if row.form.makes_a_unit() && unit.is_none() {
                mistakes.add_with_help(
                    name.span.clone(),
                    format!(
                        "no column says the unit of `{}`, so that of a quotient cannot be said",
                        self.value.value
                    ),
                    "use `pivot` and a column by `sql`",
                );
            }
        }
    }
}

/// Names and types known.
#[derive(Debug)]
struct Derived {
    column: String,
    on: Vec<String>,
    of: Measured,
    unit: Option<String>,
    currency: Option<String>,
    rows: Vec<Row>,
}

impl Derived {
    fn status(&self) -> String {
        Companion::Status.of(&self.of.name)
    }

    fn note(&self) -> String {
        format!("{}_note", self.of.name)
    }

    /// Status and note there always are; a bound or rounding only where cells can have one.
    fn declare(&self, schema: &mut Schema) {
        if !schema.has(&self.status()) {
            schema.put(TableColumn::companion(Companion::Status, &self.of.name, ColumnType::Money));
        }
        if !schema.has(&self.note()) {
            schema.put(TableColumn::attribute(self.note(), ColumnType::Text));
        }
    }
}
