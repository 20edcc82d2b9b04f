//! Manifests of many kinds.

use serde_json::{Value, json};

use super::dice::Dice;
use super::words;

/// A resource that patches, selectors and sources can name.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) value: Value,
}

impl Item {
    pub(crate) fn of(value: Value) -> Self {
        let text = |at: &str| value.pointer(at).and_then(Value::as_str).map(bare);
        Self {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            name: text("/metadata/name").unwrap_or_default(),
            namespace: text("/metadata/namespace"),
            value,
        }
    }

    /// The group, or nothing, and the version.
    pub(crate) fn group_version(&self) -> (Option<&str>, &str) {
        match self.api_version.split_once('/') {
            Some((group, version)) => (Some(group), version),
            None => (None, &self.api_version),
        }
    }
}

/// A text without its quotes.
pub(crate) fn bare(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

const WORKLOADS: [(&str, &str); 7] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "ReplicaSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "Pod"),
];

/// A resource whose name ends with a number of its own.
///
/// A base that is built twice can hold none that prefixes and namespaces pass by.
pub(crate) fn resource(dice: &mut Dice, number: usize, is_base: bool) -> Item {
    let mut value = match dice.below(100) {
        0..=44 => workload(dice, number),
        45..=59 => config(dice, number),
        60..=69 => service(dice, number),
        70..=79 => custom(dice, number),
        _ => other(dice, number),
    };
    let unchanged = ["Namespace", "CustomResourceDefinition", "APIService"];
    if is_base
        && value["kind"]
            .as_str()
            .is_some_and(|kind| unchanged.contains(&kind))
    {
        value = workload(dice, number);
    }
    decorate(dice, &mut value);
    Item::of(value)
}

/// Labels, annotations and a namespace, where the resource has none.
fn decorate(dice: &mut Dice, value: &mut Value) {
    let metadata = &mut value["metadata"];
    if dice.chance(40) {
        metadata["labels"] = words::labels(dice);
    }
    if dice.chance(20) {
        metadata["annotations"] = json!({"note": words::string(dice)});
    }
    match dice.below(60) {
        0 => metadata["creationTimestamp"] = Value::Null,
        1 => metadata["labels"] = json!({}),
        2 => metadata["annotations"] = Value::Null,
        3 => metadata["labels"] = json!({"n": words::scalar(dice)}),
        4 => metadata["namespace"] = json!("\"\""),
        5 => metadata["finalizers"] = json!(["a.example.com/x", "b.example.com/y"]),
        6 => {
            let needs = dice.word(&["\"true\"", "enabled", "'false'"]);
            metadata["annotations"] = json!({"kustomize.config.k8s.io/needs-hash": needs});
        }
        7 => {
            let annotation = dice.word(&[
                "config.kubernetes.io/index",
                "config.kubernetes.io/path",
                "internal.config.kubernetes.io/x",
                "kustomize.config.k8s.io/behavior",
                "config.kubernetes.io/origin",
            ]);
            metadata["annotations"] = json!({annotation: "merge", "own": "kept"});
        }
        _ => {}
    }
    if dice.chance(3) {
        metadata["annotations"] = json!({"config.kubernetes.io/local-config": "\"true\""});
    }
    if dice.chance(15) {
        metadata["namespace"] = json!(dice.word(&["first", "second", "default"]));
    }
}

