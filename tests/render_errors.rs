//! What a person reads when a field of a kustomization is wrong: a small tree for each, and the
//! place and words of the error or warning in `tests/snapshots/`.

use kustody::{ErrorKind, Layer, Options, Renderer, render};

/// The resources that most trees here hold, as `app.yaml`.
const APP: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: nginx
        envFrom:
        - configMapRef:
            name: settings
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
";

/// Files beside `app.yaml`; the first is the kustomization.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Compares the report of cases with the snapshot of this name.
#[track_caller]
fn check(name: &str, cases: &[Case<'_>]) {
    let mut settings = insta::Settings::clone_current();
    // The cases stand here; their text would only be repeated.
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, report(cases)));
}

/// Every case with what was said about it.
fn report(cases: &[Case<'_>]) -> String {
    let mut report = String::new();
    for (title, kustomization, files) in cases {
        let files = files.iter().copied();
        let files = [("kustomization.yaml", *kustomization), ("app.yaml", APP)]
            .into_iter()
            .chain(files)
            .map(|(path, text)| (path, text.as_bytes().to_vec()));
        report.push_str(&format!("{title}\n"));
        match render(Layer::from_files(files).unwrap(), []) {
            Err(error) => {
                let chain = format!("{error:#}").replace('\n', "\n  ");
                report.push_str(&format!("  {}: {chain}\n", error.kind().code()));
            }
            Ok(manifests) if manifests.warnings().is_empty() => report.push_str("  nothing\n"),
            Ok(manifests) => {
                for warning in manifests.warnings() {
                    let code = warning.kind().code();
                    report.push_str(&format!("  warning {code}: {warning}\n"));
                }
            }
        }
    }
    report
}

const COMPONENT: &str =
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: a\n";

#[test]
fn kustomizations() {
    check(
        "kustomizations",
        &[
            (
                "unknown field",
                "resources: [app.yaml]\nnamePrefx: a-\n",
                &[],
            ),
            ("wrong type", "resources: app.yaml\n", &[]),
            ("syntax", "resources: [app.yaml\n", &[]),
            ("key twice", "resources: [app.yaml]\nresources: []\n", &[]),
            ("kind", "kind: Kustomisation\nresources: [app.yaml]\n", &[]),
            ("empty", "", &[]),
            (
                "deprecated",
                "bases: [b]\n",
                &[("b/kustomization.yaml", "resources: []\nnamePrefix: a\n")],
            ),
        ],
    );
}

#[test]
fn resources_and_components() {
    check(
        "resources_and_components",
        &[
            (
                "resources: missing",
                "resources:\n- app.yaml\n- ap.yaml\n",
                &[],
            ),
            (
                "resources: outside",
                "resources: [sub]\n",
                &[("sub/kustomization.yaml", "resources:\n- ../app.yaml\n")],
            ),
            (
                "resources: URL",
                "resources: ['https://example.com/app.yaml']\n",
                &[],
            ),
            (
                "resources: remote base",
                "resources: ['github.com/o/r//base?ref=v1']\n",
                &[],
            ),
            (
                "resources: cycle",
                "resources: [sub]\n",
                &[("sub/kustomization.yaml", "resources:\n- ..\n")],
            ),
            (
                "resources: no kustomization",
                "resources: [sub]\n",
                &[("sub/x.yaml", "")],
            ),
            (
                "resources: twice",
                "resources: [app.yaml, sub]\n",
                &[
                    ("sub/kustomization.yaml", "resources: [app.yaml]\n"),
                    (
                        "sub/app.yaml",
                        "\n# again\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
                    ),
                ],
            ),
            (
                "resources: no name",
                "resources: [x.yaml]\n",
                &[("x.yaml", "apiVersion: v1\nkind: Pod\n")],
            ),
            (
                "resources: syntax",
                "resources: [x.yaml]\n",
                &[("x.yaml", "kind: Pod\nmetadata:\n\tname: x\n")],
            ),
            (
                "resources: a Component",
                "resources: [app.yaml, c]\n",
                &[("c/kustomization.yaml", COMPONENT)],
            ),
            (
                "components: a base",
                "resources: [app.yaml]\ncomponents: [b]\n",
                &[("b/kustomization.yaml", "namePrefix: a\n")],
            ),
            (
                "components: a file",
                "resources: [app.yaml]\ncomponents: [app.yaml]\n",
                &[],
            ),
            (
                "components: a broken one",
                "resources: [app.yaml]\ncomponents: [c]\n",
                &[(
                    "c/kustomization.yaml",
                    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamespace: [a]\n",
                )],
            ),
        ],
    );
}

#[test]
fn patches() {
    let misplaced = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\n";
    let directive =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  $patch: remove\n";
    let shape =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template: [a]\n";
    check(
        "patches",
        &[
            (
                "patches: neither text nor path",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n",
                &[],
            ),
            (
                "patches: text and path",
                "resources: [app.yaml]\npatches:\n- patch: a\n  path: b\n",
                &[],
            ),
            (
                "patches: missing file",
                "resources: [app.yaml]\npatches:\n- path: patch.yaml\n",
                &[],
            ),
            (
                "patches: not a patch",
                "resources: [app.yaml]\npatches:\n- patch: hello\n",
                &[],
            ),
            (
                "patches: inline, no such resource",
                "resources: [app.yaml]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata: {name: wen}\n",
                &[],
            ),
            (
                "patches: path, no such resource",
                "resources: [app.yaml]\npatches: [{path: p.yaml}]\n",
                &[("p.yaml", misplaced)],
            ),
            (
                "patches: inline, wrong shape",
                "resources: [app.yaml]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n    spec:\n      selector: [a]\n",
                &[],
            ),
            (
                "patches: path, wrong shape",
                "resources: [app.yaml]\npatches: [{path: p.yaml}]\n",
                &[("p.yaml", shape)],
            ),
            (
                "patches: path, unknown directive",
                "resources: [app.yaml]\npatches: [{path: p.yaml}]\n",
                &[("p.yaml", directive)],
            ),
            (
                "patches: inline, syntax",
                "resources: [app.yaml]\npatches:\n- patch: |-\n    kind: Service\n    metadata: [\n",
                &[],
            ),
            (
                "patches: target without a match",
                "resources: [app.yaml]\npatches:\n- target: {kind: Servise}\n  patch: '- {op: remove, path: /spec}'\n",
                &[],
            ),
            (
                "patches: bad pattern",
                "resources: [app.yaml]\npatches:\n- target:\n    name: 'w(eb'\n  patch: '- {op: remove, path: /spec}'\n",
                &[],
            ),
            (
                "patches: bad label selector",
                "resources: [app.yaml]\npatches:\n- target:\n    labelSelector: 'a in b'\n  patch: '- {op: remove, path: /spec}'\n",
                &[],
            ),
            (
                "patches: bad label selector that nobody reads",
                "resources: [app.yaml]\npatches:\n- target:\n    kind: Job\n    labelSelector: 'a in b'\n  patch: '- {op: remove, path: /spec}'\n",
                &[],
            ),
            (
                "patches: a list for a text",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  patch:\n  - {op: remove, path: /spec}\n",
                &[],
            ),
            (
                "patches: a flow list that is no JSON",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  patch: |-\n    [{op: remove, path: /spec}]\n",
                &[],
            ),
            (
                "patches: a flow list for a text",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  patch: [{op: remove, path: /spec}]\n",
                &[],
            ),
            (
                "patches: JSON without target",
                "resources: [app.yaml]\npatches:\n- patch: '- {op: remove, path: /spec}'\n",
                &[],
            ),
            (
                "patches: JSON inline",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  patch: |-\n    - op: add\n      path: /metadata/labels\n      value: {}\n    - op: remove\n      path: /spec/ports\n",
                &[],
            ),
            (
                "patches: JSON by path",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  path: p.json\n",
                &[(
                    "p.json",
                    "[\n  {\"op\": \"test\", \"path\": \"/spec/selector/app\", \"value\": \"secret\"}\n]\n",
                )],
            ),
            (
                "patches: JSON, unknown operation",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  path: p.yaml\n",
                &[("p.yaml", "- op: append\n  path: /spec\n")],
            ),
            (
                "patchesStrategicMerge: missing file",
                "resources: [app.yaml]\npatchesStrategicMerge:\n- p.yaml\n",
                &[],
            ),
            (
                "patchesStrategicMerge: no such resource",
                "resources: [app.yaml]\npatchesStrategicMerge:\n- p.yaml\n",
                &[("p.yaml", misplaced)],
            ),
            (
                "patchesStrategicMerge: empty",
                "resources: [app.yaml]\npatchesStrategicMerge:\n- p.yaml\n",
                &[("p.yaml", "# nothing\n")],
            ),
            (
                "patchesJson6902: no name",
                "resources: [app.yaml]\npatchesJson6902:\n- target: {version: v1, kind: Service}\n  patch: '[]'\n",
                &[],
            ),
            (
                "patchesJson6902: no operations",
                "resources: [app.yaml]\npatchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  path: p.yaml\n",
                &[("p.yaml", "[]")],
            ),
            (
                "patchesJson6902: no such place",
                "resources: [app.yaml]\npatchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  path: p.yaml\n",
                &[(
                    "p.yaml",
                    "- op: replace\n  path: /spec/type\n  value: NodePort\n",
                )],
            ),
        ],
    );
}

#[test]
fn transformers() {
    let both = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: y}\n";
    let odd = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: odd\n  labels: [a]\nspec:\n  replicas: {a: 1}\n  template:\n    spec:\n      containers: [web]\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: [a]\n";
    check(
        "transformers",
        &[
            (
                "namespace: two become one",
                "resources: [x.yaml]\nnamespace: z\n",
                &[("x.yaml", both)],
            ),
            (
                "namespace: wrong type",
                "resources: [app.yaml]\nnamespace: 5\n",
                &[],
            ),
            (
                "namePrefix: wrong type",
                "resources: [app.yaml]\nnamePrefix: true\n",
                &[],
            ),
            (
                "namePrefix: missing value",
                "resources: [app.yaml]\nnamePrefix: {}\n",
                &[],
            ),
            (
                "nameSuffix: wrong type",
                "resources: [app.yaml]\nnameSuffix: [a]\n",
                &[],
            ),
            (
                "labels: not a mapping",
                "resources: [x.yaml]\nlabels:\n- pairs: {a: b}\n",
                &[("x.yaml", odd)],
            ),
            (
                "labels: fields that conflict",
                "resources: [app.yaml]\nlabels:\n- pairs: {a: b}\n  includeSelectors: true\n  fields:\n  - path: spec/selector\n    version: v1\n    kind: Service\n",
                &[],
            ),
            (
                "labels: wrong type",
                "resources: [app.yaml]\nlabels:\n- pairs:\n    a: 1\n",
                &[],
            ),
            (
                "commonLabels: not a mapping",
                "resources: [x.yaml]\ncommonLabels: {a: b}\n",
                &[("x.yaml", service)],
            ),
            (
                "commonAnnotations: wrong type",
                "resources: [app.yaml]\ncommonAnnotations:\n  a: true\n",
                &[],
            ),
            (
                "images: not a mapping",
                "resources: [x.yaml]\nimages: [{name: nginx, newTag: v1}]\n",
                &[("x.yaml", odd)],
            ),
            (
                "images: no match",
                "resources: [app.yaml]\nimages:\n- name: apache\n  newTag: v1\n",
                &[],
            ),
            (
                "images: wrong type",
                "resources: [app.yaml]\nimages:\n- name: nginx\n  newTag: 1.2\n",
                &[],
            ),
            (
                "replicas: no match",
                "resources: [app.yaml]\nreplicas:\n- name: wen\n  count: 2\n",
                &[],
            ),
            (
                "replicas: not a scalar",
                "resources: [x.yaml]\nreplicas:\n- {name: odd, count: 2}\n",
                &[("x.yaml", odd)],
            ),
            (
                "replicas: wrong type",
                "resources: [app.yaml]\nreplicas:\n- name: web\n  count: two\n",
                &[],
            ),
            (
                "replacements: no such source",
                "resources: [app.yaml]\nreplacements:\n- source: {kind: Service, name: wen}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [spec.x]\n",
                &[],
            ),
            (
                "replacements: no targets",
                "resources: [app.yaml]\nreplacements:\n- source: {kind: Service, name: web}\n",
                &[],
            ),
            (
                "replacements: two sources",
                "resources: [app.yaml]\nreplacements:\n- source: {kind: Service, name: web}\n  sourceValue: a\n  targets:\n  - select: {kind: Deployment}\n",
                &[],
            ),
            (
                "replacements: no such field",
                "resources: [app.yaml]\nreplacements:\n- source: {kind: Service, name: web}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths:\n    - spec.x\n",
                &[],
            ),
        ],
    );
}

