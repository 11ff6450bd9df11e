//! The computer's sound devices: through `pulse` where such a server answers, else through rodio on cpal.
//!
//! rodio gets one source, once, with the device's own rate and channels, so that it converts and queues nothing.

#[cfg(target_os = "linux")]
mod microphone;
#[cfg(target_os = "linux")]
mod pulse;

use std::num::NonZero;
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{BufferSize, ErrorKind, SupportedBufferSize};
use rodio::stream::{DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink};

use super::output::{Fault, Faults, Opened, Output, Plug};
use super::source::Source;
use super::{DeviceChoice, OutputError};

/// The period asked for. Half of it is the mean delay before a new call is handed to the device.
const PERIOD: Duration = Duration::from_millis(20);
/// Digital outputs and amplifiers that slept swallow about this much.
const LEAD: Duration = Duration::from_millis(150);
/// Wireless devices take up to a second before their first period.
const STALL: Duration = Duration::from_secs(3);

/// How long closing a device is waited for. A working one takes a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// The computer's sound devices.
#[derive(Debug, Clone, Copy, Default)]
pub struct Device;

impl Output for Device {
    fn open(&mut self, choice: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError> {
        #[cfg(target_os = "linux")]
        if let Some(outcome) = pulse::open(choice, plug) {
            return outcome;
        }
        let device = find(choice)?;
        let name = name_of(&device).unwrap_or_else(|| "Sound device".to_owned());
        let exact = period_of(&device);
        let mut sink = match exact {
            Some(frames) => {
                start(&device, BufferSize::Fixed(frames), plug).or_else(|_| start(&device, BufferSize::Default, plug))
            }
            None => start(&device, BufferSize::Default, plug),
        }?;
        sink.log_on_drop(false);
        let period = match sink.config().buffer_size() {
            BufferSize::Fixed(frames) => {
                Some(Duration::from_secs_f64(f64::from(*frames) / f64::from(sink.config().sample_rate().get())))
            }
            BufferSize::Default => None,
        };
        let queued = Duration::ZERO;
        Ok(Opened { name, period, queued, lead: LEAD, stall: Some(STALL), stream: Box::new(Closing(Some(sink))) })
    }

    #[cfg(target_os = "linux")]
    fn microphone(&self) -> Option<super::microphone::WatchMicrophone> {
        Some(microphone::way())
    }
}

/// Closes its stream on another thread: a stream whose device was taken away may wait for it for ever.
struct Closing(Option<MixerDeviceSink>);

impl Drop for Closing {
    fn drop(&mut self) {
        let sink = self.0.take();
        let (closed, is_closed) = std::sync::mpsc::channel::<()>();
        let close = move || {
            drop(sink);
            drop(closed);
        };
        // If no thread can be started, the closure is dropped here and closes it after all.
        let started = std::thread::Builder::new().name("sound closing".to_owned()).spawn(close);
        if started.is_ok() && is_closed.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            tracing::warn!("a sound device does not close; leaving it behind");
        }
    }
}

/// What the computer can sound with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Devices {
    /// Who looks after them, with a version where it says one.
    pub server: String,
    /// Their names, and whether it is the default.
    pub names: Vec<(String, bool)>,
}

/// Lists the output devices, for a bug report. Waits for the sound server, a few seconds at most where it hangs.
pub fn list() -> Devices {
    #[cfg(target_os = "linux")]
    if let Some(devices) = pulse::list() {
        return devices;
    }
    let host = cpal::default_host();
    let default = host.default_output_device().as_ref().and_then(name_of);
    let devices = host.output_devices().map(|devices| devices.filter_map(|device| name_of(&device)).collect());
    let names: Vec<String> = devices.unwrap_or_default();
    let names = names.into_iter().map(|name| (name.clone(), default.as_ref() == Some(&name))).collect();
    Devices { server: host.id().name().to_owned(), names }
}

