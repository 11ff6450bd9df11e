//! PulseAudio, and PipeWire where it speaks PulseAudio's protocol: how most of Linux sounds.
//!
//! Spoken to directly because of the queue. cpal asks for one of two periods, so that the server runs dry whenever the
//! next one takes longer than a single period to come. Here periods are short and the server's queue holds several.

mod connection;
mod dryness;

use std::ffi::CString;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelPosition, DEFAULT_SINK, PlaybackStreamParams, Prop, Props, PulseError, SampleFormat, SampleSpec, SinkInfo,
};
use pulseaudio::{AsPlaybackSource, ClientError, PlaybackStream};

use self::connection::{Connection, connect, forget};
use self::dryness::Dryness;
use super::{Devices, LEAD, PERIOD, STALL};
use crate::clock::Unpark;
use crate::sound::devices::{OutputDevice, place_of, told_apart};
use crate::sound::output::{Fault, Faults, Opened, Plug};
use crate::sound::source::{Side, Source};
use crate::sound::{DeviceChoice, OutputError};

/// What the server holds, all in all, in milliseconds. It asks for the next period while it has three left, which is the
/// time a busy computer has for the answer; and what sounds is this late, as it was with two periods of 40 ms. A computer
/// that is too busy for that gets more.
static QUEUE: AtomicU32 = AtomicU32::new(80);
/// An answer takes well under a millisecond; a server that needs longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often an open device is looked at: whether it is there, and whether it still is the default.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// What servers play into while there is no device.
const NOTHING: &str = "auto_null";
/// How long an orderly end is waited for.
const LONGEST_END: Duration = Duration::from_millis(500);

/// How many streams there were.
static STREAMS: AtomicU32 = AtomicU32::new(0);

/// Opens the chosen device. `None`: there is no such server, so the system's sound is another one's affair.
pub(super) fn open(choice: &DeviceChoice, plug: &mut Plug) -> Option<Result<Opened, OutputError>> {
    let attempt = |plug: &mut Plug| connect().and_then(|client| open_on(&client, choice, plug));
    let outcome = match attempt(plug) {
        // The server was restarted since; its successor is another one.
        Err(Trouble::Server(error)) if has_ended(&error) => {
            forget();
            attempt(plug)
        }
        outcome => outcome,
    };
    match outcome {
        Err(Trouble::NoServer) => None,
        outcome => Some(outcome.map_err(refusal)),
    }
}

/// All devices, if there is such a server, but for the one that servers pretend to have when there is none.
pub(super) fn list() -> Option<Devices> {
    let listed = connect().and_then(|client| Ok((ask(client.server_info())?, ask(client.list_sinks())?)));
    match listed {
        Ok((server, sinks)) => {
            let said =
                |text: Option<&CString>| text.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
            let name = format!("{} {}", said(server.server_name.as_ref()), said(server.server_version.as_ref()));
            let devices = known(&sinks, server.default_sink_name.as_ref());
            let devices = devices.into_iter().filter(|device| device.id != NOTHING).collect();
            Some(Devices { server: name.trim().to_owned(), devices })
        }
        Err(Trouble::NoServer) => None,
        Err(trouble) => {
            forget();
            let server = format!("the sound server is in trouble: {}", refusal(trouble));
            Some(Devices { server, devices: Vec::new() })
        }
    }
}

enum Trouble {
    /// No socket, or nobody behind it.
    NoServer,
    Server(ClientError),
    Hangs,
    NoDevice,
    NotThere(String),
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        Self::Server(error)
    }
}

fn has_ended(error: &ClientError) -> bool {
    matches!(error, ClientError::Disconnected | ClientError::Io(_))
}

fn refusal(trouble: Trouble) -> OutputError {
    match trouble {
        Trouble::NoServer | Trouble::NoDevice => OutputError::NoDevice,
        Trouble::Server(ClientError::ServerError(PulseError::NoEntity)) => OutputError::NoDevice,
        Trouble::Server(error) => OutputError::Refused(error.to_string()),
        Trouble::Hangs => {
            forget();
            OutputError::Refused("the sound server does not answer".to_owned())
        }
        Trouble::NotThere(name) => OutputError::NotThere(name),
    }
}

