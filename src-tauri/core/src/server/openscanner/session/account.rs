//! What the user does with an account: sign in, sign out, change the password, go without.
//!
//! Each of these replaces the pair of cookies, so each holds the renewal lock while it does; none of them is ever retried
//! by itself.

use std::sync::Arc;

use tokio::sync::MutexGuard;

use super::renewal::Outcome;
use super::way::Showing;
use super::{Access, Cause, Connection, Person, RenewError, Session, Standing, Told, Who};
use crate::secret::Secret;
use crate::server::openscanner::address::words;
use crate::server::openscanner::http::{Answer, Failure, Generation};
use crate::server::openscanner::jar::Jar;
use crate::server::openscanner::wire::{self, Granted};
use crate::server::{Account, Credentials, Kept, PasswordError, ServerEvent, SignedOut};

/// What the server counts in bytes: less is refused.
const SHORTEST_PASSWORD: usize = 8;
/// More fails inside the server's hash.
const LONGEST_PASSWORD: usize = 72;
/// The refusals of the password route that are about the login, not about the password.
const ABOUT_LOGIN: [&str; 4] =
    ["authorization header required", "invalid or expired token", "token has been revoked", "account expired"];

/// What a server is told goodbye with.
#[derive(Debug)]
pub(in crate::server::openscanner) struct Farewell {
    access: Option<Access>,
    ending: (Generation, Option<Secret>),
    renewal: Option<Showing>,
}

impl Session {
    /// Waits for the user.
    pub(in crate::server::openscanner) async fn ask_user(&self) {
        self.say(Account::SignedOut { why: None }).await;
    }

    /// Listens without an account if the server lets anybody; otherwise the user is asked.
    pub(in crate::server::openscanner) async fn go_anonymous(&self) {
        let _guard = self.renewing.lock().await;
        if !self.lock().public {
            self.ask_whether_public().await;
        }
        let public = self.lock().public;
        self.forget_login(if public { Who::Anonymous } else { Who::Nobody });
        self.forget_stored();
        if public {
            self.stand(Standing::Anonymous, Connection::Anew);
            self.say(Account::Anonymous { lost: None }).await;
        } else {
            self.stand(Standing::Nobody, Connection::Anew);
            self.say(Account::SignedOut { why: Some(SignedOut::NotPublic) }).await;
        }
    }

    /// It may have changed since the server was asked last, which nobody does while nobody listens.
    async fn ask_whether_public(&self) {
        let Ok(answer) = self.http().setup(self.generation()).await else { return };
        if let Ok(setup) = wire::setup(&answer.body)
            && answer.status == 200
        {
            self.server_answered(setup.public).await;
        }
    }

    /// Ends here, because the server is at another origin now, and begins there: cookies are not taken along, so whoever
    /// was signed in has to do that again.
    pub(in crate::server::openscanner) async fn leave_for(self: Arc<Self>, there: Arc<Self>) {
        let was = self.standing();
        drop(self.give_up());
        self.close();
        match was {
            Standing::Anonymous => there.go_anonymous().await,
            Standing::Somebody => there.ask_user_who_moved().await,
            Standing::Nobody => there.ask_user().await,
        }
    }

    /// Waits for the user, whose login was one at another origin.
    pub(in crate::server::openscanner) async fn ask_user_who_moved(self: Arc<Self>) {
        self.say(Account::SignedOut { why: Some(SignedOut::Moved) }).await;
    }

    /// Signs in; the outcome is said. The password is sent once and wiped.
    pub(in crate::server::openscanner) async fn sign_in(&self, credentials: Credentials) {
        self.say(Account::SigningIn).await;
        let guard = self.renewing.lock().await;
        self.sign_in_within(guard, credentials).await;
    }

    async fn sign_in_within(&self, mut guard: MutexGuard<'_, Outcome>, credentials: Credentials) {
        let outcome = self.log_in(&credentials).await;
        if outcome.is_ok() {
            *guard = Ok(());
        }
        drop(guard);
        if let Err(why) = outcome {
            self.sign_in_failed(why).await;
        }
    }

    async fn log_in(&self, credentials: &Credentials) -> Result<(), SignedOut> {
        let http = self.http();
        let since = self.lock().renewals;
        let body = wire::login(&credentials.user, &credentials.password, credentials.stay);
        let answer = http.login(self.generation(), body).await;
        let answer = answer.map_err(|failure| SignedOut::Unreachable(failure.into()))?;
        match answer.status {
            200 => {}
            401 => return Err(SignedOut::WrongPassword),
            429 => return Err(SignedOut::LockedOut),
            status => {
                return Err(match answer.redirect(&http.origin) {
                    Some(to) => SignedOut::Redirected(words(&to)),
                    None => SignedOut::Status(status),
                });
            }
        }
        self.admit(credentials, &answer, since).await.ok_or(SignedOut::NoLogin)
    }

