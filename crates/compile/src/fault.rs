//! Errors and warnings at canonical paths.

use kubemin_model::FieldError;

/// A finding at a canonical path, `components[1].traits.ingress[0]`.
pub fn fault(
    path: impl Into<String>,
    code: &str,
    message: impl Into<String>,
    hint: &str,
) -> FieldError {
    FieldError {
        path: path.into(),
        code: code.to_owned(),
        message: message.into(),
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
        line: None,
        column: None,
    }
}
