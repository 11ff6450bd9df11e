//! What is heard of a call at any tempo: the same tones, no clicks, and nothing lost but silences.

use std::f32::consts::TAU;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::sound::silences::Silence;
use crate::sound::{Clip, Measure, Tempo};

const RATE: u32 = 48_000;

fn held(turn: u32, samples: Vec<f32>, silences: Vec<Silence>) -> Held {
    let clip = Clip {
        duration: crate::sound::shape::length(samples.len(), RATE),
        samples: Arc::new(samples),
        rate: RATE,
        peaks: vec![0; crate::sound::PEAKS].into(),
        measure: Measure { silences, ..Measure::default() }.into(),
        level: None,
        mix: Default::default(),
    };
    Held { turn: Turn(turn), clip, from: Duration::ZERO, gap: Duration::ZERO }
}

fn sine(hertz: f32, samples: usize) -> Vec<f32> {
    (0..samples).map(|at| 0.5 * (TAU * (hertz / RATE as f32 * at as f32).fract()).sin()).collect()
}

/// So many frames.
fn pull(source: &mut Source, frames: usize) -> Vec<f32> {
    (0..frames).map(|_| source.frame().mono).collect()
}

/// All there is of what sounds.
fn play_out(source: &mut Source) -> Vec<f32> {
    let mut heard = vec![source.frame().mono];
    while source.current.is_some() {
        heard.push(source.frame().mono);
    }
    heard
}

/// The frequency, by the crossings of zero.
fn pitch(samples: &[f32]) -> f32 {
    let crossings: Vec<f32> = samples
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0.0 && pair[1] >= 0.0)
        .map(|(at, pair)| at as f32 - pair[0] / (pair[1] - pair[0]))
        .collect();
    let (first, last) = (crossings[0], crossings[crossings.len() - 1]);
    (crossings.len() - 1) as f32 * RATE as f32 / (last - first)
}

fn largest_step(samples: &[f32]) -> f32 {
    samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn tones_keep_their_pitch_and_their_level_without_a_click_and_last_as_long_as_the_tempo_says() {
    for percent in [105, 110, 125, 140] {
        for hertz in [62.5, 110.0, 440.0, 853.3, 1_000.0, 2_805.0] {
            let (mut control, mut source) = source(RATE, 1.0, None);
            control.set_tempo(Tempo::new(percent, false));
            control.play(held(1, sine(hertz, 4 * RATE as usize), Vec::new()));
            let heard = play_out(&mut source);
            let seconds = heard.len() as f32 / RATE as f32;
            let speed = 4.0 / seconds / (f32::from(percent) / 100.0);
            assert!((speed - 1.0).abs() < 0.01, "{hertz} Hz at {percent} %: {speed}");
            let kept = pitch(&heard[RATE as usize / 4..heard.len() - RATE as usize / 4]) / hertz;
            assert!((kept - 1.0).abs() < 0.002, "{hertz} Hz at {percent} %: {kept}");
            let own = largest_step(&sine(hertz, RATE as usize));
            assert!(largest_step(&heard) < own * 1.1, "a click at {hertz} Hz and {percent} %");
            let peaks = heard[RATE as usize / 4..heard.len() - RATE as usize / 4].chunks_exact(RATE as usize / 50);
            let level = peaks.map(|moment| moment.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs())));
            let (soft, loud) = level.fold((1.0_f32, 0.0_f32), |(soft, loud), peak| (soft.min(peak), loud.max(peak)));
            assert!(soft > 0.48 && loud < 0.52, "{hertz} Hz at {percent} %: {soft} to {loud}");
        }
    }
}

#[test]
fn a_new_tempo_is_heard_at_once_without_a_click_and_the_usual_one_plays_every_sample() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    let call = sine(440.0, 10 * RATE as usize);
    control.play(held(1, call.clone(), Vec::new()));
    let mut heard = pull(&mut source, RATE as usize);
    assert_eq!(heard, call[..RATE as usize]);
    for percent in [140, 110, 135, 100] {
        control.set_tempo(Tempo::new(percent, false));
        let from = source.shared.position.load(Relaxed);
        heard.extend(pull(&mut source, RATE as usize));
        let advanced = (source.shared.position.load(Relaxed) - from) as f32 / RATE as f32;
        assert!((advanced - f32::from(percent) / 100.0).abs() < 0.03, "{advanced} at {percent} %");
    }
    assert!(largest_step(&heard) < largest_step(&call) * 1.1);
    let at = source.shared.position.load(Relaxed) as usize;
    assert_eq!(pull(&mut source, 4_800), call[at..at + 4_800]);
}

