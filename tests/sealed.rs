//! SOPS files inside renders.

use std::path::Path;
use std::sync::Arc;

use kustody::sops::Keyring;
use kustody::{
    Content, Encrypted, ErrorKind, Layer, Manifests, MemoryTree, Options, Renderer, Result,
    WarningKind, tree::TreePath,
};

use crate::conformance::sops::{Decrypted, decrypted};

const KEY: &str = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";

fn options(keyring: Keyring) -> Options {
    let mut options = Options::default();
    options.decrypt = Some(keyring.into());
    options
}

fn with_key() -> Options {
    options(Keyring::from_age_keys(KEY).unwrap())
}

/// The encrypted Secret `database` of the project's own cases.
fn secret() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/decrypt/secret/enc.yaml");
    std::fs::read_to_string(path).unwrap()
}

fn render<const N: usize>(files: [(&str, Content); N], options: &Options) -> Result<Manifests> {
    Renderer::with_memory(0).render(Layer::from_files(files)?, [], options)
}

/// What a kustomization gives with an encrypted file, and with what it decrypts to.
fn both(case: &Decrypted, kustomization: &str) -> (Result<Manifests>, Result<Manifests>) {
    let kustomization = kustomization.replace("FILE", &case.name);
    let files = |content: &[u8]| {
        [
            ("kustomization.yaml", Content::from(kustomization.clone())),
            (&*case.name, content.to_vec().into()),
        ]
    };
    let sealed = render(files(&case.encrypted), &options(case.keyring.clone()));
    (sealed, render(files(&case.plain), &Options::default()))
}

/// Resources print as those of the decrypted file do, whatever it holds.
#[test]
fn resources_print_as_decrypted_ones_do() {
    let mut count = 0;
    for case in decrypted() {
        let (sealed, open) = both(&case, "resources: [FILE]\nnamePrefix: x-\n");
        match (sealed, open) {
            (Ok(sealed), Ok(open)) => {
                assert_eq!(sealed.as_str(), open.as_str(), "{}", case.folder.display());
                count += 1;
            }
            (Err(sealed), Err(open)) => assert_eq!(sealed.message(), open.message()),
            (sealed, open) => panic!("{}: {sealed:?}, {open:?}", case.folder.display()),
        }
    }
    println!("{count} files of resources");
    assert!(count > 0);
}

/// Generators take plaintexts, and the hash is that of the plaintext.
#[test]
fn generators_take_plaintexts() {
    let mut count = 0;
    for case in decrypted() {
        for kustomization in [
            "secretGenerator: [{name: a, files: [FILE]}]\n",
            "configMapGenerator: [{name: a, files: [key=FILE]}]\n",
            "secretGenerator: [{name: a, envs: [FILE]}]\n",
        ] {
            match both(&case, kustomization) {
                (Ok(sealed), Ok(open)) => {
                    assert_eq!(sealed.as_str(), open.as_str(), "{}", case.folder.display());
                    count += 1;
                }
                // To be decrypted a file must be understood.
                (Err(error), _) if error.kind() == ErrorKind::Limit => {}
                (Err(sealed), Err(open)) => assert_eq!(sealed.kind(), open.kind()),
                (sealed, open) => panic!("{}: {sealed:?}, {open:?}", case.folder.display()),
            }
        }
    }
    println!("{count} generated resources");
    assert!(count > 0);
}

#[test]
fn places_are_those_of_the_encrypted_file() {
    let text = secret();
    let manifests = render(
        [
            ("kustomization.yaml", "resources: [secret.yaml]\n".into()),
            ("secret.yaml", text.clone().into()),
        ],
        &with_key(),
    )
    .unwrap();
    let [resource] = manifests.resources() else {
        panic!("one resource");
    };
    for field in ["kind", "username", "password"] {
        let pointer = match field {
            "kind" => "/kind".to_owned(),
            _ => format!("/stringData/{field}"),
        };
        let place = manifests.locate(resource.get(&pointer).unwrap()).unwrap();
        let is_of_field = |line: &str| line.trim_start().starts_with(field);
        let line = text.lines().position(is_of_field).unwrap();
        assert_eq!(place.line as usize, line + 1, "{field}");
    }
}

