//! Section `leader` (app-plane §5; decisions 6, 33 and 49).

use std::time::Duration;

use crate::config::choices::ReplicaParity;
use crate::config::section::section;
use crate::config::setting::Setting;

section! {
    /// Which replica leads.
    Leader {
        /// Name of the Lease; apart for each installation on one cluster, and the name its objects carry.
        lock_name: String = Setting::new("leader.lockName", "lock-name", "kubemin");
        /// Namespace of the Lease; the pod's own when unset.
        namespace: Option<String> = Setting::new("leader.namespace", "leader-namespace", "");
        /// Name of this replica; made from the host name when unset.
        id: Option<String> = Setting::new("leader.id", "leader-id", "");
        /// A leader that did not renew the Lease for this time is replaced.
        lease_duration: Duration = Setting::new("leader.leaseDuration", "lease-duration", "15s").positive();
        /// A leader that could not renew the Lease for this time steps down.
        lease_renew_deadline: Duration = Setting::new("leader.leaseRenewDeadline", "lease-renew-deadline", "10s").positive();
        /// How often the Lease is renewed or tried for.
        lease_retry_period: Duration = Setting::new("leader.leaseRetryPeriod", "lease-retry-period", "2s").positive();
        /// A replica that lost the lead exits, so that it starts afresh.
        exit_on_lost_leader: bool = Setting::new("leader.exitOnLostLeader", "exit-on-lost-leader", "true");
        /// What the youngest of an even number of replicas does.
        replica_parity: ReplicaParity = Setting::new("leader.replicaParity", "replica-parity", "standby");
    }
}
