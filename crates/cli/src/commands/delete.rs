//! `delete APP`.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use kubemin_api_types::{Application, ApplicationSummary, Deletion, DeletionItem};
use tokio::time::{Instant, sleep};

use crate::args::{Delete, Wait};
use crate::client::{ClientError, Route};
use crate::commands::task::finish;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::table::table;

/// A deleted application is waited for this long to leave the lists.
const GONE_WITHIN: Duration = Duration::from_secs(5);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Shows what would go and what stays, asks, and deletes.
pub async fn run(session: Session, args: Delete) -> Result<Exit, Failure> {
    let app = session.find(&args.app).await?;
    let route = Route::application(&app.id, []).with_flag("purge", args.purge_data);
    if args.plan || !args.yes {
        let plan: Deletion = session
            .client
            .delete(route.clone().with("plan", true))
            .await?;
        show(&session, &plan)?;
    }
    if args.plan {
        return Ok(Exit::Done);
    }
    if !args.yes && !confirmed(&app)? {
        return Ok(Exit::No);
    }
    let deletion: Deletion = session.client.delete(route).await?;
    match &deletion.task_id {
        Some(task_id) => {
            let wait = Wait {
                wait: true,
                timeout: args.timeout,
            };
            let exit = finish(&session, task_id, &wait).await?;
            if exit == Exit::Done {
                until_gone(&session, &app.id).await?;
            }
            Ok(exit)
        }
        None => {
            session.screen.line(&format!("{} is deleted", app.name))?;
            Ok(Exit::Done)
        }
    }
}

/// The application leaves the lists right after its task; whoever reads on must not see it any more.
async fn until_gone(session: &Session, id: &str) -> Result<(), Failure> {
    let deadline = Instant::now() + GONE_WITHIN;
    while Instant::now() < deadline {
        let answer: Result<Application, ClientError> =
            session.client.get(Route::application(id, [])).await;
        match answer {
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error.into()),
            Ok(_) => sleep(PAUSE).await,
        }
    }
    session
        .screen
        .warn("the server still lists the application");
    Ok(())
}

fn show(session: &Session, plan: &Deletion) -> Result<(), Failure> {
    let screen = &session.screen;
    if screen.format.is_data() {
        return screen.data(plan);
    }
    let headings = ["ACTION", "OBJECT", "COMPONENT", "WHY"];
    screen.text(&table(headings, plan.items.iter().map(row), screen.paint))
}

fn row(item: &DeletionItem) -> [String; 4] {
    [
        item.action.clone(),
        format!("{}/{}", item.kind, item.name),
        item.component.clone(),
        item.why.clone(),
    ]
}

/// A deletion is only confirmed by the name: `y` is typed too easily.
fn confirmed(app: &ApplicationSummary) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(
            Failure::wrong(format!("{} is not deleted: nobody can be asked", app.name))
                .hint("say --yes when you mean it"),
        );
    }
    let mut err = io::stderr().lock();
    write!(err, "Type the name of the application to delete it: ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == app.name)
}
