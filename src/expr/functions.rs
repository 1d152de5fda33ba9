//! The white list of functions, with the types they take and give.

use super::tree::{Kind, Tree, a_word};
use crate::table::ColumnType;

/// A function of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Year,
    Month,
    Quarter,
    MonthOf,
    MonthOrJanFebOf,
    Weekday,
    DaysBetween,
    Substr,
    /// The code of a list that goes by a text or of which it is a part; null where there is none.
    Lookup,
    Length,
    Lower,
    Upper,
    Concat,
    Abs,
    Round,
    Coalesce,
    NullIf,
    Least,
    Greatest,
}

/// Every function by its name.
pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("year", Function::Year),
    ("month", Function::Month),
    ("quarter", Function::Quarter),
    ("month_of", Function::MonthOf),
    // January and February are often published together, for the new year's holiday moves between them.
    ("month_or_jan_feb_of", Function::MonthOrJanFebOf),
    ("weekday", Function::Weekday),
    ("days_between", Function::DaysBetween),
    ("substr", Function::Substr),
    ("lookup", Function::Lookup),
    ("length", Function::Length),
    ("lower", Function::Lower),
    ("upper", Function::Upper),
    ("concat", Function::Concat),
    ("abs", Function::Abs),
    ("round", Function::Round),
    ("coalesce", Function::Coalesce),
    ("nullif", Function::NullIf),
    ("least", Function::Least),
    ("greatest", Function::Greatest),
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
            Self::Month | Self::Quarter | Self::MonthOf | Self::MonthOrJanFebOf | Self::Weekday => &[&[Date]],
            Self::DaysBetween => &[&[Date, Text], &[Date, Text]],
            Self::Substr => &[&[Text], &[Integer], &[Integer]],
            Self::Lookup => &[&[Text], &[Text]],
            Self::Length | Self::Lower | Self::Upper => &[&[Text]],
            Self::Abs => &[&[Integer, Money, Ratio]],
            Self::Round => &[&[Money, Ratio], &[Integer]],
            Self::NullIf => &[any, any],
            Self::Concat | Self::Coalesce | Self::Least | Self::Greatest => &[],
        };
        if takes.is_empty() {
            return self.result_of_list(arguments);
        }
        let least = match self {
            Self::Round => 1,
            Self::Substr => 2,
            _ => takes.len(),
        };
        if arguments.len() < least || arguments.len() > takes.len() {
            let wanted =
                if least == takes.len() { format!("{least}") } else { format!("{least} to {}", takes.len()) };
            return Err(format!("`{name}` takes {wanted} arguments, not {}", arguments.len()));
        }
        for (argument, allowed) in arguments.iter().zip(takes) {
            if argument.column_type.is_some_and(|given| !allowed.contains(&given)) {
                let words: Vec<&str> = allowed.iter().map(|allowed| allowed.word()).collect();
                let given = a_word(argument.column_type);
                return Err(format!("`{name}` takes {}, not {given}", words.join(" or ")));
            }
        }
        self.demand_written_numbers(arguments)?;
        let first = arguments.first().and_then(|argument| argument.column_type);
        Ok(match self {
            Self::Year | Self::Month | Self::Quarter | Self::Weekday | Self::DaysBetween | Self::Length => {
                Integer
            }
            Self::Round => first.unwrap_or(Money),
            Self::Abs | Self::NullIf => first.unwrap_or(Text),
            _ => Text,
        })
    }

    /// Where a number says how to compute, it must stand in the expression and be possible.
    fn demand_written_numbers(self, arguments: &[Tree]) -> Result<(), String> {
        let Some(given) = arguments.get(1).map(|argument| &argument.kind) else { return Ok(()) };
        let wanted = match (self, given) {
            (Self::Round, Kind::Integer(0..=8)) | (Self::Substr, Kind::Integer(1..)) => return Ok(()),
            (Self::Round, _) => "the places of `round` are a number from 0 to 8",
            (Self::Substr, _) => "`substr` begins at a number from 1 on",
            _ => return Ok(()),
        };
        Err(wanted.to_owned())
    }

    fn result_of_list(self, arguments: &[Tree]) -> Result<ColumnType, String> {
        let name = self.name();
        if arguments.is_empty() {
            return Err(format!("`{name}` takes at least one argument"));
        }
        let mut types = arguments.iter().filter_map(|argument| argument.column_type);
        let Some(first) = types.next() else { return Err(format!("`{name}` of nothing but null")) };
        if matches!(self, Self::Least | Self::Greatest) && first == ColumnType::Boolean {
            return Err(format!("`{name}` has no meaning for true/false"));
        }
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
