//! The rights of the server and the Pod Security Standard on a real cluster (docs/security.md, items 9 and 11).

use std::path::{Path, PathBuf};
use std::time::Duration;

use kubemin_e2e::kubectl::{kubectl, kubectl_with_input, try_kubectl};
use kubemin_e2e::{Namespace, Site, component, until};
use serde_json::{Value, json};

/// Longest wait for the cluster to know a new account.
const SOON: Duration = Duration::from_secs(15);
/// Verbs that lead around the rights of an account.
const ESCALATING: [&str; 4] = ["escalate", "bind", "impersonate", "deletecollection"];

/// The objects of `deploy/rbac.yaml`, as kubectl reads them; nothing is made.
fn shipped() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/rbac.yaml");
    let file = file.to_string_lossy();
    let text = kubectl(&[
        "create",
        "--dry-run=client",
        "-o",
        "json",
        "-f",
        file.as_ref(),
    ]);
    let stream = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let objects: Vec<Value> = stream
        .map(|value| value.expect("kubectl prints JSON"))
        .collect();
    match objects.as_slice() {
        [list] if list["kind"] == "List" => list["items"].as_array().cloned().unwrap_or_default(),
        _ => objects,
    }
}

fn rules() -> Vec<Value> {
    let shipped = shipped();
    let role = shipped
        .iter()
        .find(|object| object["kind"] == "ClusterRole");
    let rules = role.and_then(|role| role["rules"].as_array().cloned());
    rules.expect("a ClusterRole with rules")
}

fn words<'a>(rule: &'a Value, field: &str) -> Vec<&'a str> {
    let list = rule[field].as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

/// An account with exactly the shipped role; it goes away with it.
struct Account {
    home: Namespace,
    name: String,
}

impl Account {
    fn new() -> Self {
        let home = Namespace::new("sec-home");
        let name = home.name.clone();
        let account = Self { home, name };
        for mut object in shipped() {
            object["metadata"]["name"] = json!(account.name);
            if object["kind"] == "ServiceAccount" {
                object["metadata"]["namespace"] = json!(account.home.name);
            }
            if object["kind"] == "ClusterRoleBinding" {
                object["roleRef"]["name"] = json!(account.name);
                object["subjects"][0]["name"] = json!(account.name);
                object["subjects"][0]["namespace"] = json!(account.home.name);
            }
            kubectl_with_input(&["create", "-f", "-"], &object.to_string());
        }
        account
    }

    /// A kubeconfig with a token of the account and nothing else.
    fn kubeconfig(&self, folder: &Path) -> PathBuf {
        let text = kubectl(&[
            "config",
            "view",
            "--raw",
            "--minify",
            "--flatten",
            "-o",
            "json",
        ]);
        let mut config: Value = serde_json::from_str(&text).expect("kubectl prints JSON");
        let token = until("a token of the account", SOON, || {
            try_kubectl(
                &["-n", &self.home.name, "create", "token", &self.name],
                None,
            )
            .ok()
        });
        config["users"][0]["user"] = json!({"token": token.trim()});
        let path = folder.join("account.json");
        std::fs::write(&path, config.to_string()).expect("the kubeconfig can be written");
        path
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        for kind in ["clusterrolebinding", "clusterrole"] {
            if let Err(error) = try_kubectl(&["delete", kind, &self.name], None) {
                eprintln!("{kind} {} was not deleted: {error}", self.name);
            }
        }
    }
}

#[test]
fn the_shipped_role_has_no_wildcard_and_no_way_around_itself() {
    let rules = rules();
    assert!(rules.len() > 10);
    for rule in &rules {
        for field in ["apiGroups", "resources", "verbs"] {
            let words = words(rule, field);
            assert!(!words.is_empty(), "{field} of {rule}");
            assert!(words.iter().all(|word| !word.contains('*')), "{rule}");
        }
        assert!(rule["nonResourceURLs"].is_null(), "{rule}");
        let verbs = words(rule, "verbs");
        assert!(
            ESCALATING.iter().all(|verb| !verbs.contains(verb)),
            "{rule}"
        );
        let resources = words(rule, "resources");
        for secret in ["secrets", "configmaps", "serviceaccounts"] {
            let listed = resources.contains(&secret)
                && (verbs.contains(&"list") || verbs.contains(&"watch"));
            assert!(!listed, "{secret} are never listed: {rule}");
        }
        for door in [
            "pods/exec",
            "pods/attach",
            "pods/portforward",
            "serviceaccounts/token",
            "nodes/proxy",
        ] {
            assert!(!resources.contains(&door), "{rule}");
        }
    }
}

