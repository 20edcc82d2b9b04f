//! Differences between renders.

use kustody::{Layer, Manifests, render};

fn build(manifests: &str) -> Manifests {
    render(Layer::from_manifests(manifests.to_owned()).unwrap(), []).unwrap()
}

#[test]
fn people_read_what_changed() {
    let before = build(
        "apiVersion: v1
kind: ConfigMap
metadata: {name: files, labels: {app.kubernetes.io/name: web}}
data:
  same: x
  nginx.conf: |
    worker_processes 1;
    events {}
    user nobody;
---
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {password: hunter2, user: admin}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: 'web:1'}
      - {name: old, image: 'old:1'}
---
{apiVersion: v1, kind: Service, metadata: {name: gone}}
---
{apiVersion: v1, kind: Service, metadata: {name: same}, spec: {ports: [{port: 80}]}}
",
    );
    let after = build(
        "{apiVersion: v1, kind: Service, metadata: {name: same}, spec: {ports: [{port: 80}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: files, labels: {app.kubernetes.io/name: shop}}
data:
  nginx.conf: |
    worker_processes 4;
    events {}
    user nobody;
  same: \"x\"
---
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {password: hunter3, token: t0ps3cr3t}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: \"1\"
  template:
    spec:
      containers:
      - {name: proxy, image: 'proxy:1'}
      - {name: web, image: 'web:1'}
      - {name: old, image: 'old:1'}
---
{apiVersion: v1, kind: Service, metadata: {name: new}}
",
    );
    let diff = before.diff(&after);
    insta::assert_snapshot!(diff, @r#"
    - Service.v1.[noGrp]/gone.[noNs]
    + Service.v1.[noGrp]/new.[noNs]
    ~ ConfigMap.v1.[noGrp]/files.[noNs]
        /data/nginx.conf:
          - worker_processes 1;
          + worker_processes 4;
        /metadata/labels/app.kubernetes.io~1name: web -> shop
    ~ Secret.v1.[noGrp]/login.[noNs]
        /stringData/user: removed, hidden
        /stringData/password: changed, hidden
        /stringData/token: added, hidden
    ~ Deployment.v1.apps/web.[noNs]
        /spec/replicas: 1 -> "1"
        /spec/template/spec/containers/0:
          + image: proxy:1
          + name: proxy
    "#);
    let debug = format!("{diff:?}");
    assert!(!debug.contains("hunter2") && !debug.contains("t0ps3cr3t"));
    let secret = &diff.changed()[1];
    assert_eq!(
        secret.changes()[1].after().unwrap().text(),
        Some("hunter3"),
        "who asks for it gets it"
    );
    assert!(after.diff(&after).is_empty());
}

#[cfg(feature = "json-patch")]
mod as_json_patch {
    use kustody::Resource;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::build;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (-3..3_i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c/~]{1,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// The patch makes the later resource of the earlier one.
        #[test]
        fn leads_from_one_to_the_other(old in value(), new in value()) {
            let [old, new] = [old, new].map(|spec| {
                let resource = json!({
                    "apiVersion": "example.org/v1",
                    "kind": "Crd",
                    "metadata": {"name": "a"},
                    "spec": spec,
                });
                build(&resource.to_string())
            });
            let object = |resource: &Resource| resource.deserialize::<Value>().unwrap();
            let mut patched = object(&old.resources()[0]);
            for changed in old.diff(&new).changed() {
                json_patch::patch(&mut patched, &changed.json_patch()).unwrap();
            }
            prop_assert_eq!(patched, object(&new.resources()[0]));
        }
    }
}
