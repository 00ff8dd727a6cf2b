//! From a task row to a plan: compile, read what is there, refuse what must not be done.

use std::collections::{HashMap, HashSet};

use kubemin_model::ValidApplication;
use kubemin_objects::{Compiled, Kind, Object, ObjectKey, ObjectRole};
use kubemin_ports::task::TaskOptions;
use kubemin_ports::{ApplicationRow, Live};
use kubemin_workflow::diagnosis::Cause;
use kubemin_workflow::plan::PlanOptions;
use kubemin_workflow::preflight::{self, Claims, Step};
use kubemin_workflow::{Plan, plan};

use crate::engine::Shared;
use crate::reservation::{Reservation, Reservations};
use crate::{EngineError, premises, restart};

/// Everything a deployment needs before its first write.
pub(crate) struct Prepared {
    /// The checked document.
    pub app: ValidApplication,
    /// Its objects.
    pub compiled: Compiled,
    /// What the cluster has of them.
    pub live: HashMap<ObjectKey, Live>,
    /// How each existing object is treated; absent ones are applied.
    pub steps: HashMap<ObjectKey, Step>,
    /// Declared before, not any more.
    pub removed: Vec<(ObjectKey, String)>,
    /// Reasons to refuse, all of them.
    pub refusals: Vec<(ObjectKey, Cause)>,
    /// Names of objects that are not there yet, held while the task runs.
    #[expect(dead_code, reason = "held until it is dropped")]
    pub reservation: Option<Reservation>,
}

impl Prepared {
    /// The jobs of this deployment.
    pub(crate) fn plan(&self, shared: &Shared) -> Plan {
        let options = PlanOptions {
            default_timeout: shared.settings.default_job_timeout,
        };
        plan(&self.app, &self.compiled, &self.removed, &options)
    }

    /// Compiled object of a key.
    pub(crate) fn object(&self, key: &ObjectKey) -> Option<&Object> {
        self.compiled
            .objects
            .iter()
            .find(|object| object.key == *key)
    }
}

/// What a task that is about to write prepares: no other task can make the same names meanwhile.
pub(crate) async fn prepare_to_write(
    shared: &Shared,
    app: ValidApplication,
    row: &ApplicationRow,
    options: &TaskOptions,
) -> Result<Prepared, EngineError> {
    prepared(shared, app, Some(row), options, Some(&shared.reservations)).await
}

/// Compiles a document and compares it with the cluster; writes nothing.
pub(crate) async fn prepare(
    shared: &Shared,
    app: ValidApplication,
    row: Option<&ApplicationRow>,
    options: &TaskOptions,
) -> Result<Prepared, EngineError> {
    prepared(shared, app, row, options, None).await
}

async fn prepared(
    shared: &Shared,
    app: ValidApplication,
    row: Option<&ApplicationRow>,
    options: &TaskOptions,
    reservations: Option<&Reservations>,
) -> Result<Prepared, EngineError> {
    let facts = shared.cluster.facts(shared.settings.facts.clone()).await?;
    let mut compiled = kubemin_compile::compile(&app, &facts)
        .map_err(EngineError::Document)?
        .compiled;
    let inventory = row.map(|row| row.inventory.clone()).unwrap_or_default();
    let removed = removed(&inventory, &compiled);
    // Names are reserved before they are looked for: what another task makes meanwhile is found either way.
    let (reservation, refusals) = reservations
        .map(|all| reserve(all, &app, &compiled, &inventory))
        .unzip();
    let live = read(shared, &compiled, &inventory, &removed).await?;
    let mut all_refusals = premises::missing(shared.cluster.as_ref(), &compiled, &live).await?;
    all_refusals.extend(refusals.unwrap_or_default());
    restart::carry_over(&mut compiled, &live);
    if let Some(request) = &options.restart {
        restart::stamp(&mut compiled, request);
    }
    let mut prepared = Prepared {
        app,
        compiled,
        live,
        steps: HashMap::new(),
        removed,
        refusals: all_refusals,
        reservation,
    };
    check(&mut prepared, &inventory, options);
    Ok(prepared)
}

