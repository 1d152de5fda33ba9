//! The code lists of `pipelines/shared/`: one TOML file a list, one line a code.

use std::collections::BTreeMap;
use std::path::Path;

use crate::pipeline::LoadProblem;
use crate::spec::{Fields, Mistakes, NodeKind};
use crate::store;
use crate::text::{CodeEntry, CodeList, Extent, Label};

/// All lists by name, with the text they were read from.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// By name, as in `areas`.
    pub by_name: BTreeMap<String, CodeList>,
    /// BLAKE3 of all their files.
    pub hash: String,
}

/// Reads every list of a folder.
pub(super) fn read(folder: &Path) -> Result<Lists, LoadProblem> {
    let mut lists = Lists::default();
    let mut hasher = blake3::Hasher::new();
    for path in store::toml_files(folder)? {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let shown = format!("pipelines/shared/{name}.toml");
        let bytes = store::read_bytes(&path)?;
        hasher.update(&bytes);
        let list = read_list(&name, &shown, &super::load::text_of(bytes, &shown)?)?;
        lists.by_name.insert(name, list);
    }
    lists.hash = hasher.finalize().to_hex().to_string();
    Ok(lists)
}

fn read_list(name: &str, shown: &str, text: &str) -> Result<CodeList, LoadProblem> {
    let mistakes = Mistakes::default();
    let tree = crate::spec::parse(text, &mistakes);
    let mut entries = Vec::new();
    if let NodeKind::Table(codes) = &tree.kind {
        for code in codes {
            let Some(mut fields) =
                Fields::open(&code.value, format!("the code {}", code.key.value), &mistakes)
            else {
                continue;
            };
            let mut language = |key| fields.text(key).map(|text| text.value).unwrap_or_default();
            let label = Label { zh: language("zh"), en: language("en"), ru: language("ru") };
            let aliases = fields.texts("aliases").into_iter().map(|alias| alias.value).collect();
            let extent = read_extent(&mut fields);
            fields.finish();
            entries.push(CodeEntry { code: code.key.value.clone(), label, aliases, extent });
        }
    }
    let problem = |reason: String| LoadProblem::List { shown: shown.to_owned(), reason };
    if let Some(first) = mistakes.into_sorted().first() {
        let line = 1 + text.get(..first.span.start).unwrap_or_default().matches('\n').count();
        return Err(problem(format!("line {line}: {}", first.message)));
    }
    CodeList::new(name, entries).map_err(|error| problem(error.to_string()))
}

/// What a code holds of others: `parts`, `overlaps`, or everything with `whole = true`.
fn read_extent(fields: &mut Fields<'_>) -> Extent {
    let mut codes = |key| fields.texts(key).into_iter().map(|code| code.value).collect::<Vec<_>>();
    let (parts, overlaps) = (codes("parts"), codes("overlaps"));
    match (fields.boolean("whole"), parts.is_empty() && overlaps.is_empty()) {
        (Some(true), true) => Extent::All,
        (Some(true), false) => {
            let message = format!("{} is the whole already and needs no parts", fields.what());
            fields.mistakes().add(fields.span(), message);
            Extent::All
        }
        (_, true) => Extent::Itself,
        (_, false) => Extent::Some { parts, overlaps },
    }
}
