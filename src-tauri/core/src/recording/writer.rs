//! The thread that writes a recording.

use std::fs::File;
use std::io;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::{Extent, Order, RecordingError, RecordingEvent};
use crate::sound::shape::{Stretch, length};
use crate::sound::source::{Reel, Taped};
use crate::soundfile::SoundFile;

/// How often tapes are looked at: far more often than they would be full, and too seldom to keep a computer awake.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often the length at a file's beginning is brought up to date, and the window told.
const SETTLE_EVERY: Duration = Duration::from_secs(1);
/// Another file is begun then: some disks have none larger than twice this, and so long a file is no help to anybody.
const MOST_BYTES: u64 = 2_000_000_000;
/// So many recordings of one second are not different ones.
const MOST_COPIES: u32 = 1_000;

/// A recording in the making.
pub(super) struct Writer<'a> {
    order: &'a Order,
    file: SoundFile,
    /// The same file, to be certain that it is on the disk.
    handle: File,
    tally: Tally,
    reels: Vec<Reel>,
    stretch: Stretch,
    /// Silence that is written if something follows it.
    gap: usize,
    settled_at: Instant,
}

/// How far it is.
struct Tally {
    /// Samples and bytes of the files before.
    before: (u64, u64),
    /// Of the tapes before.
    lost_before: Duration,
    extent: Extent,
}

impl Tally {
    fn measure(&mut self, samples: u64, bytes: u64, order: &Order, reels: &[Reel]) {
        let lost = reels.iter().map(|reel| length(reel.lost() as usize, reel.rate())).sum::<Duration>();
        self.extent.length_ms = ms(length((self.before.0 + samples) as usize, order.rate));
        self.extent.bytes = (self.before.1 + bytes) as f64;
        self.extent.lost_ms = ms(self.lost_before + lost);
    }
}

impl<'a> Writer<'a> {
    /// Records until nobody can send a tape any more, or something is wrong.
    pub(super) fn run(order: &'a Order, inbox: &mpsc::Receiver<Reel>, tell: &UnboundedSender<RecordingEvent>) {
        // Without a listener the program is ending.
        let send = |event| drop(tell.send(event));
        let mut writer = match Self::begin(order) {
            Ok(writer) => writer,
            Err(error) => return send(RecordingEvent::Ended(Extent::default(), Err(error))),
        };
        send(RecordingEvent::Grew(writer.tally.extent.clone()));
        let outcome = loop {
            let is_over = match inbox.recv_timeout(LOOK_EVERY) {
                Ok(reel) => {
                    writer.reels.push(reel);
                    false
                }
                Err(mpsc::RecvTimeoutError::Timeout) => false,
                Err(mpsc::RecvTimeoutError::Disconnected) => true,
            };
            match writer.write() {
                Ok(()) if is_over => break Ok(()),
                Ok(()) => {}
                Err(error) => break Err(error),
            }
            match writer.settle_if_due() {
                Ok(true) => send(RecordingEvent::Grew(writer.tally.extent.clone())),
                Ok(false) => {}
                Err(error) => break Err(error),
            }
        };
        let (extent, outcome) = writer.finish(outcome);
        send(RecordingEvent::Ended(extent, outcome));
    }

    fn begin(order: &'a Order) -> Result<Self, RecordingError> {
        if order.make {
            std::fs::create_dir_all(&order.folder).map_err(refused)?;
        } else if !order.folder.is_dir() {
            return Err(RecordingError::Gone);
        }
        let (file, handle, name) = create(order).map_err(refused)?;
        let extent = Extent { folder: order.folder.display().to_string(), files: vec![name], ..Extent::default() };
        Ok(Self {
            order,
            tally: Tally { before: (0, 0), lost_before: Duration::ZERO, extent },
            file,
            handle,
            reels: Vec::new(),
            stretch: Stretch::new(order.rate, order.rate),
            gap: 0,
            settled_at: Instant::now(),
        })
    }

