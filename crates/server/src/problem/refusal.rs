//! The refusal itself and how it is written.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use kubemin_api_types::{FieldProblem, Problem};

use super::kinds::{Kind, UNAUTHORIZED};
use crate::trace;

/// What a handler gives.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// Why a request is not done. Boxed: it travels as the error of every handler.
#[derive(Debug)]
pub struct Refusal(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: &'static Kind,
    detail: String,
    errors: Vec<FieldProblem>,
    business: Option<u32>,
    retry_after: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            business: None,
            retry_after: None,
        }))
    }

    /// The fields that are wrong.
    pub(crate) fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.0.errors = errors;
        self
    }

    /// One field that is wrong.
    pub(crate) fn at(self, path: impl Into<String>, message: impl Into<String>) -> Self {
        let (code, path, message) = (self.0.kind.code.to_owned(), path.into(), message.into());
        self.with_errors(vec![FieldProblem {
            path,
            code,
            message,
            ..FieldProblem::default()
        }])
    }

    /// The numeric code of the earlier API (research, upstream error codes).
    pub(crate) fn business(mut self, code: u32) -> Self {
        self.0.business = Some(code);
        self
    }

    /// When another try may succeed, in seconds.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    pub(crate) fn is(&self, kind: &Kind) -> bool {
        self.0.kind == kind
    }

    /// The body.
    pub(crate) fn problem(self) -> Problem {
        let parts = *self.0;
        Problem {
            kind: format!("urn:kubemin:problem:{}", parts.kind.code),
            title: parts.kind.title.to_owned(),
            status: parts.kind.status.as_u16(),
            code: parts.kind.code.to_owned(),
            detail: parts.detail,
            errors: parts.errors,
            trace_id: trace::current(),
            business_code: parts.business,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (kind, retry_after) = (self.0.kind, self.0.retry_after);
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (kind.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if *kind == UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
