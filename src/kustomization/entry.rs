//! The entries of a kustomization's lists (kustomize's `api/types`), in its own terms.

use super::decode::{List, Located, Pairs, Str, record};
use super::field_spec::FieldSpec;
use crate::source::Mark;
use crate::yaml::Text;

/// What a resource is chosen by. In `patches` and in the targets of replacements the parts of the
/// identity are patterns. Empty parts stand for any.
#[derive(Clone, Default)]
pub(crate) struct Selector {
    pub(crate) group: Str,
    pub(crate) version: Str,
    pub(crate) kind: Str,
    pub(crate) name: Str,
    pub(crate) namespace: Str,
    pub(crate) label_selector: Str,
    pub(crate) annotation_selector: Str,
    pub(crate) mark: Mark,
}

record!(Selector {
    "annotationSelector" => annotation_selector,
    "labelSelector" => label_selector,
    embedded {
        "group" => group,
        "version" => version,
        "kind" => kind,
        "name" => name,
        "namespace" => namespace,
    }
});

/// An entry of `patches` or `patchesJson6902`. Whoever applies it checks that there is one of path
/// and text, as the reference does.
#[derive(Clone, Default)]
pub(crate) struct Patch {
    /// The file that holds it, or empty.
    pub(crate) path: Str,
    /// Its text, or empty.
    pub(crate) patch: Str,
    pub(crate) target: Option<Selector>,
    pub(crate) options: Option<PatchOptions>,
    pub(crate) mark: Mark,
}

record!(Patch {
    "path" => path,
    "patch" => patch,
    "target" => target,
    "options" => options,
});

/// What a strategic merge patch with a target may change besides.
#[derive(Clone, Default)]
pub(crate) struct PatchOptions {
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    pub(crate) mark: Mark,
}

record!(PatchOptions {
    "allowNameChange" => allow_name_change,
    "allowKindChange" => allow_kind_change,
});

/// An entry of `images`.
#[derive(Clone, Default)]
pub(crate) struct Image {
    pub(crate) name: Str,
    pub(crate) new_name: Str,
    pub(crate) tag_suffix: Str,
    pub(crate) new_tag: Str,
    pub(crate) digest: Str,
    pub(crate) mark: Mark,
}

record!(Image {
    "name" => name,
    "newName" => new_name,
    "tagSuffix" => tag_suffix,
    "newTag" => new_tag,
    "digest" => digest,
});

/// An entry of `replicas`.
#[derive(Clone, Default)]
pub(crate) struct Replica {
    pub(crate) name: Str,
    pub(crate) count: Located<i64>,
    pub(crate) mark: Mark,
}

record!(Replica {
    "name" => name,
    "count" => count,
});

/// An entry of `labels`.
#[derive(Clone, Default)]
pub(crate) struct Label {
    pub(crate) pairs: Pairs,
    pub(crate) include_selectors: bool,
    pub(crate) include_templates: bool,
    pub(crate) fields: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(Label {
    "pairs" => pairs,
    "includeSelectors" => include_selectors,
    "includeTemplates" => include_templates,
    "fields" => fields,
});

/// An entry of `vars`.
#[derive(Clone, Default)]
pub(crate) struct Var {
    pub(crate) name: Str,
    pub(crate) objref: ObjRef,
    pub(crate) fieldref: FieldRef,
    pub(crate) mark: Mark,
}

record!(Var {
    "name" => name,
    "objref" => objref,
    "fieldref" => fieldref,
});

impl Var {
    /// The path of the field that holds the value, `metadata.name` if none was given.
    pub(crate) fn field_path(&self) -> &str {
        match self.fieldref.field_path.as_str() {
            "" => "metadata.name",
            path => path,
        }
    }
}

/// The resource that a var takes its value from.
#[derive(Clone, Default)]
pub(crate) struct ObjRef {
    pub(crate) api_version: Str,
    pub(crate) group: Str,
    pub(crate) version: Str,
    pub(crate) kind: Str,
    pub(crate) name: Str,
    pub(crate) namespace: Str,
    pub(crate) mark: Mark,
}

record!(ObjRef {
    "apiVersion" => api_version,
    "name" => name,
    "namespace" => namespace,
    embedded {
        "group" => group,
        "version" => version,
        "kind" => kind,
    }
});

impl ObjRef {
    /// Group and version: those of `apiVersion` where it gives them, else their own fields
    /// (`Target.GVK`).
    pub(crate) fn group_version(&self) -> (&str, &str) {
        let own = (self.group.as_str(), self.version.as_str());
        let parts: Vec<&str> = self.api_version.split('/').collect();
        match parts[..] {
            [""] => own,
            [version] => (own.0, version),
            [group, version] => (group, version),
            _ => own,
        }
    }
}

/// The field that a var takes its value from.
#[derive(Clone, Default)]
pub(crate) struct FieldRef {
    pub(crate) field_path: Str,
    pub(crate) mark: Mark,
}

record!(FieldRef { "fieldPath" => field_path, });

/// `sortOptions`. Which orders there are is for the sorting to say, and only at the root.
#[derive(Clone, Default)]
pub(crate) struct SortOptions {
    pub(crate) order: Str,
    pub(crate) legacy_sort_options: Option<LegacySortOptions>,
    pub(crate) mark: Mark,
}

record!(SortOptions {
    "order" => order,
    "legacySortOptions" => legacy_sort_options,
});

/// The kinds that come first and last in the legacy order.
#[derive(Clone, Default)]
pub(crate) struct LegacySortOptions {
    pub(crate) order_first: List<Text>,
    pub(crate) order_last: List<Text>,
    pub(crate) mark: Mark,
}

record!(LegacySortOptions {
    "orderFirst" => order_first,
    "orderLast" => order_last,
});

/// `metadata`, which a build reads and does not use.
#[derive(Clone, Default)]
pub(crate) struct ObjectMeta {
    pub(crate) name: Str,
    pub(crate) namespace: Str,
    pub(crate) labels: Pairs,
    pub(crate) annotations: Pairs,
    pub(crate) mark: Mark,
}

record!(ObjectMeta {
    "name" => name,
    "namespace" => namespace,
    "labels" => labels,
    "annotations" => annotations,
});
