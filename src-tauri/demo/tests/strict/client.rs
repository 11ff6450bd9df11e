//! A bare client: no cookie jar, no redirects, nothing retried.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use squelch_demo::{Controls, Demo, Options, Timing, Tokens, USER};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// Nothing here takes this long.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    pub(crate) demo: Demo,
    pub(crate) controls: Controls,
    http: reqwest::Client,
}

/// Short deadlines, so that the tests of them need no patience.
pub(crate) fn quick() -> Options {
    let short = Duration::from_millis(40);
    Options { timing: Timing { first_message: short, count: short, ..Timing::default() }, ..Options::silent() }
}

impl Client {
    pub(crate) async fn new(options: Options) -> Self {
        let demo = squelch_demo::start(options).await.expect("a free port");
        // Fails only if another test of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { controls: demo.controls(), demo, http: http.build().expect("a client") }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.demo.address()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.ask(Method::GET, path, headers).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: Value) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.demo.address())).bearer_auth(token);
        request.json(&body).send().await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) async fn log_in(&self, password: &str) -> Response {
        let body = json!({"username": USER, "password": password});
        self.send(Method::POST, "/api/v1/auth/login", "", body).await
    }

    pub(crate) async fn renew(&self, tokens: &Tokens) -> reqwest::Result<Response> {
        let request = self.http.post(format!("{}/api/v1/auth/refresh", self.demo.address()));
        request.header("cookie", format!("refresh_token={}", tokens.refresh)).send().await
    }

    /// The audio of a call, asked with the cookie.
    pub(crate) async fn audio(&self, call: u64, tokens: &Tokens, headers: &[(&str, &str)]) -> Response {
        let cookie = format!("os_session={}", tokens.access);
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend(headers);
        self.get(&format!("/api/v1/calls/{call}/audio"), &all).await
    }

    pub(crate) fn tokens(&self) -> Tokens {
        self.controls.other_sign_in(USER).expect("the default account")
    }

    pub(crate) async fn connect(&self, path: &str) -> Line {
        let address = self.demo.address().replace("http://", "");
        let stream = TcpStream::connect(&address).await.expect("the demo listens");
        let url = format!("ws://{address}{path}");
        Line(tokio_tungstenite::client_async(url, stream).await.expect("an upgrade").0)
    }

    /// A socket that was let in and has read welcome and configuration.
    pub(crate) async fn listen(&self) -> Line {
        let mut line = self.connect("/api/v1/ws/listener").await;
        line.say(&json!([self.tokens().access]).to_string()).await;
        let before = self.controls.welcomed();
        assert_eq!(line.frame().await["type"], "connection.welcome");
        assert_eq!(line.frame().await["type"], "scanner.config");
        self.controls.wait_for_welcomes(before.max(1)).await.expect("the socket is let in");
        self.controls.wait_for_sockets(1).await.expect("the socket is open");
        line
    }
}

pub(crate) struct Line(pub(crate) WebSocketStream<TcpStream>);

impl Line {
    pub(crate) async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("the socket is open");
    }

    /// The next message but pings and listener counts; `None` at an end without a close frame.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        loop {
            match timeout(LIMIT, self.0.next()).await.expect("a message in time") {
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(Message::Text(text))) if text.contains("listener.count") => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    pub(crate) async fn frame(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("a frame is JSON"),
            other => panic!("waited for a frame, got {other:?}"),
        }
    }

    /// Code and reason of the close frame that comes next; `None` at an end without one.
    pub(crate) async fn close(&mut self) -> Option<(u16, String)> {
        match self.message().await {
            Some(Message::Close(Some(close))) => Some((close.code.into(), close.reason.to_string())),
            None => None,
            other => panic!("waited for a close frame, got {other:?}"),
        }
    }
}

/// The message in a v1 error.
pub(crate) async fn complaint(response: Response) -> String {
    let body: Value = response.json().await.expect("an error is JSON");
    body["error"]["message"].as_str().expect("a v1 error").to_owned()
}
