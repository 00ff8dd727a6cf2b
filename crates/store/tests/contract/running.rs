//! Claiming tasks and recording their progress.

use kubemin_objects::Kind;
use kubemin_ports::{StoreError, TaskPatch};
use kubemin_workflow::readiness::Status;
use kubemin_workflow::{JobState, TaskState};

use crate::fixtures::*;

pub async fn a_claim_gives_the_task_with_owner_fence_and_attempt(store: Database) {
    deploy(&store, "shop", "t1").await;
    let task = claim(&store, "t1").await;
    assert_eq!((task.state, task.owner.as_str()), (TaskState::Queued, "me"));
    assert_eq!((task.fence, task.attempt), (1, 1));
    assert_eq!(task, store.task("t1").await.unwrap());
    let again = store.claim("t1", "you", &[TaskState::Waiting]).await;
    assert_eq!(again.unwrap(), None);
}

pub async fn of_many_claims_at_once_one_succeeds(store: Database) {
    deploy(&store, "shop", "t1").await;
    let claims: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let owner = format!("owner-{n}");
                let claimed = store.claim("t1", &owner, &[TaskState::Waiting]).await;
                claimed.unwrap().is_some()
            })
        })
        .collect();
    let mut taken = 0;
    for claim in claims {
        taken += usize::from(claim.await.unwrap());
    }
    assert_eq!(taken, 1);
}

pub async fn a_second_task_of_an_application_waits_for_the_first(store: Database) {
    deploy(&store, "shop", "t1").await;
    store.add_task("shop", adopting("t2")).await.unwrap();
    let fence = start(&store, "t1").await.fence;
    assert_eq!(
        store
            .claim("t2", "me", &[TaskState::Waiting])
            .await
            .unwrap(),
        None
    );
    store
        .record("t1", fence, to(TaskState::Completed))
        .await
        .unwrap();
    claim(&store, "t2").await;
}

pub async fn tasks_of_different_applications_run_side_by_side(store: Database) {
    deploy(&store, "shop", "t1").await;
    deploy(&store, "blog", "t2").await;
    claim(&store, "t1").await;
    claim(&store, "t2").await;
}

pub async fn a_dead_process_s_task_is_taken_over_and_the_old_owner_fenced(store: Database) {
    deploy(&store, "shop", "t1").await;
    let old = start(&store, "t1").await;
    let from = [TaskState::Queued, TaskState::Running];
    let new = store.claim("t1", "heir", &from).await.unwrap().unwrap();
    assert_eq!((new.fence, new.attempt), (old.fence + 1, 2));
    assert_eq!((new.owner.as_str(), new.started_ms), ("heir", 77));
    let refused = store
        .record("t1", old.fence, to(TaskState::Completed))
        .await;
    assert_eq!(refused.unwrap_err(), StoreError::Fenced("t1".to_owned()));
    store
        .record("t1", new.fence, to(TaskState::Running))
        .await
        .unwrap();
}

pub async fn a_terminal_state_never_changes(store: Database) {
    for state in [
        TaskState::Completed,
        TaskState::Failed,
        TaskState::Timeout,
        TaskState::Cancelled,
        TaskState::Rejected,
    ] {
        let (app, id) = (format!("app-{}", state.as_str()), state.as_str());
        deploy(&store, &app, id).await;
        run(&store, id, state).await;
        let task = store.task(id).await.unwrap();
        assert!(task.state == state && task.finished_ms > 0);
        let refused = store.record(id, task.fence, to(TaskState::Running)).await;
        assert_eq!(refused.unwrap_err(), StoreError::Fenced(id.to_owned()));
        let every = [
            state,
            TaskState::Waiting,
            TaskState::Queued,
            TaskState::Running,
        ];
        assert_eq!(store.claim(id, "me", &every).await.unwrap(), None);
        assert_eq!(store.task(id).await.unwrap(), task);
    }
}

pub async fn a_task_nobody_has_taken_takes_no_writes(store: Database) {
    deploy(&store, "shop", "t1").await;
    let refused = store.record("t1", 0, to(TaskState::Running)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Fenced("t1".to_owned()));
}

