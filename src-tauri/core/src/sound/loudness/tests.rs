use std::f32::consts::TAU;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::Turn;
use crate::sound::level::{Level, TARGET};
use crate::sound::source::{Held, source};
use crate::sound::{Clip, measured_clip};

const RATE: u32 = 48_000;

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn call(path: &Path) -> Clip {
    let mut clip = measured_clip(&std::fs::read(path).unwrap(), None, RATE).unwrap();
    clip.level = Some(Level::of(&clip.measure, None, true, true));
    clip
}

fn fixture(name: &str) -> Clip {
    call(&file("tests/fixtures/audio").join(name))
}

/// The demo town's calls, each with the second at which its words begin.
fn town() -> Vec<(String, Clip, f32)> {
    let call_of = |n: usize| {
        // The two that page somebody first.
        let words = if n == 1 || n == 11 { 4.0 } else { 0.0 };
        let name = format!("call-{n:02}.mp3");
        let clip = call(&file("src-tauri/demo/clips").join(&name));
        (name, clip, words)
    };
    (1..=20).map(call_of).collect()
}

/// What a device would get.
fn heard(clip: &Clip) -> Vec<f32> {
    let (mut control, mut source) = source(RATE, 1.0, None);
    let length = clip.samples.len();
    let (from, gap) = Default::default();
    control.play(Held { turn: Turn(1), clip: clip.clone(), from, gap });
    (0..length).map(|_| source.frame().mono).collect()
}

fn lufs(samples: &[f32], rate: u32) -> f32 {
    let mut meter = EbuR128::new(1, rate, Mode::I).unwrap();
    meter.set_channel(0, Channel::DualMono).unwrap();
    meter.add_frames_f32(samples).unwrap();
    meter.loudness_global().unwrap() as f32
}

fn tone(hertz: f32, loud: f32, seconds: f32, rate: u32) -> Vec<f32> {
    let frames = (seconds * rate as f32) as usize;
    (0..frames).map(|at| loud * (TAU * hertz * at as f32 / rate as f32).sin()).collect()
}

/// Data as radios send them: 1,200 bits a second, each as one of two tones, without a jump in between.
fn data(loud: f32, seconds: f32, rate: u32) -> Vec<f32> {
    let (mut phase, mut seed) = (0.0_f32, 1_u32);
    let (frames, bit) = ((seconds * rate as f32) as usize, rate as f32 / 1_200.0);
    let mut last = 0;
    let mut sample = |at: usize| {
        let now = (at as f32 / bit) as u32 + 1;
        if now != last {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            last = now;
        }
        phase += TAU * if seed >> 31 == 0 { 1_200.0 } else { 1_800.0 } / rate as f32;
        loud * phase.sin()
    };
    (0..frames).map(&mut sample).collect()
}

fn measure(samples: &[f32], rate: u32) -> Measure {
    let mut meter = Meter::new();
    // In pieces, as decoders give them.
    for piece in samples.chunks(577) {
        meter.take(piece, rate);
    }
    meter.finish(samples, rate)
}

fn speech() -> Vec<f32> {
    let bytes = std::fs::read(file("tests/fixtures/audio/dispatch-8k.wav")).unwrap();
    crate::sound::decode(&bytes, None).unwrap().samples
}

#[test]
fn over_the_demo_town_the_speech_that_is_played_stays_within_two_units() {
    let (mut sent, mut played) = (Vec::new(), Vec::new());
    for (name, clip, words) in town() {
        let from = (words * RATE as f32) as usize;
        let (before, after) = (lufs(&clip.samples[from..], RATE), lufs(&heard(&clip)[from..], RATE));
        println!("{name}: {before:.1} LUFS sent, {after:.1} played");
        sent.push(before);
        played.push(after);
    }
    let most = |all: &[f32]| all.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let least = |all: &[f32]| all.iter().copied().fold(f32::INFINITY, f32::min);
    println!("{:.1} to {:.1} sent, {:.1} to {:.1} played", least(&sent), most(&sent), least(&played), most(&played));
    assert!(most(&sent) - least(&sent) > 16.0, "there was something to do");
    assert!(most(&played) - least(&played) <= 2.0, "{:.1} to {:.1}", least(&played), most(&played));
    assert!((most(&played) - TARGET).abs() < 2.0);
}

#[test]
fn loud_and_quiet_calls_come_as_near_as_the_clamp_allows() {
    let (loud, quiet) = (fixture("loud-8k.wav"), fixture("quiet-8k.wav"));
    assert!((lufs(&heard(&loud), RATE) - TARGET).abs() < 0.5);
    let raised = lufs(&heard(&quiet), RATE) - lufs(&quiet.samples, RATE);
    assert!((raised - 20.0).abs() < 0.1, "{raised}");
}

#[test]
fn in_no_call_of_the_town_a_voice_is_taken_for_a_tone_and_both_pages_are_found() {
    for (name, clip, words) in town() {
        let steady = &clip.measure.steady;
        let (first, last) = (steady.first().map(|tone| tone.from), steady.last().map(|tone| tone.to));
        let words = (words * MOMENTS as f32) as usize;
        assert!(last.unwrap_or(0) <= words + 14, "{name}: {steady:?}");
        assert!(words == 0 || (first.is_some_and(|at| at < 20) && last.unwrap_or(0) > 600), "{name}: {steady:?}");
    }
}

