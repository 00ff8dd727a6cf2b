//! Rules of the nine traits: what is refused, and exactly where.

use crate::support::{accepted, refused_at, warned_at, with_traits};
use serde_json::{Value, json};

const WEB: &str = "components[0].traits";

/// Refused at these places below the traits of the component.
#[track_caller]
fn refused(traits: Value, wanted: &[&str]) {
    let wanted: Vec<String> = wanted.iter().map(|path| format!("{WEB}.{path}")).collect();
    refused_at(
        &with_traits(traits),
        &wanted.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[track_caller]
fn warned(traits: Value, wanted: &[&str]) {
    let wanted: Vec<String> = wanted.iter().map(|path| format!("{WEB}.{path}")).collect();
    warned_at(
        &with_traits(traits),
        &wanted.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[test]
fn storage_types_are_known_and_never_the_host() {
    for kind in [
        "hostPath",
        "hostpath",
        "host_path",
        "host-mounted",
        "nfs",
        "",
    ] {
        refused(
            json!({"storage": [{"name": "v", "type": kind}]}),
            &["storage[0].type"],
        );
    }
    for kind in ["persistent", "ephemeral", "config", "secret"] {
        warned(json!({"storage": [{"name": "v", "type": kind}]}), &[]);
    }
}

#[test]
fn volume_sizes_are_positive_quantities() {
    for size in [
        json!("5Gx"),
        json!("-5Gi"),
        json!("0"),
        json!(0),
        json!("5 Gi"),
        json!(""),
        json!("100m"),
        json!(5368709120u64),
    ] {
        refused(
            json!({"storage": [{"name": "v", "type": "persistent", "size": size}]}),
            &["storage[0].size"],
        );
    }
    for size in [
        json!("5Gi"),
        json!(5),
        json!("5"),
        json!("1.5Ti"),
        json!("500K"),
        json!("1e9"),
    ] {
        warned(
            json!({"storage": [{"name": "v", "type": "persistent", "size": size}]}),
            &[],
        );
    }
}

#[test]
fn mount_and_sub_paths_stay_inside() {
    for path in ["data", "/a:b", "/a/../b", "/"] {
        refused(
            json!({"storage": [{"name": "v", "type": "ephemeral", "mountPath": path}]}),
            &["storage[0].mountPath"],
        );
    }
    for path in ["/abs", "..", "a/../../b"] {
        refused(
            json!({"storage": [{"name": "v", "type": "ephemeral", "subPath": path}]}),
            &["storage[0].subPath"],
        );
    }
    warned(
        json!({"storage": [{"name": "v", "type": "ephemeral", "mountPath": "/a..b", "subPath": "x/y..z"}]}),
        &[],
    );
}

#[test]
fn one_path_is_mounted_once_per_container() {
    refused(
        json!({"storage": [{"name": "a", "type": "ephemeral", "mountPath": "/d"}, {"name": "b", "type": "ephemeral", "mountPath": "/d/"}]}),
        &["storage[1].mountPath"],
    );
    // the default place counts
    refused(
        json!({"storage": [{"name": "a", "type": "ephemeral", "mountPath": "/mnt/b"}, {"name": "B", "type": "ephemeral"}]}),
        &["storage[1]"],
    );
    // another container may mount the same path
    warned(
        json!({"storage": [{"name": "a", "type": "ephemeral", "mountPath": "/d"}],
               "sidecar": [{"image": "s:1", "traits": {"storage": [{"name": "a", "type": "ephemeral", "mountPath": "/d"}]}}]}),
        &[],
    );
}

#[test]
fn one_volume_has_one_source() {
    refused(
        json!({"storage": [{"name": "a", "type": "config", "mountPath": "/x"}, {"name": "A", "type": "secret", "mountPath": "/y"}]}),
        &["storage[1]"],
    );
    refused(
        json!({"storage": [{"name": "a", "type": "config", "sourceName": "one", "mountPath": "/x"}, {"name": "a", "type": "config", "sourceName": "two", "mountPath": "/y"}]}),
        &["storage[1]"],
    );
    refused(
        json!({"storage": [{"name": "a", "type": "persistent", "tmpCreate": true, "mountPath": "/x"}, {"name": "a", "type": "persistent", "mountPath": "/y"}]}),
        &["storage[1]"],
    );
    refused(
        json!({"storage": [{"name": "a", "type": "persistent", "tmpCreate": true, "size": "1Gi", "mountPath": "/x"}, {"name": "a", "type": "persistent", "tmpCreate": true, "size": "2Gi", "mountPath": "/y"}]}),
        &["storage[1].size"],
    );
    // several places of one volume, settings stated once
    warned(
        json!({"storage": [{"name": "a", "type": "persistent", "tmpCreate": true, "size": "1Gi", "mountPath": "/x", "subPath": "x"}, {"name": "a", "type": "persistent", "tmpCreate": true, "mountPath": "/y", "subPath": "y"}, {"name": "a", "type": "persistent", "tmpCreate": true, "size": "1024Mi", "mountPath": "/z"}]}),
        &[],
    );
}

#[test]
fn containers_of_a_pod_share_a_claim_by_type_ephemeral() {
    let nested = |kind: &str| {
        json!({"storage": [{"name": "data", "type": "persistent", "tmpCreate": true, "mountPath": "/data"}],
               "init": [{"properties": {"image": "i:1"}, "traits": {"storage": [{"name": "data", "type": kind, "mountPath": "/in"}]}}]})
    };
    warned(nested("ephemeral"), &[]);
    refused(nested("persistent"), &["init[0].traits.storage[0].type"]);
    refused(nested("config"), &["init[0].traits.storage[0]"]);
}

#[test]
fn an_existing_claim_is_not_created() {
    refused(
        json!({"storage": [{"name": "a", "type": "persistent", "claimName": "there", "tmpCreate": true}]}),
        &["storage[0].claimName"],
    );
    refused(
        json!({"storage": [{"name": "a", "type": "persistent", "claimName": "ns/there"}]}),
        &["storage[0].claimName"],
    );
    warned(
        json!({"storage": [{"name": "a", "type": "persistent", "claimName": "there", "size": "5Gi"}]}),
        &["storage[0].size"],
    );
    refused(
        json!({"storage": [{"name": "a", "type": "persistent", "accessModes": ["RWX"]}]}),
        &["storage[0].accessModes[0]"],
    );
}

#[test]
fn fields_that_the_storage_type_ignores_are_warned_about() {
    warned(
        json!({"storage": [{"name": "a", "type": "ephemeral", "size": "1Gi", "tmpCreate": true, "sourceName": "x"}]}),
        &[
            "storage[0].size",
            "storage[0].tmpCreate",
            "storage[0].sourceName",
        ],
    );
}

#[test]
fn a_variable_has_a_legal_name_and_one_source() {
    let env = |name: &str, source: Value| json!({"envs": [{"name": name, "valueFrom": source}]});
    for name in ["1A", "A B", "A=B", "Ä", ".."] {
        refused(env(name, json!({"static": "x"})), &["envs[0].name"]);
    }
    for source in [json!({}), json!({"static": "x", "field": "metadata.name"})] {
        refused(env("A", source), &["envs[0].valueFrom"]);
    }
    refused(
        env("A", json!({"static": 5})),
        &["envs[0].valueFrom.static"],
    );
    refused(
        env("A", json!({"field": "spec.hostname"})),
        &["envs[0].valueFrom.field"],
    );
    refused(
        env("A", json!({"secret": {"name": "ns/s", "key": "k"}})),
        &["envs[0].valueFrom.secret.name"],
    );
    refused(
        env("A", json!({"config": {"name": "c", "key": "a/b"}})),
        &["envs[0].valueFrom.config.key"],
    );
    refused(
        env("A", json!({"config": {"name": "", "key": ""}})),
        &[
            "envs[0].valueFrom.config.name",
            "envs[0].valueFrom.config.key",
        ],
    );
    for field in ["metadata.name", "status.podIP", "metadata.labels['app']"] {
        warned(env("A", json!({"field": field})), &[]);
    }
    warned(env("A.b-C_9", json!({"static": ""})), &[]);
}

#[test]
fn a_variable_is_set_once() {
    let twice = json!({"envs": [{"name": "A", "valueFrom": {"static": "1"}}, {"name": "A", "valueFrom": {"static": "2"}}]});
    refused(twice, &["envs[1].name"]);
    let document = json!({"name": "shop", "components": [{"name": "web", "type": "webservice", "image": "w", "properties": {"env": {"A": "1"}},
        "traits": {"envs": [{"name": "A", "valueFrom": {"static": "2"}}],
                   "sidecar": [{"image": "s", "env": {"B": "1"}, "traits": {"envs": [{"name": "A", "valueFrom": {"static": "2"}}, {"name": "B", "valueFrom": {"static": "2"}}]}}]}}]});
    refused_at(
        &document,
        &[
            "components[0].traits.envs[0].name",
            "components[0].traits.sidecar[0].traits.envs[1].name",
        ],
    );
}

#[test]
fn env_from_takes_config_maps_and_secrets_of_the_namespace() {
    refused(
        json!({"envFrom": [{"type": "file", "sourceName": "a"}, {"type": "configmap", "sourceName": "a"}, {"type": "secret", "sourceName": ""}, {"type": "secret", "sourceName": "ns/a"}]}),
        &[
            "envFrom[0].type",
            "envFrom[1].type",
            "envFrom[2].sourceName",
            "envFrom[3].sourceName",
        ],
    );
    warned(
        json!({"envFrom": [{"type": "configMap", "sourceName": "kube-root-ca.crt"}, {"type": "config", "sourceName": "b"}, {"type": "secret", "sourceName": "c"}]}),
        &[],
    );
}

#[test]
fn resources_are_quantities() {
    let cases = [
        (json!({"cpu": "fast"}), Some("cpu")),
        (json!({"cpu": "-1"}), Some("cpu")),
        (json!({"cpu": "1..5"}), Some("cpu")),
        (json!({"memory": "12Xi"}), Some("memory")),
        (json!({"memory": "1 Gi"}), Some("memory")),
        (json!({"memory": "400m"}), Some("memory")),
        (json!({"gpu": "0.5"}), Some("gpu")),
        (json!({"gpu": "-1"}), Some("gpu")),
        (json!({"gpu": "500m"}), Some("gpu")),
        (json!({"gpu": "1Ki"}), Some("gpu")),
        (json!({"gpu": true}), Some("gpu")),
        (json!({"cpu": 0.5, "memory": "500K", "gpu": 1}), None),
        (json!({"cpu": "100m", "memory": "1e9", "gpu": "8Gi"}), None),
        (json!({"cpu": "2", "memory": "128Mi", "gpu": "2"}), None),
    ];
    for (resources, fault) in cases {
        let traits = json!({"resources": resources});
        match fault {
            Some(field) => refused(traits, &[&format!("resources.{field}")]),
            None => warned(traits, &[]),
        }
    }
}

#[test]
fn a_probe_has_one_method_and_its_type_is_there_once() {
    let http = json!({"path": "/", "port": 80});
    refused(
        json!({"probes": [{"type": "alive", "httpGet": http}]}),
        &["probes[0].type"],
    );
    refused(json!({"probes": [{"type": "liveness"}]}), &["probes[0]"]);
    refused(
        json!({"probes": [{"type": "liveness", "httpGet": http, "exec": {"command": ["x"]}}]}),
        &["probes[0]"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "exec": {"command": []}}]}),
        &["probes[0].exec.command"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "tcpSocket": {"port": 70000}}]}),
        &["probes[0].tcpSocket.port"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "httpGet": {"port": 80, "scheme": "https"}}]}),
        &["probes[0].httpGet.scheme"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "httpGet": http, "successThreshold": 2}]}),
        &["probes[0].successThreshold"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "httpGet": http, "periodSeconds": 0}]}),
        &["probes[0].periodSeconds"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "httpGet": http}, {"type": "liveness", "httpGet": http}]}),
        &["probes[1].type"],
    );
    warned(
        json!({"probes": [{"type": "readiness", "httpGet": http, "successThreshold": 2, "initialDelaySeconds": 0}, {"type": "liveness", "tcpSocket": {"port": 1}}]}),
        &[],
    );
}

