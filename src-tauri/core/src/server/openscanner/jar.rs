//! The session cookies: two cookies, one origin.
//!
//! Only sign-in, renewal and sign-out write here, and they replace the pair as a whole, so there is never a moment with
//! one old and one new cookie. `Max-Age` and `Expires` are ignored: the wall clock may jump, and renewal decides what is
//! stale. `Domain` is ignored: what one server sets goes back to that server's origin (scheme, host *and* port) alone.
//! `Secure` is ignored: the origin rule is stricter, and a badly set up proxy must not lose the cookies.

use cookie_store::{CookieStore, RawCookie};
use url::Url;

use super::wire::Granted;
use crate::secret::Secret;

const REFRESH: &str = "refresh_token";
const ACCESS: &str = "os_session";

/// The cookies of one login at one origin.
pub(super) struct Jar {
    origin: Url,
    store: CookieStore,
}

impl std::fmt::Debug for Jar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jar")
    }
}

impl Jar {
    /// No cookies.
    pub(super) fn empty(origin: &Url) -> Self {
        Self { origin: origin.clone(), store: CookieStore::new() }
    }

    /// Only the renewal credential, as read from the vault. The server's scope for it is below `path`.
    pub(super) fn remembered(origin: &Url, refresh: &Secret, path: &'static str) -> Self {
        let mut jar = Self::empty(origin);
        jar.put(RawCookie::build((REFRESH, refresh.expose().to_owned())).path(path).build());
        jar
    }

    /// The pair a sign-in or renewal set. None if it set no renewal credential.
    pub(super) fn granted<'a>(
        origin: &Url,
        set: impl Iterator<Item = &'a str>,
        granted: &Granted,
    ) -> Option<(Self, Secret)> {
        let mut jar = Self::empty(origin);
        for header in set {
            let Ok(cookie) = RawCookie::parse(header.to_owned()) else { continue };
            if !matches!(cookie.name(), REFRESH | ACCESS) || cookie.value().is_empty() {
                continue;
            }
            let path = cookie.path().unwrap_or("/api").to_owned();
            jar.put(RawCookie::build((cookie.name().to_owned(), cookie.value().to_owned())).path(path).build());
        }
        let refresh = Secret::new(jar.store.iter_any().find(|cookie| cookie.name() == REFRESH)?.value());
        if !jar.store.iter_any().any(|cookie| cookie.name() == ACCESS) {
            // The two are the same value by protocol; audio takes only the cookie.
            jar.put(RawCookie::build((ACCESS, granted.token.expose().to_owned())).path("/api").build());
        }
        Some((jar, refresh))
    }

    /// The access cookie as a header for this address, or nothing if it is not for it.
    pub(super) fn access(&self, url: &Url) -> Option<Secret> {
        self.header(url, ACCESS)
    }

    /// The renewal cookie as a header for this address, or nothing if it is not for it.
    pub(super) fn refresh(&self, url: &Url) -> Option<Secret> {
        self.header(url, REFRESH)
    }

    /// The renewal cookie as a header for a route of this origin that it does not name, where it names none there is: one
    /// in between may have rewritten its path.
    pub(super) fn refresh_of(&self, origin: &Url) -> Option<Secret> {
        if origin.origin() != self.origin.origin() {
            return None;
        }
        let cookie = self.store.iter_any().find(|cookie| cookie.name() == REFRESH)?;
        Some(shown(REFRESH, cookie.value()))
    }

    fn header(&self, url: &Url, name: &str) -> Option<Secret> {
        if url.origin() != self.origin.origin() {
            return None;
        }
        let cookies = self.store.matches(url);
        let cookie = cookies.iter().find(|cookie| cookie.name() == name)?;
        Some(shown(name, cookie.value()))
    }

    fn put(&mut self, cookie: RawCookie<'static>) {
        if self.store.insert_raw(&cookie, &self.origin).is_err() {
            tracing::warn!(name = cookie.name(), "a cookie does not fit its origin");
        }
    }
}

fn shown(name: &str, value: &str) -> Secret {
    Secret::new(format!("{name}={value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn granted() -> Granted {
        Granted { token: Secret::new("a.b.c"), user: None, change_password: false }
    }

    fn jar(path: &str) -> Jar {
        let set = [
            format!("refresh_token=r1; Path={path}; Max-Age=2592000; HttpOnly; SameSite=Lax"),
            "os_session=a.b.c; Path=/api; Max-Age=900; HttpOnly; SameSite=Strict".to_owned(),
            "tracker=1; Path=/".to_owned(),
        ];
        Jar::granted(&url("http://scanner.example.org:3022/"), set.iter().map(String::as_str), &granted()).unwrap().0
    }

    fn shown(header: Option<Secret>) -> Option<String> {
        header.map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn each_cookie_goes_to_its_own_route_of_its_own_origin_and_nowhere_else() {
        let jar = jar("/api");
        let audio = "/api/v1/calls/1/audio";
        let here = url("http://scanner.example.org:3022").join(audio).unwrap();
        assert_eq!(shown(jar.access(&here)).as_deref(), Some("os_session=a.b.c"));
        assert_eq!(shown(jar.refresh(&here)).as_deref(), Some("refresh_token=r1"));
        let elsewhere = [
            "http://scanner.example.org",
            "http://scanner.example.org:3023",
            "https://scanner.example.org:3022",
            "http://example.org:3022",
            "http://sub.scanner.example.org:3022",
        ];
        for origin in elsewhere {
            assert_eq!(jar.access(&url(origin).join(audio).unwrap()), None, "{origin}");
        }
        assert_eq!(jar.access(&url("http://scanner.example.org:3022/")), None);
    }

    #[test]
    fn a_credential_scoped_to_the_older_routes_goes_only_there() {
        let jar = jar("/api/auth");
        assert!(jar.refresh(&url("http://scanner.example.org:3022/api/auth/refresh")).is_some());
        assert!(jar.refresh(&url("http://scanner.example.org:3022/api/v1/auth/refresh")).is_none());
    }

    #[test]
    fn lifetimes_domains_and_secure_marks_do_not_lose_a_cookie() {
        let set = [
            "refresh_token=r; Path=/api; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure",
            "os_session=s; Domain=other.example; Path=/api; Secure; Max-Age=-1",
        ];
        let origin = url("http://127.0.0.1:3022/");
        let (jar, refresh) = Jar::granted(&origin, set.into_iter(), &granted()).unwrap();
        assert_eq!(refresh.expose(), "r");
        let route = origin.join("/api/v1/auth/refresh").unwrap();
        assert_eq!(shown(jar.refresh(&route)).as_deref(), Some("refresh_token=r"));
        assert_eq!(shown(jar.access(&route)).as_deref(), Some("os_session=s"));
    }

    #[test]
    fn an_answer_without_a_renewal_credential_makes_no_jar() {
        let origin = url("http://127.0.0.1:3022/");
        for set in [vec![], vec!["refresh_token=; Path=/api; Max-Age=0"], vec!["os_session=x; Path=/api"], vec!["=;;"]]
        {
            assert!(Jar::granted(&origin, set.into_iter(), &granted()).is_none());
        }
    }

    #[test]
    fn a_remembered_credential_is_shown_to_the_renewal_route_only_with_its_path() {
        let origin = url("https://scanner.example.org/");
        let jar = Jar::remembered(&origin, &Secret::new("old"), "/api");
        assert!(jar.refresh(&origin.join("/api/v1/auth/refresh").unwrap()).is_some());
        assert!(jar.access(&origin.join("/api/v1/calls/1/audio").unwrap()).is_none());
    }
}