#[test]
fn plugins() {
    let labels =
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {a: b}\n";
    check(
        "plugins",
        &[
            (
                "no such plugin",
                "resources: [app.yaml]\ntransformers: [p.yaml]\n",
                &[(
                    "p.yaml",
                    "apiVersion: builtin\nkind: LabelTransformr\nmetadata: {name: l}\n",
                )],
            ),
            (
                "a transformer among generators",
                "resources: [app.yaml]\ngenerators: [p.yaml]\n",
                &[("p.yaml", labels)],
            ),
            (
                "a generator among transformers",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: SecretGenerator\n  metadata: {name: s}\n",
                &[],
            ),
            (
                "no builtin plugin",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: example.com/v1\n  kind: LabelTransformer\n  metadata: {name: l}\n",
                &[],
            ),
            (
                "twice",
                "resources: [app.yaml]\ntransformers: [p.yaml, p.yaml]\n",
                &[("p.yaml", labels)],
            ),
            (
                "no such file",
                "resources: [app.yaml]\ntransformers:\n- q.yaml\n",
                &[("p.yaml", labels)],
            ),
            (
                "inline syntax",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: [\n",
                &[],
            ),
            (
                "wrong type",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: LabelTransformer\n  metadata: {name: l}\n  labels: [a]\n",
                &[],
            ),
            (
                "PrefixTransformer: no fields",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: PrefixTransformer\n  metadata: {name: l}\n  prefix: a\n",
                &[],
            ),
            (
                "NamespaceTransformer: no such mode",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: {name: l, namespace: n}\n  setRoleBindingSubjects: all\n",
                &[],
            ),
            (
                "ValueAddTransformer: no targets",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {name: l}\n  value: v\n",
                &[],
            ),
            (
                "ValueAddTransformer: no field path",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {name: l}\n  value: v\n  targets:\n  - selector: {kind: A}\n",
                &[],
            ),
            (
                "ValueAddTransformer: negative position",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {name: l}\n  value: v\n  targets:\n  - {fieldPath: a, filePathPosition: -1}\n",
                &[],
            ),
            (
                "ValueAddTransformer: a mapping",
                "resources: [app.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {name: l}\n  value: v\n  targets:\n  - {fieldPath: spec}\n",
                &[],
            ),
            (
                "IAMPolicyGenerator: another cloud",
                "resources: [app.yaml]\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: IAMPolicyGenerator\n  metadata: {name: l}\n  cloud: aws\n",
                &[],
            ),
            (
                "IAMPolicyGenerator: no YAML",
                "resources: [app.yaml]\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: IAMPolicyGenerator\n  metadata: {name: l}\n  cloud: gke\n  kubernetesService: {name: 'a: b'}\n",
                &[],
            ),
            (
                "a validator that changes resources",
                "resources: [app.yaml]\nvalidators: [p.yaml]\n",
                &[(
                    "p.yaml",
                    &format!("{labels}fieldSpecs: [{{path: metadata/labels, create: true}}]\n"),
                )],
            ),
        ],
    );
}

#[test]
fn generators() {
    let generator = |rest: &str| format!("resources: [app.yaml]\n{rest}");
    let cases = [
        (
            "configMapGenerator: missing file",
            "configMapGenerator:\n- name: c\n  files:\n  - a=x.txt\n",
        ),
        (
            "configMapGenerator: missing env file",
            "configMapGenerator:\n- name: c\n  envs:\n  - x.env\n",
        ),
        (
            "configMapGenerator: literal",
            "configMapGenerator:\n- name: c\n  literals:\n  - hunter2\n",
        ),
        (
            "configMapGenerator: key twice",
            "configMapGenerator:\n- name: c\n  literals:\n  - a=1\n  - a=2\n",
        ),
        (
            "configMapGenerator: bad key",
            "configMapGenerator:\n- name: c\n  literals:\n  - a b=1\n",
        ),
        (
            "configMapGenerator: no name",
            "configMapGenerator:\n- literals: [a=1]\n",
        ),
        (
            "configMapGenerator: twice",
            "configMapGenerator:\n- name: c\n- name: c\n",
        ),
        (
            "configMapGenerator: nothing to merge",
            "configMapGenerator:\n- name: c\n  behavior: merge\n",
        ),
        (
            "configMapGenerator: behavior",
            "configMapGenerator:\n- name: c\n  behavior: mrege\n",
        ),
        (
            "secretGenerator: literal",
            "secretGenerator:\n- name: s\n  literals:\n  - hunter2\n",
        ),
        (
            "secretGenerator: missing file",
            "secretGenerator:\n- name: s\n  files: [hunter.txt]\n",
        ),
        (
            "secretGenerator: nothing to replace",
            "secretGenerator:\n- name: s\n  behavior: replace\n",
        ),
    ];
    let texts = cases.map(|(title, rest)| (title, generator(rest)));
    let none: &[(&str, &str)] = &[];
    let cases: Vec<Case<'_>> = texts
        .iter()
        .map(|(title, text)| (*title, text.as_str(), none))
        .collect();
    check("generators", &cases);
}

/// An entry that holds nothing is there, and whoever misses something in it says where.
#[test]
fn entries_that_are_null() {
    for field in [
        "bases",
        "components",
        "configMapGenerator",
        "configurations",
        "crds",
        "patches",
        "patchesJson6902",
        "patchesStrategicMerge",
        "replacements",
        "replicas",
        "resources",
        "secretGenerator",
        "vars",
    ] {
        let kustomization = format!("{field}: [~]\n");
        let layer = Layer::from_files([("kustomization.yaml", kustomization)]).unwrap();
        let error = render(layer, []).unwrap_err();
        let location = error.location().map(|it| (it.line, it.column));
        let column = u32::try_from(field.len()).unwrap() + 4;
        assert_eq!(location, Some((1, column)), "{field}: {error}");
    }
}

/// Every kind of warning, most at the patch or the entry that asks for what does not happen.
#[test]
fn warnings() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec:\n  containers:\n  - {name: a, image: x}\n  - {name: a, image: y}\n";
    let patch = |body: &str| {
        format!(
            "resources: [x.yaml]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Pod\n    metadata: {{name: pod}}\n{body}"
        )
    };
    let replace = patch("    $patch: replace\n    spec: {}\n");
    let leak = patch("    spec:\n      $setElementOrder/containers: [{name: a}]\n");
    let element = patch("    spec:\n      containers:\n      - {name: b, image: z}\n");
    let no_key = patch("    spec:\n      containers:\n      - image: z\n");
    let lost_patch = patch(
        "    spec:\n      containers:\n      - {name: b, image: z}\n      - {name: b, image: y}\n",
    );
    let in_list = patch("    spec:\n      containers:\n      - name: a\n        $patch: replace\n");
    let one = pod.replace("  - {name: a, image: y}\n", "");
    let number = "apiVersion: v1\nkind: Service\nmetadata:\n  name: e4\n";
    let ends = "apiVersion: v1\nkind: Service\nmetadata:\n  name: 12e\n";
    let accounts = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: far}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: own}\nsubjects:\n- kind: ServiceAccount\n  name: a\n";
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  list: '[{\"x\": 1}]'\n  text: 'a: {b: \"{c: 1}\"}'\n";
    check(
        "warnings",
        &[
            (
                "prefix: type changed",
                "resources: [x.yaml]\nnamePrefix: '12'\n",
                &[("x.yaml", number)],
            ),
            (
                "suffix: type changed",
                "resources: [x.yaml]\nnameSuffix: '4'\n",
                &[("x.yaml", ends)],
            ),
            (
                "images: type changed",
                "resources: [app.yaml]\nimages:\n- name: nginx\n  newName: '5'\n",
                &[],
            ),
            ("patches: replace at the top", &replace, &[("x.yaml", &one)]),
            ("patches: replace in a list", &in_list, &[("x.yaml", &one)]),
            (
                "patches: a directive that kustomize does not know",
                &leak,
                &[("x.yaml", &one)],
            ),
            (
                "patches: an element with the key of another",
                &element,
                &[("x.yaml", pod)],
            ),
            (
                "patches: an element without a key",
                &no_key,
                &[("x.yaml", &one)],
            ),
            (
                "patches: two elements with one key",
                &lost_patch,
                &[("x.yaml", &one)],
            ),
            (
                "name references: another namespace",
                "resources: [x.yaml]\nnamePrefix: p-\n",
                &[("x.yaml", accounts)],
            ),
            (
                "replacements: no such target",
                "resources: [app.yaml]\nreplacements:\n- sourceValue: a\n  targets:\n  - select: {kind: Job}\n    fieldPaths: [spec.x]\n",
                &[],
            ),
            (
                "replacements: lost in a text",
                "resources: [x.yaml]\nreplacements:\n- sourceValue: a\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths:\n    - data.text.a.b.c\n",
                &[("x.yaml", text)],
            ),
            (
                "patchesStrategicMerge: deprecated",
                "resources: [app.yaml]\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n",
                &[],
            ),
            (
                "commonLabels: deprecated",
                "resources: [app.yaml]\ncommonLabels: {a: b}\n",
                &[],
            ),
        ],
    );
}

