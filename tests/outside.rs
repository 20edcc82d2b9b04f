//! What a render asks its caller for: remote files and bases, Helm charts, functions.

use std::sync::{Arc, Mutex};

use kustody::{
    Chart, Content, Error, ErrorKind, FileTree, Function, FunctionRunner, HelmInflator, Layer,
    MemoryTree, Options, RemoteLoader, Renderer, Repository, Result,
};

fn render(options: &Options, files: &[(&str, &str)]) -> Result<String> {
    let files = files.iter().map(|(path, text)| (*path, text.to_string()));
    let tree = MemoryTree::from_files(files)?;
    let directory = kustody::tree::TreePath::new("app")?;
    let layer = Layer::new(Arc::new(tree), directory);
    let manifests = Renderer::new().render(layer, [], options)?;
    Ok(manifests.to_string())
}

fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
}

/// Answers by the name at the end of a URL, and notes what it was asked.
#[derive(Default)]
struct Net(Mutex<Vec<String>>);

impl RemoteLoader for Net {
    fn file(&self, url: &str) -> Result<Content> {
        self.0.lock().unwrap().push(format!("file {url}"));
        if url.ends_with("a.yaml") {
            return Ok(config_map("a").into());
        }
        if url.ends_with("page") {
            return Ok("<html></html>".into());
        }
        Err(Error::new(ErrorKind::Remote, "there is no such file"))
    }

    fn repository(&self, repository: &Repository) -> Result<Arc<dyn FileTree>> {
        self.0
            .lock()
            .unwrap()
            .push(format!("repository {repository}"));
        let tree = MemoryTree::from_files([
            (
                "base/kustomization.yaml",
                "resources: [../b.yaml, ../more]\n".to_owned(),
            ),
            (
                "good/kustomization.yaml",
                "namePrefix: x-\nresources: [../more]\n".to_owned(),
            ),
            (
                "again/kustomization.yaml",
                format!("resources: ['{}']\n", "https://host/org/repo.git//again"),
            ),
            (
                "more/kustomization.yaml",
                "resources: [c.yaml]\n".to_owned(),
            ),
            ("more/c.yaml", config_map("c")),
            ("b.yaml", config_map("b")),
        ])?;
        Ok(Arc::new(tree))
    }
}

fn fetch(kustomization: &str) -> (Result<String>, Vec<String>) {
    let net = Arc::new(Net::default());
    let mut options = Options::default();
    options.remote = Some(net.clone());
    let rendered = render(&options, &[("app/kustomization.yaml", kustomization)]);
    let asked = net.0.lock().unwrap().clone();
    (rendered, asked)
}

#[test]
fn urls_are_files_first_and_repositories_then() {
    let (rendered, asked) = fetch("resources: ['https://host/a.yaml']\n");
    assert_eq!(rendered.unwrap(), config_map("a"));
    assert_eq!(asked, ["file https://host/a.yaml"]);
    for url in [
        "https://host/org/repo.git//good?ref=v1",
        "https://github.com/org/repo.git/good",
    ] {
        let (rendered, asked) = fetch(&format!("resources: ['{url}']\n"));
        assert_eq!(rendered.unwrap(), config_map("x-c"));
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert!(asked[1].starts_with("repository "));
    }
    let (rendered, asked) = fetch("components: ['git@host:org/repo//good']\n");
    assert_eq!(rendered.unwrap_err().kind(), ErrorKind::NotAComponent);
    assert_eq!(asked, ["repository git@host:org/repo//good"]);
}

#[test]
fn what_is_neither_is_an_error() {
    let kind = |entry: &str| {
        fetch(&format!("resources: ['{entry}']\n"))
            .0
            .unwrap_err()
            .kind()
    };
    assert_eq!(kind("https://host/page"), ErrorKind::NotAResource);
    assert_eq!(
        kind("https://host/org/repo.git//nowhere"),
        ErrorKind::NotFound
    );
    assert_eq!(
        kind("https://host/org/repo.git//b.yaml"),
        ErrorKind::NotADirectory
    );
    assert_eq!(kind("https://host/org/repo.git//again"), ErrorKind::Cycle);
}