fn workload(dice: &mut Dice, number: usize) -> Value {
    let (api_version, kind) = *dice.pick(&WORKLOADS);
    let name = format!("work-{number}");
    let mut pod = json!({"spec": pod(dice, number)});
    let app = json!({"app": words::label(dice)});
    if dice.chance(70) {
        pod["metadata"] = json!({"labels": app});
    }
    let mut value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
    value["spec"] = match kind {
        "Pod" => pod["spec"].take(),
        "CronJob" => {
            let schedule = json!("'*/5 * * * *'");
            json!({"schedule": schedule, "jobTemplate": {"spec": {"template": pod}}})
        }
        _ => json!({"template": pod}),
    };
    if !matches!(kind, "Pod" | "CronJob" | "Job") {
        value["spec"]["selector"] = json!({"matchLabels": app});
        if dice.chance(60) {
            value["spec"]["replicas"] = json!(dice.between(0, 5));
        }
    }
    if kind == "StatefulSet" {
        value["spec"]["serviceName"] = json!(near(dice, "svc", number));
        value["spec"]["volumeClaimTemplates"] = json!([{
            "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": near(dice, "other", number)},
        }]);
    }
    if kind == "Deployment" && dice.chance(30) {
        value["spec"]["strategy"] =
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}});
    }
    value
}

/// The name of a resource that may be there.
fn near(dice: &mut Dice, what: &str, number: usize) -> String {
    format!("{what}-{}", (number + dice.below(5)).saturating_sub(2))
}

fn pod(dice: &mut Dice, number: usize) -> Value {
    let mut pod = json!({"containers": [container(dice, number, "main")]});
    if dice.chance(30) {
        let side = container(dice, number, "side");
        pod["containers"].as_array_mut().unwrap().push(side);
    }
    if dice.chance(20) {
        pod["initContainers"] = json!([container(dice, number, "init")]);
    }
    if dice.chance(40) {
        pod["volumes"] = json!([
            {"name": "conf", "configMap": {"name": near(dice, "conf", number)}},
            {"name": "tmp", "emptyDir": {}},
            {"name": "all", "projected": {"sources": [
                {"secret": {"name": near(dice, "conf", number)}},
                {"configMap": {"name": near(dice, "conf", number)}},
            ]}},
        ]);
    }
    if dice.chance(25) {
        pod["serviceAccountName"] = json!(near(dice, "other", number));
    }
    if dice.chance(15) {
        pod["tolerations"] =
            json!([{"key": "a", "operator": "Exists"}, {"key": "b", "value": "x"}]);
    }
    if dice.chance(15) {
        pod["imagePullSecrets"] = json!([{"name": near(dice, "conf", number)}]);
    }
    if dice.chance(15) {
        pod["topologySpreadConstraints"] = json!([{
            "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": "web"}},
        }]);
    }
    if dice.chance(10) {
        pod["hostAliases"] = json!([{"ip": "10.0.0.1", "hostnames": ["a", "b"]}]);
    }
    pod
}

