//! From announcement to sound: order, samples, and everything the player strip can do.

#![forbid(unsafe_code)]

use std::time::Duration;

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{FixedSync, Resampler};
use squelch_core::model::{CallId, CallKey, TalkgroupKey};
use squelch_core::problem::Code;
use squelch_core::sound::{self, DeviceChoice};
use squelch_core::view::{Command, DeviceView, LinkView, NotPlayed, PlaybackState, RowState, Setting};
use squelch_demo::{Announcement, Controls, Fault, Options};
use squelch_tests::desk::{Desk, RATE, quiet_server, registered, rising_tone, server, short_call, silence};

/// The gap between two calls, and the fades, are no longer than this.
const FADE: usize = RATE as usize / 200;

/// What a call sounds like when our decoder and resampler have had it.
fn expected(controls: &Controls, call: u64) -> Vec<f32> {
    let bytes = controls.audio_of(call).expect("the server has its audio");
    let pcm = sound::decode(&bytes, None).expect("it can be decoded");
    sound::shape(&pcm, RATE).samples.to_vec()
}

/// What it sounds like when it is brought to the loudness of all.
fn levelled(controls: &Controls, call: u64) -> sound::Clip {
    let bytes = controls.audio_of(call).expect("the server has its audio");
    let clip = sound::measured_clip(&bytes, None, RATE).expect("it can be decoded");
    let level = sound::Level::of(&clip.measure, None, true, true);
    sound::Clip { level: Some(level), ..clip }
}

/// From here on calls are played as they are sent.
async fn play_as_sent(desk: &Desk) {
    desk.send(Command::Change { setting: Setting::Loudness { on: false } }).await;
    desk.send(Command::Change { setting: Setting::TameTones { on: false } }).await;
}

/// The same without any of our own shaping: our decoder's samples through the converter, in one go.
fn through_rubato(controls: &Controls, call: u64) -> Vec<f32> {
    let bytes = controls.audio_of(call).expect("the server has its audio");
    let pcm = sound::decode(&bytes, None).expect("it can be decoded");
    let (from, to, length) = (pcm.rate as usize, RATE as usize, pcm.samples.len());
    let mut converter = rubato::Fft::<f32>::new(from, to, 512, 1, FixedSync::Both).expect("usual rates");
    let input = InterleavedSlice::new(&pcm.samples, 1, length).expect("one channel");
    let mut samples = converter.process_all(&input, length, None).expect("it can be converted").take_data();
    samples.truncate((length * to).div_ceil(from));
    samples
}

/// What was recorded from the first sound to the last.
fn heard(samples: &[f32]) -> &[f32] {
    let first = samples.iter().position(|sample| *sample != 0.0).expect("something was heard");
    let last = samples.iter().rposition(|sample| *sample != 0.0).expect("something was heard");
    &samples[first..=last]
}

fn loudest(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()))
}

/// Compares outside the fades at both ends of every call.
fn assert_heard(recorded: &[f32], calls: &[Vec<f32>]) {
    let whole: Vec<f32> = calls.concat();
    let lead = whole.iter().position(|sample| *sample != 0.0).expect("the calls are not silent");
    let mut at = 0;
    for (n, call) in calls.iter().enumerate() {
        for (k, wanted) in call.iter().enumerate() {
            let edge = k < FADE || k + FADE >= call.len();
            if !edge && at + k >= lead {
                let got = recorded.get(at + k - lead).copied().unwrap_or(f32::NAN);
                assert!(
                    (got - wanted).abs() < 1e-6,
                    "call {n}, sample {k} of {}: {got} instead of {wanted}; {} samples heard in all",
                    call.len(),
                    recorded.len()
                );
            }
        }
        at += call.len();
    }
}

