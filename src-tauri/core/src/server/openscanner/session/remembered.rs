//! The login that the keychain remembers, taken up at the start.
//!
//! A keychain that is locked asks the person to unlock it, who may not be there yet when the program starts with the
//! computer. Then the person is asked to sign in; and if the keychain is unlocked after all, before anybody has, that
//! login is taken up as if nothing had been.

use std::sync::Arc;

use super::renewal::stored;
use super::{Connection, Person, Session, Standing, Told, Who};
use crate::secret::Secret;
use crate::server::openscanner::jar::Jar;
use crate::server::{Account, Kept, SignedOut};
use crate::vault::VaultError;

impl Session {
    /// Takes up the login the vault remembers. It is renewed when the connection is made.
    pub(in crate::server::openscanner) async fn remember(self: &Arc<Self>, user: String) {
        self.say(Account::SigningIn).await;
        let guard = self.renewing.lock().await;
        let since = self.lock().renewals;
        let (read, late) = self.vault.read_or_wait(&self.key(&user)).await;
        if self.lock().renewals != since {
            // Given up meanwhile.
            return;
        }
        let account = match read {
            Ok(value) => return self.take_up(user, &value),
            Err(error) => self.become_nobody(SignedOut::NotRemembered(error)),
        };
        let since = self.lock().renewals;
        drop(guard);
        self.say(account).await;
        if let Some(late) = late {
            let session = self.clone();
            // Not waited for: whatever the person wishes meanwhile comes first.
            tokio::spawn(async move {
                if let Ok(value) = late.await.unwrap_or(Err(VaultError::Unavailable)) {
                    session.take_up_late(user, &value, since).await;
                }
            });
        }
    }

    /// The keychain has answered after all. Somebody may have signed in since, or nobody wants to.
    async fn take_up_late(&self, user: String, value: &Secret, since: u64) {
        let _guard = self.renewing.lock().await;
        if self.lock().renewals != since || self.wish.borrow().closing {
            return;
        }
        tracing::info!("the keychain was late; its login is taken up");
        self.say(Account::SigningIn).await;
        self.take_up(user, value);
    }

    fn take_up(&self, user: String, value: &Secret) {
        let (credential, doubtful) = stored(value);
        let origin = self.http().origin;
        {
            let mut state = self.lock();
            state.jar = Jar::remembered(&origin, &credential, self.generation().cookie_path());
            state.access = None;
            let kept = Kept::Keychain;
            state.who = Who::Somebody(Person { user, kept, told: Told::Nothing, must_change: false, doubtful });
        }
        self.stand(Standing::Somebody, Connection::Anew);
    }
}
