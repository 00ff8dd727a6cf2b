//! A namespace with a server of its own: where most tests take place.

use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::kubectl::{get, kubectl, try_kubectl};
use crate::{Kubemin, Namespace, Ran, Server, document, until};

/// Lines of the server's log that a failing test prints.
const LOG_LINES: usize = 40;

/// A server, a namespace and a folder for documents. They go away with it.
pub struct Site {
    /// The server.
    pub server: Server,
    /// The namespace.
    pub namespace: Namespace,
    folder: TempDir,
}

impl Site {
    /// Starts a server with these flags and makes a namespace.
    pub fn new(what: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for documents can be made");
        let namespace = Namespace::new(what);
        Self {
            server: Server::start(folder.path(), flags),
            namespace,
            folder,
        }
    }

    /// The command line in this namespace.
    pub fn cli(&self) -> Kubemin {
        self.server.cli(&self.namespace.name)
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.cli().run(arguments)
    }

    /// Writes a document and gives its path.
    pub fn write(&self, application: &Value) -> String {
        let name = application["name"].as_str().unwrap_or("application");
        let path = document::write(self.folder.path(), name, application);
        path.to_string_lossy().into_owned()
    }

    /// `apply -f` with more arguments.
    pub fn apply(&self, application: &Value, more: &[&str]) -> Ran {
        let file = self.write(application);
        let mut arguments = vec!["apply", "-f", &file];
        arguments.extend_from_slice(more);
        self.run(&arguments)
    }

    /// `apply --wait` that must complete; gives the task.
    #[track_caller]
    pub fn deploy(&self, application: &Value) -> Value {
        let limit = ["--wait", "--timeout", "120s", "-o", "json"];
        let task = self.apply(application, &limit).expect(0).json();
        assert_eq!(task["state"], "completed", "{task:#}");
        task
    }

    /// `apply` without waiting; gives the task's id.
    #[track_caller]
    pub fn begin(&self, application: &Value) -> String {
        let stored = self.apply(application, &["-o", "json"]).expect(0).json();
        let task = stored["taskId"].as_str();
        task.unwrap_or_else(|| panic!("no task in {stored:#}"))
            .to_owned()
    }

    /// `task show -o json` of a task or of an application's newest.
    #[track_caller]
    pub fn task(&self, id: &str) -> Value {
        self.run(&["task", "show", id, "-o", "json"])
            .expect(0)
            .json()
    }

    /// The task once it has ended.
    #[track_caller]
    pub fn ended(&self, id: &str, limit: Duration) -> Value {
        until(&format!("task {id} to end"), limit, || {
            Some(self.task(id)).filter(|task| !task["finishedAt"].is_null())
        })
    }

    /// The task once a job of it runs: `Kind/name`.
    #[track_caller]
    pub fn running(&self, id: &str, job: &str) -> Value {
        let what = format!("job {job} of task {id} to run");
        until(&what, Duration::from_secs(20), || {
            let task = self.task(id);
            let runs = crate::jobs::all(&task)
                .iter()
                .any(|found| found.object == job && found.state == "running");
            runs.then_some(task)
        })
    }

    /// `status -o json`.
    pub fn status(&self, application: &str) -> Value {
        self.run(&["status", application, "-o", "json"]).json()
    }

    /// An object of the namespace, e.g. `deployment/web`.
    pub fn object(&self, object: &str) -> Option<Value> {
        get(&["-n", &self.namespace.name, object])
    }

    /// An object that must be there.
    #[track_caller]
    pub fn expect_object(&self, object: &str) -> Value {
        self.object(object)
            .unwrap_or_else(|| panic!("{object} is not in {}", self.namespace.name))
    }

    /// `kubectl` in the namespace.
    pub fn kubectl(&self, arguments: &[&str]) -> String {
        let mut all = vec!["-n", self.namespace.name.as_str()];
        all.extend_from_slice(arguments);
        kubectl(&all)
    }

    /// `kubectl create -f -` in the namespace.
    pub fn create(&self, object: &Value) {
        let arguments = ["-n", self.namespace.name.as_str(), "create", "-f", "-"];
        try_kubectl(&arguments, Some(&object.to_string()))
            .unwrap_or_else(|error| panic!("kubectl create: {error}"));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.server.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
            eprintln!(
                "server log of {}:\n{}",
                self.namespace.name,
                last.join("\n")
            );
        }
    }
}
