//! The town's rhythm: a call every few seconds for as long as somebody listens.

use std::sync::Arc;
use std::time::Duration;

use crate::hub::Frame;
use crate::town::{self, Clip, Order};
use crate::world::Shared;

/// Between two calls, in milliseconds. Clips last 1 to 13 s, so the queue fills and empties again.
const PAUSE: std::ops::Range<u64> = 4_000..9_000;
/// After one call in six another follows at once, as when two talkgroups speak together.
const TOGETHER: u64 = 600;
/// A transcript comes this many milliseconds after its call.
const TRANSCRIBED: std::ops::Range<u64> = 2_000..4_000;

/// Announces calls until the server stops. The first comes at the welcome of the first listener.
pub(crate) async fn keep(shared: Arc<Shared>) {
    let (mut chance, mut order) = (fastrand::Rng::new(), Order::default());
    loop {
        shared.until(|world| world.hub.listeners() > 0).await;
        announce(&shared, order.next(&mut chance), &mut chance);
        let pause = if chance.u8(..6) == 0 { TOGETHER } else { chance.u64(PAUSE) };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

fn announce(shared: &Arc<Shared>, clip: &'static Clip, chance: &mut fastrand::Rng) {
    let now = shared.now();
    let id = shared.with(|world| {
        let call = town::call(clip, &world.directory, world.archive.next_id(), now);
        world.hub.announce(&call);
        world.archive.store(call.clone());
        call.id
    });
    let (task, delay) = (Arc::clone(shared), Duration::from_millis(chance.u64(TRANSCRIBED)));
    shared.spawn(async move {
        tokio::time::sleep(delay).await;
        task.with(|world| {
            let transcript = clip.transcript.clone();
            world.hub.broadcast(&Frame::Transcript { call: id, transcript: &transcript });
            world.archive.calls.get_mut(&id).into_iter().for_each(|call| call.transcript = Some(transcript.clone()));
        });
    });
}
