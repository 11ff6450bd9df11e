//! The list of versions and the package, over https only, with limits to their sizes and times.
//!
//! The updater plugin would read a list and a package of any length. So the list is read here and then handed to it,
//! and its download is given up at the limit.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, StatusCode, Url};
use serde_json::Value;
use tauri_plugin_updater::Update;
use tokio::sync::Notify;

use super::failure::Failure;

/// A list of 14 packages with signatures and notes is some 10 kB.
pub(super) const MOST_LIST: usize = 256 * 1024;
/// The largest package, an AppImage, is some 90 MB.
pub(super) const MOST_PACKAGE: u64 = 256 * 1024 * 1024;

const CONNECT: Duration = Duration::from_secs(15);
/// Without a byte for this long, nothing more will come.
const SILENCE: Duration = Duration::from_secs(30);
const LIST: Duration = Duration::from_secs(60);
/// A deb takes this long at 56 kbit/s.
const PACKAGE: Duration = Duration::from_secs(30 * 60);
/// The release's host leads to its store, and that is all.
const MOST_REDIRECTS: usize = 5;

/// Makes a client careful; the plugin's too.
pub(super) type Care = Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

/// A redirect that was not followed.
#[derive(Debug, thiserror::Error)]
#[error("leads to {0}, which is not https")]
struct ToPlainText(String);

/// `plain` is true for tests only: their configuration allows plain http, as the committed one does not.
pub(super) fn careful(plain: bool) -> Care {
    Arc::new(move |client| {
        client.user_agent("squelch").connect_timeout(CONNECT).read_timeout(SILENCE).redirect(Policy::custom(
            move |attempt| {
                if !is_secure(attempt.url(), plain) {
                    let to = origin(attempt.url());
                    return attempt.error(ToPlainText(to));
                }
                if attempt.previous().len() > MOST_REDIRECTS { attempt.stop() } else { attempt.follow() }
            },
        ))
    })
}

fn is_secure(url: &Url, plain: bool) -> bool {
    url.scheme() == "https" || (plain && url.scheme() == "http")
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Reads the list of versions. None: the server says that there is nothing new.
pub(super) async fn list(from: &Url, plain: bool, care: &Care) -> Result<Option<Value>, Failure> {
    if !is_secure(from, plain) {
        return Err(Failure::NotSecure(origin(from)));
    }
    tokio::time::timeout(LIST, read_list(from, care)).await.unwrap_or(Err(Failure::Slow))
}

async fn read_list(from: &Url, care: &Care) -> Result<Option<Value>, Failure> {
    let client = care(reqwest::Client::builder()).build().map_err(Failure::Unreachable)?;
    let request = client.get(from.clone()).header(ACCEPT, "application/json");
    let mut response = request.send().await.map_err(network)?;
    match response.status() {
        StatusCode::NO_CONTENT => return Ok(None),
        status if status.is_success() => {}
        status => return Err(Failure::Status(status.to_string())),
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let page = kind.starts_with("text/html");
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if text.len() + chunk.len() > MOST_LIST {
            return Err(Failure::ListTooLong);
        }
        text.extend_from_slice(&chunk);
    }
    if page || text.trim_ascii_start().starts_with(b"<") {
        return Err(Failure::WebPage);
    }
    serde_json::from_slice(&text).map(Some).map_err(Failure::NotAList)
}

/// Downloads the package, of `most` bytes, and checks its signature. `tell` hears how much has arrived, and of how much.
pub(super) async fn package(
    update: &Update,
    plain: bool,
    most: u64,
    mut tell: impl FnMut(u64, Option<u64>),
) -> Result<Vec<u8>, Failure> {
    if !is_secure(&update.download_url, plain) {
        return Err(Failure::NotSecure(origin(&update.download_url)));
    }
    let too_much = Notify::new();
    let mut received = 0;
    let count = |chunk: usize, total: Option<u64>| {
        received += chunk as u64;
        if received.max(total.unwrap_or(0)) > most {
            too_much.notify_one();
        }
        tell(received, total);
    };
    tokio::select! {
        // First, so that what has arrived already does not count as the whole.
        biased;
        () = too_much.notified() => Err(Failure::PackageTooLarge),
        package = tokio::time::timeout(PACKAGE, update.download(count, || {})) => match package {
            Ok(package) => Ok(package?),
            Err(_) => Err(Failure::Slow),
        },
    }
}

/// Sorts a failure of the network by its causes.
pub(super) fn network(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if let Some(ToPlainText(to)) = cause(&error) {
        return Failure::NotSecure(to.clone());
    }
    if let Some(error_of_tls) = cause::<rustls::Error>(&error) {
        use rustls::CertificateError as C;
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "what else is wrong with a certificate is all the same here"
        )]
        return match error_of_tls {
            rustls::Error::InvalidCertificate(
                C::NotValidYet | C::NotValidYetContext { .. } | C::Expired | C::ExpiredContext { .. },
            ) => Failure::Clock(error),
            _ => Failure::Certificate(error),
        };
    }
    if error.is_timeout() {
        Failure::Slow
    } else if error.is_body() || error.is_decode() {
        Failure::BrokeOff(error)
    } else {
        Failure::Unreachable(error)
    }
}

/// The cause of this type, however deep.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // An I/O error shows the source of what it wraps, not what it wraps.
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}
