//! Renewal credentials: single use, in families, with a grace in which an answer can be fetched again.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::random;

/// Thirty days without a renewal end a login.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a used credential gets the same answer again.
const GRACE: Duration = Duration::from_secs(30);
/// The twenty-first login of an account ends the one least recently renewed.
const CAP: usize = 20;

/// An access token with the renewal credential that follows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The access token, a JWT.
    pub access: String,
    /// The renewal credential, 64 hexadecimal characters.
    pub refresh: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(..)")
    }
}

#[derive(Debug)]
struct Row {
    family: u64,
    user: u64,
    used: bool,
    order: u64,
    expires: Duration,
}

#[derive(Debug)]
struct Remembered {
    until: Duration,
    user: u64,
    family: u64,
    tokens: Tokens,
}

/// What a presented credential is worth.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    /// Used a moment ago: the answer it got then.
    Replay(u64, Tokens),
    /// Good, and now used up; the successor belongs to this family.
    Good { user: u64, family: u64 },
    /// Unknown, revoked, or used too long ago (its family is revoked now).
    Invalid,
    /// Not used for thirty days.
    Expired,
}

#[derive(Debug)]
pub(crate) struct Renewals {
    rows: HashMap<String, Row>,
    remembered: HashMap<String, Remembered>,
    revoked: HashSet<u64>,
    remembers: bool,
    last_family: u64,
    last_order: u64,
}

impl Renewals {
    /// `remembers` is false for servers older than 1.3.2, which have no grace.
    pub(crate) fn new(remembers: bool) -> Self {
        Self {
            rows: HashMap::new(),
            remembered: HashMap::new(),
            revoked: HashSet::new(),
            remembers,
            last_family: 0,
            last_order: 0,
        }
    }

    /// The first credential of a new login, ending the stalest one if the account has too many.
    pub(crate) fn begin(&mut self, user: u64, now: Duration) -> String {
        let mut active: Vec<(u64, u64)> = self
            .rows
            .values()
            .filter(|row| row.user == user && !row.used && now < row.expires && !self.revoked.contains(&row.family))
            .map(|row| (row.order, row.family))
            .collect();
        active.sort_unstable();
        if active.len() >= CAP {
            self.revoke(active[0].1);
        }
        self.last_family += 1;
        self.add(user, self.last_family, now)
    }

    /// Looks at a credential and uses it up if it is good.
    pub(crate) fn present(&mut self, credential: &str, now: Duration) -> Presented {
        if let Some(answer) = self.remembered.get(credential).filter(|answer| now < answer.until) {
            return Presented::Replay(answer.user, answer.tokens.clone());
        }
        let Some(row) = self.rows.get_mut(credential) else { return Presented::Invalid };
        let (user, family) = (row.user, row.family);
        if self.revoked.contains(&family) {
            return Presented::Invalid;
        }
        if row.used {
            self.revoke(family);
            return Presented::Invalid;
        }
        if now >= row.expires {
            return Presented::Expired;
        }
        row.used = true;
        Presented::Good { user, family }
    }

    /// Adds the successor of a used credential.
    pub(crate) fn add(&mut self, user: u64, family: u64, now: Duration) -> String {
        let credential = random::hex(32);
        self.last_order += 1;
        let row = Row { family, user, used: false, order: self.last_order, expires: now + LIFETIME };
        self.rows.insert(credential.clone(), row);
        credential
    }

    /// An account's credentials that would be taken now, in any order.
    pub(crate) fn live(&self, user: u64) -> Vec<String> {
        let live = |row: &Row| row.user == user && !row.used && !self.revoked.contains(&row.family);
        self.rows.iter().filter(|(_, row)| live(row)).map(|(credential, _)| credential.clone()).collect()
    }

    /// Keeps the answer a credential got, for the grace.
    pub(crate) fn remember(&mut self, credential: &str, user: u64, family: u64, tokens: &Tokens, now: Duration) {
        if self.remembers {
            let answer = Remembered { until: now + GRACE, user, family, tokens: tokens.clone() };
            self.remembered.insert(credential.into(), answer);
        }
    }

    /// Ends the login a credential belongs to.
    pub(crate) fn revoke_family_of(&mut self, credential: &str) {
        if let Some(family) = self.rows.get(credential).map(|row| row.family) {
            self.revoke(family);
        }
    }

    /// Ends all logins of an account.
    pub(crate) fn revoke_all(&mut self, user: u64) {
        let families: Vec<u64> = self.rows.values().filter(|row| row.user == user).map(|row| row.family).collect();
        families.into_iter().for_each(|family| self.revoke(family));
    }

    /// What a restart forgets: the grace.
    pub(crate) fn forget_answers(&mut self) {
        self.remembered.clear();
    }

    fn revoke(&mut self, family: u64) {
        self.revoked.insert(family);
        self.remembered.retain(|_, answer| answer.family != family);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000_000);

    fn rotate(renewals: &mut Renewals, credential: &str, now: Duration) -> Tokens {
        let Presented::Good { user, family } = renewals.present(credential, now) else {
            panic!("the credential is good")
        };
        let tokens = Tokens { access: random::uuid(), refresh: renewals.add(user, family, now) };
        renewals.remember(credential, user, family, &tokens, now);
        tokens
    }

    #[test]
    fn a_used_credential_gets_the_same_answer_during_the_grace() {
        let mut renewals = Renewals::new(true);
        let first = renewals.begin(1, NOW);
        let tokens = rotate(&mut renewals, &first, NOW);
        let late = NOW + GRACE - Duration::from_millis(1);
        assert_eq!(renewals.present(&first, late), Presented::Replay(1, tokens));
    }

    #[test]
    fn a_used_credential_after_the_grace_ends_the_whole_family() {
        let mut renewals = Renewals::new(true);
        let first = renewals.begin(1, NOW);
        let tokens = rotate(&mut renewals, &first, NOW);
        assert_eq!(renewals.present(&first, NOW + GRACE), Presented::Invalid);
        assert_eq!(renewals.present(&tokens.refresh, NOW + GRACE), Presented::Invalid);
    }

    #[test]
    fn an_old_server_ends_the_family_at_the_first_replay() {
        let mut renewals = Renewals::new(false);
        let first = renewals.begin(1, NOW);
        let tokens = rotate(&mut renewals, &first, NOW);
        assert_eq!(renewals.present(&first, NOW), Presented::Invalid);
        assert_eq!(renewals.present(&tokens.refresh, NOW), Presented::Invalid);
    }

    #[test]
    fn the_twenty_first_login_ends_the_one_least_recently_renewed() {
        let mut renewals = Renewals::new(true);
        let logins: Vec<_> = (0..CAP).map(|_| renewals.begin(1, NOW)).collect();
        let renewed = rotate(&mut renewals, &logins[0], NOW);
        renewals.begin(1, NOW);
        assert_eq!(renewals.present(&logins[1], NOW), Presented::Invalid);
        assert!(matches!(renewals.present(&renewed.refresh, NOW), Presented::Good { user: 1, .. }));
    }

    #[test]
    fn thirty_days_without_renewal_end_a_login() {
        let mut renewals = Renewals::new(true);
        let first = renewals.begin(1, NOW);
        assert_eq!(renewals.present(&first, NOW + LIFETIME), Presented::Expired);
    }

    #[test]
    fn an_ended_login_gets_nothing_from_the_grace() {
        let mut renewals = Renewals::new(true);
        let first = renewals.begin(1, NOW);
        rotate(&mut renewals, &first, NOW);
        renewals.revoke_all(1);
        assert_eq!(renewals.present(&first, NOW), Presented::Invalid);
    }
}