#[test]
fn without_keys_they_pass_through_or_are_refused() {
    let files = || {
        [
            (
                "kustomization.yaml",
                "resources: [secret.yaml]\nsecretGenerator: [{name: a, files: [secret.yaml]}]\n"
                    .into(),
            ),
            ("secret.yaml", Content::from(secret())),
        ]
    };
    let manifests = render(files(), &Options::default()).unwrap();
    assert!(manifests.as_str().contains("ENC[AES256_GCM,"));
    let shown: Vec<_> = manifests
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    let [resource, file] = shown.as_slice() else {
        panic!("two warnings: {shown:?}");
    };
    assert!(resource.starts_with("secret.yaml:1:1: "), "{resource}");
    assert!(resource.contains("Secret"), "{resource}");
    assert!(file.starts_with("secret.yaml:1:1: the file is"), "{file}");
    let all_encrypted = |warning: &kustody::Warning| warning.kind() == WarningKind::Encrypted;
    assert!(manifests.warnings().iter().all(all_encrypted));
    let mut options = Options::default();
    options.encrypted = Encrypted::Refuse;
    let error = render(files(), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encrypted);
    assert!(
        error.to_string().starts_with("secret.yaml:1:1: "),
        "{error}"
    );
}

/// What is wrong with a file may be only that it is encrypted, and a List loses the metadata.
#[test]
fn without_keys_it_is_said_of_every_file() {
    let files = [
        ("kustomization.yaml", "patches: [{path: p.enc}]\n".into()),
        (
            "p.enc",
            r#"{"data": "ENC[AES256_GCM,data:x]", "sops": {"mac": "ENC[AES256_GCM,data:x]"}}"#
                .into(),
        ),
    ];
    let error = render(files, &Options::default()).unwrap_err().to_string();
    assert!(error.starts_with("p.enc:1:1: "), "{error}");
    assert!(
        error.ends_with("; the file is encrypted: give `Options::decrypt` the keys to it"),
        "{error}"
    );
    let item = secret().replace('\n', "\n    ");
    let (item, metadata) = item.split_once("sops:").unwrap();
    let metadata = metadata.replace("\n    ", "\n");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n  - {item}\nsops:{metadata}");
    let files = [
        ("kustomization.yaml", "resources: [list.yaml]\n".into()),
        ("list.yaml", Content::from(list)),
    ];
    let manifests = render(files, &Options::default()).unwrap();
    let shown: Vec<_> = manifests
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        shown,
        [
            "list.yaml:1:1: the file is encrypted and is taken as it is: give `Options::decrypt` \
             the keys to it"
        ]
    );
}

#[test]
fn what_cannot_be_decrypted_names_file_and_entry() {
    let damaged = |from: &str, to: &str| secret().replacen(from, to, 1);
    for (text, keyring, kind) in [
        (secret(), Keyring::new(), ErrorKind::DataKey),
        (
            damaged("name: database", "name: other"),
            Keyring::from_age_keys(KEY).unwrap(),
            ErrorKind::Mac,
        ),
        (
            damaged(
                "username: ENC[AES256_GCM,data:",
                "username: ENC[AES256_GCM,data:AA",
            ),
            Keyring::from_age_keys(KEY).unwrap(),
            ErrorKind::Decrypt,
        ),
    ] {
        let files = [
            ("kustomization.yaml", "resources: [secret.yaml]\n".into()),
            ("secret.yaml", text.into()),
        ];
        let error = render(files, &options(keyring)).unwrap_err();
        assert_eq!(error.kind(), kind);
        let shown = format!("{error:#}");
        assert!(shown.contains("secret.yaml:"), "{shown}");
        assert!(shown.contains("kustomization.yaml:1:13"), "{shown}");
    }
}

