//! Remembers for a while which kinds are served, because every preparation of a task asks.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kubemin_objects::Kind;
use kubemin_ports::ClusterResult;

const REMEMBERED_FOR: Duration = Duration::from_secs(30);
/// A kind that is missing is installed at some moment, by somebody who tries again then.
const MISSING_FOR: Duration = Duration::from_secs(3);

/// Answers by kind.
#[derive(Default)]
pub(crate) struct Served {
    answers: Mutex<HashMap<Kind, (Instant, bool)>>,
}

impl Served {
    /// The remembered answer, or the one that `question` gets.
    pub(crate) async fn ask<F>(
        &self,
        kind: Kind,
        question: impl FnOnce() -> F,
    ) -> ClusterResult<bool>
    where
        F: Future<Output = ClusterResult<bool>>,
    {
        if let Some(answer) = self.remembered(kind) {
            return Ok(answer);
        }
        let answer = question().await?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(kind, (Instant::now(), answer));
        Ok(answer)
    }

    fn remembered(&self, kind: Kind) -> Option<bool> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers
            .get(&kind)
            .filter(|(at, served)| {
                let limit = if *served { REMEMBERED_FOR } else { MISSING_FOR };
                at.elapsed() < limit
            })
            .map(|(_, answer)| *answer)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use kubemin_ports::ClusterError;

    use super::*;

    #[tokio::test]
    async fn an_answer_is_remembered_and_a_fault_is_not() {
        let served = Served::default();
        let fault = || ready(Err(ClusterError::Unavailable("down".into())));
        assert!(served.ask(Kind::HTTPRoute, fault).await.is_err());
        assert_eq!(
            served.ask(Kind::HTTPRoute, || ready(Ok(true))).await,
            Ok(true)
        );
        assert_eq!(served.ask(Kind::HTTPRoute, fault).await, Ok(true));
    }
}
