//! What Kubernetes accepts as keys, values and names of all kinds. Pure predicates.

use crate::names::is_subdomain;

/// Longest name part of a label key, and longest label value.
const LABEL_PART_LIMIT: usize = 63;

/// `[prefix/]name`: key of a label or annotation.
pub(super) fn is_qualified_name(key: &str) -> bool {
    let (prefix, name) = key
        .split_once('/')
        .map_or((None, key), |(prefix, name)| (Some(prefix), name));
    prefix.is_none_or(is_subdomain) && !name.is_empty() && is_label_value(name)
}

/// Value of a label; may be empty.
pub(super) fn is_label_value(value: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_alphanumeric();
    let bytes = value.as_bytes();
    value.is_empty()
        || value.len() <= LABEL_PART_LIMIT
            && bytes.first().is_some_and(alphanumeric)
            && bytes.last().is_some_and(alphanumeric)
            && bytes
                .iter()
                .all(|byte| alphanumeric(byte) || b"-_.".contains(byte))
}

/// Name of an environment variable that every supported Kubernetes accepts.
pub(super) fn is_env_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && !is_dots(name)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Name of an environment variable that a shell can read.
pub(super) fn is_shell_name(name: &str) -> bool {
    is_env_name(name)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Key of a ConfigMap or Secret.
pub(super) fn is_config_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 253
        && !is_dots(key)
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn is_dots(text: &str) -> bool {
    text == "." || text.starts_with("..")
}

/// Name of a port (IANA service name): at most 15 lower-case letters, digits and single `-`, one letter at least.
pub(super) fn is_port_name(name: &str) -> bool {
    (1..=15).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

/// Host of a route: a DNS name, or `*.` and a DNS name.
pub(super) fn is_host(host: &str) -> bool {
    let plain = host.strip_prefix("*.").unwrap_or(host);
    is_subdomain(plain) && host.parse::<std::net::IpAddr>().is_err()
}

/// Name of a Role or a binding: what can stand in a path.
pub(super) fn is_path_segment(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '%'])
}

/// Base64 with padding, as a ConfigMap's `binaryData` needs it.
pub(super) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(predicate: fn(&str) -> bool, accepted: &[&str], refused: &[&str]) {
        for text in accepted {
            assert!(predicate(text), "{text:?} is legal");
        }
        for text in refused {
            assert!(!predicate(text), "{text:?} is not legal");
        }
    }

    #[test]
    fn kubernetes_identifiers() {
        check(
            is_label_value,
            &["", "a", "A.b-c_1"],
            &["-a", "a b", "a/b", &"a".repeat(64), "ä"],
        );
        check(
            is_qualified_name,
            &["a", "x.io/a_B"],
            &["", "/a", "a/", "X/a", "a/b/c"],
        );
        check(
            is_env_name,
            &["A", "_a", "a.b-c"],
            &["", "1a", "a b", "a=b", ".", "..a"],
        );
        check(is_shell_name, &["A_1"], &["a.b", "a-b"]);
        check(
            is_config_key,
            &["a.b", "_A-1"],
            &["", ".", "..", "..data", "a/b", "a b"],
        );
        check(
            is_port_name,
            &["http", "a-1"],
            &["", "80", "HTTP", "-a", "a--b", "0123456789abcdef"],
        );
        check(
            is_host,
            &["a.b", "*.a.b", "localhost"],
            &["", "*", "a.*.b", "A.b", "10.0.0.1", "http://a", "a:80"],
        );
        check(
            is_path_segment,
            &["a:b", "A b"],
            &["", ".", "..", "a/b", "a%b"],
        );
        check(
            is_base64,
            &["", "eA==", "eHh4"],
            &["e", "eA=", "e A=", "====", "eA=A"],
        );
    }
}
