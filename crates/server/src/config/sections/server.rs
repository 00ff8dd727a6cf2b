//! Sections `server`, `datastore` and `security` (interfaces, Configuration; decisions 47–49).

use std::path::PathBuf;

use crate::config::form::{BindAddress, DatastoreUrl, Secret};
use crate::config::section::section;
use crate::config::setting::{Secrecy, Setting};

section! {
    /// The listener and what is kept on this machine.
    Server {
        /// Address to listen on, IP:PORT. Beyond loopback a token file is needed.
        bind_addr: BindAddress = Setting::new("server.bindAddr", "bind-addr", "127.0.0.1:8080");
        /// Folder for the embedded database and the encryption key.
        data_dir: PathBuf = Setting::new("server.dataDir", "data-dir", "~/.local/share/kubemin");
        /// File with the tokens that are let in, one a line.
        token_file: Option<PathBuf> = Setting::new("server.tokenFile", "token-file", "");
        /// File with the certificate chain of the listener.
        tls_cert: Option<PathBuf> = Setting::new("server.tlsCert", "tls-cert", "");
        /// File with the private key of the certificate.
        tls_key: Option<PathBuf> = Setting::new("server.tlsKey", "tls-key", "");
        /// Origins of web pages that may call the API; none when unset.
        cors_origins: Vec<String> = Setting::new("server.corsOrigins", "cors-origins", "");
    }
}

section! {
    /// The database, which is the truth.
    Datastore {
        /// sqlite:PATH or mysql://USER@HOST:PORT/DATABASE; SQLite in the data folder when unset.
        url: Option<DatastoreUrl> = Setting::new("datastore.url", "datastore-url", "").secret(Secrecy::Address);
        /// File with the database password.
        password_file: Option<PathBuf> = Setting::new("datastore.passwordFile", "datastore-password-file", "");
        /// Database password.
        password: Option<Secret> = Setting::new("datastore.password", "datastore-password", "").secret(Secrecy::Hidden);
    }
}

section! {
    /// Keys.
    Security {
        /// File with the key that encrypts secrets at rest; made in the data folder when unset, needed with MySQL.
        encryption_key_file: Option<PathBuf> = Setting::new("security.encryptionKeyFile", "encryption-key-file", "");
        /// The key itself.
        encryption_key: Option<Secret> = Setting::new("security.encryptionKey", "encryption-key", "").secret(Secrecy::Hidden);
    }
}
