//! Standard output, on a thread of its own: a reader that is slow must not keep signals and keys waiting.

use std::io::{self, Write as _};
use std::time::Duration;

use tokio::sync::mpsc::error::SendError;
use tokio::sync::{mpsc, oneshot};

use crate::ending::End;

/// Lines on their way. Further ones wait with the core, which sums up what a slow reader has missed.
const LINES: usize = 64;
/// How long the last lines may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where lines go.
#[derive(Debug)]
pub(crate) struct Out {
    lines: mpsc::Sender<String>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Out {
    pub(crate) fn start() -> Self {
        let (lines, mut inbox) = mpsc::channel::<String>(LINES);
        let (done, ended) = oneshot::channel();
        std::thread::spawn(move || {
            let mut written = Ok(());
            while let Some(line) = inbox.blocking_recv() {
                written = write(&line);
                if written.is_err() {
                    break;
                }
            }
            drop(inbox);
            // Nobody waits for the outcome when the program is ended meanwhile.
            let _ = done.send(written);
        });
        Self { lines, ended }
    }

    /// Room for a line; an error when standard output takes no more.
    pub(crate) fn room(&self) -> impl Future<Output = Result<mpsc::OwnedPermit<String>, SendError<()>>> + use<> {
        self.lines.clone().reserve_owned()
    }

    /// Waits until all is written, for a while; tells how it went.
    pub(crate) async fn end(self) -> Result<(), End> {
        let Self { lines, ended } = self;
        drop(lines);
        match tokio::time::timeout(PATIENCE, ended).await {
            Ok(Ok(Err(error))) if error.kind() == io::ErrorKind::BrokenPipe => Err(End::OutputClosed),
            Ok(Ok(Err(error))) => {
                complain(&format!("standard output cannot be written: {error}"));
                Err(End::Fault)
            }
            _ => Ok(()),
        }
    }
}

fn write(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A line on standard error. Where nobody reads it, nothing is lost.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "squelch-listen: {text}");
}