/// Where the reference does something else than one may think, and says nothing.
#[test]
fn silent_surprises() {
    let env = "A=1\nexport B=hunter2\nC\nD=\"hunter2\"\nE='x'\n";
    let long = format!("A=1\nB={}\nC=1\n", "x".repeat(70_000));
    let tls = "secretGenerator:\n- name: s\n  type: kubernetes.io/tls\n  options: {immutable: true}\n  literals: [a=hunter2]\n";
    let bytes = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nbinaryData: {k: AA==}\nother: hunter2\n";
    let number = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"e4\"}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n  - configMap:\n      name: e4\n";
    let text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  json: '{\"a\": \"b\"}'\n";
    check(
        "silent_surprises",
        &[
            (
                "a key twice",
                "resources: [app.yaml]\nlabels:\n- pairs: {a: b}\nresources: [app.yaml]\n",
                &[],
            ),
            (
                "a key twice, deeper",
                "resources: [app.yaml]\nimages:\n- name: nginx\n  newTag: a\n  newTag: b\n",
                &[],
            ),
            (
                "a second document",
                "# one\n---\nresources: [app.yaml]\n---\n# two\nnamePrefix: a-\n",
                &[],
            ),
            (
                "buildMetadata",
                "resources: [app.yaml]\nbuildMetadata:\n- originAnnotation\n- managedByLabel\n",
                &[],
            ),
            (
                "behavior",
                "configMapGenerator:\n- name: c\n  behavior: marge\n",
                &[],
            ),
            (
                "env file: keys and values",
                "secretGenerator:\n- name: c\n  envs: [c.env]\n",
                &[("c.env", env)],
            ),
            (
                "env file: an endless line",
                "configMapGenerator:\n- name: c\n  envs: [c.env]\n",
                &[("c.env", &long)],
            ),
            (
                "generators: keys",
                "configMapGenerator:\n- name: c\n  literals:\n  - a b=c\n  files: [dir/ok.txt, 'b c=dir/ok.txt']\n",
                &[("dir/ok.txt", "")],
            ),
            (
                "a Secret that a generator merges into",
                "resources: [base]\nsecretGenerator:\n- {name: s, behavior: merge}\n",
                &[("base/kustomization.yaml", tls)],
            ),
            (
                "a Secret that a generator merges into, its type said again",
                "resources: [base]\nsecretGenerator:\n- {name: s, behavior: merge, type: x, options: {immutable: true}}\n",
                &[("base/kustomization.yaml", tls)],
            ),
            (
                "a key that becomes a text",
                "resources: [x.yaml]\nconfigMapGenerator:\n- {name: c, behavior: merge, literals: [k=v]}\n",
                &[("x.yaml", bytes)],
            ),
            (
                "patches: words of YAML 1.1, and a second document",
                "resources: [app.yaml]\npatches:\n- target: {kind: Service}\n  path: p.yaml\n",
                &[(
                    "p.yaml",
                    "- op: add\n  path: /spec/x\n  value: {a: yes, b: [\"no\", off, true, \"yes\"], c: 'n', d: null}\n---\n- op: remove\n  path: /spec\n",
                )],
            ),
            (
                "images: tagSuffix",
                "resources: [app.yaml]\nimages:\n- name: nginx\n  tagSuffix: -rc\n",
                &[],
            ),
            (
                "a reference that becomes a number",
                "resources: [x.yaml]\nnamePrefix: '12'\n",
                &[("x.yaml", number)],
            ),
            (
                "replacements: a list for a text",
                "resources: [app.yaml]\nreplacements:\n- source: {kind: Deployment, name: web, fieldPath: spec.template}\n  targets:\n  - select: {kind: Service}\n    fieldPaths:\n    - spec.selector.app\n",
                &[],
            ),
            (
                "replacements: unknown fields of a file",
                "resources: [app.yaml]\nreplacements: [{path: r.yaml}]\n",
                &[(
                    "r.yaml",
                    "sourceValue: x\nname: y\ntargets:\n- select: {kind: Service}\n  fieldPath: [a]\n  fieldPaths: [metadata.name]\n",
                )],
            ),
            (
                "replacements: a delimiter in a text",
                "resources: [x.yaml]\nreplacements:\n- sourceValue: x\n  targets:\n  - select: {kind: ConfigMap}\n    options: {delimiter: '-'}\n    fieldPaths:\n    - data.json.a\n",
                &[("x.yaml", text)],
            ),
            (
                "configurations: a row that gives way",
                "resources: [app.yaml]\nconfigurations: [c.yaml]\ncommonAnnotations: {a: b}\n",
                &[(
                    "c.yaml",
                    "commonAnnotations:\n- path: spec/template/metadata/annotations\n  create: true\nnamePrefix:\n- path: metadata/name\n- path: spec/x\n  kind: Service\n",
                )],
            ),
        ],
    );
}

