//! Which column of a table feeds what: names resolved once a table, before its rows are read.

use crate::finding::{Code, Finding, Severity, source as codes};
use crate::text::Pattern;

use super::around::Around;
use super::builder::Value;
use super::field_reader::{FieldReader, Ready, ready_period};
use super::header::{HeaderColumn, Standing as Column};
use super::locator::{Locator, Standing};
use super::plan_figures::Figure;
use super::spec::Declared;
use super::spec_columns::{Field, Measure, MeasureFrom};

/// Where each part of a row comes from. A slot is a position in `cols`.
#[derive(Debug, Default)]
pub(super) struct TablePlan {
    /// Columns that are read.
    pub(super) cols: Vec<u32>,
    /// Slot of the row's label.
    pub(super) label: usize,
    pub(super) dims: Vec<Given>,
    pub(super) attrs: Vec<Given>,
    pub(super) groups: Vec<Group>,
    /// The year of the table's period, for `{year}`.
    pub(super) year: Option<i16>,
    /// What a person should know of the header.
    pub(super) findings: Vec<Finding>,
}

/// Where a dimension or attribute comes from.
#[derive(Debug)]
pub(super) enum Given {
    /// The same for the whole table.
    Fixed(Ready),
    /// A cell of the row.
    Slot(usize),
    /// The row's label.
    Label,
    /// Where the row stands in the hierarchy.
    Standing(Standing),
    /// The group of columns.
    Group,
    /// An attribute this table does not have.
    Nothing,
}

/// Columns that share their dimensions: one row of the long table.
#[derive(Debug)]
pub(super) struct Group {
    /// Values of the dimensions read from the header, by position.
    pub(super) dims: Vec<(usize, Ready)>,
    /// Values of the attributes read from the header, by position.
    pub(super) attrs: Vec<(usize, Ready)>,
    /// The column of each measure.
    pub(super) figures: Vec<Option<Figure>>,
}

/// What planning needs to know.
pub(super) struct Planner<'a, 'r> {
    pub(super) declared: &'a Declared,
    /// The column by which later figures replace older ones.
    pub(super) supersede: Option<&'a str>,
    pub(super) around: &'a Around<'a>,
    pub(super) columns: &'a [HeaderColumn],
    pub(super) dims: &'r mut [FieldReader<'a>],
    pub(super) attrs: &'r mut [FieldReader<'a>],
}

pub(super) type Problem = Box<Finding>;

impl Planner<'_, '_> {
    /// Resolves every name against the header and the texts around the table.
    pub(super) fn plan(mut self) -> Result<TablePlan, Problem> {
        let mut plan = TablePlan::default();
        let label = self.columns.first().map_or(0, |column| column.col);
        plan.label = slot(&mut plan.cols, label);
        for reader in self.dims.iter_mut().chain(self.attrs.iter_mut()) {
            let year = self.around.year(reader.field)?;
            reader.set_year(year);
            plan.year = plan.year.or(year.map(|known| known.year));
        }
        for at in 0..self.declared.dims.len() {
            let given = self.given(at, &mut plan)?;
            plan.dims.push(given);
        }
        for at in 0..self.declared.attrs.len() {
            let given = self.given_attr(at, &mut plan)?;
            plan.attrs.push(given);
        }
        self.groups(&mut plan)?;
        plan.findings.extend(self.unpaired());
        Ok(plan)
    }

    /// Columns that belong to another by declaration, where that other is not there or not one alone.
    fn unpaired(&self) -> impl Iterator<Item = Finding> {
        self.columns.iter().filter_map(|column| {
            let Column::Unpaired(found) = column.standing else { return None };
            let place = self.cell_of(column);
            let finding = Finding::new(&codes::COLUMN_MISSING, Severity::Warning, self.around.source);
            let expected = format!("one column that `pair` lets it belong to, but {found} are like it");
            Some(finding.at(place).seen(column.name(), expected))
        })
    }

    fn given(&mut self, at: usize, plan: &mut TablePlan) -> Result<Given, Problem> {
        let Some(reader) = self.dims.get_mut(at) else { return Ok(Given::Nothing) };
        let field = reader.field;
        if field.is_period() && field.stands_around() {
            let period = self.around.period(field)?;
            plan.year = Some(period.start.year());
            return Ok(Given::Fixed(ready_period(period)));
        }
        match field.from.first() {
            Some(Locator::Column(pattern)) => {
                let column = self.find(pattern)?.ok_or_else(|| self.absent(pattern))?;
                Ok(Given::Slot(slot(&mut plan.cols, column.col)))
            }
            _ => self.elsewhere(at),
        }
    }

