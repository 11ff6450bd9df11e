//! The core against what a real server really said: captured answers and frames, replayed byte by byte.
//!
//! The demo server is held to the same files elsewhere; here nothing of ours answers.

#![forbid(unsafe_code)]
// Helpers of tests are tests, which the lint does not see.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use squelch_core::choices::AccountChoice;
use squelch_core::clock::WallTime;
use squelch_core::model::{CallId, TalkgroupId};
use squelch_core::server::{
    Account, Archive, ArchiveError, ChoiceError, FetchError, Filter, Kept, Link, LinkEnd, Login, SearchRequest,
    ServerCommand, ServerEvent, SignedOut,
};
use squelch_tests::adapter::{Listener, demo_user};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/openscanner").join(name)
}

/// Which captured answer each route gives; the last of several goes on for ever.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<HashMap<String, Vec<Vec<u8>>>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
    socket: Vec<Value>,
}

/// A request that came with a body.
struct Sent {
    target: String,
    kind: String,
    body: Vec<u8>,
}

impl Script {
    fn socket(name: &str) -> Self {
        let text = std::fs::read_to_string(fixture(&format!("ws/{name}.jsonl"))).unwrap();
        let socket = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Self { socket, ..Self::default() }.on("GET /api/v1/health", &["health"])
    }

    fn on(self, route: &str, names: &[&str]) -> Self {
        let answers = names.iter().rev().map(|name| answer(name)).collect();
        self.answers.lock().unwrap().insert(route.to_owned(), answers);
        self
    }

    fn take(&self, route: &str) -> Vec<u8> {
        let mut answers = self.answers.lock().unwrap();
        match answers.get_mut(route) {
            Some(list) if list.len() > 1 => list.pop().unwrap(),
            Some(list) => list[0].clone(),
            None => answer("unknown-path.404"),
        }
    }

    /// Serves until the test ends; the address.
    async fn serve(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().converse(stream));
            }
        });
        address
    }

    async fn converse(self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while let Ok(byte) = stream.read_u8().await {
            head.push(byte);
            if !head.ends_with(b"\r\n\r\n") {
                continue;
            }
            let text = String::from_utf8(std::mem::take(&mut head)).unwrap();
            let header = |name: &str| {
                let mut lines = text.lines().filter_map(|line| line.split_once(": "));
                lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
            };
            assert_eq!(header("origin"), None);
            let length = header("content-length").map_or(0, |length| length.parse().unwrap());
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            let target: Vec<&str> = text.split(['?', ' ']).take(2).collect();
            if length > 0 {
                let kind = header("content-type").unwrap_or_default();
                self.sent.lock().unwrap().push(Sent { target: target.join(" "), kind, body });
            }
            if let Some(key) = header("sec-websocket-key") {
                return self.feed(stream, &derive_accept_key(key.as_bytes())).await;
            }
            stream.write_all(&self.take(&target.join(" "))).await.unwrap();
        }
    }

    async fn feed(self, mut stream: TcpStream, accept: &str) {
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        let mut introduced = false;
        for line in &self.socket {
            match line["dir"].as_str().unwrap() {
                // Our token is another one than the captured client's, but in the same place.
                "out" if !introduced => {
                    introduced = true;
                    let Some(Ok(Message::Text(text))) = socket.next().await else { panic!("no first message") };
                    assert!(text.starts_with("[\"") && text.ends_with("\"]"));
                }
                "in" => socket.send(Message::text(line["text"].as_str().unwrap())).await.unwrap(),
                "close" => {
                    let code = u16::try_from(line["code"].as_u64().unwrap()).unwrap();
                    let frame = CloseFrame { code: code.into(), reason: line["reason"].as_str().unwrap_or("").into() };
                    let _ = socket.close(Some(frame)).await;
                }
                _ => {}
            }
        }
        while let Some(Ok(_)) = socket.next().await {}
    }
}

