//! The recorded sockets, line for line.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use squelch_demo::{Controls, Demo, Grant, Options, Tokens, User};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::replay::{AUDIO, Replay, With, configure, empty, marked, received, recording, recordings, sixth};

/// No frame takes this long.
const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn every_recorded_socket_goes_the_same_way_with_the_demo() {
    let mut done = BTreeSet::new();
    for name in recordings("ws") {
        Session::open(&name).await.replay(&name).await;
        done.insert(name);
    }
    // What the names stand for is set up below; a new recording must be thought about there.
    assert_eq!(done.len(), 10, "recordings without a set-up");
}

struct Session {
    demo: Demo,
    controls: Controls,
    user: &'static str,
    tokens: Tokens,
    socket: WebSocketStream<TcpStream>,
    /// The user's other socket, where the limit is what is shown.
    _other: Option<WebSocketStream<TcpStream>>,
    counts: Vec<Value>,
    configured: bool,
}

impl Session {
    /// A demo in the situation a recording was made in, and a socket to it.
    async fn open(name: &str) -> Self {
        let account = |name: &str| User::listener(name, "listener-1");
        let admin = account("admin");
        let rita = User { grants: vec![Grant { system: 1, talkgroups: Some(vec![1]) }], ..account("rita") };
        let solo = User { limit: Some(1), ..account("solo") };
        let public = name == "session.public.jsonl";
        let users = vec![admin, account("dana"), rita, solo];
        let demo = empty(Options { users, public, ..Options::silent() }).await;
        let controls = demo.controls();
        if let Some(config) = configurations(name).first() {
            configure(&controls, config);
        }
        let user = match name {
            "session.restricted-grants.jsonl" => "rita",
            "logout-closes.jsonl" | "user-limit.jsonl" => "solo",
            _ => "dana",
        };
        let tokens = controls.other_sign_in(user).expect("an account");
        let mut other = None;
        if name == "user-limit.jsonl" {
            let mut first = connect(&demo, "/api/v1/ws/listener").await;
            first.send(Message::text(format!("[\"{}\"]", tokens.access))).await.expect("a socket");
            controls.wait_for_sockets(1).await.expect("the first socket is let in");
            other = Some(first);
        }
        if name == "max-clients.jsonl" {
            controls.set_max_clients(0);
        }
        let path = if name == "legacy-frames.jsonl" { "/api/ws" } else { "/api/v1/ws/listener" };
        let socket = connect(&demo, path).await;
        Self { demo, controls, user, tokens, socket, _other: other, counts: Vec::new(), configured: false }
    }

    async fn replay(mut self, name: &str) {
        for line in recording("ws", name).lines() {
            let line: Value = serde_json::from_str(line).expect("a recorded line");
            match line["dir"].as_str() {
                Some("out") => self.say(line["text"].as_str().expect("a text")).await,
                Some("in") => self.expect_frame(name, line["text"].as_str().expect("a text")).await,
                Some("close") => self.expect_close(name, &line).await,
                other => panic!("{name}: unknown direction {other:?}"),
            }
        }
        if name == "echo-feed-map.jsonl" {
            self.echo().await;
        }
    }

    /// Sends a recorded message with this run's token in place of the recorded one.
    async fn say(&mut self, text: &str) {
        let recorded = text.split('"').find(|part| part.starts_with("eyJ"));
        let text = recorded.map_or_else(|| text.into(), |recorded| text.replace(recorded, &self.tokens.access));
        self.socket.send(Message::text(text)).await.expect("the socket takes the first message");
    }

    async fn expect_frame(&mut self, name: &str, recorded: &str) {
        let expected: Value = serde_json::from_str(recorded).expect("a recorded frame is JSON");
        self.provoke(&expected).await;
        let is_count = |frame: &Value| frame["type"] == "listener.count" || frame[0] == "LSC";
        let frame = loop {
            if is_count(&expected) && !self.counts.is_empty() {
                break self.counts.remove(0);
            }
            let text = self.next_text(name).await;
            let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
            check_form(name, &text, recorded);
            // The count comes when it comes; the recording only shows that it does.
            if is_count(&frame) {
                self.counts.push(frame);
            } else {
                break frame;
            }
        };
        assert_eq!(marked(&frame), marked(&expected), "a frame of {name}");
    }

