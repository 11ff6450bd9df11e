//! What a test told the server to do wrong.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// What goes wrong with a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewalFault {
    /// The credential is used up, then 500 in the server's own words. The login is lost.
    BrokenAfterUse,
    /// The credential is used up, the answer remembered, but a proxy says 502 in HTML. A replay recovers.
    GatewayAfterUse,
    /// A proxy says 502 in HTML; the server never saw the request.
    GatewayBeforeUse,
    /// The connection drops before the server looked at the request.
    LostBeforeUse,
    /// Rotation is done, then the connection drops. A replay within the grace recovers.
    AnswerLost,
    /// 401 `invalid refresh token`, the family revoked.
    Refused,
    /// 429, as under a lockout; the credential stays good.
    LockedOut,
    /// Waits for [`Controls::release_renewals`], then is answered.
    ///
    /// [`Controls::release_renewals`]: crate::Controls::release_renewals
    HeldBeforeUse,
    /// Rotates, then waits for [`Controls::release_renewals`] with the answer.
    ///
    /// [`Controls::release_renewals`]: crate::Controls::release_renewals
    AnswerHeld,
    /// Answers as if nothing were wrong; a placeholder in a queue of faults.
    Nothing,
}

/// What a route does instead of its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// This status with the server's own kind of error body.
    Status(u16, String),
    /// This status with a web page, as a proxy in front answers.
    Page(u16),
    /// This redirect.
    Redirect(u16, String),
    /// These bytes as JSON, status 200.
    Json(String),
    /// No answer until the listener hangs up.
    Hang,
    /// The connection drops.
    Drop,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) renewals: VecDeque<RenewalFault>,
    pub(crate) every_renewal: Option<RenewalFault>,
    pub(crate) audio_refused: bool,
    pub(crate) delay: Duration,
    pub(crate) mute: bool,
    pub(crate) unwelcoming: bool,
    pub(crate) instead: HashMap<String, VecDeque<Instead>>,
    pub(crate) always: HashMap<String, Instead>,
    /// Rows of the same second change places from one answer to the next.
    pub(crate) unsettled_ties: bool,
}

impl Faults {
    pub(crate) fn renewal(&mut self) -> Option<RenewalFault> {
        self.renewals.pop_front().or(self.every_renewal)
    }

    /// What to do instead of one request, named by its route or its path.
    pub(crate) fn instead_of(&mut self, route: &str, path: &str) -> Option<Instead> {
        [route, path].into_iter().find_map(|name| {
            let next = self.instead.get_mut(name).and_then(VecDeque::pop_front);
            next.or_else(|| self.always.get(name).cloned())
        })
    }
}
