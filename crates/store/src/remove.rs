//! Removal of an application's rows, once its objects are gone.

use kubemin_ports::store::StoreResult;

use crate::sql::{Connection, values};
use crate::{components, inventory, queue};

/// Children first: a job is found through its task.
const DELETIONS: [&str; 7] = [
    "DELETE FROM min_job WHERE task_id IN (SELECT id FROM min_workflow_queue \
     WHERE app_id = ? AND deletion = 0)",
    "DELETE FROM min_workflow_queue WHERE app_id = ? AND deletion = 0",
    "DELETE FROM min_events WHERE app_id = ?",
    "DELETE FROM min_idempotency WHERE app_id = ?",
    "DELETE FROM min_app_components WHERE app_id = ?",
    "DELETE FROM min_application_revisions WHERE app_id = ?",
    "DELETE FROM min_applications WHERE id = ?",
];

/// Removes everything about an application except its deletion tasks. Nothing happens when it is gone already.
///
/// When a deployment was asked for after the deletion, the application stays for it, without objects.
pub fn application(sql: &Connection, id: &str, now_ms: i64) -> StoreResult<()> {
    // Nobody may ask for a deployment while it is decided that there is none.
    queue::current_revision(sql, id)?;
    let active = queue::active(sql, id)?;
    if active.iter().any(|task| task.options.delete.is_none()) {
        inventory::put(sql, id, &Vec::new())?;
        return components::reset(sql, id, now_ms);
    }
    for deletion in DELETIONS {
        sql.run(deletion, &values![id])?;
    }
    Ok(())
}
