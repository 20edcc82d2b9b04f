//! Whatever files a tree holds, they are rendered or refused, however much is remembered of them.
#![no_main]

use kustody::{Options, Renderer};
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
    let Ok(layer) = tree(&files, directory) else {
        return;
    };
    let options = Options::default();
    let once = Renderer::with_memory(0).render(layer.clone(), [], &options);
    let remembering = Renderer::new();
    for _ in 0..2 {
        match (&once, remembering.render(layer.clone(), [], &options)) {
            (Ok(once), Ok(again)) => {
                assert_eq!(once.to_string(), again.to_string());
                assert_eq!(once.inputs(), again.inputs());
                assert_eq!(once.warnings().len(), again.warnings().len());
            }
            (Err(once), Err(again)) => assert_eq!(format!("{once:#}"), format!("{again:#}")),
            _ => panic!("one render gives what another refuses"),
        }
    }
    // What is wrong with the directory that is built has no place: nothing names it.
    if let Ok(manifests) = once {
        check(Ok(manifests));
    }
});
