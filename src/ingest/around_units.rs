//! The unit of a column as it stands around a table or in its header. Everything that is found must agree.

use crate::finding::{Finding, Severity, source as codes};
use crate::measure::Unit;

use super::around::{Around, Found, bracketed, words};
use super::header::HeaderColumn;
use super::locator::Locator;
use super::spec_columns::Measure;

impl Around<'_> {
    /// The unit of a column, on which all places must agree; a table without a unit of its own has that of
    /// the table before.
    pub(super) fn unit(&self, measure: &Measure, column: &HeaderColumn) -> Result<Unit, Box<Finding>> {
        for at in (0..=self.at).rev() {
            if let Some(unit) = self.unit_above(at, measure, column)? {
                return Ok(unit);
            }
        }
        let expected = format!("a unit for {} in {}", measure.name, words(measure.unit.of(column)));
        let row = self.block().map_or(0, |block| block.header.start);
        let finding = Finding::new(&codes::UNIT_MISSING, Severity::Error, self.source);
        Err(Box::new(finding.at(self.place(row, column.col)).seen(column.name(), expected)))
    }

    fn unit_above(
        &self,
        at: usize,
        measure: &Measure,
        column: &HeaderColumn,
    ) -> Result<Option<Unit>, Box<Finding>> {
        let mut agreed: Option<(Found, Unit)> = None;
        for locator in measure.unit.of(column) {
            for (found, unit) in self.units(at, locator, (measure, column))? {
                match &agreed {
                    Some((first, known)) if *known != unit => {
                        return Err(self.disagree(&codes::UNITS_DISAGREE, first, &found));
                    }
                    Some(_) => {}
                    None => agreed = Some((found, unit)),
                }
            }
        }
        Ok(agreed.map(|(_, unit)| unit))
    }

    fn units(
        &self,
        at: usize,
        locator: &Locator,
        (measure, column): (&Measure, &HeaderColumn),
    ) -> Result<Vec<(Found, Unit)>, Box<Finding>> {
        match locator {
            // A cell that names a unit must be understood; a title need not name one.
            Locator::Cell(_) | Locator::Const(_) => {
                let texts = match locator {
                    Locator::Const(text) => {
                        vec![Found { word: "const", text: text.clone(), place: self.table_place() }]
                    }
                    _ => self.texts_above(at, locator, "unit"),
                };
                texts
                    .into_iter()
                    .map(|found| {
                        match self.names.read_unit(measure.units.code_of(&found.text).unwrap_or(&found.text))
                        {
                            Ok(unit) => Ok((found, unit)),
                            Err(problem) => Err(Box::new(
                                Finding::new(&codes::UNIT_UNKNOWN, Severity::Error, self.source)
                                    .at(found.place.clone())
                                    .seen(found.text, problem.to_string()),
                            )),
                        }
                    })
                    .collect()
            }
            Locator::OwnHeader => {
                let row = self.block().map_or(0, |block| block.header.start);
                let place = self.place(row, column.col);
                let read = |text| {
                    let known = measure.units.code_of(text).unwrap_or(text);
                    self.names.read_unit(known).ok().map(|unit| (text, unit))
                };
                let texts = column.levels.iter().flat_map(|text| bracketed(text));
                let mut units: Vec<(&str, Unit)> = texts.filter_map(read).collect();
                if units.is_empty() {
                    // 人民币(万) is a unit as a whole, 金额(万元) is one in its brackets.
                    units.extend(column.levels.iter().map(String::as_str).filter_map(read));
                }
                Ok(units
                    .into_iter()
                    .map(|(text, unit)| {
                        (Found { word: "header", text: text.to_owned(), place: place.clone() }, unit)
                    })
                    .collect())
            }
            _ => Ok(self
                .texts_above(at, locator, "unit")
                .into_iter()
                .filter_map(|found| {
                    let whole = self.names.read_unit(&found.text).ok();
                    let unit = whole.or_else(|| {
                        bracketed(&found.text).find_map(|text| self.names.read_unit(text).ok())
                    })?;
                    Some((found, unit))
                })
                .collect()),
        }
    }
}