#[test]
fn no_voice_is_taken_for_a_tone_in_any_encoding() {
    for entry in std::fs::read_dir(file("tests/fixtures/audio")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["dispatch-", "loud-", "quiet-", "short-", "unit-"].iter().any(|start| name.starts_with(start)) {
            let measure = call(&path).measure;
            assert!(measure.steady.is_empty(), "{name}: {:?}", measure.steady);
            assert!(measure.speech.is_some(), "{name}");
        }
    }
}

#[test]
fn tones_and_bursts_of_data_are_found_beside_speech_and_do_not_count_as_such() {
    let alone = measure(&speech(), 8_000).speech.unwrap();
    let both =
        |one, other| tone(one, 0.2, 1.0, 8_000).iter().zip(tone(other, 0.2, 1.0, 8_000)).map(|(a, b)| a + b).collect();
    let sounds: [(&str, Vec<f32>); 5] = [
        ("low", tone(330.0, 0.5, 1.0, 8_000)),
        ("high", tone(2_468.0, 0.5, 1.0, 8_000)),
        ("two at once", both(697.0, 1_209.0)),
        ("data", data(0.5, 1.0, 8_000)),
        ("a short burst of data", data(0.5, 0.4, 8_000)),
    ];
    for (name, sound) in sounds {
        let length = sound.len() as f32 / 8_000.0;
        let found = measure(&[sound, speech()].concat(), 8_000);
        let (Some(first), Some(last)) = (found.steady.first(), found.steady.last()) else {
            panic!("{name} is not found")
        };
        let ends = last.to as f32 / MOMENTS as f32;
        let is_whole = found.steady.windows(2).all(|pair| pair[1].from <= pair[0].to + 1);
        assert!(first.from < 8 && is_whole && (ends - length).abs() < 0.1, "{name}: {:?}", found.steady);
        let spoken = found.speech.unwrap();
        assert!((spoken - alone).abs() < 1.0, "{name}: {spoken} instead of {alone}");
        // A burst may be too short for the library.
        let (real, told) = (found.tones.unwrap_or(first.lufs), first.lufs);
        assert!((real - told).abs() < 4.5, "{name}: {told} instead of {real}");
    }
}

#[test]
fn a_page_is_heard_below_the_words_that_follow_it() {
    let (_, page, words) = town().swap_remove(0);
    let out = heard(&page);
    let (tones, words) = out.split_at((words * RATE as f32) as usize);
    let (tones, words) = (lufs(&tones[RATE as usize / 4..], RATE), lufs(words, RATE));
    println!("tones {tones:.1}, words {words:.1}");
    // 8.5 dB louder they were sent; at most 12 are taken away.
    assert!(words - tones > 3.0, "tones {tones}, words {words}");
}

#[test]
fn what_is_too_short_or_silent_has_no_loudness() {
    let silence = fixture("silence-2s-8k.wav").measure;
    assert!((silence.speech, silence.silent) == (None, true), "{silence:?}");
    let beep = fixture("tone-0.2s-8k.wav").measure;
    assert_eq!((beep.speech, beep.silent), (None, false));
    assert!(measure(&[0.0; 800], 8_000).silent);
    let nothing = measure(&[], 8_000);
    assert_eq!((nothing.speech, nothing.peaks.len()), (None, 0));
}

#[test]
fn loudness_is_that_of_the_library_at_every_rate() {
    for rate in [2_000, 8_000, 11_025, 16_000, 44_100, 48_000, 96_000] {
        let samples = crate::sound::shape::resample(&speech(), 8_000, rate);
        let (ours, theirs) = (measure(&samples, rate).speech.unwrap(), lufs(&samples, rate));
        assert!((ours - theirs).abs() < 0.05 || rate < 8_000, "{rate}: {ours} instead of {theirs}");
        let played = lufs(&crate::sound::shape::resample(&samples, rate, RATE), RATE);
        assert!((ours - played).abs() < if rate < 8_000 { 2.0 } else { 0.5 }, "{rate}: {ours}, and played at {played}");
    }
}

#[test]
fn a_file_that_changes_its_rate_is_measured_as_a_whole() {
    let (one, other) = (speech(), crate::sound::shape::resample(&speech(), 8_000, 16_000));
    let mut meter = Meter::new();
    meter.take(&one, 8_000);
    meter.take(&other, 16_000);
    let both = meter.finish(&[], RATE).speech.unwrap();
    assert!((both - measure(&one, 8_000).speech.unwrap()).abs() < 0.3);
}

#[test]
fn a_peak_between_two_samples_is_found() {
    // Sampled at its knees, a tone of a quarter of the rate shows 3 dB less than it is.
    let samples: Vec<f32> = (0..4_800).map(|at| if at % 4 < 2 { 0.5 } else { -0.5 }).collect();
    let middle = peaks(&samples, RATE, 10.0)[10];
    assert!((middle - 0.5 * 2f32.sqrt()).abs() < 0.01, "{middle}");
    assert_eq!(peaks(&samples, RATE, 0.1)[10], 0.5, "where nothing is near the ceiling, nothing is looked for");
}