/// Objects that the application has deployed before are its own already, and shared claims are everybody's.
fn reserve(
    all: &Reservations,
    app: &ValidApplication,
    compiled: &Compiled,
    inventory: &[(ObjectKey, String)],
) -> (Reservation, Vec<(ObjectKey, Cause)>) {
    let known: HashSet<&ObjectKey> = inventory.iter().map(|(key, _)| key).collect();
    let names = compiled
        .objects
        .iter()
        .filter(|object| object.role != ObjectRole::SharedClaim && !known.contains(&object.key))
        .map(|object| object.key.clone());
    all.reserve(&compiled.app_id, app.name(), names)
}

/// Claims are never pruned: they hold data (app-plane §4 Update).
fn removed(inventory: &[(ObjectKey, String)], compiled: &Compiled) -> Vec<(ObjectKey, String)> {
    let wanted: HashSet<&ObjectKey> = compiled.objects.iter().map(|object| &object.key).collect();
    inventory
        .iter()
        .filter(|(key, _)| key.kind != Kind::PersistentVolumeClaim && !wanted.contains(key))
        .cloned()
        .collect()
}

/// What the cluster has. Objects that are in the inventory are read; of the others it is only asked whether they are there.
async fn read(
    shared: &Shared,
    compiled: &Compiled,
    inventory: &[(ObjectKey, String)],
    removed: &[(ObjectKey, String)],
) -> Result<HashMap<ObjectKey, Live>, EngineError> {
    let known: HashSet<&ObjectKey> = inventory.iter().map(|(key, _)| key).collect();
    let declared = compiled.objects.iter().map(|object| &object.key);
    let (mut ours, new): (Vec<ObjectKey>, Vec<ObjectKey>) =
        declared.cloned().partition(|key| known.contains(key));
    ours.extend(removed.iter().map(|(key, _)| key.clone()));
    let cluster = &shared.cluster;
    let (read, found) = tokio::try_join!(cluster.read(&ours), cluster.find(&new))?;
    let (read, found) = (ours.into_iter().zip(read), new.into_iter().zip(found));
    let all = read.chain(found);
    Ok(all.filter_map(|(key, live)| Some((key, live?))).collect())
}

fn check(prepared: &mut Prepared, inventory: &[(ObjectKey, String)], options: &TaskOptions) {
    let known: HashSet<&ObjectKey> = inventory.iter().map(|(key, _)| key).collect();
    for object in &prepared.compiled.objects {
        let Some(live) = prepared.live.get(&object.key) else {
            continue;
        };
        let claims = Claims {
            adopt: options.adopt,
            fresh: options.fresh,
            known: known.contains(&object.key),
        };
        match preflight::check(
            &prepared.compiled.app_id,
            object,
            &live.observed,
            &live.body,
            claims,
        ) {
            Ok(step) => {
                prepared.steps.insert(object.key.clone(), step);
            }
            Err(cause) => prepared.refusals.push((object.key.clone(), cause)),
        }
    }
}

/// Objects of the application after a deployment: what is declared and every claim it ever made.
pub(crate) fn inventory_after(
    prepared: &Prepared,
    before: &[(ObjectKey, String)],
) -> Vec<(ObjectKey, String)> {
    let mut after: Vec<(ObjectKey, String)> = prepared
        .compiled
        .objects
        .iter()
        .map(|object| (object.key.clone(), object.component.clone()))
        .collect();
    let claims = before
        .iter()
        .filter(|(key, _)| key.kind == Kind::PersistentVolumeClaim);
    after.extend(
        claims
            .filter(|(key, _)| prepared.object(key).is_none())
            .cloned(),
    );
    after
}

/// Whether a claim of the compiled application is shared with others (decision 41).
pub(crate) fn is_shared_claim(compiled: &Compiled, key: &ObjectKey) -> bool {
    compiled
        .objects
        .iter()
        .any(|object| object.key == *key && object.role == ObjectRole::SharedClaim)
}
