//! One renewal at a time, whose outcome is everybody's.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::way::Showing;
use super::{Access, Connection, Person, Session, Standing, Told, Who};
use crate::secret::Secret;
use crate::server::openscanner::http::{Answer, Http, answered, broken};
use crate::server::openscanner::jar::Jar;
use crate::server::openscanner::wire::{self, ErrorShape, Granted};
use crate::server::{Account, Kept, NetworkError, NetworkKind, SignedOut};
use crate::vault::VaultError;

/// Between tries with the same credential after no answer.
const WAITS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// The server repeats its answer to a used credential for 30 s counted from its own clock; later it ends the login.
const GRACE: Duration = Duration::from_secs(25);
/// After a renewal that could not be asked. No longer each time: asking in vain prolongs no lockout, and calls wait.
const UNASKED: Duration = Duration::from_secs(60);
/// Whatever a server grants without saying for how long.
const USUAL_LIFE: Duration = Duration::from_secs(900);
/// Less would be renewed before every request …
const SHORTEST_LIFE: Duration = Duration::from_secs(120);
/// … and more is no lifetime anybody grants.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
/// How the server refuses a renewal, or says that it failed after the credential was used up.
const OWN_WORDS: [&str; 5] = [
    "no refresh token",
    "invalid refresh token",
    "refresh token expired",
    "account expired",
    "failed to generate token",
];
/// Written behind the stored credential before it is shown, so that a start after a sudden end knows what happened.
const BEGUN: &str = " renewing";

/// Why a renewal is asked for. There is no fourth reason and no timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::openscanner) enum Cause {
    /// A request was answered 401.
    Refusal,
    /// Less than a minute is left.
    Age,
    /// The socket was told `session.expired`.
    Expired,
}

/// How a renewal came out well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::openscanner) enum Renewed {
    /// By this request; the count after it.
    Now(u64),
    /// By somebody else's, after the credentials in question were used.
    Before,
}

/// How a renewal came out badly. Shared by all who waited.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(in crate::server::openscanner) enum RenewError {
    #[error("the login has ended")]
    Ended,
    #[error("a renewal has just been no help")]
    Futile,
    #[error("the renewal could not be asked")]
    Unreachable(#[source] NetworkError),
}

/// How the last renewal or sign-in came out, as the renewal lock keeps it for those who waited.
pub(super) type Outcome = Result<(), RenewError>;

/// What the server said to a renewal.
enum Reply {
    Granted(Box<(Jar, Secret, Granted)>),
    Refused,
    Spent,
    Unreachable(NetworkError),
}

#[derive(Debug, thiserror::Error)]
#[error("the renewal was answered with status {0}")]
struct Unexpected(u16);

impl Session {
    /// Renews, unless that has happened since the credentials numbered `seen` were used: then its outcome is returned
    /// and nothing is sent. A renewal that has begun is completed and stored even if the caller goes away.
    pub(in crate::server::openscanner) async fn renew(
        self: &Arc<Self>,
        seen: u64,
        cause: Cause,
    ) -> Result<Renewed, RenewError> {
        let guard = self.renewing.clone().lock_owned().await;
        {
            let mut state = self.lock();
            if !matches!(state.who, Who::Somebody(_)) {
                // Given up, which was no renewal that came out somehow.
                return Err(RenewError::Ended);
            }
            if state.renewals != seen {
                return guard.clone().map(|()| Renewed::Before);
            }
            if cause == Cause::Expired {
                // Ended before its time: whoever needs one next renews first, instead of showing it again.
                state.access = None;
            }
            let now = self.clock.now().at;
            if cause == Cause::Refusal && state.futile.is_some_and(|pause| now < pause.until) {
                return Err(RenewError::Futile);
            }
            if let Some((until, error)) = &state.unasked
                && now < *until
            {
                return Err(RenewError::Unreachable(error.clone()));
            }
        }
        tracing::info!(?cause, "renewing the login");
        let session = self.clone();
        let task = tokio::spawn(async move { session.renew_now(guard).await });
        // The task is never aborted and does not panic; an error means that the runtime is shutting down.
        task.await.unwrap_or(Err(RenewError::Ended))
    }

    async fn renew_now(&self, mut guard: OwnedMutexGuard<Outcome>) -> Result<Renewed, RenewError> {
        let http = self.http();
        let (person, showing, tried, since) = {
            let state = self.lock();
            let Who::Somebody(person) = &state.who else { return Err(RenewError::Ended) };
            (person.clone(), self.to_renew(&state.jar), state.unasked.is_some(), state.renewals)
        };
        let reply = match showing {
            Some(showing) => {
                self.mark(&person, &showing.1, since).await;
                self.ask(&http, &showing, tried, since).await
            }
            // Every login has one.
            None => Reply::Refused,
        };
        let outcome = match reply {
            Reply::Granted(pair) => {
                let (jar, refresh, granted) = *pair;
                self.take(person, jar, &refresh, granted, since).await
            }
            // The user gave the login up meanwhile; how else it would have ended does not matter.
            _ if self.lock().renewals != since => Err(RenewError::Ended),
            Reply::Refused if person.doubtful => Err(self.end(&person, SignedOut::LostInRenewal).await),
            Reply::Refused => Err(self.end(&person, SignedOut::Ended).await),
            Reply::Spent => Err(self.end(&person, SignedOut::Spent).await),
            Reply::Unreachable(error) => Err(self.put_off(error).await),
        };
        *guard = outcome.clone().map(|_| ());
        outcome
    }

