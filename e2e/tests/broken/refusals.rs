//! What the program has to say about every example under `examples/broken/refused`.

/// How an example is refused.
pub struct Refusal {
    /// File name without `.json`.
    pub slug: &'static str,
    /// Path of the error.
    pub path: &'static str,
    /// What the error says.
    pub words: &'static [&'static str],
}

const fn at(slug: &'static str, path: &'static str, words: &'static [&'static str]) -> Refusal {
    Refusal { slug, path, words }
}

/// One row a file.
pub const REFUSALS: &[Refusal] = &[
    at(
        "01-nested-init",
        "components[0].traits.init[0].traits.init",
        &["belongs to a component", "move it"],
    ),
    at(
        "02-two-probe-methods",
        "components[0].traits.probes[0]",
        &["exactly one of", "httpGet", "tcpSocket"],
    ),
    at(
        "03-two-value-sources",
        "components[0].traits.envs[0].valueFrom",
        &["exactly one of", "static", "config"],
    ),
    at(
        "04-host-path",
        "components[0].traits.storage[0].type",
        &["hostPath", "use persistent, ephemeral"],
    ),
    at(
        "05-duplicate-component",
        "components[1].name",
        &["\"web\"", "another name"],
    ),
    at(
        "06-workflow-unknown-component",
        "workflow[0].components[1]",
        &["bakcend", "did you mean backend?"],
    ),
    at(
        "07-names-collide",
        "components[1].name",
        &["My.App", "my_app", "\"my-app\""],
    ),
    at(
        "08-cyclic-depends-on",
        "components[1].dependsOn[0]",
        &["ring", "remove one"],
    ),
    at(
        "09-empty-workflow",
        "workflow",
        &["no step", "leave workflow out"],
    ),
    at(
        "10-unknown-field",
        "components[0].replica",
        &["not known", "did you mean replicas?"],
    ),
    at(
        "11-mount-path-twice",
        "components[0].traits.storage[1].mountPath",
        &["/data is mounted twice", "\"a\""],
    ),
    at(
        "12-bad-quantity",
        "components[0].traits.resources.memory",
        &["512 megabytes", "Mi"],
    ),
    at(
        "13-port-out-of-range",
        "components[0].properties.ports[0].port",
        &["70000", "65535"],
    ),
    at(
        "14-port-twice",
        "components[0].properties.ports[1].port",
        &["port 80", "twice"],
    ),
    at(
        "15-nested-persistent",
        "components[0].traits.sidecar[0].traits.storage[0].type",
        &["type: ephemeral and the same name"],
    ),
    at(
        "16-component-without-step",
        "components[1]",
        &["frontend", "properties.skip"],
    ),
    at(
        "17-cronjob-without-schedule",
        "components[0].properties.schedule",
        &["needs properties.schedule", "0 3 * * *"],
    ),
    at(
        "18-two-images",
        "components[0].properties.image",
        &["nginx:1.25", "nginx:1.26", "keep one"],
    ),
    at(
        "19-no-components",
        "components",
        &["at least one component"],
    ),
    at(
        "20-liveness-success-threshold",
        "components[0].traits.probes[0].successThreshold",
        &["liveness", "must be 1"],
    ),
    at(
        "21-ingress-other-namespace",
        "components[0].traits.ingress[0].namespace",
        &["elsewhere", "own namespace"],
    ),
];
