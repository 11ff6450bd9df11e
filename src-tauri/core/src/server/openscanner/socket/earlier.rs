//! The calls before us: asked for when there is a configuration to name them by, and asked for again while that fails.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::clock::Clock;
use crate::model::Call;
use crate::server::ArchiveError;
use crate::server::openscanner::session::Session;

/// As many as the window shows.
const COUNT: u32 = 50;
/// Between a question that failed and the next one: twice as long each time …
const REST: Duration = Duration::from_secs(4);
/// … and no longer than this.
const LONGEST_REST: Duration = Duration::from_secs(120);

/// What one connection knows of them. There is one question at a time.
pub(super) struct Earlier {
    step: Step,
    rest: Duration,
}

enum Step {
    /// Nothing is to be done: not yet, or not any more.
    Idle,
    Asking(BoxFuture<'static, Result<Vec<Call>, ArchiveError>>),
    Resting(Duration),
}

impl Earlier {
    pub(super) fn new() -> Self {
        Self { step: Step::Idle, rest: REST }
    }

    /// Begins, unless it has.
    pub(super) fn ask(&mut self, session: &Arc<Session>) {
        if matches!(self.step, Step::Idle) {
            self.step = asking(session);
        }
    }

    /// The calls, oldest first, once there is a good answer; never, if nothing is asked. Cancel-safe: the question stays
    /// where it is.
    pub(super) async fn answered(&mut self, session: &Arc<Session>, clock: &Clock) -> Vec<Call> {
        loop {
            match &mut self.step {
                Step::Idle => std::future::pending().await,
                Step::Asking(question) => match question.await {
                    Ok(calls) => {
                        self.step = Step::Idle;
                        return calls;
                    }
                    Err(error) => {
                        tracing::info!(%error, rest = ?self.rest, "no earlier calls yet");
                        self.step = Step::Resting(clock.now().at + self.rest);
                        self.rest = (self.rest * 2).min(LONGEST_REST);
                    }
                },
                Step::Resting(until) => {
                    clock.sleep_until(*until).await;
                    self.step = asking(session);
                }
            }
        }
    }
}

fn asking(session: &Arc<Session>) -> Step {
    let session = session.clone();
    Step::Asking(async move { session.earlier(COUNT).await }.boxed())
}
