//! When each job of a task waited and ran, drawn.

use jiff::Timestamp;
use kubemin_api_types::{Task, TaskJob};

use crate::clock;
use crate::paint::{Paint, Tone};
use crate::progress;

/// Columns of the drawing.
const WIDTH: usize = 60;

/// A line a job: `·` while it waited for its turn, `█` while it ran.
pub fn draw(task: &Task, paint: Paint) -> String {
    let jobs = || task.steps.iter().flat_map(|step| &step.jobs);
    let start = moment(Some(&task.created_at)).unwrap_or(0);
    let end = jobs()
        .filter_map(|job| moment(job.finished_at.as_deref()).or(moment(job.started_at.as_deref())))
        .chain(moment(task.finished_at.as_deref()))
        .max()
        .unwrap_or(start);
    let scale = Scale {
        start,
        span: (end - start).max(1),
    };
    let names = jobs()
        .map(|job| progress::name(job).chars().count())
        .max()
        .unwrap_or(0);
    let took =
        clock::between(Some(&task.created_at), task.finished_at.as_deref()).unwrap_or_default();
    let mut text = format!(
        "{:names$}  0{:>width$}\n",
        "",
        clock::short(took),
        width = WIDTH - 1
    );
    for step in &task.steps {
        text.push_str(&format!(
            "{} ({})\n",
            paint.tone(Tone::Strong, &step.name),
            step.mode
        ));
        for job in &step.jobs {
            let bar = scale.bar(job);
            let took = clock::between(job.started_at.as_deref(), job.finished_at.as_deref());
            let took = took.map(clock::short).unwrap_or_default();
            let name = progress::name(job);
            text.push_str(&format!(
                "{name:names$}  {bar} {} {took}\n",
                paint.state(&job.state)
            ));
        }
    }
    text
}

struct Scale {
    start: i64,
    span: i64,
}

impl Scale {
    fn bar(&self, job: &TaskJob) -> String {
        let queued = moment(job.queued_at.as_deref()).map_or(0, |at| self.column(at));
        let started = moment(job.started_at.as_deref()).map(|at| self.column(at));
        let finished = moment(job.finished_at.as_deref()).map_or(WIDTH, |at| self.column(at));
        (0..WIDTH)
            .map(|column| match started {
                Some(started) if column == started || (started..finished).contains(&column) => '█',
                Some(started) if (queued..started).contains(&column) => '·',
                None if job.finished_at.is_none() && column >= queued => '·',
                _ => ' ',
            })
            .collect()
    }

    fn column(&self, at: i64) -> usize {
        let column = (at - self.start).max(0) * WIDTH as i64 / self.span;
        usize::try_from(column).unwrap_or(0).min(WIDTH - 1)
    }
}

fn moment(time: Option<&str>) -> Option<i64> {
    Some(time?.parse::<Timestamp>().ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use kubemin_api_types::TaskStep;

    use super::*;

    #[test]
    fn waiting_and_running_stand_where_they_happened() {
        let job = |name: &str, start: &str, end: &str| TaskJob {
            kind: "ConfigMap".into(),
            name: name.into(),
            state: "completed".into(),
            queued_at: Some("2026-01-01T00:00:00.000Z".into()),
            started_at: Some(format!("2026-01-01T00:00:{start}Z")),
            finished_at: Some(format!("2026-01-01T00:00:{end}Z")),
            ..TaskJob::default()
        };
        let task = Task {
            created_at: "2026-01-01T00:00:00.000Z".into(),
            finished_at: Some("2026-01-01T00:00:06.000Z".into()),
            steps: vec![TaskStep {
                name: "all".into(),
                mode: "DAG".into(),
                jobs: vec![job("a", "00.000", "03.000"), job("b", "03.000", "06.000")],
                ..TaskStep::default()
            }],
            ..Task::default()
        };
        let drawn = draw(&task, Paint(false));
        let bar = |name: &str| {
            let line = drawn.lines().find(|line| line.contains(name)).unwrap();
            (line.matches('·').count(), line.matches('█').count())
        };
        assert_eq!(bar("ConfigMap/a"), (0, 30), "{drawn}");
        assert_eq!(bar("ConfigMap/b"), (30, 29), "{drawn}");
    }
}
