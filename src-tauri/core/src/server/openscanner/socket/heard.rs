//! A connection that knows when it was heard last. Whatever comes counts, not only what is whole: over a slow link a large
//! message takes minutes, and the server's pings wait behind it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::clock::Clock;

/// The connection, and when bytes came on it last.
#[derive(Debug)]
pub(super) struct Heard<S> {
    stream: S,
    clock: Clock,
    last: Duration,
}

impl<S> Heard<S> {
    pub(super) fn new(stream: S, clock: Clock) -> Self {
        let last = clock.now().at;
        Self { stream, clock, last }
    }

    /// When, on [`Now::at`](crate::clock::Now::at); at first, when it was made.
    pub(super) fn last(&self) -> Duration {
        self.last
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Heard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.last = self.clock.now().at;
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
