//! Which offsets of which partitions are done.
//!
//! Kafka knows one number a partition: everything below it is done. Hints are acknowledged in any order, so the number may
//! only move up to the first one that is still open.

use std::collections::{BTreeSet, HashMap};

/// Open hints of one partition at most. Beyond it the oldest counts as done: a hint is worth less than memory.
const OPEN: usize = 10_000;

/// Delivered offsets of the assigned partitions.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    partitions: HashMap<i32, Partition>,
}

#[derive(Debug, Default)]
struct Partition {
    open: BTreeSet<i64>,
    next: i64,
}

impl Offsets {
    /// A message was received. An offset that goes back means that the partition begins anew.
    pub(super) fn delivered(&mut self, partition: i32, offset: i64) {
        let partition = self.partitions.entry(partition).or_default();
        if offset < partition.next {
            partition.open.clear();
        }
        partition.open.insert(offset);
        partition.next = offset + 1;
        if partition.open.len() > OPEN {
            partition.open.pop_first();
        }
    }

    /// A message is done: the offset to go on from after a restart. `None` for what was not delivered under the present
    /// assignment.
    pub(super) fn acknowledged(&mut self, partition: i32, offset: i64) -> Option<i64> {
        let partition = self.partitions.get_mut(&partition)?;
        if !partition.open.remove(&offset) {
            return None;
        }
        Some(partition.open.first().copied().unwrap_or(partition.next))
    }

    /// Partitions went to somebody else, with everything that is open in them.
    pub(super) fn revoked(&mut self, partitions: impl IntoIterator<Item = i32>) {
        for partition in partitions {
            self.partitions.remove(&partition);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_not_passed() {
        let mut offsets = Offsets::default();
        for offset in 5..9 {
            offsets.delivered(0, offset);
        }
        assert_eq!(offsets.acknowledged(0, 7), Some(5));
        assert_eq!(offsets.acknowledged(0, 5), Some(6));
        assert_eq!(offsets.acknowledged(0, 6), Some(8));
        assert_eq!(offsets.acknowledged(0, 8), Some(9));
    }

    #[test]
    fn partitions_are_counted_apart_and_gaps_are_passed() {
        let mut offsets = Offsets::default();
        offsets.delivered(0, 3);
        offsets.delivered(1, 100);
        offsets.delivered(1, 140);
        assert_eq!(offsets.acknowledged(1, 100), Some(140));
        assert_eq!(offsets.acknowledged(1, 140), Some(141));
        assert_eq!(offsets.acknowledged(0, 3), Some(4));
    }

    #[test]
    fn what_went_to_somebody_else_is_not_stored() {
        let mut offsets = Offsets::default();
        offsets.delivered(0, 3);
        offsets.revoked([0]);
        assert_eq!(offsets.acknowledged(0, 3), None);
        assert_eq!(offsets.acknowledged(4, 0), None);
    }

    #[test]
    fn a_partition_that_begins_anew_is_counted_anew() {
        let mut offsets = Offsets::default();
        offsets.delivered(0, 500);
        offsets.delivered(0, 0);
        assert_eq!(offsets.acknowledged(0, 500), None);
        assert_eq!(offsets.acknowledged(0, 0), Some(1));
    }

    #[test]
    fn hints_that_nobody_acknowledges_do_not_fill_the_memory() {
        let mut offsets = Offsets::default();
        for offset in 0..=10_000 {
            offsets.delivered(0, offset);
        }
        assert_eq!(offsets.acknowledged(0, 1), Some(2));
    }
}
