//! Which proxy stands between us and a server.
//!
//! reqwest decides that for itself and does not tell; this asks the library it asks, with the same rules: the variables
//! `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, and where none is set, the system's settings on Windows and
//! macOS.

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use super::address::{candidates, is_nearby};

/// The proxy used for an origin, as `http://proxy.example.org:3128`. Never its user and password.
pub(super) fn of(origin: &Url) -> Option<String> {
    // As the connections are made, see `http`.
    if is_nearby(origin) {
        return None;
    }
    by(&Matcher::from_system(), origin)
}

/// The proxy used for what a person typed, which is tried with `https` first.
pub(super) fn to(typed: &str) -> Option<String> {
    of(candidates(typed).ok()?.first()?)
}

fn by(matcher: &Matcher, origin: &Url) -> Option<String> {
    matcher.intercept(&origin.as_str().parse().ok()?).map(|proxy| words(&proxy))
}

fn words(proxy: &Intercept) -> String {
    let uri = proxy.uri();
    let (scheme, host) = (uri.scheme_str().unwrap_or("http"), uri.host().unwrap_or_default());
    match uri.port_u16() {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_all(proxy: &str, without: &str, origin: &str) -> Option<String> {
        by(&Matcher::builder().all(proxy).no(without).build(), &Url::parse(origin).unwrap())
    }

    #[test]
    fn a_proxy_is_named_without_who_may_use_it() {
        let table = [
            ("http://proxy.example.org:3128", "http://proxy.example.org:3128"),
            ("http://dana:hunter2@proxy.example.org:3128", "http://proxy.example.org:3128"),
            ("proxy.example.org", "http://proxy.example.org"),
            ("http://[fd00::1]:3128/", "http://[fd00::1]:3128"),
            ("socks5h://dana:hunter2@localhost:1080", "socks5h://localhost:1080"),
        ];
        for (proxy, named) in table {
            assert_eq!(by_all(proxy, "", "https://scanner.example.org").as_deref(), Some(named), "{proxy}");
        }
    }

    #[test]
    fn a_server_that_is_to_be_reached_without_one_has_none() {
        let proxy = "http://proxy.example.org:3128";
        for without in ["scanner.example.org", "example.org", ".example.org", "*", "a.example, scanner.example.org"] {
            assert_eq!(by_all(proxy, without, "https://scanner.example.org"), None, "{without}");
        }
        assert!(by_all(proxy, "other.example.org", "https://scanner.example.org").is_some());
        assert_eq!(by_all("", "", "https://scanner.example.org"), None);
    }

    #[test]
    fn this_computer_and_private_addresses_are_reached_without_a_proxy_whatever_is_set() {
        for origin in ["http://127.0.0.1:3022", "http://localhost", "http://192.168.1.20:3022", "http://[::1]:1"] {
            assert_eq!(of(&Url::parse(origin).unwrap()), None, "{origin}");
        }
    }
}