pub async fn plan_and_jobs_read_back_in_order(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = claim(&store, "t1").await.fence;
    let jobs: Vec<_> = (0..40).map(|index| job(index, JobState::Waiting)).collect();
    let patch = TaskPatch {
        plan: Some(plan(40)),
        jobs: jobs.iter().rev().cloned().collect(),
        ..to(TaskState::Running)
    };
    store.record("t1", fence, patch).await.unwrap();
    let task = store.task("t1").await.unwrap();
    assert_eq!(task.plan, Some(plan(40)));
    assert_eq!(task.jobs, jobs);
    let listed = store.latest_task("shop").await.unwrap().unwrap();
    assert!(listed.plan.is_none() && listed.jobs.is_empty());
}

pub async fn jobs_are_written_over_those_of_the_same_place(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = claim(&store, "t1").await.fence;
    let patch = TaskPatch {
        plan: Some(plan(3)),
        jobs: (0..3).map(|index| job(index, JobState::Waiting)).collect(),
        ..TaskPatch::default()
    };
    store.record("t1", fence, patch).await.unwrap();
    let patch = TaskPatch {
        jobs: vec![job(1, JobState::Completed)],
        ..TaskPatch::default()
    };
    store.record("t1", fence, patch).await.unwrap();
    let states: Vec<_> = store
        .task("t1")
        .await
        .unwrap()
        .jobs
        .iter()
        .map(|j| j.state)
        .collect();
    assert_eq!(
        states,
        [JobState::Waiting, JobState::Completed, JobState::Waiting]
    );
}

pub async fn absent_parts_of_a_patch_stay(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = claim(&store, "t1").await.fence;
    let patch = TaskPatch {
        cause: Some(("Slow".to_owned(), "waits for a slot".to_owned())),
        started_ms: Some(5),
        plan: Some(plan(1)),
        ..to(TaskState::Running)
    };
    store.record("t1", fence, patch).await.unwrap();
    let before = store.task("t1").await.unwrap();
    assert_eq!((before.reason.as_str(), before.started_ms), ("Slow", 5));
    store
        .record("t1", fence, TaskPatch::default())
        .await
        .unwrap();
    assert_eq!(store.task("t1").await.unwrap(), before);
    let patch = TaskPatch {
        finished_ms: Some(9),
        cause: Some((String::new(), String::new())),
        ..to(TaskState::Completed)
    };
    store.record("t1", fence, patch).await.unwrap();
    let after = store.task("t1").await.unwrap();
    assert_eq!((after.started_ms, after.finished_ms), (5, 9));
    assert_eq!((after.reason.as_str(), after.plan), ("", before.plan));
}

pub async fn a_record_puts_inventory_and_components_too(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = claim(&store, "t1").await.fence;
    let inventory = vec![(key(Kind::Deployment, "backend"), "backend".to_owned())];
    let mut component = store.components("shop").await.unwrap().remove(0);
    component.status = Status::Running;
    component.ready_replicas = 2;
    let patch = TaskPatch {
        inventory: Some(inventory.clone()),
        components: vec![component.clone()],
        ..TaskPatch::default()
    };
    store.record("t1", fence, patch.clone()).await.unwrap();
    assert_eq!(
        store.application("shop").await.unwrap().inventory,
        inventory
    );
    assert_eq!(store.components("shop").await.unwrap()[0], component);
    let late = TaskPatch {
        inventory: Some(vec![]),
        ..patch
    };
    store.record("t1", fence - 1, late).await.unwrap_err();
    assert_eq!(
        store.application("shop").await.unwrap().inventory,
        inventory
    );
}

pub async fn a_suspended_task_has_no_owner_and_can_be_claimed_again(store: Database) {
    deploy(&store, "shop", "t1").await;
    let fence = start(&store, "t1").await.fence;
    store
        .record("t1", fence, to(TaskState::Suspended))
        .await
        .unwrap();
    assert_eq!(store.task("t1").await.unwrap().owner, "");
    let refused = store.record("t1", fence, to(TaskState::Running)).await;
    assert_eq!(refused.unwrap_err(), StoreError::Fenced("t1".to_owned()));
    let claimed = store
        .claim("t1", "me", &[TaskState::Suspended])
        .await
        .unwrap();
    assert_eq!(claimed.unwrap().attempt, 2);
}
