//! How a name is written, and which name somebody meant.

/// `mountPath` → `mount_path`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut previous_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && previous_lower {
            snake.push('_');
        }
        previous_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// The candidate that differs least from `written`, when it is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = written.to_ascii_lowercase().replace(['_', '-'], "");
    let best = candidates
        .map(|candidate| {
            let other = candidate.to_ascii_lowercase().replace(['_', '-'], "");
            (strsim::damerau_levenshtein(&folded, &other), candidate)
        })
        .min_by_key(|(distance, _)| *distance)?;
    // a third of the letters may be wrong, at least two in a name of four letters or more
    let allowed = if folded.len() < 4 {
        1
    } else {
        (folded.len() / 3).max(2)
    };
    (best.0 <= allowed).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_snake_case() {
        for (name, snake) in [
            ("mountPath", "mount_path"),
            ("ID", "id"),
            ("TmpCreate", "tmp_create"),
            ("nonResourceURLs", "non_resource_urls"),
            ("name", "name"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["replicas", "resources", "name", "env"];
        assert_eq!(nearest("replcas", names.into_iter()), Some("replicas"));
        assert_eq!(nearest("ENV", names.into_iter()), Some("env"));
        assert_eq!(nearest("zzzzzzzz", names.into_iter()), None);
        assert_eq!(nearest("x", names.into_iter()), None);
        assert_eq!(nearest("x", std::iter::empty()), None);
    }
}
