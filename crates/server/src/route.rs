//! A route: it cannot be made without saying who may call it (security item 1).

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use utoipa::openapi::path::HttpMethod;

use crate::gate::require_token;
use crate::operation::Operation;
use crate::state::AppState;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Everybody: health, and what is the same for all.
    Open,
    /// Who holds a token, and on loopback who comes from this machine.
    Token,
}

/// A route of the server.
pub(crate) struct Route {
    pub(crate) verb: HttpMethod,
    pub(crate) path: &'static str,
    pub(crate) policy: Policy,
    /// Made only when the API is described.
    pub(crate) operation: fn() -> Operation,
    handler: MethodRouter<AppState>,
}

macro_rules! verbs {
    ($($name:ident $verb:ident),+) => {$(
        #[doc = concat!("A route for ", stringify!($verb), ".")]
        pub(crate) fn $name<H, T>(path: &'static str, policy: Policy, operation: fn() -> Operation, handler: H) -> Route
        where
            H: Handler<T, AppState>,
            T: 'static,
        {
            Route { verb: HttpMethod::$verb, path, policy, operation, handler: routing::$name(handler) }
        }
    )+};
}

verbs!(get Get, post Post, put Put, delete Delete);

/// Puts routes under their policies. Nothing else adds a route to the server.
pub(crate) fn mount(state: &AppState, routes: Vec<Route>) -> Router<AppState> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let handler = match route.policy {
            Policy::Open => route.handler,
            Policy::Token => route
                .handler
                .route_layer(from_fn_with_state(state.clone(), require_token)),
        };
        router.route(route.path, handler)
    })
}
