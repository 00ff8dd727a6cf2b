//! States by key and by the component they belong to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

/// A state that belongs to a component and can be told from its predecessor.
pub(crate) trait Tracked {
    /// Application id and component name.
    fn owner(&self) -> (&str, &str);
    /// Whether a reader would see no difference.
    fn tells_the_same(&self, other: &Self) -> bool;
}

/// Application id and component name.
pub(super) type Owner = (String, String);

/// The states of one watch.
pub(crate) struct Index<K, T> {
    states: HashMap<K, T>,
    owners: BTreeMap<Owner, BTreeSet<K>>,
}

impl<K, T> Default for Index<K, T> {
    fn default() -> Self {
        Self {
            states: HashMap::new(),
            owners: BTreeMap::new(),
        }
    }
}

impl<K: Clone + Ord + Hash, T: Tracked> Index<K, T> {
    /// State by key.
    pub(super) fn get(&self, key: &K) -> Option<&T> {
        self.states.get(key)
    }

    /// States of a component.
    pub(super) fn of_component(
        &self,
        app_id: &str,
        component: &str,
    ) -> impl Iterator<Item = (&K, &T)> {
        let keys = self.owners.get(&(app_id.to_owned(), component.to_owned()));
        keys.into_iter()
            .flatten()
            .filter_map(|key| self.states.get_key_value(key))
    }

    /// States of an application, by component.
    pub(super) fn of_app<'a>(&'a self, app_id: &'a str) -> impl Iterator<Item = (&'a K, &'a T)> {
        self.owners
            .range((app_id.to_owned(), String::new())..)
            .take_while(move |((app, _), _)| app == app_id)
            .flat_map(|(_, keys)| keys)
            .filter_map(|key| self.states.get_key_value(key))
    }

    /// Keeps a state; answers whose picture has changed: its owner, and its former owner when that is another one.
    pub(super) fn put(&mut self, key: K, state: T) -> Vec<Owner> {
        let owner = owned(&state);
        let before = self.states.get(&key);
        let same = before.is_some_and(|before| before.tells_the_same(&state));
        let former = before.map(owned).filter(|former| *former != owner);
        if let Some(former) = &former {
            self.disown(former, &key);
        }
        self.owners
            .entry(owner.clone())
            .or_default()
            .insert(key.clone());
        self.states.insert(key, state);
        former.into_iter().chain((!same).then_some(owner)).collect()
    }

    /// Forgets a state; answers its owner.
    pub(super) fn remove(&mut self, key: &K) -> Option<Owner> {
        let state = self.states.remove(key)?;
        let owner = owned(&state);
        self.disown(&owner, key);
        Some(owner)
    }

    /// Keys of which a condition holds.
    pub(super) fn keys_where(&self, condition: impl Fn(&K) -> bool) -> Vec<K> {
        self.states
            .keys()
            .filter(|key| condition(key))
            .cloned()
            .collect()
    }

    fn disown(&mut self, owner: &Owner, key: &K) {
        if let Some(keys) = self.owners.get_mut(owner) {
            keys.remove(key);
            if keys.is_empty() {
                self.owners.remove(owner);
            }
        }
    }
}

fn owned(state: &impl Tracked) -> Owner {
    let (app_id, component) = state.owner();
    (app_id.to_owned(), component.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static str, &'static str, i32);

    impl Tracked for Row {
        fn owner(&self) -> (&str, &str) {
            (self.0, self.1)
        }
        fn tells_the_same(&self, other: &Self) -> bool {
            self.2 == other.2 && self.owner() == other.owner()
        }
    }

    fn owner(app: &str, component: &str) -> Owner {
        (app.to_owned(), component.to_owned())
    }

    #[test]
    fn a_state_that_says_nothing_new_changes_no_picture() {
        let mut index = Index::default();
        assert_eq!(index.put(1, Row("a", "web", 0)), [owner("a", "web")]);
        assert_eq!(index.put(1, Row("a", "web", 0)), []);
        assert_eq!(index.put(1, Row("a", "web", 1)), [owner("a", "web")]);
    }

    #[test]
    fn both_owners_hear_of_a_move() {
        let mut index = Index::default();
        index.put(1, Row("a", "web", 0));
        assert_eq!(
            index.put(1, Row("b", "web", 0)),
            [owner("a", "web"), owner("b", "web")]
        );
        assert_eq!(index.of_component("a", "web").count(), 0);
        assert_eq!(index.of_component("b", "web").count(), 1);
    }

    #[test]
    fn an_application_is_not_mistaken_for_one_that_begins_like_it() {
        let mut index = Index::default();
        index.put(1, Row("app", "web", 0));
        index.put(2, Row("app", "db", 0));
        index.put(3, Row("app2", "web", 0));
        index.put(4, Row("aaa", "web", 0));
        let keys: Vec<i32> = index.of_app("app").map(|(key, _)| *key).collect();
        assert_eq!(keys, [2, 1]);
        assert_eq!(index.remove(&1), Some(owner("app", "web")));
        assert_eq!(index.remove(&1), None);
        assert_eq!(index.of_app("app").count(), 1);
    }
}
