//! Whatever the bytes are, they are decrypted or refused, in every format. The first byte chooses
//! the format. The data key is known, so that what lies behind it is reached.
#![no_main]

use kustody::sops::{DataKey, Decryptor, Format, KeyService, Keyring, MasterKey};
use kustody::{ErrorKind, Result};
use libfuzzer_sys::fuzz_target;

struct Known;

impl KeyService for Known {
    fn unwrap_key(&self, _: &MasterKey) -> Result<Option<DataKey>> {
        Ok(Some(DataKey::new([7; 32])))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let mut keyring = Keyring::new();
    keyring.add_service(Known);
    let decryptor = Decryptor::new(&keyring).named("fuzz");
    if let Err(error) = decryptor.inspect(content, format) {
        let has_no_place = matches!(error.kind(), ErrorKind::Limit | ErrorKind::SopsMetadata);
        assert!(has_no_place || error.location().is_some(), "{error}");
    }
    let _ = decryptor.decrypt(content, format);
    let Ok(plain) = decryptor.dangerously_ignore_mac().decrypt(content, format) else {
        return;
    };
    let _ = plain.to_nodes();
    for format in Format::ALL {
        let _ = plain.to_bytes(format);
    }
});
