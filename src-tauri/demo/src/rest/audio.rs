//! Audio with its credentials, ranges and faults; and transcripts.

use std::convert::Infallible;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use crate::answer::{Ask, Next};
use crate::call::{Call, Fault};
use crate::reply::{self, Refusal, header, refusal, set};
use crate::rest::{Reply, call_id, is_granted, recognise};
use crate::world::{Shared, World};

/// Long enough for what was written to be on its way.
const FLUSHED: Duration = Duration::from_millis(50);

pub(crate) fn answer(shared: &Shared, ask: &Ask) -> Next {
    let now = shared.now();
    let call = match shared.with(|world| find(world, ask, now)) {
        Ok(call) => call,
        Err(refusal) => return Next::Answer(reply::refuse(&refusal, ask.v1)),
    };
    let refuse = |status, message| Next::Answer(reply::refuse(&refusal(status, message), ask.v1));
    match &call.fault {
        Fault::None | Fault::WrongType(_) => Next::Answer(file(&call, ask)),
        Fault::Refused => refuse(401, "authentication required"),
        Fault::Missing => refuse(404, "audio file not found"),
        Fault::Broken => refuse(500, "internal error"),
        Fault::Hanging => Next::Hang,
        Fault::Dropped => Next::Drop,
        Fault::Html => Next::Answer(reply::page(200)),
        Fault::Empty => Next::Answer(file(&Call { audio: Bytes::new(), ..call }, ask)),
        Fault::Short => {
            let half = call.audio.slice(..call.audio.len() / 2);
            Next::Answer(file(&Call { audio: half, ..call }, ask))
        }
        Fault::Slow { piece, every } => Next::Answer(slow(&call, *piece, *every)),
        Fault::Truncated => Next::Answer(truncated(&call)),
        Fault::Endless => Next::Answer(endless(&call)),
    }
}

/// The call asked for, if it is there for whoever asks.
fn find(world: &mut World, ask: &Ask, now: Duration) -> Result<Call, Refusal> {
    let id = call_id(ask)?;
    let claims = if header(&ask.headers, "authorization").is_some_and(|value| value.starts_with("Bearer ")) {
        // A bearer that does not hold makes a stranger; the cookie is not looked at.
        recognise(world, ask, now)
    } else {
        session_cookie(ask).and_then(|token| world.accounts.check(token, now).ok())
    };
    if world.faults.audio_refused || (claims.is_none() && !world.public) {
        return Err(refusal(401, "authentication required"));
    }
    let grants = claims.map(|claims| world.accounts.grants(&claims)).unwrap_or_default();
    if !is_granted(world, id, &grants) {
        return Err(refusal(404, "call not found"));
    }
    world.archive.calls.get(&id).cloned().ok_or_else(|| refusal(404, "call not found"))
}

/// A browser that says the request comes from another site gets no use of the cookie.
fn session_cookie(ask: &Ask) -> Option<&str> {
    let site = header(&ask.headers, "sec-fetch-site").unwrap_or("none");
    ["same-origin", "same-site", "none"].contains(&site).then(|| ask.cookie("os_session")).flatten()
}

/// A stored file, whole or in part, as the server's file route answers.
pub(super) fn file(call: &Call, ask: &Ask) -> Response {
    let modified = modified(call);
    let size = call.audio.len();
    let is_same = |name| header(&ask.headers, name) == Some(modified.as_str());
    if is_same("if-modified-since") && !ask.headers.contains_key("range") {
        let mut response = reply::empty(304);
        set(&mut response, "last-modified", &modified);
        return response;
    }
    let honours = !ask.headers.contains_key("if-range") || is_same("if-range");
    let range = header(&ask.headers, "range").filter(|_| honours).map_or(Range::Whole, |text| range(text, size));
    match range {
        Range::Whole => headed(reply::text(200, "", call.audio.clone()), call),
        Range::Part(from, to) => {
            let mut response = headed(reply::text(206, "", call.audio.slice(from..=to)), call);
            set(&mut response, "content-range", &format!("bytes {from}-{to}/{size}"));
            response
        }
        Range::Outside => {
            let mut response = headed(reply::text(416, "", "invalid range: failed to overlap\n"), call);
            response.headers_mut().remove("accept-ranges");
            set(&mut response, "content-type", "text/plain; charset=utf-8");
            set(&mut response, "content-range", &format!("bytes */{size}"));
            response
        }
    }
}

