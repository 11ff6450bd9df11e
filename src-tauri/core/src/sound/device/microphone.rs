//! Who uses the microphone, as PulseAudio tells it, and PipeWire where it speaks PulseAudio's protocol.
//!
//! A connection of its own, because the library behind `pulse` asks for neither streams that record nor their changes.
//! It waits for the server's word on a thread of its own and costs nothing meanwhile.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Cursor, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use pulseaudio::protocol::{
    AuthParams, AuthReply, Command, MAX_VERSION, Prop, Props, ProtocolError, SetClientNameReply, SourceInfoList,
    SourceOutputInfo, SourceOutputInfoList, SubscriptionMask, TagStructRead, TagStructReader, read_descriptor,
    write_command_message,
};

use crate::sound::microphone::{MicrophoneUse, Tell, WatchMicrophone};
use crate::text::plain;

/// An answer takes well under a millisecond; a server that needs longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(3);
/// The first attempt again may only have come too early; after that somebody has to start the server first.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(5)];
/// A list of everything that records is a few kilobytes.
const LONGEST_MESSAGE: u64 = 1 << 20;
/// Longer than any program calls itself.
const LONGEST_NAME: usize = 60;

/// The way to watch.
pub(super) fn way() -> WatchMicrophone {
    Box::new(|tell| Box::new(Watch::start(tell)))
}

/// Ends its thread when dropped.
struct Watch {
    line: Arc<Line>,
    thread: Option<Thread>,
}

/// What both ends share: the connection, so that it can be ended from outside while somebody waits for it.
#[derive(Default)]
struct Line(Mutex<Place>);

#[derive(Default)]
enum Place {
    #[default]
    Nowhere,
    Connected(UnixStream),
    Over,
}

impl Watch {
    fn start(tell: Tell) -> Self {
        let line = Arc::new(Line::default());
        let end = line.clone();
        let thread = thread::Builder::new().name("microphone".to_owned()).spawn(move || follow(&end, &tell));
        let thread = thread.inspect_err(|error| tracing::warn!("the microphone is not watched: {error}"));
        Self { line, thread: thread.ok().map(|thread| thread.thread().clone()) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Place::Connected(stream) = std::mem::replace(&mut *self.line.lock(), Place::Over) {
            // One that has ended already is ended.
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(thread) = &self.thread {
            thread.unpark();
        }
    }
}

impl Line {
    fn lock(&self) -> std::sync::MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        matches!(*self.lock(), Place::Over)
    }

    /// Keeps a connection where the end finds it. False after the end.
    fn connected(&self, stream: UnixStream) -> bool {
        let mut place = self.lock();
        if matches!(*place, Place::Over) {
            return false;
        }
        *place = Place::Connected(stream);
        true
    }
}

/// Connects, and again whenever the server goes away, until the end.
fn follow(line: &Line, tell: &Tell) {
    let mut pauses = PAUSES.into_iter();
    loop {
        let mut answered = false;
        let told = |told: MicrophoneUse| {
            answered = true;
            tell(told);
        };
        let trouble = Server::connect(line).and_then(|mut server| server.listen(told));
        if line.is_over() {
            return;
        }
        if let Err(error) = trouble {
            tracing::debug!("nobody tells who uses the microphone: {error}");
        }
        if answered {
            pauses = PAUSES.into_iter();
        }
        tell(MicrophoneUse::Unknown);
        thread::park_timeout(pauses.next().unwrap_or(PAUSES[1]));
    }
}

/// A connection to the sound server.
struct Server {
    socket: BufReader<UnixStream>,
    version: u16,
    asked: u32,
    /// Something changed since it was looked at.
    has_changed: bool,
}

impl Server {
    fn connect(line: &Line) -> Result<Self, ProtocolError> {
        let path = pulseaudio::socket_path_from_env().ok_or(io::Error::from(io::ErrorKind::NotFound))?;
        let socket = UnixStream::connect(path)?;
        socket.set_write_timeout(Some(PATIENCE))?;
        if !line.connected(socket.try_clone()?) {
            return Err(io::Error::from(io::ErrorKind::Interrupted).into());
        }
        let mut server = Self { socket: BufReader::new(socket), version: MAX_VERSION, asked: 0, has_changed: false };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        let who = AuthParams { version: MAX_VERSION, supports_shm: false, supports_memfd: false, cookie };
        let answer: AuthReply = server.ask(&Command::Auth(who))?;
        server.version = MAX_VERSION.min(answer.version);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"Squelch");
        let _: SetClientNameReply = server.ask(&Command::SetClientName(props))?;
        server.answer(&Command::Subscribe(SubscriptionMask::SOURCE_OUTPUT))?;
        Ok(server)
    }

    /// Tells what is so, and again after each change, until the server goes away.
    fn listen(&mut self, mut tell: impl FnMut(MicrophoneUse)) -> Result<(), ProtocolError> {
        loop {
            self.has_changed = false;
            tell(self.look()?);
            self.socket.get_ref().set_read_timeout(None)?;
            while !self.has_changed {
                self.message()?;
            }
        }
    }

