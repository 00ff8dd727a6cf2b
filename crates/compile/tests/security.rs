//! What pods may and may not be (docs/security.md, items 11, 12, 14 and 17).
//!
//! `security.capabilities.add` is no way around anything: it is a documented choice of the author, who can leave it out.
//! The Pod Security admission of the namespace decides about it, and the restricted profile refuses it.

mod rendered;

use kubemin_compile::compile;
use kubemin_model::{Format, load};
use kubemin_objects::{ClusterFacts, Compiled, Object};
use rendered::{examples, rendered};
use serde_json::{Value, json};

/// Volume types that the Pod Security Standard *restricted* admits and that are made here.
const VOLUMES: [&str; 4] = ["configMap", "emptyDir", "persistentVolumeClaim", "secret"];
/// Fields of a pod or container that reach for the node.
const NODE_FIELDS: [&str; 11] = [
    "hostPath",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostUsers",
    "hostPort",
    "privileged",
    "procMount",
    "shareProcessNamespace",
    "seLinuxOptions",
    "sysctls",
];

/// Objects of a document; `None` when it is refused.
fn objects(document: &Value) -> Option<Compiled> {
    let loaded = load(&document.to_string(), Format::Json).into_result();
    let (app, _) = loaded.ok()?;
    let compilation = compile(&app, &ClusterFacts::default()).ok()?;
    Some(compilation.compiled)
}

fn pod(object: &Object) -> Option<&Value> {
    [
        "/spec/jobTemplate/spec/template/spec",
        "/spec/template/spec",
    ]
    .into_iter()
    .find_map(|place| object.body.pointer(place))
}

fn containers(pod: &Value) -> Vec<&Value> {
    ["containers", "initContainers", "ephemeralContainers"]
        .into_iter()
        .filter_map(|list| pod[list].as_array())
        .flatten()
        .collect()
}

fn document(component: Value) -> Value {
    json!({"id": "sec1", "name": "shop", "components": [component]})
}

fn full_traits() -> Value {
    json!({
        "security": {"profile": "restricted", "runAsUser": 1000, "readOnlyRootFilesystem": true},
        "init": [{"properties": {"image": "i:1"}}],
        "sidecar": [{"image": "s:1"}],
        "storage": [
            {"type": "persistent", "name": "data", "tmpCreate": true, "mountPath": "/d"},
            {"type": "ephemeral", "name": "cache", "mountPath": "/c"},
            {"type": "config", "name": "conf", "mountPath": "/conf"},
            {"type": "secret", "name": "keys", "mountPath": "/keys"}]
    })
}

/// Pod Security Standards, profile *restricted*: https://kubernetes.io/docs/concepts/security/pod-security-standards
#[track_caller]
fn assert_restricted(pod: &Value, what: &str) {
    let context = &pod["securityContext"];
    assert_eq!(context["runAsNonRoot"], true, "{what}");
    assert_ne!(context["runAsUser"], 0, "{what}");
    assert_eq!(
        context["seccompProfile"]["type"], "RuntimeDefault",
        "{what}"
    );
    assert_eq!(reaches(pod), None, "{what}");
    for container in containers(pod) {
        let context = &container["securityContext"];
        let capabilities = &context["capabilities"];
        assert_eq!(context["allowPrivilegeEscalation"], false, "{what}");
        assert_eq!(capabilities["drop"], json!(["ALL"]), "{what}");
        assert!(
            capabilities["add"].is_null() || capabilities["add"] == json!(["NET_BIND_SERVICE"]),
            "{what}"
        );
    }
    for volume in pod["volumes"].as_array().into_iter().flatten() {
        let mut kinds = volume
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| *key != "name");
        assert!(
            kinds.all(|kind| VOLUMES.contains(&kind.as_str())),
            "{volume}"
        );
    }
}

/// The first field in a value that reaches for the node.
fn reaches(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let own = NODE_FIELDS.contains(&name.as_str())
                || (name == "allowPrivilegeEscalation" && value == true);
            own.then(|| name.clone()).or_else(|| reaches(value))
        }),
        Value::Array(elements) => elements.iter().find_map(reaches),
        _ => None,
    }
}

