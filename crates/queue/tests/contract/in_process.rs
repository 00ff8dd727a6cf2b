//! The queue of one process. All its consumers are one value, and there is no broker to lose.

use std::sync::Arc;
use std::time::Duration;

use kubemin_ports::Queue;
use kubemin_queue::InProcess;

use crate::broker::Broker;
use crate::promised;

struct Nothing(Arc<InProcess>);

impl Broker for Nothing {
    fn queue(&self, _consumer: &str) -> Arc<dyn Queue> {
        self.0.clone()
    }
    fn kill(&self) {}
    fn restart(&self) {}
    fn pause(&self) {}
    fn resume(&self) {}
    fn wipe(&self) {}
    fn address(&self) -> String {
        "in process".to_owned()
    }
}

async fn nothing() -> Nothing {
    Nothing(Arc::new(InProcess::new(Duration::from_secs(30))))
}

promised!(nothing(), promises:
    hints_are_delivered_at_least_once,
    a_wait_that_is_given_up_loses_nothing,
    no_more_hints_come_than_were_asked_for,
    consumers_share_the_hints,
    the_depth_counts_what_is_not_acknowledged,
    a_closed_queue_says_so,
    the_rate_of_ten_thousand_hints_is_printed,
);

#[tokio::test]
async fn a_hint_that_nobody_acknowledged_comes_again_and_others_do_not() {
    let queue = InProcess::new(Duration::from_millis(200));
    let wanted = crate::wait::hints("task", 3);
    queue.publish(&wanted).await.unwrap();
    let held = crate::wait::hold(&queue, 3).await;
    queue.acknowledge(&held[..2]).await.unwrap();
    let again = crate::wait::within(crate::wait::BOUND, "the third hint", queue.next(10)).await;
    let again: Vec<_> = again.unwrap().into_iter().map(|one| one.hint).collect();
    assert_eq!(again, wanted[2..]);
}