#[test]
fn a_wrong_method_is_one_fault_not_two() {
    refused(
        json!({"probes": [{"type": "liveness", "htpGet": {"port": 80}}]}),
        &["probes[0].htpGet"],
    );
    refused(
        json!({"probes": [{"type": "liveness", "httpGet": "/healthz"}]}),
        &["probes[0].httpGet"],
    );
}

#[test]
fn probes_of_init_containers_are_accepted_and_warned_about() {
    let traits = json!({"init": [{"properties": {"image": "i:1"}, "traits": {"probes": [{"type": "liveness", "exec": {"command": ["x"]}}]}}]});
    warned(traits, &["init[0].traits.probes"]);
}

#[test]
fn rbac_rules_are_complete_and_fit_their_scope() {
    let rule = |rule: Value| json!({"rbac": [{"rules": [rule]}]});
    refused(
        json!({"rbac": [{"serviceAccount": "a"}]}),
        &["rbac[0].rules"],
    );
    refused(
        rule(json!({"resources": ["pods"]})),
        &["rbac[0].rules[0].verbs"],
    );
    refused(rule(json!({"verbs": ["get"]})), &["rbac[0].rules[0]"]);
    refused(
        rule(json!({"nonResourceURLs": ["/metrics"], "verbs": ["get"]})),
        &["rbac[0].rules[0].nonResourceURLs"],
    );
    refused(
        json!({"rbac": [{"clusterScope": true, "rules": [{"resources": ["pods"], "nonResourceURLs": ["/metrics"], "verbs": ["get"]}]}]}),
        &["rbac[0].rules[0]"],
    );
    refused(
        json!({"rbac": [{"serviceAccount": "a/b", "roleName": "..", "rules": [{"resources": ["pods"], "verbs": ["get"]}]}]}),
        &["rbac[0].serviceAccount", "rbac[0].roleName"],
    );
    refused(
        json!({"rbac": [{"roleLabels": {"a": "b c"}, "rules": [{"resources": ["pods"], "verbs": ["get"]}]}]}),
        &["rbac[0].roleLabels.a"],
    );
    warned(
        rule(json!({"resources": ["pods"], "verbs": ["gett"]})),
        &["rbac[0].rules[0].verbs[0]"],
    );
    warned(
        json!({"rbac": [{"clusterScope": true, "roleName": "system:x", "rules": [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]}]}),
        &[],
    );
}

