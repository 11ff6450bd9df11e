//! Samples of one rate to another rate, piece by piece.

use std::sync::{Mutex, PoisonError};

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler};

/// Input frames the converter transforms at once, at least. Rounded up to a multiple of what the two rates need: 512 for
/// 8 and 16 kHz, 588 for 44.1 kHz, whose transforms are among the fastest, and which pass 97 % of the band.
const CHUNK: usize = 512;

/// Samples of one rate on their way to another. Comes to the same, to the bit, however they are cut into pieces.
#[derive(Debug)]
pub(crate) struct Stretch {
    from: u32,
    to: u32,
    taken: usize,
    /// None if nothing needs to be converted.
    converter: Option<Converter>,
}

impl Stretch {
    pub(crate) fn new(from: u32, to: u32) -> Self {
        Self { from, to, taken: 0, converter: (from != to).then(|| converter(from, to)) }
    }

    /// The rate of the samples it takes.
    pub(crate) fn from(&self) -> u32 {
        self.from
    }

    /// How many samples it has taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Takes the next samples and adds to `converted` what is ready.
    pub(crate) fn take(&mut self, samples: &[f32], converted: &mut Vec<f32>) {
        self.taken += samples.len();
        match &mut self.converter {
            Some(converter) => converter.take(samples, converted),
            None => converted.extend_from_slice(samples),
        }
    }

    /// Adds the rest: exactly `ceil(taken × to / from)` samples in all, aligned with the input.
    pub(crate) fn finish(self, converted: &mut Vec<f32>) {
        let Some(mut converter) = self.converter else { return };
        let whole = (self.taken as u64 * u64::from(self.to)).div_ceil(u64::from(self.from)) as usize;
        // Silence fills up the block that was begun, and pushes out what is held back.
        while converter.given < whole {
            converter.convert_waiting(converted);
        }
        converted.truncate(converted.len() - (converter.given - whole));
        keep(converter);
    }
}

/// A converter for one pair of rates. Making one takes as long as converting half a second of a call.
#[derive(Debug)]
struct Converter {
    from: u32,
    to: u32,
    fft: Fft<f32>,
    /// What is less than a block.
    waiting: Vec<f32>,
    /// A block that has come out. It goes to the clip in one copy: clearing the clip's memory first, for the converter to
    /// write there, takes a sixteenth of the time.
    block: Vec<f32>,
    /// How many of the next samples that come out were there before the first one that went in.
    late: usize,
    /// How many samples have come out, but for those.
    given: usize,
}

impl Converter {
    fn new(from: u32, to: u32) -> Result<Self, rubato::ResamplerConstructionError> {
        let fft = Fft::new(from as usize, to as usize, CHUNK, 1, FixedSync::Both)?;
        let waiting = Vec::with_capacity(fft.input_frames_max());
        let block = vec![0.0; fft.output_frames_max()];
        Ok(Self { from, to, late: fft.output_delay(), fft, waiting, block, given: 0 })
    }

    /// The same, without a trace of what it has converted.
    fn anew(mut self) -> Self {
        self.fft.reset();
        self.waiting.clear();
        (self.late, self.given) = (self.fft.output_delay(), 0);
        self
    }

    fn take(&mut self, samples: &[f32], converted: &mut Vec<f32>) {
        let block = self.fft.input_frames_next();
        let missing = (block - self.waiting.len()) % block;
        let (first, rest) = samples.split_at(missing.min(samples.len()));
        self.waiting.extend_from_slice(first);
        if self.waiting.len() == block {
            self.convert_waiting(converted);
        }
        let blocks = rest.chunks_exact(block);
        self.waiting.extend_from_slice(blocks.remainder());
        for block in blocks {
            self.convert(block, converted);
        }
    }

    fn convert_waiting(&mut self, converted: &mut Vec<f32>) {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.convert(&waiting, converted);
        waiting.clear();
        self.waiting = waiting;
    }

    /// Converts a block. What it is short of is silence.
    fn convert(&mut self, samples: &[f32], converted: &mut Vec<f32>) {
        let length = self.block.len();
        let mut convert = || -> Result<(), Box<dyn std::error::Error>> {
            let input = InterleavedSlice::new(samples, 1, samples.len())?;
            let mut output = InterleavedSlice::new_mut(&mut self.block, 1, length)?;
            let partly = Indexing::new().partial_len(samples.len());
            self.fft.process_into_buffer(&input, &mut output, Some(&partly))?;
            Ok(())
        };
        // Fails only for buffers of the wrong size.
        convert().unwrap_or_else(|error| unreachable!("{} to {}: {error}", self.from, self.to));
        let early = self.late.min(length);
        self.late -= early;
        self.given += length - early;
        converted.extend_from_slice(&self.block[early..]);
    }
}

/// The last one used: a server's calls mostly have one rate, and so has the device.
static KEPT: Mutex<Option<Converter>> = Mutex::new(None);

fn converter(from: u32, to: u32) -> Converter {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take();
    match kept.filter(|kept| (kept.from, kept.to) == (from, to)) {
        Some(kept) => kept.anew(),
        // Fails only for a rate of 0, which cannot reach this.
        None => Converter::new(from, to).unwrap_or_else(|error| unreachable!("{from} to {to}: {error}")),
    }
}

fn keep(converter: Converter) {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(converter);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the library does it by itself, with everything at hand.
    fn at_once(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
        let mut fft = Fft::new(from as usize, to as usize, CHUNK, 1, FixedSync::Both).unwrap();
        let input = InterleavedSlice::new(samples, 1, samples.len()).unwrap();
        let mut converted = fft.process_all(&input, samples.len(), None).unwrap().take_data();
        // It multiplies by a rounded ratio, which may come out one sample long.
        converted.truncate((samples.len() as u64 * u64::from(to)).div_ceil(u64::from(from)) as usize);
        converted
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_come_to_the_same_as_everything_at_once(
            rates in prop::sample::select(vec![
                (8_000, 48_000), (16_000, 48_000), (44_100, 48_000), (96_000, 48_000), (48_000, 44_100), (11_025, 192_000),
            ]),
            samples in prop::collection::vec(-1.0_f32..1.0, 1..6_000),
            pieces in prop::collection::vec(1_usize..3_000, 1..10),
        ) {
            let (from, to) = rates;
            let mut stretch = Stretch::new(from, to);
            let (mut converted, mut rest, mut pieces) = (Vec::new(), &samples[..], pieces.into_iter().cycle());
            while !rest.is_empty() {
                let (piece, left) = rest.split_at(pieces.next().unwrap().min(rest.len()));
                stretch.take(piece, &mut converted);
                rest = left;
            }
            stretch.finish(&mut converted);
            prop_assert_eq!(converted, at_once(&samples, from, to));
        }
    }
}
