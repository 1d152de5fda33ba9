//! What every cell of a rates file was taken for. A layout claims a cell where it reads it, and names the
//! rule by which it leaves one out; a file with a cell that nobody claimed is refused, so that none is lost
//! silently.

use std::cell::Cell;

use super::content::{CutSheet, Row};
use crate::finding::{CellCount, RowCount};
use crate::ingest::cell_map::{CellRole, Reason};
use crate::ingest::{PicturedCell, PicturedRow, SheetPicture, picture};
use crate::table::address;

/// Where a cell stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    /// The place of its row among the rows of the sheet, from 0; several rows of a text may share a line.
    pub(super) row: usize,
    /// The line of a text or the row of a sheet, from 1.
    pub(super) number: u32,
    /// Its column, from 0.
    pub(super) column: usize,
}

/// The roles of the cells of one sheet. A cell that is claimed twice has the later role.
pub(super) struct Claims<'a> {
    sheet: &'a CutSheet,
    /// Where the roles of each row begin; one more for the end.
    starts: Vec<usize>,
    roles: Vec<Cell<Option<CellRole>>>,
}

/// A cell that nobody claimed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unclaimed<'a> {
    /// The line or row of the first one, from 1.
    pub(super) number: u32,
    /// Its column, from 0.
    pub(super) column: usize,
    /// What stands there.
    pub(super) text: &'a str,
    /// How many there are.
    pub(super) count: usize,
}

impl<'a> Claims<'a> {
    /// The rows up to the header are claimed; no cell below it is.
    pub(super) fn below(sheet: &'a CutSheet, header: usize) -> Self {
        let mut starts = vec![0];
        let mut cells = 0;
        for (_, row) in &sheet.rows {
            cells += row.len();
            starts.push(cells);
        }
        let claims = Self { sheet, starts, roles: vec![Cell::new(None); cells] };
        (0..header).for_each(|row| claims.claim_row(row, CellRole::Title));
        claims.claim_row(header, CellRole::Header(1));
        claims
    }

    /// A sheet that is not read.
    pub(super) fn unread(sheet: &'a CutSheet) -> Self {
        let claims = Self::below(sheet, 0);
        let unread = CellRole::LeftOut(Reason::UnreadSheet);
        (0..sheet.rows.len()).for_each(|row| claims.claim_row(row, unread));
        claims
    }

    /// Says what a cell is taken for; an empty one is taken for nothing.
    pub(super) fn claim(&self, at: At, role: CellRole) {
        let filled = self.row(at.row).1.get(at.column).is_some_and(|cell| !cell.is_empty());
        if let Some(place) = self.roles_of(at.row).get(at.column).filter(|_| filled) {
            place.set(Some(role));
        }
    }

    /// The same for all cells of the row at a place among the rows of the sheet.
    pub(super) fn claim_row(&self, row: usize, role: CellRole) {
        let (number, cells) = self.row(row);
        (0..cells.len()).for_each(|column| self.claim(At { row, number, column }, role));
    }

    fn row(&self, row: usize) -> (u32, &'a [String]) {
        self.sheet.rows.get(row).map_or((0, &[]), |(number, cells)| (*number, cells.as_slice()))
    }

    fn roles_of(&self, row: usize) -> &[Cell<Option<CellRole>>] {
        let from = self.starts.get(row).copied().unwrap_or(self.roles.len());
        let to = self.starts.get(row + 1).copied().unwrap_or(self.roles.len());
        self.roles.get(from..to).unwrap_or_default()
    }

    /// The cells of a row that are not empty, with their columns and roles.
    fn filled(&self, row: usize) -> impl Iterator<Item = (usize, &'a str, Option<CellRole>)> {
        let roles = self.roles_of(row).iter().map(Cell::get);
        let cells = self.row(row).1.iter().map(String::as_str).zip(roles).enumerate();
        cells.filter(|(_, (text, _))| !text.is_empty()).map(|(column, (text, role))| (column, text, role))
    }

