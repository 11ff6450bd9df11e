//! Failures to order, on REST routes.

use std::time::Duration;

use crate::call::Fault;
use crate::controls::Controls;
use crate::faults::{Instead, RenewalFault};

impl Controls {
    /// What goes wrong with the next renewal; several are taken in turn.
    pub fn next_renewal(&self, fault: RenewalFault) {
        self.shared.with(|world| world.faults.renewals.push_back(fault));
    }

    /// What goes wrong with every renewal from now on; `None` ends it.
    pub fn every_renewal(&self, fault: Option<RenewalFault>) {
        self.shared.with(|world| world.faults.every_renewal = fault);
    }

    /// Lets the renewals held at this moment go on.
    pub fn release_renewals(&self) {
        self.shared.releases.send_modify(|releases| *releases += 1);
    }

    /// Answers every audio request with 401, or no longer.
    pub fn refuse_audio(&self, refused: bool) {
        self.shared.with(|world| world.faults.audio_refused = refused);
    }

    /// Changes what is wrong with one call's audio. False if there is no such call.
    pub fn fault(&self, call: u64, fault: Fault) -> bool {
        self.shared.with(|world| world.archive.calls.get_mut(&call).map(|call| call.fault = fault).is_some())
    }

    /// Every answer waits this long first.
    pub fn delay_answers(&self, delay: Duration) {
        self.shared.with(|world| world.faults.delay = delay);
    }

    /// Requests get no answer any more, or again. Those without an answer never get one.
    pub fn stop_answering(&self, mute: bool) {
        self.shared.with(|world| world.faults.mute = mute);
    }

    /// What the next request of a route gets instead; the route by its pattern or its path, as
    /// `GET /api/v1/calls/:id/audio` or `GET /api/v1/calls/7/audio`. Several are taken in turn.
    pub fn instead_once(&self, route: &str, instead: Instead) {
        self.shared.with(|world| world.faults.instead.entry(route.into()).or_default().push_back(instead));
    }

    /// What every request of a route gets instead from now on; `None` ends it.
    pub fn instead_always(&self, route: &str, instead: Option<Instead>) {
        self.shared.with(|world| match instead {
            Some(instead) => drop(world.faults.always.insert(route.into(), instead)),
            None => drop(world.faults.always.remove(route)),
        });
    }

    /// Search results of the same second change places from one answer to the next.
    pub fn unsettle_ties(&self, unsettled: bool) {
        self.shared.with(|world| world.faults.unsettled_ties = unsettled);
    }

    /// Whether listeners are let in without an account. Those already in are not told.
    pub fn set_public(&self, public: bool) {
        self.shared.with(|world| world.public = public);
    }

    /// Whether the server still waits for its first administrator.
    pub fn set_needs_setup(&self, needed: bool) {
        self.shared.with(|world| world.needs_setup = needed);
    }

    /// What health and welcome say from now on.
    pub fn set_version(&self, version: &str) {
        self.shared.with(|world| version.clone_into(&mut world.version));
    }

    /// After how many days a shared link ends; 0 is never.
    pub fn set_share_days(&self, days: u64) {
        self.shared.with(|world| world.share_days = days);
    }
}