    fn look(&mut self) -> Result<MicrophoneUse, ProtocolError> {
        let recording: SourceOutputInfoList = self.ask(&Command::GetSourceOutputInfoList)?;
        if recording.is_empty() {
            return Ok(MicrophoneUse::Free);
        }
        let sources: SourceInfoList = self.ask(&Command::GetSourceInfoList)?;
        let monitors = sources.iter().filter(|source| source.monitor_of_sink_index.is_some());
        let monitors = monitors.map(|source| source.index).collect();
        let user = recording.iter().find(|output| uses_microphone(output, &monitors));
        Ok(user.map_or(MicrophoneUse::Free, |output| MicrophoneUse::Taken { by: program(output) }))
    }

    /// Sends a command and reads its answer.
    fn ask<T: TagStructRead>(&mut self, command: &Command) -> Result<T, ProtocolError> {
        let mut payload = self.answer(command)?;
        TagStructReader::new(&mut payload, self.version).read()
    }

    fn answer(&mut self, command: &Command) -> Result<Cursor<Vec<u8>>, ProtocolError> {
        self.asked += 1;
        self.socket.get_ref().set_read_timeout(Some(PATIENCE))?;
        write_command_message(self.socket.get_mut(), self.asked, command, self.version)?;
        loop {
            let (asked, answer, payload) = self.message()?;
            match answer {
                Command::Reply if asked == self.asked => return Ok(payload),
                Command::Error(error) if asked == self.asked => return Err(ProtocolError::ServerError(error)),
                _ => {}
            }
        }
    }

    /// The next message, and what of it is still to be read.
    fn message(&mut self) -> Result<(u32, Command, Cursor<Vec<u8>>), ProtocolError> {
        let length = u64::from(read_descriptor(&mut self.socket)?.length);
        if length > LONGEST_MESSAGE {
            return Err(ProtocolError::Invalid(format!("{length} bytes")));
        }
        let mut payload = Vec::new();
        (&mut self.socket).take(length).read_to_end(&mut payload)?;
        let mut payload = Cursor::new(payload);
        let (asked, message) = Command::read_tag_prefixed(&mut payload, self.version)?;
        self.has_changed |= matches!(message, Command::SubscribeEvent(_));
        Ok((asked, message, payload))
    }
}

/// Whether this is a program that records what somebody says. Not: what records what is played, what waits, what only
/// moves the needle of a level meter, and what the server itself passes on.
fn uses_microphone(output: &SourceOutputInfo, monitors: &BTreeSet<u32>) -> bool {
    const METERS: [&[u8]; 3] = [b"org.PulseAudio.pavucontrol", b"org.kde.kmix", b"org.gnome.VolumeControl"];
    let is_meter = output.resample_method.as_deref() == Some(c"peaks")
        || output.props.get_bytes(c"resample.peaks").is_some_and(|value| text(value) == "true")
        || output.props.get(Prop::ApplicationId).is_some_and(|id| METERS.iter().any(|meter| id.starts_with(meter)));
    let is_us = text(output.props.get(Prop::ApplicationProcessId).unwrap_or_default())
        .parse()
        .is_ok_and(|process: u32| process == std::process::id());
    output.client_index.is_some() && !output.corked && !monitors.contains(&output.source_index) && !is_meter && !is_us
}

/// What the program calls itself, without what is not for reading.
fn program(output: &SourceOutputInfo) -> String {
    let name = output.props.get(Prop::ApplicationName).unwrap_or_else(|| output.name.to_bytes());
    plain(&text(name), LONGEST_NAME)
}

/// Properties end with a zero.
fn text(value: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(value.strip_suffix(&[0]).unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> SourceOutputInfo {
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"Phone");
        SourceOutputInfo { source_index: 1, client_index: Some(7), props, ..SourceOutputInfo::default() }
    }

    fn counts(change: impl FnOnce(&mut SourceOutputInfo)) -> bool {
        let mut output = recording();
        change(&mut output);
        uses_microphone(&output, &BTreeSet::from([5]))
    }

    #[test]
    fn only_a_program_that_records_a_microphone_counts() {
        assert!(counts(|_| {}));
        assert!(!counts(|output| output.source_index = 5), "what records what is played");
        assert!(!counts(|output| output.corked = true), "what waits");
        assert!(!counts(|output| output.client_index = None), "what the server passes on");
        assert!(!counts(|output| output.resample_method = Some(c"peaks".into())), "a level meter");
        assert!(!counts(|output| output.props.set_bytes(c"resample.peaks", b"true\0")), "PipeWire's level meter");
        assert!(!counts(|output| output.props.set(Prop::ApplicationId, c"org.PulseAudio.pavucontrol")));
        let us = std::ffi::CString::new(std::process::id().to_string()).unwrap();
        assert!(!counts(|output| output.props.set(Prop::ApplicationProcessId, us)), "ourselves");
    }

    #[test]
    fn a_programs_name_is_made_fit_to_be_read() {
        let named = |name: &str| {
            let mut output = recording();
            output.props.set(Prop::ApplicationName, std::ffi::CString::new(name).unwrap());
            program(&output)
        };
        assert_eq!(named("Firefox"), "Firefox");
        assert_eq!(named(" Two\nlines\u{7} \u{202e}"), "Two lines");
        assert_eq!(named(&"x".repeat(500)).chars().count(), LONGEST_NAME);
        let unnamed = SourceOutputInfo { name: c"capture".into(), ..SourceOutputInfo::default() };
        assert_eq!(program(&unnamed), "capture");
    }
}
