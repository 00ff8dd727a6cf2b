//! An application that has passed every check, with normalised names.

use crate::Application;

/// Proof that a document was checked: names and references are normalised, the id is set, every rule of this crate holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidApplication(Application);

impl ValidApplication {
    pub(crate) fn new(application: Application) -> Self {
        Self(application)
    }

    /// The document in canonical form.
    pub fn document(&self) -> &Application {
        &self.0
    }

    /// Application id (decision 8).
    pub fn id(&self) -> &str {
        self.0.id.as_deref().unwrap_or_default()
    }

    /// Normalised name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Namespace of every component.
    pub fn namespace(&self) -> &str {
        self.0.namespace.as_deref().unwrap_or("default")
    }

    /// Version, `1.0.0` when none was given.
    pub fn version(&self) -> &str {
        self.0.version.as_deref().unwrap_or("1.0.0")
    }
}
