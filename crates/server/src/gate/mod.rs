//! Who may come in, how many, and for how long (security items 1 and 27; decision 48).

mod access;
mod deadline;
mod headers;
mod limits;
mod origin;
mod peer;
mod pulse;
mod rooms;
mod token;

pub use access::Access;
pub use limits::Limits;
pub use peer::Peer;
pub use token::{TokenError, Tokens};

pub(crate) use access::require_token;
pub(crate) use deadline::within_time;
pub(crate) use headers::security_headers;
pub(crate) use origin::check_origin;
pub(crate) use rooms::{Rooms, StreamSeat, admit};
