//! What holds for any sequence of orders, and the exact samples of the ordinary ones.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::Keypad;
use crate::sound::{Beep, Clip, Measure, Mix, PEAKS, Press, Tempo};

/// Small enough to read, large enough for a fade of five frames.
const RATE: u32 = 1_000;
const FADE_FRAMES: usize = 5;

fn held(turn: u32, samples: Vec<f32>) -> Held {
    let duration = crate::sound::shape::length(samples.len(), RATE);
    let clip = Clip {
        samples: Arc::new(samples),
        rate: RATE,
        duration,
        peaks: vec![0; PEAKS].into(),
        measure: Default::default(),
        level: None,
        mix: Default::default(),
    };
    Held { turn: Turn(turn), clip, from: Duration::ZERO, gap: Duration::ZERO }
}

/// A clip whose every sample tells the turn it belongs to.
fn marked(turn: u32, length: usize) -> Held {
    held(turn, vec![turn as f32; length])
}

fn millis(held: Held, gap: u64) -> Held {
    Held { gap: Duration::from_millis(gap), ..held }
}

const BEEP: Beep = Beep { keypad: Keypad::Uniden, press: Press::On };

fn pull(source: &mut Source, frames: usize) -> Vec<f32> {
    (0..frames).map(|_| source.frame().mono).collect()
}

fn reports(control: &mut Control) -> Vec<Report> {
    std::iter::from_fn(|| control.report()).collect()
}

#[test]
fn two_clips_in_a_row_sound_as_if_they_were_one() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    let (first, second): (Vec<f32>, Vec<f32>) =
        ((1..50).map(|n| n as f32).collect(), (50..90).map(|n| n as f32).collect());
    control.play(held(1, first.clone()));
    control.next(held(2, second.clone()), Turn(1));
    let heard = pull(&mut source, 100);
    assert_eq!(heard[..89], [first, second].concat());
    assert_eq!(heard[89..], [0.0; 11]);
    let (one, two) = (Turn(1), Turn(2));
    let expected = [Report::Started(one), Report::Ended(one), Report::Started(two), Report::Ended(two)];
    assert_eq!(reports(&mut control), expected);
    assert!(control.is_empty());
}

#[test]
fn a_beep_follows_the_volume_and_takes_only_the_room_that_a_loud_call_leaves() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.set_gain(0.0);
    pull(&mut source, 20);
    control.beep(BEEP);
    assert!(pull(&mut source, 200).iter().all(|sample| *sample == 0.0), "muted");
    control.set_gain(1.0);
    pull(&mut source, 20);
    control.play(held(1, vec![0.9; 100]));
    control.beep(BEEP);
    let heard = pull(&mut source, 100);
    assert!(heard.iter().all(|sample| (0.8 - 1e-6..=1.0).contains(sample)), "{heard:?}");
    assert!(heard.iter().any(|sample| *sample != 0.9));
}

#[test]
fn a_pause_between_calls_is_silence_of_that_length() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 20));
    control.next(millis(marked(2, 20), 30), Turn(1));
    assert_eq!(pull(&mut source, 75), [vec![1.0; 20], vec![0.0; 30], vec![2.0; 20], vec![0.0; 5]].concat());
}

#[test]
fn what_follows_the_follower_does_not_push_it_out_before_it_has_begun() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 20));
    control.next(millis(marked(2, 20), 30), Turn(1));
    pull(&mut source, 25);
    control.next(marked(3, 20), Turn(2));
    assert_eq!(pull(&mut source, 70), [vec![0.0; 25], vec![2.0; 20], vec![3.0; 20], vec![0.0; 5]].concat());
}

#[test]
fn a_follower_that_has_not_begun_can_still_be_replaced() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 20));
    control.next(millis(marked(2, 20), 30), Turn(1));
    pull(&mut source, 25);
    control.next(marked(3, 20), Turn(1));
    assert_eq!(pull(&mut source, 25), [vec![3.0; 20], vec![0.0; 5]].concat());
}

