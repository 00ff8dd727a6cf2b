//! Says for each job what it waits for.

use super::{Plan, PlannedJob};

/// Fills `waits_for`: the wave before in the same step, or the steps before for the first wave.
pub(super) fn fill_in(plan: &mut Plan) {
    let reasons: Vec<Vec<String>> = plan.jobs.iter().map(|job| reasons(plan, job)).collect();
    for (job, reasons) in plan.jobs.iter_mut().zip(reasons) {
        job.waits_for = reasons;
    }
}

fn reasons(plan: &Plan, job: &PlannedJob) -> Vec<String> {
    let wave_before = plan
        .jobs_of(job.step)
        .map(|(_, other)| other.wave)
        .filter(|wave| *wave < job.wave)
        .max();
    match wave_before {
        Some(wave) => plan
            .jobs_of(job.step)
            .filter(|(_, other)| other.wave == wave)
            .map(|(_, other)| other.key.to_string())
            .collect(),
        None => plan.steps[job.step]
            .after
            .iter()
            .map(|&step| describe_step(plan, step))
            .collect(),
    }
}

fn describe_step(plan: &Plan, step: usize) -> String {
    let jobs: Vec<String> = plan
        .jobs_of(step)
        .map(|(_, job)| job.key.to_string())
        .collect();
    format!("step {} ({})", plan.steps[step].name, jobs.join(", "))
}