/// One object of most kinds, with data.
fn small(namespace: &str) -> Value {
    let mut web = component::web("web");
    web["properties"]["ports"] = json!([{"port": 8080}]);
    web["traits"] = json!({
        "rbac": [{"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]}],
        "envFrom": [{"type": "configMap", "sourceName": "settings"}, {"type": "secret", "sourceName": "pass"}],
        "storage": [component::volume("16Mi")]
    });
    let pass =
        json!({"name": "pass", "type": "secret", "properties": {"secret": {"word": "xyzzy"}}});
    let components = [
        component::config("settings", "one"),
        pass,
        web,
        component::job("once", "true"),
    ];
    component::application("small", namespace, &components)
}

#[test]
fn a_server_with_exactly_the_shipped_role_deploys_and_deletes() {
    let account = Account::new();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let kubeconfig = account.kubeconfig(folder.path());
    let kubeconfig = kubeconfig.to_string_lossy();
    let site = Site::new("sec-role", &["--kubeconfig", kubeconfig.as_ref()]);
    site.deploy(&small(&site.namespace.name));
    for object in [
        "configmap/settings",
        "secret/pass",
        "deployment/web",
        "service/web",
        "job/once",
    ] {
        site.expect_object(object);
    }
    site.run(&["logs", "small"]).expect(0);
    site.run(&["delete", "small", "--purge-data", "--yes"])
        .expect(0);
    assert!(site.object("deployment/web").is_none());
    let log = site.server.log().to_lowercase();
    assert!(
        !log.contains("forbidden") && !log.contains("no right"),
        "{log}"
    );
    cannot_give_more_than_it_has(&site);
}

/// Kubernetes keeps an account from making a role with rights that it does not hold.
fn cannot_give_more_than_it_has(site: &Site) {
    let mut web = component::web("greedy");
    web["traits"]["rbac"] =
        json!([{"rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]}]);
    let application = component::application("greedy", &site.namespace.name, &[web]);
    let ran = site.apply(&application, &["--wait", "--timeout", "60s"]);
    assert_ne!(ran.code, 0, "{}", ran.all());
    assert!(
        site.object("role/greedy-sa-role").is_none(),
        "{}",
        ran.all()
    );
    assert!(ran.all().contains("not currently held"), "{}", ran.all());
}

#[test]
fn a_namespace_that_enforces_restricted_admits_a_restricted_application() {
    let site = Site::new("sec-psa", &[]);
    let label = "pod-security.kubernetes.io/enforce=restricted";
    kubectl(&["label", "namespace", &site.namespace.name, label]);
    let mut web = component::web("web");
    web["traits"] = json!({
        "security": {"profile": "restricted", "runAsUser": 1000},
        "init": [{"properties": {"image": component::IMAGE, "command": ["true"]}}],
        "sidecar": [{"image": component::IMAGE, "command": ["sleep", "86400"]}]
    });
    site.deploy(&component::application(
        "tight",
        &site.namespace.name,
        &[web],
    ));
    // The witness: the same namespace admits no pod with the node's network.
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "loose"}, "spec": {
        "hostNetwork": true, "containers": [{"name": "a", "image": component::IMAGE}]}});
    let create = ["-n", site.namespace.name.as_str(), "create", "-f", "-"];
    let refused = try_kubectl(&create, Some(&pod.to_string())).expect_err("a loose pod is refused");
    assert!(refused.contains("PodSecurity"), "{refused}");
}
