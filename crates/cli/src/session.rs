//! A command that asks a server: its runtime, its connection, and what names mean there.

use std::future::Future;

use kubemin_api_types::{Application, ApplicationList, ApplicationStatus, ApplicationSummary};

use crate::args::Global;
use crate::client::{Client, ClientConfig, ClientError, Route};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

/// The most applications of one name that are told apart in a message.
const NAMESAKES: usize = 10;

/// What a command works with.
#[derive(Clone)]
pub struct Session {
    /// The server.
    pub client: Client,
    /// Where results go.
    pub screen: Screen,
    /// What every command understands.
    pub global: Global,
}

/// Runs a command on a server until it is done or the user interrupts it.
pub fn on_server<F, R>(global: &Global, screen: &Screen, command: F) -> Result<Exit, Failure>
where
    F: FnOnce(Session) -> R,
    R: Future<Output = Result<Exit, Failure>>,
{
    let endpoint = ClientConfig::open()?.endpoint(global)?;
    let client = Client::new(endpoint, global.verbose)?;
    let session = Session {
        client,
        screen: screen.clone(),
        global: global.clone(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::wrong(format!("no runtime can be made: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            outcome = command(session) => outcome,
            _ = tokio::signal::ctrl_c() => {
                screen.note("interrupted; what was started on the server goes on");
                Ok(Exit::Interrupted)
            }
        }
    })
}

impl Session {
    /// The application of this name, or else of this id.
    pub async fn find(&self, app: &str) -> Result<ApplicationSummary, Failure> {
        let namespace = self.client.endpoint().namespace.clone();
        let route = Route::new(["applications"])
            .with("name", app)
            .with_some("namespace", namespace.clone())
            .with("limit", NAMESAKES);
        let list: ApplicationList = self.client.get(route).await?;
        let mut found: Vec<ApplicationSummary> = list
            .applications
            .into_iter()
            .filter(|candidate| candidate.name == app)
            .collect();
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => Err(several(app, found.iter().chain([&last]))),
            (None, _) => self.by_id(app, namespace.as_deref()).await,
        }
    }

    async fn by_id(
        &self,
        id: &str,
        namespace: Option<&str>,
    ) -> Result<ApplicationSummary, Failure> {
        let answer: Result<Application, ClientError> =
            self.client.get(Route::application(id, [])).await;
        match answer {
            Ok(application) => Ok(application.summary),
            Err(error) if error.is_not_found() => {
                let place = namespace
                    .map(|name| format!(" in namespace {name}"))
                    .unwrap_or_default();
                Err(Failure::no(format!("there is no application {id}{place}"))
                    .hint("`kubemin list` shows the applications"))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The status of an application.
    pub async fn status(&self, id: &str) -> Result<ApplicationStatus, Failure> {
        Ok(self.client.get(Route::application(id, ["status"])).await?)
    }

    /// The status of an application, with what was changed by hand.
    pub async fn status_with_drift(&self, id: &str) -> Result<ApplicationStatus, Failure> {
        let route = Route::application(id, ["status"]).with_flag("drift", true);
        Ok(self.client.get(route).await?)
    }

    /// The id of a task: the text itself, or the newest task of the application it names.
    pub async fn task_id(&self, text: &str) -> Result<String, Failure> {
        let known: Result<serde_json::Value, ClientError> =
            self.client.get(Route::task(text, [])).await;
        match known {
            Ok(_) => return Ok(text.to_owned()),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
        let app = self
            .find(text)
            .await
            .map_err(|failure| match failure.exit {
                Exit::No => Failure::no(format!("{text} is neither a task nor an application")),
                _ => failure,
            })?;
        let status = self.status(&app.id).await?;
        let task = status.task.map(|task| task.id);
        task.ok_or_else(|| Failure::no(format!("{text} has no task yet")))
    }
}

fn several<'a>(app: &str, found: impl Iterator<Item = &'a ApplicationSummary>) -> Failure {
    let places: Vec<&str> = found
        .map(|candidate| candidate.namespace.as_str())
        .collect();
    Failure::wrong(format!(
        "there is an application {app} in each of {}",
        places.join(", ")
    ))
    .hint("say which with --namespace")
}
