//! After a cancelled task: what it made and nobody uses is removed, the rest is listed (app-plane §4 Cancel).

use kubemin_objects::{Kind, ObjectKey};
use kubemin_workflow::JobState;
use kubemin_workflow::diagnosis::Cause;
use kubemin_workflow::plan::JobAction;

use crate::engine::Shared;
use crate::prepare::Prepared;
use crate::record::Record;

/// Removes objects that this task created (they were not there before), except claims; says what is left.
pub(crate) async fn tidy(
    shared: &Shared,
    prepared: &Prepared,
    record: &Record,
    why: &str,
) -> (Cause, Vec<ObjectKey>) {
    let mut removed = Vec::new();
    let mut left = Vec::new();
    for key in touched(record, prepared).into_iter().rev() {
        let created = !prepared.live.contains_key(&key);
        if !created || key.kind == Kind::PersistentVolumeClaim {
            left.push(key);
        } else if shared.cluster.delete(&key, "").await.is_ok() {
            removed.push(key);
        } else {
            left.push(key);
        }
    }
    (describe(why, &removed, &left), removed)
}

/// Objects this task has written or was writing when it was stopped.
fn touched(record: &Record, prepared: &Prepared) -> Vec<ObjectKey> {
    let Some(plan) = &record.row.plan else {
        return Vec::new();
    };
    let begun = |index: usize| {
        let job = &record.row.jobs[index];
        job.action == JobAction::Apply && (job.changed || job.state == JobState::Running)
    };
    let jobs = plan
        .jobs
        .iter()
        .enumerate()
        .filter(|(index, _)| begun(*index));
    jobs.map(|(_, job)| job.key.clone())
        .filter(|key| prepared.object(key).is_some())
        .collect()
}

fn describe(why: &str, removed: &[ObjectKey], left: &[ObjectKey]) -> Cause {
    let names = |keys: &[ObjectKey]| {
        keys.iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut message = why.to_owned();
    if !removed.is_empty() {
        message.push_str(&format!(
            "; removed what the task had made: {}",
            names(removed)
        ));
    }
    if !left.is_empty() {
        message.push_str(&format!("; left as it is: {}", names(left)));
    }
    Cause {
        reason: "Cancelled".to_owned(),
        message,
        ..Cause::default()
    }
}
