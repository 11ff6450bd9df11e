//! What a test may tell the server and ask of it while it runs.

mod accounts;
mod announce;
mod failures;
mod links;
mod watching;

use std::sync::Arc;
use std::time::Duration;

pub use announce::{Announcement, Sound};
pub use watching::Late;

use crate::clock::Clock;
use crate::town::Order;
use crate::world::Shared;

/// A handle on a running server. Clones are handles on the same one; outliving it does no harm.
#[derive(Clone, Debug)]
pub struct Controls {
    shared: Arc<Shared>,
    order: Arc<std::sync::Mutex<Order>>,
}

impl Controls {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, order: Arc::default() }
    }

    /// The server's clock.
    pub fn clock(&self) -> Clock {
        self.shared.clock.clone()
    }

    /// Moves the server's clock forward: ends graces, access tokens, lockouts, and brings the check of open sockets.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }
}
