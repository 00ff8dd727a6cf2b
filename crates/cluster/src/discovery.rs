//! What the API server is and which kinds it serves.

use kube::core::Request;
use kube::core::params::ListParams;
use kubemin_objects::{ClusterFacts, Kind};
use kubemin_ports::ClusterResult;
use serde::Deserialize;

use crate::api_server::{ApiServer, QUICK, STEADY};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    git_version: String,
}

#[derive(Deserialize)]
struct Resources {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    name: String,
}

/// Version of the API server, `v1.34.4`. Asked once, without repetition: it is the question whether it answers.
pub(crate) async fn version(api: &ApiServer) -> ClusterResult<String> {
    let what = "its version";
    let request = get("/version").map_err(|fault| fault.on(what))?;
    let version: Version = api
        .json(request, QUICK)
        .await
        .map_err(|fault| fault.on(what))?;
    Ok(version.git_version)
}

/// Whether a kind is served in the version that is applied.
pub(crate) async fn serves(api: &ApiServer, kind: Kind) -> ClusterResult<bool> {
    let root = if kind.group().is_empty() {
        "api"
    } else {
        "apis"
    };
    let request =
        get(&format!("/{root}/{}", kind.api_version())).map_err(|fault| fault.on(kind.name()))?;
    match api.json::<Resources>(request, STEADY).await {
        Ok(found) => Ok(found
            .resources
            .iter()
            .any(|resource| resource.name == kind.plural())),
        Err(fault) if fault.code() == 404 => Ok(false),
        Err(fault) => Err(fault.on(kind.name())),
    }
}

/// `base` with what the cluster tells. A gateway that is named is used when the Gateway API is there; an installation
/// that asks for the Gateway API by its settings gets it either way, and a clear refusal when it is missing.
pub(crate) fn facts(base: ClusterFacts, serves_routes: bool) -> ClusterFacts {
    let gateway_api = base.gateway_api || (serves_routes && base.gateway.is_some());
    ClusterFacts {
        gateway_api,
        ..base
    }
}

fn get(path: &str) -> Result<http::Request<Vec<u8>>, crate::fault::Fault> {
    Request::new(path)
        .list(&ListParams::default())
        .map_err(|error| crate::fault::Fault::invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_gateway_is_used_where_the_gateway_api_is_served() {
        let base = |gateway: Option<&str>, gateway_api| ClusterFacts {
            gateway: gateway.map(str::to_owned),
            gateway_api,
            ..ClusterFacts::default()
        };
        let cases = [
            (None, false, true, false),
            (Some("infra/public"), false, true, true),
            (Some("infra/public"), false, false, false),
            (None, true, false, true),
        ];
        for (gateway, wished, served, expected) in cases {
            assert_eq!(
                facts(base(gateway, wished), served).gateway_api,
                expected,
                "{gateway:?} {wished} {served}"
            );
        }
    }
}
