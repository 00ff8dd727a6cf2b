//! A server as a child process: started, waited for, paused, killed, started again on the same data.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::error::{Context, Error, Result};

/// Log lines in an error.
const TAIL: usize = 15;
/// How long a killed process may take to disappear.
const GONE: Duration = Duration::from_secs(10);

/// Whether a server answers; the error says what it said instead.
pub type Ready = Box<dyn Fn() -> std::result::Result<(), String> + Send + Sync>;

/// What to start and how to know that it is up.
pub struct Spec {
    /// Name for messages.
    pub name: String,
    /// Program.
    pub program: PathBuf,
    /// Its arguments; the same at a restart.
    pub args: Vec<String>,
    /// Environment variables beside those of this process.
    pub environment: Vec<(String, String)>,
    /// Folder it is started in.
    pub folder: PathBuf,
    /// Output of every start, one after another.
    pub log: PathBuf,
    /// Asked until it answers.
    pub ready: Ready,
    /// How long it may take to come up, and to end when told to.
    pub patience: Duration,
}

/// A server that was started. It is killed when this is dropped, and when the process that started it ends.
pub struct Server {
    spec: Spec,
    child: Option<Child>,
}

impl Server {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// It does not come up: the last lines of its log are in the error.
    pub fn start(spec: Spec) -> Result<Self> {
        let mut server = Self { spec, child: None };
        server.up()?;
        Ok(server)
    }

    /// Process id; 0 when it does not run.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// SIGKILL, as a crash of the process; its data stays.
    ///
    /// # Errors
    /// The process does not disappear.
    pub fn kill(&mut self) -> Result<()> {
        self.end(Signal::SIGKILL, GONE)
    }

    /// SIGTERM: a graceful end.
    ///
    /// # Errors
    /// It takes longer than the server's patience.
    pub fn stop(&mut self) -> Result<()> {
        self.end(Signal::SIGTERM, self.spec.patience)
    }