#[test]
fn silences_are_left_out_only_while_they_are_to_be_and_so_is_the_pause_before_the_next_call() {
    let second = RATE as usize;
    let call = || [sine(440.0, second), vec![0.0; second], sine(440.0, second)].concat();
    let silences = vec![Silence { from: 212, to: 382 }];
    for (trims, expected) in [(false, 3 * second + 24_000), (true, 3 * second - 170 * second / 200)] {
        let (mut control, mut source) = source(RATE, 1.0, None);
        control.set_tempo(Tempo::new(100, trims));
        control.play(held(1, call(), silences.clone()));
        control.next(Held { gap: Duration::from_millis(500), ..held(2, sine(880.0, 480), Vec::new()) }, Turn(1));
        let heard = pull(&mut source, 4 * second);
        let sounds: Vec<_> = (0..heard.len()).filter(|at| heard[*at] != 0.0).collect();
        let (first, last) = (sounds[0], sounds[sounds.len() - 1]);
        assert!((last - first + 1).abs_diff(expected + 480) < 4, "{trims}: {} for {expected}", last - first);
        assert!(largest_step(&heard[..expected - 100]) < 0.03, "{trims}");
        let told: Vec<_> = std::iter::from_fn(|| control.report()).collect();
        let (one, two) = (Turn(1), Turn(2));
        assert_eq!(
            told,
            [Report::Started(one), Report::Ended(one), Report::Started(two), Report::Ended(two)],
            "each call is told of once"
        );
    }
}

#[test]
fn where_a_fast_call_is_paused_is_told_in_its_own_time() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.set_tempo(Tempo::new(140, true));
    let second = RATE as usize;
    let call = [vec![0.0; second], sine(440.0, 3 * second)].concat();
    control.play(held(1, call, vec![Silence { from: 12, to: 182 }]));
    pull(&mut source, second);
    control.pause();
    pull(&mut source, 480);
    let paused = std::iter::from_fn(|| control.report())
        .find_map(|report| if let Report::Paused(_, at) = report { Some(at as f32 / RATE as f32) } else { None });
    // A second at 1.4 times the speed, and the 850 ms that were left out.
    let at = paused.expect("it is paused");
    assert!((at - 2.25).abs() < 0.04, "{at}");
    assert!((control.remains().current.expect("it is kept").from.as_secs_f32() - at).abs() < 1e-3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mix_of_waves_keeps_its_bounds_and_any_run_of_calls_its_speed(
        parts in prop::collection::vec((40.0..3_000.0f32, 0.0..1.0f32), 1..5),
        lengths in prop::collection::vec(2_000..60_000usize, 1..6),
        percent in 100..=140u16,
    ) {
        let (mut control, mut source) = source(RATE, 1.0, None);
        control.set_tempo(Tempo::new(percent, false));
        let most: f32 = parts.iter().map(|(_, level)| level).sum::<f32>().max(0.01);
        let wave = |at: usize| {
            let one = |hertz: f32| (TAU * (hertz / RATE as f32 * at as f32).fract()).sin();
            parts.iter().map(|(hertz, level)| level * one(*hertz)).sum::<f32>() / most
        };
        let mut heard = 0;
        let call = |turn: u32| held(turn, (0..lengths[turn as usize]).map(wave).collect(), Vec::new());
        let calls = lengths.len() as u32;
        control.play(call(0));
        for turn in 0..calls {
            // As the desk does it: the next one is there before this one has ended.
            if turn + 1 < calls { control.next(call(turn + 1), Turn(turn)) }
            while source.current.is_none() || source.current.as_ref().is_some_and(|voice| voice.turn == Turn(turn)) {
                let sample = source.frame().mono;
                // Two places of one call that do not look the same may meet in their peaks.
                prop_assert!(sample.is_finite() && sample.abs() <= 1.45, "{}", sample);
                heard += 1;
                if source.current.is_none() { break }
            }
        }
        let all: usize = lengths.iter().sum();
        let expected = all as f32 * 100.0 / f32::from(percent);
        // The last call's end cannot be made good by the next.
        prop_assert!((heard as f32 - expected).abs() < 0.04 * RATE as f32, "{} for {}", heard, expected);
    }
}