fn container(dice: &mut Dice, number: usize, name: &str) -> Value {
    let mut container = json!({"name": name, "image": words::image(dice)});
    if dice.chance(50) {
        container["env"] = json!([
            {"name": "PLAIN", "value": words::string(dice)},
            {"name": "VAR", "value": dice.word(&["$(V0)", "x-$(V0)-$(V1)", "$$(V0)", "'$(V1)'", "$(NO)"])},
            {"name": "FROM", "valueFrom": {"configMapKeyRef": {
                "name": near(dice, "conf", number), "key": "a"}}},
        ]);
    }
    if dice.chance(30) {
        container["envFrom"] = json!([{"configMapRef": {"name": near(dice, "conf", number)}},
            {"secretRef": {"name": near(dice, "conf", number)}}]);
    }
    if dice.chance(50) {
        let mut ports = json!([{"containerPort": 80, "name": "http"}, {"containerPort": 443}]);
        if dice.chance(50) {
            ports[0]["protocol"] = json!("TCP");
        }
        if dice.chance(50) {
            ports[1]["protocol"] = json!("UDP");
        }
        container["ports"] = ports;
    }
    if dice.chance(30) {
        let args = ["--a=$(V0)", "'--b'", "$(V1)", "\"5\"", "run"];
        container["args"] = json!([dice.word(&args), dice.word(&args)]);
    }
    if dice.chance(30) {
        container["resources"] =
            json!({"limits": {"cpu": "100m", "memory": "1Gi"}, "requests": {"cpu": "'1'"}});
    }
    if dice.chance(30) {
        container["volumeMounts"] = json!([{"name": "conf", "mountPath": "/etc/conf"}, {"name": "tmp", "mountPath": "/tmp"}]);
    }
    if dice.chance(20) {
        container["livenessProbe"] =
            json!({"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5});
    }
    container
}

fn config(dice: &mut Dice, number: usize) -> Value {
    let kind = dice.word(&["ConfigMap", "ConfigMap", "Secret"]);
    let mut value =
        json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": format!("conf-{number}")}});
    if kind == "Secret" {
        value["type"] = json!("Opaque");
        value["data"] = json!({"a": "YWJj", "b": "\"eA==\""});
        if dice.chance(40) {
            value["stringData"] = json!({"c": words::string(dice)});
        }
    } else {
        value["data"] = json!({"a": words::string(dice), "b": words::string(dice), "port": "'80'"});
        match dice.below(4) {
            0 => value["data"]["conf.yaml"] = json!("a: 1\nb:\n  c: [x, y]\n"),
            1 => value["data"]["conf.json"] = json!("{\"a\": 1,\n  \"b\": {\"c\": \"x\"}}\n"),
            _ => {}
        }
    }
    value
}

fn service(dice: &mut Dice, number: usize) -> Value {
    let mut ports =
        json!([{"port": 80, "targetPort": "http", "name": "a"}, {"port": 443, "name": "b"}]);
    if dice.chance(50) {
        ports[0]["protocol"] = json!("TCP");
        ports[1]["protocol"] = json!(dice.word(&["TCP", "UDP"]));
    }
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": format!("svc-{number}")},
        "spec": {"selector": {"app": words::label(dice)}, "ports": ports},
    })
}

fn custom(dice: &mut Dice, number: usize) -> Value {
    let kind = dice.word(&["Widget", "Gadget"]);
    let api_version = dice.word(&["example.com/v1", "example.com/v1beta1", "other.io/v2"]);
    let mut value = json!({
        "apiVersion": api_version, "kind": kind, "metadata": {"name": format!("cr-{number}")},
        "spec": {
            "words": [words::word(dice), words::string(dice)],
            "items": [{"name": "one", "value": words::scalar(dice)}, {"name": "two", "value": words::scalar(dice)}],
            "any": {"a": words::scalar(dice), "b": words::scalar(dice), "deep": {"c": words::scalar(dice)}},
            "configRef": {"name": near(dice, "conf", number)},
            "image": words::image(dice), "containers": [{"name": "main", "image": words::image(dice)}],
            "replicas": dice.below(4),
            "template": {"metadata": {"labels": {"app": "web"}}},
        },
    });
    strange(dice, &mut value);
    value
}

/// Keys that are no plain text, and aliases.
fn strange(dice: &mut Dice, value: &mut Value) {
    match dice.below(12) {
        0 => value["spec"]["any"]["'on'"] = words::scalar(dice),
        1 if dice.chance(20) => {
            // Refused in most places.
            let key = dice.word(&["5", "1.50", "~", "yes"]);
            value["spec"]["any"]["deep"][key] = words::scalar(dice);
        }
        2 => value["spec"]["any"]["'5'"] = words::scalar(dice),
        3 => value["spec"]["any"]["\"a b\""] = words::scalar(dice),
        4 => value["spec"]["words"] = json!(["&w x", "*w", "!!str 5"]),
        5 => value["spec"]["words"] = json!([["a", ["b"]], [], {}, [{"c": []}]]),
        6 => value["spec"]["any"]["deep"] = json!({"e": {}, "n": null, "l": [null, ""]}),
        8 => value["status"] = json!({"conditions": [{"type": "Ready", "status": "\"True\""}]}),
        _ => {}
    }
}

