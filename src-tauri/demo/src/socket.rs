//! One listener's socket, from the upgrade to its last frame.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use axum::http::request::Parts;
use axum::response::Response;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::hub::{Content, Dialect, Frame, Line, Order, Outgoing, QUEUE, RECHECK};
use crate::options::Timing;
use crate::reply::{self, header, set};
use crate::world::{Shared, World};

/// The first message may be this long, a token being longer than anything after it.
const FIRST: usize = 32 * 1024;
/// Every later one this long.
const LATER: usize = 4096;

/// Answers the upgrade and leaves a task behind that speaks on the connection.
pub(crate) fn upgrade(shared: &Arc<Shared>, parts: Parts, v1: bool) -> Response {
    let says =
        |name, wanted: &str| header(&parts.headers, name).is_some_and(|text| text.to_lowercase().contains(wanted));
    let key = header(&parts.headers, "sec-websocket-key").map(|key| derive_accept_key(key.as_bytes()));
    let (Some(accept), true) = (key, says("upgrade", "websocket") && says("connection", "upgrade")) else {
        let mut response = reply::text(426, "text/plain; charset=utf-8", "WebSocket protocol violation: no upgrade\n");
        set(&mut response, "connection", "Upgrade");
        set(&mut response, "upgrade", "websocket");
        return response;
    };
    if header(&parts.headers, "sec-websocket-version") != Some("13") {
        return reply::text(400, "text/plain; charset=utf-8", "unsupported WebSocket version\n");
    }
    let mut response = reply::empty(101);
    set(&mut response, "connection", "Upgrade");
    set(&mut response, "upgrade", "websocket");
    set(&mut response, "sec-websocket-accept", &accept);
    let upgrade = hyper::upgrade::on(Request::from_parts(parts, ()));
    let dialect = if v1 { Dialect::Typed } else { Dialect::Arrays };
    let task = Arc::clone(shared);
    shared.spawn(async move {
        let mut cuts = task.cuts.subscribe();
        let Ok(upgraded) = upgrade.await else { return };
        tokio::select! {
            biased;
            _ = cuts.changed() => {}
            () = Session::run(task, upgraded, dialect) => {}
        }
    });
    response
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why a session ends.
#[derive(Debug)]
enum End {
    /// With this close frame, after `session.expired` if set.
    Close { expired: bool, code: u16, reason: String },
    /// After `connection.rejected`.
    Full,
    /// Without another byte.
    Drop,
}

impl End {
    fn close(code: u16, reason: &str) -> Self {
        Self::Close { expired: false, code, reason: reason.into() }
    }

    fn refused() -> Self {
        Self::Close { expired: true, code: 1008, reason: "auth failed".into() }
    }
}

struct Session {
    shared: Arc<Shared>,
    socket: Socket,
    dialect: Dialect,
    timing: Timing,
}

/// Takes a socket off the list however its task ends.
struct Registered {
    shared: Arc<Shared>,
    id: u64,
    user: Option<u64>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.shared.with(|world| world.hub.close(self.id));
        count_later(&self.shared);
    }
}

impl Session {
    async fn run(shared: Arc<Shared>, upgraded: Upgraded, dialect: Dialect) {
        let config =
            WebSocketConfig::default().max_message_size(Some(FIRST)).max_frame_size(Some(FIRST)).write_buffer_size(0);
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        let timing = shared.with(|world| world.timing);
        let mut session = Self { shared, socket, dialect, timing };
        let end = session.listen().await.unwrap_or_else(|end| end);
        session.end(end).await;
    }

    /// Lets the listener in and serves it.
    async fn listen(&mut self) -> Result<End, End> {
        let (is_full, public) = self.shared.with(|world| (world.hub.listeners() >= world.max_clients, world.public));
        if is_full {
            return Err(End::Full);
        }
        let (frames, mut outgoing) = mpsc::channel(QUEUE);
        let (orders, mut ordered) = mpsc::unbounded_channel();
        let stranger =
            Line { frames, orders, dialect: self.dialect, user: None, jti: None, grants: Vec::new(), registered: true };
        let line = if public { stranger } else { self.authenticate(stranger).await? };
        self.shared.until(|world| !world.faults.unwelcoming).await;
        self.greet().await?;
        let registered = self.register(line);
        self.serve(&registered, &mut outgoing, &mut ordered).await
    }

