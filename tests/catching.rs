//! Catching up, as it sounds: the demo's calls through the real source, and a listener who falls behind.

#![forbid(unsafe_code)]

use std::f32::consts::TAU;
use std::path::Path;
use std::time::Duration;

use squelch_core::model::{CallId, CallKey, TalkgroupKey, Turn};
use squelch_core::sound::source::{Control, Held, Report, Source, source};
use squelch_core::sound::{self, Clip, Tempo};
use squelch_core::view::{
    CatchUpChoices, CatchUpMode, CatchUpState, Command, NotPlayed, Priority, RowState, Setting, Snapshot,
};
use squelch_demo::Announcement;
use squelch_tests::desk::{Desk, RATE, quiet_server, rising_tone, silence};

/// The demo's calls as they are played.
fn town(numbers: impl IntoIterator<Item = usize>) -> Vec<Clip> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/demo/clips");
    let read = |number: usize| std::fs::read(folder.join(format!("call-{number:02}.mp3"))).expect("it is there");
    let clip = |number| sound::measured_clip(&read(number), None, RATE).expect("it can be decoded");
    let levelled = |clip: Clip| Clip { level: Some(sound::Level::of(&clip.measure, None, true, true)), ..clip };
    numbers.into_iter().map(|number| levelled(clip(number))).collect()
}

/// Calls one after the other, each as it was heard.
fn heard(clips: &[Clip], tempo: Tempo) -> Vec<Vec<f32>> {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.set_tempo(tempo);
    let held = |at: usize| Held {
        turn: Turn(at as u32),
        clip: clips[at].clone(),
        from: Duration::ZERO,
        gap: Duration::from_millis(if at == 0 { 0 } else { 250 }),
    };
    control.play(held(0));
    let mut heard = Vec::new();
    for at in 0..clips.len() {
        if at + 1 < clips.len() {
            control.next(held(at + 1), Turn(at as u32));
        }
        heard.push(until_ended(&mut control, &mut source, Turn(at as u32)));
    }
    heard
}

/// All up to the last sample of a turn.
fn until_ended(control: &mut Control, source: &mut Source, turn: Turn) -> Vec<f32> {
    let mut samples = Vec::new();
    loop {
        samples.push(source.frame().mono);
        while let Some(report) = control.report() {
            if report == Report::Ended(turn) {
                return samples;
            }
        }
        assert!(samples.len() < 600 * RATE as usize, "{turn:?} never ends");
    }
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32
}

fn decibels(ratio: f32) -> f32 {
    10.0 * ratio.log10()
}

/// What is above 6 kHz, where calls at 8 kHz have nothing and every click has something: two high passes in a row.
fn high(samples: &[f32]) -> Vec<f32> {
    let mut out = samples.to_vec();
    for quality in [0.54, 1.31] {
        let (sin, cos) = (TAU * 6_000.0 / RATE as f32).sin_cos();
        let alpha = sin / (2.0 * quality);
        let (b0, b1, a0, a1, a2) = ((1.0 + cos) / 2.0, -(1.0 + cos), 1.0 + alpha, -2.0 * cos, 1.0 - alpha);
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        for sample in &mut out {
            let y = (b0 * *sample + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2) / a0;
            (x2, x1, y2, y1) = (x1, *sample, y1, y);
            *sample = y;
        }
    }
    out
}

/// The most of it in any 5 ms.
fn worst_click(samples: &[f32]) -> f32 {
    high(samples).chunks(RATE as usize / 200).map(power).fold(0.0, f32::max)
}

/// Samples of the pitch's search, in a second.
const COARSE: usize = RATE as usize / 6;

/// The voice's pitch at a place of samples at [`COARSE`], where there is a voice.
fn pitch(samples: &[f32], at: usize) -> Option<f32> {
    let (lags, compared) = (COARSE / 400..COARSE / 70, COARSE / 25);
    let window = samples.get(at..at + lags.end + compared + 1)?;
    let here = &window[..compared];
    if power(here) < 1e-3 {
        return None;
    }
    let alike = |lag: usize| {
        let there = &window[lag..lag + compared];
        let dot: f32 = here.iter().zip(there).map(|(one, other)| one * other).sum();
        dot / (power(here) * power(there)).sqrt().max(1e-9) / compared as f32
    };
    let fits: Vec<f32> = lags.clone().map(alike).collect();
    let most = fits.iter().copied().fold(0.0, f32::max);
    // The first that is nearly as good as any: the others are its multiples.
    let first = (1..fits.len() - 1)
        .find(|at| fits[*at] > 0.95 * most && fits[*at] >= fits[*at - 1] && fits[*at] >= fits[*at + 1])?;
    let (left, middle, right) = (fits[first - 1], fits[first], fits[first + 1]);
    let top = (left - right) / (2.0 * (left - 2.0 * middle + right));
    (most > 0.9).then(|| COARSE as f32 / ((lags.start + first) as f32 + top))
}

