//! Units, currencies, amounts, rates and periods: what a figure measures. Plain values and exact
//! arithmetic; no file, no frame.
