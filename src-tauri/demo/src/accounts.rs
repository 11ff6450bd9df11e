//! The accounts and everything that lets one in or throws it out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::access::{AccessTokens, NotTaken};
use crate::jwt::Claims;
use crate::lockout::Lockout;
use crate::options::{Grant, Options, Renewal, Role, User};
use crate::renewals::{Presented, Renewals, Tokens};

/// One account as stored: its database id and what was configured.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) user: User,
    pub(crate) selection: Selection,
}

impl Account {
    pub(crate) fn is_over(&self, now: Duration) -> bool {
        self.user.expires.is_some_and(|end| end <= now.as_secs())
    }
}

/// The stored talkgroup selection. Unknown fields are dropped, missing lists are empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Selection {
    #[serde(rename = "disabledTGs", default, deserialize_with = "nullable")]
    disabled: Vec<i64>,
    #[serde(rename = "avoidList", default, deserialize_with = "nullable")]
    avoided: Vec<Avoided>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Avoided {
    talkgroup_id: i64,
    expires_at: i64,
}

fn nullable<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Why a renewal is refused. Each has the server's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRenewed {
    Invalid,
    Expired,
    AccountExpired,
    /// The credential is used up and no answer came of it.
    Broken,
}

#[derive(Debug)]
pub(crate) struct Accounts {
    list: Vec<Account>,
    pub(crate) access: AccessTokens,
    pub(crate) renewals: Renewals,
    pub(crate) lockout: Lockout,
}

impl Accounts {
    pub(crate) fn new(options: &Options) -> Self {
        let mut accounts = Self {
            list: Vec::new(),
            access: AccessTokens::new(),
            renewals: Renewals::new(options.renewal == Renewal::Current),
            lockout: Lockout::default(),
        };
        options.users.iter().cloned().for_each(|user| accounts.add(user));
        accounts
    }

    pub(crate) fn add(&mut self, user: User) {
        let id = self.list.last().map_or(1, |account| account.id + 1);
        self.list.push(Account { id, user, selection: Selection::default() });
    }

    pub(crate) fn by_id(&mut self, id: u64) -> Option<&mut Account> {
        self.list.iter_mut().find(|account| account.id == id)
    }

    pub(crate) fn by_name(&mut self, name: &str) -> Option<&mut Account> {
        self.list.iter_mut().find(|account| account.user.name == name)
    }

    /// The account a login names, unless something about it is wrong; what, is not said on purpose.
    pub(crate) fn log_in(&mut self, name: &str, password: &str, now: Duration) -> Option<(Account, Tokens)> {
        let account = self.by_name(name)?.clone();
        if account.user.password != password || account.user.disabled || account.is_over(now) {
            return None;
        }
        let refresh = self.renewals.begin(account.id, now);
        let access = self.access.issue(account.id, &account.user, now);
        Some((account, Tokens { access, refresh }))
    }

    /// Rotates a renewal credential. `breaks` uses it up and then fails, as a server whose signing fails.
    pub(crate) fn renew(
        &mut self,
        credential: &str,
        now: Duration,
        breaks: bool,
    ) -> Result<(Account, Tokens), NotRenewed> {
        let (user, family) = match self.renewals.present(credential, now) {
            Presented::Replay(user, tokens) => {
                let account = self.by_id(user).ok_or(NotRenewed::Invalid)?;
                return Ok((account.clone(), tokens));
            }
            Presented::Good { user, family } => (user, family),
            Presented::Invalid => return Err(NotRenewed::Invalid),
            Presented::Expired => return Err(NotRenewed::Expired),
        };
        let account = self.by_id(user).ok_or(NotRenewed::Invalid)?.clone();
        if account.user.disabled {
            return Err(NotRenewed::Invalid);
        }
        if account.is_over(now) {
            return Err(NotRenewed::AccountExpired);
        }
        if breaks {
            return Err(NotRenewed::Broken);
        }
        let refresh = self.renewals.add(user, family, now);
        let access = self.access.issue(user, &account.user, now);
        let tokens = Tokens { access, refresh };
        self.renewals.remember(credential, user, family, &tokens, now);
        Ok((account, tokens))
    }

    /// Whether a token opens a socket: a good token of an account that still exists, is enabled and not over.
    pub(crate) fn admit(&mut self, token: &str, now: Duration) -> Option<(Claims, Account)> {
        let claims = self.access.check(token, now).ok()?;
        let account = self.by_id(claims.user_id)?.clone();
        (!account.user.disabled && !account.is_over(now)).then_some((claims, account))
    }

    /// Whether an open socket of this account may stay at the five-minute check.
    pub(crate) fn may_stay(&mut self, id: u64, now: Duration) -> bool {
        self.by_id(id).is_some_and(|account| !account.user.disabled && !account.is_over(now))
    }

    pub(crate) fn check(&self, token: &str, now: Duration) -> Result<Claims, NotTaken> {
        self.access.check(token, now)
    }

    /// What the bearer of these claims may hear; only listeners are restricted on the REST routes.
    pub(crate) fn grants(&mut self, claims: &Claims) -> Vec<Grant> {
        self.by_id(claims.user_id)
            .filter(|account| account.user.role == Role::Listener)
            .map(|account| account.user.grants.clone())
            .unwrap_or_default()
    }

    /// What a restart of the server forgets.
    pub(crate) fn restart(&mut self) {
        self.access.forget_all();
        self.renewals.forget_answers();
        self.lockout.forget_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000_000);

    fn accounts() -> Accounts {
        Accounts::new(&Options::silent())
    }

    #[test]
    fn a_renewal_that_breaks_has_used_the_credential_up() {
        let mut accounts = accounts();
        let (_, tokens) = accounts.log_in(crate::USER, crate::PASSWORD, NOW).expect("the password is right");
        assert_eq!(accounts.renew(&tokens.refresh, NOW, true).err(), Some(NotRenewed::Broken));
        assert_eq!(accounts.renew(&tokens.refresh, NOW, false).err(), Some(NotRenewed::Invalid));
    }

    #[test]
    fn nineteen_renewals_of_one_other_login_push_an_access_token_out() {
        let mut accounts = accounts();
        let (_, mine) = accounts.log_in(crate::USER, crate::PASSWORD, NOW).expect("the password is right");
        let (_, mut other) = accounts.log_in(crate::USER, crate::PASSWORD, NOW).expect("the password is right");
        for _ in 0..18 {
            other = accounts.renew(&other.refresh, NOW, false).expect("the credential is good").1;
        }
        assert!(accounts.check(&mine.access, NOW).is_ok());
        accounts.renew(&other.refresh, NOW, false).expect("the credential is good");
        assert_eq!(accounts.check(&mine.access, NOW), Err(NotTaken::Revoked));
        assert!(accounts.renew(&mine.refresh, NOW, false).is_ok());
    }

    #[test]
    fn a_selection_drops_unknown_fields_and_refuses_text_for_numbers() {
        let stored: Selection = serde_json::from_str(r#"{"disabledTGs":null,"mine":1}"#).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), r#"{"disabledTGs":[],"avoidList":[]}"#);
        assert!(serde_json::from_str::<Selection>(r#"{"disabledTGs":["x"]}"#).is_err());
    }
}