/// What transformers refuse in resources.
#[test]
fn resources_that_do_not_fit() {
    let named = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  x: [b]\n";
    let annotations = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: text\n";
    let namespace = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ns: {a: b}\n";
    let image =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - image: [a]\n";
    let configuration = |table: &str, path: &str| format!("{table}:\n- {{path: {path}}}\n");
    let prefix = configuration("namePrefix", "spec/x");
    let suffix = configuration("nameSuffix", "spec/x");
    let names = configuration("namespace", "spec/ns");
    check(
        "resources_that_do_not_fit",
        &[
            (
                "namePrefix: a list",
                "resources: [x.yaml]\nnamePrefix: p-\nconfigurations: [c.yaml]\n",
                &[("x.yaml", named), ("c.yaml", &prefix)],
            ),
            (
                "nameSuffix: a list",
                "resources: [x.yaml]\nnameSuffix: -s\nconfigurations: [c.yaml]\n",
                &[("x.yaml", named), ("c.yaml", &suffix)],
            ),
            (
                "namespace: a mapping",
                "resources: [x.yaml]\nnamespace: mine\nconfigurations: [c.yaml]\n",
                &[("x.yaml", namespace), ("c.yaml", &names)],
            ),
            (
                "commonAnnotations: a text",
                "resources: [x.yaml]\ncommonAnnotations: {a: b}\n",
                &[("x.yaml", annotations)],
            ),
            (
                "images: a list",
                "resources: [x.yaml]\nimages: [{name: a, newTag: b}]\n",
                &[("x.yaml", image)],
            ),
            (
                "images: bad pattern",
                "resources: [app.yaml]\nimages:\n- name: a(\n  newTag: b\n",
                &[],
            ),
            (
                "configMapGenerator: bad env file",
                "configMapGenerator:\n- name: c\n  envs: [c.env]\n",
                &[("c.env", "a=1\nb c=2\n")],
            ),
            (
                "secretGenerator: bad env file",
                "secretGenerator:\n- name: c\n  envs:\n  - c.env\n",
                &[("c.env", "a=1\n=hunter2\n")],
            ),
            (
                "secretGenerator: key twice",
                "secretGenerator:\n- name: c\n  literals:\n  - a=hunter2\n  - a=hunter3\n",
                &[],
            ),
            (
                "secretGenerator: no name",
                "secretGenerator:\n- type: Opaque\n",
                &[],
            ),
        ],
    );
}

