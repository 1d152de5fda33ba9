//! The fuzz targets on their seeds, on every beginning of a seed and with every byte of it changed: what
//! `cargo fuzz` runs for hours stays in step with the library, and holds for the plain cases, on every build.

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "a library of its own under `cargo fuzz`")]
mod targets;

use std::path::Path;

use crate::project::entries;

/// What a target does with some bytes.
type Target = fn(&[u8]);

/// A target by the folder of its seeds.
const TARGETS: &[(&str, Target)] = &[
    ("delimited", targets::delimited),
    ("layout", targets::layout),
    ("number", targets::number),
    ("period", targets::period),
    ("pipeline", targets::pipeline),
    ("unit", targets::unit),
    ("workbook", targets::workbook),
];

#[test]
fn every_target_holds_on_its_seeds_and_near_them() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, target) in TARGETS {
        assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).is_file(), "no target {name}");
        let seeds = entries(&fuzz.join("corpus").join(name));
        assert!(!seeds.is_empty(), "no seeds of {name}");
        for seed in seeds {
            let bytes = std::fs::read(seed).unwrap();
            for end in 0..=bytes.len() {
                target(&bytes[..end]);
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                target(&changed);
            }
        }
    }
    assert_eq!(entries(&fuzz.join("fuzz_targets")).len(), TARGETS.len());
}
