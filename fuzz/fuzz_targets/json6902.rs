//! The operations of a JSON patch are carried out or refused with a place.
#![no_main]

use kustody_fuzz::{check, halves, patch};
use libfuzzer_sys::fuzz_target;

const KUSTOMIZATION: &str = "resources: [r.yaml]
patchesJson6902:
- path: p.yaml
  target: {name: '.*'}
";

fuzz_target!(|bytes: &[u8]| {
    if let Some((resource, change)) = halves(bytes) {
        check(patch(KUSTOMIZATION, resource, change));
    }
});
