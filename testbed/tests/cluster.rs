//! One cluster of one node through its life, with real programs. Needs root; the packages that
//! are missing are installed, the programs that are missing are built.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

const NAME: &str = "it";
const STATE: &str = "/var/lib/kubemin-testbed/it";

fn testbed(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testbed"))
        .args(["--name", NAME])
        .args(args)
        .output()
        .unwrap()
}

fn succeed(args: &[&str]) -> String {
    let output = testbed(args);
    assert!(
        output.status.success(),
        "testbed {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

struct Cluster {
    kubectl: String,
}

impl Cluster {
    fn up() -> Self {
        let printed = succeed(&["up", "--nodes", "1"]);
        assert_eq!(
            printed.lines().last(),
            Some("export KUBECONFIG=/var/lib/kubemin-testbed/it/kubeconfig")
        );
        Self {
            kubectl: succeed(&["bin", "kubectl"]).trim().to_owned(),
        }
    }

    fn kubectl(&self, args: &[&str]) -> Output {
        Command::new(&self.kubectl)
            .env("KUBECONFIG", format!("{STATE}/kubeconfig"))
            .args(args)
            .output()
            .unwrap()
    }

    /// Repeats a call until it succeeds with `wanted` in what it says.
    fn eventually(&self, args: &[&str], wanted: &str, seconds: u64) {
        let end = Instant::now() + Duration::from_secs(seconds);
        loop {
            let output = self.kubectl(args);
            let text = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            if output.status.success() && text.contains(wanted) {
                return;
            }
            assert!(
                Instant::now() < end,
                "{args:?} did not say {wanted:?} within {seconds} s, but: {text}"
            );
            sleep(Duration::from_millis(200));
        }
    }

    fn apply(&self, objects: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), objects).unwrap();
        let output = self.kubectl(&["apply", "-f", file.path().to_str().unwrap()]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        testbed(&["down"]);
    }
}

fn processes() -> Vec<i32> {
    fn collect(folder: &Path, found: &mut Vec<i32>) {
        let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
        found.extend(text.lines().filter_map(|line| line.parse::<i32>().ok()));
        for entry in fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.path().is_dir())
        {
            collect(&entry.path(), found);
        }
    }
    let mut found = Vec::new();
    collect(
        Path::new("/sys/fs/cgroup/pids/kubemin-testbed/it"),
        &mut found,
    );
    found
}

const PODS: &str = r#"
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast-ssd, resources: {requests: {storage: 16Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: tool}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: tool, image: "busybox:latest", command: [sh, -c, "echo started; sleep 3600"], volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: v1
kind: Pod
metadata: {name: backend, labels: {app: backend}}
spec: {containers: [{name: backend, image: "myregistry/backend:v1.0.0", env: [{name: GREETING, value: hello}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: backend}
spec: {selector: {app: backend}, ports: [{port: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: missing}
spec: {containers: [{name: missing, image: "nginx:does-not-exist"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: forbidden}
spec: {containers: [{name: forbidden, image: "acme/denied:v1"}]}
"#;

#[test]
fn a_cluster_comes_up_works_survives_faults_and_leaves_nothing() {
    testbed(&["down"]);
    let cluster = Cluster::up();

    let again = Instant::now();
    Cluster::kubectl(&cluster, &["version"]);
    succeed(&["up"]);
    assert!(
        again.elapsed() < Duration::from_secs(2),
        "a second `up` took {:?}",
        again.elapsed()
    );

    pods_names_volumes_and_pull_faults(&cluster);
    a_node_is_lost_and_comes_back(&cluster);
    everything_is_killed(&cluster);

    drop(cluster);
    assert!(!Path::new(STATE).exists());
    assert!(!Path::new("/sys/fs/cgroup/pids/kubemin-testbed/it").exists());
    assert!(
        !fs::read_to_string("/proc/self/mountinfo")
            .unwrap()
            .contains(STATE)
    );
}

fn pods_names_volumes_and_pull_faults(cluster: &Cluster) {
    cluster.apply(PODS);
    cluster.eventually(
        &[
            "wait",
            "--for=condition=Ready",
            "pod/tool",
            "pod/backend",
            "--timeout=1s",
        ],
        "met",
        40,
    );
    cluster.eventually(&["logs", "tool"], "started", 10);
    cluster.eventually(
        &["exec", "tool", "--", "nslookup", "kubernetes.default"],
        "kubernetes.default.svc.cluster.local",
        10,
    );
    cluster.eventually(
        &[
            "exec",
            "tool",
            "--",
            "wget",
            "-T",
            "2",
            "-qO-",
            "http://backend:8080/any/path",
        ],
        "hello",
        10,
    );
    cluster.eventually(
        &[
            "exec",
            "tool",
            "--",
            "sh",
            "-c",
            "echo kept > /data/file; cat /data/file",
        ],
        "kept",
        5,
    );
    cluster.eventually(
        &["get", "pod", "missing", "-o", "jsonpath={..waiting.reason}"],
        "ErrImagePull",
        20,
    );
    cluster.eventually(
        &[
            "get",
            "events",
            "--field-selector",
            "involvedObject.name=missing",
        ],
        "not found",
        20,
    );
    cluster.eventually(
        &[
            "get",
            "events",
            "--field-selector",
            "involvedObject.name=forbidden",
        ],
        "401",
        20,
    );
    cluster.eventually(&["get", "--raw", "/metrics"], "apiserver_request_total", 5);
    assert!(
        fs::read_to_string(format!("{STATE}/logs/audit.log"))
            .unwrap()
            .contains("kubectl")
    );
}

fn a_node_is_lost_and_comes_back(cluster: &Cluster) {
    succeed(&["node", "stop", "node-1"]);
    assert!(!testbed(&["status"]).status.success());
    cluster.eventually(&["get", "node", "node-1"], "NotReady", 30);
    succeed(&["node", "start", "node-1"]);
    cluster.eventually(&["exec", "tool", "--", "cat", "/data/file"], "kept", 30);
    succeed(&["node", "partition", "node-1"]);
    assert!(!testbed(&["status"]).status.success());
    succeed(&["node", "heal", "node-1"]);
    cluster.eventually(&["exec", "tool", "--", "cat", "/data/file"], "kept", 30);
}

fn everything_is_killed(cluster: &Cluster) {
    for pid in processes() {
        // Some end with those that were killed before them.
        let _ = nix::sys::signal::kill(
            nix::unistd::Pid::from_raw(pid),
            nix::sys::signal::Signal::SIGKILL,
        );
    }
    let status = testbed(&["status"]);
    assert!(
        !status.status.success() && String::from_utf8_lossy(&status.stdout).contains("etcd"),
        "the dead parts are named"
    );
    succeed(&["up"]);
    cluster.eventually(&["get", "node", "node-1"], " Ready", 5);
}
