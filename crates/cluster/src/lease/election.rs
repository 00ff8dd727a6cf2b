//! Taking part in an election, and knowing at every moment whether the lead is still ours.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use kube::core::Request;
use kube::core::params::{GetParams, PostParams};
use kubemin_ports::{ClusterError, ClusterResult, Election, Leadership};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use super::decide::{Move, decide};
use super::record::{Lease, Spec, micro_time};
use crate::api_server::{ApiServer, QUICK};
use crate::fault::Fault;
use crate::path;

/// Longest wait for the Lease to be given back.
const GIVE_BACK_WITHIN: Duration = Duration::from_secs(2);

/// Which Lease, and how long it lasts.
#[derive(Debug, Clone)]
pub struct LeaseOptions {
    /// Namespace of the Lease; that of the account when empty.
    pub namespace: String,
    /// Its name, apart for each installation (decision 6).
    pub name: String,
    /// Id of this replica, apart for each.
    pub id: String,
    /// A leader that was silent for this time is replaced. At least a second.
    pub duration: Duration,
    /// A leader that could not renew for this time steps down. Shorter than `duration`.
    pub renew_deadline: Duration,
    /// Pause between two looks. Shorter than `renew_deadline`.
    pub retry_period: Duration,
}

/// A part in an election. Ends with [`Election::resign`] or when it is dropped.
pub struct LeaseElection {
    part: Arc<Part>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

struct Part {
    api: Arc<ApiServer>,
    place: String,
    options: LeaseOptions,
    known: watch::Sender<Leadership>,
    /// When the request was sent that renewed the lead last.
    renewed: Mutex<Option<Instant>>,
    trouble: Mutex<Option<String>>,
}

/// The Lease as it was read last, and since when it has stood so.
struct Seen {
    lease: Lease,
    since: Instant,
}

impl LeaseElection {
    pub(crate) fn start(api: Arc<ApiServer>, mut options: LeaseOptions) -> ClusterResult<Self> {
        if options.namespace.is_empty() {
            options.namespace.clone_from(&api.own_namespace);
        }
        if !path::is_segment(&options.namespace) || !path::is_segment(&options.name) {
            let why = format!(
                "{}/{} is no name of a Lease",
                options.namespace, options.name
            );
            return Err(ClusterError::Unavailable(why));
        }
        let part = Arc::new(Part {
            place: format!("Lease {}/{}", options.namespace, options.name),
            api,
            options,
            known: watch::Sender::new(Leadership::default()),
            renewed: Mutex::default(),
            trouble: Mutex::default(),
        });
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(run(Arc::clone(&part), stop.clone()));
        Ok(Self { part, stop, tasks })
    }
}

impl Drop for LeaseElection {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[async_trait]
impl Election for LeaseElection {
    fn leads(&self) -> bool {
        self.part.left().is_some()
    }

    fn leadership(&self) -> watch::Receiver<Leadership> {
        self.part.known.subscribe()
    }

    fn trouble(&self) -> Option<String> {
        lock(&self.part.trouble).clone()
    }

