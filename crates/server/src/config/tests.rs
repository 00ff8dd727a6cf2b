use std::time::Duration;

use super::*;

fn inputs() -> Inputs {
    Inputs {
        home: Some("/home/ann".into()),
        ..Inputs::default()
    }
}

fn with_file(text: &str) -> Resolution {
    resolve(&Inputs {
        file: Some(("server.yaml".into(), text.into())),
        ..inputs()
    })
}

fn faults(resolution: &Resolution) -> String {
    resolution
        .faults
        .iter()
        .map(|fault| format!("{fault}\n"))
        .collect()
}

fn value(resolution: &Resolution, key: &str) -> (String, &'static str) {
    resolution
        .values
        .iter()
        .find(|value| value.setting.key == key)
        .map(|value| (value.text.clone(), value.source.as_str()))
        .unwrap_or_default()
}

#[test]
fn the_defaults_of_the_manual_hold_without_any_word() {
    let resolution = resolve(&inputs());
    assert!(resolution.faults.is_empty(), "{}", faults(&resolution));
    assert!(resolution.warnings.is_empty(), "{:?}", resolution.warnings);
    let Settings {
        workflow,
        messaging,
        leader,
        server,
        cache,
        ..
    } = resolution.settings;
    assert_eq!(workflow.sequential_max_concurrency, 1);
    assert_eq!(workflow.max_concurrent_workflows, 10);
    assert_eq!(workflow.default_job_timeout, Duration::from_secs(60));
    assert_eq!(workflow.worker_auto_claim_count, 50);
    assert_eq!(workflow.worker_backoff_min, Duration::from_millis(200));
    assert_eq!(workflow.worker_backoff_max, Duration::from_secs(300));
    assert_eq!(workflow.slot_grace, Duration::from_secs(10));
    assert_eq!(messaging.r#type, MessageType::Noop);
    assert_eq!(messaging.redis_stream_max_len, 50_000);
    assert_eq!(messaging.kafka_group_id, "kubemin-workflow-workers");
    assert_eq!(leader.lease_duration, Duration::from_secs(15));
    assert_eq!(cache.port, 6379);
    assert_eq!(server.bind_addr, BindAddress::default());
    assert_eq!(
        server.data_dir,
        std::path::Path::new("/home/ann/.local/share/kubemin")
    );
}

#[test]
fn every_key_flag_and_variable_is_taken_once() {
    let mut seen = std::collections::BTreeSet::new();
    for setting in every_setting() {
        assert!(seen.insert(setting.key.to_owned()), "{}", setting.key);
        assert!(seen.insert(setting.flag.to_owned()), "{}", setting.flag);
        assert!(!setting.help.trim().is_empty(), "{}", setting.key);
        assert!(reference().contains(&setting.environment()));
    }
    for (section, _, settings) in every_section() {
        assert!(
            settings.iter().all(|setting| setting.section() == section),
            "{section}"
        );
    }
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let resolution = resolve(&Inputs {
        flags: vec![("workflow-max-concurrent".into(), "33".into())],
        environment: vec![
            ("KUBEMIN_WORKFLOW_MAX_CONCURRENT".into(), "32".into()),
            ("KUBEMIN_WORKFLOW_SEQUENTIAL_MAX_CONCURRENCY".into(), "4".into()),
            ("KUBECONFIG".into(), "/tmp/kubeconfig".into()),
        ],
        file: Some((
            "server.yaml".into(),
            "workflow: {maxConcurrentWorkflows: 31, sequentialMaxConcurrency: 2, workerReadCount: 12}".into(),
        )),
        ..inputs()
    });
    assert_eq!(
        value(&resolution, "workflow.maxConcurrentWorkflows"),
        ("33".into(), "flag")
    );
    assert_eq!(
        value(&resolution, "workflow.sequentialMaxConcurrency"),
        ("4".into(), "environment")
    );
    assert_eq!(
        value(&resolution, "workflow.workerReadCount"),
        ("12".into(), "file")
    );
    assert_eq!(
        value(&resolution, "workflow.workerAutoClaimCount"),
        ("50".into(), "default")
    );
    assert_eq!(
        value(&resolution, "kubernetes.kubeconfig"),
        ("/tmp/kubeconfig".into(), "environment")
    );
    assert_eq!(resolution.settings.workflow.max_concurrent_workflows, 33);
}

#[test]
fn the_manuals_kafka_file_is_accepted_with_a_word_on_what_it_does_not_do() {
    let resolution = with_file(
        "workflow:\n  workerStaleInterval: 20s\n  workerAutoClaimMinIdle: 120s\n  workerAutoClaimCount: 100\n  defaultJobTimeout: 60s\n\
         messaging:\n  type: kafka\n  kafkaBrokers:\n    - kafka-0:9092\n    - kafka-1:9092\ncache:\n  cacheProt: 6390\n",
    );
    assert!(resolution.faults.is_empty(), "{}", faults(&resolution));
    assert_eq!(
        resolution.settings.messaging.kafka_brokers,
        ["kafka-0:9092", "kafka-1:9092"]
    );
    assert_eq!(resolution.settings.cache.port, 6390);
    assert_eq!(resolution.warnings.len(), 1, "{:?}", resolution.warnings);
    for key in [
        "workflow.workerAutoClaimMinIdle",
        "workflow.workerAutoClaimCount",
        "cache.cachePort",
    ] {
        assert!(
            resolution.warnings[0].contains(key),
            "{:?}",
            resolution.warnings
        );
    }
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let resolution = with_file(
        "workflow: {localPollInterval: soon, maxConcurrentWorkflows: many, workerReadCount: -1,\n  sequentialMaxConcurrency: 0, workerBackoffMin: 10m}\n\
         messaging: {type: carrier-pigeon, kafkaGroup: a}\nworkflw: {a: 1, b: 2}\nmsg-type: noop\n",
    );
    let told = faults(&resolution);
    for expected in [
        "server.yaml:1:12: workflow.localPollInterval: \"soon\" is no duration",
        "workflow.maxConcurrentWorkflows: \"many\" is no whole number",
        "workflow.workerReadCount: -1 is negative",
        "workflow.sequentialMaxConcurrency: 0 is too small",
        "server.yaml:3:13: messaging.type: \"carrier-pigeon\" is none of noop, redis, kafka",
        "messaging.kafkaGroup: is no setting; did you mean messaging.kafkaGroupID?",
        "workflw: is no section; did you mean workflow?",
        "msg-type: is no section; the setting is called messaging.type",
        "workflow.workerBackoffMin (10m, file) must not be above workflow.workerBackoffMax (5m, default)",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in\n{told}");
    }
    assert_eq!(resolution.faults.len(), 9, "{told}");
}

#[test]
fn contradictions_name_both_settings() {
    for (file, keys) in [
        (
            "workflow: {workerStaleInterval: 60s, workerAutoClaimMinIdle: 60s}",
            ["workerStaleInterval", "workerAutoClaimMinIdle"],
        ),
        (
            "workflow: {workerBackoffMax: 2s, workerReadBlock: 2s}",
            ["workerBackoffMax", "workerReadBlock"],
        ),
        (
            "messaging: {type: kafka}",
            ["messaging.type", "kafkaBrokers"],
        ),
        (
            "leader: {leaseDuration: 10s}",
            ["leaseRenewDeadline", "leaseDuration"],
        ),
        ("server: {tlsCert: /tls.crt}", ["tlsCert", "tlsKey"]),
    ] {
        let resolution = with_file(file);
        let told = faults(&resolution);
        assert_eq!(resolution.faults.len(), 1, "{file}: {told}");
        assert!(keys.iter().all(|key| told.contains(key)), "{file}: {told}");
    }
}

#[test]
fn an_idle_time_not_above_the_job_time_out_is_a_warning() {
    let resolution = with_file("workflow: {workerAutoClaimMinIdle: 45s, defaultJobTimeout: 45s}");
    assert!(resolution.faults.is_empty());
    assert!(
        resolution
            .warnings
            .iter()
            .any(|w| w.contains("workerAutoClaimMinIdle (45s, file) is not above"))
    );
}

#[test]
fn a_file_that_is_none_is_told_with_its_place() {
    for (text, expected) in [
        ("workflow: [", "server.yaml:"),
        ("- a\n", "must hold sections"),
        ("workflow: 3\n", "is a section"),
        (
            "workflow:\n  workerReadCount: 1\n  workerReadCount: 2\n",
            "line 2 already",
        ),
        ("cache: {cachePort: 1, cacheProt: 2}", "line 1 already"),
        (
            "workflow: {workerReadCount: [1, 2]}",
            "is a list where one value belongs",
        ),
        (
            "security: {encryptionKey: abc}",
            "give it as the variable KUBEMIN_ENCRYPTION_KEY",
        ),
        ("a: &a 1\nb: *a\n", "aliases"),
    ] {
        let told = faults(&with_file(text));
        assert!(told.contains(expected), "{text:?}: {told}");
    }
    assert!(with_file("# nothing\n").faults.is_empty());
    assert!(with_file("workflow:\n").faults.is_empty());
}

#[test]
fn secrets_are_masked_and_do_not_come_from_the_command_line() {
    let resolution = resolve(&Inputs {
        flags: vec![("datastore-password".into(), "from-flag".into())],
        environment: vec![
            ("KUBEMIN_ENCRYPTION_KEY".into(), "hunter2".into()),
            (
                "KUBEMIN_DATASTORE_URL".into(),
                "mysql://root:hunter3@db/kubemin".into(),
            ),
        ],
        ..inputs()
    });
    assert_eq!(resolution.settings.datastore.password, None);
    let shown = as_lines(&resolution.values)
        + &serde_json::to_string(&as_data(&resolution.values)).unwrap()
        + &format!("{:?}", resolution.settings);
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(shown.contains("security.encryptionKey *** environment"));
    assert!(shown.contains("mysql://root:***@db/kubemin"));
}

#[test]
fn variables_that_kubernetes_sets_for_services_are_not_settings_and_misspelt_ones_are_told() {
    let resolution = resolve(&Inputs {
        environment: vec![
            ("KUBEMIN_CACHE_PORT".into(), "tcp://10.0.0.7:6379".into()),
            ("KUBEMIN_SERVICE_HOST".into(), "10.0.0.8".into()),
            ("KUBEMIN_WORKFLOW_MAX_CONCURENT".into(), "3".into()),
        ],
        ..inputs()
    });
    assert!(resolution.faults.is_empty(), "{}", faults(&resolution));
    assert_eq!(resolution.settings.cache.port, 6379);
    assert_eq!(
        resolution.warnings,
        [
            "the variable KUBEMIN_WORKFLOW_MAX_CONCURENT is no setting; did you mean KUBEMIN_WORKFLOW_MAX_CONCURRENT?"
        ]
    );
}

#[test]
fn some_rules_bind_at_start_only() {
    let resolution = with_file("messaging: {type: redis}\n");
    assert!(resolution.faults.is_empty());
    assert!(start_faults(&resolution.settings, StartFacts { replicas: 1 }).is_empty());
    assert_eq!(
        start_faults(&resolution.settings, StartFacts { replicas: 2 }).len(),
        1
    );
    let mysql = with_file("datastore: {url: 'mysql://root@db/kubemin'}\n");
    assert!(
        start_faults(&mysql.settings, StartFacts { replicas: 1 })[0]
            .contains("encryption-key-file")
    );
}