    /// Shows the credential until somebody answers, within the server's grace. After an outage that is not over yet, only
    /// if it may have been used up: then the grace runs, and the next occasion may come too late. Not any longer once the
    /// login was given up `since`: whoever wants another one is waiting.
    async fn ask(&self, http: &Http, showing: &Showing, tried: bool, since: u64) -> Reply {
        let (generation, cookie) = showing;
        let first = self.clock.now().at;
        let mut waits = WAITS.iter();
        loop {
            let error = match http.refresh(*generation, cookie).await {
                Ok(answer) => match reply(http, &answer, generation.refresh_errors()) {
                    Reply::Unreachable(error) => error,
                    other => return other,
                },
                Err(failure) => failure.into(),
            };
            tracing::info!(%error, "the login could not be renewed");
            match waits.next() {
                Some(wait) if (!tried || may_be_used_up(&error)) && self.clock.now().at + *wait - first <= GRACE => {
                    self.clock.sleep(*wait).await;
                }
                _ => return Reply::Unreachable(error),
            }
            if self.lock().renewals != since {
                return Reply::Unreachable(error);
            }
        }
    }

    /// Stores the new credential, and only then puts the pair to use; neither, if the user gave the login up `since`.
    pub(super) async fn take(
        &self,
        person: Person,
        jar: Jar,
        refresh: &Secret,
        granted: Granted,
        since: u64,
    ) -> Result<Renewed, RenewError> {
        let kept = self.keep(&person, refresh).await;
        let user = person.user.clone();
        // Somebody who has to change the password first is not signed in by a renewal meanwhile.
        let news = !person.must_change && (person.told != Told::SignedIn || kept != person.kept);
        let told = if person.must_change { person.told } else { Told::SignedIn };
        let given_back = {
            let mut state = self.lock();
            if state.renewals == since {
                state.jar = jar;
                state.access = Some(self.access(granted));
                state.renewals += 1;
                state.unasked = None;
                state.who = Who::Somebody(Person { kept, told, doubtful: false, ..person });
                None
            } else {
                Some((jar, granted))
            }
        };
        if let Some((jar, granted)) = given_back {
            self.vault.forget(&self.key(&user));
            self.give_back(&jar, &granted).await;
            return Err(RenewError::Ended);
        }
        if news {
            self.say(Account::SignedIn { user, kept }).await;
        }
        Ok(Renewed::Now(since + 1))
    }

    /// Ends on the server a login that came when it was not wanted any more.
    async fn give_back(&self, jar: &Jar, granted: &Granted) {
        let http = self.http();
        let (generation, cookie) = self.to_end(jar);
        let farewell = http.logout(generation, &granted.token, cookie.as_ref()).await.map(|answer| answer.status);
        tracing::info!(?farewell, "signed out while signing in or renewing");
    }

    pub(super) fn access(&self, granted: Granted) -> Access {
        // Life is measured from receipt with our own clock; the server's may be anywhere.
        Access { received: self.clock.now(), life: life(&granted.token), token: granted.token }
    }

    /// Puts the credential where it may be put, and says where that is. A keychain that failed is tried again each time.
    pub(super) async fn keep(&self, person: &Person, refresh: &Secret) -> Kept {
        if person.kept == Kept::NotAsked || person.must_change {
            return person.kept;
        }
        let key = self.key(&person.user);
        let before = self.lock().stored.replace(person.user.clone());
        if let Some(other) = before.filter(|other| *other != person.user) {
            self.vault.forget(&self.key(&other));
        }
        match self.vault.store(&key, refresh).await {
            Ok(()) => Kept::Keychain,
            Err(error) => {
                tracing::warn!(%error, "the login is kept in memory only");
                // A late keychain may still take it. Otherwise an older credential there is a used one by now: showing it
                // at the next start would be no help.
                if error != VaultError::Slow {
                    self.vault.forget(&key);
                }
                Kept::Failed(error)
            }
        }
    }

    /// Notes that the stored credential is about to be used up. A vault that fails now fails at storing as well, which is
    /// said then.
    async fn mark(&self, person: &Person, cookie: &Secret, since: u64) {
        if person.kept != Kept::Keychain || person.doubtful || person.must_change {
            return;
        }
        let Some((_, value)) = cookie.expose().split_once('=') else { return };
        let marked = Secret::new(format!("{value}{BEGUN}"));
        let key = self.key(&person.user);
        if let Err(error) = self.vault.store(&key, &marked).await {
            tracing::warn!(%error, "the beginning of a renewal could not be noted");
        }
        if self.lock().renewals != since {
            self.vault.forget(&key);
        }
    }

