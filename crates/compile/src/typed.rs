//! Free-form values of a document as Kubernetes types, without losing a field.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kubemin_model::FieldError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::draft::json;
use crate::fault::fault;

/// The Kubernetes type behind a value; fields that it does not have are an error, not dropped.
pub fn typed<T: DeserializeOwned + Serialize>(
    value: &Value,
    path: &str,
    what: &str,
) -> Result<T, FieldError> {
    let refuse = |why: String| {
        fault(
            path,
            "invalid-value",
            format!("not a Kubernetes {what}: {why}"),
            "",
        )
    };
    let parsed: T =
        serde_json::from_value(value.clone()).map_err(|error| refuse(error.to_string()))?;
    match lost(value, &json(&parsed), String::new()) {
        Some(field) => Err(refuse(format!("unknown field {field}"))),
        None => Ok(parsed),
    }
}

/// A number or a percentage.
pub fn int_or_string(value: &Value, path: &str) -> Result<IntOrString, FieldError> {
    match value {
        Value::String(text) => Ok(IntOrString::String(text.clone())),
        Value::Number(number) => number
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .map(IntOrString::Int)
            .ok_or_else(|| {
                fault(
                    path,
                    "invalid-value",
                    format!("{number} is no whole number of pods"),
                    "",
                )
            }),
        other => Err(fault(
            path,
            "invalid-value",
            format!("{other} is neither a number nor a percentage"),
            "",
        )),
    }
}

/// The first field of `given` that `kept` does not have.
fn lost(given: &Value, kept: &Value, place: String) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => given.iter().find_map(|(key, value)| {
            let place = if place.is_empty() {
                key.clone()
            } else {
                format!("{place}.{key}")
            };
            match kept.get(key) {
                Some(kept) => lost(value, kept, place),
                None if value.is_null() => None,
                None => Some(place),
            }
        }),
        (Value::Array(given), Value::Array(kept)) => given
            .iter()
            .zip(kept)
            .enumerate()
            .find_map(|(index, (given, kept))| lost(given, kept, format!("{place}[{index}]"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Toleration;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_kubernetes_does_not_have_is_named() {
        let error = typed::<Toleration>(
            &json!({"key": "a", "efect": "NoSchedule"}),
            "p",
            "toleration",
        )
        .err();
        assert!(error.is_some_and(|error| error.message.contains("unknown field efect")));
        assert!(
            typed::<Toleration>(
                &json!({"key": "a", "effect": "NoSchedule"}),
                "p",
                "toleration"
            )
            .is_ok()
        );
    }

    #[test]
    fn pods_are_counted_in_whole_numbers_or_percent() {
        assert_eq!(int_or_string(&json!(2), "p"), Ok(IntOrString::Int(2)));
        assert_eq!(
            int_or_string(&json!("25%"), "p"),
            Ok(IntOrString::String("25%".into()))
        );
        assert!(int_or_string(&json!(1.5), "p").is_err());
        assert!(int_or_string(&json!([1]), "p").is_err());
    }
}
