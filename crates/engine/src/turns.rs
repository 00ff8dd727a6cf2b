//! Whose turn it is: a namespace with many tasks does not hold up one with a single task (decision 34).

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use kubemin_ports::WaitingTask;

/// When each namespace had its last turn. As many entries as there are namespaces.
#[derive(Debug)]
pub(crate) struct Turns {
    last: HashMap<String, u64>,
    count: u64,
    /// How many of a namespace's oldest tasks a turn may fall on.
    spread: usize,
    luck: RandomState,
}

impl Turns {
    /// Strictly the oldest of a namespace.
    pub(crate) fn in_order() -> Self {
        Self::spread(1)
    }

    /// One of the oldest: replicas that look at the same rows at the same time shall not all try for the same one.
    pub(crate) fn spread(spread: usize) -> Self {
        Self {
            last: HashMap::new(),
            count: 0,
            spread: spread.max(1),
            luck: RandomState::new(),
        }
    }

    /// Takes a task of the namespace whose last turn is the longest ago.
    pub(crate) fn next(&mut self, waiting: &mut Vec<WaitingTask>) -> Option<WaitingTask> {
        let last = |task: &WaitingTask| self.last.get(&task.namespace).copied().unwrap_or(0);
        let namespace = &waiting.iter().min_by_key(|task| last(task))?.namespace;
        let oldest: Vec<usize> = waiting
            .iter()
            .enumerate()
            .filter(|(_, task)| task.namespace == *namespace)
            .map(|(index, _)| index)
            .take(self.spread)
            .collect();
        let throw = usize::try_from(self.luck.hash_one(self.count)).unwrap_or(0);
        let task = waiting.remove(oldest[throw % oldest.len()]);
        self.count += 1;
        self.last.insert(task.namespace.clone(), self.count);
        Some(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_task_goes_before_the_second_of_a_crowd() {
        let task = |id: &str, namespace: &str| WaitingTask {
            id: id.into(),
            namespace: namespace.into(),
        };
        let mut turns = Turns::in_order();
        let mut waiting = vec![task("a1", "a"), task("a2", "a"), task("a3", "a")];
        let mut next = |waiting: &mut Vec<WaitingTask>| turns.next(waiting).map(|task| task.id);
        assert_eq!(next(&mut waiting).as_deref(), Some("a1"));
        waiting.push(task("b1", "b"));
        assert_eq!(next(&mut waiting).as_deref(), Some("b1"));
        waiting.push(task("b2", "b"));
        assert_eq!(next(&mut waiting).as_deref(), Some("a2"));
        assert_eq!(next(&mut waiting).as_deref(), Some("b2"));
        assert_eq!(next(&mut waiting).as_deref(), Some("a3"));
        assert_eq!(next(&mut waiting), None);
    }

    #[test]
    fn a_turn_falls_on_one_of_the_oldest_of_its_namespace() {
        let task = |n: usize| WaitingTask {
            id: n.to_string(),
            namespace: "a".into(),
        };
        let mut seen = std::collections::HashSet::new();
        for _ in 0..200 {
            let mut waiting: Vec<WaitingTask> = (0..10).map(task).collect();
            seen.extend(Turns::spread(4).next(&mut waiting).map(|task| task.id));
            assert_eq!(waiting.len(), 9);
        }
        let oldest = ["0", "1", "2", "3"].map(str::to_owned);
        assert_eq!(seen, std::collections::HashSet::from(oldest));
    }
}
