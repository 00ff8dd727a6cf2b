//! The jars of one version of Kafka, fetched once and compared with the digests in `jars.txt`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::cache::made_once;
use crate::error::{Context, Result};
use crate::packages;
use crate::process::run;

const VERSION: &str = "4.1.2";
/// SHA-256 and path of every jar that `org.apache.kafka:kafka_2.13` needs to run, and of a logger.
const JARS: &str = include_str!("jars.txt");
const CENTRAL: &str = "https://repo1.maven.org/maven2";

/// The folder with the jars.
pub(super) fn folder() -> Result<PathBuf> {
    made_once(&format!("kafka-{VERSION}"), |folder| {
        packages::ensure("/usr/bin/curl", "curl")?;
        eprintln!("fetching Kafka {VERSION} …");
        let (mut fetch, mut digests) = (String::new(), String::new());
        for (digest, path) in JARS.lines().filter_map(|line| line.split_once("  ")) {
            let name = path.rsplit('/').next().unwrap_or(path);
            // Writing to a string cannot fail.
            let _ = writeln!(fetch, "url = \"{CENTRAL}/{path}\"\noutput = \"{name}\"");
            let _ = writeln!(digests, "{digest}  {name}");
        }
        write(&folder.join("fetch"), &fetch)?;
        write(&folder.join("digests"), &digests)?;
        let mut curl = Command::new("curl");
        curl.args(["--fail", "--silent", "--show-error", "--parallel"])
            .args(["--parallel-max", "8", "--retry", "3", "--config", "fetch"])
            .current_dir(folder);
        run(&mut curl, Duration::from_secs(300))?;
        let mut check = Command::new("sha256sum");
        check
            .args(["--check", "--strict", "--quiet", "digests"])
            .current_dir(folder);
        run(&mut check, Duration::from_secs(60))
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).context(|| format!("writing {}", path.display()))
}