fn coarse(samples: &[f32]) -> Vec<f32> {
    samples.chunks(6).map(|few| few.iter().sum::<f32>() / 6.0).collect()
}

/// How far the pitch is off where the call was at that time, for every voiced moment, sorted.
fn pitches_off(call: &[f32], heard: &[f32], speed: f32) -> Vec<f32> {
    let (call, heard) = (coarse(call), coarse(heard));
    let step = COARSE / 100;
    let own: Vec<Option<f32>> = (0..call.len() / step).map(|moment| pitch(&call, moment * step)).collect();
    let mut off: Vec<f32> = (0..heard.len() / step)
        .filter_map(|moment| {
            let now = pitch(&heard, moment * step)?;
            let then = (moment as f32 * speed) as usize;
            let around = own.get(then.saturating_sub(4)..(then + 5).min(own.len()))?;
            around.iter().flatten().map(|own| (now / own - 1.0).abs()).min_by(f32::total_cmp)
        })
        .collect();
    off.sort_by(f32::total_cmp);
    off
}

#[test]
fn calls_in_a_row_are_as_much_shorter_as_they_are_faster_with_no_click_and_no_pause_between_them() {
    let calls = town(1..=20);
    let plain: Vec<Vec<f32>> = calls.iter().map(Clip::as_played).collect();
    for percent in [110, 125, 140] {
        let heard = heard(&calls, Tempo::new(percent, false));
        let speed = f32::from(percent) / 100.0;
        let (mut all, mut wanted) = (0.0, 0.0);
        for (at, (call, heard)) in plain.iter().zip(&heard).enumerate() {
            let gap = if at == 0 { 0.0 } else { RATE as f32 / 4.0 };
            let (length, expected) = (heard.len() as f32 - gap, call.len() as f32 / speed);
            let seconds = call.len() as f32 / RATE as f32;
            // A step is 20 ms at most: of a call of two seconds that is one percent.
            let off = (expected / length - 1.0).abs();
            assert!(off < 0.02 || seconds < 2.0, "call {} at {percent} %: {off}", at + 1);
            (all, wanted) = (all + length, wanted + expected);
            let click = decibels(worst_click(heard) / worst_click(call));
            assert!(click < 1.5, "call {} at {percent} %: {click} dB more above 6 kHz", at + 1);
            let level = decibels(power(&heard[gap as usize..]) / power(call));
            assert!(level.abs() < 0.7, "call {} at {percent} %: {level} dB", at + 1);
        }
        let off = (wanted / all - 1.0).abs();
        assert!(off < 0.002, "all at {percent} %: {off}");
    }
}

#[test]
fn a_voice_keeps_its_pitch_within_one_percent() {
    let calls = town((1..=20).step_by(3));
    for percent in [110, 140] {
        // Without their silences both are easier to lay beside each other.
        let off = |clip: &Clip| {
            let own = heard_alone(clip, Tempo::new(100, true));
            pitches_off(&own, &heard_alone(clip, Tempo::new(percent, true)), f32::from(percent) / 100.0)
        };
        let mut off: Vec<f32> = calls.iter().flat_map(off).collect();
        off.sort_by(f32::total_cmp);
        assert!(off.len() > 300, "they have voices: {} moments", off.len());
        let (middle, most) = (off[off.len() / 2], off[off.len() * 9 / 10]);
        assert!(middle < 0.005 && most < 0.01, "{middle}, {most} in nine of ten moments");
    }
}

fn heard_alone(clip: &Clip, tempo: Tempo) -> Vec<f32> {
    heard(std::slice::from_ref(clip), tempo).remove(0)
}

#[test]
fn who_catches_up_hears_every_word_and_waits_for_nobody() {
    let calls = town(1..=20);
    let heard = heard(&calls, Tempo::new(100, true));
    let mut left_out = Duration::ZERO;
    for (number, (clip, heard)) in (1..).zip(calls.iter().zip(&heard)) {
        let call = clip.as_played();
        let silences: Vec<_> = clip.measure.silences.iter().map(|silence| silence.span()).collect();
        let loud = call.chunks(RATE as usize / 50).map(power).fold(0.0, f32::max);
        for (from, to) in &silences {
            let [from, to] = [from, to].map(|at| (at.as_secs_f64() * f64::from(RATE)) as usize);
            let most = call[from..to].chunks(RATE as usize / 50).map(power).fold(0.0, f32::max);
            assert!(decibels(most / loud) < -35.0, "call {number}: {} dB are left out", decibels(most / loud));
        }
        let cut: Duration = silences.iter().map(|(from, to)| *to - *from).sum();
        left_out += cut;
        let expected = call.len() - (cut.as_secs_f64() * f64::from(RATE)) as usize;
        assert!(heard.len().abs_diff(expected) < 100, "call {number}: {} for {expected}", heard.len());
        let kept = power(heard) * heard.len() as f32 / (power(&call) * call.len() as f32);
        assert!((kept - 1.0).abs() < 0.01, "call {number}: {kept} of its sound is heard");
    }
    assert!(left_out > Duration::from_secs(2), "there are silences in them: {left_out:?}");
}

