//! The image registry of a node, on its loopback: the mirror of every registry there is.
//!
//! It serves the archives that the cluster has, answers 401 for repositories whose path
//! contains `denied`, leaves those with `slow` or `hang` waiting, and knows nothing else, so
//! that faults of pulling are what a real registry would have caused.

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Context, Result};
use crate::image::archive::{Contents, contents};
use crate::layout::Layout;

/// Where it listens, in the network namespace of its node.
pub const ADDRESS: &str = "127.0.0.1:5000";

/// Longer than any client waits for an answer.
const HANG: Duration = Duration::from_secs(600);

pub fn arguments(layout: &Layout) -> Vec<String> {
    vec![
        "registry".to_owned(),
        "--listen".to_owned(),
        ADDRESS.to_owned(),
        "--images".to_owned(),
        layout.images().display().to_string(),
    ]
}

/// Serves until the process is ended.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve(address: &str, images: &Path) -> Result<()> {
    let listener =
        TcpListener::bind(address).context(|| format!("listening on {address} failed"))?;
    let store = Arc::new(Store {
        folder: images.to_owned(),
        known: Mutex::default(),
    });
    println!("serving the images of {} on {address}", images.display());
    for stream in listener.incoming().flatten() {
        let store = Arc::clone(&store);
        std::thread::spawn(move || {
            // A client that goes away is no failure of the registry.
            let _ = answer(&store, stream);
        });
    }
    Ok(())
}

struct Store {
    folder: PathBuf,
    known: Mutex<Vec<(PathBuf, Arc<Contents>)>>,
}

impl Store {
    /// The archives of the folder; each is read once.
    fn archives(&self) -> Vec<(PathBuf, Arc<Contents>)> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for path in entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "tar"))
        {
            if known.iter().any(|(seen, _)| *seen == path) {
                continue;
            }
            match contents(&path) {
                Ok(found) => known.push((path, Arc::new(found))),
                Err(error) => eprintln!("{error}"),
            }
        }
        known.clone()
    }

    fn blob(&self, digest: &str) -> Option<(PathBuf, u64, u64)> {
        self.archives().into_iter().find_map(|(path, contents)| {
            contents
                .blobs
                .get(digest)
                .map(|(offset, size)| (path, *offset, *size))
        })
    }

    fn manifest(&self, name: &str) -> Option<String> {
        self.archives()
            .into_iter()
            .rev()
            .find_map(|(_, contents)| contents.images.get(name).cloned())
    }
}

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Version,
    Manifest {
        repository: String,
        reference: String,
    },
    Blob {
        repository: String,
        digest: String,
    },
    Unknown,
}

/// Reads the path of the distribution protocol; `ns` is the registry that the client meant.
fn wish(target: &str) -> Wish {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let host = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("ns="))
        .unwrap_or("docker.io");
    let Some(rest) = path.strip_prefix("/v2/") else {
        return Wish::Unknown;
    };
    if rest.is_empty() {
        return Wish::Version;
    }
    if let Some((repository, reference)) = rest.rsplit_once("/manifests/") {
        return Wish::Manifest {
            repository: format!("{host}/{repository}"),
            reference: reference.to_owned(),
        };
    }
    match rest.rsplit_once("/blobs/") {
        Some((repository, digest)) => Wish::Blob {
            repository: format!("{host}/{repository}"),
            digest: digest.to_owned(),
        },
        None => Wish::Unknown,
    }
}

