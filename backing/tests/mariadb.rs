//! A MariaDB server comes up, survives a crash with its data, and ends with its value.

use std::io::Read;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use kubemin_backing::MariaDb;

fn answers(server: &MariaDb) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", server.port())) else {
        return false;
    };
    let limit = Some(Duration::from_millis(300));
    stream.set_read_timeout(limit).is_ok() && stream.read_exact(&mut [0; 5]).is_ok()
}

#[test]
fn a_server_is_killed_and_started_again_on_the_same_data_and_port() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = MariaDb::start(folder.path()).unwrap();
    let (port, pid) = (server.port(), server.server().pid());
    assert!(answers(&server));
    server.server().kill().unwrap();
    assert!(!answers(&server));
    server.server().restart().unwrap();
    assert!(answers(&server));
    assert_eq!(server.port(), port);
    assert_ne!(server.server().pid(), pid);
    assert!(folder.path().join("mariadb.log").exists());
    server.server().stop().unwrap();
    assert!(server.server().log_tail(3).contains("Shutdown complete"));
}

#[test]
fn a_paused_server_answers_nothing_until_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = MariaDb::start(folder.path()).unwrap();
    server.server().pause().unwrap();
    assert!(!answers(&server));
    server.server().resume().unwrap();
    assert!(answers(&server));
}

#[test]
fn a_server_outlives_the_thread_that_started_it_and_not_its_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let started = std::thread::spawn(move || MariaDb::start(&path).unwrap());
    let mut server = started.join().unwrap();
    assert!(answers(&server));
    let process = format!("/proc/{}", server.server().pid());
    assert!(Path::new(&process).exists());
    drop(server);
    let end = Instant::now() + Duration::from_secs(5);
    while Path::new(&process).exists() {
        assert!(Instant::now() < end, "{process} is there after the drop");
        std::thread::yield_now();
    }
}

#[test]
fn a_server_that_does_not_come_up_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let error = MariaDb::start_with(folder.path(), &["--no-such-option"])
        .err()
        .unwrap();
    let text = error.to_string();
    assert!(
        text.contains("ended") && text.contains("no-such-option"),
        "{text}"
    );
}
