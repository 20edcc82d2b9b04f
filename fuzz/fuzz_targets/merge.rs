//! A strategic merge patch fits a resource or is refused with a place.
#![no_main]

use kustody_fuzz::{check, halves, patch};
use libfuzzer_sys::fuzz_target;

const KUSTOMIZATION: &str = "resources: [r.yaml]\npatches:\n- path: p.yaml\n  target: {}\n";

fuzz_target!(|bytes: &[u8]| {
    if let Some((resource, change)) = halves(bytes) {
        check(patch(KUSTOMIZATION, resource, change));
    }
});
