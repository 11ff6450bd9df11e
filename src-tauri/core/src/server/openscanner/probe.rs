//! Finding out what is behind an address: which origin, which generation of routes, whether anybody may listen.

use url::Url;

use super::address::{bare, candidates, words};
use super::http::{Answer, Failure, Generation, Http};
use super::wire;
use crate::server::{Found, Limits, LinkEnd, NetworkKind, ProbeError};

/// A server that was found, and the connections to it.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) http: Http,
    pub(super) generation: Generation,
    pub(super) found: Found,
}

/// Why there is no server to talk to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Dead {
    /// As the user is told.
    End(ProbeError),
    /// It presented a certificate nobody trusts.
    Untrusted {
        /// Its SHA-256.
        sha256: String,
    },
}

impl From<ProbeError> for Dead {
    fn from(error: ProbeError) -> Self {
        Self::End(error)
    }
}

/// Tries what an address may stand for, `https` first. Never follows a redirect silently.
pub(super) async fn probe(typed: &str, pin: Option<&str>, limits: Limits) -> Result<Server, Dead> {
    let mut last: Option<Dead> = None;
    for origin in candidates(typed)? {
        match at(&origin, pin, limits).await {
            Err(dead) => match last.take().map_or(dead.clone(), |first| telling(first, dead)) {
                dead if is_elsewhere(&dead) => last = Some(dead),
                dead => return Err(dead),
            },
            found => return found,
        }
    }
    Err(last.unwrap_or(Dead::End(ProbeError::NotAnAddress)))
}

/// Whether another origin of the same address may be meant: nobody answers here, or somebody else does, as on a box that
/// has its own pages at the usual port.
fn is_elsewhere(dead: &Dead) -> bool {
    matches!(dead, Dead::End(ProbeError::Unreachable(_) | ProbeError::NotOpenScanner))
}

/// What is said after two origins: what comes from OpenScanner, else from anybody.
fn telling(first: Dead, second: Dead) -> Dead {
    let answered = matches!(first, Dead::End(ProbeError::NotOpenScanner));
    let is_its_own = matches!(second, Dead::End(ProbeError::TooOld { .. } | ProbeError::NeedsSetup));
    if answered && !is_its_own { first } else { second }
}

/// Examines one origin. A plain listener that sends us to `https` on the same host is taken at its word.
async fn at(origin: &Url, pin: Option<&str>, limits: Limits) -> Result<Server, Dead> {
    let to = match examine(origin, pin, limits).await {
        Err(Dead::End(ProbeError::Redirected { to })) => to,
        other => return other,
    };
    for origin in upgraded(origin, &to) {
        match examine(&origin, pin, limits).await {
            // These are OpenScanner, and say what is the matter with it; others may be anything.
            Err(Dead::End(
                ProbeError::Unreachable(_)
                | ProbeError::NotOpenScanner
                | ProbeError::Redirected { .. }
                | ProbeError::Status(_),
            )) => {}
            other => return other,
        }
    }
    Err(ProbeError::Redirected { to }.into())
}

/// Origins behind a redirect from `http` to `https` on the same host: the usual port, then the one that was given, as the
/// server's own redirect names the wrong one.
fn upgraded(from: &Url, to: &str) -> Vec<Url> {
    let Ok(to) = Url::parse(to) else { return Vec::new() };
    if from.scheme() != "http" || to.scheme() != "https" || from.host() != to.host() {
        return Vec::new();
    }
    let mut usual = bare(&to);
    // An origin with a host takes any port and the scheme is no special one; neither can fail.
    let _ = usual.set_port(None);
    let mut given = usual.clone();
    let _ = given.set_port(from.port());
    let mut origins = vec![usual, given, bare(&to)];
    origins.dedup();
    origins
}

async fn examine(origin: &Url, pin: Option<&str>, limits: Limits) -> Result<Server, Dead> {
    let http = Http::new(origin, pin, limits).map_err(ProbeError::Unreachable)?;
    let (generation, version) = health(&http).await?;
    let answer = http.setup(generation).await.map_err(|failure| dead(&http, failure))?;
    if answer.status != 200 {
        return Err(ProbeError::Status(answer.status).into());
    }
    let setup = wire::setup(&answer.body).map_err(|_| ProbeError::NotOpenScanner)?;
    if setup.needed {
        return Err(ProbeError::NeedsSetup.into());
    }
    let pin = pin.filter(|_| http.witness.pinned()).map(str::to_owned);
    let routes = generation.routes();
    let found = Found { origin: words(origin), pin, version, public: setup.public, routes };
    tracing::info!(origin = found.origin, ?generation, version = found.version, "found a server");
    Ok(Server { http, generation, found })
}

