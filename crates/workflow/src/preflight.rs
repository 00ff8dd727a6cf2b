//! Changes that Kubernetes forbids or that would take what belongs to others: found before the first write
//! (app-plane §4 Update; decisions 13, 39, 41, 42).

use kubemin_objects::{Kind, Object, ObjectKey, ObjectRole, Observed, labels};
use serde_json::Value;

use crate::diagnosis::Cause;
use crate::requests::milli;

/// What has to happen with an object that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Server-side apply.
    Apply,
    /// Delete and make again: the kind cannot be changed in place (Job, role reference of a binding).
    Replace,
    /// Leave alone: a claim that several applications share.
    Keep,
}

/// Rights of the caller over existing objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Claims {
    /// Take over objects of others by name.
    pub adopt: bool,
    /// Refuse claims kept from an earlier life of the application.
    pub fresh: bool,
    /// The application has deployed before: its claims are in use, not re-attached.
    pub known: bool,
}

/// Decides about one existing object, or says why it must not be touched.
pub fn check(
    app_id: &str,
    object: &Object,
    observed: &Observed,
    live: &Value,
    claims: Claims,
) -> Result<Step, Cause> {
    if object.role == ObjectRole::SharedClaim {
        return check_claim(object, live).map(|()| Step::Keep);
    }
    check_owner(app_id, object, observed, claims)?;
    match object.key.kind {
        Kind::PersistentVolumeClaim => {
            if claims.fresh && !claims.known {
                return Err(kept_claim(object));
            }
            check_claim(object, live).map(|()| Step::Apply)
        }
        Kind::StatefulSet => check_stateful_set(object, live).map(|()| Step::Apply),
        Kind::Deployment => check_selector(object, live).map(|()| Step::Apply),
        Kind::Service => check_service(object, live).map(|()| Step::Apply),
        Kind::RoleBinding | Kind::ClusterRoleBinding => Ok(check_role_reference(object, live)),
        _ => Ok(Step::Apply),
    }
}

/// The refusal of everything that goes into a namespace that is not there.
pub fn missing_namespace(name: &str) -> Cause {
    Cause::new(
        "NamespaceMissing",
        format!("the namespace {name} is not there"),
        "create the namespace, or name another one in the application",
    )
}

/// The refusal of an object whose kind the cluster does not know.
pub fn kind_not_served(key: &ObjectKey) -> Cause {
    Cause::new(
        "KindNotServed",
        format!(
            "{key} cannot be made: the cluster does not serve {}",
            key.kind.api_version()
        ),
        "install the Gateway API in the cluster, or set --gateway-api false so that expose becomes an Ingress",
    )
}

fn check_owner(
    app_id: &str,
    object: &Object,
    observed: &Observed,
    claims: Claims,
) -> Result<(), Cause> {
    let owner = observed.labels.get(labels::APP_ID);
    if claims.adopt || owner.is_some_and(|id| id == app_id) {
        return Ok(());
    }
    let manager = observed.labels.get(labels::MANAGED_BY);
    let unlabelled = owner.is_none() && manager.is_some_and(|by| by == labels::MANAGER);
    if claims.known && unlabelled {
        // Somebody took our label away by hand; the apply puts it back (decision 38).
        return Ok(());
    }
    let who = match owner {
        Some(id) => {
            let name = observed
                .annotations
                .get(labels::APPLICATION)
                .or(observed.labels.get(labels::PART_OF));
            format!("the application {}", name.unwrap_or(id))
        }
        None => match manager {
            Some(manager) => format!("{manager}, not KubeMin"),
            None => "somebody else, not KubeMin".to_owned(),
        },
    };
    let way_out = match object.key.kind {
        Kind::ClusterRole => {
            "give the role another name with roleName, or take it over with --adopt"
        }
        Kind::ClusterRoleBinding => {
            "give the binding another name with bindingName, or take it over with --adopt"
        }
        _ => "rename the component, remove the object, or take it over with --adopt",
    };
    Err(Cause::new(
        "NameTaken",
        format!("{} already exists and belongs to {who}", object.key),
        way_out,
    ))
}

fn kept_claim(object: &Object) -> Cause {
    Cause::new(
        "DataKept",
        format!(
            "{} holds data of an earlier application of this name, and --fresh refuses to attach it",
            object.key
        ),
        "leave --fresh out, or delete the claim first",
    )
}

