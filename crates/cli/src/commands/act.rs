//! `scale`, `restart`, `stop` and `start`.

use kubemin_api_types::{ComponentRequest, ScaleRequest};

use crate::args::{Act, Scale};
use crate::client::Route;
use crate::commands::task::start;
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
    let what = format!("{} scales to {}", args.target, args.replicas);
    let route = Route::application(&app.id, ["scale"]);
    start(&session, route, &request, &args.wait, &what).await
}

/// Does `restart`, `stop` or `start`.
pub async fn act(session: Session, args: Act, verb: &str) -> Result<Exit, Failure> {
    let app = session.find(&args.target.app).await?;
    let request = ComponentRequest {
        component: args.target.component.clone(),
    };
    let what = format!("{} {verb}", args.target);
    let route = Route::application(&app.id, [verb]);
    start(&session, route, &request, &args.wait, &what).await
}
