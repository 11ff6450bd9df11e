//! The table of routes, both generations side by side.
//!
//! The table is ours and not the router's because the server answers what routers do not: 404 for a known path with
//! another method, 404 for `HEAD`, its own redirect for a slash at the end, and the pattern in a header.

use axum::http::Method;

use crate::options::Routes;

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Health,
    SetupStatus,
    SetUp,
    LogIn,
    Refresh,
    LogOut,
    ChangePassword,
    Me,
    Selection,
    StoreSelection,
    Search,
    Audio,
    Transcript,
    Share,
    Unshare,
    ShareStatus,
    Shared,
    SharedAudio,
    Bookmarks,
    ToggleBookmark,
    BookmarkedCalls,
    Socket,
}

struct Row {
    method: Method,
    endpoint: Endpoint,
    v1: &'static str,
    legacy: &'static [&'static str],
}

const fn row(method: Method, endpoint: Endpoint, v1: &'static str, legacy: &'static [&'static str]) -> Row {
    Row { method, endpoint, v1, legacy }
}

#[rustfmt::skip]
const TABLE: [Row; 22] = [
    row(Method::GET, Endpoint::Health, "/api/v1/health", &["/api/health"]),
    row(Method::GET, Endpoint::SetupStatus, "/api/v1/setup/status", &["/api/setup/status"]),
    row(Method::POST, Endpoint::SetUp, "/api/v1/setup", &["/api/setup"]),
    row(Method::POST, Endpoint::LogIn, "/api/v1/auth/login", &["/api/auth/login"]),
    row(Method::POST, Endpoint::Refresh, "/api/v1/auth/refresh", &["/api/auth/refresh"]),
    row(Method::POST, Endpoint::LogOut, "/api/v1/auth/logout", &["/api/auth/logout"]),
    row(Method::PUT, Endpoint::ChangePassword, "/api/v1/auth/password", &["/api/auth/password"]),
    row(Method::GET, Endpoint::Me, "/api/v1/auth/me", &["/api/auth/me"]),
    row(Method::GET, Endpoint::Selection, "/api/v1/listener/tg-selection", &["/api/auth/tg-selection"]),
    row(Method::PUT, Endpoint::StoreSelection, "/api/v1/listener/tg-selection", &["/api/auth/tg-selection"]),
    row(Method::GET, Endpoint::Search, "/api/v1/calls", &["/api/calls"]),
    row(Method::GET, Endpoint::Audio, "/api/v1/calls/:id/audio", &["/api/calls/:id/audio"]),
    row(Method::GET, Endpoint::Transcript, "/api/v1/calls/:id/transcript", &["/api/calls/:id/transcript"]),
    row(Method::POST, Endpoint::Share, "/api/v1/calls/:id/share", &["/api/calls/:id/share"]),
    row(Method::DELETE, Endpoint::Unshare, "/api/v1/calls/:id/share", &["/api/calls/:id/share"]),
    row(Method::GET, Endpoint::ShareStatus, "/api/v1/calls/:id/share", &["/api/calls/:id/share"]),
    row(Method::GET, Endpoint::Shared, "/api/v1/shared/:token", &["/api/shared/:token"]),
    row(Method::GET, Endpoint::SharedAudio, "/api/v1/shared/:token/audio", &["/api/shared/:token/audio"]),
    row(Method::GET, Endpoint::Bookmarks, "/api/v1/bookmarks", &["/api/bookmarks"]),
    row(Method::POST, Endpoint::ToggleBookmark, "/api/v1/bookmarks", &["/api/bookmarks"]),
    row(Method::GET, Endpoint::BookmarkedCalls, "/api/v1/bookmarks/calls", &["/api/bookmarks/calls"]),
    row(Method::GET, Endpoint::Socket, "/api/v1/ws/listener", &["/api/ws", "/ws"]),
];

/// What a method and path lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Route {
        endpoint: Endpoint,
        pattern: &'static str,
        v1: bool,
        parameter: String,
    },
    /// The same path without the slash at its end is a route.
    Slash,
    /// Nothing, below the API.
    Nothing,
    /// Nothing; the web client's page is served.
    Page,
}

pub(crate) fn find(method: &Method, path: &str, routes: Routes) -> Found {
    if let Some(found) = exact(method, path, routes) {
        return found;
    }
    let bare = path.strip_suffix('/').unwrap_or_default();
    if exact(method, bare, routes).is_some() {
        return Found::Slash;
    }
    if path.starts_with("/api/") || path == "/api" || path.starts_with("/ws") || *method != Method::GET {
        return Found::Nothing;
    }
    Found::Page
}

fn exact(method: &Method, path: &str, routes: Routes) -> Option<Found> {
    TABLE.iter().filter(|row| row.method == *method).find_map(|row| {
        let v1 = (routes != Routes::Legacy).then_some((&row.v1, true));
        let legacy = row.legacy.iter().filter(|_| routes != Routes::V1).map(|pattern| (pattern, false));
        v1.into_iter().chain(legacy).find_map(|(pattern, v1)| {
            let parameter = matches(pattern, path)?;
            Some(Found::Route { endpoint: row.endpoint, pattern, v1, parameter })
        })
    })
}

/// The v1 pattern that took a legacy one's place.
pub(crate) fn successor(legacy: &str) -> &'static str {
    TABLE.iter().find(|row| row.legacy.contains(&legacy)).map_or("/api/v1/health", |row| row.v1)
}

/// The pattern's one parameter (empty if it has none), if the path fits.
fn matches(pattern: &str, path: &str) -> Option<String> {
    let mut parameter = String::new();
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parameter),
            (Some(part), Some(text)) if part.starts_with(':') && !text.is_empty() => parameter = text.into(),
            (Some(part), Some(text)) if part == text => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_path_with_another_method_is_nothing() {
        assert_eq!(find(&Method::HEAD, "/api/v1/calls/1/audio", Routes::Both), Found::Nothing);
        assert_eq!(find(&Method::GET, "/api/v1/calls/1", Routes::Both), Found::Nothing);
        assert_eq!(find(&Method::GET, "/somewhere", Routes::Both), Found::Page);
        assert_eq!(find(&Method::GET, "/api/v1/health/", Routes::Both), Found::Slash);
    }

    #[test]
    fn each_generation_can_be_served_alone() {
        assert_eq!(find(&Method::GET, "/api/v1/health", Routes::Legacy), Found::Nothing);
        assert_eq!(find(&Method::GET, "/api/health", Routes::V1), Found::Nothing);
        let Found::Route { pattern, parameter, .. } = find(&Method::GET, "/api/calls/7/audio", Routes::Both) else {
            panic!("the route is served");
        };
        assert_eq!((pattern, parameter.as_str()), ("/api/calls/:id/audio", "7"));
    }
}
