//! Patches: what is written over a resource, and which resources it is written over.
