//! Bytes of a call to samples, or a reason why not. No device, no threads, no time.
//!
//! What the container says about a file is not believed: rate and channels come from the decoded buffers, the length
//! from counting. Files come from recorders that were cut off, so whatever decodes is worth playing.

mod aac;
mod beside;
mod mend;
mod sniff;

use std::any::Any;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::Duration;

use symphonia::core::audio::{Audio as _, GenericAudioBufferRef};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use self::beside::Beside;
use super::loudness::Meter;
use super::shape::resample;
use super::{Clip, DecodeError};

/// A decoded call before it is shaped for a device.
#[derive(Debug, Clone, PartialEq)]
pub struct Pcm {
    /// Mono samples, at least one; full scale is ±1.
    pub samples: Vec<f32>,
    /// Samples per second, within [`RATES`].
    pub rate: u32,
}

/// Rates that a recorder may use. Outside of them a header is damaged, and converting would ask for absurd buffers.
pub const RATES: std::ops::RangeInclusive<u32> = 2_000..=192_000;

/// A radio call of more than ten minutes is a stuck recorder, and its samples would fill the memory.
pub const LONGEST: Duration = Duration::from_secs(600);

/// This many packets in a row that do not decode end the file: at 20 ms each, over half a second of nothing.
const FAILURES_IN_A_ROW: u32 = 32;

static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    codecs
});

/// Decodes a whole file to a mono clip of this rate. Never panics, and stops at [`LONGEST`]. `content_type` is only a
/// hint.
///
/// A file that breaks off plays what there is of it. One of which less than half can be decoded is damaged.
///
/// # Errors
///
/// Says why there is nothing to hear.
pub fn clip(bytes: &[u8], content_type: Option<&str>, rate: u32) -> Result<Clip, DecodeError> {
    guarded(bytes, content_type, Beside::new(rate))?.finish()
}

/// The same, measured on the way: at the rate that the samples have in the file, which takes the least time.
///
/// # Errors
///
/// Says why there is nothing to hear.
pub fn measured_clip(bytes: &[u8], content_type: Option<&str>, rate: u32) -> Result<Clip, DecodeError> {
    let taker = Measured { beside: Beside::new(rate), meter: Meter::new(), piece: Vec::new() };
    let Measured { beside, meter, .. } = guarded(bytes, content_type, taker)?;
    let clip = beside.finish()?;
    let measure = meter.finish(&clip.samples, clip.rate).into();
    Ok(Clip { measure, ..clip })
}

/// Refuses what cannot be a recording: nothing at all, or a web page. What else it is remains to be seen.
pub fn is_audio(bytes: &[u8], content_type: Option<&str>) -> Result<(), DecodeError> {
    sniff::reject(bytes, content_type)
}

/// The same, to samples as they are in the file; if it changes its rate, at the highest of its rates.
///
/// # Errors
///
/// Says why there is nothing to hear.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> Result<Pcm, DecodeError> {
    guarded(bytes, content_type, Stretches::default())?.finish().ok_or(DecodeError::NoSamples)
}

/// Where decoded samples go.
trait Taker {
    /// The file says that samples of this rate will come. It need not be true.
    fn expect(&mut self, _rate: u32) {}

    /// Takes the next samples, which have this rate and are added by `fill`.
    fn take(&mut self, rate: u32, fill: impl FnOnce(&mut Vec<f32>));
}

/// A clip that is measured while it is made.
struct Measured {
    beside: Beside,
    meter: Meter,
    piece: Vec<f32>,
}

impl Taker for Measured {
    fn expect(&mut self, rate: u32) {
        self.beside.expect(rate);
    }

    fn take(&mut self, rate: u32, fill: impl FnOnce(&mut Vec<f32>)) {
        self.piece.clear();
        fill(&mut self.piece);
        let Self { beside, meter, piece } = self;
        beside.take(rate, |samples| samples.extend_from_slice(piece));
        meter.take(piece, rate);
    }
}

/// Stretches of one rate each.
#[derive(Debug, Default)]
struct Stretches(Vec<Pcm>);

impl Taker for Stretches {
    fn take(&mut self, rate: u32, fill: impl FnOnce(&mut Vec<f32>)) {
        if self.0.last().is_none_or(|last| last.rate != rate) {
            self.0.push(Pcm { samples: Vec::new(), rate });
        }
        if let Some(last) = self.0.last_mut() {
            fill(&mut last.samples);
        }
    }
}

impl Stretches {
    /// One rate for everything.
    fn finish(mut self) -> Option<Pcm> {
        if self.0.len() < 2 {
            return self.0.pop();
        }
        let rate = self.0.iter().map(|stretch| stretch.rate).max()?;
        let samples = self.0.iter().flat_map(|stretch| resample(&stretch.samples, stretch.rate, rate)).collect();
        Some(Pcm { samples, rate })
    }
}

fn guarded<T: Taker>(bytes: &[u8], content_type: Option<&str>, taker: T) -> Result<T, DecodeError> {
    sniff::reject(bytes, content_type)?;
    let bytes = mend::mend(bytes);
    catch_unwind(AssertUnwindSafe(|| decode_audio(&bytes, content_type, taker)))
        .unwrap_or_else(|panic| Err(DecodeError::Panicked(words(panic.as_ref()))))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

fn decode_audio<T: Taker>(bytes: &[u8], content_type: Option<&str>, mut taker: T) -> Result<T, DecodeError> {
    let mut format = open(bytes, content_type)?;
    if let Some(rate) = stated_rate(format.as_ref()) {
        taker.expect(rate);
    }
    let (mut track, mut decoder) = decoder_of(format.as_ref())?;
    let mut heard = Heard::new(taker);
    while !heard.is_hopeless() {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(Error::ResetRequired) => {
                (track, decoder) = decoder_of(format.as_ref())?;
                continue;
            }
            Err(Error::DecodeError(why)) => {
                heard.failed(why);
                continue;
            }
            // A file that was cut off ends like this.
            Err(error) => {
                heard.broke_off(&error);
                break;
            }
        };
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(buffer) => heard.take(&buffer)?,
            Err(Error::ResetRequired) => decoder.reset(),
            Err(Error::DecodeError(why) | Error::Unsupported(why)) => heard.failed(why),
            Err(error) => heard.broke_off(&error),
        }
    }
    heard.finish()
}

