//! The traits of decision 25, and how `ingress` says rewrites (decisions 22, 45).

mod rendered;

use kubemin_objects::ClusterFacts;
use rendered::{refused, refused_with, rendered, rendered_with};
use serde_json::{Value, json};

const WEB: &str = "Deployment/web";

fn web(traits: Value) -> Value {
    json!({"id": "tr1", "name": "shop", "components": [
        {"name": "web", "type": "webservice", "image": "a:1", "properties": {"ports": [{"port": 80, "targetPort": 8080}]}, "traits": traits},
        {"name": "api", "type": "webservice", "image": "a:1", "properties": {"ports": [{"port": 81, "targetPort": 8081}]}}]})
}

fn gateway() -> ClusterFacts {
    ClusterFacts {
        gateway_api: true,
        gateway: Some("infra/public".into()),
        ..ClusterFacts::default()
    }
}

#[test]
fn an_autoscaler_owns_the_number_of_pods() {
    let app = rendered(&web(json!({"scaling": {"min": 2, "max": 5, "cpu": 70}})));
    app.holds(
        "HorizontalPodAutoscaler/web",
        "{spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5,
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]}}",
    );
    assert_eq!(app.at(WEB, "/spec/replicas"), &Value::Null);
}

#[test]
fn a_stopped_component_has_no_pods_whatever_scales_it() {
    let mut document = web(json!({"scaling": {"min": 2, "max": 5, "cpu": 70}}));
    document["components"][0]["replicas"] = json!(0);
    assert_eq!(rendered(&document).at(WEB, "/spec/replicas"), &json!(0));
}

#[test]
fn scheduling_uses_kubernetes_own_words() {
    let app = rendered(&web(json!({"scheduling": {
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        "spread": [{"topologyKey": "kubernetes.io/hostname"}],
        "priorityClass": "high"}})));
    let pod = app.pod(WEB);
    assert_eq!(pod["nodeSelector"], json!({"disk": "ssd"}));
    assert_eq!(
        pod["tolerations"],
        json!([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}])
    );
    assert_eq!(pod["priorityClassName"], "high");
    assert_eq!(
        pod["topologySpreadConstraints"],
        json!([{"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"kube-min-cli-appId": "tr1", "kube-min-cli-componentName": "web"}}}])
    );
}

#[test]
fn a_budget_selects_the_pods_of_its_component() {
    rendered(&web(json!({"disruption": {"maxUnavailable": "25%"}}))).holds(
        "PodDisruptionBudget/web",
        "{apiVersion: policy/v1, spec: {maxUnavailable: 25%, selector: {matchLabels: {kube-min-cli-appId: tr1, kube-min-cli-componentName: web}}}}",
    );
}

#[test]
fn a_network_policy_speaks_of_the_ports_of_pods() {
    let app = rendered(&web(json!({"network": {
        "from": [{"component": "api", "ports": [80]}, {"namespace": "monitoring"}],
        "to": [{"component": "api", "ports": [81]}, {"cidr": "10.0.0.0/8"}]}})));
    app.holds(
        "NetworkPolicy/web",
        "{spec: {policyTypes: [Ingress, Egress],
          podSelector: {matchLabels: {kube-min-cli-appId: tr1, kube-min-cli-componentName: web}},
          ingress: [
            {from: [{podSelector: {matchLabels: {kube-min-cli-appId: tr1, kube-min-cli-componentName: api}}}], ports: [{port: 8080}]},
            {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}],
          egress: [
            {to: [{podSelector: {matchLabels: {kube-min-cli-appId: tr1, kube-min-cli-componentName: api}}}], ports: [{port: 8081}]},
            {to: [{ipBlock: {cidr: 10.0.0.0/8}}]},
            {ports: [{port: 53, protocol: UDP}, {port: 53}]}]}}"
            .replace("{port: 53}]", "{port: 53, protocol: TCP}]")
            .as_str(),
    );
}

#[test]
fn an_empty_list_lets_nobody_through() {
    let app = rendered(&web(json!({"network": {"from": [], "to": []}})));
    let spec = app.at("NetworkPolicy/web", "/spec");
    assert_eq!(spec["policyTypes"], json!(["Ingress", "Egress"]));
    assert!(spec["ingress"].is_null() && spec["egress"].is_null());
}

fn exposed() -> Value {
    web(json!({"expose": {"hosts": ["shop.example.com"], "routes": [
        {"path": "/"},
        {"path": "/api", "component": "api", "rewrite": {"type": "prefix", "match": "/api", "replacement": "/"}}]}}))
}

#[test]
fn expose_is_an_ingress_on_a_platform_without_gateways() {
    let facts = ClusterFacts {
        ingress_class: Some("nginx".into()),
        ..ClusterFacts::default()
    };
    let app = rendered_with(&exposed(), &facts);
    app.holds(
        "Ingress/web",
        "{spec: {ingressClassName: nginx, rules: [{host: shop.example.com, http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]}}",
    );
    app.holds(
        "Ingress/web-2",
        "{metadata: {annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}, spec: {rules: [{http: {paths: [{path: '/api(/|$)(.*)', backend: {service: {name: api, port: {number: 81}}}}]}}]}}",
    );
}