#[test]
fn the_pods_account_stays_in_the_namespace() {
    let policy = |namespace: &str| json!({"namespace": namespace, "rules": [{"resources": ["pods"], "verbs": ["get"]}]});
    refused(json!({"rbac": [policy("other")]}), &["rbac[0].namespace"]);
    warned(json!({"rbac": [policy("default"), policy("other")]}), &[]);
}

#[test]
fn nested_rbac_is_pointless() {
    let traits = json!({"sidecar": [{"image": "s:1", "traits": {"rbac": [{"rules": [{"resources": ["pods"], "verbs": ["get"]}]}]}}]});
    warned(traits, &["sidecar[0].traits.rbac"]);
}

#[test]
fn init_and_sidecar_need_images_and_names_of_their_own() {
    refused(
        json!({"init": [{"name": "a"}, {"properties": {"command": ["x"]}}, {"image": "a:1", "properties": {"image": "a:2"}}], "sidecar": [{"name": "b"}]}),
        &[
            "init[0].properties.image",
            "init[1].properties.image",
            "init[2].properties.image",
            "sidecar[0].image",
        ],
    );
    refused(
        json!({"init": [{"name": "Same", "image": "i:1"}], "sidecar": [{"name": "same", "image": "s:1"}, {"name": "web", "image": "s:1"}]}),
        &["sidecar[0].name", "sidecar[1].name"],
    );
    warned(
        json!({"init": [{"image": "i:1"}, {"name": "", "properties": {"image": "i:1"}}], "sidecar": [{"image": "s:1"}]}),
        &[],
    );
    warned(
        json!({"init": [{"image": "i:1", "properties": {"ports": [{"port": 80}]}}]}),
        &["init[0].properties.ports"],
    );
}

