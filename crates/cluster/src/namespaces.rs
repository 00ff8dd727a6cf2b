//! Whether a namespace is there. Only that it is there is remembered: one that is missing may be made at any moment.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kube::core::Request;
use kube::core::params::GetParams;
use kubemin_ports::ClusterResult;

use crate::api_server::{ApiServer, STEADY};
use crate::fault::Fault;
use crate::read::Named;

const REMEMBERED_FOR: Duration = Duration::from_secs(30);

/// Namespaces that were there a moment ago.
#[derive(Default)]
pub(crate) struct Namespaces(Mutex<HashMap<String, Instant>>);

impl Namespaces {
    /// Whether the namespace is there; `true` without the right to ask, because the first write will tell.
    pub(crate) async fn has(&self, api: &ApiServer, name: &str) -> ClusterResult<bool> {
        if self.remembers(name) {
            return Ok(true);
        }
        let request = Request::new("/api/v1/namespaces")
            .get(name, &GetParams::default())
            .map_err(|error| Fault::invalid(error.to_string()).on(name))?;
        match api.json::<Named>(request, STEADY).await {
            Ok(_) => {}
            Err(fault) if fault.code() == 404 => return Ok(false),
            Err(fault) if matches!(fault.code(), 401 | 403) => {}
            Err(fault) => return Err(fault.on(&format!("namespace {name}"))),
        }
        self.remember(name);
        Ok(true)
    }

    fn remembers(&self, name: &str) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(name)
            .is_some_and(|at| at.elapsed() < REMEMBERED_FOR)
    }

    fn remember(&self, name: &str) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| at.elapsed() < REMEMBERED_FOR);
        seen.insert(name.to_owned(), Instant::now());
    }
}
