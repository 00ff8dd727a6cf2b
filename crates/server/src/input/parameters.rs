//! Query parameters. An unknown one is refused: a misspelt `force` must not be taken for none.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kubemin_ports::task::TaskOptions;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::problem::{Answer, INVALID_QUERY, Refusal};
use crate::state::AppState;

/// Rows of a page when nobody says how many.
const PAGE: usize = 100;
/// Rows of a page at the most.
const LONGEST_PAGE: usize = 500;

/// Parameters of a known shape.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Answer<Self> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|query| Self(query.0)).map_err(|fault| {
            let cause = std::error::Error::source(&fault)
                .map_or_else(|| fault.to_string(), ToString::to_string);
            Refusal::new(&INVALID_QUERY, cause)
        })
    }
}

fn bounded(limit: Option<usize>) -> Answer<usize> {
    match limit {
        None => Ok(PAGE),
        Some(limit) if (1..=LONGEST_PAGE).contains(&limit) => Ok(limit),
        Some(limit) => {
            let detail = format!("limit is {limit}, and a page has 1 to {LONGEST_PAGE} rows");
            Err(Refusal::new(&INVALID_QUERY, detail).at("limit", "out of range"))
        }
    }
}

/// Which applications.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Part of name, alias, project or description.
    pub(crate) q: Option<String>,
    /// Exact name.
    pub(crate) name: Option<String>,
    /// Exact namespace.
    pub(crate) namespace: Option<String>,
    /// Running, Pending, Failed, Unknown, Stopped or Completed.
    pub(crate) phase: Option<String>,
    /// Rows at the most, 1 to 500; 100 when absent.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    pub(crate) cursor: Option<String>,
}

impl ListQuery {
    pub(crate) fn limit(&self) -> Answer<usize> {
        bounded(self.limit)
    }
}

/// A page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// Rows at the most, 1 to 500; 100 when absent.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    pub(crate) cursor: Option<String>,
}

impl PageQuery {
    pub(crate) fn limit(&self) -> Answer<usize> {
        bounded(self.limit)
    }

    /// The cursor of lists that are numbered.
    pub(crate) fn number(&self) -> Answer<Option<i64>> {
        number(self.cursor.as_deref())
    }
}

fn number(cursor: Option<&str>) -> Answer<Option<i64>> {
    let wrong = |_| {
        Refusal::new(&INVALID_QUERY, "cursor is not one that this list has given")
            .at("cursor", "unknown")
    };
    cursor.map(str::parse).transpose().map_err(wrong)
}

/// How a document is stored.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreQuery {
    /// `false` stores without deploying; deployed when absent.
    execute: Option<bool>,
    /// Cancel an active task of the application first (decision 32).
    #[serde(default)]
    pub(crate) force: bool,
    /// Take over existing objects by name (decision 42).
    #[serde(default)]
    adopt: bool,
    /// Refuse to re-attach kept claims (decision 41).
    #[serde(default)]
    fresh: bool,
}

impl StoreQuery {
    pub(crate) fn execute(&self) -> bool {
        self.execute.unwrap_or(true)
    }

    pub(crate) fn options(&self) -> TaskOptions {
        TaskOptions {
            adopt: self.adopt,
            fresh: self.fresh,
            ..TaskOptions::default()
        }
    }
}

/// How a deployment would be done.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentQuery {
    /// Take over existing objects by name (decision 42).
    #[serde(default)]
    adopt: bool,
    /// Refuse to re-attach kept claims (decision 41).
    #[serde(default)]
    fresh: bool,
}

impl DocumentQuery {
    pub(crate) fn options(&self) -> TaskOptions {
        TaskOptions {
            adopt: self.adopt,
            fresh: self.fresh,
            ..TaskOptions::default()
        }
    }
}

/// How an application is deleted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteQuery {
    /// Claims too.
    #[serde(default)]
    pub(crate) purge: bool,
    /// Say what would go and what would stay; change nothing.
    #[serde(default)]
    pub(crate) plan: bool,
}

/// Which revisions are compared.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffQuery {
    /// Older side; the revision before `to` when absent.
    pub(crate) from: Option<i64>,
    /// Newer side; the current revision when absent.
    pub(crate) to: Option<i64>,
}

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventQuery {
    /// Only of this component.
    pub(crate) component: Option<String>,
    /// Rows at the most, 1 to 500; 100 when absent.
    limit: Option<usize>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl EventQuery {
    pub(crate) fn limit(&self) -> Answer<usize> {
        bounded(self.limit)
    }

    pub(crate) fn after(&self) -> Answer<Option<i64>> {
        number(self.cursor.as_deref())
    }
}

/// Which log lines.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogQuery {
    /// Only of this component.
    pub(crate) component: Option<String>,
    /// Only of this container.
    pub(crate) container: Option<String>,
    /// Go on as lines come.
    #[serde(default)]
    pub(crate) follow: bool,
    /// Of containers before their last restart.
    #[serde(default)]
    pub(crate) previous: bool,
    /// Last lines of each container; all when absent.
    pub(crate) tail: Option<i64>,
    /// `false` leaves pod and container out of text lines.
    pub(crate) prefix: Option<bool>,
}

/// Which component is explained.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyQuery {
    /// Only this component.
    pub(crate) component: Option<String>,
}

/// How a status is read.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StatusQuery {
    /// Compare the objects with the cluster too, and say what was changed by hand.
    pub(crate) drift: bool,
}

/// How a document is exported.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// `yaml` (default) or `json`.
    pub(crate) format: Option<String>,
}
