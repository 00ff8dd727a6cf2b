//! The inventory of an application: one JSON text in its row, searched by the text of a key.

use kubemin_objects::ObjectKey;
use kubemin_ports::store::StoreResult;

use crate::error::unavailable;
use crate::sql::{Connection, Db, json};

/// Objects with the component each was made for.
pub type Inventory = Vec<(ObjectKey, String)>;

/// What stands in the row for an object, wherever it stands in the list.
pub fn needle(key: &ObjectKey) -> StoreResult<String> {
    json(key)
}

/// Replaces the inventory of an application; unknown ones are passed over.
pub async fn put(sql: &mut Connection, app_id: &str, inventory: &Inventory) -> StoreResult<()> {
    sqlx::query::<Db>("UPDATE min_applications SET inventory = ? WHERE id = ?")
        .bind(json(inventory)?)
        .bind(app_id)
        .execute(sql)
        .await
        .map(|_| ())
        .map_err(unavailable)
}
