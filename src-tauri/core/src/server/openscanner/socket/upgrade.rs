//! From an HTTP request to a stream of messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Upgraded;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::heard::Heard;
use crate::clock::Clock;
use crate::server::LinkEnd;
use crate::server::openscanner::http::{Generation, Http, LEGACY_SOCKET, broken, network};

/// The largest message we take. A configuration of 20,000 talkgroups is 3.3 MB.
const LARGEST: usize = 16 << 20;
/// Frames are small; the library would set aside eight times as much for every connection.
const READ_BUFFER: usize = 16 << 10;

/// The messages of a server.
pub(super) type Stream = WebSocketStream<Heard<Upgraded>>;

#[derive(Debug, thiserror::Error)]
#[error("the answer to the upgrade does not fit the request")]
struct WrongAccept;

/// Connects by the newer route, or by the older one where a proxy forwards upgrades only for that. A 403 is an answer,
/// not a missing route.
pub(super) async fn connect(http: &Http, generation: Generation, clock: &Clock) -> Result<Stream, LinkEnd> {
    match upgrade(http, generation.socket(), clock).await {
        Err(LinkEnd::Status(status)) if status != 403 && generation.socket() != LEGACY_SOCKET => {
            tracing::info!(status, "no socket at the newer route, trying the older one");
            upgrade(http, LEGACY_SOCKET, clock).await
        }
        other => other,
    }
}

async fn upgrade(http: &Http, path: &str, clock: &Clock) -> Result<Stream, LinkEnd> {
    // The key only shows that the answer is to this request; it protects nothing.
    let key = STANDARD.encode(fastrand::u128(..).to_ne_bytes());
    let answer = http.upgrade(path, &key).await.map_err(LinkEnd::Network)?;
    if answer.status() != 101 {
        return Err(LinkEnd::Status(answer.status().as_u16()));
    }
    let accept = answer.headers().get("sec-websocket-accept").map(|value| value.as_bytes().to_vec());
    if accept.as_deref() != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(LinkEnd::Network(broken(WrongAccept)));
    }
    let upgraded = answer.upgrade().await.map_err(|error| LinkEnd::Network(network(error)))?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST))
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0);
    let heard = Heard::new(upgraded, clock.clone());
    Ok(WebSocketStream::from_raw_socket(heard, Role::Client, Some(config)).await)
}
