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
        let name = resource.get("/metadata/name");
        let mark = name.unwrap_or(resource.node()).mark();
        resource.push_previous();
        let name = format!("{}-{hash}", resource.name());
        resource.set_name(&name, mark, schema);
        Ok(())
    })
}