    async fn admit(&self, credentials: &Credentials, answer: &Answer, since: u64) -> Option<()> {
        let granted = wire::granted(&answer.body).ok()?;
        let (jar, refresh) = Jar::granted(&self.http().origin, answer.cookies(), &granted)?;
        let person = Person {
            user: granted.user.clone().unwrap_or_else(|| credentials.user.clone()),
            kept: if credentials.stay { Kept::Keychain } else { Kept::NotAsked },
            told: Told::Nothing,
            must_change: granted.change_password,
            doubtful: false,
        };
        if !credentials.stay {
            // Nor what was kept for a login before this one.
            self.forget_stored();
        }
        if person.must_change {
            // Not stored: the change that follows ends this login.
            let user = person.user.clone();
            self.hold(person, jar, granted);
            self.stand(Standing::Nobody, Connection::Anew);
            self.say(Account::PasswordChange { user, refused: None, busy: false }).await;
        } else {
            self.lock().futile = None;
            if self.take(person, jar, &refresh, granted, since).await.is_ok() {
                self.stand(Standing::Somebody, Connection::Anew);
            }
        }
        Some(())
    }

    /// A login that is good for changing the password and for nothing else.
    fn hold(&self, person: Person, jar: Jar, granted: Granted) {
        let mut state = self.lock();
        state.jar = jar;
        state.access = Some(self.access(granted));
        state.renewals += 1;
        state.who = Who::Somebody(person);
    }

    async fn sign_in_failed(&self, why: SignedOut) {
        tracing::info!(%why, "not signed in");
        let listening = match &self.lock().who {
            Who::Anonymous => true,
            Who::Somebody(person) => person.told == Told::NotYet,
            Who::Nobody => false,
        };
        if listening {
            return self.say(Account::Anonymous { lost: Some(why) }).await;
        }
        let answered = matches!(why, SignedOut::WrongPassword | SignedOut::LockedOut);
        self.forget_login(Who::Nobody);
        self.stand(Standing::Nobody, Connection::Anew);
        self.say(Account::SignedOut { why: Some(why) }).await;
        if answered {
            // Perhaps no account is needed any more.
            self.ask_whether_public().await;
        }
    }

    /// Ends the login here at once, and on the server if it can be reached.
    pub(in crate::server::openscanner) async fn sign_out(&self) {
        let farewell = self.give_up();
        self.say(Account::SignedOut { why: None }).await;
        self.bid(farewell).await;
    }

    /// Forgets the login here, in memory and in the keychain, without waiting for anything. A renewal under way keeps
    /// nothing of what it gets. What is returned is for [`bid`](Self::bid).
    pub(in crate::server::openscanner) fn give_up(&self) -> Farewell {
        let farewell = {
            let state = self.lock();
            Farewell {
                access: state.access.clone(),
                ending: self.to_end(&state.jar),
                renewal: self.to_renew(&state.jar),
            }
        };
        self.forget_login(Who::Nobody);
        self.forget_stored();
        self.stand(Standing::Nobody, Connection::Anew);
        farewell
    }

    /// Has the keychain forget whatever it may hold of this session.
    pub(in crate::server::openscanner) fn forget_stored(&self) {
        let stored = self.lock().stored.clone();
        if let Some(user) = stored {
            self.vault.forget(&self.key(&user));
        }
    }

    /// Tells the server that the login is over.
    pub(in crate::server::openscanner) async fn bid(&self, farewell: Farewell) {
        // Not beside a renewal, which shows the same credential.
        let _guard = self.renewing.lock().await;
        let http = self.http();
        let Farewell { access, ending: (generation, cookie), renewal } = farewell;
        let valid = access.filter(|access| !access.left(self.clock.now()).is_zero());
        let heard = match valid {
            Some(access) => http.logout(generation, &access.token, cookie.as_ref()).await.map(|answer| answer.status),
            None => Ok(401),
        };
        let heard = match heard {
            Ok(401) => self.log_out_stale(renewal).await,
            heard => heard,
        };
        tracing::info!(?heard, "signed out");
    }

    /// An access value that has expired or was pushed out cannot sign out: one renewal first, whose result is used for
    /// nothing else.
    async fn log_out_stale(&self, renewal: Option<Showing>) -> Result<u16, Failure> {
        let http = self.http();
        let Some((generation, renewal)) = renewal else { return Ok(401) };
        let answer = http.refresh(generation, &renewal).await?;
        let Ok(granted) = wire::granted(&answer.body) else { return Ok(answer.status) };
        let jar = Jar::granted(&http.origin, answer.cookies(), &granted).map(|(jar, _)| jar);
        let (generation, cookie) = self.to_end(&jar.unwrap_or_else(|| Jar::empty(&http.origin)));
        http.logout(generation, &granted.token, cookie.as_ref()).await.map(|answer| answer.status)
    }

