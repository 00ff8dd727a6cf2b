//! `mysql://USER:PASSWORD@HOST:PORT/DATABASE?ssl-mode=…` (decision 49). The parameters are those of MySQL's own clients.

use std::path::{Path, PathBuf};

use mysql_async::{ClientIdentity, Opts, OptsBuilder, SslOpts};

use crate::error::OpenError;

/// A database on a server, with what is needed to log in. It is never shown but by [`Address::shown`].
#[derive(Clone)]
pub struct Address {
    opts: Opts,
}

/// What a TLS connection must prove, in MySQL's words.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Disabled,
    Required,
    VerifyIdentity,
}

/// TLS parameters of an address.
#[derive(Default, Debug, PartialEq)]
struct Tls {
    mode: Option<Mode>,
    ca: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Address {
    /// Reads an address. `password` replaces the one in it.
    ///
    /// # Errors
    /// Another form, an unknown parameter, a file that is not there.
    pub fn parse(url: &str, password: Option<&str>) -> Result<Self, OpenError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let opts = Opts::from_url(place).map_err(|error| {
            // Only a part of the address: the whole may hold a password.
            OpenError::Address(format!(
                "is not mysql://USER:PASSWORD@HOST:PORT/DATABASE with special characters of user and password as %XX ({error})"
            ))
        })?;
        if opts.db_name().is_none_or(str::is_empty) {
            return Err(OpenError::Address(
                "names no database: write mysql://USER:PASSWORD@HOST:PORT/DATABASE".to_owned(),
            ));
        }
        let tls = Tls::parse(query)?;
        let far = !opts.addr_is_loopback() && opts.ip_or_hostname() != "localhost";
        if tls.mode() == Mode::Disabled && far {
            tracing::warn!(
                host = opts.ip_or_hostname(),
                "the connection to the database is not encrypted: add ?ssl-mode=verify-identity&ssl-ca=FILE"
            );
        }
        let mut builder = OptsBuilder::from_opts(opts.clone()).ssl_opts(tls.options()?);
        if let Some(password) = password {
            builder = builder.pass(Some(password));
        }
        Ok(Self {
            opts: builder.into(),
        })
    }

    /// For messages: host and port.
    pub fn shown(&self) -> String {
        format!("{}:{}", self.opts.ip_or_hostname(), self.opts.tcp_port())
    }

    /// Name of the database.
    pub fn database(&self) -> &str {
        self.opts.db_name().unwrap_or_default()
    }

    /// For the driver, with statements that prepare a new connection.
    pub fn options(&self, setup: &[&str]) -> Opts {
        // The driver runs them from the last to the first.
        let setup: Vec<_> = setup.iter().rev().copied().collect();
        OptsBuilder::from_opts(self.opts.clone())
            .setup(setup)
            .stmt_cache_size(super::STATEMENTS)
            // A write counts the rows it found, as SQLite does, not those that became different.
            .client_found_rows(true)
            .prefer_socket(false)
            .tcp_keepalive(Some(std::time::Duration::from_secs(30)))
            .into()
    }
}

impl Tls {
    fn parse(query: &str) -> Result<Self, OpenError> {
        let mut tls = Self::default();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let file = || Some(PathBuf::from(value));
            match name {
                "ssl-mode" => tls.mode = Some(Mode::of(value)?),
                "ssl-ca" => tls.ca = file(),
                "ssl-cert" => tls.certificate = file(),
                "ssl-key" => tls.key = file(),
                other => {
                    return Err(OpenError::Address(format!(
                        "has the unknown parameter {other}: known are ssl-mode, ssl-ca, ssl-cert and ssl-key"
                    )));
                }
            }
        }
        Ok(tls)
    }

    /// Who gives a certificate authority wants it to be checked.
    fn mode(&self) -> Mode {
        match (self.mode, &self.ca) {
            (Some(mode), _) => mode,
            (None, Some(_)) => Mode::VerifyIdentity,
            (None, None) => Mode::Disabled,
        }
    }

    fn options(&self) -> Result<Option<SslOpts>, OpenError> {
        let mode = self.mode();
        if mode == Mode::Disabled {
            return Ok(None);
        }
        let mut options = SslOpts::default()
            .with_danger_accept_invalid_certs(mode == Mode::Required)
            .with_danger_skip_domain_validation(mode != Mode::VerifyIdentity);
        if let Some(ca) = &self.ca {
            options = options
                .with_root_certs(vec![there(ca)?.into()])
                .with_disable_built_in_roots(true);
        }
        match (&self.certificate, &self.key) {
            (None, None) => Ok(Some(options)),
            (Some(certificate), Some(key)) => {
                let identity = ClientIdentity::new(there(certificate)?.into(), there(key)?.into());
                Ok(Some(options.with_client_identity(Some(identity))))
            }
            _ => Err(OpenError::Address(
                "has one of ssl-cert and ssl-key: give both or none".to_owned(),
            )),
        }
    }
}

impl Mode {
    fn of(word: &str) -> Result<Self, OpenError> {
        match word.to_ascii_lowercase().replace('_', "-").as_str() {
            "disabled" => Ok(Self::Disabled),
            "required" => Ok(Self::Required),
            "verify-identity" => Ok(Self::VerifyIdentity),
            _ => Err(OpenError::Address(format!(
                "has ssl-mode {word}: use disabled, required or verify-identity"
            ))),
        }
    }
}

fn there(path: &Path) -> Result<PathBuf, OpenError> {
    match std::fs::File::open(path) {
        Ok(_) => Ok(path.to_owned()),
        Err(error) => Err(OpenError::file(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_in_no_error_and_a_given_one_wins() {
        for url in [
            "mysql://me:s3cr3t@db:port/kubemin",
            "mysql://me:s3cr3t@db:3306",
            "mysql://me:s3cr3t@db/kubemin?verbose=s",
        ] {
            let error = Address::parse(url, None).err().unwrap().to_string();
            assert!(!error.contains("s3cr3t"), "{error}");
        }
        let address = Address::parse("mysql://me:s3c%40et@db/kubemin", None).unwrap();
        assert_eq!(address.opts.pass(), Some("s3c@et"));
        assert_eq!(
            (address.database(), address.shown().as_str()),
            ("kubemin", "db:3306")
        );
        let address = Address::parse("mysql://me@db/kubemin", Some("other")).unwrap();
        assert_eq!(address.opts.pass(), Some("other"));
    }

    #[test]
    fn an_authority_is_checked_unless_told_otherwise() {
        assert_eq!(Tls::parse("").unwrap().mode(), Mode::Disabled);
        assert_eq!(
            Tls::parse("ssl-ca=/a").unwrap().mode(),
            Mode::VerifyIdentity
        );
        let tls = Tls::parse("ssl-ca=/a&ssl-mode=REQUIRED").unwrap();
        assert_eq!(tls.mode(), Mode::Required);
        let missing = Tls::parse("ssl-ca=/not/there").unwrap().options();
        assert!(missing.err().unwrap().to_string().contains("/not/there"));
        // The driver cannot check an authority without the name.
        assert!(Tls::parse("ssl-mode=verify-ca").is_err());
    }
}
