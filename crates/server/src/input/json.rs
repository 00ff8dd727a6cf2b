//! Small JSON bodies: unknown fields are refused by name (security item 4).

use axum::extract::{FromRequest, Request};
use kubemin_api_types::FieldProblem;
use serde::de::DeserializeOwned;

use super::body::Body;
use crate::problem::{Answer, Refusal, UNREADABLE};
use crate::state::AppState;

/// A body of a known shape. An empty body is an empty object.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &AppState) -> Answer<Self> {
        let body = Body::from_request(request, state).await?;
        let text = if body.text.trim().is_empty() {
            "{}"
        } else {
            &body.text
        };
        serde_json::from_str(text)
            .map(Self)
            .map_err(|fault| unreadable(&fault))
    }
}

/// Serde quotes field names, and values only where they are of the wrong kind; these bodies carry no secrets.
fn unreadable(fault: &serde_json::Error) -> Refusal {
    let message = fault.to_string();
    let unknown = message.starts_with("unknown field");
    let field = message
        .split('`')
        .nth(1)
        .filter(|_| unknown || message.starts_with("missing field"));
    let problem = FieldProblem {
        path: field.unwrap_or_default().to_owned(),
        code: if unknown {
            "unknown-field"
        } else {
            "unreadable"
        }
        .to_owned(),
        message: message.clone(),
        line: u32::try_from(fault.line()).ok(),
        column: u32::try_from(fault.column()).ok(),
        ..FieldProblem::default()
    };
    Refusal::new(&UNREADABLE, message)
        .with_errors(vec![problem])
        .business(400)
}
