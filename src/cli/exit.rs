//! Exit codes, as README lists them.

use crate::pipeline::RunError;

/// How a command ended; several pipelines in one call give the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Published, nothing to do, or the command did what it was asked.
    Done,
    /// Bad data: nothing published.
    Data,
    /// The arguments make no sense together.
    Usage,
    /// The pipeline file is invalid.
    Pipeline,
    /// No usable input.
    Input,
    /// The output cannot be written.
    Output,
    /// The latest published run is older than asked for.
    Stale,
    /// Tests of a pipeline failed.
    Tests,
    /// A defect of the program.
    Internal,
    /// Another run holds the lock.
    Locked,
    /// Stopped by a signal of this number.
    Signal(u8),
    /// What the same command, started again, ended with.
    Child(u8),
}

impl Exit {
    /// The number the system sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Data => 1,
            Self::Usage => 2,
            Self::Pipeline => 3,
            Self::Input => 4,
            Self::Output => 5,
            Self::Stale => 6,
            Self::Tests => 7,
            Self::Internal => 70,
            Self::Locked => 75,
            Self::Signal(number) => 128_u8.saturating_add(number),
            Self::Child(code) => code,
        }
    }

    /// The graver of two.
    #[must_use]
    pub fn graver(self, other: Self) -> Self {
        if other.gravity() > self.gravity() { other } else { self }
    }

    fn gravity(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Locked => 1,
            Self::Stale | Self::Tests => 2,
            Self::Data => 3,
            Self::Input => 4,
            Self::Pipeline => 5,
            Self::Usage => 6,
            Self::Output => 7,
            Self::Internal => 8,
            Self::Signal(_) | Self::Child(_) => 9,
        }
    }
}

impl From<&RunError> for Exit {
    fn from(error: &RunError) -> Self {
        match error {
            RunError::NoInputFolder { .. } | RunError::NoInput { .. } => Self::Input,
            RunError::Locked { .. } => Self::Locked,
            RunError::Output(_) | RunError::Unconfirmed(_) | RunError::Store(_) | RunError::Disk { .. } => {
                Self::Output
            }
            RunError::Stopped { signal } => Self::Signal(u8::try_from(*signal).unwrap_or(u8::MAX)),
            RunError::Rows(_) => Self::Internal,
        }
    }
}
