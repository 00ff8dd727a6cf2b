//! Which places of a document are already known to be wrong, so that no second message follows from the first.

/// Canonical paths of reported faults.
#[derive(Debug, Default, Clone)]
pub(crate) struct Faults {
    paths: Vec<String>,
}

impl Faults {
    pub fn add(&mut self, path: String) {
        self.paths.push(path);
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Whether a fault is at `path` or above it.
    pub fn cover(&self, path: &str) -> bool {
        self.paths.iter().any(|fault| is_at_or_below(path, fault))
    }

    /// Whether a fault is below `path`.
    pub fn are_below(&self, path: &str) -> bool {
        self.paths.iter().any(|fault| is_at_or_below(fault, path))
    }
}

fn is_at_or_below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor)
        .is_some_and(|rest| ancestor.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_cover_what_is_below_and_not_what_looks_alike() {
        let mut faults = Faults::default();
        faults.add("components[1].image".into());
        assert!(faults.cover("components[1].image") && faults.cover("components[1].image.x"));
        assert!(!faults.cover("components[1].imagePullPolicy") && !faults.cover("components[1]"));
        assert!(faults.are_below("components[1]") && !faults.are_below("components[11]"));
    }
}
