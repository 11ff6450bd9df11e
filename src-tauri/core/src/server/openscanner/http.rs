//! The requests we make, each a few lines. No cookie store, no redirects, no `Referer`, no `Origin`, no retries: those who
//! ask decide what an answer means.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, DATE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder};
use url::Url;

use super::address::is_nearby;
use super::tls::{self, Witness};
use super::wire::ErrorShape;
use crate::model::CallId;
use crate::secret::Secret;
use crate::server::{Limits, NetworkError, NetworkKind, Routes};

/// Who we say we are.
const AGENT: &str = concat!("Squelch/", env!("CARGO_PKG_VERSION"));
/// A call of ten minutes as uncompressed 16-bit audio at 16 kHz is 19 MB.
const AUDIO_SIZE: usize = 32 << 20;
/// The largest answer we ask for is a page of 100 calls.
const JSON_SIZE: usize = 8 << 20;

/// Which routes a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// 1.3.2 and newer.
    Current,
    /// 1.3.0 and 1.3.1: the renewal cookie is scoped to the older routes, so renewal and sign-out go there.
    Scoped,
    /// 1.2.x.
    Legacy,
}

impl Generation {
    pub(super) fn socket(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/ws/listener",
            Self::Legacy => LEGACY_SOCKET,
        }
    }

    /// As others know it.
    pub(super) fn routes(self) -> Routes {
        match self {
            Self::Current => Routes::Current,
            Self::Scoped => Routes::Scoped,
            Self::Legacy => Routes::Legacy,
        }
    }

    fn setup(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/setup/status",
            Self::Legacy => "/api/setup/status",
        }
    }

    fn login(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/auth/login",
            Self::Legacy => "/api/auth/login",
        }
    }

    fn password(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/auth/password",
            Self::Legacy => "/api/auth/password",
        }
    }

    fn refresh(self) -> &'static str {
        match self {
            Self::Current => "/api/v1/auth/refresh",
            Self::Scoped | Self::Legacy => "/api/auth/refresh",
        }
    }

    fn logout(self) -> &'static str {
        match self {
            Self::Current => "/api/v1/auth/logout",
            Self::Scoped | Self::Legacy => "/api/auth/logout",
        }
    }

    fn who_am_i(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/auth/me",
            Self::Legacy => "/api/auth/me",
        }
    }

    fn choice(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/listener/tg-selection",
            Self::Legacy => "/api/auth/tg-selection",
        }
    }

    fn bookmarks(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/bookmarks",
            Self::Legacy => "/api/bookmarks",
        }
    }

    fn shared(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/shared",
            Self::Legacy => "/api/shared",
        }
    }

    fn calls(self) -> &'static str {
        match self {
            Self::Current | Self::Scoped => "/api/v1/calls",
            Self::Legacy => "/api/calls",
        }
    }

    /// The path of the renewal cookie, for one that comes out of the vault.
    pub(super) fn cookie_path(self) -> &'static str {
        match self {
            Self::Current => "/api",
            Self::Scoped | Self::Legacy => "/api/auth",
        }
    }

    /// How the renewal route writes its errors.
    pub(super) fn refresh_errors(self) -> ErrorShape {
        match self {
            Self::Current => ErrorShape::Envelope,
            Self::Scoped | Self::Legacy => ErrorShape::Plain,
        }
    }

    /// How every route but renewal writes its errors.
    pub(super) fn errors(self) -> ErrorShape {
        match self {
            Self::Current | Self::Scoped => ErrorShape::Envelope,
            Self::Legacy => ErrorShape::Plain,
        }
    }
}

/// The older socket, also a way in where a proxy forwards upgrades only for it.
pub(super) const LEGACY_SOCKET: &str = "/api/ws";

/// The connections to one origin. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Http {
    plain: Client,
    upgrading: Client,
    limits: Limits,
    /// Scheme, host and port.
    pub(super) origin: Url,
    /// What its certificate was like.
    pub(super) witness: Witness,
}

/// What can be asked about stored calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// With this query.
    Search(String),
    Transcript(CallId),
    /// Whether the login is good.
    WhoAmI,
    /// All ids.
    Bookmarks,
    /// The newest hundred, whole.
    BookmarkedCalls,
    /// With this body. Never to be sent twice.
    ToggleBookmark(Vec<u8>),
    Share(CallId),
    Unshare(CallId),
    Shared(CallId),
}

