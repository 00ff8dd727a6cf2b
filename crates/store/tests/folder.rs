//! The data folder: one holder, nobody else may look in (decision 33).

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kubemin_ports::Store;
use kubemin_store::{OpenError, Options, SqlStore};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn a_second_opening_is_refused_and_names_the_holder() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqlStore::open(Options::in_folder(folder.path()))
        .await
        .unwrap();
    let error = SqlStore::open(Options::in_folder(folder.path()))
        .await
        .err()
        .unwrap();
    let message = error.to_string();
    assert!(matches!(error, OpenError::Locked { .. }));
    assert!(
        message.contains(&format!("process {}", std::process::id())),
        "{message}"
    );
    assert!(
        message.contains(&folder.path().display().to_string()),
        "{message}"
    );
    store.close().await;
    SqlStore::open(Options::in_folder(folder.path()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_database_elsewhere_is_held_too() {
    let folder = tempfile::tempdir().unwrap();
    let options = |data: &str| Options {
        url: Some(format!(
            "sqlite://{}",
            folder.path().join("shared.db").display()
        )),
        ..Options::in_folder(folder.path().join(data))
    };
    let store = SqlStore::open(options("one")).await.unwrap();
    store.ping().await.unwrap();
    assert!(folder.path().join("shared.db").exists());
    let error = SqlStore::open(options("two")).await.err().unwrap();
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
}

#[tokio::test]
async fn folder_and_files_belong_to_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let store = SqlStore::open(Options::in_folder(&data)).await.unwrap();
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for file in std::fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(
        names,
        [
            "encryption.key",
            "kubemin.db",
            "kubemin.db-shm",
            "kubemin.db-wal",
            "kubemin.lock"
        ]
    );
    store.close().await;
    // A copy made with wide permissions is narrowed again.
    std::fs::set_permissions(data.join("kubemin.db"), Permissions::from_mode(0o644)).unwrap();
    let _store = SqlStore::open(Options::in_folder(&data)).await.unwrap();
    assert_eq!(mode(&data.join("kubemin.db")), 0o600);
}

#[tokio::test]
async fn an_empty_folder_is_narrowed_and_one_in_use_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, used) = (folder.path().join("empty"), folder.path().join("used"));
    for path in [&empty, &used] {
        std::fs::create_dir(path).unwrap();
        std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::write(used.join("settings.yaml"), "").unwrap();
    let _empty = SqlStore::open(Options::in_folder(&empty)).await.unwrap();
    let _used = SqlStore::open(Options::in_folder(&used)).await.unwrap();
    assert_eq!((mode(&empty), mode(&used)), (0o700, 0o755));
    assert_eq!(mode(&used.join("kubemin.db")), 0o600);
}

#[tokio::test]
async fn a_folder_into_which_everybody_may_write_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter.txt"), "dear …").unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).unwrap();
    let error = SqlStore::open(Options::in_folder(folder.path()))
        .await
        .err()
        .unwrap();
    assert!(matches!(error, OpenError::Shared { .. }), "{error}");
    assert_eq!(mode(folder.path()), 0o1777);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn other_database_urls_are_refused_without_repeating_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        url: Some("postgres://user:hunter2@host/db".to_owned()),
        ..Options::in_folder(folder.path().join("data"))
    };
    let message = SqlStore::open(options).await.err().unwrap().to_string();
    assert!(
        message.contains("postgres") && !message.contains("hunter2"),
        "{message}"
    );
    assert!(!folder.path().join("data").exists());
}
