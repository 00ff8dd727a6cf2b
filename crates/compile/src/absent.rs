//! Empty collections are left out of objects.

use std::collections::BTreeMap;

/// `None` for an empty collection, so that it is not written.
pub fn unless_empty<C: Emptiness>(collection: C) -> Option<C> {
    (!collection.nothing_inside()).then_some(collection)
}

/// Collections that know whether they hold something.
pub trait Emptiness {
    /// Whether there is no element.
    fn nothing_inside(&self) -> bool;
}

impl<T> Emptiness for Vec<T> {
    fn nothing_inside(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> Emptiness for BTreeMap<K, V> {
    fn nothing_inside(&self) -> bool {
        self.is_empty()
    }
}