/// A captured answer as it went over the wire, but for its length, which is counted.
fn answer(name: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(fixture(&format!("rest/{name}.json"))).unwrap();
    let fixture: Value = serde_json::from_str(&text).unwrap();
    let response = &fixture["response"];
    let body = match &response["body"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let mut head = format!("HTTP/1.1 {} Captured\r\n", response["status"]);
    for header in response["headers"].as_array().unwrap() {
        let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
        if name != "content-length" {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn private(socket: &str) -> Script {
    Script::socket(socket)
        .on("GET /api/v1/setup/status", &["setup-status"])
        .on("POST /api/v1/auth/login", &["login.admin"])
        .on("POST /api/v1/auth/refresh", &["refresh.ok"])
        .on("GET /api/v1/calls", &["search"])
}

/// How many frames of a sort a captured socket received.
fn captured(socket: &str, sort: &str) -> usize {
    let text = std::fs::read_to_string(fixture(&format!("ws/{socket}.jsonl"))).unwrap();
    text.lines().filter(|line| line.contains("\"in\"") && line.contains(sort)).count()
}

#[tokio::test]
async fn a_captured_session_is_heard_whole() {
    for (socket, call, transcript) in [
        ("session.listener", "call.new", "call.transcript"),
        ("session.restricted-grants", "call.new", "call.transcript"),
    ] {
        let address = private(socket).serve().await;
        let mut listener = Listener::open(&address, Login::With(demo_user(true)));
        let (mut calls, mut transcripts, mut earlier, mut labelled) = (0, 0, None, true);
        let mut directory = None;
        let (wanted_calls, wanted_transcripts) = (captured(socket, call), captured(socket, transcript));
        while calls < wanted_calls || transcripts < wanted_transcripts || earlier.is_none() {
            match listener.next().await {
                ServerEvent::Config(config) => directory = Some(config.directory),
                ServerEvent::Call(call) => {
                    calls += 1;
                    let labels = directory.as_ref().expect("the configuration comes first").labels(&call);
                    labelled &= labels.system.is_some() && labels.label.is_some();
                }
                ServerEvent::Transcript { .. } => transcripts += 1,
                ServerEvent::Earlier(calls) => earlier = Some(calls),
                _ => {}
            }
        }
        assert!(labelled, "{socket}");
        assert!(wanted_calls > 0 && !earlier.unwrap().is_empty());
        assert!(matches!(listener.accounts().last(), Some(Account::SignedIn { kept: Kept::Keychain, .. })));
    }
}

#[tokio::test]
async fn a_captured_public_session_needs_no_account() {
    let script = Script::socket("session.public")
        .on("GET /api/v1/setup/status", &["setup-status.public"])
        .on("GET /api/v1/calls", &["search.anonymous"])
        .on("GET /api/v1/calls/1/audio", &["audio.anonymous.401"]);
    let mut listener = Listener::open(&script.serve().await, Login::Anonymous);
    listener.until_live().await;
    listener.until(|event| matches!(event, ServerEvent::Earlier(_)).then_some(())).await;
    assert_eq!(listener.fetch(1).await.unwrap_err(), FetchError::NeedsAccount);
}

#[tokio::test]
async fn a_captured_first_login_asks_for_another_password() {
    let script = private("session.listener").on("POST /api/v1/auth/login", &["login.listener"]);
    let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
    let form = Account::PasswordChange { user: "dana".into(), refused: None, busy: false };
    assert_eq!(listener.settled_account().await, form);
}

#[tokio::test]
async fn each_captured_refusal_is_taken_for_what_it_is() {
    let refusals = [
        ("login.wrong-password", SignedOut::WrongPassword),
        ("login.locked-out.429", SignedOut::LockedOut),
        ("login.empty", SignedOut::Status(400)),
    ];
    for (name, why) in refusals {
        let script = private("session.listener").on("POST /api/v1/auth/login", &[name]);
        let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
        assert_eq!(listener.settled_account().await, Account::SignedOut { why: Some(why) }, "{name}");
    }
    for name in ["refresh.unknown.401", "refresh.family-revoked.401", "refresh.reuse-after-grace.401"] {
        let script = private("session.listener")
            .on("POST /api/v1/auth/refresh", &[name])
            .on("GET /api/v1/calls/1/audio", &["audio.revoked.401"]);
        let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
        listener.until_live().await;
        assert_eq!(listener.fetch(1).await.unwrap_err(), FetchError::SignedOut, "{name}");
        assert_eq!(listener.settled_account().await, Account::SignedOut { why: Some(SignedOut::Ended) });
    }
}

#[tokio::test]
async fn each_captured_audio_answer_is_taken_for_what_it_is() {
    let answers = [
        ("audio.unknown.404", FetchError::NotFound),
        ("audio.not-granted.404", FetchError::NotFound),
        ("audio.bad-id.400", FetchError::Status(400)),
        ("audio.revoked.401", FetchError::NotAuthorised),
    ];
    for (name, error) in answers {
        let script = private("session.listener").on("GET /api/v1/calls/1/audio", &[name]);
        let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
        listener.until_live().await;
        assert_eq!(listener.fetch(1).await.unwrap_err(), error, "{name}");
    }
    let script = private("session.listener")
        .on("GET /api/v1/calls/1/audio", &["audio.evicted-by-token-cap.401", "audio.ok.cookie"]);
    let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
    listener.until_live().await;
    assert!(listener.fetch(1).await.is_ok(), "the original fault, with the original answers");
}

fn archive(listener: &Listener) -> Archive {
    listener.connection.archive.clone()
}

#[tokio::test]
async fn each_captured_search_is_found_with_its_names_and_its_total() {
    for (name, bookmarked, calls, total) in [
        ("search", false, 5, 9),
        ("search.by-talkgroup", false, 2, 4),
        ("search.restricted", false, 1, 1),
        ("search.bookmarked", true, 1, 1),
    ] {
        let script = private("session.listener").on("GET /api/v1/calls", &["search", name]);
        let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
        listener.until(|event| matches!(event, ServerEvent::Earlier(_)).then_some(())).await;
        let filter = Filter { bookmarked, ..Filter::default() };
        let request = SearchRequest { filter, page: 1, limit: 100, ..SearchRequest::default() };
        let answer = (archive(&listener).search)(request).await.unwrap();
        assert_eq!((answer.calls.len(), answer.entries, answer.total), (calls, calls as u64, Some(total)), "{name}");
        let labels = answer.calls[0].labels.as_ref().unwrap();
        assert!(labels.system.is_some() && labels.label.is_some() && answer.calls[0].talkgroup.is_none(), "{name}");
    }
}

#[tokio::test]
async fn what_a_stranger_is_shown_is_not_taken_for_bookmarks() {
    let script =
        private("session.listener").on("GET /api/v1/calls", &["search", "search.anonymous", "search.bookmarked"]);
    let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
    listener.until(|event| matches!(event, ServerEvent::Earlier(_)).then_some(())).await;
    let filter = Filter { bookmarked: true, ..Filter::default() };
    let request = SearchRequest { filter, page: 1, limit: 100, ..SearchRequest::default() };
    let answer = (archive(&listener).search)(request.clone()).await.unwrap();
    assert_eq!(answer.calls.len(), 1, "asked again with a renewed login");
    let script = private("session.listener").on("GET /api/v1/calls", &["search.anonymous"]);
    let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
    listener.until_live().await;
    assert_eq!((archive(&listener).search)(request).await.unwrap_err(), ArchiveError::NotAuthorised);
}

#[tokio::test]
async fn each_captured_answer_about_bookmarks_links_and_words_is_taken_for_what_it_is() {
    let script = private("session.listener")
        .on("GET /api/v1/bookmarks", &["bookmarks"])
        .on("GET /api/v1/bookmarks/calls", &["bookmarks.calls"])
        .on("POST /api/v1/calls/2/share", &["share.create", "share.again"])
        .on("GET /api/v1/calls/2/share", &["share.get", "share.get.404"])
        .on("DELETE /api/v1/calls/2/share", &["share.delete", "share.get.404"])
        .on("GET /api/v1/calls/2/transcript", &["transcript.404"]);
    let address = script.serve().await;
    let mut listener = Listener::open(&address, Login::With(demo_user(true)));
    listener.until_live().await;
    let (archive, call) = (archive(&listener), CallId(2));
    let bookmarked = (archive.bookmarked)(()).await.unwrap();
    assert_eq!((bookmarked.ids, bookmarked.calls[0].id), (vec![call], call));
    let made = (archive.share)(call).await.unwrap();
    let again = (archive.share)(call).await.unwrap();
    assert!(made.is_new && !again.is_new && made.url == again.url);
    assert_eq!(made.url, format!("{address}/call/ffde78c3-00d0-4f80-aa87-df6d20ebfa5c"));
    assert_eq!((archive.shared)(call).await.unwrap(), Some(again));
    assert_eq!((archive.shared)(call).await.unwrap(), None);
    assert_eq!((archive.unshare)(call).await, Ok(()));
    assert_eq!((archive.unshare)(call).await, Ok(()), "there is none any more");
    assert_eq!((archive.transcript)(call).await.unwrap(), None);
    assert_eq!((archive.transcript)(CallId(3)).await, Err(ArchiveError::NotOffered), "no route");
}

#[tokio::test]
async fn a_captured_bookmark_is_turned_round_once_and_only_if_need_be() {
    let script = private("session.listener")
        .on("GET /api/v1/bookmarks", &["bookmarks"])
        .on("POST /api/v1/bookmarks", &["bookmark.off", "unknown-path.404"]);
    let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
    let Account::SignedIn { user, .. } = listener.settled_account().await else { panic!("nobody is signed in") };
    let mut results = Vec::new();
    for (ask, on) in [(1, true), (2, false), (3, false)] {
        listener.wish(ServerCommand::Bookmark { ask, user: user.clone(), wish: Some((CallId(2), on)) }).await;
        let result = listener.until(|event| match event {
            ServerEvent::Bookmarks { ask: answered, result } if answered == ask => Some(result),
            _ => None,
        });
        results.push(result.await);
    }
    // It is one already; it is none any more; this server does not turn any round a second time.
    assert_eq!(results, [Ok(vec![CallId(2)]), Ok(Vec::new()), Err(ArchiveError::NotOffered)]);
}

#[tokio::test]
async fn captured_ends_of_a_socket_have_their_own_consequences() {
    for name in ["max-clients", "user-limit"] {
        let mut listener = Listener::open(&private(name).serve().await, Login::With(demo_user(true)));
        assert_eq!(listener.waiting().await.1, LinkEnd::Full, "{name}");
    }
    let mut listener = Listener::open(&private("bad-token").serve().await, Login::With(demo_user(true)));
    assert!(matches!(listener.settled_account().await, Account::SignedIn { .. }));
    let why = Some(SignedOut::Refused);
    assert_eq!(listener.settled_account().await, Account::SignedOut { why }, "renewed once, refused again");
    listener.link(|link| *link == Link::Idle).await;
}

async fn written(listener: &mut Listener) -> Result<(), ChoiceError> {
    listener
        .until(|event| if let ServerEvent::ChoiceWritten { result, .. } = event { Some(result) } else { None })
        .await
}

#[tokio::test]
async fn the_captured_choice_of_talkgroups_is_read_and_sent_as_it_was_captured() {
    const ROUTE: &str = "/api/v1/listener/tg-selection";
    let script = private("session.listener")
        .on(&format!("GET {ROUTE}"), &["tg-selection.default", "tg-selection"])
        .on(&format!("PUT {ROUTE}"), &["tg-selection.put", "tg-selection.put.bad"]);
    let sent = script.sent.clone();
    let mut listener = Listener::open(&script.serve().await, Login::With(demo_user(true)));
    let Account::SignedIn { user, .. } = listener.settled_account().await else { panic!("nobody is signed in") };
    let id = TalkgroupId(2);
    let choice = AccountChoice { disabled: [id].into(), avoids: [(id, Some(WallTime(1_795_414_128_000)))].into() };
    for wanted in [AccountChoice::default(), choice.clone()] {
        listener.wish(ServerCommand::ReadChoice { ask: 1, user: user.clone() }).await;
        let read = |event| if let ServerEvent::ChoiceRead { result, .. } = event { Some(result) } else { None };
        assert_eq!(listener.until(read).await, Ok(wanted));
    }
    for result in [Ok(()), Err(ChoiceError::Status(400))] {
        listener.wish(ServerCommand::WriteChoice { ask: 2, user: user.clone(), choice: choice.clone() }).await;
        assert_eq!(written(&mut listener).await, result);
    }
    let text = std::fs::read_to_string(fixture("rest/tg-selection.put.json")).unwrap();
    let captured: Value = serde_json::from_str(&text).unwrap();
    let sent = sent.lock().unwrap();
    let sent = sent.iter().find(|sent| sent.target == format!("PUT {ROUTE}")).expect("it was sent");
    assert_eq!(sent.kind, captured["request"]["headers"]["content-type"].as_str().unwrap());
    assert_eq!(serde_json::from_slice::<Value>(&sent.body).unwrap(), captured["request"]["body"]);
}
