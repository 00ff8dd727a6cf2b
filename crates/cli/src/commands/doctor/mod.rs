//! `doctor`: every part of the set-up that can be looked at from here, and how to mend what is wrong.

mod cluster;
mod finding;
mod machine;
mod server;

use crate::args::{Format, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::on_server;
use crate::table::table;

use finding::{Finding, Outcome};

/// Looks at this machine, the server and the cluster. Exit code 0 when nothing is wrong, else 1.
pub fn run(global: &Global, screen: &Screen) -> Result<Exit, Failure> {
    on_server(global, screen, async |session| {
        let mut findings = machine::look();
        findings.extend(server::look(&session).await);
        findings.extend(cluster::look().await);
        show(&findings, &session.screen)?;
        let wrong = findings
            .iter()
            .any(|finding| finding.outcome == Outcome::Problem);
        Ok(if wrong { Exit::No } else { Exit::Done })
    })
}

fn show(findings: &[Finding], screen: &Screen) -> Result<(), Failure> {
    if screen.format.is_data() {
        return screen.data(&findings);
    }
    if screen.format == Format::Name {
        let wrong = findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Problem);
        return screen.text(
            &wrong
                .map(|finding| format!("{}\n", finding.check))
                .collect::<String>(),
        );
    }
    let rows = findings.iter().map(|finding| {
        [
            finding.check.clone(),
            finding.outcome.as_str().to_owned(),
            finding.message.clone(),
        ]
    });
    screen.text(&table(["CHECK", "RESULT", "FOUND"], rows, screen.paint))?;
    for finding in findings.iter().filter(|finding| !finding.remedy.is_empty()) {
        screen.line(&format!("{}: {}", finding.check, finding.remedy))?;
    }
    Ok(())
}
