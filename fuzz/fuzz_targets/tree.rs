//! Whatever files a tree holds, they are rendered or refused, the same way twice.
#![no_main]

use kustody_fuzz::{check, files, tree};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = files(bytes);
    // The first file lies in the directory that is built.
    let Some((path, _)) = files.first() else {
        return;
    };
    let directory = path
        .rsplit_once('/')
        .map_or("/", |(directory, _)| directory);
    let (once, twice) = (tree(&files, directory), tree(&files, directory));
    match (&once, &twice) {
        (Ok(once), Ok(twice)) => assert_eq!(once.to_string(), twice.to_string()),
        (Err(once), Err(twice)) => assert_eq!(once.to_string(), twice.to_string()),
        _ => panic!("one render gives what another refuses"),
    }
    // What is wrong with the directory that is built has no place: nothing names it.
    if let Ok(manifests) = once {
        check(Ok(manifests));
    }
});
