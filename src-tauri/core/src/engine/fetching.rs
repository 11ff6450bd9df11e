//! From a call's number to a clip: ask the server, decode, shape.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, Id, JoinSet};

use crate::archive::{self, Peaks};
use crate::model::{CallId, Turn};
use crate::server::{Audio, FetchError, FetchFn};
use crate::sound::{self, Clip, DecodeError, Rates};
use crate::state::Unplayable;

/// Decoders at once: with two cores the rest of the computer stays responsive.
const DECODERS: usize = 2;

/// A call that can be played, and what the archive on this computer is to keep of it.
type Fetched = (Clip, Option<archive::Audio>);

/// Fetches under way.
#[derive(Debug)]
pub(super) struct Fetching {
    tasks: JoinSet<Result<Fetched, Unplayable>>,
    turns: HashMap<Id, (Turn, AbortHandle)>,
    decoders: Arc<Semaphore>,
    rates: Rates,
}

impl Fetching {
    pub(super) fn new(rates: Rates) -> Self {
        Self { tasks: JoinSet::new(), turns: HashMap::new(), decoders: Arc::new(Semaphore::new(DECODERS)), rates }
    }

    /// Begins; [`Fetching::next`] gives the result. Without a server the answer is that nobody is signed in there. What
    /// `is_new` comes back with its file, to be kept.
    pub(super) fn begin(&mut self, turn: Turn, call: CallId, fetch: Option<FetchFn>, is_new: bool) {
        self.begin_with(turn, call, fetch, move |audio, rate| {
            let clip = sound::measured_clip(&audio.bytes, audio.content_type.as_deref(), rate)?;
            let kept = is_new.then(|| to_keep(audio, &clip));
            Ok((clip, kept))
        });
    }

    fn begin_with(
        &mut self,
        turn: Turn,
        call: CallId,
        fetch: Option<FetchFn>,
        decode: impl FnOnce(&Audio, u32) -> Result<Fetched, DecodeError> + Send + 'static,
    ) {
        let (decoders, rates) = (self.decoders.clone(), self.rates.clone());
        let handle = self.tasks.spawn(async move {
            let fetch = fetch.ok_or(Unplayable::Fetch(FetchError::SignedOut))?;
            let audio = fetch(call).await.map_err(Unplayable::Fetch)?;
            let permit = decoders.acquire_owned().await;
            let work = move || {
                // Kept in here: a decoder goes on working when its fetch is forgotten.
                let _permit = permit;
                // The rate is asked last: the device may have been opened meanwhile.
                decode(&audio, rates.now())
            };
            let decoded = tokio::task::spawn_blocking(work).await;
            decoded.unwrap_or_else(|error| Err(DecodeError::Panicked(error.to_string()))).map_err(Unplayable::Decode)
        });
        self.turns.insert(handle.id(), (turn, handle));
    }

    /// The next result. Waits for ever while nothing is under way. Cancel-safe.
    pub(super) async fn next(&mut self) -> (Turn, Result<Fetched, Unplayable>) {
        loop {
            let Some(done) = self.tasks.join_next_with_id().await else { return std::future::pending().await };
            let (id, result) = match done {
                Ok((id, result)) => (id, result),
                Err(error) => (error.id(), Err(Unplayable::Decode(DecodeError::Panicked(error.to_string())))),
            };
            // A forgotten turn is not in the table any more.
            if let Some((turn, _)) = self.turns.remove(&id) {
                return (turn, result);
            }
        }
    }

    /// Stops a fetch; its result, if there is one already, is dropped. A decoder at work finishes unheard.
    pub(super) fn forget(&mut self, turn: Turn) {
        self.turns.retain(|_, (under_way, handle)| {
            let forgotten = *under_way == turn;
            if forgotten {
                handle.abort();
            }
            !forgotten
        });
    }

    /// Stops everything.
    pub(super) fn end(&mut self) {
        self.turns.clear();
        self.tasks.abort_all();
    }
}

/// The file as it came, with what decoding it has shown.
fn to_keep(audio: &Audio, clip: &Clip) -> archive::Audio {
    let peaks = clip.peaks.as_ref().try_into().map_or_else(|_| Peaks::of(&clip.samples), Peaks);
    archive::Audio { bytes: audio.bytes.clone(), duration: clip.duration, peaks }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

    use super::*;
    use crate::clock::Clock;
    use crate::sound::{Pace, Silent};

    const LIMIT: Duration = Duration::from_secs(20);

    fn fetching() -> Fetching {
        let (output, _) = Silent::new(48_000, Pace::ByHand);
        let (events, _) = unbounded_channel();
        Fetching::new(sound::start(Box::new(output), Clock::manual().0, events).rates())
    }

    /// A call that is there at once and is decoded until the sender given is dropped; its turn is told when that begins.
    fn begin(fetching: &mut Fetching, turn: u32, began: &UnboundedSender<u32>) -> mpsc::Sender<()> {
        let (end, ended) = mpsc::channel();
        let began = began.clone();
        let fetch: FetchFn =
            Arc::new(|_| Box::pin(async { Ok(Audio { bytes: Default::default(), content_type: None }) }));
        fetching.begin_with(Turn(turn), CallId(1), Some(fetch), move |_, _| {
            began.send(turn).ok();
            ended.recv().ok();
            Err(DecodeError::Empty)
        });
        end
    }

    async fn next(begun: &mut UnboundedReceiver<u32>) -> u32 {
        tokio::time::timeout(LIMIT, begun.recv()).await.expect("a decoder begins").expect("somebody may tell")
    }

    #[tokio::test]
    async fn decoders_whose_calls_were_skipped_still_count_until_they_are_done() {
        let mut fetching = fetching();
        let (began, mut begun) = unbounded_channel();
        let first = begin(&mut fetching, 1, &began);
        let second = begin(&mut fetching, 2, &began);
        assert_eq!(next(&mut begun).await + next(&mut begun).await, 3, "both are decoded at once");
        fetching.forget(Turn(1));
        fetching.forget(Turn(2));
        while fetching.tasks.join_next().await.is_some() {}
        assert_eq!(fetching.decoders.available_permits(), 0, "both decoders are still at work");
        let third = begin(&mut fetching, 3, &began);
        drop(first);
        assert_eq!(next(&mut begun).await, 3);
        assert_eq!(fetching.decoders.available_permits(), 0, "the second is still at work");
        drop((second, third));
        assert_eq!(fetching.next().await.0, Turn(3));
    }
}
