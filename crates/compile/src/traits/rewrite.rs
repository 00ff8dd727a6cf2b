//! Path rewrites in the words of ingress-nginx (decision 45;
//! <https://kubernetes.github.io/ingress-nginx/examples/rewrite/>).

use kubemin_model::traits::ingress::Rewrite;

pub const TARGET: &str = "nginx.ingress.kubernetes.io/rewrite-target";
pub const USE_REGEX: &str = "nginx.ingress.kubernetes.io/use-regex";

/// Classes of controllers that do not read the annotations of ingress-nginx.
const OTHER_CONTROLLERS: [&str; 11] = [
    "traefik",
    "haproxy",
    "kong",
    "alb",
    "gce",
    "istio",
    "contour",
    "cilium",
    "azure",
    "apisix",
    "ambassador",
];

/// What an Ingress object must say so that its routes are rewritten; routes with the same words share an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Value of [`TARGET`].
    pub target: String,
    /// Whether paths are regular expressions.
    pub use_regex: bool,
}

/// A route with its rewrite worked in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The path to match.
    pub path: String,
    /// Path type that the path needs; the author's or the default when `None`.
    pub path_type: Option<&'static str>,
    /// Annotations of the object.
    pub words: Words,
}

/// The path and the annotations that rewrite it, or the reason why that cannot be said.
pub fn nginx(path: &str, rewrite: &Rewrite) -> Result<Rewritten, String> {
    let pattern = rewrite
        .pattern
        .as_deref()
        .filter(|pattern| !pattern.is_empty());
    let replacement = rewrite.replacement.as_deref().unwrap_or("/");
    match rewrite.kind.as_str() {
        "prefix" => prefix(path, pattern.unwrap_or(path), replacement),
        "replace" => replace(path, pattern, replacement),
        _ => regex(path, pattern, replacement),
    }
}

/// Whether the class is known to belong to a controller that cannot read these annotations.
pub fn is_foreign(class: &str) -> bool {
    let class = class.to_lowercase();
    !class.contains("nginx") && OTHER_CONTROLLERS.iter().any(|name| class.contains(name))
}

/// The front of the path becomes `replacement`, the rest stays: `/v1/users` with `/v1` → `/` is `/users`.
fn prefix(path: &str, prefix: &str, replacement: &str) -> Result<Rewritten, String> {
    let prefix = prefix.trim_end_matches('/');
    let path = path.trim_end_matches('/');
    let rest = path
        .strip_prefix(prefix)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .ok_or_else(|| format!("the path {path} does not begin with {prefix}"))?;
    let front = replacement.trim_end_matches('/');
    let (path, target) = if rest.is_empty() {
        (
            format!("{}(/|$)(.*)", literal(prefix)),
            format!("{front}/$2"),
        )
    } else {
        (
            format!("{}({}(?:/.*)?)$", literal(prefix), literal(rest)),
            format!("{front}$1"),
        )
    };
    Ok(Rewritten {
        path,
        path_type: Some("ImplementationSpecific"),
        words: Words {
            target,
            use_regex: true,
        },
    })
}

/// The whole path becomes `replacement`; with `match` only that part of it.
fn replace(path: &str, pattern: Option<&str>, replacement: &str) -> Result<Rewritten, String> {
    let target = match pattern {
        None => replacement.to_owned(),
        Some(pattern) if path.contains(pattern) => path.replacen(pattern, replacement, 1),
        Some(pattern) => return Err(format!("{pattern} does not occur in the path {path}")),
    };
    Ok(Rewritten {
        path: path.to_owned(),
        path_type: None,
        words: Words {
            target,
            use_regex: false,
        },
    })
}

/// `match`, else the path itself, is a regular expression whose groups `replacement` uses.
fn regex(path: &str, pattern: Option<&str>, replacement: &str) -> Result<Rewritten, String> {
    let path = pattern.map_or(path, |pattern| pattern.trim_start_matches('^'));
    if !path.starts_with('/') {
        return Err(format!(
            "the expression {path} must begin with /, because it takes the place of the path"
        ));
    }
    Ok(Rewritten {
        path: path.to_owned(),
        path_type: Some("ImplementationSpecific"),
        words: Words {
            target: replacement.to_owned(),
            use_regex: true,
        },
    })
}

/// Text as a regular expression that matches exactly it.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(kind: &str, pattern: Option<&str>, replacement: &str) -> Rewrite {
        Rewrite {
            kind: kind.into(),
            pattern: pattern.map(str::to_owned),
            replacement: Some(replacement.into()),
        }
    }

    #[track_caller]
    fn check(path: &str, rewrite: &Rewrite, expected: (&str, &str, bool)) {
        let seen =
            nginx(path, rewrite).map(|seen| (seen.path, seen.words.target, seen.words.use_regex));
        assert_eq!(seen, Ok((expected.0.into(), expected.1.into(), expected.2)));
    }

    #[test]
    fn a_prefix_is_cut_off_and_the_rest_stays() {
        check(
            "/v1",
            &rewrite("prefix", Some("/v1"), "/"),
            ("/v1(/|$)(.*)", "/$2", true),
        );
        check(
            "/v1/",
            &rewrite("prefix", None, "/api/"),
            ("/v1(/|$)(.*)", "/api/$2", true),
        );
        check(
            "/v1/users",
            &rewrite("prefix", Some("/v1"), "/"),
            ("/v1(/users(?:/.*)?)$", "$1", true),
        );
        check(
            "/v1.0",
            &rewrite("prefix", None, "/"),
            (r"/v1\.0(/|$)(.*)", "/$2", true),
        );
        assert!(nginx("/v10", &rewrite("prefix", Some("/v1"), "/")).is_err());
    }

    #[test]
    fn a_replacement_takes_the_place_of_the_path_or_of_a_part_of_it() {
        check(
            "/old",
            &rewrite("replace", None, "/new"),
            ("/old", "/new", false),
        );
        check(
            "/app/v1",
            &rewrite("replace", Some("/v1"), "/v2"),
            ("/app/v1", "/app/v2", false),
        );
        assert!(nginx("/app", &rewrite("replace", Some("/v1"), "/v2")).is_err());
    }

    #[test]
    fn an_expression_is_the_path_or_stands_in_match() {
        check(
            "/api(/.*)",
            &rewrite("regexReplace", None, "$1"),
            ("/api(/.*)", "$1", true),
        );
        check(
            "/api",
            &rewrite("regexReplace", Some("^/api/(.*)$"), "/$1"),
            ("/api/(.*)$", "/$1", true),
        );
        assert!(nginx("/api", &rewrite("regexReplace", Some("(.*)"), "/$1")).is_err());
    }

    #[test]
    fn only_classes_known_to_be_others_are_foreign() {
        assert!(is_foreign("traefik"));
        assert!(!is_foreign("nginx"));
        assert!(!is_foreign("public"));
    }
}