/// A renderer that decrypted once gives nothing of it to a render without keys, nor the other way
/// round.
#[test]
fn nothing_decrypted_is_remembered() {
    let tree: Arc<dyn kustody::FileTree> = Arc::new(
        MemoryTree::from_files([
            (
                "base/kustomization.yaml",
                "resources: [secret.yaml]\n".to_owned(),
            ),
            ("base/secret.yaml", secret()),
            (
                "a/kustomization.yaml",
                "resources: [../base]\nnamePrefix: a-\n".to_owned(),
            ),
            (
                "b/kustomization.yaml",
                "resources: [../base]\nnamePrefix: b-\n".to_owned(),
            ),
        ])
        .unwrap(),
    );
    let layers = || ["a", "b"].map(|path| Layer::new(tree.clone(), TreePath::new(path).unwrap()));
    let renderer = Renderer::new();
    let without = Options::default();
    let wrong = options(Keyring::new());
    for _ in 0..2 {
        for manifests in renderer.render_all(layers(), &without) {
            let manifests = manifests.unwrap();
            assert!(manifests.as_str().contains("ENC[AES256_GCM,"));
            assert_eq!(manifests.warnings().len(), 1);
        }
        for manifests in renderer.render_all(layers(), &with_key()) {
            let manifests = manifests.unwrap();
            assert!(manifests.as_str().contains("correct horse"));
            assert!(manifests.warnings().is_empty());
        }
        // What was decrypted with a key is nothing for who has none.
        for manifests in renderer.render_all(layers(), &wrong) {
            assert_eq!(manifests.unwrap_err().kind(), ErrorKind::DataKey);
        }
    }
}

#[test]
fn encrypted_inputs_are_found_without_keys() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [base, plain.yaml]\npatches: [{path: patch.yaml}]\nsecretGenerator:\n- name: a\n  \
             files: [key=file.enc]\n  envs: [plain.env]\ntransformers: [plugin.yaml]\n",
        ),
        (
            "plugin.yaml",
            "{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, path: deep.yaml}",
        ),
        (
            "plain.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
        ),
        ("plain.env", "A=1\n"),
        ("base/kustomization.yaml", "resources: [secret.yaml]\n"),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let sealed = ["base/secret.yaml", "deep.yaml", "file.enc", "patch.yaml"];
    let all = files
        .into_iter()
        .chain(sealed.map(|name| (name.to_owned(), secret())));
    let layer = Layer::from_files(all).unwrap();
    let inputs = Renderer::new()
        .encrypted_inputs(&layer, &with_key())
        .unwrap();
    let names: Vec<_> = inputs.iter().map(|input| input.file()).collect();
    assert_eq!(names, sealed);
    assert!(
        inputs
            .iter()
            .all(|input| input.metadata().version() == "3.11.0")
    );
}

/// What is redacted is every value of a Secret and everything that comes from a decrypted file, by
/// whatever way.
#[test]
fn redacted_manifests_hold_no_secret() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [secret.yaml, app.yaml]
configMapGenerator: [{name: c, files: [key=secret.yaml], literals: [plain=shown]}]
secretGenerator: [{name: s, literals: [user=shop, other=x]}]
replacements:
- source: {kind: Secret, name: database, fieldPath: stringData.password}
  targets:
  - {select: {kind: Deployment}, fieldPaths: [spec.whole], options: {create: true}}
  - {select: {kind: Deployment}, fieldPaths: [spec.part], options: {delimiter: ':', index: 1}}
  - {select: {kind: Deployment}, fieldPaths: [metadata.annotations.note]}
vars:
- name: USER
  objref: {apiVersion: v1, kind: Secret, name: database}
  fieldref: {fieldPath: stringData.username}
patches:
- target: {kind: Secret, name: database}
  patch: '[{\"op\": \"copy\", \"from\": \"/stringData/password\", \"path\": \"/copied\"}]'
