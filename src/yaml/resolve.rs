//! What a plain text means: go-yaml v3's resolution and YAML 1.1's.