fn open<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Result<Box<dyn FormatReader + 'a>, DecodeError> {
    let mut hint = Hint::new();
    if let Some(content_type) = content_type {
        hint.mime_type(content_type.split(';').next().unwrap_or_default().trim());
    }
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    symphonia::default::get_probe().probe(&hint, stream, FormatOptions::default(), MetadataOptions::default()).map_err(
        |error| match error {
            // The probe reads to the end when it recognises nothing; a recognised file says more.
            Error::Unsupported(_) | Error::IoError(_) if !sniff::is_known(bytes) => DecodeError::UnknownFormat,
            Error::Unsupported(what) => DecodeError::UnsupportedCodec(what.to_owned()),
            error => DecodeError::Damaged(error.to_string()),
        },
    )
}

/// What the file says its rate is.
fn stated_rate(format: &dyn FormatReader) -> Option<u32> {
    match &format.default_track(TrackType::Audio)?.codec_params {
        Some(CodecParameters::Audio(parameters)) => parameters.sample_rate,
        _ => None,
    }
}

fn decoder_of(format: &dyn FormatReader) -> Result<(u32, Box<dyn AudioDecoder>), DecodeError> {
    let Some(track) = format.default_track(TrackType::Audio) else {
        return Err(DecodeError::UnsupportedCodec("of a file without a sound track".to_owned()));
    };
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(DecodeError::UnsupportedCodec("without a name".to_owned()));
    };
    let parameters = aac::core_only(parameters);
    match CODECS.make_audio_decoder(&parameters, &AudioDecoderOptions::default()) {
        Ok(decoder) => Ok((track.id, decoder)),
        Err(Error::Unsupported(why)) => {
            Err(DecodeError::UnsupportedCodec(format!("{} ({why})", sniff::codec_name(parameters.codec))))
        }
        Err(error) => Err(DecodeError::Damaged(error.to_string())),
    }
}

/// What came out of a file so far.
#[derive(Debug)]
struct Heard<T> {
    taker: T,
    interleaved: Vec<f32>,
    length: f64,
    decoded: u32,
    failed: u32,
    failed_in_a_row: u32,
    why: Option<String>,
}

impl<T: Taker> Heard<T> {
    fn new(taker: T) -> Self {
        Self { taker, interleaved: Vec::new(), length: 0.0, decoded: 0, failed: 0, failed_in_a_row: 0, why: None }
    }

    fn take(&mut self, buffer: &GenericAudioBufferRef<'_>) -> Result<(), DecodeError> {
        self.decoded += 1;
        self.failed_in_a_row = 0;
        let (rate, channels) = (buffer.spec().rate(), buffer.num_planes());
        if buffer.frames() == 0 || channels == 0 {
            return Ok(());
        }
        if !RATES.contains(&rate) {
            return Err(DecodeError::Damaged(format!("{rate} samples per second")));
        }
        self.length += buffer.frames() as f64 / f64::from(rate);
        // A millisecond for what adding up fractions loses.
        if self.length > LONGEST.as_secs_f64() + 0.001 {
            return Err(DecodeError::TooLong);
        }
        let interleaved = &mut self.interleaved;
        self.taker.take(rate, |samples| mix(buffer, channels, interleaved, samples));
        Ok(())
    }

    fn failed(&mut self, why: &str) {
        self.failed += 1;
        self.failed_in_a_row += 1;
        self.why.get_or_insert_with(|| why.to_owned());
    }

    fn broke_off(&mut self, error: &Error) {
        self.failed_in_a_row += 1;
        self.why.get_or_insert_with(|| error.to_string());
    }

    fn is_hopeless(&self) -> bool {
        self.failed_in_a_row >= FAILURES_IN_A_ROW
    }

    fn finish(self) -> Result<T, DecodeError> {
        if self.decoded == 0 || self.length == 0.0 {
            return Err(self.why.map_or(DecodeError::NoSamples, DecodeError::Damaged));
        }
        if self.failed > self.decoded {
            return Err(DecodeError::Damaged(self.why.unwrap_or_default()));
        }
        Ok(self.taker)
    }
}

/// Adds mono samples. Those that are not numbers (a float file may hold them) become silence.
fn mix(buffer: &GenericAudioBufferRef<'_>, channels: usize, interleaved: &mut Vec<f32>, samples: &mut Vec<f32>) {
    let number = |sample: f32| if sample.is_finite() { sample } else { 0.0 };
    match buffer {
        // What MP3 and AAC decode to needs no copy in between.
        GenericAudioBufferRef::F32(mono) if channels == 1 => {
            samples.extend(mono.plane(0).unwrap_or_default().iter().copied().map(number));
        }
        _ => {
            buffer.copy_to_vec_interleaved(interleaved);
            let mean = |frame: &[f32]| number(frame.iter().sum::<f32>() / channels as f32);
            samples.extend(interleaved.chunks_exact(channels).map(mean));
        }
    }
}

#[cfg(test)]
mod tests;
