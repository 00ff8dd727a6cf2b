//! Encrypted connections to a server: its certificate is checked as far as the address asks for it.

mod support;

use std::path::{Path, PathBuf};

use kubemin_ports::Store;
use kubemin_store::{Options, SqlStore};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use support::{Databases, key};

/// An authority and a certificate for a name, as files of a folder.
struct Certificates {
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

fn certificates(folder: &Path, name: &str) -> Certificates {
    let file = |part: &str, text: String| {
        let path = folder.join(format!("{name}-{part}.pem"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let server_key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = server.signed_by(&server_key, &issuer).unwrap().pem();
    Certificates {
        ca: file("ca", ca),
        certificate: file("certificate", certificate),
        key: file("key", server_key.serialize_pem()),
    }
}

async fn open(url: &str, tls: &str) -> Result<(), String> {
    let options = Options::on_server(format!("{url}{tls}"), key());
    let store = SqlStore::open(options)
        .await
        .map_err(|error| error.to_string())?;
    store.ping().await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_server_proves_who_it_is_before_it_gets_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let mine = certificates(folder.path(), "127.0.0.1");
    let other = certificates(folder.path(), "db.example");
    let server = |certificates: &Certificates| {
        let options = [
            format!("--ssl-ca={}", certificates.ca.display()),
            format!("--ssl-cert={}", certificates.certificate.display()),
            format!("--ssl-key={}", certificates.key.display()),
        ];
        Databases::own(&options.each_ref().map(String::as_str))
    };
    let address = async |server: &Databases| {
        let admin = server.fresh().await;
        let database = admin.rsplit_once('/').unwrap().1.to_owned();
        server
            .tell("CREATE USER tls@'%' IDENTIFIED BY 'tls' REQUIRE SSL")
            .await;
        server
            .tell(&format!("GRANT ALL ON {database}.* TO tls@'%'"))
            .await;
        format!("mysql://tls:tls@127.0.0.1:{}/{database}", server.port())
    };
    let ca = |certificates: &Certificates| format!("?ssl-ca={}", certificates.ca.display());

    let named = server(&mine);
    let url = address(&named).await;
    open(&url, "").await.unwrap_err();
    open(&url, &ca(&mine)).await.unwrap();
    open(&url, "?ssl-mode=required").await.unwrap();
    let error = open(&url, &ca(&other)).await.unwrap_err();
    assert!(error.contains("certificate"), "{error}");
    drop(named);

    // Its certificate is for another name.
    let misnamed = server(&other);
    let url = address(&misnamed).await;
    let error = open(&url, &ca(&other)).await.unwrap_err();
    assert!(error.contains("certificate"), "{error}");
    open(&url, &format!("{}&ssl-mode=required", ca(&other)))
        .await
        .unwrap();
}