#[test]
fn only_the_traits_of_the_matrix_are_nested() {
    let inner = json!({"name": "x", "image": "x:1", "properties": {"image": "x:1"}});
    for (name, value) in [
        ("init", json!([{"image": "x:1"}])),
        ("sidecar", json!([{"image": "x:1"}])),
        ("service", json!({})),
        ("scaling", json!({"max": 2})),
        ("security", json!({})),
    ] {
        let mut container = inner.clone();
        container["traits"] = json!({name: value});
        refused(
            json!({"init": [container.clone()]}),
            &[&format!("init[0].traits.{name}")],
        );
        if let Some(fields) = container.as_object_mut() {
            fields.remove("properties");
        }
        refused(
            json!({"sidecar": [container]}),
            &[&format!("sidecar[0].traits.{name}")],
        );
    }
}

#[test]
fn ingress_needs_routes_with_paths_hosts_and_backends() {
    let ingress = |route: Value| json!({"ingress": [{"routes": [route]}]});
    refused(json!({"ingress": [{"name": "x"}]}), &["ingress[0].routes"]);
    refused(ingress(json!({})), &["ingress[0].routes[0].backend"]);
    refused(
        ingress(json!({"backend": {}})),
        &["ingress[0].routes[0].backend.serviceName"],
    );
    let backend = json!({"serviceName": "svc"});
    refused(
        ingress(json!({"path": "api", "backend": backend})),
        &["ingress[0].routes[0].path"],
    );
    refused(
        ingress(json!({"path": "/a//b", "backend": backend})),
        &["ingress[0].routes[0].path"],
    );
    refused(
        ingress(json!({"pathType": "prefix", "backend": backend})),
        &["ingress[0].routes[0].pathType"],
    );
    refused(
        ingress(json!({"host": "https://a.test", "backend": backend})),
        &["ingress[0].routes[0].host"],
    );
    refused(
        ingress(json!({"host": "10.0.0.1", "backend": backend})),
        &["ingress[0].routes[0].host"],
    );
    refused(
        ingress(json!({"backend": {"serviceName": "ns/svc"}})),
        &["ingress[0].routes[0].backend.serviceName"],
    );
    refused(
        ingress(json!({"backend": {"serviceName": "svc", "servicePort": 0}})),
        &["ingress[0].routes[0].backend.servicePort"],
    );
    refused(
        ingress(json!({"backend": backend, "rewrite": {"type": "swap", "replacement": "/"}})),
        &["ingress[0].routes[0].rewrite.type"],
    );
    refused(
        ingress(json!({"backend": backend, "rewrite": {"type": "prefix"}})),
        &["ingress[0].routes[0].rewrite.replacement"],
    );
    refused(
        json!({"ingress": [{"namespace": "other", "hosts": ["A.test"], "defaultPathType": "Regex", "label": {"a b": "c"}, "routes": [{"backend": backend}]}]}),
        &[
            "ingress[0].namespace",
            "ingress[0].hosts[0]",
            "ingress[0].defaultPathType",
            "ingress[0].label[\"a b\"]",
        ],
    );
    refused(
        json!({"ingress": [{"routes": [{"path": "/a", "backend": backend}, {"path": "/a", "backend": {"serviceName": "other"}}]}]}),
        &["ingress[0].routes[1]"],
    );
    warned(
        json!({"ingress": [{"tls": [{"secretName": "t", "hosts": ["*.a.test"]}], "routes": [{"host": "x.a.test", "path": "/a(/.*)", "pathType": "ImplementationSpecific", "backend": backend, "rewrite": {"type": "regexReplace", "replacement": "$1"}}]}]}),
        &[],
    );
    warned(
        ingress(json!({"path": "/a(/.*)", "backend": backend})),
        &["ingress[0].routes[0].path"],
    );
}

