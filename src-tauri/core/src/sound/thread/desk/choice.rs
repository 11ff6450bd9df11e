//! Staying with the device that was chosen: what stands in for it, what is waited for, and what a loss comes to.

use std::time::Duration;

use super::{Desk, Device, LOOK_AT_BROKEN, LOOK_FIRST, LOOK_LAST, SOUND, position};
use crate::model::Turn;
use crate::sound::devices::{Awaited, place_of};
use crate::sound::thread::opener::Fresh;
use crate::sound::{DeviceChoice, OutputDevice, OutputError, SoundEvent, WhenLost};

/// A working system lists its devices within some milliseconds.
const LONGEST_LISTING: Duration = Duration::from_secs(1);

impl Desk {
    /// Whoever chooses has not to wait any more, whatever they choose.
    pub(super) fn choose(&mut self, choice: DeviceChoice) {
        let waited = self.awaited.take().is_some();
        if std::mem::replace(&mut self.choice, choice.clone()) != choice || waited {
            self.take_up_choice();
        }
    }

    pub(super) fn choose_when_lost(&mut self, when_lost: WhenLost) {
        if std::mem::replace(&mut self.when_lost, when_lost) == when_lost {
            return;
        }
        self.awaited = None;
        match &self.device {
            // The default is opened anew, so that the system does not move it when it goes away, or may.
            Device::Open(line) if line.stands_in.is_none() && self.choice != DeviceChoice::Default => {}
            Device::Open(_) | Device::Lost { .. } | Device::Closed { .. } => self.take_up_choice(),
        }
    }

    fn take_up_choice(&mut self) {
        match &self.device {
            Device::Open(_) if self.is_paused => self.release(),
            Device::Open(_) => self.reopen(),
            Device::Lost { .. } => self.look(),
            Device::Closed { .. } => {}
        }
    }

    /// Opens the chosen device, or else the default with the name of the one that it stands in for.
    pub(super) fn open_wanted(&mut self) -> Result<(Fresh, Option<String>), OutputError> {
        match (self.open_chosen(), &self.choice) {
            (Ok(fresh), _) => Ok((fresh, None)),
            (Err(_), DeviceChoice::Named { name, .. }) if self.when_lost == WhenLost::Move => {
                let name = name.clone();
                Ok((self.opener.open(&DeviceChoice::Default, self.gain, false)?, Some(name)))
            }
            (Err(why), DeviceChoice::Named { .. } | DeviceChoice::Default) => Err(why),
        }
    }

    /// What is to stay with its device goes silent with it: else the loudspeakers would be heard until we knew.
    fn open_chosen(&mut self) -> Result<Fresh, OutputError> {
        let stays = self.choice != DeviceChoice::Default || self.when_lost == WhenLost::Wait;
        self.opener.open(&self.choice, self.gain, stays)
    }

    /// Whether the chosen device is to be looked for now, while another one sounds.
    pub(super) fn is_chosen_looked_for(&self, now: Duration) -> bool {
        let Device::Open(line) = &self.device else { return false };
        line.stands_in.as_ref().is_some_and(|stand_in| now >= stand_in.look_at)
    }

    /// Goes over to the chosen device if it is there. It is opened before the other one is closed: one that is listed and
    /// does not open is no reason for a gap.
    pub(super) fn look_for_chosen(&mut self) {
        let DeviceChoice::Named { id, name } = &self.choice else { return };
        // Where nothing can be listed, opening it tells.
        let listed = self.devices.now(LONGEST_LISTING);
        let is_there = listed.is_none_or(|devices| place_of(id, name, &devices).is_some());
        if is_there && self.is_paused {
            return self.release();
        }
        match is_there.then(|| self.open_chosen()) {
            Some(Ok(fresh)) => {
                let remains = self.close();
                self.install(fresh, None);
                return self.restore(remains, false);
            }
            Some(Err(why)) => tracing::debug!(%why, "the chosen sound device is there and does not open"),
            None => {}
        }
        let now = self.clock.now().at;
        if let Device::Open(line) = &mut self.device
            && let Some(stand_in) = &mut line.stands_in
        {
            stand_in.pause = (stand_in.pause * 2).min(if is_there { LOOK_AT_BROKEN } else { LOOK_LAST });
            stand_in.look_at = now + stand_in.pause;
        }
    }

    /// Whether the open default device is not there any more, where that makes a difference.
    pub(super) fn has_left(&mut self) -> bool {
        let Some(device) = self.to_await() else { return false };
        self.devices.now(LONGEST_LISTING).is_some_and(|devices| devices.iter().all(|other| other.id != device.id))
    }

    /// The open device, if it is to be waited for when it goes away.
    fn to_await(&self) -> Option<OutputDevice> {
        let Device::Open(line) = &self.device else { return None };
        let waits = self.choice == DeviceChoice::Default && self.when_lost == WhenLost::Wait;
        let (id, name) = (line.opened.id.clone(), line.opened.name.clone());
        (waits && !id.is_empty()).then_some(OutputDevice { id, name, is_default: true })
    }

    /// Fails as long as a device is waited for.
    pub(super) fn end_waiting(&mut self) -> Result<(), OutputError> {
        let Some(awaited) = &mut self.awaited else { return Ok(()) };
        let listed = self.devices.now(LONGEST_LISTING);
        if !listed.is_some_and(|devices| awaited.is_over(&devices)) {
            return Err(OutputError::Awaited(awaited.device.name.clone()));
        }
        self.awaited = None;
        Ok(())
    }

    /// The open device went away.
    pub(super) fn lose(&mut self) {
        if let Device::Open(line) = &self.device
            && self.clock.now().at >= line.opened_at + SOUND
        {
            (self.losses, self.told) = (0, 0);
        }
        let mut why = OutputError::Gone;
        if let Some(device) = self.to_await().filter(|_| self.devices.can_list()) {
            why = OutputError::Awaited(device.name.clone());
            self.awaited = Some(Awaited::new(device));
        }
        let remains = self.close();
        self.tell_lost(position(&remains), why);
        self.losses = self.losses.saturating_add(1);
    }

    /// One that is lost over and over is looked at less and less, and ever fewer lines of the log are about it.
    pub(super) fn tell_lost(&mut self, during: Option<(Turn, Duration)>, why: OutputError) {
        let times = 2u32.checked_pow(self.losses).unwrap_or(u32::MAX);
        let pause = LOOK_FIRST.saturating_mul(times).min(LOOK_AT_BROKEN);
        self.told = self.told.saturating_add(1);
        if self.told.is_power_of_two() {
            tracing::warn!(%why, times = self.told, "sound device lost");
        }
        let now = self.clock.now().at;
        self.device = Device::Lost { look_at: now + pause, pause };
        self.silent_since = during.is_none().then_some(now);
        self.tell(SoundEvent::DeviceLost { during, why });
    }
}
