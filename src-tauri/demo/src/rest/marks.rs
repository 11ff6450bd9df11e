//! Bookmarks and shared links.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::answer::Ask;
use crate::archive::Share;
use crate::call::Call;
use crate::jwt::Claims;
use crate::reply::{self, Refusal, refusal};
use crate::rest::{Reply, audio, call_id, identify, is_granted};
use crate::world::World;

/// The list of bookmarked calls has no pages and ends here.
const LISTED: usize = 100;

pub(super) fn list(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    Ok(reply::json(200, &json!({"callIds": world.archive.bookmarks(claims.user_id)})))
}

pub(super) fn calls(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    let marked = world.archive.bookmarks(claims.user_id);
    let calls = marked.iter().filter_map(|id| world.archive.calls.get(id)).take(LISTED);
    let rows: Vec<_> = calls.map(|call| call.bookmarked(&world.directory)).collect();
    Ok(reply::json(200, &json!({"calls": rows})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Toggle {
    call_id: u64,
}

pub(super) fn toggle(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    let toggle: Toggle = serde_json::from_slice(&ask.body).map_err(|_| refusal(400, "invalid request body"))?;
    let grants = world.accounts.grants(&claims);
    if !is_granted(world, toggle.call_id, &grants) {
        // The real server fails on its foreign key for an administrator.
        let is_admin = claims.role == "admin";
        return Err(if is_admin { refusal(500, "internal error") } else { refusal(404, "call not found") });
    }
    let set = world.archive.toggle_bookmark(claims.user_id, toggle.call_id);
    Ok(match set {
        Some(id) => reply::json(200, &json!({"bookmarked": true, "id": id})),
        None => reply::json(200, &json!({"bookmarked": false})),
    })
}

pub(super) fn share(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims = identify(world, ask, now)?;
    let id = call_id(ask)?;
    if !world.directory.is_set("shareableLinks") {
        return Err(refusal(403, "sharing is disabled"));
    }
    if !world.archive.may_share(claims.user_id, now) {
        return Err(refusal(429, "share rate limit exceeded, try again later"));
    }
    let grants = world.accounts.grants(&claims);
    if !is_granted(world, id, &grants) {
        return Err(refusal(404, "call not found"));
    }
    let (share, is_new) = world.archive.share(id, claims.user_id, now);
    let body = json!({"token": share.token, "url": format!("/call/{}", share.token)});
    Ok(reply::json(if is_new { 201 } else { 200 }, &body))
}

pub(super) fn share_status(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    identify(world, ask, now)?;
    let id = call_id(ask)?;
    if !world.directory.is_set("shareableLinks") {
        return Err(refusal(404, "not found"));
    }
    let share = world.archive.share_of(id).ok_or_else(|| refusal(404, "not shared"))?;
    Ok(reply::json(200, &json!({"shared": true, "token": share.token})))
}

pub(super) fn unshare(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let claims: Claims = identify(world, ask, now)?;
    let id = call_id(ask)?;
    let share = world.archive.share_of(id).ok_or_else(|| refusal(404, "not shared"))?;
    if share.user != claims.user_id && claims.role != "admin" {
        return Err(refusal(403, "permission denied"));
    }
    world.archive.unshare(id);
    Ok(reply::json(200, &json!({"shared": false})))
}

pub(super) fn shared(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    view(world, ask, now)?;
    let (call, share) = link(world, ask, now)?;
    Ok(reply::json(200, &call.shared(&world.directory, &share.token)))
}

pub(super) fn shared_audio(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    view(world, ask, now)?;
    let (call, _) = link(world, ask, now)?;
    Ok(audio::file(call, ask))
}

/// Counts a look at a link; the page and its audio count together, each generation for itself.
fn view(world: &mut World, ask: &Ask, now: Duration) -> Result<(), Refusal> {
    let window = format!("{} {}", ask.v1, ask.address);
    if world.archive.may_view(&window, now) { Ok(()) } else { Err(refusal(429, "rate limit exceeded")) }
}

fn link<'a>(world: &'a World, ask: &Ask, now: Duration) -> Result<(&'a Call, &'a Share), Refusal> {
    let (call, share) = world.archive.shared(&ask.parameter).ok_or_else(|| refusal(404, "not found"))?;
    let days = world.share_days;
    if days > 0 && now >= share.made + Duration::from_secs(days * 24 * 3600) {
        return Err(refusal(410, "shared link has expired"));
    }
    Ok((call, share))
}