/// The way through kustomizations, outermost last.
#[test]
fn the_way_to_an_error() {
    let pod = "apiVersion: v1\nkind: Pod\n";
    let patch = "- {op: remove, path: /spec/type}\n";
    let base = "resources:\n- app.yaml\npatches:\n- path: patch.yaml\n  target: {kind: Service}\n";
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplacements:\n- path: r.yaml\n";
    check(
        "the_way_to_an_error",
        &[
            (
                "a resource of a base of a base",
                "resources:\n- middle\n",
                &[
                    ("middle/kustomization.yaml", "resources: [../base]\n"),
                    ("base/kustomization.yaml", "resources:\n- x.yaml\n"),
                    ("base/x.yaml", pod),
                ],
            ),
            (
                "a file that a base misses",
                "resources:\n- base\n",
                &[("base/kustomization.yaml", "resources:\n- x.yaml\n")],
            ),
            (
                "the kustomization of a base",
                "resources:\n- base\n",
                &[("base/kustomization.yaml", "namespce: a\n")],
            ),
            (
                "a directory with two kustomizations",
                "resources:\n- base\n",
                &[
                    ("base/kustomization.yaml", "resources:\n- sub\n"),
                    ("base/sub/kustomization.yaml", "namespace: a\n"),
                    ("base/sub/kustomization.yml", "namespace: a\n"),
                ],
            ),
            (
                "a patch of a base",
                "resources:\n- base\n",
                &[
                    ("base/kustomization.yaml", base),
                    ("base/app.yaml", APP),
                    ("base/patch.yaml", patch),
                ],
            ),
            (
                "a replacement of a component",
                "resources: [app.yaml]\ncomponents:\n- c\n",
                &[
                    ("c/kustomization.yaml", component),
                    ("c/r.yaml", "- source: 5\n"),
                ],
            ),
            (
                "a configuration of a base",
                "resources:\n- base\n",
                &[
                    ("base/kustomization.yaml", "configurations:\n- c.yaml\n"),
                    ("base/c.yaml", "namePrefix: {}\n"),
                ],
            ),
            (
                "a conflict of label fields comes before what patches do",
                "resources: [app.yaml]\nlabels:\n- pairs: {a: b}\n  fields: [{path: metadata/labels}]\npatches:\n- patch: '- {op: remove, path: /a}'\n  target: {kind: Service}\n",
                &[],
            ),
        ],
    );
}

