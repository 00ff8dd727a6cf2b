//! What the API server's errors mean (<https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>).

use std::error::Error;

use kube::core::Status;
use kubemin_objects::{Kind, ObjectKey};
use kubemin_ports::ClusterError;

/// An unsuccessful request.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The API server's own words.
    Status(Box<Status>),
    /// No answer, or one that cannot be understood.
    Silent(String),
}

impl Fault {
    /// A request that cannot even be written down.
    pub(crate) fn invalid(message: String) -> Self {
        Self::Status(Box::new(Status {
            code: 422,
            reason: "Invalid".to_owned(),
            message,
            ..Status::default()
        }))
    }

    /// HTTP status; 0 without an answer.
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Status(status) => status.code,
            Self::Silent(_) => 0,
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Silent(_) => true,
            Self::Status(status) => is_passing(status),
        }
    }

    /// The error for somebody who wanted something of this object.
    pub(crate) fn about(self, key: &ObjectKey) -> ClusterError {
        self.named(&key.to_string(), key.kind == Kind::Secret)
    }

    /// The error for somebody who wanted something of several objects.
    pub(crate) fn on(self, what: &str) -> ClusterError {
        self.named(what, false)
    }

    fn named(self, object: &str, secret: bool) -> ClusterError {
        let status = match self {
            Self::Silent(message) => return ClusterError::Unavailable(message),
            Self::Status(status) => status,
        };
        if is_passing(&status) {
            return ClusterError::Unavailable(format!(
                "{} (status {})",
                status.message, status.code
            ));
        }
        let object = object.to_owned();
        let message = if secret {
            without_values(&status)
        } else {
            with_causes(&status)
        };
        match (status.code, reason(&status)) {
            (409, _) => ClusterError::Conflict { object, message },
            (_, reason) => ClusterError::Refused {
                object,
                reason,
                message,
            },
        }
    }
}

impl From<kube::Error> for Fault {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::Status(status),
            other => Self::Silent(chain(&other)),
        }
    }
}

fn is_passing(status: &Status) -> bool {
    match status.code {
        408 | 429 | 502..=504 => true,
        // etcd and gRPC report an object beyond their limits as an internal error: it will never fit.
        500..=599 => {
            !status.message.contains("too large") && !status.message.contains("larger than max")
        }
        _ => false,
    }
}

/// The stable word for a refusal.
fn reason(status: &Status) -> String {
    let said = &status.message;
    let word = match status.code {
        _ if said.contains("admission webhook") || said.contains("ValidatingAdmissionPolicy") => {
            "AdmissionRefused"
        }
        401 => "Unauthorized",
        403 if said.contains("exceeded quota") || said.contains("failed quota") => "QuotaExceeded",
        403 if said.contains("because it is being terminated") => "NamespaceTerminating",
        403 if said.contains(" cannot ") || said.contains("attempting to grant") => "Forbidden",
        403 => "AdmissionRefused",
        404 if kind_of(status) == "namespaces" => "NamespaceMissing",
        404 if status
            .details
            .as_ref()
            .is_none_or(|details| details.name.is_empty()) =>
        {
            "KindNotServed"
        }
        400 | 413 | 422 | 500..=599 => "Invalid",
        _ if status.reason.is_empty() => "Refused",
        _ => return status.reason.clone(),
    };
    word.to_owned()
}

fn kind_of(status: &Status) -> &str {
    status.details.as_ref().map_or("", |details| &details.kind)
}

/// The message, and every cause it leaves out.
fn with_causes(status: &Status) -> String {
    let mut text = status.message.clone();
    for cause in status.details.iter().flat_map(|details| &details.causes) {
        if !cause.message.is_empty() && !text.contains(&cause.message) {
            text.push_str(&format!("; {}: {}", cause.field, cause.message));
        }
    }
    text
}

/// API server messages quote the values they refuse; those of a Secret must not travel.
fn without_values(status: &Status) -> String {
    let causes: Vec<String> = status
        .details
        .iter()
        .flat_map(|details| &details.causes)
        .map(|cause| format!("{}: {}", cause.field, cause.reason))
        .collect();
    if causes.is_empty() && status.code != 422 && status.code != 400 {
        return status.message.clone();
    }
    format!("{} ({})", status.reason, causes.join(", "))
}

/// An error with what caused it, each said once.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push_str(&format!(": {words}"));
        }
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
