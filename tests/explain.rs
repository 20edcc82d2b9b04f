//! Where values come from.

use kustody::{Layer, Manifests, render};

/// Checks that a value was written last where a file has this text.
#[track_caller]
fn check(
    manifests: &Manifests,
    read: &dyn Fn(&str) -> String,
    (kind, name, pointer): (&str, &str, &str),
    (file, text): (&str, &str),
) {
    let resource = manifests.get(kind, name);
    let resource = resource.unwrap_or_else(|| panic!("there is no {kind} {name}"));
    let place = manifests.explain(resource.id(), pointer);
    let place = place.unwrap_or_else(|| panic!("{kind} {name} has no place of {pointer}"));
    assert_eq!(&*place.file, file, "{kind} {name} {pointer}: {place}");
    let content = read(file);
    let line = content.lines().nth(place.line as usize - 1).unwrap();
    let rest: String = line.chars().skip(place.column as usize - 1).collect();
    assert!(
        rest.starts_with(text),
        "{kind} {name} {pointer} at {place}: `{rest}`, not `{text}`"
    );
}

#[cfg(all(feature = "fs", feature = "sops"))]
#[test]
fn of_the_demo_tree() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = root.join("testdata/gitops/apps/overlays/prod");
    let layer = Layer::dir(&directory).unwrap();
    let manifests = kustody::Renderer::new().render(layer, [], &crate::gitops::options());
    let manifests = manifests.unwrap();
    let read = |file: &str| std::fs::read_to_string(directory.join(file)).unwrap();
    const HERE: &str = "kustomization.yaml";
    const SHOP: &str = "../../base/shop/kustomization.yaml";
    const DEPLOYMENT: &str = "../../base/shop/deployment.yaml";
    const TRACING: &str = "../../components/tracing/kustomization.yaml";
    const CONTAINERS: &str = "/spec/template/spec/containers";
    let container = |rest: &str| format!("{CONTAINERS}/{rest}");
    let name = |kind: &str, start: &str| {
        let starts = |name: &&str| name.starts_with(start);
        let names = manifests.iter().filter(|it| it.gvk().kind() == kind);
        names.map(|it| it.name()).find(starts).unwrap().to_owned()
    };
    let settings = name("ConfigMap", "shop-settings");
    let environment = name("ConfigMap", "environment");
    let login = name("Secret", "shop-database");
    let theme = name("ConfigMap", "wiki-theme");
    for (kind, name, pointer, file, text) in [
        // The base, also where a patch has mentioned the resource.
        ("Deployment", "shop", "/metadata/name", DEPLOYMENT, "shop"),
        (
            "Deployment",
            "shop",
            "/spec/revisionHistoryLimit",
            DEPLOYMENT,
            "3",
        ),
        (
            "Deployment",
            "wiki",
            "/apiVersion",
            "../../base/wiki/wiki.yaml",
            "apps/v1",
        ),
        // Strategic merge patches.
        (
            "Deployment",
            "shop",
            "/spec/strategy/rollingUpdate/maxSurge",
            "patches.yaml",
            "1,",
        ),
        (
            "Deployment",
            "shop",
            &container("0/resources/limits/memory"),
            "patches.yaml",
            "512Mi",
        ),
        (
            "Deployment",
            "wiki",
            "/spec/template/metadata/annotations/tracing.homelab.example~1inject",
            "../../components/tracing/agent.yaml",
            "",
        ),
        // JSON 6902.
        ("Database", "main", "/spec/instances", HERE, "3}"),
        ("Database", "main", "/spec/walStorage/size", HERE, "\"2Gi\""),
        (
            "Database",
            "main",
            "/spec/walStorage/class",
            "../../base/database/database.yaml",
            "",
        ),
        (
            "Ingress",
            "shop",
            "/metadata/annotations/cert-manager.io~1cluster-issuer",
            HERE,
            "letsencrypt",
        ),
        // Transformers.
        ("Deployment", "shop", "/metadata/namespace", HERE, "apps"),
        (
            "RoleBinding",
            "mailer",
            "/subjects/0/namespace",
            HERE,
            "apps",
        ),
        (
            "Deployment",
            "shop",
            "/metadata/labels/environment",
            HERE,
            "environment: prod",
        ),
        (
            "Deployment",
            "shop",
            "/spec/selector/matchLabels/environment",
            HERE,
            "environment",
        ),
        (
            "Service",
            "shop",
            "/spec/selector/app.kubernetes.io~1name",
            SHOP,
            "app.kubernetes.io",
        ),
        (
            "Deployment",
            "shop",
            "/metadata/annotations/homelab.example~1contact",
            HERE,
            "homelab.example/contact",
        ),
        (
            "Deployment",
            "shop",
            &container("0/image"),
            HERE,
            "name: registry.homelab.example/shop",
        ),
        (
            "Deployment",
            "shop",
            "/spec/replicas",
            HERE,
            "{name: shop, count: 3}",
        ),
        // Replacements.
        (
            "Ingress",
            "shop",
            "/spec/rules/0/host",
            "hosts.yaml",
            "spec.rules.0.host",
        ),
        (
            "Deployment",
            "shop",
            &container("0/env/0/value"),
            HERE,
            "spec.template",
        ),
        // Generators: a literal, a file, the entry of an env file, here and below.
        (
            "ConfigMap",
            &environment,
            "/data/DOMAIN",
            HERE,
            "DOMAIN=homelab.example",
        ),
        (
            "ConfigMap",
            &environment,
            "/metadata/name",
            HERE,
            "environment",
        ),
        ("ConfigMap", &settings, "/data/LOG_LEVEL", HERE, "shop.env"),
        (
            "ConfigMap",
            &settings,
            "/data/CURRENCY",
            SHOP,
            "settings.env",
        ),
        (
            "ConfigMap",
            &settings,
            "/data/nginx.conf",
            SHOP,
            "nginx.conf",
        ),
        (
            "ConfigMap",
            &settings,
            "/data/OTEL_EXPORTER_OTLP_ENDPOINT",
            TRACING,
            "OTEL_",
        ),
        (
            "ConfigMap",
            &settings,
            "/metadata/name",
            SHOP,
            "shop-settings",
        ),
        (
            "ConfigMap",
            &theme,
            "/binaryData/logo.bin",
            "../../base/wiki/kustomization.yaml",
            "logo",
        ),
        (
            "Secret",
            &login,
            "/data/password",
            HERE,
            "shop-database.env",
        ),
        ("Secret", &login, "/type", HERE, "kubernetes.io/basic-auth"),
        ("Secret", &login, "/metadata/name", SHOP, "shop-database"),
        // References: where the name is from.
        (
            "Deployment",
            "shop",
            &container("0/envFrom/0/configMapRef/name"),
            SHOP,
            "shop-settings",
        ),
    ] {
        check(&manifests, &read, (kind, name, pointer), (file, text));
    }
    let crd = kustody::Gvk::new("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    let crd = kustody::ResId::new(crd, "databases.db.homelab.example", "");
    let place = manifests.explain(&crd, "/spec/group").unwrap();
    assert_eq!(&*place.file, "../../base/database/crd.yaml");
}

