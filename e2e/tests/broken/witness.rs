//! The same cause must stand everywhere: on the terminal, in `status`, `why`, `task show` and the API.

use kubemin_e2e::{Kubemin, Ran, http};
use serde_json::Value;

use crate::faults::Fault;

/// Complaints about one example; none when all is as it should be.
pub struct Witness<'a> {
    fault: &'a Fault,
    complaints: Vec<String>,
}

impl<'a> Witness<'a> {
    /// Nothing seen yet.
    pub fn new(fault: &'a Fault) -> Self {
        Self {
            fault,
            complaints: Vec::new(),
        }
    }

    /// What was found wrong.
    pub fn complaints(self) -> Vec<String> {
        self.complaints
    }

    /// The command's own words, exit code and time.
    pub fn command(&mut self, ran: &Ran) {
        if ran.code != 1 {
            self.complain(format!("apply: exit code {} instead of 1", ran.code));
        }
        let within = self.fault.within * slowness();
        if ran.took > within {
            self.complain(format!(
                "apply: took {:.1?}, longer than {within:?}",
                ran.took
            ));
        }
        self.says("apply", &ran.all(), true);
        if !ran.all().contains("What to do: ") {
            self.complain("apply: no \"What to do:\"".to_owned());
        }
        if !self.complaints.is_empty() {
            self.complain(format!("apply printed:\n{}", ran.all().trim()));
        }
    }

    /// Every other place.
    pub fn places(&mut self, cli: &Kubemin, app: &str) {
        let ran = cli.run(&["status", app, "-o", "json"]);
        if ran.code != 1 {
            return self.complain(format!(
                "status: exit code {} instead of 1: {}",
                ran.code,
                ran.all()
            ));
        }
        let status = ran.json();
        let (code, answer) = http::get(
            &cli.server,
            &format!("/api/v1/applications/{}/status", text(&status["id"])),
        );
        if code != 200 || cause(self.component(&answer)) != cause(self.component(&status)) {
            self.complain(format!(
                "API /status ({code}) differs from status -o json: {answer}"
            ));
        }
        let task = self.task(cli, &status);
        self.same("the newest task in status", &status["task"], &task);
        if !self.fault.is_rejected() {
            self.same("the component in status", self.component(&status), &task);
            self.job(&task);
        }
        self.why(cli, app);
    }

    /// The task, on the terminal and over HTTP.
    fn task(&mut self, cli: &Kubemin, status: &Value) -> Value {
        let id = text(&status["task"]["id"]);
        let shown = cli.run(&["task", "show", id, "-o", "json"]).json();
        let (_, answer) = http::get(&cli.server, &format!("/api/v1/workflow/tasks/{id}"));
        if cause(&answer) != cause(&shown) {
            self.complain(format!("API task differs from task show: {answer}"));
        }
        if shown["state"] != self.fault.state {
            self.complain(format!(
                "task: state {} instead of {}",
                shown["state"], self.fault.state
            ));
        }
        if shown["reason"] != self.fault.reason {
            self.complain(format!(
                "task: reason {} instead of {}",
                shown["reason"], self.fault.reason
            ));
        }
        self.says("task show", text(&shown["message"]), true);
        shown
    }

    fn job(&mut self, task: &Value) {
        let jobs = list(&task["steps"])
            .iter()
            .flat_map(|step| list(&step["jobs"]));
        match jobs
            .into_iter()
            .find(|job| job["reason"] == self.fault.reason)
        {
            Some(job) => {
                if job["component"] != self.fault.component {
                    self.complain(format!(
                        "job: of the component {} instead of {}",
                        job["component"], self.fault.component
                    ));
                }
                self.same("the job", job, task);
            }
            None => self.complain(format!(
                "no job has the reason {}: {task}",
                self.fault.reason
            )),
        }
    }

    fn why(&mut self, cli: &Kubemin, app: &str) {
        self.says("why", &cli.run(&["why", app]).all(), true);
        let explanation = cli.run(&["why", app, "-o", "json"]).json();
        let component = self.component(&explanation);
        let live = !self.fault.is_rejected() && !component["cause"].is_null();
        if live && component["cause"]["reason"] != self.fault.reason {
            let found = format!(
                "why: cause {} instead of {}",
                component["cause"], self.fault.reason
            );
            self.complain(found);
        }
    }

    /// Reason and sentence (without log lines, which may have grown) are those of the task.
    fn same(&mut self, place: &str, found: &Value, task: &Value) {
        if found["reason"] != task["reason"] || sentence(found) != sentence(task) {
            self.complain(format!(
                "{place} says {} {:?}, the task {} {:?}",
                found["reason"],
                sentence(found),
                task["reason"],
                sentence(task)
            ));
        }
    }

    fn says(&mut self, place: &str, said: &str, with_remedy: bool) {
        let remedy = with_remedy.then_some(&self.fault.remedy);
        let missing: Vec<_> = self
            .fault
            .words
            .iter()
            .chain(remedy)
            .filter(|word| !said.contains(**word))
            .collect();
        if !missing.is_empty() {
            self.complain(format!("{place}: does not say {missing:?}: {said}"));
        }
    }

    fn component<'v>(&self, value: &'v Value) -> &'v Value {
        let found = list(&value["components"])
            .iter()
            .find(|component| component["name"] == self.fault.component);
        found.unwrap_or(&Value::Null)
    }

    fn complain(&mut self, what: String) {
        self.complaints.push(what);
    }
}

/// 1 as a rule; 3 on a machine that has much more to do than this test, where the kubelets themselves are late.
fn slowness() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = f64::from(u32::try_from(cores).unwrap_or(1));
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = text
        .split(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or_default();
    let overloaded = load > 3.0 * cores;
    if overloaded { 3 } else { 1 }
}

fn cause(value: &Value) -> (&Value, &Value) {
    (&value["reason"], &value["message"])
}

fn sentence(value: &Value) -> &str {
    let message = text(&value["message"]);
    let first = message.lines().next().unwrap_or_default();
    first.split(". What to do: ").next().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
