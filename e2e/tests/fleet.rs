//! Three replicas on one MariaDB and one Redis: who does what, and what happens when one of them, or the broker, is gone.

use std::time::{Duration, Instant};

use kubemin_e2e::fleet::{LEASE, TASK_LEASE};
use kubemin_e2e::{Fleet, component, http, until};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(90);

fn job(fleet: &Fleet, name: &str, line: &str) -> Value {
    let run = component::job(&format!("{name}-run"), line);
    component::application(name, &fleet.namespace.name, &[run])
}

/// An application with nothing but configuration: done in a moment.
fn quick(fleet: &Fleet, name: &str) -> Value {
    let settings = component::config(&format!("{name}-settings"), "value");
    component::application(name, &fleet.namespace.name, &[settings])
}

fn all_completed(tasks: &[Value]) {
    for task in tasks {
        assert_eq!(task["state"], "completed", "{task:#}");
    }
}

/// `r1` of `r1-3f9c2a`.
fn replica(task: &Value) -> &str {
    let whole = task["replica"].as_str().unwrap_or_default();
    whole.split('-').next().unwrap_or_default()
}

#[test]
fn followers_execute_and_the_leader_only_dispatches() {
    let fleet = Fleet::new("fleet-roles", 3);
    let leader = format!("r{}", fleet.leader(&[0, 1, 2]));
    let ids: Vec<String> = (0..30)
        .map(|n| fleet.submit(n % 3, &quick(&fleet, &format!("app-{n}"))))
        .collect();
    let tasks = fleet.ended(0, &ids, LIMIT);
    all_completed(&tasks);
    for task in &tasks {
        assert_ne!(replica(task), leader, "the leader executed {task:#}");
        assert_eq!(task["attempt"], 1, "{task:#}");
    }
}

#[test]
fn a_leader_that_is_killed_is_replaced_and_nothing_is_lost() {
    let mut fleet = Fleet::new("fleet-leader", 3);
    let leader = fleet.leader(&[0, 1, 2]);
    let others: Vec<usize> = (0..3).filter(|number| *number != leader).collect();
    let ids: Vec<String> = (0..6)
        .map(|n| fleet.submit(others[0], &job(&fleet, &format!("app-{n}"), "sleep 2")))
        .collect();
    fleet.servers[leader].kill();
    let killed = Instant::now();
    fleet.leader(&others);
    let took = killed.elapsed();
    assert!(
        took <= LEASE + Duration::from_secs(2),
        "the next leader took {took:?}"
    );
    all_completed(&fleet.ended(others[0], &ids, LIMIT));
}

#[test]
fn the_work_of_a_killed_replica_is_taken_over() {
    let mut fleet = Fleet::new("fleet-worker", 3);
    let leader = fleet.leader(&[0, 1, 2]);
    let ids: Vec<String> = (0..8)
        .map(|n| fleet.submit(leader, &job(&fleet, &format!("app-{n}"), "sleep 3")))
        .collect();
    let victim = until("a replica to execute", Duration::from_secs(20), || {
        let running = ids.iter().map(|id| fleet.task(leader, id));
        let task = running
            .into_iter()
            .find(|task| task["state"] == "running")?;
        replica(&task).trim_start_matches('r').parse::<usize>().ok()
    });
    assert_ne!(victim, leader);
    fleet.servers[victim].kill();
    let killed = Instant::now();
    let tasks = fleet.ended(leader, &ids, LIMIT);
    all_completed(&tasks);
    let again = tasks
        .iter()
        .filter(|task| task["attempt"].as_i64() > Some(1))
        .count();
    assert!(again > 0, "the killed replica had executed something");
    let took = killed.elapsed();
    assert!(took < TASK_LEASE + Duration::from_secs(30), "took {took:?}");
}

#[test]
fn without_its_broker_the_leader_executes_until_it_is_back() {
    let mut fleet = Fleet::new("fleet-broker", 3);
    let leader = fleet.leader(&[0, 1, 2]);
    fleet.broker.server().kill().expect("Redis can be killed");
    let task = fleet.submit(leader, &quick(&fleet, "dark"));
    let begun = Instant::now();
    let tasks = fleet.ended(leader, &[task], LIMIT);
    all_completed(&tasks);
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "took {:?}",
        begun.elapsed()
    );
    assert_eq!(replica(&tasks[0]), format!("r{leader}"));
    let (status, answer) = http::get(&fleet.servers[leader].url(), "/readyz");
    assert_eq!(
        (status, &answer["status"]),
        (200, &"degraded".into()),
        "{answer:#}"
    );
    let queue = answer["checks"].as_array().into_iter().flatten();
    assert!(
        queue
            .into_iter()
            .any(|check| check["name"] == "queue" && check["ready"] == false)
    );
    fleet.broker.server().restart().expect("Redis starts again");
    until("a follower to execute again", LIMIT, || {
        let name = format!("light-{}", begun.elapsed().as_millis());
        let id = fleet.submit(leader, &quick(&fleet, &name));
        let task = fleet.ended(leader, &[id], LIMIT).remove(0);
        (replica(&task) != format!("r{leader}")).then_some(())
    });
}

#[test]
fn a_replica_that_is_told_to_stop_hands_its_work_back() {
    let mut fleet = Fleet::new("fleet-stop", 3);
    let leader = fleet.leader(&[0, 1, 2]);
    let id = fleet.submit(leader, &job(&fleet, "app", "sleep 4"));
    let worker = until("a replica to execute", Duration::from_secs(20), || {
        let task = fleet.task(leader, &id);
        (task["state"] == "running")
            .then(|| replica(&task).trim_start_matches('r').parse::<usize>().ok())?
    });
    let took = fleet.servers[worker].terminate();
    assert!(took < Duration::from_secs(2), "took {took:?}");
    let other = until("another replica to take it", Duration::from_secs(4), || {
        let task = fleet.task(leader, &id);
        (task["attempt"] == 2).then_some(task)
    });
    assert_ne!(replica(&other), format!("r{worker}"));
    all_completed(&fleet.ended(leader, &[id], LIMIT));
}

#[test]
fn a_cancel_at_one_replica_is_heard_at_another() {
    let fleet = Fleet::new("fleet-cancel", 3);
    let leader = fleet.leader(&[0, 1, 2]);
    let id = fleet.submit(leader, &job(&fleet, "app", "sleep 60"));
    until("the task to run", Duration::from_secs(20), || {
        (fleet.task(leader, &id)["state"] == "running").then_some(())
    });
    let path = format!("/api/v1/workflow/tasks/{id}/cancel");
    let asked = Instant::now();
    let (status, answer) = http::post(&fleet.servers[leader].url(), &path, "{}");
    assert!(status < 300, "{answer:#}");
    until("the task to be cancelled", Duration::from_secs(5), || {
        (fleet.task(leader, &id)["state"] == "cancelled").then_some(())
    });
    let took = asked.elapsed();
    assert!(took < Duration::from_millis(1_500), "took {took:?}");
}
