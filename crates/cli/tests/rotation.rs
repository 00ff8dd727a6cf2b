//! `server rotate-key` on real databases (decision 47).

mod program;

use std::path::Path;
use std::time::{Duration, Instant};

use kubemin_model::Application;
use kubemin_ports::{NewRevision, Store};
use kubemin_store::{Key, KeySource, OpenError, Options, SqlStore};
use program::{Folder, text};
use serde_json::json;
use tokio::runtime::Runtime;

const SECRET: &str = "canary-9f3a77-secret-value";

fn revision(number: usize) -> NewRevision {
    let document: Application = serde_json::from_value(json!({
        "id": "shop", "name": "shop", "namespace": "shop",
        "components": [{"name": "passwords", "type": "secret",
            "properties": {"secret": {"root": format!("{SECRET} {number}")}}}]
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
        idempotency: None,
    }
}

fn options(data: &Path, key: KeySource) -> Options {
    Options {
        key,
        ..Options::in_folder(data)
    }
}

/// A database with this many revisions, as a server left it.
fn database(data: &Path, key: KeySource, revisions: usize) {
    Runtime::new().unwrap().block_on(async {
        let store = SqlStore::open(options(data, key)).await.unwrap();
        for number in 1..=revisions {
            store.put_revision(revision(number)).await.unwrap();
        }
        store.close().await;
    });
}

/// Opens the database and reads every value with this key; the refusal of the key otherwise.
fn read_all(data: &Path, key: KeySource, revisions: usize) -> Result<(), OpenError> {
    Runtime::new().unwrap().block_on(async {
        let store = SqlStore::open(options(data, key)).await?;
        let rows = store.revisions("shop").await.unwrap();
        assert_eq!(rows.len(), revisions);
        for row in rows {
            let number = usize::try_from(row.revision).unwrap();
            assert_eq!(row.document, revision(number).document);
        }
        store.close().await;
        Ok(())
    })
}

#[test]
fn the_data_folder_s_own_key_is_replaced_and_the_old_one_kept_for_old_copies() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    database(&data, KeySource::DataFolder, 3);
    let old = std::fs::read_to_string(data.join("encryption.key")).unwrap();
    let run = folder.kubemin(&["server", "rotate-key", "--data-dir", "data"]);
    let told = text(&run.stdout);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    assert!(
        told.contains("sealed the secret values of 3 revisions"),
        "{told}"
    );
    assert!(told.contains("Destroy it"), "{told}");
    read_all(&data, KeySource::DataFolder, 3).unwrap();
    let refused = read_all(&data, KeySource::Text(old.clone()), 3);
    assert!(matches!(refused, Err(OpenError::WrongKey { .. })));
    let kept = told.split("It is kept in ").nth(1).unwrap().lines().next();
    let kept = folder.path().join(kept.unwrap().trim_end_matches('.'));
    assert_eq!(std::fs::read_to_string(kept).unwrap(), old);
}

#[test]
fn a_key_from_a_file_is_replaced_by_the_one_of_another_file() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    folder.write("old", &Key::generate().unwrap().to_text());
    database(&data, KeySource::File(old.clone()), 2);
    let rotate = [
        "server",
        "rotate-key",
        "--data-dir",
        "data",
        "--encryption-key-file",
        "old",
    ];
    let run = folder.kubemin(&rotate);
    assert_eq!(run.code, 2);
    assert!(text(&run.stderr).contains("--new-key-file"));
    let with_new: Vec<&str> = rotate
        .into_iter()
        .chain(["--new-key-file", "new", "-o", "json"])
        .collect();
    let run = folder.kubemin(&with_new);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(
        (&report["rotated"], &report["revisions"]),
        (&json!(true), &json!(2))
    );
    assert!(!text(&run.stdout).contains(std::fs::read_to_string(&new).unwrap().trim()));
    read_all(&data, KeySource::File(new), 2).unwrap();
    assert!(matches!(
        read_all(&data, KeySource::File(old), 2),
        Err(OpenError::WrongKey { .. })
    ));
    let again = folder.kubemin(&with_new);
    let report: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((again.code, &report["rotated"]), (0, &json!(false)));
}

#[test]
fn a_running_server_a_wrong_key_and_an_absent_database_are_refused() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let absent = folder.kubemin(&["server", "rotate-key", "--data-dir", "data"]);
    assert_eq!(absent.code, 2);
    assert!(text(&absent.stderr).contains("there is no database in data"));
    assert!(!data.exists());
    database(&data, KeySource::DataFolder, 1);
    let runtime = Runtime::new().unwrap();
    let server = runtime
        .block_on(SqlStore::open(options(&data, KeySource::DataFolder)))
        .unwrap();
    let held = folder.kubemin(&["server", "rotate-key", "--data-dir", "data"]);
    assert_eq!(held.code, 3);
    let holder = format!("is held by process {}", std::process::id());
    assert!(
        text(&held.stderr).contains(&holder),
        "{}",
        text(&held.stderr)
    );
    runtime.block_on(server.close());
    folder.write("other", &Key::generate().unwrap().to_text());
    let wrong = folder.kubemin(&[
        "server",
        "rotate-key",
        "--data-dir=data",
        "--encryption-key-file=other",
        "--new-key-file=new",
    ]);
    assert_eq!(wrong.code, 3);
    assert!(text(&wrong.stderr).contains("were sealed with key"));
    read_all(&data, KeySource::DataFolder, 1).unwrap();
}

#[test]
fn a_killed_rotation_leaves_one_of_the_two_keys_and_the_same_command_ends_it() {
    const REVISIONS: usize = 300;
    const KILLS: u32 = 12;
    let folder = Folder::new();
    let data = folder.path().join("data");
    database(&data, KeySource::DataFolder, REVISIONS);
    let rotate = ["server", "rotate-key", "--data-dir", "data"];
    let begun = Instant::now();
    assert_eq!(folder.kubemin(&rotate).code, 0);
    let whole = begun.elapsed();
    let (mut before, mut after) = (0, 0);
    for kill in 1..=KILLS {
        let key = || std::fs::read_to_string(data.join("encryption.key")).unwrap();
        let old = key();
        let mut child = folder.start(&rotate);
        std::thread::sleep(whole * kill / KILLS);
        let killed = child.kill().is_ok();
        child.wait().unwrap();
        assert!(killed);
        read_all(&data, KeySource::DataFolder, REVISIONS).unwrap();
        // The file of the key in use is in its place again once the database was opened.
        match key() == old {
            true => before += 1,
            false => after += 1,
        }
        assert!(!data.join("encryption.key.next").exists());
    }
    println!("{before} killed before the commit, {after} after it, one run takes {whole:?}");
    assert_eq!(folder.kubemin(&rotate).code, 0);
    assert!(whole < Duration::from_secs(30), "{whole:?}");
}
