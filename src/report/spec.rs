//! One `[[report]]` as written, and as planned: every name resolved, every type known.

use jiff::civil::Date;

use super::elements::{Element, Planned, cover};
use super::figure::{FigurePlan, FigureSpec};
use super::file_name::{FileKind, FileName};
use super::language::Languages;
use super::names::SheetNames;
use super::page::Wanted;
use super::scene::{Directory, Known, Scene};
use super::workbook::{Imprint, write};
use super::{Rendered, ReportData, ReportError, Sample, Shapes, csv, elements};
use crate::spec::{Fields, Mistakes, Node, Text};
use crate::text::Label;

/// One `[[report]]` as written.
#[derive(Debug)]
pub struct ReportSpec {
    file: FileName,
    languages: Languages,
    title: Option<Label>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Csv { from: Text },
    Workbook { figures: Vec<FigureSpec>, sheets: Vec<Box<dyn Element>> },
}

/// One report whose names and types are known.
#[derive(Debug)]
pub struct ReportPlan {
    file: FileName,
    languages: Languages,
    title: Option<Label>,
    body: PlannedBody,
}

#[derive(Debug)]
enum PlannedBody {
    Csv { from: String },
    Workbook { figures: Vec<FigurePlan>, sheets: Vec<Box<dyn Planned>>, tables: Vec<String>, sample: Sample },
}

impl ReportSpec {
    /// Reads one `[[report]]`.
    pub fn read(node: &Node, mistakes: &Mistakes) -> Option<Self> {
        let mut fields = Fields::open(node, "[[report]]", mistakes)?;
        let file = fields.required_text("file").and_then(|name| FileName::read(name, mistakes));
        let languages = Languages::read(&mut fields, mistakes);
        let title = fields.label("title");
        let from = fields.text("from");
        let figures: Vec<FigureSpec> =
            fields.tables("kpi").into_iter().filter_map(|kpi| FigureSpec::read(kpi, mistakes)).collect();
        let has_sheets = fields.has("sheet");
        let sheets: Vec<Box<dyn Element>> =
            fields.tables("sheet").into_iter().filter_map(elements::read).collect();
        let span = fields.span();
        fields.finish();
        let file = file?;
        let body = match (file.kind, from) {
            (FileKind::Csv, Some(from)) => {
                if has_sheets || !figures.is_empty() {
                    mistakes
                        .add(span, "a CSV report has neither `sheet` nor `kpi`; it shows the table `from`");
                }
                Body::Csv { from }
            }
            (FileKind::Csv, None) => {
                mistakes.add(span, "a CSV report needs `from`, the table it shows");
                return None;
            }
            (FileKind::Workbook, Some(from)) => {
                mistakes.add(from.span, "a workbook has no `from` of its own; each [[report.sheet]] has one");
                return None;
            }
            (FileKind::Workbook, None) => {
                if !has_sheets {
                    mistakes.add(span, "a workbook needs at least one [[report.sheet]]");
                }
                Body::Workbook { figures, sheets }
            }
        };
        Some(Self { file, languages, title, body })
    }

    /// The file name as written, `{as_of}` not filled in.
    pub fn file(&self) -> &Text {
        self.file.written()
    }

    /// Every table the report shows, as often as it is named.
    pub fn tables(&self) -> Vec<Text> {
        match &self.body {
            Body::Csv { from } => vec![from.clone()],
            Body::Workbook { figures, sheets } => figures
                .iter()
                .map(|figure| figure.from.clone())
                .chain(sheets.iter().flat_map(|sheet| sheet.tables()))
                .collect(),
        }
    }

    /// Resolves every name and type against the tables' shapes and the names of the code lists.
    pub fn plan(&self, shapes: &Shapes, lists: &[&str], mistakes: &Mistakes) -> Option<ReportPlan> {
        let known = Known { shapes, lists };
        let before = mistakes.count();
        let body = match &self.body {
            Body::Csv { from } => {
                known.shape(from, mistakes)?;
                PlannedBody::Csv { from: from.value.clone() }
            }
            Body::Workbook { figures, sheets } => {
                let figures: Vec<FigurePlan> =
                    figures.iter().filter_map(|figure| figure.plan(&known, mistakes)).collect();
                let sheets: Vec<Box<dyn Planned>> =
                    sheets.iter().filter_map(|sheet| sheet.plan(&known, mistakes)).collect();
                let sample = self
                    .tables()
                    .iter()
                    .filter_map(|name| shapes.get(&name.value).map(|(_, sample)| *sample))
                    .max()
                    .unwrap_or(Sample::Real);
                let tables = self.tables().into_iter().map(|name| name.value).collect();
                PlannedBody::Workbook { figures, sheets, tables, sample }
            }
        };
        (mistakes.count() == before).then(|| ReportPlan {
            file: self.file.clone(),
            languages: self.languages.clone(),
            title: self.title.clone(),
            body,
        })
    }
}

