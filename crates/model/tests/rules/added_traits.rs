//! Rules of the traits of decision 25.

use crate::support::{refused_at, warned_at};
use serde_json::{Value, json};

fn application(kind: &str, traits: Value) -> Value {
    json!({"name": "shop", "components": [
        {"name": "web", "type": kind, "image": "w", "properties": {"ports": [{"port": 80}]}, "traits": traits},
        {"name": "other", "type": "webservice", "image": "w", "properties": {"ports": [{"port": 81}]}}]})
}

#[track_caller]
fn refused(traits: Value, wanted: &[&str]) {
    let wanted: Vec<String> = wanted
        .iter()
        .map(|path| format!("components[0].traits.{path}"))
        .collect();
    refused_at(
        &application("webservice", traits),
        &wanted.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[track_caller]
fn fine(traits: Value) {
    warned_at(&application("webservice", traits), &[]);
}

#[test]
fn service() {
    refused(
        json!({"service": {"type": "ExternalName"}}),
        &["service.type"],
    );
    refused(
        json!({"service": {"type": "NodePort", "headless": true}}),
        &["service.headless"],
    );
    refused(
        json!({"service": {"ports": [{"port": 80, "nodePort": 30080}]}}),
        &["service.ports[0].nodePort"],
    );
    refused(
        json!({"service": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}}),
        &["service.ports[0].nodePort"],
    );
    refused(
        json!({"service": {"ports": [{"port": 80}, {"port": 80, "name": "Http_Port", "protocol": "tcp"}]}}),
        &["service.ports[1].name", "service.ports[1].protocol"],
    );
    refused(
        json!({"service": {"ports": [{"port": 80}, {"port": 80}]}}),
        &["service.ports[1].port"],
    );
    fine(
        json!({"service": {"type": "LoadBalancer", "sessionAffinity": "ClientIP", "ports": [{"port": 8000, "targetPort": 80, "nodePort": 30080}]}}),
    );
    warned_at(
        &application(
            "webservice",
            json!({"service": {"ports": [{"port": 8000}]}}),
        ),
        &["components[0].traits.service.ports[0]"],
    );
}

#[test]
fn scaling() {
    refused(
        json!({"resources": {"cpu": "1"}, "scaling": {"min": 5, "max": 2, "cpu": 80}}),
        &["scaling.min"],
    );
    refused(json!({"scaling": {"min": 1}}), &["scaling.max"]);
    refused(
        json!({"resources": {"cpu": "1"}, "scaling": {"max": 2, "cpu": 80, "behavior": []}}),
        &["scaling.behavior"],
    );
    fine(json!({"resources": {"cpu": "1"}, "scaling": {"max": 2, "cpu": 80}}));
    warned_at(
        &application("webservice", json!({"scaling": {"max": 2, "memory": 80}})),
        &["components[0].traits.scaling.memory"],
    );
    refused_at(
        &application(
            "job",
            json!({"resources": {"cpu": "1"}, "scaling": {"max": 2, "cpu": 80}}),
        ),
        &["components[0].traits.scaling"],
    );
}

#[test]
fn scheduling() {
    refused(
        json!({"scheduling": {"nodeSelector": {"disk": "fast ssd"}}}),
        &["scheduling.nodeSelector.disk"],
    );
    refused(
        json!({"scheduling": {"affinity": []}}),
        &["scheduling.affinity"],
    );
    refused(
        json!({"scheduling": {"tolerations": ["x", {"operator": "In", "key": "a"}, {"value": "b"}, {"key": "a", "effect": "Never"}]}}),
        &[
            "scheduling.tolerations[0]",
            "scheduling.tolerations[1].operator",
            "scheduling.tolerations[2].key",
            "scheduling.tolerations[3].effect",
        ],
    );
    refused(
        json!({"scheduling": {"spread": [{"topologyKey": ""}, {"topologyKey": "a", "maxSkew": 0, "whenUnsatisfiable": "Wait"}]}}),
        &[
            "scheduling.spread[0].topologyKey",
            "scheduling.spread[1].maxSkew",
            "scheduling.spread[1].whenUnsatisfiable",
        ],
    );
    fine(
        json!({"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux"}, "tolerations": [{"operator": "Exists"}], "spread": [{"topologyKey": "kubernetes.io/hostname"}], "priorityClass": "high"}}),
    );
}

