//! Names that a running task is about to make. Two applications that want one name at the same moment find no object
//! of it; the second one is told here (app-plane §1: no silent collision).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubemin_objects::ObjectKey;
use kubemin_workflow::diagnosis::Cause;

/// Names that are reserved, and the application each is reserved for.
#[derive(Debug, Default, Clone)]
pub(crate) struct Reservations(Arc<Mutex<HashMap<ObjectKey, Holder>>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder {
    app_id: String,
    name: String,
}

/// Names held until this is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    all: Reservations,
    keys: Vec<ObjectKey>,
}

impl Reservations {
    /// Reserves names for an application; those that another one holds are refused.
    pub(crate) fn reserve(
        &self,
        app_id: &str,
        name: &str,
        keys: impl Iterator<Item = ObjectKey>,
    ) -> (Reservation, Vec<(ObjectKey, Cause)>) {
        let mut held = self.lock();
        let mut mine = Vec::new();
        let mut refused = Vec::new();
        for key in keys {
            match held.get(&key).filter(|holder| holder.app_id != app_id) {
                Some(holder) => refused.push((key.clone(), taken(&key, &holder.name))),
                None => {
                    let holder = Holder {
                        app_id: app_id.to_owned(),
                        name: name.to_owned(),
                    };
                    held.insert(key.clone(), holder);
                    mine.push(key);
                }
            }
        }
        let reservation = Reservation {
            all: self.clone(),
            keys: mine,
        };
        (reservation, refused)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ObjectKey, Holder>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut held = self.all.lock();
        for key in &self.keys {
            held.remove(key);
        }
    }
}

fn taken(key: &ObjectKey, name: &str) -> Cause {
    Cause {
        reason: "NameTaken".to_owned(),
        message: format!("{key} is being made by the application {name} at this moment"),
        remedy: "rename the component, or remove it from that application".to_owned(),
        ..Cause::default()
    }
}

#[cfg(test)]
mod tests {
    use kubemin_objects::Kind;

    use super::*;

    #[test]
    fn a_name_is_held_by_one_application_until_it_lets_go() {
        let key = |name: &str| ObjectKey {
            kind: Kind::ConfigMap,
            namespace: Some("shop".into()),
            name: name.into(),
        };
        let names = Reservations::default();
        let (first, refused) = names.reserve("a", "one", [key("x"), key("y")].into_iter());
        assert_eq!(refused, []);
        let (second, refused) = names.reserve("b", "two", [key("y"), key("z")].into_iter());
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].0, key("y"));
        assert!(refused[0].1.message.contains("the application one"));
        drop(first);
        let (_third, refused) = names.reserve("c", "three", [key("x"), key("z")].into_iter());
        assert_eq!(refused.len(), 1, "z is held by two still");
        drop(second);
    }
}
