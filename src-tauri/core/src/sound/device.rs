//! The computer's sound devices: through `pulse` where such a server answers, else through rodio on cpal.
//!
//! rodio gets one source, once, with the device's own rate and channels, so that it converts and queues nothing.

mod cards;
#[cfg(target_os = "linux")]
mod microphone;
#[cfg(target_os = "linux")]
mod pulse;

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{BufferSize, ErrorKind, SupportedBufferSize};
use rodio::stream::{DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink};

use super::devices::{ListDevices, OutputDevice, place_of, told_apart};
use super::output::{Fault, Faults, Opened, Output, Plug};
use super::source::{Frame, Side, Source};
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
        #[cfg(target_os = "linux")]
        hush();
        let (device, id, name) = find(choice)?;
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
        Ok(Opened { id, name, period, queued, lead: LEAD, stall: Some(STALL), stream: Box::new(Closing(Some(sink))) })
    }

    fn devices(&self) -> Option<ListDevices> {
        Some(Arc::new(|| list().devices))
    }

    #[cfg(target_os = "linux")]
    fn microphone(&self) -> Option<super::microphone::WatchMicrophone> {
        Some(microphone::way())
    }
}

/// Keeps ALSA on this thread from writing a dozen lines to the standard error each time that it finds no card: it is asked
/// every two seconds. What went wrong is told by what it answers.
#[cfg(target_os = "linux")]
fn hush() {
    // Without it, it is as loud as ever.
    let _ = alsa::Output::local_error_handler();
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
    /// Those that a person would recognise.
    pub devices: Vec<OutputDevice>,
}

/// Lists the output devices. Waits for the sound server, a few seconds at most where it hangs.
pub fn list() -> Devices {
    #[cfg(target_os = "linux")]
    if let Some(devices) = pulse::list() {
        return devices;
    }
    #[cfg(target_os = "linux")]
    hush();
    let host = cpal::default_host();
    let devices = told_apart(outputs(&host).into_iter().map(|(_, device)| device).collect());
    Devices { server: host.id().name().to_owned(), devices }
}

fn outputs(host: &cpal::Host) -> Vec<(cpal::Device, OutputDevice)> {
    let default = host.default_output_device().as_ref().map(id_of);
    let all = host.output_devices().map(Iterator::collect).unwrap_or_else(|_| Vec::new());
    let known = |device: cpal::Device| {
        let (id, name) = (id_of(&device), name_of(&device)?);
        let is_default = default.as_ref() == Some(&id);
        (!is_alsa(host) || cards::is_recognised(&id)).then_some((device, OutputDevice { id, name, is_default }))
    };
    all.into_iter().filter_map(known).collect()
}

/// The chosen device, with its id and its name.
fn find(choice: &DeviceChoice) -> Result<(cpal::Device, String, String), OutputError> {
    // A new host each time: one whose server ended does not find the next server.
    let host = cpal::default_host();
    match choice {
        DeviceChoice::Default => {
            let device = host.default_output_device().ok_or(OutputError::NoDevice)?;
            let (id, name) = (id_of(&device), name_of(&device).unwrap_or_else(|| "Sound device".to_owned()));
            Ok((device, id, name))
        }
        DeviceChoice::Named { id, name } => {
            let (mut devices, known): (Vec<_>, Vec<_>) = outputs(&host).into_iter().unzip();
            let mut known = told_apart(known);
            let at = place_of(id, name, &known).ok_or_else(|| OutputError::NotThere(name.clone()))?;
            let OutputDevice { id, name, .. } = known.swap_remove(at);
            Ok((devices.swap_remove(at), id, name))
        }
    }
}

fn id_of(device: &cpal::Device) -> String {
    device.id().map(|id| id.to_string()).unwrap_or_default()
}

fn name_of(device: &cpal::Device) -> Option<String> {
    device.description().ok().map(|description| description.name().to_owned())
}

/// ALSA itself, and not a sound server on top of it.
fn is_alsa(host: &cpal::Host) -> bool {
    host.id().name().eq_ignore_ascii_case("alsa")
}

/// The number of frames to ask for, if the device takes such wishes.
fn period_of(device: &cpal::Device) -> Option<u32> {
    let config = device.default_output_config().ok()?;
    let SupportedBufferSize::Range { min, max } = *config.buffer_size() else { return None };
    let wanted = (PERIOD.as_secs_f64() * f64::from(config.sample_rate())) as u32;
    // ALSA's plugins crackle with periods that are no power of two; the others take any.
    let wanted = if is_alsa(&cpal::default_host()) { 1 << wanted.max(1).ilog2() } else { wanted };
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
    let sides = Side::of_all(usize::from(channels.get()));
    sink.mixer().add(Spread { source, rate, channels, sides, channel: 0, frame: Frame::default() });
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

/// The source's moments, spread over all channels.
struct Spread {
    source: Source,
    rate: NonZero<u32>,
    channels: NonZero<u16>,
    sides: Vec<Side>,
    channel: usize,
    frame: Frame,
}

impl Iterator for Spread {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.channel == 0 {
            self.frame = self.source.frame();
        }
        let side = self.sides.get(self.channel).copied().unwrap_or(Side::Middle);
        self.channel = (self.channel + 1) % self.sides.len().max(1);
        Some(self.frame.on(side))
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