    async fn authenticate(&mut self, line: Line) -> Result<Line, End> {
        let token = self.first_message().await?;
        let now = self.shared.now();
        self.shared.with(|world| {
            let (claims, account) = world.accounts.admit(&token, now).ok_or_else(End::refused)?;
            if account.user.limit.is_some_and(|limit| limit > 0 && world.hub.open_for(account.id) >= limit) {
                return Err(End::Full);
            }
            Ok(Line { user: Some(account.id), jti: Some(claims.jti), grants: account.user.grants, ..line })
        })
    }

    /// The token in the first message: a JSON array that begins with a string.
    async fn first_message(&mut self) -> Result<String, End> {
        let first = timeout(self.timing.first_message, async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => break Ok(text.to_string()),
                    Some(Ok(Message::Binary(_))) => break Err(End::close(1008, "expected text message")),
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                    Some(Err(Error::Capacity(_))) => break Err(End::close(1009, "read limited at 32769 bytes")),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break Err(End::Drop),
                }
            }
        });
        // Too late: the connection just ends.
        let text = first.await.unwrap_or(Err(End::Drop))?;
        self.shared.with(|world| world.log.first_message(text.clone()));
        let array: Option<Vec<Value>> = serde_json::from_str(&text).ok();
        let token = array.and_then(|array| array.first()?.as_str().map(str::to_owned));
        token.ok_or_else(|| End::close(1008, "invalid message"))
    }

    async fn greet(&mut self) -> Result<(), End> {
        let dialect = self.dialect;
        let frames = self.shared.with(|world| {
            let World { version, directory, .. } = world;
            let welcome = Frame::Welcome { version, branding: &directory.branding, email: &directory.email };
            [welcome.write(dialect), Frame::Config(directory).write(dialect)]
        });
        for frame in frames {
            self.write(Message::text(frame)).await?;
        }
        Ok(())
    }

    fn register(&self, line: Line) -> Registered {
        let user = line.user;
        let id = self.shared.with(|world| {
            world.hub.changes += 1;
            world.hub.welcomed += 1;
            world.hub.open(line)
        });
        count_later(&self.shared);
        Registered { shared: Arc::clone(&self.shared), id, user }
    }

    async fn serve(
        &mut self,
        registered: &Registered,
        outgoing: &mut mpsc::Receiver<Outgoing>,
        ordered: &mut mpsc::UnboundedReceiver<Order>,
    ) -> Result<End, End> {
        let mut pings = Pings::new(self.timing);
        let mut recheck = self.shared.now() + RECHECK;
        let clock = self.shared.clock.clone();
        loop {
            // Nothing else is written while a pong is awaited, as on the real server.
            let may_write = !pings.awaited;
            tokio::select! {
                // In this order, so that a freeze is not overtaken by a frame ordered after it, and a flood of frames
                // keeps nobody from the pings.
                biased;
                order = ordered.recv() => match order {
                    Some(Order::Close { expired, code, reason }) => return Ok(End::Close { expired, code, reason }),
                    Some(Order::Freeze) => {
                        thawed(ordered).await?;
                        pings = Pings::new(self.timing);
                    }
                    Some(Order::Thaw) => {}
                    Some(Order::Drop) | None => return Ok(End::Drop),
                },
                message = self.socket.next() => self.hear(message, &mut pings).await?,
                () = sleep_until(pings.due) => match pings.tick() {
                    Some(ping) => self.write(ping).await?,
                    None => return Ok(End::close(1000, "")),
                },
                () = clock.reach(recheck) => {
                    recheck += RECHECK;
                    self.recheck(registered)?;
                }
                frame = outgoing.recv(), if may_write => self.pass(frame).await?,
            }
        }
    }

    fn recheck(&self, registered: &Registered) -> Result<(), End> {
        let Some(user) = registered.user else { return Ok(()) };
        let now = self.shared.now();
        if self.shared.with(|world| world.accounts.may_stay(user, now)) { Ok(()) } else { Err(End::refused()) }
    }

    async fn pass(&mut self, outgoing: Option<Outgoing>) -> Result<(), End> {
        let outgoing = outgoing.ok_or(End::Drop)?;
        let message = match outgoing.content {
            Content::Text(text) => Message::text(text),
            Content::Binary(bytes) => Message::binary(bytes),
        };
        self.write(message).await?;
        if let Some(call) = outgoing.call {
            self.shared.with(|world| world.log.wrote(call));
        }
        Ok(())
    }

    /// What a listener says is ignored, but for the feed map, which is echoed.
    async fn hear(&mut self, message: Option<Result<Message, Error>>, pings: &mut Pings) -> Result<(), End> {
        let too_long = || End::close(1009, "read limited at 4097 bytes");
        match message {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) if message.len() > LATER => Err(too_long()),
            Some(Err(Error::Capacity(_))) => Err(too_long()),
            Some(Ok(Message::Text(text))) => match feed_map(&text, self.dialect) {
                Some(map) => self.write(Message::text(Frame::FeedMap(map).write(self.dialect))).await,
                None => Ok(()),
            },
            Some(Ok(Message::Pong(_))) => {
                pings.answered();
                Ok(())
            }
            Some(Ok(Message::Ping(_) | Message::Binary(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Drop),
        }
    }

    /// A reader that stalls is disconnected without a close frame.
    async fn write(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.timing.write, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Drop),
        }
    }

    async fn end(&mut self, end: End) {
        let (frame, code, reason) = match end {
            End::Drop => return,
            End::Full => (Some(Frame::Rejected), 1000, "max clients reached".into()),
            End::Close { expired, code, reason } => (expired.then_some(Frame::Expired), code, reason),
        };
        if let Some(frame) = frame
            && self.write(Message::text(frame.write(self.dialect))).await.is_err()
        {
            return;
        }
        let close = CloseFrame { code: code.into(), reason: reason.into() };
        let goodbye = async {
            if self.socket.close(Some(close)).await.is_ok() {
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        let _ = timeout(self.timing.goodbye, goodbye).await;
    }
}

/// The keep-alive of one socket.
struct Pings {
    timing: Timing,
    sent: u64,
    due: Instant,
    awaited: bool,
}

impl Pings {
    fn new(timing: Timing) -> Self {
        Self { timing, sent: 0, due: Instant::now() + timing.ping, awaited: false }
    }

    /// The next ping, or nothing if the last one went unanswered.
    fn tick(&mut self) -> Option<Message> {
        if self.awaited {
            return None;
        }
        self.sent += 1;
        self.awaited = true;
        self.due = Instant::now() + self.timing.pong;
        Some(Message::Ping(self.sent.to_string().into()))
    }

    fn answered(&mut self) {
        if std::mem::take(&mut self.awaited) {
            self.due = Instant::now() + self.timing.ping;
        }
    }
}

/// Waits until a frozen socket is to go on, or to end.
async fn thawed(ordered: &mut mpsc::UnboundedReceiver<Order>) -> Result<(), End> {
    loop {
        match ordered.recv().await {
            Some(Order::Thaw) => return Ok(()),
            Some(Order::Freeze) => {}
            // A frozen socket can say no goodbye.
            Some(Order::Drop | Order::Close { .. }) | None => return Err(End::Drop),
        }
    }
}

fn feed_map(text: &str, dialect: Dialect) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    match dialect {
        Dialect::Typed if value["type"] == "listener.feedMap.update" => Some(value["feedMap"].clone()),
        Dialect::Arrays if value[0] == "LFM" => Some(value[1].clone()),
        Dialect::Typed | Dialect::Arrays => None,
    }
}

/// Sends the number of listeners once it has rested for a while.
fn count_later(shared: &Arc<Shared>) {
    let task = Arc::clone(shared);
    let (changes, rest): (u64, Duration) = shared.with(|world| (world.hub.changes, world.timing.count));
    shared.spawn(async move {
        tokio::time::sleep(rest).await;
        task.with(|world| {
            if world.hub.changes == changes {
                let count = world.hub.listeners();
                world.hub.broadcast(&Frame::Count(count));
            }
        });
    });
}
