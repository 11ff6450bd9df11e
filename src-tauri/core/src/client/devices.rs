//! Asking which sound devices there are.

use std::sync::PoisonError;
use std::time::Duration;

use super::{Client, ending};
use crate::engine::Request;
use crate::problem::Problem;
use crate::sound::OutputDevice;
use crate::view::{SoundDevice, SoundDevices};

/// A system that hangs is not waited for any longer.
const LONGEST_LISTING: Duration = Duration::from_secs(5);

impl Client {
    /// The devices that can be chosen now. Takes 5 seconds at most; fails where the system does not answer by then.
    pub async fn sound_devices(&self) -> Result<SoundDevices, Problem> {
        let lister = self.ask(Request::Devices).await?;
        let list = move || {
            let mut lister = lister.lock().unwrap_or_else(PoisonError::into_inner);
            if !lister.can_list() {
                return Ok(SoundDevices::default());
            }
            let devices = lister.now(LONGEST_LISTING).ok_or_else(Problem::devices_not_listed)?;
            Ok(SoundDevices { offered: true, devices: devices.into_iter().map(SoundDevice::from).collect() })
        };
        tokio::task::spawn_blocking(list).await.map_err(|_| ending())?
    }
}

impl From<OutputDevice> for SoundDevice {
    fn from(OutputDevice { id, name, is_default }: OutputDevice) -> Self {
        Self { id, name, is_default }
    }
}
