//! Which server is meant: flags, environment, and the contexts of `~/.config/kubemin/config.yaml`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;

use crate::args::Global;
use crate::failure::Failure;

/// Server of a machine that nobody configured (decision 50).
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// The file with contexts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ClientConfig {
    current_context: Option<String>,
    contexts: BTreeMap<String, Context>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Context {
    server: Option<String>,
    token: Option<String>,
    token_file: Option<PathBuf>,
    namespace: Option<String>,
    certificate_authority: Option<PathBuf>,
}

/// A server and how to talk to it.
#[derive(Clone, PartialEq)]
pub struct Endpoint {
    /// Address.
    pub server: Url,
    /// Whether somebody named it; else it is the default.
    pub configured: bool,
    /// Token.
    pub token: Option<String>,
    /// Namespace of applications that are named without one.
    pub namespace: Option<String>,
    /// File with a certificate authority beside those of the system.
    pub certificate_authority: Option<PathBuf>,
}

impl ClientConfig {
    /// Reads the user's file; there need not be one.
    pub fn open() -> Result<Self, Failure> {
        match Self::path() {
            Some(path) => Self::read(&path),
            None => Ok(Self::default()),
        }
    }

    /// `$XDG_CONFIG_HOME/kubemin/config.yaml`, else `~/.config/kubemin/config.yaml`.
    pub fn path() -> Option<PathBuf> {
        let folder = std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| std::env::home_dir().map(|home| home.join(".config")))?;
        Some(folder.join("kubemin").join("config.yaml"))
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::wrong(format!("{}: {error}", path.display()))),
        };
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(&text).map_err(|error| {
            Failure::wrong(format!("{}: {error}", path.display()))
                .hint("contexts: {NAME: {server, token, tokenFile, namespace, certificateAuthority}}, currentContext: NAME")
        })
    }

    /// The server that is meant, by flag or environment, by context, or the default.
    pub fn endpoint(&self, global: &Global) -> Result<Endpoint, Failure> {
        let context = self.context(global.context.as_deref())?;
        let named = global.server.clone().or(context.server);
        let token = match (&global.token, context.token, &context.token_file) {
            (Some(token), _, _) => Some(token.clone()),
            // the token of a context is for its own server only
            _ if global.server.is_some() => None,
            (None, Some(token), _) => Some(token),
            (None, None, Some(file)) => Some(read_token(file)?),
            (None, None, None) => None,
        };
        Ok(Endpoint {
            configured: named.is_some(),
            server: address(named.as_deref().unwrap_or(DEFAULT_SERVER))?,
            token,
            namespace: global.namespace().or(context.namespace),
            certificate_authority: context.certificate_authority,
        })
    }

    /// Namespace of applications that are named without one, and of documents that name none.
    pub fn namespace(&self, global: &Global) -> Result<Option<String>, Failure> {
        let context = self.context(global.context.as_deref())?;
        Ok(global.namespace().or(context.namespace))
    }

    fn context(&self, wanted: Option<&str>) -> Result<Context, Failure> {
        let Some(name) = wanted.or(self.current_context.as_deref()) else {
            return Ok(Context::default());
        };
        self.contexts.get(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = self.contexts.keys().map(String::as_str).collect();
            let hint = if known.is_empty() {
                "the file has no contexts".to_owned()
            } else {
                format!("the contexts are {}", known.join(", "))
            };
            Failure::wrong(format!(
                "there is no context {name:?} in ~/.config/kubemin/config.yaml"
            ))
            .hint(hint)
        })
    }
}

fn read_token(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::wrong(format!("token file {}: {error}", file.display())))?;
    let token = text.lines().map(str::trim).find(|line| !line.is_empty());
    token
        .map(str::to_owned)
        .ok_or_else(|| Failure::wrong(format!("token file {} is empty", file.display())))
}

/// An address; without a scheme it is `http://`.
fn address(text: &str) -> Result<Url, Failure> {
    let full = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    match full.parse::<Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(
            Failure::wrong(format!("{text:?} is no address of a server"))
                .hint("write http://HOST:PORT or https://HOST:PORT"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> ClientConfig {
        serde_saphyr::from_str(text).unwrap()
    }

    const TWO: &str = "currentContext: here\ncontexts:\n  here: {server: 'http://here:1', token: t1, namespace: team}\n  there: {server: 'https://there'}\n";

    #[test]
    fn the_flag_beats_the_context_beats_the_default() {
        let none = Global::default();
        let endpoint = ClientConfig::default().endpoint(&none).unwrap();
        assert_eq!(endpoint.server.as_str(), "http://127.0.0.1:8080/");
        assert!(!endpoint.configured);

        let endpoint = config(TWO).endpoint(&none).unwrap();
        assert_eq!(endpoint.server.as_str(), "http://here:1/");
        assert_eq!(endpoint.token.as_deref(), Some("t1"));
        assert_eq!(endpoint.namespace.as_deref(), Some("team"));

        let there = Global {
            context: Some("there".into()),
            ..Global::default()
        };
        let endpoint = config(TWO).endpoint(&there).unwrap();
        assert_eq!(
            (endpoint.server.as_str(), endpoint.token),
            ("https://there/", None)
        );
    }

    #[test]
    fn the_token_of_a_context_goes_to_no_other_server() {
        let other = Global {
            server: Some("other:9".into()),
            ..Global::default()
        };
        let endpoint = config(TWO).endpoint(&other).unwrap();
        assert_eq!(
            (endpoint.server.as_str(), endpoint.token),
            ("http://other:9/", None)
        );
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let unknown = Global {
            context: Some("nowhere".into()),
            ..Global::default()
        };
        let failure = config(TWO).endpoint(&unknown).err().unwrap();
        assert!(failure.hint.unwrap().contains("here, there"));
        for text in ["ftp://a", "http://", "unix:///run/x"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
