//! HE-AAC played through its AAC-LC core.
//!
//! The decoder knows no spectral band replication and refuses a configuration that announces it. The core inside is
//! plain AAC-LC at half the rate: dull, but every word is there. So the configuration is rewritten to name only the core.

use std::borrow::Cow;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;

/// Audio object types of ISO 14496-3.
const LOW_COMPLEXITY: u32 = 2;
const SPECTRAL_BAND_REPLICATION: u32 = 5;
const PARAMETRIC_STEREO: u32 = 29;
/// This frequency index means that 24 bits with the frequency itself follow.
const EXPLICIT_FREQUENCY: u32 = 15;

/// The same parameters, or for explicitly signalled HE-AAC those of its core.
pub(super) fn core_only(parameters: &AudioCodecParameters) -> Cow<'_, AudioCodecParameters> {
    let rewritten =
        (parameters.codec == CODEC_ID_AAC).then_some(parameters.extra_data.as_deref()).flatten().and_then(core_config);
    match rewritten {
        None => Cow::Borrowed(parameters),
        Some(config) => {
            let mut core = parameters.clone();
            core.extra_data = Some(config.into());
            // They describe the doubled rate and the HE profile.
            core.profile = None;
            core.sample_rate = None;
            core.max_frames_per_packet = None;
            Cow::Owned(core)
        }
    }
}

/// An AudioSpecificConfig that names HE-AAC becomes one of its AAC-LC core; `None` for any other.
fn core_config(config: &[u8]) -> Option<Vec<u8>> {
    let mut from = Bits { bytes: config, at: 0 };
    let object = from.take(5)?;
    if object != SPECTRAL_BAND_REPLICATION && object != PARAMETRIC_STEREO {
        return None;
    }
    let mut to = Config::default();
    to.put(LOW_COMPLEXITY, 5);
    let index = from.take(4)?;
    to.put(index, 4);
    if index == EXPLICIT_FREQUENCY {
        to.put(from.take(24)?, 24);
    }
    to.put(from.take(4)?, 4);
    if from.take(4)? == EXPLICIT_FREQUENCY {
        from.take(24)?;
    }
    if from.take(5)? != LOW_COMPLEXITY {
        return None;
    }
    // Frame length, dependency on a core coder, extension: as they were.
    to.put(from.take(3)?, 3);
    Some(to.bytes)
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for at in self.at..self.at + count {
            let bit = self.bytes.get(at / 8)? >> (7 - at % 8) & 1;
            value = value << 1 | u32::from(bit);
        }
        self.at += count;
        Some(value)
    }
}

#[derive(Default)]
struct Config {
    bytes: Vec<u8>,
    used: usize,
}

impl Config {
    fn put(&mut self, value: u32, count: usize) {
        for shift in (0..count).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from(value >> shift & 1 == 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << (7 - self.used % 8);
            }
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_libfdk_writes_becomes_that_of_its_core() {
        assert_eq!(core_config(&[0x2d, 0x8c, 0x08, 0x00]), Some(vec![0x15, 0x88]));
    }

    #[test]
    fn plain_aac_is_left_alone() {
        assert_eq!(core_config(&[0x15, 0x88]), None);
    }

    #[test]
    fn a_configuration_that_breaks_off_is_left_alone() {
        for length in 0..3 {
            assert_eq!(core_config(&[0x2d, 0x8c, 0x08][..length]), None);
        }
    }

    #[test]
    fn frequencies_written_out_are_carried_over() {
        // Type 5, index 15, 8000 Hz, mono; extension index 15, 16000 Hz; type 2, three zero flags.
        let mut config = Config::default();
        for (value, count) in [(5, 5), (15, 4), (8000, 24), (1, 4), (15, 4), (16_000, 24), (2, 5), (0, 3)] {
            config.put(value, count);
        }
        let mut core = Config::default();
        for (value, count) in [(2, 5), (15, 4), (8000, 24), (1, 4), (0, 3)] {
            core.put(value, count);
        }
        assert_eq!(core_config(&config.bytes), Some(core.bytes));
    }
}
