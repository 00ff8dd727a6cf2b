//! Policies that hold for a component: its own, else the application's (decision 25).

use kubemin_model::Policies;

/// The component's policies with the application's where it says nothing.
pub fn effective(component: Option<&Policies>, application: Option<&Policies>) -> Policies {
    let own = component.cloned().unwrap_or_default();
    let Some(common) = application.cloned() else {
        return own;
    };
    Policies {
        image_pull_policy: own.image_pull_policy.or(common.image_pull_policy),
        image_pull_secrets: if own.image_pull_secrets.is_empty() {
            common.image_pull_secrets
        } else {
            own.image_pull_secrets
        },
        restart_policy: own.restart_policy.or(common.restart_policy),
        backoff_limit: own.backoff_limit.or(common.backoff_limit),
        active_deadline: own.active_deadline.or(common.active_deadline),
        ttl_after_finished: own.ttl_after_finished.or(common.ttl_after_finished),
        timeout: own.timeout.or(common.timeout),
        when_unschedulable: own.when_unschedulable.or(common.when_unschedulable),
        restart_on_config_change: own
            .restart_on_config_change
            .or(common.restart_on_config_change),
    }
}