/// An answer with its whole body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// All `Set-Cookie` headers.
    pub(super) fn cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok())
    }

    /// Where a redirect leads, made absolute.
    pub(super) fn redirect(&self, from: &Url) -> Option<Url> {
        let to = self.headers.get(LOCATION).filter(|_| (300..400).contains(&self.status))?;
        from.join(to.to_str().ok()?).ok()
    }

    /// What time it is where it comes from.
    pub(super) fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.headers.get(DATE)?.to_str().ok()?).ok()
    }

    /// What the server calls the body's type.
    pub(super) fn content_type(&self) -> Option<String> {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Network(NetworkError),
    #[error("the answer is too large")]
    TooLarge,
    #[error("the answer took too long")]
    TooSlow,
}

impl From<Failure> for NetworkError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Network(error) => error,
            Failure::TooLarge => broken(failure),
            Failure::TooSlow => NetworkError { kind: NetworkKind::Timeout, source: Some(Arc::new(failure)) },
        }
    }
}

/// A failure that is none of the transport's but keeps us from what we asked for all the same.
pub(super) fn broken(cause: impl Error + Send + Sync + 'static) -> NetworkError {
    NetworkError { kind: NetworkKind::Broken, source: Some(Arc::new(cause)) }
}

/// An answer of this status kept us from what we asked for.
pub(super) fn answered(status: u16, cause: impl Error + Send + Sync + 'static) -> NetworkError {
    NetworkError { kind: NetworkKind::Answered(status), source: Some(Arc::new(cause)) }
}

impl Http {
    /// Prepares connections to an origin; nothing is sent yet.
    pub(super) fn new(origin: &Url, pin: Option<&str>, limits: Limits) -> Result<Self, NetworkError> {
        let witness = Witness::default();
        let builder = || -> Result<ClientBuilder, NetworkError> {
            let builder = Client::builder()
                .tls_backend_preconfigured(tls::config(pin, &witness).map_err(broken)?)
                .http1_only()
                .redirect(Policy::none())
                .referer(false)
                .connect_timeout(limits.connect)
                .user_agent(AGENT);
            Ok(if is_nearby(origin) { builder.no_proxy() } else { builder })
        };
        Ok(Self {
            plain: builder()?.read_timeout(limits.piece).build().map_err(network)?,
            // A socket may be silent for longer than an answer; it has a watch of its own.
            upgrading: builder()?.build().map_err(network)?,
            limits,
            origin: origin.clone(),
            witness,
        })
    }

