//! What the settings are resolved from.

use std::path::PathBuf;

/// Everything that was given, unread.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Flags without dashes, with their values.
    pub flags: Vec<(String, String)>,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// Name and text of the file.
    pub file: Option<(String, String)>,
    /// The home folder, for paths that begin with `~/`.
    pub home: Option<PathBuf>,
}

impl Inputs {
    /// The process' own environment, and what was given on the command line.
    pub fn of_process(flags: Vec<(String, String)>, file: Option<(String, String)>) -> Self {
        let text = |value: std::ffi::OsString| value.into_string().ok();
        Self {
            flags,
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
                .collect(),
            file,
            home: std::env::home_dir().filter(|home| home.is_absolute()),
        }
    }

    /// The value of a flag; a list may be given piece by piece.
    pub(super) fn flag(&self, flag: &str) -> Option<String> {
        let given: Vec<&str> = self
            .flags
            .iter()
            .filter(|(name, _)| name == flag)
            .map(|(_, value)| value.as_str())
            .collect();
        (!given.is_empty()).then(|| given.join(","))
    }

    /// A value of the environment; an empty one counts as none.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment
            .iter()
            .find(|(other, value)| other == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}
