//! The server: reachable, allowed, with everything it needs, of our version.

use kubemin_api_types::{ApplicationList, Dependency, Readiness, Version};

use super::finding::Finding;
use crate::client::{ClientError, Route};
use crate::session::Session;

/// Asks the server about itself.
pub(super) async fn look(session: &Session) -> Vec<Finding> {
    let client = &session.client;
    let readiness: Result<Readiness, ClientError> = client.probe(Route::outside("readyz")).await;
    let mut findings: Vec<Finding> = match readiness {
        Ok(readiness) => readiness.checks.iter().map(dependency).collect(),
        Err(error) => {
            return vec![Finding::problem(
                "server",
                error.to_string(),
                "start one with `kubemin server`, or name another with --server URL",
            )];
        }
    };
    findings.insert(
        0,
        Finding::ok("server", client.endpoint().server.to_string()),
    );
    findings.push(rights(session).await);
    findings.push(version(session).await);
    findings
}

fn dependency(dependency: &Dependency) -> Finding {
    let check = format!("server's {}", dependency.name);
    if dependency.ready {
        return Finding::ok(&check, "it answers");
    }
    let remedy = match dependency.name.as_str() {
        "cluster" => {
            "check --kubeconfig of the server, and that the API server answers: kubectl version"
        }
        "database" => "check --datastore-url of the server, and that the database answers",
        "queue" => {
            "check --msg-type of the server and the broker; until it answers the server works by itself"
        }
        _ => "the server's log says more",
    };
    Finding::problem(&check, dependency.message.clone(), remedy)
}

async fn rights(session: &Session) -> Finding {
    let route = Route::new(["applications"]).with("limit", 1);
    let answer: Result<ApplicationList, ClientError> = session.client.get(route).await;
    match answer {
        Ok(_) => Finding::ok("token", "the server lets us in"),
        Err(error) => Finding::problem(
            "token",
            error.to_string(),
            "give the server's token with --token, KUBEMIN_TOKEN or the tokenFile of a context",
        ),
    }
}

async fn version(session: &Session) -> Finding {
    let own = env!("CARGO_PKG_VERSION");
    let answer: Result<Version, ClientError> =
        session.client.probe(Route::outside("version")).await;
    match answer {
        Ok(version) if version.version == own => {
            let kubernetes = version
                .kubernetes
                .map(|text| format!(", Kubernetes {text}"))
                .unwrap_or_default();
            Finding::ok("version", format!("{own}{kubernetes}"))
        }
        Ok(version) => Finding::warning(
            "version",
            format!(
                "the server is {}, and this program is {own}",
                version.version
            ),
            "use the same version of both",
        ),
        Err(error) => Finding::skipped("version", error.to_string()),
    }
}