#[test]
fn a_repository_reads_nothing_outside_its_directory() {
    let mut options = Options::default();
    options.load_restrictions = kustody::LoadRestrictions::None;
    options.remote = Some(Arc::new(Net::default()));
    let text = "resources: ['https://host/org/repo.git//base']\n";
    let error = render(&options, &[("app/kustomization.yaml", text)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Restricted);
}

#[test]
fn patches_may_be_remote() {
    struct Patch;
    impl RemoteLoader for Patch {
        fn file(&self, _: &str) -> Result<Content> {
            Ok((config_map("a") + "data: {k: v}\n").into())
        }
        fn repository(&self, _: &Repository) -> Result<Arc<dyn FileTree>> {
            Err(Error::new(ErrorKind::Remote, "there are no repositories"))
        }
    }
    let mut options = Options::default();
    options.remote = Some(Arc::new(Patch));
    let files = [
        (
            "app/kustomization.yaml",
            "resources: [a.yaml]\npatches: [{path: 'http://host/p.yaml'}]\n",
        ),
        ("app/a.yaml", &config_map("a")),
    ];
    assert!(render(&options, &files).unwrap().contains("k: v"));
}

#[test]
fn without_somebody_to_ask_the_entry_is_named() {
    let function = "apiVersion: e/v1\nkind: F\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: f}'\n";
    for (text, kind, place, word) in [
        (
            "resources:\n- https://me:secret@host/x.yaml\n",
            ErrorKind::Remote,
            "app/kustomization.yaml:2:3",
            "RemoteLoader",
        ),
        (
            "resources:\n- git@host:a/b\n",
            ErrorKind::Remote,
            "app/kustomization.yaml:2:3",
            "RemoteLoader",
        ),
        (
            "helmCharts:\n- name: web\n",
            ErrorKind::Helm,
            "app/kustomization.yaml:2:3",
            "HelmInflator",
        ),
        (
            "transformers: [f.yaml]\nresources: []\n",
            ErrorKind::Function,
            "app/f.yaml:1:1",
            "FunctionRunner",
        ),
        (
            "generators: [f.yaml]\n",
            ErrorKind::Function,
            "app/f.yaml:1:1",
            "FunctionRunner",
        ),
    ] {
        let files = [("app/kustomization.yaml", text), ("app/f.yaml", function)];
        let error = render(&Options::default(), &files).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().starts_with(place), "{error}");
        assert!(error.message().contains(word), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn options_show_nothing_of_what_they_hold() {
    let mut options = Options::default();
    options.remote = Some(Arc::new(Net::default()));
    let shown = format!("{options:?}");
    assert!(
        shown.contains("remote: true") && shown.contains("helm: false"),
        "{shown}"
    );
}

/// Prints what it was asked for as a ConfigMap.
struct Helm;

impl HelmInflator for Helm {
    fn inflate(&self, chart: &Chart) -> Result<Content> {
        let own = chart.tree.read(
            &chart
                .directory
                .join(&format!("{}/values.yaml", chart.path()))?,
            1_000,
        )?;
        let values = chart.values(own.as_bytes())?;
        let values: String = values.lines().map(|line| format!("    {line}\n")).collect();
        Ok(format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: {}\ndata:\n  values: |\n{values}",
            chart.release_name,
            match &*chart.namespace { "" => "none", namespace => namespace },
        )
        .into())
    }
}

fn inflate(kustomization: &str) -> Result<String> {
    let mut options = Options::default();
    options.helm = Some(Arc::new(Helm));
    let plugin = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: p}\nname: web\nreleaseName: plugin\nvaluesInline: {a: 7}\n";
    render(
        &options,
        &[
            ("app/kustomization.yaml", kustomization),
            (
                "app/charts/web/values.yaml",
                "a: 1\nl: [1, 2]\nm: {x: 1, w: 2}\n",
            ),
            ("app/my.yaml", "a: mine\n"),
            ("app/plugin.yaml", plugin),
            (
                "app/below/kustomization.yaml",
                "helmCharts: [{name: web, releaseName: below}]\n",
            ),
            ("app/below/charts/web/values.yaml", "b: 1\n"),
        ],
    )
}

#[test]
fn values_of_charts_are_merged_as_the_entry_says() {
    let values = |fields: &str| {
        let text = format!("helmCharts: [{{name: web, releaseName: r, {fields}}}]\n");
        let rendered = inflate(&text).unwrap();
        let (_, values) = rendered.split_once("values: |\n").unwrap();
        let (values, _) = values.split_once("kind: ").unwrap();
        values.replace("    ", "")
    };
    assert_eq!(values(""), "a: 1\nl: [1, 2]\nm: {x: 1, w: 2}\n");
    assert_eq!(values("valuesFile: my.yaml"), "a: mine\n");
    let inline = "valuesInline: {a: 5, l: [3], m: {x: 9, z: 3}, version: 1.10}";
    let whole = "l:\n- 3\nm:\n  w: 2\n  x: 9\n  z: 3\nversion: \"1.1\"\n";
    assert_eq!(values(inline), format!("a: 5\n{whole}"));
    let file_wins = "a: 1\nl:\n- 1\n- 2\nm:\n  w: 2\n  x: 1\n  z: 3\nversion: \"1.1\"\n";
    assert_eq!(values(&format!("{inline}, valuesMerge: merge")), file_wins);
    let replaced = "a: 5\nl:\n- 3\nm:\n  x: 9\n  z: 3\nversion: \"1.1\"\n";
    assert_eq!(values(&format!("{inline}, valuesMerge: replace")), replaced);
}

#[test]
fn charts_get_the_namespace_of_the_kustomizations_above() {
    let rendered = inflate("namespace: ns\nresources: [below]\nhelmCharts: [{name: web, releaseName: r}, {name: web, releaseName: own, namespace: o}]\n").unwrap();
    assert_eq!(rendered.matches("namespace: ns\n").count(), 2, "{rendered}");
    // Its own stays: what Helm made is left where Helm put it.
    assert_eq!(rendered.matches("namespace: o\n").count(), 1, "{rendered}");
    assert!(!rendered.contains("annotations"), "{rendered}");
    let rendered = inflate("namespace: ns\ngenerators: [plugin.yaml]\n").unwrap();
    assert!(
        rendered.contains("namespace: none") && rendered.contains("a: 7"),
        "{rendered}"
    );
}

#[test]
fn charts_that_cannot_be_understood() {
    for (text, kind) in [
        ("helmCharts: [{version: v1}]\n", ErrorKind::Generator),
        (
            "helmCharts: [{name: web, valuesMerge: mix}]\n",
            ErrorKind::Generator,
        ),
        (
            "helmCharts: [{name: web, valuesFile: none.yaml}]\n",
            ErrorKind::NotFound,
        ),
        (
            "helmCharts: [{name: web, additionalValuesFiles: [../x.yaml]}]\n",
            ErrorKind::NotFound,
        ),
    ] {
        let error = inflate(text).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.location().is_some(), "{error}");
    }
}

