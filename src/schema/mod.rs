//! What a strategic merge must know of types: which lists it merges and by which keys; and which
//! types live outside namespaces.
//!
//! In comes a type, out comes a [`TypeRef`] to walk along with the object. The rules are those of
//! Kubernetes 1.21.2, as prebuilt tables, or those of an OpenAPI document that a kustomization
//! brings (`openapi.go` of kyaml).

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use crate::error::Result;
use crate::yaml::{Mapping, Node};

mod builtin;
mod check;
mod crd;
mod custom;
mod notes;
mod tables;

pub(crate) use check::check;
pub(crate) use crd::Crds;
pub(crate) use notes::Notes;

use builtin::{Shape, Type};
use custom::Custom;

/// The rules of a build, the same for all its parts. Cheap to clone.
///
/// In the reference they are global, made when they are first needed, and one document may replace
/// or join them before or after that. What then counts depends on what was asked until then, so
/// that is remembered here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    state: Arc<State>,
    /// What is known of types that nothing else describes.
    crds: Option<Arc<Crds>>,
}

#[derive(Debug, Default)]
struct State {
    document: OnceLock<Document>,
    /// Whether the scope of an unknown type was asked for, since there is a document if there is.
    asked_scope: AtomicBool,
    /// Whether the rules of a type were asked for.
    asked_rules: AtomicBool,
}

/// What a kustomization has chosen.
#[derive(Debug)]
struct Document {
    /// `None` for the rules of Kubernetes.
    custom: Option<Custom>,
    builtin: Builtin,
}

/// What the rules of Kubernetes are to a custom document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Builtin {
    /// Not there.
    Absent,
    /// There, and of a type that both describe they decide.
    First,
    /// There, and the document decides.
    Second,
}

/// What was asked about types until some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    scope: bool,
    rules: bool,
    /// Whether some of it may have been asked before, too.
    may_be_older: bool,
}

impl Asked {
    /// What was asked after `earlier`, as far as that can be told.
    pub(crate) fn since(self, earlier: &Self) -> Self {
        Self {
            may_be_older: self.scope && earlier.scope || self.rules && earlier.rules,
            ..self
        }
    }

    /// Whether it is known that just this was asked.
    pub(crate) fn is_certain(&self) -> bool {
        !self.may_be_older
    }

    /// Whether all that `other` holds was asked.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.scope >= other.scope && self.rules >= other.rules
    }
}

impl Schema {
    /// The rules of Kubernetes 1.21.2, until there is a document.
    ///
    /// ```ignore
    /// assert!(Schema::builtin().is_cluster_scoped("v1", "Namespace"));
    /// ```
    pub(crate) fn builtin() -> Self {
        Self::default()
    }

    /// The same rules, and for types that they do not describe those of definitions.
    pub(crate) fn with_crds(&self, crds: Crds) -> Self {
        Self {
            state: Arc::clone(&self.state),
            crds: (!crds.is_empty()).then(|| Arc::new(crds)),
        }
    }

    /// Whether there is a document, or the rules of Kubernetes were chosen; the first choice of a
    /// build stays.
    pub(crate) fn is_chosen(&self) -> bool {
        self.state.document.get().is_some()
    }

    /// Whether anybody needed more than the scopes of Kubernetes' own types, since the choice if
    /// there was one.
    pub(crate) fn is_used(&self) -> bool {
        self.state.asked_scope.load(Relaxed) || self.state.asked_rules.load(Relaxed)
    }

