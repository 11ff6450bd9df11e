//! Files of sound that grow while they are written: one channel, 16 bits, as WAV or FLAC.
//!
//! Whatever happens in the middle, what is on the disk can be played up to there: samples go to the disk in whole blocks,
//! and the length at the file's beginning is brought up to date every time [`SoundFile::settle`] is called. A block that
//! could not be written, because the disk is full for example, is taken back, so that the file stays whole.

mod flac;
mod wav;

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use self::flac::Flac;
use self::wav::Wav;

/// Samples that are written at once. FLAC counts in blocks of one size, which may not be longer in a file for all players.
const BLOCK: usize = 4_096;

/// How sound is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum SoundForm {
    /// Every program reads it, and it takes 96 kilobytes for a second.
    Wav,
    /// The same samples in half the room or less.
    #[default]
    Flac,
}

impl SoundForm {
    /// What its files' names end in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
        }
    }
}

/// A place in a file, by the sample that is there, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cue {
    pub(crate) at: u64,
    pub(crate) name: String,
}

/// A file in the making.
pub(crate) struct SoundFile {
    file: File,
    shape: Shape,
    /// What is less than a block.
    pending: Vec<i16>,
    /// Samples that are on the disk.
    written: u64,
    /// Bytes of it that belong to whole blocks.
    bytes: u64,
}

enum Shape {
    Wav(Wav),
    Flac(Box<Flac>),
}

impl std::fmt::Debug for SoundFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoundFile").field("written", &self.written).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl SoundFile {
    /// Begins a file of this rate. It has to be empty.
    pub(crate) fn begin(mut file: File, form: SoundForm, rate: u32) -> io::Result<Self> {
        let shape = match form {
            SoundForm::Wav => Shape::Wav(Wav::new(rate)),
            SoundForm::Flac => Shape::Flac(Box::new(Flac::new(rate))),
        };
        let head = match &shape {
            Shape::Wav(wav) => wav.head(0),
            Shape::Flac(flac) => flac.head(0),
        };
        file.write_all(&head)?;
        Ok(Self { file, shape, pending: Vec::with_capacity(BLOCK), written: 0, bytes: head.len() as u64 })
    }

    /// Takes the next samples; full scale is ±1, and what is louder is cut there.
    pub(crate) fn take(&mut self, samples: &[f32]) -> io::Result<()> {
        for sample in samples {
            self.pending.push(whole(*sample));
            if self.pending.len() == BLOCK {
                self.write_pending()?;
            }
        }
        Ok(())
    }

    /// Samples taken so far.
    pub(crate) fn samples(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Bytes on the disk so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the next call of ten minutes would still fit into what the form can tell the length of.
    pub(crate) fn has_room(&self) -> bool {
        match &self.shape {
            // Lengths are 32 bits.
            Shape::Wav(_) => self.bytes < wav::MOST_BYTES,
            Shape::Flac(_) => true,
        }
    }

    /// Brings the length at the beginning up to date.
    pub(crate) fn settle(&mut self) -> io::Result<()> {
        let head = match &self.shape {
            Shape::Wav(wav) => wav.head(self.written),
            Shape::Flac(flac) => flac.head(self.written),
        };
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&head)?;
        self.file.seek(SeekFrom::Start(self.bytes))?;
        Ok(())
    }

    /// Writes what is left, and where things are. Gives how that went, and how many samples are in the file, which is whole
    /// also where it went wrong, up to what could be written.
    pub(crate) fn finish(mut self, cues: &[Cue]) -> (io::Result<()>, u64) {
        let rest = self.write_pending().and_then(|()| self.write_cues(cues));
        let settled = self.settle();
        (rest.and(settled), self.written)
    }

    fn write_pending(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let block = match &mut self.shape {
            Shape::Wav(_) => wav::block(&self.pending),
            Shape::Flac(flac) => flac.block(&self.pending)?,
        };
        self.append(&block)?;
        self.written += self.pending.len() as u64;
        if let Shape::Flac(flac) = &mut self.shape {
            flac.is_written(&self.pending);
        }
        self.pending.clear();
        Ok(())
    }

    fn write_cues(&mut self, cues: &[Cue]) -> io::Result<()> {
        if !matches!(self.shape, Shape::Wav(_)) {
            return Ok(());
        }
        let chunks = wav::cue_chunks(cues);
        self.append(&chunks)?;
        if let Shape::Wav(wav) = &mut self.shape {
            wav.after = chunks.len() as u64;
        }
        Ok(())
    }

    /// Whole, or not at all.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(bytes) {
            // Where this fails, too, the length at the beginning says where it ends.
            let _ = self.file.set_len(self.bytes);
            let _ = self.file.seek(SeekFrom::Start(self.bytes));
            return Err(error);
        }
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Not a number is silence.
fn whole(sample: f32) -> i16 {
    (sample * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16
}

#[cfg(test)]
mod tests;
