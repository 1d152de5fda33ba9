//! The statuses of a figure: the SDMX code list `CL_OBS_STATUS`, version 2.3.

/// Every code of the list.
pub const OBS_STATUSES: [&str; 20] =
    ["A", "B", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "S", "U", "V", "W"];

/// Whether a status says that there is no figure: a holiday (H), not collected (L), cannot exist (M), missing (O),
/// suppressed (Q).
pub fn is_absent(status: &str) -> bool {
    matches!(status, "H" | "L" | "M" | "O" | "Q")
}
