//! What stands on disk: no secret value in clear, no start with a wrong key, rotation (decision 47).

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubemin_model::Application;
use kubemin_ports::{NewRevision, Store, StoreError};
use kubemin_store::{Key, KeySource, OpenError, Options, SqlStore};
use serde_json::json;

const CANARY: &str = "canary-9f3a77-secret-value";

fn revision(image: &str) -> NewRevision {
    let document: Application = serde_json::from_value(json!({
        "id": "shop", "name": "shop", "namespace": "shop",
        "components": [
            {"name": "web", "type": "webservice", "image": image},
            {"name": "passwords", "type": "secret", "properties": {"secret": {"root": CANARY, "empty": ""}}}
        ]
    }))
    .unwrap();
    NewRevision {
        app_id: "shop".to_owned(),
        name: "shop".to_owned(),
        namespace: "shop".to_owned(),
        document,
        cause: "apply".to_owned(),
        expected: None,
        stopped: None,
        task: None,
        idempotency: Some((format!("key-{image}"), format!("body with {CANARY}"))),
    }
}

async fn open(folder: &Path, key: KeySource) -> Result<SqlStore, OpenError> {
    SqlStore::open(Options {
        key,
        ..Options::in_folder(folder)
    })
    .await
}

fn text(key: &Key) -> KeySource {
    KeySource::Text(key.to_text())
}

/// Everything in the folder, file after file.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files
        .map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, std::fs::read(file.path()).unwrap())
        })
        .collect()
}

fn holds(files: &[(String, Vec<u8>)], needle: &str) -> Vec<String> {
    let found = files.iter().filter(|(_, content)| {
        content
            .windows(needle.len())
            .any(|part| part == needle.as_bytes())
    });
    found.map(|(name, _)| name.clone()).collect()
}

#[tokio::test]
async fn no_file_ever_holds_a_secret_value_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = open(&data, KeySource::DataFolder).await.unwrap();
    for image in ["one", "two", "three"] {
        store.put_revision(revision(image)).await.unwrap();
    }
    assert_eq!(
        store.revisions("shop").await.unwrap()[2].document,
        revision("one").document
    );
    let open_files = bytes(&data);
    let log = open_files.iter().find(|(name, _)| name == "kubemin.db-wal");
    assert!(log.is_some_and(|(_, content)| !content.is_empty()));
    store.close().await;
    for files in [open_files, bytes(&data)] {
        assert_eq!(holds(&files, CANARY), Vec::<String>::new());
        // Every alignment of its base64: without the characters that depend on neighbours.
        for shift in 0..3 {
            let encoded = STANDARD.encode(format!("{}{CANARY}", "x".repeat(shift)));
            assert_eq!(
                holds(&files, &encoded[4..encoded.len() - 4]),
                Vec::<String>::new()
            );
        }
        assert!(!holds(&files, "sealed:v1:").is_empty());
        assert!(!holds(&files, "webservice").is_empty());
    }
}

#[tokio::test]
async fn equal_values_are_sealed_differently_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), KeySource::DataFolder).await.unwrap();
    store.put_revision(revision("one")).await.unwrap();
    store.put_revision(revision("two")).await.unwrap();
    store.close().await;
    let files = bytes(folder.path());
    let (_, database) = files.iter().find(|(name, _)| name == "kubemin.db").unwrap();
    let database = String::from_utf8_lossy(database);
    let sealed: Vec<_> = database
        .split("\"root\":\"sealed:v1:")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(sealed.len() >= 2 && sealed[0] != sealed[1]);
}

#[tokio::test]
async fn a_wrong_key_is_refused_at_start_and_names_both_ids() {
    let folder = tempfile::tempdir().unwrap();
    let (right, wrong) = (Key::generate().unwrap(), Key::generate().unwrap());
    let store = open(folder.path(), text(&right)).await.unwrap();
    store.put_revision(revision("one")).await.unwrap();
    store.close().await;
    let error = open(folder.path(), text(&wrong)).await.err().unwrap();
    let message = error.to_string();
    match error {
        OpenError::WrongKey { given, stored, .. } => {
            assert_ne!(given, stored);
            assert!(message.contains(&given) && message.contains(&stored));
        }
        error => panic!("{error}"),
    }
    assert!(!message.contains(&wrong.to_text()));
    let store = open(folder.path(), text(&right)).await.unwrap();
    assert_eq!(
        store.application("shop").await.unwrap().document,
        revision("one").document
    );
}

