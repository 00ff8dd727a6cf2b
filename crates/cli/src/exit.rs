//! Exit codes that scripts rely on (interfaces, Command line; decision 5).

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// The answer is no: not healthy, differs, the task failed, no such application.
    No,
    /// Wrong use or invalid input.
    Wrong,
    /// The server could not be reached or does not allow it.
    Unreachable,
    /// The command's own time ran out.
    TimedOut,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Wrong => 2,
            Self::Unreachable => 3,
            Self::TimedOut => 4,
            Self::Interrupted => 130,
        }
    }

    /// The graver of two results of one command: it is what the command exits with.
    pub fn or_worse(self, other: Self) -> Self {
        if other.code() > self.code() {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
