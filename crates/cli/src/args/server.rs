//! Flags of `server`, made from the table of settings so that no setting lacks one.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use kubemin_server::config::{Kind, Setting, every_section};

const CONFIG: &str = "config";
const PRINT_CONFIG: &str = "print-config";

const AFTER_HELP: &str = "\
Every flag is also a variable, KUBEMIN_ and its name in capitals, and a key of the file. A flag beats the
environment, the environment beats the file.

Examples:
  kubemin server
  kubemin server --config server.yaml --print-config
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
}

impl Args for Server {
    fn augment_args(command: Command) -> Command {
        let mut command = command.after_help(AFTER_HELP).arg(
            Arg::new(CONFIG)
                .long(CONFIG)
                .value_name("FILE")
                .env("KUBEMIN_CONFIG")
                .hide_env_values(true)
                .help("File with settings, YAML"),
        );
        command = command.arg(
            Arg::new(PRINT_CONFIG)
                .long(PRINT_CONFIG)
                .action(ArgAction::SetTrue)
                .help("Print every setting and where it came from, and stop"),
        );
        for (section, _, settings) in every_section() {
            command = command.next_help_heading(section);
            for setting in settings.iter().filter(|setting| setting.in_the_open()) {
                command = command.arg(flag(setting));
            }
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
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
        self.config = matches.get_one::<String>(CONFIG).cloned();
        self.print_config = matches.get_flag(PRINT_CONFIG);
        for setting in every_section().flat_map(|(_, _, settings)| settings) {
            if !setting.in_the_open() {
                continue;
            }
            let given: Vec<&String> = matches
                .get_many(setting.flag)
                .into_iter()
                .flatten()
                .collect();
            // one value twice is the last one, as everywhere; a list grows
            let keep = if setting.kind == Kind::List {
                0
            } else {
                given.len().saturating_sub(1)
            };
            self.flags.extend(
                given
                    .into_iter()
                    .skip(keep)
                    .map(|value| (setting.flag.to_owned(), value.clone())),
            );
        }
        Ok(())
    }
}
