//! Ids of tasks: sortable by age, hard to guess.

use crate::random;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A task id: `t`, nine characters of time, fourteen random ones.
pub(crate) fn task_id(now_ms: i64) -> String {
    let time = now_ms.unsigned_abs();
    let (first, second) = (random::number(), random::number());
    let parts = [(time, 9), (first, 7), (second, 7)];
    let digits = parts.into_iter().flat_map(|(number, places)| {
        (0..places)
            .rev()
            .map(move |place| (number >> (5 * place)) & 31)
    });
    let letter = |digit| usize::try_from(digit).map_or('0', |digit| char::from(LETTERS[digit]));
    std::iter::once('t').chain(digits.map(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::task_id;

    #[test]
    fn later_ids_sort_behind_earlier_ones_and_none_is_given_twice() {
        let (early, late) = (task_id(1_790_000_000_000), task_id(1_790_000_000_001));
        assert!(early < late && early.len() == 24, "{early} {late}");
        assert_ne!(task_id(1), task_id(1));
    }
}
