//! What is found in the archive while everything else happens.

use super::{World, unlisted};

impl World {
    /// A search gives two calls, of which the feed may know one.
    pub(super) fn find(&mut self, server: usize, id: u64, talkgroup: u64) {
        let server = self.server(server);
        let found = self.state.take_found(server, vec![unlisted(id, talkgroup), unlisted(id + 30, talkgroup)]);
        assert_eq!(found.is_ok(), self.state.servers.contains_key(&server));
        assert!(found.is_ok_and(|rows| rows.len() == 2) || !self.state.servers.contains_key(&server));
        self.check();
    }
}
