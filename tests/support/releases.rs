//! A server of newer versions, honest or not, and the key they are signed with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign::KeyPair;
use serde_json::{Value, json};
use squelch_demo::Tls;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Where the list of versions is.
pub const LIST: &str = "/latest.json";
/// Where the package is.
pub const PACKAGE: &str = "/package";

/// A pair of keys that lasts as long as the test.
pub struct Key(KeyPair);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Default for Key {
    fn default() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().expect("there is randomness"))
    }
}

impl Key {
    /// The public half, as `plugins.updater.pubkey` wants it; the comment is anything.
    pub fn public(&self, comment: &str) -> String {
        let key = self.0.pk.to_box().expect("it can be written").to_string();
        let line = key.lines().nth(1).expect("a key has two lines");
        STANDARD.encode(format!("untrusted comment: {comment}\n{line}\n"))
    }

    /// A signature as the bundler makes it, for this version; none is how older bundlers made them.
    pub fn sign(&self, package: &[u8], version: Option<&str>) -> String {
        let mut comment = "timestamp:1795414000\tfile:package".to_owned();
        if let Some(version) = version {
            comment.push_str("\tversion:");
            comment.push_str(version);
        }
        let signed = minisign::sign(Some(&self.0.pk), &self.0.sk, package, Some(&comment), Some("signature"));
        STANDARD.encode(signed.expect("it can be signed").to_string())
    }
}

/// What a path is answered with.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A body, whole.
    Body {
        /// Its type.
        kind: &'static str,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Only a status.
    Status(u16),
    /// Another address.
    Redirect(String),
    /// A body that is announced longer than it is.
    Truncated(Vec<u8>),
    /// A body that says how long it is, and only begins.
    Announced(u64),
    /// A body without end.
    Endless(u8),
    /// Nothing, and the connection stays open.
    Silence,
}

impl Answer {
    /// A JSON body.
    pub fn json(value: &Value) -> Self {
        Self::Body { kind: "application/json", bytes: value.to_string().into_bytes() }
    }

    /// A package.
    pub fn package(bytes: &[u8]) -> Self {
        Self::Body { kind: "application/octet-stream", bytes: bytes.to_vec() }
    }
}

/// Answers on loopback until it is dropped.
#[derive(Debug)]
pub struct Releases {
    address: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    seen: watch::Sender<Vec<String>>,
}

impl Drop for Releases {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Releases {
    /// Over plain http, which only the configuration of a test allows.
    pub async fn plain() -> Self {
        Self::start(None).await
    }

    /// Over https, with [`Tls::untrusted`].
    pub async fn secure() -> Self {
        Self::start(Some(acceptor(&Tls::untrusted()))).await
    }

    /// Over https with a certificate that begins to be valid in the year 2100: to its server's clock ours is in the past.
    pub async fn of_2100() -> Self {
        Self::start(Some(acceptor(&from_2100()))).await
    }

    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback is free");
        let port = listener.local_addr().expect("it is bound").port();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::<Shared>::default();
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared), tls));
        Self { address: format!("{scheme}://localhost:{port}"), shared, serving }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// From now on this path is answered so.
    pub fn answer(&self, path: &str, answer: Answer) {
        let mut answers = self.shared.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(path.to_owned(), answer);
    }

    /// Offers this package for every kind of installation, with this signature.
    pub fn offer(&self, version: &str, notes: &str, package: &[u8], signature: &str) {
        self.answer(LIST, Answer::json(&self.list(version, notes, signature)));
        self.answer(PACKAGE, Answer::package(package));
    }

    /// The list that does so.
    pub fn list(&self, version: &str, notes: &str, signature: &str) -> Value {
        let entry = json!({ "url": self.url(PACKAGE), "signature": signature });
        let platforms = json!({ "linux-x86_64": entry, "linux-aarch64": entry, "linux-x86_64-deb": entry, "linux-aarch64-deb": entry });
        json!({ "version": version, "notes": notes, "pub_date": "2026-11-25T12:00:00Z", "platforms": platforms })
    }

    /// How often a path was asked for.
    pub fn requests(&self, path: &str) -> usize {
        count(&self.shared.seen.borrow(), path)
    }

    /// Waits until a path was asked for so often.
    pub async fn wait_for_requests(&self, path: &str, times: usize) {
        let mut seen = self.shared.seen.subscribe();
        // The sender lives as long as this.
        let _ = seen.wait_for(|seen| count(seen, path) >= times).await;
    }
}

/// A certificate for localhost, valid from the year 2100. Its key is public: it protects nothing.
pub fn from_2100() -> Tls {
    let certificate = include_bytes!("../fixtures/tls/from-2100.cert.der").to_vec();
    Tls { chain: vec![certificate], key: include_bytes!("../fixtures/tls/from-2100.key.der").to_vec() }
}

fn count(seen: &[String], path: &str) -> usize {
    seen.iter().filter(|seen| *seen == path).count()
}

fn acceptor(tls: &Tls) -> TlsAcceptor {
    let chain = tls.chain.iter().cloned().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(tls.key.clone()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
    TlsAcceptor::from(Arc::new(config.expect("the certificate is one")))
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, tls: Option<TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (shared, tls) = (Arc::clone(&shared), tls.clone());
        tokio::spawn(async move {
            // Whoever gives up reading ends the connection, and that is all right.
            let _ = connect(stream, &shared, tls).await;
        });
    }
}

async fn connect(stream: TcpStream, shared: &Shared, tls: Option<TlsAcceptor>) -> std::io::Result<()> {
    match tls {
        None => answer(stream, shared).await,
        Some(tls) => answer(tls.accept(stream).await?, shared).await,
    }
}

/// Reads one request and answers it; then the connection ends.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split_whitespace().nth(1).unwrap_or_default().to_owned();
    shared.seen.send_modify(|seen| seen.push(path.clone()));
    let answer = shared.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    match answer.unwrap_or(Answer::Status(404)) {
        Answer::Body { kind, bytes } => head(&mut stream, 200, kind, Some(bytes.len() as u64), &bytes).await?,
        Answer::Status(status) => head(&mut stream, status, "text/plain", Some(0), b"").await?,
        Answer::Redirect(to) => {
            let found =
                format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(found.as_bytes()).await?;
        }
        Answer::Truncated(bytes) => {
            let begin = &bytes[..bytes.len() / 2];
            head(&mut stream, 200, "application/octet-stream", Some(bytes.len() as u64), begin).await?;
        }
        Answer::Announced(length) => {
            head(&mut stream, 200, "application/octet-stream", Some(length), &[0; 1024]).await?;
            std::future::pending().await
        }
        Answer::Endless(byte) => {
            head(&mut stream, 200, "application/json", None, b"").await?;
            let piece = vec![byte; 64 * 1024];
            loop {
                stream.write_all(&piece).await?;
            }
        }
        Answer::Silence => std::future::pending().await,
    }
    stream.shutdown().await
}

async fn head(
    stream: &mut (impl AsyncWrite + Unpin),
    status: u16,
    kind: &str,
    length: Option<u64>,
    body: &[u8],
) -> std::io::Result<()> {
    let length = length.map(|length| format!("content-length: {length}\r\n")).unwrap_or_default();
    let head = format!("HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\n{length}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.flush().await
}
