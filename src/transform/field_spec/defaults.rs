//! The fields that transformers write to where nobody says otherwise: kustomize v5.8.1,
//! `api/internal/konfig/builtinpluginconsts`, in the order in which kustomize uses them.

use super::table::Table;
use crate::kustomization::FieldSpec;
use crate::resource::Gvk;
use crate::source::Mark;
use crate::yaml::Text;

/// Group, version and kind; an empty one stands for anything.
pub(super) type Type = [&'static str; 3];

/// The types, the path, and whether the field is made where it is not.
pub(super) type Row = (Type, &'static str, bool);

const MADE: bool = true;
const FOUND: bool = false;

pub(super) fn gvk(parts: Type) -> Gvk {
    let [group, version, kind] = parts.map(Text::from_static);
    Gvk::from_parts(group, version, kind)
}

pub(super) fn table(rows: &[Row]) -> Table {
    let spec = |&(types, path, create): &Row| FieldSpec {
        gvk: gvk(types),
        path: Text::from_static(path),
        create,
        mark: Mark::default(),
    };
    Table::builtin(rows.iter().map(spec))
}

#[rustfmt::skip]
pub(super) const NAME_PREFIX: &[Row] = &[
    (["", "", ""], "metadata/name", FOUND),
];

#[rustfmt::skip]
pub(super) const NAME_SUFFIX: &[Row] = &[
    (["", "", ""], "metadata/name", FOUND),
];

#[rustfmt::skip]
pub(super) const NAMESPACE: &[Row] = &[
    (["", "", "Namespace"], "metadata/name", MADE),
    (["apiextensions.k8s.io", "", "CustomResourceDefinition"], "spec/conversion/webhook/clientConfig/service/namespace", FOUND),
    (["apiregistration.k8s.io", "", "APIService"], "spec/service/namespace", MADE),
];

#[rustfmt::skip]
pub(super) const COMMON_LABELS: &[Row] = &[
    (["", "v1", "Service"], "spec/selector", MADE),
    (["apps", "", "Deployment"], "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", FOUND),
    (["apps", "", "Deployment"], "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", FOUND),
    (["apps", "", "Deployment"], "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", FOUND),
    (["apps", "", "Deployment"], "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", FOUND),
    (["apps", "", "Deployment"], "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", FOUND),
    (["", "", "Deployment"], "spec/selector/matchLabels", MADE),
    (["", "", "Deployment"], "spec/template/metadata/labels", MADE),
    (["apps", "", "StatefulSet"], "spec/selector/matchLabels", MADE),
    (["apps", "", "StatefulSet"], "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", FOUND),
    (["apps", "", "StatefulSet"], "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", FOUND),
    (["apps", "", "StatefulSet"], "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels", FOUND),
    (["apps", "", "StatefulSet"], "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", FOUND),
    (["apps", "", "StatefulSet"], "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", FOUND),
    (["apps", "", "StatefulSet"], "spec/template/metadata/labels", MADE),
    (["apps", "", "StatefulSet"], "spec/volumeClaimTemplates[]/metadata/labels", MADE),
    (["batch", "", "CronJob"], "spec/jobTemplate/spec/selector/matchLabels", FOUND),
    (["batch", "", "CronJob"], "spec/jobTemplate/metadata/labels", MADE),
    (["batch", "", "CronJob"], "spec/jobTemplate/spec/template/metadata/labels", MADE),
    (["policy", "", "PodDisruptionBudget"], "spec/selector/matchLabels", FOUND),
    (["batch", "", "Job"], "spec/selector/matchLabels", FOUND),
    (["batch", "", "Job"], "spec/template/metadata/labels", MADE),
    (["networking.k8s.io", "", "NetworkPolicy"], "spec/podSelector/matchLabels", FOUND),
    (["networking.k8s.io", "", "NetworkPolicy"], "spec/ingress/from/podSelector/matchLabels", FOUND),
    (["networking.k8s.io", "", "NetworkPolicy"], "spec/egress/to/podSelector/matchLabels", FOUND),
    (["", "v1", "ReplicationController"], "spec/selector", MADE),
    (["", "v1", "ReplicationController"], "spec/template/metadata/labels", MADE),
    (["", "", "DaemonSet"], "spec/selector/matchLabels", MADE),
    (["", "", "DaemonSet"], "spec/template/metadata/labels", MADE),
    (["", "", "ReplicaSet"], "spec/selector/matchLabels", MADE),
    (["", "", "ReplicaSet"], "spec/template/metadata/labels", MADE),
    (["", "", ""], "metadata/labels", MADE),
];

#[rustfmt::skip]
pub(super) const TEMPLATE_LABELS: &[Row] = &[
    (["", "", "Deployment"], "spec/template/metadata/labels", MADE),
    (["apps", "", "StatefulSet"], "spec/template/metadata/labels", MADE),
    (["apps", "", "StatefulSet"], "spec/volumeClaimTemplates[]/metadata/labels", MADE),
    (["batch", "", "CronJob"], "spec/jobTemplate/metadata/labels", MADE),
    (["batch", "", "CronJob"], "spec/jobTemplate/spec/template/metadata/labels", MADE),
    (["batch", "", "Job"], "spec/template/metadata/labels", MADE),
    (["", "v1", "ReplicationController"], "spec/template/metadata/labels", MADE),
    (["", "", "DaemonSet"], "spec/template/metadata/labels", MADE),
    (["", "", "ReplicaSet"], "spec/template/metadata/labels", MADE),
    (["", "", ""], "metadata/labels", MADE),
];

#[rustfmt::skip]
pub(super) const COMMON_ANNOTATIONS: &[Row] = &[
    (["", "", "Deployment"], "spec/template/metadata/annotations", MADE),
    (["", "", "StatefulSet"], "spec/template/metadata/annotations", MADE),
    (["batch", "", "CronJob"], "spec/jobTemplate/metadata/annotations", MADE),
    (["batch", "", "CronJob"], "spec/jobTemplate/spec/template/metadata/annotations", MADE),
    (["batch", "", "Job"], "spec/template/metadata/annotations", MADE),
    (["", "v1", "ReplicationController"], "spec/template/metadata/annotations", MADE),
    (["", "", "DaemonSet"], "spec/template/metadata/annotations", MADE),
    (["", "", "ReplicaSet"], "spec/template/metadata/annotations", MADE),
    (["", "", ""], "metadata/annotations", MADE),
];

/// What is named, and the fields in which it is named.
#[rustfmt::skip]
pub(super) const NAME_REFERENCE: &[(Type, &[Row])] = &[
    (["storage.k8s.io", "v1", "StorageClass"], &[
        (["", "", "PersistentVolume"], "spec/storageClassName", FOUND),
        (["", "", "PersistentVolumeClaim"], "spec/storageClassName", FOUND),
        (["", "", "StatefulSet"], "spec/volumeClaimTemplates/spec/storageClassName", FOUND),
    ]),
    (["", "v1", "ServiceAccount"], &[
        (["rbac.authorization.k8s.io", "", "RoleBinding"], "subjects", FOUND),
        (["rbac.authorization.k8s.io", "", "ClusterRoleBinding"], "subjects", FOUND),
        (["", "", "Deployment"], "spec/template/spec/serviceAccountName", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/serviceAccountName", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/serviceAccountName", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/serviceAccountName", FOUND),
        (["", "", "Job"], "spec/template/spec/serviceAccountName", FOUND),
        (["", "", "Pod"], "spec/serviceAccountName", FOUND),
        (["", "", "ReplicationController"], "spec/template/spec/serviceAccountName", FOUND),
    ]),
    (["rbac.authorization.k8s.io", "", "Role"], &[
        (["rbac.authorization.k8s.io", "", "RoleBinding"], "roleRef/name", FOUND),
    ]),
    (["rbac.authorization.k8s.io", "", "ClusterRole"], &[
        (["rbac.authorization.k8s.io", "", "RoleBinding"], "roleRef/name", FOUND),
        (["rbac.authorization.k8s.io", "", "ClusterRoleBinding"], "roleRef/name", FOUND),
    ]),
    (["", "v1", "ConfigMap"], &[
        (["", "", "Role"], "rules/resourceNames", FOUND),
        (["", "", "ClusterRole"], "rules/resourceNames", FOUND),
        (["", "", "Deployment"], "spec/template/spec/volumes/configMap/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/volumes/configMap/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/volumes/configMap/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "v1", "Pod"], "spec/volumes/configMap/name", FOUND),
        (["", "v1", "Pod"], "spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "v1", "Pod"], "spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "v1", "Pod"], "spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "v1", "Pod"], "spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "v1", "Pod"], "spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/volumes/configMap/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "Ingress"], "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", FOUND),
        (["", "", "Job"], "spec/template/spec/volumes/configMap/name", FOUND),
        (["", "", "Job"], "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "Node"], "spec/configSource/configMap", FOUND),
        (["", "", "PodTemplate"], "template/spec/volumes/configMap/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/volumes/projected/sources/configMap/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/volumes/configMap/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/containers/envFrom/configMapRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/initContainers/envFrom/configMapRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/volumes/projected/sources/configMap/name", FOUND),
    ]),
    (["", "v1", "Secret"], &[
        (["", "", "StorageClass"], "parameters/secretName", FOUND),
        (["", "", "StorageClass"], "parameters/adminSecretName", FOUND),
        (["", "", "StorageClass"], "parameters/userSecretName", FOUND),
        (["", "", "StorageClass"], "parameters/secretRef", FOUND),
        (["", "", "ServiceAccount"], "imagePullSecrets/name", FOUND),
        (["", "", "Role"], "rules/resourceNames", FOUND),
        (["", "", "ClusterRole"], "rules/resourceNames", FOUND),
        (["serving.knative.dev", "v1", "Service"], "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "PersistentVolume"], "spec/azureFile/secretName", FOUND),
        (["", "", "Deployment"], "spec/template/spec/volumes/secret/secretName", FOUND),
        (["", "", "Deployment"], "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/imagePullSecrets/name", FOUND),
        (["", "", "Deployment"], "spec/template/spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/volumes/secret/secretName", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/imagePullSecrets/name", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/volumes/secret/secretName", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/imagePullSecrets/name", FOUND),
        (["", "v1", "Pod"], "spec/volumes/secret/secretName", FOUND),
        (["", "v1", "Pod"], "spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "v1", "Pod"], "spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "v1", "Pod"], "spec/containers/envFrom/secretRef/name", FOUND),
        (["", "v1", "Pod"], "spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "v1", "Pod"], "spec/imagePullSecrets/name", FOUND),
        (["", "v1", "Pod"], "spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/volumes/secret/secretName", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/imagePullSecrets/name", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "Ingress"], "spec/tls/secretName", FOUND),
        (["", "", "Ingress"], "metadata/annotations/ingress.kubernetes.io\\/auth-secret", FOUND),
        (["", "", "Ingress"], "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret", FOUND),
        (["", "", "Ingress"], "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret", FOUND),
        (["", "", "Ingress"], "spec/tls/secretName", FOUND),
        (["", "", "Job"], "spec/template/spec/volumes/secret/secretName", FOUND),
        (["", "", "Job"], "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "Job"], "spec/template/spec/imagePullSecrets/name", FOUND),
        (["", "", "Job"], "spec/template/spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/volumes/secret/secretName", FOUND),
        (["", "", "PodTemplate"], "template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/imagePullSecrets/name", FOUND),
        (["", "", "PodTemplate"], "template/spec/volumes/projected/sources/secret/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/volumes/secret/secretName", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/containers/envFrom/secretRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/initContainers/envFrom/secretRef/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/imagePullSecrets/name", FOUND),
        (["", "", "ReplicaSet"], "spec/template/spec/volumes/projected/sources/secret/name", FOUND),
    ]),
    (["", "v1", "Service"], &[
        (["apps", "", "StatefulSet"], "spec/serviceName", FOUND),
        (["apiregistration.k8s.io", "", "APIService"], "spec/service/name", FOUND),
        (["", "", "Ingress"], "spec/rules/http/paths/backend/serviceName", FOUND),
        (["", "", "Ingress"], "spec/backend/serviceName", FOUND),
        (["", "", "Ingress"], "spec/rules/http/paths/backend/service/name", FOUND),
        (["", "", "Ingress"], "spec/defaultBackend/service/name", FOUND),
        (["admissionregistration.k8s.io", "", "MutatingWebhookConfiguration"], "webhooks/clientConfig/service", FOUND),
        (["admissionregistration.k8s.io", "", "ValidatingWebhookConfiguration"], "webhooks/clientConfig/service", FOUND),
    ]),
    (["scheduling.k8s.io", "v1", "PriorityClass"], &[
        (["", "", "Deployment"], "spec/template/spec/priorityClassName", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/priorityClassName", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/priorityClassName", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/priorityClassName", FOUND),
        (["", "", "Job"], "spec/template/spec/priorityClassName", FOUND),
        (["", "", "Pod"], "spec/priorityClassName", FOUND),
        (["", "", "ReplicationController"], "spec/template/spec/priorityClassName", FOUND),
    ]),
    (["", "v1", "PersistentVolume"], &[
        (["", "", "ClusterRole"], "rules/resourceNames", FOUND),
        (["", "", "PersistentVolumeClaim"], "spec/volumeName", FOUND),
    ]),
    (["", "v1", "PersistentVolumeClaim"], &[
        (["", "", "Deployment"], "spec/template/spec/volumes/persistentVolumeClaim/claimName", FOUND),
        (["", "", "StatefulSet"], "spec/template/spec/volumes/persistentVolumeClaim/claimName", FOUND),
        (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/volumes/persistentVolumeClaim/claimName", FOUND),
        (["", "", "DaemonSet"], "spec/template/spec/volumes/persistentVolumeClaim/claimName", FOUND),
        (["", "", "Job"], "spec/template/spec/volumes/persistentVolumeClaim/claimName", FOUND),
        (["", "", "Pod"], "spec/volumes/persistentVolumeClaim/claimName", FOUND),
        (["", "", "ReplicationController"], "spec/template/spec/volumes/persistentVolumeClaim/claimName", FOUND),
    ]),
    (["", "", "Deployment"], &[
        (["", "", "HorizontalPodAutoscaler"], "spec/scaleTargetRef/name", FOUND),
    ]),
    (["", "", "StatefulSet"], &[
        (["", "", "HorizontalPodAutoscaler"], "spec/scaleTargetRef/name", FOUND),
    ]),
    (["admissionregistration.k8s.io", "", "ValidatingAdmissionPolicy"], &[
        (["admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding"], "spec/policyName", FOUND),
    ]),
    (["networking.k8s.io/v1", "v1", "IngressClass"], &[
        (["", "", "Ingress"], "spec/ingressClassName", FOUND),
    ]),
    (["", "", "ReplicaSet"], &[
        (["", "", "HorizontalPodAutoscaler"], "spec/scaleTargetRef/name", FOUND),
    ]),
    (["", "", "ReplicationController"], &[
        (["", "", "HorizontalPodAutoscaler"], "spec/scaleTargetRef/name", FOUND),
    ]),
];

#[rustfmt::skip]
pub(super) const VAR_REFERENCE: &[Row] = &[
    (["", "", "Service"], "spec/ports/port", FOUND),
    (["", "", "Service"], "spec/ports/targetPort", FOUND),
    (["", "", "PersistentVolume"], "spec/nfs/server", FOUND),
    (["", "", "Deployment"], "spec/template/spec/containers/args", FOUND),
    (["", "", "Deployment"], "spec/template/spec/containers/command", FOUND),
    (["", "", "Deployment"], "spec/template/spec/containers/env/value", FOUND),
    (["", "", "Deployment"], "spec/template/spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "Deployment"], "spec/template/spec/initContainers/args", FOUND),
    (["", "", "Deployment"], "spec/template/spec/initContainers/command", FOUND),
    (["", "", "Deployment"], "spec/template/spec/initContainers/env/value", FOUND),
    (["", "", "Deployment"], "spec/template/spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "Deployment"], "spec/template/spec/volumes/nfs/server", FOUND),
    (["", "", "Deployment"], "spec/template/metadata/annotations", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/containers/args", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/containers/command", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/containers/env/value", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/initContainers/args", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/initContainers/command", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/initContainers/env/value", FOUND),
    (["", "", "StatefulSet"], "spec/template/spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "StatefulSet"], "spec/volumeClaimTemplates/spec/nfs/server", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/args", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/command", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/env/value", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/args", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/command", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/env/value", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "CronJob"], "spec/jobTemplate/spec/template/volumes/nfs/server", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/containers/args", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/containers/command", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/containers/env/value", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/initContainers/args", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/initContainers/command", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/initContainers/env/value", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "DaemonSet"], "spec/template/spec/volumes/nfs/server", FOUND),
    (["", "", "Ingress"], "spec/rules/host", FOUND),
    (["", "", "Ingress"], "spec/tls/hosts", FOUND),
    (["", "", "Ingress"], "spec/tls/secretName", FOUND),
    (["", "", "Job"], "spec/template/spec/containers/args", FOUND),
    (["", "", "Job"], "spec/template/spec/containers/command", FOUND),
    (["", "", "Job"], "spec/template/spec/containers/env/value", FOUND),
    (["", "", "Job"], "spec/template/spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "Job"], "spec/template/spec/initContainers/args", FOUND),
    (["", "", "Job"], "spec/template/spec/initContainers/command", FOUND),
    (["", "", "Job"], "spec/template/spec/initContainers/env/value", FOUND),
    (["", "", "Job"], "spec/template/spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "Job"], "spec/template/spec/volumes/nfs/server", FOUND),
    (["", "", "Pod"], "spec/containers/args", FOUND),
    (["", "", "Pod"], "spec/containers/command", FOUND),
    (["", "", "Pod"], "spec/containers/env/value", FOUND),
    (["", "", "Pod"], "spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "Pod"], "spec/initContainers/args", FOUND),
    (["", "", "Pod"], "spec/initContainers/command", FOUND),
    (["", "", "Pod"], "spec/initContainers/env/value", FOUND),
    (["", "", "Pod"], "spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "Pod"], "spec/volumes/nfs/server", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/containers/args", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/containers/command", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/containers/env/value", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/containers/volumeMounts/mountPath", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/initContainers/args", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/initContainers/command", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/initContainers/env/value", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/initContainers/volumeMounts/mountPath", FOUND),
    (["", "", "ReplicaSet"], "spec/template/spec/volumes/nfs/server", FOUND),
    (["", "", ""], "metadata/labels", FOUND),
    (["", "", ""], "metadata/annotations", FOUND),
];

#[rustfmt::skip]
pub(super) const IMAGES: &[Row] = &[
    (["", "", ""], "spec/containers[]/image", MADE),
    (["", "", ""], "spec/initContainers[]/image", MADE),
    (["", "", ""], "spec/volumes[]/image/reference", MADE),
    (["", "", ""], "spec/template/spec/containers[]/image", MADE),
    (["", "", ""], "spec/template/spec/initContainers[]/image", MADE),
    (["", "", ""], "spec/template/spec/volumes[]/image/reference", MADE),
];

#[rustfmt::skip]
pub(super) const REPLICAS: &[Row] = &[
    (["", "", "Deployment"], "spec/replicas", MADE),
    (["", "", "StatefulSet"], "spec/replicas", MADE),
    (["", "", "ReplicaSet"], "spec/replicas", MADE),
    (["", "", "ReplicationController"], "spec/replicas", MADE),
];