fn check_claim(object: &Object, live: &Value) -> Result<(), Cause> {
    compare_claim(&object.key.to_string(), &object.body, live)
}

fn compare_claim(name: &str, wanted: &Value, live: &Value) -> Result<(), Cause> {
    let (size, found) = (claim_size(wanted), claim_size(live));
    if let (Some(size), Some(found)) = (size, found)
        && milli(size) < milli(found)
    {
        return Err(Cause::new(
            "ClaimShrinks",
            format!(
                "{name} has {found} and cannot shrink to {size}: Kubernetes only lets claims grow"
            ),
            format!("set size to at least {found}, or move the data to a claim of another name"),
        ));
    }
    let class = |value: &Value| {
        value
            .pointer("/spec/storageClassName")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    if let (Some(wanted), Some(found)) = (class(wanted), class(live))
        && wanted != found
    {
        return Err(Cause::new(
            "ClaimClassChanges",
            format!("{name} was made with StorageClass {found} and cannot change to {wanted}"),
            format!("set storageClass to {found}, or use a claim of another name"),
        ));
    }
    Ok(())
}

fn claim_size(claim: &Value) -> Option<&str> {
    claim
        .pointer("/spec/resources/requests/storage")
        .and_then(Value::as_str)
}

/// Everything but replicas, template, update strategy and a few more is fixed for a StatefulSet's life.
fn check_stateful_set(object: &Object, live: &Value) -> Result<(), Cause> {
    check_selector(object, live)?;
    for field in ["/spec/serviceName", "/spec/podManagementPolicy"] {
        let (wanted, found) = (object.body.pointer(field), live.pointer(field));
        if wanted.is_some() && wanted != found {
            return Err(fixed(object, &field[1..].replace('/', ".")));
        }
    }
    let (wanted, found) = (templates(&object.body), templates(live));
    if wanted.len() != found.len() {
        return Err(fixed(
            object,
            "spec.volumeClaimTemplates (a volume was added or removed)",
        ));
    }
    for template in wanted {
        let name = template
            .pointer("/metadata/name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(other) = found
            .iter()
            .find(|t| t.pointer("/metadata/name") == template.pointer("/metadata/name"))
        else {
            return Err(fixed(
                object,
                &format!("spec.volumeClaimTemplates ({name} is new)"),
            ));
        };
        compare_claim(&format!("{} volume {name}", object.key), template, other)?;
        if claim_size(template).and_then(milli) != claim_size(other).and_then(milli) {
            return Err(fixed(
                object,
                &format!("spec.volumeClaimTemplates ({name} changes its size)"),
            ));
        }
    }
    Ok(())
}

fn templates(body: &Value) -> Vec<&Value> {
    body.pointer("/spec/volumeClaimTemplates")
        .and_then(Value::as_array)
        .map(|list| list.iter().collect())
        .unwrap_or_default()
}

fn fixed(object: &Object, field: &str) -> Cause {
    Cause::new(
        "FixedField",
        format!(
            "{} cannot change {field}: Kubernetes fixes it when the StatefulSet is made",
            object.key
        ),
        "undo the change, or delete the component (its claims are kept) and apply again",
    )
}

fn check_selector(object: &Object, live: &Value) -> Result<(), Cause> {
    let selector = "/spec/selector/matchLabels";
    if object.body.pointer(selector) == live.pointer(selector) {
        return Ok(());
    }
    Err(Cause::new(
        "SelectorChanges",
        format!(
            "{} selects its pods by other labels, and Kubernetes does not let a selector change",
            object.key
        ),
        "delete the existing object (its claims are kept) and apply again",
    ))
}

fn check_service(object: &Object, live: &Value) -> Result<(), Cause> {
    let headless =
        |body: &Value| body.pointer("/spec/clusterIP").and_then(Value::as_str) == Some("None");
    if headless(&object.body) == headless(live) {
        return Ok(());
    }
    Err(Cause::new(
        "ServiceAddressChanges",
        format!(
            "{} cannot change between headless and a cluster address",
            object.key
        ),
        "undo the change of traits.service.headless, or delete the Service and apply again",
    ))
}

fn check_role_reference(object: &Object, live: &Value) -> Step {
    let reference = |body: &Value| {
        (
            body.pointer("/roleRef/kind").cloned(),
            body.pointer("/roleRef/name").cloned(),
        )
    };
    if reference(&object.body) == reference(live) {
        Step::Apply
    } else {
        Step::Replace
    }
}
