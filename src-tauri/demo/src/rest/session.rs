//! Login, logout, password, selection, first set-up.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::{Account, Selection};
use crate::answer::Ask;
use crate::options::{Renewal, Role, User};
use crate::renewals::Tokens;
use crate::reply::{self, Refusal, refusal};
use crate::rest::{Reply, identify};
use crate::world::World;

pub(super) const LOCKED_OUT: &str = "too many failed attempts, try again later";
/// Renewal cookies live for thirty days.
const REFRESH_AGE: u64 = 30 * 24 * 3600;
/// Bytes; beyond them the real server's password hash fails.
const HASHED: usize = 72;

/// How the two cookies of a session are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookies {
    pub(super) renewal: Renewal,
    pub(super) secure: bool,
}

impl Cookies {
    pub(super) fn of(ask: &Ask, renewal: Renewal) -> Self {
        Self { renewal, secure: ask.secure }
    }

    /// `age` is `None` for a cookie that ends with the browser.
    pub(super) fn refresh(self, value: &str, age: Option<u64>) -> String {
        let path = if self.renewal == Renewal::Early { "/api/auth" } else { "/api" };
        let age = age.map(|age| format!(" Max-Age={age};")).unwrap_or_default();
        format!("refresh_token={value}; Path={path};{age} HttpOnly;{} SameSite=Lax", self.flag())
    }

    fn session(self, value: &str, age: u64) -> String {
        format!("os_session={value}; Path=/api; Max-Age={age}; HttpOnly;{} SameSite=Strict", self.flag())
    }

    pub(super) fn set(self, tokens: &Tokens, remember: bool) -> Vec<String> {
        let age = crate::access::LIFETIME.as_secs();
        vec![self.refresh(&tokens.refresh, remember.then_some(REFRESH_AGE)), self.session(&tokens.access, age)]
    }

    fn clear(self) -> Vec<String> {
        vec![self.refresh("", Some(0)), self.session("", 0)]
    }

    fn flag(self) -> &'static str {
        if self.secure { " Secure;" } else { "" }
    }
}

pub(super) fn user(account: &Account) -> Value {
    json!({"id": account.id, "username": account.user.name, "role": account.user.role.name()})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Login {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    remember_me: Option<bool>,
}

pub(super) fn log_in(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    if world.accounts.lockout.is_locked(&ask.address, now) {
        return Err(refusal(429, LOCKED_OUT));
    }
    let login: Option<Login> = serde_json::from_slice(&ask.body).ok();
    let login = login.filter(|login| !login.username.is_empty() && !login.password.is_empty());
    let login = login.ok_or_else(|| refusal(400, "username and password are required"))?;
    let Some((account, tokens)) = world.accounts.log_in(&login.username, &login.password, now) else {
        world.accounts.lockout.count_failure(&ask.address, now);
        return Err(refusal(401, "invalid credentials"));
    };
    world.accounts.lockout.forgive(&ask.address);
    let body = json!({
        "token": tokens.access,
        "user": user(&account),
        "passwordNeedChange": account.user.password_need_change,
    });
    let mut response = reply::json(200, &body);
    let cookies = Cookies::of(ask, world.renewal).set(&tokens, login.remember_me != Some(false));
    reply::add_cookies(&mut response, &cookies);
    Ok(response)
}

pub(super) fn log_out(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    world.accounts.access.deny(&claims.jti);
    world.hub.expire(|line| line.jti.as_ref() == Some(&claims.jti));
    if let Some(credential) = ask.cookie("refresh_token") {
        world.accounts.renewals.revoke_family_of(credential);
    }
    let mut response = reply::json(200, &json!({"ok": true}));
    reply::add_cookies(&mut response, &Cookies::of(ask, world.renewal).clear());
    Ok(response)
}

pub(super) fn me(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    Ok(reply::json(200, &json!({"id": claims.user_id, "username": claims.username, "role": claims.role})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
}

pub(super) fn change_password(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    let change: Option<Change> = serde_json::from_slice(&ask.body).ok();
    let change = change.filter(|change| !change.current_password.is_empty() && !change.new_password.is_empty());
    let change = change.ok_or_else(|| refusal(400, "currentPassword and newPassword are required"))?;
    match change.new_password.len() {
        ..8 => return Err(refusal(400, "new password must be at least 8 characters")),
        129.. => return Err(refusal(400, "new password must be at most 128 characters")),
        _ => {}
    }
    let account = world.accounts.by_id(claims.user_id).ok_or_else(|| refusal(401, "current password is incorrect"))?;
    if account.user.password != change.current_password {
        return Err(refusal(401, "current password is incorrect"));
    }
    if change.new_password.len() > HASHED {
        return Err(refusal(500, "failed to hash password"));
    }
    account.user.password = change.new_password;
    account.user.password_need_change = false;
    world.accounts.access.deny_all(claims.user_id);
    world.accounts.renewals.revoke_all(claims.user_id);
    world.hub.expire(|line| line.user == Some(claims.user_id));
    Ok(reply::json(200, &json!({"ok": true})))
}

pub(super) fn selection(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    let stored = world.accounts.by_id(claims.user_id).map(|account| account.selection.clone());
    Ok(reply::json(200, &stored.unwrap_or_default()))
}

pub(super) fn store_selection(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    let selection: Selection = serde_json::from_slice(&ask.body).map_err(|_| refusal(400, "invalid request body"))?;
    if let Some(account) = world.accounts.by_id(claims.user_id) {
        account.selection = selection;
    }
    Ok(reply::json(200, &json!({"ok": true})))
}

/// The first administrator; no token comes of it.
pub(super) fn set_up(world: &mut World, ask: &Ask) -> Reply {
    if !world.needs_setup {
        return Err(refusal(409, "setup already complete"));
    }
    let login: Login = serde_json::from_slice(&ask.body).map_err(|_| refusal(400, "invalid request body"))?;
    acceptable(&login)?;
    world.accounts.add(User { role: Role::Admin, ..User::listener(&login.username, &login.password) });
    world.needs_setup = false;
    Ok(reply::json(200, &json!({"ok": true})))
}

fn acceptable(login: &Login) -> Result<(), Refusal> {
    match (login.username.len(), login.password.len()) {
        (0, _) => Err(refusal(400, "username must not be empty")),
        (65.., _) => Err(refusal(400, "username must be at most 64 characters")),
        (_, ..8) => Err(refusal(400, "password must be at least 8 characters")),
        (_, 129..) => Err(refusal(400, "password must be at most 128 characters")),
        (_, 73..) => Err(refusal(500, "failed to hash password")),
        _ => Ok(()),
    }
}