#[test]
fn a_next_that_comes_too_late_waits_only_for_the_rest_of_its_pause() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 20));
    pull(&mut source, 30);
    control.next(millis(marked(2, 20), 30), Turn(1));
    assert_eq!(pull(&mut source, 25), [vec![0.0; 20], vec![2.0; 5]].concat());
}

#[test]
fn skipping_fades_out_and_begins_the_other() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 100));
    pull(&mut source, 10);
    control.play(held(2, vec![0.5; 20]));
    let heard = pull(&mut source, 10);
    assert_eq!(heard, [0.8, 0.6, 0.4, 0.2, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5]);
    assert_eq!(reports(&mut control), [Report::Started(Turn(1)), Report::Started(Turn(2))]);
}

#[test]
fn a_pause_keeps_the_position_and_going_on_fades_in() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(held(1, (0..100).map(|n| n as f32).collect()));
    pull(&mut source, 50);
    control.pause();
    pull(&mut source, 20);
    control.resume();
    let heard = pull(&mut source, 10);
    assert_eq!(heard[FADE_FRAMES..], [60.0, 61.0, 62.0, 63.0, 64.0]);
    assert!((heard[0] - 55.0 / 5.0).abs() < 1e-4, "{heard:?}");
    let turn = Turn(1);
    assert_eq!(reports(&mut control), [Report::Started(turn), Report::Paused(turn, 55), Report::Resumed(turn)]);
}

#[test]
fn a_clip_from_a_position_begins_there_and_fades_in() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    let clip = held(1, (0..100).map(|n| n as f32).collect());
    control.play(Held { from: Duration::from_millis(40), ..clip });
    assert_eq!(pull(&mut source, 10)[4..], [44.0, 45.0, 46.0, 47.0, 48.0, 49.0]);
}

#[test]
fn a_change_of_volume_is_done_within_ten_milliseconds_and_has_no_step() {
    let (mut control, mut source) = source(48_000, 1.0, None);
    control.play(held(1, vec![1.0; 4_800]));
    pull(&mut source, 1_000);
    control.set_gain(0.0);
    let heard = pull(&mut source, 480);
    assert_eq!(heard[479], 0.0);
    let steepest = heard.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.01, "{steepest}");
    control.set_gain(1.0);
    assert_eq!(pull(&mut source, 481)[480], 1.0);
}

#[test]
fn next_after_stop_stays_silent() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 100));
    pull(&mut source, 10);
    control.stop();
    control.next(marked(2, 20), Turn(1));
    pull(&mut source, FADE_FRAMES);
    control.next(marked(3, 20), Turn(1));
    assert_eq!(pull(&mut source, 200), [0.0; 200]);
    let told = reports(&mut control);
    assert!(
        matches!(told[..], [Report::Started(Turn(1)), Report::NotTaken(Turn(2), _), Report::NotTaken(Turn(3), _)]),
        "{told:?}"
    );
}

#[test]
fn a_storm_of_skips_plays_only_the_last() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    for turn in 1..=500 {
        control.play(marked(turn, 20));
        control.next(marked(turn + 1_000, 20), Turn(turn));
    }
    let heard: Vec<f32> = (0..100)
        .map(|_| {
            control.report();
            source.frame().mono
        })
        .collect();
    // What fitted into the ring began with the first frame; everything after it was left out.
    assert!(heard[FADE_FRAMES + 2..].iter().all(|sample| [0.0, 500.0, 1_500.0].contains(sample)), "{heard:?}");
    assert_eq!(heard.iter().filter(|sample| **sample == 500.0).count(), 20);
    assert_eq!(heard.iter().filter(|sample| **sample == 1_500.0).count(), 20);
}

#[test]
fn what_is_left_has_the_position_and_the_next() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(marked(1, 100));
    control.next(marked(2, 100), Turn(1));
    pull(&mut source, 42);
    drop(source);
    assert_eq!(reports(&mut control), [Report::Started(Turn(1))]);
    let remains = control.remains();
    let current = remains.current.map(|held| (held.turn, held.from));
    assert_eq!(current, Some((Turn(1), Duration::from_millis(42))));
    assert_eq!(remains.next.map(|held| held.turn), Some(Turn(2)));
}

