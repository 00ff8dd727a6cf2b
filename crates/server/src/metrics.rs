//! Figures for Prometheus.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of request times, seconds.
const BOUNDS: [f64; 12] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: String,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DependencyLabels {
    dependency: String,
}

/// The figures.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    tasks: Family<StateLabels, Gauge<i64, AtomicI64>>,
    ready: Family<DependencyLabels, Gauge<i64, AtomicI64>>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("kubemin");
        let requests = Family::<RequestLabels, Counter>::default();
        let seconds =
            Family::<RouteLabels, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        let tasks = Family::<StateLabels, Gauge<i64, AtomicI64>>::default();
        let ready = Family::<DependencyLabels, Gauge<i64, AtomicI64>>::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register(
            "http_request_seconds",
            "Time until the answer began",
            seconds.clone(),
        );
        registry.register(
            "tasks",
            "Tasks that have not ended, by state",
            tasks.clone(),
        );
        registry.register(
            "dependency_ready",
            "1 when the named dependency answers",
            ready.clone(),
        );
        Self {
            registry,
            requests,
            seconds,
            tasks,
            ready,
        }
    }

    /// Counts a request. `route` is the pattern, so that the number of series is bounded.
    pub(crate) fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let route = if route.is_empty() { "other" } else { route };
        let method = if method.len() <= 7 { method } else { "OTHER" };
        let labels = RequestLabels {
            route: route.to_owned(),
            method: method.to_owned(),
            status: u32::from(status),
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&RouteLabels {
                route: route.to_owned(),
            })
            .observe(took.as_secs_f64());
    }

    /// Sets how many tasks are in a state.
    pub(crate) fn tasks(&self, state: &'static str, count: usize) {
        self.tasks
            .get_or_create(&StateLabels { state })
            .set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Sets whether a dependency answers.
    pub(crate) fn ready(&self, name: &str, ready: bool) {
        self.ready
            .get_or_create(&DependencyLabels {
                dependency: name.to_owned(),
            })
            .set(i64::from(ready));
    }

    /// Everything, in the text form.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // writing to a String cannot fail
        let _ = encode(&mut text, &self.registry);
        text
    }
}
