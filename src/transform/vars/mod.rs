//! Vars: the fields of resources, put where other resources write `$(NAME)`.
//!
//! Each kustomization adds its own to those of its bases and marks the resources that they name,
//! under whatever name these have then; at the end, when all names are fixed, the values are read
//! and put in.

mod expand;
mod value;
mod write;

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use super::field_spec::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Var;
use crate::resource::{Gvk, ResId, ResourceSet};
use crate::source::Mark;
use crate::warning::{Warning, WarningKind};
use crate::yaml::Text;
use value::Value;

/// The vars of a kustomization and of all that it lists, sorted by name (`types.VarSet`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Vars(BTreeMap<Text, Field>);

/// Where a value comes from.
#[derive(Clone, Debug)]
struct Field {
    path: Text,
    /// The resource that holds it.
    objref: ResId,
    mark: Mark,
}

/// A value to put in, and whether anybody asked for it.
struct Known {
    value: Value,
    mark: Mark,
    used: bool,
}

impl Vars {
    /// Adds the vars of a kustomization and marks the resources that they name
    /// (`ResAccumulator.MergeVars` in kustomize). One that names no resource is found out in the
    /// end, since nobody may use it before.
    ///
    /// # Errors
    /// [`ErrorKind::Var`] for one that may mean several resources, and for a name that is taken.
    pub(crate) fn absorb(&mut self, vars: &[Var], set: &mut ResourceSet) -> Result<()> {
        for var in vars {
            let found = find(var, set);
            if let [one, other, ..] = found[..] {
                let (one, other) = (set.get(one).id(), set.get(other).id());
                let message = format!(
                    "the var `{}` may mean {one} or {other}; say more about it in `objref`",
                    *var.name
                );
                return Err(Error::marked(ErrorKind::Var, var.mark, message));
            }
            for at in found {
                let name = var.name.value.clone();
                set.update(at, |resource, _| resource.push_var(name));
            }
        }
        for var in vars {
            let field = Field {
                path: Text::from(var.field_path()),
                objref: objref(var),
                mark: var.mark,
            };
            self.insert(var.name.value.clone(), field)?;
        }
        Ok(())
    }

    /// Adds the vars of a base.
    ///
    /// # Errors
    /// [`ErrorKind::Var`] for a name that is taken, be it by the same var, reached twice.
    pub(crate) fn append(&mut self, other: Self) -> Result<()> {
        let mut fields = other.0.into_iter();
        fields.try_for_each(|(name, field)| self.insert(name, field))
    }

    fn insert(&mut self, name: Text, field: Field) -> Result<()> {
        if let Some(first) = self.0.get(&name) {
            let message = format!("there is a var `{name}` already; give one another name");
            let error = Error::marked(ErrorKind::Var, field.mark, message);
            return Err(error.with_other("the first", first.mark));
        }
        self.0.insert(name, field);
        Ok(())
    }

    /// Puts the values into the fields of a table (`ResAccumulator.ResolveVars` and `refvar.Filter`
    /// in kustomize). `$(NAME)` that is no var stays; `$$` becomes `$`.
    ///
    /// # Errors
    /// [`ErrorKind::Var`] for one whose resource or field is not there; [`ErrorKind::FieldSpec`]
    /// where a field of the table is a list, or a mapping, that holds what has no place in it.
    pub(crate) fn resolve(
        &self,
        set: &mut ResourceSet,
        fields: &Table,
        warnings: &mut Vec<Warning>,
    ) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut values = self.values(set)?;
        set.update_all(|resource, schema| write::write(resource, schema, fields, &mut values))?;
        let mut unused: Vec<_> = values.iter().filter(|(_, known)| !known.used).collect();
        unused.sort_by_key(|(name, _)| *name);
        for (name, known) in unused {
            let message = match known.value {
                Value::Collection => {
                    format!("the var `{name}` is a list or a mapping, which is never put in")
                }
                _ => format!("no field that vars are put into holds `$({name})`"),
            };
            warnings.push(Warning::new(WarningKind::NoMatch, known.mark, message));
        }
        Ok(())
    }

    fn values(&self, set: &ResourceSet) -> Result<HashMap<Text, Known>> {
        let mut named = HashMap::new();
        for (at, resource) in set.iter().enumerate() {
            for name in &resource.history().vars {
                named.entry(name).or_insert(at);
            }
        }
        let value = |(name, field): (&Text, &Field)| {
            let fail = |why: String| {
                let message = format!("the var `{name}` has no value: {why}");
                Error::marked(ErrorKind::Var, field.mark, message)
            };
            let at = named.get(name).ok_or_else(|| {
                let wanted = &field.objref;
                fail(format!(
                    "no resource is {wanted}, its `objref`{}",
                    set.hint(wanted)
                ))
            })?;
            let resource = set.get(*at);
            let (value, origin) = Value::of_field(resource.node(), &field.path)
                .map_err(|why| fail(format!("`{}` of {} {why}", field.path, resource.id())))?;
            let known = Known {
                value,
                mark: field.mark.made_of(origin),
                used: false,
            };
            Ok((name.clone(), known))
        };
        self.0.iter().map(value).collect()
    }
}

fn objref(var: &Var) -> ResId {
    let (group, version) = var.objref.group_version();
    let gvk = Gvk::from_parts(group, version, var.objref.kind.value.clone());
    let name = var.objref.name.value.clone();
    ResId::new(gvk, name, var.objref.namespace.value.clone())
}

/// The resources that have or had the id which a var names. Without a namespace any will do; the
/// reference takes the type for one with namespaces even where it is not.
fn find(var: &Var, set: &ResourceSet) -> Vec<usize> {
    let wanted = objref(var);
    if !wanted.namespace().is_empty() {
        return set.with_any_id(&wanted).to_vec();
    }
    let fits = |id: &ResId| id.gvk() == wanted.gvk() && id.name() == wanted.name();
    let mut found = set.with_any_name(wanted.name()).to_vec();
    found.retain(|at| {
        let resource = set.get(*at);
        fits(resource.id()) || resource.previous_ids().any(|id| fits(&id))
    });
    found
}

#[cfg(test)]
mod tests;
