//! When the jobs of a task ran, from `task show -o json`.

use jiff::Timestamp;
use serde_json::Value;

/// A job with its times in milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// `Kind/name`.
    pub object: String,
    /// State.
    pub state: String,
    /// Reason of the state.
    pub reason: String,
    /// Cause and remedy.
    pub message: String,
    /// Whether it wrote.
    pub changed: bool,
    /// Start; `None` when it never ran.
    pub started: Option<i64>,
    /// End; `None` when it has not ended.
    pub finished: Option<i64>,
}

/// Every job of a task.
pub fn all(task: &Value) -> Vec<Job> {
    let steps = task["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let of_step = |step: &Value| step["jobs"].as_array().cloned().unwrap_or_default();
    steps
        .iter()
        .flat_map(of_step)
        .map(|job| read(&job))
        .collect()
}

/// A job by `Kind/name`.
#[track_caller]
pub fn one(task: &Value, object: &str) -> Job {
    let found = all(task).into_iter().find(|job| job.object == object);
    found.unwrap_or_else(|| panic!("there is no job {object} in {task:#}"))
}

/// Start and end of a job that ran to its end.
#[track_caller]
pub fn span(task: &Value, object: &str) -> (i64, i64) {
    let job = one(task, object);
    match (job.started, job.finished) {
        (Some(started), Some(finished)) => (started, finished),
        _ => panic!("{object} did not run to its end: {job:?}"),
    }
}

/// Start and end of every job that ran.
pub fn spans(tasks: &[Value]) -> Vec<(i64, i64)> {
    let jobs = tasks.iter().flat_map(all);
    jobs.filter_map(|job| Some((job.started?, job.finished?)))
        .collect()
}

/// The largest number of spans that are under way at one moment. A span that ends when another starts is not beside it.
pub fn largest_overlap(spans: &[(i64, i64)]) -> usize {
    let at = |moment: i64| {
        spans
            .iter()
            .filter(|(start, end)| *start <= moment && moment < *end)
            .count()
    };
    spans.iter().map(|(start, _)| at(*start)).max().unwrap_or(0)
}

/// Milliseconds since the epoch of a time in a document.
#[track_caller]
pub fn moment(value: &Value) -> i64 {
    let text = value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no time"));
    let time: Timestamp = text
        .parse()
        .unwrap_or_else(|error| panic!("{text} is no time: {error}"));
    time.as_millisecond()
}

fn read(job: &Value) -> Job {
    let text = |key: &str| job[key].as_str().unwrap_or_default().to_owned();
    let time = |key: &str| Some(&job[key]).filter(|value| !value.is_null()).map(moment);
    Job {
        object: format!("{}/{}", text("kind"), text("name")),
        state: text("state"),
        reason: text("reason"),
        message: text("message"),
        changed: job["changed"] == true,
        started: time("startedAt"),
        finished: time("finishedAt"),
    }
}

#[cfg(test)]
mod tests {
    use super::largest_overlap;

    #[test]
    fn spans_that_touch_are_not_beside_each_other() {
        assert_eq!(largest_overlap(&[(0, 5), (5, 9)]), 1);
        assert_eq!(largest_overlap(&[(0, 5), (4, 9), (4, 6)]), 3);
        assert_eq!(largest_overlap(&[]), 0);
    }
}
