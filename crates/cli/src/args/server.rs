//! Flags of `server`, made from the table of settings so that no setting lacks one.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use kubemin_server::config::{Kind, Setting, every_section};

const CONFIG: &str = "config";
const PRINT_CONFIG: &str = "print-config";

const ROTATE_KEY: &str = "rotate-key";
const NEW_KEY_FILE: &str = "new-key-file";
/// Flags that tell where database and key are.
const ROTATE_FLAGS: [&str; 4] = [
    "data-dir",
    "datastore-url",
    "datastore-password-file",
    "encryption-key-file",
];

const AFTER_HELP: &str = "\
Every flag is also a variable, KUBEMIN_ and its name in capitals, and a key of the file. A flag beats the
environment, the environment beats the file.

Examples:
  kubemin server
  kubemin server --config server.yaml --print-config
  kubemin server rotate-key --data-dir ./data
  KUBEMIN_DATASTORE_URL=mysql://kubemin@db/kubemin kubemin server --datastore-password-file /run/secrets/db";

/// Arguments of `server`.
#[derive(Debug, Default)]
pub struct Server {
    /// File with settings.
    pub config: Option<String>,
    /// Print the settings and where they came from, and stop.
    pub print_config: bool,
    /// Flags without dashes, with their values as texts.
    pub flags: Vec<(String, String)>,
    /// Change the encryption key instead of running.
    pub rotate_key: Option<RotateKey>,
}

/// Arguments of `server rotate-key` beside those that tell where database and key are.
#[derive(Debug, Default)]
pub struct RotateKey {
    /// File with the new key.
    pub new_key_file: Option<PathBuf>,
}

const ROTATE_ABOUT: &str = "Change the encryption key of a server that is stopped";

const ROTATE_LONG: &str = "\
Change the encryption key of a server that is stopped

Seals every stored secret value with a new key, in one transaction. The old key is refused afterwards.
Give the settings that the server gets: they tell where the database and the present key are. Without
--new-key-file the data folder's own key is replaced by a random one. A run that was killed leaves the
database under one of the two keys; the same command again ends it.";

const ROTATE_AFTER_HELP: &str = "\
Examples:
  kubemin server rotate-key --data-dir /var/lib/kubemin
  kubemin server rotate-key --data-dir /var/lib/kubemin \\
      --encryption-key-file /etc/kubemin/key --new-key-file /etc/kubemin/key-2

Exit codes: 0 done, 2 wrong use or input, 3 the database or a key could not be opened.";

impl Args for Server {
    fn augment_args(command: Command) -> Command {
        let print = Arg::new(PRINT_CONFIG)
            .long(PRINT_CONFIG)
            .action(ArgAction::SetTrue)
            .help("Print every setting and where it came from, and stop");
        let command = command.after_help(AFTER_HELP).arg(config()).arg(print);
        let command = command
            .subcommand_value_name("COMMAND")
            .subcommand(rotate_key())
            .args_conflicts_with_subcommands(true);
        with_flags(command, |_| true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn config() -> Arg {
    Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("FILE")
        .env("KUBEMIN_CONFIG")
        .hide_env_values(true)
        .help("File with settings, YAML")
}

/// Adds a flag for every setting that is wanted, section by section.
fn with_flags(mut command: Command, wanted: impl Fn(&Setting) -> bool) -> Command {
    for (section, _, settings) in every_section() {
        command = command.next_help_heading(section);
        for setting in settings {
            if setting.in_the_open() && wanted(setting) {
                command = command.arg(flag(setting));
            }
        }
    }
    command
}

fn rotate_key() -> Command {
    let command = Command::new(ROTATE_KEY)
        .about(ROTATE_ABOUT)
        .long_about(ROTATE_LONG)
        .after_help(ROTATE_AFTER_HELP)
        .arg(config())
        .arg(
            Arg::new(NEW_KEY_FILE)
                .long(NEW_KEY_FILE)
                .value_name("PATH")
                .value_parser(clap::value_parser!(PathBuf))
                .help("File with the new key: 32 bytes as base64 or as 64 hexadecimal digits; made when absent"),
        );
    with_flags(command, |setting| ROTATE_FLAGS.contains(&setting.flag))
}

/// The value is read together with those of the other places, so that all faults are told at once.
fn flag(setting: &'static Setting) -> Arg {
    let mut arg = Arg::new(setting.flag)
        .long(setting.flag)
        .help(setting.help.trim())
        .allow_hyphen_values(true)
        .value_name(match setting.kind {
            Kind::Duration => "TIME",
            Kind::Number => "NUMBER",
            Kind::Text => "TEXT",
            Kind::List => "LIST",
            Kind::Switch => "true|false",
            Kind::Path => "PATH",
            Kind::Choice => "CHOICE",
        });
    if setting.kind == Kind::Choice {
        arg = arg.value_name(setting.choices.join("|"));
    }
    if setting.kind == Kind::Switch {
        arg = arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true");
    }
    arg.action(ArgAction::Append)
}

impl FromArgMatches for Server {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut server = Self::default();
        server.update_from_arg_matches(matches)?;
        Ok(server)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        let rotation = matches.subcommand_matches(ROTATE_KEY);
        self.rotate_key = rotation.map(|matches| RotateKey {
            new_key_file: matches.get_one(NEW_KEY_FILE).cloned(),
        });
        self.print_config = matches.get_flag(PRINT_CONFIG);
        let matches = rotation.unwrap_or(matches);
        self.config = matches.get_one::<String>(CONFIG).cloned();
        self.flags = every_section()
            .flat_map(|(_, _, settings)| settings)
            .filter(|setting| setting.in_the_open())
            .flat_map(|setting| given(setting, matches))
            .collect();
        Ok(())
    }
}

/// What the command line says about a setting; nothing when the command has no such flag.
fn given(setting: &Setting, matches: &ArgMatches) -> Vec<(String, String)> {
    let given = matches.try_get_many::<String>(setting.flag);
    let given: Vec<&String> = given.ok().flatten().into_iter().flatten().collect();
    // one value twice is the last one, as everywhere; a list grows
    let keep = if setting.kind == Kind::List {
        0
    } else {
        given.len().saturating_sub(1)
    };
    let kept = given.into_iter().skip(keep);
    kept.map(|value| (setting.flag.to_owned(), value.clone()))
        .collect()
}