fn other(dice: &mut Dice, number: usize) -> Value {
    let mut near = |what: &str| near(dice, what, number);
    let (conf, svc, work, account) = (near("conf"), near("svc"), near("work"), near("other"));
    let subject = json!({"kind": "ServiceAccount", "name": account, "namespace": "default"});
    let rbac = "rbac.authorization.k8s.io/v1";
    let rules = json!([{"apiGroups": ["\"\""], "resources": ["pods"], "verbs": ["get", "list"], "resourceNames": [conf]}]);
    let webhooks = json!([{"name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"service": {"name": svc, "namespace": "default", "path": "/x"}}}]);
    let (api_version, kind, body) = match dice.below(21) {
        0 | 1 => (
            "v1",
            "ServiceAccount",
            json!({"secrets": [{"name": conf}], "imagePullSecrets": [{"name": conf}]}),
        ),
        2 => (rbac, "Role", json!({"rules": rules})),
        3 => (
            rbac,
            "ClusterRole",
            json!({"rules": rules, "aggregationRule": {}}),
        ),
        4 => (
            rbac,
            "RoleBinding",
            json!({"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": account}, "subjects": [subject]}),
        ),
        5 => (
            rbac,
            "ClusterRoleBinding",
            json!({"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": account}, "subjects": [subject]}),
        ),
        6 | 7 => (
            "networking.k8s.io/v1",
            "Ingress",
            json!({"spec": {"ingressClassName": account, "tls": [{"hosts": ["a.example.com"], "secretName": conf}],
            "rules": [{"host": "a.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": svc, "port": {"number": 80}}}}]}}]}}),
        ),
        8 => (
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            json!({"spec": {"minReplicas": 1, "maxReplicas": 5,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": work}}}),
        ),
        9 => (
            "v1",
            "PersistentVolumeClaim",
            json!({"spec": {"storageClassName": account, "volumeName": account, "accessModes": ["ReadWriteOnce"]}}),
        ),
        10 => (
            "v1",
            "PersistentVolume",
            json!({"spec": {"capacity": {"storage": "1Gi"}, "storageClassName": account}}),
        ),
        11 => (
            "storage.k8s.io/v1",
            "StorageClass",
            json!({"provisioner": "x.example.com", "allowVolumeExpansion": true}),
        ),
        12 => (
            "networking.k8s.io/v1",
            "NetworkPolicy",
            json!({"spec": {"podSelector": {"matchLabels": {"app": "web"}},
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "db"}}}]}]}}),
        ),
        13 => (
            "policy/v1",
            "PodDisruptionBudget",
            json!({"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}}),
        ),
        14 => ("v1", "Namespace", json!({})),
        15 => (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            json!({"spec": {"group": "example.com", "scope": "Namespaced",
            "names": {"kind": "Widget", "plural": "widgets"}, "versions": [{"name": "v1", "served": true, "storage": true}],
            "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": {"service": {"name": svc, "namespace": "default"}}}}}}),
        ),
        16 => (
            "admissionregistration.k8s.io/v1",
            "ValidatingWebhookConfiguration",
            json!({"webhooks": webhooks}),
        ),
        17 => (
            "admissionregistration.k8s.io/v1",
            "MutatingWebhookConfiguration",
            json!({"webhooks": webhooks}),
        ),
        18 => (
            "apiregistration.k8s.io/v1",
            "APIService",
            json!({"spec": {"group": "x", "version": "v1", "service": {"name": svc, "namespace": "default"}}}),
        ),
        19 => (
            "scheduling.k8s.io/v1",
            "PriorityClass",
            json!({"value": 100000, "globalDefault": false}),
        ),
        _ => (
            "networking.k8s.io/v1",
            "IngressClass",
            json!({"spec": {"controller": "x.example.com/c"}}),
        ),
    };
    let mut value = body;
    value["apiVersion"] = json!(api_version);
    value["kind"] = json!(kind);
    value["metadata"] = json!({"name": format!("other-{number}")});
    value
}
