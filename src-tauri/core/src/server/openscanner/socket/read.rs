//! Reading a connection that was made: frames, silence, jumps of the clock.

use std::time::Duration;

use futures_util::StreamExt;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::earlier::Earlier;
use super::upgrade::Stream;
use super::{End, Socket, WRITE_LIMIT};
use crate::clock::{Now, WallTime};
use crate::server::openscanner::http::broken;
use crate::server::openscanner::wire::{self, Frame};
use crate::server::{Link, LinkEnd, ServerEvent};

/// The server pings every 30 s; two of those and some more may get lost.
const SILENCE: Duration = Duration::from_secs(75);
/// The server greets at once, or closes after waiting ten seconds for our first message. Pings alone are no welcome.
const WELCOME: Duration = Duration::from_secs(30);
/// How often the two clocks are compared. A jump means sleep, and sleep means that the connection is probably dead.
const LOOK: Duration = Duration::from_secs(5);
/// Time servers move the clock by less.
const JUMP_MS: i64 = 10_000;
/// How long the engine may leave its queue full.
const TAKE_LIMIT: Duration = Duration::from_secs(1);

/// A connection and what has been seen of it.
pub(super) struct Reading {
    stream: Stream,
    seen: Option<u64>,
    /// When the server accepted us, on [`Now::at`].
    pub(super) welcomed: Option<Duration>,
    /// The difference of the two clocks when this connection began.
    offset: i64,
    malformed: u64,
}

impl Reading {
    pub(super) fn new(stream: Stream, seen: Option<u64>, now: Now) -> Self {
        Self { stream, seen, welcomed: None, offset: offset(now), malformed: 0 }
    }

    /// When it counts as silent, if nothing comes until then.
    fn silent(&self) -> Duration {
        self.stream.get_ref().last() + SILENCE
    }

    /// Closes politely, but without waiting for politeness in return.
    pub(super) async fn goodbye(&mut self, end: &End) {
        let code = match end {
            End::Lost(LinkEnd::TooLarge) => CloseCode::Size,
            End::Lost(LinkEnd::Overflow) => CloseCode::Policy,
            _ => CloseCode::Normal,
        };
        let frame = CloseFrame { code, reason: "".into() };
        // A connection that is already closed says so; that is what we want.
        let _ = tokio::time::timeout(WRITE_LIMIT, self.stream.close(Some(frame))).await;
        if self.malformed > 1 {
            tracing::info!(frames = self.malformed, "frames of the ended link could not be read");
        }
    }
}

impl Socket {
    /// Reads until the connection ends, for whatever reason.
    pub(super) async fn read(&mut self, reading: &mut Reading) -> End {
        let mut earlier = Earlier::new();
        let mut look = self.clock.now().at + LOOK;
        let greeted = self.clock.now().at + WELCOME;
        loop {
            let silent = reading.silent();
            tokio::select! {
                message = reading.stream.next() => match self.message(reading, message).await {
                    Ok(Step::Nothing) => {}
                    Ok(Step::Configured) => {
                        if !self.caught_up {
                            earlier.ask(&self.session);
                        }
                    }
                    Err(end) => return end,
                },
                calls = earlier.answered(&self.session, &self.clock) => {
                    self.caught_up = true;
                    if let Err(end) = self.take(ServerEvent::Earlier(calls)).await {
                        return end;
                    }
                }
                () = self.clock.sleep_until(silent) => {
                    // A part of a message may have come meanwhile.
                    if reading.silent() <= self.clock.now().at {
                        return End::Lost(LinkEnd::Silent);
                    }
                }
                () = self.clock.sleep_until(greeted), if reading.welcomed.is_none() => {
                    return End::Lost(LinkEnd::Silent);
                }
                () = self.clock.sleep_until(look) => {
                    let now = self.clock.now();
                    if (offset(now) - reading.offset).abs() > JUMP_MS {
                        return End::Lost(LinkEnd::ClockJumped);
                    }
                    look = now.at + LOOK;
                }
            }
        }
    }

    async fn message(&mut self, reading: &mut Reading, message: Option<Result<Message, Error>>) -> Result<Step, End> {
        match message {
            Some(Ok(Message::Text(text))) => self.frame(reading, text.as_bytes()).await,
            // The library answers pings by itself while we read.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Step::Nothing),
            Some(Ok(Message::Binary(_))) => {
                self.malformed(reading, &"a binary frame");
                Ok(Step::Nothing)
            }
            Some(Ok(Message::Close(frame))) => {
                // 1005 stands for a close without a code.
                Err(End::Lost(LinkEnd::Closed(frame.map_or(1005, |frame| frame.code.into()))))
            }
            Some(Err(Error::Capacity(error))) => {
                tracing::warn!(%error, "a message is too large");
                Err(End::Lost(LinkEnd::TooLarge))
            }
            Some(Err(error)) => Err(End::Lost(LinkEnd::Network(broken(error)))),
            None => Err(End::Lost(LinkEnd::Network(broken(Gone)))),
        }
    }

    async fn frame(&mut self, reading: &mut Reading, bytes: &[u8]) -> Result<Step, End> {
        let event = match wire::frame(bytes) {
            Ok(Frame::Welcome(welcome)) => {
                let now = self.clock.now().at;
                reading.welcomed.get_or_insert(now);
                self.link(Link::Live).await;
                ServerEvent::Welcome(welcome)
            }
            Ok(Frame::Config(config)) => {
                self.take(ServerEvent::Config(config)).await?;
                return Ok(Step::Configured);
            }
            Ok(Frame::Call(mut call)) => {
                if call.start == WallTime(0) {
                    call.start = self.clock.now().wall;
                }
                ServerEvent::Call(call)
            }
            Ok(Frame::Transcript { call, transcript }) => ServerEvent::Transcript { call, transcript },
            Ok(Frame::Listeners(count)) => ServerEvent::Listeners(count),
            Ok(Frame::Expired) => {
                return Err(End::Expired { seen: reading.seen, welcomed: reading.welcomed.is_some() });
            }
            Ok(Frame::Rejected) => return Err(End::Lost(LinkEnd::Full)),
            Ok(Frame::Ignored) => return Ok(Step::Nothing),
            Err(error) => {
                self.malformed(reading, &error);
                return Ok(Step::Nothing);
            }
        };
        self.take(event).await?;
        Ok(Step::Nothing)
    }

    /// Counted, said once, and no reason to give up a connection that works.
    fn malformed(&self, reading: &mut Reading, error: &dyn std::fmt::Display) {
        reading.malformed += 1;
        if reading.malformed == 1 {
            tracing::warn!(%error, "a frame could not be read; further ones are only counted");
        }
    }

    async fn take(&self, event: ServerEvent) -> Result<(), End> {
        let sent = self.events.send_timeout((self.id, event), TAKE_LIMIT).await;
        sent.map_err(|_| End::Lost(LinkEnd::Overflow))
    }
}

/// What a message asks of the loop.
enum Step {
    Nothing,
    Configured,
}

#[derive(Debug, thiserror::Error)]
#[error("the connection ended without a goodbye")]
struct Gone;

fn offset(now: Now) -> i64 {
    now.wall.0 - i64::try_from(now.at.as_millis()).unwrap_or(i64::MAX)
}