    /// Writes what was played since.
    fn write(&mut self) -> Result<(), RecordingError> {
        let mut at = 0;
        while at < self.reels.len() {
            let reel = self.reels[at].clone();
            // Asked first: what comes before a source goes is read after.
            let is_over = reel.is_over() || at + 1 < self.reels.len();
            self.write_from(&reel)?;
            if is_over {
                self.tally.lost_before += length(reel.lost() as usize, reel.rate());
                self.reels.remove(at);
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    fn write_from(&mut self, reel: &Reel) -> Result<(), RecordingError> {
        let (mut samples, mut converted) = (Vec::new(), Vec::new());
        self.go_over_to(reel.rate(), &mut converted);
        let gap = &mut self.gap;
        reel.read(|taped| match taped {
            Taped::Gap => *gap += 1,
            Taped::Sample(sample) => {
                samples.resize(samples.len() + std::mem::take(gap), 0.0);
                samples.push(sample);
            }
        });
        self.stretch.take(&samples, &mut converted);
        if converted.is_empty() {
            return Ok(());
        }
        self.file.take(&converted).map_err(refused)?;
        if self.file.bytes() > MOST_BYTES || !self.file.has_room() {
            self.begin_another().map_err(refused)?;
        }
        let most = self.order.choices.megabytes.map(|megabytes| u64::from(megabytes) * 1_000_000);
        match most {
            Some(most) if self.tally.before.1 + self.file.bytes() >= most => Err(RecordingError::Limit),
            _ => Ok(()),
        }
    }

    /// A device of another rate: silence that waits to be written lasts as long as before, and so has more samples, or fewer.
    fn go_over_to(&mut self, rate: u32, converted: &mut Vec<f32>) {
        let before = self.stretch.from();
        if rate != before {
            self.gap = (self.gap as u64 * u64::from(rate) / u64::from(before.max(1))) as usize;
            std::mem::replace(&mut self.stretch, Stretch::new(rate, self.order.rate)).finish(converted);
        }
    }

    fn begin_another(&mut self) -> io::Result<()> {
        let (file, handle, name) = create(self.order)?;
        let full = std::mem::replace(&mut self.file, file);
        let written_to = std::mem::replace(&mut self.handle, handle);
        self.tally.extent.files.push(name);
        let bytes = full.bytes();
        let (written, samples) = full.finish(&[]);
        self.tally.before = (self.tally.before.0 + samples, self.tally.before.1 + bytes);
        written.and_then(|()| written_to.sync_all())
    }

    fn settle_if_due(&mut self) -> Result<bool, RecordingError> {
        if self.settled_at.elapsed() < SETTLE_EVERY {
            return Ok(false);
        }
        self.settled_at = Instant::now();
        let before = self.tally.extent.clone();
        self.tally.measure(self.file.samples(), self.file.bytes(), self.order, &self.reels);
        // Where nothing sounds there is nothing to write, and nobody to tell: disks and windows sleep.
        if self.tally.extent == before {
            return Ok(false);
        }
        self.file.settle().map_err(refused)?;
        Ok(true)
    }

    /// One in which nothing sounded is not left behind.
    fn finish(self, outcome: Result<(), RecordingError>) -> (Extent, Result<(), RecordingError>) {
        let Self { order, mut file, handle, mut tally, reels, stretch, .. } = self;
        let mut rest = Vec::new();
        stretch.finish(&mut rest);
        let outcome = outcome.and_then(|()| file.take(&rest).map_err(refused));
        let path = order.folder.join(tally.extent.files.last().map(String::as_str).unwrap_or_default());
        let (written, samples) = file.finish(&[]);
        let written = written.and_then(|()| handle.sync_all());
        let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
        tally.measure(samples, bytes, order, &reels);
        if samples == 0 {
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!("an empty recording is left: {error}");
            }
            tally.extent.files.pop();
        }
        (tally.extent, outcome.and(written.map_err(refused)))
    }
}

/// A new file, under the first name that is free.
fn create(order: &Order) -> io::Result<(SoundFile, File, String)> {
    let wall = jiff::Timestamp::from_millisecond(order.wall.0).unwrap_or_default().to_zoned(order.zone.clone());
    let stem = wall.strftime("%Y-%m-%d %H-%M-%S - Squelch").to_string();
    for copy in 1..=MOST_COPIES {
        let number = if copy == 1 { String::new() } else { format!(" ({copy})") };
        let name = format!("{stem}{number}.{}", order.choices.form.ending());
        match File::create_new(order.folder.join(&name)) {
            Ok(file) => {
                let handle = file.try_clone()?;
                return Ok((SoundFile::begin(file, order.choices.form, order.rate)?, handle, name));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn ms(span: Duration) -> f64 {
    (span.as_secs_f64() * 1_000.0).round()
}

fn refused(error: io::Error) -> RecordingError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            RecordingError::Full(Arc::new(error))
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            RecordingError::ReadOnly(Arc::new(error))
        }
        _ => RecordingError::NotWritten(Arc::new(error)),
    }
}
