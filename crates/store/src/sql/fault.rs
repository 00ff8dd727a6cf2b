//! What an error of MySQL or MariaDB means for the transaction it ended. Pure.

use kubemin_ports::StoreError;
use mysql_async::Error;

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Deadlock or lock wait: the server has undone the work, it may be done again.
    Contention,
    /// A row with this identity was there, or has just been committed by somebody else.
    Duplicate,
    /// The connection is gone and the open transaction with it.
    Lost,
    /// No answer in time: nothing is known about the server.
    Silent,
    /// The server takes no writes: a replica, or a primary that is being replaced.
    ReadOnly,
    /// Anything else; doing it again would not help.
    Other,
}

impl Fault {
    /// Whether the connection must not be used any more.
    pub fn drops_connection(self) -> bool {
        matches!(self, Self::Lost | Self::Silent | Self::ReadOnly)
    }
}

/// Judges an error by its number: <https://mariadb.com/kb/en/mariadb-error-code-reference/> and MySQL's own list.
pub fn of(error: &Error) -> Fault {
    match error {
        Error::Server(error) => of_code(error.code),
        _ => Fault::Lost,
    }
}

fn of_code(code: u16) -> Fault {
    match code {
        // Lock wait time-out, deadlock, row changed since it was read (MariaDB's snapshot isolation).
        1205 | 1213 | 1020 => Fault::Contention,
        1062 | 1586 => Fault::Duplicate,
        // Too many connections, cluster node not ready, shutdown, forced close, network, killed, idle for too long.
        1040 | 1047 | 1053 | 1080 | 1152 | 1158..=1161 | 1927 | 2006 | 2013 | 3168 | 4031 => {
            Fault::Lost
        }
        1290 | 1792 | 1836 => Fault::ReadOnly,
        _ => Fault::Other,
    }
}

/// The contract's error. No message holds a bound value or the password: a duplicate's value is left out, and the driver
/// never shows credentials.
pub fn describe(fault: Fault, error: &Error) -> StoreError {
    match fault {
        Fault::Duplicate => {
            StoreError::Conflict("a row with this identity exists already".to_owned())
        }
        Fault::ReadOnly => StoreError::Unavailable(
            "the server is read-only: it is a replica, or a failover is under way; a new connection is made for the next call"
                .to_owned(),
        ),
        Fault::Contention => {
            StoreError::Unavailable(format!("too many calls at once change the same rows ({error})"))
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use mysql_async::{DriverError, ServerError};

    use super::*;

    fn server(code: u16, message: &str) -> Error {
        Error::Server(ServerError {
            code,
            message: message.to_owned(),
            state: "HY000".to_owned(),
        })
    }

    #[test]
    fn each_kind_of_error_is_told_by_its_number() {
        for (code, fault) in [
            (1213, Fault::Contention),
            (1205, Fault::Contention),
            (1062, Fault::Duplicate),
            (1053, Fault::Lost),
            (1927, Fault::Lost),
            (1290, Fault::ReadOnly),
            (1836, Fault::ReadOnly),
            (1792, Fault::ReadOnly),
            (1064, Fault::Other),
        ] {
            assert_eq!(of(&server(code, "")), fault, "{code}");
        }
        assert_eq!(
            of(&Error::Driver(DriverError::ConnectionClosed)),
            Fault::Lost
        );
    }

    #[test]
    fn a_duplicate_does_not_repeat_the_value() {
        let error = server(1062, "Duplicate entry 's3cr3t' for key 'PRIMARY'");
        let text = describe(Fault::Duplicate, &error).to_string();
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}
