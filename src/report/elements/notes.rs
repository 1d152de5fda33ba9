//! What a reader must know, in one place: how the report is to be read, the notes of the pipeline file,
//! what the source files say under their tables, and where they say their figures come from.

use std::collections::BTreeSet;

use super::super::ReportError;
use super::super::language::words;
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::notes::names_source;
use super::super::page::Page;
use super::super::scene::{Known, Scene};
use super::super::style::Style;
use super::super::words::status;
use super::{Element, ElementKind, Planned};
use crate::finding::Words;
use crate::spec::{Fields, Mistakes};
use crate::table::{ColumnRole, Companion};

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "notes",
    example: "kind = \"notes\"\nname = \"说明\"\nnotes = [\"总值为人民币计价\"]",
    read: |fields| Some(Box::new(read(fields))),
};

const TITLE: Words = words("读表说明与资料来源", "Notes and sources", "Пояснения и источники");
const HEADINGS: [Heading; 2] = [
    Heading::text(words("标记或名目", "Mark or subject", "Знак или предмет")).up_to(34.0),
    Heading::text(words("说明", "Explanation", "Пояснение")).up_to(110.0),
];
const HOW_TO_READ: Words = words("怎样读本报告", "How to read this report", "Как читать отчёт");
const OF_THE_PIPELINE: Words = words("编制说明", "Notes of the compiler", "Примечания составителя");
const OF_FILES: Words =
    words("来源文件的注释（按文件）", "Notes of the source files, by file", "Примечания исходных файлов");
const SOURCES: Words = words("资料来源", "Where the files take their figures from", "Откуда взяты данные");

/// Marks and terms, in the order in which a reader meets them.
const MARKS: [(&str, Words); 11] = [
    (
        "① ② ③",
        words(
            "数值后的序号，对应表下同号注释；一个数值可有多个序号。",
            "A number behind a figure points to the note under the table with the same number.",
            "Номер после значения отсылает к примечанию под таблицей.",
        ),
    ),
    (
        "–",
        words(
            "来源没有该数或未能计算；不是零。",
            "No figure in the source, or it could not be computed; it is not zero.",
            "Значения нет в источнике или оно не рассчитано; это не ноль.",
        ),
    ),
    (
        "≥  ≤  ≈",
        words(
            "来源只给出界限（“超过”“不足”）或约数；不参与合计、位次和作图。",
            "The source gives only a bound (over, under) or about; never added up, ranked or charted.",
            "В источнике указана граница (более, менее) или около; не суммируется и не ранжируется.",
        ),
    ),
    (
        "⚠  ✔  ✖",
        words(
            "⚠ 已发布但须留意；✔ 检查通过；✖ 检查未通过。逐项见“质量”表。",
            "⚠ published, but take note; ✔ a check passed; ✖ it failed. The quality sheet has each.",
            "⚠ опубликовано, но обратите внимание; ✔ проверка пройдена; ✖ не пройдена. См. лист качества.",
        ),
    ),
    ("▲  ▼", words("比基期增长、下降。", "Up and down against the base period.", "Рост и снижение к базе.")),
    (
        "公布 / 计算 stated / computed",
        words(
            "“公布”是来源印出的数，照录；“计算”由本报告用其他数值算出。二者并列，差异超出四舍五入时列为提示。",
            "Stated is what a source prints, kept as it is; computed is worked out here from other figures. Both stand side by side, and a difference beyond rounding is told.",
            "«По источнику» — как напечатано; «расчёт» — вычислено здесь. Расхождение сверх округления указывается.",
        ),
    ),
    (
        "汇率 exchange rates",
        words(
            "期间折算用该期间每日交叉汇率的算术平均，逐笔业务用当日汇率（无牌价日取之前最近一日）；不同来源的汇率不混用；改用次选汇率或覆盖不足时加注。",
            "A period is converted at the mean of the daily cross rates of that period, a single transaction at the rate of its day (or the last day before with a rate). Rates of two sources are never mixed; a second choice or thin coverage is marked.",
            "Период пересчитан по среднему дневных кросс-курсов, отдельная операция — по курсу дня; курсы разных источников не смешиваются, отступления помечены.",
        ),
    ),
    (
        "累计 / 当月 cumulative / month",
        words(
            "1–6月等为年初累计，不能与各月相加；1–12月累计即全年。",
            "January–June is cumulative since the start of the year and is never added to months; January–December is the year.",
            "Январь–июнь — нарастающим итогом с начала года, с месяцами не складывается.",
        ),
    ),
    (
        "重叠分组 overlapping groups",
        words(
            "东盟、欧盟、“一带一路”沿线等分组及“其中”项互有重叠，不与上级或彼此相加。",
            "Groups such as ASEAN, the EU or Belt and Road, and of-which rows, overlap: they are added neither to their parents nor to each other.",
            "Группы (АСЕАН, ЕС, «Пояс и путь») и строки «в том числе» пересекаются и не складываются.",
        ),
    ),
    (
        "示例 sample",
        words(
            "随机数据，只用来演示格式，不是真实统计。",
            "Random data that shows the form only; no real statistics.",
            "Случайные данные для показа формы, не статистика.",
        ),
    ),
    (
        "内容标识 content id",
        words(
            "页脚的编码。输入、流水线和程序相同则编码相同，可用来核对两份报告是否一致。",
            "The code in the footer: the same input, pipeline and program give the same code.",
            "Код внизу страницы: одинаковые данные, конвейер и программа дают одинаковый код.",
        ),
    ),
];

