//! What was printed once prints the same again.
#![no_main]

use kustody::{Limits, Result, Source, SourceId, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(once) = print(bytes.to_vec()) {
        let twice = print(once.clone()).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&once),
            String::from_utf8_lossy(&twice)
        );
    }
});

fn print(bytes: Vec<u8>) -> Result<Vec<u8>> {
    let source = Source::new(SourceId(0), "fuzz.yaml", bytes)?;
    let mut out = Vec::new();
    for document in yaml::read(&source, &Limits::default())? {
        out.extend_from_slice(b"---\n");
        yaml::write(&document, &mut out)?;
    }
    Ok(out)
}
