//! The text of a body with its notation.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use kubemin_model::Format;

use crate::problem::{Answer, Refusal, TOO_LARGE, UNREADABLE, WRONG_MEDIA_TYPE};
use crate::state::AppState;

/// A body as text.
pub(crate) struct Body {
    pub(crate) text: String,
    /// JSON or YAML, by `Content-Type`; by its first characters when that says neither.
    pub(crate) format: Format,
}

impl FromRequest<AppState> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &AppState) -> Answer<Self> {
        let kind = media_type(&request)?;
        let bytes = read(request, state.rooms().limits().body).await?;
        let text = String::from_utf8(bytes.into()).map_err(|fault| {
            Refusal::new(
                &UNREADABLE,
                format!("the body is not UTF-8: {}", fault.utf8_error()),
            )
        })?;
        let format = kind.unwrap_or_else(|| Format::sniff(&text));
        Ok(Self { text, format })
    }
}

/// Refused by its length before anything is read, and while reading when the length was not told.
async fn read(request: Request, limit: usize) -> Answer<Bytes> {
    let too_large = || {
        Refusal::new(
            &TOO_LARGE,
            format!("a body may have {limit} bytes at the most"),
        )
    };
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    to_bytes(request.into_body(), limit).await.map_err(|fault| {
        let by_limit = std::error::Error::source(&fault)
            .is_some_and(|cause| cause.to_string().contains("length limit"));
        if by_limit {
            too_large()
        } else {
            Refusal::new(&UNREADABLE, "the body did not arrive completely")
        }
    })
}

fn media_type(request: &Request) -> Answer<Option<Format>> {
    let Some(value) = request.headers().get(CONTENT_TYPE) else {
        return Ok(None);
    };
    let value = value.to_str().unwrap_or_default();
    let kind = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(Some(Format::Json)),
        "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" => {
            Ok(Some(Format::Yaml))
        }
        "" | "text/plain" | "application/octet-stream" => Ok(None),
        _ => Err(Refusal::new(
            &WRONG_MEDIA_TYPE,
            "send application/json or application/yaml",
        )),
    }
}
