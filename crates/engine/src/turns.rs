//! Whose turn it is: a namespace with many tasks does not hold up one with a single task (decision 34).

use std::collections::HashMap;

use kubemin_ports::WaitingTask;

/// When each namespace had its last turn. As many entries as there are namespaces.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    last: HashMap<String, u64>,
    count: u64,
}

impl Turns {
    /// Takes the first task of the namespace whose last turn is the longest ago.
    pub(crate) fn next(&mut self, waiting: &mut Vec<WaitingTask>) -> Option<WaitingTask> {
        let last = |task: &WaitingTask| self.last.get(&task.namespace).copied().unwrap_or(0);
        let (index, _) = waiting
            .iter()
            .enumerate()
            .min_by_key(|(_, task)| last(task))?;
        let task = waiting.remove(index);
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
        let mut turns = Turns::default();
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
}