const BASE: &str = "resources: [web.yaml]
vars:
- {name: WEB, objref: {apiVersion: v1, kind: Service, name: web}}
configMapGenerator:
- name: settings
  literals: [a=1]
";

const WEB: &str = "apiVersion: v1
kind: Service
metadata: {name: web, annotations: {own: x}}
spec: {selector: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec:
  containers:
  - {name: web, image: 'web:1', command: [serve, $(WEB)]}
  volumes:
  - {name: a, configMap: {name: settings}}
";

const OVERLAY: &str = r#"resources: [base]
namePrefix: dev-
nameSuffix: -one
generatorOptions: {disableNameSuffixHash: true}
patches:
- path: patch.yaml
- target: {kind: Pod}
  patch: '[{"op": "add", "path": "/spec/nodeName", "value": "one"}]'
- target: {kind: Service}
  patch: |
    apiVersion: v1
    kind: Service
    metadata: {name: any}
    spec: {type: NodePort}
transformers:
- plugins.yaml
- |
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: prefix}
  prefix: new-
  fieldSpecs: [{path: spec/clusterIP, create: true, kind: Service}]
generators:
- account.yaml
buildMetadata: [managedByLabel]
"#;

const PATCH: &str = "apiVersion: v1
kind: Pod
metadata: {name: pod, annotations: {from: patch}}
spec:
  containers:
  - {name: web, image: 'web:2'}
  - {name: side, image: 'side:1'}
";