/// Starts to listen, and pauses before anything is announced.
async fn paused(demo: &squelch_demo::Demo) -> Desk {
    let mut desk = Desk::new().await;
    desk.send(Command::Change { setting: Setting::Loudness { on: false } }).await;
    desk.send(Command::Change { setting: Setting::TameTones { on: false } }).await;
    desk.join(demo).await;
    desk.send(Command::Pause { on: true }).await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_for_a_minute_hears_all_of_it_faster_and_is_live_again() {
    let (demo, controls) = quiet_server().await;
    let mut desk = paused(&demo).await;
    let lead = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(120)), "audio/wav"));
    let calls = [5, 7, 15, 20].map(|clip| controls.announce(Announcement::default().clip(clip)));
    for call in [lead, calls[1]] {
        desk.screen.row(call, "ready", |state| *state == RowState::Ready).await;
    }
    assert_eq!(desk.screen.shown.listening.catch_up, CatchUpState::NotNeeded);
    desk.hands.advance(Duration::from_secs(60));
    desk.screen.wait("the offer", |shown| (shown.listening.catch_up == CatchUpState::Offered).then_some(())).await;
    desk.send(Command::CatchUp { on: true }).await;
    desk.send(Command::Pause { on: false }).await;
    desk.playing(lead).await;
    for percent in (110..=140).step_by(5) {
        desk.hands.advance(Duration::from_millis(501));
        desk.screen.wait(&format!("{percent} %"), |shown| (shown.playback.percent == percent).then_some(())).await;
    }
    desk.played(calls[3]).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    desk.screen.wait("live", |shown| (shown.listening.catch_up == CatchUpState::NotNeeded).then_some(())).await;
    assert_eq!((desk.screen.shown.playback.percent, desk.screen.shown.listening.waiting_ms), (100, None));
    let samples = desk.recording.samples();
    let first = samples.iter().position(|sample| *sample != 0.0).expect("something was heard");
    let last = samples.iter().rposition(|sample| *sample != 0.0).expect("something was heard");
    // The tone is equally loud for seconds, which no voice is.
    let moment = RATE as usize / 50;
    let loudness =
        samples[first..=last].chunks(moment).map(|part| part.iter().fold(0.0_f32, |most, at| most.max(at.abs())));
    let is_tone: Vec<bool> = loudness.map(|loudness| (0.33..0.4).contains(&loudness)).collect();
    let tone = is_tone.windows(25).rposition(|second| second.iter().all(|is_tone| *is_tone)).expect("there was a tone");
    let from = first + moment * (tone + 25);
    let spoken: f64 = town([5, 7, 15, 20]).iter().map(|clip| clip.duration.as_secs_f64()).sum();
    let took = last.saturating_sub(from) as f64 / f64::from(RATE);
    assert!(took < spoken / 1.37 && took > spoken / 2.0, "{took} s for {spoken} s of calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_over_the_limit_are_listed_unheard_and_can_be_played_and_others_wait_on() {
    let (demo, controls) = quiet_server().await;
    let mut desk = paused(&demo).await;
    let choices = CatchUpChoices { mode: CatchUpMode::Off, after_seconds: 20, most_minutes: Some(1) };
    desk.send(Command::Change { setting: Setting::CatchUp { choices } }).await;
    let first = controls.announce(Announcement::on(100, 5001).clip(3));
    let row = desk.screen.row(first, "ready", |state| *state == RowState::Ready).await;
    let talkgroup = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup.expect("the demo lists it") };
    desk.send(Command::Prioritise { talkgroup, priority: Priority::High }).await;
    let other = controls.announce(Announcement::on(100, 5002).clip(7));
    desk.screen.row(other, "ready", |state| *state == RowState::Ready).await;
    desk.hands.advance(Duration::from_secs(61));
    let left_out = RowState::NotPlayed { why: NotPlayed::LeftBehind };
    desk.screen.row(other, "left out", |state| *state == left_out).await;
    let unheard = |count: u32| move |shown: &Snapshot| (shown.archive.unheard as u32 == count).then_some(());
    desk.screen.wait_while_time_passes(&desk.hands, "both unheard", unheard(2)).await;
    desk.send(Command::Pause { on: false }).await;
    desk.played(first).await;
    desk.send(Command::Play { call: CallKey::new(row.key.server, CallId(other)) }).await;
    desk.played(other).await;
    desk.screen.wait_while_time_passes(&desk.hands, "none unheard", unheard(0)).await;
}