/// Does what the name of its configuration says.
struct Functions;

impl FunctionRunner for Functions {
    fn run(&self, function: &Function, input: &str) -> Result<Content> {
        let one = config_map("made").replace("ConfigMap", "Secret");
        Ok(match function.config().name() {
            "same" => input.to_owned(),
            "none" => {
                "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n".to_owned()
            }
            "rename" => input.replace("name: a\n", "name: b\n"),
            "hash" => one.replace(
                "  name",
                "  annotations: {kustomize.config.k8s.io/needs-hash: 'true'}\n  name",
            ),
            "twice" => format!("{one}---\n{one}"),
            "path" => format!(
                "{one}data: {{path: {}}}\n",
                function.path.as_deref().unwrap_or("none")
            ),
            _ => return Err(Error::new(ErrorKind::Function, "the function failed")),
        }
        .into())
    }
}

fn run(field: &str, name: &str) -> Result<String> {
    let mut options = Options::default();
    options.functions = Some(Arc::new(Functions));
    let function = format!(
        "apiVersion: e/v1\nkind: F\nmetadata:\n  name: {name}\n  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: ./run\n"
    );
    let kustomization = format!("namePrefix: p-\nresources: [a.yaml]\n{field}: [f.yaml]\n");
    let a = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\", labels: {x: '1'}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {volumes: [{configMap: {name: a}}]}\n";
    render(
        &options,
        &[
            ("app/kustomization.yaml", &kustomization),
            ("app/f.yaml", &function),
            ("app/a.yaml", a),
        ],
    )
}

#[test]
fn functions_transform() {
    let same = run("transformers", "same").unwrap();
    // History passes through: the reference follows the name.
    assert_eq!(same.matches("name: p-a\n").count(), 2, "{same}");
    assert!(!same.contains("internal"), "{same}");
    assert_eq!(run("transformers", "none").unwrap(), "");
    let renamed = run("transformers", "twice").unwrap_err();
    assert_eq!(renamed.kind(), ErrorKind::Function);
    let failed = run("transformers", "fails").unwrap_err();
    assert_eq!(failed.to_string(), "app/f.yaml:1:1: the function failed");
}

