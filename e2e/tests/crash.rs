//! `kill -9` of the server at random moments: every task ends as if nothing had happened, nothing happens twice.
//!
//! `KUBEMIN_SEED` repeats the moments of a run, `KUBEMIN_FULL=1` takes 200 applications and 20 kills that hit.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use kubemin_e2e::{Audit, Site, component, http, jobs, parallel};
use serde_json::{Value, json};

/// How much is done.
struct Size {
    applications: usize,
    /// Kills while a task was under way.
    hits: usize,
    limit: Duration,
}

impl Size {
    fn wanted() -> Self {
        if std::env::var_os("KUBEMIN_FULL").is_some() {
            let limit = Duration::from_secs(900);
            return Self {
                applications: 200,
                hits: 20,
                limit,
            };
        }
        let limit = Duration::from_secs(150);
        Self {
            applications: 30,
            hits: 6,
            limit,
        }
    }
}

/// Pseudo-random numbers from a printed seed (xorshift64).
struct Moments(u64);

impl Moments {
    fn seeded() -> Self {
        let given = std::env::var("KUBEMIN_SEED").ok();
        let seed = match given {
            Some(text) => text.parse().expect("KUBEMIN_SEED is a number"),
            None => jiff::Timestamp::now().as_microsecond().unsigned_abs(),
        };
        println!("KUBEMIN_SEED={seed}");
        Self(seed.max(1))
    }

    /// A pause up to this long.
    fn pause(&mut self, longest_ms: u64) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_millis(self.0 % longest_ms)
    }
}

/// Configuration, a workload that uses it, a job; every other workload is a StatefulSet.
fn application(namespace: &str, n: usize) -> Value {
    let (name, settings) = (format!("web-{n}"), format!("settings-{n}"));
    let mut workload = if n.is_multiple_of(2) {
        component::web(&name)
    } else {
        component::store(&name)
    };
    workload["traits"]["envFrom"] = json!([{"type": "configMap", "sourceName": settings}]);
    workload["policies"] = json!({"timeout": "5m"});
    let mut job = component::job(&format!("job-{n}"), "sleep 0.3");
    job["policies"] = json!({"timeout": "5m"});
    let components = [component::config(&settings, "value"), workload, job];
    component::application(&format!("app-{n}"), namespace, &components)
}

/// Tasks by id with state and attempt.
fn look(site: &Site, ids: &[String]) -> HashMap<String, (String, i64)> {
    let url = site.server.url();
    let states = ids.iter().map(|id| {
        let (status, task) = http::get(&url, &format!("/api/v1/workflow/tasks/{id}"));
        assert_eq!(status, 200, "{task:#}");
        let state = task["state"].as_str().unwrap_or_default().to_owned();
        (id.clone(), (state, task["attempt"].as_i64().unwrap_or(0)))
    });
    states.collect()
}

fn open(tasks: &HashMap<String, (String, i64)>) -> usize {
    tasks
        .values()
        .filter(|(state, _)| matches!(state.as_str(), "waiting" | "queued" | "running"))
        .count()
}

/// Kills until enough kills have hit a task under way or nothing is left to do; gives the number of hits.
fn havoc(site: &mut Site, ids: &[String], size: &Size, moments: &mut Moments) -> usize {
    let (mut hits, mut kills) = (0, 0);
    while hits < size.hits {
        std::thread::sleep(moments.pause(1_500));
        let before = look(site, ids);
        if open(&before) == 0 {
            break;
        }
        site.server.kill();
        site.server.restart();
        kills += 1;
        let hit = kubemin_e2e::until(
            "the restarted server to take up work",
            Duration::from_secs(20),
            || {
                let after = look(site, ids);
                let again = after.iter().filter(|(id, (_, attempt))| {
                    before[*id].0 == "running" && *attempt > before[*id].1
                });
                let still = before.values().any(|(state, _)| state == "running");
                let hit = again.count() > 0;
                (hit || !still || open(&after) == 0).then_some(hit)
            },
        );
        hits += usize::from(hit);
    }
    println!("{kills} kills, {hits} of them hit a task under way");
    hits
}

