//! What was changed by hand, in the words of a component's status (decisions 35, 38).

use kubemin_engine::ComponentDrift;
use kubemin_ports::{ApplicationRow, ComponentRow, TaskRow};
use kubemin_workflow::TaskState;
use kubemin_workflow::readiness::Status;

/// Paths that are named before the rest is only counted.
const NAMED: usize = 3;

/// Whether what differs was changed by hand: only what a completed deployment left can drift.
pub(crate) fn may_drift(row: &ApplicationRow, task: Option<&TaskRow>) -> bool {
    task.is_some_and(|task| task.state == TaskState::Completed && task.revision == row.revision)
}

/// Adds to the rows of components that have no trouble of their own.
pub(crate) fn add_drift(rows: &mut [ComponentRow], drift: &[ComponentDrift]) {
    for row in rows.iter_mut().filter(|row| row.reason.is_empty()) {
        let Some(found) = drift.iter().find(|drift| drift.component == row.name) else {
            continue;
        };
        if let Some(message) = missing(found) {
            row.status = Status::Failed;
            row.reason = "Missing".to_owned();
            row.message = message;
        } else if let Some(message) = changed(found) {
            row.reason = "Drifted".to_owned();
            row.message = message;
        }
    }
}

fn missing(drift: &ComponentDrift) -> Option<String> {
    let names: Vec<String> = drift.missing.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        format!(
            "{} is declared and not there. What to do: apply the application again",
            names.join(", ")
        )
    })
}

fn changed(drift: &ComponentDrift) -> Option<String> {
    let (key, fields) = drift.changed.first()?;
    let paths: Vec<&str> = fields
        .iter()
        .take(NAMED)
        .map(|field| field.path.as_str())
        .collect();
    let all: usize = drift.changed.iter().map(|(_, fields)| fields.len()).sum();
    let more = match all - paths.len() {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    Some(format!(
        "{key} was changed by hand: {}{more}. What to do: apply the application again to mend it, \
         or put the change into its document",
        paths.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use kubemin_engine::FieldChange;
    use kubemin_objects::{Kind, ObjectKey};
    use serde_json::Value;

    use super::*;

    fn key(kind: Kind, name: &str) -> ObjectKey {
        ObjectKey {
            kind,
            namespace: Some("shop".into()),
            name: name.into(),
        }
    }

    #[test]
    fn drift_is_told_unless_there_is_graver_trouble() {
        let row = |name: &str, reason: &str| ComponentRow {
            name: name.into(),
            status: Status::Running,
            reason: reason.into(),
            ..ComponentRow::default()
        };
        let mut rows = [row("web", ""), row("conf", ""), row("db", "CrashLoop")];
        let field = FieldChange {
            path: "spec.replicas".into(),
            old: Value::from(3),
            new: Value::from(1),
        };
        let of = |component: &str, missing: Vec<ObjectKey>| ComponentDrift {
            component: component.into(),
            missing,
            changed: vec![(key(Kind::Deployment, "web"), vec![field.clone()])],
        };
        let drift = [
            of("web", Vec::new()),
            of("conf", vec![key(Kind::ConfigMap, "conf")]),
            of("db", Vec::new()),
        ];
        add_drift(&mut rows, &drift);
        assert_eq!(rows[0].reason, "Drifted");
        assert!(
            rows[0].message.contains("spec.replicas"),
            "{}",
            rows[0].message
        );
        assert_eq!(rows[0].status, Status::Running);
        assert_eq!(
            (rows[1].reason.as_str(), rows[1].status),
            ("Missing", Status::Failed)
        );
        assert_eq!(rows[2].reason, "CrashLoop");
    }
}
