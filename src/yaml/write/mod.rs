//! Prints a node as `kustomize build` prints a resource.
