use std::path::Path;

use symphonia::core::audio::{AudioBuffer, AudioMut as _, AudioSpec, layouts};

use super::*;
use crate::sound::shape::shape;

#[test]
fn nothing_is_empty_and_a_page_is_a_page() {
    assert_eq!(decode(b"", None), Err(DecodeError::Empty));
    for page in [&b"<!DOCTYPE html><p>Sign in"[..], b"\n  <HTML>", b"\xef\xbb\xbf<html lang=en>"] {
        assert_eq!(decode(page, Some("audio/mpeg")), Err(DecodeError::WebPage));
    }
    assert_eq!(decode(b"Please sign in", Some("text/html; charset=utf-8")), Err(DecodeError::WebPage));
}

#[test]
fn text_is_an_unknown_format() {
    assert_eq!(decode(b"{\"error\":\"no such call\"}", None), Err(DecodeError::UnknownFormat));
}

/// Hands samples on as a decoder does.
fn take<T: Taker>(heard: &mut Heard<T>, rate: u32, channels: &[&[f32]]) {
    let layout = if channels.len() == 1 { layouts::CHANNEL_LAYOUT_MONO } else { layouts::CHANNEL_LAYOUT_STEREO };
    let mut buffer = AudioBuffer::<f32>::new(AudioSpec::new(rate, layout), channels[0].len());
    buffer.render_silence(None);
    for (at, samples) in channels.iter().enumerate() {
        buffer.plane_mut(at).unwrap().copy_from_slice(samples);
    }
    heard.take(&GenericAudioBufferRef::F32(&buffer)).unwrap();
}

#[test]
fn a_change_of_rate_within_a_file_keeps_the_time_of_both_parts() {
    fn both<T: Taker>(taker: T) -> T {
        let mut heard = Heard::new(taker);
        for (rate, length) in [(8_000, 8_000), (16_000, 16_000)] {
            take(&mut heard, rate, &[&vec![0.5; length]]);
        }
        heard.finish().unwrap()
    }
    let pcm = both(Stretches::default()).finish().unwrap();
    assert_eq!((pcm.rate, pcm.samples.len()), (16_000, 32_000));
    let clip = both(Beside::new(48_000)).finish().unwrap();
    assert_eq!((clip.samples.len(), clip.duration), (96_000, Duration::from_secs(2)));
}

/// A clip of these samples, as far as it is given.
fn begin(rate: u32, samples: &[f32]) -> Beside {
    let mut clip = Beside::new(48_000);
    clip.expect(rate);
    for part in samples.chunks(1_152) {
        clip.take(rate, |room| room.extend_from_slice(part));
    }
    clip
}

#[test]
fn clips_are_the_same_beside_each_other_after_one_that_was_given_up_and_at_another_rate_than_the_file_said() {
    let samples: Vec<f32> = (0..200_000).map(|at| (at as f32 * 0.05).sin() * 0.4).collect();
    let whole = |rate| shape(&Pcm { samples: samples.clone(), rate }, 48_000);
    let (one, other) = (begin(44_100, &samples), begin(32_000, &samples));
    assert_eq!(other.finish().unwrap(), whole(32_000));
    assert_eq!(one.finish().unwrap(), whole(44_100));
    drop(begin(44_100, &samples));
    assert_eq!(begin(44_100, &samples).finish().unwrap(), whole(44_100));
    for (said, is) in [(44_100, 8_000), (8_000, 96_000), (48_000, 22_050), (96_000, 48_000)] {
        let mut clip = Beside::new(48_000);
        clip.expect(said);
        clip.take(is, |room| room.extend_from_slice(&samples));
        assert_eq!(clip.finish().unwrap(), whole(is), "{said} and {is}");
    }
    assert_eq!(Beside::new(48_000).finish(), Err(DecodeError::NoSamples));
}

#[test]
fn a_file_that_mostly_fails_is_damaged() {
    let mut heard = Heard::new(Stretches::default());
    take(&mut heard, 8_000, &[&[0.5; 160]]);
    heard.failed("bad frame");
    heard.failed("bad frame");
    assert_eq!(heard.finish().unwrap_err(), DecodeError::Damaged("bad frame".to_owned()));
}

#[test]
fn samples_that_are_not_numbers_become_silence_and_channels_their_mean() {
    let mut heard = Heard::new(Stretches::default());
    take(&mut heard, 8_000, &[&[f32::NAN, f32::INFINITY, 0.25]]);
    take(&mut heard, 8_000, &[&[f32::NEG_INFINITY, 0.5], &[0.5, 0.25]]);
    assert_eq!(heard.finish().unwrap().finish().unwrap().samples, [0.0, 0.0, 0.25, 0.0, 0.375]);
}

#[test]
fn a_clip_is_what_is_decoded_and_then_shaped() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/audio");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file());
    let mut compared = 0;
    for bytes in files.map(|path| std::fs::read(path).unwrap()) {
        for rate in [48_000, 44_100] {
            assert_eq!(clip(&bytes, None, rate).unwrap(), shape(&decode(&bytes, None).unwrap(), rate));
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}
