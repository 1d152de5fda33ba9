//! What the columns of a table are: type, role, companions.

use polars::prelude::{DataType, Schema as FrameSchema};

/// Type of money and every other measured figure: 38 digits, 8 of them behind the point, in base units.
pub const MONEY: DataType = DataType::Decimal(38, 8);
/// Type of exchange rates: 12 digits behind the point.
pub const RATE: DataType = DataType::Decimal(38, 12);

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColumnType {
    /// Text; also codes and periods.
    Text,
    /// A whole number: counts, years, ranks.
    Integer,
    /// A measured figure in base units, `Decimal(38, 8)`: money, tonnes, pieces.
    Money,
    /// An exchange rate, `Decimal(38, 12)`.
    Rate,
    /// A share or growth as a fraction: 0.131 is 13.1 %.
    Ratio,
    /// A civil date.
    Date,
    /// True or false.
    Boolean,
}

impl ColumnType {
    /// The Polars type that carries it.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::String,
            Self::Integer => DataType::Int64,
            Self::Money => MONEY,
            Self::Rate => RATE,
            Self::Ratio => DataType::Float64,
            Self::Date => DataType::Date,
            Self::Boolean => DataType::Boolean,
        }
    }

    /// Its name in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Money => "amount",
            Self::Rate => "rate",
            Self::Ratio => "ratio",
            Self::Date => "date",
            Self::Boolean => "true/false",
        }
    }
}

/// What a column says beside a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Companion {
    /// `_status`, text: the SDMX `OBS_STATUS` code; null only where the measure's row does not exist.
    Status,
    /// `_bound`, text: `>`, `<` or `≈`; null where the figure is exact or plainly rounded.
    Bound,
    /// `_rounding`, of the measure's type: half a unit of the last printed place; null where unknown.
    Rounding,
}

impl Companion {
    /// All of them, in column order.
    pub const ALL: [Self; 3] = [Self::Status, Self::Bound, Self::Rounding];

    /// What is appended to the measure's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Status => "_status",
            Self::Bound => "_bound",
            Self::Rounding => "_rounding",
        }
    }

    /// The companion's column name.
    pub fn of(self, measure: &str) -> String {
        format!("{measure}{}", self.suffix())
    }
}

/// What part a column plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    /// Identifies a figure.
    Dimension,
    /// A figure.
    Measure,
    /// A figure that is a share of a group's sum, and is made anew where the rows change.
    Share {
        /// The measure it is a share of.
        of: String,
        /// The columns that make a group.
        within: Vec<String>,
    },
    /// Goes with a figure.
    Attribute,
    /// Goes with the named measure.
    Companion(Companion, String),
    /// The hidden origin of the row.
    Origin,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Lower-case name, SDMX where there is one.
    pub name: String,
    /// What it holds.
    pub column_type: ColumnType,
    /// What part it plays.
    pub role: ColumnRole,
}

impl Column {
    /// A dimension.
    pub fn dimension(name: impl Into<String>, column_type: ColumnType) -> Self {
        Self { name: name.into(), column_type, role: ColumnRole::Dimension }
    }

    /// A measure.
    pub fn measure(name: impl Into<String>, column_type: ColumnType) -> Self {
        Self { name: name.into(), column_type, role: ColumnRole::Measure }
    }

    /// An attribute.
    pub fn attribute(name: impl Into<String>, column_type: ColumnType) -> Self {
        Self { name: name.into(), column_type, role: ColumnRole::Attribute }
    }

    /// A companion of `measure`, whose type the rounding shares.
    pub fn companion(companion: Companion, measure: &str, measure_type: ColumnType) -> Self {
        let column_type = match companion {
            Companion::Status | Companion::Bound => ColumnType::Text,
            Companion::Rounding => measure_type,
        };
        Self {
            name: companion.of(measure),
            column_type,
            role: ColumnRole::Companion(companion, measure.to_owned()),
        }
    }
}

/// The columns of a table, in order; names are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    columns: Vec<Column>,
}

impl Schema {
    /// Columns in the given order; a later column of the same name replaces the earlier one in place.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        let mut schema = Self::default();
        for column in columns {
            schema.put(column);
        }
        schema
    }

    /// Appends a column, or replaces the one of the same name in place.
    pub fn put(&mut self, column: Column) {
        match self.columns.iter_mut().find(|known| known.name == column.name) {
            Some(known) => *known = column,
            None => self.columns.push(column),
        }
    }

    /// Appends a measure with all its companions.
    pub fn put_measure(&mut self, name: &str, column_type: ColumnType) {
        self.put(Column::measure(name, column_type));
        for companion in Companion::ALL {
            self.put(Column::companion(companion, name, column_type));
        }
    }

    /// The column of that name.
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether there is a column of that name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The companions a measure really has here.
    pub fn companions_of<'a>(&'a self, measure: &'a str) -> impl Iterator<Item = (Companion, &'a Column)> {
        self.columns.iter().filter_map(move |column| match &column.role {
            ColumnRole::Companion(companion, of) if of == measure => Some((*companion, column)),
            _ => None,
        })
    }

    /// The types as Polars sees them.
    pub fn frame_schema(&self) -> FrameSchema {
        self.columns
            .iter()
            .map(|column| (column.name.as_str().into(), column.column_type.data_type()))
            .collect()
    }
}