#[test]
fn a_backend_of_the_application_has_the_port() {
    let application = |port: i32| {
        json!({"name": "shop", "components": [{"name": "web", "type": "webservice", "image": "w", "properties": {"ports": [{"port": 8080}, {"port": 9090, "expose": false}]},
        "traits": {"ingress": [{"routes": [{"backend": {"serviceName": "Web", "servicePort": port}}]}]}}]})
    };
    warned_at(&application(8080), &[]);
    warned_at(
        &application(9090),
        &["components[0].traits.ingress[0].routes[0].backend"],
    );
}

#[test]
fn names_and_references_of_traits_are_normalised() {
    let document = accepted(
        &json!({"name": "Shop", "namespace": "Trade", "components": [{"name": "Web_Front", "type": "store", "properties": {"image": "w:1", "ports": [{"port": 80}]}, "dependsOn": ["App.Config"],
        "traits": {
            "storage": [{"name": "My_Data", "type": "persistent", "size": 5, "mountPath": ""}, {"name": "Conf", "type": "config", "sourceName": "kube-root-ca.crt"}],
            "envFrom": [{"type": "config", "sourceName": "App.Config"}],
            "resources": {"memory": "500K", "cpu": 0.5},
            "rbac": [{"serviceAccount": "My_SA", "rules": [{"resources": ["pods"], "verbs": ["get"]}]}],
            "init": [{"name": "", "image": "i:1"}],
            "ingress": [{"namespace": "trade", "routes": [{"backend": {"serviceName": "Web_Front"}}]}]}},
        {"name": "App.Config", "type": "config", "properties": {"conf": {"A": "b"}}}],
        "workflow": [{"name": "First", "properties": {"policies": ["App.Config"]}}, {"name": "Second", "components": ["web_front"], "dependsOn": ["first"]}]}),
    );
    let web = &document["components"][0];
    assert_eq!(document["name"], "shop");
    assert_eq!(document["namespace"], "trade");
    assert_eq!(web["name"], "web-front");
    assert_eq!(web["type"], "statefulservice");
    assert_eq!(web["image"], "w:1");
    assert_eq!(web["properties"].get("image"), None);
    assert_eq!(web["dependsOn"], json!(["app-config"]));
    assert_eq!(
        web["traits"]["storage"][0],
        json!({"name": "my-data", "type": "persistent", "size": "5Gi"})
    );
    assert_eq!(
        web["traits"]["storage"][1]["sourceName"],
        "kube-root-ca.crt"
    );
    assert_eq!(
        web["traits"]["envFrom"][0],
        json!({"type": "configMap", "sourceName": "app-config"})
    );
    assert_eq!(
        web["traits"]["resources"],
        json!({"memory": "500k", "cpu": "0.5"})
    );
    assert_eq!(web["traits"]["rbac"][0]["serviceAccount"], "my-sa");
    assert_eq!(
        web["traits"]["rbac"][0]["rules"][0]["apiGroups"],
        json!([""])
    );
    assert_eq!(
        web["traits"]["init"][0],
        json!({"properties": {"image": "i:1"}})
    );
    assert_eq!(
        web["traits"]["ingress"][0],
        json!({"routes": [{"backend": {"serviceName": "web-front"}}]})
    );
    assert_eq!(
        document["workflow"]["steps"][0]["components"],
        json!(["app-config"])
    );
    assert_eq!(
        document["workflow"]["steps"][1]["components"],
        json!(["web-front"])
    );
    assert_eq!(
        document["workflow"]["steps"][1]["dependsOn"],
        json!(["First"])
    );
}