    /// Makes the demo send what the recording is about to show.
    async fn provoke(&mut self, expected: &Value) {
        let kind = expected["type"].as_str().or_else(|| expected[0].as_str()).expect("a frame has a type");
        match kind {
            "call.new" | "CAL" => {
                self.controls.wait_for_sockets(1).await.expect("the socket is let in");
                // A call this account may not hear comes first; where it may, it is not sent.
                if self.user == "rita" {
                    self.controls.announce_recorded(&sixth(), vec![0_u8; AUDIO]);
                }
                let call = if kind == "CAL" { &expected[1] } else { &expected["call"] };
                self.controls.announce_recorded(call, vec![0_u8; AUDIO]);
            }
            "scanner.config" | "CFG" if self.configured => configure(&self.controls, &expected["config"]),
            "scanner.config" | "CFG" => self.configured = true,
            "session.expired" if self.configured => {
                self.controls.wait_for_sockets(1).await.expect("the socket is let in");
                Replay::new(&self.demo).ask("logout.json", With { tokens: Some(&self.tokens), link: None }).await;
            }
            _ => {}
        }
    }

    async fn next_text(&mut self, name: &str) -> String {
        loop {
            match timeout(LIMIT, self.socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => return text.to_string(),
                Ok(Some(Ok(Message::Ping(_)))) => {}
                other => panic!("{name}: waited for a frame, got {other:?}"),
            }
        }
    }

    async fn expect_close(&mut self, name: &str, recorded: &Value) {
        let close = loop {
            match timeout(LIMIT, self.socket.next()).await {
                Ok(Some(Ok(Message::Close(Some(close))))) => break close,
                // The count may still be on its way.
                Ok(Some(Ok(Message::Text(text)))) if text.contains("listener.count") => {}
                other => panic!("{name}: waited for a close frame, got {other:?}"),
            }
        };
        assert_eq!(u64::from(u16::from(close.code)), recorded["code"], "code of {name}");
        assert_eq!(close.reason.as_str(), recorded["reason"], "reason of {name}");
    }

    /// The recording ends before the echo; the protocol says what it is.
    async fn echo(&mut self) {
        for (sent, echoed) in [
            (
                r#"{"type":"listener.feedMap.update","feedMap":{"1":true}}"#,
                r#"{"feedMap":{"1":true},"type":"listener.feedMap.snapshot"}"#,
            ),
            (r#"{"type":"listener.feedMap.update"}"#, r#"{"feedMap":null,"type":"listener.feedMap.snapshot"}"#),
        ] {
            self.socket.send(Message::text(sent)).await.expect("the socket is open");
            let mut text = self.next_text("the echo").await;
            if text.contains("listener.count") {
                text = self.next_text("the echo").await;
            }
            assert_eq!(text, echoed);
        }
    }
}

/// The text must be escaped as the server escapes, and its type stand where the server puts it.
fn check_form(name: &str, given: &str, recorded: &str) {
    for raw in ['<', '>', '&'] {
        assert!(!given.contains(raw), "{name}: {raw} is not escaped in {given}");
    }
    let is_first = |text: &str| text.starts_with("{\"type\"");
    if !given.contains("listener.count") {
        assert_eq!(is_first(given), is_first(recorded), "{name}: the place of the type in {given}");
    }
    if given.contains("scanner.config") || given.starts_with("[\"CFG\"") {
        assert_eq!(given, recorded, "{name}: a configuration to the letter");
    }
}

fn configurations(name: &str) -> Vec<Value> {
    let frames = received(name).into_iter().filter_map(|mut frame| {
        let is_array = frame[0] == "CFG";
        (is_array || frame["type"] == "scanner.config")
            .then(|| if is_array { frame[1].take() } else { frame["config"].take() })
    });
    frames.collect()
}

async fn connect(demo: &Demo, path: &str) -> WebSocketStream<TcpStream> {
    let address = demo.address().replace("http://", "");
    let stream = TcpStream::connect(&address).await.expect("the demo listens");
    let (socket, _) =
        tokio_tungstenite::client_async(format!("ws://{address}{path}"), stream).await.expect("an upgrade");
    socket
}
