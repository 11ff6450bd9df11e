//! Renewal, with everything that can go wrong on the way.

use axum::response::Response;
use serde_json::json;

use crate::accounts::NotRenewed;
use crate::answer::{Ask, Next};
use crate::faults::RenewalFault;
use crate::reply::{self, Refusal, refusal};
use crate::rest::session::{Cookies, LOCKED_OUT, user};
use crate::world::{Shared, World};

pub(crate) async fn answer(shared: &Shared, ask: &Ask) -> Next {
    // Subscribed before the fault is taken, so that a release right after it is not missed.
    let mut released = shared.releases.subscribe();
    let fault = shared.with(|world| world.faults.renewal()).unwrap_or(RenewalFault::Nothing);
    match fault {
        RenewalFault::LostBeforeUse => return Next::Drop,
        RenewalFault::GatewayBeforeUse => return Next::Answer(reply::page(502)),
        RenewalFault::HeldBeforeUse => drop(released.changed().await),
        _ => {}
    }
    let now = shared.now();
    let renewed = shared.with(|world| renew(world, ask, now, fault));
    match fault {
        RenewalFault::AnswerLost => return Next::Drop,
        RenewalFault::GatewayAfterUse => return Next::Answer(reply::page(502)),
        RenewalFault::AnswerHeld => drop(released.changed().await),
        _ => {}
    }
    Next::Answer(renewed.unwrap_or_else(|refusal| reply::refuse(&refusal, ask.v1)))
}

fn renew(world: &mut World, ask: &Ask, now: std::time::Duration, fault: RenewalFault) -> Result<Response, Refusal> {
    if fault == RenewalFault::LockedOut || world.accounts.lockout.is_locked(&ask.address, now) {
        return Err(refusal(429, LOCKED_OUT));
    }
    let credential = ask.cookie("refresh_token").filter(|value| !value.is_empty());
    let credential = credential.ok_or_else(|| refusal(401, "no refresh token"))?;
    let cookies = Cookies::of(ask, world.renewal);
    if fault == RenewalFault::Refused {
        world.accounts.renewals.revoke_family_of(credential);
    }
    let breaks = fault == RenewalFault::BrokenAfterUse;
    let (account, tokens) = world.accounts.renew(credential, now, breaks).map_err(|reason| {
        let (status, message) = match reason {
            NotRenewed::Invalid => (401, "invalid refresh token"),
            NotRenewed::Expired => (401, "refresh token expired"),
            NotRenewed::AccountExpired => (401, "account expired"),
            NotRenewed::Broken => (500, "failed to generate token"),
        };
        let cleared = (status == 401).then(|| cookies.refresh("", Some(0)));
        Refusal { cookies: cleared.into_iter().collect(), ..refusal(status, message) }
    })?;
    let mut response = reply::json(200, &json!({"token": tokens.access, "user": user(&account)}));
    reply::add_cookies(&mut response, &cookies.set(&tokens, true));
    Ok(response)
}
