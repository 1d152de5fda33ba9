//! `numbers` and `fill` of a dimension or attribute: what number cells and empty cells of its column say.

use crate::spec::Fields;

use super::locator::Locator;
use super::spec_columns::FieldKind;

/// What a number cell of a column of codes or dates says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Nothing: a code has lost its zeros, a date its format.
    Refuse,
    /// The code with the zeros that its width lacks; the day with that number in a workbook of Windows.
    Read,
}

/// What an empty cell of a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Nothing.
    Nothing,
    /// What the nearest cell above it says, as in pivot tables.
    Down,
}

/// Reads `numbers`, which needs a date or a code of known width.
pub(super) fn read_numbers(fields: &mut Fields<'_>, kind: &FieldKind, name: &str) -> Numbers {
    let numbers = fields.choice("numbers", &[("read", Numbers::Read)]).unwrap_or(Numbers::Refuse);
    let fits = matches!(kind, FieldKind::Date { .. } | FieldKind::Code { width: Some(_) });
    if numbers == Numbers::Read && !fits {
        let help = "`type = \"code\", width = 8` gives back the zeros, `type = \"date\"` reads day numbers";
        let message = format!("`numbers` of `{name}` needs a date or a code with `width`");
        fields.mistakes().add_with_help(fields.span(), message, help);
    }
    numbers
}

/// Reads `fill`, which is of the cells of a column.
pub(super) fn read_fill(fields: &mut Fields<'_>, name: &str, from: Option<&[Locator]>) -> Fill {
    let fill = fields.choice("fill", &[("down", Fill::Down)]).unwrap_or(Fill::Nothing);
    let in_column = |place: &Locator| matches!(place, Locator::Column(_) | Locator::Label);
    if fill == Fill::Down && from.is_some_and(|from| !from.iter().any(in_column)) {
        let help = "`fill` is of cells of a column: `from = \"header:年份\"` or `label`";
        let message = format!("`{name}` stands in no column that is filled down");
        fields.mistakes().add_with_help(fields.span(), message, help);
    }
    fill
}

#[cfg(test)]
mod tests {
    use super::super::testing::mistakes_told;

    #[track_caller]
    fn check(field: &str, expected: &str) {
        let told = mistakes_told(&format!(
            "[source.s]\nfiles = [\"*\"]\ntable = {{ labels = [\"a\"] }}\n{field}\nmeasure.v = {{ from = \"header:v\", type = \"percent\" }}\n"
        ));
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn settings_that_do_not_fit_a_column_are_named() {
        check(
            "dim.d = { from = \"title\", fill = \"down\" }",
            "`d` stands in no column that is filled down (`fill` is of cells of a column",
        );
        check(
            "dim.d = { from = \"header:d\", type = \"code\", numbers = \"read\" }",
            "`numbers` of `d` needs a date or a code with `width`",
        );
    }
}
