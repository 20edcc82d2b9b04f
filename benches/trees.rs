//! Trees for measurements of whole renders: paths and texts, the same on every machine.

use std::fmt::Write;

/// The files of a tree. The kustomization to build is in `overlay`.
pub(crate) type Files = Vec<(String, String)>;

const OVERLAY: &str = "overlay/kustomization.yaml";
/// The strategic merge patches of [`flat`].
const PATCHES: usize = 100;
/// The resources of one directory of [`teams`].
const TEAM: usize = 10;

/// One base of `count` resources, three in a file, under an overlay that touches all of them.
pub(crate) fn flat(count: usize) -> Files {
    let services = count.div_ceil(3);
    let mut files = Files::new();
    let mut listed = Vec::new();
    for n in 0..services {
        let left = count - 3 * n;
        let name = format!("service-{n}.yaml");
        files.push((format!("base/{name}"), service(n).take(left)));
        listed.push(name);
    }
    files.push(("base/kustomization.yaml".into(), list("resources", &listed)));
    let mut overlay = String::from(
        "namespace: production\n\
         namePrefix: shop-\n\
         labels:\n- pairs: {app.kubernetes.io/managed-by: gitops, tier: back}\n  includeSelectors: true\n\
         images:\n- {name: registry.example.com/shop/main, newTag: v2.0.0}\n\
         - {name: busybox, newName: registry.example.com/busybox}\n\
         configMapGenerator:\n- name: shared\n  literals: [region=eu, log=info]\n\
         resources: [../base]\n",
    );
    let mut patches = Vec::new();
    for n in 0..PATCHES.min(services) {
        let name = format!("patch-{n}.yaml");
        let patch = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: service-{n}\nspec:\n  replicas: 7\n\
             \x20 template:\n    spec:\n      containers:\n      - name: main\n        env:\n\
             \x20       - name: POOL_SIZE\n          value: \"64\"\n"
        );
        files.push((format!("overlay/{name}"), patch));
        patches.push(format!("path: {name}"));
    }
    overlay += &list("patches", &patches);
    files.push((OVERLAY.into(), overlay));
    files
}

/// `count` / 10 directories of ten resources, each with a kustomization, under one overlay.
pub(crate) fn teams(count: usize) -> Files {
    let mut files = Files::new();
    let mut listed = Vec::new();
    for team in 0..count / TEAM {
        let resources = (0..4).map(|n| service(4 * team + n).take(3.min(TEAM - 3 * n)));
        let resources: Vec<_> = resources.collect();
        let directory = format!("teams/{team}");
        files.push((format!("{directory}/all.yaml"), resources.join("---\n")));
        files.push((
            format!("{directory}/kustomization.yaml"),
            format!(
                "namespace: team-{team}\ncommonAnnotations: {{owner: team-{team}}}\nresources: [all.yaml]\n"
            ),
        ));
        listed.push(format!("../{directory}"));
    }
    let overlay = "labels:\n- pairs: {environment: production}\n".to_owned();
    files.push((OVERLAY.into(), overlay + &list("resources", &listed)));
    files
}

/// `count` kustomizations of one or two resources, each with a prefix, under one that lists them.
pub(crate) fn many(count: usize) -> Files {
    let mut files = Files::new();
    let mut listed = Vec::new();
    for n in 0..count {
        let directory = format!("parts/{n}");
        let mut resources = config_map("settings");
        if n % 2 == 0 {
            resources += "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: runner\nspec:\n  containers:\n\
                          \x20 - name: main\n    image: busybox:1.36\n    envFrom:\n    - configMapRef:\n\
                          \x20       name: settings\n";
        }
        files.push((format!("{directory}/all.yaml"), resources));
        files.push((
            format!("{directory}/kustomization.yaml"),
            format!("namePrefix: part-{n}-\nresources: [all.yaml]\n"),
        ));
        listed.push(format!("../{directory}"));
    }
    files.push((OVERLAY.into(), list("resources", &listed)));
    files
}

/// A large definition among a few resources.
pub(crate) fn among_few(definition: String) -> Files {
    let base = "resources: [definition.yaml, service-0.yaml, service-1.yaml]\n";
    let overlay = "namespace: production\ncommonLabels: {tier: back}\nresources: [../base]\n";
    vec![
        ("base/definition.yaml".into(), definition),
        ("base/service-0.yaml".into(), service(0).take(3)),
        ("base/service-1.yaml".into(), service(1).take(3)),
        ("base/kustomization.yaml".into(), base.into()),
        (OVERLAY.into(), overlay.into()),
    ]
}

/// A Deployment, its ConfigMap and its Service.
struct Service([String; 3]);

impl Service {
    /// The first few of them as one file.
    fn take(self, count: usize) -> String {
        self.0[..count.min(3)].join("---\n")
    }
}

fn service(n: usize) -> Service {
    let name = format!("service-{n}");
    let deployment = format!(
        r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      annotations:
        prometheus.io/scrape: "true"
      labels:
        app.kubernetes.io/name: {name}
    spec:
      containers:
      - name: main
        image: registry.example.com/shop/main:v1.0.0
        args: ["--listen=:8080", "--log-level", info]
        env:
        - name: POOL_SIZE
          value: "16"
        envFrom:
        - configMapRef:
            name: {name}
        ports:
        - containerPort: 8080
          name: http
        livenessProbe:
          httpGet: {{path: /healthz, port: http}}
          initialDelaySeconds: 5
        resources:
          requests:
            cpu: 50m
            memory: 64Mi
"#,
        replicas = n % 5 + 1,
    );
    let service = format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n\
         \x20   app.kubernetes.io/name: {name}\n  ports:\n  - port: 80\n    targetPort: http\n"
    );
    Service([deployment, config_map(&name), service])
}

fn config_map(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  LOG_FORMAT: json\n\
         \x20 features: 'search,checkout'\n  application.yaml: |\n    server:\n      port: 8080\n\
         \x20     shutdown: graceful\n"
    )
}

fn list(field: &str, items: &[String]) -> String {
    let mut out = format!("{field}:\n");
    for item in items {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "- {item}");
    }
    out
}
