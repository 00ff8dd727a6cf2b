//! One task from claim to end.

use std::sync::Arc;

use kubemin_model::revive;
use kubemin_objects::ObjectKey;
use kubemin_ports::{ApplicationRow, StoreError, TaskRow};
use kubemin_workflow::TaskState;
use kubemin_workflow::diagnosis::Cause;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::deployment::Deployment;
use crate::engine::Shared;
use crate::events::event;
use crate::hold::Hold;
use crate::prepare::{Prepared, prepare_to_write};
use crate::record::{Record, sentence};
use crate::slot::Slot;
use crate::{EngineError, deletion};

/// Runs a claimed task. `Err` leaves the row as it is: the next start of the engine goes on with it.
pub(crate) async fn run_task(
    shared: &Arc<Shared>,
    row: TaskRow,
    hold: Arc<Hold>,
    slot: Slot,
) -> Result<(), EngineError> {
    let mut record = Record::new(Arc::clone(shared), row);
    let app_row = match shared.store.application(&record.row.app_id).await {
        Ok(row) => row,
        Err(StoreError::NotFound(_)) => return end_without_application(&mut record).await,
        Err(fault) => return Err(fault.into()),
    };
    if record.cancel_requested {
        return Ok(record
            .end(TaskState::Cancelled, Some(&asked_for()), None)
            .await?);
    }
    if record.row.options.delete.is_some() {
        return deletion::run(shared, &mut record, &app_row).await;
    }
    let prepared = match prepare_task(shared, &record, &app_row, &hold.cancel).await {
        Some(Ok(prepared)) => prepared,
        Some(Err(EngineError::Store(fault))) => return Err(fault.into()),
        Some(Err(fault)) => return reject(&mut record, &fault_cause(&fault)).await,
        None => return stopped_early(shared, &mut record).await,
    };
    if let Some((_, cause)) = prepared
        .refusals
        .first()
        .filter(|_| record.row.plan.is_none())
    {
        let cause = all_refusals(cause, &prepared);
        return reject(&mut record, &cause).await;
    }
    Deployment::begin(shared, record, prepared, app_row, hold, slot)
        .await?
        .follow()
        .await
}

async fn end_without_application(record: &mut Record) -> Result<(), EngineError> {
    let cause = Cause {
        reason: "ApplicationGone".into(),
        message: "the application was deleted".into(),
        ..Cause::default()
    };
    Ok(record.end(TaskState::Cancelled, Some(&cause), None).await?)
}

/// `None` when the task is cancelled or the engine stops meanwhile.
async fn prepare_task(
    shared: &Shared,
    record: &Record,
    app_row: &ApplicationRow,
    token: &CancellationToken,
) -> Option<Result<Prepared, EngineError>> {
    let work = async {
        let revision = shared
            .store
            .revision(&app_row.id, record.row.revision)
            .await?;
        let app = revive(revision.document)?;
        let deadline = Instant::now() + shared.settings.default_job_timeout;
        loop {
            match prepare_to_write(shared, app.clone(), app_row, &record.row.options).await {
                Err(EngineError::Cluster(fault))
                    if fault.is_passing() && Instant::now() < deadline =>
                {
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                }
                result => return result,
            }
        }
    };
    tokio::select! {
        () = token.cancelled() => None,
        () = shared.stop.cancelled() => None,
        result = work => Some(result),
    }
}

async fn stopped_early(shared: &Shared, record: &mut Record) -> Result<(), EngineError> {
    if shared.stop.is_cancelled() {
        return Ok(());
    }
    Ok(record
        .end(TaskState::Cancelled, Some(&asked_for()), None)
        .await?)
}

async fn reject(record: &mut Record, cause: &Cause) -> Result<(), EngineError> {
    record.end(TaskState::Rejected, Some(cause), None).await?;
    record.events(vec![event(record, "", cause)]).await;
    Ok(())
}

fn asked_for() -> Cause {
    Cause {
        reason: "Cancelled".into(),
        message: "cancelled before anything was written".into(),
        ..Cause::default()
    }
}

fn fault_cause(fault: &EngineError) -> Cause {
    let (reason, remedy) = match fault {
        EngineError::Document(_) => ("InvalidDocument", "correct the document and apply it again"),
        EngineError::Cluster(_) => (
            "ClusterUnavailable",
            "check the cluster (kubemin doctor), then retry the task",
        ),
        EngineError::Store(_) => ("DatabaseUnavailable", "check the database (kubemin doctor)"),
    };
    Cause {
        reason: reason.into(),
        message: fault.to_string(),
        remedy: remedy.into(),
        ..Cause::default()
    }
}

/// The first refusal's reason with every refusal's sentence.
fn all_refusals(first: &Cause, prepared: &Prepared) -> Cause {
    let others: Vec<String> = prepared
        .refusals
        .iter()
        .skip(1)
        .map(|(_, cause)| sentence(cause))
        .collect();
    if others.is_empty() {
        return first.clone();
    }
    Cause {
        message: format!("{}. {}", sentence(first), others.join(". ")),
        remedy: String::new(),
        ..first.clone()
    }
}

/// Keys of objects, for people.
pub(crate) fn names(keys: &[ObjectKey]) -> String {
    keys.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
