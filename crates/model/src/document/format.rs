//! Which notation a text is written in.

/// Notation of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON; comments and trailing commas are accepted (app-plane §1).
    Json,
    /// YAML 1.2, core schema: `yes`, `no` and dates are strings.
    Yaml,
}

impl Format {
    /// By the extension of a file name: `.json` and `.jsonc`, `.yaml` and `.yml`.
    pub fn of_path(path: &str) -> Option<Self> {
        let extension = path.rsplit_once('.')?.1;
        let is = |wanted: &str| extension.eq_ignore_ascii_case(wanted);
        match () {
            () if is("json") || is("jsonc") => Some(Self::Json),
            () if is("yaml") || is("yml") => Some(Self::Yaml),
            () => None,
        }
    }

    /// By the first characters of a text, for standard input and files without a known extension.
    pub fn sniff(text: &str) -> Self {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        if ["{", "[", "//", "/*"]
            .iter()
            .any(|opening| start.starts_with(opening))
        {
            Self::Json
        } else {
            Self::Yaml
        }
    }
}
