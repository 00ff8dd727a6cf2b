//! Many applications: list, templates.

use std::collections::HashMap;

use axum::Json;
use kubemin_api_types::{ApplicationList, ApplicationSummary};
use kubemin_ports::{ApplicationFilter, ApplicationRow, ComponentRow, Page};

use crate::input::{ListQuery, Query};
use crate::problem::{Answer, INVALID_QUERY, Refusal};
use crate::state::Core;
use crate::view;

/// Pages looked through for rows that fit a filter the database does not know.
const PAGES: usize = 50;
/// Phases there are.
const PHASES: [&str; 6] = [
    "Running",
    "Pending",
    "Failed",
    "Unknown",
    "Stopped",
    "Completed",
];

/// `GET /applications`.
pub(crate) async fn list(
    core: Core,
    Query(query): Query<ListQuery>,
) -> Answer<Json<ApplicationList>> {
    if let Some(phase) = query
        .phase
        .as_deref()
        .filter(|phase| !PHASES.contains(phase))
    {
        let detail = format!("phase is {phase}; it is one of {}", PHASES.join(", "));
        return Err(Refusal::new(&INVALID_QUERY, detail).at("phase", "unknown"));
    }
    let fits = |summary: &ApplicationSummary| {
        query
            .phase
            .as_ref()
            .is_none_or(|phase| *phase == summary.phase)
    };
    listed(&core, &query, fits).await.map(Json)
}

/// `GET /applications/templates`.
pub(crate) async fn templates(
    core: Core,
    Query(query): Query<ListQuery>,
) -> Answer<Json<ApplicationList>> {
    listed(&core, &query, |summary| summary.template_enabled)
        .await
        .map(Json)
}

/// Asks for as many rows as are still missing, so that no row is read twice or left out.
async fn listed(
    core: &Core,
    query: &ListQuery,
    fits: impl Fn(&ApplicationSummary) -> bool,
) -> Answer<ApplicationList> {
    let limit = query.limit()?;
    let mut list = ApplicationList {
        applications: Vec::new(),
        next_cursor: query.cursor.clone(),
    };
    for _ in 0..PAGES {
        let filter = ApplicationFilter {
            text: query.q.clone(),
            name: query.name.clone(),
            namespace: query.namespace.clone(),
            cursor: list.next_cursor.take(),
            limit: limit - list.applications.len(),
        };
        let Page { items, next } = core.store.applications(&filter).await?;
        list.applications
            .extend(summaries(core, &items).await?.into_iter().filter(&fits));
        list.next_cursor = next;
        if list.next_cursor.is_none() || list.applications.len() >= limit {
            break;
        }
    }
    Ok(list)
}

async fn summaries(core: &Core, rows: &[ApplicationRow]) -> Answer<Vec<ApplicationSummary>> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let components = core.store.components_of(&ids).await?;
    let mut by_application: HashMap<&str, Vec<&ComponentRow>> = HashMap::new();
    for component in &components {
        by_application
            .entry(&component.app_id)
            .or_default()
            .push(component);
    }
    let of = |row: &ApplicationRow| by_application.remove(row.id.as_str()).unwrap_or_default();
    let mut of = of;
    Ok(rows
        .iter()
        .map(|row| view::summary(row, &of(row)))
        .collect())
}
