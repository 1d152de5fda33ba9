//! What a column of a sheet is to the reader: its number format, alignment and whether it may be summed.

use super::style::{Align, MUTED, Style};
use super::value::Exact;
use crate::table::ColumnType;

/// The role of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// An amount, scaled, thousands parted.
    Money,
    /// Pieces, rows, declarations.
    Count,
    /// Any other measured figure.
    Number,
    /// A change against an earlier period, as a fraction.
    Rate,
    /// A part of a whole, as a fraction.
    Share,
    /// A year: never with a separator.
    Year,
    /// A period.
    Period,
    /// A place in an order.
    Rank,
    /// A code shown by its name.
    Label,
    /// Text as it is.
    Text,
    /// An identifier: always text.
    Id,
    /// A date.
    Date,
    /// An SDMX status, shown in words.
    Status,
    /// A remark beside a figure.
    Note,
}

/// Roles as written.
pub(super) const ROLES: [(&str, Role); 14] = [
    ("money", Role::Money),
    ("count", Role::Count),
    ("number", Role::Number),
    ("rate", Role::Rate),
    ("share", Role::Share),
    ("year", Role::Year),
    ("period", Role::Period),
    ("rank", Role::Rank),
    ("label", Role::Label),
    ("text", Role::Text),
    ("id", Role::Id),
    ("date", Role::Date),
    ("status", Role::Status),
    ("note", Role::Note),
];

impl Role {
    /// The role of a column that declares none.
    pub(super) fn of_type(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Money => Self::Money,
            ColumnType::Rate => Self::Number,
            ColumnType::Integer => Self::Count,
            ColumnType::Ratio => Self::Share,
            ColumnType::Date => Self::Date,
            ColumnType::Text | ColumnType::Boolean => Self::Text,
        }
    }

    /// The types it can show.
    pub(super) fn shows(self, column_type: ColumnType) -> bool {
        match self {
            Self::Money | Self::Count | Self::Number => {
                matches!(column_type, ColumnType::Money | ColumnType::Integer | ColumnType::Rate)
            }
            Self::Rate | Self::Share => column_type == ColumnType::Ratio,
            Self::Year => matches!(column_type, ColumnType::Integer | ColumnType::Text),
            Self::Rank => column_type == ColumnType::Integer,
            Self::Period | Self::Status | Self::Label => {
                matches!(column_type, ColumnType::Text | ColumnType::Integer)
            }
            Self::Date => column_type == ColumnType::Date,
            Self::Text | Self::Id | Self::Note => true,
        }
    }

    /// Whether a total of it means something: ratios, ranks and years have none.
    pub(super) fn adds_up(self) -> bool {
        matches!(self, Self::Money | Self::Count | Self::Number)
    }

    /// Whether it is shown in percent.
    pub(super) fn is_percent(self) -> bool {
        matches!(self, Self::Rate | Self::Share)
    }

    /// Whether it holds a figure, whose absence is shown and explained.
    pub(super) fn is_figure(self) -> bool {
        matches!(self, Self::Money | Self::Count | Self::Number | Self::Rate | Self::Share | Self::Rank)
    }

    /// Where its cells stand.
    pub(super) fn align(self) -> Align {
        match self {
            Self::Money | Self::Count | Self::Number | Self::Rate | Self::Share => Align::Right,
            Self::Rank => Align::Centre,
            _ => Align::Left,
        }
    }

    /// Places behind the point where none are declared; `power` is that of the scale.
    pub(super) fn places(self, power: i32) -> u8 {
        match self {
            Self::Money if power > 0 => 1,
            Self::Money => 2,
            Self::Rate | Self::Share => 1,
            _ => 0,
        }
    }

    /// The style of a body cell. `mark` follows the number inside the number format, so that the cell
    /// stays a number that Excel can add up.
    pub(super) fn style(self, places: u8, mark: &str) -> Style {
        let style = Style::body().align(self.align(), 0);
        let tail = if mark.is_empty() { String::new() } else { format!("\"{mark}\"") };
        let point = if places == 0 { String::new() } else { format!(".{}", "0".repeat(usize::from(places))) };
        match self {
            Self::Money | Self::Number | Self::Count => style.number(format!("#,##0{point}{tail}")),
            Self::Rate => style.number(format!("▲ 0{point}%{tail};▼ 0{point}%{tail};0{point}%{tail}")),
            Self::Share => style.number(format!("0{point}%{tail}")),
            Self::Year | Self::Rank | Self::Period => style.number(format!("0{tail}")),
            Self::Date => style.number("yyyy-mm-dd"),
            Self::Note => Style { size: 9, ..style }.colour(MUTED),
            _ => style,
        }
    }

    /// The number as its format shows it; for column widths and for bounds, which stand as text.
    pub(super) fn shown(self, number: Exact, places: u8) -> String {
        match self {
            Self::Year | Self::Period | Self::Rank => number.plain(),
            _ => number.grouped(places),
        }
    }

    /// A fraction as its format shows it.
    pub(super) fn shown_ratio(self, fraction: f64, places: u8) -> String {
        let places = usize::from(places);
        let percent = fraction * 100.0;
        match self {
            Self::Rate if percent > 0.0 => format!("▲ {percent:.places$}%"),
            Self::Rate if percent < 0.0 => format!("▼ {:.places$}%", -percent),
            _ => format!("{percent:.places$}%"),
        }
    }
}