fn sides(source: &mut Source, frames: usize) -> Vec<[f32; 2]> {
    (0..frames).map(|_| source.frame()).map(|frame| [frame.left, frame.right]).collect()
}

/// A clip that was measured, as all are that are played.
fn measured(turn: u32, samples: Vec<f32>, rate: u32, mix: Mix) -> Held {
    let mut held = held(turn, samples);
    let peaks = crate::sound::loudness::peaks(&held.clip.samples, rate, 100.0);
    held.clip = Clip { measure: Measure { peaks, ..Measure::default() }.into(), rate, mix, ..held.clip };
    held
}

#[test]
fn a_balance_makes_one_side_quieter_and_is_nothing_to_a_device_with_one_channel() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    let mix = Mix { balance: -0.75, offset_db: 0.0 };
    control.play(measured(1, vec![0.5; 20], RATE, mix));
    control.next(measured(2, vec![0.5; 20], RATE, Mix::default()), Turn(1));
    assert_eq!(sides(&mut source, 10), [[0.5, 0.125]; 10]);
    assert_eq!(source.frame().mono, 0.5);
    assert_eq!(sides(&mut source, 9), [[0.5, 0.125]; 9]);
    assert_eq!(sides(&mut source, 20), [[0.5, 0.5]; 20], "the next call has its own");
}

#[test]
fn a_mix_turned_in_mid_call_is_there_after_five_milliseconds_and_does_not_click() {
    let (mut control, mut source) = source(48_000, 1.0, None);
    control.play(measured(1, vec![0.25; 48_000], 48_000, Mix::default()));
    pull(&mut source, 1_000);
    control.mix(Turn(1), Mix { balance: 1.0, offset_db: 6.0 });
    let heard = sides(&mut source, 241);
    let louder = 0.25 * 10f32.powf(6.0 / 20.0);
    let [left, right] = heard[240];
    assert!(left == 0.0 && (right - louder).abs() < 1e-4, "{left} {right}");
    let step = |side: usize| heard.windows(2).map(|pair| (pair[0][side] - pair[1][side]).abs()).fold(0.0, f32::max);
    assert!(step(0) < 0.002 && step(1) < 0.002, "{} {}", step(0), step(1));
    // Turned back and forth faster than it goes over: the last one is what counts.
    for balance in [-1.0, 0.5, -0.5, 0.0] {
        control.mix(Turn(1), Mix { balance, offset_db: 0.0 });
        let heard = sides(&mut source, 20);
        assert!(heard.windows(2).all(|pair| (pair[0][0] - pair[1][0]).abs() < 0.004), "{heard:?}");
    }
    assert_eq!(sides(&mut source, 481)[480], [0.25, 0.25]);
    assert!(reports(&mut control).iter().all(|report| matches!(report, Report::Started(_))), "nothing else is told");
}

#[test]
fn a_mix_of_the_call_to_come_is_there_from_its_first_sample() {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.play(measured(1, vec![0.5; 20], RATE, Mix::default()));
    control.next(measured(2, vec![0.5; 20], RATE, Mix::default()), Turn(1));
    pull(&mut source, 10);
    control.mix(Turn(2), Mix { balance: 1.0, offset_db: 0.0 });
    control.mix(Turn(7), Mix { balance: 1.0, offset_db: 0.0 });
    assert_eq!(sides(&mut source, 10), [[0.5, 0.5]; 10]);
    assert_eq!(sides(&mut source, 20), [[0.0, 0.5]; 20]);
}

