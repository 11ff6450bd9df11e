//! The one question about the choice of talkgroups that is under way. Whoever asked hears of it in any case, also where
//! it is given up.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::nobody;
use super::session::Session;
use crate::choices::AccountChoice;
use crate::server::{ChoiceError, ServerEvent};

/// That question, if there is one.
#[derive(Default)]
pub(super) struct Asking(Option<Question>);

struct Question {
    work: BoxFuture<'static, ()>,
    /// What is said where nobody answers any more.
    given_up: ServerEvent,
}

impl Asking {
    /// Asks; of an earlier question the answer does not matter any more.
    pub(super) fn read(&mut self, session: Arc<Session>, ask: u32, user: String) {
        self.0 = Some(Question { work: session.read_choice(ask, user).boxed(), given_up: unread(ask) });
    }

    /// Sends, in the same way.
    pub(super) fn write(&mut self, session: Arc<Session>, ask: u32, user: String, choice: AccountChoice) {
        self.0 = Some(Question { work: session.write_choice(ask, user, choice).boxed(), given_up: unwritten(ask) });
    }

    /// Until it is answered; never, if nothing is asked. Cancel-safe: it stays where it is.
    pub(super) async fn answered(&mut self) {
        match &mut self.0 {
            Some(question) => question.work.as_mut().await,
            None => std::future::pending().await,
        }
        self.0 = None;
    }

    /// Gives it up; what is to be said for it.
    pub(super) fn give_up(&mut self) -> Option<ServerEvent> {
        self.0.take().map(|question| question.given_up)
    }
}

/// There is nobody to ask.
pub(super) fn unread(ask: u32) -> ServerEvent {
    ServerEvent::ChoiceRead { ask, result: Err(ChoiceError::Network(nobody())) }
}

/// There is nobody to send it to; or it was sent, and nobody knows what became of it.
pub(super) fn unwritten(ask: u32) -> ServerEvent {
    ServerEvent::ChoiceWritten { ask, result: Err(ChoiceError::Network(nobody())) }
}
