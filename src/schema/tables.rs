//! The patch rules and scopes of Kubernetes v1.21.2.
//!
//! Made by `tools/merge_schema.py`; do not edit.

use super::builtin::{Shape, Type};

/// Types from which a list that is merged can be reached, sorted by name.
#[rustfmt::skip]
pub(super) static TYPES: [Type; 127] = [
    Type { name: "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration", fields: &[
        ("metadata", Shape::Map(122)),
        ("webhooks", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration", fields: &[
        ("metadata", Shape::Map(122)),
        ("webhooks", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfiguration", fields: &[
        ("metadata", Shape::Map(122)),
        ("webhooks", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfiguration", fields: &[
        ("metadata", Shape::Map(122)),
        ("webhooks", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.apps.v1.ControllerRevision", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.apps.v1.DaemonSet", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(6)),
        ("status", Shape::Map(7)),
    ] },
    Type { name: "io.k8s.api.apps.v1.DaemonSetSpec", fields: &[
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.apps.v1.DaemonSetStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.apps.v1.Deployment", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(9)),
        ("status", Shape::Map(10)),
    ] },
    Type { name: "io.k8s.api.apps.v1.DeploymentSpec", fields: &[
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.apps.v1.DeploymentStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.apps.v1.Kustomization", fields: &[
        ("configMapGenerator", Shape::List(&["name"], None)),
        ("secretGenerator", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.apps.v1.ReplicaSet", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(13)),
        ("status", Shape::Map(14)),
    ] },
    Type { name: "io.k8s.api.apps.v1.ReplicaSetSpec", fields: &[
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.apps.v1.ReplicaSetStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.apps.v1.StatefulSet", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(16)),
        ("status", Shape::Map(17)),
    ] },
    Type { name: "io.k8s.api.apps.v1.StatefulSetSpec", fields: &[
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.apps.v1.StatefulSetStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.authentication.v1.TokenRequest", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authentication.v1.TokenReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authentication.v1beta1.TokenReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1.LocalSubjectAccessReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1.SelfSubjectAccessReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1.SelfSubjectRulesReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1.SubjectAccessReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1beta1.LocalSubjectAccessReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1beta1.SelfSubjectAccessReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1beta1.SelfSubjectRulesReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.authorization.v1beta1.SubjectAccessReview", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.autoscaling.v1.Scale", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscaler", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscaler", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.batch.v1.CronJob", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(34)),
    ] },
    Type { name: "io.k8s.api.batch.v1.CronJobSpec", fields: &[
        ("jobTemplate", Shape::Map(38)),
    ] },
    Type { name: "io.k8s.api.batch.v1.Job", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(36)),
        ("status", Shape::Map(37)),
    ] },
    Type { name: "io.k8s.api.batch.v1.JobSpec", fields: &[
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.batch.v1.JobStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.batch.v1.JobTemplateSpec", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(36)),
    ] },
    Type { name: "io.k8s.api.batch.v1beta1.CronJob", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(40)),
    ] },
    Type { name: "io.k8s.api.batch.v1beta1.CronJobSpec", fields: &[
        ("jobTemplate", Shape::Map(41)),
    ] },
    Type { name: "io.k8s.api.batch.v1beta1.JobTemplateSpec", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(36)),
    ] },
    Type { name: "io.k8s.api.certificates.v1.CertificateSigningRequest", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.certificates.v1beta1.CertificateSigningRequest", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.coordination.v1.Lease", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.coordination.v1beta1.Lease", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.Binding", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.ComponentStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.ConfigMap", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.Container", fields: &[
        ("env", Shape::List(&["name"], None)),
        ("ports", Shape::List(&["containerPort", "protocol"], None)),
        ("volumeDevices", Shape::List(&["devicePath"], None)),
        ("volumeMounts", Shape::List(&["mountPath"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.Endpoints", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.EphemeralContainer", fields: &[
        ("env", Shape::List(&["name"], None)),
        ("volumeDevices", Shape::List(&["devicePath"], None)),
        ("volumeMounts", Shape::List(&["mountPath"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.EphemeralVolumeSource", fields: &[
        ("volumeClaimTemplate", Shape::Map(63)),
    ] },
    Type { name: "io.k8s.api.core.v1.Event", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.LimitRange", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.Namespace", fields: &[
        ("metadata", Shape::Map(122)),
        ("status", Shape::Map(56)),
    ] },
    Type { name: "io.k8s.api.core.v1.NamespaceStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.Node", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(58)),
        ("status", Shape::Map(59)),
    ] },
    Type { name: "io.k8s.api.core.v1.NodeSpec", fields: &[
        ("podCIDRs", Shape::List(&[], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.NodeStatus", fields: &[
        ("addresses", Shape::List(&["type"], None)),
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.PersistentVolume", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.PersistentVolumeClaim", fields: &[
        ("metadata", Shape::Map(122)),
        ("status", Shape::Map(62)),
    ] },
    Type { name: "io.k8s.api.core.v1.PersistentVolumeClaimStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.PersistentVolumeClaimTemplate", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.Pod", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(65)),
        ("status", Shape::Map(66)),
    ] },
    Type { name: "io.k8s.api.core.v1.PodSpec", fields: &[
        ("containers", Shape::List(&["name"], Some(49))),
        ("ephemeralContainers", Shape::List(&["name"], Some(51))),
        ("hostAliases", Shape::List(&["ip"], None)),
        ("imagePullSecrets", Shape::List(&["name"], None)),
        ("initContainers", Shape::List(&["name"], Some(49))),
        ("topologySpreadConstraints", Shape::List(&["topologyKey", "whenUnsatisfiable"], None)),
        ("volumes", Shape::List(&["name"], Some(78))),
    ] },
    Type { name: "io.k8s.api.core.v1.PodStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
        ("podIPs", Shape::List(&["ip"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.PodTemplate", fields: &[
        ("metadata", Shape::Map(122)),
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.core.v1.PodTemplateSpec", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(65)),
    ] },
    Type { name: "io.k8s.api.core.v1.ReplicationController", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(70)),
        ("status", Shape::Map(71)),
    ] },
    Type { name: "io.k8s.api.core.v1.ReplicationControllerSpec", fields: &[
        ("template", Shape::Map(68)),
    ] },
    Type { name: "io.k8s.api.core.v1.ReplicationControllerStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.ResourceQuota", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.Secret", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.core.v1.Service", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(76)),
        ("status", Shape::Map(77)),
    ] },
    Type { name: "io.k8s.api.core.v1.ServiceAccount", fields: &[
        ("metadata", Shape::Map(122)),
        ("secrets", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.ServiceSpec", fields: &[
        ("ports", Shape::List(&["port", "protocol"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.ServiceStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.core.v1.Volume", fields: &[
        ("ephemeral", Shape::Map(52)),
    ] },
    Type { name: "io.k8s.api.discovery.v1.EndpointSlice", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.discovery.v1beta1.EndpointSlice", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.events.v1.Event", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.events.v1beta1.Event", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.extensions.v1beta1.Ingress", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.flowcontrol.v1beta1.FlowSchema", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfiguration", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.networking.v1.Ingress", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.networking.v1.IngressClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.networking.v1.NetworkPolicy", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.networking.v1beta1.Ingress", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.networking.v1beta1.IngressClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.node.v1.RuntimeClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.node.v1beta1.RuntimeClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.policy.v1.PodDisruptionBudget", fields: &[
        ("metadata", Shape::Map(122)),
        ("status", Shape::Map(94)),
    ] },
    Type { name: "io.k8s.api.policy.v1.PodDisruptionBudgetStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.policy.v1beta1.Eviction", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.policy.v1beta1.PodDisruptionBudget", fields: &[
        ("metadata", Shape::Map(122)),
        ("status", Shape::Map(97)),
    ] },
    Type { name: "io.k8s.api.policy.v1beta1.PodDisruptionBudgetStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.api.policy.v1beta1.PodSecurityPolicy", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1.ClusterRole", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1.ClusterRoleBinding", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1.Role", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1.RoleBinding", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1beta1.ClusterRole", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1beta1.ClusterRoleBinding", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1beta1.Role", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.rbac.v1beta1.RoleBinding", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.scheduling.v1.PriorityClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.scheduling.v1beta1.PriorityClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1.CSIDriver", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1.CSINode", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(111)),
    ] },
    Type { name: "io.k8s.api.storage.v1.CSINodeSpec", fields: &[
        ("drivers", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.storage.v1.StorageClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1.VolumeAttachment", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1beta1.CSIDriver", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1beta1.CSINode", fields: &[
        ("metadata", Shape::Map(122)),
        ("spec", Shape::Map(116)),
    ] },
    Type { name: "io.k8s.api.storage.v1beta1.CSINodeSpec", fields: &[
        ("drivers", Shape::List(&["name"], None)),
    ] },
    Type { name: "io.k8s.api.storage.v1beta1.CSIStorageCapacity", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1beta1.StorageClass", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.api.storage.v1beta1.VolumeAttachment", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition", fields: &[
        ("metadata", Shape::Map(122)),
    ] },
    Type { name: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", fields: &[
        ("finalizers", Shape::List(&[], None)),
        ("ownerReferences", Shape::List(&["uid"], None)),
    ] },
    Type { name: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService", fields: &[
        ("metadata", Shape::Map(122)),
        ("status", Shape::Map(124)),
    ] },
    Type { name: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
    Type { name: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIService", fields: &[
        ("metadata", Shape::Map(122)),
        ("status", Shape::Map(126)),
    ] },
    Type { name: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceStatus", fields: &[
        ("conditions", Shape::List(&["type"], None)),
    ] },
];

/// Kind, API version and type of resources, sorted.
#[rustfmt::skip]
pub(super) static ROOTS: [(&str, &str, u16); 90] = [
    ("APIService", "apiregistration.k8s.io/v1", 123),
    ("APIService", "apiregistration.k8s.io/v1beta1", 125),
    ("Binding", "v1", 46),
    ("CSIDriver", "storage.k8s.io/v1", 109),
    ("CSIDriver", "storage.k8s.io/v1beta1", 114),
    ("CSINode", "storage.k8s.io/v1", 110),
    ("CSINode", "storage.k8s.io/v1beta1", 115),
    ("CSIStorageCapacity", "storage.k8s.io/v1beta1", 117),
    ("CertificateSigningRequest", "certificates.k8s.io/v1", 42),
    ("CertificateSigningRequest", "certificates.k8s.io/v1beta1", 43),
    ("ClusterRole", "rbac.authorization.k8s.io/v1", 99),
    ("ClusterRole", "rbac.authorization.k8s.io/v1beta1", 103),
    ("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", 100),
    ("ClusterRoleBinding", "rbac.authorization.k8s.io/v1beta1", 104),
    ("ComponentStatus", "v1", 47),
    ("ConfigMap", "v1", 48),
    ("ControllerRevision", "apps/v1", 4),
    ("CronJob", "batch/v1", 33),
    ("CronJob", "batch/v1beta1", 39),
    ("CustomResourceDefinition", "apiextensions.k8s.io/v1", 120),
    ("CustomResourceDefinition", "apiextensions.k8s.io/v1beta1", 121),
    ("DaemonSet", "apps/v1", 5),
    ("Deployment", "apps/v1", 8),
    ("EndpointSlice", "discovery.k8s.io/v1", 79),
    ("EndpointSlice", "discovery.k8s.io/v1beta1", 80),
    ("Endpoints", "v1", 50),
    ("Event", "events.k8s.io/v1", 81),
    ("Event", "events.k8s.io/v1beta1", 82),
    ("Event", "v1", 53),
    ("Eviction", "policy/v1beta1", 95),
    ("FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta1", 84),
    ("HorizontalPodAutoscaler", "autoscaling/v1", 29),
    ("HorizontalPodAutoscaler", "autoscaling/v2beta1", 31),
    ("HorizontalPodAutoscaler", "autoscaling/v2beta2", 32),
    ("Ingress", "extensions/v1beta1", 83),
    ("Ingress", "networking.k8s.io/v1", 86),
    ("Ingress", "networking.k8s.io/v1beta1", 89),
    ("IngressClass", "networking.k8s.io/v1", 87),
    ("IngressClass", "networking.k8s.io/v1beta1", 90),
    ("Job", "batch/v1", 35),
    ("Kustomization", "kustomize.config.k8s.io/v1beta1", 11),
    ("Lease", "coordination.k8s.io/v1", 44),
    ("Lease", "coordination.k8s.io/v1beta1", 45),
    ("LimitRange", "v1", 54),
    ("LocalSubjectAccessReview", "authorization.k8s.io/v1", 21),
    ("LocalSubjectAccessReview", "authorization.k8s.io/v1beta1", 25),
    ("MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1", 0),
    ("MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1beta1", 2),
    ("Namespace", "v1", 55),
    ("NetworkPolicy", "networking.k8s.io/v1", 88),
    ("Node", "v1", 57),
    ("PersistentVolume", "v1", 60),
    ("PersistentVolumeClaim", "v1", 61),
    ("Pod", "v1", 64),
    ("PodDisruptionBudget", "policy/v1", 93),
    ("PodDisruptionBudget", "policy/v1beta1", 96),
    ("PodSecurityPolicy", "policy/v1beta1", 98),
    ("PodTemplate", "v1", 67),
    ("PriorityClass", "scheduling.k8s.io/v1", 107),
    ("PriorityClass", "scheduling.k8s.io/v1beta1", 108),
    ("PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta1", 85),
    ("ReplicaSet", "apps/v1", 12),
    ("ReplicationController", "v1", 69),
    ("ResourceQuota", "v1", 72),
    ("Role", "rbac.authorization.k8s.io/v1", 101),
    ("Role", "rbac.authorization.k8s.io/v1beta1", 105),
    ("RoleBinding", "rbac.authorization.k8s.io/v1", 102),
    ("RoleBinding", "rbac.authorization.k8s.io/v1beta1", 106),
    ("RuntimeClass", "node.k8s.io/v1", 91),
    ("RuntimeClass", "node.k8s.io/v1beta1", 92),
    ("Scale", "autoscaling/v1", 30),
    ("Secret", "v1", 73),
    ("SelfSubjectAccessReview", "authorization.k8s.io/v1", 22),
    ("SelfSubjectAccessReview", "authorization.k8s.io/v1beta1", 26),
    ("SelfSubjectRulesReview", "authorization.k8s.io/v1", 23),
    ("SelfSubjectRulesReview", "authorization.k8s.io/v1beta1", 27),
    ("Service", "v1", 74),
    ("ServiceAccount", "v1", 75),
    ("StatefulSet", "apps/v1", 15),
    ("StorageClass", "storage.k8s.io/v1", 112),
    ("StorageClass", "storage.k8s.io/v1beta1", 118),
    ("SubjectAccessReview", "authorization.k8s.io/v1", 24),
    ("SubjectAccessReview", "authorization.k8s.io/v1beta1", 28),
    ("TokenRequest", "authentication.k8s.io/v1", 18),
    ("TokenReview", "authentication.k8s.io/v1", 19),
    ("TokenReview", "authentication.k8s.io/v1beta1", 20),
    ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", 1),
    ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1beta1", 3),
    ("VolumeAttachment", "storage.k8s.io/v1", 113),
    ("VolumeAttachment", "storage.k8s.io/v1beta1", 119),
];

/// Kind and API version of resources, sorted, and whether they live in namespaces.
#[rustfmt::skip]
pub(super) static NAMESPACED: [(&str, &str, bool); 82] = [
    ("APIService", "apiregistration.k8s.io/v1", false),
    ("APIService", "apiregistration.k8s.io/v1beta1", false),
    ("CSIDriver", "storage.k8s.io/v1", false),
    ("CSIDriver", "storage.k8s.io/v1beta1", false),
    ("CSINode", "storage.k8s.io/v1", false),
    ("CSINode", "storage.k8s.io/v1beta1", false),
    ("CSIStorageCapacity", "storage.k8s.io/v1beta1", true),
    ("CertificateSigningRequest", "certificates.k8s.io/v1", false),
    ("CertificateSigningRequest", "certificates.k8s.io/v1beta1", false),
    ("ClusterRole", "rbac.authorization.k8s.io/v1", false),
    ("ClusterRole", "rbac.authorization.k8s.io/v1beta1", false),
    ("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", false),
    ("ClusterRoleBinding", "rbac.authorization.k8s.io/v1beta1", false),
    ("ComponentStatus", "v1", false),
    ("ConfigMap", "v1", true),
    ("ControllerRevision", "apps/v1", true),
    ("CronJob", "batch/v1", true),
    ("CronJob", "batch/v1beta1", true),
    ("CustomResourceDefinition", "apiextensions.k8s.io/v1", false),
    ("CustomResourceDefinition", "apiextensions.k8s.io/v1beta1", false),
    ("DaemonSet", "apps/v1", true),
    ("Deployment", "apps/v1", true),
    ("EndpointSlice", "discovery.k8s.io/v1", true),
    ("EndpointSlice", "discovery.k8s.io/v1beta1", true),
    ("Endpoints", "v1", true),
    ("Event", "events.k8s.io/v1", true),
    ("Event", "events.k8s.io/v1beta1", true),
    ("Event", "v1", true),
    ("FlowSchema", "flowcontrol.apiserver.k8s.io/v1beta1", false),
    ("HorizontalPodAutoscaler", "autoscaling/v1", true),
    ("HorizontalPodAutoscaler", "autoscaling/v2beta1", true),
    ("HorizontalPodAutoscaler", "autoscaling/v2beta2", true),
    ("Ingress", "extensions/v1beta1", true),
    ("Ingress", "networking.k8s.io/v1", true),
    ("Ingress", "networking.k8s.io/v1beta1", true),
    ("IngressClass", "networking.k8s.io/v1", false),
    ("IngressClass", "networking.k8s.io/v1beta1", false),
    ("Job", "batch/v1", true),
    ("Lease", "coordination.k8s.io/v1", true),
    ("Lease", "coordination.k8s.io/v1beta1", true),
    ("LimitRange", "v1", true),
    ("MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1", false),
    ("MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1beta1", false),
    ("Namespace", "v1", false),
    ("NetworkPolicy", "networking.k8s.io/v1", true),
    ("Node", "v1", false),
    ("NodeProxyOptions", "v1", false),
    ("PersistentVolume", "v1", false),
    ("PersistentVolumeClaim", "v1", true),
    ("Pod", "v1", true),
    ("PodAttachOptions", "v1", true),
    ("PodDisruptionBudget", "policy/v1", true),
    ("PodDisruptionBudget", "policy/v1beta1", true),
    ("PodExecOptions", "v1", true),
    ("PodPortForwardOptions", "v1", true),
    ("PodProxyOptions", "v1", true),
    ("PodSecurityPolicy", "policy/v1beta1", false),
    ("PodTemplate", "v1", true),
    ("PriorityClass", "scheduling.k8s.io/v1", false),
    ("PriorityClass", "scheduling.k8s.io/v1beta1", false),
    ("PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1beta1", false),
    ("ReplicaSet", "apps/v1", true),
    ("ReplicationController", "v1", true),
    ("ResourceQuota", "v1", true),
    ("Role", "rbac.authorization.k8s.io/v1", true),
    ("Role", "rbac.authorization.k8s.io/v1beta1", true),
    ("RoleBinding", "rbac.authorization.k8s.io/v1", true),
    ("RoleBinding", "rbac.authorization.k8s.io/v1beta1", true),
    ("RuntimeClass", "node.k8s.io/v1", false),
    ("RuntimeClass", "node.k8s.io/v1beta1", false),
    ("Scale", "autoscaling/v1", true),
    ("Secret", "v1", true),
    ("Service", "v1", true),
    ("ServiceAccount", "v1", true),
    ("ServiceProxyOptions", "v1", true),
    ("StatefulSet", "apps/v1", true),
    ("StorageClass", "storage.k8s.io/v1", false),
    ("StorageClass", "storage.k8s.io/v1beta1", false),
    ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", false),
    ("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1beta1", false),
    ("VolumeAttachment", "storage.k8s.io/v1", false),
    ("VolumeAttachment", "storage.k8s.io/v1beta1", false),
];
