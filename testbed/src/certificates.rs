//! The cluster's certificate authority and the certificates of its parts.

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};

use crate::error::{Context, Error, Result};

/// The authority that signs for one cluster; its files are `ca.crt` and `ca.key`.
pub struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

/// Whom a certificate is for.
pub struct Subject<'a> {
    /// Names the files: `NAME.crt` and `NAME.key`.
    pub name: &'a str,
    /// The user's name in Kubernetes.
    pub common_name: &'a str,
    /// The user's group in Kubernetes.
    pub organization: Option<&'a str>,
    /// Names and addresses that a server answers at; none for a client.
    pub names: &'a [&'a str],
    pub addresses: &'a [IpAddr],
}

/// A certificate and its key, as PEM text.
pub struct Credential {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    /// Makes an authority and writes it to `folder`.
    ///
    /// # Errors
    /// When a key cannot be made or a file cannot be written.
    pub fn create(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).context(|| format!("making {} failed", folder.display()))?;
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "kubemin testbed");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.pem();
        write(&folder.join("ca.crt"), &certificate)?;
        write(&folder.join("ca.key"), &key.serialize_pem())?;
        Ok(Self {
            folder: folder.to_owned(),
            issuer: Issuer::new(params, key),
            certificate,
        })
    }

    /// Reads an authority that [`Authority::create`] wrote.
    ///
    /// # Errors
    /// When a file is missing or is no key.
    pub fn load(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            fs::read_to_string(folder.join(name))
                .context(|| format!("reading {}/{name} failed", folder.display()))
        };
        let certificate = read("ca.crt")?;
        let key = KeyPair::from_pem(&read("ca.key")?)?;
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "kubemin testbed");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(Self {
            folder: folder.to_owned(),
            issuer: Issuer::new(params, key),
            certificate,
        })
    }

    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Signs a certificate for `subject` and writes it and its key.
    ///
    /// # Errors
    /// As [`Authority::create`].
    pub fn issue(&self, subject: &Subject<'_>) -> Result<Credential> {
        let mut params = CertificateParams::new(
            subject
                .names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        )?;
        params.subject_alt_names.extend(
            subject
                .addresses
                .iter()
                .map(|address| SanType::IpAddress(*address)),
        );
        if let Some(organization) = subject.organization {
            params
                .distinguished_name
                .push(DnType::OrganizationName, organization);
        }
        params
            .distinguished_name
            .push(DnType::CommonName, subject.common_name);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if !subject.names.is_empty() || !subject.addresses.is_empty() {
            params
                .extended_key_usages
                .push(ExtendedKeyUsagePurpose::ServerAuth);
        }
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?.pem();
        let credential = Credential {
            certificate,
            key: key.serialize_pem(),
        };
        write(
            &self.folder.join(format!("{}.crt", subject.name)),
            &credential.certificate,
        )?;
        write(
            &self.folder.join(format!("{}.key", subject.name)),
            &credential.key,
        )?;
        Ok(credential)
    }
}

/// Writes the key that signs the tokens of service accounts.
///
/// # Errors
/// As [`Authority::create`].
pub fn create_service_account_key(folder: &Path) -> Result<()> {
    let key = KeyPair::generate()?;
    write(&folder.join("service-accounts.key"), &key.serialize_pem())?;
    write(&folder.join("service-accounts.pub"), &key.public_key_pem())
}

/// A certificate that signs itself, for examples that want a TLS Secret.
///
/// # Errors
/// When the key cannot be made.
pub fn self_signed(names: &[&str]) -> Result<Credential> {
    let made = rcgen::generate_simple_self_signed(
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    )
    .map_err(Error::from)?;
    Ok(Credential {
        certificate: made.cert.pem(),
        key: made.signing_key.serialize_pem(),
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    let open = fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path);
    open.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .context(|| format!("writing {} failed", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Authority::create(folder.path()).unwrap();
        let mode = fs::metadata(folder.path().join("ca.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0);
    }

    #[test]
    fn an_authority_that_is_read_again_still_signs_in_the_same_name() {
        let folder = tempfile::tempdir().unwrap();
        let first = Authority::create(folder.path()).unwrap();
        let again = Authority::load(folder.path()).unwrap();
        assert_eq!(first.certificate(), again.certificate());
        let subject = Subject {
            name: "a",
            common_name: "a",
            organization: None,
            names: &["localhost"],
            addresses: &[],
        };
        assert!(
            again
                .issue(&subject)
                .unwrap()
                .certificate
                .contains("BEGIN CERTIFICATE")
        );
    }
}