/// What a status code is called.
const STATUS: Words = words("状态", "status", "статус");
/// Statuses that are always explained; others where a table of the workbook carries them.
const USUAL: [&str; 3] = ["E", "F", "P"];

#[derive(Clone, Debug)]
struct NotesSheet {
    naming: Naming,
    notes: Vec<String>,
}

fn read(fields: &mut Fields<'_>) -> NotesSheet {
    let naming = Naming::read(fields, "说明", &TITLE);
    let notes = fields.texts("notes").into_iter().map(|note| note.value).collect();
    NotesSheet { naming, notes }
}

impl Element for NotesSheet {
    fn plan(&self, _: &Known<'_>, _: &Mistakes) -> Option<Box<dyn Planned>> {
        Some(Box::new(self.clone()))
    }
}

impl Planned for NotesSheet {
    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let mut items = Vec::new();
        how_to_read(scene, &mut items)?;
        self.of_the_pipeline(scene, &mut items);
        of_files(scene, &mut items);
        let listing = Listing {
            naming: self.naming.clone(),
            notes: Vec::new(),
            headings: HEADINGS.to_vec(),
            items,
            frozen: 1,
        };
        Ok(vec![listing.page(scene).0])
    }
}

impl NotesSheet {
    fn of_the_pipeline(&self, scene: &Scene<'_>, items: &mut Vec<Item>) {
        let under_sheets = scene.directory.notes();
        if self.notes.is_empty() && under_sheets.is_empty() {
            return;
        }
        items.push(Item::Section(scene.languages.sentence(&OF_THE_PIPELINE)));
        items.extend(self.notes.iter().map(|note| row("", note)));
        items.extend(under_sheets.iter().map(|(sheet, note)| row(sheet, note)));
    }
}

/// Marks and terms, then the status codes.
fn how_to_read(scene: &Scene<'_>, items: &mut Vec<Item>) -> Result<(), ReportError> {
    items.push(Item::Section(scene.languages.sentence(&HOW_TO_READ)));
    for (mark, words) in &MARKS {
        items.push(row(mark, &scene.languages.lines(words)));
    }
    for code in statuses(scene)? {
        if let Some(words) = status(&code) {
            items.push(row(
                &format!("{} {code}", scene.languages.brief(&STATUS)),
                &scene.languages.sentence(&words),
            ));
        }
    }
    Ok(())
}

/// The status codes that the workbook's tables carry, and the usual ones; the ordinary `A` needs no word.
fn statuses(scene: &Scene<'_>) -> Result<BTreeSet<String>, ReportError> {
    let mut codes: BTreeSet<String> = USUAL.iter().map(|&code| code.to_owned()).collect();
    for table in scene.shown {
        let view = scene.view(table)?;
        for column in view.table.schema.columns() {
            if matches!(column.role, ColumnRole::Companion(Companion::Status, _)) {
                codes.extend((0..view.rows()).filter_map(|row| view.text(&column.name, row)));
            }
        }
    }
    codes.remove("A");
    Ok(codes)
}

/// Notes by file; lines that name where figures come from stand apart, with their addresses as text.
fn of_files(scene: &Scene<'_>, items: &mut Vec<Item>) {
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut seen = BTreeSet::new();
    let sample = shows_sample(scene);
    for account in scene.data.sources.iter().filter(|account| sample || !account.sample) {
        // A file that several sources read has the same notes for each.
        let fresh =
            account.notes.iter().map(String::as_str).filter(|note| seen.insert((&account.file, *note)));
        let (from, other): (Vec<&str>, Vec<&str>) = fresh.partition(|note| names_source(note));
        notes.push((&account.file, other));
        sources.push((&account.file, from));
    }
    for (heading, by_file) in [(OF_FILES, notes), (SOURCES, sources)] {
        let mut headed = false;
        for (file, lines) in by_file {
            for (number, line) in lines.into_iter().enumerate() {
                if !headed {
                    items.push(Item::Section(scene.languages.sentence(&heading)));
                    headed = true;
                }
                items.push(row(if number == 0 { file } else { "〃" }, line));
            }
        }
    }
}

/// Whether any table of the workbook holds a random sample; others need no notes of such files.
fn shows_sample(scene: &Scene<'_>) -> bool {
    scene.shown.iter().any(|table| scene.view(table).is_ok_and(|view| view.table.sample))
}

fn row(subject: &str, text: &str) -> Item {
    Item::Row(vec![Entry::styled(subject, Style::body().bold()), Entry::text(text)])
}
