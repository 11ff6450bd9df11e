//! The timeline of what is kept on this computer, and playing from a place on it.

use std::time::Duration;

use super::Client;
use crate::archive::GroupId;
use crate::engine::Request;
use crate::model::CallKey;
use crate::problem::Problem;
use crate::timeline::{from_here, timeline};
use crate::view::{TimelineQuery, TimelineView};

/// So many calls follow one that is played from; as many as are heard in one go.
const MOST_FOLLOWING: usize = 200;

impl Client {
    /// A stretch of the timeline. At most 50,000 calls, the earliest; `is_cut` says that there are more.
    ///
    /// Fails where the archive cannot be read.
    pub async fn timeline(&self, query: TimelineQuery) -> Result<TimelineView, Problem> {
        self.store.ask(move |reader| timeline(reader, query)).await.map_err(|error| Problem::from(&error))
    }

    /// Plays a call from a place in it, and after it those of these lanes that began later, at most 200, before all that
    /// waits. What was interrupted goes on after them where it was, and so does all that waits.
    ///
    /// Fails where the archive cannot be read, where the call is not there any more, and where it cannot be played.
    pub async fn play_on(&self, call: CallKey, at_ms: u32, groups: Vec<f64>) -> Result<(), Problem> {
        let groups = groups.into_iter().map(|group| GroupId::new(group as u64)).collect();
        let read = self.store.ask(move |reader| from_here(reader, call, groups, MOST_FOLLOWING)).await;
        let entries = read.map_err(|error| Problem::from(&error))?;
        self.ask(|reply| Request::PlayOn(entries, Duration::from_millis(at_ms.into()), reply)).await?
    }
}
