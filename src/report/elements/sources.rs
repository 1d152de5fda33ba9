//! Every input file and what became of its rows, also the files that no source matched.

use super::super::ReportError;
use super::super::language::words;
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::page::Page;
use super::super::scene::{Known, Scene};
use super::super::style::{Style, WARN, WARN_FILL};
use super::super::words::SAMPLE;
use super::{Element, ElementKind, Planned};
use crate::finding::{Finding, SourceAccount, Words, source as codes};
use crate::spec::Mistakes;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "sources",
    example: "kind = \"sources\"\nname = \"来源\"",
    read: |fields| Some(Box::new(Sources(Naming::read(fields, "来源", &TITLE)))),
};

const HEADINGS: [Heading; 17] = [
    Heading::text(words("文件", "File", "Файл")).up_to(36.0),
    Heading::text(words("来源名", "Source", "Источник")).up_to(20.0),
    Heading::text(words("格式", "Format", "Формат")).up_to(14.0),
    Heading::text(words("工作表", "Sheets", "Листы")).up_to(18.0),
    Heading::number(words("读入", "Taken", "Взято")),
    Heading::number(words("采用", "Used", "Принято")),
    Heading::number(words("规范化", "Normalised", "Приведено")),
    Heading::number(words("拒绝", "Rejected", "Отклонено")),
    Heading::number(words("略去", "Left out", "Опущено")),
    Heading::number(words("数值", "Figures", "Значений")),
    Heading::number(words("声明缺失", "Missing", "Нет в файле")),
    Heading::number(words("被取代", "Superseded", "Заменено")),
    Heading::number(words("单元格", "Cells", "Ячеек")),
    Heading::number(words("单元格：拒绝", "Cells rejected", "Ячеек отклонено")),
    Heading::number(words("单元格：略去", "Cells left out", "Ячеек опущено")),
    Heading::text(words("校验和", "BLAKE3", "BLAKE3")),
    Heading::text(words("说明", "Note", "Примечание")).up_to(36.0),
];

/// A file that no source or rates block reads.
const UNMATCHED: Words = words("未匹配任何来源", "no source matches", "нет источника");
/// A sheet of the file that its source does not read.
const SHEET_UNREAD: Words = words("未读工作表", "sheet not read", "лист не читается");
/// Rows that could not be used.
const REJECTED: Words =
    words("拒绝的行见“质量”表和 rejects.csv", "rejected rows: see rejects.csv", "отклонено: см. rejects.csv");
/// How the counts of a row close.
const CLOSES: Words = words(
    "读入 = 采用 + 规范化 + 拒绝 + 略去",
    "taken = used + normalised + rejected + left out",
    "взято = принято + приведено + отклонено + опущено",
);
/// What is counted, before the reasons for which cells were left out.
const CELLS: Words = words("单元格", "cells", "ячейки");
/// How the cells of a file close.
const CELLS_CLOSE: Words = words(
    "单元格 = 数值 + 声明缺失 + 标签 + 表头、标题与注 + 拒绝 + 略去（明细见清单 manifest.json）",
    "cells = figures + missing + labels + headers, titles and notes + rejected + left out (each in manifest.json)",
    "ячейки = значения + нет в файле + метки + шапки, заголовки и примечания + отклонено + опущено (все — в manifest.json)",
);
/// Signs of a hash that are shown.
const HASH_SIGNS: usize = 12;

/// The title where none is declared.
const TITLE: Words = words("数据来源", "Input files and their rows", "Исходные файлы и их строки");

#[derive(Clone, Debug)]
struct Sources(Naming);

impl Element for Sources {
    fn plan(&self, _: &Known<'_>, _: &Mistakes) -> Option<Box<dyn Planned>> {
        Some(Box::new(self.clone()))
    }
}

impl Planned for Sources {
    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let items = scene.data.sources.iter().map(|account| Item::Row(entries(account, scene))).collect();
        let listing = Listing {
            naming: self.0.clone(),
            notes: vec![scene.languages.sentence(&CLOSES), scene.languages.sentence(&CELLS_CLOSE)],
            headings: HEADINGS.to_vec(),
            items,
            frozen: 1,
        };
        Ok(vec![listing.page(scene).0])
    }
}

fn entries(account: &SourceAccount, scene: &Scene<'_>) -> Vec<Entry> {
    let languages = scene.languages;
    let rows = &account.rows;
    let source = if account.source.is_empty() {
        Entry::styled(format!("⚠ {}", languages.brief(&UNMATCHED)), Style::body().colour(WARN))
    } else {
        Entry::text(&account.source)
    };
    let file = if account.sample {
        let text = format!("{}\n⚠ {}", account.file, languages.brief(&SAMPLE));
        Entry::styled(text, Style::body().fill(WARN_FILL).colour(WARN))
    } else {
        Entry::text(&account.file)
    };
    let mut note: Vec<String> = Some(account.note.clone())
        .filter(|note| !note.is_empty() && note != UNMATCHED.en)
        .into_iter()
        .collect();
    note.extend(rows.left_out.iter().map(|(reason, count)| format!("{reason}: {count}")));
    let cells_left_out = account.cells.left_out.iter();
    note.extend(
        cells_left_out.map(|(reason, count)| format!("{} · {reason}: {count}", languages.brief(&CELLS))),
    );
    if rows.rejected > 0 {
        note.push(languages.brief(&REJECTED));
    }
    note.extend(unread_sheets(account, scene));
    // A file that was not read has no counts, which is not the same as counts of zero.
    let read = !account.source.is_empty();
    let count = |number| if read { Entry::count(number) } else { Entry::text("–") };
    // Files that could not be read have no cells to count.
    let counted = account.cells.taken > 0;
    let cells = |number| if counted { Entry::count(number) } else { Entry::text("–") };
    let hash: String = account.blake3.chars().take(HASH_SIGNS).collect();
    vec![
        file,
        source,
        Entry::text(&account.format),
        Entry::text(
            account.sheets.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join("；"),
        ),
        count(rows.taken),
        count(rows.used),
        count(rows.normalised),
        count(rows.rejected),
        count(rows.left_out_total()),
        count(account.figures),
        count(account.missing),
        count(account.superseded),
        cells(account.cells.taken),
        cells(account.cells.rejected),
        cells(account.cells.left_out_total()),
        Entry::text(hash),
        Entry::text(note.join("\n")),
    ]
}

/// The sheets of a file that its source leaves unread, with the reason.
fn unread_sheets(account: &SourceAccount, scene: &Scene<'_>) -> Vec<String> {
    let of_file = |finding: &&Finding| {
        finding.code.id == codes::SHEET_UNREAD.id
            && finding.place.file == account.file
            && finding.subject == account.source
    };
    let told = scene.data.findings.iter().filter(of_file).map(|finding| {
        format!("{}: {} ({})", scene.languages.brief(&SHEET_UNREAD), finding.place.sheet, finding.seen)
    });
    told.collect()
}
