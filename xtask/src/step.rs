//! Named steps with their durations.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Steps that have run.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, Duration, Option<String>)>,
}

impl Steps {
    /// Runs a step and shows how long it took. A failure is kept for the end, so that later steps still run.
    pub fn run(&mut self, name: &str, action: impl FnOnce() -> Result<()>) -> bool {
        println!("==> {name}");
        let started = Instant::now();
        let fault = action().err().map(|fault| format!("{fault:#}"));
        let took = started.elapsed();
        match &fault {
            None => println!("<== {name}: done in {:.1} s", took.as_secs_f64()),
            Some(fault) => println!(
                "<== {name}: FAILED after {:.1} s: {fault}",
                took.as_secs_f64()
            ),
        }
        let good = fault.is_none();
        self.done.push((name.to_owned(), took, fault));
        good
    }

    /// Runs a step that depends on a real cluster's timing; a failure is shown, and the step gets one more try.
    pub fn run_twice(&mut self, name: &str, action: impl Fn() -> Result<()>) -> bool {
        if self.run(name, &action) {
            return true;
        }
        if let Some(first) = self.done.last_mut() {
            first.2 = None;
            first.0 = format!("{name} (FAILED at the first try)");
        }
        self.run(&format!("{name} (second try)"), action)
    }

    /// Prints all steps; an error when one failed.
    pub fn finish(self) -> Result<()> {
        println!();
        for (name, took, fault) in &self.done {
            let mark = if fault.is_none() { "ok    " } else { "FAILED" };
            println!("{mark} {:>7.1} s  {name}", took.as_secs_f64());
        }
        let failed = self
            .done
            .iter()
            .filter(|(_, _, fault)| fault.is_some())
            .count();
        println!("{} passed, {failed} failed", self.done.len() - failed);
        anyhow::ensure!(failed == 0, "{failed} of {} steps failed", self.done.len());
        Ok(())
    }
}
