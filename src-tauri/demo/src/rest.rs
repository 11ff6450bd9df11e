//! The REST routes. Each is a plain function of the world, except audio and renewal, which may take their time.

pub(crate) mod audio;
mod marks;
pub(crate) mod refresh;
mod search;
mod session;

use std::time::Duration;

use axum::response::Response;
use serde_json::json;

use crate::answer::Ask;
use crate::jwt::Claims;
use crate::options::Grant;
use crate::reply::{self, Refusal, refusal};
use crate::routes::Endpoint;
use crate::world::World;

pub(crate) type Reply = Result<Response, Refusal>;

pub(crate) fn answer(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    match ask.endpoint {
        Endpoint::Health => Ok(reply::json(200, &json!({"status": "ok", "version": world.version}))),
        Endpoint::SetupStatus => {
            Ok(reply::json(200, &json!({"needsSetup": world.needs_setup, "publicAccess": world.public})))
        }
        Endpoint::SetUp => session::set_up(world, ask),
        Endpoint::LogIn => session::log_in(world, ask, now),
        Endpoint::LogOut => session::log_out(world, ask, now),
        Endpoint::ChangePassword => session::change_password(world, ask, now),
        Endpoint::Me => session::me(world, ask, now),
        Endpoint::Selection => session::selection(world, ask, now),
        Endpoint::StoreSelection => session::store_selection(world, ask, now),
        Endpoint::Search => search::search(world, ask, now),
        Endpoint::Transcript => audio::transcript(world, ask, now),
        Endpoint::Share => marks::share(world, ask, now),
        Endpoint::Unshare => marks::unshare(world, ask, now),
        Endpoint::ShareStatus => marks::share_status(world, ask, now),
        Endpoint::Shared => marks::shared(world, ask, now),
        Endpoint::SharedAudio => marks::shared_audio(world, ask, now),
        Endpoint::Bookmarks => marks::list(world, ask, now),
        Endpoint::ToggleBookmark => marks::toggle(world, ask, now),
        Endpoint::BookmarkedCalls => marks::calls(world, ask, now),
        // Answered before it comes to this.
        Endpoint::Refresh | Endpoint::Audio | Endpoint::Socket => Err(refusal(404, "not found")),
    }
}

/// Who asks, on a route that wants to know.
fn identify(world: &World, ask: &Ask, now: Duration) -> Result<Claims, Refusal> {
    let token = ask.bearer().ok_or_else(|| refusal(401, "authorization header required"))?;
    world.accounts.check(token, now).map_err(|reason| refusal(401, reason.message()))
}

/// Who asks, on a route that lets strangers in; a bad token makes a stranger.
fn recognise(world: &World, ask: &Ask, now: Duration) -> Option<Claims> {
    world.accounts.check(ask.bearer()?, now).ok()
}

/// The path's call id, a positive whole number.
fn call_id(ask: &Ask) -> Result<u64, Refusal> {
    let id = ask.parameter.parse::<u64>().ok().filter(|id| *id > 0 && i64::try_from(*id).is_ok());
    id.ok_or_else(|| refusal(400, "invalid call id"))
}

/// Whether a stored call exists for one with these grants.
fn is_granted(world: &World, call: u64, grants: &[Grant]) -> bool {
    world.archive.calls.get(&call).is_some_and(|call| Grant::allow(grants, call.system, call.talkgroup))
}
