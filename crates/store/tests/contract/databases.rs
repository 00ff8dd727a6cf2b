//! The databases that the contract is held against.

use std::sync::{Arc, LazyLock};

use kubemin_store::{Options, SqlStore};

use crate::fixtures::Database;
use crate::support::{Databases, LEASE, replica};

/// One server for all tests. None of them is about what a crash leaves, so its commits need not reach the disk.
static MARIADB: LazyLock<Databases> = LazyLock::new(|| {
    let careless = [
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=OFF",
    ];
    Databases::shared("contract", &careless)
});

/// An embedded database in a folder of its own.
pub async fn sqlite(test: impl AsyncFnOnce(Database)) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        lease: LEASE,
        ..Options::in_folder(folder.path().join("data"))
    };
    test(Arc::new(SqlStore::open(options).await.unwrap())).await;
}

/// A database on the server of this program.
pub async fn mariadb(test: impl AsyncFnOnce(Database)) {
    let url = MARIADB.fresh().await;
    test(Arc::new(replica(&url).await)).await;
}
