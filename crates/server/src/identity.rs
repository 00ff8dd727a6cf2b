//! Ids of tasks: sortable by age, hard to guess.

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A task id: `t`, nine characters of time, fourteen random ones.
pub(crate) fn task_id(now_ms: i64) -> String {
    let mut random = [0; 14];
    // the database refuses an id that exists already
    let _ = aws_lc_rs::rand::fill(&mut random);
    let time = (0..9).rev().map(|place| (now_ms >> (5 * place)) & 31);
    let time = time.map(|digit| usize::try_from(digit).unwrap_or_default());
    let random = random.iter().map(|byte| usize::from(byte & 31));
    std::iter::once('t')
        .chain(time.chain(random).map(|digit| char::from(LETTERS[digit])))
        .collect()
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
