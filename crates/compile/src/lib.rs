//! Applications to Kubernetes objects: pure functions, one file a trait.