images: [{name: correct horse battery staple, newTag: v1}]
configurations: [images.yaml]
"
            .into(),
        ),
        (
            "images.yaml",
            "images: [{kind: Secret, path: copied}]\n".into(),
        ),
        ("secret.yaml", Content::from(secret())),
        (
            "app.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, annotations: {note: x, other: shown}}
spec:
  part: 'user:x:host'
  template: {spec: {containers: [{name: c, env: [{name: U, value: 'u=$(USER)'}]}]}}
"
            .into(),
        ),
    ];
    let manifests = render(files, &with_key()).unwrap();
    let plain = manifests.as_str();
    assert_eq!(
        plain.matches("correct horse battery staple").count(),
        6,
        "{plain}"
    );
    assert!(plain.contains("u=shop"), "{plain}");
    assert!(plain.contains("staple:v1"), "{plain}");
    let redacted = manifests.redacted();
    let text = redacted.as_str();
    for secret in ["correct horse", "shop", "c2hvcA"] {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }
    assert_eq!(text.matches("shown").count(), 2, "{text}");
    assert!(text.contains("name: database"), "{text}");
    // The user name of the decrypted Secret and that of the generated one are equal.
    let user = redacted.get("Secret", "database").unwrap();
    let user = user
        .get("/stringData/username")
        .unwrap()
        .text()
        .unwrap()
        .to_owned();
    let number = user.strip_prefix("REDACTED-").unwrap();
    let encoded = base64_of(&format!("REDACTED-{number}"));
    assert!(text.contains(&encoded), "{user} {encoded}\n{text}");
    assert_eq!(
        redacted.redacted().resources().len(),
        redacted.resources().len()
    );
}