    /// The first cell that nobody claimed, with how many there are.
    pub(super) fn unclaimed(&self) -> Option<Unclaimed<'a>> {
        let rows = self.sheet.rows.iter().enumerate();
        let mut left = rows.flat_map(|(row, (number, _))| {
            let left = self.filled(row).filter(|(_, _, role)| role.is_none());
            left.map(|(column, text, _)| Unclaimed { number: *number, column, text, count: 1 })
        });
        let first = left.next()?;
        Some(Unclaimed { count: 1 + left.count(), ..first })
    }

    /// Adds the cells of the sheet to the counts of its file.
    pub(super) fn count_into(&self, count: &mut CellCount) {
        // Counted from the cells themselves, so that a role too many or too few does not close.
        let filled = |(_, cells): &Row| cells.iter().filter(|cell| !cell.is_empty()).count();
        let cells: usize = self.sheet.rows.iter().map(filled).sum();
        count.taken += u64::try_from(cells).unwrap_or(u64::MAX) + self.sheet.blanks;
        if self.sheet.blanks > 0 {
            count.leave_out(Reason::Blank.word(), self.sheet.blanks);
        }
        self.roles.iter().filter_map(Cell::get).for_each(|role| role.count_into(count));
    }

    /// What became of the rows that are neither header nor title nor note. One that gives a rate or says that
    /// there is none is used; another is left out for the reason of its first cell that has one.
    pub(super) fn rows(&self) -> RowCount {
        let mut count = RowCount::default();
        for row in 0..self.sheet.rows.len() {
            let roles: Vec<CellRole> = self.filled(row).filter_map(|(_, _, role)| role).collect();
            let around = |role: &CellRole| {
                matches!(role, CellRole::Title | CellRole::Header(_) | CellRole::Note | CellRole::Unit)
            };
            if roles.iter().all(around) {
                continue;
            }
            count.taken += 1;
            if roles.iter().any(|role| matches!(role, CellRole::Figure | CellRole::Missing)) {
                count.used += 1;
                continue;
            }
            let why = roles.iter().find_map(|role| match role {
                CellRole::LeftOut(Reason::UnreadColumn | Reason::Outside) => None,
                CellRole::LeftOut(reason) => Some(*reason),
                _ => None,
            });
            count.leave_out(why.unwrap_or(Reason::NoFigure).word());
        }
        count
    }

    /// The sheet with what every cell was taken for.
    pub(super) fn picture(&self) -> SheetPicture {
        let rows = self.sheet.rows.iter().enumerate().map(|(row, (number, _))| {
            let mut roles = Vec::new();
            let cells = self.filled(row).map(|(column, text, role)| {
                roles.extend(role);
                let col = u32::try_from(column).unwrap_or(u32::MAX);
                let reason = match role {
                    Some(CellRole::LeftOut(reason)) => reason.word().to_owned(),
                    _ => String::new(),
                };
                PicturedCell {
                    cell: address(number.saturating_sub(1), col),
                    col,
                    text: text.to_owned(),
                    role: role.map_or("", picture::word),
                    reason,
                }
            });
            let cells = cells.collect();
            PicturedRow { row: *number, kind: picture::kind(&roles), cells }
        });
        let unread = Some(CellRole::LeftOut(Reason::UnreadSheet));
        SheetPicture {
            sheet: self.sheet.sheet.clone().unwrap_or_default(),
            read: self.roles.iter().any(|role| role.get().is_some() && role.get() != unread),
            rows: rows.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::lines::{DecimalMark, Filling, Lines, RateReading};
    use super::super::testing::told;
    use super::super::{Found, Layout, RateFileError, content, find, picture, read_rates};
    use super::*;
    use crate::measure::{Currency, Direction, Frequencies, RateSeries};

    /// Reads `day, code, rate, remark` and forgets the remark.
    const FORGETFUL: Layout = Layout {
        name: "forgetful",
        header: "",
        encodings: &["utf-8"],
        fits: |_| true,
        read: |lines: &Lines<'_>| -> Result<RateReading, RateFileError> {
            let (base, direction) = (Currency::CNY, Direction::BasePerUnit);
            let series = RateSeries::new("f", lines.file, base, direction, Frequencies::Daily);
            let mut filling = Filling::of(lines, series);
            for line in lines.rows() {
                let day = lines.label(line, 0).parse().unwrap();
                let currency = lines.currency(line.at(1), "currency", lines.label(line, 1))?;
                let rate = lines.rate(line.at(2), "rate", line.cell(2), (DecimalMark::Point, 1))?;
                filling.put(line.at(2), (currency, day, rate))?;
            }
            Ok(filling.finish())
        },
    };

    fn read(layout: &'static Layout, sheet: CutSheet) -> Result<String, String> {
        let found = Found { layout, sheet, header: 0, others: Vec::new(), findings: Vec::new() };
        let claims = Claims::below(&found.sheet, 0);
        found.read("r.csv", &claims).map(|reading| told(&reading)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_with_a_cell_that_a_layout_drops_is_refused() {
        let whole = "date,code,rate,remark\n2021-01-04,USD,6.5,\n2021-01-05,USD,6.4,\n";
        let expected = "10 cells = 2 figures + 4 labels + 4 around\n2 rows = 2 used";
        assert_eq!(read(&FORGETFUL, content::cut(whole, b',').unwrap()).as_deref(), Ok(expected));
        let dropped = whole.replace("6.4,", "6.4,a") + "2021-01-06,USD,6.3,b\n";
        let mut sheet = content::cut(&dropped, b',').unwrap();
        assert_eq!(
            read(&FORGETFUL, sheet.clone()).unwrap_err(),
            "r.csv, line 3, column 4: nothing was made of `a`, the first of 2 such cells; this is a defect of Amur"
        );
        sheet.sheet = Some("汇率".to_owned());
        assert_eq!(
            read(&FORGETFUL, sheet).unwrap_err(),
            "r.csv ▸ 汇率 ▸ D3: nothing was made of `a`, the first of 2 such cells; this is a defect of Amur"
        );
    }

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// Counted with Python's csv: cells that are not blank, those that are `N/A`, lines and headings.
    #[test]
    fn every_cell_of_the_shipped_rates_is_accounted_for() {
        for (name, expected) in [
            (
                "eurofxref-hist.csv",
                "299334 cells = 221702 figures + 70464 missing + 7126 labels + 42 around\n7126 rows = 7126 used",
            ),
            (
                "imf_annual_2022_2024.csv",
                "42 cells = 6 figures + 24 labels + 6 around + 6 unread column\n6 rows = 6 used",
            ),
        ] {
            let reading = read_rates(&root().join("input/rates").join(name), name, None).unwrap();
            assert_eq!(told(&reading), expected, "{name}");
        }
    }

    /// One sheet has rates and a cell of blanks, one a remark, one rates that nobody reads; the ending is wrong.
    #[test]
    fn sheets_that_are_not_read_are_told_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.xlsx");
        let mut book = rust_xlsxwriter::Workbook::new();
        for (name, cells) in [
            ("说明", [["remark", "", ""], ["", "", ""]]),
            ("汇率", [["date", "currency", "cny_per_unit"], ["2021-01-04", "USD", "6.5"]]),
            ("旧", [["date", "currency", "cny_per_unit"], ["2020-01-04", "USD", "6.9"]]),
        ] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            for (row, cells) in (0_u32..).zip(cells) {
                sheet.write_row(row, 0, cells).unwrap();
            }
        }
        book.worksheet_from_name("汇率").unwrap().write_string(1, 5, " \u{a0}").unwrap();
        book.save(&path).unwrap();
        let (reading, pictures) = picture(&path, "r.xls", None).unwrap();
        assert_eq!(
            told(&reading),
            "14 cells = 1 figures + 2 labels + 3 around + 1 only blanks + 7 unread sheet\n1 rows = 1 used"
        );
        let findings =
            reading.findings.iter().map(|one| format!("{} {} {}", one.code.id, one.severity, one.place));
        let expected = ["F03 info r.xls", "L10 info r.xls ▸ 说明", "L10 warning r.xls ▸ 旧"];
        assert_eq!(findings.collect::<Vec<_>>(), expected);
        let account = reading.account("reference");
        assert_eq!((account.sheets, account.figures), (vec!["汇率".to_owned()], 1));
        let drawn = pictures.iter().map(|sheet| {
            let cells = sheet.rows.iter().flat_map(|row| &row.cells);
            let cells = cells.map(|cell| format!("{} {}", cell.cell, cell.role)).collect::<Vec<_>>();
            format!("{} {}: {}", sheet.sheet, sheet.read, cells.join(", "))
        });
        assert_eq!(
            drawn.collect::<Vec<_>>(),
            [
                "汇率 true: A1 header, B1 header, C1 header, A2 label, B2 label, C2 figure",
                "说明 false: A1 left out",
                "旧 false: A1 left out, B1 left out, C1 left out, A2 left out, B2 left out, C2 left out",
            ]
        );
    }

    /// Files of all layouts, drawn for the golden cases.
    const DRAWN: [&str; 11] = [
        "CNY_F01_03_2021_T03_03_2021.csv",
        "annual.csv",
        "bis.csv",
        "cfets.csv",
        "daily.xml",
        "ecb.csv",
        "fed.csv",
        "imf_annual.csv",
        "own.csv",
        "representative.tsv",
        "safe.csv",
    ];

    proptest! {
        /// Whatever stands wherever in a file, it is refused for what stands there, or every cell is accounted
        /// for.
        #[test]
        fn no_cell_is_lost_wherever_it_stands(
            name in prop::sample::select(DRAWN.to_vec()),
            row in 0_usize..8,
            column in 0_usize..9,
            copies in 0_usize..2,
            text in prop::sample::select(vec!["", "x", "1", "N/A", "2021-03-01", "EUR", "USD", "A", "M: Missing"]),
        ) {
            let path = root().join("tests/golden/rate-layouts/in/rates").join(name);
            let mut found = find(content::content(&path, "r").unwrap(), "r", None).unwrap();
            let below = found.sheet.rows.len() - found.header - 1;
            let row = found.header + 1 + row % below;
            for _ in 0..copies {
                let copy = found.sheet.rows[row].clone();
                found.sheet.rows.push(copy);
            }
            let (_, cells) = &mut found.sheet.rows[row];
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            text.clone_into(&mut cells[column]);
            let claims = Claims::below(&found.sheet, found.header);
            match found.read("r", &claims) {
                Ok(reading) => prop_assert!(reading.cells.close("r").is_ok() && reading.rows.close("r").is_ok()),
                Err(error) => prop_assert!(
                    !matches!(error, RateFileError::Unclaimed { .. } | RateFileError::Cells(_)),
                    "{name}: {error}",
                ),
            }
        }
    }
}
