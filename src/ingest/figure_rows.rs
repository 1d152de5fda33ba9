//! Which rows of a source's table hold a figure, and which only say that there is none.

use polars::prelude::{BooleanChunked, DataFrame, PolarsResult};

use crate::table::ColumnRole;

use super::spec::{Shape, SourceSpec};

/// Whether each row holds a figure: a measure that is not null. Nothing where every row does.
///
/// A row without one says, by the status of its measure, why there is no figure: not published, confidential,
/// not applicable. It is kept, so that a sum over it is known to be incomplete. A fact may be words alone.
pub(super) fn holding_a_figure(frame: &DataFrame, spec: &SourceSpec) -> PolarsResult<Option<BooleanChunked>> {
    if matches!(spec.shape, Shape::Facts) {
        return Ok(None);
    }
    let schema = spec.schema();
    let measures = schema.columns().iter().filter(|column| column.role == ColumnRole::Measure);
    let mut holding: Option<BooleanChunked> = None;
    for measure in measures {
        let column = frame.column(&measure.name)?;
        if column.null_count() == 0 {
            return Ok(None);
        }
        let there = column.is_not_null();
        holding = Some(holding.map_or(there.clone(), |known| known | there));
    }
    Ok(holding.filter(|holding| !holding.all()))
}

/// How many rows hold a figure.
pub(super) fn count_figures(frame: &DataFrame, spec: &SourceSpec) -> PolarsResult<u64> {
    let without = match holding_a_figure(frame, spec)? {
        Some(holding) => holding.iter().filter(|holds| *holds != Some(true)).count(),
        None => 0,
    };
    Ok(u64::try_from(frame.height() - without).unwrap_or(u64::MAX))
}
