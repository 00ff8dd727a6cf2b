//! Requests with time limits, repetition and pace.

use std::time::Duration;

use http::Request;
use kube::{Client, Config, config::KubeConfigOptions, config::Kubeconfig};
use kubemin_ports::{ClusterError, ClusterResult};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};

use crate::Options;
use crate::fault::{Fault, chain};
use crate::pace::Pace;

/// How long an answer is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Of one try.
    attempt: Duration,
    /// Of all tries and the pauses between them; one try when shorter than a try.
    total: Duration,
}

/// For requests that may be repeated: all of ours name the object, so that a second one finds the first one's work.
pub(crate) const STEADY: Patience = Patience {
    attempt: Duration::from_secs(5),
    total: Duration::from_secs(10),
};
/// For questions whose answer is of no use later.
pub(crate) const QUICK: Patience = Patience {
    attempt: Duration::from_secs(3),
    total: Duration::ZERO,
};
/// For a page of a list that may be long.
pub(crate) const PAGE: Patience = Patience {
    attempt: Duration::from_secs(30),
    total: Duration::ZERO,
};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(1_600);
/// Less time than this is not worth another try.
const SHORTEST_TRY: Duration = Duration::from_millis(500);
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// The API server.
pub(crate) struct ApiServer {
    /// For streams, which have no end to wait for.
    pub(crate) client: Client,
    /// Namespace of the context or account.
    pub(crate) own_namespace: String,
    pace: Option<Pace>,
}

impl ApiServer {
    /// Reads the configuration; sends nothing.
    pub(crate) async fn configure(options: &Options) -> ClusterResult<Self> {
        let mut config = config(options).await?;
        config.connect_timeout = Some(CONNECT_WITHIN);
        config.default_retry = false;
        let agent = format!("kubemin/{}", options.version);
        let agent = agent
            .parse()
            .map_err(|_| unusable(format!("version {:?} is no header value", options.version)))?;
        config.headers.push((http::header::USER_AGENT, agent));
        let own_namespace = config.default_namespace.clone();
        let client = Client::try_from(config).map_err(|error| unusable(chain(&error)))?;
        let pace = options.qps.and_then(|qps| Pace::new(qps, options.burst));
        Ok(Self {
            client,
            own_namespace,
            pace,
        })
    }

    /// The same server for requests that must not stand in line.
    pub(crate) fn unpaced(&self) -> Self {
        Self {
            client: self.client.clone(),
            own_namespace: self.own_namespace.clone(),
            pace: None,
        }
    }

    /// The answer's text; passing faults are met with another try while the patience lasts.
    pub(crate) async fn text(
        &self,
        request: Request<Vec<u8>>,
        patience: Patience,
    ) -> Result<String, Fault> {
        let deadline = Instant::now() + patience.total;
        let mut limit = patience.attempt;
        let mut pause = FIRST_PAUSE;
        loop {
            let fault = match self.attempt(request.clone(), limit).await {
                Err(fault) if fault.is_passing() => fault,
                result => return result,
            };
            let left = deadline.saturating_duration_since(Instant::now() + pause);
            if left < SHORTEST_TRY {
                return Err(fault);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            limit = left.min(patience.attempt);
        }
    }

    /// The answer, decoded. The text never goes to a log: it may be a Secret.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        request: Request<Vec<u8>>,
        patience: Patience,
    ) -> Result<T, Fault> {
        let text = self.text(request, patience).await?;
        serde_json::from_str(&text).map_err(|error| {
            Fault::Silent(format!(
                "the answer cannot be understood: {:?} at column {}",
                error.classify(),
                error.column()
            ))
        })
    }

    async fn attempt(&self, request: Request<Vec<u8>>, limit: Duration) -> Result<String, Fault> {
        if let Some(pace) = &self.pace {
            pace.wait().await;
        }
        let what = format!("{} {}", request.method(), request.uri().path());
        match timeout(limit, self.client.request_text(request)).await {
            Ok(result) => result.map_err(Fault::from),
            Err(_) => Err(Fault::Silent(format!(
                "no answer to {what} within {} s",
                limit.as_secs()
            ))),
        }
    }
}

async fn config(options: &Options) -> ClusterResult<Config> {
    let choice = KubeConfigOptions {
        context: options.context.clone(),
        ..KubeConfigOptions::default()
    };
    match &options.kubeconfig {
        Some(path) => {
            let file = Kubeconfig::read_from(path).map_err(|error| unusable(chain(&error)))?;
            Config::from_custom_kubeconfig(file, &choice)
                .await
                .map_err(|error| unusable(chain(&error)))
        }
        None if options.context.is_some() => Config::from_kubeconfig(&choice)
            .await
            .map_err(|error| unusable(chain(&error))),
        None => Config::infer()
            .await
            .map_err(|error| unusable(chain(&error))),
    }
}

fn unusable(why: String) -> ClusterError {
    ClusterError::Unavailable(format!("no usable Kubernetes configuration: {why}"))
}