    /// The login is over; on a public server listening goes on without it. A live connection is left alone.
    async fn end(&self, person: &Person, why: SignedOut) -> RenewError {
        tracing::warn!(%why, "signed out");
        if person.kept == Kept::Keychain {
            if let Err(error) = self.vault.delete(&self.key(&person.user)).await {
                tracing::warn!(%error, "the credential of an ended login could not be deleted");
            }
        } else {
            // A keychain that was slow may have taken it after all.
            self.forget_stored();
        }
        let account = self.become_nobody(why);
        self.say(account).await;
        RenewError::Ended
    }

    /// Forgets the login here. Returns what is to be said.
    pub(super) fn become_nobody(&self, why: SignedOut) -> Account {
        let mut state = self.lock();
        let public = state.public;
        state.who = if public { Who::Anonymous } else { Who::Nobody };
        state.jar = Jar::empty(&self.http().origin);
        state.access = None;
        state.renewals += 1;
        state.unasked = None;
        drop(state);
        if public {
            self.stand(Standing::Anonymous, Connection::MayStay);
            Account::Anonymous { lost: Some(why) }
        } else {
            self.stand(Standing::Nobody, Connection::MayStay);
            Account::SignedOut { why: Some(why) }
        }
    }

    /// Nothing has ended; the next occasion after a pause tries again. Where anybody may listen, whoever has not been
    /// signed in yet is told that it begins without the login.
    async fn put_off(&self, error: NetworkError) -> RenewError {
        let now = self.clock.now().at;
        let begins = {
            let mut state = self.lock();
            state.unasked = Some((now + UNASKED, error.clone()));
            state.renewals += 1;
            let public = state.public;
            match &mut state.who {
                Who::Somebody(person) if public && !person.must_change && person.told == Told::Nothing => {
                    person.told = Told::NotYet;
                    true
                }
                Who::Somebody(_) | Who::Anonymous | Who::Nobody => false,
            }
        };
        if begins {
            self.say(Account::Anonymous { lost: Some(SignedOut::NotYet(error.clone())) }).await;
        }
        RenewError::Unreachable(error)
    }
}

/// Only the server's own words end a login; whatever is in front of it may say what it likes.
fn reply(http: &Http, answer: &Answer, shape: ErrorShape) -> Reply {
    let own = is_own(answer, shape);
    match answer.status {
        200 => {
            let granted = wire::granted(&answer.body).ok();
            let pair = granted.and_then(|granted| {
                let (jar, refresh) = Jar::granted(&http.origin, answer.cookies(), &granted)?;
                Some(Reply::Granted(Box::new((jar, refresh, granted))))
            });
            pair.unwrap_or_else(|| Reply::Unreachable(broken(Unexpected(200))))
        }
        401 if own => Reply::Refused,
        500 if own => Reply::Spent,
        status => Reply::Unreachable(answered(status, Unexpected(status))),
    }
}

/// Whether an error comes from the server itself. The older routes write theirs as many programs do, `{"error":"…"}`:
/// there only its very words count, or that it takes the credential back, which nobody in between knows of.
fn is_own(answer: &Answer, shape: ErrorShape) -> bool {
    let Some(message) = wire::error(&answer.body, shape) else { return false };
    let takes_back = || answer.cookies().any(|cookie| cookie.trim_start().starts_with("refresh_token=;"));
    shape == ErrorShape::Envelope || OWN_WORDS.contains(&message.as_str()) || takes_back()
}

fn life(token: &Secret) -> Duration {
    wire::lifetime(token).unwrap_or(USUAL_LIFE).clamp(SHORTEST_LIFE, LONGEST_LIFE)
}

/// Whether the server may have seen the credential, so that it has perhaps been used up.
fn may_be_used_up(error: &NetworkError) -> bool {
    match error.kind {
        // A lockout is the server's own word, and it comes before it looks at the credential.
        NetworkKind::Connect | NetworkKind::Certificate | NetworkKind::Answered(429) => false,
        NetworkKind::Timeout | NetworkKind::Broken | NetworkKind::Answered(_) => true,
    }
}

/// Takes a stored value apart: the credential, and whether a renewal with it had begun.
pub(super) fn stored(value: &Secret) -> (Secret, bool) {
    match value.expose().strip_suffix(BEGUN) {
        Some(credential) => (Secret::new(credential), true),
        None => (value.clone(), false),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn whatever_a_server_says_an_access_value_lives_two_minutes_at_least_and_a_day_at_most() {
        let life = |claims: &str| life(&Secret::new(format!("a.{}.c", URL_SAFE_NO_PAD.encode(claims))));
        assert_eq!(life(r#"{"iat":1000,"exp":1900}"#), USUAL_LIFE);
        assert_eq!(life(r#"{"iat":1000,"exp":1030}"#), Duration::from_secs(120));
        assert_eq!(life(r#"{"iat":1900,"exp":1000}"#), USUAL_LIFE, "nonsense is as good as nothing");
        for hostile in ["18446744073709551615", "18446744073709551000", "1e300"] {
            let life = life(&format!(r#"{{"iat":0,"exp":{hostile}}}"#));
            assert!(life <= Duration::from_secs(86_400), "{life:?}");
        }
    }
}
