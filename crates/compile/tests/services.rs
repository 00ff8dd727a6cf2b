//! Services and their ports (app-plane §1; decisions 12, 16, 25).

mod rendered;

use rendered::{refused, rendered};
use serde_json::{Value, json};

fn one(kind: &str, properties: Value, traits: Value) -> Value {
    json!({"id": "sv1", "name": "shop", "components": [
        {"name": "web", "type": kind, "image": "a:1", "properties": properties, "traits": traits}]})
}

#[test]
fn only_exposed_ports_are_in_the_service_and_all_are_open_in_the_container() {
    let ports = json!({"ports": [{"port": 80, "targetPort": 8080}, {"port": 443}, {"port": 9000, "expose": false}]});
    let app = rendered(&one("webservice", ports, json!({})));
    assert_eq!(
        app.at("Service/web", "/spec/ports"),
        &json!([{"name": "port-80", "port": 80, "targetPort": 8080}, {"name": "port-443", "port": 443}])
    );
    assert_eq!(
        app.container("Deployment/web", "web")["ports"],
        json!([{"containerPort": 8080}, {"containerPort": 443}, {"containerPort": 9000}])
    );
}

#[test]
fn nothing_exposed_means_no_service() {
    let app = rendered(&one(
        "webservice",
        json!({"ports": [{"port": 80, "expose": false}]}),
        json!({}),
    ));
    assert_eq!(app.names(), ["Deployment/web"]);
}

#[test]
fn a_stateful_set_always_has_a_governing_service() {
    let app = rendered(&one("store", json!({}), json!({})));
    assert_eq!(app.names(), ["Service/web-headless", "StatefulSet/web"]);
    assert_eq!(
        app.at("StatefulSet/web", "/spec/serviceName"),
        "web-headless"
    );
    assert_eq!(app.at("Service/web-headless", "/spec/clusterIP"), "None");
    assert_eq!(
        app.at("Service/web-headless", "/spec/publishNotReadyAddresses"),
        true
    );

    let app = rendered(&one("store", json!({"ports": [{"port": 80}]}), json!({})));
    assert_eq!(
        app.names(),
        ["Service/web-headless", "Service/web", "StatefulSet/web"]
    );
    assert_eq!(
        app.at("Service/web-headless", "/spec/ports"),
        &json!([{"port": 80}])
    );
}

#[test]
fn the_trait_decides_how_the_service_looks() {
    let service = json!({"service": {"type": "NodePort", "sessionAffinity": "ClientIP", "annotations": {"a": "b"},
        "ports": [{"port": 80, "targetPort": 8080, "nodePort": 30080}]}});
    let app = rendered(&one("webservice", json!({}), service));
    app.holds(
        "Service/web",
        "{metadata: {annotations: {a: b}}, spec: {type: NodePort, sessionAffinity: ClientIP, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}}",
    );
    assert_eq!(
        app.container("Deployment/web", "web")["ports"],
        json!([{"containerPort": 8080}])
    );

    let headless = one(
        "webservice",
        json!({"ports": [{"port": 80}]}),
        json!({"service": {"headless": true}}),
    );
    assert_eq!(
        rendered(&headless).at("Service/web", "/spec/clusterIP"),
        "None"
    );
}

#[test]
fn a_sidecars_port_is_in_the_service_when_it_says_so() {
    let sidecar = json!({"sidecar": [{"name": "proxy", "image": "s:1", "ports": [{"port": 9901, "expose": true}, {"port": 15000}]}]});
    let app = rendered(&one("webservice", json!({}), sidecar));
    assert_eq!(
        app.at("Service/web", "/spec/ports"),
        &json!([{"port": 9901}])
    );
}

#[test]
fn one_number_over_two_protocols_is_two_ports() {
    let ports = json!({"ports": [{"port": 53}, {"port": 53, "protocol": "UDP"}]});
    let app = rendered(&one("webservice", ports, json!({})));
    assert_eq!(
        app.at("Service/web", "/spec/ports"),
        &json!([{"name": "port-53", "port": 53}, {"name": "port-53-udp", "port": 53, "protocol": "UDP"}])
    );
}

#[test]
fn a_service_without_ports_is_refused() {
    let errors = refused(&one(
        "webservice",
        json!({}),
        json!({"service": {"type": "NodePort"}}),
    ));
    assert_eq!(errors[0].path, "components[0].traits.service");
}
