//! Which access tokens are out, and which of them are no longer taken.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use crate::jwt::{self, Claims};
use crate::options::User;
use crate::random;

/// An access token lives a quarter of an hour.
pub(crate) const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// The twenty-first living token of an account pushes the oldest out.
const CAP: usize = 20;

#[derive(Debug)]
pub(crate) struct AccessTokens {
    key: Vec<u8>,
    issued: HashMap<u64, VecDeque<Issued>>,
    denied: HashSet<String>,
    expired: HashSet<String>,
}

#[derive(Debug)]
struct Issued {
    jti: String,
    expires: u64,
}

/// Why a token is not taken. The words are the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    Invalid,
    Revoked,
    AccountExpired,
}

impl NotTaken {
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Invalid => "invalid or expired token",
            Self::Revoked => "token has been revoked",
            Self::AccountExpired => "account expired",
        }
    }
}

impl AccessTokens {
    pub(crate) fn new() -> Self {
        let key = random::hex(32).into_bytes();
        Self { key, issued: HashMap::new(), denied: HashSet::new(), expired: HashSet::new() }
    }

    /// Signs a new token for the account, denying the oldest if there are too many.
    pub(crate) fn issue(&mut self, id: u64, user: &User, now: Duration) -> String {
        let claims = Claims {
            user_id: id,
            username: user.name.clone(),
            role: user.role.name().into(),
            account_exp: user.expires,
            exp: (now + LIFETIME).as_secs(),
            iat: now.as_secs(),
            jti: random::uuid(),
        };
        let living = self.issued.entry(id).or_default();
        living.retain(|issued| issued.expires > now.as_secs());
        if living.len() >= CAP
            && let Some(oldest) = living.pop_front()
        {
            self.denied.insert(oldest.jti);
        }
        living.push_back(Issued { jti: claims.jti.clone(), expires: claims.exp });
        jwt::sign(&self.key, &claims)
    }

    /// What a token says, if it is taken.
    pub(crate) fn check(&self, token: &str, now: Duration) -> Result<Claims, NotTaken> {
        let claims = jwt::read(&self.key, token).ok_or(NotTaken::Invalid)?;
        if claims.exp <= now.as_secs() || self.expired.contains(&claims.jti) {
            return Err(NotTaken::Invalid);
        }
        if self.denied.contains(&claims.jti) {
            return Err(NotTaken::Revoked);
        }
        if claims.account_exp.is_some_and(|end| end <= now.as_secs()) {
            return Err(NotTaken::AccountExpired);
        }
        Ok(claims)
    }

    pub(crate) fn deny(&mut self, jti: &str) {
        self.denied.insert(jti.into());
    }

    /// Denies one token whatever its age. False if it was not signed here.
    pub(crate) fn deny_token(&mut self, token: &str) -> bool {
        let claims = jwt::read(&self.key, token);
        claims.map(|claims| self.denied.insert(claims.jti)).is_some()
    }

    pub(crate) fn deny_all(&mut self, id: u64) {
        let jtis = self.issued.get(&id).into_iter().flatten().map(|issued| issued.jti.clone());
        self.denied.extend(jtis);
    }

    pub(crate) fn expire_all(&mut self, id: u64) {
        let jtis = self.issued.get(&id).into_iter().flatten().map(|issued| issued.jti.clone());
        self.expired.extend(jtis);
    }

    /// What a restart forgets: the deny list and the caps. The key is kept.
    pub(crate) fn forget_all(&mut self) {
        self.issued.clear();
        self.denied.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn the_twenty_first_token_pushes_the_oldest_out() {
        let (mut tokens, user) = (AccessTokens::new(), User::listener("dana", "x"));
        let issued: Vec<_> = (0..CAP).map(|_| tokens.issue(7, &user, NOW)).collect();
        assert!(issued.iter().all(|token| tokens.check(token, NOW).is_ok()));
        let newest = tokens.issue(7, &user, NOW);
        assert_eq!(tokens.check(&issued[0], NOW), Err(NotTaken::Revoked));
        assert!(tokens.check(&issued[1], NOW).is_ok());
        assert!(tokens.check(&newest, NOW).is_ok());
    }

    #[test]
    fn expired_tokens_do_not_count_towards_the_cap() {
        let (mut tokens, user) = (AccessTokens::new(), User::listener("dana", "x"));
        for _ in 0..CAP {
            tokens.issue(7, &user, NOW);
        }
        let later = NOW + LIFETIME;
        let issued: Vec<_> = (0..CAP).map(|_| tokens.issue(7, &user, later)).collect();
        assert!(tokens.check(&issued[0], later).is_ok());
    }

    #[test]
    fn tokens_of_other_accounts_are_left_alone() {
        let (mut tokens, user) = (AccessTokens::new(), User::listener("dana", "x"));
        let other = tokens.issue(8, &user, NOW);
        for _ in 0..=CAP {
            tokens.issue(7, &user, NOW);
        }
        tokens.deny_all(7);
        assert!(tokens.check(&other, NOW).is_ok());
    }

    #[test]
    fn a_token_ends_after_a_quarter_of_an_hour() {
        let (mut tokens, user) = (AccessTokens::new(), User::listener("dana", "x"));
        let token = tokens.issue(7, &user, NOW);
        assert!(tokens.check(&token, NOW + LIFETIME - Duration::from_secs(1)).is_ok());
        assert_eq!(tokens.check(&token, NOW + LIFETIME), Err(NotTaken::Invalid));
    }
}
