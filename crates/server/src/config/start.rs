//! Rules that bind when the server starts, not when its configuration is printed (decisions 4 and 47).

use super::choices::MessageType;
use super::form::DatastoreUrl;
use super::sections::Settings;

/// What is only known on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartFacts {
    /// Replicas of this server, itself included; 1 outside a cluster.
    pub replicas: u32,
}

/// What keeps these settings from starting here.
pub fn start_faults(settings: &Settings, facts: StartFacts) -> Vec<String> {
    let mut faults = Vec::new();
    let mysql = matches!(settings.datastore.url, Some(DatastoreUrl::Mysql(_)));
    let mode = settings.messaging.r#type;
    if !mysql && mode != MessageType::Noop && facts.replicas > 1 {
        faults.push(format!(
            "messaging.type {} with {} replicas needs a database they share; set datastore.url to mysql://…, or run one replica",
            mode.as_str(),
            facts.replicas
        ));
    }
    let security = &settings.security;
    if mysql && security.encryption_key_file.is_none() && security.encryption_key.is_none() {
        faults.push(
            "MySQL needs an encryption key that every replica has; give --encryption-key-file or the variable KUBEMIN_ENCRYPTION_KEY"
                .to_owned(),
        );
    }
    faults
}
