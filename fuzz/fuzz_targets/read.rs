//! Whatever the bytes are, they are read or refused with a place.
#![no_main]

use kustody::{Limits, Source, SourceId, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new(SourceId(0), "fuzz.yaml", bytes.to_vec());
    if let Err(error) = source.and_then(|source| yaml::read(&source, &Limits::default())) {
        assert!(error.location().is_some(), "{error}");
    }
});
