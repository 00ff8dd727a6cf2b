//! Names that Kubernetes accepts (decisions 8, 9, 37; <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>).

use std::borrow::Cow;

use sha2::{Digest, Sha256};

/// Longest DNS-1123 label: names of components, containers, volumes and Services.
pub const LABEL_LIMIT: usize = 63;
/// Longest DNS-1123 subdomain: names of most other objects.
pub const SUBDOMAIN_LIMIT: usize = 253;

const HASH_LENGTH: usize = 8;

/// Normalises a name to a DNS-1123 label (decision 9): lower case; `_`, `.` and blanks become `-`; other illegal
/// characters are removed; runs of `-` are folded; the ends are trimmed. The result may be empty or too long.
pub fn normalise(name: &str) -> Cow<'_, str> {
    if is_normal(name) {
        return Cow::Borrowed(name);
    }
    let mut label = String::with_capacity(name.len());
    for character in name.chars() {
        let character = match character {
            'a'..='z' | '0'..='9' => character,
            'A'..='Z' => character.to_ascii_lowercase(),
            '-' | '_' | '.' => '-',
            blank if blank.is_whitespace() => '-',
            _ => continue,
        };
        // leading dashes and runs of them are left out as they come
        if character != '-' || !(label.is_empty() || label.ends_with('-')) {
            label.push(character);
        }
    }
    label.truncate(label.trim_end_matches('-').len());
    Cow::Owned(label)
}

/// Normalises a reference to an object that may exist already: a valid DNS-1123 subdomain such as `kube-root-ca.crt`
/// stays as it is, everything else is treated like a name.
pub fn normalise_reference(name: &str) -> Cow<'_, str> {
    if is_subdomain(name) {
        Cow::Borrowed(name)
    } else {
        normalise(name)
    }
}

/// Whether this is a DNS-1123 label of at most 63 characters.
pub fn is_label(name: &str) -> bool {
    name.len() <= LABEL_LIMIT && is_label_shape(name)
}

/// Whether this is a DNS-1123 subdomain of at most 253 characters.
pub fn is_subdomain(name: &str) -> bool {
    !name.is_empty() && name.len() <= SUBDOMAIN_LIMIT && name.split('.').all(is_label_shape)
}

/// Whether this is a DNS-1035 label, which names of Services must be: it starts with a letter.
pub fn is_service_name(name: &str) -> bool {
    is_label(name) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

/// `<base><suffix>`, cut to `limit` bytes with a short hash of the whole when it would be longer (decision 9).
/// `base` and `suffix` are normalised already.
pub fn derived_name(base: &str, suffix: &str, limit: usize) -> String {
    if base.len() + suffix.len() <= limit {
        return format!("{base}{suffix}");
    }
    let tag = format!("-{}{suffix}", &hash(&[base, suffix])[..HASH_LENGTH]);
    let room = limit.saturating_sub(tag.len());
    let end = (0..=room.min(base.len()))
        .rev()
        .find(|end| base.is_char_boundary(*end))
        .unwrap_or(0);
    let cut = base[..end].trim_end_matches(['-', '.']);
    // only a suffix that is itself longer than the limit leaves nothing of the base
    if cut.is_empty() {
        hash(&[base, suffix])[..limit.min(24)].to_owned()
    } else {
        format!("{cut}{tag}")
    }
}

/// Id of an application that gives none (decision 8): 24 lower-case letters and digits, the first one a letter; the
/// same for the same namespace and name. Both are normalised already.
pub fn application_id(namespace: &str, name: &str) -> String {
    hash(&[namespace, name])[..24].to_owned()
}

/// Value of the label `kube-min-cli-componentId` (decision 37): short, stable, independent of the order in the document.
pub fn component_id(application_id: &str, component: &str) -> String {
    hash(&[application_id, component])[..12].to_owned()
}

/// What normalising would leave as it is.
fn is_normal(name: &str) -> bool {
    is_label_shape(name) && !name.contains("--")
}

/// Lower-case letters, digits and `-`, both ends a letter or digit; of any length.
fn is_label_shape(name: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}

/// SHA-256 over the parts as 32 letters and digits, the first one a letter.
fn hash(parts: &[&str]) -> String {
    // 32 symbols, so that every byte gives one of them without bias
    const SYMBOLS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut digest = Sha256::new();
    for part in parts {
        // the length keeps ("ab", "c") and ("a", "bc") apart
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let bytes = digest.finalize();
    let symbol = |(index, byte): (usize, &u8)| {
        let symbols = if index == 0 {
            &SYMBOLS[..16]
        } else {
            &SYMBOLS[..]
        };
        char::from(symbols[usize::from(*byte) % symbols.len()])
    };
    bytes.iter().enumerate().map(symbol).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_as_decided() {
        let cases = [
            ("backend", "backend"),
            ("OvenAPI", "ovenapi"),
            ("my_app.v2 beta", "my-app-v2-beta"),
            ("a -_. b", "a-b"),
            ("-a-", "a"),
            ("a--b", "a-b"),
            ("größe!", "gre"),
            ("应用", ""),
            ("", ""),
        ];
        for (written, normal) in cases {
            assert_eq!(normalise(written), normal, "{written:?}");
        }
    }

    #[test]
    fn references_to_existing_objects_stay() {
        assert_eq!(normalise_reference("kube-root-ca.crt"), "kube-root-ca.crt");
        assert_eq!(normalise_reference("My_Config"), "my-config");
        assert_eq!(normalise_reference("a..b"), "a-b");
    }

    #[test]
    fn labels_subdomains_and_service_names_differ() {
        assert!(is_label("1a") && !is_service_name("1a") && is_service_name("a1"));
        assert!(!is_label("a.b") && is_subdomain("a.b"));
        assert!(!is_label(&"a".repeat(64)) && is_subdomain(&"a".repeat(64)));
        assert!(!is_subdomain("a..b") && !is_subdomain(""));
    }

    #[test]
    fn short_derived_names_are_plain() {
        assert_eq!(
            derived_name("globe", "-ingress", LABEL_LIMIT),
            "globe-ingress"
        );
    }

    #[test]
    fn long_derived_names_are_cut_and_told_apart() {
        let first = derived_name(&format!("{}1", "a".repeat(60)), "-ingress", LABEL_LIMIT);
        let second = derived_name(&format!("{}2", "a".repeat(60)), "-ingress", LABEL_LIMIT);
        assert_ne!(first, second);
        for name in [first, second] {
            assert_eq!(name.len(), LABEL_LIMIT);
            assert!(is_label(&name) && name.ends_with("-ingress"), "{name}");
        }
    }

    #[test]
    fn ids_never_change() {
        // these are in clusters already; another value would make new objects of all of them
        assert_eq!(
            application_id("default", "demo-app"),
            "ip3gmt7tyws4erexc7w5nter"
        );
        assert_eq!(component_id("app7kq2", "tracker"), "ktnfzddu2w26");
    }

    #[test]
    fn ids_keep_their_parts_apart() {
        assert_ne!(application_id("ab", "c"), application_id("a", "bc"));
    }
}
