#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| amur_fuzz::period(data));
