//! What was checked and what came out, in words and signs; and every other finding, by code.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ReportError;
use super::super::language::words;
use super::super::listing::{Entry, Heading, Item, Listing, Naming};
use super::super::page::Page;
use super::super::scene::{Known, Scene};
use super::super::style::{BAD, GOOD, INK, Style, WARN, WARN_FILL};
use super::super::words::{ACCEPTED, FAILED, NOTICE, PASSED, UNTESTED, WARNED};
use super::{Element, ElementKind, Planned};
use crate::finding::{self, CheckOutcome, Finding, Severity, Words};
use crate::spec::Mistakes;

/// The registry entry.
pub(super) const KIND: ElementKind = ElementKind {
    name: "quality",
    example: "kind = \"quality\"\nname = \"质量\"",
    read: |fields| Some(Box::new(Quality(Naming::read(fields, "质量", &TITLE)))),
};

const HEADINGS: [Heading; 9] = [
    Heading::text(words("结果", "Result", "Итог")).up_to(18.0),
    Heading::text(words("检查", "Check", "Проверка")).up_to(34.0),
    Heading::number(words("检查数", "Tested", "Проверено")),
    Heading::number(words("未通过", "Failed", "Не прошло")),
    Heading::number(words("已接受", "Accepted", "Принято")),
    Heading::text(words("所见", "Seen", "Найдено")).up_to(30.0),
    Heading::text(words("应为", "Expected", "Ожидалось")).up_to(30.0),
    Heading::text(words("位置", "Place", "Место")).up_to(30.0),
    Heading::text(words("原因与处理", "Why, and how to mend", "Почему и что делать")).up_to(46.0),
];

/// Heading over the checks.
const CHECKS: Words = words("声明的检查", "Declared checks", "Заданные проверки");
/// Headings over the findings, by severity.
const OTHERS: [(Severity, Words); 3] = [
    (Severity::Error, words("其他提示：错误", "Other findings: errors", "Прочие замечания: ошибки")),
    (
        Severity::Warning,
        words("其他提示：警告", "Other findings: warnings", "Прочие замечания: предупреждения"),
    ),
    (Severity::Info, words("其他提示：须知", "Other findings: to know", "Прочие замечания: к сведению")),
];
/// Failures of one check, and kinds of findings of one severity, that are listed one by one.
const LISTED: usize = 50;
/// What follows them.
const MORE: Words =
    words("其余见 findings 文件", "the rest stands in the run's findings", "остальное в файле замечаний");

/// The title where none is declared.
const TITLE: Words = words("数据质量检查", "Data quality", "Качество данных");

#[derive(Clone, Debug)]
struct Quality(Naming);

impl Element for Quality {
    fn plan(&self, _: &Known<'_>, _: &Mistakes) -> Option<Box<dyn Planned>> {
        Some(Box::new(self.clone()))
    }
}

impl Planned for Quality {
    fn pages<'a>(&'a self, scene: &Scene<'a>) -> Result<Vec<Page<'a>>, ReportError> {
        let mut items = Vec::new();
        if !scene.data.outcomes.is_empty() {
            items.push(Item::Section(scene.languages.sentence(&CHECKS)));
        }
        for outcome in scene.data.outcomes {
            check_rows(outcome, scene, &mut items);
        }
        let by_code = aggregated(scene.data.findings.iter().chain(scene.data.rejects));
        for (severity, heading) in &OTHERS {
            finding_rows(*severity, heading, &by_code, scene, &mut items);
        }
        let legend = format!(
            "✔ {}   ⚠ {}   ✖ {}",
            scene.languages.line(&PASSED),
            scene.languages.line(&WARNED),
            scene.languages.line(&FAILED)
        );
        let listing = Listing {
            naming: self.0.clone(),
            notes: vec![legend],
            headings: HEADINGS.to_vec(),
            items,
            frozen: 2,
        };
        Ok(vec![listing.page(scene).0])
    }
}

fn check_rows(outcome: &CheckOutcome, scene: &Scene<'_>, items: &mut Vec<Item>) {
    let failed: u64 = outcome.failures.iter().map(|failure| failure.count).sum();
    let verdict = Verdict::of_check(outcome);
    let name = format!("{}\n{}", outcome.name, outcome.on);
    let mut row = vec![verdict.entry(scene), Entry::styled(name, Style::body().bold())];
    let accepted: u64 = outcome.accepted.iter().map(|finding| finding.count).sum();
    row.extend([Entry::count(outcome.tested), Entry::count(failed), Entry::count(accepted)]);
    row.push(Entry::text(match outcome.untested {
        0 => String::new(),
        count => format!("{} {count}", scene.languages.brief(&UNTESTED)),
    }));
    row.extend((0..3).map(|_| Entry::text("")));
    items.push(Item::Row(row));
    let accepted = outcome.accepted.iter().map(|finding| (finding, Verdict::Accepted));
    let failures = outcome.failures.iter().map(|finding| (finding, Verdict::of(outcome.severity)));
    let mut advised: BTreeSet<&str> = BTreeSet::new();
    for (finding, verdict) in failures.chain(accepted).take(LISTED) {
        let advice = if advised.insert(finding.code.id) { Advice::Given } else { Advice::Above };
        items.push(Item::Row(detail(finding, verdict, None, advice, scene)));
    }
    let more = (outcome.failures.len() + outcome.accepted.len()).saturating_sub(LISTED);
    if more > 0 {
        items.push(more_row(more, scene));
    }
}

