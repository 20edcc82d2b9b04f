//! Patches: a resource and a patch come in, the changed resource goes out.

pub(crate) mod strategic;
