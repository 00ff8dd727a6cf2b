//! The name that tells clusters on one machine apart.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A cluster's name: a lower-case DNS label of at most 20 characters, so that the paths of
/// sockets made from it stay below the kernel's limit of 107 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterName(String);

impl ClusterName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClusterName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
        if !starts || text.ends_with('-') || text.len() > 20 || !text.chars().all(allowed) {
            return Err(Error::Refused(format!(
                "{text:?} cannot name a cluster: use at most 20 of a-z, 0-9 and -, starting with a letter"
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_label_and_refuses_what_would_leave_its_folder() {
        assert!("kubemin".parse::<ClusterName>().is_ok());
        assert!("it-2".parse::<ClusterName>().is_ok());
        for bad in [
            "",
            "..",
            "a/b",
            "A",
            "2a",
            "a-",
            "this-name-is-far-too-long",
        ] {
            assert!(bad.parse::<ClusterName>().is_err(), "{bad:?}");
        }
    }
}