#[test]
fn expose_is_an_http_route_on_a_platform_with_gateways() {
    rendered_with(&exposed(), &gateway()).holds(
        "HTTPRoute/web",
        "{apiVersion: gateway.networking.k8s.io/v1, spec: {hostnames: [shop.example.com], parentRefs: [{namespace: infra, name: public}], rules: [
           {matches: [{path: {type: PathPrefix, value: /}}], backendRefs: [{name: web, port: 80}]},
           {matches: [{path: {type: PathPrefix, value: /api}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}], backendRefs: [{name: api, port: 81}]}]}}",
    );
}

#[test]
fn routes_of_one_path_share_traffic_by_weight_where_the_platform_can() {
    let document = web(
        json!({"expose": {"routes": [{"path": "/", "weight": 90}, {"path": "/", "component": "api", "weight": 10}]}}),
    );
    let app = rendered_with(&document, &gateway());
    assert_eq!(
        app.at("HTTPRoute/web", "/spec/rules/0/backendRefs"),
        &json!([{"name": "web", "port": 80, "weight": 90}, {"name": "api", "port": 81, "weight": 10}])
    );
    let paths: Vec<_> = refused(&document)
        .into_iter()
        .map(|error| error.path)
        .collect();
    assert_eq!(
        paths,
        [
            "components[0].traits.expose.routes[0].weight",
            "components[0].traits.expose.routes[1].weight"
        ]
    );
}

#[test]
fn what_a_route_cannot_say_is_refused() {
    let no_gateway = ClusterFacts {
        gateway_api: true,
        ..ClusterFacts::default()
    };
    assert_eq!(
        refused_with(&exposed(), &no_gateway)[0].path,
        "components[0].traits.expose.gateway"
    );
    let regex = web(json!({"expose": {"routes": [
        {"path": "/a", "rewrite": {"type": "regexReplace", "match": "/a(.*)", "replacement": "/$1"}}]}}));
    assert_eq!(
        refused_with(&regex, &gateway())[0].path,
        "components[0].traits.expose.routes[0].rewrite"
    );
}

#[test]
fn a_route_that_the_gateway_api_would_refuse_for_its_size_is_refused() {
    let hosts: Vec<String> = (0..17).map(|n| format!("h{n}.example.com")).collect();
    let paths: Vec<Value> = (0..17)
        .map(|n| json!({"path": format!("/{n}"), "weight": 1_000_001}))
        .collect();
    let document = web(json!({"expose": {"hosts": hosts, "routes": paths}}));
    let errors = refused_with(&document, &gateway());
    let told = |path: &str, word: &str| {
        let path = format!("components[0].traits.expose.{path}");
        errors
            .iter()
            .any(|error| error.path == path && error.message.contains(word))
    };
    assert!(told("hosts", "16 hosts"), "{errors:?}");
    assert!(told("routes", "16 different paths"), "{errors:?}");
    assert!(told("routes[16].weight", "1000000"), "{errors:?}");
}

#[test]
fn an_ingress_has_one_object_for_each_distinct_rewrite() {
    let route = |path: &str, rewrite: Value| json!({"path": path, "backend": {"serviceName": "web"}, "rewrite": rewrite});
    let replace = |to: &str| json!({"type": "replace", "replacement": to});
    let app = rendered(&web(
        json!({"ingress": [{"name": "front", "annotations": {"note": "kept"}, "routes": [
        route("/a", replace("/x")), route("/b", replace("/y")), route("/c", replace("/x")),
        {"path": "/d", "backend": {"serviceName": "web"}}]}]}),
    ));
    let target = |key: &str| {
        app.at(
            key,
            "/metadata/annotations/nginx.ingress.kubernetes.io~1rewrite-target",
        )
        .as_str()
        .map(str::to_owned)
    };
    assert_eq!(target("Ingress/front").as_deref(), Some("/x"));
    assert_eq!(target("Ingress/front-2").as_deref(), Some("/y"));
    assert_eq!(target("Ingress/front-3"), None);
    assert_eq!(
        app.at("Ingress/front", "/spec/rules/0/http/paths")
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(
        app.at("Ingress/front-3", "/metadata/annotations/note"),
        "kept"
    );
}

#[test]
fn a_rewrite_that_the_class_cannot_say_is_refused() {
    let errors = refused(&web(
        json!({"ingress": [{"ingressClassName": "traefik", "routes": [
        {"path": "/a", "backend": {"serviceName": "web"}, "rewrite": {"type": "replace", "replacement": "/"}}]}]}),
    ));
    assert_eq!(
        errors[0].path,
        "components[0].traits.ingress[0].routes[0].rewrite"
    );
    assert!(errors[0].message.contains("traefik"));
}

#[test]
fn unknown_fields_of_free_forms_are_refused_not_dropped() {
    let errors = refused(&web(
        json!({"scheduling": {"affinity": {"podAntiAfinity": {}}}}),
    ));
    assert_eq!(errors[0].path, "components[0].traits.scheduling.affinity");
    assert!(errors[0].message.contains("podAntiAfinity"));
}
