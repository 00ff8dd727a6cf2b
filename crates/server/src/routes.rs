//! The route table: path, verb, policy, description, handler. Nothing is served that is not in here.

use kubemin_api_types as api_types;

use crate::api;
use crate::input::{
    DeleteQuery, DiffQuery, DocumentQuery, EventQuery, ExportQuery, ListQuery, LogQuery, PageQuery,
    StatusQuery, StoreQuery, WhyQuery,
};
use crate::operation::{Operation, operation};
use crate::route::Policy::{Open, Token};
use crate::route::{Route, delete, get, post, put};

const APPLICATIONS: &str = "Applications";
const LIFE: &str = "Life cycle";
const TRUTH: &str = "Truth";
const TASKS: &str = "Tasks";
const PLATFORM: &str = "Platform";

/// Every route.
pub(crate) fn routes() -> Vec<Route> {
    [
        documents(),
        life(),
        truth(),
        workflows(),
        tasks(),
        platform(),
        aliases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn stored(described: Operation) -> Operation {
    described
        .header(
            "Idempotency-Key",
            "The same request with the same key gets the same answer; nothing happens twice",
        )
        .answers::<api_types::Stored>(202, "Stored; the task deploys it")
}

fn guarded(described: Operation) -> Operation {
    described
        .header("If-Match", "ETag of the revision the caller has seen")
        .answers::<api_types::Stored>(202, "A new revision; the task deploys it")
}

fn task_list(id: &'static str) -> Operation {
    operation(id, TASKS, "List tasks, newest first")
        .query::<PageQuery>()
        .answers::<api_types::TaskList>(200, "The tasks")
}

fn alive(id: &'static str) -> Operation {
    operation(id, PLATFORM, "Whether the process answers")
        .answers::<api_types::Health>(200, "It does")
}

fn ready(id: &'static str) -> Operation {
    operation(id, PLATFORM, "Whether the server can do its work")
        .answers::<api_types::Readiness>(200, "It can")
        .answers::<api_types::Readiness>(503, "What does not answer")
}

#[rustfmt::skip]
fn documents() -> Vec<Route> {
    vec![
        get("/api/v1/applications", Token, || operation("listApplications", APPLICATIONS, "List applications, newest change first")
            .query::<ListQuery>().answers::<api_types::ApplicationList>(200, "A page of applications"), api::applications::list),
        post("/api/v1/applications", Token, || stored(operation("createApplication", APPLICATIONS, "Create or update an application by name, and deploy it")
            .query::<StoreQuery>().document()).answers::<api_types::Stored>(201, "Stored, not deployed (`execute=false`)"), api::document::create),
        get("/api/v1/applications/templates", Token, || operation("listTemplates", APPLICATIONS, "List template applications")
            .query::<ListQuery>().answers::<api_types::ApplicationList>(200, "A page of templates"), api::applications::templates),
        post("/api/v1/applications/try", Token, || operation("tryApplication", APPLICATIONS, "Check a document; nothing is stored")
            .document().answers::<api_types::CheckReport>(200, "Whether it is valid, and everything that is not"), api::document::try_out),
        post("/api/v1/applications/plan", Token, || operation("planApplication", APPLICATIONS, "Say what deploying a document would do")
            .query::<DocumentQuery>().document().answers::<api_types::Plan>(200, "Jobs by step, changes by object"), api::plan::plan),
        post("/api/v1/applications/diff", Token, || operation("diffDocument", APPLICATIONS, "Compare a document with the cluster")
            .document().answers::<api_types::Diff>(200, "Changes by object"), api::diff::of_document),
        get("/api/v1/applications/{id}", Token, || operation("getApplication", APPLICATIONS, "Read an application with its document; secret values are masked")
            .answers::<api_types::Application>(200, "The application"), api::document::read),
        put("/api/v1/applications/{id}", Token, || guarded(stored(operation("replaceApplication", APPLICATIONS, "Replace the document and deploy it")
            .query::<StoreQuery>().document())).answers::<api_types::Stored>(201, "Stored, not deployed (`execute=false`)"), api::document::replace),
        delete("/api/v1/applications/{id}", Token, || operation("deleteApplication", APPLICATIONS, "Delete an application; claims are kept unless purged")
            .query::<DeleteQuery>().answers::<api_types::Deletion>(200, "What would go and stay (`plan=true`)")
            .answers::<api_types::Deletion>(202, "The task deletes it"), api::deletion::delete),
        get("/api/v1/applications/{id}/components", Token, || operation("listComponents", APPLICATIONS, "List components with their status")
            .answers::<api_types::ComponentList>(200, "The components"), api::components::list),
        get("/api/v1/applications/{id}/export", Token, || operation("exportApplication", APPLICATIONS, "Export the document; secret values are masked")
            .query::<ExportQuery>().answers_text(200, "application/yaml", "The document").answers_text(200, "application/json", "The document"), api::export::export),
        post("/api/v1/applications/{id}/version", Token, || operation("updateVersion", APPLICATIONS, "Change, add and remove components for a new version")
            .body::<serde_json::Value>().answers::<api_types::VersionUpdated>(200, "What changed"), api::version::update),
    ]
}

#[rustfmt::skip]
fn life() -> Vec<Route> {
    vec![
        post("/api/v1/applications/{id}/scale", Token, || guarded(operation("scale", LIFE, "Change the number of pods").body::<api_types::ScaleRequest>()), api::changes::scale),
        post("/api/v1/applications/{id}/stop", Token, || guarded(operation("stop", LIFE, "Take all pods away and remember how many there were").body::<api_types::ComponentRequest>()), api::changes::stop),
        post("/api/v1/applications/{id}/start", Token, || guarded(operation("start", LIFE, "Bring the pods back that stop took").body::<api_types::ComponentRequest>()), api::changes::start),
        post("/api/v1/applications/{id}/restart", Token, || operation("restart", LIFE, "Replace all pods by new ones").body::<api_types::ComponentRequest>()
            .answers::<api_types::Accepted>(202, "The task restarts them"), api::changes::restart),
        post("/api/v1/applications/{id}/rollback", Token, || guarded(operation("rollback", LIFE, "Go back to an earlier document").body::<api_types::RollbackRequest>()), api::changes::rollback),
        get("/api/v1/applications/{id}/revisions", Token, || operation("listRevisions", LIFE, "List revisions, newest first")
            .query::<PageQuery>().answers::<api_types::RevisionList>(200, "A page of revisions"), api::revisions::list),
        get("/api/v1/applications/{id}/revisions/{revision}", Token, || operation("getRevision", LIFE, "Read a revision with its document; secret values are masked")
            .answers::<api_types::Revision>(200, "The revision"), api::revisions::read),
        get("/api/v1/applications/{id}/diff", Token, || operation("diffRevisions", LIFE, "Compare two revisions")
            .query::<DiffQuery>().answers::<api_types::RevisionDiff>(200, "What differs"), api::diff::of_revisions),
        post("/api/v1/applications/{id}/diff", Token, || operation("diffApplication", LIFE, "Compare a document, or the stored one, with the cluster")
            .document().answers::<api_types::Diff>(200, "Changes by object"), api::diff::with_cluster),
    ]
}

#[rustfmt::skip]
fn truth() -> Vec<Route> {
    vec![
        get("/api/v1/applications/{id}/status", Token, || operation("getStatus", TRUTH, "Read the status, or follow it")
            .query::<StatusQuery>().answers::<api_types::ApplicationStatus>(200, "The status").answers_text(200, "text/event-stream", "An event `status` on each change"), api::status::read),
        get("/api/v1/applications/{id}/why", Token, || operation("explain", TRUTH, "Explain why an application is as it is")
            .query::<WhyQuery>().answers::<api_types::Explanation>(200, "Causes, pods, drift, events"), api::truth::why),
        get("/api/v1/applications/{id}/tree", Token, || operation("getTree", TRUTH, "Show components, objects and pods")
            .answers::<api_types::Tree>(200, "The tree"), api::truth::tree),
        get("/api/v1/applications/{id}/events", Token, || operation("listEvents", TRUTH, "List events, or follow them")
            .query::<EventQuery>().answers::<api_types::EventList>(200, "Events, oldest first").answers_text(200, "text/event-stream", "An event `event` for each"), api::events::list),
        get("/api/v1/applications/{id}/logs", Token, || operation("getLogs", TRUTH, "Read logs of the pods, or follow them")
            .query::<LogQuery>().answers_text(200, "text/plain", "Lines").answers_text(200, "text/event-stream", "An event `line` for each"), api::logs::read),
        get("/api/v1/applications/{id}/resources", Token, || operation("listResources", TRUTH, "List the objects in the cluster")
            .answers::<api_types::ResourceList>(200, "The objects"), api::resources::list),
        delete("/api/v1/applications/{id}/resources", Token, || operation("deleteResources", TRUTH, "Delete the objects in the cluster; claims and the document stay")
            .answers::<api_types::ResourcesDeleted>(200, "What was deleted"), api::resources::delete),
    ]
}

#[rustfmt::skip]
fn workflows() -> Vec<Route> {
    vec![
        get("/api/v1/applications/{id}/workflows", Token, || operation("listWorkflows", TASKS, "Read the workflow")
            .answers::<api_types::WorkflowList>(200, "The workflow"), api::workflow_document::list),
        put("/api/v1/applications/{id}/workflow", Token, || operation("replaceWorkflow", TASKS, "Replace the workflow")
            .body::<serde_json::Value>().answers::<api_types::UpdatedWorkflow>(200, "Stored"), api::workflow_document::replace),
        post("/api/v1/applications/{id}/workflow/try", Token, || operation("tryWorkflow", TASKS, "Check a workflow; nothing is stored")
            .body::<serde_json::Value>().answers::<api_types::CheckReport>(200, "Whether it is valid"), api::workflow_document::try_out),
        post("/api/v1/applications/{id}/workflow/exec", Token, || operation("execWorkflow", TASKS, "Deploy the current revision")
            .body::<api_types::ExecRequest>().answers::<api_types::Executed>(200, "The task"), api::workflow::exec),
        post("/api/v1/applications/{id}/workflow/cancel", Token, || operation("cancelWorkflow", TASKS, "Cancel a task")
            .body::<api_types::CancelRequest>().answers::<api_types::Cancelled>(200, "The task's state"), api::workflow::cancel),
        post("/api/v1/applications/{id}/workflow/retry", Token, || operation("retryWorkflow", TASKS, "Go on where a task ended")
            .body::<api_types::RetryRequest>().answers::<api_types::Accepted>(202, "The new task"), api::workflow::retry),
        post("/api/v1/workflow", Token, || operation("createWorkflow", TASKS, "Not offered: a workflow is part of an application")
            .answers::<api_types::Problem>(501, "Where it is done instead"), api::workflow::create),
        post("/api/v1/workflow/exec", Token, || operation("execWorkflowById", TASKS, "Deploy the current revision of the workflow's application")
            .body::<api_types::ExecRequest>().answers::<api_types::Executed>(200, "The task"), api::workflow::exec_by_id),
        post("/api/v1/workflow/cancel", Token, || operation("cancelWorkflowById", TASKS, "Cancel a task")
            .body::<api_types::CancelRequest>().answers::<api_types::Cancelled>(200, "The task's state"), api::workflow::cancel_by_id),
    ]
}

#[rustfmt::skip]
fn tasks() -> Vec<Route> {
    vec![
        get("/api/v1/applications/{id}/tasks", Token, || task_list("listTasks"), api::tasks::list),
        get("/api/v1/applications/{id}/workflow/tasks", Token, || task_list("listWorkflowTasks"), api::tasks::list),
        get("/api/v1/workflow/tasks/{task}", Token, || operation("getTask", TASKS, "Read a task with its jobs")
            .answers::<api_types::Task>(200, "The task"), api::tasks::read),
        get("/api/v1/workflow/tasks/{task}/status", Token, || operation("getTaskStatus", TASKS, "Read a task by component")
            .answers::<api_types::TaskStatus>(200, "The task's components"), api::tasks::status),
        get("/api/v1/workflow/tasks/{task}/stream", Token, || operation("followTask", TASKS, "Follow a task until it ends")
            .answers_text(200, "text/event-stream", "An event `task` at once and on each change"), api::tasks::follow),
        post("/api/v1/workflow/tasks/{task}/cancel", Token, || operation("cancelTask", TASKS, "Cancel a task")
            .body::<api_types::CancelRequest>().answers::<api_types::Cancelled>(200, "The task's state"), api::tasks::cancel),
        post("/api/v1/workflow/tasks/{task}/retry", Token, || operation("retryTask", TASKS, "Go on where a task ended")
            .answers::<api_types::Accepted>(202, "The new task"), api::tasks::retry),
    ]
}

#[rustfmt::skip]
fn platform() -> Vec<Route> {
    vec![
        get("/healthz", Open, || operation("isAlive", PLATFORM, "Whether the process answers").answers::<api_types::Health>(200, "It does"), api::health::alive),
        get("/readyz", Open, || operation("isReady", PLATFORM, "Whether the server can do its work").answers::<api_types::Readiness>(200, "It can")
            .answers::<api_types::Readiness>(503, "What does not answer"), api::health::ready),
        get("/metrics", Token, || operation("getMetrics", PLATFORM, "Figures for Prometheus").answers_text(200, "application/openmetrics-text", "The figures"), api::health::metrics),
        get("/version", Token, || operation("getVersion", PLATFORM, "Versions of server, API and cluster").answers::<api_types::Version>(200, "The versions"), api::platform::version),
        get("/openapi.json", Open, || operation("getOpenApi", PLATFORM, "This description").answers_text(200, "application/json", "OpenAPI 3.1"), api::platform::description),
        get("/schemas/application.json", Open, || operation("getSchema", PLATFORM, "JSON Schema of application documents").answers_text(200, "application/schema+json", "JSON Schema 2020-12"), api::platform::schema),
        get("/docs", Open, || operation("getDocs", PLATFORM, "A page that shows this description").answers_text(200, "text/html", "The page"), api::explorer::page),
        get("/docs/explorer.js", Open, || operation("getDocsScript", PLATFORM, "The page's script").answers_text(200, "text/javascript", "The script"), api::explorer::script),
        get("/docs/explorer.css", Open, || operation("getDocsStyle", PLATFORM, "The page's style").answers_text(200, "text/css", "The style"), api::explorer::style),
    ]
}

/// Further paths that clients of the earlier API call.
#[rustfmt::skip]
fn aliases() -> Vec<Route> {
    vec![
        get("/api/v1/health", Open, || alive("isAliveByHealth"), api::health::alive),
        get("/api/v1/healthz", Open, || alive("isAliveByHealthz"), api::health::alive),
        get("/api/v1/ready", Open, || ready("isReadyByReady"), api::health::ready),
        get("/api/v1/readyz", Open, || ready("isReadyByReadyz"), api::health::ready),
        get("/api/v1/version", Token, || operation("getApiVersion", PLATFORM, "Versions of server, API and cluster").answers::<api_types::Version>(200, "The versions"), api::platform::version),
    ]
}
