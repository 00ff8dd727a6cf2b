//! Properties that hold for every input.

use kubemin_model::{Amount, Format, duration, load, names, revive};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Field names of the document, so that arbitrary documents reach deep places.
const FIELDS: [&str; 46] = [
    "name",
    "components",
    "component",
    "type",
    "image",
    "traits",
    "properties",
    "storage",
    "envs",
    "envFrom",
    "resources",
    "probes",
    "rbac",
    "init",
    "sidecar",
    "ingress",
    "workflow",
    "steps",
    "ports",
    "port",
    "env",
    "conf",
    "secret",
    "valueFrom",
    "static",
    "field",
    "rules",
    "verbs",
    "routes",
    "backend",
    "serviceName",
    "mountPath",
    "mount_path",
    "size",
    "cpu",
    "memory",
    "dependsOn",
    "id",
    "namespace",
    "scaling",
    "max",
    "network",
    "from",
    "expose",
    "policies",
    "timeout",
];
const WORDS: [&str; 18] = [
    "webservice",
    "store",
    "config",
    "secret",
    "cronjob",
    "persistent",
    "ephemeral",
    "hostPath",
    "liveness",
    "configMap",
    "5Gi",
    "500K",
    "a",
    "A_b",
    "",
    "-",
    "90s",
    "名",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        (0i64..100_000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(7, 96, 6, |inner| {
        let key = prop_oneof![6 => prop::sample::select(&FIELDS[..]).prop_map(str::to_owned), 1 => text()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key, inner), 0..6).prop_map(|entries| Value::Object(Map::from_iter(entries))),
        ]
    })
}

/// The same value with the keys of every object in reverse order.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", json!(key), reversed(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(reversed).collect::<Vec<_>>().join(",")
        ),
        other => other.to_string(),
    }
}

/// Documents that mostly load.
fn document() -> impl Strategy<Value = Value> {
    let name = "[a-zA-Z][a-zA-Z0-9_.]{0,8}[a-z]";
    let component = (name, 0i32..3, name, "[1-9][0-9]?", any::<bool>()).prop_map(|(name, replicas, volume, size, own)| {
        json!({"name": name, "type": "webservice", "image": "a:1", "replicas": replicas, "properties": {"ports": [{"port": 80}], "env": {"B": "1", "A": "2"}},
            "traits": {"storage": [{"name": volume, "type": "persistent", "size": size, "tmpCreate": own}], "resources": {"memory": "500K"},
                       "ingress": [{"routes": [{"backend": {"serviceName": name}}]}]}})
    });
    (name, prop::collection::vec(component, 1..4))
        .prop_map(|(name, components)| json!({"name": name, "components": components}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,200}") {
        load(&text, Format::Json);
        load(&text, Format::Yaml);
    }

    #[test]
    fn arbitrary_notation_never_panics(text in "[\\[\\]{}:,\"'\\\\ \n\ta-c0-9.eE+&*!|>#/%@`?~é\u{0}-]{0,80}") {
        load(&text, Format::Json);
        load(&text, Format::Yaml);
    }

    #[test]
    fn arbitrary_documents_never_panic_and_are_explained(value in value()) {
        let loaded = load(&value.to_string(), Format::Json);
        prop_assert_eq!(loaded.application().is_none(), !loaded.report.errors.is_empty());
        for error in &loaded.report.errors {
            prop_assert!(!error.code.is_empty() && !error.message.is_empty());
            prop_assert!(error.line.is_some() && error.column.is_some());
        }
    }

    #[test]
    fn json_is_yaml(value in value()) {
        let json = load(&value.to_string(), Format::Json);
        let yaml = load(&value.to_string(), Format::Yaml);
        // a null is an empty document in YAML, and YAML has a limit for the length of keys
        prop_assume!(!value.is_null() && yaml.report.errors.iter().all(|error| error.code != "not-readable"));
        let paths = |report: &kubemin_model::Report| report.errors.iter().map(|error| (error.path.clone(), error.code.clone())).collect::<Vec<_>>();
        prop_assert_eq!(paths(&json.report), paths(&yaml.report));
    }

    #[test]
    fn the_order_of_keys_does_not_matter(document in document()) {
        let first = load(&document.to_string(), Format::Json);
        let second = load(&reversed(&document), Format::Json);
        prop_assert_eq!(first.application(), second.application());
        let mut paths = [first, second].map(|loaded| loaded.report.errors.into_iter().map(|error| error.path).collect::<Vec<_>>());
        paths.iter_mut().for_each(|paths| paths.sort());
        prop_assert_eq!(&paths[0], &paths[1]);
    }

    #[test]
    fn the_canonical_form_is_stable(document in document()) {
        if let Some(application) = load(&document.to_string(), Format::Json).application() {
            let text = serde_json::to_string(application.document()).expect("types serialise");
            let again = load(&text, Format::Json);
            prop_assert_eq!(again.application(), Some(application));
            prop_assert_eq!(&revive(application.document().clone()).expect("valid"), application);
        }
    }

    #[test]
    fn normalised_names_stay_as_they_are(name in ".{0,80}") {
        let once = names::normalise(&name).into_owned();
        prop_assert_eq!(names::normalise(&once), once.as_str());
        prop_assert!(once.is_empty() || once.len() > 63 || names::is_label(&once));
    }

    #[test]
    fn derived_names_fit_and_differ(base in "[a-z][a-z0-9-]{0,70}[a-z]", other in "[a-z][a-z0-9-]{0,70}[a-z]", suffix in "-[a-z]{1,20}") {
        let name = names::derived_name(&base, &suffix, 63);
        prop_assert!(names::is_label(&name), "{}", name);
        prop_assert!(name.ends_with(&suffix));
        prop_assert_eq!(base == other, name == names::derived_name(&other, &suffix, 63));
    }

    #[test]
    fn arbitrary_quantities_and_durations_never_panic(text in "[-+0-9.eEmkKMGTPiunshd ]{0,40}") {
        let _ = Amount::parse(&text);
        let _ = duration::parse(&text);
    }

    #[test]
    fn whole_quantities_are_exact(number in 0i64..i64::MAX) {
        prop_assert_eq!(Amount::parse(&number.to_string()).map(Amount::whole), Ok(Some(i128::from(number))));
    }
}
