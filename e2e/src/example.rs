//! The application documents under `examples/`.

use std::path::PathBuf;

use serde_json::Value;

/// A document of the repository.
#[derive(Debug, Clone)]
pub struct Example {
    /// Where it is.
    pub path: PathBuf,
    /// File name without `.json`.
    pub slug: String,
    /// Lines of the comment in front of it, without `//`.
    pub comment: Vec<String>,
    /// The document.
    pub document: Value,
}

impl Example {
    /// Name of the application.
    pub fn name(&self) -> &str {
        self.document["name"]
            .as_str()
            .unwrap_or_else(|| panic!("{} has no name", self.path.display()))
    }

    /// Text of the file beside it with another ending, when there is one.
    pub fn beside(&self, ending: &str) -> Option<String> {
        std::fs::read_to_string(self.path.with_file_name(format!("{}.{ending}", self.slug))).ok()
    }
}

/// Every `*.json` of a folder below `examples/`, in the order of names.
pub fn examples(folder: &str) -> Vec<Example> {
    let folder = repository().join("examples").join(folder);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder can be read").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths.into_iter().map(read).collect()
}

/// Root of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the repository is there")
}

fn read(path: PathBuf) -> Example {
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let comment = text
        .lines()
        .map_while(|line| line.strip_prefix("//"))
        .map(|line| line.trim().to_owned())
        .collect();
    let json: String = text
        .lines()
        .skip_while(|line| line.starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let document =
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let slug = path
        .file_stem()
        .expect("a file has a name")
        .to_string_lossy()
        .into_owned();
    Example {
        path,
        slug,
        comment,
        document,
    }
}