#[test]
fn a_reference_to_a_component_is_called_like_it_and_one_to_anything_else_stays() {
    let document = accepted(&json!({"name": "shop", "components": [
        {"name": "app.settings", "type": "config", "properties": {"conf": {"A": "b"}}},
        {"name": "web", "type": "webservice", "image": "w:1", "traits": {
            "envFrom": [{"type": "configMap", "sourceName": "app.settings"}, {"type": "configMap", "sourceName": "other.settings"}],
            "envs": [{"name": "A", "valueFrom": {"config": {"name": "App.Settings", "key": "A"}}}],
            "storage": [{"name": "app.settings", "type": "config"}, {"name": "kube-root-ca.crt", "type": "config"}, {"name": "My_Conf", "type": "secret"}]}}]}));
    let traits = &document["components"][1]["traits"];
    assert_eq!(traits["envFrom"][0]["sourceName"], "app-settings");
    assert_eq!(traits["envFrom"][1]["sourceName"], "other.settings");
    assert_eq!(
        traits["envs"][0]["valueFrom"]["config"]["name"],
        "app-settings"
    );
    assert_eq!(
        traits["storage"][0],
        json!({"name": "app-settings", "type": "config"})
    );
    assert_eq!(
        traits["storage"][1],
        json!({"name": "kube-root-ca-crt", "type": "config", "sourceName": "kube-root-ca.crt"})
    );
    assert_eq!(
        traits["storage"][2],
        json!({"name": "my-conf", "type": "secret"})
    );
}