#[test]
fn a_call_that_is_as_loud_as_can_be_does_not_clip_at_any_volume_and_offset() {
    let wave = |at: usize| (at as f32 * 0.37).sin();
    for (volume, offset_db) in [(2.0, 0.0), (1.0, 12.0), (2.0, 12.0), (9.0, 40.0)] {
        let (mut control, mut source) = source(48_000, volume, None);
        control.play(measured(1, (0..9_600).map(wave).collect(), 48_000, Mix { balance: 0.0, offset_db }));
        let heard = pull(&mut source, 9_600);
        let peak = heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.7..0.9).contains(&peak), "{peak} at {volume} and {offset_db} dB");
    }
}

#[test]
fn a_volume_above_full_turned_up_in_mid_call_makes_it_louder_and_still_does_not_clip() {
    let (mut control, mut source) = source(48_000, 1.0, None);
    let wave = |at: usize| (at as f32 * 0.37).sin() * if at < 24_000 { 0.1 } else { 0.7 };
    control.play(measured(1, (0..48_000).map(wave).collect(), 48_000, Mix::default()));
    pull(&mut source, 4_800);
    control.set_gain(2.0);
    let peak = |heard: Vec<f32>| heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    pull(&mut source, 480);
    let quiet = peak(pull(&mut source, 4_800));
    assert!((quiet - 0.2).abs() < 0.01, "{quiet}");
    let loud = peak(pull(&mut source, 37_920));
    assert!((0.7..0.9).contains(&loud), "{loud}");
}

#[derive(Debug, Clone)]
enum Step {
    Play(usize, u64),
    Next(usize, u64),
    NoNext,
    Stop,
    Pause,
    Resume,
    Mix(u32, Mix),
    Volume(f32),
    Tempo(u16, bool),
    Pull(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..40_usize, 0..50_u64).prop_map(|(length, from)| Step::Play(length, from)),
        2 => (0..40_usize, 0..20_u64).prop_map(|(length, gap)| Step::Next(length, gap)),
        1 => Just(Step::NoNext),
        1 => Just(Step::Stop),
        1 => Just(Step::Pause),
        1 => Just(Step::Resume),
        2 => (0..3_u32, -1.0..1.0_f32, -12.0..0.0_f32)
            .prop_map(|(back, balance, offset_db)| Step::Mix(back, Mix { balance, offset_db })),
        1 => (0.0..2.0_f32).prop_map(Step::Volume),
        1 => (90..150_u16, any::<bool>()).prop_map(|(percent, trims)| Step::Tempo(percent, trims)),
        5 => (0..30_usize).prop_map(Step::Pull),
    ]
}

/// One run of steps: everything heard, and every report with the number of frames heard before it was read.
fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut control, mut source) = source(RATE, 1.0, None);
    let (mut turn, mut stopped_for, mut paused_for) = (0, None, None);
    let (mut started, mut ended) = (Vec::new(), Vec::new());
    for step in steps {
        match *step {
            Step::Play(length, from) => {
                turn += 1;
                control.play(Held { from: Duration::from_millis(from), ..held(turn, vec![1.0; length]) });
                (stopped_for, paused_for) = (None, None);
            }
            Step::Next(length, gap) => {
                turn += 1;
                control.next(millis(held(turn, vec![1.0; length]), gap), Turn(turn - 1));
            }
            Step::NoNext => control.no_next(Turn(turn)),
            Step::Stop => {
                control.stop();
                stopped_for = Some(0);
            }
            Step::Pause => {
                control.pause();
                paused_for = paused_for.or(Some(0));
            }
            Step::Resume => {
                control.resume();
                paused_for = None;
            }
            Step::Mix(back, mix) => control.mix(Turn(turn.saturating_sub(back)), mix),
            Step::Volume(volume) => control.set_gain(volume),
            Step::Tempo(percent, trims) => control.set_tempo(Tempo::new(percent, trims)),
            Step::Pull(frames) => {
                for _ in 0..frames {
                    let sample = source.frame().mono;
                    // Two clips at once would be louder than one.
                    prop_assert!((0.0..1.000_1).contains(&sample));
                    for silent_for in [&mut stopped_for, &mut paused_for].into_iter().flatten() {
                        prop_assert!(*silent_for < FADE_FRAMES || sample == 0.0, "sounds after {silent_for} frames");
                        *silent_for += 1;
                    }
                }
            }
        }
        for report in reports(&mut control) {
            match report {
                Report::Started(turn) => started.push(turn),
                Report::Ended(turn) => {
                    prop_assert!(started.contains(&turn), "{turn:?} ended before it started");
                    ended.push(turn);
                }
                Report::Paused(..)
                | Report::Resumed(_)
                | Report::Done(..)
                | Report::NotTaken(..)
                | Report::Spent(_) => {}
            }
        }
    }
    each_once(&mut started)?;
    each_once(&mut ended)
}