#[test]
fn functions_generate() {
    let hashed = run("generators", "hash").unwrap();
    assert!(hashed.contains("name: p-made-"), "{hashed}");
    assert!(!hashed.contains("annotations"), "{hashed}");
    let path = run("generators", "path").unwrap();
    assert!(path.contains("path: ./run"), "{path}");
    // The configuration, which a generator gets, is none of the results.
    assert!(!run("generators", "same").unwrap().contains("kind: F"));
}

#[test]
fn functions_validate() {
    assert!(run("validators", "same").is_ok());
    assert_eq!(
        run("validators", "none").unwrap_err().kind(),
        ErrorKind::Validator
    );
}

/// What kustomize prints where there is nothing to run: it prints and reads the resources all the
/// same.
#[test]
fn functions_of_nothing_do_nothing() {
    const RESOURCES: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  annotations:
    config.kubernetes.io/index: \"7\"
    config.kubernetes.io/path: \"7\"
    internal.config.kubernetes.io/seqindent: \"7\"
data:
  a: !!str 5
  e: 0o7
  d: |+
    x

---
apiVersion: v1
kind: ConfigMap
metadata:
  name: local
  annotations:
    config.kubernetes.io/local-config: \"true\"
---
apiVersion: v1
kind: Secret
metadata:
  name: b
  annotations:
    config.kubernetes.io/index: \"3\"
";
    const PRINTED: &str = "apiVersion: v1
data:
  a: \"5\"
  d: |+
    x

  e: 7
kind: ConfigMap
metadata:
  name: p-a
---
apiVersion: v1
kind: Secret
metadata:
  name: p-b
";
    let mut options = Options::default();
    options.functions = Some(Arc::new(Functions));
    for said in [
        "annotations: {config.kubernetes.io/function: '{}'}",
        "annotations: {config.kubernetes.io/function: 'null'}",
        "annotations: {config.kubernetes.io/function: 'exec: {path: \"\", args: [a]}'}",
        "configFn: {deferFailure: true}",
    ] {
        let config = format!("apiVersion: e/v1\nkind: F\nmetadata:\n  name: fails\n  {said}\n");
        for field in ["generators", "transformers"] {
            let kustomization = format!("resources: [r.yaml]\nnamePrefix: p-\n{field}: [f.yaml]\n");
            let files = [
                ("kustomization.yaml", kustomization.as_str()),
                ("r.yaml", RESOURCES),
                ("f.yaml", &config),
            ];
            let layer = Layer::from_files(files.map(|(path, text)| (path, text.to_owned())));
            let manifests = Renderer::new()
                .render(layer.unwrap(), [], &options)
                .unwrap();
            assert_eq!(manifests.to_string(), PRINTED, "{field} {said}");
            assert_eq!(manifests.warnings().len(), 1);
        }
    }
}

#[test]
fn functions_that_cannot_be_run() {
    let mut options = Options::default();
    options.functions = Some(Arc::new(Functions));
    for (annotation, kind) in [
        (
            "config.kubernetes.io/function: 'container: {image: i, mounts: [{src: /etc}]}'",
            ErrorKind::Restricted,
        ),
        (
            "config.kubernetes.io/function: 'container: {image: i, mounts: [{src: a/../../b}]}'",
            ErrorKind::Restricted,
        ),
        (
            "config.kubernetes.io/function: 'container: {imag: i}'",
            ErrorKind::UnknownField,
        ),
        (
            "config.kubernetes.io/function: 'container: {network: true}'",
            ErrorKind::Plugin,
        ),
        ("other: x", ErrorKind::Plugin),
        ("config.kubernetes.io/container: i", ErrorKind::Function),
    ] {
        let config = format!(
            "apiVersion: e/v1\nkind: F\nmetadata:\n  name: f\n  annotations:\n    {annotation}\n"
        );
        let files = [
            ("app/kustomization.yaml", "transformers: [f.yaml]\n"),
            ("app/f.yaml", &config),
        ];
        let error = render(&options, &files).unwrap_err();
        assert_eq!(error.kind(), kind, "{annotation}: {error}");
        assert!(error.location().is_some(), "{error}");
    }
}