fn headed(mut response: Response, call: &Call) -> Response {
    let kind = match &call.fault {
        Fault::WrongType(kind) => kind.as_str(),
        _ if call.audio_type.is_empty() => "application/octet-stream",
        _ => call.audio_type.as_str(),
    };
    set(&mut response, "accept-ranges", "bytes");
    set(&mut response, "content-disposition", &disposition(&call.audio_name));
    set(&mut response, "content-type", kind);
    set(&mut response, "last-modified", &modified(call));
    response
}

fn modified(call: &Call) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + call.stored)
}

/// The name twice: in ASCII with the dangerous bytes replaced, and in full.
fn disposition(name: &str) -> String {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
    let ascii: String = name.bytes().map(|byte| if plain(byte) { char::from(byte) } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            let kept = byte.is_ascii_alphanumeric() || b"-._~!#$&+^`|".contains(&byte);
            if kept { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    format!("inline; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    Whole,
    Part(usize, usize),
    Outside,
}

/// One range of bytes; several at once get the whole file.
fn range(text: &str, size: usize) -> Range {
    let Some((from, to)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Range::Outside;
    };
    if to.contains(',') {
        return Range::Whole;
    }
    let last = size.saturating_sub(1);
    match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
        (Ok(from), to) if from < size => Range::Part(from, to.unwrap_or(last).clamp(from, last)),
        (Err(_), Ok(tail)) if tail > 0 && size > 0 && from.trim().is_empty() => {
            Range::Part(size - tail.min(size), last)
        }
        _ => Range::Outside,
    }
}

fn slow(call: &Call, piece: usize, every: Duration) -> Response {
    let pieces: Vec<Bytes> = call.audio.chunks(piece.max(1)).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(every).await;
        Ok::<_, Infallible>(piece)
    });
    with_length(call, Body::from_stream(pieces))
}

fn truncated(call: &Call) -> Response {
    let half = call.audio.slice(..call.audio.len() / 2);
    let end = stream::once(async {
        // An error right behind the bytes would take them with it before they are flushed.
        tokio::time::sleep(FLUSHED).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let pieces = stream::iter([Ok(half)]).chain(end);
    with_length(call, Body::from_stream(pieces))
}

fn endless(call: &Call) -> Response {
    let bytes = call.audio.clone();
    headed(
        reply::text(200, "", Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(bytes.clone())))),
        call,
    )
}

fn with_length(call: &Call, body: Body) -> Response {
    let mut response = headed(reply::text(200, "", body), call);
    set(&mut response, "content-length", &call.audio.len().to_string());
    response
}

/// A stored transcript. Grants are not looked at here, as on the real server.
pub(super) fn transcript(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let id = call_id(ask)?;
    if recognise(world, ask, now).is_none() && !world.public {
        return Err(refusal(401, "authentication required"));
    }
    let stored = world.archive.calls.get(&id).and_then(|call| call.transcript.as_ref());
    let stored = stored.ok_or_else(|| refusal(404, "transcript not found"))?;
    let segments = stored.segments.clone().unwrap_or_default();
    let body = json!({"text": stored.text, "segments": segments, "language": "en", "model": "ggml-base"});
    Ok(reply::json(200, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file_and_refused_outside_it() {
        assert_eq!(range("bytes=0-99", 200), Range::Part(0, 99));
        assert_eq!(range("bytes=150-999", 200), Range::Part(150, 199));
        assert_eq!(range("bytes=150-", 200), Range::Part(150, 199));
        assert_eq!(range("bytes=-50", 200), Range::Part(150, 199));
        assert_eq!(range("bytes=-500", 200), Range::Part(0, 199));
        assert_eq!(range("bytes=200-", 200), Range::Outside);
        assert_eq!(range("bytes=0-1,5-6", 200), Range::Whole);
    }

    #[test]
    fn a_file_name_cannot_leave_its_header() {
        let header = disposition("a\"b\\ä.mp3");
        assert_eq!(header, "inline; filename=\"a_b___.mp3\"; filename*=UTF-8''a%22b%5C%C3%A4.mp3");
    }
}