#[test]
fn the_end_of_a_build() {
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nsubjects: text\n";
    let accounts = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: x}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: y}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nsubjects:\n- kind: ServiceAccount\n  name: a\n";
    check(
        "the_end_of_a_build",
        &[
            (
                "sortOptions: order",
                "resources: [app.yaml]\nsortOptions:\n  order: lifo\n",
                &[],
            ),
            (
                "sortOptions: no order",
                "resources: [app.yaml]\nsortOptions:\n  legacySortOptions: {}\n",
                &[],
            ),
            (
                "sortOptions: fifo with kinds",
                "resources: [app.yaml]\nsortOptions:\n  order: fifo\n  legacySortOptions:\n    orderFirst: [A]\n",
                &[],
            ),
            (
                "name references: wrong shape",
                "resources: [x.yaml]\nnamePrefix: a-\n",
                &[("x.yaml", binding)],
            ),
            (
                "name references: ambiguous",
                "resources: [x.yaml]\nnamePrefix: a-\n",
                &[("x.yaml", accounts)],
            ),
            (
                "output: key twice",
                "resources: [x.yaml]\n",
                &[(
                    "x.yaml",
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: 1\n  a: 2\n",
                )],
            ),
            (
                "output: key is a number",
                "resources: [x.yaml]\n",
                &[(
                    "x.yaml",
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  1: a\n",
                )],
            ),
            (
                "output: value",
                "resources: [x.yaml]\n",
                &[(
                    "x.yaml",
                    "apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec:\n  a: .nan\n",
                )],
            ),
        ],
    );
}