#[tokio::test]
async fn a_lost_key_file_is_not_replaced_by_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), KeySource::DataFolder)
        .await
        .unwrap()
        .close()
        .await;
    std::fs::remove_file(folder.path().join("encryption.key")).unwrap();
    let error = open(folder.path(), KeySource::DataFolder)
        .await
        .err()
        .unwrap();
    assert!(matches!(error, OpenError::KeyMissing { .. }), "{error}");
    assert!(!folder.path().join("encryption.key").exists());
}

#[tokio::test]
async fn a_key_file_may_hold_base64_or_hexadecimal_digits_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let data = folder.path().join("data");
    let with = async |content: &str| {
        std::fs::write(&file, content).unwrap();
        let opened = open(&data, KeySource::File(file.clone())).await;
        opened.map(drop)
    };
    with(&format!("{}\n", STANDARD.encode([7; 32])))
        .await
        .unwrap();
    with(&"07".repeat(32)).await.unwrap();
    let error = with("too short").await.unwrap_err();
    assert!(matches!(error, OpenError::KeyForm(_)), "{error}");
    std::fs::remove_file(&file).unwrap();
    let error = open(&data, KeySource::File(file.clone()))
        .await
        .err()
        .unwrap();
    assert!(matches!(error, OpenError::File { .. }), "{error}");
}

#[tokio::test]
async fn a_rotated_key_opens_everything_and_the_old_one_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (Key::generate().unwrap(), Key::generate().unwrap());
    let store = open(folder.path(), text(&old)).await.unwrap();
    store.put_revision(revision("one")).await.unwrap();
    store.put_revision(revision("two")).await.unwrap();
    store.rotate_key(new.clone(), |_, _| {}).await.unwrap();
    // The running process goes on, and an equal document is still equal.
    let same = store.put_revision(revision("two")).await.unwrap();
    assert!(!same.changed);
    assert_eq!(
        store.revision("shop", 1).await.unwrap().document,
        revision("one").document
    );
    store.close().await;
    assert!(matches!(
        open(folder.path(), text(&old)).await,
        Err(OpenError::WrongKey { .. })
    ));
    let store = open(folder.path(), text(&new)).await.unwrap();
    let rows = store.revisions("shop").await.unwrap();
    assert_eq!(rows[1].document, revision("one").document);
    assert_eq!(holds(&bytes(folder.path()), CANARY), Vec::<String>::new());
}

#[tokio::test]
async fn the_data_folder_s_key_file_follows_a_rotation_even_through_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("encryption.key");
    let store = open(folder.path(), KeySource::DataFolder).await.unwrap();
    store.put_revision(revision("one")).await.unwrap();
    let old = std::fs::read_to_string(&key_file).unwrap();
    let new = Key::generate().unwrap();
    store.rotate_key(new.clone(), |_, _| {}).await.unwrap();
    assert_eq!(
        std::fs::read_to_string(&key_file).unwrap().trim(),
        new.to_text()
    );
    store.close().await;
    let kept = Key::parse(&old, "test").unwrap().id().unwrap();
    assert_eq!(
        std::fs::read_to_string(folder.path().join(format!("encryption.key.{kept}"))).unwrap(),
        old
    );
    // As after a crash between the commit and the rename.
    let next = folder.path().join("encryption.key.next");
    std::fs::rename(&key_file, &next).unwrap();
    std::fs::write(&key_file, &old).unwrap();
    let store = open(folder.path(), KeySource::DataFolder).await.unwrap();
    assert_eq!(
        store.application("shop").await.unwrap().document,
        revision("one").document
    );
    assert_eq!(
        std::fs::read_to_string(&key_file).unwrap().trim(),
        new.to_text()
    );
    store.close().await;
    // As after a crash before the commit.
    std::fs::write(&next, &old).unwrap();
    open(folder.path(), KeySource::DataFolder)
        .await
        .unwrap()
        .close()
        .await;
    assert!(!next.exists());
}

#[tokio::test]
async fn readers_and_writers_go_on_while_the_key_is_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), KeySource::DataFolder).await.unwrap();
    let store = std::sync::Arc::new(store);
    for round in 0..50 {
        store
            .put_revision(revision(&format!("image-{round}")))
            .await
            .unwrap();
    }
    let worker = tokio::spawn({
        let store = store.clone();
        async move {
            for round in 0..200 {
                let all = store.revisions("shop").await?;
                assert!(all.iter().all(|row| row.document.components.len() == 2));
                store
                    .put_revision(revision(&format!("later-{round}")))
                    .await?;
            }
            Ok::<_, StoreError>(())
        }
    });
    for _ in 0..5 {
        let new = Key::generate().unwrap();
        store.rotate_key(new, |_, _| {}).await.unwrap();
    }
    worker.await.unwrap().unwrap();
    assert_eq!(store.application("shop").await.unwrap().revision, 250);
}
