//! By which routes a login is renewed and ended.
//!
//! As a rule by those of the server's generation. But a version says little (it may be `dev`), and a server may be
//! another one since it was asked; its cookie says for which routes it is, and that counts. That no route fits is no
//! refusal: the server has refused nothing, and is asked by the routes of its generation.

use super::Session;
use crate::secret::Secret;
use crate::server::openscanner::http::{Generation, Http};
use crate::server::openscanner::jar::Jar;
use url::Url;

/// A credential and the generation by whose route it is shown.
pub(super) type Showing = (Generation, Secret);

impl Session {
    /// How the login of this jar is renewed; nothing if it has no credential.
    pub(super) fn to_renew(&self, jar: &Jar) -> Option<Showing> {
        showing(jar, self.generation(), &self.http(), Http::refresh_url)
    }

    /// How the login of this jar is ended. Without a credential it is ended by its access value alone.
    pub(super) fn to_end(&self, jar: &Jar) -> (Generation, Option<Secret>) {
        match showing(jar, self.generation(), &self.http(), Http::logout_url) {
            Some((generation, secret)) => (generation, Some(secret)),
            None => (self.generation(), None),
        }
    }
}

fn showing(jar: &Jar, own: Generation, http: &Http, url: impl Fn(&Http, Generation) -> Url) -> Option<Showing> {
    let fits = |generation| Some((generation, jar.refresh(&url(http, generation))?));
    [own, Generation::Current, Generation::Scoped]
        .into_iter()
        .find_map(fits)
        .or_else(|| Some((own, jar.refresh_of(&http.origin)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Limits;
    use crate::server::openscanner::wire::Granted;

    #[test]
    fn the_cookie_says_by_which_route_and_where_it_fits_none_the_version_does() {
        use Generation::{Current, Legacy, Scoped};
        let origin = Url::parse("http://scanner.example.org:3022/").unwrap();
        let http = Http::new(&origin, None, Limits::default()).unwrap();
        let table = [
            ("/api", Current, Current),
            ("/api", Scoped, Scoped),
            ("/api", Legacy, Legacy),
            ("/api/auth", Current, Scoped),
            ("/api/auth", Legacy, Legacy),
            ("/api/v1/auth", Scoped, Current),
            ("/scanner/api", Current, Current),
            ("/scanner/api", Legacy, Legacy),
        ];
        for (path, own, expected) in table {
            let granted = Granted { token: Secret::new("a.b.c"), user: None, change_password: false };
            let set = format!("refresh_token=r; Path={path}");
            let (jar, _) = Jar::granted(&origin, std::iter::once(set.as_str()), &granted).unwrap();
            for url in [Http::refresh_url, Http::logout_url] {
                let (generation, secret) = showing(&jar, own, &http, url).unwrap();
                assert_eq!((generation, secret.expose()), (expected, "refresh_token=r"), "{path} {own:?}");
            }
            let elsewhere =
                Http::new(&Url::parse("http://other.example.org").unwrap(), None, Limits::default()).unwrap();
            assert!(showing(&jar, own, &elsewhere, Http::refresh_url).is_none(), "of another origin: {path}");
        }
    }
}