/// Announces clips while playing is paused, and waits until they are ready: from here on nothing can be late.
async fn ready_calls<const N: usize>(desk: &mut Desk, controls: &Controls, clips: [usize; N]) -> [u64; N] {
    desk.send(Command::Pause { on: true }).await;
    let calls = clips.map(|clip| controls.announce(Announcement::default().clip(clip)));
    for call in calls {
        desk.screen.row(call, "ready", |state| *state == RowState::Ready).await;
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn three_calls_are_heard_in_order_once_and_exactly() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    play_as_sent(&desk).await;
    desk.join(&demo).await;
    let calls = ready_calls(&mut desk, &controls, [2, 3, 10]).await;
    desk.send(Command::Pause { on: false }).await;
    for call in calls {
        desk.played(call).await;
    }
    silence(&desk.recording, Duration::from_millis(200)).await;
    let recorded = desk.recording.samples();
    let wanted = calls.map(|call| expected(&controls, call));
    for (call, shaped) in calls.iter().zip(&wanted) {
        let plain = through_rubato(&controls, *call);
        let inside = FADE..plain.len() - FADE;
        assert_eq!(plain.len(), shaped.len());
        assert!(plain[inside.clone()] == shaped[inside], "call {call} is changed in other places than at its ends");
    }
    assert_heard(heard(&recorded), &wanted);
    let length: usize = wanted.iter().map(Vec::len).sum();
    assert!(heard(&recorded).len() <= length, "nothing is heard twice, and there is no gap between queued calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_heard_at_the_loudness_of_all_and_a_change_holds_from_the_next_one_on() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    // Very quiet, loud, quiet: they differ by 20 dB.
    let calls = ready_calls(&mut desk, &controls, [16, 10, 7]).await;
    desk.send(Command::Pause { on: false }).await;
    for call in calls {
        desk.played(call).await;
    }
    silence(&desk.recording, Duration::from_millis(200)).await;
    let clips = calls.map(|call| levelled(&controls, call));
    assert_heard(heard(&desk.recording.samples()), &clips.each_ref().map(sound::Clip::as_played));
    let last = clips[2].level.and_then(|level| level.gain_db).expect("it was levelled");
    let shown = desk.screen.shown.playback.gain_db.expect("it is shown");
    assert!((shown - last).abs() <= 0.05, "{shown} dB shown of {last}");

    play_as_sent(&desk).await;
    desk.recording.clear();
    let call = controls.announce(Announcement::default().clip(16));
    desk.played(call).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    assert_heard(heard(&desk.recording.samples()), &[expected(&controls, call)]);
    assert_eq!(desk.screen.shown.playback.gain_db, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_answers_make_no_gap_between_queued_calls() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    play_as_sent(&desk).await;
    desk.join(&demo).await;
    controls.delay_answers(Duration::from_millis(100));
    let calls = ready_calls(&mut desk, &controls, [3, 3, 3]).await;
    // A fourth, fetched while the first ones sound. At eight times the pace of life it has a second for that.
    let last = controls.announce(Announcement::default().clip(3));
    desk.send(Command::Pause { on: false }).await;
    desk.played(last).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    let wanted = [calls[0], calls[1], calls[2], last].map(|call| expected(&controls, call));
    assert_heard(heard(&desk.recording.samples()), &wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_between_calls_is_kept_when_it_is_wanted() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.send(Command::Change { setting: Setting::PauseBetweenCalls { ms: 500 } }).await;
    desk.join(&demo).await;
    let calls = ready_calls(&mut desk, &controls, [3, 3]).await;
    desk.send(Command::Pause { on: false }).await;
    for call in calls {
        desk.played(call).await;
    }
    silence(&desk.recording, Duration::from_millis(200)).await;
    let wanted: usize = calls.map(|call| expected(&controls, call).len()).iter().sum();
    let recorded = desk.recording.samples();
    let gap = heard(&recorded).len().saturating_sub(wanted - 2 * FADE);
    assert!(gap >= RATE as usize / 2 - 2 * FADE, "{gap} frames more than the calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn skipping_goes_to_the_next_call_and_a_late_second_press_skips_nothing_else() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let long = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(240)), "audio/wav"));
    let next = short_call(&controls);
    desk.playing(long).await;
    let turn = desk.screen.shown.playback.turn.expect("something is played");
    desk.send(Command::Skip { turn }).await;
    desk.send(Command::Skip { turn }).await;
    desk.screen.row(long, "skipped", |state| *state == RowState::Skipped).await;
    desk.played(next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_call_goes_on_where_it_stopped() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    play_as_sent(&desk).await;
    desk.join(&demo).await;
    let call = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(20)), "audio/wav"));
    desk.playing(call).await;
    desk.send(Command::Pause { on: true }).await;
    silence(&desk.recording, Duration::from_millis(500)).await;
    let before = heard(&desk.recording.samples()).len();
    let wanted = expected(&controls, call);
    assert!(before < wanted.len(), "it was paused in mid-call");
    assert_heard(&heard(&desk.recording.samples())[..before - 2 * FADE], &[wanted[..before - FADE].to_vec()]);
    desk.recording.clear();
    desk.send(Command::Pause { on: false }).await;
    desk.played(call).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    let after = heard(&desk.recording.samples()).len();
    let total = before + after;
    assert!(total.abs_diff(wanted.len()) <= 3 * FADE, "{total} frames heard of {}", wanted.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_repeats_the_last_call_and_loses_nothing_that_waits() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let first = short_call(&controls);
    desk.played(first).await;
    let long = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(40)), "audio/wav"));
    let last = short_call(&controls);
    desk.playing(long).await;
    let server = desk.screen.shown.servers[0].id;
    desk.send(Command::Play { call: CallKey::new(server, CallId(first)) }).await;
    desk.playing(first).await;
    desk.screen.row(long, "back in the queue", |state| *state == RowState::Ready).await;
    desk.played(first).await;
    desk.played(long).await;
    desk.played(last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_off_fades_and_says_so_in_every_row_and_the_feed_goes_on() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let long = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(240)), "audio/wav"));
    let waiting = short_call(&controls);
    desk.playing(long).await;
    desk.send(Command::Listen { on: false }).await;
    let off = |state: &RowState| *state == RowState::NotPlayed { why: NotPlayed::LiveOff };
    desk.screen.row(long, "not played", off).await;
    desk.screen.row(waiting, "not played", off).await;
    let later = short_call(&controls);
    desk.screen.row(later, "not played", off).await;
    silence(&desk.recording, Duration::from_millis(500)).await;
    desk.send(Command::Listen { on: true }).await;
    let heard = short_call(&controls);
    desk.played(heard).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn holding_and_avoiding_take_effect_on_what_waits_and_on_what_sounds() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let fire = controls.announce(Announcement::on(100, 5001).bytes(rising_tone(Duration::from_secs(240)), "audio/wav"));
    let police = controls.announce(Announcement::on(100, 5002).clip(3));
    desk.playing(fire).await;
    let row = desk.screen.row(police, "ready", |state| *state == RowState::Ready).await;
    let talkgroup = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup.expect("it is listed") };
    desk.send(Command::HoldTalkgroup { talkgroup: Some(talkgroup) }).await;
    desk.screen.row(fire, "left", |state| *state == RowState::NotPlayed { why: NotPlayed::NotHeld }).await;
    desk.played(police).await;
    desk.send(Command::Avoid { talkgroup, minutes: Some(30) }).await;
    let avoided = controls.announce(Announcement::on(100, 5002).clip(3));
    desk.screen.row(avoided, "avoided", |state| *state == RowState::NotPlayed { why: NotPlayed::Avoided }).await;
    desk.hands.advance(Duration::from_secs(30 * 60));
    desk.screen.wait("the avoid to end", |shown| shown.selection.avoided.is_empty().then_some(())).await;
    // Half an hour without a frame was a dead link.
    desk.screen.server("a lost link", |server| matches!(server.link, LinkView::Waiting { .. })).await;
    desk.live_again().await;
    registered(&controls, 1).await;
    let again = controls.announce(Announcement::on(100, 5002).clip(3));
    desk.played(again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_unknown_talkgroups_are_shown_and_played_and_duplicates_are_not() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let unknown = controls.announce(Announcement::on(777, 4242).database_ids(9_000, 9_001).clip(3));
    desk.played(unknown).await;
    let row = desk.screen.row(unknown, "played", |_| true).await;
    assert_eq!((row.title.as_str(), row.system.as_str()), ("Talkgroup 4242", "System 777"));
    controls.repeat(&[unknown, unknown]);
    let after = short_call(&controls);
    desk.played(after).await;
    assert_eq!(desk.screen.shown.rows.iter().filter(|row| row.key.call.0 == unknown).count(), 1);
    assert_eq!(controls.requests(&format!("GET /api/v1/calls/{unknown}/audio")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_appears_in_its_row() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let call = controls.announce(Announcement::default().clip(2));
    desk.played(call).await;
    controls.transcribe_clip(call, 2);
    let transcript =
        desk.screen.wait("the transcript", |shown| shown.rows.iter().find_map(|row| row.transcript.clone())).await;
    assert!(transcript.text.contains("Engine four"), "{transcript:?}");
    assert_eq!(transcript.segments.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calls_before_we_joined_are_rows_that_play_only_when_asked() {
    let (demo, controls) = server(Options { archive: 120, ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let rows = desk.screen.wait("fifty rows", |shown| (shown.rows.len() >= 50).then(|| shown.rows.clone())).await;
    assert_eq!(rows.len(), 50);
    assert!(rows.iter().all(|row| row.earlier && row.state == RowState::Unplayed));
    assert!(rows.iter().all(|row| row.talkgroup.is_some()), "radio numbers are joined with the directory");
    assert!(rows.windows(2).all(|pair| pair[0].start_ms >= pair[1].start_ms), "newest first");
    assert_eq!(controls.requests("GET /api/v1/calls/:id/audio"), 0);
    let asked = rows[7].key;
    desk.send(Command::Play { call: asked }).await;
    desk.played(asked.call.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_is_said_and_the_call_goes_on_when_one_is_back() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let call = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(20)), "audio/wav"));
    desk.playing(call).await;
    desk.recording.lose();
    desk.screen.wait("no device", |shown| matches!(shown.device, DeviceView::Missing { .. }).then_some(())).await;
    desk.screen.wait("the interruption", |shown| (shown.playback.state == PlaybackState::NoDevice).then_some(())).await;
    let waiting = short_call(&controls);
    desk.screen.row(waiting, "ready", |state| *state == RowState::Ready).await;
    desk.recording.bring_back();
    for _ in 0..8 {
        desk.hands.advance(Duration::from_secs(2));
    }
    desk.screen.wait("a device", |shown| matches!(shown.device, DeviceView::Open { .. }).then_some(())).await;
    desk.played(call).await;
    desk.played(waiting).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    let frames = heard(&desk.recording.samples()).len();
    let wanted = expected(&controls, call).len() + expected(&controls, waiting).len();
    assert!(frames < wanted + RATE as usize * 2, "the call was resumed, not repeated: {frames} of {wanted}");
    assert!(frames + RATE as usize > wanted, "the call was resumed where it stopped: {frames} of {wanted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_device_is_remembered_and_the_default_stands_in_for_it_while_it_is_away() {
    let mut desk = Desk::new().await;
    desk.recording.plug_in("Headset");
    let listed = desk.client.sound_devices().await.expect("the system answers");
    let headset = listed.devices.last().cloned().expect("it was plugged in");
    assert_eq!((listed.devices.len(), headset.name.as_str(), headset.is_default), (2, "Headset", false));
    let device = DeviceChoice::Named { id: headset.id, name: headset.name };
    desk.send(Command::Change { setting: Setting::Device { device: device.clone() } }).await;
    let on = |name: &str, instead_of: Option<&str>| DeviceView::Open {
        name: name.into(),
        instead_of: instead_of.map(str::to_owned),
    };
    desk.send(Command::TestTone).await;
    desk.screen.wait("the headset", |shown| (shown.device == on("Headset", None)).then_some(())).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    assert_eq!(desk.screen.shown.settings.device, device);
    desk.send(Command::TestTone).await;
    desk.screen.wait("the default", |shown| (shown.device == on("Silent", Some("Headset"))).then_some(())).await;
    let said = desk.screen.wait("a notice", |shown| shown.notices.first().cloned()).await;
    assert_eq!(said.problem.code, Code::SoundElsewhere);
    desk.recording.plug_in("Headset");
    let hands = desk.hands.clone();
    desk.screen
        .wait_while_time_passes(&hands, "the headset again", |shown| {
            (shown.device == on("Headset", None) && shown.notices.is_empty()).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_volume_is_heard_and_remembered() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    play_as_sent(&desk).await;
    desk.send(Command::Volume { db: -6.0 }).await;
    desk.join(&demo).await;
    let call = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(2)), "audio/wav"));
    desk.played(call).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    let ratio = loudest(&desk.recording.samples()) / loudest(&expected(&controls, call));
    assert!((ratio - 0.501).abs() < 0.01, "−6 dB is half: {ratio}");
    let (folder, vault) = desk.end().await;
    let desk = Desk::with(folder, vault).await;
    assert_eq!(desk.screen.shown.listening.volume_db, -6.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_mute_is_mute_at_the_next_start_and_then_as_loud_as_before() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    play_as_sent(&desk).await;
    desk.send(Command::Volume { db: -12.0 }).await;
    desk.send(Command::Mute { on: true }).await;
    desk.join(&demo).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    let listening = &desk.screen.shown.listening;
    assert_eq!((listening.volume_db, listening.muted), (-12.0, true));
    desk.live().await;
    registered(&controls, 1).await;
    let mute = short_call(&controls);
    desk.played(mute).await;
    let taken = desk.recording.samples();
    assert!(!taken.is_empty() && taken.iter().all(|sample| *sample == 0.0), "it was played and not heard");
    desk.send(Command::Mute { on: false }).await;
    let call = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(2)), "audio/wav"));
    desk.played(call).await;
    silence(&desk.recording, Duration::from_millis(200)).await;
    let ratio = loudest(&desk.recording.samples()) / loudest(&expected(&controls, call));
    assert!((ratio - 0.251).abs() < 0.01, "−12 dB is a quarter: {ratio}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_with_the_same_call_numbers_are_both_heard() {
    let (one, one_controls) = quiet_server().await;
    let (two, two_controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&one).await;
    desk.join(&two).await;
    let first = short_call(&one_controls);
    let second = short_call(&two_controls);
    assert_eq!(first, second, "the point of this test");
    desk.screen
        .wait("both to be played", |shown| {
            let played = |row: &&squelch_core::view::Row| row.key.call.0 == first && row.state == RowState::Played;
            (shown.rows.iter().filter(played).count() == 2).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_waited_half_an_hour_are_not_played_any_more() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.send(Command::Pause { on: true }).await;
    let old = short_call(&controls);
    desk.screen.row(old, "ready", |state| *state == RowState::Ready).await;
    desk.hands.advance(Duration::from_secs(30 * 60 + 1));
    desk.screen.row(old, "too old", |state| *state == RowState::NotPlayed { why: NotPlayed::TooOld }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_asked_for_while_it_loads_goes_on_loading() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let call = controls.announce(Announcement::default().clip(3).fault(Fault::Hanging));
    let key = desk.screen.row(call, "loading", |state| *state == RowState::Loading).await.key;
    let audio = format!("GET /api/v1/calls/{call}/audio");
    controls.wait_for_requests(&audio, 1).await.expect("it is asked for");
    desk.send(Command::Play { call: key }).await;
    // Asked for and shown later, so that what came of the wish has come, too.
    let later = short_call(&controls);
    desk.screen.row(later, "ready", |state| *state == RowState::Ready).await;
    let state = desk.screen.row(call, "there", |_| true).await.state;
    assert_eq!(state, RowState::Loading);
    assert_eq!(controls.requests(&audio), 1, "it is not asked for twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_of_itself_is_told() {
    for (options, routes) in
        [(Options::silent(), "1.3.2"), (Options::silent().as_1_3_0(), "1.3.0"), (Options::silent().as_1_2(), "1.2.0")]
    {
        let version = options.version.clone();
        let (demo, _controls) = server(options).await;
        let mut desk = Desk::new().await;
        desk.join(&demo).await;
        let told = desk.screen.server("a welcome", |server| server.support.is_some()).await;
        assert_eq!((told.version, told.routes.as_deref()), (Some(version), Some(routes)));
        assert_eq!(told.branding.as_deref(), Some("Harbor County Scanner"));
        let support = told.support.expect("it was just looked at");
        assert_eq!((support.text.as_str(), support.mail), ("scanner@example.org", true));
        assert_eq!(desk.client.support_address(told.id).await, Ok("scanner@example.org".to_owned()));
    }
}