impl ReportPlan {
    /// The file name as written, `{as_of}` not filled in.
    pub fn file(&self) -> &str {
        &self.file.written().value
    }

    /// The languages of its pages, where it is a workbook.
    pub(super) fn workbook_languages(&self) -> Option<&Languages> {
        matches!(self.body, PlannedBody::Workbook { .. }).then_some(&self.languages)
    }

    /// Every table it shows, on a sheet, on the cover or as a file.
    pub fn tables(&self) -> Vec<&str> {
        match &self.body {
            PlannedBody::Csv { from } => vec![from],
            PlannedBody::Workbook { tables, .. } => tables.iter().map(String::as_str).collect(),
        }
    }

    /// The names of its sheets that show a table, each with that table.
    pub fn sheets(&self) -> Vec<(String, String)> {
        let PlannedBody::Workbook { sheets, .. } = &self.body else { return Vec::new() };
        let named = sheets.iter().filter_map(|sheet| Some((sheet.name()?, sheet.tables())));
        named
            .flat_map(|(name, tables)| tables.into_iter().map(move |table| (name.to_owned(), table)))
            .collect()
    }

    /// The name of the file on a given day.
    pub fn file_name(&self, as_of: Date) -> String {
        self.file.on(as_of)
    }

    /// Makes the files; a sheet that needs more than `lines_per_sheet` lines continues on the next.
    pub(super) fn render(
        &self,
        data: &ReportData<'_>,
        lines_per_sheet: usize,
    ) -> Result<Vec<Rendered>, ReportError> {
        let name = self.file_name(data.as_of);
        match &self.body {
            PlannedBody::Csv { from } => csv::render(&name, from, data),
            PlannedBody::Workbook { figures, sheets, sample, .. } => {
                let workbook = WorkbookPlan { figures, sheets, sample: *sample, lines_per_sheet };
                Ok(vec![self.workbook(name, &workbook, data)?])
            }
        }
    }

    /// Cover and sheets. The sheets come first, because the cover refers to their cells.
    fn workbook(
        &self,
        name: String,
        plan: &WorkbookPlan<'_>,
        data: &ReportData<'_>,
    ) -> Result<Rendered, ReportError> {
        let mut picked = Vec::new();
        for figure in plan.figures {
            picked.push(figure.pick(data)?);
        }
        let wanted: Wanted = picked.iter().filter_map(|figure| figure.anchor.clone()).collect();
        let shown: Vec<String> = plan.sheets.iter().flat_map(|sheet| sheet.tables()).collect();
        let directory = Directory::new(plan.sheets);
        let scene = Scene {
            data,
            languages: &self.languages,
            wanted: &wanted,
            shown: &shown,
            directory: &directory,
            lines_per_sheet: plan.lines_per_sheet,
        };
        let mut pages = Vec::new();
        for sheet in plan.sheets {
            pages.extend(sheet.pages(&scene)?);
        }
        let mut names = SheetNames::default();
        let cover_name = names.claim(cover::NAME);
        let mut sheet_names: Vec<String> = pages.iter().map(|page| names.claim(&page.name)).collect();
        let title = self.title.as_ref().unwrap_or(data.title);
        let cover = cover::page(
            &cover::Cover {
                title,
                figures: &picked,
                pages: &pages,
                names: &sheet_names,
                sample: plan.sample,
            },
            &scene,
        )?;
        pages.insert(0, cover);
        sheet_names.insert(0, cover_name);
        let imprint = Imprint {
            title: self.languages.first(title).to_owned(),
            as_of: data.as_of,
            content_id: data.short_id().to_owned(),
            file: name.clone(),
        };
        let rows = pages.iter().skip(1).map(|page| page.lines as u64).sum();
        Ok(Rendered { bytes: write(&pages, &sheet_names, &imprint)?, name, rows })
    }
}

struct WorkbookPlan<'a> {
    figures: &'a [FigurePlan],
    sheets: &'a [Box<dyn Planned>],
    sample: Sample,
    lines_per_sheet: usize,
}