#[test]
fn restricted_pods_carry_everything_the_standard_asks_for() {
    for kind in ["webservice", "store", "job", "cronjob"] {
        let mut component =
            json!({"name": "web", "type": kind, "image": "a:1", "traits": full_traits()});
        if kind == "cronjob" {
            component["properties"] = json!({"schedule": "0 3 * * *"});
        }
        let app = rendered(&document(component));
        let pods: Vec<&Value> = app.compiled().objects.iter().filter_map(pod).collect();
        assert_eq!(pods.len(), 1, "{kind}");
        assert_eq!(containers(pods[0]).len(), 3, "{kind}");
        assert_restricted(pods[0], kind);
    }
}

#[test]
fn the_restricted_profile_cannot_be_weakened() {
    for weaker in [
        json!({"runAsUser": 0}),
        json!({"runAsNonRoot": false}),
        json!({"seccomp": "Unconfined"}),
        json!({"capabilities": {"add": ["SYS_ADMIN"]}}),
        json!({"capabilities": {"add": ["NET_BIND_SERVICE", "ALL"]}}),
    ] {
        let mut security = weaker.clone();
        security["profile"] = json!("restricted");
        let component = json!({"name": "web", "type": "webservice", "image": "a:1",
            "traits": {"security": security}});
        assert!(objects(&document(component)).is_none(), "{weaker}");
    }
}