fn answer(store: &Store, mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let (method, target) = read_request(&stream)?;
    let wish = wish(&target);
    let repository = match &wish {
        Wish::Manifest { repository, .. } | Wish::Blob { repository, .. } => repository.as_str(),
        Wish::Version | Wish::Unknown => "",
    };
    if repository.contains("slow") || repository.contains("hang") {
        return hang(&stream);
    }
    let with_body = method != "HEAD";
    if repository.contains("denied") {
        return refuse(
            &mut stream,
            "401 Unauthorized",
            "UNAUTHORIZED",
            "authentication required",
            with_body,
        );
    }
    let found = match &wish {
        Wish::Version => return respond(&mut stream, "200 OK", "application/json", "", b"{}"),
        Wish::Manifest {
            repository,
            reference,
        } if reference.starts_with("sha256:") => store
            .blob(reference)
            .map(|blob| (reference.clone(), blob, repository)),
        Wish::Manifest {
            repository,
            reference,
        } => {
            let digest = store.manifest(&format!("{repository}:{reference}"));
            digest.and_then(|digest| store.blob(&digest).map(|blob| (digest, blob, repository)))
        }
        Wish::Blob { digest, repository } => store
            .blob(digest)
            .map(|blob| (digest.clone(), blob, repository)),
        Wish::Unknown => None,
    };
    match found {
        Some((digest, (archive, offset, size), _)) => {
            let kind = if matches!(wish, Wish::Manifest { .. }) {
                "application/vnd.oci.image.manifest.v1+json"
            } else {
                "application/octet-stream"
            };
            head(
                &mut stream,
                "200 OK",
                kind,
                &format!("Docker-Content-Digest: {digest}\r\n"),
                size,
            )?;
            if with_body {
                copy_part(&archive, offset, size, &mut stream)
            } else {
                Ok(())
            }
        }
        None => refuse(
            &mut stream,
            "404 Not Found",
            "MANIFEST_UNKNOWN",
            "manifest unknown",
            with_body,
        ),
    }
}

fn read_request(stream: &TcpStream) -> std::io::Result<(String, String)> {
    let mut reader = BufReader::new(stream.take(64 << 10));
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = first.split(' ');
    Ok((
        words.next().unwrap_or_default().to_owned(),
        words.next().unwrap_or_default().to_owned(),
    ))
}

/// Holds the connection until the client gives up.
fn hang(stream: &TcpStream) -> std::io::Result<()> {
    let end = Instant::now() + HANG;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut byte = [0];
    while Instant::now() < end {
        match (&*stream).read(&mut byte) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn refuse(
    stream: &mut TcpStream,
    status: &str,
    code: &str,
    message: &str,
    with_body: bool,
) -> std::io::Result<()> {
    let body = format!(r#"{{"errors":[{{"code":"{code}","message":"{message}"}}]}}"#);
    let challenge = if status.starts_with("401") {
        "WWW-Authenticate: Basic realm=\"testbed\"\r\n"
    } else {
        ""
    };
    respond(
        stream,
        status,
        "application/json",
        challenge,
        if with_body { body.as_bytes() } else { b"" },
    )
}

fn respond(
    stream: &mut TcpStream,
    status: &str,
    kind: &str,
    headers: &str,
    body: &[u8],
) -> std::io::Result<()> {
    head(
        stream,
        status,
        kind,
        headers,
        u64::try_from(body.len()).unwrap_or(0),
    )?;
    stream.write_all(body)
}

fn head(
    stream: &mut TcpStream,
    status: &str,
    kind: &str,
    headers: &str,
    size: u64,
) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n{headers}Connection: close\r\n\r\n"
    )
}

fn copy_part(archive: &Path, offset: u64, size: u64, to: &mut TcpStream) -> std::io::Result<()> {
    let mut file = fs::File::open(archive)?;
    file.seek(SeekFrom::Start(offset))?;
    std::io::copy(&mut file.take(size), to).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_paths_that_containerd_asks_for() {
        assert_eq!(wish("/v2/"), Wish::Version);
        assert_eq!(
            wish("/v2/library/nginx/manifests/1.21?ns=docker.io"),
            Wish::Manifest {
                repository: "docker.io/library/nginx".to_owned(),
                reference: "1.21".to_owned()
            }
        );
        assert_eq!(
            wish("/v2/pause/blobs/sha256:ab?ns=registry.k8s.io"),
            Wish::Blob {
                repository: "registry.k8s.io/pause".to_owned(),
                digest: "sha256:ab".to_owned()
            }
        );
        assert_eq!(wish("/metrics"), Wish::Unknown);
    }

    fn ask(path: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let store = Store {
            folder: folder.path().to_owned(),
            known: Mutex::default(),
        };
        let server = std::thread::spawn(move || answer(&store, listener.accept().unwrap().0));
        let mut client = TcpStream::connect(address).unwrap();
        write!(client, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        server.join().unwrap().unwrap();
        text
    }

    #[test]
    fn tells_what_is_missing_from_what_is_forbidden() {
        assert!(ask("/v2/library/nginx/manifests/none?ns=docker.io").starts_with("HTTP/1.1 404"));
        assert!(ask("/v2/acme/denied/manifests/v1?ns=docker.io").starts_with("HTTP/1.1 401"));
    }
}
