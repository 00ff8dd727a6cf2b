//! The inventory of an application: one JSON text in its row, searched by the text of a key.

use kubemin_objects::ObjectKey;
use kubemin_ports::store::StoreResult;

use crate::sql::{Connection, json, values};

/// Objects with the component each was made for.
pub type Inventory = Vec<(ObjectKey, String)>;

/// What stands in the row for an object, wherever it stands in the list.
pub fn needle(key: &ObjectKey) -> StoreResult<String> {
    json(key)
}

/// Replaces the inventory of an application; unknown ones are passed over.
pub fn put(sql: &Connection, app_id: &str, inventory: &Inventory) -> StoreResult<()> {
    sql.run(
        "UPDATE min_applications SET inventory = ? WHERE id = ?",
        &values![json(inventory)?, app_id],
    )
}
