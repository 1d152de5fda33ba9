//! The white list of functions, with the types they take and give.

use super::tree::{Tree, a_word};
use crate::table::ColumnType;

/// A function of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Year,
    Month,
    Quarter,
    MonthOf,
    Substr,
    Length,
    Lower,
    Upper,
    Concat,
    Abs,
    Round,
    Coalesce,
    NullIf,
}

/// Every function by its name.
pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("year", Function::Year),
    ("month", Function::Month),
    ("quarter", Function::Quarter),
    ("month_of", Function::MonthOf),
    ("substr", Function::Substr),
    ("length", Function::Length),
    ("lower", Function::Lower),
    ("upper", Function::Upper),
    ("concat", Function::Concat),
    ("abs", Function::Abs),
    ("round", Function::Round),
    ("coalesce", Function::Coalesce),
    ("nullif", Function::NullIf),
];

impl Function {
    pub(super) fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// The type of the result, or what is wrong with the arguments.
    pub(super) fn result(self, arguments: &[Tree]) -> Result<ColumnType, String> {
        use ColumnType::{Boolean, Date, Integer, Money, Rate, Ratio, Text};
        let name = self.name();
        let any = &[Text, Integer, Money, Rate, Ratio, Date, Boolean][..];
        let takes: &[&[ColumnType]] = match self {
            Self::Year => &[&[Date, Text]],
            Self::Month | Self::Quarter | Self::MonthOf => &[&[Date]],
            Self::Substr => &[&[Text], &[Integer], &[Integer]],
            Self::Length | Self::Lower | Self::Upper => &[&[Text]],
            Self::Abs => &[&[Integer, Money, Ratio]],
            Self::Round => &[&[Money], &[Integer]],
            Self::NullIf => &[any, any],
            Self::Concat | Self::Coalesce => &[],
        };
        if takes.is_empty() {
            return self.result_of_list(arguments);
        }
        if arguments.len() != takes.len() {
            return Err(format!("`{name}` takes {} arguments, not {}", takes.len(), arguments.len()));
        }
        for (argument, allowed) in arguments.iter().zip(takes) {
            if argument.column_type.is_some_and(|given| !allowed.contains(&given)) {
                let words: Vec<&str> = allowed.iter().map(|allowed| allowed.word()).collect();
                let given = a_word(argument.column_type);
                return Err(format!("`{name}` takes {}, not {given}", words.join(" or ")));
            }
        }
        let first = arguments.first().and_then(|argument| argument.column_type);
        Ok(match self {
            Self::Year | Self::Month | Self::Quarter | Self::Length => Integer,
            Self::Round => Money,
            Self::Abs | Self::NullIf => first.unwrap_or(Text),
            _ => Text,
        })
    }

    fn result_of_list(self, arguments: &[Tree]) -> Result<ColumnType, String> {
        let name = self.name();
        if arguments.is_empty() {
            return Err(format!("`{name}` takes at least one argument"));
        }
        let mut types = arguments.iter().filter_map(|argument| argument.column_type);
        let Some(first) = types.next() else { return Err(format!("`{name}` of nothing but null")) };
        if self == Self::Concat && first != ColumnType::Text {
            return Err(format!("`{name}` takes text, not {}", a_word(Some(first))));
        }
        match types.find(|other| *other != first) {
            Some(other) => Err(format!(
                "`{name}` cannot take {} and {} together",
                a_word(Some(first)),
                a_word(Some(other))
            )),
            None => Ok(first),
        }
    }
}
