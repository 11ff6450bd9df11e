use std::f32::consts::TAU;
use std::sync::Arc;
use std::time::Duration;

use ebur128::{EbuR128, Mode};
use proptest::prelude::*;

use super::*;
use crate::sound::loudness::{Meter, Steady};
use crate::sound::{Clip, Mix, PEAKS};

const RATE: u32 = 48_000;

fn spoken(lufs: f32) -> Measure {
    Measure { speech: Some(lufs), peaks: vec![0.1; 400], ..Measure::default() }
}

/// A clip of these samples, measured as a call is.
fn clip(samples: Vec<f32>, rate: u32) -> Clip {
    let mut meter = Meter::new();
    meter.take(&samples, rate);
    let measure = meter.finish(&samples, rate).into();
    let duration = crate::sound::shape::length(samples.len(), rate);
    Clip {
        samples: Arc::new(samples),
        rate,
        duration,
        peaks: vec![0; PEAKS].into(),
        measure,
        level: None,
        mix: Mix::default(),
    }
}

/// The loudest point in decibels, as somebody else's library finds it.
fn true_peak(samples: &[f32], rate: u32) -> f64 {
    let mut meter = EbuR128::new(1, rate, Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f32(samples).unwrap();
    20.0 * meter.true_peak(0).unwrap().log10()
}

#[test]
fn a_call_is_brought_to_the_target_as_far_as_the_clamp_allows() {
    let table = [(-18.0, 0.0), (-30.0, 12.0), (-10.0, -8.0), (-38.0, 20.0), (-60.0, 20.0), (-3.0, -15.0), (5.0, -15.0)];
    for (lufs, gain) in table {
        assert_eq!(gain_db(&spoken(lufs), Some(-25.0)), gain, "{lufs}");
    }
}

#[test]
fn what_cannot_be_measured_goes_by_its_talkgroup_then_by_its_tones_then_stays() {
    let short = Measure { tones: Some(-10.0), ..Measure::default() };
    assert_eq!(gain_db(&short, Some(-25.0)), 7.0);
    assert_eq!(gain_db(&short, None), -8.0);
    assert_eq!(gain_db(&Measure::default(), None), 0.0);
}

#[test]
fn silence_is_made_quieter_with_its_talkgroup_and_never_louder() {
    let silent = Measure { silent: true, ..Measure::default() };
    assert_eq!(gain_db(&silent, Some(-30.0)), 0.0);
    assert_eq!(gain_db(&silent, Some(-10.0)), -8.0);
}

#[test]
fn without_loudness_and_taming_every_sample_stays_as_it_is() {
    let loud = clip((0..RATE).map(|at| (TAU * at as f32 / 7.0).sin()).collect(), RATE);
    let level = Level::of(&loud.measure, None, false, false);
    assert_eq!(Curve::new(&loud.measure, Some(&level), 0.0, RATE), None);
    assert_eq!(Clip { level: Some(level), ..loud.clone() }.as_played(), *loud.samples);
}

#[test]
fn a_tone_comes_down_below_speech_by_twelve_decibels_at_most_and_never_up() {
    let table =
        [(-18.0, -18.0, 6.0), (-10.0, -20.0, 12.0), (-24.0, -18.0, 0.0), (-60.0, -18.0, 0.0), (-21.0, -18.0, 3.0)];
    for (tone, speech, down) in table {
        assert_eq!(taming_db(tone, speech), down, "{tone} beside {speech}");
    }
    assert_eq!(taming_db(f32::NAN, -18.0), 0.0);
    assert_eq!(taming_db(f32::NEG_INFINITY, -18.0), 0.0);
}

#[test]
fn only_the_tone_is_tamed_and_the_word_after_it_is_whole_again_soon() {
    let tone = Steady { from: 100, to: 200, lufs: -10.0 };
    let measure = Measure { steady: vec![tone], ..spoken(TARGET) };
    let curve = Curve::new(&measure, Some(&Level { gain_db: None, tame: Some(TARGET) }), 0.0, 200).unwrap();
    assert_eq!((curve.at(0), curve.at(95), curve.at(250)), (1.0, 1.0, 1.0));
    assert!((curve.at(150) - factor(-MOST_TAMING)).abs() < 1e-6);
    let off = Level { gain_db: None, tame: None };
    assert_eq!(Curve::new(&measure, Some(&off), 0.0, 200), None);
}

#[test]
fn a_peak_is_down_before_it_comes_and_what_is_far_from_it_keeps_its_gain() {
    let mut samples: Vec<f32> = (0..2 * RATE).map(|at| 0.05 * (TAU * at as f32 * 700.0 / RATE as f32).sin()).collect();
    samples[RATE as usize] = 0.9;
    let spiky = clip(samples, RATE);
    let level = Level { gain_db: Some(15.0), tame: None };
    let curve = Curve::new(&spiky.measure, Some(&level), 0.0, RATE).unwrap();
    assert!(0.9 * curve.at(RATE as usize) <= CEILING);
    let far = RATE as usize / 2;
    assert_eq!((curve.at(RATE as usize - far), curve.at(RATE as usize + far)), (factor(15.0), factor(15.0)));
}

#[test]
fn what_overshoots_before_the_first_sample_is_limited_too() {
    let mut call = clip((0..113).map(|at| 0.9 * (2.9 * at as f32 + 1.733).sin()).collect(), 44_100);
    call.level = Some(Level::of(&call.measure, None, true, false));
    let peak = true_peak(&call.as_played(), 44_100);
    assert!(peak <= -1.0, "{peak} dBTP");
}

/// Sounds of all kinds: a tone up to half the rate, noise, spikes, and steps, as loud as they may be and louder.
fn sound() -> impl Strategy<Value = Vec<f32>> {
    let tone = (0.0..0.5_f32, 0.0..TAU, 0.001..1.0_f32, 1_usize..9_000)
        .prop_map(|(turns, phase, loud, n)| (0..n).map(|at| loud * (TAU * turns * at as f32 + phase).sin()).collect());
    let noise = prop::collection::vec(-1.0..1.0_f32, 1..4_000);
    let spikes = prop::collection::vec(prop_oneof![9 => Just(0.0_f32), 1 => -2.0..2.0_f32], 1..4_000);
    let steps = prop::collection::vec(prop_oneof![Just(1.0_f32), Just(-1.0)], 1..4_000);
    prop_oneof![tone, noise, spikes, steps]
}

fn any_lufs() -> impl Strategy<Value = Option<f32>> {
    prop::option::of(prop_oneof![-90.0..10.0_f32, any::<f32>()])
}

proptest! {
    #[test]
    fn the_gain_is_within_the_clamp_whatever_was_measured(
        speech in any_lufs(), tones in any_lufs(), usual in any_lufs(), silent: bool,
    ) {
        let gain = gain_db(&Measure { speech, tones, silent, ..Measure::default() }, usual);
        prop_assert!((LEAST_DB..=MOST_DB).contains(&gain), "{gain}");
        prop_assert!(!silent || gain <= 0.0);
    }

    #[test]
    fn no_peak_is_over_minus_one_decibel_between_samples_either(
        samples in sound(), usual in any_lufs(), gain in prop::option::of(LEAST_DB..=MOST_DB), tame: bool, loudness: bool,
        offset in -MOST_OFFSET_DB..=MOST_OFFSET_DB, boost in 0.0..=MOST_BOOST_DB,
        rate in prop::sample::select(vec![44_100, 48_000, 96_000]),
    ) {
        let mut call = clip(samples, rate);
        let own = Level::of(&call.measure, usual, true, tame);
        // Any other gain up to its own must do as well.
        let lower = gain.map_or(own.gain_db, |gain| own.gain_db.map(|own| own.min(gain)));
        call.level = Some(Level { gain_db: lower.filter(|_| loudness), ..own });
        // A clip has no volume of its own; what that adds is limited in the same way.
        call.mix.offset_db = offset + boost;
        prop_assume!(loudness || offset + boost > 0.0);
        let played = call.as_played();
        prop_assert!(played.iter().all(|sample| sample.is_finite()));
        let peak = true_peak(&played, rate);
        prop_assert!(peak <= -1.0, "{peak} dBTP");
    }

    #[test]
    fn the_factor_never_jumps(samples in sound(), tame: bool, more in -12.0..18.0_f32) {
        let call = clip(samples, RATE);
        let level = Level::of(&call.measure, None, true, tame);
        if let Some(curve) = Curve::new(&call.measure, Some(&level), more, RATE) {
            for at in 0..call.samples.len() {
                let (one, next) = (curve.at(at), curve.at(at + 1));
                prop_assert!(next <= one * 1.001 && one <= next * 1.01, "{one} to {next} at {at}");
            }
        }
    }
}

#[test]
fn a_curve_lasts_as_long_as_its_call_at_every_rate() {
    let measure = spoken(-30.0);
    for rate in [8_000, 44_100, 48_000] {
        let curve = Curve::new(&measure, Some(&Level::of(&measure, None, true, true)), 0.0, rate).unwrap();
        let end = crate::sound::shape::frames(Duration::from_secs(3), rate);
        assert_eq!((curve.at(0), curve.at(end)), (factor(12.0), factor(12.0)));
    }
}

#[test]
fn what_was_not_measured_is_made_quieter_as_wanted_and_never_louder() {
    let measure = Measure::default();
    assert_eq!(Curve::new(&measure, None, 6.0, RATE), None);
    let quieter = Curve::new(&measure, None, -6.0, RATE).unwrap();
    assert_eq!((quieter.at(0), quieter.at(9_999)), (factor(-6.0), factor(-6.0)));
}
