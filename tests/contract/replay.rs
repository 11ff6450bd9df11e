//! Reading recordings, and asking the demo what the recording asked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::Value;
use squelch_demo::{Controls, Demo, Directory, Options, Timing, Tokens};

/// The version the recorded server said it was.
pub(crate) const VERSION: &str = "1.3.3-spec";
/// The size of the recorded audio.
pub(crate) const AUDIO: usize = 24_044;

/// The recordings of one kind, `rest` or `ws`, by name.
pub(crate) fn recordings(kind: &str) -> BTreeSet<String> {
    let names = std::fs::read_dir(folder(kind)).expect("the recordings are there");
    names.map(|entry| entry.expect("a folder entry").file_name().to_string_lossy().into_owned()).collect()
}

pub(crate) fn recording(kind: &str, name: &str) -> String {
    std::fs::read_to_string(folder(kind).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn folder(kind: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/openscanner").join(kind)
}

/// The frames a recorded socket received.
pub(crate) fn received(name: &str) -> Vec<Value> {
    let lines = recording("ws", name);
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a recorded line"));
    lines
        .filter(|line| line["dir"] == "in")
        .map(|line| serde_json::from_str(line["text"].as_str().expect("a text frame")).expect("a frame is JSON"))
        .collect()
}

/// A demo with nothing in it, that counts listeners at once.
pub(crate) async fn empty(options: Options) -> Demo {
    let timing = Timing { count: std::time::Duration::from_millis(20), ..Timing::default() };
    let demo = squelch_demo::start(Options { version: VERSION.into(), timing, ..options }).await.expect("a free port");
    demo.controls().configure(Directory { branding: "Metro <County> & Scanner".into(), ..Directory::empty() });
    demo
}

/// Gives the demo the directory of a recorded `config`.
pub(crate) fn configure(controls: &Controls, config: &Value) {
    let directory = Directory::from_config(config).expect("a recorded directory");
    let (branding, email) = ("Metro <County> & Scanner".into(), "ops@example.org".into());
    controls.configure(Directory { branding, email, ..directory });
}

/// Stores the nine recorded calls, as far as frames and search results tell about them.
pub(crate) fn store_calls(controls: &Controls) {
    let mut calls: Vec<Value> = received("session.listener.jsonl")
        .into_iter()
        .chain(received("session.restricted-grants.jsonl"))
        .filter(|frame| frame["type"] == "call.new")
        .map(|mut frame| frame["call"].take())
        .collect();
    let legacy = received("legacy-frames.jsonl").into_iter().filter(|frame| frame[0] == "CAL");
    calls.extend(legacy.map(|mut frame| frame[1].take()));
    calls.push(sixth());
    calls.sort_by_key(|call| call["id"].as_u64());
    assert_eq!(calls.iter().filter_map(|call| call["id"].as_u64()).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
    for call in calls {
        controls.store_recorded(&call, vec![0_u8; AUDIO]);
    }
}

/// The one call no recorded socket heard, from its row in a search, with the database ids of its talkgroup.
pub(crate) fn sixth() -> Value {
    let search: Value = serde_json::from_str(&recording("rest", "search.json")).expect("a recording");
    let rows = search["response"]["body"]["calls"].as_array().expect("rows").iter();
    let mut call = rows.clone().find(|row| row["id"] == 6).expect("the sixth call").clone();
    (call["system"], call["talkgroup"]) = (1.into(), 2.into());
    call
}

/// What stands for the recorded secrets in a request.
#[derive(Clone, Copy, Default)]
pub(crate) struct With<'a> {
    pub(crate) tokens: Option<&'a Tokens>,
    pub(crate) link: Option<&'a str>,
}

/// What came back: for the steps that need a secret out of it.
pub(crate) struct Answer {
    pub(crate) body: Value,
    pub(crate) cookies: Vec<String>,
}

impl Answer {
    /// The tokens of a login or renewal.
    pub(crate) fn tokens(&self) -> Tokens {
        let refresh = self.cookies.iter().find_map(|line| line.strip_prefix("refresh_token=")?.split(';').next());
        Tokens {
            access: self.body["token"].as_str().expect("an access token").into(),
            refresh: refresh.expect("a renewal credential").into(),
        }
    }
}

pub(crate) struct Replay {
    client: reqwest::Client,
    address: String,
    pub(crate) done: BTreeSet<String>,
}

impl Replay {
    pub(crate) fn new(demo: &Demo) -> Self {
        // Fails only if another test of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { client: client.build().expect("a client"), address: demo.address(), done: BTreeSet::new() }
    }

    /// Asks what a recording asked and holds the answer to the recorded one.
    pub(crate) async fn ask(&mut self, name: &str, with: With<'_>) -> Answer {
        let recorded: Value = serde_json::from_str(&recording("rest", name)).expect("a recording is JSON");
        let request = self.request(&recorded["request"], with);
        let answer = request.send().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = &recorded["response"];
        assert_eq!(u64::from(answer.status().as_u16()), expected["status"], "status of {name}");
        let headers = answer.headers().clone();
        let uuid = headers.get("x-request-id").and_then(|value| value.to_str().ok()).map(mark);
        assert_eq!(uuid.as_deref(), Some("<uuid>"), "request id of {name}");
        let bytes = answer.bytes().await.unwrap_or_else(|error| panic!("body of {name}: {error}"));
        let body = compare_body(name, &expected["body"], &bytes);
        compare_headers(name, expected, &headers);
        self.done.insert(name.into());
        let cookies = headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
        Answer { body, cookies: cookies.map(str::to_owned).collect() }
    }

    fn request(&self, recorded: &Value, with: With<'_>) -> reqwest::RequestBuilder {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut path = text(&recorded["path"]);
        if let Some(link) = with.link {
            path = format!("{}/{link}", path.rsplit_once('/').expect("a path").0);
        }
        let method = Method::from_bytes(text(&recorded["method"]).as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.address));
        for (name, value) in recorded["headers"].as_object().expect("headers") {
            request = request.header(name, substitute(&text(value), with));
        }
        if recorded["body"].is_null() { request } else { request.body(recorded["body"].to_string()) }
    }
}

/// A recorded request header with this run's secrets in place of the recorded ones.
fn substitute(value: &str, with: With<'_>) -> String {
    let Some(tokens) = with.tokens else { return value.into() };
    match value {
        _ if value.starts_with("Bearer ey") => format!("Bearer {}", tokens.access),
        _ if value.starts_with("os_session=") => format!("os_session={}", tokens.access),
        _ if value.starts_with("refresh_token=") => format!("refresh_token={}", tokens.refresh),
        _ => value.into(),
    }
}

/// Headers are compared as a set of lines, with marks for what the server makes up.
fn compare_headers(name: &str, expected: &Value, headers: &reqwest::header::HeaderMap) {
    let recorded: BTreeSet<(String, String)> =
        serde_json::from_value(expected["headers"].clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let marked = |name: &str, value: &str| match name {
        "last-modified" => (name.to_owned(), "<time>".to_owned()),
        _ => (name.to_owned(), mark(value)),
    };
    let recorded: BTreeSet<_> = recorded.iter().map(|(name, value)| marked(name, value)).collect();
    // The recordings leave these out.
    let left_out = ["x-request-id", "date"];
    let lines = headers.iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
    let given: BTreeSet<_> =
        lines.map(|(name, value)| marked(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))).collect();
    assert_eq!(given, recorded, "headers of {name}");
}

fn compare_body(name: &str, expected: &Value, bytes: &[u8]) -> Value {
    if let Some(size) = expected["bytes"].as_u64() {
        assert_eq!(bytes.len() as u64, size, "size of {name}");
        return Value::Null;
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    let body = match expected {
        Value::Null => {
            assert_eq!(text, "", "body of {name}");
            return Value::Null;
        }
        Value::String(_) => Value::String(text),
        _ => serde_json::from_str(&text).unwrap_or_else(|error| panic!("body of {name} is no JSON: {error}: {text}")),
    };
    assert_eq!(marked(&body), marked(expected), "body of {name}");
    body
}

/// A JSON value with marks for secrets and links.
pub(crate) fn marked(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(mark(text)),
        Value::Array(list) => list.iter().map(marked).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), marked(value))).collect(),
        other => other.clone(),
    }
}

/// Replaces tokens, credentials and links in a text by what they are.
fn mark(text: &str) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let mut result = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        result.push_str(kind(word).unwrap_or(word));
        let next = after.chars().next();
        result.extend(next);
        rest = &after[next.map_or(0, char::len_utf8)..];
    }
    result
}

fn kind(word: &str) -> Option<&'static str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let is_uuid = || {
        let sizes: Vec<_> = word.split('-').map(str::len).collect();
        sizes == [8, 4, 4, 4, 12] && word.split('-').all(is_hex) && word.as_bytes()[14] == b'4'
    };
    if word.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.") && word.split('.').count() == 3 {
        return Some("<token>");
    }
    if word.len() == 64 && is_hex(word) {
        return Some("<credential>");
    }
    is_uuid().then_some("<uuid>")
}
