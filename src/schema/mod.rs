//! What a strategic merge must know of types: which lists it merges and by which keys; and which
//! types live outside namespaces.
//!
//! In comes a type, out comes a [`TypeRef`] to walk along with the object. The rules are those of
//! Kubernetes 1.21.2, as prebuilt tables, or those of an OpenAPI document that a kustomization
//! brings (`openapi.go` of kyaml).

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::Result;
use crate::yaml::{Mapping, Node};

mod builtin;
mod custom;
mod tables;

use builtin::{Shape, Type};
use custom::Custom;

/// The rules of a build. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    custom: Option<Arc<Custom>>,
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

impl Schema {
    /// The rules of Kubernetes 1.21.2.
    ///
    /// ```ignore
    /// assert!(Schema::builtin().is_cluster_scoped("v1", "Namespace"));
    /// ```
    pub(crate) fn builtin() -> Self {
        Self {
            custom: None,
            builtin: Builtin::First,
        }
    }

    /// Whether these are the rules of Kubernetes alone.
    pub(crate) fn is_builtin(&self) -> bool {
        self.custom.is_none()
    }

    /// The rules of an OpenAPI document, in place of those of Kubernetes (but the scopes of
    /// Kubernetes' own types stay known): `definitions` with `x-kubernetes-group-version-kind`,
    /// `-patch-strategy`, `-patch-merge-key` and `-list-map-keys`, and `paths`, which tell the
    /// scopes.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`](crate::ErrorKind::Schema) at the node that the reference could not
    /// read.
    ///
    /// ```ignore
    /// let schema = Schema::custom(&yaml::read_str("schema.yaml", text)?[0])?;
    /// ```
    #[cfg_attr(not(test), expect(dead_code, reason = "`openapi` is refused"))]
    pub(crate) fn custom(document: &Node) -> Result<Self> {
        Ok(Self {
            custom: Some(Arc::new(Custom::read(document)?)),
            builtin: Builtin::Absent,
        })
    }

    /// A custom document added to rules of Kubernetes that were in use before it was set: of a type
    /// that both describe, the document decides.
    #[cfg_attr(not(test), expect(dead_code, reason = "`openapi` is refused"))]
    pub(crate) fn over_builtin(self) -> Self {
        Self {
            builtin: Builtin::Second,
            ..self
        }
    }

    /// A custom document to which those of Kubernetes are added: as the reference does when it has
    /// asked for the scope of an unknown type before the document was set. Of a type that both
    /// describe, Kubernetes decides.
    #[cfg_attr(not(test), expect(dead_code, reason = "`openapi` is refused"))]
    pub(crate) fn under_builtin(self) -> Self {
        Self {
            builtin: Builtin::First,
            ..self
        }
    }

    /// Whether a type certainly lives outside namespaces. Types that nobody described do not.
    ///
    /// The scopes of Kubernetes' own types are known whatever a custom document says.
    pub(crate) fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        let namespaced = builtin::is_namespaced(api_version, kind).or_else(|| {
            let custom = self.custom.as_ref()?;
            custom.is_namespaced(api_version, kind)
        });
        namespaced == Some(false)
    }

    /// The type of an object; `None` if nobody described it.
    pub(crate) fn root(&self, api_version: &str, kind: &str) -> Option<TypeRef<'_>> {
        let builtin = || {
            // The reference always adds what it knows of its own kind, and adds it last.
            let found = match self.builtin {
                Builtin::Absent if !builtin::is_own(api_version) => None,
                _ => builtin::root(api_version, kind),
            };
            found.map(|at| self.builtin_type(at))
        };
        let custom = || {
            let custom = self.custom.as_ref()?;
            custom.root(api_version, kind).map(Place::Custom)
        };
        let place = match self.builtin {
            Builtin::Second if !builtin::is_own(api_version) => custom().or_else(builtin),
            _ => builtin().or_else(custom),
        };
        place.map(|place| self.at(place))
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
        match &self.custom {
            Some(custom) if self.builtin == Builtin::Second => custom
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
                let name = pointer.strip_prefix("#/definitions/")?;
                match self.builtin {
                    Builtin::Absent => None,
                    _ => builtin::by_name(name).map(Place::Type),
                }
            };
            let custom = self.custom.as_ref().and_then(|custom| custom.find(pointer));
            match (self.builtin, known(), custom) {
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
        }
    }

    /// The rules of the elements of a list.
    pub(crate) fn element(self) -> Option<Self> {
        let place = match self.place {
            Place::Type(_) | Place::Other => return None,
            Place::List(_, Some(at)) => self.schema.builtin_type(at),
            Place::List(..) => Place::Other,
            Place::Custom(schema) => self.schema.resolve(custom::element(schema)?)?,
        };
        Some(self.schema.at(place))
    }
}

#[cfg(test)]
mod tests;