/// A difference tells of what was decrypted only that it changed, wherever it was copied to.
#[test]
fn differences_show_no_plaintext() {
    let build = |patch: &str| {
        let files = [
            (
                "kustomization.yaml",
                format!(
                    "\
resources: [secret.yaml, app.yaml]
patches:
- target: {{kind: Secret}}
  patch: '[{{\"op\": \"copy\", \"from\": \"/stringData/password\", \"path\": \"/copied\"}}]'
- target: {{kind: ConfigMap}}
  patch: '[{patch}]'
replacements:
- source: {{kind: Secret, fieldPath: stringData}}
  targets: [{{select: {{kind: ConfigMap}}, fieldPaths: [data.all], options: {{create: true}}}}]
transformers: [add.yaml]
"
                )
                .into(),
            ),
            (
                "add.yaml",
                "{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: a}, value: x, \
                 targets: [{selector: {kind: Secret}, fieldPath: copied, filePathPosition: 1}]}"
                    .into(),
            ),
            ("secret.yaml", Content::from(secret())),
            (
                "app.yaml",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {open: a}}".into(),
            ),
        ];
        render(files, &with_key()).unwrap()
    };
    let (one, other) = (
        build(""),
        build(r#"{"op": "replace", "path": "/data/open", "value": "b"}"#),
    );
    assert!(one.as_str().contains("copied: x/correct horse"), "{one}");
    let shown = one.diff(&other).to_string();
    assert_eq!(
        shown,
        "~ ConfigMap.v1.[noGrp]/c.[noNs]\n    /data/open: a -> b\n"
    );
    let none = [
        (
            "kustomization.yaml",
            Content::from("resources: [app.yaml]\n"),
        ),
        (
            "app.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {open: b}}".into(),
        ),
    ];
    let none = render(none, &with_key()).unwrap();
    insta::assert_snapshot!(none.diff(&one), @r"
    + Secret.v1.[noGrp]/database.[noNs]
    ~ ConfigMap.v1.[noGrp]/c.[noNs]
        /data/all: added, hidden
        /data/open: b -> a
    ");
    insta::assert_snapshot!(one.redacted().diff(&other), @r"
    ~ ConfigMap.v1.[noGrp]/c.[noNs]
        /data/all/password: changed, hidden
        /data/all/username: changed, hidden
        /data/open: a -> b
    ~ Secret.v1.[noGrp]/database.[noNs]
        /copied: changed, hidden
        /stringData/password: changed, hidden
        /stringData/username: changed, hidden
    ");
}

fn base64_of(text: &str) -> String {
    let source = format!("secretGenerator: [{{name: a, literals: [k={text}]}}]\n");
    let manifests = render([("kustomization.yaml", source.into())], &Options::default()).unwrap();
    let value = manifests.resources()[0].get("/data/k").unwrap();
    value.text().unwrap().to_owned()
}

/// Whatever goes wrong after a file was decrypted, no plaintext is shown.
#[test]
fn errors_warnings_and_debug_show_no_plaintext() {
    const PLAIN: [&str; 3] = ["correct", "battery", "shop"];
    let check = |what: &str, text: &str| {
        for plain in PLAIN {
            assert!(!text.contains(plain), "{what}: {text}");
        }
    };
    let options = with_key();
    check("options", &format!("{options:?}"));
    for kustomization in [
        "resources: [secret.yaml]\n",
        "resources: [secret.yaml, secret.yaml]\n",
        "resources: [secret.yaml]\npatches: [{path: secret.yaml}]\n",
        "patches: [{path: secret.yaml}]\n",
        "patchesJson6902: [{target: {version: v1, kind: Pod, name: a}, path: secret.yaml}]\n",
        "replacements: [{path: secret.yaml}]\n",
        "configurations: [secret.yaml]\n",
        "crds: [secret.yaml]\n",
        "openapi: {path: secret.yaml}\nresources: [secret.yaml]\n",
        "components: [secret.yaml]\n",
        "generators: [secret.yaml]\n",
        "transformers: [secret.yaml]\n",
        "validators: [secret.yaml]\n",
        "secretGenerator: [{name: a, envs: [secret.yaml]}]\n",
        "secretGenerator: [{name: a, envs: [secret.yaml, secret.yaml]}]\n",
        "configMapGenerator: [{name: a, files: [secret.yaml]}]\n",
        "resources: [secret.yaml]\npatches:\n- target: {kind: Secret}\n  patch: '[{op: test, path: \
         /stringData/password, value: x}]'\n",
        "resources: [secret.yaml]\nreplacements:\n- source: {kind: Secret, fieldPath: \
         stringData.password}\n  targets: [{select: {kind: Secret}, fieldPaths: [a.b]}]\n",
        "resources: [secret.yaml]\nreplacements:\n- source: {kind: Secret, fieldPath: \
         stringData.password, options: {delimiter: ' ', index: 9}}\n  targets: [{select: {kind: \
         Secret}, fieldPaths: [a.b]}]\n",
        "resources: [secret.yaml]\nnamespace: [a]\n",
    ] {
        let files = [
            ("kustomization.yaml", Content::from(kustomization)),
            ("secret.yaml", secret().into()),
        ];
        match render(files, &options) {
            Ok(manifests) => {
                check(
                    kustomization,
                    &format!("{manifests:?} {:?}", manifests.warnings()),
                );
                for resource in &manifests {
                    check(
                        kustomization,
                        &format!("{resource:?} {:?}", resource.node()),
                    );
                }
                for warning in manifests.warnings() {
                    check(kustomization, &warning.to_string());
                }
            }
            Err(error) => check(kustomization, &format!("{error} {error:#} {error:?}")),
        }
    }
}

/// What a chart prints may hold whatever was decrypted for it.
#[test]
fn what_is_made_outside_of_secrets_is_secret() {
    struct Helm;
    impl kustody::HelmInflator for Helm {
        fn inflate(&self, chart: &kustody::Chart) -> Result<Content> {
            let values = chart.values(b"")?;
            assert!(values.contains("password: correct horse battery staple"));
            let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: correct}}";
            Ok(text.into())
        }
    }
    let mut options = with_key();
    options.helm = Some(Arc::new(Helm));
    let kustomization = "helmCharts: [{name: web, valuesFile: values.yaml}]\n";
    let files = [
        ("kustomization.yaml", Content::from(kustomization)),
        ("values.yaml", secret().into()),
    ];
    let manifests = render(files, &options).unwrap();
    assert!(manifests.as_str().contains("a: correct"));
    assert!(manifests.redacted().as_str().contains("a: REDACTED-1"));
}