const PLUGINS: &str = r#"apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: annotate}
annotations: {by: plugin}
fieldSpecs: [{path: metadata/annotations, create: true}]
---
apiVersion: builtin
kind: ImageTagTransformer
metadata: {name: image}
imageTag: {name: side, newTag: '9'}
---
apiVersion: builtin
kind: NamespaceTransformer
metadata: {name: namespace, namespace: shop}
fieldSpecs: [{path: metadata/namespace, create: true}]
---
apiVersion: builtin
kind: ReplicaCountTransformer
metadata: {name: count}
replica: {name: pod, count: 2}
fieldSpecs: [{path: spec/replicas, create: true, kind: Pod}]
---
apiVersion: builtin
kind: PatchTransformer
metadata: {name: patch}
patch: '[{"op": "add", "path": "/spec/hostname", "value": "two"}]'
target: {kind: Pod}
---
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: value}
value: added
targets: [{selector: {kind: Pod}, fieldPath: spec/subdomain}]
"#;

const ACCOUNT: &str = "apiVersion: builtin
kind: IAMPolicyGenerator
metadata: {name: account}
cloud: gke
kubernetesService: {name: account}
serviceAccount: {name: someone, projectId: project}
";

const FILES: [(&str, &str); 6] = [
    ("base/kustomization.yaml", BASE),
    ("base/web.yaml", WEB),
    ("kustomization.yaml", OVERLAY),
    ("patch.yaml", PATCH),
    ("plugins.yaml", PLUGINS),
    ("account.yaml", ACCOUNT),
];

#[test]
fn of_renamed_resources_vars_and_plugins() {
    let manifests = render(Layer::from_files(FILES).unwrap(), []).unwrap();
    let read = |file: &str| {
        let found = FILES.iter().find(|(name, _)| *name == file).unwrap();
        found.1.to_owned()
    };
    const HERE: &str = "kustomization.yaml";
    let pod = "dev-pod-one";
    let settings = manifests.resources().iter();
    let mut settings = settings.filter(|it| it.gvk().kind() == "ConfigMap");
    let settings = settings.next().unwrap().name().to_owned();
    for (kind, name, pointer, file, text) in [
        ("Pod", pod, "/metadata/name", HERE, "-one"),
        (
            "Pod",
            pod,
            "/spec/containers/0/command/0",
            "base/web.yaml",
            "serve",
        ),
        (
            "Pod",
            pod,
            "/spec/containers/0/command/1",
            "base/kustomization.yaml",
            "{name: WEB",
        ),
        (
            "Pod",
            pod,
            "/spec/containers/0/image",
            "patch.yaml",
            "'web:2'",
        ),
        (
            "Pod",
            pod,
            "/spec/containers/1/image",
            "plugins.yaml",
            "{name: side",
        ),
        ("Pod", pod, "/spec/volumes/0/configMap/name", HERE, "-one"),
        ("Pod", pod, "/spec/nodeName", HERE, "'[{"),
        ("Pod", pod, "/spec/hostname", "plugins.yaml", "'[{"),
        ("Pod", pod, "/spec/replicas", "plugins.yaml", "{name: pod"),
        ("Pod", pod, "/spec/subdomain", "plugins.yaml", "added"),
        (
            "Pod",
            pod,
            "/metadata/annotations/from",
            "patch.yaml",
            "patch",
        ),
        (
            "Pod",
            pod,
            "/metadata/annotations/by",
            "plugins.yaml",
            "by: plugin",
        ),
        ("Pod", pod, "/metadata/namespace", "plugins.yaml", "shop"),
        (
            "Service",
            "dev-web-one",
            "/metadata/annotations/own",
            "base/web.yaml",
            "x",
        ),
        (
            "Service",
            "dev-web-one",
            "/metadata/annotations",
            "base/web.yaml",
            "{own: x}",
        ),
        (
            "Service",
            "dev-web-one",
            "/apiVersion",
            "base/web.yaml",
            "v1",
        ),
        ("Service", "dev-web-one", "/spec/type", HERE, "NodePort"),
        ("Service", "dev-web-one", "/spec/clusterIP", HERE, "new-"),
        (
            "Service",
            "dev-web-one",
            "/metadata/labels/app.kubernetes.io~1managed-by",
            HERE,
            "managedByLabel",
        ),
        (
            "ConfigMap",
            &settings,
            "/data/a",
            "base/kustomization.yaml",
            "a=1",
        ),
        ("ConfigMap", &settings, "/metadata/name", HERE, "-one"),
        (
            "ServiceAccount",
            "dev-account-one",
            "/metadata/annotations/iam.gke.io~1gcp-service-account",
            "account.yaml",
            "apiVersion",
        ),
    ] {
        check(&manifests, &read, (kind, name, pointer), (file, text));
    }
}