#[test]
fn no_kill_loses_a_task_or_does_anything_twice() {
    let size = Size::wanted();
    let mut moments = Moments::seeded();
    let mut site = Site::new("crash", &[]);
    let audit = Audit::start(&site.namespace.name);
    let end = Instant::now() + size.limit;
    let apps: Vec<Value> = (0..size.applications)
        .map(|n| application(&site.namespace.name, n))
        .collect();
    let ids: Vec<String> = apps.iter().map(|app| submit(&site, app)).collect();
    let hits = havoc(&mut site, &ids, &size, &mut moments);
    assert!(
        hits >= size.hits,
        "only {hits} kills hit; give the run more applications"
    );
    kubemin_e2e::until(
        "every task to end",
        end.saturating_duration_since(Instant::now()),
        || (open(&look(&site, &ids)) == 0).then_some(()),
    );
    let tasks: Vec<Value> = ids.iter().map(|id| site.task(id)).collect();
    for task in &tasks {
        in_order(task);
    }
    let attempts: i64 = tasks
        .iter()
        .filter_map(|task| task["attempt"].as_i64())
        .sum();
    println!("{} tasks, {attempts} attempts", tasks.len());
    assert!(attempts > tasks.len() as i64);
    agree(&site, &apps);
    if let Some(audit) = audit {
        each_object_once(&audit, size.applications);
    }
}

fn submit(site: &Site, app: &Value) -> String {
    let (status, answer) = http::post(&site.server.url(), "/api/v1/applications", &app.to_string());
    assert_eq!(status, 202, "{answer:#}");
    answer["taskId"].as_str().unwrap_or_default().to_owned()
}

/// It completed, and its jobs ran one priority after another whatever attempt they belong to.
fn in_order(task: &Value) {
    assert_eq!(task["state"], "completed", "{task:#}");
    let jobs = jobs::all(task);
    assert!(jobs.iter().all(|job| job.state == "completed"), "{task:#}");
    let config = jobs
        .iter()
        .filter(|job| job.object.starts_with("ConfigMap/"));
    let config_end = config.filter_map(|job| job.finished).max();
    let others = jobs
        .iter()
        .filter(|job| !job.object.starts_with("ConfigMap/"));
    let others_begin = others.filter_map(|job| job.started).min();
    assert!(config_end <= others_begin, "{task:#}");
    for job in &jobs {
        assert!(job.started <= job.finished, "{job:?}");
    }
}

/// Database and cluster say the same of every application.
fn agree(site: &Site, apps: &[Value]) {
    let differing = parallel(apps.to_vec(), 4, |app| {
        let name = app["name"].as_str().unwrap_or_default();
        let diff = site.run(&["diff", &site.write(&app)]);
        let status = kubemin_e2e::until(
            &format!("{name} to be Running"),
            Duration::from_secs(20),
            || Some(site.status(name)).filter(|status| status["phase"] == "Running"),
        );
        assert_eq!(status["task"]["state"], "completed");
        (diff.code != 0).then(|| diff.all())
    });
    let differing: Vec<String> = differing.into_iter().flatten().collect();
    assert_eq!(differing, Vec::<String>::new());
}

/// Every object was written exactly once, by whichever attempt.
fn each_object_once(audit: &Audit, applications: usize) {
    let mut writes: HashMap<String, Vec<String>> = HashMap::new();
    for write in audit.writes() {
        let what = format!("{} {}", write.verb, write.code);
        writes.entry(write.object).or_default().push(what);
    }
    let twice: Vec<_> = writes
        .iter()
        .filter(|(_, writes)| writes.len() > 1)
        .collect();
    assert!(twice.is_empty(), "written more than once: {twice:#?}");
    let kinds = [
        "configmaps",
        "deployments",
        "statefulsets",
        "services",
        "jobs",
    ];
    let others: Vec<_> = writes
        .keys()
        .filter(|object| !kinds.iter().any(|kind| object.starts_with(kind)))
        .collect();
    assert!(others.is_empty(), "nobody declared these: {others:?}");
    // configuration, workload, job; a StatefulSet has a governing Service
    let expected = applications * 3 + applications / 2;
    let cut_off = audit.cut_off();
    let written: HashSet<&String> = writes.keys().chain(&cut_off).collect();
    println!(
        "{} objects written, {} requests cut off by a kill",
        written.len(),
        cut_off.len()
    );
    assert_eq!(written.len(), expected, "objects written");
}
