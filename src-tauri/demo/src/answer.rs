//! One request from arrival to answer: what is checked before any route and added after every one.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use crate::door::Visitor;
use crate::faults::Instead;
use crate::reply::{self, Refusal, header};
use crate::rest;
use crate::routes::{self, Endpoint, Found};
use crate::seen::Seen;
use crate::socket;
use crate::world::{Shared, World};

/// The real server takes no larger body on the routes served here.
const BODY: usize = 1024 * 1024;

/// A request as the routes see it.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) endpoint: Endpoint,
    pub(crate) v1: bool,
    /// The path's one parameter.
    pub(crate) parameter: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// As the server sees it, which trusts any proxy's word.
    pub(crate) address: String,
    pub(crate) secure: bool,
}

impl Ask {
    pub(crate) fn bearer(&self) -> Option<&str> {
        header(&self.headers, "authorization")?.strip_prefix("Bearer ")
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|line| line.split(';')).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then_some(value)
        })
    }
}

/// What a connection does next.
#[derive(Debug)]
pub(crate) enum Next {
    Answer(Response),
    /// The connection drops without an answer.
    Drop,
    /// No answer until the listener hangs up.
    Hang,
}

pub(crate) async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let found = routes::find(&parts.method, parts.uri.path(), shared.options.routes);
    let next = match before(&shared, &parts, &found, &visitor).await {
        Some(next) => next,
        None => route(&shared, &visitor, parts, body, &found).await,
    };
    let mut response = match next {
        Next::Answer(response) => response,
        Next::Drop => {
            visitor.cut.notify_one();
            std::future::pending().await
        }
        Next::Hang => std::future::pending().await,
    };
    if let Found::Route { pattern, v1: false, .. } = found {
        deprecate(&mut response, pattern);
    }
    reply::set(&mut response, "x-request-id", &crate::random::uuid());
    response
}

/// Everything that comes before the routes: the note for tests, the origin check, what tests ordered.
async fn before(shared: &Shared, parts: &Parts, found: &Found, visitor: &Visitor) -> Option<Next> {
    let seen = note(parts, found);
    let (route, path) = (seen.route.clone(), seen.path.clone());
    let (delay, mute, instead) = shared.with(|world| {
        world.log.request(seen, matches!(found, Found::Route { .. }));
        (world.faults.delay, world.faults.mute, world.faults.instead_of(&route, &path))
    });
    if is_foreign(&parts.headers, visitor.secure) {
        return Some(Next::Answer(reply::empty(403)));
    }
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if mute {
        return Some(Next::Hang);
    }
    let v1 = matches!(found, Found::Route { v1: true, .. });
    Some(match instead? {
        Instead::Status(status, message) => Next::Answer(reply::refuse(&reply::refusal(status, &message), v1)),
        Instead::Page(status) => Next::Answer(reply::page(status)),
        Instead::Redirect(status, to) => Next::Answer(redirect(status, &to)),
        Instead::Json(text) => Next::Answer(reply::text(200, "application/json; charset=utf-8", text)),
        Instead::Hang => Next::Hang,
        Instead::Drop => Next::Drop,
    })
}

async fn route(shared: &Arc<Shared>, visitor: &Visitor, parts: Parts, body: Body, found: &Found) -> Next {
    let Found::Route { endpoint, v1, parameter, .. } = found else {
        return Next::Answer(elsewhere(&parts, found));
    };
    if *endpoint == Endpoint::Socket {
        return Next::Answer(socket::upgrade(shared, parts, *v1));
    }
    let Ok(body) = axum::body::to_bytes(body, BODY).await else {
        return Next::Answer(reply::refuse(&reply::refusal(400, "invalid request body"), *v1));
    };
    let secure = visitor.secure || header(&parts.headers, "x-forwarded-proto") == Some("https");
    let ask = Ask {
        endpoint: *endpoint,
        v1: *v1,
        parameter: parameter.clone(),
        query: parts.uri.query().unwrap_or_default().into(),
        address: address(&parts.headers, visitor),
        headers: parts.headers,
        body,
        secure,
    };
    match ask.endpoint {
        Endpoint::Refresh => rest::refresh::answer(shared, &ask).await,
        Endpoint::Audio => rest::audio::answer(shared, &ask),
        _ => {
            let now = shared.now();
            let answer: Result<Response, Refusal> = shared.with(|world: &mut World| rest::answer(world, &ask, now));
            Next::Answer(answer.unwrap_or_else(|refusal| reply::refuse(&refusal, ask.v1)))
        }
    }
}

/// What is answered where no route is.
fn elsewhere(parts: &Parts, found: &Found) -> Response {
    match found {
        Found::Slash => {
            let bare = parts.uri.path().trim_end_matches('/');
            let to = parts.uri.query().map_or_else(|| bare.to_owned(), |query| format!("{bare}?{query}"));
            redirect(if parts.method == Method::GET { 301 } else { 307 }, &to)
        }
        Found::Page => reply::page(200),
        Found::Nothing | Found::Route { .. } => reply::json(404, &json!({"error": "not found"})),
    }
}

fn redirect(status: u16, to: &str) -> Response {
    let mut response = reply::empty(status);
    reply::set(&mut response, "location", to);
    response
}

fn note(parts: &Parts, found: &Found) -> Seen {
    let path = format!("{} {}", parts.method, parts.uri.path());
    let route = match found {
        Found::Route { pattern, .. } => format!("{} {pattern}", parts.method),
        Found::Slash | Found::Nothing | Found::Page => path.clone(),
    };
    let bearer = header(&parts.headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    Seen {
        route,
        path,
        query: parts.uri.query().unwrap_or_default().into(),
        origin: parts.headers.contains_key("origin"),
        bearer: bearer.map(str::to_owned),
        cookie: header(&parts.headers, "cookie").map(str::to_owned),
        at: Instant::now(),
    }
}

/// Any origin but the server's own is refused, on every route and file.
fn is_foreign(headers: &HeaderMap, secure: bool) -> bool {
    let Some(origin) = headers.get("origin") else { return false };
    let secure = secure || header(headers, "x-forwarded-proto") == Some("https");
    let own = format!("{}://{}", if secure { "https" } else { "http" }, header(headers, "host").unwrap_or_default());
    origin.as_bytes() != own.as_bytes()
}

fn address(headers: &HeaderMap, visitor: &Visitor) -> String {
    let forwarded = header(headers, "x-forwarded-for").and_then(|list| list.split(',').next());
    let named = forwarded.or_else(|| header(headers, "x-real-ip")).map(str::trim).filter(|name| !name.is_empty());
    named.map_or_else(|| visitor.address.ip().to_string(), str::to_owned)
}

fn deprecate(response: &mut Response, pattern: &str) {
    let successor = format!("<{}>; rel=\"successor-version\"", routes::successor(pattern));
    reply::set(response, "deprecation", "true");
    reply::set(response, "sunset", "Mon, 26 Apr 2027 00:00:00 GMT");
    reply::set(response, "link", &successor);
    reply::set(response, "cache-control", "no-store");
}