    /// What was asked until now.
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            scope: self.state.asked_scope.load(Relaxed),
            rules: self.state.asked_rules.load(Relaxed),
            may_be_older: false,
        }
    }

    /// What was built before, and asked this, counts from now on.
    pub(crate) fn ask(&self, asked: &Asked) {
        self.state.asked_scope.fetch_or(asked.scope, Relaxed);
        self.state.asked_rules.fetch_or(asked.rules, Relaxed);
    }

    /// Chooses the rules of Kubernetes.
    pub(crate) fn choose_builtin(&self) {
        let builtin = Builtin::First;
        let custom = None;
        self.choose(Document { custom, builtin });
    }

    /// Chooses the rules of an OpenAPI document in place of those of Kubernetes (but the scopes of
    /// Kubernetes' own types stay known): `definitions` with `x-kubernetes-group-version-kind`,
    /// `-patch-strategy`, `-patch-merge-key` and `-list-map-keys`, and `paths`, which tell the
    /// scopes. Where those of Kubernetes were in use already, the document is added to them; where
    /// only the scope of an unknown type was asked for, they are added to it (`initSchema` in
    /// kyaml).
    ///
    /// # Errors
    /// [`ErrorKind::Schema`](crate::ErrorKind::Schema) at the node that the reference could not
    /// read. It does not read it before it must, so the error counts only once
    /// [`is_used`](Self::is_used) says so; the document is an empty one then.
    ///
    /// ```ignore
    /// let schema = Schema::builtin();
    /// schema.choose_custom(&yaml::read_str("schema.yaml", text)?[0])?;
    /// ```
    pub(crate) fn choose_custom(&self, document: &Node) -> Result<()> {
        let (custom, result) = match Custom::read(document) {
            Ok(custom) => (custom, Ok(())),
            Err(error) => (Custom::default(), Err(error)),
        };
        let asked_scope = self.state.asked_scope.swap(false, Relaxed);
        let builtin = if self.state.asked_rules.swap(false, Relaxed) {
            Builtin::Second
        } else if asked_scope {
            Builtin::First
        } else {
            Builtin::Absent
        };
        let custom = Some(custom);
        self.choose(Document { custom, builtin });
        result
    }

    fn choose(&self, document: Document) {
        // Who chooses has looked whether somebody has.
        let _ = self.state.document.set(document);
    }

    fn custom(&self) -> Option<&Custom> {
        self.state.document.get()?.custom.as_ref()
    }

    fn builtin_is(&self) -> Builtin {
        let document = self.state.document.get();
        document.map_or(Builtin::First, |document| document.builtin)
    }

    /// Whether a type certainly lives outside namespaces. Types that nobody described do not.
    ///
    /// The scopes of Kubernetes' own types are known whatever a custom document says.
    pub(crate) fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        let namespaced = builtin::is_namespaced(api_version, kind).or_else(|| {
            self.state.asked_scope.store(true, Relaxed);
            self.custom()?.is_namespaced(api_version, kind)
        });
        namespaced == Some(false)
    }

    /// The type of an object; `None` if nobody described it.
    pub(crate) fn root(&self, api_version: &str, kind: &str) -> Option<TypeRef<'_>> {
        self.state.asked_rules.store(true, Relaxed);
        let builtin = || {
            // The reference always adds what it knows of its own kind, and adds it last.
            let found = match self.builtin_is() {
                Builtin::Absent if !builtin::is_own(api_version) => None,
                _ => builtin::root(api_version, kind),
            };
            found.map(|at| self.builtin_type(at))
        };
        let custom = || {
            let found = self.custom()?.root(api_version, kind);
            found.map(Place::Custom)
        };
        let place = match self.builtin_is() {
            Builtin::Second if !builtin::is_own(api_version) => custom().or_else(builtin),
            _ => builtin().or_else(custom),
        };
        let crd = || Some(Place::Crd(self.crds.as_ref()?.root(api_version, kind)?));
        let place = place.or_else(crd);
        place.map(|place| self.at(place))
    }

    /// The type that a [note](Notes) describes.
    pub(crate) fn noted<'s>(&'s self, note: &'s Mapping) -> TypeRef<'s> {
        self.state.asked_rules.store(true, Relaxed);
        self.at(self.resolve(note).unwrap_or(Place::Other))
    }

    fn at<'s>(&'s self, place: Place<'s>) -> TypeRef<'s> {
        TypeRef {
            schema: self,
            place,
        }
    }

    /// A type of the tables, or what the custom document has under its name.
    fn builtin_type(&self, at: u16) -> Place<'_> {
        let found = builtin::at(at);
        match self.custom() {
            Some(custom) if self.builtin_is() == Builtin::Second => custom
                .definition(found.name)
                .map_or(Place::Type(found), Place::Custom),
            _ => Place::Type(found),
        }
    }

    /// What stands behind the `$ref`s of a description, if it can be found.
    fn resolve<'s>(&'s self, mut schema: &'s Mapping) -> Option<Place<'s>> {
        // Where references lead in circles the reference never returns.
        for _ in 0..100 {
            let Some(pointer) = custom::reference(schema) else {
                return Some(Place::Custom(schema));
            };
            let known = || {
                let name = pointer.strip_prefix("/definitions/")?;
                match self.builtin_is() {
                    Builtin::Absent => None,
                    _ => builtin::by_name(name).map(Place::Type),
                }
            };
            let custom = self.custom().and_then(|custom| custom.find(&pointer));
            match (self.builtin_is(), known(), custom) {
                (Builtin::First, Some(place), _) | (_, Some(place), None) => return Some(place),
                (_, _, Some(next)) => schema = next,
                (_, None, None) => return None,
            }
        }
        None
    }
}

/// The rules of one place in an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeRef<'s> {
    schema: &'s Schema,
    place: Place<'s>,
}

#[derive(Clone, Copy, Debug)]
enum Place<'s> {
    Type(&'static Type),
    List(&'static [&'static str], Option<u16>),
    /// Described, but without rules.
    Other,
    Custom(&'s Mapping),
    Crd(&'s Mapping),
}

impl<'s> TypeRef<'s> {
    /// The rules of a field: its own, else those of additional properties; `None` if the field is
    /// not described.
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        let place = match self.place {
            Place::Type(of) => match of.field(name)? {
                Shape::Map(at) => self.schema.builtin_type(at),
                Shape::List(keys, element) => Place::List(keys, element),
                Shape::Other => Place::Other,
            },
            Place::List(..) | Place::Other => return None,
            Place::Custom(schema) => self.schema.resolve(custom::field(schema, name)?)?,
            Place::Crd(schema) => Place::Crd(custom::field(schema, name)?),
        };
        Some(self.schema.at(place))
    }

    /// The keys by which the elements of a list are merged: none for a set of scalars; `None` if
    /// the list is not merged but replaced.
    pub(crate) fn merge_keys(self) -> Option<Cow<'s, [&'s str]>> {
        match self.place {
            Place::Type(_) | Place::Other => None,
            Place::List(keys, _) => Some(Cow::Borrowed(keys)),
            Place::Custom(schema) => custom::merge_keys(schema).map(Cow::Owned),
            Place::Crd(schema) => crd::merge_keys(schema).map(Cow::Owned),
        }
    }

    /// Whether a mapping is not merged but replaced.
    pub(crate) fn is_atomic(self) -> bool {
        matches!(self.place, Place::Crd(schema) if crd::is_atomic(schema))
    }

    /// The rules of the elements of a list.
    pub(crate) fn element(self) -> Option<Self> {
        let place = match self.place {
            Place::Type(_) | Place::Other => return None,
            Place::List(_, Some(at)) => self.schema.builtin_type(at),
            Place::List(..) => Place::Other,
            Place::Custom(schema) => self.schema.resolve(custom::element(schema)?)?,
            Place::Crd(schema) => Place::Crd(custom::element(schema)?),
        };
        Some(self.schema.at(place))
    }
}

#[cfg(test)]
mod tests;