    /// SIGSTOP: the server keeps its connections and answers nothing.
    ///
    /// # Errors
    /// It does not run.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::SIGSTOP)
    }

    /// SIGCONT: the end of a pause.
    ///
    /// # Errors
    /// It does not run.
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::SIGCONT)
    }

    /// Starts it again on the same data and port, after ending it gracefully when it runs.
    ///
    /// # Errors
    /// It does not end or does not come up.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.up()
    }

    /// The last lines of its log.
    pub fn log_tail(&self, lines: usize) -> String {
        tail(&self.spec.log, lines)
    }

    fn up(&mut self) -> Result<()> {
        self.child = Some(spawn(&self.spec)?);
        let end = Instant::now() + self.spec.patience;
        loop {
            let said = match (self.spec.ready)() {
                Ok(()) => return Ok(()),
                Err(said) => said,
            };
            if let Some(status) = self.ended()? {
                return Err(self.not_up(format!("ended ({status})")));
            }
            if Instant::now() >= end {
                let seconds = self.spec.patience.as_secs();
                return Err(self.not_up(format!("is not up after {seconds} s ({said})")));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn not_up(&mut self, outcome: String) -> Error {
        // The error that matters is that it is not up.
        let _ = self.kill();
        Error::NotUp {
            name: self.spec.name.clone(),
            outcome,
            log: self.spec.log.clone(),
            tail: self.log_tail(TAIL),
        }
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let Some(child) = &mut self.child else {
            return Ok(None);
        };
        child
            .try_wait()
            .context(|| format!("waiting for {}", self.spec.name))
    }

    fn end(&mut self, signal: Signal, patience: Duration) -> Result<()> {
        if self.child.is_none() || self.ended()?.is_some() {
            self.child = None;
            return Ok(());
        }
        self.signal(signal)?;
        // A paused process gets the signal when it goes on.
        self.signal(Signal::SIGCONT)?;
        let end = Instant::now() + patience;
        while self.ended()?.is_none() {
            if Instant::now() >= end {
                return Err(Error::NotDown {
                    name: self.spec.name.clone(),
                    pid: self.pid(),
                    seconds: patience.as_secs(),
                });
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.child = None;
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.pid()).unwrap_or_default();
        let sent = match pid {
            0 => Err(nix::errno::Errno::ESRCH),
            pid => kill(Pid::from_raw(pid), signal),
        };
        sent.map_err(std::io::Error::from)
            .context(|| format!("{signal} to {}", self.spec.name))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            eprintln!("{error}");
        }
    }
}

/// A port of the loopback address that nobody uses now.
///
/// # Errors
/// When the operating system has none.
pub fn free_port() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .context(|| "looking for a free port".to_owned())
}

/// Runs a program to its end.
///
/// # Errors
/// It cannot be started, fails, or takes longer than `limit`: the last lines of its output are in the error.
pub fn run(command: &mut Command, limit: Duration) -> Result<()> {
    let shown = show(command);
    let output = std::env::temp_dir().join(format!(
        "kubemin-backing-{}-{:?}.log",
        std::process::id(),
        std::thread::current().id()
    ));
    let status = run_into(command, &output, limit);
    let outcome = match status {
        Ok(Some(status)) if status.success() => None,
        Ok(Some(status)) => Some(format!("failed ({status})")),
        Ok(None) => Some(format!("took longer than {} s", limit.as_secs())),
        Err(error) => Some(error.to_string()),
    };
    let tail = tail(&output, TAIL);
    // It is a file of the temporary folder; leaving it behind harms nobody.
    let _ = std::fs::remove_file(&output);
    match outcome {
        None => Ok(()),
        Some(outcome) => Err(Error::Command {
            command: shown,
            outcome,
            tail,
        }),
    }
}

fn show(command: &Command) -> String {
    let args = command.get_args().map(OsStr::to_string_lossy);
    std::iter::once(command.get_program().to_string_lossy())
        .chain(args)
        .collect::<Vec<_>>()
        .join(" ")
}

fn run_into(command: &mut Command, output: &Path, limit: Duration) -> Result<Option<ExitStatus>> {
    let (out, errors) = log_files(output)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        .spawn()
        .context(|| "starting it".to_owned())?;
    let end = Instant::now() + limit;
    loop {
        let status = child.try_wait().context(|| "waiting for it".to_owned())?;
        if status.is_some() {
            return Ok(status);
        }
        if Instant::now() >= end {
            return child
                .kill()
                .and_then(|()| child.wait())
                .map(|_| None)
                .context(|| "ending it".to_owned());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn log_files(path: &Path) -> Result<(File, File)> {
    let open = OpenOptions::new().create(true).append(true).open(path);
    open.and_then(|file| Ok((file.try_clone()?, file)))
        .context(|| format!("opening {}", path.display()))
}

fn tail(log: &Path, lines: usize) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<_> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// `setpriv` replaces itself with the program, so the pid is the child's. It asks the kernel to kill the program when the
/// thread that started it ends.
fn spawn(spec: &Spec) -> Result<Child> {
    let (out, errors) = log_files(&spec.log)?;
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL"])
        .arg(&spec.program)
        .args(&spec.args)
        .envs(spec.environment.iter().map(|(key, value)| (key, value)))
        .current_dir(&spec.folder)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors);
    spawn_for_good(command).context(|| {
        format!(
            "starting {} ({}) through setpriv",
            spec.name,
            spec.program.display()
        )
    })
}

type Order = (Command, Sender<std::io::Result<Child>>);

/// Starts every server of this process: a test's own thread ends before the process does, and its servers would with it.
static STARTER: LazyLock<Mutex<Sender<Order>>> = LazyLock::new(|| {
    let (sender, orders) = channel::<Order>();
    std::thread::spawn(move || {
        for (mut command, answer) in orders {
            // Nobody waits for it only when the caller has panicked.
            let _ = answer.send(command.spawn());
        }
    });
    Mutex::new(sender)
});

fn spawn_for_good(command: Command) -> std::io::Result<Child> {
    let gone = || std::io::Error::other("the thread that starts servers is gone");
    let (answer, child) = channel();
    STARTER
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .send((command, answer))
        .map_err(|_| gone())?;
    child.recv().unwrap_or_else(|_| Err(gone()))
}