    async fn resign(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn run(part: Arc<Part>, stop: CancellationToken) {
    let mut seen: Option<Seen> = None;
    loop {
        let looked = part.look(&mut seen);
        tokio::select! {
            () = stop.cancelled() => break,
            () = looked => {}
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = sleep(part.options.retry_period) => {}
            () = part.out_of_time() => part.lost("it could not be renewed in time"),
        }
    }
    if part.left().is_some() {
        part.give_back(seen).await;
    }
    part.lost("this replica stops");
}

impl Part {
    /// One look, and what follows from it; bounded by what is left of the lead.
    async fn look(&self, seen: &mut Option<Seen>) {
        let limit = self.left().unwrap_or(self.options.renew_deadline);
        let fault = match timeout(limit, self.attempt(seen)).await {
            Ok(Ok(())) => None,
            Ok(Err(fault)) => Some(fault.on(&self.place).to_string()),
            Err(_) => Some(format!("no answer about the {} in time", self.place)),
        };
        if let Some(fault) = &fault {
            warn!(%fault, "the lead could not be looked at");
        }
        *lock(&self.trouble) = fault;
        if self.known.borrow().leads && self.left().is_none() {
            self.lost("it could not be renewed in time");
        }
    }

    async fn attempt(&self, seen: &mut Option<Seen>) -> Result<(), Fault> {
        let found = self.read().await?;
        let same = matches!((&found, &seen), (Some(now), Some(before)) if *now == before.lease);
        if !same {
            *seen = found.map(|lease| Seen {
                lease,
                since: Instant::now(),
            });
        }
        let spec = seen.as_ref().map(|seen| &seen.lease.spec);
        let unchanged = seen
            .as_ref()
            .map_or(Duration::ZERO, |seen| seen.since.elapsed());
        if decide(&self.options.id, spec, unchanged) == Move::Wait {
            self.follow(spec);
            return Ok(());
        }
        let sent = Instant::now();
        let version = seen
            .as_ref()
            .map(|seen| seen.lease.metadata.resource_version.clone());
        let wanted = Spec::held(spec, &self.options.id, self.seconds(), &now());
        match self
            .write(&wanted, version.as_deref().unwrap_or_default())
            .await
        {
            Ok(lease) => {
                self.lead(&lease.spec, sent);
                *seen = Some(Seen { lease, since: sent });
                Ok(())
            }
            // Somebody else was faster: the next look tells who.
            Err(fault) if fault.code() == 409 => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    async fn read(&self) -> Result<Option<Lease>, Fault> {
        let request = self.leases().get(&self.options.name, &GetParams::default());
        let request = request.map_err(|error| Fault::invalid(error.to_string()))?;
        match self.api.json(request, QUICK).await {
            Ok(lease) => Ok(Some(lease)),
            Err(fault) if fault.code() == 404 => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Writes over exactly the version that was read; none when `version` is empty.
    async fn write(&self, spec: &Spec, version: &str) -> Result<Lease, Fault> {
        let (namespace, name) = (&self.options.namespace, &self.options.name);
        let body = spec.body(namespace, name, version).to_string().into_bytes();
        let params = PostParams::default();
        let request = match version {
            "" => self.leases().create(&params, body),
            _ => self.leases().replace(name, &params, body),
        };
        let request = request.map_err(|error| Fault::invalid(error.to_string()))?;
        self.api.json(request, QUICK).await
    }

    fn leases(&self) -> Request {
        path::resource(
            "coordination.k8s.io/v1",
            Some(&self.options.namespace),
            "leases",
        )
    }

    async fn give_back(&self, seen: Option<Seen>) {
        let Some(seen) = seen else { return };
        let spec = seen.lease.spec.given_back(&now());
        let given = self.write(&spec, &seen.lease.metadata.resource_version);
        match timeout(GIVE_BACK_WITHIN, given).await {
            Ok(Ok(_)) => info!("the lead was given back"),
            _ => warn!("the lead could not be given back; it runs out by itself"),
        }
    }

    fn lead(&self, spec: &Spec, sent: Instant) {
        *lock(&self.renewed) = Some(sent);
        self.tell(Leadership {
            leader: self.options.id.clone(),
            leads: true,
            transitions: spec.transitions(),
        });
    }

    fn follow(&self, spec: Option<&Spec>) {
        *lock(&self.renewed) = None;
        self.tell(Leadership {
            leader: spec
                .map(|spec| spec.holder().to_owned())
                .unwrap_or_default(),
            leads: false,
            transitions: spec.map_or(0, Spec::transitions),
        });
    }

    fn lost(&self, why: &str) {
        *lock(&self.renewed) = None;
        if self.known.borrow().leads {
            warn!("the lead is lost: {why}");
            let before = self.known.borrow().clone();
            self.tell(Leadership {
                leader: String::new(),
                leads: false,
                ..before
            });
        }
    }

    fn tell(&self, now: Leadership) {
        self.known.send_if_modified(|known| {
            let differs = *known != now;
            if differs && now.leads && !known.leads {
                info!(
                    id = now.leader,
                    transitions = now.transitions,
                    "this replica leads"
                );
            }
            *known = now;
            differs
        });
    }

    /// How much longer the lead is ours for sure.
    fn left(&self) -> Option<Duration> {
        let renewed = (*lock(&self.renewed))?;
        let left = self.options.renew_deadline.checked_sub(renewed.elapsed())?;
        (!left.is_zero()).then_some(left)
    }

    async fn out_of_time(&self) {
        match self.left() {
            Some(left) => sleep(left).await,
            None => futures::future::pending().await,
        }
    }

    fn seconds(&self) -> i64 {
        i64::try_from(self.options.duration.as_secs().max(1)).unwrap_or(i64::MAX)
    }
}

fn now() -> String {
    micro_time(Timestamp::now())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
