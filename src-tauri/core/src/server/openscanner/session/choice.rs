//! What the account keeps of the listener's choice of talkgroups: read and written like everything else that needs a login.

use std::sync::Arc;

use super::{Cause, RenewError, Session, Standing, Who};
use crate::choices::AccountChoice;
use crate::secret::Secret;
use crate::server::openscanner::http::Answer;
use crate::server::openscanner::wire;
use crate::server::{ChoiceError, ServerEvent};

impl Session {
    /// Reads what is stored for this user; the answer is said.
    pub(in crate::server::openscanner) async fn read_choice(self: Arc<Self>, ask: u32, user: String) {
        let answer = self.choice(&user, None).await;
        let result = answer.and_then(|answer| wire::choice(&answer.body).map_err(|_| ChoiceError::NotUnderstood));
        self.say_choice(ServerEvent::ChoiceRead { ask, result }).await;
    }

    /// Stores this instead of whatever is there; the outcome is said.
    pub(in crate::server::openscanner) async fn write_choice(
        self: Arc<Self>,
        ask: u32,
        user: String,
        choice: AccountChoice,
    ) {
        let answer = self.choice(&user, Some(wire::stored_choice(&choice))).await;
        let is_stored = |answer: Answer| wire::is_stored(&answer.body).then_some(()).ok_or(ChoiceError::NotUnderstood);
        let result = answer.and_then(is_stored);
        self.say_choice(ServerEvent::ChoiceWritten { ask, result }).await;
    }

    async fn say_choice(&self, event: ServerEvent) {
        // Nobody left to tell: the program ends.
        let _ = self.events.send((self.id, event)).await;
    }

    /// One request. On a refusal the login is renewed once and the request sent once more, unless it is another one's by
    /// then: each account has its own choice.
    async fn choice(self: &Arc<Self>, user: &str, body: Option<Vec<u8>>) -> Result<Answer, ChoiceError> {
        self.keep_fresh().await?;
        let (bearer, seen) = self.bearer_of(user).ok_or(ChoiceError::SignedOut)?;
        let answer = self.choice_once(&bearer, body.clone()).await?;
        if answer.status != 401 {
            return good(answer);
        }
        self.renew(seen, Cause::Refusal).await?;
        let (bearer, _) = self.bearer_of(user).ok_or(ChoiceError::SignedOut)?;
        let answer = self.choice_once(&bearer, body).await?;
        if answer.status == 401 {
            self.renewal_was_futile();
        }
        good(answer)
    }

    async fn choice_once(&self, bearer: &Secret, body: Option<Vec<u8>>) -> Result<Answer, ChoiceError> {
        let answer = self.http().choice(self.generation(), bearer, body).await;
        answer.map_err(|failure| ChoiceError::Network(failure.into()))
    }

    /// The access value of this user, and which renewal it stems from; nothing while somebody else is signed in.
    pub(super) fn bearer_of(&self, user: &str) -> Option<(Secret, u64)> {
        if self.standing() != Standing::Somebody {
            return None;
        }
        let state = self.lock();
        let is_theirs = matches!(&state.who, Who::Somebody(person) if person.user == user);
        state.access.as_ref().filter(|_| is_theirs).map(|access| (access.token.clone(), state.renewals))
    }
}

fn good(answer: Answer) -> Result<Answer, ChoiceError> {
    match answer.status {
        200 => Ok(answer),
        401 => Err(ChoiceError::NotAuthorised),
        404 if wire::is_unrouted(&answer.body) => Err(ChoiceError::NotOffered),
        status => Err(ChoiceError::Status(status)),
    }
}

impl From<RenewError> for ChoiceError {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::Ended => Self::SignedOut,
            RenewError::Futile => Self::NotAuthorised,
            RenewError::Unreachable(error) => Self::Network(error),
        }
    }
}
