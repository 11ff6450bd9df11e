//! What a person types or pastes, made into origins to try.

use url::{Host, Url};

use crate::server::ProbeError;

/// First parts of the paths of the server's own pages and routes. A link to one of them names the server as well as its
/// front page does; any other path means that something else is in front, behind which the cookies cannot work.
const OWN_PAGES: &[&str] =
    &["login", "call", "calls", "admin", "setup", "search", "bookmarks", "settings", "index.html", "api", "ws"];

/// Origins to try, in order: `https` before `http` where nothing was said.
pub(super) fn candidates(typed: &str) -> Result<Vec<Url>, ProbeError> {
    let typed = typed.trim();
    if typed.is_empty() || typed.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(ProbeError::NotAnAddress);
    }
    match typed.split_once("://") {
        Some((scheme, rest)) => {
            let scheme = match scheme.to_ascii_lowercase().as_str() {
                "http" | "ws" => "http",
                "https" | "wss" => "https",
                _ => return Err(ProbeError::NotAnAddress),
            };
            Ok(vec![origin(scheme, rest)?])
        }
        None => Ok(vec![origin("https", typed)?, origin("http", typed)?]),
    }
}

/// Host and port of an address without a scheme and a path, as they are written in an origin; none if it is no address.
pub fn host_and_port(typed: &str) -> Option<String> {
    if typed.contains('/') {
        return None;
    }
    let origins = candidates(typed).ok()?;
    let host = origins.first()?.host_str()?;
    // Each scheme leaves out its own usual port only.
    let port = origins.iter().find_map(Url::port);
    let named = host.chars().any(|c| c.is_ascii_alphanumeric());
    let whole = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    named.then_some(whole)
}

fn origin(scheme: &str, rest: &str) -> Result<Url, ProbeError> {
    let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| ProbeError::NotAnAddress)?;
    let first = url.path_segments().and_then(|mut parts| parts.next()).unwrap_or_default();
    if !first.is_empty() && !OWN_PAGES.contains(&first) {
        return Err(ProbeError::HasPath);
    }
    // A name and password in the address would end up in places that show addresses.
    if !url.username().is_empty() || url.password().is_some() || url.host().is_none() {
        return Err(ProbeError::NotAnAddress);
    }
    Ok(bare(&url))
}

/// The origin of an address.
pub(super) fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// An origin in words, as it is shown, remembered and used as a key: without the slash at the end.
pub(super) fn words(origin: &Url) -> String {
    origin.origin().ascii_serialization()
}

/// Whether an address is this computer or literally a private one, which no proxy can reach in our stead.
pub(super) fn is_nearby(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_and_paste_becomes_the_origins_to_try() {
        let both = |rest: &str| Ok(vec![format!("https://{rest}"), format!("http://{rest}")]);
        let one = |origin: &str| Ok(vec![origin.to_owned()]);
        let table = [
            ("scanner.example.org", both("scanner.example.org")),
            ("  Scanner.Example.org/ ", both("scanner.example.org")),
            ("scanner.example.org:3022", both("scanner.example.org:3022")),
            ("192.168.1.20:3022", both("192.168.1.20:3022")),
            ("[fd00::1]:3022", both("[fd00::1]:3022")),
            ("localhost", both("localhost")),
            ("http://scanner.example.org", one("http://scanner.example.org")),
            ("HTTPS://scanner.example.org:443/", one("https://scanner.example.org")),
            ("https://scanner.example.org/login?next=%2F#top", one("https://scanner.example.org")),
            ("https://scanner.example.org/call/2f1c0b6e", one("https://scanner.example.org")),
            (
                "scanner.example.org/login",
                both("scanner.example.org/").map(|v| v.iter().map(|s| s[..s.len() - 1].to_owned()).collect()),
            ),
            ("wss://scanner.example.org/api/v1/ws/listener", one("https://scanner.example.org")),
            ("bücher.example", both("xn--bcher-kva.example")),
            ("https://example.org/scanner/", Err(ProbeError::HasPath)),
            ("example.org/scanner", Err(ProbeError::HasPath)),
            ("", Err(ProbeError::NotAnAddress)),
            ("my scanner", Err(ProbeError::NotAnAddress)),
            ("ftp://example.org", Err(ProbeError::NotAnAddress)),
            ("http://", Err(ProbeError::NotAnAddress)),
            ("http://dana:secret@example.org", Err(ProbeError::NotAnAddress)),
            ("example.org:99999", Err(ProbeError::NotAnAddress)),
            ("javascript:alert(1)", Err(ProbeError::NotAnAddress)),
        ];
        for (typed, expected) in table {
            let found = candidates(typed).map(|urls| urls.iter().map(words).collect::<Vec<_>>());
            assert_eq!(found, expected, "{typed:?}");
        }
    }

    #[test]
    fn only_this_computer_and_private_addresses_are_nearby() {
        for near in ["http://127.0.0.1:1", "http://localhost", "http://192.168.1.2", "http://[::1]", "http://[fd00::1]"]
        {
            assert!(is_nearby(&Url::parse(near).unwrap()), "{near}");
        }
        for far in ["http://8.8.8.8", "http://example.org", "http://172.32.0.1", "http://[2001:db8::1]"] {
            assert!(!is_nearby(&Url::parse(far).unwrap()), "{far}");
        }
    }
}
