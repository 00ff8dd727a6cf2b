//! The program on files alone: what it prints and what it exits with.

mod program;

use program::{Folder, text};

const APP: &str = r#"
name: shop
components:
  - {name: conf, type: config, properties: {conf: {a: b}}}
  - name: web
    type: webservice
    image: registry.example/web:1
    properties: {ports: [{port: 8080}]}
"#;

#[test]
fn a_valid_file_is_told_in_one_line() {
    let folder = Folder::new();
    folder.write("app.yaml", APP);
    let run = folder.kubemin(&["validate", "app.yaml"]);
    assert_eq!(
        (run.code, text(&run.stdout)),
        (0, "app.yaml: valid, shop with 2 components\n")
    );
    assert_eq!(text(&run.stderr), "");
}

#[test]
fn every_fault_is_a_line_with_place_path_and_hint() {
    let folder = Folder::new();
    folder.write("app.json", "{\"name\": \"shop\",\n \"components\": [{\"name\": \"web\", \"type\": \"webservice\",\n  \"replcas\": 2}]}");
    let run = folder.kubemin(&["validate", "app.json"]);
    assert_eq!(run.code, 2);
    let lines: Vec<&str> = text(&run.stderr).lines().collect();
    assert!(
        lines.iter().any(
            |line| line.starts_with("app.json:3:3: components[0].replcas: ")
                && line.contains("replicas")
        ),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.contains(": components[0].image: ")),
        "{lines:?}"
    );
    assert_eq!(lines.last(), Some(&"app.json: 2 errors"));
    assert_eq!(text(&run.stdout), "");
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    let folder = Folder::new();
    folder.write("good.yaml", APP);
    folder.write(
        "bad.yaml",
        "name: x\ncomponents: [{name: a, type: nonsense}]\n",
    );
    let run = folder.kubemin(&["validate", "missing.yaml", "bad.yaml", "good.yaml"]);
    assert_eq!(run.code, 2);
    assert!(text(&run.stderr).contains("missing.yaml: there is no such file"));
    assert!(text(&run.stderr).contains("components[0].type"));
    assert!(text(&run.stdout).contains("good.yaml: valid"));
}

#[test]
fn programs_get_what_the_server_would_answer() {
    let folder = Folder::new();
    folder.write(
        "app.yaml",
        "name: x\ncomponents: [{name: a, type: webservice}]\n",
    );
    let run = folder.kubemin(&["validate", "app.yaml", "-o", "json"]);
    let body: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(body["valid"], false);
    assert_eq!(body["errors"][0]["path"], "components[0].image");
    assert!(body["errors"][0]["code"].is_string() && body["warnings"].is_array());
    assert_eq!(run.code, 2);
}

#[test]
fn a_document_is_read_from_standard_input() {
    let folder = Folder::new();
    let run = folder.kubemin_with(&["render", "-", "-o", "name"], APP, &[]);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    assert_eq!(
        text(&run.stdout),
        "ConfigMap/conf\nService/web\nDeployment/web\n"
    );
}

#[test]
fn a_render_that_is_refused_prints_no_object() {
    let folder = Folder::new();
    folder.write(
        "bad.yaml",
        "name: x\ncomponents: [{name: a, type: webservice}]\n",
    );
    let run = folder.kubemin(&["render", "bad.yaml"]);
    assert_eq!((run.code, text(&run.stdout)), (2, ""));
    assert_eq!(
        folder
            .kubemin(&["render", "bad.yaml", "-o", "nonsense"])
            .code,
        2
    );
}

#[test]
fn the_namespace_of_the_flag_fills_in_and_must_not_contradict() {
    let folder = Folder::new();
    folder.write("app.yaml", APP);
    folder.write("own.yaml", &format!("namespace: mine\n{APP}"));
    let rendered = |run: program::Run| text(&run.stdout).contains("namespace: team");
    assert!(rendered(
        folder.kubemin(&["render", "app.yaml", "-n", "team"])
    ));
    assert!(rendered(folder.kubemin_with(
        &["render", "app.yaml"],
        "",
        &[("KUBEMIN_NAMESPACE", "team")]
    )));
    let refused = folder.kubemin(&["render", "own.yaml", "-n", "team"]);
    assert_eq!(refused.code, 2);
    assert!(
        text(&refused.stderr)
            .contains("own.yaml:1:1: namespace: the document is for namespace mine")
    );
    let kept = folder.kubemin_with(
        &["render", "own.yaml"],
        "",
        &[("KUBEMIN_NAMESPACE", "team")],
    );
    assert_eq!(kept.code, 0);
}

#[test]
fn a_profile_names_the_gpus_of_the_platform() {
    let folder = Folder::new();
    folder.write("app.yaml", "name: x\ncomponents: [{name: a, type: webservice, image: 'a:1', traits: {resources: {gpu: '1'}}}]\n");
    folder.write(
        "platform.yaml",
        "gpu: {count: example.com/gpu, memory: example.com/mem}\n",
    );
    let render = |profile: &[&str]| {
        let run = folder.kubemin(&[&["render", "app.yaml"], profile].concat());
        assert_eq!(run.code, 0, "{}", text(&run.stderr));
        text(&run.stdout).to_owned()
    };
    assert!(render(&[]).contains("nvidia.com/gpu"));
    assert!(render(&["--profile", "volcano"]).contains("volcano.sh/vgpu-number"));
    assert!(render(&["--profile", "platform.yaml"]).contains("example.com/gpu"));
}

