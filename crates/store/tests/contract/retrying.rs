//! Trying a task again.

use kubemin_ports::{StoreError, TaskPatch};
use kubemin_workflow::{JobState, TaskState};

use crate::fixtures::*;

async fn failed(store: &Database) {
    deploy(store, "shop", "t1").await;
    let fence = start(store, "t1").await.fence;
    let patch = TaskPatch {
        plan: Some(plan(3)),
        jobs: vec![
            job(0, JobState::Completed),
            job(1, JobState::Failed),
            job(2, JobState::Cancelled),
        ],
        ..to(TaskState::Failed)
    };
    store.record("t1", fence, patch).await.unwrap();
}

pub async fn a_retry_starts_at_the_first_job_not_completed(store: Database) {
    failed(&store).await;
    assert_eq!(store.retry("t1", "t2").await.unwrap(), "t2");
    let copy = store.task("t2").await.unwrap();
    assert_eq!(
        (copy.state, copy.revision, copy.attempt),
        (TaskState::Waiting, 1, 0)
    );
    assert_eq!(copy.plan, Some(plan(3)));
    assert_eq!(copy.jobs[0], job(0, JobState::Completed));
    for job in &copy.jobs[1..] {
        assert_eq!((job.state, job.reason.as_str()), (JobState::Waiting, ""));
        assert_eq!((job.queued_ms, job.started_ms, job.finished_ms), (0, 0, 0));
    }
    assert_eq!(store.task("t1").await.unwrap().state, TaskState::Failed);
    assert_eq!(claim(&store, "t2").await.jobs, copy.jobs);
}

pub async fn retrying_twice_gives_the_same_task(store: Database) {
    failed(&store).await;
    store.retry("t1", "t2").await.unwrap();
    assert_eq!(store.retry("t1", "t3").await.unwrap(), "t2");
    assert!(store.task("t3").await.is_err());
}

pub async fn only_failed_timed_out_or_cancelled_tasks_are_retried(store: Database) {
    for (state, retried) in [
        (TaskState::Completed, false),
        (TaskState::Rejected, false),
        (TaskState::Failed, true),
        (TaskState::Timeout, true),
        (TaskState::Cancelled, true),
    ] {
        let id = state.as_str();
        deploy(&store, &format!("app-{id}"), id).await;
        run(&store, id, state).await;
        let answer = store.retry(id, &format!("{id}-again")).await;
        assert_eq!(answer.is_ok(), retried, "{id}: {answer:?}");
    }
}

pub async fn a_task_of_an_older_revision_is_not_retried(store: Database) {
    failed(&store).await;
    store.put_revision(revision("shop", "two")).await.unwrap();
    let error = store.retry("t1", "t2").await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(text) if text.contains("revision 2")));
}