    /// The server ends every connection of this login although it renews it.
    pub(in crate::server::openscanner) async fn refused(&self) {
        let _guard = self.renewing.lock().await;
        if !matches!(self.lock().who, Who::Somebody(_)) {
            return;
        }
        self.forget_stored();
        let account = self.become_nobody(SignedOut::Refused);
        self.say(account).await;
    }

    /// Changes the password, which ends every login of this user, and signs in again with the new one.
    pub(in crate::server::openscanner) async fn change_password(self: &Arc<Self>, current: Secret, new: Secret) {
        let person = match &self.lock().who {
            Who::Somebody(person) => person.clone(),
            Who::Nobody | Who::Anonymous => return,
        };
        let (user, forced) = (person.user.clone(), person.must_change);
        if forced {
            self.say(Account::PasswordChange { user: user.clone(), refused: None, busy: true }).await;
        }
        match self.put_password(&current, &new).await {
            Ok(guard) => {
                let stay = person.kept != Kept::NotAsked;
                if forced {
                    self.say(Account::SigningIn).await;
                } else {
                    self.say_of_password(Ok(())).await;
                }
                self.sign_in_within(guard, Credentials { user, password: new, stay }).await;
            }
            // Whoever listens goes on, and the form says why.
            Err(why) if !forced => self.say_of_password(Err(why)).await,
            Err(why) if matches!(self.lock().who, Who::Somebody(_)) => {
                self.say(Account::PasswordChange { user, refused: Some(why), busy: false }).await;
            }
            // The login ended over it, which has been said: there is nobody left whose password could be changed.
            Err(why) => tracing::info!(%why, "the password was not changed"),
        }
    }

    async fn say_of_password(&self, result: Result<(), PasswordError>) {
        // Nobody left to tell: the program ends.
        let _ = self.events.send((self.id, ServerEvent::PasswordChanged(result))).await;
    }

    /// Returns the renewal lock: the change ends our own login too, and nobody may try to renew it before the sign-in
    /// that has to follow.
    async fn put_password(
        self: &Arc<Self>,
        current: &Secret,
        new: &Secret,
    ) -> Result<MutexGuard<'_, Outcome>, PasswordError> {
        if new.expose().len() < SHORTEST_PASSWORD {
            return Err(PasswordError::TooShort);
        }
        if new.expose().len() > LONGEST_PASSWORD {
            return Err(PasswordError::TooLong);
        }
        self.keep_fresh().await.map_err(unreachable)?;
        let mut guard = self.renewing.lock().await;
        let (mut answer, seen) = self.put_password_once(current, new).await?;
        if answer.status == 401 && self.is_about_login(&answer) {
            drop(guard);
            self.renew(seen, Cause::Refusal).await.map_err(unreachable)?;
            guard = self.renewing.lock().await;
            answer = self.put_password_once(current, new).await?.0;
        }
        match answer.status {
            200 => Ok(guard),
            401 if !self.is_about_login(&answer) => Err(PasswordError::WrongCurrent),
            status => Err(PasswordError::Status(status)),
        }
    }

    async fn put_password_once(&self, current: &Secret, new: &Secret) -> Result<(Answer, u64), PasswordError> {
        let (bearer, seen) = {
            let state = self.lock();
            let bearer = state.access.as_ref().map(|access| access.token.clone());
            (bearer.ok_or(PasswordError::Status(401))?, state.renewals)
        };
        let body = wire::password_change(current, new);
        let answer = self.http().password(self.generation(), &bearer, body).await;
        answer.map(|answer| (answer, seen)).map_err(|failure| PasswordError::Unreachable(failure.into()))
    }

    /// Two kinds of 401 share this route, and only the server's words tell them apart.
    fn is_about_login(&self, answer: &Answer) -> bool {
        wire::error(&answer.body, self.generation().errors())
            .is_some_and(|message| ABOUT_LOGIN.contains(&message.as_str()))
    }

    fn forget_login(&self, who: Who) {
        let origin = self.http().origin;
        let mut state = self.lock();
        state.who = who;
        state.jar = Jar::empty(&origin);
        state.access = None;
        state.renewals += 1;
        state.futile = None;
        state.unasked = None;
    }
}

fn unreachable(error: RenewError) -> PasswordError {
    match error {
        RenewError::Unreachable(error) => PasswordError::Unreachable(error),
        RenewError::Ended | RenewError::Futile => PasswordError::Status(401),
    }
}