fn ask<T>(answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, Trouble> {
    within(PATIENCE, answer).ok_or(Trouble::Hangs)?.map_err(Trouble::from)
}

/// Waits for a future on this thread, which no runtime owns.
fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    let end = Instant::now() + limit;
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(value);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

fn find(client: &Connection, choice: &DeviceChoice) -> Result<SinkInfo, Trouble> {
    match choice {
        DeviceChoice::Default => {
            let sink = ask(client.sink_info_by_name(DEFAULT_SINK.to_owned()))?;
            // Calls that nobody can hear are to wait.
            if id_of(&sink) == NOTHING { Err(Trouble::NoDevice) } else { Ok(sink) }
        }
        DeviceChoice::Named { id, name } => {
            let mut sinks = ask(client.list_sinks())?;
            let at = place_of(id, name, &known(&sinks, None)).ok_or_else(|| Trouble::NotThere(name.clone()))?;
            Ok(sinks.swap_remove(at))
        }
    }
}

/// The sinks as devices, in their order.
fn known(sinks: &[SinkInfo], default: Option<&CString>) -> Vec<OutputDevice> {
    let device = |sink: &SinkInfo| OutputDevice {
        id: id_of(sink),
        name: name_of(sink),
        is_default: default == Some(&sink.name),
    };
    told_apart(sinks.iter().map(device).collect())
}

/// The server's own name for it, which says on which card in which socket it is.
fn id_of(sink: &SinkInfo) -> String {
    sink.name.to_string_lossy().into_owned()
}

fn name_of(sink: &SinkInfo) -> String {
    sink.description.as_ref().unwrap_or(&sink.name).to_string_lossy().into_owned()
}

fn open_on(client: &Arc<Connection>, choice: &DeviceChoice, plug: &mut Plug) -> Result<Opened, Trouble> {
    let sink = find(client, choice)?;
    let format = if cfg!(target_endian = "big") { SampleFormat::Float32Be } else { SampleFormat::Float32Le };
    let spec = SampleSpec { format, ..sink.sample_spec };
    let (source, faults) = plug.connect(spec.sample_rate);
    let is_closed = Arc::new(AtomicBool::new(false));
    let feed = feed(source, sides(&sink), bytes(PERIOD, spec) as usize, is_closed.clone());
    // Without an index the server knows that it may move the stream when the default changes.
    let (sink_index, on) = match choice {
        DeviceChoice::Default => (None, On::Default(sink.name.clone())),
        DeviceChoice::Named { .. } => (Some(sink.index), On::Chosen(sink.name.clone())),
    };
    let queued = Duration::from_millis(u64::from(QUEUE.load(Relaxed)));
    let flags = StreamFlags { adjust_latency: true, no_move: plug.stays(), ..StreamFlags::default() };
    // Streams of one number are held to one sink, so that the chosen one would not open beside another that stands in.
    let sync_id = STREAMS.fetch_add(1, Relaxed);
    let wishes = PlaybackStreamParams { flags, sync_id, ..wishes(&sink, sink_index, spec, queued) };
    let stream = ask(client.create_playback_stream(wishes, feed.as_playback_source()))?;
    let open = Watch { client: client.clone(), stream, on, faults, since: Instant::now(), dryness: Dryness::default() };
    let granted = open.stream.buffer_attr().minimum_request_length;
    let period = Duration::from_secs_f64(f64::from(granted) / f64::from(bytes(Duration::from_secs(1), spec)));
    let stream = Box::new(Closing::after(open, is_closed));
    let (id, name) = (id_of(&sink), name_of(&sink));
    Ok(Opened { id, name, period: Some(period), queued, lead: LEAD, stall: Some(STALL), stream })
}

/// A whole number of frames.
fn bytes(span: Duration, spec: SampleSpec) -> u32 {
    let frames = (span.as_secs_f64() * f64::from(spec.sample_rate)).round() as u32;
    frames * u32::from(spec.channels) * size_of::<f32>() as u32
}

fn wishes(sink: &SinkInfo, sink_index: Option<u32>, spec: SampleSpec, queue: Duration) -> PlaybackStreamParams {
    let mut props = Props::new();
    props.set(Prop::MediaName, c"Radio calls");
    let period = bytes(PERIOD, spec);
    PlaybackStreamParams {
        sample_spec: spec,
        channel_map: sink.channel_map,
        sink_index,
        buffer_attr: BufferAttr {
            target_length: bytes(queue, spec),
            minimum_request_length: period,
            // Once dry it starts again with the first period that comes, not with a full queue.
            pre_buffering: period,
            ..BufferAttr::default()
        },
        props,
        ..PlaybackStreamParams::default()
    }
}

/// What each channel of the card gets.
fn sides(sink: &SinkInfo) -> Vec<Side> {
    let channels = usize::from(sink.sample_spec.channels);
    if channels == 1 {
        return Side::of_all(1);
    }
    let side = |position: ChannelPosition| match position {
        ChannelPosition::FrontLeft
        | ChannelPosition::RearLeft
        | ChannelPosition::SideLeft
        | ChannelPosition::FrontLeftOfCenter
        | ChannelPosition::TopFrontLeft
        | ChannelPosition::TopRearLeft => Side::Left,
        ChannelPosition::FrontRight
        | ChannelPosition::RearRight
        | ChannelPosition::SideRight
        | ChannelPosition::FrontRightOfCenter
        | ChannelPosition::TopFrontRight
        | ChannelPosition::TopRearRight => Side::Right,
        _ => Side::Middle,
    };
    sink.channel_map.into_iter().map(side).chain(std::iter::repeat(Side::Middle)).take(channels).collect()
}

/// The callback. One period at a time, also when the server asks for more.
fn feed(
    mut source: Source,
    sides: Vec<Side>,
    period: usize,
    is_closed: Arc<AtomicBool>,
) -> impl FnMut(&mut [u8]) -> usize + Send + 'static {
    move |buffer| {
        // Nothing taken is the end of the stream.
        if is_closed.load(Relaxed) {
            return 0;
        }
        let length = buffer.len().min(period);
        let frame = sides.len().max(1) * size_of::<f32>();
        for frame in buffer[..length].chunks_exact_mut(frame) {
            let moment = source.frame();
            for (channel, side) in frame.chunks_exact_mut(size_of::<f32>()).zip(&sides) {
                channel.copy_from_slice(&moment.on(*side).to_ne_bytes());
            }
        }
        length / frame * frame
    }
}

