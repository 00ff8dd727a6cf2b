//! Two objects of one kind with one name are refused, never merged (app-plane §1 Names; decision 11).

use std::collections::HashMap;

use kubemin_model::FieldError;
use kubemin_objects::ObjectKey;

use crate::draft::Draft;
use crate::fault::fault;

/// An error for every object whose name an earlier one has.
pub fn check(drafts: &[Draft]) -> Vec<FieldError> {
    let mut first: HashMap<&ObjectKey, &Draft> = HashMap::with_capacity(drafts.len());
    let mut errors = Vec::new();
    for draft in drafts {
        match first.get(&draft.object.key) {
            Some(earlier) => errors.push(collision(draft, earlier)),
            None => {
                first.insert(&draft.object.key, draft);
            }
        }
    }
    errors
}

fn collision(later: &Draft, earlier: &Draft) -> FieldError {
    let key = &later.object.key;
    fault(
        &later.path,
        "duplicate-name",
        format!(
            "the {} {} is already made for component {} ({})",
            key.kind, key.name, earlier.object.component, earlier.path
        ),
        "give one of the two another name",
    )
}
