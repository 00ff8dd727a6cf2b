//! MariaDB, from Debian's package.

use std::fs::{File, create_dir_all, rename};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Context, Result};
use crate::packages;
use crate::process::{Server, Spec, free_port, run};

const PROGRAM: &str = "/usr/sbin/mariadbd";
/// Programs and the packages that bring them. `mariadb-server` itself would start a server of its own.
const NEEDED: [(&str, &str); 2] = [
    (PROGRAM, "mariadb-server-core"),
    ("/usr/bin/my_print_defaults", "mariadb-client-core"),
];
const USER: &str = "kubemin";
const PASSWORD: &str = "backing-Pa55";
/// Changes whenever the template is made in another way.
const TEMPLATE: &str = "1";

/// A MariaDB server on loopback. `kubemin` with a password is the user that may do everything.
pub struct MariaDb {
    server: Server,
    port: u16,
}

impl MariaDb {
    /// Starts a server with its data in `folder`/data and its log in `folder`/mariadb.log. An empty folder gets a fresh
    /// database within about a second; a folder used before keeps its data.
    ///
    /// # Errors
    /// The package cannot be installed or the server does not come up.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::start_with(folder, &[])
    }

    /// As [`MariaDb::start`], with further options of `mariadbd`.
    ///
    /// # Errors
    /// As [`MariaDb::start`].
    pub fn start_with(folder: &Path, options: &[&str]) -> Result<Self> {
        for (program, package) in NEEDED {
            packages::ensure(program, package)?;
        }
        let data = folder.join("data");
        if !data.exists() {
            create_dir_all(folder).context(|| format!("making {}", folder.display()))?;
            copy(&template()?, &data)?;
        }
        let init = folder.join("init.sql");
        std::fs::write(&init, accounts()).context(|| format!("writing {}", init.display()))?;
        let port = free_port()?;
        let mut args = arguments(&data, &init, port);
        args.extend(options.iter().map(|option| (*option).to_owned()));
        let server = Server::start(Spec {
            name: "mariadb".to_owned(),
            program: PathBuf::from(PROGRAM),
            args,
            environment: Vec::new(),
            folder: folder.to_owned(),
            log: folder.join("mariadb.log"),
            ready: Box::new(move || greets(port)),
            patience: Duration::from_secs(60),
        })?;
        Ok(Self { server, port })
    }

    /// `mysql://USER:PASSWORD@127.0.0.1:PORT`, without a database and without a slash at the end.
    pub fn url(&self) -> String {
        format!("mysql://{USER}:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// Address of the database `kubemin`, which is there from the start.
    pub fn database_url(&self) -> String {
        format!("{}/kubemin", self.url())
    }

    /// Port on the loopback address; a restart keeps it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password in [`MariaDb::url`], for tests that look for it where it must not be.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The process: kill, stop, pause, resume, restart.
    pub fn server(&mut self) -> &mut Server {
        &mut self.server
    }
}

fn arguments(data: &Path, init: &Path, port: u16) -> Vec<String> {
    let mut args = vec![
        // Only what stands here counts, not what the machine's administrator has configured.
        "--no-defaults".to_owned(),
        format!("--datadir={}", data.display()),
        format!("--init-file={}", init.display()),
        format!("--port={port}"),
        // Relative to the data: a path in a deep folder is too long for a socket.
        "--socket=mariadb.sock".to_owned(),
        "--pid-file=mariadb.pid".to_owned(),
    ];
    let fixed = [
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--performance-schema=OFF",
        "--innodb-buffer-pool-size=128M",
        "--innodb-log-file-size=48M",
        "--innodb-use-native-aio=OFF",
        "--max-connections=300",
    ];
    args.extend(fixed.map(str::to_owned));
    if nix::unistd::geteuid().is_root() {
        // It refuses to be root's unless that is said. Another user could not enter a private folder.
        args.push("--user=root".to_owned());
    }
    args
}

/// Run at every start, before the first connection is taken.
fn accounts() -> String {
    format!(
        "CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n\
         GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n\
         CREATE DATABASE IF NOT EXISTS kubemin;\n"
    )
}

/// The server speaks first: a packet whose fifth byte is the protocol's version, or 255 for an error.
fn greets(port: u16) -> std::result::Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let limit = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&address, limit).map_err(said)?;
    stream.set_read_timeout(Some(limit)).map_err(said)?;
    let mut head = [0; 5];
    stream.read_exact(&mut head).map_err(said)?;
    match head[4] {
        10 => Ok(()),
        other => Err(format!("greeting of protocol {other}")),
    }
}

/// Data of a server that nobody has used, made once for each version of the program.
fn template() -> Result<PathBuf> {
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    let cache = home.join(".cache/kubemin/backing");
    create_dir_all(&cache).context(|| format!("making {}", cache.display()))?;
    let path = cache.join(format!("mariadb-{}-{TEMPLATE}", version()?));
    let lock = path.with_extension("lock");
    let held = File::create(&lock).context(|| format!("making {}", lock.display()))?;
    held.lock()
        .context(|| format!("locking {}", lock.display()))?;
    if path.exists() {
        return Ok(path);
    }
    let draft = path.with_extension("draft");
    if draft.exists() {
        std::fs::remove_dir_all(&draft).context(|| format!("removing {}", draft.display()))?;
    }
    let mut install = Command::new("mariadb-install-db");
    install
        .args(["--no-defaults", "--skip-test-db", "--skip-name-resolve"])
        .args(["--auth-root-authentication-method=socket"])
        .args(["--innodb-log-file-size=48M", "--innodb-use-native-aio=OFF"])
        .arg(format!("--datadir={}", draft.display()));
    if nix::unistd::geteuid().is_root() {
        install.arg("--user=root");
    }
    run(&mut install, Duration::from_secs(120))?;
    rename(&draft, &path).context(|| format!("naming {}", path.display()))?;
    Ok(path)
}

/// Debian's version with everything behind it, as one word.
fn version() -> Result<String> {
    let output = Command::new(PROGRAM)
        .arg("--version")
        .output()
        .context(|| format!("asking {PROGRAM} for its version"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .split("Ver ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    Ok(version.unwrap_or("unknown").replace(['/', '.'], "_"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new("cp");
    command
        .args(["-r", "--reflink=auto", "--sparse=always"])
        .args([from, to]);
    run(&mut command, Duration::from_secs(60))
}
