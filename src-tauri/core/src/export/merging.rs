//! Calls one after the other in one file. Nothing of them stays in memory once it is written.

use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::listing::Listed;
use super::separator::Separator;
use super::{AddError, ExportChoice, SaveError, naming, writing};
use crate::server::Audio;
use crate::sound::shape::length;
use crate::sound::{Level, measured_clip};
use crate::soundfile::{Cue, SoundFile, SoundForm};
use crate::view::Row;

/// Samples in a second. No recorder's calls have more that is worth hearing, and every player knows this one.
const RATE: u32 = 48_000;

/// A merged file in the making, and those before it that are full.
#[derive(Debug)]
pub(super) struct Merging {
    form: SoundForm,
    level: bool,
    separator: Separator,
    full: Vec<Part>,
    current: Option<Making>,
}

/// One that is written.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) file: NamedTempFile,
    pub(super) calls: Vec<Listed>,
    pub(super) length: Duration,
}

#[derive(Debug)]
struct Making {
    temporary: NamedTempFile,
    file: SoundFile,
    calls: Vec<Listed>,
    cues: Vec<Cue>,
}

impl Merging {
    pub(super) fn new(choice: &ExportChoice, separator: Separator) -> Self {
        let form = choice.form.unwrap_or_default();
        Self { form, level: choice.level, separator, full: Vec::new(), current: None }
    }

    /// Adds a call. One that cannot be decoded leaves no trace.
    pub(super) fn add(&mut self, folder: &Path, row: Row, audio: &Audio) -> Result<(), AddError> {
        let mut clip = measured_clip(&audio.bytes, audio.content_type.as_deref(), RATE)?;
        if self.level {
            clip.level = Some(Level::of(&clip.measure, None, true, true));
        }
        let samples = clip.as_played();
        let making = self.with_room(folder)?;
        let is_first = making.calls.is_empty();
        let before = self.separator.before(&row, is_first, RATE);
        let making = self.with_room(folder)?;
        making.file.take(&before).map_err(writing::refused)?;
        let at = making.file.samples();
        making.file.take(&samples).map_err(writing::refused)?;
        making.cues.push(Cue { at, name: row.title.clone() });
        making.calls.push(Listed {
            row,
            file: String::new(),
            at: Some(length(at as usize, RATE)),
            length: Some(length(samples.len(), RATE)),
            sha256: None,
        });
        Ok(())
    }

    /// The file that takes the next call: another one, if this is full.
    fn with_room(&mut self, folder: &Path) -> Result<&mut Making, SaveError> {
        if self.current.as_ref().is_some_and(|making| !making.file.has_room()) {
            self.close()?;
        }
        let making = match self.current.take() {
            Some(making) => making,
            None => Making::begin(folder, self.form)?,
        };
        Ok(self.current.insert(making))
    }

    fn close(&mut self) -> Result<(), SaveError> {
        let Some(Making { temporary, file, calls, cues }) = self.current.take() else { return Ok(()) };
        let (written, samples) = file.finish(&cues);
        written.map_err(writing::refused)?;
        temporary.as_file().sync_all().map_err(writing::refused)?;
        self.full.push(Part { file: temporary, calls, length: length(samples as usize, RATE) });
        Ok(())
    }

    /// All of them, whole.
    pub(super) fn finish(mut self) -> Result<(Vec<Part>, SoundForm), SaveError> {
        self.close()?;
        Ok((self.full, self.form))
    }
}

impl Making {
    fn begin(folder: &Path, form: SoundForm) -> Result<Self, SaveError> {
        let temporary = writing::empty(folder).map_err(writing::refused)?;
        let handle = temporary.as_file().try_clone().map_err(writing::refused)?;
        let file = SoundFile::begin(handle, form, RATE).map_err(writing::refused)?;
        Ok(Self { temporary, file, calls: Vec::new(), cues: Vec::new() })
    }
}

/// What a merged file is called: by its first and its last call.
pub(super) fn stem(calls: &[Listed], zone: &jiff::tz::TimeZone) -> String {
    let time = |call: Option<&Listed>, form| call.map(|call| naming::time(call.row.start_ms, zone, form));
    let first = time(calls.first(), "%Y-%m-%d %H-%M-%S").unwrap_or_default();
    let last = time(calls.last(), "%Y-%m-%d %H-%M-%S").unwrap_or_default();
    let count = calls.len();
    if count == 1 { format!("Squelch {first} - 1 call") } else { format!("Squelch {first} to {last} - {count} calls") }
}