async fn health(http: &Http) -> Result<(Generation, String), Dead> {
    let answer = http.get("/api/v1/health").await.map_err(|failure| dead(http, failure))?;
    if let Some(version) = healthy(http, &answer)? {
        let scoped = matches!(numbers(&version), Some((1, 3, 0 | 1)));
        return Ok((if scoped { Generation::Scoped } else { Generation::Current }, version));
    }
    let answer = http.get("/api/health").await.map_err(|failure| dead(http, failure))?;
    match healthy(http, &answer)? {
        Some(version) => match numbers(&version) {
            Some((major, minor, _)) if (major, minor) < (1, 2) => Err(ProbeError::TooOld { version }.into()),
            _ => Ok((Generation::Legacy, version)),
        },
        None => Err(ProbeError::NotOpenScanner.into()),
    }
}

/// Whether a server that has lost a route is one of other routes now, or too old for us.
pub(super) async fn is_another(http: &Http, generation: Generation) -> bool {
    match health(http).await {
        Ok((now, _)) => now != generation,
        Err(Dead::End(ProbeError::TooOld { .. })) => true,
        Err(_) => false,
    }
}

/// The version of a healthy server; nothing if it has no such route.
fn healthy(http: &Http, answer: &Answer) -> Result<Option<String>, ProbeError> {
    match answer.status {
        200 => wire::health(&answer.body).map(Some).ok_or(ProbeError::NotOpenScanner),
        404 => Ok(None),
        300..400 => {
            let to = answer.redirect(&http.origin).ok_or(ProbeError::Status(answer.status))?;
            Err(ProbeError::Redirected { to: words(&to) })
        }
        500.. => Err(ProbeError::Status(answer.status)),
        _ => Err(ProbeError::NotOpenScanner),
    }
}

fn dead(http: &Http, failure: Failure) -> Dead {
    let error = match failure {
        // Nothing we ask for here is large.
        Failure::TooLarge => return ProbeError::NotOpenScanner.into(),
        other => other.into(),
    };
    dead_network(http, error)
}

fn dead_network(http: &Http, error: crate::server::NetworkError) -> Dead {
    match http.witness.refused() {
        Some(sha256) if error.kind == NetworkKind::Certificate => Dead::Untrusted { sha256 },
        _ => ProbeError::Unreachable(error).into(),
    }
}

/// The failures that pass by themselves.
pub(super) fn passing(error: &ProbeError) -> Option<LinkEnd> {
    match error {
        ProbeError::Unreachable(error) => Some(LinkEnd::Network(error.clone())),
        ProbeError::Status(status) => Some(LinkEnd::Status(*status)),
        ProbeError::NotAnAddress
        | ProbeError::HasPath
        | ProbeError::NotOpenScanner
        | ProbeError::TooOld { .. }
        | ProbeError::Redirected { .. }
        | ProbeError::NeedsSetup => None,
    }
}

/// The numbers a version begins with; `dev` and the like have none and count as current.
fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let mut parts = version.trim_start_matches('v').split(['.', '-', '+']);
    let mut next = || parts.next().and_then(|part| part.parse().ok());
    Some((next()?, next()?, next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_far_as_they_are_numbers() {
        let table = [
            ("1.3.3", Some((1, 3, 3))),
            ("v1.3.1", Some((1, 3, 1))),
            ("1.3.3-spec", Some((1, 3, 3))),
            ("1.2", Some((1, 2, 0))),
            ("dev", None),
            ("", None),
        ];
        for (version, expected) in table {
            assert_eq!(numbers(version), expected, "{version}");
        }
    }

    #[test]
    fn a_page_of_something_else_at_the_usual_port_does_not_hide_the_server_behind_another() {
        let end = Dead::End;
        let silent =
            || end(ProbeError::Unreachable(crate::server::NetworkError { kind: NetworkKind::Connect, source: None }));
        let page = || end(ProbeError::NotOpenScanner);
        assert!(is_elsewhere(&silent()) && is_elsewhere(&page()));
        let untrusted = || Dead::Untrusted { sha256: "ab".into() };
        for last in [end(ProbeError::NeedsSetup), end(ProbeError::Status(502)), untrusted()] {
            assert!(!is_elsewhere(&last), "{last:?}");
        }
        let elsewhere = || end(ProbeError::Redirected { to: "https://scanner.example.org".into() });
        let table = [
            (page(), silent(), page()),
            (page(), elsewhere(), page()),
            (page(), end(ProbeError::NeedsSetup), end(ProbeError::NeedsSetup)),
            (silent(), page(), page()),
            (silent(), elsewhere(), elsewhere()),
            (silent(), silent(), silent()),
        ];
        for (first, second, told) in table {
            assert_eq!(telling(first, second), told);
        }
    }

    #[test]
    fn only_a_redirect_to_https_on_the_same_host_is_taken_at_its_word() {
        let from = Url::parse("http://scanner.example.org:3022/").unwrap();
        let to = |to| upgraded(&from, to).iter().map(words).collect::<Vec<_>>();
        let both = ["https://scanner.example.org", "https://scanner.example.org:3022"];
        assert_eq!(to("https://scanner.example.org:3022"), both);
        assert!(to("https://login.example.org").is_empty());
        assert!(to("http://scanner.example.org:8080").is_empty());
        assert!(
            upgraded(&Url::parse("https://scanner.example.org").unwrap(), "https://scanner.example.org:1").is_empty()
        );
    }
}