#[test]
fn security() {
    refused(
        json!({"security": {"runAsUser": -1, "fsGroup": 4294967296i64}}),
        &["security.runAsUser", "security.fsGroup"],
    );
    refused(
        json!({"security": {"runAsUser": 0, "runAsNonRoot": true}}),
        &["security.runAsUser"],
    );
    refused(
        json!({"security": {"profile": "baseline", "seccomp": "Localhost"}}),
        &["security.profile", "security.seccomp"],
    );
    refused(
        json!({"security": {"capabilities": {"add": ["CAP_NET_ADMIN", "net"], "drop": ["ALL"]}}}),
        &[
            "security.capabilities.add[0]",
            "security.capabilities.add[1]",
        ],
    );
    fine(
        json!({"security": {"profile": "restricted", "runAsUser": 1000, "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}}}),
    );
}

#[test]
fn update() {
    refused(
        json!({"update": {"strategy": "onDelete"}}),
        &["update.strategy"],
    );
    refused(
        json!({"update": {"strategy": "recreate", "maxSurge": 1}}),
        &["update.maxSurge"],
    );
    refused(
        json!({"update": {"maxSurge": 0, "maxUnavailable": "0%"}}),
        &["update.maxUnavailable"],
    );
    refused(
        json!({"update": {"maxSurge": "many", "maxUnavailable": "101%"}}),
        &["update.maxSurge", "update.maxUnavailable"],
    );
    refused(json!({"update": {"partition": 1}}), &["update.partition"]);
    fine(json!({"update": {"maxSurge": "25%", "maxUnavailable": 0, "minReadySeconds": 5}}));
    warned_at(
        &application("statefulservice", json!({"update": {"partition": 1}})),
        &[],
    );
    refused_at(
        &application(
            "statefulservice",
            json!({"update": {"strategy": "recreate"}}),
        ),
        &["components[0].traits.update.strategy"],
    );
}

#[test]
fn disruption() {
    refused(json!({"disruption": {}}), &["disruption"]);
    refused(
        json!({"disruption": {"minAvailable": 1, "maxUnavailable": 1}}),
        &["disruption"],
    );
    refused(
        json!({"disruption": {"minAvailable": -1}}),
        &["disruption.minAvailable"],
    );
    fine(json!({"disruption": {"minAvailable": "50%"}}));
}

#[test]
fn network() {
    refused(
        json!({"network": {"from": [{}, {"component": "other", "namespace": "x"}]}}),
        &["network.from[0]", "network.from[1]"],
    );
    refused(
        json!({"network": {"to": [{"component": "othr"}, {"cidr": "10.0.0.0"}, {"cidr": "10.0.0.0/8", "ports": [0]}]}}),
        &[
            "network.to[0].component",
            "network.to[1].cidr",
            "network.to[2].ports[0]",
        ],
    );
    fine(json!({"network": {"from": [], "to": [{"component": "Other"}, {"cidr": "fd00::/8"}]}}));
}

#[test]
fn expose() {
    refused(json!({"expose": {"hosts": ["a.test"]}}), &["expose.routes"]);
    refused(
        json!({"expose": {"routes": [{"component": "othr"}, {"port": 81}, {"path": "x", "pathType": "ImplementationSpecific", "weight": -1}]}}),
        &[
            "expose.routes[0].component",
            "expose.routes[1].port",
            "expose.routes[2].path",
            "expose.routes[2].pathType",
            "expose.routes[2].weight",
        ],
    );
    refused(
        json!({"expose": {"routes": [{}], "gateway": "ns/"}}),
        &["expose.gateway"],
    );
    fine(
        json!({"expose": {"hosts": ["*.a.test"], "routes": [{"component": "other", "port": 81}, {"path": "/x", "rewrite": {"type": "prefix", "replacement": "/"}}], "gateway": "infra/public"}}),
    );
}
