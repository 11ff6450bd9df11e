//! From a call's number to a clip: ask the server, decode, shape.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, Id, JoinSet};

use crate::model::{CallId, Turn};
use crate::server::{Audio, FetchError, FetchFn};
use crate::sound::{self, Clip, DecodeError, Rates};
use crate::state::Unplayable;

/// Decoders at once: with two cores the rest of the computer stays responsive.
const DECODERS: usize = 2;

/// Fetches under way.
#[derive(Debug)]
pub(super) struct Fetching {
    tasks: JoinSet<Result<Clip, Unplayable>>,
    turns: HashMap<Id, (Turn, AbortHandle)>,
    decoders: Arc<Semaphore>,
    rates: Rates,
}

impl Fetching {
    pub(super) fn new(rates: Rates) -> Self {
        Self { tasks: JoinSet::new(), turns: HashMap::new(), decoders: Arc::new(Semaphore::new(DECODERS)), rates }
    }

    /// Begins; [`Fetching::next`] gives the result. Without a server the answer is that nobody is signed in there.
    pub(super) fn begin(&mut self, turn: Turn, call: CallId, fetch: Option<FetchFn>) {
        let (decoders, rates) = (self.decoders.clone(), self.rates.clone());
        let handle = self.tasks.spawn(async move {
            let fetch = fetch.ok_or(Unplayable::Fetch(FetchError::SignedOut))?;
            let audio = fetch(call).await.map_err(Unplayable::Fetch)?;
            let permit = decoders.acquire_owned().await;
            let decode = move || {
                // Kept in here: a decoder goes on working when its fetch is forgotten.
                let _permit = permit;
                // The rate is asked last: the device may have been opened meanwhile.
                clip(&audio, rates.now())
            };
            let decoded = tokio::task::spawn_blocking(decode).await;
            decoded.unwrap_or_else(|error| Err(DecodeError::Panicked(error.to_string()))).map_err(Unplayable::Decode)
        });
        self.turns.insert(handle.id(), (turn, handle));
    }

    /// The next result. Waits for ever while nothing is under way. Cancel-safe.
    pub(super) async fn next(&mut self) -> (Turn, Result<Clip, Unplayable>) {
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

fn clip(audio: &Audio, rate: u32) -> Result<Clip, DecodeError> {
    let pcm = sound::decode(&audio.bytes, audio.content_type.as_deref())?;
    Ok(sound::shape(pcm, rate))
}
