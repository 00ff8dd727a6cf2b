//! Every kind of problem: status, stable code, title.

use axum::http::StatusCode;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $status:ident $code:literal $title:literal;)+) => {
        $(pub(crate) const $name: Kind = Kind { status: StatusCode::$status, code: $code, title: $title };)+

        /// All of them, for the API's description.
        pub(crate) const ALL: &[&Kind] = &[$(&$name),+];
    };
}

kinds! {
    UNREADABLE = BAD_REQUEST "unreadable-request" "The request cannot be read";
    INVALID_QUERY = BAD_REQUEST "invalid-query" "A query parameter is wrong";
    INVALID_REQUEST = UNPROCESSABLE_ENTITY "invalid-request" "The request does not fit the application";
    INVALID_DOCUMENT = UNPROCESSABLE_ENTITY "invalid-document" "The document is not valid";
    UNAUTHORIZED = UNAUTHORIZED "unauthorized" "A valid token is needed";
    FOREIGN_ORIGIN = FORBIDDEN "foreign-origin" "The request comes from somewhere else";
    NO_ROUTE = NOT_FOUND "no-such-path" "There is nothing at this path";
    NO_METHOD = METHOD_NOT_ALLOWED "no-such-method" "This path has no such method";
    NO_APPLICATION = NOT_FOUND "application-not-found" "No such application";
    NO_COMPONENT = NOT_FOUND "component-not-found" "No such component";
    NO_REVISION = NOT_FOUND "revision-not-found" "No such revision";
    NO_TASK = NOT_FOUND "task-not-found" "No such task";
    NO_WORKFLOW = NOT_FOUND "workflow-not-found" "No such workflow";
    NOT_FOUND = NOT_FOUND "not-found" "Not found";
    CONFLICT = CONFLICT "conflict" "It conflicts with what is stored";
    TASK_ACTIVE = CONFLICT "task-active" "A task of the application is under way";
    TASK_ENDED = CONFLICT "task-ended" "The task has ended already";
    NAME_FIXED = CONFLICT "name-fixed" "Name and namespace of an application are fixed";
    AUTOSCALED = CONFLICT "autoscaled" "The number of pods belongs to the trait scaling";
    REVISION_CHANGED = PRECONDITION_FAILED "revision-changed" "The application has changed in between";
    TOO_LARGE = PAYLOAD_TOO_LARGE "too-large" "The request is too large";
    WRONG_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "wrong-media-type" "This kind of content is not accepted";
    TOO_MANY_REQUESTS = TOO_MANY_REQUESTS "too-many-requests" "Too many requests";
    INTERNAL = INTERNAL_SERVER_ERROR "internal-error" "The server made a mistake";
    NOT_OFFERED = NOT_IMPLEMENTED "not-offered" "This is not offered";
    STARTING = SERVICE_UNAVAILABLE "starting" "The server is starting";
    NO_DATABASE = SERVICE_UNAVAILABLE "database-unavailable" "The database does not answer";
    NO_CLUSTER = SERVICE_UNAVAILABLE "cluster-unavailable" "The cluster does not answer";
    CLUSTER_REFUSED = CONFLICT "cluster-refused" "The cluster refuses it";
    TOO_SLOW = GATEWAY_TIMEOUT "too-slow" "It took too long";
}
