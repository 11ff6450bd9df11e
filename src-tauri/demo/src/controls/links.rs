//! Sockets and connections: dropping, freezing, closing, filling, and the server going down.

use crate::controls::Controls;
use crate::hub::Order;
use crate::options::Timing;

impl Controls {
    /// Drops every socket without a close frame. How many there were.
    pub fn drop_sockets(&self) -> usize {
        self.shared.with(|world| world.hub.order(&Order::Drop, |_| true))
    }

    /// Closes every socket with this code. How many there were.
    pub fn close_sockets(&self, code: u16, reason: &str) -> usize {
        let order = Order::Close { expired: false, code, reason: reason.into() };
        self.shared.with(|world| world.hub.order(&order, |_| true))
    }

    /// Sends `session.expired` on every socket and closes it with this code (1008 `auth failed` or 1000).
    pub fn expire_sockets(&self, code: u16, reason: &str) -> usize {
        let order = Order::Close { expired: true, code, reason: reason.into() };
        self.shared.with(|world| world.hub.order(&order, |_| true))
    }

    /// Leaves every socket open and silent: no frames, no pings, no answer to a ping.
    pub fn freeze_sockets(&self) -> usize {
        self.shared.with(|world| world.hub.order(&Order::Freeze, |_| true))
    }

    /// Lets frozen sockets go on; what was queued meanwhile is sent.
    pub fn thaw_sockets(&self) -> usize {
        self.shared.with(|world| world.hub.order(&Order::Thaw, |_| true))
    }

    /// Sockets are opened and told nothing, not even welcome, or again.
    pub fn hold_welcomes(&self, held: bool) {
        self.shared.with(|world| world.faults.unwelcoming = held);
    }

    /// How many listeners there may be; `usize::MAX` is no limit, and 0 makes the server full.
    pub fn set_max_clients(&self, limit: usize) {
        self.shared.with(|world| world.max_clients = limit);
    }

    /// The deadlines of sockets opened from now on.
    pub fn set_timing(&self, timing: Timing) {
        self.shared.with(|world| world.timing = timing);
    }

    /// Drops every TCP connection, requests in flight included; new ones are taken.
    pub fn cut_connections(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Takes the server down: connecting is refused and every connection dropped when this returns.
    pub async fn go_down(&self) {
        self.shared.with(|world| world.wants_open = false);
        self.shared.until(|world| !world.is_open).await;
        self.cut_connections();
        self.shared.until(|world| world.hub.lines.is_empty()).await;
    }

    /// Brings it back on the same port, having forgotten what a restarted server forgets: graces, denied tokens,
    /// caps and lockouts. Logins and calls are kept.
    pub async fn come_up(&self) {
        self.shared.with(|world| {
            world.accounts.restart();
            world.wants_open = true;
        });
        self.shared.until(|world| world.is_open).await;
    }
}
