//! What the rows of a file become: typed columns, origins, counts, rejects; and where each column stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Place, RowCount, SeenColumn, Severity, source as codes};
use crate::table::{Companion, OriginTable, Schema};

use super::builder::Builder;
use super::spec::{Declared, note_of};

/// What the rows of a file have become so far.
pub(super) struct Output {
    pub(super) builder: Builder,
    pub(super) origins: OriginTable,
    pub(super) rows: RowCount,
    pub(super) rejects: Vec<Finding>,
    pub(super) findings: Vec<Finding>,
    /// Figures declared missing.
    pub(super) missing: u64,
    /// Names kept as `_Z`, by column and text: where first and how often.
    pub(super) unknown: BTreeMap<(String, String), (Place, u64)>,
    /// Sheet and row of every row with a cell read by rule.
    pub(super) normalised: BTreeSet<(u32, u32)>,
    /// Annotations that met a figure, by position.
    pub(super) annotated: BTreeSet<usize>,
    /// The columns of the tables.
    pub(super) columns: Vec<SeenColumn>,
}

impl Output {
    /// Tells the names that were kept as unknown, each once.
    pub(super) fn tell_unknown(&mut self, source: &str) {
        for ((name, text), (place, count)) in std::mem::take(&mut self.unknown) {
            let finding = Finding::new(&codes::KEPT_AS_UNKNOWN, Severity::Info, source);
            self.findings.push(finding.at(place).seen(text, format!("a name for {name}")).times(count));
        }
    }
}

/// Positions of the columns in a row of the schema.
pub(super) struct Positions {
    pub(super) width: usize,
    pub(super) dims: Vec<Option<usize>>,
    pub(super) attrs: Vec<Option<usize>>,
    pub(super) freq: Option<usize>,
    pub(super) as_stated: Option<usize>,
    pub(super) measures: Vec<MeasureAt>,
}

/// Positions of a measure and of what goes with it.
#[derive(Default)]
pub(super) struct MeasureAt {
    pub(super) value: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) bound: Option<usize>,
    pub(super) rounding: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) note: Option<usize>,
}

impl Positions {
    /// Looks every column up by its name, once a file.
    pub(super) fn new(declared: &Declared, schema: &Schema) -> Self {
        let at = |name: &str| schema.names().position(|known| known == name);
        let measures = declared.measures.iter().enumerate().map(|(index, measure)| {
            let units = declared.unit_columns(index);
            MeasureAt {
                value: at(&measure.name),
                status: at(&Companion::Status.of(&measure.name)),
                bound: at(&Companion::Bound.of(&measure.name)),
                rounding: at(&Companion::Rounding.of(&measure.name)),
                unit: units.as_ref().and_then(|(unit, _)| at(unit)),
                currency: units.as_ref().and_then(|(_, currency)| at(currency.as_ref()?)),
                note: at(&note_of(&measure.name)),
            }
        });
        Self {
            width: schema.columns().len(),
            dims: declared.dims.iter().map(|dim| at(&dim.name)).collect(),
            attrs: declared.attrs.iter().map(|attr| at(&attr.name)).collect(),
            freq: declared.dims.iter().any(|dim| dim.name == "time_period").then(|| at("freq")).flatten(),
            as_stated: at("as_stated"),
            measures: measures.collect(),
        }
    }
}
