//! Runs other programs and waits for them, with a limit and with their output in the error.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};

/// Runs a program and returns what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started, fails, or takes longer than `limit`.
pub fn run(command: &mut Command, limit: Duration) -> Result<Vec<u8>> {
    run_with_input(command, &[], limit)
}

/// Like [`run`], with bytes for its standard input.
///
/// # Errors
/// As [`run`].
pub fn run_with_input(command: &mut Command, input: &[u8], limit: Duration) -> Result<Vec<u8>> {
    let shown = show(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(|| format!("starting `{shown}` failed"))?;
    let output = drain(child.stdout.take());
    let errors = drain(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading its input is judged by its exit code.
        let _ = stdin.write_all(input);
    }
    let status = wait(&mut child, limit).context(|| format!("waiting for `{shown}` failed"))?;
    let Some(status) = status else {
        return Err(Error::Command {
            command: shown,
            outcome: format!("took longer than {} s", limit.as_secs()),
            output: String::new(),
        });
    };
    let (output, errors) = (collect(output), collect(errors));
    if status.success() {
        return Ok(output);
    }
    let text =
        String::from_utf8_lossy(if errors.is_empty() { &output } else { &errors }).into_owned();
    Err(Error::Command {
        command: shown,
        outcome: format!("failed ({status})"),
        output: last_lines(&text, 20),
    })
}

/// A command from words, for the many short ones.
pub fn words<I, S>(program: &str, args: I) -> Command
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// The last `count` lines of a text.
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn show(command: &Command) -> String {
    let args = command.get_args().map(OsStr::to_string_lossy);
    std::iter::once(command.get_program().to_string_lossy())
        .chain(args)
        .collect::<Vec<_>>()
        .join(" ")
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> Option<JoinHandle<Vec<u8>>> {
    pipe.map(|mut pipe| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
            bytes
        })
    })
}

fn collect(reader: Option<JoinHandle<Vec<u8>>>) -> Vec<u8> {
    reader
        .and_then(|reader| reader.join().ok())
        .unwrap_or_default()
}

fn wait(child: &mut std::process::Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_what_it_said() {
        let error = run(
            &mut words("sh", ["-c", "echo why >&2; exit 3"]),
            Duration::from_secs(5),
        )
        .unwrap_err()
        .to_string();
        assert!(error.contains("exit 3") && error.contains("why"), "{error}");
    }

    #[test]
    fn a_program_that_hangs_is_ended_at_its_limit() {
        let error = run(&mut words("sleep", ["60"]), Duration::from_millis(50))
            .unwrap_err()
            .to_string();
        assert!(error.contains("took longer"), "{error}");
    }

    #[test]
    fn input_larger_than_a_pipe_comes_through() {
        let input = vec![b'x'; 1 << 20];
        let output = run_with_input(
            &mut words("cat", [] as [&str; 0]),
            &input,
            Duration::from_secs(5),
        )
        .unwrap();
        assert_eq!(output.len(), input.len());
    }
}
