//! `scale`, `restart`, `stop` and `start`.

use kubemin_api_types::{Accepted, ComponentRequest, ScaleRequest};

use crate::args::{Act, Scale};
use crate::client::Route;
use crate::commands::task::accepted_task;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Changes the number of pods; that makes a revision.
pub async fn scale(session: Session, args: Scale) -> Result<Exit, Failure> {
    let app = session.find(&args.target.app).await?;
    let request = ScaleRequest {
        component: args.target.component.clone(),
        replicas: args.replicas,
    };
    let accepted: Accepted = session
        .client
        .post(Route::application(&app.id, ["scale"]), &request)
        .await?;
    let what = format!("{} scales to {}", args.target, args.replicas);
    accepted_task(&session, &accepted, &args.wait, &what).await
}

/// Does `restart`, `stop` or `start`.
pub async fn act(session: Session, args: Act, verb: &str) -> Result<Exit, Failure> {
    let app = session.find(&args.target.app).await?;
    let request = ComponentRequest {
        component: args.target.component.clone(),
    };
    let accepted: Accepted = session
        .client
        .post(Route::application(&app.id, [verb]), &request)
        .await?;
    accepted_task(
        &session,
        &accepted,
        &args.wait,
        &format!("{} {verb}", args.target),
    )
    .await
}