fn find(choice: &DeviceChoice) -> Result<cpal::Device, OutputError> {
    // A new host each time: one whose server ended does not find the next server.
    let host = cpal::default_host();
    match choice {
        DeviceChoice::Default => host.default_output_device().ok_or(OutputError::NoDevice),
        DeviceChoice::Named { name } => {
            let mut devices = host.output_devices().map_err(|error| refusal(&error))?;
            let device = devices.find(|device| name_of(device).as_ref() == Some(name));
            device.ok_or_else(|| OutputError::NotThere(name.clone()))
        }
    }
}

fn name_of(device: &cpal::Device) -> Option<String> {
    device.description().ok().map(|description| description.name().to_owned())
}

/// The number of frames to ask for, if the device takes such wishes.
fn period_of(device: &cpal::Device) -> Option<u32> {
    let config = device.default_output_config().ok()?;
    let SupportedBufferSize::Range { min, max } = *config.buffer_size() else { return None };
    let wanted = (PERIOD.as_secs_f64() * f64::from(config.sample_rate())) as u32;
    // ALSA's plugins crackle with periods that are no power of two; the others take any.
    let is_alsa = cpal::default_host().id().name().eq_ignore_ascii_case("alsa");
    let wanted = if is_alsa { 1 << wanted.max(1).ilog2() } else { wanted };
    (min.max(1) <= max).then(|| wanted.clamp(min.max(1), max))
}

fn start(device: &cpal::Device, period: BufferSize, plug: &mut Plug) -> Result<MixerDeviceSink, OutputError> {
    // `from_device` sets the rate and channels of the device; unlike `open_default_sink` it tries no other one.
    let builder = DeviceSinkBuilder::from_device(device.clone()).map_err(sink_refusal)?.with_buffer_size(period);
    let config = device.default_output_config().map_err(|error| refusal(&error))?;
    let (rate, channels) = (NonZero::new(config.sample_rate()), NonZero::new(config.channels()));
    let (Some(rate), Some(channels)) = (rate, channels) else {
        return Err(OutputError::Refused("it has no rate or no channels".to_owned()));
    };
    let (source, faults) = plug.connect(rate.get());
    let sink = builder.with_error_callback(move |error| heed(&error, &faults)).open_stream().map_err(sink_refusal)?;
    sink.mixer().add(Spread { source, rate, channels, channel: 0, sample: 0.0 });
    Ok(sink)
}

/// In the error callback only a flag is set: a lost device may call it without end.
fn heed(error: &cpal::Error, faults: &Faults) {
    match error.kind() {
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => {}
        ErrorKind::StreamInvalidated => faults.tell(Fault::Stale),
        _ => faults.tell(Fault::Gone),
    }
}

fn sink_refusal(error: DeviceSinkError) -> OutputError {
    match error {
        DeviceSinkError::NoDevice => OutputError::NoDevice,
        DeviceSinkError::DefaultSinkConfigError(error)
        | DeviceSinkError::SupportedConfigsError(error)
        | DeviceSinkError::BuildError(error)
        | DeviceSinkError::PlayError(error) => refusal(&error),
        DeviceSinkError::UnsupportedSampleFormat => OutputError::Refused(error.to_string()),
    }
}

fn refusal(error: &cpal::Error) -> OutputError {
    match error.kind() {
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => OutputError::NoDevice,
        _ => OutputError::Refused(error.to_string()),
    }
}

/// The source's samples, each on all channels.
struct Spread {
    source: Source,
    rate: NonZero<u32>,
    channels: NonZero<u16>,
    channel: u16,
    sample: f32,
}

impl Iterator for Spread {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.channel == 0 {
            self.sample = self.source.frame();
        }
        self.channel = (self.channel + 1) % self.channels;
        Some(self.sample)
    }
}

impl rodio::Source for Spread {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> NonZero<u16> {
        self.channels
    }

    fn sample_rate(&self) -> NonZero<u32> {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}
