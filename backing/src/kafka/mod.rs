//! Kafka in KRaft mode: one broker that is its own controller, from the jars of Maven Central.

mod jars;

use std::fmt::Write as _;
use std::fs::create_dir_all;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Context, Result};
use crate::packages;
use crate::process::{Server, Spec, free_port, run};

const JAVA: &str = "/usr/bin/java";
/// Little memory and a short start count more than speed.
const OPTIONS: [&str; 5] = [
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-cp",
];
const CLUSTER_ID: &str = "kubemin-backing-kafka0";

/// A login and a certificate for a further listener with TLS and SASL (PLAIN and SCRAM-SHA-512).
#[derive(Debug, Clone)]
pub struct Secure {
    /// File with private key and certificate as PEM.
    pub pem: PathBuf,
    /// User.
    pub username: String,
    /// Password.
    pub password: String,
}

/// A Kafka broker on loopback. It makes no topic by itself.
pub struct Kafka {
    server: Server,
    ports: Ports,
}

#[derive(Clone, Copy)]
struct Ports {
    plain: u16,
    secure: u16,
    controller: u16,
}

impl Kafka {
    /// Starts a broker with its data in `folder`/data and its log in `folder`/kafka.log.
    ///
    /// # Errors
    /// Java or the jars cannot be had, or the broker does not come up.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::start_with(folder, None)
    }

    /// As [`Kafka::start`], with a listener that asks for TLS and a login beside the plain one.
    ///
    /// # Errors
    /// As [`Kafka::start`].
    pub fn start_with(folder: &Path, secure: Option<&Secure>) -> Result<Self> {
        packages::ensure(JAVA, "default-jre-headless")?;
        let jars = jars::folder()?;
        create_dir_all(folder).context(|| format!("making {}", folder.display()))?;
        let ports = Ports {
            plain: free_port()?,
            secure: free_port()?,
            controller: free_port()?,
        };
        let properties = folder.join("server.properties");
        std::fs::write(&properties, self::properties(folder, ports, secure))
            .context(|| format!("writing {}", properties.display()))?;
        if !folder.join("data").exists() {
            run(
                &mut format(&jars, &properties, secure),
                Duration::from_secs(60),
            )?;
        }
        let mut args = java(&jars);
        args.extend(["kafka.Kafka".to_owned(), properties.display().to_string()]);
        let server = Server::start(Spec {
            name: "kafka".to_owned(),
            program: PathBuf::from(JAVA),
            args,
            environment: Vec::new(),
            folder: folder.to_owned(),
            log: folder.join("kafka.log"),
            ready: Box::new(move || accepts(ports.plain)),
            patience: Duration::from_secs(90),
        })?;
        Ok(Self { server, ports })
    }

    /// HOST:PORT to begin with; a restart keeps it.
    pub fn brokers(&self) -> String {
        format!("127.0.0.1:{}", self.ports.plain)
    }

    /// HOST:PORT of the listener that asks for TLS and a login.
    pub fn secure_brokers(&self) -> String {
        format!("127.0.0.1:{}", self.ports.secure)
    }

    /// The process: kill, stop, pause, resume, restart.
    pub fn server(&mut self) -> &mut Server {
        &mut self.server
    }
}

fn java(jars: &Path) -> Vec<String> {
    let mut args: Vec<String> = OPTIONS.map(str::to_owned).to_vec();
    args.push(format!("{}/*", jars.display()));
    args
}

fn format(jars: &Path, properties: &Path, secure: Option<&Secure>) -> Command {
    let mut command = Command::new(JAVA);
    command.args(java(jars)).arg("kafka.tools.StorageTool");
    command.args(["format", "-t", CLUSTER_ID, "-c"]);
    command.arg(properties);
    if let Some(Secure {
        username, password, ..
    }) = secure
    {
        command.arg("--add-scram").arg(format!(
            "SCRAM-SHA-512=[name={username},password={password}]"
        ));
    }
    command
}

fn properties(folder: &Path, ports: Ports, secure: Option<&Secure>) -> String {
    let Ports {
        plain,
        secure: secure_port,
        controller,
    } = ports;
    let open = format!("PLAINTEXT://127.0.0.1:{plain}");
    let advertised = match secure {
        Some(_) => format!("{open},SASL_SSL://127.0.0.1:{secure_port}"),
        None => open,
    };
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         controller.listener.names=CONTROLLER\n\
         listeners={advertised},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners={advertised}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT\n\
         log.dirs={}/data\n\
         auto.create.topics.enable=false\n\
         default.replication.factor=1\n\
         offsets.topic.num.partitions=1\n\
         offsets.topic.replication.factor=1\n\
         group.initial.rebalance.delay.ms=0\n",
        folder.display()
    );
    if let Some(Secure {
        pem,
        username,
        password,
    }) = secure
    {
        let module = "org.apache.kafka.common.security";
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "ssl.keystore.type=PEM\n\
             ssl.keystore.location={}\n\
             sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512\n\
             listener.name.sasl_ssl.plain.sasl.jaas.config={module}.plain.PlainLoginModule required user_{username}=\"{password}\";\n\
             listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;\n",
            pem.display()
        );
    }
    text
}

/// A broker opens its listeners last.
fn accepts(port: u16) -> std::result::Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_secs(1))
        .map(drop)
        .map_err(|error| error.to_string())
}
