//! When two values are equal though they are written differently.

use kubemin_model::Amount;
use serde_json::Value;

/// Maps whose keys are free: there an empty text is a value, in a struct it is the same as an absent field.
const FREE_MAPS: [&str; 10] = [
    "labels",
    "annotations",
    "data",
    "stringData",
    "binaryData",
    "matchLabels",
    "nodeSelector",
    "selector",
    "limits",
    "requests",
];

/// Optional fields whose zero value says something else than their absence.
const ZERO_HAS_A_MEANING: [&str; 14] = [
    "activeDeadlineSeconds",
    "allowPrivilegeEscalation",
    "automountServiceAccountToken",
    "fsGroup",
    "maxUnavailable",
    "minAvailable",
    "minReplicas",
    "replicas",
    "runAsGroup",
    "runAsUser",
    "stabilizationWindowSeconds",
    "storageClassName",
    "ttlSecondsAfterFinished",
    "weight",
];

/// Fields where `{}` chooses something: all pods, all namespaces, a volume of no other kind.
const EMPTY_HAS_A_MEANING: [&str; 4] = [
    "emptyDir",
    "labelSelector",
    "namespaceSelector",
    "podSelector",
];

/// Whether `{}` differs from an absent field.
pub(super) fn empty_has_a_meaning(field: &str) -> bool {
    EMPTY_HAS_A_MEANING.contains(&field)
}

/// Whether a live value is what is wanted.
pub(super) fn equal(field: &str, parent: &str, wanted: &Value, live: Option<&Value>) -> bool {
    let Some(live) = live else {
        return is_zero(wanted)
            && !FREE_MAPS.contains(&parent)
            && !ZERO_HAS_A_MEANING.contains(&field);
    };
    if wanted == live {
        return true;
    }
    if let (Some(wanted), Some(live)) = (wanted.as_f64(), live.as_f64()) {
        return (wanted - live).abs() < f64::EPSILON;
    }
    is_quantity(field, parent) && amount(wanted).is_some_and(|wanted| amount(live) == Some(wanted))
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Bool(set) => !set,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Fields of type `Quantity` in the kinds that are applied.
fn is_quantity(field: &str, parent: &str) -> bool {
    matches!(parent, "limits" | "requests" | "overhead" | "capacity")
        || matches!(field, "sizeLimit" | "averageValue" | "divisor")
        || field == "value" && parent == "target"
}

fn amount(value: &Value) -> Option<i128> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Amount::parse(&text).ok().map(Amount::nanos)
}
