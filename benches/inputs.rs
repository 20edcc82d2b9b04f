//! Manifests for measurements, the same on every machine.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use kustody::{Limits, Source, SourceId, yaml};

/// Stands between the files of [`real`].
pub(crate) const SEPARATOR: &str = "\n---\n";

/// Names and texts of all inputs: four made up here and, if `KUSTODY_CONFORMANCE` names a folder,
/// the real manifests below it.
pub(crate) fn all() -> Vec<(&'static str, String)> {
    let mut inputs = vec![
        ("fleet", fleet(500)),
        ("crd", crd(120)),
        ("json", json(1_000)),
        ("comments", comments(500)),
    ];
    inputs.extend(real().map(|texts| ("real", texts.join(SEPARATOR))));
    inputs
}

/// `count` times a Deployment, a Service and a ConfigMap, as people and generators write them.
pub(crate) fn fleet(count: usize) -> String {
    let mut out = String::new();
    for n in 0..count {
        write!(
            out,
            r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: service-{n}
    app.kubernetes.io/part-of: shop
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: service-{n}
  template:
    metadata:
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
      labels:
        app.kubernetes.io/name: service-{n}
    spec:
      containers:
      - name: main
        image: registry.example.com/shop/service-{n}:v1.{n}.0
        args: ["--listen=:8080", "--log-level", info]
        env:
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef:
              name: service-{n}
              key: url
        - name: POOL_SIZE
          value: "16"
        ports:
        - containerPort: 8080
          name: http
        livenessProbe:
          httpGet: {{path: /healthz, port: http}}
          initialDelaySeconds: 5
        readinessProbe:
          httpGet:
            path: /ready
            port: http
          periodSeconds: 10
          failureThreshold: 3
        volumeMounts:
        - mountPath: /etc/shop
          name: config
          readOnly: true
        - mountPath: /tmp
          name: scratch
        resources:
          requests:
            cpu: 50m
            memory: 64Mi
          limits:
            memory: 256Mi
        securityContext:
          allowPrivilegeEscalation: false
          runAsNonRoot: true
          capabilities:
            drop: [ALL]
      volumes:
      - name: config
        configMap:
          name: service-{n}
      - name: scratch
        emptyDir: {{}}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app.kubernetes.io/name: service-{n}
---
apiVersion: v1
kind: Service
metadata:
  name: service-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: service-{n}
    app.kubernetes.io/part-of: shop
  annotations:
    service.kubernetes.io/topology-mode: auto
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: service-{n}
  ports:
  - name: http
    port: 80
    protocol: TCP
    targetPort: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: service-{n}
  namespace: team-{team}
data:
  LOG_FORMAT: json
  features: 'search,checkout'
  application.yaml: |
    server:
      port: 8080
      shutdown: graceful
    # what the shop sells
    catalogue:
      refresh: 30s
      sources: [primary, fallback]
    database:
      pool: 16
      timeout: 5s
      statements:
        prepare: true
        cache: 256
    logging:
      level: info
      fields: [service, version, request]
---
"#,
            team = n % 7,
            replicas = n % 5 + 1,
        )
        .unwrap();
    }
    out
}

/// One CustomResourceDefinition with a deep schema and long descriptions.
pub(crate) fn crd(width: usize) -> String {
    let mut out = String::from(
        r"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    controller-gen.kubebuilder.io/version: v0.16.1
  name: pipelines.example.com
spec:
  group: example.com
  names:
    kind: Pipeline
    listKind: PipelineList
    plural: pipelines
    singular: pipeline
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
",
    );
    for n in 0..width {
        property(&mut out, &format!("section{n}"), 10, 5);
    }
    out
}

fn property(out: &mut String, name: &str, indent: usize, depth: usize) {
    let pad = " ".repeat(indent);
    writeln!(
        out,
        "{pad}{name}:\n{pad}  description: |-\n{pad}    {name} says how this part of the pipeline behaves when\n\
         {pad}    an upstream task is retried; see the guide for the whole story.\n\n\
         {pad}    More info: https://example.com/docs/pipelines#{name}"
    )
    .unwrap();
    if depth == 0 {
        writeln!(out, "{pad}  type: string\n{pad}  maxLength: 253\n{pad}  pattern: ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$").unwrap();
        return;
    }
    writeln!(
        out,
        "{pad}  type: object\n{pad}  x-kubernetes-preserve-unknown-fields: true\n{pad}  required:\n\
         {pad}  - first\n{pad}  - second\n{pad}  properties:"
    )
    .unwrap();
    property(out, "first", indent + 4, depth - 1);
    writeln!(
        out,
        "{pad}    second:\n{pad}      default: 30\n{pad}      format: int32\n{pad}      minimum: 0\n{pad}      \
         type: integer\n{pad}    mode:\n{pad}      enum:\n{pad}      - \"on\"\n{pad}      - \"off\"\n{pad}      \
         description: Whether the part runs at all, and what it does while it does not.\n{pad}      type: string"
    )
    .unwrap();
}

/// A List of ConfigMaps in the JSON that `kubectl get -o json` prints.
pub(crate) fn json(count: usize) -> String {
    let mut out = String::from("{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n");
    for n in 0..count {
        write!(
            out,
            r##"        {{
            "apiVersion": "v1",
            "data": {{
                "enabled": "true",
                "script.sh": "#!/bin/sh\nset -e\necho \"part {n}\"\n",
                "url": "https://example.com/{n}"
            }},
            "kind": "ConfigMap",
            "metadata": {{
                "generation": {n},
                "labels": {{"app.kubernetes.io/name": "part-{n}", "tier": "back"}},
                "name": "part-{n}",
                "ownerReferences": []
            }}
        }}{comma}
"##,
            comma = if n + 1 < count { "," } else { "" },
        )
        .unwrap();
    }
    out + "    ],\n    \"kind\": \"List\"\n}\n"
}

/// Small documents that are mostly comments, quotes and long folded texts.
pub(crate) fn comments(count: usize) -> String {
    let mut out = String::new();
    for n in 0..count {
        write!(
            out,
            r#"# Alert {n}: who is told, and when. Keep the runbook in step with it.
apiVersion: monitoring.example.com/v1
kind: Rule
metadata:
  name: rule-{n} # is part of the address
  # Labels are what the router looks at.
  labels: {{severity: "page", 'team': "web-{n}"}}
spec:
  expr: 'sum(rate(http_requests_total{{code=~"5.."}}[5m])) by (service) > 0.0{n}'
  for: 5m
  annotations:
    summary: "The service answers with errors"
    description: >-
      More than a few requests of the last five minutes have failed.
      Look at the dashboard first, then at the newest deployment.

      If in doubt, roll back.
---
"#
        )
        .unwrap();
    }
    out
}

/// The readable manifests below `KUSTODY_CONFORMANCE`, each file a text that can stand behind another.
pub(crate) fn real() -> Option<Vec<String>> {
    let root = PathBuf::from(std::env::var_os("KUSTODY_CONFORMANCE")?).join("kustomize/real");
    let (mut files, mut folders) = (Vec::new(), vec![root]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files.iter().filter_map(|path| readable(path)).collect())
}

fn readable(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let first = text.trim_start_matches("---").trim_start().to_owned();
    let source = Source::new(SourceId(0), "real.yaml", first.clone()).ok()?;
    yaml::read(&source, &Limits::default()).ok()?;
    (!first.starts_with('%') && !first.starts_with('\u{feff}')).then_some(first)
}
