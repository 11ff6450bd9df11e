//! Accounts and what becomes of their logins.

use serde_json::{Value, json};

use crate::controls::Controls;
use crate::options::{Grant, User};
use crate::renewals::Tokens;

impl Controls {
    /// Signs the account in from somewhere else. `None` if there is no such account.
    pub fn other_sign_in(&self, user: &str) -> Option<Tokens> {
        let now = self.shared.now();
        self.shared.with(|world| {
            let password = world.accounts.by_name(user)?.user.password.clone();
            world.accounts.log_in(user, &password, now).map(|(_, tokens)| tokens)
        })
    }

    /// Renews a login somewhere else. `None` if the credential is refused.
    pub fn other_renewal(&self, tokens: &Tokens) -> Option<Tokens> {
        let now = self.shared.now();
        self.shared.with(|world| world.accounts.renew(&tokens.refresh, now, false).ok().map(|(_, tokens)| tokens))
    }

    /// Twenty newer access tokens of the account: one other sign-in that renews nineteen times.
    pub fn push_access_token_out(&self, user: &str) {
        let first = self.other_sign_in(user);
        (0..19).fold(first, |tokens, _| tokens.and_then(|tokens| self.other_renewal(&tokens)));
    }

    /// Denies every access token of the account. Sockets stay open, as with the token cap.
    pub fn revoke_access(&self, user: &str) {
        self.account(user, |accounts, id| accounts.access.deny_all(id));
    }

    /// Denies one access token. False if this server did not sign it.
    pub fn revoke_token(&self, token: &str) -> bool {
        self.shared.with(|world| world.accounts.access.deny_token(token))
    }

    /// Makes every access token of the account look past its end.
    pub fn expire_access(&self, user: &str) {
        self.account(user, |accounts, id| accounts.access.expire_all(id));
    }

    /// Ends every login of the account: renewal is refused, access tokens live on.
    pub fn revoke_renewals(&self, user: &str) {
        self.account(user, |accounts, id| accounts.renewals.revoke_all(id));
    }

    /// The renewal credentials of the account that were given and not used yet, in any order.
    pub fn live_renewals(&self, user: &str) -> Vec<String> {
        self.shared.with(|world| {
            let id = world.accounts.by_name(user).map(|account| account.id);
            id.map(|id| world.accounts.renewals.live(id)).unwrap_or_default()
        })
    }

    /// What an administrator's edit of the account does: access tokens denied, sockets expired, renewal still good.
    pub fn edit_user(&self, user: &str, edit: impl FnOnce(&mut User)) {
        self.shared.with(|world| {
            let Some(account) = world.accounts.by_name(user) else { return };
            edit(&mut account.user);
            let id = account.id;
            world.accounts.access.deny_all(id);
            world.hub.expire(|line| line.user == Some(id));
        });
    }

    /// Changes the account behind everybody's back: no token is denied, no socket told.
    pub fn alter_user(&self, user: &str, alter: impl FnOnce(&mut User)) {
        self.shared.with(|world| world.accounts.by_name(user).map(|account| alter(&mut account.user)));
    }

    /// Restricts the account as an administrator would; empty grants lift the restriction.
    pub fn restrict(&self, user: &str, grants: Vec<Grant>) {
        self.edit_user(user, |user| user.grants = grants);
    }

    /// Whether the account's next login asks for another password.
    pub fn require_password_change(&self, user: &str, required: bool) {
        self.alter_user(user, |user| user.password_need_change = required);
    }

    /// Bookmarks a call from another device, or no longer, if it is bookmarked. False if there is no such account.
    pub fn bookmark(&self, user: &str, call: u64) -> bool {
        self.shared.with(|world| {
            let id = world.accounts.by_name(user).map(|account| account.id);
            id.map(|id| world.archive.toggle_bookmark(id, call)).is_some()
        })
    }

    /// Shares a call as this account. False if there is no such account.
    pub fn share(&self, user: &str, call: u64) -> bool {
        let now = self.shared.now();
        self.shared.with(|world| {
            let id = world.accounts.by_name(user).map(|account| account.id);
            id.map(|id| world.archive.share(call, id, now)).is_some()
        })
    }

    /// Which talkgroups the account has switched off and avoids, as the server stores it; null without such an account.
    pub fn selection(&self, user: &str) -> Value {
        self.shared
            .with(|world| world.accounts.by_name(user).map(|account| json!(account.selection)))
            .unwrap_or_default()
    }

    /// Stores another choice of talkgroups, as another device of the account does. False if the server refused it.
    pub fn select_elsewhere(&self, user: &str, selection: Value) -> bool {
        let Ok(selection) = serde_json::from_value(selection) else { return false };
        self.shared.with(|world| world.accounts.by_name(user).map(|account| account.selection = selection).is_some())
    }

    /// Adds an account.
    pub fn add_user(&self, user: User) {
        self.shared.with(|world| world.accounts.add(user));
    }

    /// Locks an address out for ten minutes; clients on this computer come from `127.0.0.1`.
    pub fn lock_out(&self, address: &str) {
        let now = self.shared.now();
        self.shared.with(|world| world.accounts.lockout.lock(address, now));
    }

    /// Ends a lockout.
    pub fn unlock(&self, address: &str) {
        self.shared.with(|world| world.accounts.lockout.forgive(address));
    }

    fn account(&self, user: &str, change: impl FnOnce(&mut crate::accounts::Accounts, u64)) {
        self.shared.with(|world| {
            if let Some(id) = world.accounts.by_name(user).map(|account| account.id) {
                change(&mut world.accounts, id);
            }
        });
    }
}