/// An open stream and what can happen to it. The library tells none of that; it has to be asked.
struct Watch {
    client: Arc<Connection>,
    stream: PlaybackStream,
    on: On,
    faults: Faults,
    since: Instant,
    dryness: Dryness,
}

/// The name of the sink that a stream was opened on.
enum On {
    /// As the default, which it is to follow.
    Default(CString),
    /// As the chosen one, with which it is to stay. A server may move it on when that goes away.
    Chosen(CString),
}

impl Watch {
    /// Until the device is closed, from either side.
    fn keep(mut self, closed: &mpsc::Receiver<()>) {
        while closed.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
            if let Some(fault) = self.fault() {
                self.faults.tell(fault);
                break;
            }
        }
        // Its server may be gone; else nothing is pulled any more once it has answered.
        let _ = within(LONGEST_END, self.stream.delete());
    }

    fn fault(&mut self) -> Option<Fault> {
        match ask(self.stream.timing_info()) {
            Ok(now) => self.notice_dryness(now.playing_for),
            Err(Trouble::Server(_) | Trouble::NotThere(_) | Trouble::NoDevice | Trouble::NoServer) => {
                return Some(Fault::Gone);
            }
            Err(Trouble::Hangs) => {
                forget();
                return Some(Fault::Gone);
            }
        }
        match &self.on {
            On::Default(opened) => {
                let now = ask(self.client.sink_info_by_name(DEFAULT_SINK.to_owned())).ok()?;
                (now.name != *opened).then_some(Fault::Stale)
            }
            On::Chosen(opened) => {
                let is_gone =
                    |error: &Trouble| matches!(error, Trouble::Server(ClientError::ServerError(PulseError::NoEntity)));
                let found = ask(self.client.lookup_sink_by_name(opened.clone()));
                found.is_err_and(|error| is_gone(&error)).then_some(Fault::Gone)
            }
        }
    }

    /// Wishes for a longer queue when the server runs dry again and again. It is had with the next opening.
    fn notice_dryness(&mut self, playing: u64) {
        if let Some(longer) = self.dryness.notice(playing, self.since.elapsed(), QUEUE.load(Relaxed)) {
            QUEUE.store(longer, Relaxed);
            self.faults.tell_dry();
        }
    }
}

/// Ends the watch and the stream when dropped, without waiting for a server that hangs.
struct Closing {
    is_closed: Arc<AtomicBool>,
    close: Option<mpsc::Sender<()>>,
    has_closed: mpsc::Receiver<()>,
}

impl Closing {
    fn after(watch: Watch, is_closed: Arc<AtomicBool>) -> Self {
        let (close, closed) = mpsc::channel();
        let (tell, has_closed) = mpsc::channel();
        let keep = move || {
            watch.keep(&closed);
            drop(tell);
        };
        // Without a thread the closure is dropped, and the stream with it; the sound thread notices that nothing is
        // pulled.
        let _ = thread::Builder::new().name("sound watch".to_owned()).spawn(keep);
        Self { is_closed, close: Some(close), has_closed }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.is_closed.store(true, Relaxed);
        drop(self.close.take());
        if self.has_closed.recv_timeout(LONGEST_END) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the sound server does not close a stream; leaving it behind");
        }
    }
}
