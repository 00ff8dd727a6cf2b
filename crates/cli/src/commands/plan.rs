//! `plan FILE`, and the preview of `apply --dry-run`.

use kubemin_api_types as api;
use kubemin_model::Mode;
use kubemin_workflow::plan::{JobAction, PlanOptions};
use kubemin_workflow::{Plan, PlannedJob, plan};

use crate::args::{self, Format, Global};
use crate::changes;
use crate::client::{ClientConfig, Route, runs_here};
use crate::commands::apply::send;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::paint::Tone;
use crate::profile;
use crate::screen::Screen;
use crate::session::{Session, on_server};
use crate::table::table;

/// Shows the jobs of a deployment: on the cluster of the configured server, or of the one that runs on this machine;
/// without a server, on an empty cluster (decision 3).
pub fn run(args: &args::Plan, global: &Global, screen: &Screen) -> Result<Exit, Failure> {
    let mut document = Document::open(&args.file, global)?;
    let endpoint = ClientConfig::open()?.endpoint(global)?;
    if args.profile.is_none() && (endpoint.configured || runs_here(&endpoint.server)) {
        findings::tell(&document, screen);
        if document.application().is_none() {
            return Ok(Exit::Wrong);
        }
        return on_server(global, screen, async move |session| {
            preview(&session, &mut [document], &route()).await
        });
    }
    let facts = profile::facts(args.profile.as_deref())?;
    let compilation = document.compile(&facts);
    findings::tell(&document, screen);
    let (Some(app), Some(compilation)) = (document.application(), compilation) else {
        return Ok(Exit::Wrong);
    };
    let plan = plan(app, &compilation.compiled, &[], &PlanOptions::default());
    if args.profile.is_none() {
        let server = &endpoint.server;
        screen.note(&format!(
            "no server at {server}: planned against an empty cluster"
        ));
    }
    show(&[body(app.name(), app.namespace(), &plan)], screen)?;
    Ok(Exit::Done)
}

/// Where the server is asked what it would do.
pub fn route() -> Route {
    Route::new(["applications", "plan"])
}

/// Shows what the server would do, and changes nothing.
pub async fn preview(
    session: &Session,
    documents: &mut [Document],
    route: &Route,
) -> Result<Exit, Failure> {
    let mut plans = Vec::new();
    let mut exit = Exit::Done;
    for document in documents {
        let answer: Option<api::Plan> = send(session, document, route.clone()).await?;
        match answer {
            Some(plan) => plans.push(plan),
            None => return Ok(Exit::Wrong),
        }
    }
    if plans
        .iter()
        .flat_map(|plan| &plan.changes)
        .any(|change| change.blocked.is_some())
    {
        exit = Exit::No;
    }
    show(&plans, &session.screen)?;
    Ok(exit)
}

fn show(plans: &[api::Plan], screen: &Screen) -> Result<(), Failure> {
    match (screen.format, plans) {
        (Format::Json | Format::Yaml, [only]) => screen.data(only),
        (Format::Json | Format::Yaml, several) => screen.data(&several),
        (Format::Name, _) => {
            let jobs = plans
                .iter()
                .flat_map(|plan| &plan.steps)
                .flat_map(|step| &step.jobs);
            screen.text(
                &jobs
                    .map(|job| format!("{}/{}\n", job.kind, job.name))
                    .collect::<String>(),
            )
        }
        _ => {
            let texts: Vec<String> = plans.iter().map(|plan| as_text(plan, screen)).collect();
            screen.text(&texts.join("\n"))
        }
    }
}

/// The plan in the form in which the server gives it (decision 3).
fn body(application: &str, namespace: &str, plan: &Plan) -> api::Plan {
    let steps = plan
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| api::PlanStep {
            name: step.name.clone(),
            mode: match step.mode {
                Mode::StepByStep => "StepByStep".to_owned(),
                Mode::Dag => "DAG".to_owned(),
            },
            jobs: plan.jobs_of(index).map(|(_, job)| job_body(job)).collect(),
        });
    api::Plan {
        application: application.to_owned(),
        namespace: namespace.to_owned(),
        derived: plan.derived,
        steps: steps.collect(),
        ..api::Plan::default()
    }
}

fn job_body(job: &PlannedJob) -> api::PlanJob {
    api::PlanJob {
        component: job.component.clone(),
        kind: job.key.kind.name().to_owned(),
        name: job.key.name.clone(),
        priority: job.priority,
        action: match job.action {
            JobAction::Apply => "apply".to_owned(),
            JobAction::Delete => "delete".to_owned(),
        },
        timeout_seconds: job.timeout.as_secs(),
        waits_for: job.waits_for.clone(),
    }
}

fn as_text(plan: &api::Plan, screen: &Screen) -> String {
    let jobs: usize = plan.steps.iter().map(|step| step.jobs.len()).sum();
    let mut text = format!(
        "{} in namespace {}: {jobs} jobs",
        plan.application, plan.namespace
    );
    if plan.derived {
        text.push_str("; the workflow is derived from the types of the components");
    }
    text.push('\n');
    for (index, step) in plan.steps.iter().enumerate() {
        let title = format!("Step {}: {}", index + 1, step.name);
        text.push_str(&format!(
            "\n{} ({})\n",
            screen.paint.tone(Tone::Strong, &title),
            step.mode
        ));
        let headings = ["PRIORITY", "JOB", "COMPONENT", "TIME-OUT", "WAITS FOR"];
        text.push_str(&table(headings, step.jobs.iter().map(row), screen.paint));
    }
    if !plan.changes.is_empty() {
        let title = format!("Changes: {}", changes::summary(&plan.changes));
        text.push_str(&format!("\n{}\n", screen.paint.tone(Tone::Strong, &title)));
        text.push_str(&changes::text(&plan.changes, screen.paint));
    }
    for note in &plan.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    text
}

fn row(job: &api::PlanJob) -> [String; 5] {
    let removal = if job.action == "delete" {
        "remove "
    } else {
        ""
    };
    [
        job.priority.to_string(),
        format!("{removal}{}/{}", job.kind, job.name),
        job.component.clone(),
        format!("{}s", job.timeout_seconds),
        if job.waits_for.is_empty() {
            "–".to_owned()
        } else {
            job.waits_for.join(", ")
        },
    ]
}