fn more_row(more: usize, scene: &Scene<'_>) -> Item {
    let text = format!("+{more}: {}", scene.languages.sentence(&MORE));
    Item::Row(vec![Entry::text(""), Entry::text(text)])
}

/// The findings of one severity under their heading, with how many places they stand for.
fn finding_rows(
    severity: Severity,
    heading: &Words,
    by_code: &[(&Finding, u64)],
    scene: &Scene<'_>,
    items: &mut Vec<Item>,
) {
    let of_severity = || by_code.iter().filter(|(finding, _)| finding.severity == severity);
    let (kinds, places) = (of_severity().count(), of_severity().map(|(_, count)| count).sum::<u64>());
    if kinds == 0 {
        return;
    }
    items.push(Item::Section(format!("{} ({places})", scene.languages.sentence(heading))));
    items.extend(
        of_severity().take(LISTED).map(|(finding, count)| Item::Row(finding_row(finding, *count, scene))),
    );
    if kinds > LISTED {
        items.push(more_row(kinds - LISTED, scene));
    }
}

/// A finding as a row of its own.
fn detail(
    finding: &Finding,
    verdict: Verdict,
    count: Option<u64>,
    advice: Advice,
    scene: &Scene<'_>,
) -> Vec<Entry> {
    let languages = scene.languages;
    let title = format!("{} {}", finding.code.id, languages.short_sentence(&finding.code.title));
    let advice = match advice {
        Advice::Given => format!(
            "{}\n→ {}",
            languages.short_sentence(&finding.code.why),
            languages.short_sentence(&finding.code.mend)
        ),
        Advice::Above => "〃".to_owned(),
    };
    let count = count.map_or_else(|| Entry::text(""), Entry::count);
    vec![
        verdict.entry(scene),
        Entry::text(title),
        Entry::text(""),
        count,
        Entry::text(""),
        Entry::text(&finding.seen),
        Entry::text(&finding.expected),
        Entry::text(finding.place.to_string()),
        Entry::text(advice),
    ]
}

fn finding_row(finding: &Finding, count: u64, scene: &Scene<'_>) -> Vec<Entry> {
    detail(finding, Verdict::of_finding(finding.severity), Some(count), Advice::Given, scene)
}

/// Whether the reason and the way to mend it stand in the row or in one above it.
#[derive(Clone, Copy, Debug)]
enum Advice {
    Given,
    Above,
}

/// The first finding of each code and subject, gravest first, with how many there are.
fn aggregated<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<(&'a Finding, u64)> {
    let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, &str, &str), (&Finding, u64)> = BTreeMap::new();
    for finding in findings {
        let key = (std::cmp::Reverse(finding.severity), finding.code.id, finding.subject.as_str());
        groups.entry(key).or_insert((finding, 0)).1 += finding.count;
    }
    groups.into_values().collect()
}

/// How a check or finding shows.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    Passed,
    Untested,
    Warned,
    Failed,
    Accepted,
    Notice,
}

impl Verdict {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Failed,
            Severity::Warning | Severity::Info => Self::Warned,
        }
    }

    fn of_check(outcome: &CheckOutcome) -> Self {
        match outcome.verdict() {
            finding::Verdict::Passed => Self::Passed,
            finding::Verdict::NothingTested => Self::Untested,
            finding::Verdict::Warned => Self::Warned,
            finding::Verdict::Failed => Self::Failed,
        }
    }

    fn of_finding(severity: Severity) -> Self {
        if severity == Severity::Info { Self::Notice } else { Self::of(severity) }
    }

    /// Sign and word; the colour only repeats them.
    fn entry(self, scene: &Scene<'_>) -> Entry {
        let (sign, words, style) = match self {
            Self::Passed => ("✔", PASSED, Style::body().colour(GOOD)),
            Self::Untested => ("○", UNTESTED, Style::body().colour(INK)),
            Self::Warned => ("⚠", WARNED, Style::body().colour(WARN).fill(WARN_FILL)),
            Self::Failed => ("✖", FAILED, Style::body().colour(BAD).fill(WARN_FILL)),
            Self::Accepted => ("✔", ACCEPTED, Style::body().colour(INK)),
            Self::Notice => ("ℹ", NOTICE, Style::body().colour(INK)),
        };
        Entry::styled(format!("{sign} {}", scene.languages.brief(&words)), style)
    }
}