#[test]
fn every_platform_renders_a_share_of_a_gpu_its_own_way() {
    let folder = Folder::new();
    folder.write("app.yaml", "name: x\ncomponents: [{name: a, type: webservice, image: 'a:1', traits: {resources: {gpu: '1536Mi'}}}]\n");
    folder.write(
        "gibi.yaml",
        "gpu: {count: example.com/gpu, memory: example.com/mem, memoryUnit: GiB}\n",
    );
    folder.write("named.yaml", "gpu: volcano\n");
    let limits = |profile: &str| {
        let run = folder.kubemin(&["render", "app.yaml", "-o", "json", "--profile", profile]);
        assert_eq!(run.code, 0, "{}", text(&run.stderr));
        let objects: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        objects[0]["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"].clone()
    };
    for (profile, expected) in [
        ("nvidia", r#"{"nvidia.com/gpumem": "1536"}"#),
        ("hami", r#"{"nvidia.com/gpumem": "1536"}"#),
        (
            "volcano",
            r#"{"volcano.sh/vgpu-memory": "1536", "volcano.sh/vgpu-number": "1"}"#,
        ),
        ("aliyun", r#"{"aliyun.com/gpu-mem": "2"}"#),
        ("gibi.yaml", r#"{"example.com/mem": "2"}"#),
        (
            "named.yaml",
            r#"{"volcano.sh/vgpu-memory": "1536", "volcano.sh/vgpu-number": "1"}"#,
        ),
    ] {
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(limits(profile), expected, "{profile}");
    }
}

#[test]
fn an_unknown_platform_is_refused_with_the_nearest_name() {
    let folder = Folder::new();
    folder.write("app.yaml", APP);
    folder.write("typo.yaml", "gpu: vulcano\n");
    folder.write("field.yaml", "gatewayAPI: true\n");
    for (profile, words) in [
        ("volcno", "did you mean volcano?"),
        ("Nvidia", "did you mean nvidia?"),
        ("typo.yaml", "did you mean volcano?"),
        ("zzz", "there are nvidia, hami, volcano, aliyun"),
        ("field.yaml", "gatewayAPI"),
        ("absent.yaml", "No such file"),
    ] {
        let run = folder.kubemin(&["render", "app.yaml", "--profile", profile]);
        assert_eq!((run.code, text(&run.stdout)), (2, ""), "{profile}");
        assert!(
            text(&run.stderr).contains(words),
            "{profile}: {}",
            text(&run.stderr)
        );
    }
}

#[test]
fn a_plan_without_a_server_is_one_on_an_empty_cluster() {
    let folder = Folder::new();
    folder.write("app.yaml", APP);
    let run = folder.kubemin(&["plan", "app.yaml", "-o", "json"]);
    let plan: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((run.code, &plan["application"]), (0, &"shop".into()));
    let job = &plan["steps"][1]["jobs"][0];
    assert_eq!(
        (&job["component"], &job["kind"], &job["priority"]),
        (&"web".into(), &"Service".into(), &10.into())
    );
    assert_eq!(job["waitsFor"][0], "step config (ConfigMap/conf)");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = Folder::new();
    folder.write("app.yaml", APP);
    let run = folder.kubemin_into_closed_pipe(&["completion", "bash"]);
    assert_eq!((run.code, text(&run.stderr)), (0, ""));
}

#[test]
fn wrong_use_is_exit_code_2_and_help_is_0() {
    let folder = Folder::new();
    for args in [
        &["validate"][..],
        &["no-such-command"],
        &["validate", "--no-such-flag", "x"],
        &["scale", "x", "--replicas", "-1"],
        &["apply"],
    ] {
        assert_eq!(folder.kubemin(args).code, 2, "{args:?}");
    }
    for args in [
        &["--help"][..],
        &["apply", "--help"],
        &["server", "--help"],
        &["task", "show", "-h"],
        &["--version"],
        &["version"],
    ] {
        assert_eq!(folder.kubemin(args).code, 0, "{args:?}");
    }
}

#[test]
fn settings_of_the_server_are_printed_with_their_source() {
    let folder = Folder::new();
    folder.write(
        "server.yaml",
        "workflow: {maxConcurrentWorkflows: 31}\nmessaging: {type: noop}\n",
    );
    let args = [
        "server",
        "--print-config",
        "--config",
        "server.yaml",
        "--lock-name",
        "second",
        "--exit-on-lost-leader=false",
    ];
    let run = folder.kubemin_with(&args, "", &[("KUBEMIN_LOG_LEVEL", "debug")]);
    assert_eq!(run.code, 0, "{}", text(&run.stderr));
    for line in [
        "workflow.maxConcurrentWorkflows 31 file",
        "leader.lockName second flag",
        "leader.exitOnLostLeader false flag",
        "log.level debug environment",
        "cache.cachePort 6379 default",
        "datastore.url - default",
    ] {
        assert!(
            text(&run.stdout).lines().any(|other| other == line),
            "{line}"
        );
    }
    let wrong = folder.kubemin(&[
        "server",
        "--print-config",
        "--msg-type",
        "pigeon",
        "--workflow-worker-read-count",
        "-1",
    ]);
    assert_eq!(wrong.code, 2);
    assert_eq!(
        text(&wrong.stderr).lines().count(),
        2,
        "{}",
        text(&wrong.stderr)
    );
}