fn each_once(turns: &mut Vec<Turn>) -> Result<(), TestCaseError> {
    let count = turns.len();
    turns.sort();
    turns.dedup();
    prop_assert_eq!(turns.len(), count, "a turn was reported twice");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn at_most_one_turn_sounds_nothing_after_stop_and_each_end_once(steps in prop::collection::vec(step(), 0..60)) {
        run(&steps)?;
    }

    #[test]
    fn a_beep_is_heard_beside_the_calls_and_changes_nothing_of_them(
        lengths in prop::collection::vec(1..200_usize, 1..4),
        pauses in prop::collection::vec(any::<bool>(), 5),
        presses in prop::collection::vec(0..5_usize, 0..3),
    ) {
        let hear = |with_beeps: bool| {
            let (mut control, mut source) = source(RATE, 0.5, None);
            for (turn, length) in (0..).zip(&lengths) {
                let clip = held(turn, vec![0.25; *length]);
                if turn == 0 { control.play(clip) } else { control.next(clip, Turn(turn - 1)) }
            }
            let mut heard = Vec::new();
            for (at, pause) in pauses.iter().enumerate() {
                if with_beeps && presses.contains(&at) {
                    control.beep(BEEP);
                }
                if *pause { control.pause() } else { control.resume() }
                heard.extend(pull(&mut source, 40));
            }
            control.resume();
            heard.extend(pull(&mut source, 1_000));
            (heard, reports(&mut control))
        };
        let (plain, told) = hear(false);
        let (beeped, told_beside) = hear(true);
        prop_assert_eq!(told, told_beside);
        // What is there beside the calls is what a beep sounds like on its own, at the same volume.
        let (mut control, mut alone) = source(RATE, 0.5, None);
        let mut beep = Vec::new();
        for at in 0..pauses.len() {
            if presses.contains(&at) {
                control.beep(BEEP);
            }
            beep.extend(pull(&mut alone, 40));
        }
        beep.extend(pull(&mut alone, 1_000));
        prop_assert_eq!(presses.is_empty(), beep.iter().all(|sample| *sample == 0.0));
        for ((call, both), beep) in plain.iter().zip(&beeped).zip(&beep) {
            prop_assert!((call + beep - both).abs() < 1e-6, "{} and {} are not {}", call, beep, both);
            prop_assert!(*beep != 0.0 || call == both);
        }
    }

    #[test]
    fn clips_handed_over_in_time_follow_each_other_exactly(lengths in prop::collection::vec(1..60_usize, 1..12)) {
        let (mut control, mut source) = source(RATE, 1.0, None);
        let mut expected = Vec::new();
        let mut heard = Vec::new();
        for (turn, length) in (0..).zip(&lengths) {
            let clip: Vec<f32> = (0..*length).map(|at| (turn * 100 + at + 1) as f32).collect();
            expected.extend_from_slice(&clip);
            match turn {
                0 => {
                    control.play(held(0, clip));
                }
                turn => {
                    control.next(held(turn as u32, clip), Turn(turn as u32 - 1));
                    heard.extend(pull(&mut source, lengths[turn - 1]));
                }
            }
        }
        heard.extend(pull(&mut source, 100));
        heard.truncate(expected.len());
        prop_assert_eq!(heard, expected);
        let ended = reports(&mut control).into_iter().filter(|report| matches!(report, Report::Ended(_))).count();
        prop_assert_eq!(ended, lengths.len());
    }
}
