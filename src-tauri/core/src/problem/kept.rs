//! What is wrong with keeping something: the settings, and the choice of talkgroups here and in the account.

use super::{Code, Problem, Retry, log};
use crate::choices::ChoicesError;
use crate::server::ChoiceError;
use crate::settings::SettingsError;
use crate::units::UnitsError;

impl From<&SettingsError> for Problem {
    fn from(error: &SettingsError) -> Self {
        log("settings", error);
        match error {
            SettingsError::SetAside { aside, .. } => Self::new(
                Code::SettingsSetAside,
                Retry::No,
                format!("The settings could not be read. They were set aside as {aside}, and Squelch starts afresh."),
            ),
            SettingsError::Unreadable(_) => Self::new(
                Code::SettingsSetAside,
                Retry::No,
                "The settings could not be read. Squelch leaves the file alone and starts afresh; what you change now lasts until it ends.",
            ),
            SettingsError::NotSaved(_) => Self::new(
                Code::SettingsNotSaved,
                Retry::ByItself,
                "The settings cannot be saved. Check that the data folder can be written and the disk is not full.",
            ),
        }
    }
}

impl From<&ChoiceError> for Problem {
    fn from(error: &ChoiceError) -> Self {
        log("choice", error);
        let kept = "Your choice of talkgroups is kept on this computer";
        let (retry, why) = match error {
            ChoiceError::Network(_) | ChoiceError::NoAnswer => (
                Retry::ByItself,
                "only: the server cannot be reached for it. Squelch tries again by itself.".to_owned(),
            ),
            ChoiceError::SignedOut => (Retry::AfterSigningIn, "only: nobody is signed in.".to_owned()),
            ChoiceError::NotAuthorised => (
                Retry::ByItself,
                "only: the server refuses to keep it for this account. Squelch tries again by itself.".to_owned(),
            ),
            ChoiceError::NotOffered => (Retry::No, "only: this server does not keep it.".to_owned()),
            ChoiceError::NotUnderstood => (
                Retry::ByItself,
                "only: what the server keeps cannot be understood. Squelch tries again by itself.".to_owned(),
            ),
            ChoiceError::Status(status) => (
                Retry::ByItself,
                format!("only: the server answered with an error ({status}). Squelch tries again by itself."),
            ),
        };
        Self::new(Code::ChoiceNotKept, retry, format!("{kept} {why}"))
    }
}

impl From<&ChoicesError> for Problem {
    fn from(error: &ChoicesError) -> Self {
        log("choices", error);
        let ChoicesError(error) = error;
        match error {
            SettingsError::SetAside { aside, .. } => Self::new(
                Code::SettingsSetAside,
                Retry::No,
                format!(
                    "Your choice of talkgroups could not be read. It was set aside as {aside}; what is kept in an account comes back from there."
                ),
            ),
            SettingsError::Unreadable(_) => Self::new(
                Code::SettingsSetAside,
                Retry::No,
                "Your choice of talkgroups could not be read. Squelch leaves the file alone; what you choose now is not kept on this computer.",
            ),
            SettingsError::NotSaved(_) => Self::new(
                Code::SettingsNotSaved,
                Retry::ByItself,
                "Your choice of talkgroups cannot be saved. Check that the data folder can be written and the disk is not full.",
            ),
        }
    }
}

impl From<&UnitsError> for Problem {
    fn from(error: &UnitsError) -> Self {
        log("units", error);
        let UnitsError(error) = error;
        match error {
            SettingsError::SetAside { aside, .. } => Self::new(
                Code::SettingsSetAside,
                Retry::No,
                format!(
                    "The names of units could not be read. They were set aside as {aside}; servers' own come back with their calls."
                ),
            ),
            SettingsError::Unreadable(_) => Self::new(
                Code::SettingsSetAside,
                Retry::No,
                "The names of units could not be read. Squelch leaves the file alone; names you give now last until it ends.",
            ),
            SettingsError::NotSaved(_) => Self::new(
                Code::SettingsNotSaved,
                Retry::ByItself,
                "The names of units cannot be saved. Check that the data folder can be written and the disk is not full.",
            ),
        }
    }
}

impl Problem {
    /// Two devices changed the choice of talkgroups at once.
    pub(crate) fn joined(server: &str) -> Self {
        let message = format!(
            "Another device has changed which talkgroups you hear at {server}, too. Both changes count; where they differ, what you chose here does."
        );
        Self::new(Code::ChoiceJoined, Retry::No, message)
    }
}
