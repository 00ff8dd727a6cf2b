//! `plan FILE`.

use kubemin_workflow::plan::{JobAction, PlanOptions};
use kubemin_workflow::{Plan, PlannedJob, plan};
use serde_json::{Value, json};

use crate::args;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::paint::Tone;
use crate::profile;
use crate::screen::Screen;
use crate::table::table;

/// Shows the jobs of a deployment on an empty cluster.
pub fn run(args: &args::Plan, screen: &Screen) -> Result<Exit, Failure> {
    let facts = profile::facts(args.profile.as_deref())?;
    let mut document = Document::open(&args.file)?;
    let compilation = document.compile(&facts);
    findings::tell(&document, screen);
    let (Some(app), Some(compilation)) = (document.application(), compilation) else {
        return Ok(Exit::Wrong);
    };
    let plan = plan(app, &compilation.compiled, &[], &PlanOptions::default());
    if screen.format.is_data() {
        screen.data(&as_data(app.name(), &plan))?;
    } else if screen.format == args::Format::Name {
        screen.text(
            &plan
                .jobs
                .iter()
                .map(|job| format!("{}\n", job.key))
                .collect::<String>(),
        )?;
    } else {
        screen.text(&as_text(app.name(), app.namespace(), &plan, screen))?;
    }
    Ok(Exit::Done)
}

/// `{application, steps: [{name, mode, jobs: [{component, kind, name, priority, waitsFor}]}]}` (decision 3).
fn as_data(application: &str, plan: &Plan) -> Value {
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let jobs: Vec<Value> = plan.jobs_of(index).map(|(_, job)| job_data(job)).collect();
            json!({"name": step.name, "mode": step.mode, "jobs": jobs})
        })
        .collect();
    json!({"application": application, "derived": plan.derived, "steps": steps})
}

fn job_data(job: &PlannedJob) -> Value {
    json!({
        "component": job.component,
        "kind": job.key.kind.name(),
        "name": job.key.name,
        "priority": job.priority,
        "action": job.action,
        "timeout": time(job),
        "waitsFor": job.waits_for,
    })
}

fn as_text(name: &str, namespace: &str, plan: &Plan, screen: &Screen) -> String {
    let mut text = format!("{name} in namespace {namespace}: {} jobs", plan.jobs.len());
    if plan.derived {
        text.push_str("; the workflow is derived from the types of the components");
    }
    text.push('\n');
    for (index, step) in plan.steps.iter().enumerate() {
        let mode = match step.mode {
            kubemin_model::Mode::StepByStep => "StepByStep",
            kubemin_model::Mode::Dag => "DAG",
        };
        let title = format!("Step {}: {}", index + 1, step.name);
        text.push_str(&format!(
            "\n{} ({mode})\n",
            screen.paint.tone(Tone::Strong, &title)
        ));
        let rows = plan.jobs_of(index).map(|(_, job)| row(job));
        text.push_str(&table(
            ["PRIORITY", "JOB", "COMPONENT", "TIME-OUT", "WAITS FOR"],
            rows,
        ));
    }
    text
}

fn row(job: &PlannedJob) -> [String; 5] {
    let removal = if job.action == JobAction::Delete {
        "remove "
    } else {
        ""
    };
    [
        job.priority.to_string(),
        format!("{removal}{}", job.key),
        job.component.clone(),
        time(job),
        if job.waits_for.is_empty() {
            "–".to_owned()
        } else {
            job.waits_for.join(", ")
        },
    ]
}

fn time(job: &PlannedJob) -> String {
    format!("{}s", job.timeout.as_secs())
}
