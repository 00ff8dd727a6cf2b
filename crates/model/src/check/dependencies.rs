//! `dependsOn` of components and of steps: known, not itself, no ring (decision 26).

use super::{Findings, Place};

/// One thing that waits for others.
pub(super) struct Waiting<'a> {
    /// What it waits for, as written.
    pub wanted: &'a [String],
    /// Index of each wanted thing; `None` when it is not known.
    pub targets: Vec<Option<usize>>,
}

/// Checks a whole graph. `list` is the list the things are in; `what` names one of them.
pub(super) fn check(
    graph: &[Waiting],
    list: &Place,
    what: &str,
    hint: &dyn Fn(&str) -> String,
    findings: &mut Findings,
) {
    for (index, waiting) in graph.iter().enumerate() {
        let place = list.index(index);
        let depends_on = place.field("dependsOn");
        for (position, (wanted, target)) in waiting.wanted.iter().zip(&waiting.targets).enumerate()
        {
            let place = depends_on.index(position);
            match target {
                None => {
                    findings
                        .error(
                            &place,
                            &format!("unknown-{what}"),
                            format!("there is no {what} {wanted:?}"),
                        )
                        .hint(hint(wanted));
                }
                Some(target) if *target == index => {
                    findings.error(&place, "cycle", format!("the {what} waits for itself"));
                }
                Some(_) => {}
            }
        }
    }
    if let Some((index, position, ring)) = ring(graph) {
        let place = list.index(index);
        let message =
            format!("a ring of {ring} {what}s waits for itself; none of them could ever start");
        findings
            .error(&place.field("dependsOn").index(position), "cycle", message)
            .hint("remove one of the dependsOn of the ring");
    }
}

/// The edge that closes a ring of at least two, and how many are in it. No recursion: documents may be long.
fn ring(graph: &[Waiting]) -> Option<(usize, usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; graph.len()];
    for start in 0..graph.len() {
        let mut stack: Vec<(usize, usize)> = Vec::new();
        if states[start] == State::New {
            states[start] = State::Open;
            stack.push((start, 0));
        }
        while let Some((node, edge)) = stack.last_mut() {
            let Some(target) = graph[*node].targets.get(*edge) else {
                states[*node] = State::Done;
                stack.pop();
                continue;
            };
            let (from, position) = (*node, *edge);
            *edge += 1;
            let Some(target) = target.filter(|target| *target != from) else {
                continue;
            };
            match states[target] {
                State::Done => {}
                State::New => {
                    states[target] = State::Open;
                    stack.push((target, 0));
                }
                State::Open => {
                    let first = stack
                        .iter()
                        .position(|(node, _)| *node == target)
                        .unwrap_or_default();
                    return Some((from, position, stack.len() - first));
                }
            }
        }
    }
    None
}
