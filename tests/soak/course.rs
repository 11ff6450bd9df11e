//! What happens to the listener: calls, and every way of losing a link, a device or a login, in an order that looks random
//! and is the same each time.

use std::time::Duration;

use squelch_demo::{Announcement, Controls, USER};
use squelch_tests::desk::{registered, rising_tone};

use crate::child::Listener;
use crate::listener::Order;

/// In each round this many calls are handed in, and the link is lost once.
pub(crate) const CALLS: u64 = 100;
/// So many of them while it is lost.
const MISSED: u64 = 8;
/// So many at once: less than what may wait.
const AT_ONCE: u64 = 23;
/// The device is changed in one of so many rounds.
pub(crate) const ROUNDS_PER_DEVICE: u64 = 5;
/// The login is pushed out in one of so many rounds.
const ROUNDS_PER_LOGIN: u64 = 10;
/// Who was away for longer than a minute is asked what is to become of what was missed.
const LONG: Duration = Duration::from_secs(70);
const SHORT: Duration = Duration::from_secs(5);

/// The ways to lose a link.
#[derive(Debug, Clone, Copy)]
enum Loss {
    /// Without a word.
    Dropped,
    /// With one.
    Closed,
    /// It stands and nothing comes.
    Frozen,
    /// The server is started again.
    Restarted,
    /// The server does not say what there was, twice.
    Silenced,
}

const LOSSES: [Loss; 5] = [Loss::Dropped, Loss::Closed, Loss::Frozen, Loss::Restarted, Loss::Silenced];

/// A server and who listens to it.
pub(crate) struct Course {
    pub(crate) controls: Controls,
    pub(crate) listener: Listener,
    sound: Vec<u8>,
    /// The last call that was handed in; they are numbered from 1.
    pub(crate) last: u64,
}

impl Course {
    pub(crate) fn new(controls: Controls, listener: Listener) -> Self {
        Self { controls, listener, sound: rising_tone(Duration::from_millis(60)), last: 0 }
    }

    /// One round; whether everything in it came to its end.
    pub(crate) async fn round(&mut self, round: u64) -> bool {
        let end = self.last + CALLS;
        if self.last == 0 {
            // What is stored before the listener has asked what there was is history.
            self.announce(1);
            if !self.heard().await {
                return false;
            }
        }
        // What a slow listener's server drops: it is noticed by the next number.
        self.last = self.controls.store(self.call());
        self.announce(AT_ONCE);
        if round.is_multiple_of(ROUNDS_PER_DEVICE) {
            self.listener.tell(Order::ChangeDevice);
        }
        if round.is_multiple_of(ROUNDS_PER_LOGIN) {
            self.controls.push_access_token_out(USER);
        }
        if !self.heard().await {
            return false;
        }
        self.lose(LOSSES[(round % LOSSES.len() as u64) as usize], if round.is_multiple_of(2) { LONG } else { SHORT })
            .await;
        while self.last < end {
            self.announce(AT_ONCE.min(end - self.last));
            if !self.heard().await {
                return false;
            }
        }
        true
    }

    fn call(&self) -> Announcement {
        let talkgroup = 5001 + self.last % 2;
        Announcement::on(100, talkgroup).bytes(self.sound.clone(), "audio/wav")
    }

    fn announce(&mut self, calls: u64) {
        for _ in 0..calls {
            self.last = self.controls.announce(self.call());
            if self.last.is_multiple_of(10) {
                self.controls.transcribe_clip(self.last, 1 + (self.last / 10 % 20) as usize);
            }
        }
    }

    async fn heard(&mut self) -> bool {
        let (last, controls) = (self.last, self.controls.clone());
        self.listener.heard_all(last, || controls.advance(Duration::from_secs(1))).await
    }

    /// The link is lost for a while, in which calls are announced to nobody.
    async fn lose(&mut self, loss: Loss, span: Duration) {
        let before = self.controls.welcomed();
        match loss {
            Loss::Restarted => self.controls.go_down().await,
            Loss::Frozen => drop(self.controls.freeze_sockets()),
            Loss::Dropped | Loss::Closed | Loss::Silenced => {
                self.controls.hold_welcomes(true);
                if matches!(loss, Loss::Closed) {
                    self.controls.close_sockets(1000, "");
                } else {
                    self.controls.drop_sockets();
                }
            }
        }
        self.announce(MISSED);
        self.pass(span);
        match loss {
            Loss::Restarted => self.controls.come_up().await,
            // It is silence that makes a listener leave such a link.
            Loss::Frozen => self.pass(Duration::from_secs(90)),
            Loss::Silenced => {
                for _ in 0..2 {
                    let busy = squelch_demo::Instead::Status(500, "database is locked".into());
                    self.controls.instead_once("GET /api/v1/calls", busy);
                }
            }
            Loss::Dropped | Loss::Closed => {}
        }
        self.controls.hold_welcomes(false);
        // A link that is frozen is left, and another one taken.
        while self.controls.welcomed() == before {
            self.listener.listen().await;
            self.pass(Duration::from_secs(1));
        }
        self.controls.thaw_sockets();
        registered(&self.controls, 1).await;
    }

    fn pass(&mut self, span: Duration) {
        self.controls.advance(span);
        self.listener.tell(Order::Pass(span.as_millis() as u64));
    }
}
