//! What a WAV file is made of beside its samples.

use super::Cue;

/// Lengths are 32 bits; a call of ten minutes and the list of what is where still fit after this.
pub(super) const MOST_BYTES: u64 = u32::MAX as u64 - (128 << 20);

/// The length of all that stands before the samples.
const HEAD: u64 = 44;

/// How the file begins.
#[derive(Debug)]
pub(super) struct Wav {
    rate: u32,
    /// Bytes after the samples.
    pub(super) after: u64,
}

impl Wav {
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, after: 0 }
    }

    pub(super) fn head(&self, samples: u64) -> Vec<u8> {
        let data = samples * 2;
        let mut head = Vec::with_capacity(HEAD as usize);
        head.extend_from_slice(b"RIFF");
        head.extend_from_slice(&short(HEAD - 8 + data + self.after));
        head.extend_from_slice(b"WAVEfmt ");
        head.extend_from_slice(&16_u32.to_le_bytes());
        // Plain samples, one channel.
        head.extend_from_slice(&[1, 0, 1, 0]);
        head.extend_from_slice(&self.rate.to_le_bytes());
        head.extend_from_slice(&(self.rate * 2).to_le_bytes());
        // Two bytes for a moment, sixteen bits for a sample.
        head.extend_from_slice(&[2, 0, 16, 0]);
        head.extend_from_slice(b"data");
        head.extend_from_slice(&short(data));
        head
    }
}

/// A file that is longer was not begun anew in time; readers then read to its end.
fn short(length: u64) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

pub(super) fn block(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

/// The places in it, and their names; programs that edit sound show both.
pub(super) fn cue_chunks(cues: &[Cue]) -> Vec<u8> {
    if cues.is_empty() {
        return Vec::new();
    }
    let mut points = Vec::new();
    points.extend_from_slice(&(cues.len() as u32).to_le_bytes());
    let mut labels = b"adtl".to_vec();
    for (number, cue) in (1_u32..).zip(cues) {
        let at = u32::try_from(cue.at).unwrap_or(u32::MAX);
        points.extend_from_slice(&number.to_le_bytes());
        points.extend_from_slice(&at.to_le_bytes());
        points.extend_from_slice(b"data");
        points.extend_from_slice(&[0; 8]);
        points.extend_from_slice(&at.to_le_bytes());
        let mut label = number.to_le_bytes().to_vec();
        label.extend_from_slice(cue.name.as_bytes());
        label.push(0);
        labels.extend(chunk(*b"labl", &label));
    }
    let mut chunks = chunk(*b"cue ", &points);
    chunks.extend(chunk(*b"LIST", &labels));
    chunks
}

/// Chunks have an even length.
fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend_from_slice(&(content.len() as u32).to_le_bytes());
    chunk.extend_from_slice(content);
    if content.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}