    fn elsewhere(&mut self, at: usize) -> Result<Given, Problem> {
        let Some(reader) = self.dims.get_mut(at) else { return Ok(Given::Nothing) };
        let field = reader.field;
        match field.from.first() {
            Some(Locator::Level(_)) => Ok(Given::Group),
            Some(Locator::Label) => Ok(Given::Label),
            Some(Locator::Standing(standing)) => Ok(Given::Standing(*standing)),
            _ => fixed(self.around, field, reader).map(Given::Fixed),
        }
    }

    fn given_attr(&mut self, at: usize, plan: &mut TablePlan) -> Result<Given, Problem> {
        let Some(field) = self.attrs.get(at).map(|reader| reader.field) else { return Ok(Given::Nothing) };
        match field.from.first() {
            Some(Locator::Column(pattern)) => {
                if let Some(column) = self.find(pattern)? {
                    return Ok(Given::Slot(slot(&mut plan.cols, column.col)));
                }
                plan.findings.push(Finding { severity: Severity::Warning, ..*self.absent(pattern) });
                Ok(Given::Nothing)
            }
            Some(Locator::Label) => Ok(Given::Label),
            Some(Locator::Standing(standing)) => Ok(Given::Standing(*standing)),
            Some(Locator::Level(_)) => Ok(Given::Group),
            _ => match self.attrs.get_mut(at) {
                Some(reader) => match fixed(self.around, field, reader) {
                    Ok(ready) => Ok(Given::Fixed(ready)),
                    // Without it nobody can tell which figure is the later one.
                    Err(finding) if self.supersede == Some(field.name.as_str()) => Err(finding),
                    Err(finding) => {
                        plan.findings.push(Finding { severity: Severity::Warning, ..*finding });
                        Ok(Given::Nothing)
                    }
                },
                None => Ok(Given::Nothing),
            },
        }
    }

    /// The one column a pattern means.
    pub(super) fn find(&self, pattern: &Pattern) -> Result<Option<&HeaderColumn>, Problem> {
        let mut found = self.columns.iter().filter(|column| column.is(pattern));
        let first = found.next();
        match (first, found.next()) {
            (Some(first), Some(second)) => {
                let names = format!("{} and {}", self.cell_of(first).cell, self.cell_of(second).cell);
                Err(self.problem(
                    &codes::HEADER_AMBIGUOUS,
                    second,
                    names,
                    format!("one column {}", pattern.written()),
                ))
            }
            (first, _) => Ok(first),
        }
    }

    fn cell_of(&self, column: &HeaderColumn) -> crate::finding::Place {
        let row = self.around.block().map_or(0, |block| block.header.start);
        self.around.place(row, column.col)
    }

    pub(super) fn problem(
        &self,
        code: &'static Code,
        column: &HeaderColumn,
        seen: String,
        expected: String,
    ) -> Problem {
        let finding = Finding::new(code, Severity::Error, self.around.source);
        Box::new(finding.at(self.cell_of(column)).seen(seen, expected))
    }

    pub(super) fn absent(&self, pattern: &Pattern) -> Problem {
        let names: Vec<String> = self.columns.iter().map(HeaderColumn::name).collect();
        let mut expected = format!("a column {}", pattern.written());
        if let Some(near) = crate::text::nearest(pattern.written(), names.iter().map(String::as_str)) {
            expected = format!("{expected} (nearest: {near})");
        }
        let finding = Finding::new(&codes::COLUMN_MISSING, Severity::Error, self.around.source);
        Box::new(finding.at(self.around.table_place()).seen(names.join(", "), expected))
    }

    /// Sorts the value columns into groups with the same header dimensions.
    fn groups(&mut self, plan: &mut TablePlan) -> Result<(), Problem> {
        let declared = self.declared;
        let measures = &declared.measures;
        let by_level = measures.iter().any(|measure| matches!(measure.from, MeasureFrom::Level(..)));
        if by_level {
            let label = self.columns.first().map_or(0, |column| column.col);
            let columns = self.columns;
            for column in columns.iter().filter(|column| column.col != label) {
                self.sort_in(column, plan)?;
            }
        } else {
            plan.groups.push(Group { dims: Vec::new(), attrs: Vec::new(), figures: none(measures) });
        }
        for (at, measure) in measures.iter().enumerate() {
            let MeasureFrom::Column(pattern) = &measure.from else { continue };
            let column = self.find(pattern)?.ok_or_else(|| self.absent(pattern))?.clone();
            for group in 0..plan.groups.len() {
                let figure = self.figure(measure, &column, plan)?;
                put(plan, group, at, figure);
            }
        }
        if plan.groups.is_empty() {
            let seen = self.columns.iter().map(HeaderColumn::name).collect::<Vec<_>>().join(", ");
            let finding = Finding::new(&codes::COLUMN_MISSING, Severity::Error, self.around.source);
            let expected = "columns whose header levels name a figure";
            return Err(Box::new(finding.at(self.around.table_place()).seen(seen, expected)));
        }
        Ok(())
    }