#[test]
fn what_is_built_alone_has_no_targets_to_miss() {
    const ENTRIES: &str = "patches:
- target: {kind: Pod}
  patch: |-
    - op: remove
      path: /spec
images:
- {name: httpd, newTag: v2}
replacements:
- sourceValue: a
  targets: [{select: {kind: Pod}, fieldPaths: [spec.a]}]
";
    let count = |head: &str| {
        let kustomization = format!("{head}\n{ENTRIES}").into_bytes();
        let files = [
            ("kustomization.yaml", kustomization),
            ("app.yaml", APP.into()),
        ];
        let manifests = render(Layer::from_files(files).unwrap(), []).unwrap();
        manifests.warnings().len()
    };
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component";
    assert_eq!(count(component), 0);
    assert_eq!(count("resources: [app.yaml]"), 3);
}

#[test]
fn fields_of_plugins_that_nobody_knows() {
    let warned = |config: &str| {
        let files = [
            (
                "kustomization.yaml",
                "resources: [app.yaml]\ntransformers: [t.yaml]\n",
            ),
            ("app.yaml", APP),
            ("t.yaml", config),
        ];
        let files = files.map(|(path, text)| (path, text.to_owned()));
        let manifests = render(Layer::from_files(files).unwrap(), []).unwrap();
        let warnings = manifests.warnings().iter();
        let places = warnings.map(|warning| {
            assert_eq!(warning.kind().code(), "ignored-field");
            let location = warning.location().unwrap();
            (location.line, location.column)
        });
        places.collect::<Vec<_>>()
    };
    let head = "apiVersion: builtin\nmetadata: {name: x, labels: {a: b}}\n";
    let prefix = "kind: PrefixTransformer\nprefix: a\nsuffix: b\nfieldSpecs:\n- path: metadata/name\n  kid: Pod\n";
    assert_eq!(warned(&format!("{head}{prefix}")), [(8, 3), (5, 1)]);
    let both = prefix
        .replace("PrefixT", "PrefixSuffixT")
        .replace("  kid: Pod\n", "");
    assert_eq!(warned(&format!("{head}{both}")), []);
}

/// Each base waits on the stack for the one below it.
#[test]
fn bases_that_lie_too_deep() {
    let chain = |bases: usize| {
        let directory = |depth: usize| "b/".repeat(depth);
        let list = move |depth: usize| {
            let entry = if depth < bases { "b" } else { "app.yaml" };
            let path = directory(depth) + "kustomization.yaml";
            (path, format!("resources: [{entry}]\n"))
        };
        let app = (directory(bases) + "app.yaml", APP.to_owned());
        let files = (0..=bases).map(list).chain([app]);
        Layer::from_files(files.map(|(path, text)| (path, text.into_bytes()))).unwrap()
    };
    let mut options = Options::default();
    let limit = options.limits.bases;
    let build = |bases: usize, options: &Options| Renderer::new().render(chain(bases), [], options);
    assert!(
        build(limit, &options)
            .unwrap()
            .as_str()
            .contains("image: nginx")
    );
    let error = build(limit + 1, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    let place = error.location().unwrap().to_string();
    assert_eq!(place, "b/".repeat(limit) + "kustomization.yaml:1:13");
    options.limits.bases = limit + 1;
    assert!(build(limit + 1, &options).is_ok());
}
