//! What holds of every sheet: a table is found wherever it stands and whatever stands around it, and no cell is
//! lost.

use proptest::prelude::*;

use super::grid::Grid;
use super::header::HeaderColumn;
use super::layout::find_blocks;
use super::spec::Shape;
use super::testing::{drawn, read_drawn, sources};

const SOURCE: &str = r#"
[source.s]
files = ["*"]
rejects = "100%"
table = { labels = ["地区", "出口", "进口"], search_rows = 60, end = ["注:*"] }
dim.area = { from = "label" }
dim.flow = { from = "level:1", map = { "出口" = "export", "进口" = "import" } }
measure.value = { from = "level:1", match = ["出口", "进口"], type = "amount", unit = "const:USD", missing = { "-" = "O" } }
"#;

/// A table of two figures a row, and what stands around it.
#[derive(Clone, Debug)]
struct Around {
    above: Vec<&'static str>,
    left: usize,
    figures: Vec<(Option<u32>, Option<u32>)>,
    gaps: Vec<bool>,
    notes: Vec<&'static str>,
    scratch: Option<u32>,
}

fn around() -> impl Strategy<Value = Around> {
    let figure = || prop::option::weighted(0.8, 1_u32..10_000);
    (
        prop::collection::vec(
            prop::sample::select(vec![
                "",
                "2031年各地区进出口",
                "单位：美元",
                "制表：统计科",
                "出口大幅增长",
            ]),
            0..6,
        ),
        0_usize..4,
        prop::collection::vec((figure(), figure()), 1..12),
        prop::collection::vec(any::<bool>(), 12),
        prop::collection::vec(prop::sample::select(vec!["", "1.按注册地统计。", "资料来源：海关"]), 0..4),
        prop::option::of(1_u32..99),
    )
        .prop_map(|(above, left, figures, gaps, notes, scratch)| Around {
            above,
            left,
            figures,
            gaps,
            notes,
            scratch,
        })
}

impl Around {
    /// The sheet and the row of its header.
    fn sheet(&self) -> (Grid, u32) {
        let shift = "|".repeat(self.left);
        let said = |figure: Option<u32>| figure.map_or("-".to_owned(), |figure| figure.to_string());
        let mut lines: Vec<String> = self.above.iter().map(|line| format!("{shift}{line}")).collect();
        let header = u32::try_from(lines.len()).unwrap();
        lines.push(format!("{shift}地区|出口|进口"));
        for (at, (export, import)) in self.figures.iter().enumerate() {
            if self.gaps[at] {
                lines.push(String::new());
            }
            let beside =
                self.scratch.filter(|_| at == 0).map_or(String::new(), |figure| format!("||{figure}"));
            lines.push(format!("{shift}市{at}|{}|{}{beside}", said(*export), said(*import)));
        }
        if !self.notes.is_empty() {
            lines.push(format!("{shift}注：见说明"));
            lines.extend(self.notes.iter().map(|line| format!("{shift}{line}")));
        }
        (drawn("s", &lines.join("\n")), header)
    }
}

proptest! {
    #[test]
    fn a_table_is_found_whatever_stands_around_it(around in around()) {
        let (grid, header) = around.sheet();
        let spec = sources(SOURCE).into_iter().next().unwrap();
        let Shape::Declared(declared) = &spec.shape else { panic!("a declared source") };
        let blocks = find_blocks(&grid, &declared.table).unwrap();
        prop_assert_eq!(blocks.len(), 1);
        prop_assert_eq!(&blocks[0].header, &(header..header + 1));
        let names: Vec<String> = blocks[0].columns.iter().map(HeaderColumn::name).collect();
        prop_assert_eq!(&names[..3], ["地区", "出口", "进口"]);
    }

    #[test]
    fn every_cell_is_accounted_for(around in around()) {
        let (grid, _) = around.sheet();
        let cells = u64::try_from(grid.len()).unwrap();
        let reading = read_drawn(SOURCE, vec![grid]).unwrap();
        let count = &reading.account.cells;
        prop_assert!(count.close("s").is_ok());
        prop_assert_eq!(count.taken, cells);
        let figures = around.figures.iter().flat_map(|(export, import)| [export, import]);
        let printed = u64::try_from(figures.clone().flatten().count()).unwrap();
        prop_assert_eq!(count.figures, printed);
        // A figure declared missing is a row with its status.
        prop_assert_eq!(u64::try_from(reading.frame.height()).unwrap(), count.figures + count.missing);
        prop_assert_eq!(count.figures + count.missing, u64::try_from(figures.count()).unwrap());
    }

    #[test]
    fn any_sheet_closes_or_is_refused(lines in prop::collection::vec("[地区出口进|0-9 :注：合计,.-]{0,24}", 0..12)) {
        let sheet = format!("{}\n地区|出口|进口\n{}", lines.first().cloned().unwrap_or_default(), lines.join("\n"));
        if let Ok(reading) = read_drawn(SOURCE, vec![drawn("s", &sheet)]) {
            prop_assert!(reading.account.cells.close("s").is_ok(), "{}", sheet);
            prop_assert!(reading.account.rows.close("s").is_ok(), "{}", sheet);
        }
    }
}
