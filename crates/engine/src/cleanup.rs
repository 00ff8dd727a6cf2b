//! The order in which objects are removed: what uses others goes before what it uses.

use kubemin_objects::ObjectKey;

/// Reverse apply order: routes, workloads, accounts and claims, configuration.
pub(crate) fn in_removal_order(keys: &mut [(ObjectKey, String)]) {
    keys.sort_by(|(a, _), (b, _)| {
        b.kind
            .priority()
            .cmp(&a.kind.priority())
            .then_with(|| b.cmp(a))
    });
}