/// What somebody might write to reach the node.
fn grabs() -> Vec<Value> {
    vec![
        json!({"hostNetwork": true}),
        json!({"hostPID": true}),
        json!({"hostIPC": true}),
        json!({"hostUsers": true}),
        json!({"host_network": true}),
        json!({"privileged": true}),
        json!({"allowPrivilegeEscalation": true}),
        json!({"procMount": "Unmasked"}),
        json!({"hostPort": 80}),
        json!({"hostPath": "/"}),
        json!({"securityContext": {"privileged": true}}),
        json!({"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}),
        json!({"spec": {"template": {"spec": {"hostNetwork": true}}}}),
    ]
}

/// Places of a component where more fields could be added.
const PLACES: [&str; 14] = [
    "",
    "/properties",
    "/properties/ports/0",
    "/policies",
    "/traits",
    "/traits/security",
    "/traits/scheduling",
    "/traits/scheduling/affinity",
    "/traits/scheduling/tolerations/0",
    "/traits/storage/0",
    "/traits/sidecar/0",
    "/traits/sidecar/0/traits",
    "/traits/init/0",
    "/traits/init/0/properties",
];

fn roomy() -> Value {
    json!({"name": "web", "type": "webservice", "image": "a:1", "policies": {},
        "properties": {"ports": [{"port": 80}]},
        "traits": {
            "security": {},
            "scheduling": {"affinity": {}, "tolerations": [{"key": "a", "operator": "Exists"}]},
            "storage": [{"type": "ephemeral", "name": "cache", "mountPath": "/c"}],
            "sidecar": [{"image": "s:1", "traits": {}}],
            "init": [{"properties": {"image": "i:1"}}]}})
}

/// Attempts by a value instead of an unknown field.
fn values() -> Vec<Value> {
    let storage = |entry: Value| json!({"storage": [entry]});
    let traits = [
        storage(json!({"type": "hostPath", "name": "root", "sourceName": "/", "mountPath": "/h"})),
        storage(json!({"type": "host-mounted", "name": "root", "mountPath": "/h"})),
        storage(json!({"type": "HostPath", "name": "root", "mountPath": "/h"})),
        storage(json!({"type": "host_path", "name": "root", "mountPath": "/h"})),
        storage(json!({"type": "csi", "name": "root", "mountPath": "/h"})),
        storage(
            json!({"type": "ephemeral", "name": "root", "mountPath": "/h", "subPath": "../../etc"}),
        ),
        json!({"security": {"profile": "privileged"}}),
        json!({"security": {"seccomp": "Localhost"}}),
        json!({"security": {"capabilities": {"privileged": true}}}),
        json!({"sidecar": [{"image": "s:1", "traits": {"storage": [{"type": "hostPath", "name": "r", "mountPath": "/h"}]}}]}),
        json!({"init": [{"image": "i:1", "traits": {"storage": [{"type": "hostPath", "name": "r", "mountPath": "/h"}]}}]}),
        json!({"init": [{"image": "i:1", "traits": {"security": {"privileged": true}}}]}),
        json!({"ephemeralContainers": [{"image": "e:1", "securityContext": {"privileged": true}}]}),
        json!({"patch": [{"op": "add", "path": "/spec/template/spec/hostPID", "value": true}]}),
    ];
    traits
        .into_iter()
        .map(
            |traits| json!({"name": "web", "type": "webservice", "image": "a:1", "traits": traits}),
        )
        .collect()
}

#[test]
fn no_document_reaches_the_node() {
    assert!(objects(&document(roomy())).is_some(), "the harmless form");
    let mut attempts = values();
    for place in PLACES {
        for grab in grabs() {
            let mut component = roomy();
            let target = component.pointer_mut(place).and_then(Value::as_object_mut);
            target
                .expect(place)
                .extend(grab.as_object().unwrap().clone());
            attempts.push(component);
        }
    }
    assert!(attempts.len() > 40);
    for attempt in attempts {
        let made = objects(&document(attempt.clone()));
        for object in made.iter().flat_map(|made| &made.objects) {
            if let Some(pod) = pod(object) {
                assert_eq!(reaches(pod), None, "{attempt}");
            }
        }
    }
}

#[test]
fn storage_on_the_node_is_refused_not_dropped() {
    for attempt in values().into_iter().take(5) {
        assert!(objects(&document(attempt.clone())).is_none(), "{attempt}");
    }
}

#[test]
fn capabilities_are_added_only_where_the_author_names_them() {
    let component = |security: Value| json!({"name": "web", "type": "webservice", "image": "a:1", "traits": {"security": security}});
    let added = |security: Value| {
        let app = rendered(&document(component(security)));
        app.container("Deployment/web", "web")["securityContext"]["capabilities"]["add"].clone()
    };
    assert_eq!(added(json!({})), Value::Null);
    assert_eq!(
        added(json!({"capabilities": {"add": ["NET_ADMIN"]}})),
        json!(["NET_ADMIN"])
    );
}

#[test]
fn pods_without_an_account_of_their_own_hold_no_token() {
    let mut seen = 0;
    for entry in std::fs::read_dir(examples()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(document) = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()) else {
            continue;
        };
        let Some(made) = objects(&document) else {
            continue;
        };
        for pod in made.objects.iter().filter_map(pod) {
            let own = pod["serviceAccountName"].is_string();
            let token = &pod["automountServiceAccountToken"];
            assert!(own || token == false, "{}: {pod}", path.display());
            seen += usize::from(!own);
        }
    }
    assert!(seen > 20, "{seen} pods");
}

/// Texts that a shell would take apart, and limits of length.
fn arguments() -> Vec<String> {
    let texts = [
        "; id",
        "$(id)",
        "`id`",
        "${IFS}",
        "$(( 1 ))",
        "a\nb",
        "a\r\nb",
        "--flag",
        "--flag=a b",
        "-",
        "'",
        "\"",
        "a && b || c",
        "> /etc/passwd",
        "| cat",
        "*",
        "~",
        "\\",
        "{{ .Values.x }}",
        "%s",
        "\u{202e}abc",
        "",
    ];
    let long = "x".repeat(100 << 10);
    texts.into_iter().map(str::to_owned).chain([long]).collect()
}

#[test]
fn every_argument_arrives_as_one_and_no_shell_is_added() {
    for text in arguments() {
        let command = json!(["prog", text, "end"]);
        let document = document(json!({"name": "web", "type": "webservice", "image": "a:1",
            "properties": {"command": command, "args": [text]},
            "traits": {
                "sidecar": [{"image": "s:1", "command": command, "args": [text]}],
                "init": [{"properties": {"image": "i:1", "command": command, "args": [text]}}],
                "probes": [{"type": "liveness", "exec": {"command": command}}]}}));
        let app = rendered(&document);
        let pod = app.pod("Deployment/web");
        let all = containers(pod);
        assert_eq!(all.len(), 3);
        for container in all {
            assert_eq!(container["command"], command);
            assert_eq!(container["args"], json!([text]));
        }
        let probe = &app.container("Deployment/web", "web")["livenessProbe"]["exec"]["command"];
        assert_eq!(probe, &command);
    }
}