    /// Puts one column into its group, if its header says that it holds figures.
    fn sort_in(&mut self, column: &HeaderColumn, plan: &mut TablePlan) -> Result<(), Problem> {
        let declared = self.declared;
        let measure = declared.measures.iter().position(|measure| match &measure.from {
            MeasureFrom::Level(level, patterns) => {
                let Some(own) = column.figure_text(*level) else { return false };
                // The growth of 数量 and of 金额 may both be called 同比%: then all levels tell them apart.
                let whole = (column.standing != Column::Alone).then(|| column.name());
                let texts = std::iter::once(own.to_owned()).chain(super::header::spellings(own));
                let mut texts = texts.chain(whole);
                texts.any(|text| patterns.iter().any(|pattern| pattern.matches(&text)))
            }
            MeasureFrom::Column(_) => false,
        });
        let Some(measure) = measure else { return Ok(()) };
        let mut dims = Vec::new();
        for (at, reader) in self.dims.iter_mut().enumerate() {
            let Some(level) = reader.field.level() else { continue };
            match level_value(reader, column.level(level)) {
                Some(ready) => dims.push((at, ready)),
                None => return Ok(()),
            }
        }
        let attrs = self.header_attrs(column)?;
        let known = plan.groups.iter().position(|group| group.dims == dims && group.attrs == attrs);
        let group = known.unwrap_or(plan.groups.len());
        if known.is_none() {
            plan.groups.push(Group { dims, attrs, figures: none(&declared.measures) });
        }
        let taken =
            plan.groups.get(group).and_then(|group| group.figures.get(measure)).and_then(Option::as_ref);
        if let Some(first) = taken {
            let first = plan.cols.get(first.slot).copied().unwrap_or_default();
            let seen = format!("also in {}", self.around.place(column_row(self.around), first).cell);
            let expected = format!("one column {}", column.name());
            return Err(self.problem(&codes::HEADER_AMBIGUOUS, column, seen, expected));
        }
        if let Some(declaration) = declared.measures.get(measure) {
            let figure = self.figure(declaration, column, plan)?;
            put(plan, group, measure, figure);
        }
        Ok(())
    }

    /// The attributes that stand in the header of a column; one that it does not name is empty there.
    fn header_attrs(&mut self, column: &HeaderColumn) -> Result<Vec<(usize, Ready)>, Problem> {
        let mut attrs = Vec::new();
        for (at, reader) in self.attrs.iter_mut().enumerate() {
            let Some(level) = reader.field.level() else { continue };
            let ready = match reader.field.part(column.level(level)) {
                Some(part) if !part.trim().is_empty() => reader.typed(&std::sync::Arc::from(part.trim())),
                _ => reader.empty(),
            };
            match ready {
                Ok(ready) => attrs.push((at, ready)),
                Err(bad) => return Err(self.problem(bad.code, column, bad.seen, bad.expected)),
            }
        }
        Ok(attrs)
    }
}

fn column_row(around: &Around<'_>) -> u32 {
    around.block().map_or(0, |block| block.header.start)
}

fn none(measures: &[Measure]) -> Vec<Option<Figure>> {
    measures.iter().map(|_| None).collect()
}

fn put(plan: &mut TablePlan, group: usize, measure: usize, figure: Figure) {
    let figures = plan.groups.get_mut(group).map(|group| &mut group.figures);
    if let Some(place) = figures.and_then(|figures| figures.get_mut(measure)) {
        *place = Some(figure);
    }
}

/// The slot of a column, made if there is none yet.
pub(super) fn slot(cols: &mut Vec<u32>, col: u32) -> usize {
    cols.iter().position(|known| *known == col).unwrap_or_else(|| {
        cols.push(col);
        cols.len() - 1
    })
}

/// A value that is the same for the whole table.
fn fixed(around: &Around<'_>, field: &Field, reader: &mut FieldReader<'_>) -> Result<Ready, Problem> {
    if let Some(Locator::Const(value)) = field.from.first() {
        return reader.text(&std::sync::Arc::from(value.as_str())).map_err(|bad| {
            let finding = Finding::new(bad.code, Severity::Error, around.source);
            Box::new(finding.at(around.table_place()).seen(bad.seen, bad.expected))
        });
    }
    around.value(field, reader)
}

/// What a header text means for a dimension; nothing where it is not one of its names.
fn level_value(reader: &mut FieldReader<'_>, text: &str) -> Option<Ready> {
    if text.trim().is_empty() {
        return None;
    }
    let text = reader.field.part(text)?;
    for spelling in std::iter::once(text.clone()).chain(super::header::spellings(&text)) {
        let spelling = std::sync::Arc::from(spelling.as_str());
        if reader.field.is_coded() {
            if let Some(code) = reader.look_up(&spelling) {
                return Some(Ready { value: Value::Text(code), ..Ready::default() });
            }
        } else {
            return reader.typed(&spelling).ok();
        }
    }
    None
}
