//! What the records of old and new binary workbooks write alike (MS-XLS, MS-XLSB).

use super::container::u32_at;

/// A float of eight bytes.
pub(super) fn float(bytes: &[u8], at: usize) -> f64 {
    f64::from_bits(u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32)
}

/// A number in four bytes: the upper half of a float or a whole number, perhaps in hundredths.
pub(super) fn packed(code: u32) -> f64 {
    let value = if code & 2 > 0 {
        f64::from(code.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(code & !3) << 32)
    };
    if code & 1 > 0 { value / 100.0 } else { value }
}

/// An error by its code.
pub(super) fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#ERROR!",
    }
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn packed_numbers_are_unpacked() {
        for (code, expected) in [
            (0x3ff0_0000, 1.0),
            (0x004b_5646, 1_234_321.0 + 0.0),
            (0x004b_5647, 12_343.21),
            (0xffff_fffe, -1.0),
        ] {
            assert!((packed(code) - expected).abs() < 1e-9, "{code:#x} {}", packed(code));
        }
    }
}