    /// The address of a route.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.origin.clone();
        url.set_path(path);
        url
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        within(self.limits.answer, send(request, JSON_SIZE)).await
    }

    pub(super) async fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.send(self.plain.get(self.url(path))).await
    }

    pub(super) async fn setup(&self, generation: Generation) -> Result<Answer, Failure> {
        self.get(generation.setup()).await
    }

    pub(super) async fn login(&self, generation: Generation, body: Vec<u8>) -> Result<Answer, Failure> {
        let request = self.plain.post(self.url(generation.login())).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body)).await
    }

    pub(super) fn refresh_url(&self, generation: Generation) -> Url {
        self.url(generation.refresh())
    }

    pub(super) async fn refresh(&self, generation: Generation, cookie: &Secret) -> Result<Answer, Failure> {
        let request = self.plain.post(self.refresh_url(generation)).header(COOKIE, hidden(cookie.expose()));
        self.send(request).await
    }

    pub(super) fn logout_url(&self, generation: Generation) -> Url {
        self.url(generation.logout())
    }

    pub(super) async fn logout(
        &self,
        generation: Generation,
        bearer: &Secret,
        cookie: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        let mut request = self.plain.post(self.logout_url(generation)).header(AUTHORIZATION, bearing(bearer));
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, hidden(cookie.expose()));
        }
        self.send(request).await
    }

    pub(super) async fn password(
        &self,
        generation: Generation,
        bearer: &Secret,
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let request = self.plain.put(self.url(generation.password()));
        let request = request.header(AUTHORIZATION, bearing(bearer)).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body)).await
    }

    /// Which talkgroups the account has chosen; with a body, what to store instead.
    pub(super) async fn choice(
        &self,
        generation: Generation,
        bearer: &Secret,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Failure> {
        let url = self.url(generation.choice());
        let request = match body {
            Some(body) => self.plain.put(url).header(CONTENT_TYPE, "application/json").body(body),
            None => self.plain.get(url),
        };
        self.send(request.header(AUTHORIZATION, bearing(bearer))).await
    }

    /// Asks about stored calls; no bearer asks as a stranger.
    pub(super) async fn ask(
        &self,
        generation: Generation,
        bearer: Option<&Secret>,
        question: &Question,
    ) -> Result<Answer, Failure> {
        let of_call = |call: &CallId, what: &str| self.url(&format!("{}/{}/{what}", generation.calls(), call.0));
        let mut request = match question {
            Question::Search(query) => {
                let mut url = self.url(generation.calls());
                url.set_query(Some(query));
                self.plain.get(url)
            }
            Question::Transcript(call) => self.plain.get(of_call(call, "transcript")),
            Question::WhoAmI => self.plain.get(self.url(generation.who_am_i())),
            Question::Bookmarks => self.plain.get(self.url(generation.bookmarks())),
            Question::BookmarkedCalls => self.plain.get(self.url(&format!("{}/calls", generation.bookmarks()))),
            Question::ToggleBookmark(body) => {
                let request = self.plain.post(self.url(generation.bookmarks()));
                request.header(CONTENT_TYPE, "application/json").body(body.clone())
            }
            Question::Share(call) => self.plain.post(of_call(call, "share")),
            Question::Unshare(call) => self.plain.delete(of_call(call, "share")),
            Question::Shared(call) => self.plain.get(of_call(call, "share")),
        };
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, bearing(bearer));
        }
        self.send(request).await
    }

    /// What anybody sees who opens a shared call.
    pub(super) async fn shared_page(&self, generation: Generation, token: &str) -> Result<Answer, Failure> {
        let mut url = self.url(generation.shared());
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(token);
        }
        self.send(self.plain.get(url)).await
    }

    /// Where anybody can open a shared call.
    pub(super) fn call_page(&self, token: &str) -> Url {
        let mut url = self.url("/call");
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(token);
        }
        url
    }

    pub(super) fn audio_url(&self, generation: Generation, call: CallId) -> Url {
        self.url(&format!("{}/{}/audio", generation.calls(), call.0))
    }

    /// Audio is asked for with the cookie alone: an invalid bearer would hide a valid cookie.
    pub(super) async fn audio(
        &self,
        generation: Generation,
        call: CallId,
        cookie: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        let mut request = self.plain.get(self.audio_url(generation, call));
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, hidden(cookie.expose()));
        }
        within(self.limits.audio, send(request, AUDIO_SIZE)).await
    }

    /// A request that may become a socket; the answer's body is left alone.
    pub(super) async fn upgrade(&self, path: &str, key: &str) -> Result<reqwest::Response, NetworkError> {
        let request = self.upgrading.get(self.url(path));
        let request = request.header("connection", "Upgrade").header("upgrade", "websocket");
        let request = request.header("sec-websocket-version", "13").header("sec-websocket-key", key);
        match tokio::time::timeout(self.limits.connect + self.limits.piece, request.send()).await {
            Ok(answer) => answer.map_err(network),
            Err(elapsed) => Err(NetworkError { kind: NetworkKind::Timeout, source: Some(Arc::new(elapsed)) }),
        }
    }
}

async fn within(limit: Duration, answer: impl Future<Output = Result<Answer, Failure>>) -> Result<Answer, Failure> {
    tokio::time::timeout(limit, answer).await.unwrap_or(Err(Failure::TooSlow))
}

async fn send(request: RequestBuilder, limit: usize) -> Result<Answer, Failure> {
    let fails = |error| Failure::Network(network(error));
    let mut response = request.send().await.map_err(fails)?;
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(Failure::TooLarge);
    }
    let mut body = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
    // Counted while it comes: a length may be missing or a lie.
    while let Some(piece) = response.chunk().await.map_err(fails)? {
        if body.len() + piece.len() > limit {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    tracing::debug!(path = response.url().path(), status = response.status().as_u16(), bytes = body.len(), "answered");
    let status = response.status().as_u16();
    Ok(Answer { status, headers: std::mem::take(response.headers_mut()), body: body.freeze() })
}

fn bearing(token: &Secret) -> HeaderValue {
    hidden(&format!("Bearer {}", token.expose()))
}

/// A header that no log prints. One that cannot be sent is sent empty, which the server refuses like any wrong one.
fn hidden(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Sorts a transport failure by its causes.
pub(super) fn network(error: reqwest::Error) -> NetworkError {
    let error = error.without_url();
    let kind = if is_certificate(&error) {
        NetworkKind::Certificate
    } else if error.is_timeout() {
        NetworkKind::Timeout
    } else if error.is_connect() {
        NetworkKind::Connect
    } else {
        NetworkKind::Broken
    };
    NetworkError { kind, source: Some(Arc::new(error)) }
}

fn is_certificate(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        // An I/O error shows the source of what it wraps, not what it wraps.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    false
}
