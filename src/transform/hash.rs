//! The hashes behind the names of generated resources.

use crate::error::Result;
use crate::resource::ResourceSet;
use crate::yaml::Node;

/// Appends the hash of its content to the name of each resource that was generated for it
/// (`HashTransformer` in kustomize).
///
/// # Errors
/// Those of `name_hash`.
pub(crate) fn hash(
    set: &mut ResourceSet,
    name_hash: impl Fn(&Node) -> Result<String>,
) -> Result<()> {
    if !set.iter().any(|resource| resource.history().needs_hash) {
        return Ok(());
    }
    set.update_all(|resource, schema| {
        if !resource.history().needs_hash {
            return Ok(());
        }
        let hash = name_hash(resource.node())?;
        let mark = resource.metadata_mark("name");
        resource.push_previous();
        let name = format!("{}-{hash}", resource.name());
        resource.set_name(&name, mark, schema);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::set;
    use super::*;

    #[test]
    fn only_what_needs_a_hash_gets_one() {
        let mut built = set(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n\
                             apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
        );
        hash(&mut built, |_| Ok("x".to_owned())).unwrap();
        assert_eq!(built.get(1).name(), "b");
        built.update(1, |resource, _| resource.history_mut().needs_hash = true);
        hash(&mut built, |_| Ok("x".to_owned())).unwrap();
        assert_eq!((built.get(0).name(), built.get(1).name()), ("a", "b-x"));
        assert_eq!(built.get(1).original_id().name(), "b");
    }
}
